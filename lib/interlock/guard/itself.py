"""Protection of Interlock itself from the agents it guards: its state, its installed code, its config, and
its entries in the client's settings, by whatever links they are reached."""

from interlock import system as os
from interlock.doors import keys, place
from interlock.doors.place import home
from interlock.guard.scene import Scene
from interlock.words.faults import Unreadable
from interlock.words.resource import TREE, Resource

_CONFIG = "interlock.toml"
_NAMES = ("settings.json", "settings.local.json", _CONFIG)
_LINK = 0o120000


def protected(scene: Scene, target: Resource, removes: bool = False) -> bool:
    """Whether agents must not write the target, or must not write it in this way. ``removes``: a folder is
    not just written into, but moved away or deleted."""
    own = _own(target.key) or _linked(scene, target)
    if own == _CONFIG:
        return True
    if own:
        from interlock.guard.settings import keeps_entries

        return not keeps_entries(scene.call, keys.path_of(target.shown))
    if target.kind == TREE and target.key.casefold().endswith("/.claude"):
        return True
    if target.kind == TREE and removes and any(f"{key}/".startswith(target.under()) for key in _there(scene)):
        return True
    return any(
        target.key == own
        or target.key.startswith(own + "/")
        or (target.kind == TREE and own.startswith(target.under()))
        for own in _folders(scene)
    )


def _own(key: str) -> str:
    """Which file of any checkout's or home's `.claude` the key is by its name, "" for none."""
    folder, _, name = key.casefold().rpartition("/")
    return name if name in _NAMES and folder.endswith("/.claude") else ""


def _linked(scene: Scene, target: Resource) -> str:
    """Which of the project's and the user's own files the target is by symlinks or as a hard link, "" for none."""
    for path, info, through in _looked(scene):
        if info is not None and target.inode and target.inode == f"{info.st_dev}:{info.st_ino}":
            return path.rpartition("/")[2]
        if (through or (info is not None and info.st_mode & 0o170000 == _LINK)) and _key(path) == target.key:
            return path.rpartition("/")[2]
    return ""


def aliases(scene: Scene) -> list[str]:
    """The last names of what linked settings and config really are: a shell command that has one may write it."""
    found = []
    for path, info, through in _looked(scene):
        if through or (info is not None and info.st_mode & 0o170000 == _LINK):
            real = _key(path).split("/")
            found += [name for name in real[-2 if through else -1 :] if name not in ("", *_NAMES)]
    return found


def _there(scene: Scene) -> list[str]:
    """The keys of the project's and the user's own files that are there, and of the folders that name them."""
    paths = [path for path, info, _ in _looked(scene) if info is not None]
    folders = dict.fromkeys(path.rpartition("/")[0] for path in paths)
    return [key for path in (*paths, *folders) if (key := _key(path))]


def _looked(scene: Scene) -> "list[tuple[str, os.stat_result | None, bool]]":
    """The settings and config files with what stands at each; True where its folder isn't simply `.claude`.
    Eight looks at the disk for a plain write, no more."""
    named = scene.environ.get("CLAUDE_CONFIG_DIR", "")
    found: list[tuple[str, os.stat_result | None, bool]] = []
    for folder in (f"{scene.project}/.claude", named or f"{home(scene.environ)}/.claude"):
        info = _look(folder)
        if info is not None:
            through = info.st_mode & 0o170000 == _LINK or folder == named
            found += [(path, _look(path), through) for path in (f"{folder}/{name}" for name in _NAMES)]
    return found


def _look(path: str) -> "os.stat_result | None":
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def _key(path: str) -> str:
    try:
        return keys.resources(path, "/", "/")[0].key
    except Unreadable:
        return ""  # a circle of links: nothing that the client could read


def _folders(scene: Scene) -> list[str]:
    """The keys of the state folder, the hooks and the package: looked up once, a command may write many files."""
    if not scene.own_folders:
        account = home(scene.environ)
        folders = (scene.root, place.pack_dir() + "/hooks", place.lib_dir() + "/interlock")
        scene.own_folders = [keys.resources(folder, "/", account)[0].key for folder in folders]
    return scene.own_folders
