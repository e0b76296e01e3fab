"""What becomes contained, and which files are bound for it: the ticket that the guard leaves."""

import os
import subprocess
from pathlib import Path

import pytest

from interlock.doors import contain

from . import calls
from .calls import Guard


@pytest.fixture(autouse=True)
def contained(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the session ran its commands through the prefix program, by an ordinary user."""
    monkeypatch.setattr(contain, "in_force", lambda root, environ: True)
    monkeypatch.setattr(contain, "able", lambda root: "")


@pytest.fixture
def held(guard: Guard) -> list[Path]:
    """Files that alpha holds."""
    files = [guard.file("a.py"), guard.file("b.py")]
    assert [guard.write(file) for file in files] == ["", ""]
    return files


def bound(guard: Guard, command: str, by: str = "beta") -> list[str] | None:
    """The paths that the command's ticket names; None if it has none."""
    guard.tool("PreToolUse", "Bash", by, command=command)
    ticket = guard.root / "tickets" / f"toolu_{guard.count}"
    if not ticket.exists():
        return None
    return sorted(Path(path.decode()).name for path in ticket.read_bytes().split(b"\0")[1:-1])


@pytest.mark.parametrize(
    "command",
    [
        "interlock restore a.py",
        "cd . && interlock restore --version 3 a.py; echo $?",
        "interlock lock wait a.py",
        "interlock lock try a.py b.py || interlock lock holder a.py",
    ],
)
def test_our_own_verbs_are_not_contained(guard: Guard, held: list[Path], command: str) -> None:
    """A command of Interlock's own verbs alone runs as it is: it may have to write what is held."""
    assert bound(guard, command) is None


@pytest.mark.parametrize(
    "command",
    [
        "interlock lock wait a.py && ./build.sh",
        "interlock lock wait --timeout 60 ./a.py && make",
        "interlock restore a.py && make",
        "cd / && interlock lock try --purpose b.py {repo}/a.py && make",
        "f=a.py; interlock lock wait --json $f; make",
    ],
)
def test_what_is_asked_for_is_not_bound(guard: Guard, held: list[Path], command: str) -> None:
    """What the command itself asks Interlock for may be its own by the time it writes; the rest stays bound."""
    assert bound(guard, command.format(repo=guard.repo)) == ["b.py"]


@pytest.mark.parametrize(
    "command", ["interlock lock check a.py; make", "interlock lock holder a.py; make", "interlock log a.py; make"]
)
def test_what_is_only_looked_at_stays_bound(guard: Guard, held: list[Path], command: str) -> None:
    """Asking about a file is not asking for it."""
    assert bound(guard, command) == ["a.py", "b.py"]


def test_a_folder_that_is_asked_for(guard: Guard, held: list[Path]) -> None:
    """A folder stands for all below it."""
    (guard.repo / "src").mkdir()
    guard.write(guard.repo / "src" / "c.py")
    assert bound(guard, "interlock lock wait src/ && make") == ["a.py", "b.py"]


def test_monitor_is_contained(guard: Guard, held: list[Path]) -> None:
    """A Monitor command starts through the prefix too, so it is marked and contained as Bash's are."""
    asked = guard.tool("PreToolUse", "Monitor", "beta", use="toolu_m", command="make", description="x")
    assert asked["updatedInput"] == {"command": "make\n# interlock:toolu_m", "description": "x"}
    assert (guard.root / "tickets" / "toolu_m").exists()


@pytest.mark.parametrize("tool", ["PowerShell", "REPL"])
def test_tools_that_cannot_be_contained(guard: Guard, held: list[Path], tool: str) -> None:
    """What no prefix starts passes unmarked, and is refused where containment is demanded."""
    assert guard.tool("PreToolUse", tool, "beta", command="./build") == {}
    guard.config('wait = 0\nshell_uncontained = "deny"')
    told = guard.tool("PreToolUse", tool, "beta", command="./build")
    assert told["permissionDecision"] == "deny" and tool in told["permissionDecisionReason"]
    assert len(told["permissionDecisionReason"]) <= 400


def test_two_sessions_whose_gateways_number_alike(guard: Guard, held: list[Path]) -> None:
    """Calls of one name by two agents at once have tickets, marks and runs of their own."""
    guard.write(guard.file("c.py"), "beta")
    names = {}
    for by, spared in (("alpha", "a.py"), ("beta", "c.py"), ("beta/sub", "none")):
        asked = guard.tool("PreToolUse", "Bash", by, use="call_0", command="./build.sh")
        names[by] = asked["updatedInput"]["command"].partition("# interlock:")[2]
        paths = (guard.root / "tickets" / names[by]).read_bytes().split(b"\0")[1:-1]
        assert paths and str(guard.repo / spared).encode() not in paths
    assert len(set(names.values())) == 3
    guard.tool("PostToolUse", "Bash", "alpha", use="call_0", command="./build.sh")
    left = sorted(path.name for path in (guard.root / "tickets").iterdir())
    assert left == sorted(names.values()), "unused tickets stay: a background command may still come"
    (guard.root / "tickets" / names["beta"]).rename(guard.root / "tickets" / f"{names['beta']}.ran")
    guard.tool("PostToolUse", "Bash", "beta", use="call_0", command="./build.sh")
    assert not (guard.root / "tickets" / f"{names['beta']}.ran").exists()
    assert (guard.root / "tickets" / names["alpha"]).exists()
    told = guard.records("unguarded_call")
    assert told == [], "each Post finds its Pre"


@pytest.fixture
def worktree(guard: Guard, tmp_path: Path) -> Path:
    """Another checkout of the guarded repository."""
    return calls.worktree(tmp_path / "wt", guard.repo / ".git")


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """A folder that has nothing to do with the repository."""
    folder = tmp_path / "strange"
    folder.mkdir()
    return folder


def test_what_is_held_anywhere_is_bound(guard: Guard, held: list[Path], strange: Path) -> None:
    """Once a command is contained, what others hold elsewhere is bound too: its script may go anywhere."""
    guard.write(strange / "far.py")
    assert bound(guard, "./g.sh") == ["a.py", "b.py", "far.py"]


def test_a_script_beside_a_held_worktree(guard: Guard, worktree: Path) -> None:
    """A script is contained where others hold something in another checkout of its repository alone."""
    guard.write(worktree / "a.py")
    assert bound(guard, "./g.sh") == ["a.py"]
    assert bound(guard, "ls") is None
    guard.hook("Stop", "alpha")
    assert bound(guard, "./g.sh") is None


def test_from_a_worktree_to_the_main_checkout(guard: Guard, worktree: Path) -> None:
    """The other way round as well: a session in the worktree, a file held in the main checkout."""
    guard.write(guard.file("m.py"))
    guard.environ["CLAUDE_PROJECT_DIR"] = str(worktree)
    call = {"tool_name": "Bash", "tool_use_id": "toolu_v", "cwd": str(worktree)}
    guard.hook("PreToolUse", "beta", **call, tool_input={"command": "./g.sh"})
    assert str(guard.repo / "m.py").encode() in (guard.root / "tickets" / "toolu_v").read_bytes().split(b"\0")


def test_a_script_while_others_hold_in_another_repository(guard: Guard, strange: Path) -> None:
    """What is held in places that have nothing to do with the command's makes no command slower."""
    guard.write(strange / "far.py")
    assert bound(guard, "./g.sh") is None


@pytest.mark.parametrize("text", ["", "\0", "relative/.git", "/nowhere/.git", "x" * 10000])
def test_notes_on_worktrees_of_any_kind(guard: Guard, worktree: Path, text: str) -> None:
    """What stands in git's folder is read, not believed."""
    (guard.repo / ".git" / "worktrees" / "wt" / "gitdir").write_text(text)
    guard.write(worktree / "a.py")
    assert bound(guard, "./g.sh") is None


@pytest.mark.parametrize("command", ["make", "make > out.log", "./deploy.sh interlock > x", "echo .claude; make"])
def test_unread_beside_nobody_who_holds(guard: Guard, command: str) -> None:
    """`shell_unread` asks and refuses only where others hold something, whatever else had the command read."""
    guard.config('wait = 0\nshell_unread = "deny"')
    guard.hook("SessionStart", "alpha", source="startup")
    assert guard.tool("PreToolUse", "Bash", "beta", command=command).get("permissionDecision") is None


@pytest.mark.parametrize("command", ["make", "make > out.log"])
def test_unread_beside_a_held_file(
    guard: Guard, held: list[Path], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There it does, where the command can't be contained."""
    monkeypatch.setattr(contain, "in_force", lambda root, environ: False)
    guard.config('wait = 0\nshell_unread = "deny"')
    told = guard.tool("PreToolUse", "Bash", "beta", command=command)
    assert told["permissionDecision"] == "deny" and "shell_unread" in told["permissionDecisionReason"]


MIXED = [
    "git fetch; ./build.sh",
    "sudo -n true; ./build.sh",
    "docker ps; ./make.sh",
    "sudo ./make.sh",
    "ssh x ls && ./run",
    "docker ps; docker-all",
]
ALONE = ["git fetch", "sudo -n true", "docker run x", "git push; ls", "ssh x make", "docker compose up"]


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if an ordinary user ran it."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.parametrize("command", MIXED)
def test_an_unfit_word_excuses_no_other(guard: Guard, held: list[Path], ordinary: None, command: str) -> None:
    """Where containment is demanded, an unfit word does not let pass what nobody can read beside it."""
    assert bound(guard, command) is None, "else it runs uncontained, and is watched"
    guard.config('wait = 0\nshell_uncontained = "deny"')
    told = guard.tool("PreToolUse", "Bash", "beta", command=command)
    assert told["permissionDecision"] == "deny" and len(told["permissionDecisionReason"]) <= 400
    assert command.split()[0] in told["permissionDecisionReason"]


@pytest.mark.parametrize("command", ALONE)
def test_an_unfit_word_alone_passes(guard: Guard, held: list[Path], ordinary: None, command: str) -> None:
    """By itself it passes, demanded or not: nobody could fetch or push else."""
    guard.config('wait = 0\nshell_uncontained = "deny"')
    assert guard.tool("PreToolUse", "Bash", "beta", command=command) == {}


@pytest.mark.parametrize("command", [*MIXED, "docker run x"])
def test_root_contains_unfit_words(
    guard: Guard, held: list[Path], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root's commands get no user namespace, so nothing is unfit but what mounts: nobody else would see that."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert bound(guard, command) == ["a.py", "b.py"]
    assert bound(guard, f"mount -t tmpfs x /x; {command}") is None
    assert bound(guard, f"{command}; sudo umount /x") is None


UNFINISHED = [
    "cat > out.txt <<'EOF'\nhello\nEOF ",
    "cat <<'EOF'\nhello",
    "make; cat <<A <<B\na\nA\nb",
    "make; x=$(cat <<EOF\nhi\nEOF)",
    "make; echo a\\",
    "interlock status; echo a\\",
    "interlock status; cat <<'EOF' > out\nhello",
    "cat <<'EOF' > note.md\nuse interlock\n",
    "cat <<'EOF' > note.md\nuse interlock\nEOF; make",
]
FINISHED = [
    "make; cat <<'EOF'\nhello\nEOF",
    "make; cat <<EOF > x\n$(date)\nEOF\n",
    "make; cat <<-EOF\n\tx\n\tEOF",
    "make # <<EOF",
    "make; echo '<<EOF'",
    "make; echo \\\\n",
    "interlock status; cat <<'EOF'\nx\nEOF",
    "make; bash <<EOF\ncat <<A\nx\nA\nEOF",
]


@pytest.mark.parametrize("command", UNFINISHED)
@pytest.mark.parametrize("beside", [True, False])
def test_no_mark_where_it_would_be_text(guard: Guard, command: str, beside: bool) -> None:
    """A command that ends inside a heredoc, or with a backslash, gets no mark: it would land in a file."""
    if beside:
        guard.write(guard.file("a.py"))
    assert "updatedInput" not in guard.tool("PreToolUse", "Bash", "beta", command=command)
    assert not (guard.root / "tickets" / f"toolu_{guard.count}").exists()


@pytest.mark.parametrize("command", FINISHED)
def test_a_mark_is_a_comment_after_any_other_end(guard: Guard, held: list[Path], command: str) -> None:
    """bash prints and does the same with the mark as without."""
    asked = guard.tool("PreToolUse", "Bash", "beta", command=command)
    marked = asked["updatedInput"]["command"]
    assert marked == f"{command}\n# interlock:toolu_{guard.count}"
    env = {"PATH": "/usr/bin:/bin"}
    ran = [
        subprocess.run(["bash", "-c", text], cwd=guard.home, capture_output=True, env=env)
        for text in (command, marked)
    ]
    assert (ran[0].stdout, ran[0].returncode) == (ran[1].stdout, ran[1].returncode)


def test_what_cannot_be_marked_is_refused_on_demand(guard: Guard, held: list[Path]) -> None:
    """Where containment is demanded, such a command does not run."""
    guard.config('wait = 0\nshell_uncontained = "deny"')
    told = guard.tool("PreToolUse", "Bash", "beta", command="make; cat <<'EOF'\nhello")
    assert told["permissionDecision"] == "deny" and "heredoc" in told["permissionDecisionReason"]
