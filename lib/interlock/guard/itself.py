"""Protection of Interlock itself from the agents it guards: its state, its installed code, its config, and
its entries in the client's settings."""

from interlock.doors import keys, place
from interlock.doors.place import home
from interlock.guard.scene import Scene
from interlock.words.resource import TREE, Resource

_SETTINGS = ("/.claude/settings.json", "/.claude/settings.local.json")
_CONFIG = "/.claude/interlock.toml"


def protected(scene: Scene, target: Resource) -> bool:
    """Whether agents must not write the target, or must not write it in this way."""
    name = target.key.rpartition("/")[2].casefold()
    if name == "interlock.toml" and target.key.casefold().endswith(_CONFIG):
        return True
    if name.startswith("settings.") and target.key.casefold().endswith(_SETTINGS):
        from interlock.guard.settings import keeps_entries

        return not keeps_entries(scene.call, keys.path_of(target.shown))
    if target.kind == TREE and name == ".claude":
        return True
    return any(
        target.key == own
        or target.key.startswith(own + "/")
        or (target.kind == TREE and own.startswith(target.under()))
        for own in _folders(scene)
    )


def _folders(scene: Scene) -> list[str]:
    """The keys of the state folder, the hooks and the package."""
    account = home(scene.environ)
    folders = (scene.root, place.pack_dir() + "/hooks", place.lib_dir() + "/interlock")
    return [keys.resources(folder, "/", account)[0].key for folder in folders]
