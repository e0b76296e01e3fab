"""What the wrapper knows of the command that it runs: its ticket, from a hook or made for who typed the
command."""

from __future__ import annotations

from interlock.doors.runticket import Ticket
from interlock.shell.reading import Validation


def made(
    use_id: str, owner: str, place: tuple[str, str], command: str, runs: tuple[Validation, ...], path: str
) -> Ticket:
    """A ticket without leases. ``place`` is the checkout and the folder in it, ``path`` the session's PATH."""
    fields = tuple({name: getattr(run, name) for name in Validation.__slots__} for run in runs)
    return Ticket(use_id, owner, *place, command, fields, (), path)


def under(job: Ticket, leases: tuple[tuple[str, int], ...]) -> Ticket:
    """The same with (key, fence) of the mutexes that were granted for it."""
    return Ticket(job.use_id, job.owner, job.checkout, job.cwd, job.command, job.runs, leases, job.path)


def keys(job: Ticket) -> list[str]:
    """The keys of its mutexes."""
    return sorted({key for key, _ in job.leases})


def words(job: Ticket, name: str) -> list[tuple[str, ...]]:
    """An argument list of each of its runs: "words" or "spelled"."""
    found = [run.get(name) for run in job.runs]
    return [tuple(map(str, value)) for value in found if isinstance(value, list | tuple)]


def purpose(job: Ticket) -> str:
    """What its leases say: the call, and its runs on one line, fit for the store."""
    text = "; ".join(" ".join(one) for one in words(job, "spelled"))
    return f"{job.use_id} {text}".encode("utf-8", "replace").decode()
