"""Validation runs: one at a time, watched, and what is known of them afterwards."""
