"""The wrapper: a command can't tell that it is there, and the mutex is held as long as it or its children live."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from interlock.doors import clock, runlock
from interlock.leases.records import lease_values
from interlock.words.lease import Granted, Held

from .ground import ALPHA, BETA, GO, Ground, kill, until

SHOW = (
    "pwd; umask; ulimit -a; env | sort | grep -v -e ^_= -e ^SHLVL=; grep ^SigBlk /proc/self/status; cat;"
    " ps -o pgid=,sid=,tty= -p $$ | tr -d '0-9 '; ls -l /proc/$$/fd > fds;"
    " grep -v ' [12][0-9]* ->' fds | awk '{print $9}'"
)
"""Folder, umask, limits, environment, group, session, terminal, signals, input and open files of the command."""


def test_as_without(ground: Ground) -> None:
    """Folder, umask, limits, environment, process group, signals, input and open files are the same."""
    with_it = ground.run(SHOW, input=b"fed\n")
    without = ground.run(SHOW, "", input=b"fed\n")
    assert with_it.stdout == without.stdout and b"fed" in with_it.stdout
    said = [line for line in with_it.stderr.splitlines() if not line.startswith(b"Interlock: ")]
    assert said == without.stderr.splitlines() == []
    assert ground.records("redeemed"), "it went through the wrapper"


@pytest.mark.parametrize("ignored", [(), (signal.SIGPIPE,), (signal.SIGHUP, signal.SIGINT)])
def test_ignored_signals(ground: Ground, ignored: tuple[signal.Signals, ...]) -> None:
    """What the client has the command ignore it ignores, and nothing else."""

    def ignore() -> None:
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

    show = "grep ^SigIgn /proc/self/status | tail -c 8"  # those above 28 are the C library's own
    with_it = ground.run(show, preexec_fn=ignore, restore_signals=False)
    assert with_it.stdout == ground.run(show, "", preexec_fn=ignore, restore_signals=False).stdout


def test_locale(ground: Ground) -> None:
    """Python sets LC_CTYPE in the C locale; the command does not see that, but its own."""
    for env in ({}, {"LC_CTYPE": "C"}, {"LC_CTYPE": ""}, {"LANG": "C", "LC_ALL": "C"}):
        bare = {name: value for name, value in ground.environ.items() if name != "LANG"}
        got = ground.run("env | grep -a ^LC_ || echo none", env={**bare, **env})
        assert got.stdout == ground.run("env | grep -a ^LC_ || echo none", "", env={**bare, **env}).stdout


@pytest.mark.parametrize("code", [0, 1, 2, 3, 126, 127, 130, 255])
def test_exit_codes(ground: Ground, code: int) -> None:
    """The exit code is the command's own."""
    assert ground.run(f"exit {code}").returncode == code


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGHUP])
def test_death_by_a_signal(ground: Ground, number: signal.Signals) -> None:
    """A command that a signal ended has the client see that very end."""
    assert ground.run(f"kill -{int(number)} $$").returncode == -number


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_go_on(ground: Ground, number: signal.Signals) -> None:
    """A signal to the wrapper reaches the command, which may go on."""
    command = f"trap 'touch got; exit 7' {number.name}; touch ready; {GO}"
    process = ground.start(command)
    until((ground.repo / "ready").exists)
    kill(process.pid, number)
    assert process.wait(10) == 7 and (ground.repo / "got").exists()


def test_stop_and_continue(ground: Ground) -> None:
    """A command that is stopped has its starter see a stop, and goes on with it."""
    process = ground.start("echo $$ > pid; kill -STOP $$; touch went-on; exit 4")
    pid, status = os.waitpid(process.pid, os.WUNTRACED)
    assert pid and os.WIFSTOPPED(status) and not (ground.repo / "went-on").exists()
    kill(process.pid, signal.SIGCONT)
    assert process.wait(10) == 4 and (ground.repo / "went-on").exists()


