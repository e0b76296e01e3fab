"""The installed commands, run by /bin/sh as the client runs them, in hostile surroundings."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.install.conftest import make_setup

from interlock.install.command import ABSENT, BROKEN, BROKEN_AT_START, Baked, baked_command, project_command
from interlock.install.entries import HOOKS, Hook
from interlock.install.errors import InstallError
from interlock.install.operate import Setup, install
from interlock.install.places import Scope

GUARDED, WATCHED, START = HOOKS[0], HOOKS[1], next(hook for hook in HOOKS if hook.event == "SessionStart")
ODD_NAMES = [
    "with space",
    "it's",
    'a"b',
    "$HOME",
    "`id`",
    "new\nline",
    "back\\slash",
    "per%scent",
    "ünïcode",
    ";x",
    "*",
]


def run(command: str, cwd: Path, env: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and the output of a command line, given a line on stdin and nothing in the environment."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        input='{"x": 1}\n',
        capture_output=True,
        text=True,
        cwd=cwd,
        env=env or {},
        timeout=60,
    )
    return done.returncode, done.stdout


def denial(output: str) -> str:
    """The reason of a PreToolUse denial."""
    answer = json.loads(output)["hookSpecificOutput"]
    assert (answer["hookEventName"], answer["permissionDecision"]) == ("PreToolUse", "deny")
    return str(answer["permissionDecisionReason"])


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("hook", [GUARDED, WATCHED])
def test_paths_of_any_name(tmp_path: Path, name: str, hook: Hook) -> None:
    """Whatever signs the paths hold, the guard starts with its arguments whole and the call on its stdin."""
    setup = make_setup(tmp_path / name)
    code, output = run(baked_command(setup.baked, hook), setup.repo)
    seen = json.loads(output)
    assert code == 0
    assert seen["args"] == [str(setup.baked.lib), str(setup.baked.root), hook.event]
    assert seen["stdin"] == '{"x": 1}\n'


def test_hostile_surroundings(setup: Setup) -> None:
    """Modules planted in the working directory and on PYTHONPATH are not imported, and site stays off."""
    for name in ("json", "interlock", "sitecustomize", "usercustomize", "os"):
        (setup.repo / f"{name}.py").write_text("raise SystemExit(99)\n")
    (setup.repo / "python").write_text("#!/bin/sh\nexit 98\n")
    env = {
        "PYTHONPATH": str(setup.repo),
        "PYTHONHOME": "/nowhere",
        "PYTHONSTARTUP": "json.py",
        "PATH": str(setup.repo),
    }
    code, output = run(baked_command(setup.baked, GUARDED), setup.repo, env)
    seen = json.loads(output)
    assert code == 0 and seen["isolated"] == 1 and not seen["site"]
    assert str(setup.repo) not in seen["path"] and "" not in seen["path"]


@pytest.mark.parametrize("missing", ["python", "guard", "python is a folder", "python cannot run", "python dies"])
def test_what_cannot_start_denies_tells_or_passes(setup: Setup, missing: str) -> None:
    """Without a working interpreter or guard a guarded call is denied with the repair, the rest goes on."""
    python, guard = setup.repo / "python", setup.baked.guard
    if missing == "guard":
        python, guard = setup.baked.python, setup.repo / "gone.py"
    elif missing == "python is a folder":
        python.mkdir()
    elif missing == "python cannot run":
        python.write_bytes(b"\x7fELF not really")
        python.chmod(0o755)
    elif missing == "python dies":
        python.write_text("#!/bin/sh\nkill -SEGV $$\n")
        python.chmod(0o755)
    baked = Baked(python, guard, setup.baked.lib, setup.baked.root)
    code, output = run(baked_command(baked, GUARDED), setup.repo)
    assert code == 0 and denial(output) == BROKEN
    assert len(BROKEN) <= 400 and "interlock install" in BROKEN and "uninstall" not in BROKEN
    if missing in ("python", "guard", "python is a folder"):
        assert run(baked_command(baked, WATCHED), setup.repo) == (0, "")
        code, output = run(baked_command(baked, START), setup.repo)
        assert code == 0 and json.loads(output)["hookSpecificOutput"]["additionalContext"] == BROKEN_AT_START


@pytest.mark.parametrize(("code", "answered"), [(0, True), (2, True), (1, False), (3, False)])
def test_the_guards_own_answers_stand(setup: Setup, code: int, answered: bool) -> None:
    """The guard's 0 and 2 go to the client as they are; any other end is answered by a denial."""
    setup.baked.guard.write_text(f"raise SystemExit({code})")
    got, output = run(baked_command(setup.baked, GUARDED), setup.repo)
    assert (got, output) == (code, "") if answered else denial(output) == BROKEN


def test_bad_paths_are_refused(setup: Setup, tmp_path: Path) -> None:
    """A relative path, one no settings file can hold, and a missing guard are told before any writing."""
    good = setup.baked
    for baked, said in (
        (Baked(Path("python3"), good.guard, good.lib, good.root), "absolute"),
        (Baked(good.python, good.guard, Path("/x\udcff"), good.root), "UTF-8"),
        (Baked(good.python, tmp_path / "none.py", good.lib, good.root), "guard is missing"),
    ):
        with pytest.raises(InstallError, match=said):
            baked.check()


