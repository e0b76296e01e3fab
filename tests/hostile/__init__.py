"""Damaged state, hostile input and bad surroundings: the guard answers, and never opens by accident."""
