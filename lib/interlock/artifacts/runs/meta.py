"""Whether a run is what it was when it was started: `run_meta.json` is held to the log like other made files."""

from __future__ import annotations

from interlock.artifacts import files, made_files
from interlock.artifacts.flaw import Unfit
from interlock.artifacts.log_events import CLOSED, STARTED, Event
from interlock.artifacts.spot import Spot
from interlock.doors import keys, repo
from interlock.words.contract import RUNS


def doubt(spot: Spot, told: list[Event]) -> str:
    """What is wrong with the run's file, a sentence; "" where it is as `interlock runs` made it. A run of which
    the log has nothing (it was started in another clone) is not judged."""
    known = _known(spot, told)
    path = f"{RUNS}/{spot.run}/run_meta.json"
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
