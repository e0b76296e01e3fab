"""A job's turn: its mutexes had under the kernel's locks, and given back."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from interlock.doors import runticket, runtook
from interlock.doors.runticket import Ticket
from interlock.faces.desk import Desk
from interlock.guard import messages
from interlock.guard.before import ASK_AGAIN
from interlock.guard.running import pause
from interlock.guard.runtexts import held_by
from interlock.leases.acquire import PURPOSE, acquire
from interlock.leases.queue import places
from interlock.leases.records import lease_of, ticket_values
from interlock.leases.runs import REDEEMED_WITHIN, give_back, has, redeem, renew
from interlock.runs import job as jobs
from interlock.runs.lock import Locks, had, is_wrapper
from interlock.words.faults import Fault
from interlock.words.lease import Circle, Granted, Held, Lease
from interlock.words.lease import Ticket as Queued
from interlock.words.owner import Owner, parse
from interlock.words.resource import MUTEX, Resource, run_name

if TYPE_CHECKING:
    from interlock.leases.port import Tx

_PATIENCE = 2.0
"""Seconds to wait in silence for the kernel's lock of a mutex that the store has granted: the run before it is
still being looked at. After that who waits is told who has it, perhaps without a lease."""
_STALE = 2 * ASK_AGAIN
_GLANCE = 0.2  # seconds between two looks at whether it is still granted


class GiveWay(Fault):
    """Waiting would never end."""


def enter(desk: Desk, job: Ticket) -> tuple[Ticket, Locks]:
    """Returns once the job's mutexes are its own, however long that takes; asks for them anew where a ticket came
    too late. Raises GiveWay, Fault and OSError where the state can't be used, KeyboardInterrupt where a person has
    had enough."""
    began, told = time.monotonic(), False
    while True:
        locks = Locks(desk.root, jobs.keys(job))
        try:
            taken = locks.take(_GLANCE)
            with desk.transaction() as tx:
                mine = has(tx, parse(job.owner), list(job.leases))
                if taken and mine:
                    redeem(tx, parse(job.owner), list(job.leases))
                    return job, locks
                if mine:
                    renew(tx, parse(job.owner), list(job.leases))
        except BaseException:
            locks.close()  # or ``alone`` would wait for this very process
            raise
        locks.close()
        if not mine:
            job = stand_in_line(desk, job)
            began = time.monotonic()
        elif not told and time.monotonic() - began > _PATIENCE:
            told = True
            _say(_having(desk, job))


def alone(desk: Desk, job: Ticket) -> Locks | None:
    """The kernel's locks where the state can't be used, however long that takes; None where they can't be had at
    all."""
    began, told = time.monotonic(), False
    locks = Locks(desk.root, jobs.keys(job))
    try:
        while not locks.take(_GLANCE):
            if not told and time.monotonic() - began > _PATIENCE:
                told = True
                _say(_having(desk, job))
    except OSError:
        return None
    return locks


def _having(desk: Desk, job: Ticket) -> str:
    """Which processes have the kernel's locks that this job waits for."""
    who = list(dict.fromkeys(one for key in jobs.keys(job) for one in had(desk.root, key)))
    if any(is_wrapper(*one) for one in who):
        return "waiting: the run before is still being recorded."
    named = ", ".join(f"{messages.brief(program, 20)} (process {pid})" for pid, program in who[:3])
    step = f"; if that is a server left behind, end it: `kill {who[0][0]}`" if who else ""
    return f"waiting: {named or 'another process'} still has this checkout's mutex{step}."


def _say(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"interlock: {line}\n")
        sys.stderr.flush()


