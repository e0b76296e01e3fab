"""One step of the demo, and the fault of a step that went otherwise than Interlock promises."""

from __future__ import annotations

from dataclasses import dataclass

HOOKS, CLIENT = "hooks", "client"


@dataclass(frozen=True)
class Step:
    """Who does what, and what Interlock answers."""

    part: str
    """HOOKS: played through the installed hook commands. CLIENT: the real client did it."""
    who: str
    does: str
    answer: str
    said: str = ""
    """The very words that the agent's model sees."""
    ms: float | None = None


class NotAsPromised(Exception):
    """A step did not show what the demo says it shows."""


class ClientTrouble(Exception):
    """The real client did not come so far as to show anything: no fault of Interlock's."""


def promise(kept: bool, otherwise: str) -> None:
    """Raises NotAsPromised with the sentence, unless ``kept``."""
    if not kept:
        raise NotAsPromised(otherwise)
