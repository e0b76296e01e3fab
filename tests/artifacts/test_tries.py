"""A receipt that is made in vain again and again goes to a person."""

from __future__ import annotations

import json
from pathlib import Path

from .sample import front
from .sealed import Sealed

HANDOFF = front(agent="cleanup", flow="build")


def test_a_receipt_that_nothing_mends(tmp_path: Path) -> None:
    """cleanup is next while another try may help; after four receipts that say the same it is a person's."""
    ground = Sealed(tmp_path)
    ground.built(tested=False)
    told = []
    for _ in range(4):
        ground.seal()
        ground.artifact("cleanup_handoff.md", HANDOFF, by="cleanup")
        told.append(json.loads(ground.interlock("artifacts", "check", "r1", "--json").stdout))
    assert [[step["agent"] for step in one["next"]] for one in told[:3]] == [["cleanup"]] * 3
    assert told[3]["next"] == [] and "RERUN" in " ".join(told[3]["stuck"])
