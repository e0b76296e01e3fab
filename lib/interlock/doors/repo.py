"""git's layout, read from the disk: no git process, so that the guard can afford it."""

import os

from interlock.doors.plainfile import beginning


def checkout(path: str) -> str:
    """The top of the checkout that ``path`` (absolute) lies in, "" if in none: the nearest folder above
    with a ``.git`` in it."""
    folder = path
    for _ in range(256):
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return ""


_MOST = 256  # worktrees that are looked at


def checkouts(common: str) -> list[str]:
    """The tops of the checkouts that share ``common`` (absolute), as git notes them there."""
    found = [os.path.dirname(common)] if os.path.basename(common) == ".git" else []
    notes = os.path.join(common, "worktrees")
    try:
        names = os.listdir(notes)[:_MOST]
    except OSError:
        return found
    for name in names:
        try:
            top, _, git = note(os.path.join(notes, name, "gitdir")).rpartition("/")
        except OSError:
            continue
        if git == ".git" and top.startswith("/"):
            found.append(top)
    return found


def common_dir(top: str) -> str:
    """What all worktrees of one repository share, by its real path: names the repository. For a folder
    that is no checkout, the folder itself."""
    git = git_dir(top)
    try:
        if git != os.path.join(top, ".git"):
            git = os.path.join(git, note(os.path.join(git, "commondir")))
    except (OSError, ValueError):
        pass
    return os.path.realpath(git) if os.path.isdir(git) else os.path.realpath(top)


def git_dir(top: str) -> str:
    """The checkout's own git folder: `.git`, or what the file `.git` of a worktree or submodule names."""
    git = os.path.join(top, ".git")
    try:
        if os.path.isfile(git):
            return os.path.join(top, note(git).removeprefix("gitdir:").strip())
    except (OSError, ValueError):
        pass
    return git


def note(path: str, most: int = 8192) -> str:
    """The text of a file of git's, ``most`` bytes of it, without what is blank at its ends. Raises OSError, for
    anything else in its place too: a FIFO would hold up every hook."""
    return os.fsdecode(beginning(path, most)).strip()
