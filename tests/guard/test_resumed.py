"""Agents that ended and come back: they remember, so what was changed meanwhile is told."""

import pytest

from .calls import Guard
from .test_actor import died

ENDS: dict[str, list[tuple[str, str, dict[str, str]]]] = {
    "beta/sub1": [("SubagentStop", "beta/sub1", {}), ("SubagentStart", "beta/sub1", {})],
    "beta": [("SessionEnd", "beta", {"reason": "other"}), ("SessionStart", "beta", {"source": "resume"})],
}


def ends(guard: Guard, who: str) -> None:
    event, by, fields = ENDS[who][0]
    guard.hook(event, by, **fields)


def resumes(guard: Guard, who: str) -> None:
    event, by, fields = ENDS[who][1]
    guard.hook(event, by, **fields)


@pytest.mark.parametrize("who", sorted(ENDS))
def test_what_it_saw_was_changed_meanwhile(guard: Guard, who: str) -> None:
    """A file that it read or wrote before it ended, and another changed, must be read again."""
    read, wrote = guard.file("a.py"), guard.file("b.py")
    guard.read(read, who)
    guard.write(wrote, who)
    ends(guard, who)
    for file in (read, wrote):
        guard.read(file, "alpha")
        assert guard.write(file, "alpha", text="alpha's\n") == ""
    guard.hook("Stop", "alpha")
    resumes(guard, who)
    for file in (read, wrote):
        assert "changed by session alpha" in guard.write(file, who)
        guard.read(file, who)
        assert guard.write(file, who) == ""


@pytest.mark.parametrize("who", sorted(ENDS))
def test_what_is_as_it_left_it_passes(guard: Guard, who: str) -> None:
    """What nobody changed it may go on with at once."""
    file = guard.file("a.py")
    guard.read(file, who)
    ends(guard, who)
    resumes(guard, who)
    assert guard.write(file, who) == ""


@pytest.mark.parametrize("who", sorted(ENDS))
def test_it_came_when_it_first_came(guard: Guard, who: str) -> None:
    """A file that it never saw and that was written since it first came, before or after its end, must be read."""
    guard.write(guard.file("own.py"), who)
    before, after = guard.file("a.py"), guard.file("b.py")
    guard.write(before, "alpha")
    ends(guard, who)
    guard.write(after, "alpha")
    guard.hook("Stop", "alpha")
    resumes(guard, who)
    for file in (before, after):
        assert "changed by session alpha" in guard.write(file, who)


def test_a_killed_session_remembers_too(guard: Guard) -> None:
    """A session whose client was killed, and which was buried since, is told when it is resumed."""
    file = guard.file("a.py")
    guard.read(file, "beta")
    died(guard, "beta|main")
    guard.hook("SessionStart", "alpha", source="startup")
    assert guard.records("owner_dead")
    guard.write(file, "alpha")
    guard.hook("Stop", "alpha")
    resumes(guard, "beta")
    assert "changed by session alpha" in guard.write(file, "beta")


def test_a_cleared_session_begins_anew(guard: Guard) -> None:
    """/clear empties the agent's head: what it saw before is nothing that it goes by."""
    file = guard.file("a.py")
    guard.read(file, "beta")
    guard.write(file, "alpha")
    guard.hook("Stop", "alpha")
    guard.hook("SessionEnd", "beta", reason="clear")
    guard.hook("SessionStart", "beta", source="clear")
    assert guard.write(file, "beta") == ""
