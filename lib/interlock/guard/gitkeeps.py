"""What becomes of uncommitted changes by a git command: kept or lost, spelled by name or swept along."""

import os

from interlock.shell.gitwords import GitWords

_DISCARDING = frozenset({"restore", "clean"})
_ASKING = frozenset({"rm", "mv", "worktree"})
"""Verbs that refuse what has changes, unless they are forced."""


def keeps(words: GitWords, why: str) -> bool:
    """Whether no uncommitted change is lost by it: it is staged, committed, stashed or moved, or git refuses.
    ``why`` is the verb of what was found out, which tells a checkout of files from one of a branch."""
    verb = words.verb
    if verb in _DISCARDING:
        return False
    if verb == "reset":
        return words.any("keep") and not words.any("hard")
    if verb in ("checkout", "switch"):
        return why == "overwrite" and not words.any("force", "discard-changes", "merge")
    if verb in _ASKING:
        return words.any("cached") or not words.any("force")
    return not (verb == "merge" and words.any("abort"))


def named(words: GitWords, cwd: str) -> frozenset[str]:
    """The paths that the command spells among the files that it is to write; a folder, a pattern or magic names
    none of the files that it fits."""
    if words.verb not in ("restore", "checkout", "clean", "rm"):
        return frozenset()
    given = words.paths if words.verb == "checkout" and words.dashed else [*words.rest, *words.paths]
    here = os.path.realpath(cwd)
    return frozenset(os.path.normpath(os.path.join(here, word)) for word in given)
