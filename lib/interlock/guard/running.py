"""The mutexes of what a command runs: taken in the hook, in turn, before the command begins (docs/adr/0008).

Loaded for commands that hold a validation run, and at their end. The command is marked, and finds its ticket
(``doors/runticket.py``) through the prefix program; where there is none, the mutex is held from Pre to Post.
"""

import os
import time

from interlock.doors import contain, keys, runticket
from interlock.doors.repo import checkout
from interlock.guard.before import ASK_AGAIN
from interlock.guard.scene import Scene
from interlock.guard.shellcall import is_ticket, mark, unmarkable
from interlock.leases.acquire import acquire
from interlock.leases.records import lease_of
from interlock.leases.runs import REDEEMED_WITHIN, give_back
from interlock.shell.reading import Validation
from interlock.words.decision import DENY, Decision
from interlock.words.lease import Granted, Held
from interlock.words.resource import Resource, is_run, run_mutex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Store, Tx, World

_SETTLED = 2.0  # seconds after which a command that was let through has begun, if its user allowed it
_LATEST = 22.0  # seconds after the hook's start: an answer comes well before its deadline
_TIMEOUT, _LONGEST = 120.0, 600.0  # seconds: the client's own for a command, and its most
_LOOK = 0.1  # seconds between two looks at the kernel's lock
_KNOWS = b"interlock-run v1"
"""Stands in a prefix program that redeems tickets of runs; one of an older install does not."""


class Run:
    """The validation runs of one command, and the wait for their mutexes: all or none."""

    def __init__(self, scene: Scene, runs: tuple[Validation, ...]) -> None:
        self.scene = scene
        self.runs = runs
        places = [os.path.realpath(_place(scene, run)) for run in runs]
        self.checkout = places[0]
        both = zip(runs, places, strict=True)
        wants = [run_mutex(run.mutex, keys.text(top)) for run, top in both if run.mutex]
        self.wants = list({want.key: want for want in wants}.values())
        self.waits = False
        self._end = 0.0
        use_id = scene.call.use_id if is_ticket(scene.call.use_id) else f"none-{os.getpid()}"
        self.purpose = f"{use_id} {_shown(runs)}"

    def left(self) -> float:
        """Seconds for which it is still waited in this hook; counted from the first time that it is asked."""
        now = time.monotonic()
        if not self._end:
            self._end = min(now + self.scene.config.run_wait, self.scene.started + _LATEST)
        return max(0.0, self._end - now)

    def pause(self, ticket: int) -> None:
        """Until it is worth asking again."""
        pause(self.scene.store, self.scene.world, self.wants, ticket, min(self.left(), ASK_AGAIN))

    def ask(self, tx: "Tx", passed: Decision) -> tuple[Decision | None, int]:
        """In the transaction that decides: what becomes of the command that ``passed`` all else. (None, ticket)
        means: wait and ask again."""
        scene = self.scene
        self.waits = self.left() > 0
        self._supersede(tx)
        got = acquire(
            tx, scene.world, scene.owner, self.wants, scene.terms, self.purpose, queue=True,
            until=tx.now + REDEEMED_WITHIN, waiting=self.waits,
        )  # fmt: skip
        if isinstance(got, Held) and self.waits:
            return None, got.ticket
        if isinstance(got, Granted):
            return self._granted(tx, got, passed), 0
        from interlock.guard.runtexts import unavailable

        return Decision(DENY, "run_held", unavailable(tx, scene, got, self)), 0

    def _supersede(self, tx: "Tx") -> None:
        """An agent that goes on to its next command was not allowed the one before, where that one's ticket still
        lies there; should it begin all the same, its wrapper waits for its turn."""
        for row in tx.run("lease_of", owner=self.scene.owner.id):
            lease = lease_of(row)
            call = lease.purpose.partition(" ")[0]
            if not is_run(lease.resource) or call == self.scene.call.use_id or tx.now - lease.since < _SETTLED:
                continue
            if is_ticket(call) and os.path.exists(runticket.path(self.scene.root, call)):
                give_back(tx, self.scene.world, self.scene.owner, [(lease.resource.key, lease.fence)])

    def _granted(self, tx: "Tx", got: Granted, passed: Decision) -> Decision:
        scene = self.scene
        told = ""
        marked = mark(scene, always=True) if self._leave(got) else ""
        if not marked:
            until = tx.now + _timeout(scene)
            acquire(tx, scene.world, scene.owner, self.wants, scene.terms, self.purpose, until=until)
            from interlock.guard.runtexts import unwatched

            told = unwatched(scene) if self.wants else ""
        context = "\n".join(text for text in (passed.context, told) if text)
        reason = "run" if passed.reason == "shell" else passed.reason
        return Decision(passed.verdict, reason, passed.sentence, context, marked or passed.command)

    def _leave(self, got: Granted) -> bool:
        """Whether the command will find its ticket."""
        scene, call = self.scene, self.scene.call
        if call.tool != "Bash" or unmarkable(scene, True) or not _redeems(scene):
            return False
        leases = tuple((lease.resource.key, lease.fence) for lease in got.leases)
        runs = tuple({name: getattr(run, name) for name in Validation.__slots__} for run in self.runs)
        ticket = runticket.Ticket(
            call.use_id, scene.owner.id, self.checkout, scene.cwd, call.command, runs, leases,
            scene.environ.get("PATH", ""),
        )  # fmt: skip
        try:
            runticket.leave(scene.root, ticket)
        except OSError:
            return False
        return True


def pause(store: "Store", world: "World", wants: list[Resource], ticket: int, seconds: float) -> None:
    """Waits until the ticket is rung for, or the kernel frees what is wanted, which rings no bell (a run killed
    -9), or the seconds are over."""
    busy = not all(map(world.idle, wants))
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        rung = store.wait(ticket, min(_LOOK, end - now))
        if rung or (busy and all(map(world.idle, wants))):
            return


def ended(tx: "Tx", scene: Scene) -> None:
    """After the call: gives back what no process holds, but for a command of the background, which may yet
    begin."""
    call = scene.call
    if call.in_background:
        return
    use_id = call.use_id
    leases = [lease_of(row) for row in tx.run("lease_of", owner=scene.owner.id)]
    mine = [lease for lease in leases if is_run(lease.resource) and lease.purpose.partition(" ")[0] == use_id]
    pairs = [(lease.resource.key, lease.fence) for lease in mine]
    if pairs:
        runticket.withdraw(scene.root, use_id)
        give_back(tx, scene.world, scene.owner, pairs)


def _place(scene: Scene, run: Validation) -> str:
    cwd = run.cwd or scene.cwd
    return checkout(cwd) or checkout(scene.project) or scene.project


def _shown(runs: tuple[Validation, ...]) -> str:
    return "; ".join(" ".join(run.spelled) for run in runs).encode("utf-8", "replace").decode()


def _redeems(scene: Scene) -> bool:
    """Whether the client starts its commands through a program of ours that knows tickets of runs."""
    if not contain.in_force(scene.root, scene.environ):
        return False
    try:
        with open(scene.environ.get("CLAUDE_CODE_SHELL_PREFIX", ""), "rb") as file:
            return _KNOWS in file.read(1 << 16)
    except (OSError, ValueError):
        return False


def _timeout(scene: Scene) -> float:
    """Seconds that the client lets the command run, by what the call says."""
    if scene.call.in_background:
        return _LONGEST
    said = scene.call.input.get("timeout")
    if not isinstance(said, int | float) or not 0 < said <= _LONGEST * 1000:
        return _TIMEOUT
    return said / 1000
