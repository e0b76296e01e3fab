"""Commands that write many files at once, of who has a contract: folders that go whole, and what git takes away.
Each file that is there counts, by its name, however many they are.

Asked outside any transaction, as git is asked which files are there: tracked ones, and new ones that are not
ignored. What is ignored (installed packages, caches) is nobody's work.
"""

import os
import time

from interlock.doors import keys
from interlock.doors.git import NAMES, Git
from interlock.guard.gitwrites import paths
from interlock.words.decision import DENY, Decision
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interlock.guard.contracting import Bound
    from interlock.guard.gitlook import Touched
    from interlock.words.resource import Resource

SECONDS = 2.0
"""For all files of one command; some 40,000 are judged in that time."""
_OFTEN = 256  # files between two looks at the clock


def refusal(held: "Bound", swept: "list[Resource]", touched: "list[Touched]") -> Decision | None:
    """Why the command must not be run: a file that it takes away, or replaces, is not the owner's. ``swept`` are
    the folders that go whole by its words, ``touched`` is what its git operations would do."""
    trees = [keys.path_of(target.shown) for target in swept]
    files: list[str] = []
    for path in (path for one in touched for path in _taken(one)):
        (trees if path.endswith("/") else files).append(path.rstrip("/"))
    if not trees and not files:
        return None
    end = time.monotonic() + SECONDS
    try:
        for count, path in enumerate(_all(files, trees, end)):
            if not count % _OFTEN and time.monotonic() > end:
                raise Unreadable("there are too many")
            spot = held.spots.at(path)
            refused = held.judged(spot) if spot is not None else None
            if refused is not None:
                return refused
    except Unreadable:
        from interlock.guard import contractsays

        return Decision(DENY, "not_owned", contractsays.too_many(held.contract))
    return None


def _taken(touched: "Touched") -> "Iterable[str]":
    """A checkout that goes is whole elsewhere, but for what is not committed."""
    return touched.changes if touched.verb == "git worktree" else paths(touched)


def _all(files: list[str], trees: list[str], end: float) -> "Iterator[str]":
    yield from files
    for tree in trees:
        yield from _below(tree, end)


def _below(tree: str, end: float) -> "Iterator[str]":
    """The files in a folder, by git; none where it is in no checkout. Raises Unreadable."""
    if not os.path.isdir(tree):
        return
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    code, out = Git(tree, end - time.monotonic()).tried(*words, limit=NAMES)
    if not code:
        yield from (f"{tree}/{os.fsdecode(name)}".rstrip("/") for name in out.split(b"\0") if name)
