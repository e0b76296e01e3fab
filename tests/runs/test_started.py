"""A ticket is spent on the command that it was left for, and on no other."""

import shlex
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.runs.started import carries

from .ground import Ground

BEFORE = "source /tmp/it\\'s.sh 2>/dev/null || true && shopt -u extglob 2>/dev/null || true && "
AFTER = " < /dev/null && pwd -P >| /tmp/claude-1-cwd"
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def double(text: str) -> str:
    """shell-quote's other way."""
    return '"' + "".join(f"\\{sign}" if sign in '"\\$`!' else sign for sign in text) + '"'


@given(texts, st.sampled_from([shlex.quote, double]))
def test_its_own_command(command: str, quote: Callable[[str], str]) -> None:
    """Any command in the client's two ways to quote is found, with its mark and no other."""
    string = f"{BEFORE}eval {quote(command + chr(10) + '# interlock:toolu_1')}{AFTER}"
    assert carries(string, command, "toolu_1")
    assert not carries(string, command, "toolu_2")
    assert not carries(string, command + " ", "toolu_1")


@given(texts, st.sampled_from([shlex.quote, double]), st.sampled_from([shlex.quote, double]))
def test_no_command_can_look_like_it(
    around: str, outer: Callable[[str], str], inner: Callable[[str], str]
) -> None:
    """What another command holds is not what runs, however it is quoted."""
    own = inner("pytest -q\n# interlock:toolu_1")
    for command in (f"{around}eval {own}", f"{around}' eval {own} '", f'{around}" eval {own} "'):
        assert not carries(f"{BEFORE}eval {outer(command)}{AFTER}", "pytest -q", "toolu_1")


def test_a_redirect_to_nul() -> None:
    """The client makes /dev/null of it, and it is the same command."""
    run = "eval 'pytest >/dev/null\n# interlock:toolu_1'"
    assert carries(run, "pytest >NUL", "toolu_1")
    assert not carries(run, "pytest >NULL", "toolu_1")


@pytest.mark.parametrize(
    "other",
    ["echo 3 passed\n# interlock:{}\\", "pytest -q \n# interlock:{}", "# eval 'pytest -q\n# interlock:{}"],
)
def test_a_ticket_is_for_its_own_command(ground: Ground, other: str) -> None:
    """Another command that carries the mark of one that never started runs as any command: nothing is recorded of
    it, and the ticket lies there for its own."""
    use_id = ground.ticket("pytest -q")
    ground.run(other.format(use_id), "")
    assert not ground.records("redeemed", "run_started")
    assert (ground.root / "tickets" / f"{use_id}.run").exists()
    ground.run("pytest -q", use_id)
    assert ground.records("redeemed")
