"""The processes below a client, told apart from later ones with the same id."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import NamedTuple


class Process(NamedTuple):
    """A process: its id and the clock tick it began at."""

    pid: int
    began: str


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, ...; empty when gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def descendants(pid: int) -> list[Process]:
    """All processes below this one, now."""
    rows = {int(name): stat(int(name)) for name in os.listdir("/proc") if name.isdigit()}
    found: list[Process] = []
    parents = {pid}
    while parents:
        below = {p for p, row in rows.items() if row and int(row[1]) in parents}
        found += [Process(p, rows[p][19]) for p in below]
        parents = below
    return found


def end(processes: list[Process]) -> None:
    """Kill those that are still the same process."""
    for pid, began in processes:
        row = stat(pid)
        if row and row[19] == began:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
