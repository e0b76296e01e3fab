"""The lines of keys in TOML, against a writer that knows where it put them."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from interlock.contracts.toml_lines import lines

NASTY = ["a", "", "]", "[", "=", "#", "x = 1", '"', "'", "\\", "{run}", ",", " ", "'''"]
TEXTS = st.lists(st.sampled_from(NASTY), max_size=4).map("".join)
GAPS = st.sampled_from(["", "\n", "  ", "\n\n", "\n# a = [1,\n", " # ]\n", "\n# \"'''\n"])
ENDS = st.sampled_from(["", " ", " # x = [", " # ]'''"])


def basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def long(text: str) -> str:
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '\n"""'


def literal(text: str) -> str:
    return f"'{text}'" if "'" not in text else basic(text)


def long_literal(text: str) -> str:
    return f"'''{text}\n{text}'''" if "'" not in text else long(text)


SPELT = st.builds(lambda how, text: how(text), st.sampled_from([basic, long, literal, long_literal]), TEXTS)
PARTS = st.one_of(
    SPELT, SPELT, st.sampled_from(["1", "true", "1979-05-27", "[1, 2]", "{ a = 1, b = [2] }", "1.5"])
)
NAMES = st.sampled_from(["inputs", "resume", "x-1", '"a b"', "'c d'", "e.f", "'a\\b'", '"a = [\\"1"'])
VALUES = st.one_of(PARTS, st.lists(st.tuples(GAPS, PARTS, GAPS), max_size=4))


def bare(name: str) -> str:
    """The first part of the name, read."""
    return next(iter(tomllib.loads(f"{name} = 1")))


class Writer:
    """A text and the lines of what is in it."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: dict[tuple[str | int, ...], int] = {}

    def here(self, *place: str | int) -> None:
        self.lines.setdefault(place, self.text.count("\n") + 1)

    def add(self, name: str, value: str | list[tuple[str, str, str]], end: str) -> None:
        self.here(bare(name))
        self.text += f"{name} = "
        if isinstance(value, str):
            shown = tomllib.loads(f"x = {value}")["x"]
            for at in range(len(shown) if isinstance(shown, list) else 0):
                self.here(bare(name), at)
            self.text += value
        else:
            self.array(bare(name), value)
        self.text += end + "\n"

    def array(self, key: str, parts: list[tuple[str, str, str]]) -> None:
        self.text += "["
        for at, (before, part, after) in enumerate(parts):
            self.text += before
            self.here(key, at)
            self.text += part + after + ","
        self.text += "]"


KEYS = st.lists(st.tuples(GAPS, NAMES, VALUES, ENDS), max_size=5, unique_by=lambda key: bare(key[1]))


@given(KEYS, st.booleans())
def test_each_key_and_part_has_its_line(keys: list[tuple[str, str, object, str]], table: bool) -> None:
    """However the values are spelt and spread over lines, the lines are where the writer put them."""
    writer = Writer()
    for gap, name, value, end in keys:
        writer.text += "\n" if gap and "\n" not in gap else gap if gap.endswith("\n") or not gap else gap + "\n"
        writer.add(name, value, end)  # type: ignore[arg-type]
    if table:
        writer.here("last")
        writer.text += "[last.one]\ninputs = ['x']\n[[last.two]]\nresume = 1\n"
    tomllib.loads(writer.text)
    found = lines(writer.text)
    assert {place: found.get(place) for place in writer.lines} == writer.lines
    assert {place[0] for place in found} == {place[0] for place in writer.lines}


@given(st.text(alphabet="ab=[]{}'\"\\\n#,. 1", max_size=60))
def test_any_text_ends(text: str) -> None:
    """What is no TOML does no harm, either."""
    lines(text)


def test_long_texts_are_quick() -> None:
    """64 KiB of signs that begin something and never end it take no time to speak of."""
    for sign in (
        '"',
        "'",
        "[",
        "{",
        "#",
        "=",
        "a",
        "\\",
        '"""',
        "'''x",
        "a=\n",
        ' "',
        "['",
        '"\\"\\',
        '""' + "\"'''\n\\",
    ):
        lines((sign * 70000)[:65536])
