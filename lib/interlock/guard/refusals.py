"""The refusals of a write, as decisions with their sentences. Loaded only when one is due."""

from interlock.doors.config import SEQUENTIAL
from interlock.guard import messages
from interlock.words.decision import ALLOW, DENY, Decision
from interlock.words.lease import Circle, Held
from interlock.words.owner import parse
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.fresh import Change
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx


def of_itself(scene: "Scene", target: Resource) -> Decision:
    """The target is Interlock's own."""
    return Decision(DENY, "own_files", messages.own(target.shown, scene.project))


def not_taken(scene: "Scene", target: Resource) -> Decision:
    """Strict mode: the lease was not taken before."""
    return Decision(DENY, "not_taken", messages.not_taken(target.shown, scene.project))


def no_room(problem: str, others: bool) -> Decision:
    """No room to write: a lone session goes on, with a warning; next to another one it is refused."""
    if others:
        return Decision(DENY, "no_room", messages.broken(f"{problem} Others are at work here. Free some space."))
    told = messages.fit(f"Interlock: {problem} No locks are kept until that is mended.")
    return Decision(ALLOW, "no_room_alone", context=told)


def unavailable(tx: "Tx", scene: "Scene", got: Held | Circle, targets: list[Resource], wall: float) -> Decision:
    """Somebody else has it, is next in line for it, or waiting would never end."""
    if scene.config.mode == SEQUENTIAL:
        from interlock.guard import turns

        refusal = turns.unavailable(tx, scene, got, targets, wall)
        if refusal is not None:
            return refusal
    owners = got.owners if isinstance(got, Circle) else (*(lease.owner for lease in got.by), *got.ahead)
    kinds = {o.id: rows[0][1] for o in owners if (rows := tx.run("owner_get", id=o.id))}
    if isinstance(got, Circle):
        return Decision(DENY, "circle", messages.circle(got, targets[0].shown, kinds, scene.project))
    wanted = next((t for t in targets for lease in got.by if lease.resource.overlaps(t)), targets[0])
    sentence = messages.held(got, wanted.shown, kinds, tx.now, wall, scene.project, scene.owner)
    return Decision(DENY, "held" if got.by else "queue", sentence)


def changed(scene: "Scene", change: "Change", target: Resource, now: float, wall: float) -> Decision:
    """The file is not what the owner last saw, or may not be what it takes it for."""
    if change.unseen:
        return Decision(DENY, "changed", messages.unseen(target.shown, scene.project))
    who = "someone outside Interlock"
    if change.owner:
        who = messages.name(parse(change.owner), change.kind, scene.owner)
    when = f" at {messages.since(now - change.ago, now, wall)}" if change.ago >= 0 else ""
    return Decision(DENY, "changed", messages.changed(target.shown, scene.project, who, when, change.gone))
