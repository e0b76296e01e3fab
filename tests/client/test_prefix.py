"""Shell commands through the installed prefix: contained where somebody holds a file, else as ever."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from interlock.doors import contain

from .guarded import Guarded
from .model import Model
from .say import FILER, agent, bash, filer, save
from .script import Json, Tool

SHOW = 'printf \'%s|\' "$0" "$-" "$PWD" "$SHLVL" "$(umask)"; echo; env | grep -v -e ^_= | cut -d= -f1 | sort'
MAKE = "target:\n\techo made >> held.txt\n\techo on\n"
HELD = "held\n"


@pytest.fixture
def holding(guarded: Guarded) -> Guarded:
    """A person at a terminal holds held.txt, which a make target would write."""
    why = contain.able(str(guarded.state))
    if why and os.environ.get("CI") == "true":
        pytest.fail(f"commands can't be contained here: {why}")
    if why:
        pytest.skip(f"commands can't be contained here: {why}")
    (guarded.project / "held.txt").write_text(HELD)
    (guarded.project / "Makefile").write_text(MAKE)
    guarded.commit()
    guarded.interlock("lock", "try", "held.txt", "--purpose", "a person's work")
    return guarded


ALLOWED = ("Bash(make one)", "Bash(./go:*)", "Bash(cat)")
RULES = {"ask": ["Bash(./go ask:*)"], "deny": ["Bash(./go never)", "Bash(make never:*)"]}
COMMANDS = {
    "make one": True,
    "make one two": False,
    "make two": False,
    "./go 1": True,
    "./go": True,
    "./go 2 && make one": True,
    "./go 3; ./go 4": True,
    "./go 5 | cat": True,
    "./go 6 && make two": False,
    "./go 7 <<'END'\nx\nEND": True,
    "./go ask 1": False,
    "./go never": False,
    "./go 8 && ./go never": False,
    "make never": False,
    "make never now && make one": False,
}
"""Commands that no reader sees through, and whether the rules let them run."""


def held(place: Guarded) -> str:
    return (place.project / "held.txt").read_text()


def tickets(place: Guarded) -> list[str]:
    """The tickets that lie there, used or not."""
    folder = place.state / "tickets"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_make_target_cannot_write_a_held_file(holding: Guarded, model: Model) -> None:
    """What no reader of commands can see is stopped by the kernel, and the agent is told by its own command."""
    model.scripts["ONE"] = [[bash("make target")], [bash("echo free > free.txt && cat free.txt")]]
    holding.client.start("ONE").wait()
    made, free = model.tool_results("ONE")
    assert held(holding) == HELD
    assert made.is_error and "Read-only file system" in made.text
    assert not free.is_error and free.text == "free"


def test_in_the_background(holding: Guarded, model: Model) -> None:
    """A background command is contained for as long as it runs."""
    command = "sleep 0.5; make target > out.txt 2>&1; touch ended"
    wait = bash("for n in $(seq 1200); do [ -e ended ] && break; sleep 0.05; done; cat out.txt")
    model.scripts["ONE"] = [[Tool("Bash", {"command": command, "run_in_background": True})], [wait]]
    holding.client.start("ONE").wait()
    assert held(holding) == HELD
    assert "Read-only file system" in model.tool_results("ONE")[1].text


def test_in_a_subagent(holding: Guarded, model: Model) -> None:
    """A subagent's commands are contained like its parent's."""
    model.scripts["MAIN"] = [[agent("SUB", run_in_background=False)]]
    model.scripts["SUB"] = [[bash("make target")]]
    holding.client.start("MAIN").wait()
    assert held(holding) == HELD
    assert "Read-only file system" in model.tool_results("SUB")[0].text


def test_once_it_is_free(holding: Guarded, model: Model) -> None:
    """Given back, the file is the next command's to write."""
    free = lambda: holding.interlock("lock", "release", "held.txt")  # noqa: E731
    model.scripts["ONE"] = [[bash("make target")], [Tool("Bash", bash("make target").input, before=free)]]
    holding.client.start("ONE").wait()
    first, second = model.tool_results("ONE")
    assert first.is_error and not second.is_error
    assert held(holding) == HELD + "made\n"


@pytest.mark.each
def test_permission_rules_answer_as_before(place: Guarded, model: Model) -> None:
    """Allow, ask and deny rules, exact, by prefix and in compounds, answer contained commands as they do without
    Interlock, and what the model reads is the same but for the mark."""
    (place.project / ".claude" / "settings.json").write_text(json.dumps({"permissions": RULES}))
    (place.project / "Makefile").write_text("one two never now:\n\t@echo $@\n")
    go = place.project / "go"
    go.write_text('#!/bin/sh\necho go "$@"\n')
    go.chmod(0o755)
    (place.project / "held.txt").write_text(HELD)
    place.commit()
    found = []
    for marker in ("BEFORE", "AFTER"):
        model.scripts[marker] = [[bash(command)] for command in COMMANDS]
        place.client.start(marker, permission_mode="default", allowed=ALLOWED).wait()
        found.append([(re.sub(r"\n# interlock:\w+", "", r.text), r.is_error) for r in model.tool_results(marker)])
        place.install()
        place.interlock("lock", "try", "held.txt")
    assert [not error for _, error in found[1]] == list(COMMANDS.values())
    assert found[0] == found[1]
    reasons = [r["reason"] for r in place.log("decision", tool="Bash")]
    assert reasons == ["contained"] * len(COMMANDS)


