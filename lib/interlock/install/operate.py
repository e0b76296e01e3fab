"""``install`` and ``uninstall``.

Order of writing: plain prefix program (it is tried), receipt, launcher, prefix program that chains, settings, then
agents, commands and the page. A kill between any two leaves either no entries at all, or entries whose programs
are there and whose original is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from interlock.install import beside, disk, launchers, merge, namesakes, pack, prefix, receipt
from interlock.install.change import Where
from interlock.install.entries import own_entries
from interlock.install.errors import InstallError
from interlock.install.places import Scope, Target, default_roots, locate
from interlock.install.settled import Report, Setup, look, put_in, take_out

__all__ = ["Report", "Setup", "install", "uninstall"]


def install(setup: Setup, scope: Scope = Scope.LOCAL, dry: bool = False) -> Report:
    """Put Interlock's entries into the settings of ``scope``. With ``dry`` nothing at all is written."""
    setup.baked.check()
    with _faults(setup.repo):
        target = locate(scope, setup.repo, setup.home)
    with _faults(target.named), nullcontext() if dry else disk.alone(setup.baked.root):
        committed = _covering(setup, scope)
        if committed is not None:
            return _cover(setup, committed, dry)
        report = put_in(setup, target, dry)
        adopt = report.action in ("updated", "unchanged")
        where = _where(setup, target)
        wanted, said = namesakes.without(where, _pieces(setup), setup.home / ".claude")
        brought = beside.put(where, wanted, adopt, dry)
        brought.notes += said
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
    current = look(setup, target).current
    had = current is not None and bool(own_entries(merge.read(current).value))
    gone = beside.take(_where(setup, target), _pieces(setup), had, dry)
    return replace(take_out(setup, target, dry), pack=gone)


def _where(setup: Setup, target: Target) -> Where:
    inside = None if target.scope is Scope.USER else setup.repo.resolve()
    return Where(target, inside, setup.baked.root)


def _pieces(setup: Setup) -> list[pack.Piece]:
    return [] if setup.pack is None else pack.pieces(setup.pack)


def _left(root: Path) -> list[str]:
    """The prefix programs outlive the uninstall: a session that still runs can't start a command without."""
    folder = prefix.path(root).parent
    if not folder.is_dir():
        return []
    return [f"{folder} stays for sessions that still run; remove it when they have ended."]


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
    root, known = setup.baked.root, look(setup, target)
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
