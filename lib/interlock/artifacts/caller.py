"""Who types an `interlock` command about a run, what its contract is, and which run it means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from interlock.artifacts.runs.folder import Runs
from interlock.doors import keys, process
from interlock.doors.content import MISSING
from interlock.doors.contracts import Contracts, load, user_folder
from interlock.guard import whichrun
from interlock.leases.records import OwnerRow
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS, Contract, meant, run_of
from interlock.words.faults import Fault
from interlock.words.owner import Owner

if TYPE_CHECKING:
    from interlock.faces.desk import Desk
    from interlock.leases.port import Tx


class Refused(Fault):
    """Not by this caller, or not now."""


class Caller(NamedTuple):
    """``kind``: the agent type, "" for a main agent without one and for a person; ``contract``: its, None where it
    has none; ``told``: the run that its prompt names, "" for none; ``read``: the runs of which it has read
    something."""

    owner: Owner
    kind: str
    contract: Contract | None
    contracts: Contracts
    told: str
    read: frozenset[str]

    @property
    def name(self) -> str:
        """As sentences call it."""
        return self.kind or ("you" if self.owner.is_person else "an agent without a contract")


def caller(desk: Desk, decides: bool = True) -> Caller:
    """Who runs this command (docs/adr/0005). Raises Fault where that can't be told, and for a person's below
    a client: who takes the session out of the environment is no person by that. ``decides``: the command does what
    an agent could wish to do as a person; then a person's comes from a terminal of its own while a client works in
    the repository, for what an agent starts and lets go of has no client above it, and no terminal."""
    with desk.transaction() as tx:
        owner = desk.actor(tx)
        if owner.is_person:
            _is_person(tx, desk, decides)
        rows = tx.run("owner_get", id=owner.id)
        told = whichrun.named(tx, owner)
        seen = [str(row[0]) for row in tx.run("seen_of", owner=owner.id) if row[1] != MISSING]
    kind = OwnerRow(rows[0]).kind if rows else ""
    found = contracts(desk)
    inside = f"{keys.text(str(Path(desk.project).resolve()))}/{RUNS}/"
    runs = {run_of(f"{RUNS}/{key.removeprefix(inside)}") for key in seen if key.startswith(inside)}
    return Caller(owner, kind, found.of(kind) if kind else None, found, told, frozenset(runs - {""}))


def _is_person(tx: Tx, desk: Desk, decides: bool) -> None:
    """Raises Fault for who may be an agent."""
    clients = _clients(tx, desk.boot)
    if set(process.ancestors()) & set(clients):
        raise Fault(
            "This runs below a Claude Code session and does not say which agent's it is. Call `interlock` as "
            "it is, in the environment as it is; a person types it in a terminal of their own."
        )
    here = desk.repo()
    near = [pid for pid, repos in clients.items() if here in repos]
    mine = process.terminal(os.getpid())
    if decides and near and (not mine or mine in map(process.terminal, near)):
        raise Fault(
            f"Claude Code works here (process {near[0]}), and this command has no terminal of its own, "
            "so it may be an agent's. A person types it in a terminal in which no session runs."
        )


def _clients(tx: Tx, boot: str) -> dict[int, set[str]]:
    """The clients that hooks have made known and that live: by pid the repositories in which their agents work."""
    found: dict[int, set[str]] = {}
    for row in map(OwnerRow, tx.run("owner_all")):
        if row.pid and (row.boot, row.pid_namespace) == (boot, process.namespace()):
            seen = process.stat(row.pid)
            if seen is not None and seen[2] == row.started and seen[3] not in "ZX":
                found.setdefault(row.pid, set()).add(row.repo)
    return found


def contracts(desk: Desk) -> Contracts:
    """The contracts of the project's agents, as they stand."""
    from interlock.contracts.compile import compile_project

    user = user_folder(desk.environ, desk.home)
    found = load(desk.project, desk.root, user, desk.config)
    if found.stale:
        compile_project(desk.project, desk.root, user)
        found = load(desk.project, desk.root, user, desk.config)
    return found


def which(desk: Desk, named: str | None, who: Caller) -> RunMeta:
    """The run that is meant: the one that is named, here or in the caller's prompt; else the open one of which it
    has read something, else the only open one. Raises Fault where that is none, or several."""
    runs = Runs(Path(desk.project), desk.root)
    named = named or who.told
    found = meant(named, () if named else (meta.run_id for meta in runs.open()), who.read)
    if not found:
        raise Fault("No run is open here. `interlock runs list` names them; say which with --run.")
    if len(found) > 1:
        raise Fault(f"Several runs are open: {', '.join(found[:8])}. Say which with --run.")
    meta = runs.get(found[0])
    if meta is None:
        raise Fault(f"There is no run {found[0][:70]!r} here; `interlock runs list` names them.")
    return meta
