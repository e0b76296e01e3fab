"""git's layout, read from the disk: no git process, so that the guard can afford it."""

import os


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
            top, _, git = _note(os.path.join(notes, name, "gitdir")).rpartition("/")
        except OSError:
            continue
        if git == ".git" and top.startswith("/"):
            found.append(top)
    return found


def common_dir(top: str) -> str:
    """What all worktrees of one repository share, by its real path: names the repository. For a folder
    that is no checkout, the folder itself."""
    git = os.path.join(top, ".git")
    try:
        if os.path.isfile(git):
            git = os.path.join(top, _note(git).removeprefix("gitdir:").strip())
            git = os.path.join(git, _note(os.path.join(git, "commondir")))
    except (OSError, ValueError):
        pass
    return os.path.realpath(git) if os.path.isdir(git) else os.path.realpath(top)


def _note(path: str) -> str:
    """The text of a small file of git's. Raises OSError, for anything else in its place too: a FIFO would hold up
    every hook."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if os.fstat(handle).st_mode & 0o170000 != 0o100000:
            raise OSError(22, "no plain file")
        return os.fsdecode(os.read(handle, 8192)).strip()
    finally:
        os.close(handle)
