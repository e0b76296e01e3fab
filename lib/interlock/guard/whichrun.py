"""Which run of `.runs/` an owner works in, where its prompt says so: by a line `RUN: id`.

No hook has a subagent's prompt together with its id (see ``gating``, which pairs them); what is known is noted
here, in the store's table of calls.
"""

from interlock.words.issue import listed_in_prompt
from interlock.words.jsontext import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Row, Tx
    from interlock.words.owner import Owner

LINE = "RUN:"
_LINES = 2000  # of a prompt that are looked at


def of_prompt(prompt: str) -> str:
    """The run that the prompt names, "" for none. `- **RUN: r1**` and `RUN: r1.` name it, too."""
    return listed_in_prompt(prompt, LINE)


def near(prompt: str) -> str:
    """The prompt's first line that speaks of a run in another form, "" for none: `RUN: r1 (build)`, `Run: r1`."""
    lines = prompt.split("\n", _LINES)[:_LINES]
    return next((line.strip() for line in lines if LINE.casefold() in line.casefold()), "")


def named(tx: "Tx", owner: "Owner") -> str:
    """The run that the owner's prompt named, "" where that is not known."""
    rows = tx.run("call_get", id=_row(owner))
    return str(rows[0][6]) if rows else ""


def note(tx: "Tx", owner: "Owner", run: str) -> None:
    """The owner's prompt names the run; "" says nothing new."""
    if run:
        tx.run("call_put", id=_row(owner), owner="", tool="Run", at=tx.now, decision="", ended=1)
        tx.run("call_mark", id=_row(owner), note=run)


def launch(kind: str, prompt: str) -> str:
    """What is noted of a call that starts a subagent of that type."""
    return dumps([kind, of_prompt(prompt)])


def alike(calls: "list[Row]", kind: str) -> "list[Row]":
    """Of the calls underway those that start a subagent of that type; all where none does."""
    return [call for call in calls if _noted(call)[0] == kind] or calls


def of_launch(call: "Row") -> str:
    """The run that the call's prompt names."""
    return _noted(call)[1]


def _noted(call: "Row") -> tuple[str, str]:
    said = loads(str(call[4] or "[]").encode())
    return (str(said[0]), str(said[1])) if isinstance(said, list) and len(said) == 2 else ("", "")


def _row(owner: "Owner") -> str:
    return f"run of {owner.id}"
