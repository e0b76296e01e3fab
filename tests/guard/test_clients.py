"""One session open in two clients: each is an owner of its own."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from interlock.doors import clock, process
from interlock.words.owner import Liveness

from .calls import Guard
from .conftest import Lock


class Clients:
    """Who is the client of the next call: 1 and 2 are processes that live until they are ended, 0 is unknown."""

    def __init__(self) -> None:
        self.running = [subprocess.Popen(["sleep", "300"]) for _ in range(2)]
        self.now = 1
        self.known = [Liveness()]
        for child in self.running:
            seen = process.stat(child.pid)
            assert seen is not None
            self.known.append(Liveness(child.pid, seen[2], clock.boot_id(), process.namespace()))

    def end(self, which: int) -> None:
        child = self.running[which - 1]
        child.kill()
        child.wait()

    def pid(self, which: int) -> int:
        return self.known[which].pid


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    found = Clients()
    monkeypatch.setattr(process, "client", lambda *_: found.known[found.now])
    yield found
    for which in (1, 2):
        found.end(which)


@pytest.fixture
def both(guard: Guard, clients: Clients) -> Clients:
    """The session alpha is open in both clients; the first began it."""
    for which, source in ((1, "startup"), (2, "resume")):
        clients.now = which
        guard.hook("SessionStart", source=source)
    return clients


def owner(record: dict[str, Any]) -> str:
    return str(record["owner"]).partition("|")[2]


def test_the_second_is_refused(guard: Guard, both: Clients) -> None:
    """What one client's agent holds, the other's is refused, and told by whom, in words that fit."""
    file = guard.file("a.py")
    both.now = 1
    assert guard.write(file) == ""
    both.now = 2
    said = guard.write(file)
    assert "held by your own session in another client since" in said
    assert "held by session alpha since" in guard.write(file, "beta")
    both.now = 1
    assert guard.write(file) == ""
    both.now = 2
    second = guard.file("b.py")
    assert guard.write(second) == ""
    assert f"held by session alpha in client {both.pid(2)} since" in guard.write(second, "beta")
    both.now = 1
    assert "held by your own session in another client since" in guard.write(second)


def test_its_stop_frees_its_own(guard: Guard, both: Clients) -> None:
    """Neither a turn's end nor the end of one client's session gives back what the other's agent holds."""
    mine, theirs = guard.file("a.py"), guard.file("b.py")
    both.now = 1
    guard.write(mine)
    both.now = 2
    guard.write(theirs)
    guard.hook("Stop")
    assert [r["path"] for r in guard.records("released")] == [str(theirs)]
    guard.write(theirs)
    both.now = 1
    guard.hook("SessionEnd", reason="exit")
    assert [r["path"] for r in guard.records("released")] == [str(theirs), str(mine)]
    assert "held by session alpha in client" in guard.write(theirs, "beta")


def test_its_subagents_are_its_own(guard: Guard, both: Clients) -> None:
    """A subagent belongs to the client it runs in: it ends with that one's session, and is told of its parent."""
    file, other = guard.file("a.py"), guard.file("b.py")
    guard.hook("SubagentStart", "alpha/sub1")
    assert guard.write(file, "alpha/sub1") == ""
    assert guard.write(other) == ""
    assert "held by your parent, session alpha" in guard.write(other, "alpha/sub1")
    both.now = 1
    assert "subagent coder sub1 of your own session in another client" in guard.write(file)
    guard.hook("SessionEnd", reason="exit")
    both.now = 2
    assert guard.records("released") == []
    guard.hook("SubagentStop", "alpha/sub1")
    assert [r["path"] for r in guard.records("released")] == [str(file)]


def test_a_subagents_hook_comes_first(guard: Guard, clients: Clients) -> None:
    """A client whose first hook is a subagent's has its own name from then on, for its main agent too."""
    guard.hook("SessionStart", source="startup")
    clients.now = 2
    guard.write(guard.file("a.py"), "alpha/sub1")
    mine = guard.file("b.py")
    guard.write(mine)
    clients.end(1)
    assert guard.write(mine) == ""
    assert {owner(r) for r in guard.records("granted")} == {
        f"alpha~{clients.pid(2)}|sub1",
        f"alpha~{clients.pid(2)}|main",
    }


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_a_name_once_given_stays(guard: Guard, both: Clients, end: str) -> None:
    """When the first client is gone, the second still is who it was and has what it held."""
    file = guard.file("a.py")
    guard.write(file)
    both.now = 1
    if end == "ended":
        guard.hook("SessionEnd", reason="exit")
    both.end(1)
    both.now = 2
    assert guard.write(file) == ""
    assert [owner(r) for r in guard.records("granted")] == [f"alpha~{both.pid(2)}|main"]


