"""What evidence says of one tree: which required commands passed on it, and how many tests."""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

from interlock.artifacts import made_files
from interlock.doors import keys, repo
from interlock.gate.kinds import is_test, is_test_command
from interlock.gate.proof import Proof, asked
from interlock.gate.rules import Rules
from interlock.runs import during
from interlock.runs.evidence import Evidence

_MOST = 500
Gate = Literal["PASS", "FAIL"] | None
Run = tuple[Evidence, bytes]
"""A run with its lines, as the log has them."""


class Figures(NamedTuple):
    """Of test runs; None for what is not known. An error counts as a failure."""

    passed: int | None
    failed: int | None
    skipped: int | None


class Proved(NamedTuple):
    """``gates``: each required command; ``sha``: of the log's lines that all this rests on, None for none;
    ``missing``: a sentence for each command without evidence, ``failed`` for each that failed; ``unknown``: why
    test figures are not known, "" where they are."""

    gates: dict[str, Gate]
    tests: Figures
    sha: str | None
    missing: list[str]
    failed: list[str]
    unknown: str


def ours(runs: list[Run], top: str) -> list[Run]:
    """Those of any checkout of the repository: whether they count is a question of trees."""
    mine = repo.common_dir(top)
    tops = {one for one in {run.checkout for run, _ in runs} if repo.common_dir(keys.path_of(one)) == mine}
    return [(run, raw) for run, raw in runs if run.checkout in tops]


def byproducts(root: str, top: str, runs: list[Run]) -> list[str]:
    """The untracked files that watched runs have made here (coverage data, reports) and nobody has touched since:
    no part of what was tested. Call it after a look at the checkout."""
    here = keys.text(top)
    windows = [(r.started.timestamp(), r.ended.timestamp()) for r, _ in runs if r.checkout == here]
    found = []
    for name in sorted(during.made(root, top, []))[:_MOST]:
        if not name.isprintable() or set("*?") & set(name):
            continue
        try:
            written = os.lstat(os.path.join(top, name)).st_ctime
        except OSError:
            continue
        if any(begun <= written <= ended for begun, ended in windows):
            found.append(name)
    return found


def without(rules: Rules, names: list[str]) -> Rules:
    """The rules, such files being neutral."""
    return rules._replace(neutral=(*rules.neutral, *(f"/{name}" for name in names)))


def prove(root: str, rules: Rules, runs: list[Run], tree: str) -> Proved:
    """What the runs say of ``tree``. A command's newest whole run on that tree decides, be it green or red."""
    proof = Proof(root, rules._replace(full_rerun=False), [run for run, _ in runs], {"": tree}, 0.0, "", {})
    fitting = [one for one in runs if one[0].result in ("passed", "failed") and tree and proof.fits(one[0])]
    decisive: dict[str, Run] = {}
    for line in rules.required:
        words = asked(line)
        same = [one for one in fitting if words in (list(one[0].words), list(one[0].spelled))]
        same = [one for one in same if one[0].cwd == one[0].checkout]
        if same:
            decisive[line] = same[-1]
    gates: dict[str, Gate] = {line: _gate(decisive.get(line)) for line in rules.required}
    lines = [line for line in rules.required if is_test_command(asked(line), rules)]
    tests, basis, unknown = _figures(lines, decisive, fitting, rules)
    red = [] if lines else [run for run, _ in basis if run.result == "failed"]
    raw = [one for _, one in sorted({run.seq: one for run, one in [*decisive.values(), *basis]}.items())]
    return Proved(
        gates, tests, made_files.digest(b"".join(raw)) if raw else None,
        [_unproved(line, proof, rules) for line in rules.required if gates[line] is None],
        [f"`{line[:60]}` failed on this tree" for line in rules.required if gates[line] == "FAIL"]
        + [f"`{' '.join(run.words)[:60]}` failed on this tree" for run in red],
        unknown,
    )  # fmt: skip


def _gate(run: Run | None) -> Gate:
    if run is None:
        return None
    return "PASS" if run[0].result == "passed" else "FAIL"


def _unproved(line: str, proof: Proof, rules: Rules) -> str:
    only = rules._replace(required=(line,), full_rerun=False)
    told = Proof(proof.root, only, proof.runs, proof.trees, 0.0, "", {}).missing()
    return told[0] if told else f"`{line[:60]}` has no run that counts on this tree"


def _figures(
    lines: list[str], decisive: dict[str, Run], fitting: list[Run], rules: Rules
) -> tuple[Figures, list[Run], str]:
    """The figures, the runs that they are of, and why they are not known. Where commands are required, of those;
    else of the one command whose runs are there: which of several is meant can't be told."""
    nothing = Figures(None, None, None)
    if lines:
        basis = [decisive[line] for line in lines if line in decisive]
        return (_sum(basis), basis, "") if len(basis) == len(lines) else (nothing, [], "not all tests have run")
    tests = [one for one in fitting if is_test(one[0], rules)]
    commands = {tuple(run.words) for run, _ in tests}
    if len(commands) == 1:
        return _sum(tests[-1:]), tests[-1:], ""
    if commands:
        return nothing, [], f"{len(commands)} test commands ran on this tree: name in [gate] required which count"
    return nothing, [], "no whole test run on this tree is known: run the tests, whole and by themselves"


def _sum(basis: list[Run]) -> Figures:
    def total(*names: str) -> int | None:
        figures = [getattr(run, name) for run, _ in basis for name in names]
        return None if None in figures or not figures else sum(figures)

    return Figures(total("passed"), total("failed", "errors"), total("skipped"))
