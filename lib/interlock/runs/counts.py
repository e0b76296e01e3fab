"""How many tests ran, from what the runner printed.

pytest and jest could say it in a file (--junitxml, --json), but only with other words in the command or in its
environment, which tests can see and plugins can refuse; so the closing line is read. A test can print such a line,
too: the last one counts, which the runner prints when the tests are over. Where the exit code and the line
contradict each other, the run counts as unknown (``judging``).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_BYTES = 64 * 1024 * 1024
_LINE = 4096
_STEERING = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[@-Z\\-_]")


class Counts(NamedTuple):
    """``ran`` is without the skipped ones. ``go test`` without -v or -json names no tests, only packages: there a
    package with tests counts as one."""

    ran: int
    passed: int
    failed: int
    skipped: int
    errors: int


def read(runner: str, log: Path) -> Counts | None:
    """What the runner's output in that file says; None where it says nothing, or the runner is not known."""
    reader = _READERS.get(runner)
    try:
        return reader(_lines(log)) if reader else None
    except OSError:
        return None


def _lines(log: Path) -> Iterator[str]:
    """The last 64 MiB, line by line, as a terminal shows them: without colours, after the last carriage return. A
    line is cut at 4,096 characters."""
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _BYTES))
        while raw := file.readline(_LINE):
            while not raw.endswith(b"\n") and (rest := file.readline(1 << 20)):
                if rest.endswith(b"\n"):
                    break
            text = _STEERING.sub("", raw.decode("utf-8", "replace"))
            yield text.rstrip("\r\n").rpartition("\r")[2]


_WORDS = r"\d+ [a-z]+(?: [a-z]+)*"
_PYTEST = re.compile(
    rf"(?:=+ )?({_WORDS}(?:, {_WORDS})*|no tests (?:ran|collected)) in [\d.]+s(?: \([\d:, a-z]+\))?(?: =+)?"
)
_WORD = re.compile(r"(\d+) ([a-z ]+)")


_DOTS = re.compile(r"([.FEsxX]+) +\[ *(\d+)%\]")


def _pytest(lines: Iterable[str]) -> Counts | None:
    """The closing line; where two -q leave that out, the letters of the progress up to its end (100%)."""
    found, dots, letters = None, None, ""
    for line in lines:
        if match := _DOTS.fullmatch(line):
            letters += match[1]
            if match[2] == "100":
                dots, letters = _dots(letters), ""
        elif match := _PYTEST.fullmatch(line):
            said = {word.rstrip("s"): int(number) for number, word in _WORD.findall(match[1])}
            # the words of _pytest/terminal.py; xfailed tests ran as expected, xpassed ones too unless strict
            passed = sum(said.get(word, 0) for word in ("passed", "xfailed", "xpassed"))
            found = _counts(passed, said.get("failed", 0), said.get("skipped", 0), said.get("error", 0))
    return found or dots


def _dots(letters: str) -> Counts:
    passed = sum(map(letters.count, ".xX"))
    return _counts(passed, letters.count("F"), letters.count("s"), letters.count("E"))


_JEST = re.compile(r"\s*Tests:?\s+(?:no tests|((?:\d+ [a-z ]+(?:, | \| )?)+)(?:\((\d+)\))?)\s*")
_JEST_WORD = re.compile(r"(\d+) ([a-z]+)")


def _jest(lines: Iterable[str]) -> Counts | None:
    """jest: "Tests:       1 failed, 2 passed, 3 total"; vitest: "Tests  1 failed | 2 passed (3)"."""
    found = None
    for line in lines:
        if match := _JEST.fullmatch(line):
            said = {word: int(number) for number, word in _JEST_WORD.findall(match[1] or "")}
            skipped = said.get("skipped", 0) + said.get("todo", 0)
            found = _counts(said.get("passed", 0), said.get("failed", 0), skipped, 0)
    return found


_UNITTEST = re.compile(r"Ran (\d+) tests? in [\d.]+s")
_VERDICT = re.compile(r"(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?")


