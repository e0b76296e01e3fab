"""What a checkout has checked out, read from git's files: no git process, so that a hook can afford it."""

import os

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
    git = _git_dir(top)
    said = _text(f"{git}/HEAD", 4096).strip()
    if not said.startswith(_REF):
        return Head("", said if _is_id(said) else "")
    ref = said[len(_REF) :].strip()
    if not ref.startswith("refs/") or ".." in ref:
        return Head()
    shared = os.path.join(git, _text(f"{git}/commondir", 4096).strip() or ".")
    commit = ""
    for folder in (git, shared):
        commit = commit or _text(f"{folder}/{ref}", 4096).strip()
    commit = commit or _packed(f"{shared}/packed-refs", ref)
    return Head(
        ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else "", commit if _is_id(commit) else ""
    )


def _git_dir(top: str) -> str:
    """The folder with HEAD: `.git`, or what the file `.git` of a worktree or submodule names."""
    git = os.path.join(top, ".git")
    if os.path.isfile(git):
        git = os.path.join(top, _text(git, 8192).strip().removeprefix("gitdir:").strip())
    return git


def _packed(path: str, ref: str) -> str:
    for line in _text(path, _MOST).split("\n"):
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return ""


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(sign in "0123456789abcdef" for sign in text)


def _text(path: str, most: int) -> str:
    """The beginning of a regular file, "" where there is none: a pipe in its place would hang the hook."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if os.fstat(handle).st_mode & 0o170000 != 0o100000:
                return ""
            return os.read(handle, most).decode("utf-8", "surrogateescape")
        finally:
            os.close(handle)
    except (OSError, ValueError):
        return ""
