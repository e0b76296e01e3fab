"""Which runs of a tree decide whether its tests passed: pure, but for the names of commands.

One runner is one command, however it was called (`pytest -q`, `python3 -m pytest`): its newest whole run decides.
One further up the folders has all below it. So whatever lies there, one more honest run of it mends it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from interlock.gate.kinds import is_check_command, is_part, is_test, runner

if TYPE_CHECKING:
    from interlock.gate.rules import Rules
    from interlock.runs.evidence import Evidence

One = TypeVar("One")


def tests(runs: Sequence[tuple[Evidence, bytes]], rules: Rules) -> list[tuple[Evidence, bytes]]:
    """Of each runner of tests the newest whole run; where no test command ran, of each check of the project's
    (`make check`), which is taken to run them."""
    whole = [one for one in runs if not is_part(one[0], rules)]
    ran = [one for one in whole if is_test(one[0], rules)]
    checks = [one for one in whole if is_check_command(one[0].words, rules)]
    return newest(ran or checks, lambda one: (runner(one[0], rules), folder(one[0])))


def newest(runs: Sequence[One], of: Callable[[One], tuple[str, str]]) -> list[One]:
    """The newest of each (runner, folder), oldest first; without those of a folder in or above which the same
    runner ran later."""
    left: dict[tuple[str, str], One] = {}
    for run in runs:
        name, place = of(run)
        left = {key: one for key, one in left.items() if key[0] != name or not _below(key[1], place)}
        left[name, place] = run
    return list(left.values())


def folder(run: Evidence) -> str:
    """Where it ran, from the checkout's top; "" for there."""
    return run.cwd.removeprefix(run.checkout).strip("/")


def shown(run: Evidence) -> str:
    """As sentences call it."""
    where = f" in {folder(run)[-60:]}" if folder(run) else ""
    return f"`{shlex.join(run.words)[:60]}`{where}"


def _below(inner: str, outer: str) -> bool:
    return f"{inner}/".startswith(f"{outer}/" if outer else "")
