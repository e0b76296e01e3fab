"""`.runs/RUN/run_meta.json`: what a run is. Made once by whoever starts it, and held to the log."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from interlock.artifacts import files, made_files
from interlock.artifacts.flaw import Flaw, Gone, Unfit
from interlock.artifacts.log_events import CLOSED, STARTED, Event
from interlock.artifacts.reading import shape_flaws
from interlock.artifacts.reading.artifact import NO_RUNS, parse
from interlock.artifacts.spot import Spot
from interlock.doors import keys, repo
from interlock.shapes.artifacts.kinds import kind_of
from interlock.shapes.artifacts.runs import RunMeta
from interlock.words.contract import RUNS
from interlock.words.faults import Fault
from interlock.words.issue import is_issue


def is_run(name: str) -> bool:
    """Whether the name can be a run's."""
    return is_issue(name) and name.lower() not in NO_RUNS


def meta_path(run: str) -> str:
    """Where it lies, from the checkout's top."""
    return f"{RUNS}/{run}/run_meta.json"


def new(**facts: object) -> RunMeta:
    """That of a run with these facts. Raises Fault for what can't be one."""
    try:
        return RunMeta.model_validate({"version": 1, **facts})
    except ValidationError as problem:
        flaw = shape_flaws.flaws("a run", RunMeta, problem, {})[0]
        raise Fault(f"{flaw.what}; {flaw.mend}") from None


def read(top: Path, run: str) -> tuple[RunMeta | None, list[Flaw]]:
    """The run, or what is wrong with it; neither where it was not started."""
    path = meta_path(run)
    kind = kind_of(path)
    assert kind is not None
    try:
        value, flaws = parse(files.take(top, path), path, kind)
    except Gone:
        return None, []
    except Unfit as problem:
        return None, [problem.flaw(path)]
    return (value if isinstance(value, RunMeta) and not flaws else None), flaws


def doubt(spot: Spot, told: list[Event]) -> str:
    """What is wrong with the run's file, a sentence; "" where it is as `interlock runs` made it. A run of which
    the log has nothing (it was started in another clone) is not judged."""
    known = _known(spot, told)
    path = meta_path(spot.run)
    if not known:
        return ""
    try:
        found = made_files.digest(files.take(spot.top, path))
    except Unfit as problem:
        return str(problem.flaw(path))
    return "" if found in known else f"{path}: it is not as `interlock runs` wrote it: somebody edited it"


def _known(spot: Spot, told: list[Event]) -> set[str]:
    """The digests that the file had here; where the run is from another worktree of the repository, had there."""
    mine = [one for one in told if one.name in (STARTED, CLOSED) and one.facts["run"] == spot.run]
    here = [one for one in mine if one.facts["checkout"] == spot.checkout]
    common = repo.common_dir(str(spot.top))
    found = here or [one for one in mine if repo.common_dir(keys.path_of(one.facts["checkout"])) == common]
    return {str(one.facts["digest"]) for one in found}
