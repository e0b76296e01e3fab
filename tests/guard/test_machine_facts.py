"""What the machine says: places, the content of files, and who is provably dead."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from interlock import system
from interlock.doors import clock, process
from interlock.doors.content import MISSING, Look, look
from interlock.doors.place import home, state_root
from interlock.words.owner import Liveness

# ---------------------------------------------------------------- places


@pytest.mark.parametrize("named", [None, "", " ", "/xdg/state", "/xdg/with space", "/xdg/é"])
@pytest.mark.parametrize(("platform", "kind"), [("linux", Unix), ("darwin", MacOS)])
def test_the_state_root_is_platformdirs(
    monkeypatch: pytest.MonkeyPatch, named: str | None, platform: str, kind: type[Unix | MacOS]
) -> None:
    """Guard and desk agree on the place, with and without XDG_STATE_HOME."""
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if named is not None:
        monkeypatch.setenv("XDG_STATE_HOME", named)
    assert state_root(platform=platform) == kind("interlock").user_state_dir
    assert state_root(dict(os.environ), platform) == kind("interlock").user_state_dir


def test_the_state_root_on_windows() -> None:
    """Under LocalAppData, author and name, as platformdirs has it."""
    assert state_root({"LOCALAPPDATA": "C:\\L"}, "win32") == "C:\\L\\interlock\\interlock"


def test_a_missing_home_is_the_accounts() -> None:
    """Without a usable HOME the account's own entry counts; a relative one is not usable."""
    import pwd

    account = pwd.getpwuid(os.getuid()).pw_dir
    assert home({}) == home({"HOME": ""}) == home({"HOME": "relative"}) == account
    assert home({"HOME": "/h"}) == "/h"


# ---------------------------------------------------------------- content

LATER = 60.0


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    """The same inode, size and ctime prove it unchanged: the digest that was known is taken over."""
    path = tmp_path / "f"
    path.write_text("one")
    first = look(str(path), time.time() + LATER)
    assert first.mark
    assert look(str(path), time.time() + LATER, first) is first
    known = Look("as known", first.mark)
    assert look(str(path), time.time() + LATER, known).digest == "as known"


def test_a_forged_mtime_hides_nothing(tmp_path: Path) -> None:
    """Other content of the same size under the old mtime is seen."""
    path = tmp_path / "f"
    path.write_text("one")
    os.utime(path, (1e9, 1e9))
    first = look(str(path), time.time() + LATER)
    time.sleep(0.02)  # the kernel's own clock of ctimes can't be passed in
    path.write_text("two")
    os.utime(path, (1e9, 1e9))
    second = look(str(path), time.time() + LATER, first)
    assert second.digest != first.digest
    path.write_text("one")
    assert look(str(path), time.time() + LATER, second).digest == first.digest


def test_a_fresh_change_proves_nothing(tmp_path: Path) -> None:
    """A look within a tick of the change can't vouch for the file: it has no mark, so the next look reads."""
    path = tmp_path / "f"
    path.write_text("one")
    changed = path.stat().st_ctime
    assert look(str(path), changed + 0.01).mark == ""
    assert look(str(path), changed - 0.01).mark == "", "nor with a clock that runs behind"
    assert look(str(path), changed + 0.2).mark
    racy = look(str(path), changed)
    assert look(str(path), changed, racy).digest == racy.digest


def test_replaced_by_rename_is_looked_at(tmp_path: Path) -> None:
    """Another inode under the name is another file, its content tells whether it differs."""
    path, other = tmp_path / "f", tmp_path / "g"
    path.write_text("one")
    first = look(str(path), time.time() + LATER)
    other.write_text("one")
    other.rename(path)
    second = look(str(path), time.time() + LATER, first)
    assert (second.digest, second.mark != first.mark) == (first.digest, True)


def test_what_is_no_file(tmp_path: Path) -> None:
    """Missing is a state of its own; pipes and folders are looked at without waiting."""
    assert look(str(tmp_path / "none"), 0.0) == Look(MISSING)
    os.mkfifo(tmp_path / "pipe")
    assert look(str(tmp_path / "pipe"), 0.0).digest.startswith("mark:")
    assert look(str(tmp_path), 0.0).digest.startswith("mark:")
    (tmp_path / "loop").symlink_to("loop")
    assert look(str(tmp_path / "loop"), 0.0).digest.startswith("unreadable:")


