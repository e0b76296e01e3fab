"""What an agent was shown of its contract's inputs: `cat` reads as well as the Read tool does, a glance does not.

A file counts as read where its beginning was shown, or most of its lines. Of commands that is told not from their
words but from their output. Only declared inputs are looked for, so this costs nobody else anything.
"""

from interlock.doors import client, keys, runfolder
from interlock.guard.before import bound
from interlock.guard.spots import top_of
from interlock.words.contract import MAYBE, RUN, RUNS, covers
from interlock.words.faults import Unreadable
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.words.contract import Contract

_FIRST = 10
"""Lines at a file's beginning that stand for all of it: longer output is cut by the client."""


def shown(scene: "Scene") -> list[Resource]:
    """The inputs of the owner's contract that the command's output shows. Call it outside any transaction."""
    if RUNS not in scene.call.command and RUNS not in scene.cwd:
        return []
    held = bound(scene)
    top = held.spots.top(scene.cwd) or top_of(scene.cwd) if held is not None else ""
    if held is None or not top:
        return []
    printed = [line for one in scene.call.printed.split("\n") if (line := one.strip())]
    found = [path.replace(RUN, run) for run in runfolder.open_runs(top) for path in _wanted(held.contract)]
    return [keys.resources(f"{top}/{path}", "/", "/")[0] for path in found if _shows(printed, f"{top}/{path}")]


def glimpsed(scene: "Scene", targets: list[Resource]) -> list[Resource]:
    """Of the files that the Read tool showed those inputs of the owner's contract of which it was too little. Call
    it outside any transaction."""
    part = client.part(scene.call)
    if part is None or not targets or (held := bound(scene)) is None:
        return []
    wanted = _wanted(held.contract)
    found: list[Resource] = []
    for target in targets:
        spot = held.spots.of(target)
        if spot is not None and any(covers(path, spot.path, []) for path in wanted):
            found += [target] if _is_glimpse(keys.path_of(target.shown), *part) else []
    return found


def _wanted(contract: "Contract") -> list[str]:
    return [path.removesuffix(MAYBE) for path in contract.given + contract.inputs]


def _is_glimpse(path: str, first: int, lines: int) -> bool:
    """Whether these lines are neither the file's beginning nor most of it."""
    try:
        total = len((runfolder.text(path) or "").splitlines())
    except Unreadable:
        return False
    lines = min(lines or total, max(0, total - first + 1))
    return not (first == 1 and lines >= min(_FIRST, total)) and lines * 2 <= total


def _shows(printed: list[str], path: str) -> bool:
    """``printed``: the output's lines that are not empty, without the space around them."""
    try:
        text = runfolder.text(path)
    except Unreadable:
        return False
    there = [line for one in (text or "").split("\n") if (line := one.strip())]
    if not there:
        return text is not None  # an empty file: its name is all that there is to see
    lines = set(printed)
    return _begins(printed, there[:_FIRST]) or sum(line in lines for line in there) * 2 > len(there)


def _begins(printed: list[str], first: list[str]) -> bool:
    """Whether these lines were printed one after the other, be it with numbers before them."""
    for at in range(len(printed) - len(first) + 1):
        if all(_is_line(said, line) for said, line in zip(printed[at:], first, strict=False)):
            return True
    return False


def _is_line(said: str, line: str) -> bool:
    """Whether what was printed is the line, alone or behind a number or a name and a sign."""
    before = said.removesuffix(line)
    return said.endswith(line) and (not before or not before[-1].isalnum())
