"""`interlock commit`: commits just the files that are named, as they are on disk.

What others staged stays staged and out of the commit. Refused are files that others hold, or changed last and have
not committed. Exit codes: 0 committed, 1 refused (nothing has changed), 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, NamedTuple

from interlock.doors import keys
from interlock.faces.committing import Bench, Failed, Refused
from interlock.faces.desk import Desk
from interlock.faces.rendering import clean, open_stream
from interlock.gate.rules import Rules
from interlock.guard import gitjudge
from interlock.guard.gitlook import Entry, Touched
from interlock.guard.gitsays import refused
from interlock.guard.gitverbs import COMMIT
from interlock.leases.acquire import acquire
from interlock.leases.records import OwnerRow
from interlock.leases.release import release
from interlock.words.faults import Fault
from interlock.words.lease import Granted, Lease
from interlock.words.owner import Owner
from interlock.words.resource import FILE, Resource

if TYPE_CHECKING:
    from interlock.leases.port import Tx

OK, NO, USAGE = 0, 1, 2
_MOST = 256
"""Files that are held while they are committed; of more it is only asked whether others hold them."""
_SHOWN = 20
_LOGGED = 64  # paths that the log names


class Done(NamedTuple):
    """A commit. ``files``: (letter, path) of all in it. ``added`` are those that were not named, ``differing``
    those that are not on disk as they were committed: hooks of git can do either. ``left``: what owners had left
    uncommitted when they ended."""

    commit: str
    files: list[tuple[str, str]]
    added: list[str]
    differing: list[str]
    left: list[str]


class As:
    """Who commits, and by what evidence."""

    def __init__(self, desk: Desk, owner: Owner) -> None:
        self.owner = owner
        self.world = desk.world
        self.terms = desk.terms
        self.store = desk.store


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `commit`."""
    verb = sub.add_parser("commit", help="commit just the files that are named", description=__doc__)
    verb.add_argument("-m", "--message", action="append", default=[], help="the message; each -m is a paragraph")
    verb.add_argument("path", nargs="*", help="a file, new, changed or deleted; or a folder, with all below")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """The command."""
    open_stream()
    try:
        if not args.path:
            raise Refused('no file is named: `interlock commit -m "MESSAGE" PATH...`.')
        desk = Desk()
        bench = Bench(desk.cwd, desk.environ)
        with bench.turn(desk.root):
            return _tell(args, _commit(args, desk, bench))
    except (Refused, Failed) as problem:
        said = _lines(problem.said) if isinstance(problem, Failed) else ""
        if args.json:
            print(json.dumps({"outcome": "refused", "message": str(problem), "said": said}))
        else:
            print("\n".join([str(problem), *([said] if said else [])]), file=sys.stderr)
        return NO
    except Fault as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _commit(args: argparse.Namespace, desk: Desk, bench: Bench) -> Done:
    bench.ready()
    names = [bench.named(path) for path in args.path]
    entries = bench.changes(names)
    bench.check(names, entries)
    touched = _touched(desk, bench, entries)
    with desk.transaction() as tx:
        row = desk.arrive(tx, desk.actor(tx))
        _about(desk, row, args.message)
        left = _judge(tx, desk, row.owner, touched, names)
        leases = _hold(tx, desk, row.owner, touched.paths)
    try:
        commit = bench.commit(args.message, entries)
    finally:
        with desk.transaction() as tx:
            release(tx, row.owner, leases)
    files = bench.inside(commit)
    asked = {entry.path for entry in entries}
    bench.settle([path for _, path in files], asked)
    with desk.transaction() as tx:
        paths = [keys.text(bench.see.full(path)) for _, path in files]
        tx.event(
            "committed", owner=row.id, project=keys.text(bench.top), commit=commit, issue=row.issue,
            paths=paths[:_LOGGED], count=len(paths),
        )  # fmt: skip
    added = [path for _, path in files if path not in asked]
    changed = {entry.path for entry in bench.changes([*names, *added], bench.look())}
    return Done(commit, files, added, [path for _, path in files if path in changed], left)


def _touched(desk: Desk, bench: Bench, entries: list[Entry]) -> Touched:
    """The files, as a git command that would commit them."""
    touched = Touched((bench.see.full(entry.path) for entry in entries), "commit", COMMIT)
    touched.verb, touched.cwd, touched.top = "interlock commit", desk.cwd, bench.top
    return touched


def _about(desk: Desk, row: OwnerRow, messages: list[str]) -> None:
    """Raises Refused for a message that says nothing, or not which issue it is for."""
    if not "".join(messages).strip():
        raise Refused('a commit needs a message: `interlock commit -m "MESSAGE" PATH...`.')
    rules = Rules.of(desk.config)
    if row.issue and not rules.names(_subject(messages), row.issue):
        mark = rules.mark(row.issue)
        raise Refused(f"you work on issue {row.issue}, so the message must have `{mark}` in its first line.")


def _subject(messages: list[str]) -> str:
    """The first paragraph on one line, as git shows it."""
    return " ".join("\n\n".join(messages).strip().partition("\n\n")[0].split())


def _judge(tx: Tx, desk: Desk, owner: Owner, touched: Touched, names: list[str]) -> list[str]:
    """The files that owners had left when they ended: somebody must commit them, but name each. A person decides
    of what nobody holds. Raises Refused for what is another's."""
    me = As(desk, owner)
    found = gitjudge.conflicts(tx, me, touched)
    exact = {f"{touched.top.rstrip('/')}/{name}" for name in names}
    free = [
        one for one in found if one.how == "changed" and (owner.is_person or (one.ended and one.path in exact))
    ]
    against = [one for one in found if one not in free]
    if against:
        own = gitjudge.mine(tx, me, touched)
        raise Refused(refused(touched, against, own, owner, touched.top, desk.cwd, desk.store.wall()))
    return [one.path for one in free if one.ended]


def _hold(tx: Tx, desk: Desk, owner: Owner, paths: tuple[str, ...]) -> list[Lease]:
    """Leases that were taken so that nobody writes the files while git reads them. Whoever waits for one that is
    free comes next, not instead."""
    if len(paths) > _MOST:
        return []
    wants = [
        Resource(FILE, one.key, "", one.shown) for path in paths for one in keys.resources(path, "/", "/")[:1]
    ]
    got = acquire(tx, desk.world, owner, wants, desk.terms, "commit", until=tx.now + desk.terms.ttl)
    return list(got.fresh) if isinstance(got, Granted) else []


def _tell(args: argparse.Namespace, done: Done) -> int:
    if args.json:
        files = [{"change": letter, "path": path} for letter, path in done.files]
        print(json.dumps({"outcome": "committed", **done._asdict(), "files": files}))
        return OK
    many = len(done.files)
    said = [f"committed {done.commit[:12]}: {many} file{'' if many == 1 else 's'}"]
    said += [f"  {letter} {clean(path)}" for letter, path in done.files[:_SHOWN]]
    said += [f"  and {many - _SHOWN} more"] if many > _SHOWN else []
    for told, paths in (
        ("Added by a git hook", done.added),
        ("Not on disk as it was committed: a git hook changed it, or somebody who works here", done.differing),
        ("Left by an owner that has ended", done.left),
    ):
        said += [f"{told}: {', '.join(map(clean, paths[:_SHOWN]))}"] if paths else []
    print("\n".join(said))
    return OK


def _lines(said: str) -> str:
    """A program's words, line by line, fit for a terminal."""
    return "\n".join(clean(line) for line in said.rstrip().split("\n"))
