"""What shell commands showed of a contract's inputs: `cat` reads as well as the Read tool does.

Not told from the command's words but from its output: a file counts as read where the output has its beginning or
most of its lines. Only declared inputs are looked for, so this costs nobody else anything.
"""

from interlock.doors import keys, runfolder
from interlock.guard.before import bound
from interlock.guard.spots import top_of
from interlock.words.contract import MAYBE, RUN, RUNS
from interlock.words.faults import Unreadable
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene

_FIRST = 10
"""Lines at a file's beginning that stand for all of it: longer output is cut by the client."""


def shown(scene: "Scene") -> list[Resource]:
    """The inputs of the owner's contract that the command's output shows. Call it outside any transaction."""
    if RUNS not in scene.call.command and RUNS not in scene.cwd:
        return []
    held, top = bound(scene), top_of(scene.cwd)
    if held is None or not top:
        return []
    said = scene.call.printed
    lines = {line.strip() for line in said.split("\n")}
    wanted = [path.removesuffix(MAYBE) for path in held.contract.given + held.contract.inputs]
    found = [path.replace(RUN, run) for run in runfolder.open_runs(top) for path in wanted]
    return [keys.resources(f"{top}/{path}", "/", "/")[0] for path in found if _shows(said, lines, f"{top}/{path}")]


def _shows(said: str, lines: set[str], path: str) -> bool:
    try:
        text = runfolder.text(path)
    except Unreadable:
        return False
    there = [line for one in (text or "").split("\n") if (line := one.strip())]
    if not there:
        return text is not None  # an empty file: its name is all that there is to see
    return all(line in said for line in there[:_FIRST]) or sum(line in lines for line in there) * 2 > len(there)
