"""Validation runs: one at a time, watched, and what is known of them afterwards."""

_CLIENTS = (
    "interlock.toml", "interlock.md", "settings.json", "settings.local.json", "agents/", "commands/", "skills/",
    "plugins/", "worktrees/",
)  # fmt: skip
NEUTRAL = ("/.runs/", "/.beads/", "/CLAUDE.local.md", *(f"/.claude/{name}" for name in _CLIENTS))
"""Patterns, as in .gitignore: what is written beside the work (notes on issues, the issue tracker's data, what
Interlock and the client are set up by), which no run is about. The config adds to them (``gate.neutral``)."""