@pytest.mark.parametrize("variant", ["XDG_STATE_HOME", ".local/state", "Library/Application Support"])
def test_project_command_finds_the_launcher(tmp_path: Path, variant: str) -> None:
    """A committed command finds the user's launcher in each default place, spaces and all."""
    home = tmp_path / "my home"
    state = tmp_path / "x d g" if variant == "XDG_STATE_HOME" else home / variant
    setup = make_setup(tmp_path, state / "interlock")
    install(setup, Scope.PROJECT)
    env = {"HOME": str(home)} | ({"XDG_STATE_HOME": str(state)} if variant == "XDG_STATE_HOME" else {})
    for hook in (GUARDED, WATCHED):
        code, output = run(project_command(hook), setup.repo, env)
        assert code == 0
        assert json.loads(output)["args"] == [str(setup.baked.lib), str(setup.baked.root), hook.event]


@pytest.mark.parametrize("env", [{}, {"HOME": "/nonexistent"}, {"XDG_STATE_HOME": "relative", "HOME": "."}])
def test_a_teammate_without_interlock_is_told_and_not_blocked(setup: Setup, env: dict[str, str]) -> None:
    """Where no launcher is, session start says so with the commands; all else passes in silence."""
    planted = setup.repo / "relative/interlock/bin"
    planted.mkdir(parents=True)
    (planted / "launch").write_text("echo hijacked")
    for hook in HOOKS:
        code, output = run(project_command(hook), setup.repo, env)
        assert code == 0
        if hook is START:
            assert json.loads(output)["hookSpecificOutput"]["additionalContext"] == ABSENT
        else:
            assert output == ""
    assert len(ABSENT) <= 400 and ABSENT.count(". ") == 0 and "pipx install" in ABSENT


def test_launcher_without_interpreter(setup: Setup) -> None:
    """A launcher whose interpreter is gone denies, tells or passes, in a session and by hand."""
    python = setup.repo / "python"
    shutil.copy(sys.executable, python)
    baked = Baked(python, setup.baked.guard, setup.baked.lib, setup.baked.root)
    install(Setup(setup.repo, setup.home, baked), Scope.PROJECT)
    python.unlink()
    env = {"HOME": str(setup.home)}
    assert denial(run(project_command(GUARDED), setup.repo, env)[1]) == BROKEN
    assert run(project_command(WATCHED), setup.repo, env) == (0, "")
    assert BROKEN_AT_START in run(project_command(START), setup.repo, env)[1]
    launch = str(setup.baked.root / "bin/launch")
    for event, expected in (("PreToolUse", BROKEN), ("SessionStart", BROKEN_AT_START), ("Stop", "")):
        done = subprocess.run([launch, event], capture_output=True, text=True, env={})
        assert done.returncode == 0 and expected in done.stdout
    shim = subprocess.run([setup.baked.root / "bin/interlock", "status"], capture_output=True, text=True, env={})
    assert shim.returncode == 1 and "pipx install" in shim.stderr


def test_launcher_as_a_program(setup: Setup) -> None:
    """``launch EVENT`` starts the guard for that event; both programs are executable by their owner's rules."""
    install(setup, Scope.PROJECT)
    launch = setup.baked.root / "bin/launch"
    assert launch.stat().st_mode & 0o777 == 0o755
    for event in ("PreToolUse", "Stop"):
        done = subprocess.run([launch, event], capture_output=True, text=True, env={}, stdin=subprocess.DEVNULL)
        assert json.loads(done.stdout)["args"][2] == event


@pytest.mark.parametrize("elsewhere", [True, False])
def test_shim_is_not_hijacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool) -> None:
    """The shim runs the CLI of the baked package, in any directory and with any PYTHONPATH."""
    lib = tmp_path / "l i b"
    (lib / "interlock/faces").mkdir(parents=True)
    (lib / "interlock/__init__.py").touch()
    (lib / "interlock/faces/main.py").write_text("import sys\ndef main():\n    print(sys.argv)\n    return 7\n")
    setup = make_setup(tmp_path)
    setup = Setup(setup.repo, setup.home, Baked(setup.baked.python, setup.baked.guard, lib, setup.baked.root))
    if not elsewhere:
        monkeypatch.setattr("sysconfig.get_path", lambda _: str(lib))
    install(setup)
    for name in ("interlock", "sys", "json", "sitecustomize"):
        (setup.repo / f"{name}.py").write_text("raise SystemExit(99)\n")
    shim = setup.baked.root / "bin/interlock"
    if not elsewhere:  # the package is then expected in the interpreter's own site-packages, and only there
        assert "sys.path" not in shim.read_text()
        return
    done = subprocess.run(
        [shim, "lock", "a b"],
        cwd=setup.repo,
        env={"PYTHONPATH": str(setup.repo)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (7, "['interlock', 'lock', 'a b']\n")


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_commands_mean_the_same_under_bash(setup: Setup) -> None:
    """Another /bin/sh (macOS has bash) reads the commands alike."""
    for hook in (GUARDED, WATCHED, START):
        done = subprocess.run(
            [str(shutil.which("bash")), "--posix", "-c", baked_command(setup.baked, hook)],
            capture_output=True, text=True, env={}, cwd=setup.repo, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert json.loads(done.stdout)["args"][2] == hook.event
