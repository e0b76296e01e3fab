"""Changes to held files that their holders did not make: found, written down, told to both sides.

(size, inode, ctime) may prove a file unchanged, its digest proves it changed; when is its ctime, which nobody can
set. The change is the holder's own if its write to the file was under way then or a shell command of its own ran.
Else the suspects are the commands of others that ran then, but for those that could not reach the file; where
there are none it came from outside: a person, an editor, a process that an earlier command left behind.
"""

import os
import time

from interlock.doors import content, kept
from interlock.doors.keys import path_of
from interlock.guard import messages, watch
from interlock.guard.watch import BREACH, CONTAINED, HELD, QUIET, Base
from interlock.leases.held import with_owner
from interlock.leases.records import lease_of
from interlock.words.jsontext import dumps
from interlock.words.owner import parse
from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Row, Tx
    from interlock.words.lease import Lease

MOST = 256
"""Files that one hook compares, those not looked at for longest first; the others are left for the next one."""
MOST_AFTER_SHELL = 4096
OUTSIDE = "outside"
_SECONDS = 0.15  # that one hook spends on comparing
_SLACK = 0.012  # seconds; ctime is as coarse as a kernel tick, 10 ms at most
_ASKED = 30.0  # seconds after its end in which a command's Post asks for what it changed
_COMMANDS = 8  # that one event names


class Run(Value):
    """A command that ran, times on the store's clock; ``over`` is endless while it runs."""

    __slots__ = ("began", "command", "id", "over", "owner")

    def __init__(self, row: "Row") -> None:
        self.id: str = row[0]
        self.owner: str = row[1]
        self.command: str = row[2]
        self.began: float = row[4]
        self.over: float = row[5] if row[5] >= 0 else float("inf")

    def ran(self, low: float, high: float) -> bool:
        """Whether it ran at any time from ``low`` to ``high``."""
        return self.began - _SLACK <= high and low <= self.over + _SLACK


class Breach(Value):
    """A change: ``by`` are the owners whose commands may have made it, () for outside."""

    __slots__ = ("by", "commands", "holder", "new", "old", "path")

    def __init__(
        self, path: str, holder: str, by: tuple[str, ...], commands: tuple[str, ...], old: str, new: str
    ) -> None:
        self.path = path
        self.holder = holder
        self.by = by
        self.commands = commands
        self.old = old
        self.new = new


def look(
    tx: "Tx", scene: "Scene", wall: float, rows: "list[Row]", most: int = MOST, now: bool = False
) -> list[Breach]:
    """Compares what was not compared since the commands in ``rows`` ended (with ``now``: all, whatever ran);
    forgets those of which nothing is left to find."""
    runs = [_alive(tx, row) for row in rows]
    still = now or any(run.over > tx.now for run in runs)
    before = tx.now if still else max(run.over for run in runs)
    due = tx.run("base_due", before=before, most=most)
    ending = time.monotonic() + _SECONDS
    done: list[str] = []
    found: list[Breach] = []
    for values in due:
        if time.monotonic() > ending:
            break
        base = Base(values)
        if values[-1]:
            found += compare(tx, scene, wall, base, runs)
            done.append(base.key)
        else:
            tx.run("base_drop", key=base.key)  # its lease has ended
    else:
        if len(due) < most:
            _forget(tx, rows, runs)
    watch.looked(tx, done)
    return found


def _forget(tx: "Tx", rows: "list[Row]", runs: list[Run]) -> None:
    """Everything was compared. A command that ended is still needed while one that ran beside it runs, or has not
    been asked yet what it did to free files."""
    needed = [
        run.began
        for run, row in zip(runs, rows, strict=True)
        if not row[3] and (run.over > tx.now or (row[6] < run.over and run.over > tx.now - _ASKED))
    ]
    tx.run("shell_drop", before=min([tx.now + 1.0, *needed]))


def _alive(tx: "Tx", row: "Row") -> Run:
    """The run; over by now if its owner has gone."""
    run = Run(row)
    if run.over > tx.now and not tx.run("owner_get", id=run.owner):
        run.over = tx.now
        tx.run("shell_put", **dict(zip(_SHELL, (*row[:5], run.over, row[6]), strict=True)))
    return run


_SHELL = ("id", "owner", "command", "background", "began", "over", "noted")


def compare(tx: "Tx", scene: "Scene", wall: float, base: Base, runs: list[Run]) -> list[Breach]:
    """The breach, if the file is not what its holder knows and it was not the holder."""
    path = path_of(base.shown)
    mark = content.mark(path)
    if mark == (base.digest if base.digest == content.MISSING else base.mark):
        return []
    taken = content.take(path, wall)
    if taken.look.digest == base.digest:
        tx.run("base_mark", key=base.key, mark=taken.look.mark)
        return []
    rows = tx.run("lease_on", keys=dumps([base.lease]))
    lease = with_owner(tx, lease_of(rows[0])) if rows else None
    if lease is None or lease.owner.id != base.owner or lease.until <= tx.now:
        return []
    low, high = _when(tx, base, path, taken.look, wall)
    if _own(tx, base, runs, low, high):
        watch.put(tx, base.owner, base.key, base.lease, base.shown, taken, wall, HELD)
        tx.run("base_writing", key=base.key, owner=base.owner, at=base.writing)
        watch.keep(tx, scene.root, taken)
        return []
    others = [run for run in runs if run.owner != base.owner and run.ran(low, high) and _could(tx, run, lease)]
    return [_breach(tx, scene, wall, base, lease, taken, others, wall - (tx.now - high))]


