"""`interlock lock`: take, wait for, look at and give back leases, for agents and people.

Exit codes: 0 got it (check: all mine; holder: held), 1 held by another or not mine, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import TYPE_CHECKING

from interlock.doors import keys
from interlock.faces.desk import Desk
from interlock.guard import messages, watch
from interlock.leases.acquire import acquire
from interlock.leases.held import held_by, overlapping
from interlock.leases.queue import leave
from interlock.leases.release import depart, release
from interlock.words.faults import Fault, Unreadable
from interlock.words.lease import Circle, Granted, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import WRITER, Resource, mutex, writer

if TYPE_CHECKING:
    from interlock.leases.port import Tx

OK, NO, USAGE = 0, 1, 2
PERSON_TTL = 3600.0
"""Seconds that a person's lease lasts unless they say otherwise."""
_ASK_AGAIN = 1.0


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `lock` and its verbs."""
    lock = sub.add_parser("lock", help="take, wait for, look at and give back locks", description=__doc__)
    verbs = lock.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, func, text in (
        ("try", _try, "take all of PATH..., or none"),
        ("wait", _wait, "the same, waiting in turn"),
        ("check", _check, "do I hold all of PATH...?"),
        ("holder", _holder, "who holds PATH...?"),
        ("release", _release, "give back PATH... (mine only)"),
        ("release-all", _release_all, "give back all that is mine"),
    ):
        verb = verbs.add_parser(name, help=text, description=text)
        if name != "release-all":
            verb.add_argument("path", nargs="+", help="a file, a folder (with all below), or mutex:NAME")
        if name in ("try", "wait"):
            verb.add_argument("--purpose", default="", help="what for; others are told")
            verb.add_argument("--ttl", type=_seconds, help="seconds it lasts without a renewal")
        if name == "wait":
            verb.add_argument("--timeout", type=_seconds, default=30.0, help="seconds to wait (30)")
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(func=_guarded, act=func)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError("must be from 0 to 86400 seconds")
    return value


def _guarded(args: argparse.Namespace) -> int:
    """A fault is exit 2: 1 would say that somebody holds the file."""
    try:
        return int(args.act(args, Desk()))
    except Fault as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def resources(desk: Desk, paths: list[str]) -> list[Resource]:
    """What the arguments name, each once."""
    found: dict[str, Resource] = {}
    for path in paths:
        if path == mutex(WRITER).key:
            named = [writer(keys.text(os.path.realpath(desk.project)))]  # sequential mode's, of this checkout
        elif path.startswith("mutex:") and "@/" in path:
            raise Unreadable(f"{messages.brief(path, 60)}: no mutex's name holds @/ but those of runs.")
        elif path.startswith("mutex:"):
            named = [mutex(keys.text(path[6:]))]
        else:
            named = keys.resources(path, desk.cwd, desk.home)
        found.update((resource.key, resource) for resource in named)
    return list(found.values())


def _try(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        owner, got = _ask(tx, desk, args, queue=False)
        return _tell(tx, desk, args, owner, got)


def _wait(args: argparse.Namespace, desk: Desk) -> int:
    end = time.monotonic() + args.timeout
    told = 0
    while True:
        with desk.transaction() as tx:
            left = end - time.monotonic()
            owner, got = _ask(tx, desk, args, queue=True, waiting=left > 0)
            if not isinstance(got, Held) or left <= 0:
                return _tell(tx, desk, args, owner, got)
            if got.place != told:
                told = got.place
                print(f"interlock: waiting, number {told} in the queue. {_who(tx, got)}", file=sys.stderr)
        try:
            desk.store.wait(got.ticket, min(left, _ASK_AGAIN))
        except KeyboardInterrupt:
            with desk.transaction() as tx:
                leave(tx, owner, tuple(sorted(resources(desk, args.path), key=lambda r: r.key)))
            return 130


def _ask(
    tx: Tx, desk: Desk, args: argparse.Namespace, queue: bool, waiting: bool = True
) -> tuple[Owner, Granted | Held | Circle]:
    owner = desk.actor(tx)
    desk.arrive(tx, owner)
    ttl = args.ttl or (PERSON_TTL if owner.is_person else desk.terms.ttl)
    wants = resources(desk, args.path)
    got = acquire(tx, desk.world, owner, wants, desk.terms, keys.text(args.purpose), queue, tx.now + ttl, waiting)
    for lease in got.fresh if isinstance(got, Granted) else ():
        watch.baseline(tx, desk.root, owner, lease.resource, desk.store.wall())
    return owner, got


def _who(tx: Tx, got: Held) -> str:
    first = got.by[0].owner if got.by else got.ahead[0]
    return f"Before you: {messages.name(first, _kinds(tx, got).get(first.id, ''))}."


def _kinds(tx: Tx, got: Held | Circle) -> dict[str, str]:
    owners = got.owners if isinstance(got, Circle) else (*(lease.owner for lease in got.by), *got.ahead)
    return {owner.id: rows[0][1] for owner in owners if (rows := tx.run("owner_get", id=owner.id))}


def _tell(tx: Tx, desk: Desk, args: argparse.Namespace, owner: Owner, got: Granted | Held | Circle) -> int:
    wall = desk.store.wall()
    wanted = resources(desk, args.path)
    if isinstance(got, Granted):
        data = [_lease_json(lease, tx.now, wall) for lease in got.leases]
        lines = [
            f"got {messages.short(lease.resource.shown, desk.project)} until "
            f"{messages.clock(lease.until, tx.now, wall)}"
            for lease in got.leases
        ]
        return _print(args, {"outcome": "granted", "leases": data}, lines, OK)
    if isinstance(got, Circle):
        sentence = messages.circle(got, wanted[0].shown, _kinds(tx, got), desk.project)
        return _print(args, {"outcome": "circle", "message": sentence}, [sentence], NO)
    first = next((w for w in wanted for lease in got.by if lease.resource.overlaps(w)), wanted[0])
    sentence = messages.held(got, first.shown, _kinds(tx, got), tx.now, wall, desk.project, owner)
    held = [_lease_json(lease, tx.now, wall) for lease in got.by]
    data_held = {"outcome": "held", "by": held, "place": got.place, "message": sentence}
    return _print(args, data_held, [sentence], NO)


def _check(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        mine = [lease.resource for lease in held_by(tx, desk.actor(tx))]
        states = {w.shown: any(m.contains(w) for m in mine) for w in resources(desk, args.path)}
    lines = [f"{messages.short(p, desk.project)}: {'yours' if ok else 'not yours'}" for p, ok in states.items()]
    return _print(args, {"mine": states}, lines, OK if all(states.values()) else NO)


def _holder(args: argparse.Namespace, desk: Desk) -> int:
    lines, data = [], []
    with desk.transaction() as tx:
        wall = desk.store.wall()
        for wanted in resources(desk, args.path):
            leases = overlapping(tx, desk.world, [wanted])
            file = messages.short(wanted.shown, desk.project)
            for lease in leases:
                rows = tx.run("owner_get", id=lease.owner.id)
                who = messages.name(lease.owner, rows[0][1] if rows else "")
                held = f"since {messages.since(lease.since, tx.now, wall)}"
                lines.append(f"{file}: {who}, {held}, until {messages.clock(lease.until, tx.now, wall)}")
                data.append(_lease_json(lease, tx.now, wall))
            if not leases:
                lines.append(f"{file}: nobody")
    return _print(args, {"leases": data}, lines, OK if data else NO)


def _release(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        owner = desk.actor(tx)
        wanted = {resource.key for resource in resources(desk, args.path)}
        mine = [lease for lease in held_by(tx, owner) if lease.resource.key in wanted]
        ended = release(tx, owner, mine)
    missing = wanted - {lease.resource.key for lease in ended}
    lines = [f"released {messages.short(lease.resource.shown, desk.project)}" for lease in ended]
    lines += [f"not yours: {messages.short(key, desk.project)}" for key in sorted(missing)]
    data = {"released": [lease.resource.shown for lease in ended], "not_mine": sorted(missing)}
    return _print(args, data, lines, NO if missing else OK)


def _release_all(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        ended = depart(tx, desk.actor(tx))
    lines = [f"released {messages.short(lease.resource.shown, desk.project)}" for lease in ended]
    data = {"released": [lease.resource.shown for lease in ended]}
    return _print(args, data, lines or ["nothing was yours"], OK)


def _lease_json(lease: Lease, now: float, wall: float) -> dict[str, object]:
    return {
        "path": lease.resource.shown,
        "kind": lease.resource.kind,
        "owner": lease.owner.id,
        "fence": lease.fence,
        "since": round(wall - (now - lease.since), 3),
        "until": round(wall + (lease.until - now), 3),
        "purpose": lease.purpose,
    }


def _print(args: argparse.Namespace, data: object, lines: list[str], code: int) -> int:
    if args.json:
        print(json.dumps(data))
    else:
        print("\n".join(lines), file=sys.stdout if code == OK else sys.stderr)
    return code
