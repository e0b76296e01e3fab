"""What an install remembers of the files it put below a `.claude` folder, and of the line in a CLAUDE.md.

One file per folder under ROOT/install/pack: local and project scope share a folder, and its files go with the last
of them. A record that can't be read or doesn't check counts as none.
"""

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from interlock.install import disk, merge
from interlock.install.errors import InstallError

_REMEMBERED = 4
_LIMIT = 2 * merge.MAX_BYTES
_FROZEN = ConfigDict(frozen=True, extra="ignore")


class Line(BaseModel):
    """A file that the line was added to: its bytes before, and the digests of what we made of it since."""

    model_config = _FROZEN

    original: str | None
    """In base64; None where there was no file."""
    original_sha256: str
    written: tuple[str, ...]

    @model_validator(mode="after")
    def _checks(self) -> Self:
        if disk.digest(self.before or b"") != self.original_sha256:
            raise ValueError("the original doesn't match its checksum")
        return self

    @property
    def before(self) -> bytes | None:
        """The file's bytes before the line; None where there was no file."""
        return None if self.original is None else b64decode(self.original, validate=True)

    @classmethod
    def of(cls, before: bytes | None, after: bytes) -> Self:
        """A record of ``after``, made of ``before``."""
        kept = None if before is None else b64encode(before).decode()
        return cls(original=kept, original_sha256=disk.digest(before or b""), written=(disk.digest(after),))


class Brought(BaseModel):
    """The files in one folder, and for whom they are there."""

    model_config = _FROZEN

    version: Literal[1] = 1
    folder: str
    scopes: dict[str, Line | None] = {}
    """Each scope that has them, with the file that its line was added to."""
    files: dict[str, tuple[str, ...]] = {}
    """Name below the folder to the digests of what we wrote there. More than one, because this is saved before
    the file: after a crash in between, the file is still the one before."""
    folders: tuple[str, ...] = ()
    """Names of the folders that we made."""

    def wrote(self, name: str, data: bytes) -> "Brought":
        """With one more content of that file."""
        known, new = self.files.get(name, ()), disk.digest(data)
        history = (*[one for one in known if one != new][-_REMEMBERED:], new)
        return self.model_copy(update={"files": {**self.files, name: history}})

    def ours(self, name: str, data: bytes) -> bool:
        """Whether that is what we wrote there."""
        return disk.digest(data) in self.files.get(name, ())


def load(root: Path, folder: Path) -> Brought | None:
    """What is known of ``folder``, if it is sound."""
    try:
        data = disk.read(_path(root, folder), _LIMIT)
        return None if data is None else Brought.model_validate_json(data)
    except (OSError, InstallError, ValidationError, ValueError):
        return None


def save(root: Path, folder: Path, known: Brought) -> None:
    """Keep it."""
    disk.private(root / "install" / "pack")
    disk.write(_path(root, folder), known.model_dump_json().encode() + b"\n", 0o600, disk.tag(root))


def drop(root: Path, folder: Path) -> None:
    """Forget it."""
    _path(root, folder).unlink(missing_ok=True)


def new(folder: Path) -> Brought:
    """Nothing yet."""
    return Brought(folder=os.fsencode(folder).decode(errors="backslashreplace"))


def _path(root: Path, folder: Path) -> Path:
    return root / "install" / "pack" / (disk.digest(os.fsencode(folder))[:32] + ".json")
