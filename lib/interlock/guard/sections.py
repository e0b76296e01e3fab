"""Shared files: JSON in which each agent type writes the section that bears its name.

The file as it is is compared with what the write would make of it. Loaded only for a write to such a file.
"""

from interlock.doors import keys, runfolder
from interlock.doors.client import Call
from interlock.doors.content import digest
from interlock.doors.edits import applied
from interlock.words.contract import RUN
from interlock.words.faults import Unreadable
from interlock.words.jsontext import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.contracting import Bound
    from interlock.leases.port import Tx
    from interlock.words.resource import Resource

    Known = dict[str, list[str]]
    """By section: the digest of what its agent left in it, that of what was in it when last looked at; "" for
    nothing."""

SECTIONS = "sections"
_RUNS = 16  # that a command is watched in
_MOST = 256  # sections of a file


def outside(call: Call, path: str, name: str) -> str:
    """What the call would change beside the section of ``name`` in the file at ``path``, or why that can't be
    told; a phrase whose subject is the file or the write, "" if nothing."""
    try:
        text = runfolder.text(path)
        before = _sections(text) if text is not None else {}
    except Unreadable as problem:
        return f"the file {problem}"
    after = applied(call.tool, call.input, (text or "").replace("\r\n", "\n"))
    if after is None:
        return f"what {call.tool} makes of it can't be foreseen"
    try:
        return _difference(before, _sections(after), name, new=text is None)
    except Unreadable as problem:
        return f"what you would write {problem}"


def _difference(before: dict[str, object], after: dict[str, object], name: str, new: bool) -> str:
    """``new``: there is no file yet, so that who makes it writes what all have in common, too."""
    was, now = before.get(SECTIONS, {}), after[SECTIONS]
    assert isinstance(was, dict)
    assert isinstance(now, dict)
    others = sorted(one for one in {*was, *now} - {name} if was.get(one, _GONE) != now.get(one, _GONE))
    if others:
        return f"it would change the section of {others[0]}"
    rest = sorted(key for key in {*before, *after} - {SECTIONS} if before.get(key, _GONE) != after.get(key, _GONE))
    return f"it would change `{rest[0]}`" if rest and not new else ""


def begin(tx: "Tx", held: "Bound") -> None:
    """A command of an agent that shares files begins: what is in them now is none of its doing. What lies there
    before anything is known of it is taken for good."""
    scene = held.scene
    top = held.spots.top(scene.cwd) or held.spots.top(scene.project)
    for run in runfolder.open_runs(top)[:_RUNS] if top else ():
        for path in held.contract.shares:
            try:
                target = keys.resources(f"{top}/{path.replace(RUN, run)}", "/", "/")[0]
            except Unreadable:
                continue  # a circle of symlinks: nothing is written through it
            known, now = _known(tx, target.key), _digests(target)
            after = _as_left(now) if known is None else _looked(known, now)
            if after != known:
                _note(tx, target.key, after)


def ran(tx: "Tx", held: "Bound", target: "Resource") -> list[str]:
    """The sections of others that a command of the owner has changed. While one is not as its agent left it,
    nobody is known to have written the file."""
    known, now = _known(tx, target.key), _digests(target)
    if known is None:
        return []  # of another checkout's nothing was known before
    me = held.contract.name
    found = [
        name
        for name in sorted({*known, *now} - {me})
        if now.get(name, "") not in (known.get(name, _NOTHING)[1], known.get(name, _NOTHING)[0])
    ]
    _settle(tx, held, target, known, now)
    return found


def strange(tx: "Tx", key: str) -> list[str]:
    """The sections that are not as their agents left them, as far as is known."""
    return [name for name, (left, there) in (_known(tx, key) or {}).items() if left != there]


def wrote(tx: "Tx", held: "Bound", target: "Resource") -> None:
    """The owner has written its section with a tool: that vouches for it, not for the others'."""
    known, now = _known(tx, target.key), _digests(target)
    _settle(tx, held, target, _as_left(now) if known is None else known, now)


def _settle(tx: "Tx", held: "Bound", target: "Resource", known: "Known", now: dict[str, str]) -> None:
    me = held.contract.name
    after = _looked(known, now)
    after[me] = [now.get(me, "")] * 2
    _note(tx, target.key, after)
    if any(left != there for left, there in after.values()):
        rows = tx.run("wrote_get", key=target.key)
        if rows and rows[0][0] == held.scene.owner.id:
            owner, kind, _, at, wall = rows[0]
            tx.run("wrote_put", key=target.key, owner=owner, kind=kind, digest="", at=at, wall=wall)


_NOTHING = ["", ""]


def _as_left(now: dict[str, str]) -> "Known":
    return {name: [there, there] for name, there in now.items()}


def _looked(known: "Known", now: dict[str, str]) -> "Known":
    return {name: [known.get(name, _NOTHING)[0], now.get(name, "")] for name in {*known, *now}}


def _digests(target: "Resource") -> dict[str, str]:
    """Of each section that is in the file; what is no such file, or has far too many, has none."""
    try:
        found = _sections(runfolder.text(keys.path_of(target.shown)) or "")[SECTIONS]
    except Unreadable:
        return {}
    assert isinstance(found, dict)
    if len(found) > _MOST:
        return {}
    return {name: digest(dumps(_ordered(found[name])).encode("ascii")) for name in found}


def _ordered(value: object) -> object:
    """The same, however its objects' keys are ordered."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def _known(tx: "Tx", key: str) -> "Known | None":
    rows = tx.run("call_get", id=_row(key))
    found = loads(str(rows[0][6]).encode()) if rows else None
    return found if isinstance(found, dict) else None


def _note(tx: "Tx", key: str, known: "Known") -> None:
    tx.run("call_put", id=_row(key), owner="", tool="Sections", at=tx.now, decision="", ended=1)
    tx.run("call_mark", id=_row(key), note=dumps(known))


def _row(key: str) -> str:
    return f"sections of {key}"


_GONE = object()


def _sections(text: str) -> dict[str, object]:
    """The file's object, with its sections. Raises Unreadable, with a phrase."""
    try:
        data = loads(text.encode("utf-8", "surrogatepass"), once=True)
    except Unreadable as problem:
        raise Unreadable(f"is broken ({str(problem)[:120]})") from None
    if not isinstance(data, dict) or not isinstance(data.get(SECTIONS), dict):
        raise Unreadable("has no object `sections`")
    return data
