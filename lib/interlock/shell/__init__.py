"""Shell: reads a command's syntax tree for what it would write. Pure: no clock; the disk is asked through
the protocol in ``where.py``, and nothing is ever run."""
