"""Reading artifacts: good ones in their shape, others with line and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock.artifacts.reading.artifact import load, parse, validate
from interlock.shapes.artifacts.base import Severity
from interlock.shapes.artifacts.kinds import KINDS, kind_of
from interlock.shapes.artifacts.reports import Critique, ImplChanges
from interlock.shapes.artifacts.status import AcStatus

from .sample import BODY, CRITIQUE, GOOD, STATUS, front, line, put


def flaws_of(text: str, path: str = ".runs/r1/build/code_critique.md") -> list[tuple[int, str, str]]:
    """(line, what, mend) of each flaw."""
    kind = kind_of(path)
    assert kind is not None
    return [flaw[1:] for flaw in parse(text.encode(), path, kind)[1]]


@pytest.mark.parametrize("path", GOOD)
def test_good_ones(tmp_path: Path, path: str) -> None:
    """One of each kind is read, into the shape of its kind, without a flaw; as it stands and with CRLF."""
    kind = kind_of(path)
    assert kind is not None
    for text in (GOOD[path], GOOD[path].replace("\n", "\r\n")):
        put(tmp_path, path, text)
        value, flaws = load(tmp_path, path, kind)
        assert flaws == [] and type(value) is kind.shape
        assert validate(tmp_path, path) == []


def test_there_is_one_of_each_kind() -> None:
    """The samples leave no kind out."""
    assert {kind_of(path) for path in GOOD} == set(KINDS)


def test_what_is_read() -> None:
    """Block and flow style, quotes and plain words come out as what they say."""
    kind = kind_of(".runs/r1/build/code_critique.md")
    assert kind is not None
    value, _ = parse(CRITIQUE.encode(), ".runs/r1/build/code_critique.md", kind)
    assert isinstance(value, Critique)
    assert [(item.id, item.severity, item.location, item.issue) for item in value.items] == [
        ("C-1", Severity.MAJOR, "src/a.py:12", "it breaks on an empty list"),
        ("C-2", Severity.MINOR, "src/b.py:3", "a name: misleading"),
    ]
    assert value.counts() == {"critical": 0, "major": 1, "minor": 1, "info": 0}


WORDS = "no yes off 2024-01-01 12:30:45 0o17 017 1_000 0x1f = 1e3 12 -7 1.50 true .inf .nan <<"


@pytest.mark.parametrize("word", WORDS.split())
def test_words_stay_words(word: str) -> None:
    """Where text is asked for, what YAML takes for a date, a boolean or a number is the text that was written."""
    text = front(changes=[]).replace("changes: []", f"changes: [{{path: src/a.py, what: {word}}}]")
    path = ".runs/r1/build/impl_changes_summary.md"
    kind = kind_of(path)
    assert kind is not None
    value, flaws = parse(text.encode(), path, kind)
    assert isinstance(value, ImplChanges) and flaws == []
    assert value.changes[0].what == word


def test_a_run_that_is_called_by_a_number(tmp_path: Path) -> None:
    """`run_id: 12` needs no quotes, `version: "1"` is no number all the same."""
    path = ".runs/12/build/code_critique.md"
    put(tmp_path, path, line(CRITIQUE, 3, "run_id: 12"))
    assert validate(tmp_path, path) == []
    put(tmp_path, path, line(line(CRITIQUE, 3, "run_id: 12"), 2, 'version: "1"'))
    assert [flaw.line for flaw in validate(tmp_path, path)] == [2]


@pytest.mark.parametrize(
    ("number", "new", "told", "mend"),
    [
        (2, "version: 7", "version 7 is not known here; this Interlock writes 1", "upgrade"),
        (3, "run_id: r2", "`run_id` is 'r2', but it lies in .runs/r1", "write `r1`"),
        (4, "round: 0", "`round` is 0: it should be greater than or equal to 1", "a whole number"),
        (4, "round: 1\ncounts: {major: 1}", "`counts` is not known here", "counts are made from the items"),
        (4, "runde: 1", "`runde` is not known here", "did you mean `round`?"),
        (6, "  - id: C 1", "`items[0].id` is 'C 1'", "write a text"),
        (6, "  - id: C-2", "`items[1].id`: `C-2` stands there twice", "keep one, or name it otherwise"),
        (7, "    severity: bad", "'bad'", "one of critical, major, minor, info"),
        (8, "    location: src/a.py", "a location is FILE:LINE", "FILE:LINE"),
        (8, "    location: /etc/passwd:1", "from the checkout's top", ""),
        (9, "    issue: ''", "`items[0].issue` is ''", "write a text"),
        (9, "    issue: [a, b]", "`items[0].issue` is a list", "write a text"),
        (10, "  - C-2", "`items[1]`", "keys and values: id, severity, location, issue"),
    ],
)  # fmt: skip
def test_flaws_have_line_and_mend(number: int, new: str, told: str, mend: str) -> None:
    """The flaw is told at the line where it stands, with what it is and what to write instead."""
    text = line(CRITIQUE, number, new)
    wanted = number + new.count("\n") if "twice" not in told else 10
    found = [flaw for flaw in flaws_of(text) if flaw[0] == wanted]
    assert found and told in found[0][1] and mend in found[0][2]


def test_what_is_missing_is_named() -> None:
    """A missing key is told at the part that lacks it, with what it should hold."""
    assert flaws_of(line(CRITIQUE, 7, "    # none")) == [
        (6, "`items[0].severity` is missing", "add `severity`: one of critical, major, minor, info")
    ]


def test_all_flaws_at_once_in_order() -> None:
    """Who has made several mistakes is told all, the first first."""
    text = line(line(CRITIQUE, 8, "    location: x"), 4, "round: -1").replace("## Recommendation", "## Next")
    assert [flaw[0] for flaw in flaws_of(text)] == [4, 8, 21]


@pytest.mark.parametrize("heading", ["What I found", "What's left", "Recommendation"])
def test_headings_of_the_handoff(heading: str) -> None:
    """Each heading must be there with something below; code does not count, a curly apostrophe does."""
    gone = flaws_of(CRITIQUE.replace(f"## {heading}", "## Else"))
    assert len(gone) == 1 and f"`{heading}`" in gone[0][1]
    code = CRITIQUE.replace(f"## {heading}", f"```\n## {heading}\n```")
    assert len(flaws_of(code)) == 1
    assert flaws_of(CRITIQUE.replace("What's", "What\u2019s")) == []
    bare = CRITIQUE.partition("---\n# ")[0] + "---\n" + BODY.replace("It.\n", "")
    assert [flaw[0] for flaw in flaws_of(bare)] == [12]


def test_json_lines() -> None:
    """JSON has lines like YAML, however it is laid out."""
    path = ".runs/r1/build/ac_status.json"
    assert [flaw[0] for flaw in flaws_of(STATUS.replace('"done"', '"don"'), path)] == [6]
    assert [flaw[0] for flaw in flaws_of(STATUS.replace('"AC-1"', '"AC 1"'), path)] == [6]
    assert [flaw[0] for flaw in flaws_of(STATUS.replace('"critic"', '"the critic"'), path)] == [5]
    strange = '{"version":1,\r\n\r\n"sections":{"a":{"b":{"status":\n"done",\n\n"not":"\\""}}},"run_id":"r1"}'
    assert flaws_of(strange, path) == [(6, "`sections.a.b.not` is not known here", "did you mean `note`?")]
    assert [flaw[0] for flaw in flaws_of(strange.replace('"not"', '"note"'), path)] == []


@pytest.mark.parametrize(
    "path", [".runs/r1/code_critique.md", ".runs/r1/Build/worklist.json", ".runs/r1/build/sub/ac_status.json",
             ".runs/r1/build/run_meta.json"]
)  # fmt: skip
def test_artifacts_in_the_wrong_place_are_told(tmp_path: Path, path: str) -> None:
    """What nobody would look for is a flaw, not silence."""
    put(tmp_path, path, CRITIQUE)
    assert len(validate(tmp_path, path)) == (0 if "run_meta" in path else 1)


@pytest.mark.parametrize(
    "path", [".runs/r1/signal/requirements.md", "src/a.py", ".runs/handoffs/12.md", ".runs/notes.md"]
)
def test_what_has_no_shape_is_left_alone(tmp_path: Path, path: str) -> None:
    """Files that no shape is asked of have no flaws."""
    put(tmp_path, path, b"\xff\xfe\0")
    assert validate(tmp_path, path) == []


def test_criteria_are_counted_once() -> None:
    """A criterion that two name is done if both say so."""
    path = ".runs/r1/build/ac_status.json"
    text = (
        '{"version": 1, "run_id": "r1", "sections": {"a": {"1": {"status": "done"}, "2": {"status": "done"}},'
        ' "b": {"1": {"status": "failed"}, "3": {"status": "pending"}}}}'
    )
    kind = kind_of(path)
    assert kind is not None
    value, _ = parse(text.encode(), path, kind)
    assert isinstance(value, AcStatus) and value.counts() == {"criteria": 3, "done": 1}


@pytest.mark.parametrize("issue", ['"\\ud83d\\ude00"', '"\\U0001F600"', '"\N{GRINNING FACE}"'])
def test_signs_as_json_spells_them(issue: str) -> None:
    """Front matter may be JSON, whose escapes are halves of signs."""
    path = ".runs/r1/build/code_critique.md"
    kind = kind_of(path)
    assert kind is not None
    value, flaws = parse(line(CRITIQUE, 9, f"    issue: {issue}").encode(), path, kind)
    assert isinstance(value, Critique) and flaws == []
    assert value.items[0].issue == "\N{GRINNING FACE}"
