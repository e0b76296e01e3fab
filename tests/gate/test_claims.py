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
