"""What the guard imports: each module costs every tool call of every agent."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
STANDARD = {
    *(
        "_abc",
        "_bisect",
        "_blake2",
        "_codecs",
        "_frozen_importlib",
        "_frozen_importlib_external",
    ),
    *(
        "_functools",
        "_imp",
        "_io",
        "_json",
        "_signal",
        "_sitebuiltins",
        "_sqlite3",
        "_stat",
        "_thread",
        "_warnings",
    ),
    *("_weakref", "abc", "builtins", "codecs", "encodings", "encodings.aliases", "encodings.ascii"),
    *(
        "encodings.utf_8",
        "fcntl",
        "gc",
        "io",
        "marshal",
        "posix",
        "pwd",
    ),
    *("sys", "time", "winreg", "zipimport", "__main__"),
}
"""All of the standard library that a write may load; most of it is there before the first line runs."""

LEAVE = """
import posix, sys
def leave(code, really=posix._exit):
    posix.write(2, ("\\n".join(sorted(sys.modules))).encode())
    really(code)
posix._exit = leave
sys.argv = sys.argv[1:]
with open(sys.argv[0], "rb") as file:
    exec(compile(file.read(), sys.argv[0], "exec"))
"""


class Hook:
    """Runs hooks/guard.py as the client does, and looks at what was loaded when it left."""

    def __init__(self, base: Path) -> None:
        self.project = base / "project"
        self.state = base / "state"
        self.project.mkdir()

    def __call__(
        self, event: str, path: str = "a.py", session: str = "s1", agent: str = ""
    ) -> tuple[str, set[str]]:
        data = {
            "session_id": session, "hook_event_name": event, "cwd": str(self.project), "tool_name": "Write",
            "tool_use_id": os.urandom(4).hex(), "tool_input": {"file_path": path, "content": "x"},
            **({"agent_id": agent} if agent else {}),
        }  # fmt: skip
        env = {"HOME": str(self.project), "CLAUDE_PROJECT_DIR": str(self.project)}
        command = [sys.executable, "-I", "-S", "-c", LEAVE, str(TOP / "hooks" / "guard.py"), str(TOP / "lib")]
        done = subprocess.run(
            [*command, str(self.state), event],
            input=json.dumps(data).encode(), env=env, capture_output=True, timeout=60, check=True,
        )  # fmt: skip
        return done.stdout.decode(), set(done.stderr.decode().split("\n"))


@pytest.fixture
def hook(tmp_path: Path) -> Hook:
    return Hook(tmp_path)


def foreign(loaded: set[str]) -> set[str]:
    return {name for name in loaded if not name.startswith("interlock") and name not in STANDARD}


@pytest.mark.parametrize("armed", [False, True])
def test_a_write_loads_nothing_it_can_do_without(hook: Hook, armed: bool) -> None:
    """The first write, the holder's next, and a new file load no module outside the list; with the image of
    a started session and without."""
    hook("SessionStart" if armed else "Stop")  # makes the state's folders, with all of os
    for path in ("a.py", "a.py", "deep/new.py"):
        said, loaded = hook("PreToolUse", path)
        assert said == ""
        assert foreign(loaded) == set()
        assert "interlock.guard.messages" not in loaded, "sentences are loaded when one is due"


def test_a_project_with_a_config_pays_once(hook: Hook) -> None:
    """TOML is read after a change alone; the next write goes by the compiled copy."""
    file = hook.project / ".claude" / "interlock.toml"
    file.parent.mkdir()
    file.write_text("wait = 0\n")
    assert "tomllib" in hook("PreToolUse")[1]
    assert foreign(hook("PreToolUse")[1]) == set()


def test_a_refusal_loads_no_more(hook: Hook) -> None:
    """Being refused is fast too."""
    (hook.project / ".claude").mkdir()
    (hook.project / ".claude" / "interlock.toml").write_text("wait = 0\n")
    hook("PreToolUse")
    hook("PreToolUse", "b.py", session="s2")  # a session's first call looks for its repository, with all of os
    said, loaded = hook("PreToolUse", session="s2")
    assert json.loads(said)["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert foreign(loaded) == set()
