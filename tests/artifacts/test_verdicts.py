"""Verdicts: who may give one, when a BLOCK stands, who lifts it."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.artifacts.log_events import Event
from interlock.artifacts.verdicts import rulings
from interlock.doors import blocks
from interlock.doors.blocks import Block
from interlock.shapes.artifacts.made import Verdicts
from interlock.words.contract import covers
from interlock.words.faults import StateFault

from .sealed import Sealed

FILE = ".runs/r1/review/verdicts.json"
TESTS = ["tests", "test_*.py"]


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    return Sealed(tmp_path)


def rule(ground: Sealed, verdict: str, *paths: str, by: str = "", **more: str) -> Any:
    named = [word for path in paths for word in ("--path", path)]
    given = [word for name, value in more.items() for word in (f"--{name}", value)]
    reason = [] if "reason" in more else ["--reason", f"{verdict} it is"]
    return ground.typed("verdict", verdict, "--steelman", "it is short", *reason, *named, *given, by=by)


def test_a_block_stands_until_a_pass(ground: Sealed) -> None:
    """An advocate blocks, another passes: what the guard reads says so each time, and so does the list."""
    done = rule(ground, "BLOCK", "src/pay/**", by="alpha/advocate", reason="it pays twice")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "BLOCK on src/pay/** is given")
    (block,) = ground.standing()
    assert (block.run, block.paths, block.by, block.reason) == (
        "r1", ("src/pay/**",), ground.comes("alpha", "advocate"), "it pays twice",
    )  # fmt: skip
    listed = ground.typed("verdict", "list")
    assert (listed.returncode, "BLOCK of run r1 on src/pay/** by subagent" in listed.stdout) == (1, True)
    rule(ground, "AMEND", "src/pay/**", by="beta/advocate")
    assert ground.standing() == [block]
    assert rule(ground, "PASS", "src/**", by="beta/advocate").returncode == 0
    assert (ground.standing(), ground.typed("verdict", "list").returncode) == ([], 0)


def test_what_is_kept(ground: Sealed) -> None:
    """The file has each ruling with who gave it, steelman first; the log has the same and the file's digest."""
    rule(ground, "BLOCK", "src/a.py", by="alpha/advocate")
    assert rule(ground, "PASS", "src/a.py", "src/b.py").returncode == 0
    kept = Verdicts.model_validate_json((ground.repo / FILE).read_text())
    assert [(one.verdict, one.agent_type) for one in kept.verdicts] == [("BLOCK", "advocate"), ("PASS", "")]
    events = ground.records("verdict_given")
    assert [(one["verdict"], one["paths"], one["owner"]) for one in events] == [
        (one.verdict, one.paths, one.by) for one in kept.verdicts
    ]


def test_the_author_lifts_nothing(ground: Sealed) -> None:
    """Who wrote below the paths in this run gives no PASS there, but elsewhere; another advocate does."""
    rule(ground, "BLOCK", "src/a.py", "src/b.py")
    who = "alpha/advocate-1"
    ground.comes("alpha", "advocate")
    call = {"tool_name": "Write", "tool_use_id": "w", "agent_type": "advocate"}
    call["tool_input"] = {"file_path": str(ground.repo / "src/a.py"), "content": "a = 5\n"}  # type: ignore[assignment]
    ground.hook("PostToolUse", who, **call, tool_response={})
    done = rule(ground, "PASS", "src/**", by="alpha/advocate")
    assert (done.returncode, "You wrote src/a.py in this run" in done.stderr) == (1, True)
    assert len(ground.standing()) == 1
    assert rule(ground, "PASS", "src/b.py", by="alpha/advocate").returncode == 0
    assert ground.standing()[0].paths == ("src/a.py",)
    assert rule(ground, "PASS", "src/a.py", by="beta/advocate").returncode == 0
    assert ground.standing() == []


@pytest.mark.parametrize("kind", ["implementer", "critic", "cleanup", "stranger"])
@pytest.mark.parametrize("verdict", ["PASS", "BLOCK"])
def test_who_gives_none(ground: Sealed, kind: str, verdict: str) -> None:
    """Only a type whose contract has verdicts.json among its outputs rules; the refusal says which."""
    done = rule(ground, verdict, "src/a.py", by=f"alpha/{kind}", run="r1")
    assert (done.returncode, ground.standing()) == (1, [])
    assert "that is for advocate, or a person." in done.stderr and len(done.stderr) <= 412


def test_who_gave_it_may_lift_it(ground: Sealed) -> None:
    """The author is who wrote the files: the advocate that gave a BLOCK lifts it itself once it is answered."""
    rule(ground, "BLOCK", "src/a.py", by="alpha/advocate")
    assert rule(ground, "PASS", "src/a.py", by="alpha/advocate").returncode == 0
    assert ground.standing() == []


