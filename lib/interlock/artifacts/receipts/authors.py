"""Who wrote a run's reports last, as far as hooks saw it: a critique counts if a critic wrote it.

The store keeps of each file the last known writer and what the file was then (a month long). A file that is
something else now was written past the hooks, so its writer is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from interlock.artifacts.receipts.counting import Gathered
from interlock.doors import keys
from interlock.doors.contracts import Contracts
from interlock.guard.messages import name
from interlock.shapes.artifacts.kinds import kind_of
from interlock.words.faults import Unreadable
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.faces.desk import Desk


class Author(NamedTuple):
    """``owner``: `host|session|agent`, "" where it is not known; ``kind``: its agent type, "" for none."""

    owner: str
    kind: str


NOBODY = Author("", "")
"""Not known."""


def authors(desk: Desk, top: str, found: Gathered, contracts: Contracts) -> dict[str, Author]:
    """Of each report that some agent type makes or shares, who did last. ``top``: its real path."""
    told: dict[str, Author] = {}
    with desk.transaction() as tx:
        for path in found.digests:
            kind = kind_of(path)
            if kind is None or kind.made_by or not makers(path, contracts):
                continue
            try:
                rows = tx.run("wrote_get", key=keys.resources(f"{top}/{path}", "/", "/")[0].key)
            except Unreadable:
                rows = []
            known = bool(rows) and rows[0][2] in found.looks[path]
            told[path] = Author(str(rows[0][0]), str(rows[0][1])) if known else NOBODY
    return told


def makers(path: str, contracts: Contracts) -> list[str]:
    """The agent types that write the report: the one that makes it, or those that share it."""
    owner = contracts.owner_of(path)
    return [owner] if owner else [one.name for one in contracts.all if one.shares_in(path)]


def strange(path: str, author: Author, contracts: Contracts) -> str:
    """What is wrong with the report's writer, a sentence; "" where it is one whose contract has the report."""
    allowed = makers(path, contracts)
    contract = contracts.of(author.kind) if author.kind else None
    if not allowed or (contract is not None and contract.name in allowed):
        return ""
    whose = f"{' or '.join(allowed[:4])} must write it"
    if not author.owner:
        return f"{path}: who wrote it is not known; {whose}, with the Write tool"
    return f"{path} was last written by {_called(author)}; {whose}"


def is_anothers(author: Author, contracts: Contracts) -> bool:
    """Whether the writer is an agent with a contract: one to which the report is forbidden."""
    return bool(author.kind) and contracts.of(author.kind) is not None


def _called(author: Author) -> str:
    try:
        return name(parse(author.owner), author.kind)
    except ValueError:
        return "somebody"
