"""PreToolUse: the write waits, passes or is refused."""

import time

from interlock.doors.config import SEQUENTIAL
from interlock.guard import watch
from interlock.guard.fresh import stale
from interlock.guard.itself import protected
from interlock.guard.scene import Scene
from interlock.guard.targets import guarded, moves, spelled, written
from interlock.leases.acquire import acquire
from interlock.leases.held import held_by
from interlock.words.decision import ALLOW, ASK, DENY, PASS, Decision
from interlock.words.faults import StorageFull
from interlock.words.jsontext import dumps, loads
from interlock.words.lease import Circle, Held
from interlock.words.resource import TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.contracting import Bound
    from interlock.leases.port import Tx

_SAME_CALL = 5.0  # seconds after a decision within which another hook for the same call may come to ask
ASK_AGAIN = 1.0  # seconds between looks while waiting: bells may be lost, and time alone frees leases
SOON = 0.1  # the same where no bell rings: for the end of a run


def before_tool(scene: Scene) -> Decision:
    """The decision on a tool call that is about to happen. Idempotent per tool_use_id."""
    call = scene.call
    if call.is_shell:
        from interlock.guard.shellcall import before_shell

        return before_shell(scene)
    if call.starts_agent:
        from interlock.guard.gating import launched

        return launched(scene)
    targets = written(scene)
    if not targets:
        return Decision(PASS, "no_path")
    for target in targets:
        if protected(scene, target, target.kind == TREE and moves(scene.call.tool)):
            from interlock.guard.refusals import of_itself

            return recorded(scene, of_itself(scene, target), targets)
    targets = guarded(scene, targets)
    if not targets:
        return Decision(PASS, "ignored")
    return _write(scene, targets, bound(scene))


def bound(scene: Scene) -> "Bound | None":
    """The contract that who acts is held to. Who has no agent type has none, and pays nothing for others'. May ask
    the desk: call it outside any transaction."""
    if not scene.call.agent_type and not scene.config.contracts_main:
        return None
    from interlock.guard import agents

    return agents.bound(scene)


def _write(scene: Scene, targets: list[Resource], held: "Bound | None") -> Decision:
    """Asks until granted or out of patience; the place in the queue is kept."""
    patience = time.monotonic() + scene.config.wait
    while True:
        try:
            decision, ticket = _ask(scene, targets, held, last=time.monotonic() >= patience)
        except StorageFull as problem:
            return _alone(scene, problem)
        if decision is not None:
            return decision
        left = max(0.0, patience - time.monotonic())
        scene.store.wait(ticket, min(left, ASK_AGAIN if ticket else SOON))


def _ask(
    scene: Scene, targets: list[Resource], held: "Bound | None", last: bool
) -> tuple[Decision | None, int]:  # fmt: skip
    """One transaction. (None, ticket) means: wait and ask again."""
    with scene.store.transaction() as tx:
        row = scene.arrive(tx)
        done = answered(tx, scene)
        if done is not None:
            return done, 0
        watch.look_after(tx, scene, scene.store.wall())
        refusal = held.refusal(tx, targets, spelled(scene)) if held is not None else None
        if refusal is not None:
            return note(tx, scene, refusal, targets), 0
        if scene.config.mode == "strict" and not _holds(tx, scene, targets):
            from interlock.guard.refusals import not_taken

            return note(tx, scene, not_taken(scene, targets[0]), targets), 0
        wants = targets
        if scene.config.freeze or scene.config.mode == SEQUENTIAL:
            from interlock.guard import turns

            refusal = turns.frozen(tx, scene, targets)
            if refusal is not None:
                return (note(tx, scene, refusal, targets) if last else None), 0
            wants = targets + turns.also(tx, scene, targets)
        got = acquire(tx, scene.world, scene.owner, wants, scene.terms, "", queue=True, waiting=not last)
        if isinstance(got, Held) and not last:
            return None, got.ticket
        wall = scene.store.wall()
        if isinstance(got, Held | Circle):
            from interlock.guard.refusals import unavailable

            return note(tx, scene, unavailable(tx, scene, got, wants, wall), targets), 0
        for lease in got.fresh:
            watch.baseline(tx, scene.root, scene.owner, lease.resource, wall)
        for target in targets:
            change = stale(tx, row, target, wall, target.key in got.waited)
            if change is not None:
                from interlock.guard.refusals import changed

                return note(tx, scene, changed(scene, change, target, tx.now, wall), targets), 0
        for target in targets:
            watch.writing(tx, scene.owner, target)
        decision = Decision(ALLOW, "granted" if got.fresh else "holder")
        return note(tx, scene, decision, targets, fence=max(lease.fence for lease in got.leases)), 0


def _holds(tx: "Tx", scene: Scene, targets: list[Resource]) -> bool:
    mine = [lease.resource for lease in held_by(tx, scene.owner)]
    return all(any(one.contains(target) for one in mine) for target in targets)


def answered(tx: "Tx", scene: Scene) -> Decision | None:
    """The decision already made on this very call: a hook that is run twice answers once. Some gateways number
    tool_use_ids anew in every answer, so the input must be the same, and the first decision fresh."""
    if not scene.call.use_id:
        return None
    rows = tx.run("call_get", id=scene.call.use_id)
    if not rows or rows[0][1] != scene.owner.id or not rows[0][4] or not 0 <= tx.now - rows[0][3] < _SAME_CALL:
        return None
    kept = loads(rows[0][4].encode())
    if not isinstance(kept, list) or len(kept) != 6 or kept[0] not in (ALLOW, DENY, ASK, PASS):
        return None
    return Decision(*map(str, kept[:5])) if kept[5] == _spelled(scene) else None


def _spelled(scene: Scene) -> str:
    """A digest of what the call asks for."""
    from _blake2 import blake2b

    text = f"{scene.call.tool}\0{scene.call.input!r}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def note(tx: "Tx", scene: Scene, decision: Decision, targets: list[Resource], **more: object) -> Decision:
    """Writes the decision down, in the transaction that made it, with what the owner has to be told."""
    if told := watch.notices(tx, scene.owner.id):
        context = f"{decision.context}\n{told}" if decision.context else told
        decision = Decision(decision.verdict, decision.reason, decision.sentence, context, decision.command)
    fields = [getattr(decision, n) for n in ("verdict", "reason", "sentence", "context", "command")]
    fields.append(_spelled(scene) if scene.call.use_id else "")
    if scene.call.use_id:
        tx.run(
            "call_put", id=scene.call.use_id, owner=scene.owner.id, tool=scene.call.tool[:128], at=tx.now,
            decision=dumps(fields), ended=int(decision.verdict == DENY),
        )  # fmt: skip
    tx.event(
        "decision", **scene.facts(), paths=[t.shown for t in targets[:32]], verdict=decision.verdict,
        reason=decision.reason, **({"sentence": decision.sentence} if decision.sentence else {}), **more,
        ms=scene.milliseconds(),
    )  # fmt: skip
    return decision


def recorded(scene: Scene, decision: Decision, targets: list[Resource]) -> Decision:
    """Notes a decision that needed no store; it stands even if it can't be noted."""
    try:
        with scene.store.transaction() as tx:
            scene.arrive(tx)
            return note(tx, scene, decision, targets)
    except StorageFull:
        return decision


def _alone(scene: Scene, problem: StorageFull) -> Decision:
    """No room to write: a lone session goes on, with a warning; next to another one it is refused."""
    from interlock.guard.alone import others_alive
    from interlock.guard.refusals import no_room

    return no_room(str(problem), others_alive(scene))
