"""The wrapper's parts, in this process."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from interlock.doors import runlock, runticket
from interlock.faces import run as face
from interlock.faces.desk import Desk
from interlock.faces.main import main
from interlock.runs import job, turn, wrapper
from interlock.runs.child import Child
from interlock.runs.lock import Locks, inside
from interlock.runs.tee import Tee, _Passing
from interlock.words.lease import Circle, Granted, Held

from .ground import ALPHA, BETA, Ground, until


class Ended(BaseException):
    """Stands in for the end of the process; carries the wait status."""


@pytest.fixture
def desk(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A person's desk in the checkout; the signals' mask is put back afterwards."""
    monkeypatch.chdir(ground.repo)
    monkeypatch.delenv("CLAUDE_CODE_SESSION_ID", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(ground.base / "state"))
    monkeypatch.setenv("HOME", str(ground.home))

    def ended(status: int) -> None:
        raise Ended(status)

    monkeypatch.setattr(wrapper, "end_as", ended)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    handler = signal.getsignal(signal.SIGCHLD)
    yield Desk()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    signal.signal(signal.SIGCHLD, handler)


def test_a_ticket_carried_out(ground: Ground, desk: Desk) -> None:
    """Redeemed, run, watched and handed over; its wait status is the command's."""
    use_id = ground.ticket("echo out; exit 5")
    ticket = runticket.path(str(ground.root), use_id, "")
    string = ground.argv("echo out; exit 5", use_id)[1]
    with pytest.raises(Ended) as end:
        wrapper.redeemed(ticket, 0, ground.program, string)
    assert os.waitstatus_to_exitcode(end.value.args[0]) == 5
    assert ground.log(use_id) == b"out\n"
    assert ground.leases() == [] and len(ground.records("run_ended")) == 1


def test_a_typed_run(ground: Ground, desk: Desk) -> None:
    """`interlock run` takes the mutex in turn and runs its words; a program that is not there ends with 127."""
    with pytest.raises(Ended) as end:
        main(["run", "--", "sh", "-c", "exit 3"])
    assert os.waitstatus_to_exitcode(end.value.args[0]) == 3
    assert main(["run", "--", "no-such-program"]) == 127 and main(["run"]) == 2


def test_an_end_that_nobody_tells(ground: Ground, desk: Desk) -> None:
    """A child's end is found though another thread was given its signal."""
    child, done = Child(0), threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        child.listen()
        child.start(["/bin/sh", "-c", "exit 4"], [])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert os.waitstatus_to_exitcode(child.wait(lambda: None)) == 4
    finally:
        done.set()
        other.join()


def test_no_ticket_no_wrapper(ground: Ground, desk: Desk) -> None:
    """Without a ticket the wrapper does nothing: the caller goes on."""
    wrapper.redeemed(runticket.path(str(ground.root), "none", ""), 0, ground.program, "exit 0")
    assert not (ground.root / "runs").exists()


def test_a_program_that_is_gone(ground: Ground, desk: Desk) -> None:
    """A command that can't be started ends as the shell's would, and the mutex is free."""
    use_id = ground.ticket("")
    for program, code in (("/nowhere/program", 127), (str(ground.repo), 126)):
        asked = runticket.Ticket(use_id, "host|alpha|main", str(ground.repo), str(ground.repo), "", (), ())
        with pytest.raises(Ended) as end:
            wrapper.carry_out(desk, asked, [program])
        assert os.waitstatus_to_exitcode(end.value.args[0]) == code


