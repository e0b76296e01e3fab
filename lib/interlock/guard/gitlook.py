"""A checkout as git sees it: what differs, between what, by git's own answers."""

import os
import time

from interlock.doors.git import NAMES, Git, tamed
from interlock.doors.repo import checkout
from interlock.words.faults import Unreadable
from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOVES = "-M50%", "-l7000"  # as a merge finds them
_MANY = 500


class Touched(Value):
    """What a git command would change on disk, discard, stage or commit.

    ``paths`` are absolute; one that ends in "/" means all below it. ``changes`` are those of them that are not
    committed as they are now: what would be lost, hidden or committed with the command. ``why`` is a verb for the
    sentence ("stash", "overwrite"). ``narrower`` is the command that says less: ends in "--" where files are to
    follow; "" for none. ``unknown`` is a phrase for what can't be told; the paths are then not all. ``keeps``: no
    change is lost by it, as git keeps a copy or refuses; ``named`` are the files that the command spells. ``verb``
    and ``cwd`` are the command's, ``top`` the checkout's real path ("" if there is none)."""

    __slots__ = ("changes", "cwd", "keeps", "named", "narrower", "paths", "top", "unknown", "verb", "why")

    def __init__(
        self,
        paths: "Iterable[str]" = (),
        why: str = "",
        narrower: str = "",
        unknown: str = "",
        changes: "Iterable[str] | None" = None,
    ) -> None:
        self.paths = tuple(sorted(set(paths)))
        self.why = why
        self.narrower = narrower
        self.unknown = unknown
        self.changes = self.paths
        if changes is not None:
            here = set(self.paths)
            trees = tuple(path for path in self.paths if path.endswith("/"))
            self.changes = tuple(sorted(path for path in set(changes) if path in here or path.startswith(trees)))
        self.verb = self.cwd = self.top = ""
        self.keeps = False
        self.named: frozenset[str] = frozenset()


class Entry(Value):
    """One line of ``git status``. ``kind`` is 1 (tracked), u (unmerged), ? or !; ``index`` and ``tree`` say how
    the index differs from HEAD and the file from the index, "." for not at all."""

    __slots__ = ("index", "kind", "path", "tree")

    def __init__(self, kind: str, index: str, tree: str, path: str) -> None:
        self.kind = kind
        self.index = index
        self.tree = tree
        self.path = path


class Looks:
    """All that git is asked about one command: in the checkouts where it acts, within ``seconds`` together."""

    def __init__(self, variables: "Mapping[str, str]", seconds: float) -> None:
        self.variables = variables
        self.end = time.monotonic() + seconds
        self._seen: dict[tuple[str, ...], Checkout] = {}
        self._tops: dict[str, Checkout] = {}

    def at(self, cwd: str, leading: "Iterable[str]" = ()) -> "Checkout":
        """The checkout around a folder, with options on pathspecs; the same one each time. Raises Unreadable."""
        name = (cwd, *leading)
        if name not in self._seen:
            left = max(0.0, self.end - time.monotonic())
            top = checkout(cwd)
            seen = Checkout(cwd, self.variables, left, name[1:], self._tops.get(top))
            self._seen[name] = seen
            self._tops.setdefault(top, seen)
        return self._seen[name]


