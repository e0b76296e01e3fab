"""YAML of front matter: plain data only. No aliases, anchors or tags, no key twice; what looks like a date, `no`
or an octal number is text; and each part has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from interlock.artifacts.flaw import Unfit, clean
from interlock.artifacts.reading.lines import DEEPEST, Lines, Loc, Tree

_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


def parse(text: str, before: int = 0) -> Tree:
    """The value of one YAML document that stands ``before`` lines into its file. Raises Unfit."""
    builder = _Builder(text, before)
    try:
        return Tree(builder.document(), builder.where, builder.spelled)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = builder.lines.at(mark.index) + before if mark else 0
        told = clean(f"{problem.context + ', ' if problem.context else ''}{problem.problem}", 120)
        mend = "mend it there; put a text with signs like `: ` or `#` in quotes"
        raise Unfit(f"it is not YAML ({told})", mend, line) from None
    except yaml.YAMLError as problem:
        raise Unfit(f"it is not YAML ({clean(str(problem), 120)})", "mend it", before + 1) from None


class _Builder:
    """Makes values of the parser's events as they come, so that a bad one ends it at once."""

    def __init__(self, text: str, before: int) -> None:
        self.lines = Lines(text)
        self.where: dict[Loc, int] = {}
        self.spelled: dict[Loc, str] = {}
        self._before = before
        self._events: Iterator[Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        self._documents = 0

    def document(self) -> object:
        """The only document's value; None where there is none."""
        value: object = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise Unfit("a second YAML document begins", "keep one", self._line(event))
            elif isinstance(event, NodeEvent):
                self._plain(event, ())
                value = self._value(event, ())
        return value

    def _value(self, event: Event, loc: Loc) -> object:
        if isinstance(event, ScalarEvent):
            return self._scalar(event, loc)
        return self._sequence(loc) if isinstance(event, SequenceStartEvent) else self._mapping(loc)

    def _sequence(self, loc: Loc) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*loc, len(found))
            self._plain(event, here)
            self.where[here] = self._line(event)
            found.append(self._value(event, here))
        return found

    def _mapping(self, loc: Loc) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            self._plain(event, loc)
            if not isinstance(event, ScalarEvent):
                raise Unfit("a key is no text", "write `key: value`", self._line(event))
            name = self._whole(event)
            if name in found:
                raise Unfit(f"the key `{clean(name, 40)}` comes twice", "keep one of them", self._line(event))
            here = (*loc, name)
            self.where[here] = self._line(event)
            self._plain(event := next(self._events), here)
            found[name] = self._value(event, here)
        return found

    def _plain(self, event: Any, loc: Loc) -> None:
        """Refuses what plain data does not need."""
        line = self._line(event)
        if isinstance(event, AliasEvent):
            raise Unfit(f"the alias *{clean(str(event.anchor), 40)}", "write the value itself out", line)
        if event.anchor is not None:
            raise Unfit(f"the anchor &{clean(event.anchor, 40)}", "take it out", line)
        if event.tag is not None:
            raise Unfit(f"the tag {clean(event.tag, 60)}", "take it out: only plain data is read", line)
        if isinstance(event, CollectionStartEvent) and len(loc) >= DEEPEST:
            raise Unfit(f"it is nested over {DEEPEST} deep", "make it flat", line)

    def _scalar(self, event: Any, loc: Loc) -> object:
        text = self._whole(event)
        if event.style:
            return text
        if text.lower() in _WORDS and text in (text.lower(), text.title(), text.upper()):
            value: object = _WORDS[text.lower()]
        elif _INT.fullmatch(text):
            value = int(text)
        elif _FLOAT.fullmatch(text):
            value = float(text)
        else:
            return text
        if value is not None:
            self.spelled[loc] = text
        return value

    def _whole(self, event: Any) -> str:
        """The text. JSON spells signs beyond U+FFFF as two halves, which PyYAML leaves apart."""
        try:
            return str(event.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            what = "a text holds half a sign (a lone surrogate)"
            raise Unfit(what, "write the whole sign, or take it out", self._line(event)) from None

    def _line(self, event: Event) -> int:
        return self.lines.at(event.start_mark.index if event.start_mark else 0) + self._before
