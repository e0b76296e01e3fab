"""Which command a shell was started for: the prefix program is given the client's own text, in which the command
stands as one quoted word, ``... && eval 'COMMAND' < /dev/null && pwd -P >| FILE``.

The client quotes as shell-quote does: in single quotes, or in double quotes with a backslash before what the shell
would read there (in the client's code, 2.1.197 and 2.1.329; live for both).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_PIECE = r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.|[^\s'\"\\]"
_WORD = re.compile(rf"(?:{_PIECE})+", re.DOTALL)
_PIECES = re.compile(_PIECE, re.DOTALL)
_NUL = re.compile(r"(\d?&?>+[ \t]*)nul(?=\s|$|[|&;)])", re.IGNORECASE)


def marked(command: str, use_id: str) -> str:
    """The command with the mark that the hook puts on it (``guard.shellcall.mark``)."""
    return f"{command}\n# interlock:{use_id}"


def carries(string: str, command: str, use_id: str) -> bool:
    """Whether the text that the prefix program got runs just this command, under this mark. What an agent writes
    is inside of one word, whatever quotes it holds, so it can't look like a word of the client's."""
    text = os.fsencode(string).decode("utf-8", "surrogateescape")
    wanted = {_nul(marked(command, use_id)), marked(command, use_id)}
    before = ""
    for found in _WORD.finditer(text):
        word = found[0]
        if before == "eval" and not wanted.isdisjoint(_read(word)):
            return True
        before = word
    return False


def _read(word: str) -> Iterator[str]:
    """What the client quoted as this word; it may or may not have put a backslash before ``!``."""
    for escaped in ('"\\$`!', '"\\$`'):
        yield "".join(_plain(piece[0], escaped) for piece in _PIECES.finditer(word))


def _plain(piece: str, escaped: str) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == '"':
        return re.sub(rf"\\([{re.escape(escaped)}])", r"\1", piece[1:-1])
    return piece[1:] if piece[0] == "\\" else piece


def _nul(text: str) -> str:
    """The client takes redirects to ``nul``, a habit from Windows, for ones to /dev/null."""
    return text if any(sign in text for sign in "<$`") else _NUL.sub(r"\1/dev/null", text)
