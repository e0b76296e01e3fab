"""Rows to values and back. A row's ``sum`` seals it; a row that does not fit its seal is a StateFault."""

from interlock.words.faults import StateFault, Unreadable
from interlock.words.jsontext import dumps, loads
from interlock.words.lease import Lease, Ticket
from interlock.words.owner import Owner, parse
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from interlock.leases.port import Row

DAMAGED = "Interlock's state is damaged"


def seal(*fields: object) -> int:
    """A 63-bit check over the fields, as they come back from any store."""
    from _blake2 import blake2b

    text = "\x1f".join(repr(float(f)) if isinstance(f, float) else str(f) for f in fields)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def checked(row: "Row") -> "Row":
    """The row, if its last column seals the others."""
    if row[-1] != seal(*row[:-1]):
        raise StateFault(f"{DAMAGED} (a row does not fit its checksum)")
    return row


def meta_values(boot: str, seq: int, fence: int, ticket: int) -> "dict[str, Any]":
    """The store's own row: its boot, and the last number, fence and ticket that it gave out."""
    return {"boot": boot, "seq": seq, "fence": fence, "ticket": ticket, "sum": seal(boot, seq, fence, ticket)}


class OwnerRow:
    """An owner as the store knows it. Times in seconds on the store's clock; ``until`` is the last
    hook's time + TTL."""

    __slots__ = (
        "boot", "id", "issue", "kind", "pid", "pid_namespace", "project", "repo", "since", "started", "until"
    )  # fmt: skip

    def __init__(self, row: "Row") -> None:
        self.id: str
        self.kind: str
        self.issue: str
        self.project: str
        self.repo: str
        self.pid: int
        self.started: int
        self.boot: str
        self.pid_namespace: str
        self.since: float
        self.until: float
        (
            self.id, self.kind, self.issue, self.project, self.repo, self.pid, self.started,
            self.boot, self.pid_namespace, self.since, self.until, _,
        ) = checked(row)  # fmt: skip

    @property
    def owner(self) -> Owner:
        return parse(self.id)

    def values(self) -> "dict[str, Any]":
        """The row's named values, sealed."""
        named = {name: getattr(self, name) for name in _OWNER_COLUMNS}
        return {**named, "sum": seal(*named.values())}


_OWNER_COLUMNS = (
    "id", "kind", "issue", "project", "repo", "pid", "started", "boot", "pid_namespace", "since", "until",
)  # fmt: skip


def new_owner(owner: Owner, since: float, until: float, **facts: object) -> OwnerRow:
    """A row for an owner seen for the first time. ``facts``: kind, issue, project, repo, pid, started,
    boot, pid_namespace; those not named are empty."""
    blank: dict[str, object] = dict.fromkeys(_OWNER_COLUMNS, "")
    row = {**blank, "pid": 0, "started": 0, **facts, "id": owner.id, "since": since, "until": until}
    columns = tuple(row[name] for name in _OWNER_COLUMNS)
    return OwnerRow((*columns, seal(*columns)))


def lease_values(lease: Lease) -> "dict[str, Any]":
    """A lease's row; ``until`` is the lease's own end there, not its owner's."""
    named = {
        "key": lease.resource.key,
        "digest": seal(lease.resource.key),
        "kind": lease.resource.kind,
        "shown": lease.resource.shown,
        "inode": lease.resource.inode,
        "owner": lease.owner.id,
        "fence": lease.fence,
        "since": float(lease.since),
        "until": float(lease.until),
        "purpose": lease.purpose,
        "waited": int(lease.waited),
    }
    return {**named, "sum": seal(*named.values())}


def lease_of(row: "Row") -> Lease:
    """The lease in a row, with its own end."""
    key, _digest, kind, shown, inode, owner, fence, since, until, purpose, waited, _ = checked(row)
    return Lease(Resource(kind, key, inode, shown), parse(owner), fence, since, until, purpose, bool(waited))


def ticket_values(ticket: Ticket) -> "dict[str, Any]":
    wants = [[r.kind, r.key, r.inode, r.shown] for r in ticket.wants]
    return {
        "number": ticket.number,
        "owner": ticket.owner.id,
        "wants": dumps(wants),
        "since": ticket.since,
        "until": ticket.until,
        "yielded_to": ticket.yielded_to,
        "waiting": int(ticket.waiting),
    }


def ticket_of(row: "Row") -> Ticket:
    number, owner, wants, since, until, yielded_to, waiting = row
    try:
        resources = tuple(Resource(*want) for want in loads(wants.encode()))  # type: ignore[attr-defined]
        return Ticket(number, parse(owner), resources, since + 0.0, until + 0.0, yielded_to, bool(waiting))
    except (Unreadable, TypeError, ValueError, AttributeError):
        raise StateFault(f"{DAMAGED} (a ticket can't be read)") from None
