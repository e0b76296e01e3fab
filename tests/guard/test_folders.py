"""A folder that is still to be made: taken by its name, held with all that comes below."""

import pytest

from .calls import Guard
from .conftest import Lock


@pytest.fixture
def typed(guard: Guard, lock: Lock) -> Guard:
    """Alpha has typed `interlock lock try newpkg ../elsewhere`; neither is there."""
    assert lock("try", "newpkg", "../elsewhere")[0] == 0
    return guard


def test_writes_below_it_are_its_holders(typed: Guard) -> None:
    """The holder may write what is in it, others may not, before and after the folder is there."""
    first, second = typed.repo / "newpkg" / "a.py", typed.repo / "newpkg" / "sub" / "b.py"
    assert "held (as newpkg) by session alpha" in typed.write(second, "beta")
    (typed.repo / "newpkg" / "sub").mkdir(parents=True)
    assert typed.write(first) == ""
    assert "held (as newpkg) by session alpha" in typed.write(second, "beta")


def test_its_coming_is_no_breach(typed: Guard) -> None:
    """That the folder came, and that files come in it, is nobody's breach."""
    folder = typed.repo / "newpkg"
    typed.tool("PreToolUse", "Bash", use="toolu_mk", command="mkdir newpkg")
    folder.mkdir()
    typed.tool("PostToolUse", "Bash", use="toolu_mk", command="mkdir newpkg")
    typed.write(folder / "a.py")
    for use in ("toolu_1", "toolu_2"):
        typed.tool("PreToolUse", "Bash", "beta", use=use, command="make")
        typed.tool("PostToolUse", "Bash", "beta", use=use, command="make")
        typed.write(folder / "b.py")
    assert typed.records("breach") == []


def test_its_coming_by_a_write_is_no_breach(typed: Guard) -> None:
    """The client makes the folder for the first file in it; that is its holder's doing."""
    (typed.repo / "newpkg").mkdir()
    typed.write(typed.repo / "newpkg" / "a.py")
    typed.tool("PreToolUse", "Bash", "beta", use="toolu_1", command="make")
    typed.tool("PostToolUse", "Bash", "beta", use="toolu_1", command="make")
    assert typed.records("breach") == []


def test_a_command_in_it_is_read(typed: Guard) -> None:
    """A command of another that works in it, beyond the repository and by names alone, is refused."""
    folder = typed.repo.parent / "elsewhere"
    folder.mkdir()
    given = {"tool_name": "Bash", "tool_use_id": "toolu_s", "tool_input": {"command": "echo x > a.py"}}
    asked = typed.hook("PreToolUse", "beta", cwd=str(folder), **given)
    assert "held" in asked["permissionDecisionReason"]
