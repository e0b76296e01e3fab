"""Contracts of agents at the desk: read from their Markdown, checked one by one and as a set, compiled."""
