"""Where the pack's files go, and how one changes: only while it is what was looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from interlock.install import disk, merge, pack
from interlock.install.errors import InstallError
from interlock.install.places import Scope, Target, below, file_in


class Where(NamedTuple):
    """The place: the `.claude` folder of a scope, and where no symlink may lead out of (None: anywhere)."""

    target: Target
    inside: Path | None
    root: Path

    @property
    def scope(self) -> str:
        return self.target.scope.value

    @property
    def memory(self) -> Path:
        """The memory file that imports the page: the one of those whom the scope is for."""
        if self.target.scope is Scope.USER:
            return self.target.named.parent / "CLAUDE.md"
        name = "CLAUDE.md" if self.target.scope is Scope.PROJECT else "CLAUDE.local.md"
        return self.target.named.parent.parent / name

    @property
    def line(self) -> bytes:
        """What imports it, from there."""
        return f"@{'~/' if self.target.scope is Scope.USER else ''}.claude/{pack.PAGE}".encode()

    def file(self, name: str) -> Path:
        """A file of the pack, as people know it."""
        return self.target.named.parent / name

    def real(self, name: str) -> Path:
        """Where it lies; InstallError where it must not be written."""
        return below(self.target.folder, name, self.inside)

    def real_memory(self) -> Path:
        """The same for the memory file."""
        return file_in(self.memory, self.inside)


@dataclass
class Outcome:
    """What was done, or would be."""

    written: list[Path] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Change(NamedTuple):
    """A file that is to hold ``after`` (None: to be gone), where it still holds ``now``."""

    real: Path
    shown: Path
    now: bytes | None
    after: bytes | None


def look(shown: Path, find: Callable[[], Path], out: Outcome) -> tuple[Path, bytes | None] | None:
    """The real place and what is there; None, with a note, where it is nothing to write to. A fault of the disk is
    raised: what can't be seen now must not be forgotten."""
    try:
        real = find()
        return real, disk.read(real, merge.MAX_BYTES)
    except InstallError as fault:
        said = str(fault)
    except OSError as fault:
        if not shown.is_symlink() and not isinstance(fault, IsADirectoryError):
            raise
        said = f"{shown} is a {'symlink' if shown.is_symlink() else 'folder'}, so it stays as it is."
    if said not in out.notes:  # one for a folder, not one for each file in it
        out.notes.append(said)
    return None


def carry_out(where: Where, changes: list[Change], out: Outcome, dry: bool) -> None:
    for one in changes:
        if not dry and not _carried_out(where, one):
            out.notes.append(f"{one.shown} was changed by somebody just now, so it stays; run the command again.")
        elif one.after is None:
            out.removed.append(one.shown)
        else:
            out.written.append(one.shown)


def _carried_out(where: Where, one: Change) -> bool:
    def still() -> bool:
        return disk.read(one.real, merge.MAX_BYTES) == one.now

    if one.after is not None:
        one.real.parent.mkdir(parents=True, exist_ok=True)
        return disk.replace(one.real, one.after, None, disk.tag(where.root), still)
    if still():
        one.real.unlink(missing_ok=True)
        return True
    return False
