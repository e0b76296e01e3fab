"""Writes by agents with contracts: what is theirs, what they read first, what nobody types."""

from __future__ import annotations

import json
import os
import subprocess

from interlock.doors import blocks
from interlock.doors.blocks import Block
from interlock.shapes.record import check

from .contracted import CRITIQUE, SUMMARY, Contracted

CRITIC, IMPLEMENTER = "alpha/a1:critic", "alpha/a2:implementer"
REQUIREMENTS = ".runs/r1/signal/requirements.md"
STATUS = ".runs/r1/build/ac_status.json"


def test_who_has_no_contract_is_let_be(ground: Contracted) -> None:
    """A main agent, and a type without a contract, write what they like; for the first nothing is looked up."""
    assert ground.put("src/a.py", "a = 2\n", "alpha") == ""
    assert ground.asked == []
    assert ground.put("src/b.py", "b = 2\n", "alpha/x:general-purpose") == ""


def test_a_wrong_owner_is_named(ground: Contracted) -> None:
    """critic to source: refused, with whose it is, what critic writes and what to do."""
    ground.read(REQUIREMENTS, CRITIC)
    said = ground.put("src/a.py", "a = 2\n", CRITIC)
    assert said.startswith("Interlock: src/a.py is implementer's by contract, not critic's")
    assert ".runs/RUN/build/code_critique.md" in said and "{" not in said
    assert "say in your handoff" in said
    assert ground.reasons() == ["not_owned"]
    assert ground.records("granted") == [], "who is refused takes no lease"


def test_an_owner_writes(ground: Contracted) -> None:
    """implementer has read its inputs, and writes source and its summary; the tests are test-author's."""
    ground.read(REQUIREMENTS, IMPLEMENTER)
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""
    assert ground.put(".runs/r1/build/impl_changes_summary.md", SUMMARY, IMPLEMENTER) == ""
    assert "tests/test_a.py is test-author's" in ground.put("tests/test_a.py", "t\n", IMPLEMENTER)


def test_unread_inputs_are_listed(ground: Contracted) -> None:
    """A write before the inputs were read is refused with those that are there; no others are asked for."""
    ground.write(".runs/r1/plan/adr.md", "so\n")
    said = ground.put("src/a.py", "a = 2\n", IMPLEMENTER)
    assert f"Not read yet: {REQUIREMENTS}, .runs/r1/plan/adr.md. Read them" in said
    ground.read(REQUIREMENTS, IMPLEMENTER)
    assert "Not read yet: .runs/r1/plan/adr.md. Read" in ground.put("src/a.py", "a = 2\n", IMPLEMENTER)
    ground.read(".runs/r1/plan/adr.md", IMPLEMENTER)
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""
    assert ground.reasons() == ["unread", "unread"]


def test_receipts_are_not_typed(ground: Contracted) -> None:
    """Not even by who has it among its outputs."""
    said = ground.put(".runs/r1/build/build_receipt.json", "{}", "alpha/c:cleanup")
    assert "is made by `interlock receipt` alone" in said and "Call `interlock receipt r1`" in said
    assert ground.reasons() == ["made_by_code"]


def test_agents_files_are_nobodys(ground: Contracted) -> None:
    """An agent with a contract can't give itself another."""
    ground.read(REQUIREMENTS, IMPLEMENTER)
    said = ground.put(".claude/agents/implementer.md", "x", IMPLEMENTER)
    assert "is no agent's by contract" in said


def test_a_broken_contract(ground: Contracted) -> None:
    """The agent writes nothing here, and is told file and line."""
    ground.agent("critic", 'outputs = "x"\n')
    said = ground.put(".runs/r1/build/code_critique.md", CRITIQUE, CRITIC)
    assert "the contract of critic can't be read" in said
    assert ".claude/agents/critic.md" in said
    assert ground.reasons() == ["contract_fault"]


def test_elsewhere_is_free(ground: Contracted) -> None:
    """Outside the repository's checkouts nothing is restricted."""
    path = ground.base / "notes.txt"
    assert ground.refused("Write", CRITIC, file_path=str(path), content="x") == ""


def test_what_config_ignores_is_free(ground: Contracted) -> None:
    """A pattern in `ignore` lets a path through for everybody: a scratch folder that all may use."""
    ground.write(".claude/interlock.toml", 'wait = 0\nignore = ["scratch/"]\n')
    assert ground.put("scratch/a.txt", "x", CRITIC) == ""


