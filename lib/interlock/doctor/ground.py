"""The ground: disk, clock, versions, permissions."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from interlock.doctor.finding import Finding, bad, ok, warn
from interlock.doors import clock, process

# flock and SQLite are not dependable there (facts on reliability: NFS, 9p/drvfs, CIFS, FUSE).
_REMOTE = re.compile(r"nfs|cifs|smb|9p|drvfs|fuse|afs|ceph|gluster|lustre|vboxsf|prl_fs|virtiofs")
OLDEST_CLIENT = (2, 1, 197)
FAILS_CLOSED = (2, 1, 295)
"""The client version that brought `onFailure`."""


def disk(root: str) -> Iterator[Finding]:
    """The file system under the state folder, and its free space."""
    kind = filesystem(root)
    if not kind:
        yield warn("disk", "the file system of the state folder can't be told", "Keep it on a local disk.")
    elif _REMOTE.search(kind):
        yield bad(
            "disk",
            f"the state folder lies on {kind}, where locks don't hold",
            f"Set XDG_STATE_HOME to a folder on a local disk ({root} is not).",
        )
    else:
        yield ok("disk", f"the state folder lies on {kind}")
    free = shutil.disk_usage(root).free
    if free < 64 * 1024 * 1024:
        yield bad("disk", f"only {free // 1024} KiB are free under the state folder", "Free some space.")


def filesystem(path: str, mounts: str = "/proc/self/mounts") -> str:
    """The type of the file system that holds ``path``, "" where it can't be told."""
    best, kind = "", ""
    real = os.path.realpath(path)
    try:
        lines = Path(mounts).read_text(errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        fields = line.split(" ")
        point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[1]) if len(fields) > 2 else ""
        inside = point == "/" or real == point or real.startswith(f"{point}/")
        if point and inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def clocks() -> Iterator[Finding]:
    """A clock that no one can set, and a name for this boot."""
    if clock.boot_id() == "unknown-boot":
        yield warn(
            "clock", "this boot has no name here", "Leases of before a reboot may stand until they time out."
        )
    elif not process.namespace():
        yield warn("clock", "processes can't be watched here", "Leases of killed sessions end by time only.")
    else:
        yield ok("clock", "boot clock and boot id are there; dead sessions are seen at once")


def versions() -> Iterator[Finding]:
    """Python, SQLite, and the client where one is found."""
    yield ok("versions", f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} (rollback journal)")
    found = shutil.which("claude")
    if found is None:
        yield warn("client", "no `claude` on PATH", "Nothing to do if you start it in another way.")
        return
    version = client_version(found)
    shown = ".".join(map(str, version))
    if not version:
        yield warn("client", "the client does not tell its version", "Run `claude --version` yourself.")
    elif version < OLDEST_CLIENT:
        yield bad("client", f"Claude Code {shown} is older than 2.1.197, the oldest tried", "Update it.")
    elif version < FAILS_CLOSED:
        yield warn(
            "client",
            f"Claude Code {shown} lets a call through when its hook can't run",
            "Update it to 2.1.295 or newer: from there such a call is blocked.",
        )
    else:
        yield ok("client", f"Claude Code {shown}")


def client_version(program: str) -> tuple[int, ...]:
    """The client's version, () if it doesn't tell; asked with a scratch HOME."""
    with tempfile.TemporaryDirectory(prefix="interlock-doctor-") as home:
        environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": home, "DISABLE_AUTOUPDATER": "1"}
        try:
            done = subprocess.run(
                [program, "--version"], capture_output=True, timeout=15, check=False, env=environ,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return ()
    told = re.match(rb"(\d+)\.(\d+)\.(\d+)", done.stdout.strip())
    return tuple(map(int, told.groups())) if told else ()


def permissions(root: str, settings: list[Path]) -> Iterator[Finding]:
    """Who else may write what the guard rests on."""
    loose = [p for p in (Path(root), *settings) if p.exists() and p.stat().st_mode & 0o022]
    for path in loose:
        yield bad("permissions", f"{path} can be written by others", f"Run `chmod go-w` on it ({path}).")
    if not loose:
        yield ok("permissions", "nobody else can write the state folder or the settings")
