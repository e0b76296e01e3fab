"""Single flight: what passed a while ago on the same tree need not run again (config ``reuse``).

"The same" is: the argument list as spelled, the folder, the tree, and the surroundings, which are the program
that the first word leads to (its content), VIRTUAL_ENV and a few variables that change what such commands do, and
marks of the folders in which packages are installed. Only a command that is nothing but that one run is reused: a
redirect or a second command beside it would be missing.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from interlock.doors import content, keys
from interlock.guard import messages
from interlock.runs import genuine
from interlock.words.faults import Fault
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.runs.evidence import Evidence
    from interlock.runs.genuine import Ground
    from interlock.shell.reading import Validation

LATELY = 3600.0
"""Seconds for which an outcome is given again."""
VARIABLES = (
    "VIRTUAL_ENV", "PYTHONPATH", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "NODE_ENV", "NODE_OPTIONS", "GOFLAGS",
    "RUSTFLAGS", "CI",
)  # fmt: skip
_PACKAGES = (
    "lib/python*/site-packages",
    "lib64/python*/site-packages",
    "node_modules",
    "node_modules/.package-lock.json",
)
_MARK = re.compile(r"\s*# interlock:[A-Za-z0-9_-]{1,128}\s*$")
_FIRST_CD = re.compile(r"\s*cd\s+[^\s;&|<>$`'\"()]+\s*&&")
_BOTH = re.compile(r"\s2>&1\s*$")


def surroundings(run: Validation, ground: Ground) -> str:
    """A digest of what decides beside the tree; "" where the program is not found."""
    program = genuine.program(run, ground)
    if not program:
        return ""
    facts = [os.path.realpath(program), content.look(program, 0.0).digest]
    facts += [f"{name}={ground.environ.get(name, '')}" for name in VARIABLES]
    for folder in (ground.environ.get("VIRTUAL_ENV") or os.path.join(ground.checkout, ".venv"), ground.checkout):
        for pattern in _PACKAGES:
            facts += [
                f"{path} {content.mark(path)}" for path in sorted(glob.glob(f"{glob.escape(folder)}/{pattern}"))
            ]
    return hashlib.blake2b("\0".join(facts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def alone(command: str, run: Validation) -> bool:
    """Whether the command is that run and nothing else; ``cd FOLDER &&`` before and ``2>&1`` after it may be."""
    bare = _BOTH.sub("", _MARK.sub("", _FIRST_CD.sub("", command, count=1)))
    try:
        return shlex.split(bare) == list(run.spelled) and not run.doubt and not run.shared
    except ValueError:
        return False


def find(
    root: str, checkout: str, run: Validation, cwd: str, tree: str, digest: str, wall: float
) -> Evidence | None:
    """The newest run to reuse. ``cwd``: as the log spells it; ``wall``: now, in seconds since 1970."""
    if not tree or not digest:
        return None
    from interlock.runs.evidence import Tampered, read  # pydantic would take most of every wrapper's start

    since = datetime.fromtimestamp(wall - LATELY, UTC)
    try:
        every = read(root, checkout, since)
    except (Tampered, Fault):
        return None
    spelled = [keys.text(word) for word in run.spelled]
    for one in reversed(every):
        same = one.result == "passed" and not one.reused_of and one.tree_before == one.tree_after == tree
        same = same and (one.spelled, one.cwd, one.surroundings) == (spelled, cwd, digest)
        if (
            same
            and one.at <= datetime.fromtimestamp(wall, UTC) + timedelta(seconds=1)
            and os.path.isfile(keys.path_of(one.log))
        ):
            return one
    return None


def sentence(found: Evidence, wall: float, me: str, kind: str = "") -> str:
    """What the agent is told: from whom, how old, and what it was."""
    ago = messages.span(wall - found.at.timestamp())
    whose = "you" if found.owner == me else messages.name(parse(found.owner), kind, parse(me))
    tests = f", {found.ran} test{'' if found.ran == 1 else 's'}" if found.ran is not None else ""
    return messages.fit(
        f"Interlock: reused, not run again: `{messages.brief(shlex.join(found.spelled), 60)}` passed {ago} ago, "
        f"run by {whose}, on the same tree ({messages.span(found.seconds)}{tests}). Its output is above.", 300
    )  # fmt: skip
