"""Runs and their artifacts in a checkout's `.runs/`: found, read, checked, sealed (docs/artifacts.md)."""
