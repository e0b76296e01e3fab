"""What the completion block claims, against what is known."""

from __future__ import annotations

import json

import pytest

from .ground import Ground, report


def test_findings_outstanding(ground: Ground) -> None:
    """More than 0 outstanding is bounced."""
    ground.done()
    assert "2 findings are outstanding" in ground.check(report(findings_outstanding=2)).missing[0]


@pytest.mark.parametrize(
    ("meta", "item"), [({"issue_id": "bd-12"}, {}), ({}, {"issue_id": "12"}), (None, {"issue_id": "12"})]
)
def test_findings_hidden(ground: Ground, meta: dict[str, str] | None, item: dict[str, str]) -> None:
    """0 outstanding while the run's worklist has pending items of the issue."""
    ground.done()
    items = [{"id": "F1", "status": "pending", **item}, {"id": "F2", "status": "fixed", **item}]
    ground.write(".runs/r1/build/worklist.json", json.dumps({"items": items}))
    if meta is not None:
        ground.write(".runs/r1/run_meta.json", json.dumps(meta))
    missing = ground.check().missing
    assert missing == [
        "findings are hidden: .runs/r1/build/worklist.json still has a finding pending (F1): "
        "fix or settle them there"
    ]


def test_findings_of_another_issue_are_not_hidden(ground: Ground) -> None:
    """Another issue's worklist is not this agent's business."""
    ground.done()
    items = [{"id": "F1", "status": "pending", "issue": "a sentence about a flaw"}]
    ground.write(".runs/13/worklist.json", json.dumps(items))
    assert ground.check().met


def test_findings_told_of_once_and_then_not(ground: Ground) -> None:
    """What was outstanding at the last check can't be 0 without a commit."""
    ground.done()
    assert "1 findings are outstanding" in ground.stop(report(findings_outstanding=1))
    assert any("you told of 1 before" in line for line in ground.check().missing)


def test_blocked_is_not_done(ground: Ground) -> None:
    """An honest `blocked` is not met."""
    ground.done()
    assert ground.check(report(blocked="no database")).missing == ["you are blocked: no database"]


@pytest.mark.parametrize("unit", ["fail", "2 failed", "1 passed, 1 error", "not all pass", "who knows"])
def test_a_block_that_says_it_fails(ground: Ground, unit: str) -> None:
    """A block whose own words say no, or nothing, is no pass."""
    ground.done()
    assert "unit" in ground.check(report(unit=unit)).missing[0]


def test_type_check_claimed_without_one(ground: Ground) -> None:
    """`tsc: 0 errors` needs a passed type check where one is required, or ran and failed."""
    ground.config('required = ["mypy"]')
    ground.start()
    ground.commit()
    missing = ground.check(report(tsc="0 errors", unit="n/a")).missing
    assert any(line.startswith("`tsc: 0 errors` is claimed, but no type check was seen") for line in missing)
    ground.config("required = []")
    ground.interlock("issue", "stop", by="alpha")
    ground.start()
    ground.commit("bd-12: config")
    ground.run("tsc --noEmit", result="failed", ran=None, why="exit code 2")
    missing = ground.check(report(tsc="0 errors", unit="n/a")).missing
    assert missing == ["`tsc: 0 errors` is claimed, but the last one was failed (`tsc --noEmit`, exit code 2)"]


def test_a_guard_that_failed(ground: Ground) -> None:
    """A guard claimed as passed that was seen to fail is bounced."""
    ground.done()
    ground.run("ruff check", result="failed", ran=None, why="exit code 1")
    missing = ground.check(report(guards=["ruff: pass"])).missing
    assert missing == ["guard `ruff: pass` is claimed, but the last one was failed (`ruff check`, exit code 1)"]


@pytest.mark.parametrize("line", ["echo test", "true", "pip install pytest", "echo pytest -q", "cat tests"])
def test_what_is_no_test_proves_no_tests(ground: Ground, line: str) -> None:
    """Whatever a command's words are: one that the table and the config don't know as tests is no test run."""
    ground.config("required = []")
    ground.start()
    ground.commit()
    ground.run(line, ran=None)
    (missing,) = ground.check(report(unit="pass")).missing
    assert missing.startswith("`unit: pass` is claimed, but no test run was seen") and "n/a" in missing


@pytest.mark.parametrize(
    "line", ["npm run test:unit", "make test", "cargo test", "tox", "./check all", "mvn verify-tests"]
)
def test_what_is_a_test(ground: Ground, line: str) -> None:
    """What the table calls tests, what the config adds under such a name, and what it requires."""
    ground.config('required = ["mvn verify-tests"]')
    if line != "mvn verify-tests":
        ground.config("required = []")
    added = '\n[[validations]]\nname = "all tests"\ncommand = "./check all"\n'
    file = ground.repo / ".claude/interlock.toml"
    file.write_text(file.read_text() + added)
    ground.start()
    ground.commit()
    ground.run(line, ran=None)
    assert ground.check(report(unit="pass")).missing == []


@pytest.mark.parametrize(
    ("claim", "line"),
    [({"tsc": "0 errors"}, "mypy"), ({"guards": ["lint: pass"]}, "ruff check"),
     ({"guards": ["ruff: ok"]}, "ruff check"),
     ({"guards": ["npm run lint: pass"]}, "npm run lint"), ({"guards": ["format: clean"]}, "black --check .")],
)  # fmt: skip
def test_a_pass_needs_a_run(ground: Ground, claim: dict[str, object], line: str) -> None:
    """A pass of anything is claimed with a passed run on the committed tree, and not without one."""
    ground.done()
    for other in (None, "tsc --help"):
        if other:
            ground.run(other, ran=None, result="partial")
        (missing,) = ground.check(report(**claim)).missing
        assert "is claimed, but" in missing
    ground.run(line, ran=None)
    assert ground.check(report(**claim)).met


@pytest.mark.parametrize("none", [None, "n/a", "none"])
def test_what_does_not_apply(ground: Ground, none: str | None) -> None:
    """null and n/a claim nothing, as long as nothing was seen to fail."""
    ground.config("required = []")
    ground.start()
    ground.commit()
    assert ground.check(report(tsc=none, unit=none, guards=["lint: n/a"])).met
    ground.run("mypy", ran=None, result="failed", why="exit code 1")
    assert "type check ran and failed" in ground.check(report(tsc=none, unit=none)).missing[0]
