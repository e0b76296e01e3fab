"""Runs: `.runs/RUN/` and what is known of each: `run_meta.json`, and the index derived from these."""
