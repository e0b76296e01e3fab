"""Writing in turn: one session at a time (mode = sequential), and nobody beside a run (freeze = true)."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from interlock.doors import clock, runlock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.doors.store.transaction import Transaction
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.words.lease import Granted, Lease
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import run_mutex, writer

from .calls import Guard
from .conftest import Lock


@pytest.fixture
def turn(guard: Guard) -> Guard:
    """A guard in sequential mode that does not wait."""
    guard.config('mode = "sequential"\nwait = 0\n')
    return guard


def shell(guard: Guard, command: str, by: str = "beta", then: bool = False) -> str:
    """What the guard says against a command, "" for nothing; with ``then`` it ran."""
    asked = guard.tool("PreToolUse", "Bash", by, command=command)
    if asked.get("permissionDecision") == "deny":
        return str(asked["permissionDecisionReason"])
    if then:
        subprocess.run(command, shell=True, cwd=guard.repo, check=True)
    guard.tool("PostToolUse", "Bash", by, use=f"toolu_{guard.count}", command=command)
    return ""


def holders(guard: Guard) -> list[str]:
    """Whose the writer's mutex is, by session and agent, in the order it changed hands."""
    key = writer(str(guard.repo)).key
    return [r["owner"].partition("|")[2] for r in guard.records("granted") if r["key"] == key]


def test_one_session_writes(turn: Guard) -> None:
    """While one session's turn lasts, another's write to any file of the checkout is refused with who, since when,
    its place and the next step; with the Stop it is the other's turn."""
    assert turn.write(turn.file("a.py"), "alpha") == ""
    told = turn.write(turn.repo / "b.py", "beta")
    assert "one session writes here at a time" in told and "session alpha since" in told
    assert "number 1 in the queue" in told and "`interlock lock wait mutex:writer`" in told and len(told) <= 400
    assert turn.records("decision")[-1]["reason"] == "writer"
    assert turn.write(turn.file("c.py"), "alpha") == ""
    turn.hook("Stop", "alpha")
    assert turn.write(turn.repo / "b.py", "beta") == ""
    assert "session beta since" in turn.write(turn.repo / "a.py", "alpha")
    assert holders(turn) == ["alpha|main", "beta|main"]


def test_auto_mode_has_no_turns(guard: Guard) -> None:
    """Without the mode two sessions write side by side, and no such mutex is ever taken."""
    assert guard.write(guard.file("a.py"), "alpha") == guard.write(guard.file("b.py"), "beta") == ""
    assert holders(guard) == []


def test_it_is_one_checkout(turn: Guard, tmp_path: Path) -> None:
    """What lies in another checkout, or in none, has a turn of its own or needs none."""
    turn.write(turn.file("a.py"), "alpha")
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    assert turn.write(other / "x.py", "beta") == ""
    assert turn.write(tmp_path / "loose.txt", "beta") == ""
    assert "one session" in turn.write(other / "y.py", "alpha")


def test_a_folder_inside_that_is_a_checkout(turn: Guard) -> None:
    """A worktree below the project is apart from it."""
    tree = turn.repo / ".claude" / "worktrees" / "one"
    (tree / "deep").mkdir(parents=True)
    (tree / ".git").write_text("gitdir: /nowhere\n")
    turn.write(turn.file("a.py"), "alpha")
    assert turn.write(tree / "deep" / "x.py", "beta") == ""


def test_the_queue_is_fair(turn: Guard) -> None:
    """Who asked first comes first: a third is told who is next."""
    turn.write(turn.repo / "a.py", "alpha")
    turn.write(turn.repo / "b.py", "beta")
    turn.hook("Stop", "alpha")
    told = turn.write(turn.repo / "c.py", "gamma")
    assert "session beta is next in the queue" in told and "number 2" in told
    assert turn.write(turn.repo / "b.py", "beta") == ""


def test_the_wait_in_the_hook(turn: Guard) -> None:
    """A write waits for its turn as for a held file, and passes when it comes in time."""
    turn.config('mode = "sequential"\nwait = 5\n')
    turn.write(turn.file("a.py"), "alpha")
    threading.Timer(0.3, lambda: turn.hook("Stop", "alpha")).start()
    began = time.monotonic()
    assert turn.write(turn.repo / "b.py", "beta") == ""
    assert 0.2 < time.monotonic() - began < 4


