"""The two programs in ROOT/bin: the launcher that project-scope hooks look for, and the CLI's shim."""

import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from interlock.install import disk
from interlock.install.command import LAUNCH_MARK, Baked, launcher, shim
from interlock.install.errors import InstallError

_MODE = 0o755
_LARGEST = 1024 * 1024


def paths(root: Path) -> tuple[Path, Path]:
    """Where the launcher and the shim lie."""
    return root / "bin" / "launch", root / "bin" / "interlock"


def write(baked: Baked) -> None:
    """Write both, each at once, where they differ from what is there."""
    disk.private(baked.root / "bin")
    in_site_packages = Path(sysconfig.get_path("purelib")).resolve() == baked.lib.resolve()
    texts = launcher(baked), shim(baked, in_site_packages)
    for path, text in zip(paths(baked.root), texts, strict=True):
        data = text.encode()
        if disk.read(path, _LARGEST) != data or path.stat().st_mode & 0o777 != _MODE:
            disk.write(path, data, _MODE, disk.tag(baked.root))


def remove(root: Path) -> Iterator[Path]:
    """Remove both, if they are ours; yields what is gone."""
    for path in paths(root):
        with suppress(OSError, InstallError):
            if LAUNCH_MARK.encode() in (disk.read(path, _LARGEST) or b""):
                path.unlink()
                yield path
