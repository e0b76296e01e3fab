"""What a checkout has checked out, read from git's files: no git process, so that a hook can afford it."""

import os

from interlock.doors.repo import git_dir, note

_REF = "ref: "
_MOST = 4 * 1024 * 1024  # bytes of packed-refs that are looked at


class Head:
    """``branch`` is "" where HEAD is detached, ``commit`` where there is none yet, or it can't be told from the
    files alone (the reftable format)."""

    __slots__ = ("branch", "commit")

    def __init__(self, branch: str = "", commit: str = "") -> None:
        self.branch = branch
        self.commit = commit


def read(top: str) -> Head:
    """The head of the checkout whose top is ``top``. Never raises."""
    git = git_dir(top)
    said = _text(f"{git}/HEAD", 4096)
    if not said.startswith(_REF):
        return Head("", said if _is_id(said) else "")
    ref = said[len(_REF) :].strip()
    if not ref.startswith("refs/") or ".." in ref:
        return Head()
    shared = os.path.join(git, _text(f"{git}/commondir", 4096) or ".")
    commit = ""
    for folder in (git, shared):
        commit = commit or _text(f"{folder}/{ref}", 4096)
    commit = commit or _packed(f"{shared}/packed-refs", ref)
    return Head(
        ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else "", commit if _is_id(commit) else ""
    )


def _packed(path: str, ref: str) -> str:
    for line in _text(path, _MOST).split("\n"):
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return ""


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(sign in "0123456789abcdef" for sign in text)


def _text(path: str, most: int) -> str:
    """The beginning of a file of git's, "" where there is none."""
    try:
        return note(path, most)
    except (OSError, ValueError):
        return ""
