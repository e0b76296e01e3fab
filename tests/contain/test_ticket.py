"""The ticket: left, used, taken back; and what becomes of a command that can't be contained."""

import errno
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from interlock.doors import contain, contain_why

from .place import Place

BOGUS = b"linux1 %s 999999 3"
"""The head of a ticket whose unshare(2) no kernel knows."""


def spoil(place: Place, use_id: str, must: bytes = b"allow") -> None:
    """The ticket now asks for what the system refuses."""
    path = place.state / "tickets" / use_id
    head, rest = path.read_bytes().split(b"\0", 1)
    assert head.startswith(b"linux1 " + must)
    path.write_bytes(BOGUS % must + b"\0" + rest)


def run(place: Place, command: str, use_id: str) -> tuple[int | None, bytes, bytes]:
    words = [place.program, place.wrapped(command, use_id)]
    env = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/bash"}
    done = subprocess.run(words, cwd=place.folder, capture_output=True, env=env, **place.user())
    return done.returncode, done.stdout, done.stderr


def test_a_ticket_is_private_and_whole(place: Place) -> None:
    """Only its user can read a ticket; it holds the paths' bytes, and nothing else lies beside it."""
    place.ticket("/a b", b"/\xff", "/c\nd")
    (path,) = (place.state / "tickets").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert path.read_bytes().split(b"\0")[1:] == [b"/a b", b"/\xff", b"/c\nd", b""]


def test_outcomes(place: Place) -> None:
    """Taking a ticket back tells whether its command was contained, could not be, or has not come."""
    held = place.file("held.txt")
    use_id = place.ticket(held)
    assert contain.take_back(str(place.state), use_id) == contain.UNUSED, "a background command may still come"
    run(place, "true", use_id)
    assert contain.take_back(str(place.state), use_id) == contain.RAN
    assert contain.take_back(str(place.state), use_id) == ""
    assert list((place.state / "tickets").iterdir()) == []


def test_what_cannot_be_contained_runs(place: Place) -> None:
    """Where the system refuses, the command runs as ever, and the guard can tell."""
    held = place.file("held.txt")
    use_id = place.ticket(held)
    spoil(place, use_id)
    assert run(place, "cat; echo x > held.txt; echo on; exit 3", use_id) == (3, b"on\n", b"")
    assert held.read_text() == "x\n"
    assert contain.take_back(str(place.state), use_id) == contain.UNABLE
    assert list((place.state / "tickets").iterdir()) == []


def test_what_cannot_be_contained_is_refused_on_demand(place: Place) -> None:
    """With `shell_uncontained = "deny"` it does not run: exit 126, and a sentence that says what to do."""
    held = place.file("held.txt")
    use_id = place.ticket(held, refuse=True)
    spoil(place, use_id, b"deny")
    code, out, errors = run(place, "echo x > held.txt", use_id)
    assert (code, out, held.read_text()) == (126, b"", "held\n")
    assert b"shell_uncontained" in errors and b"interlock doctor" in errors and len(errors) < 400
    assert contain.take_back(str(place.state), use_id) == contain.UNABLE


def test_a_demanding_ticket_contains_too(place: Place) -> None:
    """The demand changes nothing where the command can be contained."""
    held = place.file("held.txt")
    done = place.run("echo on; echo x > held.txt", held, refuse=True)
    assert done.stdout == b"on\n" and held.read_text() == "held\n"


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"linux1", b"linux9 allow 272 3\0/x\0", b"\xff" * 5000, b"x " * 5000]
)
def test_damaged_tickets(place: Place, data: bytes) -> None:
    """A ticket of any content costs no command."""
    use_id = place.ticket(place.file("held.txt"))
    (place.state / "tickets" / use_id).write_bytes(data)
    assert run(place, "echo on", use_id) == (0, b"on\n", b"")
    assert contain.take_back(str(place.state), use_id) == contain.UNABLE


