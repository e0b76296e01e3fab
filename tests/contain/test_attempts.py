"""What a contained command can't do to a held file, and can where nobody holds it."""

import os
import shutil
import subprocess
from pathlib import Path
from shlex import quote

import pytest
from tests.share import share

from .place import AS_IS, Place

ATTEMPTS = {
    "redirection": "echo x > held.txt",
    "append": "echo x >> held.txt",
    "tee": "echo x | tee held.txt",
    "sed -i": "sed -i s/held/x/ held.txt",
    "cp": "cp other.txt held.txt",
    "mv over it": "mv -f other.txt held.txt",
    "mv away": "mv held.txt elsewhere.txt",
    "rm": "rm -f held.txt",
    "rm -r of the folder": "rm -rf ../work/sub held.txt",
    "truncate": "truncate -s 0 held.txt",
    "dd": "dd if=other.txt of=held.txt",
    "a make target": "make -s target",
    "a script": "./build.sh",
    "tar": "tar xf files.tar",
    "base64 into a shell": "echo ZWNobyB4ID4gaGVsZC50eHQK | base64 -d | sh",
    "python": 'python3 -c \'open("held.txt", "w").write("x")\'',
    "python's replace": 'python3 -c \'import os; os.replace("other.txt", "held.txt")\'',
    "perl -i": "perl -i -pe s/held/x/ held.txt",
    "a new hard link": "ln held.txt link && echo x > link",
    "a symlink": "ln -s held.txt link; echo x > link",
    "its folder by another way": "echo x > /proc/self/cwd/held.txt",
    "an open descriptor": "exec 3<held.txt; echo x > /proc/self/fd/3",
    "a background process": "(sleep 0.05; echo x > held.txt) & wait",
    "a session of its own": "setsid -w sh -c 'echo x > held.txt'",
    "another shell": "env -i sh -c 'echo x > held.txt'",
    "another folder": 'cd /; echo x > "$OLDPWD/held.txt"',
    "git": "git stash -q",
    "chmod, then write": "chmod u+w held.txt; echo x > held.txt",
    "a name by computation": "f=$(printf h; printf eld); printf x > $f.t?t",
}
"""Commands, each of which changes held.txt where it may."""
ORDINARY = {
    "remounting": "unshare -Urm sh -c 'mount -o remount,bind,rw held.txt; umount held.txt; umount -l held.txt; "
    "echo x > held.txt'",
    "another mount of the folder": "unshare -Urm sh -c 'mkdir -p m; mount --bind . m && echo x > m/held.txt; "
    "echo x > held.txt'",
    "the root of a process outside": 'echo x > "/proc/$OUTSIDE/root$PWD/held.txt"',
}
"""The same, for users that are not root: root may unmount."""


SETUP = """
printf '%b\\n' 'target:' '\\techo x > held.txt' > Makefile
printf '%s\\n' '#!/bin/sh' 'echo x > held.txt' > build.sh; chmod +x build.sh
mkdir sub; echo x > sub/held.txt; tar cf files.tar -C sub held.txt
echo other > other.txt; echo committed > held.txt
git init -q && git config user.name t && git config user.email t@example.invalid
git add held.txt && git commit -qm one
echo held > held.txt
"""


def furnish(place: Place) -> Path:
    place.give()
    env = {**AS_IS, "HOME": str(place.base)}
    subprocess.run(["bash", "-ec", SETUP], cwd=place.folder, check=True, env=env, **place.user())
    return place.folder / "held.txt"


def attempt(place: Place, command: str) -> None:
    held = furnish(place)
    with subprocess.Popen(["sleep", "60"], **place.user()) as outside:
        env = {**AS_IS, "OUTSIDE": str(outside.pid), "HOME": str(place.base)}
        try:
            mark = held.stat()
            done = place.run(command, held, env=env)
            assert held.read_text() == "held\n", done
            assert (held.stat().st_ino, held.stat().st_mode) == (mark.st_ino, mark.st_mode)
            assert place.outcome() == "ran"
            shutil.rmtree(place.folder)
            place.folder.mkdir()
            held = furnish(place)
            place.run(command, env=env)
            assert not held.exists() or held.read_text() != "held\n", "the attempt works where nobody holds it"
        finally:
            outside.kill()


@pytest.mark.parametrize("name", share(list(ATTEMPTS)))
def test_a_held_file_stands(place: Place, name: str) -> None:
    """A contained command leaves the held file as it is, and the same command not contained changes it."""
    attempt(place, ATTEMPTS[name])


@pytest.mark.parametrize("name", share(list(ORDINARY)))
def test_ordinary_users_cannot_undo_it(ordinary: Place, name: str) -> None:
    """Without root, neither nested namespaces nor other processes' views lead around the mounts."""
    attempt(ordinary, ORDINARY[name])


def test_the_other_names_of_a_held_file(place: Place) -> None:
    """A hard link that was there before is closed too, once the ticket names it."""
    held = place.file("held.txt")
    os.link(held, place.folder / "link")
    place.run("echo x > link; rm -f link", held, place.folder / "link")
    assert held.read_text() == "held\n" and held.stat().st_nlink == 2