class Checkout:
    """``top`` is the checkout's real path, ``settings`` are git's, each with all its values; both are taken from
    ``like``, the same checkout seen from another folder, if there is one. Raises Unreadable where git gives no
    answer within ``seconds`` for all questions together."""

    def __init__(
        self,
        cwd: str,
        variables: "Mapping[str, str]",
        seconds: float,
        leading: "Iterable[str]" = (),
        like: "Checkout | None" = None,
    ) -> None:
        self.git = Git(cwd, seconds, variables)
        self.top = ""
        self.settings: dict[str, list[str]] = {}
        self._head = ""
        if like is not None:
            self.top, self.settings, self._head = like.top, like.settings, like._head
        else:
            self.top = os.fsdecode(self.git.ask("rev-parse", "--show-toplevel"))[:-1]
            self.settings = self.git.settings()
        self.git.leading = [*tamed(self.settings), *leading]

    def is_set(self, name: str, default: bool = False) -> bool:
        """Whether a setting (its name in lower case) is on."""
        if name not in self.settings:
            return default
        return self.settings[name][-1].lower() not in ("false", "no", "off", "0")

    def has_submodules(self) -> bool:
        return os.path.lexists(self.full(".gitmodules"))

    def full(self, name: str) -> str:
        return f"{self.top.rstrip('/')}/{name}"

    def entries(self, specs: "Iterable[str]" = (), untracked: bool = False, ignored: bool = False) -> list[Entry]:
        """What differs of the files that the pathspecs fit, submodules by their commit alone. Files that git was
        told not to look at may differ."""
        specs = list(specs)
        words = ["status", "--porcelain=v2", "-z", "--no-renames", "--ignore-submodules=dirty"]
        words.append("--untracked-files=all" if untracked or ignored else "--untracked-files=no")
        if ignored:
            words.append("--ignored=traditional")
        lines = iter(self.git.ask(*words, "--", *specs, limit=NAMES).split(b"\0"))
        found = [_entry(line, lines) for line in lines if line and not line.startswith(b"#")]
        known = {entry.path for entry in found}
        return found + [Entry("1", ".", "M", name) for name in self.hidden(specs) if name not in known]

    def tracked(self, specs: "Iterable[str]") -> list[str]:
        """The files in the index that the pathspecs fit; without any those at and below the working folder."""
        return self.git.names("ls-files", "-z", "--full-name", "--", *specs)

    def between(self, old: str, new: str, specs: "Iterable[str]" = ()) -> list[str]:
        """The files that differ between two commits or trees."""
        return self.git.names("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new, "--", *specs)

    def staged(self, commit: str) -> list[str]:
        """The files that differ between the index and a commit."""
        return self.git.names("diff-index", "--cached", "-z", "--name-only", "--no-renames", commit, "--")

    def inside(self, tree: str) -> list[str]:
        """The files in a commit or tree."""
        return self.git.names("ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)

    def head(self) -> str:
        """HEAD's commit; the empty tree's name before the first."""
        self._head = self._head or self.commit("HEAD") or self.empty()
        return self._head

    def empty(self) -> str:
        """The empty tree's name; git knows it without having it."""
        return self._text("hash-object", "-t", "tree", "--stdin")

    def parents(self, commit: str) -> list[str]:
        return self._text("rev-parse", f"{commit}^@").split()

    def commit(self, name: str) -> str:
        """The id of the commit that a word means, "" if it means none."""
        if not name or (name.startswith("-") and name != "-") or "\n" in name or "\0" in name:
            return ""
        name = "@{-1}" if name == "-" else name
        code, out = self.git.tried("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return "" if code else out.decode("ascii", "replace").strip()

    def tree(self, name: str) -> str:
        """The id of the commit or tree that a word means, "" for none. Raises Unreadable where it may mean a
        folder in a commit, or a commit by its message."""
        if ":" in name:
            raise Unreadable(f"{name[:40]} as a name for a commit")
        if name.startswith("-") or ".." in name:
            return self.commit(name) or self._middle(name)
        code, out = self.git.tried("rev-parse", "--verify", "--quiet", f"{name}^{{tree}}")
        return "" if code else out.decode("ascii", "replace").strip()

    def _middle(self, name: str) -> str:
        """A...B: their merge base, where there is just one."""
        left, dots, right = name.partition("...")
        bases = self.bases(self.commit(left or "HEAD"), self.commit(right or "HEAD")) if dots else []
        return bases[0] if len(bases) == 1 else ""

    def bases(self, one: str, other: str) -> list[str]:
        """All best common ancestors of two commits."""
        code, out = self.git.tried("merge-base", "--all", one, other) if one and other else (1, b"")
        return [] if code else out.decode("ascii", "replace").split()

    def listed(self, *words: str) -> list[str]:
        """The commits that words with ranges mean, as cherry-pick takes them."""
        found = self._text("rev-list", f"--max-count={_MANY}", "--no-walk=unsorted", *words, "--").split()
        if len(found) >= _MANY:
            raise Unreadable(f"{_MANY} commits and more")
        return found

    def moves(self, old: str, new: str = "") -> list[tuple[str, str]]:
        """(from, to) of the files renamed between two commits; ``new`` "" for the index."""
        words = ["diff-tree", "-r", old, new] if new else ["diff-index", "--cached", old]
        found = self.git.names(*words[:1], "-z", "--name-status", "--diff-filter=R", *_MOVES, *words[1:], "--")
        return list(zip(found[1::3], found[2::3], strict=True))

    def hidden(self, specs: list[str]) -> list[str]:
        """The files that git was told not to look at (assume-unchanged, skip-worktree). Most verbs overwrite, and
        some stage, what is in them all the same."""
        found = self.git.names("ls-files", "-v", "-z", "--full-name", "--", *(specs or [":/"]))
        return [line[2:] for line in found if line[0].islower() or line[0] == "S"]

    def _text(self, *words: str) -> str:
        return self.git.ask(*words).decode("ascii", "replace").strip()


def _entry(line: bytes, lines: "Iterable[bytes]") -> Entry:
    """Raises Unreadable for a line that is none of the format's."""
    kind = chr(line[0])
    parts = line.split(b" ", {"1": 8, "2": 9, "u": 10, "?": 1, "!": 1}.get(kind, 0))
    if len(parts) < 2:
        raise Unreadable("git status can't be understood")
    if kind == "2":
        next(iter(lines), b"")  # where it came from: --no-renames should have kept it out
    pair = parts[1].decode("ascii", "replace") if kind in "12u" else kind * 2
    return Entry(kind, pair[0], pair[1], os.fsdecode(parts[-1]))
