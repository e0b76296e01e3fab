"""Whether anyone else is at work, asked of a store that can't be written."""

import os

from interlock.doors.store.embedded import sqlite
from interlock.guard.scene import Scene
from interlock.leases.records import OwnerRow
from interlock.words.faults import StateFault


def others_alive(scene: Scene) -> bool:
    """True unless it is certain that no other session is alive; a store that can't be read is not certain."""
    try:
        os.stat(scene.store.path)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    module = sqlite()
    try:
        database = module.connect(f"file:{_quoted(scene.store.path)}?mode=ro&immutable=1", uri=True)
        try:
            rows = database.execute(scene.store.queries["owner_all"]).fetchall()
        finally:
            database.close()
        return any(_alive(scene, OwnerRow(row)) for row in rows)
    except (module.Error, StateFault):
        return True


def _alive(scene: Scene, row: OwnerRow) -> bool:
    other_client = row.pid and scene.alive.pid and row.pid != scene.alive.pid
    mine = row.owner.conversation == scene.owner.conversation and not other_client
    if mine or row.boot not in ("", scene.boot):
        return False
    if row.pid:
        return not scene.world.dead(row.pid, row.started, row.boot, row.pid_namespace)
    return bool(row.until > scene.store.clock())


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
