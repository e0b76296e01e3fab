"""What an agent owns by name is in nobody else's source or tests: a user's own agent beside the pack's."""

from __future__ import annotations

import pytest

from interlock.doors import blocks
from interlock.doors.blocks import Block

from .contracted import Contracted

IMPLEMENTER, TESTER, WRITER = "alpha/a2:implementer", "alpha/a3:test-author", "alpha/a4:docs-writer"
OWNS = 'owns = ["docs/**", "README.md"]\n'


@pytest.fixture
def beside(ground: Contracted) -> Contracted:
    """docs-writer owns the documents; nothing is changed in the others' files."""
    ground.agent("docs-writer", OWNS)
    ground.read(".runs/r1/signal/requirements.md", IMPLEMENTER)
    return ground


def test_who_owns_it_by_name_is_told(beside: Contracted) -> None:
    """Those who have source and tests are refused there, with the owner's name; it writes there, and nowhere
    else."""
    for path in ("docs/a.md", "docs/e2e/a.md", "README.md"):
        for other in (IMPLEMENTER, TESTER):
            assert beside.put(path, "x\n", other).startswith(f"Interlock: {path} is docs-writer's by contract")
        assert beside.put(path, "x\n", WRITER) == ""
    assert "docs/b.md is docs-writer's" in beside.bash("echo x > docs/b.md", IMPLEMENTER)
    assert "not all of the folder docs is implementer's" in beside.bash("rm -r docs", IMPLEMENTER)
    assert beside.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""
    assert beside.put("tests/test_a.py", "t\n", TESTER) == ""
    assert "src/a.py is implementer's" in beside.put("src/a.py", "x\n", WRITER)


def test_with_the_agent_its_files_are_source_again(beside: Contracted) -> None:
    """What nobody owns by name is source, with the next call."""
    assert "docs-writer's" in beside.put("docs/a.md", "x\n", IMPLEMENTER)
    (beside.repo / ".claude/agents/docs-writer.md").unlink()
    assert beside.put("docs/a.md", "x\n", IMPLEMENTER) == ""


def test_agents_of_several_folders(beside: Contracted) -> None:
    """A session that began in a folder of the checkout has its agents and those above: one's names count in the
    other, whichever was compiled first."""
    (beside.repo / ".claude/agents/docs-writer.md").unlink()
    file, inner = beside.agent("docs-writer", OWNS), beside.repo / "part/.claude/agents"
    inner.mkdir(parents=True)
    file.rename(inner / file.name)
    assert beside.put("docs/a.md", "x\n", IMPLEMENTER) == ""
    beside.environ["CLAUDE_PROJECT_DIR"] = str(beside.repo / "part")
    assert "docs/b.md is docs-writer's" in beside.put("docs/b.md", "x\n", IMPLEMENTER)
    assert beside.put("docs/b.md", "x\n", WRITER) == ""


def test_the_main_agent_under_a_contract(beside: Contracted) -> None:
    """Its source and tests are those of the others."""
    beside.write(".claude/interlock.toml", "wait = 0\n[contracts]\nmain = true\n")
    assert "docs/a.md is docs-writer's" in beside.put("docs/a.md", "x\n", "alpha")
    assert beside.put("src/a.py", "a = 2\n", "alpha") == ""


def test_a_block_on_all_source(beside: Contracted) -> None:
    """A verdict's `@source` is all of it, whoever owns it."""
    block = Block("r1", ("@source",), "host|alpha|adv0cate", 1.0, "all is wrong")
    blocks.write(str(beside.root), str(beside.repo), [block])
    assert "docs/a.md is under a BLOCK verdict" in beside.put("docs/a.md", "x\n", WRITER)