def _when(tx: "Tx", base: Base, path: str, look: content.Look, wall: float) -> tuple[float, float]:
    """From when to when the change was, on the store's clock. A name that is gone has no ctime of its own; the
    nearest folder that is left changed when it went, or later."""
    if look.changed_at < float("inf"):
        at = tx.now - (wall - look.changed_at)
        return at, at
    while path != "/":
        path = os.path.dirname(path)
        try:
            at = tx.now - (wall - os.stat(path).st_ctime)
        except OSError:
            continue
        return base.looked, at if at >= base.looked else tx.now
    return base.looked, tx.now


def _own(tx: "Tx", base: Base, runs: list[Run], low: float, high: float) -> bool:
    """Whether the holder did it. Its write counts as under way until its Post, but, as that may never come (a
    permission refused, an interrupt), no longer than until its next call."""
    if any(run.owner == base.owner and run.ran(low, high) for run in runs):
        return True
    if not base.writing or high < base.writing - _SLACK:
        return False
    later = tx.run("call_since", owner=base.owner, at=base.writing)
    return not later or low <= later[0][1]


def _could(tx: "Tx", run: Run, lease: "Lease") -> bool:
    """Whether the command could have reached the file: not if it writes none, or ran with it bound read-only."""
    rows = tx.run("call_get", id=run.id)
    what = rows[0][6] if rows else ""
    return what != QUIET and not (what == CONTAINED and lease.since <= run.began)


def _breach(
    tx: "Tx", scene: "Scene", wall: float, base: Base, lease: "Lease", taken: content.Taken, others: list[Run],
    at: float,
) -> Breach:  # fmt: skip
    """Writes it down: event, both versions, notices; from now on the new content is compared with."""
    by = tuple(dict.fromkeys(run.owner for run in others))
    found = Breach(
        base.shown, base.owner, by, tuple(run.command for run in others), base.digest, taken.look.digest
    )
    kept_old, kept_new = kept.has(scene.root, base.digest), watch.keep(tx, scene.root, taken)
    tx.event(
        "breach", owner=by[0] if len(by) == 1 else "", path=base.shown, key=base.key, holder=base.owner,
        fence=lease.fence, by=list(by) or [OUTSIDE],
        commands=[[run.id[:128], run.command] for run in others[:_COMMANDS]], old=base.digest, old_kept=kept_old,
        new=taken.look.digest, new_kept=kept_new, changed_at=round(at, 3),
    )  # fmt: skip
    how = _versions(tx, base, taken, by, wall, at)
    watch.put(tx, base.owner, base.key, base.lease, base.shown, taken, wall, how)
    _tell(tx, scene, found, others, wall, at, kept_old)
    return found


def _versions(
    tx: "Tx", base: Base, taken: content.Taken, by: tuple[str, ...], wall: float, at: float
) -> str:  # fmt: skip
    """Both contents as versions; whose the new one is: the holder's again, if somebody undid the change."""
    if base.how == HELD:
        tx.run(
            "version_add", key=base.key, digest=base.digest, mode=base.mode, size=base.size, owners=base.owner,
            how=HELD, wall=base.wall,
        )  # fmt: skip
    tx.run(
        "version_add", key=base.key, digest=taken.look.digest, mode=taken.mode, size=taken.size,
        owners="\n".join(by) or OUTSIDE, how=BREACH, wall=at,
    )  # fmt: skip
    last = next((row for row in tx.run("version_of", key=base.key) if row[6] == HELD), None)
    return HELD if base.how == BREACH and last is not None and last[2] == taken.look.digest else BREACH


def _tell(
    tx: "Tx", scene: "Scene", found: Breach, others: list[Run], wall: float, at: float, kept_old: bool
) -> None:
    """A notice for the holder, and one for each owner whose command may have done it."""
    names = {o: messages.name(parse(o), _kind(tx, o)) for o in (found.holder, *found.by)}
    when = messages.since(tx.now - (wall - at), tx.now, wall)
    what = "gone" if found.new == content.MISSING else "new" if found.old == content.MISSING else "changed"
    who = [names[owner] for owner in found.by]
    command = others[0].command if len(others) == 1 else ""
    text = messages.breach_holder(found.path, scene.project, what, who, command, when, kept_old)
    tx.run("notice_add", owner=found.holder, wall=wall, text=text)
    for owner in found.by:
        command = next(run.command for run in others if run.owner == owner)
        text = messages.breach_writer(
            found.path, scene.project, what, names[found.holder], command, when, kept_old, len(found.by) == 1
        )
        tx.run("notice_add", owner=owner, wall=wall, text=text)


def _kind(tx: "Tx", owner: str) -> str:
    rows = tx.run("owner_get", id=owner)
    return str(rows[0][1]) if rows else ""
