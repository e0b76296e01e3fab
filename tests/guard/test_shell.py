"""Shell commands: what is read, refused, taken and let through."""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

from interlock.doors import contain
from interlock.guard import reach, shellread
from interlock.guard.scene import Scene
from interlock.words.faults import StorageFull

from .calls import Guard


@pytest.fixture
def held(guard: Guard) -> Path:
    """A file that alpha holds."""
    file = guard.file("held.py", "old\n")
    assert guard.write(file) == ""
    return file


def refusal(guard: Guard, command: str, by: str = "beta", tool: str = "Bash") -> str:
    """What beta is told about the command; "" if it passes."""
    asked = guard.tool("PreToolUse", tool, by, command=command)
    return str(asked.get("permissionDecisionReason", "")) if asked.get("permissionDecision") == "deny" else ""


def test_a_lone_session_is_not_read(guard: Guard) -> None:
    """While nobody else is at work any command passes, unread."""
    assert guard.tool("PreToolUse", "Bash", command="sed -i s/a/b/ x.py; make it") == {}
    assert guard.records("decision")[-1]["reason"] == "shell"


@pytest.mark.parametrize(
    "command", ["sed -i s/o/0/ held.py", "echo x > held.py", "cd . && cat <<'E' >> held.py\nx\nE", "mv held.py y"]
)
def test_a_write_to_a_held_file_is_refused(guard: Guard, held: Path, command: str) -> None:
    """A command that writes a file that another owner holds is refused with the holder and the next step."""
    told = refusal(guard, command)
    assert "held.py is held by session alpha" in told and "interlock lock wait" in told


@pytest.mark.parametrize(
    "command", ["cat held.py", "grep -n x held.py > /tmp/found", "git diff held.py", "make it"]
)
def test_reading_a_held_file_passes(guard: Guard, held: Path, command: str) -> None:
    """A command that only reads it passes."""
    assert refusal(guard, command) == ""


def test_the_holder_may(guard: Guard, held: Path) -> None:
    """The holder's own command passes beside somebody else's lease."""
    guard.write(guard.file("other.py"), "beta")
    assert refusal(guard, "sed -i s/o/0/ held.py", "alpha") == ""


def test_a_free_file_is_taken(guard: Guard, held: Path) -> None:
    """What a command writes is held by its owner as after any write, and given back at its stop."""
    free = guard.repo / "free.txt"
    assert refusal(guard, "echo x > free.txt") == ""
    assert "held by session beta" in guard.write(free)
    guard.hook("Stop", "beta")
    assert guard.write(free) == ""


def test_a_free_file_is_taken_while_others_only_work(guard: Guard) -> None:
    """Beside a session that holds nothing too: it may start to write while the command runs."""
    guard.hook("SessionStart", "alpha", source="startup")
    assert refusal(guard, "echo x > free.txt") == ""
    assert "held by session beta" in guard.write(guard.repo / "free.txt")


def test_a_folder_with_a_held_file_in_it(guard: Guard, held: Path) -> None:
    """A command over a folder is refused for the held file in it, by name; over another folder it passes and
    takes nothing."""
    (guard.repo / "lib").mkdir()
    told = refusal(guard, "ruff format .")
    assert "held.py" in told and "Name your own files" in told
    assert refusal(guard, "ruff format lib") == ""
    assert guard.write(guard.file("lib/a.py")) == ""


def test_a_blind_write_to_a_changed_file(guard: Guard) -> None:
    """Replacing a file that another owner changed since is refused until it was read; a command that keeps what
    is there passes."""
    file = guard.file("a.py")
    guard.read(file, "beta")
    guard.write(file, "alpha")
    guard.hook("Stop", "alpha")
    guard.hook("SessionStart", "alpha", source="startup")
    assert "read it again" in refusal(guard, "echo x > a.py")
    assert refusal(guard, "sed -i s/a/b/ a.py") == ""
    guard.read(file, "beta")
    assert refusal(guard, "echo x > a.py") == ""