def test_commands_are_held_to_it(ground: Contracted) -> None:
    """What a command's words say that it writes is judged like a Write, though nobody else is at work here."""
    ground.read(REQUIREMENTS, CRITIC)
    for command in (
        "sed -i s/1/2/ src/a.py",
        "echo x > src/a.py",
        "rm src/a.py",
        "mv src/a.py src/b.py",
        "touch src/n.py",
    ):
        assert "is implementer's by contract" in ground.bash(command, CRITIC), command
    assert "not all of the folder src is critic's" in ground.bash("rm -rf src", CRITIC)
    for command in (
        "cat src/a.py",
        "git diff",
        "pytest -q",
        "echo x > /tmp/elsewhere",
        "ls > .runs/r1/build/code_critique.md",
    ):
        assert ground.bash(command, CRITIC) == "", command


def test_a_command_before_the_inputs_were_read(ground: Contracted) -> None:
    """The same goes for inputs that were not read."""
    assert "Not read yet" in ground.bash("sed -i s/1/2/ src/a.py", IMPLEMENTER)
    assert ground.bash("cat src/a.py", IMPLEMENTER) == ""


def test_formatters_over_all(ground: Contracted) -> None:
    """The whole checkout is for who owns code; a critic formats nothing."""
    ground.read(REQUIREMENTS, IMPLEMENTER)
    ground.read(REQUIREMENTS, CRITIC)
    assert ground.bash("ruff format .", IMPLEMENTER) == ""
    assert "not all of the checkout is critic's" in ground.bash("ruff format .", CRITIC)


def test_a_main_agent_with_a_type(ground: Contracted) -> None:
    """A session that was started as an agent (`--agent critic`) is held to that contract."""
    ground.read(REQUIREMENTS, "beta:critic")
    assert "is implementer's" in ground.put("src/a.py", "a = 2\n", "beta:critic")


def test_config_restricts_the_main_agent(ground: Contracted) -> None:
    """With `main = true` it writes source, tests, and what of a run no agent has; else nothing."""
    ground.write(".claude/interlock.toml", "wait = 0\n[contracts]\nmain = true\n")
    assert ground.put("src/a.py", "a = 2\n", "alpha") == ""
    assert ground.put("tests/test_a.py", "t\n", "alpha") == ""
    assert ground.put(REQUIREMENTS, "More.\n", "alpha") == ""
    assert "is critic's by contract, not the main agent's" in ground.put(
        ".runs/r1/build/code_critique.md", CRITIQUE, "alpha"
    )
    assert "`interlock worklist`" in ground.put(".runs/r1/build/worklist.json", "{}", "alpha")
    assert ground.put(".claude/commands/mine.md", "x\n", "alpha") == ""
    assert ground.put(".claude/agents/mine.md", "x\n", "alpha") != "", "an agent's file may hold a contract"
    assert ground.put("src/b.py", "b\n", "alpha/x:general-purpose") == "", "a subagent without a contract is free"


def test_links_do_not_help(ground: Contracted) -> None:
    """A path is judged by where it leads."""
    ground.read(REQUIREMENTS, CRITIC)
    (ground.repo / "inside").symlink_to("src")
    assert "src/a.py is implementer's" in ground.put("inside/a.py", "x", CRITIC)


