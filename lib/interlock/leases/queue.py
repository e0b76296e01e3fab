"""The queue: tickets are served by number; a place is kept a while for who no longer asks.

A ticket is in the way of a later one where their wants overlap. Order is by ticket number over all
resources, so tickets can't wait for each other in a circle; owners who hold and wait can (``circles.py``).
"""

from interlock.leases.records import OwnerRow, lease_of, ticket_of, ticket_values
from interlock.leases.terms import Terms
from interlock.words.jsontext import dumps
from interlock.words.lease import Circle, Held, Lease, Ticket
from interlock.words.owner import Owner, parse
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx, World


def tickets(tx: "Tx", world: "World", now: float, near: list[Resource]) -> list[Ticket]:
    """The live tickets in their order; lapsed ones are dropped, and those of provably dead owners that want
    any of ``near`` (asking after every owner took most of a refusal with 50 waiters)."""
    live = []
    for row in tx.run("ticket_all"):
        ticket = ticket_of(row)
        if ticket.until <= now or (_overlap(ticket.wants, near) and gone(tx, world, ticket.owner)):
            _drop(tx, ticket, "place_lapsed")
        else:
            live.append(ticket)
    return live


def ahead_of(tx: "Tx", world: "World", owner: Owner, wants: list[Resource], now: float) -> list[Owner]:
    """The other owners whose tickets go before this owner's, first come first."""
    found: list[Owner] = []
    for ticket in tickets(tx, world, now, wants):
        if ticket.owner == owner:
            if _keys(ticket.wants) >= _keys(tuple(wants)):
                break
        elif ticket.owner not in found and _overlap(ticket.wants, wants):
            found.append(ticket.owner)
    return found


def join(
    tx: "Tx",
    world: "World",
    owner: Owner,
    wants: tuple[Resource, ...],
    blocking: list[Lease],
    ahead: list[Owner],
    terms: Terms,
    queue: bool,
    waiting: bool,
) -> Held | Circle:
    """The refusal; with ``queue`` also a place in the line, new or kept; with ``waiting`` somebody stands
    there, and must not wait for ever."""
    mine = _mine(tx, owner, wants)
    if not queue and mine is None:
        return Held(tuple(blocking), tuple(ahead))
    if mine is not None and mine.yielded_to:
        _drop(tx, mine, "yielded")
        return Circle((owner, *_parsed(mine.yielded_to)), owner)
    if mine is None:
        mine = Ticket(tx.next_ticket(), owner, wants, tx.now, tx.now + terms.place)
        tx.event("queued", owner=owner.id, ticket=mine.number, paths=[want.shown for want in wants])
    fresh = Ticket(mine.number, owner, wants, mine.since, tx.now + terms.place, "", waiting)
    tx.run("ticket_put", **ticket_values(fresh))
    held = Held(tuple(blocking), tuple(ahead), len(ahead) + 1, fresh.number)
    if not waiting:
        return held
    from interlock.leases.circles import circle  # only who waits needs it

    found = circle(tx, world, owner, tickets(tx, world, tx.now, []))
    if found is not None:
        if found.yielding == owner:
            _drop(tx, fresh, "yielded")
            return found
        _make_yield(tx, world, found)
    return held


def leave(tx: "Tx", owner: Owner, wants: tuple[Resource, ...]) -> None:
    """The owner wants no more what it queued for."""
    mine = _mine(tx, owner, wants)
    if mine is not None:
        tx.run("ticket_drop", number=mine.number)
        wake(tx, list(mine.wants))


def places(tx: "Tx", owner: Owner) -> list[Ticket]:
    """The owner's own tickets that count."""
    own = [ticket for row in tx.run("ticket_all") if (ticket := ticket_of(row)).owner == owner]
    return [ticket for ticket in own if ticket.until > tx.now]


def served(tx: "Tx", owner: Owner, queued: list[Ticket]) -> None:
    """The owner was granted something: those of its tickets of which it holds everything now, however it got it,
    are dropped. Nobody behind them can be served yet."""
    for ticket in queued:
        if all(_has(tx, owner, want) for want in ticket.wants):
            tx.run("ticket_drop", number=ticket.number)


def _has(tx: "Tx", owner: Owner, want: Resource) -> bool:
    rows = tx.run("lease_on", keys=dumps([want.key, *want.ancestors()]))
    leases = (lease_of(row) for row in rows)
    return any(lease.owner == owner and lease.resource.contains(want) for lease in leases)


def leave_all(tx: "Tx", owner: Owner) -> None:
    for row in tx.run("ticket_all"):
        ticket = ticket_of(row)
        if ticket.owner == owner:
            _drop(tx, ticket, "place_lapsed")


def wake(tx: "Tx", freed: list[Resource]) -> None:
    """Rings the tickets that are first in line for any of what was freed; who stands behind one of them
    would be refused (waking all made three refusals of every grant with 50 waiters)."""
    first: list[Resource] = []
    for row in tx.run("ticket_all"):
        ticket = ticket_of(row)
        if _overlap(ticket.wants, freed) and not _overlap(ticket.wants, first):
            tx.ring(ticket.number)
            first += ticket.wants


def _make_yield(tx: "Tx", world: "World", found: Circle) -> None:
    """Tells the youngest in the circle, which is waiting now, to give way."""
    on = [owner for owner in found.owners if owner != found.yielding]
    for ticket in tickets(tx, world, tx.now, []):
        if ticket.owner == found.yielding and ticket.waiting and not ticket.yielded_to:
            told = Ticket(
                ticket.number, ticket.owner, ticket.wants, ticket.since, ticket.until,
                "\n".join(owner.id for owner in on),
            )  # fmt: skip
            tx.run("ticket_put", **ticket_values(told))
            tx.ring(ticket.number)


def _mine(tx: "Tx", owner: Owner, wants: tuple[Resource, ...]) -> Ticket | None:
    for row in tx.run("ticket_all"):
        ticket = ticket_of(row)
        if ticket.owner == owner and _keys(ticket.wants) == _keys(wants):
            return ticket
    return None


def _drop(tx: "Tx", ticket: Ticket, event: str) -> None:
    tx.run("ticket_drop", number=ticket.number)
    tx.event(event, owner=ticket.owner.id, ticket=ticket.number, paths=[w.shown for w in ticket.wants])
    wake(tx, list(ticket.wants))


def gone(tx: "Tx", world: "World", owner: Owner) -> bool:
    """Whether the owner is provably dead."""
    rows = tx.run("owner_get", id=owner.id)
    if not rows:
        return False
    row = OwnerRow(rows[0])
    return world.dead(row.pid, row.started, row.boot, row.pid_namespace)


def _overlap(wants: tuple[Resource, ...], others: list[Resource]) -> bool:
    return any(want.overlaps(other) for want in wants for other in others)


def _keys(wants: tuple[Resource, ...]) -> set[str]:
    return {want.key for want in wants}


def _parsed(ids: str) -> list[Owner]:
    return [parse(text) for text in ids.split("\n")]
