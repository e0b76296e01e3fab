"""What an agent is told of its run: at most 300 characters, and only where it does not count as it seems to."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from interlock.guard import messages
from interlock.runs.steering import STEERS
from interlock.shell.validations.alone import alone
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.runs.judging import Seen
    from interlock.shell.reading import Validation

ROOM = 300
_STEP = 130


def told(
    run: Validation, seen: Seen, result: str, why: str, me: str, cwd: str, kinds: dict[str, str]
) -> str:  # fmt: skip
    """Of what others changed while it ran, and of a green run that proves nothing or little; "" else. ``me`` is
    the owner's id, ``cwd`` where its shell is, ``kinds`` the owners' agent types."""
    if result == "contaminated" and seen.others:
        return contaminated(run, seen.others, me, kinds)
    if seen.code or seen.signal or result not in ("unknown", "partial"):
        return ""
    name, why = messages.brief(run.name, 40), messages.brief(why, 120)
    if result == "partial":
        return messages.fit(
            f"Interlock: this green run of {name} is a part, not the whole: {why}. Run the whole before you say "
            "that it passes.", ROOM
        )  # fmt: skip
    step = _step(run, seen, cwd)
    return messages.fit(f"Interlock: this run of {name} counts as no evidence: {why}.{step}", ROOM)


def _step(run: Validation, seen: Seen, cwd: str) -> str:
    """How it counts the next time, a sentence; "" where nothing that the agent could do is known."""
    if run.doubt:
        step = f" Run it by itself: `{alone(run, cwd)}`."
        return step if len(step) <= _STEP else " Run it by itself."
    if " was written by " in seen.fake:
        return " Install it anew, then run it again."
    if seen.fake.endswith(STEERS):
        return " Commit it or take it away, then run it again."
    if seen.fake:
        return " Run the installed one, without that."
    if run.runner == "pytest" and seen.counts is None:
        return " Two -q hide it (`addopts` may hold one), a redirect does: run `pytest` without -q."
    if run.runner and seen.counts is None:
        return " Run it again, its output not sent elsewhere."
    return " Run it again and let the files be meanwhile." if seen.own or seen.touched else ""


def contaminated(run: Validation, others: tuple[tuple[str, str], ...], me: str, kinds: dict[str, str]) -> str:
    """Somebody else's half edit, perhaps."""
    name, owner = others[0]
    by = messages.name(parse(owner), kinds.get(owner, ""), parse(me)) if owner else "nobody that is known"
    more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
    shown = messages.brief(shlex.join(run.spelled), 80)
    return messages.fit(
        f"Interlock: {messages.short(name, '')}{more} was changed by {by} while `{shown}` ran, "
        "so its result is nobody's evidence: run it again.", ROOM
    )  # fmt: skip


def broken(problem: str) -> str:
    """The watch itself failed."""
    return messages.fit(f"Interlock: this run left no evidence: {messages.brief(problem, 200)}", ROOM)
