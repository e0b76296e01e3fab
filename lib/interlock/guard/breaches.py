"""Changes to held files that their holders did not make: found, written down, told to both sides.

(size, inode, ctime) may prove a file unchanged, its digest proves it changed. Whose it was is ``whose``'s to
say; where nobody's command could have done it, it came from outside: a person, an editor, a process that an
earlier command left behind.
"""

import os
import time

from interlock.doors import content
from interlock.doors.keys import path_of
from interlock.guard import behind, watch, whose
from interlock.guard.telling import set_aside, write_down
from interlock.guard.watch import GOES_ON, HELD
from interlock.guard.watched import Base, Breach, Doubt, Run, short
from interlock.leases.held import with_owner
from interlock.leases.records import lease_of
from interlock.words.jsontext import dumps
from interlock.words.owner import parse
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Row, Tx
    from interlock.words.lease import Lease
    from interlock.words.owner import Owner

MOST = 256
"""Files that one hook compares, those not looked at for longest first; the others are left for the next one."""
MOST_AFTER_SHELL = 4096
_SECONDS = 0.15  # that one hook spends on comparing
_ASKED = 30.0  # seconds after its end in which a command's Post asks for what it changed
_TREE = 64  # files of a held folder, seen by its holder, that are compared


def after_shell(tx: "Tx", scene: "Scene", began: float, wall: float) -> list[Breach]:
    """After a shell command, whatever was known of it before: compares every held file, up to some thousands.
    ``began``: when it began, on the store's clock, for one that was not written down before."""
    mine = [row for row in tx.run("shell_all") if row[0] == watch.run_id(scene)]
    what = behind.known(tx, scene.call.use_id)
    if what.contained and not scene.call.in_background:  # its ticket may not have been looked at yet
        from interlock.doors import contain

        paths = contain.bound(scene.root, scene.call.use_id)
        what.contained = contain.take_back(scene.root, scene.call.use_id) == contain.RAN
        what.bound = [short(path) for path in paths or []] if what.contained else None
        tx.run("call_mark", id=scene.call.use_id, note=what.text())
    if mine or not what.quiet:
        goes_on = scene.call.in_background
        watch.running(tx, scene, mine[0][4] if mine else began, goes_on, -1.0 if goes_on else tx.now)
        if goes_on:
            behind.noticed(tx, scene)
    return look(tx, scene, wall, tx.run("shell_all"), MOST_AFTER_SHELL, now=True)


def below(tx: "Tx", root: str, owner: "Owner", tree: Resource, wall: float) -> None:
    """Notes those files below a held folder that its holder has seen, some at most."""
    seen = [row[0] for row in tx.run("seen_of", owner=owner.id) if row[0].startswith(tree.under())]
    for key in seen[:_TREE]:
        if not tx.run("base_get", key=key):
            watch.note(tx, root, owner.id, key, tree.key, key, wall)


def look(
    tx: "Tx", scene: "Scene", wall: float, rows: "list[Row]", most: int = MOST, now: bool = False
) -> list[Breach]:
    """Compares what was not compared since the commands in ``rows`` ended (with ``now``: all, whatever ran);
    forgets those of which nothing is left to find."""
    runs = [behind.seen(tx, scene, row) for row in rows]
    still = now or any(run.over > tx.now for run in runs)
    before = tx.now if still else max(run.over for run in runs)
    due = tx.run("base_due", before=before, most=most)
    ending = time.monotonic() + _SECONDS
    done: list[str] = []
    found: list[Breach] = []
    unsure = False
    for values in due:
        if time.monotonic() > ending:
            break
        base = Base(values)
        if not values[-1]:
            tx.run("base_drop", key=base.key)  # its lease has ended
        elif (breach := compare(tx, scene, wall, base, runs)) is None:
            unsure = True
        else:
            found += breach
            done.append(base.key)
            whose.over(tx, scene, base)
    else:
        if len(due) < most and not unsure:
            _forget(tx, rows, runs)
    if done:
        tx.run("base_looked", keys=dumps(done), at=tx.now)
    return found


def _forget(tx: "Tx", rows: "list[Row]", runs: list[Run]) -> None:
    """Everything was compared. A command that ended is still needed while one that ran beside it runs, or has not
    been asked yet what it did to free files."""
    needed = [
        run.began
        for run, row in zip(runs, rows, strict=True)
        if (run.over > tx.now and not row[3]) or (row[6] < run.over <= tx.now and run.over > tx.now - _ASKED)
    ]
    tx.run("shell_drop", before=min([tx.now + 1.0, *needed]))


