"""Resource: what can be held. One key however it is spelled (``doors/keys.py`` makes them)."""

from interlock.words.value import Value

FILE, TREE, MUTEX = "file", "tree", "mutex"
WRITER = "writer"
"""The name of the mutex of a checkout's writers (sequential mode), which is an ordinary lease."""


class Resource(Value):
    """``key`` is canonical text: an absolute path for files and trees, ``mutex:<name>`` otherwise.
    ``inode`` ("device:inode", or "" for what does not exist) makes hard links of one file overlap.
    ``shown`` is the path as people know it."""

    __slots__ = ("inode", "key", "kind", "shown")

    def __init__(self, kind: str, key: str, inode: str = "", shown: str = "") -> None:
        self.kind = kind
        self.key = key
        self.inode = inode
        self.shown = shown or key

    def ancestors(self) -> list[str]:
        """The keys of all directories above a path, nearest first; the root is ``/``."""
        if self.kind == MUTEX:
            return []
        found = []
        head = self.key.rstrip("/")
        while "/" in head:
            head = head.rpartition("/")[0]
            found.append(head or "/")
        return found

    def overlaps(self, other: "Resource") -> bool:
        """Whether holding both at once by two owners could collide."""
        if self.inode and self.inode == other.inode and self.kind == other.kind == FILE:
            return True
        return self.contains(other) or other.contains(self)

    def contains(self, other: "Resource") -> bool:
        """Whether who holds this holds the other too: a path and all below it. A file has nothing below; what is
        called a file before it exists may become a folder."""
        if self.key == other.key:
            return True
        return self.kind != MUTEX != other.kind and other.key.startswith(self.under())

    def under(self) -> str:
        """The prefix of every key below this path."""
        return self.key.rstrip("/") + "/"


def mutex(name: str) -> Resource:
    """The mutex of that name; names are literal, never paths."""
    return Resource(MUTEX, f"mutex:{name}")


def run_mutex(name: str, checkout: str) -> Resource:
    """The mutex of that name over what runs in a checkout (its real path, as text). Its truth is the kernel's lock
    on a file (docs/adr/0008): whoever has that open and locked holds it, whatever became of its owner."""
    return Resource(MUTEX, f"mutex:{name if name != WRITER else 'writer-runs'}@{checkout}")


def writer(checkout: str) -> Resource:
    """The mutex of a checkout's writers: whoever has it may write there, in sequential mode."""
    return mutex(f"{WRITER}@{checkout}")


def is_run(resource: Resource) -> bool:
    """Whether it is the mutex of a checkout's runs. No mutex that people name holds "@/"."""
    key = resource.key
    return resource.kind == MUTEX and "@/" in key and not key.startswith(f"mutex:{WRITER}@")


def run_name(resource: Resource) -> str:
    """The name in the key of a run's mutex."""
    return resource.key[6:].partition("@/")[0]