def _unittest(lines: Iterable[str]) -> Counts | None:
    """ "Ran 3 tests in 0.001s", an empty line, "FAILED (failures=1, errors=1, skipped=1)"."""
    ran, found = -1, None
    for line in lines:
        if match := _UNITTEST.fullmatch(line):
            ran = int(match[1])
        elif ran >= 0 and (match := _VERDICT.fullmatch(line)):
            said = {
                k.strip(): int(v)
                for k, _, v in (p.partition("=") for p in (match[1] or "").split(","))
                if v.isdecimal()
            }
            failed = said.get("failures", 0) + said.get("unexpected successes", 0)
            bad = failed + said.get("errors", 0) + said.get("skipped", 0)
            one = _counts(max(0, ran - bad), failed, said.get("skipped", 0), said.get("errors", 0))
            found = one if found is None else min(found, one, key=lambda counts: counts.passed)
            ran = -1
        elif line.strip():
            ran = -1
    return found


_CARGO_BEGIN = re.compile(r"running (\d+) tests?")
_CARGO_END = re.compile(
    r"test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured; \d+ filtered out.*"
)


def _cargo(lines: Iterable[str]) -> Counts | None:
    """The sum over all test programs. Each announces how many tests it runs, and closes with as many; what a test
    prints in this manner stands between."""
    announced: list[int] = []
    found = None
    for line in lines:
        if match := _CARGO_BEGIN.fullmatch(line):
            announced.append(int(match[1]))
        elif match := _CARGO_END.fullmatch(line):
            passed, failed, ignored, measured = map(int, match.groups())
            total = passed + failed + ignored + measured
            if announced[:1] == [total]:
                found = _sum(found, _counts(passed + measured, failed, ignored, 0))
                announced.clear()
    return found


_GO_TEST = re.compile(r"\s*--- (PASS|FAIL|SKIP): \S+ \([\d.]+s\)")
_GO_PACKAGE = re.compile(r"(ok  |FAIL)\t(\S+)(?:[\t ](.*))?")
_GO_WORDS = {"PASS": 0, "FAIL": 1, "SKIP": 2, "pass": 0, "fail": 1, "skip": 2}


def _go(lines: Iterable[str]) -> Counts | None:
    """Tests by name where they are named (-v, -json), else packages."""
    tests, packages, seen = [0, 0, 0], [0, 0], False
    for line in lines:
        if line.startswith("{"):
            event = _go_event(line)
            if event is not None:
                seen = True
                if event >= 0:
                    tests[event] += 1
        elif match := _GO_TEST.fullmatch(line):
            tests[_GO_WORDS[match[1]]] += 1
        elif match := _GO_PACKAGE.fullmatch(line):
            seen = True
            if match[1] == "FAIL":
                packages[1] += 1
            elif "[no tests to run]" not in (match[3] or ""):
                packages[0] += 1
    if not seen:
        return None
    passed, failed, skipped = tests
    if not any(tests):
        passed, failed = packages
    return _counts(passed, failed, skipped, 0)


def _go_event(line: str) -> int | None:
    """Which count a line of -json belongs to, -1 for none of them; None for another program's line."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or "Action" not in event or "Package" not in event:
        return None
    action = event["Action"] if isinstance(event["Action"], str) else ""
    return _GO_WORDS.get(action.lower(), -1) if event.get("Test") and action.islower() else -1


def _counts(passed: int, failed: int, skipped: int, errors: int) -> Counts:
    return Counts(passed + failed + errors, passed, failed, skipped, errors)


def _sum(one: Counts | None, other: Counts) -> Counts:
    return Counts(*(a + b for a, b in zip(one, other, strict=True))) if one else other


_READERS: dict[str, Callable[[Iterable[str]], Counts | None]] = {
    "pytest": _pytest, "jest": _jest, "vitest": _jest, "go": _go, "cargo": _cargo, "unittest": _unittest,
}  # fmt: skip
