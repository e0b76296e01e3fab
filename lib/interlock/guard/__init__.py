"""The guard: what runs at every tool call. Standard library only, few imports, always an answer in time."""
