"""What the writers of artifacts are told of them. At most 400 characters, with the next step."""

from interlock.guard.messages import brief, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MENDS = {
    "interlock worklist": "`interlock worklist sync --rebuild --run {run} --flow {flow}` makes it again",
    "interlock verdict": "move it away: `interlock verdict` makes it of the rulings that were given",
    "interlock receipt": "`interlock receipt {run} {flow}` makes it again",
    "interlock runs": "move it away: `interlock runs start ID --title TITLE` makes it",
}


def flaws(found: "Sequence[str]", asked: bool) -> str:
    """Said after the write of an artifact that does not fit its shape. ``found``: FILE:LINE: what. mend.
    ``asked``: the writer has a contract, so its outputs are looked at again before it ends."""
    more = len(found) - 1
    rest = f" And {more} more: `interlock artifacts check` lists them." if more > 0 else ""
    first = _sentence(found[0], 270)
    why = "Mend it now: it will keep you from ending." if asked else "Mend it now: who reads it can't go by it."
    return fit(f"Interlock: not valid yet: {first}{rest} {why}")


def typed(path: str, command: str) -> str:
    """Said after the write of what a command makes: nothing that is typed there counts."""
    parts = path.split("/")
    run, flow = (brief(part, 64) for part in (parts[1:3] if len(parts) == 4 else ("RUN", "FLOW")))
    mend = _MENDS[command].format(run=run, flow=flow)
    shown = path if len(path) <= 120 else f"{brief(path, 40)}{path[-79:]}"
    whose = f"is made by `{command}` alone: what was typed there counts for nothing."
    return fit(f"Interlock: {brief(shown, 120)} {whose} {mend[:1].upper()}{mend[1:]}.")


def stop(found: "Sequence[str]", left: int) -> str:
    """A stop is blocked: outputs are not valid."""
    more = len(found) - 1
    rest = f" And {more} more (`interlock artifacts check`)." if more > 0 else ""
    tries = f"{left} more time{'s' if left != 1 else ''}" if left else "for the last time"
    return fit(
        f"Interlock: your output is not valid yet: {_sentence(found[0], 230)}{rest} Mend it, then end again. "
        f"You are asked {tries}."
    )


def _sentence(text: str, room: int) -> str:
    told = brief(text, room).rstrip() or "no reason was given"
    return told if told.endswith((".", "!", "?", "…")) else f"{told}."
