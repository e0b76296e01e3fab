"""What became of the checkout's files in the time of a run, as far as it shows afterwards."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from interlock.runs import fingerprint
from interlock.runs.shadow import Shadow
from interlock.words.faults import Unreadable

_MADE = "made.json"
_MOST = 4096


def touched(checkout: str, names: Iterable[str], since: float) -> list[str]:
    """Those of the files whose ctime is later than ``since`` (seconds since 1970): somebody wrote them after that,
    be they as they were again."""
    found = []
    for name in names:
        with contextlib.suppress(OSError):
            if os.lstat(os.path.join(checkout, name)).st_ctime > since:
                found.append(name)
    return sorted(found)


def created(root: str, checkout: str, old: str, new: str) -> list[str]:
    """The paths of the tree ``new`` that ``old`` has not and git does not track."""
    if not old or not new or old == new:
        return []
    untracked = fingerprint.untracked(root, checkout)
    try:
        added = _shadow(root, checkout).between(old, new, "--diff-filter=A")
    except (Unreadable, OSError):
        return []
    return [path for path in added or () if path in untracked]


def without(root: str, checkout: str, tree: str, paths: list[str]) -> str:
    """The id of the tree without these paths; ``tree`` itself where that can't be had."""
    if not tree or not paths:
        return tree
    try:
        return _shadow(root, checkout).without(tree, paths)
    except (Unreadable, OSError):
        return tree


def made(root: str, checkout: str, new: list[str]) -> set[str]:
    """The untracked files that runs have created here, ``new`` among them, and that are there still: coverage
    data, reports, caches, which the next run writes anew."""
    path = fingerprint.place(root, checkout) / _MADE
    before: set[str] = set()
    with contextlib.suppress(OSError, ValueError, TypeError):
        before = set(json.loads(path.read_bytes()))
    now = (before | set(new)) & fingerprint.untracked(root, checkout)
    if now != before and len(now) <= _MOST:
        with contextlib.suppress(OSError):
            _write(path, json.dumps(sorted(now)))
    return now


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(text, encoding="ascii")
    fresh.replace(path)


def _shadow(root: str, checkout: str) -> Shadow:
    return Shadow(fingerprint.place(root, checkout), checkout, fingerprint.SECONDS)
