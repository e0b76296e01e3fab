"""`interlock restore`: gives back what a file held before somebody else changed it.

Without --version: the holder's version before the last change that was not its own, as long as that change still
stands there; newer work is never replaced unasked. What stands there now is kept as a version first. Exit codes:
0 done, 1 held by another or changed since, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from interlock.doors import content, kept, keys, replace
from interlock.faces.desk import Desk
from interlock.faces.versions import Version, clock, line, shown
from interlock.guard import fresh, messages, messages_breach, watch
from interlock.guard.watch import BREACH, HELD, REPLACED
from interlock.guard.watched import Base
from interlock.leases.acquire import in_the_way
from interlock.words.faults import Fault
from interlock.words.resource import FILE, TREE, Resource

if TYPE_CHECKING:
    from interlock.leases.port import Tx
    from interlock.words.owner import Owner

OK, NO, USAGE = 0, 1, 2
_SHORTEST = 6
"""Characters of a digest that name a version."""
_MODE = 0o644
"""Of a file that is made anew and had none."""


class NotKept(Fault):
    """What was asked for can't be given back."""


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `restore`."""
    verb = sub.add_parser("restore", help="give back what a file held before it was changed", description=__doc__)
    verb.add_argument("path", help="the file")
    verb.add_argument("--version", metavar="N|DIGEST", default="", help="another version than the holder's last")
    verb.add_argument("--list", action="store_true", help="what there is: number, time, size, whose")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(func=_guarded)


def _guarded(args: argparse.Namespace) -> int:
    try:
        desk = Desk()
        return _list(args, desk) if args.list else _restore(args, desk)
    except Fault as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _named(tx: Tx, desk: Desk, path: str) -> tuple[Resource, list[Version]]:
    """The file that is meant, and its versions, the newest first. A symlink that took a held file's place stands
    for that file, not for where it leads."""
    found = keys.resources(path, desk.cwd, desk.home)[:1]
    full = os.path.join(desk.cwd, os.path.expanduser(path) if path.startswith("~") else path)
    if os.path.islink(full):
        folder = keys.resources(os.path.dirname(full), desk.cwd, desk.home)[0]
        name = keys.text(os.path.basename(full))
        found.insert(0, Resource(FILE, folder.under() + name, "", f"{folder.shown.rstrip('/')}/{name}"))
    for target in found:
        if rows := tx.run("version_of", key=target.key):
            return target, [Version(*row) for row in rows]
    return found[-1], []


def _restore(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        target, versions = _named(tx, desk, args.path)
        owner = desk.actor(tx)
        wanted = _wanted(args.version, target, versions, desk)
        now = content.take(keys.path_of(target.shown), desk.store.wall())
        refusal = _held(tx, desk, owner, target, versions, wanted, now)
        if refusal:
            return _say(args, {"outcome": "held", "message": refusal}, [refusal], NO)
        if not args.version and now.look.digest != _made(versions):
            return _moved_on(args, desk, target, versions)
        raw = _bytes(desk, target, wanted)
        _keep_present(tx, desk, owner, target, now)
        replace.put(keys.path_of(target.shown), raw, wanted.mode or _MODE)
        _note(tx, desk, owner, target, now, wanted)
    file = messages.short(target.shown, desk.project)
    lines = [f"{file} is again as it was at {clock(wanted.wall)} (version {wanted.number}, {wanted.size} bytes)"]
    data = {"outcome": "restored", "path": target.shown, "version": shown(desk, wanted), "was": now.look.digest}
    return _say(args, data, lines, OK)


def _made(versions: list[Version]) -> str:
    """What the last change that was not the holder's made of the file."""
    return next((one.digest for one in versions if one.how == BREACH), "")


def _moved_on(args: argparse.Namespace, desk: Desk, target: Resource, versions: list[Version]) -> int:
    """Something newer stands there than what was to be undone: which version is meant must be said."""
    message = (
        f"{messages.short(target.shown, desk.project)} was written again after it was changed, so nothing was "
        "replaced. If one of these is wanted all the same, name it with --version:"
    )
    data = {"outcome": "moved_on", "message": message, "versions": [shown(desk, one) for one in versions]}
    return _say(args, data, [message, *(line(desk, one) for one in versions)], NO)


def _wanted(spelled: str, target: Resource, versions: list[Version], desk: Desk) -> Version:
    """The version that is meant. Raises NotKept."""
    file = messages.short(target.shown, desk.project)
    if target.kind == TREE:
        raise NotKept(f"{file} is a folder; name a file in it.")
    if not versions:
        raise NotKept(
            f"Nothing is kept of {file}. A version is kept when somebody else changes a file while it is held; "
            "what was committed is in git."
        )
    if not spelled:
        found = next((one for one in versions if one.how == HELD), None)
    else:
        by_digest = [one for one in versions if len(spelled) >= _SHORTEST and one.digest.startswith(spelled)]
        found = next((one for one in versions if str(one.number) == spelled), next(iter(by_digest), None))
    if found is None:
        what = f"version {spelled[:40]}" if spelled else "version of its holder"
        raise NotKept(
            f"There is no {what} of {file}; `interlock restore --list {messages.word(target.shown)}` shows all."
        )
    if found.digest == content.MISSING:
        raise NotKept(f"In version {found.number} there was no {file}: if it should go, remove it.")
    return found