def test_strange_things_in_the_folder(place: Place) -> None:
    """A folder, a FIFO, a symlink or a file of somebody else's where a ticket should lie costs no command."""
    folder = place.state / "tickets"
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to(place.file("held.txt"))
    (folder / "secret").write_text("linux1 deny 1 1\0")
    place.give()
    (folder / "secret").chmod(0)
    for use_id in ("fifo", "folder", "link", "none", "" if place.uid is None else "secret"):
        assert run(place, "echo on", use_id) == (0, b"on\n", b""), use_id


def test_the_mark_is_the_last_line(place: Place) -> None:
    """A mark that other lines follow is not the hook's, and a ticket's name alone is no mark."""
    held = place.file("held.txt")
    use_id = place.ticket(held)
    for command in (f"echo 1\n# interlock:{use_id}\necho x > held.txt", f"echo interlock:{use_id} > held.txt"):
        assert run(place, command, "")[0] == 0
        assert held.read_text() != "held\n"
        held.write_text("held\n")
    assert contain.take_back(str(place.state), use_id) == contain.UNUSED


def test_a_ticket_counts_once(place: Place) -> None:
    """Whoever spells a used ticket's mark again gets no containment, and no other command's either."""
    held = place.file("held.txt")
    use_id = place.ticket(held)
    run(place, "echo x > held.txt", use_id)
    assert held.read_text() == "held\n"
    run(place, "echo x > held.txt", use_id)
    assert held.read_text() == "x\n"


def test_without_perl(place: Place) -> None:
    """Where perl is gone the command runs, and the ticket stays unused."""
    program = Path(place.program)
    program.write_text(program.read_text().replace("/usr/bin/perl", "/nowhere/perl"))
    use_id = place.ticket(place.file("held.txt"))
    assert run(place, "echo on", use_id) == (0, b"on\n", b"")
    assert contain.take_back(str(place.state), use_id) == contain.UNUSED


def test_without_anything_else_of_ours(place: Place) -> None:
    """With all of the state gone but the program, commands run, marked or not."""
    for path in place.state.iterdir():
        if path.name != "shell":
            shutil.rmtree(path)
    assert run(place, "echo on", "toolu_1") == (0, b"on\n", b"")
    assert place.run("echo on").stdout == b"on\n"


