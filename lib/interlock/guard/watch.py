"""Watch over held files: what each was when its holder last had it in hand, and who is told what became of it.

No hook stands between a shell command and a file. So the content that the holder knows is noted when its lease
begins and after each of its own writes, bytes included (``doors/kept.py``), and compared after every shell
command, and by whoever's hook comes next while one runs or ended unseen. This half is what every hook needs;
the comparing is in ``breaches``, loaded when a shell command has run.
"""

from interlock.doors import content, kept
from interlock.doors.keys import path_of
from interlock.words.resource import FILE, TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from interlock.guard.scene import Scene
    from interlock.guard.watched import Breach
    from interlock.leases.port import Tx
    from interlock.words.owner import Owner

HELD, BREACH, REPLACED = "held", "breach", "replaced"
"""Whose a version is: its holder's, what another made of it, what stood there before a restore."""
QUIET = "quiet"  # as in ``watched``, which a plain write does not load
GOES_ON = 1e18
"""In place of the time when a write began: a part of the holder's command goes on with the file."""
_COMMAND = 120  # characters of a command that are kept
_TOLD = 3  # notices that one call brings


def baseline(tx: "Tx", root: str, owner: "Owner", target: Resource, wall: float) -> None:
    """Notes what ``target`` is now as what its holder knows. Call right after its lease was granted. Of a tree the
    files that its holder has seen are noted; what becomes of the others is not told. Files above 16 MiB can be
    told of, but not given back. ``root`` is the state folder, ``wall`` is now, in seconds since 1970."""
    if target.kind == FILE:
        note(tx, root, owner.id, target.key, target.key, target.shown, wall)
    elif target.kind == TREE:
        from interlock.guard.breaches import below

        below(tx, root, owner, target, wall)


def note(
    tx: "Tx", root: str, owner: str, key: str, lease: str, shown: str, wall: float, how: str = HELD,
    writing: float = 0.0,
) -> content.Taken:  # fmt: skip
    """Takes the file as it is for the content to compare with, and keeps its bytes if that can be done.
    ``writing`` as in ``watched.Base``."""
    taken = content.take(path_of(shown), wall)
    put(tx, owner, key, lease, shown, taken, wall, how, writing)
    keep(tx, root, taken)
    return taken


def put(
    tx: "Tx", owner: str, key: str, lease: str, shown: str, taken: content.Taken, wall: float, how: str,
    writing: float = 0.0,
) -> None:  # fmt: skip
    """Writes the row down."""
    tx.run(
        "base_put", key=key, owner=owner, lease=lease, shown=shown, digest=taken.look.digest, mark=taken.look.mark,
        mode=taken.mode, size=taken.size, how=how, wall=wall, looked=tx.now, writing=writing,
    )  # fmt: skip


def keep(tx: "Tx", root: str, taken: content.Taken) -> bool:
    """Whether the bytes are kept now. A full disk or a file that is too large is no fault: what happened is told
    all the same."""
    if taken.raw is None:
        return False
    try:
        written = kept.keep(root, taken.look.digest, taken.raw)
    except OSError:
        return False
    if written:
        tx.run("kept_add", bytes=written)
        if tx.run("kept_get")[0][0] > kept.BOUND:
            from interlock.guard.tidying import sweep

            sweep(tx, root)
    return True


def writing(tx: "Tx", owner: "Owner", target: Resource) -> None:
    """The holder's write to the file is let through: what changes now is its own doing. Its Post ends that."""
    tx.run("base_writing", key=target.key, owner=owner.id, at=tx.now)


def goes_on(tx: "Tx", owner: "Owner", keys: "Iterable[str]") -> None:
    """A part of the holder's command stays in the background and writes these files: what changes in them is the
    holder's, until it writes them otherwise or its lease ends."""
    for key in keys:
        tx.run("base_writing", key=key, owner=owner.id, at=GOES_ON)


def began(tx: "Tx", scene: "Scene", note: str = "") -> None:
    """A shell command is let through; call it after the call was written down. ``note`` says what is known of it:
    "quiet" (it writes no file: nothing is watched for its sake), "contained" (held files were bound read-only), or
    "" (anything may come of it)."""
    use_id = scene.call.use_id
    if use_id and note:
        tx.run("call_mark", id=use_id, note=note)
    if note != QUIET:
        running(tx, scene, tx.now, False, -1.0)


def running(tx: "Tx", scene: "Scene", began: float, background: bool, over: float) -> None:
    """Writes the command down; ``over`` is -1 while it runs."""
    tx.run(
        "shell_put", id=run_id(scene), owner=scene.owner.id, command=_plain(scene.call.command),
        background=int(background), began=began, over=over, noted=began,
    )  # fmt: skip


def run_id(scene: "Scene") -> str:
    """What the command's run is called in the store."""
    return scene.call.use_id or f"{scene.owner.id}?"


def look_after(tx: "Tx", scene: "Scene", wall: float) -> "list[Breach]":
    """Compares held files with what their holders know, if a shell command runs or ended since they were last
    compared; else it costs one query. Events, notices and versions are written; what was found is returned."""
    if not tx.run("shell_any"):
        return []
    from interlock.guard import breaches

    return breaches.look(tx, scene, wall, tx.run("shell_all"))


def after_write(tx: "Tx", scene: "Scene", target: Resource, began: float, wall: float) -> None:
    """A tool wrote the file: the content is its holder's new one; if another holds it (the guard was not asked), a
    breach."""
    rows = tx.run("base_get", key=target.key)
    if rows and rows[0][1] == scene.owner.id:
        key, owner, lease, *_ = rows[0]
        if rows[0][5].startswith("?"):  # watched.Base.doubt
            from interlock.guard import breaches
            from interlock.guard.watched import Base

            breaches.settle(tx, scene, wall, Base(rows[0]))
        note(tx, scene.root, owner, key, lease, target.shown, wall, writing=-tx.now)
    elif rows:
        from interlock.guard import breaches
        from interlock.guard.watched import Base, Run

        this = (run_id(scene), scene.owner.id, "", 0, began, tx.now, tx.now)
        runs = [Run(row) for row in (*tx.run("shell_all"), this)]
        breaches.compare(tx, scene, wall, Base(rows[0]), runs, certain=True)


def notices(tx: "Tx", owner: str) -> str:
    """What the owner (its id) has to be told, "" for nothing; it is told once. Three sentences at most, of up to
    400 characters each, and how many more there are."""
    texts = [text for (text,) in tx.run("notice_of", owner=owner)]
    if not texts:
        return ""
    tx.run("notice_drop", owner=owner)
    more = len(texts) - _TOLD
    rest = [f"Interlock: and {more} more like that: `interlock log --event breach`."] if more > 0 else []
    return "\n".join([*texts[:_TOLD], *rest])


def _plain(command: str) -> str:
    """The command's beginning, fit for the store: lone surrogates, which no database takes, replaced."""
    return command[:_COMMAND].encode("utf-8", "replace").decode()
