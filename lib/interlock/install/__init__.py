"""Install: what goes into Claude Code's settings, and how it gets there and out again.

``entries`` is the table of hooks and how to know our own; ``operate`` has ``install`` and ``uninstall``.
This file imports nothing, so that the guard can afford ``entries``.
"""
