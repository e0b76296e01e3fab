"""A command that comes between the reading of the log and that of a file makes nobody a forger."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlock.artifacts import log_events

from .sealed import Sealed


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run of which all is done but the receipt."""
    found = Sealed(tmp_path)
    found.built()
    return found


def between(patch: pytest.MonkeyPatch, reader: str, command: Callable[[], Any], which: int = 1) -> list[int]:
    """``command`` runs once, after ``reader`` has read the log for the ``which``-th time; what the list holds then
    begins so."""
    read, seen = getattr(log_events, reader), []

    def reads(root: str) -> Any:
        found = read(root)
        seen.append(1)
        if len(seen) == which:
            assert command().returncode == 0
        return found

    patch.setattr(log_events, reader, reads)
    return seen


def moves(ground: Sealed) -> Callable[[], Any]:
    return lambda: ground.typed("worklist", "reopen", "C-1", "--why", "it is not")


def stuck(ground: Sealed) -> str:
    """What `interlock artifacts check` calls stuck, and why who is next."""
    said = json.loads(ground.interlock("artifacts", "check", "r1", "--json").stdout)
    return json.dumps([said["stuck"], said["next"]])


def test_a_receipt_beside_a_worklist_command(ground: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt is of the new worklist, and says of nobody that it was edited."""
    ran = between(monkeypatch, "proved", moves(ground))
    made = ground.seal()
    assert ran
    assert (made.forensic_check, made.counts.items_pending) == ("PASS", 1)
    assert made.reasons == ["the worklist has 1 open: C-1"]


@pytest.mark.parametrize("which", [1, 2, 3])
def test_artifacts_check_beside_a_worklist_command(
    ground: Sealed, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    """Nothing is stuck by it."""
    ran = between(monkeypatch, "told", moves(ground), which)
    assert "edited" not in stuck(ground)
    assert len(ran) >= which or which > 2


@pytest.mark.parametrize("which", [1, 2, 3])
def test_artifacts_check_beside_a_run_that_is_closed(
    ground: Sealed, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    """The run's own file is no forgery, either."""
    ran = between(monkeypatch, "told", lambda: ground.interlock("runs", "close", "r1"), which)
    assert "edited" not in stuck(ground)
    assert len(ran) >= which or which > 2


def test_a_receipt_beside_a_run_that_is_closed(ground: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where a receipt is made meanwhile."""
    ran = between(monkeypatch, "proved", lambda: ground.interlock("runs", "close", "r1"))
    assert ground.seal().forensic_check == "PASS"
    assert ran


def test_who_edits_is_still_told(ground: Sealed) -> None:
    """Both looks find the same then."""
    path = ground.repo / ".runs/r1/build/worklist.json"
    path.write_text(path.read_text().replace('"pending"', '"fixed"').replace("taste", "waste"))
    assert "worklist.json: it is not as `interlock` wrote it: somebody edited it" in stuck(ground)
    meta = ground.repo / ".runs/r1/run_meta.json"
    meta.write_text(meta.read_text().replace("a run", "a walk"))
    assert "run_meta.json: it is not as `interlock runs` wrote it" in stuck(ground)
    assert ground.seal().forensic_check == "MISMATCH"
