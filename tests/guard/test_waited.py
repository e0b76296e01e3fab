"""A file that one had to wait for, and never saw: it is read before it is written."""

import threading

import pytest

from .calls import Guard
from .conftest import Lock

UNSEEN = "held by others while you waited for it, and you have not read it since"


def test_after_lock_wait(guard: Guard, lock: Lock) -> None:
    """Who got a file by `interlock lock wait` reads it before the first write, however often it tries."""
    file = guard.file("a.py")
    lock("try", "a.py", by="alpha")
    assert lock("wait", "a.py", "--timeout", "0.01", by="beta")[0] == 1
    guard.hook("Stop", "alpha")
    assert lock("wait", "a.py", by="beta")[0] == 0
    assert UNSEEN in guard.write(file, "beta")
    assert UNSEEN in guard.write(file, "beta")
    guard.read(file, "beta")
    assert guard.write(file, "beta") == ""


def test_after_a_wait_in_the_hook(guard: Guard) -> None:
    """The same where the write itself waited; nobody need have changed the file through a hook."""
    guard.config("wait = 20")
    file = guard.file("a.py")
    guard.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="")
    ending = threading.Timer(0.3, guard.hook, ("Stop", "alpha"))
    ending.start()
    said = guard.write(file, "beta")
    ending.join()
    assert UNSEEN in said


def test_after_a_refusal(guard: Guard) -> None:
    """Who comes back for its place in the queue has waited too."""
    file = guard.file("a.py")
    guard.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="")
    assert "number 1 in the queue" in guard.write(file, "beta")
    guard.hook("Stop", "alpha")
    assert UNSEEN in guard.write(file, "beta")


def test_who_changed_it_is_said(guard: Guard) -> None:
    """If it is known who changed it meanwhile, the sentence says who."""
    file = guard.file("a.py")
    guard.write(file, "alpha")
    guard.write(file, "beta")
    guard.hook("Stop", "alpha")
    assert "was changed by session alpha" in guard.write(file, "beta")


def test_what_it_saw_and_did_not_change_passes(guard: Guard) -> None:
    """A wait is no reason to read again what provably is as it was."""
    file = guard.file("a.py")
    guard.read(file, "beta")
    guard.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="")
    assert "held by" in guard.write(file, "beta")
    guard.hook("Stop", "alpha")
    assert guard.write(file, "beta") == ""


def test_what_is_not_there_passes(guard: Guard) -> None:
    """A file that the one before planned and never made can't be read."""
    file = guard.repo / "new.py"
    guard.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="")
    assert "held by" in guard.write(file, "beta")
    guard.hook("Stop", "alpha")
    assert guard.write(file, "beta") == ""


def test_a_folder_that_was_waited_for(guard: Guard, lock: Lock) -> None:
    """Who waited for a folder reads each file in it that it never saw."""
    (guard.repo / "src").mkdir()
    file = guard.file("src/a.py")
    lock("try", "src/a.py", by="alpha")
    lock("wait", "src", "--timeout", "0.01", by="beta")
    guard.hook("Stop", "alpha")
    assert lock("wait", "src", by="beta")[0] == 0
    assert UNSEEN in guard.write(file, "beta")
    guard.read(file, "beta")
    assert guard.write(file, "beta") == ""


def test_the_wait_is_over_with_the_lease(guard: Guard, lock: Lock) -> None:
    """Once given back and taken again freely, the file is like any other."""
    file = guard.file("a.py")
    guard.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="")
    guard.write(file, "beta")
    guard.hook("Stop", "alpha")
    assert UNSEEN in guard.write(file, "beta")
    guard.hook("Stop", "beta")
    assert guard.write(file, "beta") == ""


@pytest.mark.parametrize(("command", "passes"), [("echo x > a.py", False), ("echo x >> a.py", True)])
def test_a_shell_command_that_overwrites(guard: Guard, command: str, passes: bool) -> None:
    """A command that replaces a file unread is a write like any other; one that adds to it loses nothing."""
    file = guard.file("a.py")
    guard.write(guard.file("b.py"), "gamma")
    guard.tool("PreToolUse", "Write", "alpha", file_path=str(file), content="")
    guard.write(file, "beta")
    guard.hook("Stop", "alpha")
    said = guard.tool("PreToolUse", "Bash", "beta", command=command)
    assert (UNSEEN not in str(said.get("permissionDecisionReason"))) is passes
