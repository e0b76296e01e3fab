"""What holders and writers are told: short, on one line each, with who, what, when and the next step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.guard.test_messages import PROJECT, paths, sound, texts

from interlock.guard import messages_breach

from .repo import Watched

names = st.sampled_from(["session 0f3c", "subagent coder-of-long-name a1b2c3d4… of session 0f3c9a7…", "p" * 60])
what = st.sampled_from(["changed", "gone", "new"])
WHEN = "23:59 (90 min ago)"


@given(path=paths, what=what, who=st.lists(names, max_size=5), command=texts, kept=st.booleans())
def test_the_holders(path: str, what: str, who: list[str], command: str, kept: bool) -> None:
    """The holder's has who, when and what to do, and names `interlock restore` only where that would work."""
    text = messages_breach.holder(path, PROJECT, what, who, command, WHEN, kept)
    sound(text)
    assert WHEN in text and (who[0] if who else "outside") in text
    assert ("interlock restore" in text) is (kept and what != "new")
    assert text.endswith("."), "not cut"


@given(path=paths, what=what, holder=names, command=texts, kept=st.booleans(), sure=st.booleans())
def test_the_writers(path: str, what: str, holder: str, command: str, kept: bool, sure: bool) -> None:
    """The writer's has the holder, when and what to do, and blames it only where nobody else could have."""
    text = messages_breach.writer(path, PROJECT, what, holder, command, WHEN, kept, sure)
    sound(text)
    assert holder in text and WHEN in text and "interlock lock wait" in text
    assert ("interlock restore" in text) is (kept and what != "new")
    assert ("perhaps" in text) is not sure
    assert text.endswith("."), "not cut"


def test_a_holder_that_is_not_told() -> None:
    """A person at a terminal has no hooks: it is not said that they have been told."""
    text = messages_breach.writer(
        "/p/a", PROJECT, "changed", "sam (a person at a terminal)", "x", WHEN, True, True, False
    )
    assert "told" not in text and "sam" in text


@given(path=paths, who=names)
def test_given_back(path: str, who: str) -> None:
    """The holder hears who gave its version back."""
    text = messages_breach.given_back(path, PROJECT, who)
    sound(text)
    assert who in text


@pytest.mark.parametrize("count", [1, 3, 4, 20])
def test_three_at_most(watched: Watched, count: int) -> None:
    """A call brings three sentences, says how many more there are and where, and then they are done with."""
    for number in range(count):
        watched.held(f"f{number}.py")
    told = watched.run("for f in f*.py; do echo x > $f; done")
    lines = told.split("\n")
    assert len(lines) == min(count, 3) + (count > 3)
    if count > 3:
        assert f"{count - 3} more" in lines[-1] and "interlock log --event breach" in lines[-1]
    assert watched.told("beta") == ""
    assert len(watched.told().split("\n")) == len(lines) and watched.told() == ""


def test_before_the_call_too(watched: Watched) -> None:
    """A holder hears of it at its next call, be it one that is about to happen; a refused one as well."""
    file = watched.held()
    watched.run("echo theirs > held.py")
    asked = watched.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="x")
    assert asked["permissionDecision"] == "deny", "it has not read what is there now"
    assert "interlock restore" in asked["additionalContext"]
