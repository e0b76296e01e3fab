"""What may run in a text that can't be read: the name of a tool in it is enough for the mutex, not for a proof."""

from interlock.shell.reading import Reading, Validation
from interlock.shell.validations import INTERPRETERS, NAMES, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.where import Addition

_LOST = ("the command …", "a shell text inside", "the rest: too much to read", "the command")
"""Phrases for a part that may run anything that the text names."""


def guessed(reading: Reading, command: str, added: "tuple[Addition, ...]") -> Reading:
    """The same; with a doubtful run where it has none, and a part that can't be read may be one."""
    lost = not reading.whole or any(phrase in _LOST or phrase.startswith(_LOST[0]) for phrase in reading.unread)
    if reading.runs or not lost:
        return reading
    name = _named(command, added)
    if name:
        doubt = "it can't be read"
        reading.runs = (Validation(name, "tests", (name,), (name,), "", doubt=doubt, shared=True),)
    return reading


def _named(command: str, added: "tuple[Addition, ...]") -> str:
    """The first word of the text that is a tool's name, "" for none."""
    names = NAMES.union(one.words[0].rpartition("/")[2] for one in added if one.words) - INTERPRETERS
    found = (word.rpartition("/")[2] for word in words_of(command))
    return next((word for word in found if word in names), "")
