"""Leases: who may hold what. No clock and no disk here: times, evidence and the store are arguments."""
