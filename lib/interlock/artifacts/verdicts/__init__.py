"""Verdicts: `rulings` (which BLOCKs stand, by the log), `giving` (one more, and the guard's note of them)."""
