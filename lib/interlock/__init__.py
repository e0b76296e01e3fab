"""Interlock: many Claude Code agents in one repository, none breaking another's work."""

__version__ = "0.1.0"
