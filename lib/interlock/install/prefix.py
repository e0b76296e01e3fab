"""The prefix program: what `CLAUDE_CODE_SHELL_PREFIX` names, so that every shell command of the client's starts
through it. One file in ROOT/shell that needs nothing of Interlock's once it is written, and one more for every
prefix that a user had before, which it runs in turn. docs/adr/0006 says why it is a file.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shlex import quote

from interlock.doors.contain import program, tickets
from interlock.doors.place import lib_dir
from interlock.install import disk
from interlock.install.command import PREFIX_MARK as MARK
from interlock.install.errors import InstallError

VARIABLE = "CLAUDE_CODE_SHELL_PREFIX"
WRAPPED = """import os, sys
lib, ticket, locale, ignored, program, string = sys.argv[1:]
os.environ.pop("LC_CTYPE", None)
if locale: os.environ["LC_CTYPE"] = locale[1:]
try:
    sys.path.append(lib)
    from interlock.runs.wrapper import redeemed
    redeemed(ticket, int(ignored, 16), program, string)
except Exception: pass
os.execv(program, [program, string, "run"])"""
"""Starts the wrapper of a run; the command itself where that can't be. Python may have set LC_CTYPE (PEP 538)."""
_HERE = Path(__file__).parent
_MODE = 0o755
_LARGEST = 1 << 20
_NAME = re.compile(r"/.*/interlock/shell/run(-[0-9a-f]{12})?")


def path(root: Path, chained: str = "") -> Path:
    """Where the program lies that runs the user's own prefix ``chained`` ("" for none)."""
    plain = Path(program(str(root)))
    mark = hashlib.sha256(chained.encode(errors="surrogateescape")).hexdigest()[:12]
    return plain.with_name(f"{plain.name}-{mark}") if chained else plain


def is_own(value: object) -> bool:
    """Whether a prefix found somewhere is a program of ours, under whatever root, there or not."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def fits(root: Path) -> bool:
    """Whether the program's path can be a prefix: the client takes what follows the last " -" for arguments
    (live, 2.1.197 and 2.1.329)."""
    return " -" not in str(path(root)) and is_own(str(path(root)))


def chain(*values: object) -> str:
    """The prefix that commands would start through if Interlock were not there: of these values, the strongest
    first, the first that is a text and not ours; "" for none."""
    for value in values:
        if isinstance(value, str) and value.strip() and not is_own(value):
            return value
    return ""


def text(root: Path, chained: str = "", shell: Path = Path("/bin/bash"), perl: str | None = None) -> str:
    """The program. ``shell`` runs it: bash hands on what dash would drop from the environment (exported
    functions, names that are no shell names); -p keeps it from reading BASH_ENV, which is the command's."""
    if perl is None:
        perl = "/usr/bin/perl" if os.access("/usr/bin/perl", os.X_OK) else shutil.which("perl") or "/usr/bin/perl"
    contain = (_HERE / "contain.pl").read_text(encoding="utf-8").rstrip("\n")
    if "'" in contain:
        raise InstallError("contain.pl holds a single quote; install Interlock again.")
    facts = {
        "INTERPRETER": f"{shell} -p" if os.access(shell, os.X_OK) else "/bin/sh",
        "MARK": MARK + (f" chains {json.dumps(chained)}" if chained else ""),
        "RUN": _chained(chained) if chained else '"$interlock_h" -c "$interlock_s"',
        "TICKETS": quote(tickets(str(root))),
        "PYTHON": quote(sys.executable or "/nowhere/python3"),
        "LIB": quote(lib_dir()),
        "PACKAGE": quote(f"{lib_dir()}/interlock/runs/wrapper.py"),
        "WRAPPED": WRAPPED,
        "PERL": quote(perl),
        "CONTAIN": contain,
    }
    template = (_HERE / "prefix.sh").read_text(encoding="utf-8")
    return re.sub(r"@([A-Z]+)@", lambda found: facts[found[1]], template)


def write(root: Path, chained: str = "") -> None:
    """Writes the plain program, and the one that chains, where they differ from what is there."""
    disk.private(root / "shell")
    for one in dict.fromkeys(("", chained)):
        place, data = path(root, one), text(root, one).encode(errors="surrogateescape")
        if disk.read(place, _LARGEST) != data or place.stat().st_mode & 0o777 != _MODE:
            disk.write(place, data, _MODE, disk.tag(root))


def noexec(root: Path) -> str:
    """Says that the state folder, there or not, lies where nothing can be run; "" if that is not so."""
    folder = next(one for one in (root / "shell", root, *root.parents) if one.exists())
    barred = os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)
    return f"{root} lies on a file system that is mounted noexec" if barred else ""


def barred(root: Path) -> str:
    """Why no program in the state folder can be run, in a clause; "" if one can. The plain one is tried, if it is
    there: a prefix that can't run would end every shell command."""
    program = path(root)
    if why := noexec(root):
        return why
    if not program.exists():
        return ""
    words, environ = [str(program), "true"], {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    try:
        done = subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError) as problem:
        return f"{program} can't be run ({getattr(problem, 'strerror', '') or 'it does not end'})"
    return f"{program} can't be run (it ends with {done.returncode})" if done.returncode else ""


def chained_by(program: str) -> str:
    """The user's own prefix that a program of ours runs, as it stands in its text; "" for none."""
    try:
        lines = (disk.read(Path(program), _LARGEST) or b"").split(b"\n", 2)
        said = lines[1].decode(errors="surrogateescape").removeprefix(MARK + " chains ")
        return str(json.JSONDecoder().raw_decode(said)[0]) if said != lines[1].decode(errors="replace") else ""
    except (OSError, InstallError, IndexError, ValueError):
        return ""


def _chained(own: str) -> str:
    """The client's own way to start a prefix (live): the program is quoted, its arguments are shell text."""
    cut = own.rfind(" -")
    return f'{quote(own[:cut])} {own[cut + 1 :]} "$interlock_s"' if cut > 0 else f'{quote(own)} "$interlock_s"'
