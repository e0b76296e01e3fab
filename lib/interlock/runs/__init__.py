"""Validation runs: one at a time, watched, and what is known of them afterwards."""

NEUTRAL = ("/.runs/", "/.beads/", "/.claude/settings.local.json")
"""Patterns, as in .gitignore: what is written beside the work (notes on issues, the issue tracker's data, the
user's own settings), which no run is about. The config adds to them (``gate.neutral``)."""
