"""The table's rows, by language."""
