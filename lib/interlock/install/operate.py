"""``install`` and ``uninstall``.

Order of writing: plain prefix program (it is tried), receipt, launcher, prefix program that chains, settings, then
agents, commands and the page. A kill between any two leaves either no entries at all, or entries whose programs
are there and whose original is kept.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from interlock.install import beside, disk, launchers, merge, pack, plan, prefix, receipt
from interlock.install.change import Outcome, Where
from interlock.install.command import Baked, baked_command, project_command
from interlock.install.entries import groups, own_entries
from interlock.install.errors import InstallError
from interlock.install.places import Scope, Target, default_roots, locate, notes
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


def install(setup: Setup, scope: Scope = Scope.LOCAL, dry: bool = False) -> Report:
    """Put Interlock's entries into the settings of ``scope``. With ``dry`` nothing at all is written."""
    setup.baked.check()
    with _faults(setup.repo):
        target = locate(scope, setup.repo, setup.home)
    with _faults(target.named), nullcontext() if dry else disk.alone(setup.baked.root):
        committed = _covering(setup, scope)
        if committed is not None:
            return _cover(setup, committed, dry)
        report = _put_in(setup, target, dry)
        adopt = report.action in ("updated", "unchanged")
        brought = beside.put(_where(setup, target), _pieces(setup), adopt, dry)
        if scope is Scope.PROJECT:
            _retire_local(setup, report.notes, dry)
        return replace(report, pack=brought)


def uninstall(setup: Setup, scope: Scope = Scope.LOCAL, dry: bool = False) -> Report:
    """Take Interlock's entries out of the settings of ``scope``: byte for byte the file from before where
    nobody else has touched it since, else without our entries alone. The user's last uninstall also
    removes the launcher and the shim."""
    root = setup.baked.root
    with _faults(setup.repo):
        target = locate(scope, setup.repo, setup.home)
    with _faults(target.named), nullcontext() if dry else disk.alone(root):
        report = _without_pack(setup, target, dry)
        if dry or receipt.any_left(root):
            return report
        return replace(report, others=tuple(launchers.remove(root)), notes=_left(root))


def _without_pack(setup: Setup, target: Target, dry: bool) -> Report:
    """The files go first: the `.claude` folder that an install made goes with its settings, if it is empty."""
    current = _known(setup, target).current
    had = current is not None and bool(own_entries(merge.read(current).value))
    gone = beside.take(_where(setup, target), _pieces(setup), had, dry)
    return replace(_take_out(setup, target, dry), pack=gone)


def _where(setup: Setup, target: Target) -> Where:
    inside = None if target.scope is Scope.USER else setup.repo.resolve()
    return Where(target, inside, setup.baked.root)


def _pieces(setup: Setup) -> list[pack.Piece]:
    return [] if setup.pack is None else pack.pieces(setup.pack)


def _put_in(setup: Setup, target: Target, dry: bool) -> Report:
    root, baked = setup.baked.root, setup.baked
    project = target.scope is Scope.PROJECT
    wanted = groups(project_command) if project else groups(lambda hook: baked_command(baked, hook), direct=True)
    for _ in range(_ATTEMPTS):
        known = _known(setup, target)
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


def _take_out(setup: Setup, target: Target, dry: bool) -> Report:
    root = setup.baked.root
    for _ in range(_ATTEMPTS):
        known = _known(setup, target)
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


def _left(root: Path) -> list[str]:
    """The prefix programs outlive the uninstall: a session that still runs can't start a command without."""
    folder = prefix.path(root).parent
    if not folder.is_dir():
        return []
    return [f"{folder} stays for sessions that still run; remove it when they have ended."]


def _known(setup: Setup, target: Target) -> Known:
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


def _covering(setup: Setup, scope: Scope) -> Target | None:
    """The project's settings, if a local install would only repeat what they do for this user."""
    if scope is Scope.LOCAL and setup.baked.root in default_roots(setup.home):
        with suppress(InstallError, ValueError):
            target = locate(Scope.PROJECT, setup.repo, setup.home)
            data = disk.read(target.real, merge.MAX_BYTES)
            if own_entries(merge.read(data).value):
                return target
    return None


def _cover(setup: Setup, target: Target, dry: bool) -> Report:
    root, known = setup.baked.root, _known(setup, target)
    if not dry:
        if known.receipt is None and known.current is not None:
            before = merge.stripped(known.current)
            seen = receipt.Receipt.of(target.real, before, (disk.digest(known.current),), False)
            receipt.save(root, target.real, seen)
        launchers.write(setup.baked)
        if prefix.fits(root):
            prefix.write(root)
    said = [f"{target.named} holds Interlock's hooks for everybody; with the launcher they work for you too."]
    paths = launchers.paths(root)
    return Report("covered", Scope.PROJECT, target.named, known.current, known.current, paths, said)


def _retire_local(setup: Setup, said: list[str], dry: bool) -> None:
    """The committed hooks do for this user too: two sets would check every call twice."""
    with suppress(InstallError):
        report = _without_pack(setup, locate(Scope.LOCAL, setup.repo, setup.home), dry)
        if report.action != "absent":
            said.append(f"The entries in {report.settings} are taken out: the project's do their work.")


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


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Tell a fault of the disk in a sentence."""
    try:
        yield
    except OSError as fault:
        named = fault.filename if isinstance(fault.filename, str) and "/" in fault.filename else path
        raise InstallError(
            f"Can't work on {named}: {fault.strerror or fault}. Nothing is left half written; "
            "make room, or get the right to write there, then run the command again."
        ) from fault
