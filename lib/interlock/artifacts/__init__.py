"""Runs and their artifacts: what lies in `.runs/` (docs/artifacts.md, receipts.md, worklist.md, verdicts.md).

| subject | modules |
|---|---|
| `runs/` | `.runs/RUN/run_meta.json` and the index: start, list, close |
| `reading/` | one artifact: its value in its shape, or its flaws, each with its line |
| `worklists/` | findings on their way: what they are by the log, who may move them, moving them |
| `verdicts/` | rulings: which BLOCKs stand, giving one |
| `receipts/` | the seal of a flow: making it by counting, checking it by counting again |
| `progress/` | where a run stands, and which agents are next |

What all of these use: `spot` (a flow of a run), `files` (reading and writing below a checkout, links not
followed), `flaw` (what is wrong with a file), `reported` (the files that a report names), `log_events` (what the
audit log has of it), `made_files` (files that only commands write, held to the log), `lock` (one command at a
time), `caller` (who types a command).
"""
