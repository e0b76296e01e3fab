"""The sink: gathers what the walk finds, and ends a walk that becomes too long."""

from interlock.shell.reading import GitOperation, Reading, Validation, Write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.where import Where

END = "\udfff"
"""Stands for a NUL that a program prints. No text of a command and no name has this one."""
UNKNOWN = "\0"
"""Stands in a field for text that can't be read. bash has no NUL in its words, so nothing else is taken for
it, and what is known around it stays known."""

STEPS = 4000
"""A statement, a word, a glob's entry is a step or more; 4000 take some 20 ms."""
LENGTH = 4096
"""Longer values are unknown: no path is longer, and pattern matching takes its time."""
_MOST = 512  # writes; more are a tree's worth, and nobody reads on
_PHRASES = 24
_RUNS = 32
SIGNS = frozenset(("> >| &> >& &>| >! &>! >> &>> <> >>| >>!").split())
"""Redirections; what they open is written until their command is over."""
_NOWHERE = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/stdin", "/dev/stdout", "/dev/stderr")


class TooMuch(Exception):
    """The command is too involved to be read to its end."""


class Sink:
    """``files`` are the texts of files that the command wrote itself (None: unknown), ``made`` the folders,
    ``links`` the names that it gave to other files; ``texts`` counts inner shells, which are not walked
    without end, ``handles`` process substitutions, ``commands`` those whose failing may become the status of the
    whole. ``distrusted``: why nothing that comes later is proven, "" for no reason. ``defined``: functions.
    ``stirs``: what may change the checkout's files so far, each in a short phrase. ``calm``: how deep in
    validation commands, whose own writing is none; ``noted`` counts them. ``opened``: what redirections have open.
    ``asks``: paths that it asks Interlock for. ``behind``: how deep in statements that go to the background.
    ``errexit``: it may be on somewhere. ``watching``: what runs now runs again and again, as ``watch`` does."""

    __slots__ = (
        "_behind",
        "_git",
        "_noisy",
        "_runs",
        "_steps",
        "_unread",
        "_writes",
        "alone",
        "asks",
        "behind",
        "calm",
        "commands",
        "defined",
        "distrusted",
        "errexit",
        "files",
        "handles",
        "links",
        "made",
        "noted",
        "opened",
        "stirs",
        "texts",
        "watching",
        "where",
    )

    def __init__(self, where: "Where") -> None:
        self.where = where
        self.alone = ""
        self.asks: dict[str, None] = {}
        self.files: dict[str, str | None] = {}
        self.made: set[str] = set()
        self.links: dict[str, str] = {}
        self.texts = 0
        self.commands = 0
        self.distrusted = ""
        self.errexit = False
        self.watching = False
        self.defined: set[str] = set()
        self.handles = 0
        self.behind = 0
        self.calm = 0
        self.stirs: list[str] = []
        self.opened: list[tuple[str, str, int]] = []
        self.noted = 0
        self._behind: dict[str, None] = {}
        self._steps = STEPS
        self._noisy = False
        self._writes: dict[Write, None] = {}
        self._git: dict[GitOperation, None] = {}
        self._runs: dict[tuple[object, ...], Validation] = {}
        self._unread: dict[str, None] = {}

    def step(self, cost: int = 1) -> None:
        """Raises TooMuch when the steps are used up."""
        self._steps -= cost
        if self._steps < 0:
            raise TooMuch

    def quiet(self, run: "Callable[[Sink], object]") -> bool:
        """Whether what runs with a sink of its own leaves that quiet. It takes its steps from here."""
        probe = Sink(self.where)
        probe._steps = self._steps
        try:
            run(probe)
        finally:
            self._steps = probe._steps
        return not probe._noisy

    def hand_on(self, run: "Callable[[Sink], object]") -> None:
        """Notes the runs, and nothing else, of what runs with a sink of its own."""
        probe = Sink(self.where)
        probe._steps, probe.texts = self._steps, self.texts
        try:
            run(probe)
        finally:
            self._steps, self.texts = probe._steps, probe.texts
        for one in probe._runs.values():
            self.validates(one)

    def write(self, path: str, how: str, tree: bool = False, blind: bool = False) -> None:
        """Notes a write to an absolute, literal path. A device or an open file is no write."""
        if path in _NOWHERE or path.startswith("/dev/pts/"):
            return
        if path.startswith(("/dev/fd/", "/proc/self/fd/")):
            if path.rpartition("/")[2] not in ("0", "1", "2") and not self.handles:
                self.unread("an open file")
            return
        self._noisy = True
        if how in SIGNS:
            self.opened.append((path, how, self.noted))
        else:
            self._wrote(path, how)
        if len(self._writes) >= _MOST:
            raise TooMuch
        self._writes[Write(path, how, tree, blind)] = None
        if self.behind:
            self._behind[path] = None
        for link, other in self.links.items():
            if path == link or path.startswith(f"{link}/"):
                self._writes[Write(other + path[len(link) :], how, tree, blind)] = None
        self.files[path] = None

    def _wrote(self, path: str, how: str) -> None:
        from interlock.shell.validations.beside import is_harmless

        if not is_harmless(path, how, self.where.cwd):
            self.stir(f"{how} {path.rpartition('/')[2]}" if how in SIGNS else how)

    def closed(self, mark: int) -> None:
        """What redirections opened since is written; the output of a validation command is no stir."""
        for path, how, noted in self.opened[mark:]:
            if noted == self.noted:
                self._wrote(path, how)
        del self.opened[mark:]

    def stir(self, phrase: str) -> None:
        """Notes what may change the files under a run that comes later, or goes on meanwhile."""
        if not self.calm and len(self.stirs) < _PHRASES:
            self.stirs.append(phrase)

    def git(self, operation: GitOperation) -> None:
        self._noisy = True
        if operation.verb not in ("add", "stage", "commit"):
            self.stir(f"git {operation.verb}")
        if len(self._git) >= _MOST:
            raise TooMuch
        self._git[operation] = None

    def runs_hooks(self) -> None:
        """Notes that programs of the repository's own may run; what they do is watched, not foretold."""
        self._noisy = True

    def unread(self, phrase: str, stirs: bool = True) -> None:
        """Notes that a part could not be read; the phrase is made short and printable. ``stirs``: it may change
        files."""
        self._noisy = True
        if stirs:
            self.stir(phrase)
        if len(self._unread) < _PHRASES:
            self._unread[_short(phrase)] = None

    def is_alone(self, word: str) -> None:
        """Notes a word that makes a user namespace unfit; the first one counts, but mounts, which root can't do
        in a namespace either, before all."""
        if not self.alone or word in ("mount", "umount"):
            self.alone = _short(word)

    def validates(self, run: Validation) -> None:
        """Notes a validation command. Found twice it is one; proof counts wherever it was found."""
        if self.watching:
            return
        self.noted += 1
        same = (run.words, run.spelled, run.cwd)
        known = self._runs.get(same)
        if (known is None and len(self._runs) < _RUNS) or (known is not None and known.doubt and not run.doubt):
            self._runs[same] = run

    def distrust(self, why: str) -> None:
        """From here on nothing is proven by the command's status."""
        self.distrusted = self.distrusted or why

    def recant(self, why: str, but: "dict[tuple[object, ...], Validation] | None" = None) -> None:
        """What was found so far has a doubt, too, ``but`` those that were known by then."""
        known = but or {}
        self._runs = {
            same: run if known.get(same) is run else run.doubted(why) for same, run in self._runs.items()
        }

    def found(self) -> "dict[tuple[object, ...], Validation]":
        """What was found so far, for ``recant``."""
        return dict(self._runs)

    def writes_file(self, name: str) -> bool:
        """Whether the command writes a file of that name."""
        return any(write.path.endswith(f"/{name}") for write in self._writes)

    def reading(self) -> Reading:
        writes, git, unread = tuple(self._writes), tuple(self._git), tuple(self._unread)
        runs = tuple(run.among(self.commands > 1) for run in self._runs.values())
        quiet, asks, behind = not self._noisy, tuple(self.asks), tuple(self._behind)
        return Reading(writes, git, unread, quiet, self.alone, asks, behind, runs=runs)


def _short(phrase: str) -> str:
    text = phrase.replace(UNKNOWN, "…")
    text = "".join(c if c.isprintable() else "?" for c in text[:200])
    return text if len(text) <= 60 else f"{text[:59]}…"