def test_passing_files_are_not_locked(guard: Guard, held: Path, tmp_path: Path) -> None:
    """What is written to a temporary folder is nobody's for a turn, but held files there are kept."""
    guard.environ["TMPDIR"] = str(tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()
    out = tmp_path / "scratch" / "out"
    assert refusal(guard, f"echo x > {out}") == ""
    assert guard.write(out) == ""
    assert "held by session alpha" in refusal(guard, f"echo x > {out}") + refusal(guard, f"cp held.py {out}")


@pytest.mark.parametrize("path", [".claude/interlock.toml", "{root}/store.db", "{hooks}/guard.py"])
def test_interlocks_own_files(guard: Guard, path: str) -> None:
    """No command writes what belongs to Interlock itself, even with nobody else there."""
    hooks = Path(__file__).parents[2] / "hooks"
    target = path.format(root=guard.root, hooks=hooks)
    assert "belongs to Interlock itself" in refusal(guard, f"echo x >> '{target}'  # interlock")


def test_what_cannot_be_read(guard: Guard, held: Path) -> None:
    """A command whose target is computed passes, is asked about or refused as the config says."""
    command, said = 'rm "$(date +%s | md5sum)"', {}
    for word in ("allow", "ask", "deny"):
        guard.config(f'wait = 0\nshell_unread = "{word}"')
        said[word] = guard.tool("PreToolUse", "PowerShell", "beta", command=command).get("permissionDecision")
    assert said == {"allow": None, "ask": "ask", "deny": "deny"}


def test_twice_is_once(guard: Guard, held: Path) -> None:
    """A hook that runs twice for one call answers the same and notes it once."""
    told = [guard.tool("PreToolUse", "Bash", "beta", use="toolu_x", command="rm held.py") for _ in range(2)]
    assert told[0] == told[1] and told[0]["permissionDecision"] == "deny"
    assert len([r for r in guard.records("decision") if r["use_id"] == "toolu_x"]) == 1


def test_a_holder_that_ends_meanwhile(guard: Guard, held: Path) -> None:
    """A holder that is gone holds nothing."""
    guard.hook("SessionEnd", "alpha", reason="other")
    assert refusal(guard, "sed -i s/o/0/ held.py") == ""


@pytest.mark.parametrize(("tool", "refused"), [("Bash", False), ("Write", True)])
def test_a_stuck_lock_stops_writes_and_no_commands(guard: Guard, tool: str, refused: bool) -> None:
    """Where no answer comes in time a write is refused with the lock's holder; a command passes."""
    guard.hook("SessionStart", source="startup")
    given = {"command": "ls"} if tool == "Bash" else {"file_path": str(guard.repo / "a")}
    call = {"session_id": "b", "cwd": str(guard.repo), "tool_name": tool, "tool_use_id": "t", "tool_input": given}
    lib = Path(__file__).parents[2] / "lib"
    text = (
        f"import sys; sys.path.insert(0, {str(lib)!r})\n"
        "from interlock.guard import entry\nentry.DEADLINE = 0.5\n"
        f"entry.main({str(guard.root)!r}, 'PreToolUse')"
    )
    with open(guard.root / "store.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-I", "-S", "-c", text]
        done = subprocess.run(command, input=json.dumps(call).encode(), env=guard.environ, capture_output=True)
    assert done.returncode == 0
    assert (b"no answer after" in done.stdout) == refused


@pytest.fixture
def contained(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the session ran its commands through the prefix program."""
    monkeypatch.setattr(contain, "in_force", lambda root, environ: True)
    monkeypatch.setattr(contain, "able", lambda root: "")


def tickets(guard: Guard) -> list[str]:
    folder = guard.root / "tickets"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_a_refused_command_leaves_no_ticket(guard: Guard, held: Path, contained: None) -> None:
    """A ticket lies there for a command that passes, and for none that is refused: a later call of that name would
    find it."""
    assert "held.py" in refusal(guard, "make it; rm held.py")
    assert tickets(guard) == []
    asked = guard.tool("PreToolUse", "Bash", "beta", use="toolu_m", command="make it")
    assert asked["updatedInput"]["command"] == "make it\n# interlock:toolu_m" and tickets(guard) == ["toolu_m"]


def test_nothing_to_bind_is_no_ticket(guard: Guard, held: Path, contained: None) -> None:
    """Where no held file is there, a command runs as it is."""
    held.unlink()
    assert guard.tool("PreToolUse", "Bash", "beta", command="make it") == {}
    assert tickets(guard) == []


def test_a_full_disk_contains_all_the_same(
    guard: Guard, held: Path, contained: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the decision can't be written down, a command that was to be contained still is."""
    real = shellread.judged

    def full(scene: Scene, plan: shellread.Plan, last: bool) -> object:
        def transaction() -> object:
            raise StorageFull("The disk is full.")

        monkeypatch.setattr(scene.store, "transaction", transaction)
        return real(scene, plan, last)

    monkeypatch.setattr(shellread, "judged", full)
    asked = guard.tool("PreToolUse", "Bash", "beta", use="toolu_f", command="make it")
    assert asked["updatedInput"]["command"] == "make it\n# interlock:toolu_f"


def test_git_is_told_as_git(guard: Guard, held: Path) -> None:
    """The log says that a whole-tree operation was refused, which may be for work that nobody holds."""
    git = ["git", "-C", str(guard.repo), "-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    (guard.repo / ".git").rmdir()
    for words in (["init", "-q"], ["add", "held.py"], ["commit", "-qm", "a"]):
        subprocess.run([*git, *words], check=True, env={**guard.environ, "GIT_CONFIG_NOSYSTEM": "1"})
    guard.write(held, text="newer\n")
    assert "held.py" in refusal(guard, "git stash")
    assert guard.records("decision")[-1]["reason"] == "git"


def test_what_is_held_here_is_bound_first(
    guard: Guard, held: Path, contained: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much others hold elsewhere, what they hold where the command runs is kept off it."""
    monkeypatch.setattr(reach, "MOST", 3)
    elsewhere = tmp_path / "a"
    elsewhere.mkdir()
    for number in range(5):
        guard.write(elsewhere / f"{number}.py", "alpha")
    guard.tool("PreToolUse", "Bash", "beta", use="toolu_n", command="make $TARGET")
    assert str(held).encode() in (guard.root / "tickets" / "toolu_n").read_bytes().split(b"\0")