@pytest.mark.parametrize(
    "command", ["echo x > new.py", "sed -i s/old/new/ b.py", "mkdir d && rm -rf d", "ruff format ."]
)
def test_shell_commands_take_turns(turn: Guard, command: str) -> None:
    """A command that is read to write in the checkout needs the turn too; one that reads does not."""
    turn.file("b.py")
    turn.write(turn.file("a.py"), "alpha")
    assert "one session writes" in shell(turn, command) or "also write" in shell(turn, command)
    assert shell(turn, "cat a.py b.py; grep -r x . > /tmp/found") == ""
    turn.hook("Stop", "alpha")
    assert shell(turn, command) == ""
    assert holders(turn)[-1] == "beta|main"


def test_a_shell_write_begins_a_turn(turn: Guard) -> None:
    """A lone session's command takes the turn: who comes then has to wait."""
    assert shell(turn, "echo x > a.py", "alpha", then=True) == ""
    assert "one session writes" in turn.write(turn.repo / "b.py", "beta")


def test_our_own_commit_is_no_writer(turn: Guard) -> None:
    """`interlock commit` needs no turn, and is no command that can't be read."""
    turn.config('mode = "sequential"\nwait = 0\nshell_unread = "deny"\n')
    turn.write(turn.file("a.py"), "alpha")
    assert shell(turn, "interlock commit -m 'fix' b.py && interlock mode") == ""


def test_git_that_changes_files(guard: Guard) -> None:
    """A git operation that changes files needs the turn; one that only stages does not."""
    from tests.git.ground import GIT

    (guard.repo / ".git").rmdir()
    guard.environ |= {name: GIT[name] for name in ("PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")}
    for words in ("init -q .", "add -A", "commit -qm x"):
        guard.file("a.py", "a\n") and guard.file("b.py", "b\n")
        subprocess.run(["git", *words.split()], cwd=guard.repo, env=GIT, check=True)
    guard.config('mode = "sequential"\nwait = 0\n')
    guard.file("b.py", "changed\n")
    guard.write(guard.repo / "a.py", "alpha")
    assert shell(guard, "git add b.py") == ""
    assert "one session writes" in shell(guard, "git restore b.py")


def test_the_sessions_agents_share_it(turn: Guard) -> None:
    """Parent and subagents write side by side: a parent waits for its subagent with the turn in hand."""
    assert turn.write(turn.repo / "a.py", "alpha") == ""
    assert turn.write(turn.repo / "b.py", "alpha/one") == ""
    assert turn.write(turn.repo / "c.py", "alpha/two") == ""
    assert "held by" in turn.write(turn.repo / "a.py", "alpha/one"), "a file is still one agent's"
    assert "one session" in turn.write(turn.repo / "d.py", "beta/one")
    assert holders(turn) == ["alpha|main"]


def test_it_goes_on_to_who_still_works(turn: Guard) -> None:
    """The main agent's Stop passes the turn to a subagent that holds files, its end back, the last frees it."""
    turn.write(turn.repo / "a.py", "alpha")
    turn.write(turn.repo / "b.py", "alpha/one")
    turn.hook("Stop", "alpha")
    assert "subagent coder one of session alpha" in turn.write(turn.repo / "c.py", "beta")
    turn.write(turn.repo / "a.py", "alpha")
    turn.hook("SubagentStop", "alpha/one")
    assert "session alpha since" in turn.write(turn.repo / "c.py", "beta")
    turn.hook("Stop", "alpha")
    assert turn.write(turn.repo / "c.py", "beta") == ""
    assert holders(turn) == ["alpha|main", "alpha|one", "alpha|main", "beta|main"]
    fences = [r["fence"] for r in turn.records("granted") if r["kind"] == "mutex"]
    assert fences == sorted(set(fences))


