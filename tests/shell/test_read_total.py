"""Reading is total: no command and no tree breaks it, and none takes it long."""

import resource
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlock.shell.read import read, walk
from interlock.shell.reading import Reading
from interlock.shell.sink import Sink, TooMuch
from interlock.words.faults import Unreadable

from .hostile import HOSTILE
from .reader import where
from .test_read_programs import ORACLE

LIMIT = 0.1
"""Seconds of processor time, for parsing and for reading each."""
_BITS = [
    "rm",
    "a.py",
    "$x",
    "${x%y}",
    "*",
    "**",
    "{a,b}",
    "{1..99}",
    ">",
    ">>",
    "|",
    "&&",
    "||",
    ";",
    "\n",
    "(",
    ")",
    "{ ",
    "; }",
    "'",
    '"',
    "$(",
    "`",
    "<<E\n",
    "E\n",
    "if ",
    "then ",
    "fi",
    "for i in ",
    "do ",
    "done",
    "while ",
    "case ",
    "esac",
    "[",
    "]",
    "[[",
    "]]",
    "((",
    "))",
    "sed -i",
    "s/a/b/w c",
    "awk",
    "'{print > \"x\"}'",
    "python -c",
    "open('a','w')",
    "find . -exec",
    "{} +",
    "xargs",
    "git",
    "checkout",
    "--",
    "-C",
    "sh -c",
    "eval",
    "cd",
    "..",
    "f()",
    "function g ",
    "\\",
    "$'\\x41'",
    "~",
    "IFS=:",
    "$@",
    "$((1+",
    "env",
    "-S",
    "tar xf",
    "perl -pi -e",
    "node -e",
    "\udcff",
    "é",
    "read x",
    "printf %s",
    "trap",
    "source",
    "export",
    "declare -a",
    "x=(",
    "local",
    "${x/a/b}",
    "${!x}",
    "<(",
    ">(",
]


def took(tree: object) -> tuple[float, Reading]:
    """(seconds, reading), the better of two, without the tracer of a coverage run: with it all takes five times
    as long."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return min((_timed(tree) for _ in range(2)), key=lambda one: one[0])
    finally:
        sys.settrace(tracer)


def _timed(tree: object) -> tuple[float, Reading]:
    began = time.process_time()
    found = read(tree, where())
    return time.process_time() - began, found


@given(st.lists(st.sampled_from(_BITS), min_size=1, max_size=25).map(" ".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_command_breaks_the_walk(command: str) -> None:
    """What shfmt parses is walked without a fault of ours."""
    ground = where()
    try:
        tree = ground.parse(command) if ground.parse else None
    except Unreadable:
        return
    try:
        walk(tree, Sink(ground))
    except (TooMuch, RecursionError):
        pass
    assert took(tree)[0] < LIMIT


@given(st.sampled_from(ORACLE), st.integers(0, 200), st.text(max_size=3), st.integers(0, 9))
@settings(max_examples=100, deadline=None)
def test_mutated_commands(command: str, at: int, more: str, less: int) -> None:
    """Real commands with a piece cut out or put in."""
    at %= len(command) + 1
    ground = where()
    try:
        tree = ground.parse(command[:at] + more.replace("\0", "") + command[at + less :]) if ground.parse else None
    except Unreadable:
        return
    walk(tree, Sink(ground))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_bytes(data: bytes) -> None:
    """Any bytes are parsed and read, or said to be unreadable."""
    ground = where()
    try:
        tree = ground.parse(data.decode("utf-8", "surrogateescape")) if ground.parse else None
    except Unreadable as problem:
        assert str(problem)
        return
    read(tree, ground)


_KEYS = [
    "Type",
    "Stmts",
    "Cmd",
    "Args",
    "Parts",
    "Value",
    "Redirs",
    "Op",
    "X",
    "Y",
    "Word",
    "Name",
    "Loop",
    "Do",
    "Cond",
    "Param",
    "Exp",
    "Items",
]
_TYPES = [
    "File",
    "CallExpr",
    "Lit",
    "ParamExp",
    "CmdSubst",
    "IfClause",
    "ForClause",
    "DblQuoted",
    "SglQuoted",
    "BinaryCmd",
    "rm",
    ">",
    "&&",
]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(_TYPES) | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
        max_leaves=25,
    )
)
@settings(max_examples=150, deadline=None)
def test_trees_of_any_shape(tree: object) -> None:
    """What is no tree of shfmt's is unread, never quiet and never a crash."""
    for one in (tree, {"Type": "File", "Stmts": tree}, {"Type": "File", "Stmts": [{"Cmd": tree}]}):
        seconds, found = took(one)
        assert seconds < LIMIT
        assert isinstance(found, Reading)


def test_another_shape_is_unread() -> None:
    """A tree without its type is not taken for an empty command."""
    assert read({"Stmts": []}, where()).unread == ("the command",)
    assert not read([], where()).quiet


@pytest.mark.parametrize("command", HOSTILE, ids=lambda command: command[:30])
def test_hostile_commands_are_bounded(command: str) -> None:
    """Built to blow up: read in time, or too much to be read."""
    ground = where()
    assert ground.parse
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        tree = ground.parse(command)
    except Unreadable:
        tree = None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LIMIT
    if tree is None:
        return
    seconds, found = took(tree)
    assert seconds < LIMIT
    assert found.writes or found.unread or found.quiet
