"""What evidence says of one tree: which required commands passed on it, and how many tests."""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

from interlock.artifacts import made_files
from interlock.artifacts.receipts import deciding, untold
from interlock.doors import keys, repo
from interlock.gate.kinds import is_check_command, is_test_command
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
    no run is known that could have tested it, "" where one is, or where the config says what is to run."""

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
    decides = _deciding(rules)
    basis = [decisive[line] for line in decides if line in decisive] or (
        [] if decides else deciding.tests(fitting, rules)
    )
    red = [] if decides else [run for run, _ in basis if run.result == "failed"]
    raw = [one for _, one in sorted({run.seq: one for run, one in [*decisive.values(), *basis]}.items())]
    return Proved(
        gates, _sum(basis) if len(basis) >= len(decides) else _sum([]),
        made_files.digest(b"".join(raw)) if raw else None,
        [untold.required(line, proof) for line in rules.required if gates[line] is None],
        [f"`{line[:60]}` failed on this tree" for line in rules.required if gates[line] == "FAIL"]
        + [f"{deciding.shown(run)} failed on this tree" for run in red],
        "" if basis or rules.required else untold.tests(proof),
    )  # fmt: skip


def _deciding(rules: Rules) -> list[str]:
    """Those of the required commands that say whether tests passed: tests, else checks that have them within.
    Where none is required all test commands that ran do."""
    lines = [line for line in rules.required if is_test_command(asked(line), rules)]
    return lines or [line for line in rules.required if is_check_command(asked(line), rules)]


def _gate(run: Run | None) -> Gate:
    if run is None:
        return None
    return "PASS" if run[0].result == "passed" else "FAIL"


def _sum(basis: list[Run]) -> Figures:
    def total(*names: str) -> int | None:
        figures = [getattr(run, name) for run, _ in basis for name in names]
        return None if None in figures or not figures else sum(figures)

    return Figures(total("passed"), total("failed", "errors"), total("skipped"))
