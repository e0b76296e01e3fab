"""`interlock run` and `interlock wait`, typed by a person, and within runs."""

import getpass
import signal
import subprocess
import sys
import time

from interlock.words.lease import Granted, Held
from interlock.words.owner import PERSON, Owner

from .ground import ALPHA, BETA, GO, Ground, kill, until

HOLD = f"touch ready; {GO}"


def hold(ground: Ground) -> "subprocess.Popen[bytes]":
    """A run of alpha's that goes on until ``go`` is there."""
    process = ground.start(HOLD)
    until((ground.repo / "ready").exists)
    return process


def test_a_persons_run(ground: Ground) -> None:
    """A person's command runs under the mutex, ends as it ends, and is recorded as the person's."""
    process = ground.typed("run", "--", "sh", "-c", "echo out; exit 6")
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (6, b"out\n")
    (started,) = ground.records("run_started")
    assert PERSON + getpass.getuser() in started["owner"]
    assert started["words"] == ["sh", "-c", "echo out; exit 6"]
    assert ground.leases() == []


def test_it_waits_its_turn(ground: Ground) -> None:
    """While another runs, it says for whom it waits, and begins after its end."""
    first = hold(ground)
    process = ground.typed("run", "sh", "-c", "date +%s%N > mine")
    until(lambda: ground.records("queued"))
    assert not (ground.repo / "mine").exists()
    ended = time.time_ns()
    (ground.repo / "go").touch()
    _, said = process.communicate(timeout=20)
    assert (first.wait(10), process.returncode) == (0, 0)
    assert int((ground.repo / "mine").read_text()) > ended
    assert b"waiting, number 1 in the queue: session alpha runs `pytest` since" in said


def test_an_interrupt_leaves_the_queue(ground: Ground) -> None:
    """Ctrl-C while it waits: nothing runs, and nobody stands in the queue any more."""
    first = hold(ground)
    process = ground.typed("run", "touch", "mine")
    until(lambda: ground.records("queued"))
    kill(process.pid, signal.SIGINT)
    assert process.wait(10) == 130
    (ground.repo / "go").touch()
    first.wait(10)
    until(lambda: not ground.waiting())
    assert not (ground.repo / "mine").exists()


def test_an_interrupt_leaves_ones_other_command_its_place(ground: Ground) -> None:
    """Two of one person's wait at one place: Ctrl-C of the one leaves it to the other, before who came later."""
    first = hold(ground)
    mine = [ground.typed("run", "touch", name) for name in ("one", "two")]
    until(lambda: ground.records("queued"))
    time.sleep(1.5)
    assert isinstance(ground.ask("later", BETA, queue=True), Held)
    kill(mine[0].pid, signal.SIGINT)
    assert mine[0].wait(10) == 130
    time.sleep(2.5)
    assert isinstance(found := ground.ask("later", BETA, queue=True), Held) and len(found.ahead) == 1
    (ground.repo / "go").touch()
    assert (first.wait(10), mine[1].wait(20)) == (0, 0)
    assert (ground.repo / "two").exists() and not (ground.repo / "one").exists()


def test_within_a_run(ground: Ground) -> None:
    """Inside a run it just runs, also where a program in between closed the files that it was not told of; it is
    no second run."""
    shut = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:], close_fds=True))"
    words = ["sh", "-c", f"'{sys.executable}' -c '{shut}' '{sys.executable}' -m interlock run -- echo inner"]
    process = ground.typed("run", "--", *words)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, b"inner\n"), errors
    assert len(ground.records("run_started")) == 1


def test_a_lie_about_being_within(ground: Ground) -> None:
    """Having the lock's file open is not having the lock: such a process waits like everybody."""
    first = hold(ground)
    (path,) = (ground.root / "runs").glob("*.lock")
    with path.open("rb") as file:
        process = ground.typed("run", "touch", "mine", pass_fds=(file.fileno(),))
        until(lambda: ground.records("queued"))
    (ground.repo / "go").touch()
    assert process.wait(20) == 0
    first.wait(10)


def test_an_unknown_program(ground: Ground) -> None:
    """What is no program ends with 127, and nothing at all with usage; neither takes the mutex."""
    assert ground.typed("run", "--", "no-such-program").wait(20) == 127
    assert ground.typed("run").wait(20) == 2
    assert not (ground.root / "audit.jsonl").exists() or not ground.records("granted")


def test_wait_for_a_free_one(ground: Ground) -> None:
    """Free: exit 0 at once, and the place is kept against who comes later."""
    process = ground.typed("wait", "tests")
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0 and b"your turn" in out
    assert isinstance(ground.ask("other", BETA), Held)


def test_wait_until_it_ends(ground: Ground) -> None:
    """Held: it says who runs what, and ends with 0 when the turn has come."""
    first = hold(ground)
    process = ground.typed("wait", "tests")
    until(lambda: ground.records("queued"))
    (ground.repo / "go").touch()
    out, said = process.communicate(timeout=20)
    assert first.wait(10) == 0 and process.returncode == 0
    assert b"session alpha runs `pytest` since" in said and b"your turn" in out


def test_wait_in_vain(ground: Ground) -> None:
    """Held longer than it waits: exit 1, the place kept."""
    first = hold(ground)
    process = ground.typed("wait", "tests", "--timeout", "0.3")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1 and b"number 1 in the queue" in said
    (ground.repo / "go").touch()
    first.wait(10)
    assert isinstance(ground.ask("other", BETA), Held), "who waits is first"
    me = Owner(ground.records("queued")[0]["owner"].split("|")[0], PERSON + getpass.getuser())
    assert isinstance(ground.ask("mine", me), Granted)


def test_names_that_fake_a_run(ground: Ground) -> None:
    """A lock on a name can't be that of a run, nor can one wait for such a name."""
    for words in (("lock", "try", ground.mutex.key), ("wait", "tests@/x"), ("lock", "release", ground.mutex.key)):
        process = ground.typed(*words)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 2 and b"@/" in said, said


def test_what_a_run_left_running_is_named(ground: Ground) -> None:
    """Held by what an ended command left running: the process is named to who waits."""
    left = ground.run(f"(touch ready; {GO}) > /dev/null 2>&1 & true")
    assert left.returncode == 0
    until((ground.repo / "ready").exists)
    process = ground.typed("wait", "tests", "--timeout", "0.2")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 1 and b"still has it" in said and b"bash (process " in said, said
    assert b"end it if it is a server left behind: `kill " in said
    (ground.repo / "go").touch()
    until(ground.idle)
    assert isinstance(ground.ask("other", ALPHA), Held), "the place of who waited is kept"