def test_a_session_resumed_after_its_end_is_itself(guard: Guard, clients: Clients) -> None:
    """A session that is taken up again when its client has ended or died goes on under its plain name."""
    file = guard.file("a.py")
    guard.hook("SessionStart", source="startup")
    guard.write(file)
    clients.end(1)
    clients.now = 2
    guard.hook("SessionStart", source="resume")
    assert guard.write(file) == ""
    assert {owner(r) for r in guard.records("granted")} == {"alpha|main"}


def test_who_is_not_known_is_the_only_one(guard: Guard, clients: Clients) -> None:
    """Where a hook can't tell its client, the session is one owner, as it was."""
    file = guard.file("a.py")
    guard.write(file)
    clients.now = 0
    assert guard.write(file) == ""
    assert {owner(r) for r in guard.records("granted")} == {"alpha|main"}


def test_it_goes_by_what_the_session_saw(guard: Guard, clients: Clients) -> None:
    """The second client's agent remembers the conversation: what it saw there and was changed since, by the first
    client's agent or before the second came, must be read again; what was not, need not."""
    changed, before, same = (guard.file(name) for name in ("a.py", "b.py", "c.py"))
    guard.hook("SessionStart", source="startup")
    for file in (changed, before, same):
        guard.read(file)
    guard.write(before, "beta", text="beta's\n")
    guard.hook("Stop", "beta")
    clients.now = 2
    guard.hook("SessionStart", source="resume")
    clients.now = 1
    guard.write(changed, text="the first's\n")
    guard.hook("Stop")
    clients.now = 2
    assert "changed by your own session in another client" in guard.write(changed)
    assert "changed by session beta" in guard.write(before)
    assert guard.write(same) == ""


def test_each_is_told_of_the_other(guard: Guard, both: Clients) -> None:
    """At its start the second client's agent is told that its session works elsewhere too."""
    both.now = 1
    guard.write(guard.file("a.py"))
    both.now = 2
    told = guard.hook("SessionStart", source="resume")["additionalContext"]
    assert "your own session in another client holds a.py" in told


def test_the_lock_command_follows(guard: Guard, lock: Lock, both: Clients) -> None:
    """`interlock lock` acts as the agent of the client whose command it runs in, marked or not."""
    assert lock("try", "a.py")[0] == 0
    both.now = 1
    assert lock("check", "a.py")[0] == 1
    assert lock("try", "a.py")[0] == 1
    both.now = 2
    guard.tool("PreToolUse", "Bash", "alpha/sub1", use="toolu_s", command="./script.sh")
    assert lock("try", "b.py")[0] == 0
    both.now = 1
    assert lock("try", "c.py")[0] == 0
    me = f"alpha~{both.pid(2)}"
    assert [owner(r) for r in guard.records("granted")] == [f"{me}|main", f"{me}|sub1", "alpha|main"]


def test_a_mark_is_good_in_either(
    guard: Guard, lock: Lock, both: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A marked command acts as the call's owner, under whichever name that goes."""
    guard.tool("PreToolUse", "Bash", "alpha/sub1", use="toolu_m", command="interlock lock try a.py")
    monkeypatch.setattr("interlock.faces.desk.marks", lambda _: ["toolu_m"])
    both.now = 0
    assert lock("try", "a.py")[0] == 0
    assert [owner(r) for r in guard.records("granted")] == [f"alpha~{both.pid(2)}|sub1"]


def test_two_clients_are_two_when_there_is_no_room(
    guard: Guard, both: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk, the session's other client is somebody else at work; alone, it is not."""
    from interlock.doors.store.embedded import Embedded
    from interlock.words.faults import StorageFull

    file = guard.file("a.py")

    def full(self: Embedded) -> None:
        raise StorageFull("Interlock's state folder can't be written (No space left on device).")

    monkeypatch.setattr(Embedded, "transaction", full)
    assert "Others are at work here" in guard.write(file)
    both.end(1)
    assert guard.write(file) == ""
