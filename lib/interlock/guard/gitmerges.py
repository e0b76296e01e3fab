"""What git's verbs between commits would touch: checkout and switch, merge, cherry-pick, revert, rebase, pull,
stash pop, apply.

A merge changes what differs between its base and the other side, and where one side renamed a file or a folder,
what the other side's change to it becomes.
"""

import os

from interlock.guard.gitlook import Checkout, Touched
from interlock.guard.gitverbs import changes, from_index, from_tree
from interlock.shell.gitwords import GitWords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_APART = "git worktree add --detach ../DIR"
"""What to say instead: another checkout, where nobody else works."""
_UNDER_WAY = frozenset("abort skip continue quit edit-todo show-current-patch".split())


def checkout(see: Checkout, words: GitWords) -> Touched:
    """``git checkout``: a branch or files, told apart as git does."""
    if words.any("b", "B", "orphan"):
        return _to(see, words, words.rest[0] if words.rest else "HEAD")
    if words.dashed:
        if words.paths:
            return _files(see, words, words.paths, words.rest[0] if words.rest else "")
        return _to(see, words, words.rest[0] if words.rest else "HEAD")
    if not words.rest:
        return from_index(see, [":/"]) if words.any("patch") else _to(see, words, "HEAD")
    first, *others = words.rest
    tree = see.tree(first)
    if words.any("patch"):
        return _files(see, words, (others if tree else words.rest) or [":/"], first if tree else "")
    if others or words.any("ours", "theirs"):
        return _files(see, words, others, first) if tree and others else _files(see, words, words.rest, "")
    if tree or _remote(see, first):
        return _to(see, words, first)
    return from_index(see, words.rest)


def switch(see: Checkout, words: GitWords) -> Touched:
    """``git switch``: only ever to a commit. --orphan leaves no file of the old one."""
    if words.any("orphan"):
        gone = see.between(see.head(), see.empty())
        return _moved(see, gone, words.any("force", "discard-changes"))
    return _to(see, words, words.rest[0] if words.rest else "HEAD")


def _files(see: Checkout, words: GitWords, specs: list[str], source: str) -> Touched:
    if not source:
        return from_index(see, specs)
    return from_tree(see, specs, source, overlay=not words.any("no-overlay"))


def _to(see: Checkout, words: GitWords, name: str) -> Touched:
    """What differs between here and there. Uncommitted changes come along, or git refuses, unless it is forced."""
    target = see.tree(name) or _remote(see, name)
    if not target or (words.any("orphan") and not words.rest):
        return Touched(why="overwrite")
    return _moved(see, see.between(see.head(), target), words.any("force", "discard-changes", "merge"))


def _remote(see: Checkout, name: str) -> str:
    """The one remote branch of that name, which git takes where there is no local one."""
    if not name or name.startswith("-") or any(c in "*?[\\" for c in name):
        return ""
    refs = os.fsdecode(see.git.ask("for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes"))
    found = {line.partition(" ")[0] for line in refs.split("\n") if line.split("/", 3)[3:] == [name]}
    return found.pop() if len(found) == 1 else ""


def _moved(see: Checkout, names: "Iterable[str]", forced: bool, unknown: str = "") -> Touched:
    """``forced``: what is not committed is touched too."""
    dirty = changes(see)
    paths = [see.full(name) for name in names]
    return Touched(paths + dirty if forced else paths, "overwrite", _APART, unknown, dirty)


def merge(see: Checkout, words: GitWords) -> Touched:
    """All of the other sides, or of the branch's upstream."""
    if words.any("abort"):
        dirty = changes(see)
        return Touched(dirty, "discard", changes=dirty)
    if words.any(*_UNDER_WAY):
        return Touched(why="merge", unknown="git merge --continue") if words.any("continue") else Touched()
    if odd := _odd(words):
        return Touched(why="merge", unknown=odd)
    names: set[str] = set()
    given = [*words.rest, *words.paths] or ["@{upstream}"]
    once = len(given) == 1
    for name in given:
        other = see.commit(name)
        for base in see.bases("HEAD", other) or ([see.head()] if other else []):
            names |= _merged(see, base, other, see.head(), once)
    return _moved(see, names, _autostash(see, words, "merge"))


def _odd(words: GitWords) -> str:
    """What makes a merge find its files in another way."""
    strategy = words.last("strategy")
    if strategy and strategy not in ("ort", "recursive", "ours", "octopus", "resolve"):
        return f"--strategy={strategy[:20]}"
    told = [v for v in words.values.get("strategy-option", []) if v.startswith(("subtree", "find-r", "rename-"))]
    return f"-X {told[0][:20]}" if told else ""


def _autostash(see: Checkout, words: GitWords, verb: str) -> bool:
    return words.any("autostash") or (see.is_set(f"{verb}.autostash") and not words.any("no-autostash"))


def _merged(see: Checkout, base: str, theirs: str, ours: str, once: bool = True) -> set[str]:
    """What a three-way merge into ``ours`` ("" for the index) may change. Where it is done ``once``, and not as
    one of several on top of each other, what is the same in both already stays."""
    names = set(see.between(base, theirs))
    if base == ours or not names:
        return names
    mine, other = see.moves(base, ours), see.moves(base, theirs)
    carried = _carried(mine, names) if mine else set()
    if other:
        carried |= _carried(other, set(see.between(base, ours) if ours else see.staged(base)))
    if once:
        alike = names - set(see.between(ours, theirs) if ours else see.staged(theirs))
        names -= {
            name for name in alike if os.path.lexists(see.full(name))
        }  # gone from both is a conflict in renames
    return names | carried


