"""What a call would write, as resources: the same before and after it."""

from interlock.doors import client, keys
from interlock.doors.place import home
from interlock.guard.scene import Scene
from interlock.words.faults import Unreadable
from interlock.words.resource import TREE, Resource


def written(scene: Scene) -> list[Resource]:
    """The resources that the call would write, each once, ignored ones included. Raises Unreadable where
    that can't be told: a guarded tool without a path, a path that can't be one, a folder for a file tool."""
    found: dict[str, Resource] = {}
    account = home(scene.environ)
    for path in client.written(scene.call, scene.config.mcp):
        for target in keys.resources(path, scene.cwd, account):
            if target.kind == TREE and not scene.call.is_mcp:
                raise Unreadable(f"{target.shown[-200:]} is a folder")
            if target.kind != TREE or _takes_folders(scene.call.tool):
                found[target.key] = target
    return list(found.values())


def spelled(scene: Scene) -> list[str]:
    """The same paths, as the call spells them."""
    return client.written(scene.call, scene.config.mcp)


def _takes_folders(tool: str) -> bool:
    from interlock.doors.mcp.names import takes_folders

    return takes_folders(tool)


def moves(tool: str) -> bool:
    """Whether the MCP tool may take away what it is given."""
    from interlock.doors.mcp import names

    return names.moves(tool)


def guarded(scene: Scene, targets: list[Resource]) -> list[Resource]:
    """Those that the config does not let through."""
    if not scene.config.ignore:
        return targets
    from interlock.guard.ignoring import Ignoring

    ignoring = Ignoring(scene)
    return [target for target in targets if not ignoring.covers(target)]
