"""Artifacts as their writers leave them: validated after each write, and again before the writer's stop.

What they should be is the desk's to know (`interlock artifacts validate`). Where it can't be asked nothing is
refused: it is noted, and the receipt will count what is there.
"""

from interlock.doors import keys, runfolder
from interlock.doors.place import home
from interlock.guard import deskcall, outputsays
from interlock.guard.before import bound
from interlock.guard.contracting import Bound
from interlock.guard.spots import Spot, Spots, spot, top_of
from interlock.words.artifact import has_shape, made_by
from interlock.words.contract import RUN
from interlock.words.decision import DENY, Decision
from interlock.words.faults import Unreadable
from interlock.words.resource import TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx

SECONDS = 5.0
"""For the desk to validate."""
TRIES = 3
"""How often a stop is blocked for the sake of outputs."""
_TOLD = 20  # flaws that are noted
_COUNT = "Outputs"


def after_write(scene: "Scene", written: list[Resource]) -> str:
    """What the writer of artifacts is told of them, "" if nothing. Call it outside any transaction."""
    held = bound(scene)
    _sections(scene, written, held)
    places: dict[str, list[str]] = {}
    spots = Spots(scene.project)
    for target in written:
        path = keys.path_of(target.shown)
        folder = path.rpartition("/")[0]
        top = spots.top(folder) or top_of(folder)
        inside = path[len(top) + 1 :]
        if target.kind != TREE and top and has_shape(inside) and runfolder.is_there(path):
            places.setdefault(top, []).append(inside)
    for top, paths in places.items():
        made = [path for path in paths if made_by(path)]
        if made and not scene.call.is_shell:
            return outputsays.typed(made[0], made_by(made[0]))
        try:
            found = _flaws(scene, top, paths)
        except Unreadable:
            continue
        typed = next((path for path in made if found and found[0].startswith(path)), "")
        if typed:
            return outputsays.typed(typed, made_by(typed))
        if found:
            return outputsays.flaws(found, held is not None and not held.contract.fault)
    return ""


def _sections(scene: "Scene", targets: list[Resource], held: Bound | None) -> None:
    """Whose sections of shared files are as their agents left them."""
    if held is None or held.contract.fault or not held.contract.shares:
        return
    shared = [one for one in targets if (spot := held.spots.of(one)) is not None and held.shares(spot)]
    if shared:
        from interlock.guard import sections

        with scene.store.transaction() as tx:
            scene.settle(tx)
            for target in shared:
                sections.wrote(tx, held, target)


def at_stop(scene: "Scene") -> Decision | None:
    """Stop and SubagentStop of who has a contract: blocked while its outputs are not valid, at most TRIES
    times."""
    held = bound(scene)
    if held is None or held.contract.fault or scene.call.waits:
        return None
    top = held.spots.top(scene.cwd) or held.spots.top(scene.project)
    if not top or not runfolder.any_runs(top):
        return None
    where = spot(keys.resources(top, "/", home(scene.environ))[0], keys.text(top))
    with scene.store.transaction() as tx:
        scene.settle(tx)
        # in one that is closed nothing can be mended
        runs = [run for run in held.runs(tx, where) if not runfolder.is_closed(top, run)]
        paths = _outputs(tx, held, where, runs)
    if not paths:
        return None
    problem, found = "", []
    try:
        found = _flaws(scene, top, paths)
    except Unreadable as fault:
        problem = str(fault)
    with scene.store.transaction() as tx:
        before = _count(tx, scene)
        attempt = before + 1 if found else before
        blocked = bool(found) and attempt <= TRIES
        _note(tx, scene, attempt if blocked else 0)
        if found or problem or before:
            tx.event(
                "outputs_checked", **scene.facts(), runs=runs, paths=paths, flaws=found[:_TOLD], attempt=attempt,
                blocked=blocked, problem=problem[:400],
            )  # fmt: skip
    return Decision(DENY, "outputs", outputsays.stop(found, TRIES - attempt)) if blocked else None


def _outputs(tx: "Tx", held: Bound, spot: Spot, runs: list[str]) -> list[str]:
    """The artifacts that the owner answers for: those that its contract makes, and of the shared ones what it
    wrote last. Where the run is not known, of each that it may be at work in."""
    found = []
    for run in runs:
        own = [path.replace(RUN, run) for path in held.contract.outputs]
        shared = [path.replace(RUN, run) for path in held.contract.shares]
        found += [path for path in own if not made_by(path)]
        found += [path for path in shared if _wrote(tx, held, f"{spot.key}/{path}")]
    top = keys.path_of(spot.top)
    return [path for path in dict.fromkeys(found) if has_shape(path) and runfolder.is_there(f"{top}/{path}")]


def _wrote(tx: "Tx", held: Bound, key: str) -> bool:
    rows = tx.run("wrote_get", key=key)
    return bool(rows) and rows[0][0] == held.scene.owner.id


def _flaws(scene: "Scene", top: str, paths: list[str]) -> list[str]:
    """What is wrong with these files: FILE:LINE: what; mend. Raises Unreadable where the desk does not say."""
    words = ["artifacts", "validate", "--json", "--", *(f"{top}/{path}" for path in paths)]
    _, said = deskcall.ask(scene, words, SECONDS, top)
    listed = said.get("flaws") if isinstance(said, dict) else None
    if not isinstance(listed, list):
        raise Unreadable("`interlock artifacts validate` did not say what is wrong")
    return [_line(flaw) for flaw in listed if isinstance(flaw, dict)]


def _line(flaw: dict[str, object]) -> str:
    at = f":{flaw.get('line')}" if flaw.get("line") else ""
    return f"{flaw.get('path')}{at}: {flaw.get('what')}; {flaw.get('mend')}"[:400]


def _count(tx: "Tx", scene: "Scene") -> int:
    """How often the stop was blocked in a row."""
    rows = tx.run("call_get", id=_row(scene))
    return int(rows[0][6]) if rows and str(rows[0][6]).isdecimal() else 0


def _note(tx: "Tx", scene: "Scene", count: int) -> None:
    if count:
        tx.run("call_put", id=_row(scene), owner="", tool=_COUNT, at=tx.now, decision="", ended=1)
    tx.run("call_mark", id=_row(scene), note=str(count))


def _row(scene: "Scene") -> str:
    return f"outputs of {scene.owner.id}"