def _carried(moves: list[tuple[str, str]], names: set[str]) -> set[str]:
    """Where changes to ``names`` land if the other side renamed these files, and with them their folders."""
    files = dict(moves)
    folders = {pair for old, new in moves for pair in _folders(old, new)}
    found = {files[name] for name in names if name in files}
    for old, new in folders:
        for name in names:
            if name.startswith(old):
                found |= {name, new + name[len(old) :]}
    return found


def _folders(old: str, new: str) -> list[tuple[str, str]]:
    """The folders that a rename may stand for: a/b/c/x to d/b/c/x may mean a/b/c/, a/b/ or a/."""
    found: list[tuple[str, str]] = []
    while True:
        old, new = old.rpartition("/")[0], new.rpartition("/")[0]
        if old == new:
            return found
        found.append((f"{old}/" if old else "", f"{new}/" if new else ""))
        if not old or not new or old.rpartition("/")[2] != new.rpartition("/")[2]:
            return found


def pick(see: Checkout, words: GitWords) -> Touched:
    """cherry-pick, and revert, which merges each commit backwards."""
    if words.any(*_UNDER_WAY):
        return Touched(why="change", unknown=f"git {words.verb} under way")
    if odd := _odd(words):
        return Touched(why="change", unknown=odd)
    names: set[str] = set()
    commits = see.listed(*words.rest, *words.paths) if words.rest or words.paths else []
    ours = "" if words.any("no-commit") else see.head()
    if len(commits) > 20:
        return Touched(why="change", unknown=f"{len(commits)} commits")
    for commit in commits:
        for parent in see.parents(commit) or [see.empty()]:
            base, theirs = (parent, commit) if words.verb == "cherry-pick" else (commit, parent)
            names |= _merged(see, base, theirs, ours, once=len(commits) == 1)
    return _moved(see, names, False)


def rebase(see: Checkout, words: GitWords) -> Touched:
    """The files changed on either side since they parted: first the other side's state, then the picks."""
    for flag in ("interactive", "exec", "root", "preserve-merges", *sorted(_UNDER_WAY)):
        if words.any(flag):
            return Touched(why="rewrite", unknown=f"git rebase --{flag}")
    if odd := _odd(words):
        return Touched(why="rewrite", unknown=odd)
    upstream = words.rest[0] if words.rest else "@{upstream}"
    branch = see.commit(words.rest[1]) if len(words.rest) > 1 else see.head()
    onto = see.commit(words.last("onto")) or see.tree(words.last("onto")) or see.commit(upstream)
    if not branch or not onto:
        return Touched(why="rewrite")
    return _moved(see, _both(see, branch, onto, see.commit(upstream)), _autostash(see, words, "rebase"))


def _both(see: Checkout, branch: str, onto: str, upstream: str) -> set[str]:
    names = set(see.between(see.head(), onto)) | set(see.between(see.head(), branch))
    for base in {*see.bases(branch, onto), *see.bases(branch, upstream)}:
        names |= _merged(see, base, branch, onto, once=False)
    return names


def pull(see: Checkout, words: GitWords) -> Touched:
    """As the remote was when last asked; what it has now is not known."""
    other = see.commit("@{upstream}")
    names = set(_both(see, see.head(), other, other)) if other else set()
    forced = _autostash(see, words, "rebase") or see.is_set("merge.autostash")
    return _moved(see, names, forced, "what the remote has now")


def unstash(see: Checkout, words: GitWords) -> Touched:
    """stash pop, apply and branch: the stash's changes are merged into what is there."""
    sub, *given = [*words.rest, *words.paths]
    name = given[1] if sub == "branch" and len(given) > 1 else given[0] if sub != "branch" and given else ""
    name = f"stash@{{{name or 0}}}" if not name or name.isdigit() else name
    kept = see.commit(name)
    base = see.commit(f"{name}^1")
    if not kept or not base:
        return Touched(why="change")  # git refuses
    names = _merged(see, base, kept, "")
    if new := see.commit(f"{name}^3"):
        names |= set(see.inside(new))
    if words.any("index") or sub == "branch":
        names |= set(see.between(base, see.commit(f"{name}^2")))
    if sub == "branch":
        names |= set(see.between(see.head(), base))
    return _moved(see, names, False)


def apply(see: Checkout, words: GitWords) -> Touched:
    """What the patches name, left out or not. Backwards they name the old names of what they rename."""
    if words.any("check", "stat", "numstat", "summary") and not words.any("apply"):
        return Touched(why="patch")
    patches = [*words.rest, *words.paths]
    if not patches or "-" in patches or words.any("build-fake-ancestor", "unsafe-paths"):
        return Touched(why="patch", unknown="a patch from standard input")
    options = [f"-p{value}" for value in words.values.get("p", [])[-1:]]
    options += [f"--directory={value}" for value in words.values.get("directory", [])]
    names: set[str] = set()
    for way in ([], ["-R"]):
        told = see.git.ask("apply", "--numstat", "-z", *options, *way, "--", *patches).split(b"\0")
        names |= {os.fsdecode(line.split(b"\t", 2)[2]) for line in told if line.count(b"\t") >= 2}
    return _moved(see, names, False)


def mailed(see: Checkout, words: GitWords) -> Touched:
    """am: mails whose patches are plain text; others, and those merged by --3way, can't be told."""
    if words.any(*_UNDER_WAY, "resolved", "retry", "interactive"):
        return Touched(why="patch", unknown="git am under way")
    found = apply(see, words)
    return Touched(found.paths, found.why, found.narrower, found.unknown or "mails", found.changes)
