"""The checkouts that a command went to: its own, and those that its text names."""

import os

from interlock.doors.place import home
from interlock.doors.repo import checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from interlock.guard.scene import Scene

MOST = 3
"""Checkouts of one command."""
_WORDS = 64  # of one command that are looked up on the disk
_BETWEEN = str.maketrans(dict.fromkeys(";&|()<>\"'`={},\n\t", " "))


def visited(scene: "Scene", commands: "Iterable[str]") -> list[str]:
    """The real tops of the checkouts around the call's folder and around what the words of the commands name, at
    most three. The words are only looked up on the disk: a Post has no time to read the command once more."""
    found = [top for top in [checkout(os.path.realpath(scene.cwd))] if top]
    account = home(scene.environ)
    for folder in [folder for command in commands for folder in _folders(command, scene, account)]:
        top = checkout(folder) if len(found) < MOST else ""
        if top and top not in found:
            found.append(top)
    return found


def _folders(command: str, scene: "Scene", account: str) -> list[str]:
    """The real folders that the words name, or that what they name is in. Once the client has gone along with a
    ``cd``, the words are relative to where it was: most often the project."""
    words = list(dict.fromkeys(command.translate(_BETWEEN).split()))[:_WORDS]
    bases = [scene.cwd, scene.project] if scene.cwd != scene.project else [scene.cwd]
    found = [os.path.realpath(scene.project)] if {"cd", "pushd"}.intersection(words) else []
    for word in words:
        if word.startswith("~/"):
            word = account + word[1:]
        for base in bases:
            path = os.path.join(base, word)
            for folder in (path, os.path.dirname(path)) if "/" in word else (path,):
                if os.path.isdir(folder):
                    found.append(os.path.realpath(folder))
                    break
    return list(dict.fromkeys(found))
