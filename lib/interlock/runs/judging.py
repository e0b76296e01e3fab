"""What a run proves: the rules of docs/evidence.md, in the order in which they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from interlock.runs.counts import Counts
    from interlock.runs.fingerprint import Tree
    from interlock.shapes.record import Result
    from interlock.shell.reading import Validation


class Seen(NamedTuple):
    """What is known of a run. ``fake``: why its program may not be the real one. ``others``: (file, owner) that
    changed behind it; ``own``: tracked files that its owner changed meanwhile; ``compared``: whether the trees
    before and after could be; ``touched``: files that somebody wrote meanwhile, as they are again or never were
    in git."""

    code: int
    signal: int
    before: Tree
    after: Tree
    counts: Counts | None
    fake: str = ""
    others: tuple[tuple[str, str], ...] = ()
    own: tuple[str, ...] = ()
    compared: bool = True
    touched: tuple[str, ...] = ()


def judge(run: Validation, seen: Seen) -> tuple[Result, str]:
    """(result, why it is not ``passed``)."""
    if seen.others:
        names = sorted({name for name, _ in seen.others})
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        return "contaminated", f"{names[0]}{more} changed while it ran"
    if seen.signal:
        return "unknown", f"signal {seen.signal} ended it"
    if seen.code:
        return _red(run, seen)
    if why := run.doubt or seen.fake:
        return "unknown", why
    if run.partial:
        return "partial", f"{run.partial} makes it a part of the whole"
    why = _untested(run, seen.counts) or _unseen(seen)
    return ("unknown", why) if why else ("passed", "")


def _red(run: Validation, seen: Seen) -> tuple[Result, str]:
    bad = seen.counts is not None and seen.counts.failed + seen.counts.errors > 0
    if not bad and run.doubt:
        return "unknown", run.doubt
    if not bad and run.shared:
        return "unknown", "which of the commands failed can't be told"
    return "failed", f"exit code {seen.code}"


def _untested(run: Validation, counts: Counts | None) -> str:
    if not run.runner:
        return ""
    if counts is None:
        return f"{run.runner}'s closing line is not in its output, so no test is known to have run"
    if counts.ran == 0:
        return "no test ran"
    if counts.failed + counts.errors:
        return f"exit code 0, but {counts.failed + counts.errors} tests failed by its closing line"
    return ""


def _unseen(seen: Seen) -> str:
    for tree in (seen.before, seen.after):
        if not tree.id:
            return f"on which tree it ran can't be told: {tree.problem}"
    if not seen.compared:
        return "what changed while it ran can't be told"
    if seen.own:
        return f"its own owner changed {seen.own[0]} while it ran"
    if seen.touched:
        more = f" and {len(seen.touched) - 1} more" if len(seen.touched) > 1 else ""
        return f"files changed while it ran: {seen.touched[0]}{more}"
    return ""
