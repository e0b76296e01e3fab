"""What an install remembers of a settings file, so that uninstall can give back the very bytes.

One file per settings file under ROOT/install, mode 0600: settings can hold tokens. A receipt that can't be
read or doesn't check counts as none; uninstall then takes out our entries alone.
"""

import hashlib
import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from interlock.install import disk, merge
from interlock.install.errors import InstallError

_LIMIT = 2 * merge.MAX_BYTES


class Receipt(BaseModel):
    """The state before the first install, and what we wrote since."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    settings: str
    original: str | None
    """The file's bytes in base64; None where there was no file."""
    original_sha256: str
    written: tuple[str, ...]
    """SHA-256 of every content written over that original. More than one, because the receipt is saved
    before the file: after a crash in between, the file still holds the one before."""
    made_folder: bool

    @model_validator(mode="after")
    def _checks(self) -> Self:
        if disk.digest(self.before or b"") != self.original_sha256:
            raise ValueError("the original doesn't match its checksum")
        return self

    @property
    def before(self) -> bytes | None:
        """The file's bytes before the install; None where there was no file."""
        return None if self.original is None else b64decode(self.original, validate=True)

    @classmethod
    def of(cls, settings: Path, before: bytes | None, written: tuple[str, ...], made_folder: bool) -> "Receipt":
        """A receipt for ``settings`` as it was."""
        return cls(
            settings=os.fsencode(settings).decode(errors="backslashreplace"),
            original=None if before is None else b64encode(before).decode(),
            original_sha256=disk.digest(before or b""),
            written=written,
            made_folder=made_folder,
        )


def path_of(root: Path, settings: Path) -> Path:
    """Where the receipt for ``settings`` lies."""
    return root / "install" / (hashlib.sha256(os.fsencode(settings)).hexdigest()[:32] + ".json")


def load(root: Path, settings: Path) -> Receipt | None:
    """The receipt for ``settings``, if there is a sound one."""
    return _load(path_of(root, settings))


def save(root: Path, settings: Path, receipt: Receipt) -> None:
    """Keep ``receipt``."""
    disk.write(path_of(root, settings), receipt.model_dump_json().encode() + b"\n", 0o600, disk.tag(root))


def drop(root: Path, settings: Path) -> None:
    """Forget the receipt for ``settings``."""
    path_of(root, settings).unlink(missing_ok=True)


def any_left(root: Path) -> bool:
    """Whether some settings file of this user still counts as installed; an unreadable receipt does too."""
    for path in (root / "install").glob("*.json"):
        receipt = _load(path)
        if receipt is None or Path(receipt.settings).exists() or "\\x" in receipt.settings:
            return True
    return False


def _load(path: Path) -> Receipt | None:
    try:
        data = disk.read(path, _LIMIT)
        return None if data is None else Receipt.model_validate_json(data)
    except (OSError, InstallError, ValidationError, ValueError):
        return None
