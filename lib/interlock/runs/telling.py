"""What an agent is told of its run: at most 300 characters, and only where it does not count as it seems to."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from interlock.guard import messages
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
    """Of what others changed while it ran, and of a green run that proves nothing; "" else. ``me`` is the owner's
    id, ``cwd`` where its shell is, ``kinds`` the owners' agent types."""
    if result == "contaminated" and seen.others:
        return contaminated(run, seen.others, me, kinds)
    if result == "unknown" and not seen.code and not seen.signal:
        step = f" Run it by itself: `{alone(run, cwd)}`." if run.doubt else ""
        step = step if len(step) <= _STEP else " Run it by itself."
        name = messages.brief(run.name, 40)
        why = messages.brief(why, 120)
        return messages.fit(f"Interlock: this run of {name} counts as no evidence: {why}.{step}", ROOM)
    return ""


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
