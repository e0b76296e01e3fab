"""Progress: where a run stands, and which agents are next.

`due` is the way in: each `agent` for which there is work, from the `run_files`, the `critic_loop` (worklists,
verdicts) and `doubts` (files that are not what a command made). `without_contract`: who would make what is
missing.
"""
