"""The doors to other programs and to git: bounded, nothing left behind, nothing of the repository's run."""

import os
import sys
import time
from pathlib import Path

import pytest

from interlock.doors.git import Git, git
from interlock.doors.spawn import find, folders, run
from interlock.words.faults import Unreadable

from .ground import GIT, Repo

SHELL = "/bin/sh"
ENV = {"PATH": "/usr/bin:/bin"}


def children() -> set[str]:
    """The pids of this process's children, zombies included."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture(autouse=True)
def _leaves_nothing() -> object:
    """No zombie and no open file stays after any of these tests."""
    before, open_before = children(), handles()
    yield
    assert children() == before
    assert handles() == open_before


def test_what_it_says_and_its_exit_code() -> None:
    """Output and exit code come back; standard error does not."""
    assert run([SHELL, "-c", "cat; echo no >&2; exit 3"], b"in", ENV, 5, 100) == (3, b"in")


def test_a_signal_is_a_negative_code() -> None:
    """A program that was killed is told from one that failed."""
    assert run([SHELL, "-c", "kill -9 $$"], b"", ENV, 5, 100)[0] == -9


def test_megabytes_both_ways() -> None:
    """Neither side waits for the other, whatever the pipes hold."""
    data = os.urandom(1 << 20) * 3
    assert run(["/bin/cat"], data, ENV, 20, 1 << 22) == (0, data)


def test_one_that_does_not_listen() -> None:
    """Input that nobody reads is no error."""
    assert run([SHELL, "-c", "exec <&-; echo done"], bytes(1 << 20), ENV, 5, 100) == (0, b"done\n")


@pytest.mark.parametrize(
    "script", ["sleep 60", "exec >&-; sleep 60", "sleep 60 & echo; wait", "trap '' TERM; sleep 60"]
)
def test_the_slow_are_killed(script: str) -> None:
    """One that is not done in time is gone, with what it started, whether it holds its output open or not."""
    began = time.monotonic()
    with pytest.raises(Unreadable, match="sh "):
        run([SHELL, "-c", f"{script} # {os.getpid()}"], b"", ENV, 0.2, 100)
    assert time.monotonic() - began < 2


def test_what_it_started_dies_too(tmp_path: Path) -> None:
    """A child of the killed program does not live on."""
    with pytest.raises(Unreadable):
        run([SHELL, "-c", f"sh -c 'echo $$ > {tmp_path}/pid; exec sleep 60'; true"], b"", ENV, 0.5, 100)
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":  # waits for whoever adopted it
            return
        time.sleep(0.02)
    pytest.fail("it still runs")


def test_the_talkative_are_killed() -> None:
    """Endless output ends at the limit."""
    began = time.monotonic()
    with pytest.raises(Unreadable, match="more than 1000 bytes"):
        run([SHELL, "-c", "while :; do echo yyyyyyyyyyyyyyyyyyyy; done"], b"", ENV, 10, 1000)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("words", [["/no/such"], ["/etc/passwd"], [SHELL, "a\0b"], [SHELL, "x" * (1 << 22)]])
def test_what_can_not_be_started(words: list[str]) -> None:
    """A missing program, one that is none, a NUL, a list too long: a sentence."""
    with pytest.raises(Unreadable, match="can't be started"):
        run(words, b"", ENV, 5, 100)


def test_ignored_signals_are_not_handed_on() -> None:
    """Python ignores SIGPIPE; the program does not."""
    script = "trap '' USR1; grep SigIgn /proc/self/status"
    mask = int(run([SHELL, "-c", script], b"", ENV, 5, 100)[1].split()[1], 16)
    assert not mask & (1 << 12), "SIGPIPE"


def test_without_standard_handles() -> None:
    """It works in a process whose standard handles are closed, where pipes get their numbers."""
    code = (
        "import os; [os.close(n) for n in (0, 1)];"
        "from interlock.doors.spawn import run;"
        "os._exit(7 if run(['/bin/cat'], b'in', {}, 5, 9) == (0, b'in') else 1)"
    )
    lib = str(Path(__file__).parents[2] / "lib")
    assert run([sys.executable, "-c", code], b"", {**ENV, "PYTHONPATH": lib}, 20, 100)[0] == 7


def test_programs_are_found_by_absolute_entries(tmp_path: Path) -> None:
    """Relative entries of PATH, and those inside the checkout, name no programs; links do not hide that."""
    inside = tmp_path / "repo" / "bin"
    inside.mkdir(parents=True)
    (inside / "git").write_text("#!/bin/sh\n")
    (inside / "git").chmod(0o755)
    (tmp_path / "link").symlink_to(inside)
    environ = {"PATH": f"bin:.::{inside}:{tmp_path}/link:/usr/bin"}
    assert folders(environ, str(tmp_path / "repo")) == ["/usr/bin"]
    assert find("git", environ, str(tmp_path / "repo")) == "/usr/bin/git"
    assert find("git", {"PATH": "bin"}) == ""


def test_git_without_git(tmp_path: Path) -> None:
    """No git on the PATH is a sentence."""
    with pytest.raises(Unreadable, match="not on the PATH"):
        git(["status"], str(tmp_path), 5, environ={})


def test_git_says_no(tmp_path: Path) -> None:
    """A refusal is a sentence with git's exit code."""
    with pytest.raises(Unreadable, match="exit code 128"):
        git(
            ["rev-parse", "HEAD"],
            str(tmp_path),
            5,
            environ=GIT | {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
        )


def test_no_time_left(tmp_path: Path) -> None:
    """Once the time for all questions is over none is asked."""
    asked = Git(str(tmp_path), 0.0, GIT)
    with pytest.raises(Unreadable, match="too long"):
        asked.ask("version")


def test_the_agents_git_variables_are_dropped(tmp_path: Path) -> None:
    """GIT_DIR and its like, which would lead elsewhere or trace into files, don't reach git."""
    repo = Repo(tmp_path / "repo")
    other = Repo(tmp_path / "other")
    bad = {
        "GIT_DIR": str(other.top / ".git"), "GIT_WORK_TREE": "/", "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_TRACE": str(tmp_path / "trace"), "GIT_TRACE2_EVENT": str(tmp_path / "trace2"),
        "GIT_EXEC_PATH": "/nowhere", "LD_PRELOAD": str(tmp_path / "x.so"),
    }  # fmt: skip
    assert git(["rev-parse", "--show-toplevel"], str(repo.top), 5, environ=GIT | bad) == f"{repo.top}\n".encode()
    assert not list(tmp_path.glob("trace*"))
