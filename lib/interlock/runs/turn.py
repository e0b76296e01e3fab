"""A job's turn: its mutexes had under the kernel's locks, and given back."""

from __future__ import annotations

import sys
import time

from interlock.doors import runtook
from interlock.doors.runticket import Ticket
from interlock.faces.desk import Desk
from interlock.guard import messages
from interlock.guard.before import ASK_AGAIN
from interlock.guard.running import pause
from interlock.guard.runtexts import held_by
from interlock.leases.acquire import acquire
from interlock.leases.queue import leave
from interlock.leases.runs import REDEEMED_WITHIN, give_back, has, redeem
from interlock.runs import job as jobs
from interlock.runs.lock import Locks
from interlock.words.lease import Circle, Granted, Held
from interlock.words.owner import Owner, parse
from interlock.words.resource import MUTEX, Resource, run_name

_KERNEL = 30.0
"""Seconds to wait for the kernel's lock of a mutex that the store has granted: the run before it is still being
looked at, or something that was started without a lease has it."""
_GLANCE = 0.2  # seconds of these between two looks at whether it is still granted


def enter(desk: Desk, job: Ticket) -> tuple[Ticket, Locks | None]:
    """Returns once the job's mutexes are its own; asks for them anew where a ticket came too late. None for
    locks that could not be had. Raises Fault and OSError where the state can't be used, KeyboardInterrupt where
    a person has had enough."""
    end = time.monotonic() + _KERNEL
    while time.monotonic() < end:
        locks = Locks(desk.root, jobs.keys(job))
        taken = locks.take(_GLANCE)
        with desk.transaction() as tx:
            mine = has(tx, parse(job.owner), list(job.leases))
            if taken and mine:
                redeem(tx, parse(job.owner), list(job.leases))
                return job, locks
        locks.close()
        if not mine:
            job = stand_in_line(desk, job)
            end = time.monotonic() + _KERNEL
    return job, None


def stand_in_line(desk: Desk, job: Ticket) -> Ticket:
    """The job with its mutexes granted, waited for in turn; who waits is told for whom. An interrupt leaves the
    queue."""
    owner = parse(job.owner)
    wants = [Resource(MUTEX, key) for key in jobs.keys(job)]
    told: object = None
    try:
        while True:
            with desk.transaction() as tx:
                desk.arrive(tx, owner)
                got = acquire(
                    tx, desk.world, owner, wants, desk.terms, jobs.purpose(job), queue=True,
                    until=tx.now + REDEEMED_WITHIN,
                )  # fmt: skip
                if isinstance(got, Granted):
                    return jobs.under(job, tuple((one.resource.key, one.fence) for one in got.leases))
                line = waiting_for(desk, got, owner, tx.now)
            if line != told and line:
                sys.stderr.write(f"interlock: {line}\n")
                sys.stderr.flush()
                told = line
            pause(desk.store, desk.world, wants, got.ticket if isinstance(got, Held) else 0, ASK_AGAIN)
    except KeyboardInterrupt:
        with desk.transaction() as tx:
            leave(tx, owner, tuple(wants))
        raise


def waiting_for(desk: Desk, got: Held | Circle, owner: Owner, now: float) -> str:
    """For whom it is waited, in a sentence; the same as long as nothing changes."""
    if isinstance(got, Circle) or not (got.by or got.ahead):
        return ""
    place = f"waiting, number {got.place} in the queue: " if got.place else ""
    if not got.by:
        return f"{place}{messages.name(got.ahead[0], '', owner)} is next."
    lease = got.by[0]
    who = "another command of yours" if lease.owner == owner else messages.name(lease.owner, "", owner)
    said = held_by(desk.root, lease, who, now, messages.clock(lease.since, now, desk.store.wall()))
    return f"{place}{said} (mutex {run_name(lease.resource)})."


def hand_over(desk: Desk, job: Ticket, locks: Locks, seconds: float | None) -> None:
    """The job's command has ended after so many seconds (None: it was not run): its mutexes go to who is next,
    unless something that it started holds on to them. The locks are kept for what is left to do, which the next
    wrapper waits for while it starts."""
    locks.close()
    with desk.transaction() as tx:
        give_back(tx, desk.world, parse(job.owner), list(job.leases))
    locks.take(0.0)
    for name in dict.fromkeys(str(run.get("name")) for run in job.runs if seconds is not None):
        runtook.note(desk.root, job.checkout, name, seconds or 0.0)
