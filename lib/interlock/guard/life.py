"""The coming and going of sessions and subagents."""

import os

from interlock.doors.config import SEQUENTIAL
from interlock.doors.place import lib_dir
from interlock.guard import gatesays, gating, messages, tidying, watch
from interlock.guard.scene import Scene
from interlock.image import refresh
from interlock.leases.records import OwnerRow, lease_of
from interlock.leases.release import depart, forget, session_owners, sweep
from interlock.words.decision import PASS, Decision
from interlock.words.owner import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx
    from interlock.words.lease import Lease
    from interlock.words.owner import Owner


def session_start(scene: Scene) -> Decision:
    """Arms the guard: buries the dead, notes the session, and tells the agent who else is here."""
    with scene.store.transaction() as tx:
        working = _with_issues(tx)
        sweep(tx, scene.world, scene.store.wall())
        gone = bool(working - _with_issues(tx))
        scene.store.tidy({row[0] for row in tx.run("ticket_all")})
        repository = scene.arrive(tx, main=True).repo
        tx.run("call_end", owner=scene.main.id)  # a killed client's; its next one begins
        watch.look_after(tx, scene, scene.store.wall())
        tidying.tidy(tx, scene.root, scene.store.wall())
        tx.event("session_start", **scene.facts(), source=part(scene.call.source), ms=scene.milliseconds())
        others = _others(tx, scene)
    gating.hand_over(scene, repository, gone)
    _put_on_path(scene)
    try:
        refresh(scene.root, lib_dir())
    except (OSError, SyntaxError, ValueError):
        pass  # only slower
    text = messages.greeting(others, scene.project, scene.config.problem)
    return Decision(PASS, "session_start", context=text)


def _with_issues(tx: "Tx") -> set[str]:
    return {row.id for row in map(OwnerRow, tx.run("owner_all")) if row.issue}


def _others(tx: "Tx", scene: Scene) -> "list[tuple[str, list[Lease], int]]":
    """Who else works in this repository, the first three leases of each and how many it has; the busiest
    first."""
    mine = tx.run("owner_get", id=scene.main.id)
    repo = OwnerRow(mine[0]).repo if mine else ""
    found = []
    for values in tx.run("owner_all"):
        row = OwnerRow(values)
        if row.owner.session == scene.owner.session or row.repo != repo:
            continue
        held = tx.run("lease_of", owner=row.id)
        if row.until > tx.now or held:
            who = messages.name(row.owner, row.kind, scene.main)
            found.append((who, [lease_of(lease) for lease in held[:3]], len(held)))
    return sorted(found, key=lambda item: -item[2])


def _put_on_path(scene: Scene) -> None:
    """Lets `interlock` be found from the session's Bash: lines in CLAUDE_ENV_FILE are in the environment
    of every later Bash call, subagents' too."""
    env_file = scene.environ.get("CLAUDE_ENV_FILE", "")
    folder = os.path.join(scene.root, "bin")
    if not env_file or not os.path.isdir(folder) or not os.path.isdir(lib_dir()):
        return
    line = f'export PATH="$PATH":{messages.quoted(folder)}\n'
    try:
        with open(env_file, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(line)
    except OSError:
        pass  # the sentences name the full command's alternatives; nothing is lost but comfort


def subagent_start(scene: Scene) -> Decision:
    with scene.store.transaction() as tx:
        scene.settle(tx)
        fresh = not tx.run("past_get", owner=scene.owner.id)
        row = scene.arrive(tx)
        tx.event("subagent_start", **scene.facts(), **gatesays.rules(scene.config))
        if fresh and scene.owner.is_subagent:
            gating.begun(tx, scene, row)
    return Decision(PASS, "subagent_start")


def subagent_stop(scene: Scene) -> Decision:
    """The subagent's leases end; its parent's and siblings' stay. May come for ids never started."""
    refusal = gating.at_stop(scene)
    if refusal is not None:
        return refusal
    with scene.store.transaction() as tx:
        scene.settle(tx)
        watch.look_after(tx, scene, scene.store.wall())
        if scene.owner.is_subagent:
            _pass_turn(tx, scene, scene.owner)
            rows = tx.run("owner_get", id=scene.owner.id)
            gating.ending(scene, [OwnerRow(row) for row in rows])
            tidying.hand_on(tx, scene.owner, part(scene.call.agent_type), scene.main, scene.store.wall())
            depart(tx, scene.owner, gone=True)
        tx.event("subagent_stop", **scene.facts())
    return Decision(PASS, "subagent_stop")


def stop(scene: Scene) -> Decision:
    """The main agent's turn ends: its leases are free. Its subagents work on in the background with
    theirs (live on 2.1.329)."""
    refusal = gating.at_stop(scene)
    if refusal is not None:
        return refusal
    with scene.store.transaction() as tx:
        scene.arrive(tx, main=True)
        watch.look_after(tx, scene, scene.store.wall())
        tx.run("shell_end", owner=scene.main.id, at=tx.now, background=0)
        tx.run("call_end", owner=scene.main.id)
        _pass_turn(tx, scene, scene.main)
        depart(tx, scene.main)
        tx.event("stop", **scene.facts())
    return Decision(PASS, "stop")


def session_end(scene: Scene) -> Decision:
    """The session is over, its subagents with it; after /clear the client lives on, and they may too."""
    with scene.store.transaction() as tx:
        scene.settle(tx)
        watch.look_after(tx, scene, scene.store.wall())
        if scene.call.reason == "clear":
            _pass_turn(tx, scene, scene.main)
        rows = session_owners(tx, scene.owner.host, scene.owner.session)
        ended = [row for row in rows if scene.call.reason != "clear" or not row.owner.is_subagent]
        for row in ended:
            depart(tx, row.owner, gone=True)
        if scene.call.reason == "clear":
            forget(tx, scene.main)  # its context is empty: it goes by nothing that it saw
        tx.event("session_end", **scene.facts(), reason=part(scene.call.reason))
    gating.ending(scene, ended)
    return Decision(PASS, "session_end")


def _pass_turn(tx: "Tx", scene: Scene, owner: "Owner") -> None:
    """In sequential mode, where it is the session's turn to write, not just the owner's."""
    if scene.config.mode == SEQUENTIAL:
        from interlock.guard import turns

        turns.hand_over(tx, scene, owner)
