"""The quality gate: whether an issue's work is done, as far as it can be proved, and what becomes of it if not."""
