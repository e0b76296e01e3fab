"""What holders and writers are told of a breach: at most 400 characters (480 handed on), with the next step."""

from interlock.guard.messages import REFUSAL, brief, fit, short, word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.words.owner import Owner

_BECAME = {"gone": "deleted", "new": "created", "changed": "changed"}


def holder(
    path: str, project: str, what: str, who: list[str], command: str, when: str, kept: bool,
    sure: bool = True,
) -> str:  # fmt: skip
    """Told to who holds the file. ``who`` are those whose commands may have done it, [] for somebody outside;
    ``sure``: the only one did; ``what`` is changed, gone or new; ``kept``: the holder's version can be
    given back."""
    file = short(path, project)
    by = "from outside Interlock (a person, an editor, a process left running)"
    if len(who) == 1:
        by = f"by {who[0]}" + (f" (`{brief(command, 40)}`)" if command else "")
        by = by if sure else f"perhaps {by}, perhaps from outside"
    elif who:
        by = f"by a command of {' or '.join(who[:2])}" + (f" or {len(who) - 2} more" if len(who) > 2 else "")
    again = "Check that it should be gone" if what == "gone" else "Read it again before you write"
    back = f", or get your version back with `interlock restore {word(path)}`" if kept and what != "new" else ""
    return fit(f"Interlock: {file}, which you hold, was {_BECAME[what]} {by} at {when}. {again}{back}.")


def writer(
    path: str, project: str, what: str, holder: str, command: str, when: str, kept: bool, sure: bool,
    told: bool = True,
) -> str:  # fmt: skip
    """Told to who ran the command; ``sure``: nobody else's could have done it; ``told``: the holder hears of
    it."""
    file = short(path, project)
    did = f"your command `{brief(command, 40)}`" if command else "your call"
    if not sure:
        did = f"a command that ran then, perhaps {did},"
    step = "Leave it as it is and tell the person you work for"
    if kept and what != "new":
        step = f"{'Give' if sure else 'If so, give'} it back with `interlock restore {word(path)}`"
    heard = " and has been told of" if told else ""
    return fit(
        f"Interlock: {did} {_BECAME[what]} {file} at {when}, which {holder} holds{heard}. {step}; "
        f"to change it yourself, `interlock lock wait {word(path)}` first."
    )


def given_back(path: str, project: str, who: str) -> str:
    """Told to the holder: another restored its version."""
    return fit(f"Interlock: {short(path, project)}, which you hold, is again as you had it: {who} gave it back.")


def handed_on(text: str, owner: "Owner", kind: str) -> str:
    """What a subagent was to be told, told to its parent: it has ended."""
    who = f"subagent {brief(kind, 20) + ' ' if kind else ''}{brief(owner.agent[:8], 8)}"
    return fit(f"Interlock, to your {who}, which has ended: {text.removeprefix('Interlock: ')}", REFUSAL + 80)
