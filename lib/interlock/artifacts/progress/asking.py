"""What progress needs to know beside the run's files, as it stands now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interlock.artifacts.progress.doubts import doubts, folded, strayed
from interlock.artifacts.progress.due import Rules
from interlock.artifacts.progress.tries import tries
from interlock.artifacts.receipts.writers import Writers
from interlock.artifacts.verdicts.giving import stand
from interlock.doors.contracts import Contracts
from interlock.shapes.artifacts.runs import RunMeta

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


def rules(desk: Desk, meta: RunMeta, known: Contracts) -> Rules:
    """Of the run in the desk's checkout."""
    top = Path(desk.project).resolve()
    blocks = stand(desk, top, known.tests)
    doubted = doubts(desk, meta)
    writers = Writers(desk, top)
    return Rules(
        known.all, known.tests, blocks, doubted, folded(desk, meta, doubted), strayed(desk, meta, known),
        writers.at, tries(desk, meta), writers.knew,
    )  # fmt: skip
