"""Commands in the background: their Post comes at once, and no hook tells their end.

So they are marked, as contained ones are, and the mark is looked for among the arguments of the processes. Until
when a command was seen counts as certain; between that and the look that found it gone it *may* have run, and
where it can't be seen (no mark, no /proc, another pid namespace) no more than that is ever said.
"""

from interlock.doors import process
from interlock.guard.watched import Known, Run
from interlock.leases.records import OwnerRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.scene import Scene
    from interlock.leases.port import Row, Tx

OFTEN = 2.0
"""Seconds at least between two looks for the process of a command."""
_SHELL = ("id", "owner", "command", "background", "began", "over", "noted")


def known(tx: "Tx", run_id: str) -> Known:
    """What was noted of the command."""
    rows = tx.run("call_get", id=run_id)
    return Known(rows[0][6] if rows else "")


def noticed(tx: "Tx", scene: "Scene") -> None:
    """The command's Post: it went to the background just now, and will be looked for if it bears its mark."""
    if scene.call.command.endswith(_mark(scene.call.use_id)):
        what = known(tx, scene.call.use_id)
        what.seen = tx.now
        tx.run("call_mark", id=scene.call.use_id, note=what.text())


def seen(tx: "Tx", scene: "Scene", row: "Row") -> Run:
    """The run, over by now if its owner has gone or its process is there no more."""
    run = Run(row)
    what = known(tx, run.id) if row[3] else None
    if what is not None:
        run.sure = min(run.over, what.seen)
    if run.over <= tx.now:
        return run
    owner = tx.run("owner_get", id=run.owner)
    if not owner:
        run.over = tx.now
    elif what is not None and 0 < what.seen < tx.now - OFTEN:
        there = process.started_with(_mark(run.id)) if _visible(scene, OwnerRow(owner[0])) else None
        if there is False:
            run.over = tx.now
        else:
            run.sure = what.seen = tx.now if there else 0.0
            tx.run("call_mark", id=run.id, note=what.text())
    if run.over <= tx.now:
        noted(tx, row, over=run.over)
    return run


def noted(tx: "Tx", row: "Row", **changed: float) -> None:
    """Writes the command's row down again, with these columns changed."""
    tx.run("shell_put", **{**dict(zip(_SHELL, row, strict=True)), **changed})


def sure(tx: "Tx", row: "Row") -> float:
    """Up to when the command is known to have run: endless while it runs in the foreground."""
    over = row[5] if row[5] >= 0 else float("inf")
    return min(over, known(tx, row[0]).seen) if row[3] else over


def slow(tx: "Tx", run_id: str) -> None:
    """git took too long to tell what the command changed: it is not asked again for it."""
    what = known(tx, run_id)
    what.slow = True
    tx.run("call_mark", id=run_id, note=what.text())


def _mark(use_id: str) -> str:
    """What ``shellcall.mark`` puts at the end."""
    return f"\n# interlock:{use_id}"


def _visible(scene: "Scene", owner: OwnerRow) -> bool:
    """Whether what the owner's client starts can be seen from here."""
    return bool(owner.pid) and owner.boot == scene.boot and owner.pid_namespace == process.namespace() != ""
