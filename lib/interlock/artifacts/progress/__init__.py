"""Progress: where a run stands, and which agents are next.

`asking` (what is to be known beside the files) and `due` are the ways in: each `agent` for which there is work,
from the `run_files`, the `critic_loop` (worklists, verdicts) and `doubts` (files that are not what a command made,
or not as their owner left them). `order` says who has to work before a receipt. `without_contract`: who would
make what is missing.
"""
