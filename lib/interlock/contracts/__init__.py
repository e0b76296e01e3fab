"""Contracts of agents (docs/contracts.md): read from their Markdown, checked, compiled for the guard.

- An agent's file: `source` (the whole), `reading` (what is wrong with its parts), `files`, `front_matter`,
  `fences`, `toml_lines`.
- All agents: `which_agents` a command is about, `checkset` (who makes and owns what), `circles`, `namesakes` (of
  ours), `headings` (what a prompt must tell).
- Paths that two may write: `pattern_overlap`, by `pattern_walk`.
- For the guard: `compile`. For people: `cost`.
- `fault`: one thing that is wrong, with line and mend.
"""
