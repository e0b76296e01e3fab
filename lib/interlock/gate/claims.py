"""What the completion block's words claim, and whether the evidence bears them out."""

from __future__ import annotations

import re
from typing import Literal

from interlock.gate.block import Block
from interlock.gate.kinds import is_guard, is_test, is_type_check
from interlock.gate.proof import Proof
from interlock.runs.evidence import Evidence

Claim = Literal["pass", "fail", "none", "unclear"]
NONE = "n/a"

_MANY = re.compile(r"\b0*[1-9]\d*\s+(?:\w+\s+)?(?:fail|error|problem|broken)")
_NOT = re.compile(r"\b(?:not|never|un)[ -]?(?:all )?(?:pass|ok|clean|green|run)|\bfail|\bbroken|\bred\b|\berror")
_NONE = re.compile(r"^(?:n/?a|none|not run|not applicable|no tests|skipped|-)\b|^-$")
_ZERO = re.compile(r"\b0 (?:\w+ )?(?:errors?|failures?|failed|problems?)\b")
_GOOD = re.compile(r"\b(?:pass|passed|passes|passing|ok|clean|green|success)\b")


def claim(text: str) -> Claim:
    """What such a text claims; ``unclear`` where it can't be told."""
    said = text.strip().lower()
    if _NONE.search(said):
        return "none"
    if _MANY.search(said):
        return "fail"
    rest = _ZERO.sub("", said)
    if _NOT.search(rest):
        return "fail"
    return "pass" if rest != said or _GOOD.search(said) else "unclear"


def unproved(block: Block, proof: Proof) -> list[str]:
    """What of the block the evidence doesn't bear out, a sentence each."""
    found = _unit(block, proof) + _types(block, proof)
    for guard in block.guards:
        name, _, said = guard.partition(":")
        found += _guard(name.strip(), said, proof)
    if block.findings_outstanding:
        found.append(
            f"{block.findings_outstanding} findings are outstanding: deal with them, or say what blocks you"
        )
    return found


def _unit(block: Block, proof: Proof) -> list[str]:
    runs = [run for run in proof.runs if is_test(run, proof.rules)]
    said = f"`unit: {_shown(block.unit, 60)}`"
    return _judged(
        claim(block.unit or NONE), said, runs, proof, ("tests", "test run", "say pass, N failed or n/a")
    )


def _types(block: Block, proof: Proof) -> list[str]:
    runs = [run for run in proof.runs if is_type_check(run.words, proof.rules)]
    said = f"`tsc: {_shown(block.tsc, 60)}`"
    names = ("type check", "type check", "say 0 errors, N errors or n/a")
    return _judged(claim(block.tsc or NONE), said, runs, proof, names)


def _guard(name: str, said: str, proof: Proof) -> list[str]:
    runs = [run for run in proof.runs if is_guard(name, run, proof.rules)]
    shown = f"guard `{name[:40]}: {said.strip()[:40]}`"
    return _judged(claim(said), shown, runs, proof, (name[:40], f"run of {name[:40]}", "say pass, fail or n/a"))


def _judged(what: Claim, said: str, runs: list[Evidence], proof: Proof, names: tuple[str, str, str]) -> list[str]:
    """What is wrong with the claim ``what``. ``names``: of what it is about, of its run, and how to claim."""
    subject, run, how = names
    match what:
        case "fail":
            return [f"{said}: the {subject} failed, by your own word"]
        case "unclear":
            return [f"{said} can't be understood: {how}"]
        case "none":
            failed = bool(runs) and runs[-1].result == "failed"
            return [f"{said}, but the {subject} ran and failed ({_named(runs[-1])})"] if failed else []
    if any(run.result == "passed" and proof.fits(run) for run in runs):
        return []
    if not runs:
        return [f"{said} is claimed, but no {run} was seen: run it by itself, or say n/a if it does not apply"]
    last = runs[-1]
    if last.result == "passed":
        told = proof.elsewhere(last)
        return [f"{said} is claimed, but {f'see above: `{_line(last)}`' if told in proof.missing() else told}"]
    return [f"{said} is claimed, but the last one was {last.result} ({_named(last)})"]


def _shown(text: str | None, longest: int) -> str:
    return NONE if text is None else text[:longest]


def _named(run: Evidence) -> str:
    return f"`{_line(run)}`, {run.why[:80]}" if run.why else f"`{_line(run)}`"


def _line(run: Evidence) -> str:
    return " ".join(run.words)[:60]