def test_commands_are_as_without(place: Guarded, model: Model) -> None:
    """Shell, options, folder, umask, nesting and the environment's names are the same with Interlock and without;
    so are exit codes, input from a heredoc, and a change of directory that the client keeps."""
    commands = [
        SHOW,
        "exit 3",
        "cat <<'E'\n'a' \"b\" $c\nE",
        "cd /tmp",
        "pwd",
        "false | true; echo ${PIPESTATUS[@]}",
    ]
    found = []
    for marker in ("BEFORE", "AFTER"):
        model.scripts[marker] = [[bash(command)] for command in commands]
        place.client.start(marker, session_args=("--add-dir", "/tmp")).wait()
        found.append([(r.text, r.is_error) for r in model.tool_results(marker)])
        place.install()
    before, after = found
    (shown, _), (then, _) = before.pop(0), after.pop(0)
    assert before == after
    assert shown.split("\n")[0] == then.split("\n")[0]
    names = set(then.split("\n")) - set(shown.split("\n"))
    assert names == {"CLAUDE_CODE_SHELL_PREFIX"}


def test_ones_own_prefix_goes_on(place: Guarded, model: Model, tmp_path: Path) -> None:
    """A prefix that the user had, with arguments, still gets every command, inside the containment."""
    log = tmp_path / "own.log"
    own = tmp_path / "my own"
    own.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$#" >> "{log}"\nexec /bin/bash -c "$last"\n')
    own.chmod(0o755)
    place.client.settings({"env": {"CLAUDE_CODE_SHELL_PREFIX": f"{own} -v x"}})
    before = (place.project / ".claude/settings.local.json").read_bytes()
    place.install()
    (place.project / "held.txt").write_text(HELD)
    (place.project / "Makefile").write_text(MAKE)
    place.interlock("lock", "try", "held.txt")
    model.scripts["ONE"] = [[bash("echo hi; exit 4")], [bash("make target")]]
    place.client.start("ONE").wait()
    hi, made = model.tool_results("ONE")
    assert hi.text == "Exit code 4\nhi" and "Read-only file system" in made.text
    assert log.read_text().split() == ["3", "3"] and held(place) == HELD
    place.run(sys.executable, "-m", "interlock", "uninstall", place.project)
    assert (place.project / ".claude/settings.local.json").read_bytes() == before


def test_hooks_and_servers_start(holding: Guarded, model: Model) -> None:
    """A shell-form hook and a stdio MCP server are started through the program, under /bin/sh, and work."""
    settings = holding.project / ".claude" / "settings.json"
    hook: Json = {"type": "command", "command": 'cat > "$HOME/hook.json"; echo "$0" > "$HOME/hook.sh"'}
    settings.write_text(json.dumps({"hooks": {"PostToolUse": [{"matcher": "Bash", "hooks": [hook]}]}}))
    saved = holding.project / "saved.txt"
    model.scripts["ONE"] = [[bash("echo hi")], [save(saved, "through a server\n")]]
    holding.client.start("ONE", **filer()).wait()
    assert [r.is_error for r in model.tool_results("ONE")] == [False, False], FILER
    assert saved.read_text() == "through a server\n"
    assert json.loads((holding.client.home / "hook.json").read_text())["hook_event_name"] == "PostToolUse"
    assert (holding.client.home / "hook.sh").read_text() == "/bin/sh\n"


def test_a_missing_program_is_put_back(holding: Guarded, model: Model) -> None:
    """With the program deleted before a session, and again within, commands run, and writes stay guarded."""
    folder = holding.state / "shell"

    def delete() -> None:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()

    again = Tool("Bash", bash("echo two").input, before=delete)
    model.scripts["ONE"] = [[bash("echo one")], [again], [save(holding.project / "held.txt", "x")]]
    delete()
    holding.client.start("ONE", **filer()).wait()
    assert [r.text for r in model.tool_results("ONE")[:2]] == ["one", "two"]
    assert held(holding) == HELD


def test_after_everything_of_ours_is_gone(holding: Guarded, model: Model) -> None:
    """With the package, its Python and the whole state folder gone, and the settings left, the shell works."""
    settings = holding.project / ".claude" / "settings.local.json"
    text = settings.read_text().replace(str(holding.pack), "/nowhere").replace(sys.executable, "/nowhere/python")
    settings.write_text(text)
    holding.run("rm", "-r", holding.state)
    model.scripts["ONE"] = [[bash("echo one")], [bash("make target")]]
    holding.client.start("ONE").wait()
    assert [r.text for r in model.tool_results("ONE")] == ["one", "echo made >> held.txt\necho on\non"]


def test_a_monitor_cannot_write_a_held_file(holding: Guarded, model: Model) -> None:
    """A command that the Monitor tool starts, where the client has one (2.1.329), is contained as Bash's are."""
    watch = {
        "command": "make target; echo ran > ran.txt",
        "description": "x",
        "timeout_ms": 5000,
        "persistent": False,
    }
    model.scripts["ONE"] = [[Tool("Monitor", watch)], [bash("sleep 1")]]
    holding.client.start("ONE", allowed=("Bash", "Monitor")).wait()
    if "No such tool available" in model.tool_results("ONE")[0].text:
        assert not (holding.project / "ran.txt").exists()
        return
    assert held(holding) == HELD and (holding.project / "ran.txt").exists()
    (decision,) = holding.log("decision", tool="Monitor")
    assert decision["reason"] == "contained"
