"""beads: the issue tracker `bd`, where it is there and the checkout uses it.

`bd` runs scripts of the checkout (`.beads/hooks/on_update`) at every update, outside the user's permission rules:
where there is one, `bd` is not run. It is found by PATH and never inside the checkout.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping

from interlock.doors.spawn import find, folders

STATUS, WORKED_ON = "open", "in_progress"
LABEL = "needs-followup"
SECONDS = 4.0
"""For all that `bd` is asked at once: below what a hook waits for the desk."""
_KEPT = ("HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_HOOKS = ("on_update", "on_message")
LONGEST = 6000
"""Characters of a comment."""


def usable(top: str, environ: Mapping[str, str]) -> str:
    """The program, if there is one and the checkout keeps its issues with it; else ""."""
    data = os.path.join(top, ".beads")
    if not os.path.isdir(data) or os.path.islink(data):
        return ""
    if any(os.access(os.path.join(data, "hooks", name), os.X_OK) for name in _HOOKS):
        return ""
    return find("bd", environ, top)


def leave(top: str, environ: Mapping[str, str], issue: str, text: str, ours: bool) -> bool:
    """Marks the issue as needing a follow-up and leaves the text as a comment. Where it is in progress, and that
    is ``ours`` alone, it is open again, to be taken up; else its status is nobody's to change here. Whether that
    worked."""
    program = usable(top, environ)
    if not program:
        return False
    end = time.monotonic() + SECONDS
    again = ours and _status(_run([program, "show", issue, "--json"], top, environ, end)) == WORKED_ON
    reopened = ["--status", STATUS] if again else []
    said = _run([program, "update", issue, *reopened, "--add-label", LABEL, "--json"], top, environ, end)
    if not said or not said.strip().strip("[]{}"):  # an id it does not know is no error to it, and updates nothing
        return False
    return _run([program, "comments", "add", issue, text[:LONGEST], "--json"], top, environ, end) is not None


def _status(said: str | None) -> str:
    """The status in what `bd show` printed, "" where it says none."""
    try:
        data = json.loads(said or "")
    except (ValueError, RecursionError):
        return ""
    one = data[0] if isinstance(data, list) and len(data) == 1 else data
    return str(one.get("status", "")) if isinstance(one, dict) else ""


def _run(words: list[str], top: str, environ: Mapping[str, str], end: float) -> str | None:
    """What it printed; None where it did not do it."""
    known = {name: environ[name] for name in _KEPT if name in environ}
    known |= {"PATH": ":".join(folders(environ, top)), "BD_ACTOR": "interlock", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            words, cwd=top, env=known, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=max(0.0, end - time.monotonic()), check=False, start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
