"""The runs in a checkout (`.runs/`), as far as the guard needs them: which are open, what is there. What lies
there is the repository's: whatever it is, it is read without waiting, and not much of it."""

from interlock import system as os
from interlock.doors.plainfile import whole
from interlock.words.artifact import FLOWS, INDEX, META
from interlock.words.contract import RUNS
from interlock.words.faults import Unreadable
from interlock.words.issue import is_issue
from interlock.words.jsontext import loads

MAX_BYTES = 1024 * 1024
_MOST = 256  # names that are looked at: folders where there is no index, files of runs


def open_runs(top: str) -> list[str]:
    """The ids of the runs that are open in the checkout: by the index, else by what is in their folders."""
    folder = f"{top}/{RUNS}"
    entries = _object(f"{folder}/{INDEX}").get("runs")
    if not isinstance(entries, list):
        entries = [_object(f"{folder}/{name}/{META}") for name in _names(folder)]
    named = [one.get("run_id") for one in entries if isinstance(one, dict) and one.get("state") == "open"]
    return [run for run in named if isinstance(run, str) and is_issue(run)]


def any_runs(top: str) -> bool:
    """Whether there may be runs in the checkout."""
    return os.path.isdir(f"{top}/{RUNS}")


def link(top: str, inside: str = RUNS) -> str:
    """The first symlink on the way from the checkout's top to ``inside``, "" for none: no artifact is read or
    written through one."""
    here = ""
    for part in inside.split("/"):
        here = here.rpartition("/")[0] if part == ".." else f"{here}/{part}".lstrip("/") if part != "." else here
        try:
            if here and os.lstat(f"{top}/{here}").st_mode & 0o170000 == 0o120000:
                return here
        except (OSError, ValueError):
            continue
    return ""


def artifacts(top: str) -> list[str]:
    """The files in the flows of the checkout's open runs, absolute; some hundred at most."""
    found: list[str] = []
    for run in open_runs(top):
        for flow in FLOWS:
            folder = f"{top}/{RUNS}/{run}/{flow}"
            try:
                found += [
                    f"{folder}/{name}" for name in os.listdir(folder)[:_MOST] if is_there(f"{folder}/{name}")
                ]
            except OSError:
                continue
    return found[:_MOST]


def is_run(top: str, run: str) -> bool:
    """Whether that run was ever started in the checkout."""
    return bool(_object(f"{top}/{RUNS}/{run}/{META}"))


def is_closed(top: str, run: str) -> bool:
    """Whether that run is over."""
    return _object(f"{top}/{RUNS}/{run}/{META}").get("state") == "closed"


def is_there(path: str) -> bool:
    """Whether ``path`` is a regular file, by whatever links."""
    try:
        return os.stat(path).st_mode & 0o170000 == 0o100000
    except (OSError, ValueError):
        return False


def text(path: str, links: bool = True) -> str | None:
    """The file's text, None if there is no file. ``links``: of what a symlink leads to, too. Raises Unreadable,
    with a phrase that says what it is."""
    raw = whole(path, MAX_BYTES, links)
    try:
        return None if raw is None else raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8") from None


def _names(folder: str) -> list[str]:
    try:
        names = [name for name in sorted(os.listdir(folder)) if is_issue(name)][:_MOST]
        return [name for name in names if not link(folder, name)]
    except OSError:
        return []


def _object(path: str) -> dict[str, object]:
    try:
        value = loads((text(path, links=False) or "").encode("utf-8"))
    except Unreadable:
        return {}
    return value if isinstance(value, dict) else {}
