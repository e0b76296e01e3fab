"""What a command gets is what it would have got without a prefix: contained, and passed on."""

import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from .place import AS_IS, Place

ODD = {
    b"a.b": b"a name that is no shell name",
    b"BASH_FUNC_greet%%": b"() { echo hello; }",
    b"PERL5OPT": b"-Mno::such::module",
    b"PERL5LIB": b"/nowhere",
    b"PERL_UNICODE": b"SDA",
    b"PERL_BADLANG": b"",
    b"PERLIO": b":utf8",
    b"LC_ALL": b"xx_XX.UTF-8",
    b"BYTES": b"\xff\xfe\n'\"",
    b"EMPTY": b"",
    b"i": b"1",
    b"t": b"2",
    b"s": b"3",
    b"sh": b"4",
    b"ENV": b"/nowhere",
}
WAYS = ["passed on", "contained"]


def held(place: Place, way: str) -> list[Path]:
    return [place.file("held.txt")] if way == "contained" else []


def both(place: Place, way: str, command: str, **given: Any) -> tuple[Any, Any]:
    """(the command through the program, the command without it): each exit code, output and errors."""
    found = []
    for done in (place.run(command, *held(place, way), **given), place.directly(command, **given)):
        found.append((done.returncode, done.stdout, done.stderr))
    if way == "contained":
        assert place.outcome() == "ran"
    return found[0], found[1]


def environment(more: dict[bytes, bytes]) -> dict[bytes, bytes]:
    return {**{os.fsencode(k): os.fsencode(v) for k, v in AS_IS.items()}, **more}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("more", [ODD, {}], ids=["odd", "plain"])
def test_environment(place: Place, way: str, more: dict[bytes, bytes]) -> None:
    """Every variable arrives with its bytes, names that no shell could set among them, and none besides."""
    found, wanted = both(place, way, "env -0", env=environment(more))
    assert sorted(found[1].split(b"\0")) == sorted(wanted[1].split(b"\0"))
    assert b"perl" not in found[2]


@pytest.mark.parametrize("way", WAYS)
def test_startup_files_are_read_once(place: Place, way: str) -> None:
    """BASH_ENV is the command's shell's to read, and no other's."""
    begin = place.file("begin.sh", "echo begun >> log\n")
    place.run("true", *held(place, way), env={**AS_IS, "BASH_ENV": str(begin)})
    assert (place.folder / "log").read_text() == "begun\n"


STATE = {
    "identity": "id -u; id -g; id -ru; id -rg",
    "umask": "umask; touch made; stat -c %a made; rm made",
    "working directory": "pwd; pwd -P; echo $PWD; readlink /proc/self/cwd",
    "limits": "ulimit -a",
    "niceness": "nice; cat /proc/self/oom_score_adj",
    "signals": "grep -E '^Sig(Blk|Ign|Cgt)|^Shd' /proc/self/status",
    "rights": "grep -E '^(Cap(Inh|Amb)|NoNewPrivs|Seccomp)' /proc/self/status",
    "descriptors": "ls /proc/self/fd",
    "the shell": 'echo "$0 $- $BASH $# $SHLVL"; shopt; set -o',
    "command line": "tr '\\0' ' ' < /proc/$$/cmdline | wc -w",
    "files' facts": "stat -c '%U %G %s %D %i' . ..; ls -l",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", STATE)
def test_state(place: Place, way: str, what: str) -> None:
    """What the process is made of is the same as without the program."""
    file = place.file("held.txt")
    if what == "files' facts" and place.uid is not None:
        os.chown(place.base, place.uid, place.uid)
    found, wanted = both(place, way, STATE[what])
    if what == "command line":
        assert abs(int(found[1]) - int(wanted[1])) <= 3, "the mark alone"
    else:
        assert found == wanted
    assert file.read_text() == "held\n"


@pytest.mark.parametrize("way", WAYS)
def test_signals_that_were_ignored_or_blocked(place: Place, way: str) -> None:
    """A signal ignored before stays ignored, and one that was not does not become so."""

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])

    found, wanted = both(place, way, "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status", preexec_fn=ignore)
    assert found == wanted


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("code", [0, 1, 3, 126, 127, 255])
def test_exit_codes(place: Place, way: str, code: int) -> None:
    """The command's exit code is the process's."""
    assert place.run(f"exit {code}", *held(place, way)).returncode == code


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["TERM", "KILL", "SEGV", "INT", "PIPE", "FPE", "HUP"])
def test_death_by_signal(place: Place, way: str, name: str) -> None:
    """A command that dies of a signal is seen to die of it."""
    found, wanted = both(place, way, f"kill -{name} $$; sleep 5")
    assert found[0] == wanted[0] == -getattr(signal, f"SIG{name}")


