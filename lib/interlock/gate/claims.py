"""What the completion block's words claim, and whether the evidence bears them out."""

from __future__ import annotations

import re
from typing import Literal

from interlock.gate.block import Block
from interlock.gate.proof import Proof
from interlock.runs.evidence import Evidence

Claim = Literal["pass", "fail", "none", "unclear"]

TYPES = frozenset({"tsc", "mypy", "pyright", "ty", "basedpyright", "pyre", "flow"})
"""Programs that check types."""
TESTS = frozenset("pytest unittest tox nox jest vitest mocha ava ctest rspec phpunit".split())
"""Programs that do nothing but test; of others the word ``test`` says so."""
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
    said = f"`unit: {block.unit[:60]}`"
    runs = [run for run in proof.runs if is_test(run)]
    match claim(block.unit):
        case "fail":
            return [f"{said}: the tests do not pass"]
        case "unclear":
            return [f"{said} can't be understood: say pass, N failed or n/a"]
        case "none":
            return [f"{said}, but tests ran and failed ({_named(runs[-1])})"] if _failed(runs) else []
    if any(run.result == "passed" and proof.fits(run) for run in runs):
        return []
    return [f"{said} is claimed, but {_instead(runs, proof, 'no test run')}"]


def _types(block: Block, proof: Proof) -> list[str]:
    said = f"`tsc: {block.tsc[:60]}`"
    runs = [run for run in proof.runs if is_type_check(run.words)]
    demanded = any(is_type_check(words) for words in proof.required_words())
    match claim(block.tsc):
        case "fail":
            return [f"{said}: the type check does not pass"]
        case "unclear":
            return [f"{said} can't be understood: say 0 errors, N errors or n/a"]
        case "none":
            return []
    if any(run.result == "passed" and proof.fits(run) for run in runs):
        return []
    if demanded or _failed(runs):
        return [f"{said} is claimed, but {_instead(runs, proof, 'no type check')}"]
    return []


def _guard(name: str, said: str, proof: Proof) -> list[str]:
    shown = f"guard `{name[:40]}: {said.strip()[:40]}`"
    match claim(said):
        case "fail":
            return [f"{shown} does not pass"]
        case "unclear":
            return [f"{shown} can't be understood: say pass or fail"]
        case "none":
            return []
    runs = [run for run in proof.runs if name.casefold() in (run.name.casefold(), run.words[0].casefold())]
    if not runs or any(run.result == "passed" and proof.fits(run) for run in runs):
        return []
    return [f"{shown} is claimed, but {_instead(runs, proof, name)}"]


def is_test(run: Evidence) -> bool:
    """Whether the run is one of tests: its runner counts them, or its words say so."""
    return run.ran is not None or _program(run.words) in TESTS or "test" in run.words


def is_type_check(words: list[str] | tuple[str, ...]) -> bool:
    """Whether the command checks types."""
    return _program(words) in TYPES or any(word in ("typecheck", "type-check", "check-types") for word in words)


def _program(words: list[str] | tuple[str, ...]) -> str:
    return words[0].rpartition("/")[2] if words else ""


def _failed(runs: list[Evidence]) -> bool:
    return bool(runs) and runs[-1].result == "failed"


def _named(run: Evidence) -> str:
    return f"`{' '.join(run.words)[:60]}`, {run.why[:80]}" if run.why else f"`{' '.join(run.words)[:60]}`"


def _instead(runs: list[Evidence], proof: Proof, what: str) -> str:
    """What the evidence says instead of the claim."""
    if not runs:
        return f"{what} was seen"
    last = runs[-1]
    if last.result == "passed":
        return proof.elsewhere(last)
    return f"the last one was {last.result} ({_named(last)})"
