"""The values of the watch: what a held file was, a command that ran, a change that was found."""

from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Row

QUIET, CONTAINED = "quiet", "contained"
"""What may be noted of a shell command: it writes no file, or held files were bound read-only while it ran."""
SLACK = 0.012  # seconds; ctime is as coarse as a kernel tick, 10 ms at most


class Base:
    """A row of the table: what a held file was. ``looked`` and ``writing`` are on the store's clock; ``writing``
    is when the holder's last write to it began; once its Post has come, when that was, below 0; 0 where neither
    counts any more. ``doubt``: it was seen changed during that write, perhaps by another; the row says then in
    place of the mark what was seen."""

    __slots__ = (
        "digest", "how", "key", "lease", "looked", "mark", "mode", "owner", "shown", "size", "wall", "writing"
    )  # fmt: skip

    def __init__(self, row: "Row") -> None:
        self.key: str
        self.owner: str
        self.lease: str
        self.shown: str
        self.digest: str
        self.mark: str
        self.mode: int
        self.size: int
        self.how: str
        self.wall: float
        self.looked: float
        self.writing: float
        (
            self.key, self.owner, self.lease, self.shown, self.digest, self.mark, self.mode, self.size, self.how,
            self.wall, self.looked, self.writing,
        ) = row[:12]  # fmt: skip

    @property
    def doubt(self) -> "Doubt | None":
        if not self.mark.startswith(_DOUBT):
            return None
        digest, mode, size, at = self.mark[len(_DOUBT) :].split(" ")
        return Doubt(digest, int(mode), int(size), float(at))


_DOUBT = "?"  # no mark of a file begins so


class Doubt(Value):
    """A content of which only the end of the holder's write will tell whose it is; ``at`` is when it came, on the
    store's clock."""

    __slots__ = ("at", "digest", "mode", "size")

    def __init__(self, digest: str, mode: int, size: int, at: float) -> None:
        self.digest = digest
        self.mode = mode
        self.size = size
        self.at = at

    def mark(self) -> str:
        """The doubt as the row keeps it."""
        return f"{_DOUBT}{self.digest} {self.mode} {self.size} {self.at}"


class Known:
    """What is noted of a command, besides its row: ``quiet`` (it writes no file), ``contained``, ``bound``: short
    digests of the paths that were read-only for it, None where its ticket has to tell, ``seen``: when
    its process was last there, on the store's clock, 0 where that can't be known, ``slow``: git took too long to
    tell what it changed."""

    __slots__ = ("bound", "contained", "quiet", "seen", "slow")

    def __init__(self, note: str) -> None:
        words = note.split(" ")
        self.quiet = QUIET in words
        self.contained = CONTAINED in words
        self.slow = "slow" in words
        self.bound = next((word[6:].split(",") for word in words if word.startswith("bound:")), None)
        self.seen = next((float(word[5:]) for word in words if word.startswith("seen:")), 0.0)

    def text(self) -> str:
        """As the note has it."""
        words = [QUIET] * self.quiet + [CONTAINED] * self.contained + ["slow"] * self.slow
        words += [f"bound:{','.join(self.bound)}"] if self.bound is not None else []
        return " ".join(words + [f"seen:{self.seen}"] * bool(self.seen))


def short(path: str) -> str:
    """The digest by which a note has the path."""
    from _blake2 import blake2b

    return blake2b(path.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


class Run(Value):
    """A command that ran, times on the store's clock; ``over`` is endless while it runs; up to ``sure`` it
    is known to have run. ``certain``: as a suspect, nothing speaks for it."""

    __slots__ = ("began", "certain", "command", "id", "over", "owner", "sure")

    def __init__(self, row: "Row") -> None:
        self.id: str = row[0]
        self.owner: str = row[1]
        self.command: str = row[2]
        self.began: float = row[4]
        self.over: float = row[5] if row[5] >= 0 else float("inf")
        self.sure = self.over
        self.certain = True

    def ran(self, low: float, high: float) -> bool:
        """Whether it ran at any time from ``low`` to ``high``."""
        return self.began - SLACK <= high and low <= self.over + SLACK


class Breach(Value):
    """A change: ``by`` are the owners whose commands may have made it, () for outside."""

    __slots__ = ("by", "commands", "holder", "new", "old", "path")

    def __init__(
        self, path: str, holder: str, by: tuple[str, ...], commands: tuple[str, ...], old: str, new: str
    ) -> None:
        self.path = path
        self.holder = holder
        self.by = by
        self.commands = commands
        self.old = old
        self.new = new
