"""What is told when an agent is not started for the sake of a receipt among its inputs. At most 400 characters."""

from interlock.guard.messages import brief, fit

NAME = 32
"""Characters of an agent's name."""


def distrusted(agent: str, what: str) -> str:
    """The receipt is not to be believed. ``what`` names the figure, and the next step."""
    me = brief(agent, NAME)
    return fit(f"Interlock: {me} is not started. {_sentence(what, 265)} Once that is mended, start {me} again.")


def not_verified(agent: str, path: str, says: str, reason: str, run: str) -> str:
    """The receipt is as it was sealed and says itself that something is left. ``says``: its status and recommended
    action, ``reason``: the first of its reasons, "" for none."""
    me, which = brief(agent, NAME), brief(run, 64)
    why = f": {_sentence(reason, 96)}" if reason else "."
    return fit(
        f"Interlock: {me} is not started: {brief(path, 80)} is {brief(says, 36)}{why} "
        f"`interlock artifacts check {which}` says whose turn it is."
    )


def _sentence(text: str, room: int) -> str:
    told = brief(text, room).rstrip() or "no reason was given"
    return told if told.endswith((".", "!", "?", "…")) else f"{told}."
