"""Words: what bash makes of them before it runs a command.

In bash's order: braces, tilde, parameters and substitutions, splitting, globs, quotes. What can't be told
is UNKNOWN within the text, so that a word is as known as its parts are.
"""

from interlock.shell.braces import braces
from interlock.shell.globs import escaped, magic, resolve
from interlock.shell.quotes import ansi, doubled, unquoted
from interlock.shell.sink import LENGTH, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.braces import Part
    from interlock.shell.state import Shell

    Piece = tuple[str, int]
    """(text, kind)"""

QUOTED, LITERAL, EXPANDED, BREAK, NOTHING = range(5)
"""Kinds of pieces: in quotes; plain; from an expansion outside of quotes, so to be split; the end of a field
within "$@"; an empty "$@", which is no field."""
_FIELDS = 1024


def parts_of(word: object) -> "list[Part]":
    """The parts of a word, [] for a missing one."""
    if word is None:
        return []
    found = word["Parts"] if isinstance(word, dict) and "Parts" in word else []
    if not isinstance(found, list):
        raise ValueError("a word without parts")
    return found


def fields(shell: "Shell", words: object) -> list[str]:
    """The fields that a command's words become."""
    if not isinstance(words, list):
        raise ValueError("no list of words")
    out: list[str] = []
    for word in words:
        parts = parts_of(word)
        shell.sink.step()
        if len(parts) == 1 and parts[0]["Type"] == "SglQuoted" and "Dollar" not in parts[0]:
            out.append(str(parts[0].get("Value", "")))
            continue
        for choice in braces(parts, shell.sink):
            out += _fields(shell, pieces(shell, _tilde(shell, choice)))
        shell.sink.step(len(out) // _FIELDS * 100)
    return out


def text(shell: "Shell", word: object, special: str = "") -> str:
    """A word as one text: an assignment's value, a case's word, a here-string. With ``special``, a heredoc's
    text, in which these characters alone can be escaped."""
    shell.sink.step()
    if special:
        return "".join(piece for piece, _ in _inside(shell, parts_of(word), special))
    return "".join(piece for piece, _ in pieces(shell, _tilde(shell, parts_of(word)), joined=True))


def pattern(shell: "Shell", word: object) -> str:
    """A word as a pattern: what was quoted in it stands for itself."""
    made = pieces(shell, parts_of(word), joined=True)
    return "".join(escaped(piece) if kind == QUOTED else piece for piece, kind in made)


def pieces(shell: "Shell", parts: "list[Part]", joined: bool = False) -> "list[Piece]":
    """The parts of a word outside of quotes. ``joined``: nothing will be split, so "$@" is one text."""
    out: list[Piece] = []
    for part in parts:
        kind = part["Type"]
        if kind == "Lit":
            cut = unquoted(str(part.get("Value", "")))
            shell.sink.step(len(cut) // 8)
            out += [(t, QUOTED if quoted else LITERAL) for t, quoted in cut]
        elif kind == "SglQuoted":
            value = str(part.get("Value", ""))
            out.append((ansi(value) if part.get("Dollar") else value, QUOTED))
        elif kind == "DblQuoted":
            inner = part.get("Parts") or []
            out += _inside(shell, inner, '$`"\\\n', joined) if isinstance(inner, list) else []
            if not inner:
                out.append(("", QUOTED))
        else:
            from interlock.shell.parameters import value_of

            found = value_of(shell, part, quoted=False)
            out += [(found, EXPANDED)] if isinstance(found, str) else _listed(found, EXPANDED, joined)
    return out


def _inside(shell: "Shell", parts: "list[Part]", special: str, joined: bool = True) -> "list[Piece]":
    """The parts of a text in double quotes, or of a heredoc."""
    out: list[Piece] = []
    for part in parts:
        kind = part["Type"]
        if kind == "Lit":
            out.append((doubled(str(part.get("Value", "")), special), QUOTED))
            continue
        from interlock.shell.parameters import value_of

        value = value_of(shell, part, quoted=True)
        out += [(value, QUOTED)] if isinstance(value, str) else _listed(value, QUOTED, joined)
    return out


def _listed(values: tuple[str, ...], kind: int, joined: bool) -> "list[Piece]":
    """The values of "$@" or "${a[@]}": a field each."""
    if joined:
        return [(" ".join(values), kind)]
    if not values:
        return [("", NOTHING)]
    out: list[Piece] = []
    for value in values:
        out += [(value, kind), ("", BREAK)]
    return out[:-1]


def _tilde(shell: "Shell", parts: "list[Part]") -> "list[Part]":
    """``~``, ``~+`` and ``~-`` at the start of a word; ``~user`` can't be told."""
    if not parts or parts[0]["Type"] != "Lit" or not str(parts[0].get("Value")).startswith("~"):
        return parts
    head, slash, rest = str(parts[0]["Value"]).partition("/")
    if (not slash and len(parts) > 1) or "\\" in head:
        return parts
    names = {"~": "HOME", "~+": "PWD", "~-": "OLDPWD"}
    value = shell.get(names[head]) if head in names else UNKNOWN
    home: Part = {"Type": "SglQuoted", "Value": value if isinstance(value, str) else UNKNOWN}
    return [home, {"Type": "Lit", "Value": slash + rest}, *parts[1:]]


class _Row:
    """The fields of one word, as they grow: the text of each, and the same as a pattern."""

    def __init__(self, shell: "Shell") -> None:
        self.shell = shell
        self.out: list[str] = []
        self.text: list[str] = []
        self.pattern: list[str] = []
        self.wild = self.open = False

    def add(self, piece: str, kind: int) -> None:
        """More of the field at hand. A backslash that comes out of an expansion is a character like others."""
        quoted = kind == QUOTED
        self.open = self.open or quoted or piece != ""
        self.wild = self.wild or (not quoted and ("*" in piece or "?" in piece or "[" in piece))
        self.text.append(piece)
        self.pattern.append(escaped(piece) if quoted else piece.replace("\\", "\\\\"))

    def close(self) -> None:
        """The field at hand is whole; an empty one without quotes is none."""
        if not self.open:
            return
        whole, shape = "".join(self.text), "".join(self.pattern) if self.wild else ""
        wild = self.wild and UNKNOWN not in whole and len(whole) <= LENGTH // 4 and magic(shape)
        self.text, self.pattern = [], []
        self.wild = self.open = False
        self.shell.sink.step()
        self.out += (wild and resolve(self.shell, shape)) or [whole]


def _fields(shell: "Shell", made: "list[Piece]") -> list[str]:
    """Splitting and globs."""
    row = _Row(shell)
    for piece, kind in made:
        if kind == BREAK:
            row.close()
        elif kind == EXPANDED:
            _split(row, piece, _separators(shell))
        elif kind != NOTHING:
            row.add(piece, kind)
    row.close()
    return row.out


def _separators(shell: "Shell") -> str:
    value = shell.variables.get("IFS", " \t\n")  # bash resets it at its start: the environment has no say
    return value if isinstance(value, str) else " \t\n"


def _split(row: _Row, value: str, separators: str) -> None:
    """An expansion outside of quotes: cut at the IFS, of which white space counts once however long."""
    if UNKNOWN in separators and value:
        row.add(UNKNOWN, EXPANDED)
        return
    if not separators or not any(mark in value for mark in separators):
        row.add(value, EXPANDED)
        return
    row.shell.sink.step(len(value) // 16)
    word, filled = "", row.open
    for character in value:
        if character not in separators:
            word += character
            filled = True
            continue
        row.add(word, EXPANDED)
        if character not in " \t\n" and not filled:
            row.add("", QUOTED)  # between two separators that are no white space lies an empty field
        if character not in " \t\n" or filled:
            row.close()
        word, filled = "", False
    row.add(word, EXPANDED)