def test_held_while_it_runs(ground: Ground) -> None:
    """Another's hook is refused while it runs, and served right after its end; the ticket is gone."""
    process = ground.start(f"touch ready; {GO}")
    until((ground.repo / "ready").exists)
    assert isinstance(ground.ask("other", BETA), Held)
    (ground.repo / "go").touch()
    assert process.wait(10) == 0
    assert isinstance(ground.ask("other", BETA), Granted)
    assert list((ground.root / "tickets").iterdir()) == []


def test_the_wrapper_killed(ground: Ground) -> None:
    """With the wrapper killed -9 the command goes on, and holds the mutex until it ends."""
    process = ground.start(f"echo $$ > pid; touch ready; {GO}")
    until((ground.repo / "ready").exists)
    kill(process.pid)
    process.wait()
    assert isinstance(ground.ask("other", BETA), Held) and not ground.idle()
    (ground.repo / "go").touch()
    until(ground.idle)
    assert isinstance(ground.ask("other", BETA), Granted)


def test_everything_killed(ground: Ground) -> None:
    """With the whole group killed -9 the mutex is free at once."""
    process = ground.start("touch ready; sleep 60")
    until((ground.repo / "ready").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(ground.idle, 2)
    assert isinstance(ground.ask("other", BETA), Granted)


def test_a_grandchild_in_the_background(ground: Ground) -> None:
    """What the command left running holds the mutex after its end; the client got its end at once."""
    began = time.monotonic()
    done = ground.run(f"(touch ready; {GO}) > /dev/null 2>&1 & exit 5")
    assert done.returncode == 5 and time.monotonic() - began < 5
    until((ground.repo / "ready").exists)
    assert isinstance(ground.ask("other", BETA), Held)
    (ground.repo / "go").touch()
    until(ground.idle)
    assert isinstance(ground.ask("other", BETA), Granted)


def test_the_mutex_is_the_programs(ground: Ground) -> None:
    """The lock is held by the processes, not by the path: with the wrapper gone and the file's lock asked for by
    flock(1), the kernel says no."""
    process = ground.start("touch ready; exec sleep 60")
    until((ground.repo / "ready").exists)
    kill(process.pid)
    (path,) = (ground.root / "runs").glob("*.lock")
    assert subprocess.run(["flock", "-n", path, "true"]).returncode == 1
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: subprocess.run(["flock", "-n", path, "true"]).returncode == 0)


def test_a_ticket_is_redeemed_once(ground: Ground) -> None:
    """The same string started again, or by the command itself, runs as any command."""
    use_id = ground.ticket("")
    again = " ".join(ground.argv("true", use_id)[:1])
    assert ground.run(f"{again} 'echo inner'", use_id).stdout == b"inner\n"
    assert ground.run("echo again", use_id).stdout == b"again\n"
    assert len(ground.records("redeemed")) == 1


def test_a_late_ticket_waits(ground: Ground) -> None:
    """A command whose mutex lapsed meanwhile (its permission was asked for long) waits for its turn again."""
    use_id = ground.ticket("")
    lease = ground.leases()[0]
    with ground.store.transaction() as tx:
        tx.run("lease_drop", key=lease.resource.key, fence=lease.fence)
    first = ground.start(f"touch ready; {GO}; date +%s%N > first")
    until((ground.repo / "ready").exists)
    late = ground.start("date +%s%N > late", use_id, stderr=subprocess.PIPE)
    until(lambda: ground.records("queued"))
    (ground.repo / "go").touch()
    _, said = late.communicate(timeout=20)
    assert (first.wait(10), late.returncode) == (0, 0)
    assert int((ground.repo / "first").read_text()) < int((ground.repo / "late").read_text())
    assert b"waiting, number 1 in the queue" in said


