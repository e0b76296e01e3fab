"""The desk: the store, the config and the actor behind one command."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from interlock.doors import clock, config, process, repo
from interlock.doors.audit import AuditFile
from interlock.doors.client import SHELLS
from interlock.doors.place import home, state_root
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.guard.scene import Evidence
from interlock.leases.arrive import arrive
from interlock.leases.clients import named
from interlock.leases.records import OwnerRow
from interlock.log.patience import patience
from interlock.words.faults import Fault
from interlock.words.owner import PERSON, Liveness, Owner, parse, part

if TYPE_CHECKING:
    from interlock.leases.port import Tx

SESSION = "CLAUDE_CODE_SESSION_ID"
MARK = re.compile(r"(?m)^# interlock:([A-Za-z0-9_-]{1,128})")


class UnknownActor(Fault):
    """Several agents of one session run commands at once, and this one carries no mark."""


class Desk:
    """Opened once per command, in the folder where the user stands."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self.environ = dict(os.environ) if environ is None else environ
        self.root = state_root(self.environ)
        self.home = home(self.environ)
        self.cwd = str(Path.cwd())
        self.project = repo.checkout(self.cwd) or self.cwd
        self.config = config.load(self.project, self.root)
        self.terms = self.config.terms
        self.boot = clock.boot_id()
        self.world = Evidence(self.boot, self.root)
        prepare(self.root)
        self.store = Embedded(self.root, AuditFile(self.root), clock.now, clock.wall, self.boot)
        self.host = part(os.uname().nodename)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """A transaction of the store. Raises Deadline where its lock can't be had in reasonable time."""
        with patience(self.root), self.store.transaction() as tx:
            yield tx

    def repo(self) -> str:
        """Names the repository around the working directory."""
        return repo.common_dir(self.project)

    def arrive(self, tx: Tx, owner: Owner) -> OwnerRow:
        """Notes the owner's sign of life. A person has no process to watch and no hooks to renew by."""
        facts = {} if tx.run("owner_get", id=owner.id) else {"project": self.project, "repo": self.repo()}
        if owner.is_person:
            return arrive(tx, owner, 0.0, Liveness(), **facts)
        alive = Liveness() if self._lives(tx, owner.id) else self.client()  # the hooks know their client better
        return arrive(tx, owner, self.terms.ttl, alive, **facts)

    def client(self) -> Liveness:
        """The client that this command runs in."""
        return process.client(self.environ.get("CLAUDE_PID", ""), self.environ.get(SESSION, ""), self.boot)

    def actor(self, tx: Tx) -> Owner:
        """Who types this: a person, or the agent whose Bash runs it. Raises UnknownActor."""
        session = part(self.environ.get(SESSION, ""))
        if not session:
            return Owner(self.host, PERSON + part(getpass.getuser()))
        for ticket in marks(self.environ.get(SESSION, "")):
            rows = tx.run("call_get", id=ticket)
            owner = parse(rows[0][1]) if rows else None
            if owner is not None and (owner.host, owner.conversation) == (self.host, session):
                return owner
        main = named(tx, Owner(self.host, session), self.client())
        prefix = f"{self.host}|{main.session}|"
        calls = tx.run("call_open", low=prefix, high=prefix[:-1] + "}")
        running = {row[1] for row in calls if row[2] in SHELLS and self._lives(tx, row[1])}
        if len(running) > 1:
            raise UnknownActor(
                "Several agents of this session run commands now, and this one does not say whose it is. "
                "Call `interlock` by its name in the command itself, not from a script."
            )
        return parse(running.pop()) if running else main

    def _lives(self, tx: Tx, owner_id: str) -> bool:
        """Whether the owner has not ended, as far as is known: what it ran may go on."""
        rows = tx.run("owner_get", id=owner_id)
        row = OwnerRow(rows[0]) if rows else None
        return row is not None and not self.world.dead(row.pid, row.started, row.boot, row.pid_namespace)


def marks(session: str) -> list[str]:
    """The marks that the guard left on this command, the surest first: on the outermost shell below the
    client, at the end. Marks further in may be the agent's own writing."""
    found: list[str] = []
    for pid in process.ancestors():
        if not process.carries(pid, session):
            break
        text = "\n".join(process.arguments(pid))
        found = list(reversed(MARK.findall(text))) + found
    return found
