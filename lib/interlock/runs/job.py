"""What the wrapper knows of the command that it runs."""

from __future__ import annotations

from typing import NamedTuple

from interlock.doors.runticket import Ticket
from interlock.shell.reading import Validation


class Job(NamedTuple):
    """``owner`` is its id; ``leases`` are (key, fence) of the mutexes that were granted for it. Paths are as the
    file system has them. ``purpose`` is what the leases say."""

    use_id: str
    owner: str
    checkout: str
    cwd: str
    command: str
    runs: tuple[Validation, ...]
    leases: tuple[tuple[str, int], ...]
    purpose: str

    @property
    def keys(self) -> list[str]:
        """The keys of its mutexes."""
        return sorted({key for key, _ in self.leases})


def of(ticket: Ticket) -> Job:
    """The job that a hook left a ticket for. Raises TypeError where it is of another version."""
    runs = tuple(Validation(**_fields(run)) for run in ticket.runs)  # type: ignore[arg-type]
    return Job(
        ticket.use_id, ticket.owner, ticket.checkout, ticket.cwd, ticket.command, runs, ticket.leases,
        f"{ticket.use_id} {shown(runs)}",
    )  # fmt: skip


def shown(runs: tuple[Validation, ...]) -> str:
    """The runs on one line, fit for the store."""
    text = "; ".join(" ".join(run.spelled) for run in runs)
    return text.encode("utf-8", "replace").decode()


def _fields(run: dict[str, object]) -> dict[str, object]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in run.items()}
