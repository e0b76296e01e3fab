"""What carries no ticket: the right shell, the user's own prefix, and no way to be without a program."""

import json
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interlock.install import prefix
from interlock.install.command import Baked, baked_command
from interlock.install.entries import HOOKS, SHELLS, Hook

from .conftest import require
from .place import AS_IS, Place

TOLD = "ps -o comm= -p $$; echo $0"
START = next(hook for hook in HOOKS if hook.event == "SessionStart")
SHELL = next(hook for hook in HOOKS if hook.event == "PreToolUse" and hook.matcher == SHELLS)


@pytest.fixture
def here() -> Iterator[Place]:
    """A place of whoever runs the tests; nothing is contained in it."""
    place = Place(None)
    yield place
    place.close()


def given(place: Place, string: str, **env: str) -> str:
    """The output of one string given to the program, as it stands."""
    done = subprocess.run(
        [place.program, string], capture_output=True, env={**AS_IS, **env}, text=True, timeout=60
    )
    return done.stdout


def test_the_bash_tools_shell(here: Place) -> None:
    """The Bash tool's string goes to the shell that the client chose, which is in SHELL."""
    other = here.folder / "my zsh"
    other.symlink_to("/bin/bash")
    string = here.wrapped("echo $0")
    assert given(here, string) == "/bin/bash\n"
    assert given(here, string, SHELL=str(other)) == f"{other}\n"
    assert given(here, string, SHELL=str(other), CLAUDE_PROJECT_DIR="/x") == f"{other}\n", "a session in a hook"


@pytest.mark.parametrize("shell", ["/usr/bin/fish", "/gone/bash", "", "bash"])
def test_shells_that_will_not_do(here: Place, shell: str) -> None:
    """Where SHELL names no bash or zsh that is there, bash does it."""
    assert given(here, here.wrapped("echo $0"), SHELL=shell) == "/bin/bash\n"


def test_hooks_and_servers_get_sh(here: Place) -> None:
    """Shell-form hooks and stdio MCP servers, known by CLAUDE_PROJECT_DIR, run under /bin/sh as without us."""
    assert given(here, "echo $0", CLAUDE_PROJECT_DIR="/x", SHELL="/usr/bin/fish") == "/bin/sh\n"
    assert given(here, "echo $0", CLAUDE_PROJECT_DIR="", SHELL="/bin/zsh") == "/bin/sh\n"


def test_the_program_without_bash(here: Place) -> None:
    """On a system without bash the program is /bin/sh's, and passes on and contains all the same."""
    Path(here.program).write_text(prefix.text(here.state, shell=Path("/nowhere/bash")))
    assert Path(here.program).read_text().startswith("#!/bin/sh\n")
    assert given(here, here.wrapped("echo $0")) == "/bin/bash\n"
    require(here)
    held = here.file("held.txt")
    assert here.run("echo x > held.txt; echo on", held).stdout == b"on\n"
    assert held.read_text() == "held\n"


OWN = """#!/bin/sh
printf '%s\\n' "$#" "$@" > "$LOG"
for last; do :; done
exec /bin/bash -c "$last"
"""


def chaining(folder: Path, arguments: str = "") -> Place:
    own = folder / "my prefix"
    own.write_text(OWN)
    own.chmod(0o755)
    return Place(None, f"{own}{arguments}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [("", []), (" -x", ["-x"]), (" -v 'a b' c", ["-v", "a b", "c"]), (" -a -b", ["-b"])],
)
def test_the_users_own_prefix_is_run(tmp_path: Path, arguments: str, words: list[str]) -> None:
    """Theirs gets the one string after its arguments, cut as the client cuts them, exit code and all."""
    place = chaining(tmp_path, arguments) if arguments != " -a -b" else chaining(tmp_path)
    if arguments == " -a -b":  # the client cuts at the last " -": what is before it is the program's name
        os.symlink(tmp_path / "my prefix", tmp_path / "my prefix -a")
        place.close()
        place = Place(None, f"{tmp_path / 'my prefix'} -a -b")
    try:
        log = tmp_path / "log"
        string = place.wrapped("echo on; exit 3")
        done = subprocess.run([place.program, string], capture_output=True, env={**AS_IS, "LOG": str(log)})
        assert (done.returncode, done.stdout) == (3, b"on\n")
        assert log.read_text().split("\n")[:-1] == [str(len(words) + 1), *words, string]
    finally:
        place.close()


def test_the_users_own_prefix_runs_inside(tmp_path: Path) -> None:
    """Ours contains first: what theirs does to a held file is refused too."""
    place = chaining(tmp_path)
    try:
        require(place)
        held = place.file("held.txt")
        own = tmp_path / "my prefix"
        own.write_text(own.read_text().replace("for last", f"echo x > {held}; for last"))
        done = place.run("echo on; echo x > held.txt", held, env={**AS_IS, "LOG": str(tmp_path / "log")})
        assert done.stdout == b"on\n" and held.read_text() == "held\n" and place.outcome() == "ran"
    finally:
        place.close()