def compare(
    tx: "Tx", scene: "Scene", wall: float, base: Base, runs: list[Run], certain: bool = False
) -> list[Breach] | None:
    """The breach, if the file is not what its holder knows and it was not the holder. None where only the end of
    the holder's write will tell: both contents are kept then, and it is asked again. ``certain``: a
    tool of another's wrote it, whatever else was going on. What changes in a person's file else is the person's
    own, whose editor has no hooks."""
    if base.doubt is not None and whose.ended(tx, scene, base) < float("inf"):
        told = _breach(tx, scene, wall, base, runs, base.doubt)
        return [*told, *(compare(tx, scene, wall, Base(tx.run("base_get", key=base.key)[0]), runs) or [])]
    path = path_of(base.shown)
    mark = content.mark(path)
    if mark == (base.digest if base.digest == content.MISSING else base.mark):
        return []
    taken = content.take(path, wall)
    if taken.look.digest == base.digest:
        tx.run("base_mark", key=base.key, mark=taken.look.mark)
        return []
    lease = _lease(tx, base)
    if lease is None:
        return []
    low, high = whose.when(tx, base, path, taken.look, wall)
    own = not certain and whose.ran_own(base, runs, low, high)
    others = [] if own else whose.suspects(tx, scene, base, lease, runs, low, high)
    if not own and not certain and whose.under_way(tx, scene, base, others, low, high):
        if others and 0 < base.writing < GOES_ON:
            _doubt(tx, scene, base, taken, high)
            return None
        own = True
    own = own or (not certain and parse(base.owner).is_person)
    folder = base.digest == content.MISSING and os.path.isdir(path) and not os.path.islink(path)
    if folder and (own or _works_below(tx, lease)):
        tx.run("base_drop", key=base.key)  # its holder made a folder of it: what comes into it is its own affair
        return []
    if own:
        if others and base.writing < GOES_ON:
            set_aside(tx, base, wall)
        watch.put(tx, base.owner, base.key, base.lease, base.shown, taken, wall, HELD)
        tx.run("base_writing", key=base.key, owner=base.owner, at=base.writing)
        watch.keep(tx, scene.root, taken)
        return []
    found = write_down(tx, scene, wall, base, lease, taken, others, tx.wall - (tx.now - high))
    if folder:
        tx.run("base_drop", key=base.key)
    return [found]


def _lease(tx: "Tx", base: Base) -> "Lease | None":
    """The lease that the file is held by, while it lasts."""
    rows = tx.run("lease_on", keys=dumps([base.lease]))
    lease = with_owner(tx, lease_of(rows[0])) if rows else None
    return lease if lease is not None and lease.owner.id == base.owner and lease.until > tx.now else None


def _doubt(tx: "Tx", scene: "Scene", base: Base, taken: content.Taken, at: float) -> None:
    """The holder's write was let through and has not ended: it may wait for its user's permission while another's
    command changes the file. The bytes are kept, and what the holder knows stays what it was."""
    watch.keep(tx, scene.root, taken)
    if base.doubt is None:
        seen = Doubt(taken.look.digest, taken.mode, taken.size, at)
        tx.run("base_mark", key=base.key, mark=seen.mark())


def settle(tx: "Tx", scene: "Scene", wall: float, base: Base) -> None:
    """The holder's write has ended: was what was seen before its own? Call it at the write's Post."""
    if base.doubt is not None and not _made(scene, base.doubt):
        _breach(tx, scene, wall, base, [Run(row) for row in tx.run("shell_all")], base.doubt, False)


def _made(scene: "Scene", doubt: Doubt) -> bool:
    """Whether the holder's tool made this content, or found it not yet there. Where neither can be told (an MCP
    tool), it is taken for its own."""
    from interlock.doors import client, kept

    original, made = client.texts(scene.call)
    if scene.call.event == "PostToolUseFailure":
        return scene.call.is_mcp
    raw = kept.load(scene.root, doubt.digest) if original is not None or made is not None else None
    if raw is None:
        return True
    text = _plain(raw.decode("utf-8", "replace"))
    if made is not None and _plain(made) == text:
        return True
    return made is None if original is None else _plain(original) != text


def _plain(text: str) -> str:
    """As the client's tools tell of a file: without byte order mark, CRLF as LF."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _breach(
    tx: "Tx", scene: "Scene", wall: float, base: Base, runs: list[Run], doubt: Doubt, back: bool = True
) -> list[Breach]:  # fmt: skip
    """What was seen during the holder's write was not the holder's. ``back``: it may still stand there."""
    tx.run("base_mark", key=base.key, mark="")
    lease = _lease(tx, base)
    if lease is None:
        return []
    others = whose.suspects(tx, scene, base, lease, runs, doubt.at, doubt.at)
    taken = content.Taken(content.Look(doubt.digest), doubt.mode, doubt.size)
    return [write_down(tx, scene, wall, base, lease, taken, others, tx.wall - (tx.now - doubt.at), back)]


def _works_below(tx: "Tx", lease: "Lease") -> bool:
    """Whether the holder took a file below as well: the client makes the folders for a file that it writes."""
    low = lease.resource.under()
    rows = tx.run("lease_under", low=low, high=low[:-1] + chr(ord("/") + 1))
    return any(lease_of(row).owner == lease.owner for row in rows)