def test_an_advocate_that_owns_source(ground: Sealed) -> None:
    """A type that may write there itself may block, and lifts nothing."""
    file = ground.repo / ".claude/agents/advocate.md"
    file.write_text(file.read_text().replace("outputs = [", 'owns = ["src/**"]\noutputs = ['))
    assert rule(ground, "BLOCK", "src/a.py", by="alpha/advocate").returncode == 0
    done = rule(ground, "PASS", "**", by="beta/advocate")
    assert (done.returncode, "advocate writes there" in done.stderr) == (1, True)
    assert rule(ground, "PASS", "docs/**", by="beta/advocate").returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("BLOCK", "--steelman", "x", "--path", "a"), "needs a --reason"),
        (("PASS", "--steelman", " ", "--path", "a"), "steelman"),
        (("PASS", "--steelman", "x", "--path", "../a"), "paths"),
        (("PASS", "--steelman", "x", "--path", "/etc"), "paths"),
        (("PASS", "--steelman", "x", "--path", "./a"), "no path from the checkout's top"),
        (("PASS", "--path", "a"), "--steelman"),
        (("MAYBE", "--steelman", "x", "--path", "a"), "invalid choice"),
    ],
)
def test_what_is_no_ruling(ground: Sealed, words: tuple[str, ...], told: str) -> None:
    """Without steelman, reason, or a path in the checkout nothing is given."""
    done = ground.typed("verdict", *words)
    assert (done.returncode, told in done.stderr) == (2, True)
    assert ground.records("verdict_given") == []


def test_runs_don_t_interfere(ground: Sealed) -> None:
    """A PASS of one run lifts no BLOCK of another."""
    assert ground.interlock("runs", "start", "r2", "--title", "other").returncode == 0
    rule(ground, "BLOCK", "src/a.py", run="r1")
    rule(ground, "PASS", "**", run="r2")
    assert len(ground.standing()) == 1
    rule(ground, "PASS", "**", run="r1")
    assert ground.standing() == []


def test_a_broken_note_is_made_again(ground: Sealed) -> None:
    """Where what the guard reads is damaged it refuses with the way to mend it, and that mends it from the log."""
    rule(ground, "BLOCK", "src/a.py")
    was = ground.standing()
    file = Path(blocks.path(str(ground.root), str(ground.repo.resolve())))
    for raw in (b"", b"{}", file.read_bytes().replace(b"src/a.py", b"src/b.py"), b"\xff", b"[" * 9000):
        file.write_bytes(raw)
        with pytest.raises(StateFault, match="interlock verdict list"):
            ground.standing()
        assert ground.typed("verdict", "list").returncode == 1
        assert ground.standing() == was
    file.unlink()
    assert ground.typed("verdict", "list", "--json").returncode == 1
    assert ground.standing() == was


def test_odd_things_in_its_place(ground: Sealed) -> None:
    """A link, a folder or a FIFO in the note's place holds nobody up."""
    file = Path(blocks.path(str(ground.root), str(ground.repo.resolve())))
    file.parent.mkdir(parents=True)
    for make in (lambda at: os.symlink("/etc/passwd", at), os.mkdir, os.mkfifo):
        make(str(file))
        with pytest.raises(StateFault):
            ground.standing()
        file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()


def test_an_edited_file_is_written_over(ground: Sealed) -> None:
    """The rulings are in the log: a file that somebody edited is whole again at the next; a typed one is told."""
    rule(ground, "BLOCK", "src/a.py")
    file = ground.repo / FILE
    file.write_text(file.read_text().replace("BLOCK", "PASS"))
    rule(ground, "AMEND", "src/b.py")
    kept = Verdicts.model_validate_json(file.read_text())
    assert [one.verdict for one in kept.verdicts] == ["BLOCK", "AMEND"]
    ground.write(".runs/r1/plan/verdicts.json", "{}")
    done = rule(ground, "PASS", "x", flow="plan")
    assert (done.returncode, "was not made by `interlock verdict`" in done.stderr) == (2, True)


def test_json(ground: Sealed) -> None:
    """The ruling and what stands, as an object."""
    words = ("--steelman", "x", "--reason", "y", "--path", "a/**", "--json")
    data = json.loads(ground.typed("verdict", "BLOCK", *words).stdout)
    assert (data["run"], data["flow"], data["given"]["verdict"]) == ("r1", "review", "BLOCK")
    assert [(one["run"], one["paths"], one["reason"]) for one in data["standing"]] == [("r1", ["a/**"], "y")]
    assert json.loads(ground.typed("verdict", "list", "--json").stdout)["standing"] == data["standing"]