@pytest.mark.parametrize("broken", ["state", "package", "ticket", "lock"])
def test_whatever_is_broken_it_runs(ground: Ground, broken: str) -> None:
    """With the state unreadable, the wrapper's code gone, the ticket torn or no lock to be had, the command runs
    all the same, once, with its own exit code."""
    use_id = ground.ticket("")
    if broken == "state":
        (ground.root / "leases.db").write_bytes(b"not a database" * 100)
    elif broken == "package":
        text = Path(ground.program).read_text()
        Path(ground.program).write_text(text.replace("from interlock.runs.wrapper", "from interlock.nowhere"))
    elif broken == "ticket":
        (ground.root / "tickets" / f"{use_id}.run").write_text("{")
    else:
        (ground.root / "runs").mkdir(exist_ok=True)
        for path in (ground.root / "runs").iterdir():
            path.unlink()
        (ground.root / "runs").rmdir()
        (ground.root / "runs").write_text("in the way")
    done = ground.run("echo ran >> ran; echo out; exit 9", use_id)
    assert (done.returncode, done.stdout) == (9, b"out\n")
    assert (ground.repo / "ran").read_text() == "ran\n"


def test_without_the_interpreter(ground: Ground) -> None:
    """With the Python gone that it was installed with, the command runs as it did before."""
    text = Path(ground.program).read_text()
    import sys

    Path(ground.program).write_text(text.replace(sys.executable, "/nowhere/python3"))
    assert ground.run("echo out; exit 9").returncode == 9


def test_how_long_it_took_is_kept(ground: Ground) -> None:
    """The next who waits can be told: the median of the last five of that name."""
    from interlock.doors import runtook

    for _ in range(2):
        ground.run("sleep 0.1")
    took = runtook.lately(str(ground.root), str(ground.repo), "pytest")
    assert took is not None and 0.1 <= took < 5
    assert runtook.lately(str(ground.root), str(ground.repo), "mypy") is None


def test_contained_inside(ground: Ground) -> None:
    """A command with both tickets runs contained under the mutex: it can't write what somebody holds, and what is
    recorded of it stands outside."""
    from interlock.doors import contain

    if why := contain.able(str(ground.root)):
        pytest.skip(why)
    held = ground.repo / "held.txt"
    held.write_text("held\n")
    use_id = ground.ticket("")
    contain.leave(str(ground.root), use_id, [str(held)])
    done = ground.run("echo x >> held.txt; echo $?", use_id)
    assert done.stdout == b"1\n" and held.read_text() == "held\n"
    assert contain.take_back(str(ground.root), use_id) == contain.RAN
    assert ground.records("redeemed") and ground.records("run_ended")


def test_shown_while_it_runs(ground: Ground) -> None:
    """`interlock status` shows the run as held for as long as it goes on, and lapsed when it was killed."""
    import json

    def standing() -> list[str]:
        out, _ = ground.typed("status", "--json", "--all").communicate(timeout=20)
        owners = json.loads(out)["owners"]
        return [one["standing"] for owner in owners for one in owner["holds"] if one["path"] == ground.mutex.key]

    process = ground.start("touch ready; sleep 60")
    until((ground.repo / "ready").exists)
    assert standing() == ["live"]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(ground.idle)
    assert standing() == ["lapsed"]


def test_reused(ground: Ground) -> None:
    """With `reuse = true` a run that passed on the same tree is not run again: its output and exit code are
    given, it is told that they were, and the mutex is free at once."""
    (ground.repo / ".claude").mkdir()
    (ground.repo / ".claude" / "interlock.toml").write_text("reuse = true\n")
    tools = ground.base / "tools"
    tools.mkdir()
    (tools / "checks").write_text(f"#!/bin/sh\necho x >> {ground.base}/ran\necho all is well\n")
    (tools / "checks").chmod(0o755)
    ground.environ["PATH"] += f":{tools}"
    outs = []
    for number in range(2):
        use_id = f"toolu_{number}"
        got = ground.ask(use_id)
        assert isinstance(got, Granted)
        ground.leave(use_id, "checks", ALPHA, got.leases, "checks")
        outs.append(ground.run("checks", use_id))
    assert [done.returncode for done in outs] == [0, 0]
    assert [done.stdout for done in outs] == [b"all is well\n"] * 2
    assert (ground.base / "ran").read_text() == "x\n", "it ran once"
    assert b"Interlock: " in outs[1].stderr and ground.records("run_reused")
    assert ground.leases() == [] and list((ground.root / "tickets").iterdir()) == []


