"""What an agent is told whose validation run has to wait: its place, who runs what since when, how long such runs
took lately, and the next step. At most 400 characters, as everywhere."""

import os

from interlock.doors import runlock, runticket, runtook
from interlock.guard.messages import REFUSAL, brief, fit, name, quoted, since, span
from interlock.words.faults import Unreadable
from interlock.words.lease import Circle, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import run_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.running import Run
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx

FORGED = (
    "Interlock: a line of this command begins with `# interlock:`, the mark by which Interlock knows whose "
    "command it is and puts there itself. Leave that line out and run the rest."
)


def unavailable(tx: "Tx", scene: "Scene", got: Held | Circle, run: "Run") -> str:
    """The refusal of a command whose turn has not come."""
    what = run.runs[0].name
    owners = got.owners if isinstance(got, Circle) else (*(lease.owner for lease in got.by), *got.ahead)
    kinds = {o.id: rows[0][1] for o in owners if (rows := tx.run("owner_get", id=o.id))}
    names = [name(owner, kinds.get(owner.id, ""), scene.owner) for owner in owners if owner != scene.owner]
    place = got.place if isinstance(got, Held) else 0
    if isinstance(got, Circle) or not got.by:
        return queued(what, names[0] if names else "another", place, run_name(run.wants[0]), scene.terms.place)
    lease = got.by[0]
    mine = lease.owner == scene.owner
    begun = since(lease.since, tx.now, scene.store.wall())
    held = held_by(scene.root, lease, "your own command" if mine else names[0], tx.now, begun)
    return running(what, held, place, run_name(lease.resource), scene.terms.place)


def held_by(root: str, lease: Lease, who: str, now: float, begun: str) -> str:
    """Who has the mutex, with what and since when (``begun``), as a clause; what its command left running, where
    that is all."""
    call, _, command = lease.purpose.partition(" ")
    shown = f"`{brief(command, 50)}`"
    try:
        ticket = runticket.read(root, call, runticket.RUNNING)
    except (OSError, Unreadable):
        left = runlock.holders(root, lease.resource.key) if now >= lease.until else []
        if left:
            told = ", ".join(f"{brief(program, 20)} (process {pid})" for pid, program in left[:2])
            step = f"end it if it is a server left behind: `kill {left[0][0]}`"
            return f"{told}, started by {shown} of {who}, still has it; {step}"
        return f"{who} runs {shown} since {begun}"
    took = runtook.lately(root, ticket.checkout, str(ticket.runs[0].get("name"))) if ticket.runs else None
    lately = f"such runs took {span(took)} lately" if took is not None else "how long it takes is unknown"
    return f"{who} runs {shown} since {begun}; {lately}"


def running(what: str, held: str, place: int, mutex: str, kept: float) -> str:
    """Refused: another run has the mutex."""
    queue = f" You are number {place} in the queue, kept for {span(kept)}." if place else ""
    return _told(f"{brief(what, 30)} runs one at a time here: {held}.{queue}", mutex)


def queued(what: str, first: str, place: int, mutex: str, kept: float) -> str:
    """Refused: nobody runs, but others are first."""
    queue = f" You are number {place} in the queue, kept for {span(kept)}." if place else ""
    return _told(f"{brief(what, 30)} runs one at a time here, and {first} is next in the queue.{queue}", mutex)


def _told(text: str, mutex: str) -> str:
    shown = quoted(mutex) if mutex.isprintable() and len(mutex) <= 40 else "NAME"
    step = f" Do other work, or `interlock wait {shown}`; then run it again."
    return fit(f"Interlock: {brief(text, REFUSAL - len(step) - 11)}{step}")


def unwatched(scene: "Scene") -> str:
    """Told once to each owner whose runs nobody watches; "" later."""
    if not _first(scene.root, scene.owner):
        return ""
    return fit(
        "Interlock: this run is kept apart from others, but nothing records it, as this session's commands don't "
        "start through Interlock's shell prefix. `interlock run -- COMMAND` records it."
    )


def _first(root: str, owner: Owner) -> bool:
    from _blake2 import blake2b

    mark = blake2b(owner.id.encode(), digest_size=16).hexdigest()
    folder = os.path.join(root, runlock.FOLDER)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(os.path.join(folder, f"{mark}.told"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return False
    return True
