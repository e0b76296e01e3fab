"""Doors: one module for each outside thing (disk places, paths, processes, the client's JSON, the store).

Doors don't know each other. Those the guard walks through use the standard library alone, and little of it.
"""
