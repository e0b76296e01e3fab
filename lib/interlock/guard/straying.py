"""After a command that nobody could read: what it changed that is not its agent's. Loaded only then.

It has happened, so it is told and logged; whose reports count is the receipt's to say, by who wrote them last.
"""

from interlock.guard import contractsays, sections
from interlock.words.artifact import made_by
from interlock.words.contract import NOT_SOURCE
from interlock.words.faults import StateFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.blocks import Block
    from interlock.guard.contracting import Bound
    from interlock.guard.spots import Spot
    from interlock.leases.port import Tx
    from interlock.words.resource import Resource

_CACHE = "__pycache__"
_TOLD = 64  # files of one command that are noted


def strayed(held: "Bound", tx: "Tx", changed: "list[Resource]", tracked: set[str]) -> str:
    """Notes which of the files that a command of the owner has changed are not its own, or blocked, or shared and
    changed in others' sections, and says so; "" for none. ``tracked``: the keys of those that git knew."""
    if held.contract.fault:
        return ""
    held.look_again()
    found: dict[str, str] = {}  # path, whose it is
    parts: dict[str, str] = {}  # the same of shared ones
    barred: dict[str, Block] = {}
    for target in changed:
        spot = held.spots.of(target)
        if spot is None or not _counts(held, spot, target.key in tracked):
            continue
        if held.shares(spot):
            others = sections.ran(tx, held, target)
            parts |= {spot.path: others[0]} if others else {}
        elif not held.may_write(spot):
            found[spot.path] = held.all.owner_of(spot.path)
        if (block := _known_block(held, spot)) is not None:
            barred[spot.path] = block
    paths = list(dict.fromkeys((*found, *parts, *barred)))[:_TOLD]
    if not paths:
        return ""
    whose = [found.get(path, "") or parts.get(path, "") or held.all.owner_of(path) for path in paths]
    tx.event("contract_strayed", **held.scene.facts(), paths=paths, owners=whose)
    if found:
        return contractsays.strayed(list(found), whose[0], held.contract.name)
    if parts:
        path, other = next(iter(parts.items()))
        return contractsays.strayed_section(path, other, held.contract.name)
    return contractsays.strayed_blocked(paths, barred[paths[0]])


def _counts(held: "Bound", spot: "Spot", tracked: bool) -> bool:
    """Whether a changed file is somebody's work. Of new ones those are not that tests and tools leave behind;
    what commands make in runs is checked there."""
    if made_by(spot.path):
        return False
    parts = spot.path.split("/")
    if tracked or parts[0] in NOT_SOURCE:
        return True
    from interlock.guard.shellcall import may_run

    return not (may_run(held.scene) or _CACHE in parts or any(part.startswith(".") for part in parts))


def _known_block(held: "Bound", spot: "Spot") -> "Block | None":
    try:
        found = held.block(spot)
    except StateFault:
        return None  # what it would write next is refused
    return found[1] if found is not None else None
