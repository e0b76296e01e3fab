"""What git's verbs on the working tree and the index would touch: stash, reset, restore, clean, add, commit, rm,
mv, worktree."""

import os
import time

from interlock.guard.gitlook import Checkout, Entry, Touched
from interlock.shell.gitwords import GitWords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

COMMIT = "interlock commit -m MESSAGE --"
"""Instead of staging and committing what is not one's own: just the named files, under a lock of their own."""


def stash(see: Checkout, words: GitWords) -> Touched:
    """``git stash push``, spelled out or not. What is only staged stays where it is with --keep-index; what
    was only taken out of the index does not."""
    sub = words.rest[0] if words.rest else ""
    specs = [] if sub == "save" else [*(words.rest[1:] if sub == "push" else words.rest), *words.paths]
    found = see.entries(specs, words.any("include-untracked", "all"), words.any("all"))
    if words.any("staged"):
        found = [entry for entry in found if entry.index != "."]
    elif words.any("keep-index"):
        found = [entry for entry in found if entry.tree != "." or entry.kind != "1" or entry.index == "D"]
    option = " -u" if words.any("include-untracked", "all") else ""
    return _of(see, found, "stash", f"git stash push{option} --")


def reset(see: Checkout, words: GitWords) -> Touched:
    """Without --hard, --merge or --keep it changes the index alone: what is in the files stays."""
    if not words.any("hard", "merge", "keep"):
        return Touched(why="unstage")
    commit = see.commit(words.rest[0]) if words.rest else see.head()
    if not commit or len(words.rest) > 1 or (words.dashed and words.paths):
        return Touched(why="discard")  # git refuses
    moved = see.between(see.head(), commit) if commit != see.head() else []
    found = [] if words.any("keep") else see.entries()
    if words.any("merge"):
        found = [entry for entry in found if entry.index != "." or entry.kind == "u"]
    return _of(see, found, "discard", "git restore --staged --worktree --", moved)


def restore(see: Checkout, words: GitWords) -> Touched:
    """From the index, or from a commit; with --staged alone it changes the index only."""
    specs = [*words.rest, *words.paths] or ([":/"] if words.any("patch") else [])
    if not specs or (words.any("staged") and not words.any("worktree")):
        return Touched(why="discard")
    source = words.last("source") or ("HEAD" if words.any("staged") else "")
    return from_tree(see, specs, source) if source else from_index(see, specs)


def from_index(see: Checkout, specs: list[str]) -> Touched:
    """The files as they are in the index."""
    found = [entry for entry in see.entries(specs) if entry.tree != "." or entry.kind == "u"]
    return _of(see, found, "discard", "git restore --")


def from_tree(see: Checkout, specs: list[str], source: str, overlay: bool = False) -> Touched:
    """The files as they are in a commit; with ``overlay`` those that it lacks stay."""
    tree = see.tree(source)
    if not tree:
        return Touched(why="discard")
    names = see.between(see.head(), tree, specs)
    found = see.entries(specs)
    if overlay:
        there = set(see.inside(tree))
        names = [name for name in names if name in there]
        found = [entry for entry in found if entry.path in there]
    return _of(see, found, "discard", f"git restore --source={source} --", names)


def clean(see: Checkout, words: GitWords) -> Touched:
    """By git's own dry run: which folders go whole, and which repositories inside stay, only it knows."""
    forced = words.any("force", "interactive") or not see.is_set("clean.requireforce", True)
    if words.any("dry-run") or not forced:
        return Touched(why="delete")
    options = [f"-{letter}" for letter in ("d", "x", "X") if words.any(letter)]
    options += ["-f"] * words.count("force")
    options += [f"--exclude={pattern}" for pattern in words.values.get("exclude", [])]
    out = see.git.ask("clean", "-n", *options, "--", *words.rest, *words.paths)
    here = os.path.realpath(see.git.cwd)
    paths = []
    for line in out.split(b"\n"):
        if line.startswith(b"Would remove "):
            name = os.fsdecode(unquoted(line[len(b"Would remove ") :]))
            path = os.path.normpath(f"{here}/{name}")
            paths.append(f"{path}/" if name.endswith("/") else path)
    return Touched(paths, "delete", "git clean -f --")