def commit(ground: Contracted) -> None:
    """A real repository, src committed, with another branch on which it differs."""
    env = {"HOME": str(ground.home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    name = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
    ground.write("src/b.py", "b = 1\n")
    there = (("init", "-q", "-b", "main"), ("add", "src"), ("commit", "-q", "-m", "one"))
    other = (("switch", "-q", "-c", "other"), ("rm", "-q", "src/b.py"), ("commit", "-q", "-m", "two"))
    for words in (*there, *other, ("switch", "-q", "main")):
        subprocess.run(["git", *name, *words], cwd=ground.repo, env=env, check=True, capture_output=True)


def test_what_a_program_changed_is_told(ground: Contracted) -> None:
    """A script that nobody can read passes; that it changed another's file is told to its agent, and logged."""
    commit(ground)
    ground.read(REQUIREMENTS, CRITIC)
    assert ground.bash("./fix-all", CRITIC) == ""
    ground.write("src/a.py", "a = 3\n")
    call = {"command": "./fix-all"}
    said = ground.tool("PostToolUse", "Bash", CRITIC, call, tool_response={"stdout": ""})["additionalContext"]
    assert "your command changed src/a.py: implementer's by contract, not critic's" in said
    (record,) = ground.records("contract_strayed")
    assert (record["paths"], record["owners"]) == (["src/a.py"], ["implementer"])
    assert check(json.dumps(record).encode()).event == "contract_strayed"


def ran(ground: Contracted, command: str, by: str) -> str:
    """What the agent is told after a command that has run."""
    said = ground.tool("PostToolUse", "Bash", by, {"command": command}, tool_response={"stdout": ""})
    return str(said.get("additionalContext", ""))


def test_a_new_file_of_a_program_is_told(ground: Contracted) -> None:
    """So is a file that a script makes, in a run, too, whether git ignores that or not; what tests and tools leave
    behind is not."""
    commit(ground)
    ground.read(REQUIREMENTS, IMPLEMENTER)
    for name, owner in ((".runs/r1/build/code_critique.md", "critic"), ("tests/test_n.py", "test-author")):
        ground.bash("python3 gen.py", IMPLEMENTER)
        ground.write(name, CRITIQUE)
        assert f"changed {name}: {owner}'s by contract" in ran(ground, "python3 gen.py", IMPLEMENTER)
    for command, name in (
        ("pytest -q", "tests/report.xml"),
        ("./gen", "tests/.cache/x"),
        ("./gen", "tests/__pycache__/t.pyc"),
        ("./gen", ".runs/r1/build/worklist.json"),
        ("./gen", "src/mine.py"),
    ):
        ground.bash(command, IMPLEMENTER)
        ground.write(name, "x\n")
        assert ran(ground, command, IMPLEMENTER) == "", name
    assert len(ground.records("contract_strayed")) == 2


def test_a_run_that_git_ignores(ground: Contracted) -> None:
    """What a script makes in it is told all the same."""
    ground.write(".gitignore", ".runs/\n")
    commit(ground)
    ground.bash("python3 gen.py", IMPLEMENTER)
    ground.write(".runs/r1/build/code_critique.md", CRITIQUE)
    assert "code_critique.md: critic's" in ran(ground, "python3 gen.py", IMPLEMENTER)


def test_a_program_under_a_block_is_told(ground: Contracted) -> None:
    """A script that changes, or makes, what a BLOCK verdict names: its agent is told, and the log has it."""
    commit(ground)
    blocks.write(str(ground.root), str(ground.repo), [Block("r1", ("src/pay",), "h|s|adv", 1.0, "it loses money")])
    for name in ("src/pay/new.py", "src/a.py"):
        ground.bash("python3 gen.py", IMPLEMENTER)
        ground.write(name, "x = 3\n")
        said = ran(ground, "python3 gen.py", IMPLEMENTER)
        assert ("src/pay/new.py, under a BLOCK verdict of run r1 by subagent adv: it loses money." in said) == (
            name == "src/pay/new.py"
        )
    (record,) = ground.records("contract_strayed")
    assert (record["paths"], record["owners"]) == (["src/pay/new.py"], ["implementer"])


def test_what_ones_own_program_changed_is_not(ground: Contracted) -> None:
    """implementer's scripts may change source."""
    commit(ground)
    assert ground.bash("./fix-all", IMPLEMENTER) == ""
    ground.write("src/a.py", "a = 3\n")
    assert ground.tool("PostToolUse", "Bash", IMPLEMENTER, {"command": "./fix-all"}, tool_response={}) == {}
    assert ground.records("contract_strayed") == []


def test_git_that_rewrites_files(ground: Contracted) -> None:
    """What git would discard, delete or move is a write; going to another commit is not, nor is committing."""
    commit(ground)
    ground.write("src/a.py", "a = 2\n")
    ground.read(REQUIREMENTS, CRITIC)
    rewriting = ("checkout src/a.py", "checkout -- src/a.py", "restore src/a.py", "stash", "reset --hard")
    for words in (*rewriting, "rm -f src/a.py", "mv src/a.py src/b.py"):
        assert "src/a.py is implementer's by contract" in ground.bash(f"git {words}", CRITIC), words
    for words in ("status", "commit -m x src/a.py", "switch other", "log", "diff src/a.py", "stash list"):
        assert ground.bash(f"git {words}", CRITIC) == "", words


def test_a_session_in_a_folder_of_the_checkout(ground: Contracted) -> None:
    """It has the agents of the top, and those of its own folder before them, as in the client."""
    ground.environ["CLAUDE_PROJECT_DIR"] = str(ground.repo / "src")
    ground.read(REQUIREMENTS, CRITIC)
    assert "src/a.py is implementer's" in ground.put("src/a.py", "a = 2\n", CRITIC)
    (ground.repo / "src/.claude/agents").mkdir(parents=True)
    mine = ground.agent("mine", 'owns = ["docs/**"]\n').read_text().replace("name: mine", "name: critic")
    (ground.repo / ".claude/agents/mine.md").unlink()
    ground.write("src/.claude/agents/critic.md", mine)
    assert ground.put("docs/a.md", "x", CRITIC) == ""
    assert "src/a.py is implementer's" in ground.put("src/a.py", "a = 2\n", CRITIC)
    ground.agent("test-author", "owns = 1\n")
    assert "the contract of test-author can't be read" in ground.put("tests/t.py", "x", "alpha/t1:test-author")