@pytest.mark.parametrize("way", WAYS)
def test_no_parent_stays(place: Place, way: str) -> None:
    """The shell is the very process that the client started, in its group and session, its parent the client."""
    with place.start("echo $$ $PPID; ps -o pgid=,sid= -p $$", *held(place, way)) as process:
        group, session = os.getpgid(process.pid), os.getsid(process.pid)
        out, _ = process.communicate(timeout=60)
    assert out.split() == [str(n).encode() for n in (process.pid, os.getpid(), group, session)]


@pytest.mark.parametrize("way", WAYS)
def test_interrupt_of_the_group(place: Place, way: str) -> None:
    """Ctrl-C, which goes to the whole group, ends the command and what it started."""
    command = "trap 'echo trapped' TERM; echo on; sleep 60; echo no"
    with place.start(command, *held(place, way), start_new_session=True) as process:
        assert process.stdout is not None and process.stdout.readline() == b"on\n"
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (-signal.SIGINT, b"")
    deadline = time.monotonic() + 10
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.01)


@pytest.mark.parametrize("way", WAYS)
def test_standard_input(place: Place, way: str) -> None:
    """What is piped in arrives whole and is not read by anyone else."""
    data = os.urandom(300_000)
    assert place.run("cat", *held(place, way), input=data).stdout == data
    assert place.run("read x; echo $x; cat", *held(place, way), input=b"one\ntwo\n").stdout == b"one\ntwo\n"


@pytest.mark.parametrize("way", WAYS)
def test_terminal(place: Place, way: str) -> None:
    """A terminal stays the command's terminal."""
    outer, inner = pty.openpty()
    try:
        given = {"stdin": inner, "stdout": inner, "stderr": inner, "start_new_session": True}
        done = place.run("test -t 0 && test -t 1 && stty size && echo yes", *held(place, way), **given)
        assert done.returncode == 0
        assert b"yes" in os.read(outer, 4096)
    finally:
        os.close(outer)
        os.close(inner)


@pytest.mark.parametrize("way", WAYS)
def test_background(place: Place, way: str) -> None:
    """What a command leaves behind goes on after it, and does not hold it up."""
    begun = time.monotonic()
    done = place.run("(sleep 0.3; echo late > late.txt) > /dev/null 2>&1 & echo early", *held(place, way))
    assert done.stdout == b"early\n" and time.monotonic() - begun < 0.3
    deadline = time.monotonic() + 10
    while not (place.folder / "late.txt").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (place.folder / "late.txt").exists()


@pytest.mark.parametrize("way", WAYS)
def test_long_commands(place: Place, way: str) -> None:
    """A command near the system's limit for one argument arrives whole."""
    text = "x" * 120_000
    assert place.run(f"printf %s {text} | wc -c", *held(place, way)).stdout.strip() == b"120000"


@pytest.mark.parametrize("way", WAYS)
def test_a_working_directory_that_is_gone(place: Place, way: str) -> None:
    """A command started where the folder was removed runs as it would have."""
    gone = place.folder / "gone"
    gone.mkdir()
    place.give()
    wrapped = place.wrapped("echo on", place.ticket(*held(place, way)) if way == "contained" else "")
    script = 'cd "$1" && rmdir "$1" && exec "$2" "$3"'
    words = ["bash", "-c", script, "x", str(gone), place.program, wrapped]
    done = subprocess.run(words, env=AS_IS, capture_output=True, **place.user())
    assert done.stdout == b"on\n"


def test_a_thousand_held_files(place: Place) -> None:
    """A thousand held files are bound in well under a second, and none of them can be written."""
    files = [place.folder / f"d{n % 20}" / f"{n}.txt" for n in range(1000)]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text("held\n")
    place.give()
    place.run("true", files[0])
    begun = time.monotonic()
    done = place.run("for f in d*/*.txt; do echo x > $f; done 2>/dev/null; true", *files)
    assert done.returncode == 0 and time.monotonic() - begun < 1
    assert {file.read_text() for file in files} == {"held\n"}
