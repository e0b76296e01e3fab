"""Shared files: JSON in which each agent type writes the section that bears its name.

The file as it is is compared with what the write would make of it. Loaded only for a write to such a file.
"""

from interlock.doors import runfolder
from interlock.doors.client import Call
from interlock.doors.edits import applied
from interlock.words.faults import Unreadable
from interlock.words.jsontext import loads

SECTIONS = "sections"


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
