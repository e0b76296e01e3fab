"""A breach is written down: the event, both versions, and what its holder and its suspects will be told."""

from interlock.doors import content, kept
from interlock.guard import messages, messages_breach, watch
from interlock.guard.watch import BREACH, HELD, REPLACED
from interlock.guard.watched import Base, Breach, Run
from interlock.words.owner import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx
    from interlock.words.lease import Lease

OUTSIDE = "outside"
_COMMANDS = 8  # that one event names


def write_down(
    tx: "Tx", scene: "Scene", wall: float, base: Base, lease: "Lease", taken: content.Taken, others: list[Run],
    at: float, back: bool = True,
) -> Breach:  # fmt: skip
    """The breach, noted; from now on the new content is compared with. ``others`` are the suspects' commands,
    ``at`` is when the change was, ``wall`` is now: seconds since 1970. ``back``: the new content may
    still stand there."""
    by = tuple(dict.fromkeys(run.owner for run in others))
    found = Breach(
        base.shown, base.owner, by, tuple(run.command for run in others), base.digest, taken.look.digest
    )
    sure = len(by) == 1 and any(run.certain for run in others)
    kept_old = kept.has(scene.root, base.digest)
    kept_new = watch.keep(tx, scene.root, taken) or kept.has(scene.root, taken.look.digest)
    tx.event(
        "breach", owner=by[0] if sure else "", path=base.shown, key=base.key, holder=base.owner,
        fence=lease.fence, by=list(by) or [OUTSIDE],
        commands=[[run.id[:128], run.command] for run in others[:_COMMANDS]], old=base.digest, old_kept=kept_old,
        new=taken.look.digest, new_kept=kept_new, changed_at=round(at, 3),
    )  # fmt: skip
    how = _versions(tx, base, taken, by, wall, at)
    watch.put(tx, base.owner, base.key, base.lease, base.shown, taken, wall, how)
    _tell(tx, scene, found, others, wall, at, kept_old and back, sure)
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


def set_aside(tx: "Tx", base: Base, wall: float) -> None:
    """The change is taken for the holder's, though another's command ran then: what it had is listed, so that
    nothing is lost if it was not."""
    if base.how == HELD:
        tx.run(
            "version_add", key=base.key, digest=base.digest, mode=base.mode, size=base.size, owners=base.owner,
            how=REPLACED, wall=wall,
        )  # fmt: skip


def _tell(
    tx: "Tx", scene: "Scene", found: Breach, others: list[Run], wall: float, at: float, back: bool, sure: bool
) -> None:  # fmt: skip
    """A notice for the holder, and one for each owner whose command may have done it. ``back``: a restore would
    undo it; ``sure``: nobody else's could have."""
    names = {o: messages.name(parse(o), _kind(tx, o)) for o in (found.holder, *found.by)}
    when = messages.since(tx.now - (tx.wall - at), tx.now, tx.wall)
    what = "gone" if found.new == content.MISSING else "new" if found.old == content.MISSING else "changed"
    who = [names[owner] for owner in found.by]
    command = others[0].command if len(others) == 1 else ""
    text = messages_breach.holder(found.path, scene.project, what, who, command, when, back, sure)
    person = parse(found.holder).is_person
    if not person:  # there are no hooks to tell it by
        tx.run("notice_add", owner=found.holder, wall=wall, text=text)
    for owner in found.by:
        command = next(run.command for run in others if run.owner == owner)
        text = messages_breach.writer(
            found.path,
            scene.project,
            what,
            names[found.holder],
            command,
            when,
            back,
            sure,
            not person,
        )
        tx.run("notice_add", owner=owner, wall=wall, text=text)


def _kind(tx: "Tx", owner: str) -> str:
    rows = tx.run("owner_get", id=owner)
    return str(rows[0][1]) if rows else ""
