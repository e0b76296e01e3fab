"""`interlock doctor`: is the guard on, and is the ground sound? Exit 0 if nothing is bad, 1 if something is."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from interlock.doctor import ground
from interlock.doctor.agents import agents
from interlock.doctor.contain import containment
from interlock.doctor.contracts import contracts
from interlock.doctor.finding import Finding, bad, ok, warn
from interlock.doctor.replay import Replay, hook_environ
from interlock.doors import clock, config, oslock, repo
from interlock.doors.audit import AuditFile
from interlock.doors.contracts import user_folder
from interlock.doors.place import home, lib_dir, state_root
from interlock.doors.store.embedded import LOCK, Embedded
from interlock.doors.store.ground import prepare
from interlock.doors.store.repair import repair
from interlock.faces.coverage import coverage
from interlock.image import refresh
from interlock.install import prefix
from interlock.install.entries import Entry, own_entries
from interlock.log.patience import patience
from interlock.log.verify import verify_log
from interlock.words.faults import Deadline, Fault

_MARKS = {"ok": "ok  ", "warn": "note", "bad": "BAD "}


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `doctor`."""
    about = "check that the guard is on and its ground is sound"
    doctor = sub.add_parser("doctor", help=about, description=about)
    doctor.add_argument("repo", nargs="?", default=".", metavar="REPO", help="the repository (default: here)")
    doctor.add_argument("--repair", action="store_true", help="set a damaged state aside, restore from the log")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(func=_run)


def _run(args: argparse.Namespace) -> int:
    root = state_root()
    findings: list[Finding] = []
    if args.repair:
        findings += _repaired(root)
    project = repo.checkout(str(Path(args.repo).resolve())) or str(Path(args.repo).resolve())
    findings += list(examine(project, root, home()))
    worst = any(finding.level == "bad" for finding in findings)
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            todo = f"\n       -> {finding.todo}" if finding.todo else ""
            print(f"{_MARKS[finding.level]} {finding.topic}: {finding.text}{todo}")
        print("Something is wrong; see -> above." if worst else "The guard is on.")
    return 1 if worst else 0


def examine(project: str, root: str, account: str) -> Iterator[Finding]:
    """All findings for the project, in the order in which they matter."""
    try:
        prepare(root)
    except Fault as problem:
        yield bad("state", str(problem), "Mend that first; nothing else can be checked.")
        return
    settings = settings_files(project, account)
    stuck = _stuck(root)
    if stuck is not None:
        yield stuck
    else:
        yield from _state(root)
    yield from _hooks(settings, project, replay=stuck is None)
    yield from ground.disk(root)
    yield from ground.clocks()
    yield from ground.versions()
    yield from ground.permissions(root, settings)
    yield from containment(root, settings[::-1], os.environ.get(prefix.VARIABLE, ""))
    yield from _config(project, root)
    yield from agents([Path(project, ".claude/agents"), Path(account, ".claude/agents")])
    user = user_folder(os.environ, account)
    yield from contracts(project, user, config.load(project, root).contracts_tests)
    yield from _image(root)


def settings_files(project: str, account: str) -> list[Path]:
    """Where the client reads settings, the user's first."""
    local = [Path(project, ".claude", name) for name in ("settings.json", "settings.local.json")]
    return [Path(account, ".claude/settings.json"), *local]


def _hooks(settings: list[Path], project: str, replay: bool) -> Iterator[Finding]:
    """``replay``: whether the hooks could answer at all."""
    entries: list[Entry] = []
    for path in settings:
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as problem:
            yield bad("settings", f"{path} can't be read ({problem})", "Mend it; the client ignores it like this.")
            continue
        if isinstance(data, dict) and data.get("disableAllHooks"):
            yield bad("settings", f"{path} sets disableAllHooks: no hook runs", "Take `disableAllHooks` out.")
        entries += own_entries(data)
    if not entries:
        yield bad("hooks", "Interlock is not installed here", "Run `interlock install` in this repository.")
        return
    yield ok("hooks", f"{len(entries)} hook entries installed")
    if replay:
        yield from Replay(entries, project, hook_environ()).run()


def _stuck(root: str) -> Finding | None:
    """The finding on a store whose lock can't be had: nothing that asks the store would come to an end."""
    path = os.path.join(root, LOCK)
    try:
        with patience(root):
            oslock.release(oslock.acquire(path))
    except Deadline as problem:
        pid = oslock.holder(path)
        todo = f"If it was stopped, `kill -CONT {pid}` lets it go on; else end it (`kill -9 {pid}`)."
        return bad("state", f"{problem} Every write waits for it, and is refused in the end", todo)
    except OSError:
        pass  # what is wrong with the file is told by whoever needs it
    return None


def _state(root: str) -> Iterator[Finding]:
    try:
        with _store(root).transaction() as tx:
            leases = len(tx.run("lease_all"))
        yield ok("state", f"the store can be read ({leases} lease{'' if leases == 1 else 's'})")
        broken = verify_log(root)
        if broken:
            yield bad("log", broken, "Somebody else wrote or cut the log; `interlock log --verify` shows where.")
        else:
            yield ok("log", "the log's chain is whole")
        seen, guarded = coverage(root)
        if guarded < seen:
            yield warn(
                "coverage",
                f"{seen - guarded} of the last day's {seen} writes were not seen before they happened",
                "A session without the guard is at work: restart it.",
            )
    except Fault as problem:
        yield bad("state", str(problem), "Run `interlock doctor --repair`.")


def _repaired(root: str) -> list[Finding]:
    try:
        prepare(root)
        stuck = _stuck(root)
        if stuck is not None:
            return [stuck]
        done = repair(_store(root), 900.0)
    except (Fault, OSError) as problem:
        return [bad("repair", f"could not repair: {problem}", "Make the state folder writable and try again.")]
    return [ok("repair", text) for text in done]


def _store(root: str) -> Embedded:
    return Embedded(root, AuditFile(root), clock.now, clock.wall, clock.boot_id())


def _config(project: str, root: str) -> Iterator[Finding]:
    found = config.load(project, root)
    if found.problem:
        yield bad("config", found.problem, f"Mend {config.NAME}.")


def _image(root: str) -> Iterator[Finding]:
    try:
        refresh(root, lib_dir())
    except OSError as problem:
        yield warn(
            "image", f"the guard starts slower than it could ({problem})", "Make the state folder writable."
        )
