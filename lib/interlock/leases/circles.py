"""Circles of waiting, over all sessions: A waits for what B holds while B waits for what A holds."""

from interlock.leases.held import overlapping
from interlock.leases.records import OwnerRow
from interlock.words.lease import Circle, Ticket
from interlock.words.owner import Owner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


def circle(tx: "Tx", world: "World", start: Owner, tickets: list[Ticket]) -> Circle | None:
    """The circle that ``start``'s waiting closes, if any, and its youngest member, who gives way."""
    edges = _edges(tx, world, tickets)
    path = _path(edges, start)
    if path is None:
        return None
    return Circle(tuple(path), max(path, key=lambda owner: _age(tx, owner)))


def _edges(tx: "Tx", world: "World", tickets: list[Ticket]) -> dict[Owner, list[Owner]]:
    """Who waits for whom: for the holders of what a ticket wants, and for the earlier tickets that want it
    too. A ticket told to yield waits no more."""
    edges: dict[Owner, list[Owner]] = {}
    earlier: list[Ticket] = []
    for ticket in tickets:
        if ticket.yielded_to:
            continue
        for other in earlier:
            if other.owner != ticket.owner and any(
                want.overlaps(theirs) for want in ticket.wants for theirs in other.wants
            ):
                edges.setdefault(ticket.owner, []).append(other.owner)
        earlier.append(ticket)
        for lease in overlapping(tx, world, list(ticket.wants)):
            if lease.owner != ticket.owner:
                edges.setdefault(ticket.owner, []).append(lease.owner)
    return edges


def _path(edges: dict[Owner, list[Owner]], start: Owner) -> list[Owner] | None:
    """The way from ``start`` back to itself, shortest first; None if there is none."""
    ways = [[start]]
    reached: set[Owner] = set()
    for way in ways:
        for following in edges.get(way[-1], []):
            if following == start:
                return way
            if following not in reached:
                reached.add(following)
                ways.append([*way, following])
    return None


def _age(tx: "Tx", owner: Owner) -> tuple[float, str]:
    rows = tx.run("owner_get", id=owner.id)
    return (OwnerRow(rows[0]).since if rows else float("inf"), owner.id)
