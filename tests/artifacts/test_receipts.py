"""Receipts: counted, never believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .sealed import Sealed


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    return Sealed(tmp_path)


def test_a_whole_flow_is_verified(ground: Sealed) -> None:
    """Everything there, settled and passed on this tree: VERIFIED, with every figure as it is; and it checks."""
    ground.built()
    made = ground.seal()
    assert (made.status, made.recommended_action, made.reasons) == ("VERIFIED", "PROCEED", [])
    assert made.counts.model_dump() == {
        "tests_passed": 294, "tests_failed": 0, "tests_skipped": 2, "tests_planned": 2, "tests_written": 1,
        "files_changed": 1, "criteria": 2, "criteria_done": 1, "findings_critical": 0, "findings_major": 1,
        "findings_minor": 1, "findings_info": 0, "items_pending": 0, "items_in_progress": 0, "items_fixed": 1,
        "items_wontfix": 1,
    }  # fmt: skip
    assert made.gates == {"pytest -q": "PASS"}
    assert ground.check()["sentence"] == ""