def test_old_tickets_are_swept(place: Place) -> None:
    """What is a day old goes when any ticket is taken back, half-written ones too; younger ones stay."""
    folder = place.state / "tickets"
    for name, age in (("old", 90_000), (".old.1", 90_000), ("old.not", 90_000), ("young", 80_000)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    contain.take_back(str(place.state), "none")
    assert [path.name for path in folder.iterdir()] == ["young"]


def test_too_much_to_say(place: Place) -> None:
    """A list beyond the limit is refused with its size, and leaves nothing."""
    with pytest.raises(OSError, match="over 4194304"):
        place.ticket(*[f"/{'x' * 200}/{n}" for n in range(25_000)])
    assert list((place.state / "tickets").iterdir()) == []


def test_a_full_disk(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket that can't be written whole is none, and the caller is told."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="full"):
        contain.leave(str(place.state), "toolu_1", ["/a"])
    assert list((place.state / "tickets").iterdir()) == []


def test_the_probe_is_remembered(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs once for a boot, a user and a program, and leaves nothing but its answer."""
    asked: list[str] = []

    def probe(root: str) -> str:
        asked.append(root)
        return "no"

    monkeypatch.setattr(contain, "probe", probe)
    root = str(place.state)
    answers = [contain.able(root), contain.able(root)]
    os.utime(contain.program(root))
    answers.append(contain.able(root))
    monkeypatch.setattr(contain, "boot_id", lambda: "another")
    answers.append(contain.able(root))
    assert answers[0] == "no" if place.uid is not None else answers[0] == "", "another user's answer is not ours"
    assert answers[2:] == ["no", "no"] and len(asked) == (3 if place.uid is not None else 2)
    assert sorted(path.name for path in (place.state / "shell").iterdir()) == ["probe", "run"]


def test_the_probe_sees_a_program_that_does_nothing(place: Place) -> None:
    """A stand-in that only passes on, or none at all, is not taken for containment."""
    Path(place.program).write_text('#!/bin/sh\nexec /bin/sh -c "$1"\n')
    assert "perl" in contain.probe(str(place.state))
    Path(place.program).unlink()
    assert "interlock install" in contain.able(str(place.state))


def test_the_probe_does_not_wait_for_ever(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that hangs is ended."""
    Path(place.program).write_text("#!/bin/sh\nsleep 60\n")
    monkeypatch.setattr(contain, "_PATIENCE", 0.2)
    begun = time.monotonic()
    assert contain.probe(str(place.state))
    assert time.monotonic() - begun < 5


REASONS = [
    ({}, 38, "5.12"),
    ({"user/max_user_namespaces": "0"}, 28, "max_user_namespaces"),
    ({"kernel/unprivileged_userns_clone": "0"}, 1, "unprivileged_userns_clone"),
    ({"kernel/apparmor_restrict_unprivileged_userns": "1"}, 13, "AppArmor"),
    ({}, 1, "containers"),
    ({}, 22, "refuses"),
]


@pytest.mark.parametrize(("settings", "number", "told"), REASONS)
def test_reasons(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], number: int, told: str) -> None:
    """Each known obstacle has its sentence, with the setting that would help."""
    monkeypatch.setattr(contain_why, "_setting", lambda name: settings.get(name, ""))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    sentence = contain_why.sentence("unshare", number)
    assert told in sentence and os.strerror(number) in sentence and len(sentence) < 300


def test_systems_without_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another system or processor is told as such, and nothing is run there."""
    monkeypatch.setattr("sys.platform", "freebsd14")
    assert "freebsd14" in contain.probe(str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(contain, "_CALLS", {})
    assert os.uname().machine in contain.probe(str(tmp_path))


def test_what_was_found_elsewhere_is_not_believed_here(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container without the rights, which shares the state folder, and the host each have an answer of their
    own, and both are remembered."""
    asked: list[str] = []
    here, rights = ["host"], ["1"]

    def probe(root: str) -> str:
        asked.append(root)
        return "no" if here == ["container"] or rights == ["0"] else ""

    monkeypatch.setattr(contain, "probe", probe)
    monkeypatch.setattr(contain, "_link", lambda path: here[0])
    monkeypatch.setattr(contain, "_may_administer", lambda: rights[0])
    root = str(place.state)
    for _ in range(3):
        for here[0], rights[0], answer in (("container", "1", "no"), ("host", "1", ""), ("host", "0", "no")):
            assert contain.able(root) == answer
    assert len(asked) == 3


def test_a_no_does_not_last(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be done is tried again after ten minutes, or when the clock goes back; what could stays."""
    answers = ["a limit was reached", "", "never asked"]
    now = [1000.0]
    monkeypatch.setattr(contain, "probe", lambda root: answers.pop(0))
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr(contain, "_link", lambda path: "here")
    found = []
    for now[0] in (1000.0, 1599.0, 1601.0, 9000.0, 0.0):
        found.append(contain.able(str(place.state)))
    assert found == ["a limit was reached"] * 2 + [""] * 3 and answers == ["never asked"]


@pytest.mark.parametrize("data", [b"", b"\xff", b"a\tb\tc\n", b"a\n", b"\t\t\n" * 5000])
def test_what_is_remembered_may_be_damaged(place: Place, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Then it is tried, and remembered anew."""
    monkeypatch.setattr(contain, "probe", lambda root: "tried")
    kept = place.state / "shell" / "probe"
    kept.unlink(missing_ok=True)
    kept.write_bytes(data)
    assert [contain.able(str(place.state)) for _ in range(2)] == ["tried"] * 2
    assert b"tried" in kept.read_bytes()
