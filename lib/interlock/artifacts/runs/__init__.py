"""Runs: `folder` (those of a checkout: list, start, close), `meta` (a run's own file), `index` (of them all)."""
