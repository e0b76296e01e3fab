"""Worklists: what critics found, and where each finding stands."""
