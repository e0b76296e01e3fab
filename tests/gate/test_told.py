"""What an agent is told at a blocked stop: short, exact, with the way out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interlock.gate.check import Verdict
from interlock.gate.history import Event
from interlock.gate.stopping import ROOM, TRIES, judge, told

LINES = st.lists(st.text(max_size=2000), min_size=1, max_size=60)


@given(LINES, st.from_regex(r"[a-z0-9]{0,64}", fullmatch=True), st.integers(0, TRIES))
def test_it_is_bounded_and_says_the_next_step(missing: list[str], issue: str, left: int) -> None:
    """At most 1,200 characters, whatever is missing; always with the way out, never a control character."""
    said = told(missing, issue, left)
    assert len(said) <= ROOM
    assert '"blocked"' in said and "handed over" in said
    assert all(sign.isprintable() or sign == "\n" for sign in said)


def test_short_lists_are_told_whole() -> None:
    """What fits is all there."""
    said = told(["no commit", "`pytest -q` has not run"], "12", 2)
    assert "\n- no commit\n- `pytest -q` has not run\n" in said and "2 more times" in said


def test_long_lists_say_how_many_more() -> None:
    """What does not fit is counted."""
    assert "more\n" in told(["x" * 300] * 20, "12", 1)


def check(commit: str, evidence: int, missing: list[str]) -> Event:
    facts: dict[str, object] = {"commit": commit, "evidence": evidence, "missing": missing}
    return Event(1, 0.0, "gate", "h|s|main", facts)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), max_size=12))
def test_no_agent_is_blocked_more_than_three_times(story: list[tuple[str, int]]) -> None:
    """Whatever it does between its stops, an agent that never meets the gate is blocked at most three times in one
    period, and never twice in a row without anything new."""
    checks: list[Event] = []
    for commit, seen in story:
        verdict = Verdict(False, ["x"], ["x"], commit, seen)
        outcome = judge(verdict, checks, "12")
        assert outcome.attempt == len(checks) + 1
        if checks and (checks[-1].text("commit"), checks[-1].facts["evidence"]) == (commit, seen):
            assert outcome.no_progress and not outcome.sentence
        if not outcome.sentence:
            assert outcome.reason
            return
        checks.append(check(commit, seen, ["x"]))
    assert len(checks) <= TRIES


def test_met_is_met() -> None:
    """A met gate has neither sentence nor reason, however often it was not met before."""
    outcome = judge(Verdict(True, [], []), [check("a", 1, ["x"])] * 3, "12")
    assert (outcome.sentence, outcome.reason, outcome.attempt) == ("", "", 4)
