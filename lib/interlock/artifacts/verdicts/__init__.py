"""Verdicts: rulings of advocates, and which BLOCKs stand."""
