"""The three layers, each measured on the corpus by itself: what ran, and what came of it.

Layer 1 is asked what it would say of each command; nothing runs. Layer 2 runs each command through the prefix
program, with a ticket that a hook left for a command that says nothing. Layer 3 runs each command unguarded and
is asked afterwards.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from shlex import quote

from interlock.doors import keys, shfmt
from interlock.guard import gitjudge
from interlock.install import prefix

from .cases import ALSO_HELD, HELD, Benign, Case, benign, writes
from .scratch import Template, changed, missing, state
from .site import OPAQUE, OTHER, Site, reset, scratch

NEW = "no file was there yet"
"""Why a case says nothing of containment: there is nothing to bind."""
Said = dict[str, str]
"""By the case's id: what layer 1 said, "" for nothing."""


def read(template: Template, cases: Iterable[Case] = ()) -> Said:
    """What the guard says of each command when it is about to run."""
    cases = cases or [case for case in writes() if case.verified]
    grounds = [((case.setup, case.held, "git" in case.command), case) for case in cases]
    grounds.sort(key=lambda pair: pair[0])
    said: Said = {}
    for (_, held, _), group in groupby(grounds, key=lambda pair: pair[0]):
        here = [case for _, case in group]
        said |= _asked(template, here, (held,), [(case.id, case.command, case.cwd) for case in here])
    return said


def read_benign(template: Template) -> Said:
    said: Said = {}
    held = (HELD, ALSO_HELD)
    ordered = sorted(benign(), key=lambda case: (case.setup, case.left, "git" in case.command))
    for _, group in groupby(ordered, key=lambda case: (case.setup, case.left, "git" in case.command)):
        here = list(group)
        said |= _asked(template, here, held, [(case.setup + case.command, case.command, ".") for case in here])
    return said


def _asked(
    template: Template,
    cases: "list[Case] | list[Benign]",
    held: tuple[str, ...],
    asked: list[tuple[str, str, str]],
) -> Said:
    """Asks on one ground; each command finds the state that the holder left."""
    with patient(), scratch(template) as ground:
        ground.prepare(cases[0])
        site = Site(ground, ground.base / "state")
        for path in held:
            site.hold(path)
        for path in cases[0].left if isinstance(cases[0], Benign) else ():
            site.leave(path)
        kept = ground.base / "kept"
        site.root.rename(kept)
        said: Said = {}
        for name, command, cwd in asked:
            reset(site, kept)
            said[name] = site.ask(command, cwd)
        return said


@contextmanager
def patient() -> Iterator[None]:
    """What is measured is what can be read, not how busy the machine is: the parser and git may take long."""
    usual = shfmt.Parser.__init__.__defaults__, gitjudge.PATIENCE
    shfmt.Parser.__init__.__defaults__, gitjudge.PATIENCE = (30.0,), 30.0
    try:
        yield
    finally:
        shfmt.Parser.__init__.__defaults__, gitjudge.PATIENCE = usual


def contained(template: Template, case: Case) -> str:
    """Runs the case through the prefix program; "" if the held file stood that, NEW if there was none, else
    what went wrong."""
    with scratch(template) as ground:
        ground.prepare(case)
        root = ground.base / "state"
        (root / "install").mkdir(parents=True)
        prefix.write(root, "")
        site = Site(ground, root, str(prefix.path(root, "")))
        site.hold(case.held)
        before = state(ground, case)
        marked = site.hook("PreToolUse", OTHER, "Bash", {"command": OPAQUE}, case.cwd)
        mark = marked.get("updatedInput", {}).get("command", OPAQUE).removeprefix(OPAQUE)
        text = ground.text(case.command)
        string = f"true && eval {quote(text + mark)} < /dev/null && pwd -P >| {ground.base / 'cwd'}"
        ground.run(string, case.cwd, [site.environ["CLAUDE_CODE_SHELL_PREFIX"]])
        if state(ground, case) == before:
            return ""
        return NEW if before == "nothing" else "it was changed" if mark else "there was no ticket"


def watched(template: Template, case: Case) -> bool:
    """Runs the case unguarded; whether a breach is told of the held file then."""
    with scratch(template) as ground:
        ground.prepare(case)
        site = Site(ground, ground.base / "state")
        site.hold(case.held)
        before = state(ground, case)
        site.hook("PreToolUse", OTHER, "Bash", {"command": OPAQUE}, case.cwd)
        ground.run(case.command, case.cwd)
        assert changed(ground, case, before), case.id
        site.hook("PostToolUse", OTHER, "Bash", {"command": OPAQUE}, case.cwd)
        return keys.text(str(ground.repo / case.held)) in site.breaches()


def fit(case: Case) -> bool:
    """Whether the case can be run on this machine and changes a file of the work tree."""
    return case.verified and not case.index and not missing(case)
