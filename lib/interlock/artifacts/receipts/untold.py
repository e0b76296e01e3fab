"""Why no run counts on a tree, and what to do about it: which run came nearest, and what has changed since."""

from __future__ import annotations

import shlex
from datetime import datetime

from interlock.artifacts.flaw import clean
from interlock.artifacts.receipts import deciding
from interlock.doors import keys
from interlock.gate.history import History
from interlock.gate.kinds import is_check_command, is_part, is_test
from interlock.gate.proof import Proof, asked
from interlock.guard.messages import name
from interlock.runs.evidence import Evidence
from interlock.words.owner import parse

_NAMED = 3  # files that one sentence names
CONFIG = ".claude/interlock.toml"


def required(line: str, proof: Proof) -> str:
    """Of a required command without a run that counts."""
    words = asked(line)
    runs = [run for run in proof.runs if words in (list(run.words), list(run.spelled))]
    near = _near([run for run in runs if run.cwd == run.checkout], proof)
    if near:
        return near
    only = proof.rules._replace(required=(line,), full_rerun=False)
    told = Proof(proof.root, only, proof.runs, proof.trees, 0.0, "", {}).missing()
    return told[0] if told else f"`{line[:60]}` has no run that counts on this tree"


def tests(proof: Proof) -> str:
    """Where nothing is required, and no test command has a whole run on this tree."""
    rules = proof.rules
    near = _near([run for run in proof.runs if is_test(run, rules)], proof)
    near = near or _near([run for run in proof.runs if is_check_command(run.words, rules)], proof)
    if near:
        return near
    told = "no whole test run on this tree is known"
    green = [run for run in proof.runs if run.result == "passed" and proof.fits(run)]
    if not green:
        mend = f'a person writes `[gate] required = ["COMMAND"]` in {CONFIG}'
        return (
            f"{told}: run the tests, whole and by themselves; where Interlock does not take them for such, {mend}"
        )
    ran = shlex.join(green[-1].words)[:60]
    return (
        f"{told}: `{ran}` passed, and whether it runs tests is not known. Run the tests, whole and by themselves; "
        f'if these are them a person writes `[gate] required = ["{ran}"]` in {CONFIG}'
    )


def _near(runs: list[Evidence], proof: Proof) -> str:
    """Why the newest run does not count, and the next step; "" where there is none."""
    if not runs or not next(iter(proof.trees.values()), ""):
        return ""
    last = runs[-1]
    ran, again = deciding.shown(last), "Run it again, whole and by itself"
    if last.result == "contaminated":
        others = [f"{file} ({_who(owner)})" for file, owner in last.others] or ["others' files"]
        return f"{ran} at {_clock(last.started)} does not count: while it ran {_few(others)} changed. Run it again"
    if last.result not in ("passed", "failed"):
        return f"{ran} at {_clock(last.started)} does not count: {clean(last.why, 160) or last.result}. {again}"
    ran = f"{ran} {last.result} at {_clock(last.ended)}"
    files = [*_differing(proof, last, last.tree_before), *_differing(proof, last, last.tree_after)]
    files = list(dict.fromkeys(files))
    if not files and is_part(last, proof.rules):
        return f"{ran}, and it is a part of the tests alone. Run them whole"
    if not files:
        return f"{ran}, and what has changed since can't be told. {again}"
    wrote = History(proof.root).writers(last.started.timestamp())
    writers = {file: wrote.get(f"{last.checkout}/{keys.text(file)}", "") for file in files[:_NAMED]}
    named = [f"{file[-80:]} ({_who(by)})" if by else file[-80:] for file, by in writers.items()]
    return (
        f"{ran}, and {_few([*named, *files[_NAMED:]])} changed since it began. {again}, then the receipt at once"
    )


def _clock(when: datetime) -> str:
    return f"{when.astimezone():%H:%M}"


def _differing(proof: Proof, run: Evidence, tree: str) -> list[str]:
    return proof.differing(run, tree) or []


def _few(files: list[str]) -> str:
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return ", ".join(files[:_NAMED]) + more


def _who(owner: str) -> str:
    try:
        return f"by {name(parse(owner))}" if owner else "nobody knows by whom"
    except ValueError:
        return "by somebody"
