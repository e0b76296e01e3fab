"""Reading the audit log: its lines, its chain, whether it is what was written."""
