"""`interlock contracts` as typed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from interlock.doors.config import Config
from interlock.doors.contracts import load
from interlock.faces.main import main

from .writing import agent, block, put

RUN = ".runs/{run}/build"


class Done(NamedTuple):
    """What became of a command."""

    returncode: int
    stdout: str
    stderr: str


class Place:
    """A project, a HOME and a state folder; the command is typed in the project."""

    def __init__(self, base: Path, patch: pytest.MonkeyPatch, said: pytest.CaptureFixture[str]) -> None:
        self.project, self.home, self.root = base / "project", base / "home", base / "state" / "interlock"
        self.agents = self.project / ".claude" / "agents"
        (self.project / ".git").mkdir(parents=True)
        (self.project / "src").mkdir()
        self.home.mkdir()
        self._patch, self._said = patch, said
        self.environ = {"HOME": str(self.home), "XDG_STATE_HOME": str(self.root.parent), "PATH": os.defpath}

    def type(self, *words: str, cwd: Path | None = None, **environ: str) -> Done:
        with self._patch.context() as patch:
            for name in [name for name in os.environ if name.startswith("CLAUDE")]:
                patch.delenv(name)
            for name, value in {**self.environ, **environ}.items():
                patch.setenv(name, value)
            patch.chdir(cwd or self.project)
            self._said.readouterr()
            try:
                code = main(["contracts", *words])
            except SystemExit as end:  # argparse
                code = int(end.code or 0)
        said = self._said.readouterr()
        return Done(code, said.out, said.err)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, monkeypatch, capsys)


def test_the_program(place: Place) -> None:
    """What is installed runs the command, as the guard starts it."""
    put(place.agents, "a")
    lib = str(Path(__file__).parents[2] / "lib")
    command = [sys.executable, "-m", "interlock", "contracts", "compile", "--project", str(place.project)]
    environ = {**place.environ, "PYTHONPATH": lib}
    done = subprocess.run(command, cwd=place.home, env=environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, json.loads(done.stdout)["agents"], done.stderr) == (0, ["a"], "")


def test_check_says_file_line_and_mend(place: Place) -> None:
    """Exit 1 with a line for each fault, from any folder of the project; 0 once they are mended."""
    put(place.agents, "a", outputs=[f"{RUN}/a.md"], inputs=[f"{RUN}/b.md"])
    (place.agents / "free.md").write_text("---\nname: free\ndescription: d\n---\nDo.\n")
    done = place.type("check", cwd=place.project / "src")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        f".claude/agents/a.md:9: no agent makes `{RUN}/b.md`. Put it under `given` if a person makes it, else"
        " among the `outputs` of the agent that does.",
        "the agents in force here: 1 contract; without one: free; 1 fault",
    ]
    put(place.agents, "b", outputs=[f"{RUN}/b.md"])
    done = place.type("check")
    expected = "the agents in force here: 2 contracts; without one: free; no faults\n"
    assert (done.returncode, done.stdout) == (0, expected)


def test_check_for_programs(place: Place) -> None:
    """`--json` has the same as facts."""
    put(place.agents, "a", onws=["docs"])
    done = place.type("check", "--json")
    data = json.loads(done.stdout)
    assert (done.returncode, data["agents"]) == (1, [{"name": "a", "file": ".claude/agents/a.md"}])
    assert data["faults"] == [
        {"file": ".claude/agents/a.md", "line": 8, "what": "`onws` is not known", "mend": "write `owns`"}
    ]
    assert (data["without"], data["where"]) == ([], "the agents in force here")


def test_what_config_calls_tests_counts(place: Place) -> None:
    """The set is checked by the project's own patterns."""
    put(place.agents, "a", owns=["@tests"])
    put(place.agents, "b", shares=["checks/x.json"])
    config = place.project / ".claude" / "interlock.toml"
    config.write_text('[contracts]\ntests = ["/other"]\n')
    assert place.type("check").returncode == 0
    config.write_text('[contracts]\ntests = ["/checks"]\n')
    done = place.type("check")
    assert done.returncode == 1 and "`checks/x.json` is b's by `checks/x.json`, and a's by `@tests`" in done.stdout


def test_without_agents_the_pack_is_looked_at(place: Place) -> None:
    """Where a project has no agents, those that come with Interlock are told of, and they are good."""
    done = place.type("check")
    assert done.returncode == 0
    assert done.stdout.startswith("the agents that come with Interlock: 7 contracts; no faults")


def test_the_users_agents_count(place: Place) -> None:
    """The set is that which is in force: the user's own, but those that the project has."""
    own = place.home / ".claude" / "agents"
    put(own, "a", outputs=[f"{RUN}/a.md"])
    put(own, "b", owns=["@source"])
    put(place.agents, "b", inputs=[f"{RUN}/a.md"])
    put(place.home / "elsewhere" / "agents", "c")
    done = place.type("check", "--json")
    assert done.returncode == 0
    assert [one["file"] for one in json.loads(done.stdout)["agents"]] == [
        ".claude/agents/b.md", "~/.claude/agents/a.md"
    ]  # fmt: skip
    done = place.type("check", "--json", CLAUDE_CONFIG_DIR=str(place.home / "elsewhere"))
    assert "~/elsewhere/agents/c.md" in [one["file"] for one in json.loads(done.stdout)["agents"]]


