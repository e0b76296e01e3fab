"""Where things stand: the oracle writes the text token by token and notes the line of each part as it goes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interlock.artifacts.flaw import Unfit
from interlock.artifacts.reading import json_strict, yaml_plain
from interlock.artifacts.reading.artifact import parse
from interlock.artifacts.reading.lines import Lines, Loc
from interlock.shapes.artifacts.kinds import KINDS, kind_of

from .sample import GOOD

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=6) | st.sampled_from(
    ['"', "\\", "}{][", "\n", ",:", "# x"]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.just(1.5) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
GAPS = st.lists(st.sampled_from(["", " ", "\n", "\n\n  ", "\r\n"]), min_size=1, max_size=9)


class Writer:
    """``where``: what was written on which line."""

    def __init__(self, gaps: list[str], before_colon: bool) -> None:
        self.gaps = gaps
        self.before_colon = before_colon
        self.text = ""
        self.where: dict[Loc, int] = {}
        self.count = 0

    def gap(self) -> None:
        self.count += 1
        self.text += self.gaps[self.count % len(self.gaps)]

    def note(self, loc: Loc) -> None:
        self.where[loc] = len(self.text.split("\n"))

    def write(self, value: Any, loc: Loc = ()) -> None:
        if isinstance(value, dict):
            self.text += "{"
            for number, (key, one) in enumerate(value.items()):
                self.text += "," * bool(number)
                self.gap()
                self.note((*loc, key))
                self.text += json.dumps(key, ensure_ascii=bool(self.count % 2) or not key.isprintable())
                if self.before_colon:
                    self.gap()
                self.text += ": "
                self.gap()
                self.write(one, (*loc, key))
            self.gap()
            self.text += "}"
        elif isinstance(value, list):
            self.text += "["
            for number, one in enumerate(value):
                self.text += "," * bool(number) + " "
                self.gap()
                self.note((*loc, number))
                self.write(one, (*loc, number))
            self.gap()
            self.text += "]"
        else:
            self.text += json.dumps(value)


@given(VALUE, GAPS)
@example({"a": [{"b": []}, {}], "c": "}"}, ["\n"])
@example([[[], {"": {"": [1, "\n"]}}], "\\"], ["\n\n  "])
def test_json(value: Any, gaps: list[str]) -> None:
    """Each part of any JSON, however it is laid out, is where it was written; and is what was written."""
    writer = Writer(gaps, before_colon=True)
    writer.gap()
    writer.write(value)
    assert json_strict.parse(writer.text).value == value
    assert json_strict.places(writer.text) == writer.where


@given(VALUE.filter(lambda value: isinstance(value, dict | list)), GAPS)
@example({"a": [{"b": []}, {}], "c": "}"}, ["\n"])
def test_yaml(value: Any, gaps: list[str]) -> None:
    """The same text as YAML, which it is, too."""
    writer = Writer(gaps, before_colon=False)
    writer.write(value)
    found = yaml_plain.parse(writer.text, before=3)
    assert found.value == value
    assert found.where == {loc: line + 3 for loc, line in writer.where.items()}


@given(st.text("a\n\r"), st.data())
def test_lines_are_counted_at_line_feeds(text: str, data: st.DataObject) -> None:
    """As editors count."""
    at = data.draw(st.integers(0, len(text)))
    assert Lines(text).at(at) == len(text[:at].split("\n"))


@given(st.binary(max_size=60), st.sampled_from(KINDS))
@example(b"---\n---\n", KINDS[-2])
@example(b"{" * 5000, KINDS[0])
def test_any_bytes(raw: bytes, kind: Any) -> None:
    """No content at all makes it raise, hang or pass for an artifact."""
    _total(raw, ".runs/r1/build/x", kind)


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_any_damage(path: str, data: st.DataObject) -> None:
    """A good artifact with bytes changed, cut, doubled or swapped is one, or has flaws with lines of its own."""
    raw = bytearray(GOOD[path].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(at, min(len(raw), at + 12)))
        piece = st.binary(max_size=4) | st.sampled_from(
            [b"\n", b"[", b"{", b'"', b": ", b"- ", b"&a ", b"*a", b"!!", b"---\n"]
        )
        raw[at:end] = data.draw(piece | st.just(bytes(raw[at:end]) * 2))
    _total(bytes(raw), path, kind_of(path))


def _total(raw: bytes, path: str, kind: Any) -> None:
    value, flaws = parse(raw, path, kind)
    assert value is not None or flaws
    for flaw in flaws:
        assert 0 <= flaw.line <= raw.count(b"\n") + 1
        assert flaw.what and flaw.mend and str(flaw).isprintable() and len(str(flaw)) < 900


@pytest.mark.parametrize("depth", [23, 24, 25, 60])
def test_depth_is_the_same_for_both(depth: int) -> None:
    """JSON and YAML are cut off at the same depth; JSON only once somebody asks for lines."""
    text = "[" * depth + "1" + "]" * depth
    for read in (json_strict.places, yaml_plain.parse):
        if depth > 24:
            with pytest.raises(Unfit, match="nested over 24"):
                read(text)
        else:
            read(text)
