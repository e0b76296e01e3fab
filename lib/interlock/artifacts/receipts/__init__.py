"""Receipts: made by counting, believed as far as counting again finds the same."""