def test_a_server_does_not_hold_it(ground: Ground) -> None:
    """What a tool that is known to leave a server leaves running does not hold the mutex; while the tool itself
    runs, the mutex is held."""
    got = ground.ask("toolu_1")
    assert isinstance(got, Granted)
    command = f"(sleep 60 > /dev/null 2>&1 &); touch ready; {GO}"
    ground.leave("toolu_1", command, ALPHA, got.leases, "dmypy")
    process = ground.start(command, "toolu_1")
    until((ground.repo / "ready").exists)
    assert isinstance(ground.ask("other", BETA), Held)
    (ground.repo / "go").touch()
    assert process.wait(10) == 0
    assert ground.idle() and isinstance(ground.ask("other", BETA), Granted)
    os.killpg(process.pid, signal.SIGKILL)


def test_it_waits_for_who_has_the_lock_without_a_lease(ground: Ground) -> None:
    """A process that has the kernel's lock and no lease is waited for however long that takes, the grant renewed,
    and named on standard error; the command never runs beside it."""
    use_id = ground.ticket("")
    (ground.root / "runs").mkdir(exist_ok=True)
    path = runlock.path(str(ground.root), ground.mutex.key)
    held = subprocess.Popen(["flock", path, "sleep", "60"], start_new_session=True)
    until(lambda: not ground.idle())
    (lease,) = ground.leases()
    with ground.store.transaction() as tx:
        tx.run("lease_put", **lease_values(lease.lasting(tx.now + 2)))
    process = ground.start("touch ran", use_id, stderr=subprocess.PIPE)
    time.sleep(4)
    assert process.poll() is None and not (ground.repo / "ran").exists()
    assert ground.leases()[0].until > clock.now() + 10
    os.killpg(held.pid, signal.SIGKILL)
    held.wait()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0 and (ground.repo / "ran").exists()
    assert re.search(rb"waiting: .*sleep \(process \d+\).* still has .*`kill \d+`", said), said


def test_what_it_left_running_is_named_at_its_end(ground: Ground) -> None:
    """The command's own end says which processes have the mutex still, and what to do about a server."""
    become = 'until [ "$(cat /proc/$pid/comm)" = sleep ]; do :; done'  # it bears the shell's name at first
    done = ground.run(f"sleep 60 > /dev/null 2>&1 & pid=$!; {become}")
    told = rb"Interlock: sleep \(process (\d+)\), left running .* the mutex tests: .*`kill (\d+)`"
    found = re.search(told, done.stderr)
    assert found and found[1] == found[2], done.stderr
    kill(int(found[1]))
    until(ground.idle)
    assert b"left running" not in ground.run("true").stderr


def test_an_interrupt_while_it_waits(ground: Ground) -> None:
    """Interrupted while it waits for its turn again, the command does not run, and nobody stands in the queue."""
    use_id = ground.ticket("")
    lease = ground.leases()[0]
    with ground.store.transaction() as tx:
        tx.run("lease_drop", key=lease.resource.key, fence=lease.fence)
    first = ground.start("touch ready; sleep 60")
    until((ground.repo / "ready").exists)
    late = ground.start("touch ran", use_id, stderr=subprocess.PIPE)
    until(lambda: ground.records("queued"))
    kill(late.pid, signal.SIGINT)
    _, said = late.communicate(timeout=20)
    assert late.returncode == -signal.SIGINT and b"Traceback" not in said
    assert not (ground.repo / "ran").exists()
    until(lambda: not ground.waiting())
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