NAMES = ("a", "b", "test_x.py")
PARTS = st.sampled_from((*NAMES, "*", "**", "?", "a*"))
PATTERNS = st.one_of(
    st.lists(PARTS, min_size=1, max_size=3).map("/".join),
    st.sampled_from(("@source", "@tests", "tests/**", ".runs/*/x")),
)
PATHS = [
    "/".join(parts)
    for many in (1, 2, 3)
    for parts in itertools.product((*NAMES, "tests", "c", ".runs"), repeat=many)
]


@given(PATTERNS, PATTERNS)
def test_what_is_within_what(inner: str, outer: str) -> None:
    """Where one pattern is said to be within another, every path that the one has the other has too."""
    if rulings.within(inner, outer, TESTS):
        assert [path for path in PATHS if covers(inner, path, TESTS) and not covers(outer, path, TESTS)] == []


@pytest.mark.parametrize(
    ("inner", "outer", "is_so"),
    [
        ("src/a.py", "src/a.py", True), ("src/a.py", "src/**", True), ("src/a.py", "src", True),
        ("src/**", "src/*.py", False), ("src/*.py", "src/*", True), ("src/a*.py", "src/*.py", True),
        ("src/*.py", "src/a.py", False), ("src", "**", True), ("@source", "**", True), ("@tests", "**", True),
        ("src/a.py", "@source", True), ("tests/a.py", "@source", False), ("tests/a.py", "@tests", True),
        ("src/**", "@source", False), ("src/*.rs", "@source", True), ("@source", "src/**", False),
        (".runs/r1/x", "@source", False), ("**", "@source", False), ("tests/**", "@tests", True),
    ],
)  # fmt: skip
def test_what_a_pass_covers(inner: str, outer: str, is_so: bool) -> None:
    """A PASS lifts a BLOCK of just the same, of less, of a folder's part; not of more."""
    assert rulings.within(inner, outer, TESTS) is is_so


GIVEN = st.tuples(
    st.sampled_from(("PASS", "AMEND", "BLOCK")), st.sampled_from(("r1", "r2")),
    st.lists(st.sampled_from(("a", "b", "c/d")), min_size=1, max_size=3, unique=True),
)  # fmt: skip


@given(st.lists(GIVEN, max_size=12))
def test_what_stands(given_: list[tuple[str, str, list[str]]]) -> None:
    """A file is blocked in a run just if the last BLOCK or PASS of it, of any rulings, was a BLOCK."""
    last: dict[tuple[str, str], str] = {}
    events = []
    for number, (verdict, run, paths) in enumerate(given_):
        facts = {"checkout": "/x", "run": run, "flow": "review", "verdict": verdict, "paths": paths, "reasons": []}
        events.append(Event(number, number, "verdict_given", "h|s|m", {**facts, "when": float(number)}))
        last |= {(run, path): verdict for path in paths if verdict != "AMEND"}
    standing = rulings.standing(events, "/x", TESTS)
    for run, path in itertools.product(("r1", "r2"), ("a", "b", "c/d")):
        blocked = any(one.holds(path, TESTS) for one in standing if one.run == run)
        assert blocked is (last.get((run, path)) == "BLOCK")
    assert rulings.standing(events, "/y", TESTS) == []


def test_the_note_comes_back_as_written(tmp_path: Path) -> None:
    """What is written is what is read, whatever the reason says; no blocks, no file."""
    found = [
        Block("r1", ("a/**", "b"), "h|s|m", 1.5, 'why "so" \udcff\u202e'),
        Block("r2", ("@source",), "x", 2.0, ""),
    ]
    blocks.write(str(tmp_path), "/x", found)
    assert blocks.standing(str(tmp_path), "/x") == found
    blocks.write(str(tmp_path), "/x", [])
    assert (blocks.standing(str(tmp_path), "/x"), list((tmp_path / "blocks").iterdir())) == ([], [])


def test_a_file_that_is_behind_is_made_again(tmp_path: Path) -> None:
    """Where the writer of a ruling was killed, or git put an older file back, the next receipt has it as the log
    says; one that somebody edited stays as it is."""
    ground = Sealed(tmp_path)
    ground.built()
    file = ground.repo / ".runs/r1/review/verdicts.json"
    older = file.read_text()
    ground.rules("PASS")
    newer = file.read_text()
    file.write_text(older)
    assert ground.seal().status == "VERIFIED"
    assert file.read_text() == newer
    file.write_text(edited := newer.replace("it works", "it does not"))
    assert "somebody edited it" in " ".join(ground.seal().reasons)
    assert file.read_text() == edited