def test_paths_that_are_named(place: Place) -> None:
    """A file stands in place of the agent of its name, a folder for all there is."""
    put(place.agents, "a", outputs=[f"{RUN}/a.md"])
    put(place.agents, "b", inputs=[f"{RUN}/a.md"])
    draft = put(place.project / "drafts", "a", outputs=[f"{RUN}/other.md"])
    done = place.type("check", str(draft))
    assert done.returncode == 1 and f".claude/agents/b.md:8: no agent makes `{RUN}/a.md`" in done.stdout
    assert place.type("check", str(draft.parent)).stdout.endswith("drafts: 1 contract; no faults\n")
    (place.project / "README.md").write_text("# x\n")
    for path, told in (("nowhere", "there is no nowhere"), ("README.md", "README.md is no agent")):
        done = place.type("check", path)
        assert (done.returncode, done.stdout, told in done.stderr) == (2, "", True)


@pytest.mark.parametrize("words", [("cost",), ("--cost",)])
def test_cost(place: Place, words: tuple[str, ...]) -> None:
    """Bytes as they are, of the prompt and of what each session loads; tokens are said to be an estimate."""
    front = "name: a\ndescription: Tut, was a tut."
    place.agents.mkdir(parents=True)
    (place.agents / "a.md").write_text(f"---\n{front}\n---\n\n{'ä' * 50}\n{'x' * 19}\n\n")
    (place.agents / "long-name.md").write_text("---\nname: long-name\ndescription: d\n---\nDo.")
    done = place.type(*words)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 0 and "estimated, as bytes / 4" in done.stdout
    assert rows[1:4] == [
        ["a", "2", "120", "30", "18", "5"],
        ["long-name", "1", "3", "1", "12", "3"],
        ["all", "123", "31", "30", "8"],
    ]


def test_cost_for_programs(place: Place) -> None:
    """The same as facts; the sum is of all."""
    put(place.agents, "a")
    data = json.loads(place.type("cost", "--json").stdout)
    (one,) = data["agents"]
    size = len((place.agents / "a.md").read_bytes().split(b"---\n", 2)[2].strip(b"\n"))
    assert (one["agent"], one["prompt"], one["prompt_tokens"]) == ("a", size, -(-size // 4))
    assert data["all"] == {name: one[name] for name in ("description", "prompt", "prompt_tokens")}


def test_show(place: Place) -> None:
    """One contract, with who makes each input; also by our plugin's name for it. Exit 1 where there is none, or a
    broken one."""
    put(
        place.agents,
        "a",
        inputs=[f"{RUN}/b.md", f"{RUN}/worklist.json?", "none.md"],
        owns=["@source"],
        resume="So.",
    )
    put(place.agents, "b", outputs=[f"{RUN}/b.md"])
    put(place.agents, "broken", other=1)
    done = place.type("show", "interlock:a")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "a (.claude/agents/a.md)",
        f"  inputs   {RUN}/b.md  (from b)",
        f"  inputs   {RUN}/worklist.json?  (from `interlock worklist`)",
        "  inputs   none.md  (from a)",
        "  owns     @source",
        "  resume   So.",
    ]
    data = json.loads(place.type("show", "b", "--json").stdout)
    assert (data["name"], data["contract"]["outputs"], data["faults"]) == ("b", [f"{RUN}/b.md"], [])
    done = place.type("show", "broken")
    assert (done.returncode, "`other` is not known" in done.stdout) == (1, True)
    done = place.type("show", "nobody")
    assert (done.returncode, "There are: a, b, broken" in done.stderr) == (1, True)


def test_compile_is_what_the_guard_loads(place: Place) -> None:
    """Exit 0 with what was compiled, broken agents too; the state folder is private."""
    put(place.agents, "a")
    put(place.agents, "broken", other=1)
    done = place.type("compile", "--project", str(place.project), cwd=place.home)
    data = json.loads(done.stdout)
    assert (done.returncode, data["agents"]) == (0, ["a", "broken"])
    assert [fault.startswith(".claude/agents/broken.md:8: ") for fault in data["faults"]] == [True]
    found = load(str(place.project), str(place.root), str(place.home / ".claude"), Config({}))
    assert not found.stale and [bool(one.fault) for one in found.all] == [False, True]
    assert place.root.stat().st_mode & 0o777 == 0o700


def test_compile_with_the_users_folder_elsewhere(place: Place) -> None:
    """The guard names the user's own folder, as its environment is not the command's."""
    put(place.home / "other" / "agents", "mine")
    done = place.type("compile", "--project", str(place.project), "--user", str(place.home / "other"))
    assert json.loads(done.stdout)["agents"] == ["mine"]
    assert not load(str(place.project), str(place.root), str(place.home / "other"), Config({})).stale


def test_a_state_folder_that_cannot_be_written(place: Place) -> None:
    """A fault is 2, with a sentence."""
    place.root.parent.write_text("in the way")
    put(place.agents, "a")
    done = place.type("compile", "--project", str(place.project))
    assert (
        (done.returncode, done.stdout) == (2, "") and "can't be" in done.stderr and "Traceback" not in done.stderr
    )


@pytest.mark.parametrize("words", [(), ("show",), ("other",), ("check", "--other")])
def test_usage(place: Place, words: tuple[str, ...]) -> None:
    """Usage errors are 2."""
    assert place.type(*words).returncode == 2


def test_nothing_steers_the_terminal(place: Place) -> None:
    """Names and texts from files are shown as plain text."""
    place.agents.mkdir(parents=True)
    (place.agents / "\x1b[31m.md").write_text(agent("x", block(owns=["a\x1b[31m"])))
    for words in (("check",), ("cost",), ("show", "x"), ("show", "\x1b[31m"), ("check", "--json")):
        done = place.type(*words)
        assert done.returncode in (0, 1) and "\x1b" not in done.stdout + done.stderr
