"""Which rules hold: those of the work's beginning and those of now, the stricter of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.gate.rules import Rules

from .ground import Ground, report

STRICT = 'required = ["pytest -q"]\nclaims = ["coverage"]\nclean_tree = true\nneutral = ["*.md"]'


@pytest.mark.parametrize("later", [None, "required = []", 'neutral = ["*"]\nrequired = ["true"]'])
def test_rules_that_vanish_or_weaken_hold_on(ground: Ground, later: str | None) -> None:
    """An older commit checked out, an edited or a removed config: what was asked at the start is asked."""
    ground.config(STRICT)
    ground.start()
    ground.commit()
    ground.edit("src/a.py", "a = 2\n")
    if later is None:
        (ground.repo / ".claude/interlock.toml").unlink()
    else:
        ground.config(later)
    missing = "\n".join(ground.check(report(unit="n/a")).missing)
    assert "`pytest -q` has not run" in missing
    assert "has no `coverage`" in missing
    assert "not committed: src/a.py" in missing
    assert "`pytest -q`" in ground.stop(report(unit="n/a"))


def test_what_is_asked_now_is_asked_too(ground: Ground) -> None:
    """A config that came, or grew, while the work went on counts as well."""
    ground.config("required = []")
    ground.start()
    ground.commit()
    ground.config('required = ["pytest -q", "mypy"]')
    missing = "\n".join(ground.check(report(unit="n/a")).missing)
    assert "`pytest -q` has not run" in missing and "`mypy` has not run" in missing


def test_the_marks_of_the_start_are_the_marks(ground: Ground) -> None:
    """The pattern of the beginning names the commit, whatever the config says now."""
    ground.start()
    ground.config('required = ["pytest -q"]\npattern = "x-{issue}"')
    made = ground.commit("bd-12: work")
    assert ground.check().commit == made


@pytest.mark.parametrize("how", ["command", "late"])
def test_however_the_issue_came(ground: Ground, tmp_path: Path, how: str) -> None:
    """The same for an issue by command, and for a subagent's that only its transcript names."""
    by = "alpha/sub1" if how == "late" else "alpha"
    ground.hook("SessionStart", source="startup")
    transcript = tmp_path / "agent-sub1.jsonl"
    transcript.write_text(json.dumps({"message": {"role": "user", "content": "x\nISSUE: 12"}}) + "\n")
    if how == "late":
        ground.hook("SubagentStart", by)
    else:
        ground.interlock("issue", "start", "12", by="alpha")
    ground.edit("src/b.py", "b = 1\n", by=by)
    (ground.repo / ".claude/interlock.toml").unlink()
    said = ground.stop("done", by, agent_transcript_path=str(transcript))
    assert "`pytest -q`" in said


RULES = st.builds(
    Rules,
    required=st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple),
    neutral=st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(tuple),
    clean_tree=st.booleans(), full_rerun=st.booleans(), every_owner=st.booleans(),
    claims=st.lists(st.sampled_from(["k", "l"]), unique=True).map(tuple),
)  # fmt: skip


@given(RULES, RULES)
def test_the_stricter_of_two_is_as_strict_as_each(then: Rules, now: Rules) -> None:
    """Nothing that one asks is lost, nothing that one forbids is allowed; and nothing is made up."""
    both = now.with_those_of(then)
    assert set(both.required) == {*then.required, *now.required}
    assert set(both.claims) == {*then.claims, *now.claims}
    assert set(both.neutral) == set(then.neutral) & set(now.neutral)
    for flag in ("clean_tree", "full_rerun", "every_owner"):
        assert getattr(both, flag) == (getattr(then, flag) or getattr(now, flag))
    assert now.with_those_of(now) == now


@pytest.mark.parametrize("said", [None, 3, [], {}, {"required": 3, "neutral": [1], "clean_tree": "yes"}])
def test_rules_in_a_log_that_are_none(said: object) -> None:
    """What is no set of rules in a record adds nothing and breaks nothing."""
    noted = Rules.noted(said)
    assert noted is None or Rules().with_those_of(noted).required == ()
