"""beads: the issue tracker `bd`, where it is there and the checkout uses it.

`bd` runs scripts of the checkout (`.beads/hooks/on_update`) at every update, outside the user's permission rules:
where there is one, `bd` is not run. It is found by PATH and never inside the checkout.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from interlock.doors.spawn import find, folders

STATUS = "open"
LABEL = "needs-followup"
SECONDS = 5.0
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


def leave(top: str, environ: Mapping[str, str], issue: str, text: str) -> bool:
    """Marks the issue as needing a follow-up, open to be taken up again, and leaves the text as a comment. Whether
    that worked."""
    program = usable(top, environ)
    if not program:
        return False
    marked = [program, "update", issue, "--status", STATUS, "--add-label", LABEL, "--json"]
    said = _run(marked, top, environ)
    if said is None or not said.strip().strip(
        "[]{}"
    ):  # an id it does not know is no error to it, and updates nothing
        return False
    return _run([program, "comments", "add", issue, text[:LONGEST], "--json"], top, environ) is not None


def _run(words: list[str], top: str, environ: Mapping[str, str]) -> str | None:
    """What it printed; None where it did not do it."""
    known = {name: environ[name] for name in _KEPT if name in environ}
    known |= {"PATH": ":".join(folders(environ, top)), "BD_ACTOR": "interlock", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            words, cwd=top, env=known, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=SECONDS, check=False, start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