HOSTILE = [
    "/a b/c",
    "/it's",
    "/a\nb",
    '/"q"',
    "/$(touch x)",
    "/é",
    "/back\\slash",
    "/`id`",
    "/x -",
    "/x - y",
    "- x",
]


@pytest.mark.parametrize("own", HOSTILE)
def test_own_prefixes_of_any_name(here: Place, own: str) -> None:
    """A prefix of any name is one word to the shell, can be read from the program again, and is told apart."""
    text = prefix.text(here.state, own)
    checked = subprocess.run(["/bin/bash", "-n", "-c", text], capture_output=True)
    assert checked.returncode == 0, checked.stderr
    prefix.write(here.state, own)
    assert prefix.chained_by(str(prefix.path(here.state, own))) == own
    assert prefix.is_own(str(prefix.path(here.state, own))) and prefix.chained_by(here.program) == ""
    assert prefix.path(here.state, own) != prefix.path(here.state, f"{own}2") != prefix.path(here.state)


def test_what_is_ours() -> None:
    """Programs of ours are known under any root, and nothing else is."""
    assert prefix.is_own("/x/interlock/shell/run") and prefix.is_own("/x y/interlock/shell/run-0123456789ab")
    for other in ("", None, 1, "/x/interlock/shell/runner", "interlock/shell/run", "/usr/bin/interlock", "x"):
        assert not prefix.is_own(other)


def test_paths_that_the_client_would_cut() -> None:
    """A state folder with " -" in its name can't be a prefix."""
    assert prefix.fits(Path("/home/a b/interlock"))
    assert not prefix.fits(Path("/home/a -b/interlock"))


def mend(hook: Hook, program: str, environ: dict[str, str]) -> dict[str, Any]:
    """What a hook of ours, as installed, answers in a session whose prefix is ``program``."""
    baked = Baked(Path("/nowhere/python"), Path("/nowhere/guard"), Path("/nowhere/lib"), Path("/nowhere"))
    env = {"PATH": "/usr/bin:/bin", "CLAUDE_CODE_SHELL_PREFIX": program, **environ}
    words = ["/bin/sh", "-c", baked_command(baked, hook)]
    done = subprocess.run(words, capture_output=True, env=env, input=b"{}", timeout=60)
    assert done.returncode == 0
    answer: dict[str, Any] = json.loads(done.stdout)["hookSpecificOutput"] if done.stdout else {}
    return answer


@pytest.mark.parametrize("hook", [START, SHELL], ids=lambda hook: hook.event)
def test_a_program_that_is_gone_is_put_back(tmp_path: Path, hook: Hook) -> None:
    """Before a session's start, and before every command, a stand-in takes a missing program's place, with
    the whole of Interlock gone; the command then runs."""
    program = tmp_path / "it's here/interlock/shell/run-0123456789ab"
    assert "can't be put back" not in str(mend(hook, str(program), {}))
    assert stat.S_IMODE(program.stat().st_mode) == 0o755 and [p.name for p in program.parent.iterdir()] == [
        program.name
    ]
    env = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/bash"}
    done = subprocess.run([program, "echo on $0; exit 3"], capture_output=True, env=env)
    assert (done.returncode, done.stdout) == (3, b"on /bin/bash\n")
    mark = program.stat()
    mend(hook, str(program), {})
    assert (program.stat().st_ino, program.stat().st_mtime_ns) == (mark.st_ino, mark.st_mtime_ns)


@pytest.mark.parametrize("hook", [START, SHELL], ids=lambda hook: hook.event)
def test_a_program_that_cannot_be_put_back_is_told(hook: Hook) -> None:
    """Where it can't be, the agent is told what every command would die of, and what the user can do."""
    answer = mend(hook, "/proc/nowhere/interlock/shell/run", {})
    text = str(answer.get("permissionDecisionReason", answer.get("additionalContext")))
    assert "interlock install" in text and "CLAUDE_CODE_SHELL_PREFIX" in text and len(text) < 400
    assert answer.get("permissionDecision") == ("deny" if hook is SHELL else None)


@pytest.mark.parametrize("other", ["", "/usr/bin/my-prefix", "relative/interlock/shell/run"])
def test_other_prefixes_are_not_ours_to_mend(tmp_path: Path, other: str) -> None:
    """A missing prefix of the user's own is left alone."""
    named = other.replace("/usr", str(tmp_path))
    assert mend(SHELL, named, {}) == {} and list(tmp_path.iterdir()) == []