def test_waiting_in_line(ground: Ground, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A job that waits says for whom, and has its leases when the one before gives back."""
    got = ground.ask("first", BETA)
    assert isinstance(got, Granted)
    asked = job.under(
        job.made("late", "host|alpha|main", (str(ground.repo), str(ground.repo)), "pytest", (), ""),
        ((ground.mutex.key, 0),),
    )

    def give() -> None:
        until(lambda: ground.records("queued"))
        first = job.under(asked, tuple((one.resource.key, one.fence) for one in got.leases))
        first.owner = BETA.id
        turn.hand_over(Desk(), first, Locks(str(ground.root), []), 1.0)

    thread = threading.Thread(target=give)
    thread.start()
    found, locks = turn.enter(desk, asked)
    thread.join()
    assert locks is not None and found.leases[0][1] > got.leases[0].fence
    assert "waiting, number 1 in the queue: session beta runs `pytest` since" in capsys.readouterr().err
    assert not ground.idle() and inside(str(ground.root), [ground.mutex.key])
    locks.close()
    assert ground.idle() and not inside(str(ground.root), [ground.mutex.key])


def test_a_circle_ends_the_wait(ground: Ground, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to give way, a job does not wait on, nor run beside the others; the sentence says what to do."""
    monkeypatch.setattr(turn, "acquire", lambda *_, **__: Circle((ALPHA, BETA), ALPHA))
    asked = job.made("late", ALPHA.id, (str(ground.repo), str(ground.repo)), "touch ran", (), "")
    asked = job.under(asked, ((ground.mutex.key, 0),))
    with pytest.raises(turn.GiveWay, match=r"session beta waits for what you hold.*release-all"):
        turn.stand_in_line(desk, asked)
    monkeypatch.setattr(os, "_exit", lambda code: (_ for _ in ()).throw(Ended(code)))
    with pytest.raises(Ended) as end:
        wrapper.carry_out(desk, asked, ["/usr/bin/touch", str(ground.repo / "ran")])
    assert end.value.args[0] == 75 and not (ground.repo / "ran").exists()


def test_wait_typed(ground: Ground, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """`interlock wait` ends with 1 while another has it, with 0 when it is one's turn, and knows its own run."""
    got = ground.ask("first", BETA)
    assert main(["wait", "tests", "--timeout", "0.1"]) == 1
    assert "session beta" in capsys.readouterr().err
    locks = Locks(str(ground.root), [ground.mutex.key])
    assert locks.take(1.0) and main(["wait", "tests"]) == 0
    assert "part of" in capsys.readouterr().err
    locks.close()
    assert isinstance(got, Granted)
    with ground.store.transaction() as tx:
        tx.run("lease_drop", key=ground.mutex.key, fence=got.leases[0].fence)
    assert main(["wait", "tests"]) == 0 and "your turn" in capsys.readouterr().out
    assert main(["wait", "a@/b"]) == 2


def test_locks_all_or_none(ground: Ground) -> None:
    """Of two locks of which one is had by another, none is kept."""
    root, keys = str(ground.root), ["mutex:a@/x", "mutex:b@/x"]
    first, both = Locks(root, keys[1:]), Locks(root, keys)
    assert first.take(0.1) and not both.take(0.05)
    assert runlock.idle(root, keys[0]) and not runlock.idle(root, keys[1])
    assert [pid for pid, _ in runlock.holders(root, keys[1])] == [os.getpid()]
    first.close()
    assert both.take(0.1) and len(both.handed_on()) == 2
    both.close()


def test_what_runs_are_known(desk: Desk) -> None:
    """The reader's name where it knows one, else the program's."""
    assert [run.name for run in face.known(desk, ["pytest", "-q"])] == ["pytest"]
    assert [(run.name, run.mutex) for run in face.known(desk, ["/bin/frob", "x"])] == [("frob", "tests")]


CHILD = """
import os
from interlock.runs.child import Child

child = Child(0)
child.listen()
script = "trap 'exit 8' TERM; kill -TERM $PPID; n=0; while [ $((n += 1)) -lt 3000 ]; do sleep 0.01; done"
child.start(["/bin/sh", "-c", script], [])
print(os.waitstatus_to_exitcode(child.wait(lambda: None)))
"""


def test_a_child() -> None:
    """Started and waited for, a signal to its starter passed on to it. The starter is a process of its own: of the
    threads of this one any might take the signal."""
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, timeout=40)
    assert (done.returncode, done.stdout) == (0, b"8\n"), done.stderr


def test_passing_on(tmp_path: Path) -> None:
    """What is printed goes on and stands in the log when it is asked for; a reader that has gone ends it."""
    import socket

    out, target = os.pipe()
    tee = Tee(tmp_path / "log")
    tee.add(target, (1,), is_socket=False)
    tee.add(target, (2,), is_socket=True)
    mine, its = socket.socketpair()
    passing = _Passing(tee, its)
    thread = threading.Thread(target=passing._pass_on)
    thread.start()
    writers = [stream[1] for stream in tee.streams]
    os.write(writers[0], b"one ")
    os.write(writers[1], b"two ")
    mine.send(b".")
    assert mine.recv(1) == b"."
    assert sorted((tmp_path / "log").read_bytes().split()) == [b"one", b"two"]
    assert sorted(os.read(out, 100).split()) == [b"one", b"two"]
    os.close(out)
    os.write(writers[0], b"nobody")
    os.close(writers[1])
    thread.join(10)
    assert not thread.is_alive() and not passing.open


def test_held_by_nobody_in_particular(ground: Ground, desk: Desk) -> None:
    """A place in the queue alone is told, too."""
    line = turn.waiting_for(desk, Held((), (BETA,), 2, 1), BETA, 0.0)
    assert "number 2 in the queue" in line and line.endswith("is next.")
