"""The state folder itself: ours alone, on a disk that keeps its promises."""

from interlock import system as os
from interlock.words.faults import StateFault, StorageFull


def prepare(root: str) -> None:
    """Makes the folder (mode 0700) if it is missing and refuses one that others could write or that is a
    symlink (CVE-2025-68146 and CVE-2026-22701 were links planted where a lock would be made)."""
    try:
        info = os.lstat(root)
    except FileNotFoundError:
        try:
            os.makedirs(root, mode=0o700, exist_ok=True)
            info = os.lstat(root)
        except OSError as problem:
            raise StorageFull(f"Interlock's state folder {root} can't be made ({problem.strerror}).") from None
    except OSError as problem:
        raise StateFault(f"Interlock's state folder {root} can't be read ({problem.strerror}).") from None
    if info.st_mode & 0o170000 != 0o040000:
        raise StateFault(f"Interlock's state folder {root} is not a folder of its own; remove what stands there.")
    if hasattr(os, "getuid") and (info.st_uid != os.getuid() or info.st_mode & 0o022):
        raise StateFault(f"Interlock's state folder {root} can be written by others; run `chmod 700` on it.")
