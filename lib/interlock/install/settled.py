"""A settings file with our entries in, or out: looked at, thought through, written if it is still the same."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from interlock.install import disk, launchers, merge, plan, prefix, receipt
from interlock.install.change import Outcome
from interlock.install.command import Baked, baked_command, project_command
from interlock.install.entries import groups
from interlock.install.errors import InstallError
from interlock.install.places import Scope, Target, locate, notes
from interlock.install.plan import Action, Known

T = TypeVar("T")

_LOOKS = (0.05, 0.2, 0.5, None)
"""Seconds to wait after each look at a file that doesn't parse: somebody may be just writing it."""
_ATTEMPTS = 8


@dataclass(frozen=True)
class Setup:
    """Where to install what."""

    repo: Path
    home: Path
    baked: Baked
    sleep: Callable[[float], None] = time.sleep
    environ_prefix: str = ""
    """The shell prefix in the environment, which settings would override."""
    pack: Path | None = None
    """The folder with the agents, commands and page that are to be brought; None for hooks alone."""


@dataclass(frozen=True)
class Report:
    """What was done to the settings file of a scope; with ``dry``, what would be."""

    action: Action
    scope: Scope
    settings: Path
    before: bytes | None
    after: bytes | None
    others: tuple[Path, ...] = ()
    """The files beside the settings that were written (by install) or removed (by uninstall)."""
    notes: list[str] = field(default_factory=list)
    pack: Outcome = field(default_factory=Outcome)


def put_in(setup: Setup, target: Target, dry: bool) -> Report:
    """The entries go in, and the programs that they start."""
    root, baked = setup.baked.root, setup.baked
    project = target.scope is Scope.PROJECT
    wanted = groups(project_command) if project else groups(lambda hook: baked_command(baked, hook), direct=True)
    for _ in range(_ATTEMPTS):
        known = look(setup, target)
        chained = _edited(target, lambda known=known: _chained(setup, target, known))  # type: ignore[misc]
        barred = "" if project else _barred(root, dry)
        program = "" if project or barred else str(prefix.path(root, chained))
        planned = _edited(
            target,
            lambda known=known, program=program: plan.installed(known, wanted, program),  # type: ignore[misc]
        )
        said = [*notes(target, setup.repo, root, setup.home, baked.python), *_asleep(planned.after)]
        said += _on_prefix(root, project, chained, barred)
        report = Report(
            planned.action,
            target.scope,
            target.named,
            known.current,
            planned.after,
            (*launchers.paths(root), *([Path(program)] if program else [])),
            said,
        )
        if dry:
            return report
        made = _made_folder(root, target, known)
        kept = receipt.Receipt.of(target.real, planned.before, planned.written, made)
        if kept != known.receipt:
            receipt.save(root, target.real, kept)
        launchers.write(baked)
        if prefix.fits(root):
            prefix.write(root, chained if program else "")
        if planned.action == "unchanged" or _put(root, target, known.current, planned.after):
            return report
    raise _restless(target)


def take_out(setup: Setup, target: Target, dry: bool) -> Report:
    """The entries go out; with them the file and the folder, where they were our making."""
    root = setup.baked.root
    for _ in range(_ATTEMPTS):
        known = look(setup, target)
        after, action = _edited(target, lambda known=known: plan.uninstalled(known))  # type: ignore[misc]
        report = Report(action, target.scope, target.named, known.current, after)
        if dry:
            return report
        if after == known.current or _put(root, target, known.current, after):
            receipt.drop(root, target.real)
            if after is None and known.receipt is not None and known.receipt.made_folder:
                with suppress(OSError):  # not empty: somebody else's things are in it
                    target.folder.rmdir()
            return report
    raise _restless(target)


def look(setup: Setup, target: Target) -> Known:
    """What is there now, and what is remembered of it."""
    data = _read_whole(setup, target)
    found = None if data is None else merge.prefix_in(merge.read(data).value)
    chained = prefix.chained_by(str(found)) if prefix.is_own(found) else ""
    return Known(data, receipt.load(setup.baked.root, target.real), chained)


def _chained(setup: Setup, target: Target, known: Known) -> str:
    """The user's own prefix, which ours takes the place of: this file's, or what it overrides."""
    below = []
    for scope in (Scope.PROJECT, Scope.USER) if target.scope is Scope.LOCAL else ():
        with suppress(InstallError, OSError, ValueError):
            data = disk.read(locate(scope, setup.repo, setup.home).real, merge.MAX_BYTES)
            below.append(merge.prefix_in(merge.read(data).value))
    return prefix.chain(known.own_prefix(), *below, setup.environ_prefix)


def _barred(root: Path, dry: bool) -> str:
    """Why our program can't be the prefix here; "" if it can. It is written and tried before it is named."""
    if not prefix.fits(root):
        return f"the client can't take {prefix.path(root)} for a prefix"
    if not dry:
        prefix.write(root)
    return prefix.barred(root)


def _on_prefix(root: Path, project: bool, chained: str, barred: str) -> list[str]:
    """What a person should know about the prefix."""
    if project:
        return [
            "Shell commands are not contained: what is committed must not name a program of this machine's. For "
            f'yourself, set "{prefix.VARIABLE}": "{prefix.path(root)}" in "env" of .claude/settings.local.json.'
        ]
    if barred:
        return [f"Shell commands are not contained: {barred}."]
    return [f"Your own shell prefix, {chained!r}, is kept: Interlock's runs it in turn."] if chained else []


def _read_whole(setup: Setup, target: Target) -> bytes | None:
    for pause in _LOOKS:
        data = disk.read(target.real, merge.MAX_BYTES)
        try:
            # An empty file may be one that an editor has truncated and is about to fill.
            if data is None or (merge.read(data) and (data.strip() or pause is None)):
                return data
        except ValueError as clause:
            if pause is None:
                raise merge.refusal(target.named, clause) from None
        setup.sleep(pause or 0)
    raise AssertionError("the last look returns or raises")


def _put(root: Path, target: Target, expected: bytes | None, data: bytes | None) -> bool:
    """Write ``data`` (None: remove the file) if the file still holds what we started from."""

    def still() -> bool:
        return disk.read(target.real, merge.MAX_BYTES) == expected

    if data is None:
        if still():
            target.real.unlink(missing_ok=True)
            return True
        return False
    fresh = not target.folder.exists()
    target.make_folder()
    mode = target.new_mode if expected is None else None
    try:
        return disk.replace(target.real, data, mode, disk.tag(root), still)
    except OSError:
        if fresh:
            with suppress(OSError):
                target.folder.rmdir()
        raise


def _made_folder(root: Path, target: Target, known: Known) -> bool:
    """Whether the .claude folder is our making: now, at an earlier install, or for the other scope's file."""
    if not target.folder.exists():
        return True
    beside = [receipt.load(root, target.folder / name) for name in ("settings.json", "settings.local.json")]
    return any(one is not None and one.made_folder for one in (known.receipt, *beside))


def _asleep(data: bytes) -> list[str]:
    if merge.read(data).value.get("disableAllHooks") is not True:
        return []
    return ['The file says "disableAllHooks": true, so no hook runs; take that line out.']


def _restless(target: Target) -> InstallError:
    return InstallError(
        f"{target.named} keeps changing while Interlock writes it; close what writes it, then try again."
    )


def _edited(target: Target, edit: Callable[[], T]) -> T:
    try:
        return edit()
    except (ValueError, RecursionError) as clause:
        raise merge.refusal(target.named, clause) from None
