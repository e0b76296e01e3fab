"""The terms of a lease: how long it lasts and what becomes of one that its owner left."""

from interlock.words.value import Value

LIVE, GRACE, LAPSED, DEAD = "live", "grace", "lapsed", "dead"


class Terms(Value):
    """All in seconds. ``ttl``: how long a lease outlives its owner's last hook. ``grace``: the delay before
    a lease that ended uncleanly is granted again (Consul's lock-delay is 15 s, Chubby's 60 s). ``place``:
    how long a place in the queue is kept for who no longer asks."""

    __slots__ = ("grace", "place", "ttl")

    def __init__(self, ttl: float = 900.0, grace: float = 15.0, place: float = 30.0) -> None:
        self.ttl = ttl
        self.grace = grace
        self.place = place


def standing(until: float, now: float, grace: float, dead: bool) -> str:
    """What a lease that ends at ``until`` is now. At ``until`` itself it is over; the holder's proven
    death ends it at once, as nobody is left who could still write."""
    if dead:
        return DEAD
    if now < until:
        return LIVE
    return GRACE if now < until + grace else LAPSED