def test_clear_keeps_the_subagents_turn(turn: Guard) -> None:
    """After /clear the session's subagents may go on; with the session's end it is over for all."""
    turn.write(turn.file("a.py"), "alpha")
    turn.write(turn.file("b.py"), "alpha/one")
    turn.hook("SessionEnd", "alpha", reason="clear")
    assert "subagent coder one" in turn.write(turn.repo / "c.py", "beta")
    turn.hook("SessionEnd", "alpha", reason="exit")
    assert turn.write(turn.repo / "c.py", "beta") == ""


def test_the_step_that_is_named(turn: Guard, lock: Lock) -> None:
    """`interlock lock wait mutex:writer` waits for the turn and takes it; the other verbs know it too."""
    turn.write(turn.file("a.py"), "alpha")
    assert lock("holder", "mutex:writer")[0] == 0
    assert lock("check", "mutex:writer", by="alpha")[0] == 0
    assert lock("wait", "mutex:writer", "--timeout", "0", by="beta")[0] == 1
    turn.hook("Stop", "alpha")
    assert lock("wait", "mutex:writer", "--timeout", "0", by="beta")[0] == 0
    assert "session beta since" in turn.write(turn.repo / "b.py", "alpha")
    assert lock("release", "mutex:writer", by="beta")[0] == 0
    assert turn.write(turn.repo / "b.py", "alpha") == ""


def test_a_circle(turn: Guard) -> None:
    """Two that hold what the other waits for, turn and file, are told apart: neither waits for ever."""
    file = turn.file("b.py")
    turn.config("wait = 0\n")
    turn.write(file, "beta")
    turn.config('mode = "sequential"\nwait = 1.5\n')
    turn.write(turn.file("a.py"), "alpha")
    said: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda: said.update(alpha=turn.write(file, "alpha"))),
        threading.Thread(target=lambda: said.update(beta=turn.write(turn.repo / "c.py", "beta"))),
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.3)
    for thread in threads:
        thread.join(20)
    assert any("would never end" in text for text in said.values()), said


class Runs:
    """A run's mutex, held without a hook: as the wrapper of a run does."""

    def __init__(self, guard: Guard, by: str = "gamma", name: str = "tests") -> None:
        self.guard = guard
        self.owner = Owner("host", by)
        self.want = run_mutex(name, str(guard.repo))
        self.lease: Lease | None = None

    def transaction(self) -> Transaction:
        root = str(self.guard.root)
        prepare(root)
        return Embedded(root, AuditFile(root), clock.now, time.time, clock.boot_id()).transaction()

    def begin(self, seconds: float = 60.0) -> None:
        world = Evidence(clock.boot_id(), str(self.guard.root))
        with self.transaction() as tx:
            arrive(tx, self.owner, 900.0, Liveness())
            purpose = "toolu_run pytest -q"
            got = acquire(tx, world, self.owner, [self.want], Terms(), purpose, until=tx.now + seconds)
            assert isinstance(got, Granted)

    def end(self) -> None:
        with self.transaction() as tx:
            for row in tx.run("lease_of", owner=self.owner.id):
                tx.run("lease_drop", key=row[0], fence=row[6])


@pytest.fixture
def cold(guard: Guard) -> Guard:
    """A guard that freezes, and does not wait."""
    guard.config("freeze = true\nwait = 0\n")
    return guard


def test_writes_wait_while_a_run_goes_on(cold: Guard) -> None:
    """Another's write is refused, naming the run, whose it is and since when; when it is over it passes."""
    file = cold.file("a.py")
    run = Runs(cold)
    run.begin()
    told = cold.write(file, "beta")
    assert "freeze = true" in told and "session gamma runs `pytest -q` since" in told
    assert "`interlock wait tests`" in told and len(told) <= 400
    assert cold.records("decision")[-1]["reason"] == "frozen"
    assert "freeze = true" in shell(cold, "sed -i s/old/new/ a.py")
    assert shell(cold, "cat a.py") == ""
    run.end()
    assert cold.write(file, "beta") == ""


def test_its_owner_may_write(cold: Guard) -> None:
    """The run's own owner is not kept from writing; nor is anyone where the config does not say so."""
    file = cold.file("a.py")
    cold.write(file, "gamma")
    cold.hook("Stop", "gamma")
    run = Runs(cold)
    run.owner = Owner(cold.records("owner")[0]["owner"].split("|")[0], "gamma")
    run.begin()
    assert cold.write(file, "gamma") == ""
    cold.config("wait = 0\n")
    assert cold.write(cold.file("b.py"), "beta") == ""