def adopted(desk: Desk, job: Ticket) -> Ticket | None:
    """The job under the mutexes that the hook of this very call has taken for it; None where it took none. In
    a session whose commands don't start through the prefix program nobody redeems them, and to wait for them
    would be to wait for oneself. Who has the kernel's lock already is another run, and what another command's hook
    took is not this one's."""
    owner, keys = parse(job.owner), set(jobs.keys(job))
    with desk.transaction() as tx:
        mine = [lease_of(row) for row in tx.run("lease_of", owner=owner.id)]
        found = [one for one in mine if one.resource.key in keys and _is_for(one, job)]
        calls = {one.purpose.partition(" ")[0] for one in found}
        if {one.resource.key for one in found} != keys or len(calls) != 1:
            return None
        if not all(desk.world.idle(one.resource) for one in found):
            return None
    runticket.withdraw(desk.root, calls.pop())
    return jobs.under(job, tuple((one.resource.key, one.fence) for one in found))


def _is_for(lease: Lease, job: Ticket) -> bool:
    """Whether the lease was taken for a call of just these runs; what it says of them is cut where it is long."""
    told, mine = (text.partition(" ")[2] for text in (lease.purpose, jobs.purpose(job)))
    return bool(told) and (told == mine or (len(lease.purpose) >= PURPOSE and mine.startswith(told)))


def stand_in_line(desk: Desk, job: Ticket) -> Ticket:
    """The job with its mutexes granted, waited for in turn; who waits is told for whom. An interrupt leaves the
    queue. Raises GiveWay where the wait would close a circle."""
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
                if isinstance(got, Circle):
                    raise GiveWay(_circle(got, owner))
                line = waiting_for(desk, got, owner, tx.now)
            if line != told and line:
                _say(line)
                told = line
            pause(desk.store, desk.world, wants, got.ticket, ASK_AGAIN)
    except KeyboardInterrupt:
        with desk.transaction() as tx:
            _forgo(tx, owner, set(jobs.keys(job)))
        raise


def _forgo(tx: Tx, owner: Owner, keys: set[str]) -> None:
    """Who waited wants no more. Another command of the same owner may wait at the same place, and renews it; else
    it lapses in a moment."""
    for one in places(tx, owner):
        if {want.key for want in one.wants} == keys:
            soon = Queued(one.number, owner, one.wants, one.since, tx.now + _STALE, one.yielded_to)
            tx.run("ticket_put", **ticket_values(soon))


def _circle(got: Circle, owner: Owner) -> str:
    names = [messages.name(one, "", owner) for one in got.owners if one != owner]
    return (
        f"waiting for this turn would close a circle: {' and '.join(names[:3]) or 'another'} waits for what you "
        "hold. Undo half-done edits, `interlock lock release-all`, then run it again."
    )


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


def hand_over(desk: Desk, job: Ticket, locks: Locks, seconds: float | None) -> list[tuple[int, str]]:
    """The job's command has ended after so many seconds (None: it was not run): its mutexes go to who is next,
    unless something that it started holds on to them: those processes are returned. The locks are kept for what is
    left to do, which the next wrapper waits for while it starts."""
    locks.close()
    left = [one for key in jobs.keys(job) for one in had(desk.root, key)]
    with desk.transaction() as tx:
        give_back(tx, desk.world, parse(job.owner), list(job.leases))
    locks.take(0.0)
    for name in dict.fromkeys(str(run.get("name")) for run in job.runs if seconds is not None):
        runtook.note(desk.root, job.checkout, name, seconds or 0.0)
    return left


def still(desk: Desk, job: Ticket, left: list[tuple[int, str]]) -> str:
    """What to say of processes that the command left running and that have its mutexes still; "" if none has."""
    there = [pid for key in jobs.keys(job) for pid, _ in had(desk.root, key)] if left else []
    left = [one for one in dict.fromkeys(left) if one[0] in there]
    if not left:
        return ""
    shown = ", ".join(f"{messages.brief(program, 20)} (process {pid})" for pid, program in left[:3])
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    names = ", ".join(dict.fromkeys(run_name(Resource(MUTEX, key)) for key in jobs.keys(job)))
    return messages.fit(
        f"Interlock: {shown}{more}, left running by this command, still has the mutex {messages.brief(names, 40)}"
        f": nobody else can run here until it ends. Is it a server left behind, end it: `kill {left[0][0]}`."
    )