# ---------------------------------------------------------------- processes

BOOT = clock.boot_id()


def evidence(pid: int) -> Liveness:
    seen = process.stat(pid)
    assert seen is not None
    return Liveness(pid, seen[2], BOOT, process.namespace())


@pytest.fixture
def sleeper() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


def test_the_living_are_not_dead(sleeper: "subprocess.Popen[bytes]") -> None:
    """A running process is not dead; killed and reaped, it is."""
    who = evidence(sleeper.pid)
    assert not process.dead(who, BOOT)
    sleeper.kill()
    sleeper.wait()
    assert process.dead(who, BOOT)


def test_a_zombie_has_ended(sleeper: "subprocess.Popen[bytes]") -> None:
    """Killed but not reaped yet is dead already."""
    who = evidence(sleeper.pid)
    sleeper.kill()
    while (process.stat(sleeper.pid) or ("", 0, 0, "Z"))[3] != "Z":
        time.sleep(0.001)
    assert process.dead(who, BOOT)
    sleeper.wait()


def test_a_reused_pid_is_another_process() -> None:
    """The pid lives, but started at another time: the owner that was is dead."""
    me = evidence(os.getpid())
    assert not process.dead(me, BOOT)
    assert process.dead(Liveness(me.pid, me.started - 1, BOOT, me.pid_namespace), BOOT)


@pytest.mark.parametrize(
    "change", [{"pid": 0}, {"boot": "other"}, {"pid_namespace": "pid:[1]"}, {"pid_namespace": ""}]
)
def test_unknown_is_not_dead(change: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """No pid, another boot, another or no pid namespace prove nothing, though no such process is there."""
    gone = {"pid": 4_000_000, "started": 1, "boot": BOOT, "pid_namespace": process.namespace()}
    assert process.dead(Liveness(**gone), BOOT)  # type: ignore[arg-type]
    assert not process.dead(Liveness(**{**gone, **change}), BOOT)  # type: ignore[arg-type]
    monkeypatch.setattr(process, "namespace", lambda: "")
    assert not process.dead(Liveness(**{**gone, "pid_namespace": ""}), BOOT)  # type: ignore[arg-type]


def test_what_cannot_be_seen_is_not_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where /proc shows nothing and the process answers a signal, it lives."""
    me = evidence(os.getpid())
    monkeypatch.setattr(process, "stat", lambda pid: None)
    assert not process.dead(me, BOOT)


def test_a_name_with_brackets_is_read_right(tmp_path: Path) -> None:
    """A process may be called anything, `) Z 1 (` too."""
    child = subprocess.Popen(
        [sys.executable, "-c", "open('/proc/self/comm','w').write(') Z 1 (');print(flush=True);input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    seen = process.stat(child.pid)
    assert seen is not None
    assert (seen[0], seen[1], seen[3] in "RSD") == (") Z 1 (", os.getpid(), True)
    assert not process.dead(evidence(child.pid), BOOT)
    child.communicate(b"\n")


def test_the_client_is_found_among_the_ancestors() -> None:
    """CLAUDE_PID is believed only of an ancestor; without it the session in the environment tells."""
    parent = os.getppid()
    assert process.client(str(parent), "", BOOT).pid == parent
    assert process.client(str(os.getpid()), "", BOOT) == Liveness()
    for nonsense in ("", "x", "-1", "0", "1" * 40, "²"):
        assert process.client(nonsense, "", BOOT) == Liveness()
    assert process.client("", "no such session", BOOT).pid == parent


def test_a_client_that_was_just_killed_is_not_its_parent(
    sleeper: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook whose client is killed while it runs takes nobody else for the client: its owner would live as long
    as the terminal."""
    sleeper.kill()
    while (process.stat(sleeper.pid) or ("", 0, 0, "Z"))[3] != "Z":
        time.sleep(0.001)
    monkeypatch.setattr(system, "getppid", lambda: sleeper.pid)
    assert process.client("", "no such session", BOOT).pid in (0, sleeper.pid)
    sleeper.wait()


def test_what_is_gone_carries_nothing_that_can_be_told(sleeper: "subprocess.Popen[bytes]") -> None:
    """Of a process that is gone it is not known whether it carried the session: not "no", not "can't be seen"."""
    sleeper.kill()
    sleeper.wait()
    assert process.carries(sleeper.pid, "x") is None