def test_another_checkouts_run(cold: Guard, tmp_path: Path) -> None:
    """A run freezes its own checkout, no other place."""
    (tmp_path / "other" / ".git").mkdir(parents=True)
    Runs(cold).begin()
    assert cold.write(tmp_path / "other" / "x.py", "beta") == ""


def test_the_wait_for_a_run(cold: Guard) -> None:
    """A write waits in its hook, and passes within a moment of the run's end."""
    cold.config("freeze = true\nwait = 5\n")
    file = cold.file("a.py")
    run = Runs(cold)
    run.begin()
    threading.Timer(0.4, run.end).start()
    began = time.monotonic()
    assert cold.write(file, "beta") == ""
    assert 0.3 < time.monotonic() - began < 2


def test_the_kernels_lock_decides(cold: Guard) -> None:
    """A lease whose time has passed freezes as long as a process holds the kernel's lock, and no longer."""
    file = cold.file("a.py")
    run = Runs(cold)
    run.begin(seconds=0.01)
    time.sleep(0.05)
    assert cold.write(file, "beta") == ""
    run.begin(seconds=0.01)
    path = Path(runlock.path(str(cold.root), run.want.key))
    path.parent.mkdir(exist_ok=True)
    lock = FileLock(path)
    lock.acquire()
    time.sleep(0.05)
    assert "freeze = true" in cold.write(file, "beta")
    lock.release()
    assert cold.write(file, "beta") == ""


@pytest.mark.usefixtures("lock")
def test_a_real_run(cold: Guard) -> None:
    """While `interlock run` runs a command for a person, an agent's write is refused; killed with -9 it ends."""
    command = [sys.executable, "-m", "interlock", "run", "--", "sh", "-c", "touch begun; exec sleep 30"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    file = cold.file("a.py")
    running = subprocess.Popen(command, cwd=cold.repo, env=environ, start_new_session=True)
    try:
        end = time.monotonic() + 20
        while not (cold.repo / "begun").exists() and time.monotonic() < end:
            time.sleep(0.02)
        told = cold.write(file, "beta")
        assert "(a person at a terminal)" in told and "`sh -c" in told and "freeze = true" in told
        assert len(told) <= 400
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    cold.config("freeze = true\nwait = 5\n")
    assert cold.write(file, "beta") == ""


def test_nothing_is_loaded_where_neither_is_on(guard: Guard) -> None:
    """The module of turns costs the plain guard nothing."""
    sys.modules.pop("interlock.guard.turns", None)
    guard.write(guard.file("a.py"))
    shell(guard, "echo x > b.py")
    guard.hook("Stop")
    assert "interlock.guard.turns" not in sys.modules


AGENTS = ["alpha", "alpha/one", "alpha/two", "beta", "beta/one"]


@pytest.mark.parametrize("seed", range(15))
def test_any_order_of_coming_and_going(turn: Guard, seed: int) -> None:
    """Against a model of its own: a write passes just where no other session has the turn; the turn ends when its
    holder does and no other agent of the session has a file."""
    rand = random.Random(seed)
    turn.config('mode = "sequential"\nwait = 0\nplace = 0\n')
    has: dict[str, int] = dict.fromkeys(AGENTS, 0)
    holder = ""
    for step in range(40):
        agent = rand.choice(AGENTS)
        session = agent.partition("/")[0]
        if rand.random() < 0.6:
            free = not holder or holder.partition("/")[0] == session
            said = turn.write(turn.repo / f"{agent.replace('/', '-')}-{step}", agent)
            assert (said == "") == free, (step, agent, holder, said)
            holder = holder or agent
            has[agent] += free
            continue
        turn.hook("SubagentStop" if "/" in agent else "Stop", agent)
        has[agent] = 0
        if holder == agent:
            mates = [one for one in AGENTS if has[one] and one.partition("/")[0] == session]
            holder = mates[0] if mates else ""
            if len(mates) > 1:  # which of them has it shows in the log alone
                holder = holders(turn)[-1].replace("|main", "").replace("|", "/")
                assert holder in mates
