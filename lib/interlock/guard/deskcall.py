"""Asking the desk from a hook: `interlock COMMAND --json`, bounded in time and size."""

import os
import time

from interlock.doors.spawn import run
from interlock.words.faults import Unreadable
from interlock.words.jsontext import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene

LATEST = 21.0
"""Seconds after the hook's start when the desk must have answered: the guard's own deadline is 25 s."""
_ANSWER = 256 * 1024  # bytes


def ask(scene: "Scene", words: list[str], seconds: float, folder: str) -> tuple[int, object]:
    """(exit code, the JSON value that was printed; None for nothing) of the installed `interlock` with these
    words, run in ``folder``. Raises Unreadable, with a sentence, where there is no answer: it is missing, is not
    done in time, or prints something else."""
    program = os.path.join(scene.root, "bin", "interlock")
    if not os.access(program, os.X_OK):
        raise Unreadable(f"{program} is missing; run `interlock install` again")
    left = min(seconds, LATEST - (time.monotonic() - scene.started))
    here = _enter(folder)
    try:
        code, out = run([program, *words], b"", environment(scene), left, _ANSWER)
    finally:
        if here >= 0:
            os.fchdir(here)
            os.close(here)
    return code, loads(out) if out.strip() else None


def environment(scene: "Scene") -> dict[str, str]:
    """The hook's own, without what says that an agent runs this: the guard speaks for an owner that it names. The
    state folder is the one that was installed, whatever the surroundings say."""
    kept = {name: value for name, value in scene.environ.items() if not name.startswith("CLAUDE")}
    above, _, folder = scene.root.rpartition("/")
    return {**kept, "XDG_STATE_HOME": above} if folder == "interlock" else kept


def _enter(folder: str) -> int:
    """Goes there, as a program that is started can't be told where; a handle on the way back, -1 if there is none.
    Raises Unreadable."""
    try:
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        here = -1
    try:
        os.chdir(folder)
    except OSError as problem:
        if here >= 0:
            os.close(here)
        raise Unreadable(f"{folder} can't be entered ({problem.strerror})") from None
    return here
