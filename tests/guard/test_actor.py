"""Whose script it is that calls `interlock lock` without a mark: the one whose command runs now."""

import os
import subprocess
import sys

from interlock.doors import clock, process
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.leases.arrive import arrive
from interlock.words.owner import Liveness, Owner, part

from .calls import Guard
from .conftest import Lock


def holder(guard: Guard) -> str:
    """Who was granted something last."""
    return str(guard.records("granted")[-1]["owner"]).partition("|")[2]


def died(guard: Guard, name: str) -> None:
    """The client that the owner was last heard from has ended."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    seen = process.stat(child.pid)
    assert seen is not None
    child.communicate(b"\n")
    boot = clock.boot_id()
    who = Liveness(child.pid, seen[2], boot, process.namespace())
    session, _, agent = name.partition("|")
    owner = Owner(part(os.uname().nodename), session, agent)
    root = str(guard.root)
    with Embedded(root, AuditFile(root), clock.now, clock.wall, boot).transaction() as tx:
        arrive(tx, owner, 900.0, who)


def runs(guard: Guard, by: str, use: str) -> None:
    """A script of that agent begins."""
    assert guard.tool("PreToolUse", "Bash", by, use=use, command="./check.sh") == {}


def test_the_one_with_a_running_command(guard: Guard, lock: Lock) -> None:
    """A script is its agent's while its command runs, and the main agent's when nobody's does."""
    guard.hook("SubagentStart", "alpha/sub1")
    runs(guard, "alpha/sub1", "toolu_1")
    assert lock("try", "a.py")[0] == 0
    assert holder(guard) == "alpha|sub1"
    guard.tool("PostToolUse", "Bash", "alpha/sub1", use="toolu_1", command="./check.sh")
    assert lock("try", "b.py")[0] == 0
    assert holder(guard) == "alpha|main"


def test_two_with_running_commands(guard: Guard, lock: Lock) -> None:
    """Where two agents' commands run, nobody guesses whose script it is."""
    runs(guard, "alpha", "toolu_1")
    runs(guard, "alpha/sub1", "toolu_2")
    code, said = lock("try", "a.py")
    assert code == 2
    assert "Several agents of this session run commands now" in said


def test_a_refused_call_has_ended(guard: Guard, lock: Lock) -> None:
    """A command that was refused does not run: nothing is its agent's for it."""
    guard.write(guard.file("a.py"), "beta")
    said = guard.tool("PreToolUse", "Bash", "alpha/sub1", command="echo x > a.py")
    assert said["permissionDecision"] == "deny"
    runs(guard, "alpha", "toolu_1")
    assert lock("try", "b.py")[0] == 0
    assert holder(guard) == "alpha|main"


def test_a_refused_call_made_again_runs(guard: Guard, lock: Lock) -> None:
    """A call that comes again under its number, for something else, and passes, runs."""
    guard.write(guard.file("a.py"), "beta")
    guard.tool("PreToolUse", "Bash", "alpha/sub1", use="call_0", command="echo x > a.py")
    runs(guard, "alpha/sub1", "call_0")
    assert lock("try", "b.py")[0] == 0
    assert holder(guard) == "alpha|sub1"


def test_a_write_is_no_running_command(guard: Guard, lock: Lock) -> None:
    """A Write that waits for its permission runs no script."""
    guard.tool("PreToolUse", "Write", "alpha/sub1", file_path=str(guard.repo / "a.py"), content="")
    assert lock("try", "b.py")[0] == 0
    assert holder(guard) == "alpha|main"


def test_what_was_interrupted_ends_with_its_agent(guard: Guard, lock: Lock) -> None:
    """A command whose end nobody told ends when its agent does: subagent, main agent or session."""
    runs(guard, "alpha/sub1", "toolu_1")
    guard.hook("SubagentStop", "alpha/sub1")
    runs(guard, "alpha", "toolu_2")
    assert lock("try", "a.py")[0] == 0
    assert holder(guard) == "alpha|main"
    guard.hook("Stop", "alpha")
    runs(guard, "alpha/sub2", "toolu_3")
    assert lock("try", "b.py")[0] == 0
    assert holder(guard) == "alpha|sub2"
    guard.hook("SessionEnd", "alpha", reason="exit")
    runs(guard, "alpha/sub3", "toolu_4")
    assert lock("try", "c.py")[0] == 0
    assert holder(guard) == "alpha|sub3"


def test_a_killed_sessions_command_ends_with_its_next_start(guard: Guard, lock: Lock) -> None:
    """A session that is taken up again after its client was killed does not run what that one ran."""
    runs(guard, "alpha", "toolu_1")
    guard.hook("SessionStart", "alpha", source="resume")
    runs(guard, "alpha/sub1", "toolu_2")
    assert lock("try", "a.py")[0] == 0
    assert holder(guard) == "alpha|sub1"


def test_an_agent_that_comes_back_runs_nothing_old(guard: Guard, lock: Lock) -> None:
    """A subagent that is resumed does not run again what it was interrupted in."""
    runs(guard, "alpha/sub1", "toolu_1")
    guard.hook("SubagentStop", "alpha/sub1")
    guard.hook("SubagentStart", "alpha/sub1")
    assert lock("try", "a.py")[0] == 0
    assert holder(guard) == "alpha|main"


def test_a_dead_client_runs_nothing(guard: Guard, lock: Lock) -> None:
    """What a killed client's subagent was running is over, though nobody told."""
    runs(guard, "alpha/sub1", "toolu_1")
    died(guard, "alpha|sub1")
    assert lock("try", "a.py")[0] == 0
    assert holder(guard) == "alpha|main"