def _bytes(desk: Desk, target: Resource, wanted: Version) -> bytes:
    """The version's content, sound. Raises NotKept."""
    file = messages.short(target.shown, desk.project)
    try:
        raw = kept.load(desk.root, wanted.digest)
    except OSError as problem:
        raise NotKept(f"Version {wanted.number} of {file} can't be read ({problem.strerror}).") from None
    rest = f"`interlock restore --list {messages.word(target.shown)}` shows the others."
    if raw is None:
        raise NotKept(
            f"The content of version {wanted.number} of {file} is not kept (too large, or too old); {rest}"
        )
    if content.digest(raw) != wanted.digest:
        raise NotKept(
            f"The kept content of version {wanted.number} of {file} is damaged; nothing was changed; {rest}"
        )
    return raw


def _held(
    tx: Tx,
    desk: Desk,
    owner: Owner,
    target: Resource,
    versions: list[Version],
    wanted: Version,
    now: content.Taken,
) -> str:
    """The refusal, if another holds the file. Who changed it may give the holder's version back, as long as nobody
    has touched it since."""
    leases = in_the_way(tx, desk.world, owner, [target], desk.terms)
    if not leases or _gives_back(tx, owner, target, versions, wanted, now):
        return ""
    rows = tx.run("owner_get", id=leases[0].owner.id)
    holder = messages.name(leases[0].owner, rows[0][1] if rows else "")
    return messages.fit(
        f"{messages.short(target.shown, desk.project)} is held by {holder}, who alone can give back what it had. "
        f"Tell them, or wait with `interlock lock wait {messages.word(target.shown)}`."
    )


def _gives_back(
    tx: Tx, owner: Owner, target: Resource, versions: list[Version], wanted: Version, now: content.Taken
) -> bool:
    base = tx.run("base_get", key=target.key)
    made = next((one for one in versions if one.how == BREACH), None)
    before = next((one for one in versions if one.how == HELD), None)
    if not base or made is None or before is None or owner.id not in made.owners.split("\n"):
        return False
    return made.digest == now.look.digest == Base(base[0]).digest and wanted.digest == before.digest


def _keep_present(tx: Tx, desk: Desk, owner: Owner, target: Resource, now: content.Taken) -> None:
    """What stands there becomes a version. Raises NotKept where its bytes can't be kept."""
    nothing_to_keep = now.look.digest == content.MISSING or now.look.digest.startswith("link:")
    if not nothing_to_keep and not watch.keep(tx, desk.root, now):
        file = messages.short(target.shown, desk.project)
        raise NotKept(
            f"What {file} holds now can't be kept (too large, or the disk is full), so nothing was changed. "
            "Move it aside, then again."
        )
    tx.run(
        "version_add", key=target.key, digest=now.look.digest, mode=now.mode, size=now.size, owners=owner.id,
        how=REPLACED, wall=desk.store.wall(),
    )  # fmt: skip


def _note(tx: Tx, desk: Desk, owner: Owner, target: Resource, before: content.Taken, wanted: Version) -> None:
    """The event; the file is its holder's again, who is told if another gave it back."""
    wall = desk.store.wall()
    row = desk.arrive(tx, owner)
    fresh.wrote(tx, row, target, content.look(keys.path_of(target.shown), wall), wall)
    tx.event(
        "restored", owner=owner.id, path=target.shown, key=target.key, old=before.look.digest, new=wanted.digest
    )
    rows = tx.run("base_get", key=target.key)
    if rows:
        base = Base(rows[0])
        watch.note(tx, desk.root, base.owner, base.key, base.lease, base.shown, wall)
        if base.owner != owner.id:
            text = messages_breach.given_back(target.shown, desk.project, messages.name(owner, row.kind))
            tx.run("notice_add", owner=base.owner, wall=wall, text=text)


def _list(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        target, versions = _named(tx, desk, args.path)
    if not versions:
        _wanted("", target, versions, desk)
    lines = [line(desk, one) for one in versions]
    return _say(args, {"path": target.shown, "versions": [shown(desk, one) for one in versions]}, lines, OK)


def _say(args: argparse.Namespace, data: object, lines: list[str], code: int) -> int:
    if args.json:
        print(json.dumps(data))
    else:
        print("\n".join(lines), file=sys.stdout if code == OK else sys.stderr)
    return code
