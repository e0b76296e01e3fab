"""Circles of waiting, over all sessions: A waits for what B holds while B waits for what A holds."""

from interlock.leases.held import overlapping
from interlock.leases.queue import gone
from interlock.leases.records import OwnerRow
from interlock.words.lease import Circle, Ticket
from interlock.words.owner import Owner
from interlock.words.resource import is_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


def circle(tx: "Tx", world: "World", start: Owner, tickets: list[Ticket]) -> Circle | None:
    """The circle that ``start``'s waiting closes, if any, and its youngest member, who gives way."""
    path = _path(tx, world, start, tickets)
    if path is None:
        return None
    return Circle(tuple(path), max(path, key=lambda owner: _age(tx, owner)))


def _waits_for(tx: "Tx", world: "World", owner: Owner, tickets: list[Ticket]) -> list[Owner]:
    """Whom the owner waits for: earlier tickets that want the same, and the holders of what it wants. A
    ticket told to yield waits no more; who waits for a run waits for what ends by itself."""
    found: list[Owner] = []
    earlier: list[Ticket] = []
    for ticket in tickets:
        if ticket.yielded_to:
            continue
        if ticket.owner == owner and ticket.waiting and not any(map(is_run, ticket.wants)):
            # a place that is only kept waits for nobody
            found += [
                other.owner
                for other in earlier
                if other.owner != owner
                and any(want.overlaps(theirs) for want in ticket.wants for theirs in other.wants)
            ]
            found += [lease.owner for lease in overlapping(tx, world, list(ticket.wants)) if lease.owner != owner]
        earlier.append(ticket)
    return found


def _path(tx: "Tx", world: "World", start: Owner, tickets: list[Ticket]) -> list[Owner] | None:
    """The way from ``start`` back to itself, shortest first; None if there is none. Only those on the way
    are asked for whom they wait: with 50 waiters, asking all took 5 ms of every refusal."""
    ways = [[start]]
    reached: set[Owner] = set()
    for way in ways:
        for following in _waits_for(tx, world, way[-1], tickets):
            if following == start:
                return way
            if following not in reached and not gone(tx, world, following):
                reached.add(following)
                ways.append([*way, following])
    return None


def _age(tx: "Tx", owner: Owner) -> tuple[float, str]:
    rows = tx.run("owner_get", id=owner.id)
    return (OwnerRow(rows[0]).since if rows else float("inf"), owner.id)