def add(see: Checkout, words: GitWords) -> Touched:
    """What differs from the index, with new files but for --update."""
    specs = [*words.rest, *words.paths]
    some = words.any("patch", "interactive", "edit")
    if words.any("dry-run", "refresh") or not (specs or some or words.any("all", "update")):
        return Touched(why="stage")
    new = not some and not words.any("update")
    found = see.entries(specs, untracked=new, ignored=new and words.any("force"))
    found = [entry for entry in found if entry.tree != "." or entry.kind == "u"]
    if words.any("no-all", "ignore-removal"):
        found = [entry for entry in found if entry.tree != "D"]
    also = see.tracked(specs or [":/"]) if words.any("chmod", "renormalize") else []
    return _of(see, found, "stage", COMMIT, also)


def commit(see: Checkout, words: GitWords) -> Touched:
    """The index's files; with -a all tracked ones; with pathspecs only theirs, unless --include."""
    specs = [*words.rest, *words.paths]
    if words.any("dry-run", "short", "porcelain", "long", "null"):
        return Touched(why="commit")
    if words.any("all", "interactive", "patch"):
        found = see.entries()
    else:
        found = [] if specs and not words.any("include") else _staged(see.entries())
        found += see.entries(specs) if specs else []
    return _of(see, found, "commit", COMMIT)


def remove(see: Checkout, words: GitWords) -> Touched:
    """The tracked files that the pathspecs fit; a submodule with all in it."""
    specs = [*words.rest, *words.paths]
    if words.any("dry-run") or not specs:
        return Touched(why="delete")
    names = [see.full(name) for name in see.tracked(specs)]
    names += [f"{name}/" for name in names if os.path.isdir(name) and not os.path.islink(name)]
    return Touched(names, "delete", "git rm --", changes=changes(see))


def move(see: Checkout, words: GitWords) -> Touched:
    """Its words are paths, no pathspecs. A folder moves with all in it; both ends are touched."""
    given = [*words.rest, *words.paths]
    if words.any("dry-run") or len(given) < 2:
        return Touched(why="move")
    here = os.path.realpath(see.git.cwd)
    *sources, target = [os.path.normpath(os.path.join(here, path)) for path in given]
    paths = []
    for source in sources:
        end = f"{target}/{os.path.basename(source)}" if os.path.isdir(target) else target
        below = "/" if os.path.isdir(source) and not os.path.islink(source) else ""
        paths += [f"{source}{below}", f"{end}{below}"]
    return Touched(paths, "move", "", changes=changes(see))


def worktree(see: Checkout, words: GitWords) -> Touched:
    """Only removing and moving a checkout touch files that are there."""
    given = [*words.rest, *words.paths]
    if len(given) < 2 or given[0] not in ("remove", "move"):
        return Touched(why="change")
    here = os.path.realpath(see.git.cwd)
    paths = [os.path.normpath(os.path.join(here, path)) for path in given[1:]]
    other = Checkout(paths[0], see.git.environ, max(0.0, see.git.end - time.monotonic()))
    dirty = [other.full(entry.path) for entry in other.entries(untracked=True)]
    return Touched([f"{path}/" for path in paths], "delete" if given[0] == "remove" else "move", "", "", dirty)


def changes(see: Checkout) -> list[str]:
    """The tracked files that are not as they are in HEAD."""
    return [see.full(entry.path) for entry in see.entries()]


def _staged(found: list[Entry]) -> list[Entry]:
    return [entry for entry in found if entry.index != "." or entry.kind == "u"]


def _of(see: Checkout, found: "Iterable[Entry]", why: str, narrower: str, more: "Iterable[str]" = ()) -> Touched:
    """The entries are changes; ``more`` are files that are not known to be."""
    dirty = [see.full(entry.path.rstrip("/")) for entry in found]
    return Touched([*dirty, *map(see.full, more)], why, narrower, changes=dirty)


def unquoted(name: bytes) -> bytes:
    """A name as git prints it: in quotes, with C's escapes, if anything in it needs one."""
    if not (name.startswith(b'"') and name.endswith(b'"') and len(name) > 1):
        return name
    plain = {ord(k): ord(v) for k, v in zip("abtnvfr", "\a\b\t\n\v\f\r", strict=True)}
    out = bytearray()
    rest = name[1:-1]
    at = 0
    while at < len(rest):
        if rest[at] != 0x5C or at + 1 == len(rest):
            out.append(rest[at])
            at += 1
        elif rest[at + 1 : at + 4].isdigit():
            out.append(int(rest[at + 1 : at + 4], 8) & 255)
            at += 4
        else:
            out.append(plain.get(rest[at + 1], rest[at + 1]))
            at += 2
    return bytes(out)
