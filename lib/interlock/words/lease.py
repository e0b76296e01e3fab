"""Lease, ticket and the outcomes of asking for one. Times are seconds on the store's clock."""

from interlock.words.owner import Owner
from interlock.words.resource import Resource
from interlock.words.value import Value


class Lease(Value):
    """A resource held by an owner. ``fence`` only grows over the life of the store, across reboots too.
    ``until`` is the effective end: the later of the lease's own and its owner's last hook + TTL. ``waited``: its
    owner had a place in the queue for it, so another had it meanwhile."""

    __slots__ = ("fence", "owner", "purpose", "resource", "since", "until", "waited")

    def __init__(
        self,
        resource: Resource,
        owner: Owner,
        fence: int,
        since: float,
        until: float,
        purpose: str,
        waited: bool = False,
    ) -> None:
        self.resource = resource
        self.owner = owner
        self.fence = fence
        self.since = since
        self.until = until
        self.purpose = purpose
        self.waited = waited

    def of(self, resource: Resource) -> "Lease":
        """The same lease, for another description of its resource."""
        return Lease(resource, self.owner, self.fence, self.since, self.until, self.purpose, self.waited)

    def lasting(self, until: float) -> "Lease":
        """The same lease, with that end."""
        return Lease(self.resource, self.owner, self.fence, self.since, until, self.purpose, self.waited)


class Ticket(Value):
    """A place in the queue. Tickets are served by number; ``until`` is when an unrenewed place lapses.
    ``yielded_to`` are the owners (a line each) this one was told to give way to, or "". ``waiting``: somebody
    waits with it now; else the place is only kept, for one who went on to other work."""

    __slots__ = ("number", "owner", "since", "until", "waiting", "wants", "yielded_to")

    def __init__(
        self,
        number: int,
        owner: Owner,
        wants: tuple[Resource, ...],
        since: float,
        until: float,
        yielded_to: str = "",
        waiting: bool = True,
    ) -> None:
        self.number = number
        self.owner = owner
        self.wants = wants
        self.since = since
        self.until = until
        self.yielded_to = yielded_to
        self.waiting = waiting


class Granted(Value):
    """All of what was asked for is held now. ``fresh`` are the leases that were not held before, ``waited`` the
    keys of what the owner had to wait for, by themselves or with the folder around."""

    __slots__ = ("fresh", "leases", "waited")

    def __init__(
        self, leases: tuple[Lease, ...], fresh: tuple[Lease, ...], waited: frozenset[str] = frozenset()
    ) -> None:
        self.leases = leases
        self.fresh = fresh
        self.waited = waited


class Held(Value):
    """Not granted: ``by`` are the leases of others in the way (empty where only the queue is).
    ``ahead`` are the owners whose earlier tickets go first; ``place`` is 1 for the next in line, 0 when
    not queued; ``ticket`` the number to ask again with, 0 when not queued."""

    __slots__ = ("ahead", "by", "place", "ticket")

    def __init__(
        self, by: tuple[Lease, ...], ahead: tuple[Owner, ...] = (), place: int = 0, ticket: int = 0
    ) -> None:
        self.by = by
        self.ahead = ahead
        self.place = place
        self.ticket = ticket


class Circle(Value):
    """Waiting would never end: ``owners`` wait for each other in this order. The youngest gives way."""

    __slots__ = ("owners", "yielding")

    def __init__(self, owners: tuple[Owner, ...], yielding: Owner) -> None:
        self.owners = owners
        self.yielding = yielding
