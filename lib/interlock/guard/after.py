"""PostToolUse and PostToolUseFailure: what was read and written is noted, the owner's leases renewed.

Not a point of release: a lease lives over many calls. Pairs are not to be counted on (a call that fails the
tool's own validation fires neither hook), but a Post without its Pre means that the guard was not asked.
"""

from interlock.doors import content, keys
from interlock.guard import fresh, reading, watch
from interlock.guard.scene import Scene
from interlock.guard.targets import guarded, written
from interlock.leases.records import lease_of, lease_values
from interlock.words.contract import RUNS
from interlock.words.decision import PASS, Decision
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Row, Tx
    from interlock.leases.records import OwnerRow


def after_tool(scene: Scene) -> Decision:
    """Notes what the call did, and tells what its owner should know. Never refuses: it has happened."""
    call = scene.call
    if call.starts_agent:
        from interlock.guard.gating import started

        return started(scene)
    failed = call.event == "PostToolUseFailure"
    wrote = _written(scene)
    read = [] if failed else _read(scene)
    with scene.store.transaction() as tx:
        row = scene.arrive(tx)
        wall = scene.store.wall()
        began, watched = _end(tx, scene, bool(wrote) or call.is_shell)
        for target in wrote:
            if not failed:
                _wrote(tx, row, target, wall)
            watch.after_write(tx, scene, target, began, wall)
        for target in read:
            reading.saw(tx, scene, row, target, wall)
        runs = _shell(tx, scene, row, began, wall)
        if wrote or call.is_shell:
            _events(tx, scene, wrote, failed, watched)
        told = watch.notices(tx, row.id)
    if runs:
        told = "\n".join(text for text in (told, _attribute(scene, runs)) if text)
    if wrote and not failed and any(RUNS in target.shown for target in wrote):
        from interlock.guard.outputs import after_write

        told = "\n".join(text for text in (told, after_write(scene, wrote)) if text)
    return Decision(PASS, "noted" if wrote or read or call.is_shell else "no_path", context=told)


def _read(scene: Scene) -> list[Resource]:
    """The files that the call showed its agent; of a command's output only what its contract wants read, and
    of what that wants no glimpse."""
    if scene.call.is_shell and scene.call.agent_type:
        from interlock.guard.showing import shown

        return shown(scene)
    found = reading.shown(scene)
    if scene.call.agent_type and found:
        from interlock.doors.client import part

        if part(scene.call) is not None:
            from interlock.guard.showing import glimpsed

            seen = glimpsed(scene, found)
            return [target for target in found if target not in seen]
    return found


def _shell(tx: "Tx", scene: Scene, row: "OwnerRow", began: float, wall: float) -> "list[Row]":
    """Sees to what shell commands did; returns those whose changes to free files are to be looked for."""
    if scene.call.is_shell:
        _shell_changes(tx, row, wall, tx.wall - (tx.now - began))
        from interlock.guard import breaches

        breaches.after_shell(tx, scene, began, wall)
        from interlock.guard.shellcall import may_run

        if may_run(scene):
            from interlock.guard import running

            running.ended(tx, scene)
    elif tx.run("shell_any"):
        watch.look_after(tx, scene, wall)
    else:
        return []
    from interlock.guard import attribution

    return attribution.due(tx, scene)


def _attribute(scene: Scene, runs: "list[Row]") -> str:
    """Asks git outside any transaction: it takes a while. Returns what the owner is told of files that are not its
    own by its contract."""
    from interlock.guard import attribution
    from interlock.guard.before import bound

    changed = attribution.changed(scene, runs)
    held = bound(scene)
    with scene.store.transaction() as tx:
        mine = attribution.attribute(tx, scene, scene.arrive(tx), runs, changed, scene.store.wall())
        if held is None or not mine:
            return ""
        from interlock.guard.straying import strayed

        return strayed(held, tx, mine, changed.tracked)


def _written(scene: Scene) -> list[Resource]:
    try:
        return guarded(scene, written(scene))
    except Unreadable:
        return []


def _end(tx: "Tx", scene: Scene, guarded: bool) -> tuple[float, bool]:
    """(when the call's Pre came, whether it came), and marks the call as ended."""
    rows = tx.run("call_get", id=scene.call.use_id) if scene.call.use_id and guarded else []
    if not guarded:
        return tx.now, True
    if not rows:
        began = tx.now - scene.call.duration_ms / 1000
        if scene.call.use_id:
            tx.run("call_put", id=scene.call.use_id, owner=scene.owner.id, tool=scene.call.tool[:128],
                   at=began, decision="", ended=1)  # fmt: skip
        return began, False
    call_id, owner, tool, at, decision, ended, _note = rows[0]
    if not ended:
        tx.run("call_put", id=call_id, owner=owner, tool=tool, at=at, decision=decision, ended=1)
    return at, bool(decision) or bool(ended)


def _wrote(tx: "Tx", row: "OwnerRow", target: Resource, wall: float) -> None:
    """Notes a write, and the inode that the lease now stands for: new files get one, replaced ones
    another."""
    look = content.look(keys.path_of(target.shown), wall)
    fresh.wrote(tx, row, target, look, wall)
    for values in tx.run("lease_of", owner=row.id):
        lease = lease_of(values)
        if lease.resource.key == target.key and lease.resource.inode != target.inode:
            moved = lease.of(Resource(FILE, target.key, target.inode, target.shown))
            tx.run("lease_put", **lease_values(moved))


def _shell_changes(tx: "Tx", row: "OwnerRow", wall: float, began: float) -> None:
    """Files this owner knows that changed while its own shell command ran, by nobody else's noted write,
    are its own doing (a formatter, sed -i): it is not told to read them again."""
    for key, digest, mark in tx.run("seen_of", owner=row.id):
        before = content.Look(digest, mark)
        look = content.look(keys.path_of(key), wall, before)
        if look.digest == before.digest or look.digest == content.MISSING:
            continue
        changed = _changed_at(keys.path_of(key))
        last = tx.run("wrote_get", key=key)
        others = bool(last) and last[0][0] != row.id and last[0][2] == look.digest
        if changed < began - 0.02 or others:
            continue
        if f"/{RUNS}/" in key and _beside(tx, row, tx.now - (tx.wall - changed)):
            fresh.note(tx, row.owner, Resource(FILE, key), look)  # whose report it is now nobody can say
        else:
            fresh.wrote(tx, row, Resource(FILE, key), look, wall)


def _beside(tx: "Tx", row: "OwnerRow", at: float) -> bool:
    """Whether a command of another ran at that time, on the store's clock."""
    from interlock.guard.watched import Run

    return any(Run(run).ran(at, at) for run in tx.run("shell_all") if run[1] != row.id)


def _changed_at(path: str) -> float:
    import os

    try:
        return os.stat(path).st_ctime
    except OSError:
        return 0.0


def _events(tx: "Tx", scene: Scene, written: list[Resource], failed: bool, watched: bool) -> None:
    facts = {**scene.facts(), "paths": [t.shown for t in written[:32]]}
    if not watched:
        tx.event("unguarded_call", **facts)
    tx.event("tool_failed" if failed else "tool_done", **facts, ms=scene.milliseconds())