def test_other_files_are_free(place: Place) -> None:
    """Everything but the held file can be written, made, renamed and removed, next to it too."""
    held = place.file("held.txt")
    place.file("a.txt")
    done = place.run("echo x > a.txt && mv a.txt b.txt && mkdir d && mv b.txt d/ && ln d/b.txt c && rm c", held)
    assert done.returncode == 0, done.stderr
    assert (place.folder / "d/b.txt").read_text() == "x\n"


def test_a_held_folder_is_closed_as_a_whole(place: Place) -> None:
    """Below a held folder nothing can be written, not even from a working directory inside of it."""
    inside = place.file("src/deep/a.txt")
    command = "echo x > a.txt; echo x > new.txt; rm -f a.txt; cd ..; echo x > deep/a.txt; rm -rf deep; true"
    done = place.run(command, place.folder / "src", cwd=inside.parent)
    assert done.returncode == 0 and inside.read_text() == "held\n"
    assert [path.name for path in inside.parent.iterdir()] == ["a.txt"]
    assert place.run("pwd", place.folder / "src", cwd=inside.parent).stdout.decode() == f"{inside.parent}\n"


NAMES = [
    b"with space",
    b"new\nline",
    b"it's",
    b'a"b',
    b"-rf",
    b"--",
    b"back\\slash",
    b"$HOME",
    b"`id`",
    b"*",
    b"# interlock:x",
    b"\xff\xfe",
    b"\xc3\xbc",
    b"tab\t",
    b" lead",
    b"%s",
]


@pytest.mark.parametrize("name", share(NAMES))
def test_hostile_names(place: Place, name: bytes) -> None:
    """A held file of any name is closed, and only that."""
    path = os.fsencode(place.folder) + b"/" + name
    for one in (path, path + b"2"):
        with open(one, "wb") as file:
            file.write(b"held\n")
    place.give()
    env = {**{os.fsencode(k): os.fsencode(v) for k, v in AS_IS.items()}, b"F": path}
    place.run('echo x > "$F"; echo x > "${F}2"', path, env=env)
    assert [Path(os.fsdecode(one)).read_text() for one in (path, path + b"2")] == ["held\n", "x\n"]


def test_what_is_missing_is_skipped(place: Place) -> None:
    """A held file that is not there keeps neither the command nor the other files' protection from working."""
    held = place.file("held.txt")
    gone = [place.folder / "gone.txt", place.folder / "no/such/folder.txt", held / "below"]
    done = place.run("echo x > held.txt; echo y > gone.txt", *gone, held)
    assert held.read_text() == "held\n" and gone[0].read_text() == "y\n"
    assert (done.returncode, place.outcome()) == (0, "ran")


def test_the_host_sees_nothing_of_it(place: Place) -> None:
    """The mounts are the command's alone: outside, the file stays writable and no mount appears."""
    held = place.file("held.txt")
    with place.start("echo on; sleep 0.2", held) as process:
        assert process.stdout is not None and process.stdout.readline() == b"on\n"
        mounts = Path("/proc/self/mountinfo").read_text()
        assert str(held) not in mounts
        assert str(held) in Path(f"/proc/{process.pid}/mountinfo").read_text()
        held.write_text("by its holder\n")
    assert held.read_text() == "by its holder\n"


def test_replaced_from_outside(place: Place) -> None:
    """A holder that replaces its file by rename is not kept from it; the command then sees the new one,
    without the mount (since Linux 3.18). Such a change is layer 3's to find."""
    held, new = place.file("held.txt"), place.file("new.txt", "new\n")
    with place.start("echo on; read x; cat held.txt; echo x > held.txt", held, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"on\n"
        os.replace(new, held)
        out, _ = process.communicate(b"\n", timeout=60)
    assert out == b"new\n" and held.read_text() == "x\n"


def test_quoting_of_the_ids(place: Place) -> None:
    """Quoted text that looks like a mark, of no ticket or of another one, changes nothing about the command."""
    held = place.file("held.txt")
    text = f"echo {quote(chr(10) + '# interlock:../../x' + chr(10) + '# interlock:toolu_9999')}"
    assert place.run(text).stdout.decode() == "\n# interlock:../../x\n# interlock:toolu_9999\n"
    done = place.run(f"{text}; echo x > held.txt", held)
    assert done.stdout.decode().endswith("toolu_9999\n") and held.read_text() == "held\n"


def test_one_within_another(place: Place) -> None:
    """A contained command that starts one with a ticket of its own (a client within a client) adds to it."""
    outer, inner = place.file("outer.txt"), place.file("inner.txt")
    within = place.wrapped("echo x > outer.txt; echo x > inner.txt; echo on", place.ticket(inner))
    done = place.run(f"{quote(place.program)} {quote(within)}; echo y > inner.txt", outer)
    assert done.stdout == b"on\n" and outer.read_text() == "held\n" and inner.read_text() == "y\n"
    assert sorted(path.suffix for path in (place.state / "tickets").iterdir()) == [".ran", ".ran"]


def test_the_folder_around_can_be_renamed(place: Place) -> None:
    """What is not promised: the folder around a held file can be moved, the file with it, its content whole."""
    place.file("src/held.txt")
    done = place.run("mv src moved; echo x > moved/held.txt; true", place.folder / "src/held.txt")
    assert done.returncode == 0
    assert (place.folder / "moved/held.txt").read_text() == "held\n"
