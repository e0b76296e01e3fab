"""Changes while the holder's own write is let through and has not ended: it may wait for its user's permission."""

from pathlib import Path
from typing import Any

import pytest
from tests.guard.calls import settle

from .conftest import Type
from .repo import Watched


def asked(watched: Watched, file: Path, tool: str = "Write", text: str = "mine v2\n") -> dict[str, Any]:
    """alpha's write is let through, and stays open."""
    given = {"file_path": str(file), "content": text} if tool == "Write" else {"path": str(file)}
    assert "permissionDecision" not in watched.tool("PreToolUse", tool, use="toolu_w", **given)
    settle(file)
    return given


def done(watched: Watched, tool: str, given: dict[str, Any], event: str = "PostToolUse", **told: object) -> None:
    watched.hook(event, tool_name=tool, tool_use_id="toolu_w", tool_input=given, tool_response=told, duration_ms=1)


def test_a_write_that_its_user_refused(watched: Watched, typed: Type) -> None:
    """No Post comes: at the holder's next call, a Read even, another's change is a breach, and nothing is lost."""
    file = watched.held()
    asked(watched, file)
    assert watched.run("echo theirs > held.py") == ""
    assert watched.told("gamma") == "" and watched.breaches() == [], "not decided before"
    heard = watched.told()
    (breach,) = watched.breaches()
    assert breach["owner"].endswith("|beta|main") and (breach["old_kept"], breach["new_kept"]) == (True, True)
    assert "session beta" in heard and "interlock restore" in watched.told("beta")
    assert typed("restore", "held.py", by="beta")[0] == 0
    assert file.read_text() == "mine\n"


def test_two_changes_meanwhile(watched: Watched) -> None:
    """Each of two changes while the write waits is told, and both contents are kept."""
    file = watched.held()
    asked(watched, file)
    for text in ("one", "two"):
        watched.run(f"echo {text} > held.py")
        settle(file)
    watched.hook("Stop")
    first, second = watched.breaches()
    assert first["new"] == second["old"] and second["new_kept"] is True


def test_a_write_that_came_over_it(watched: Watched) -> None:
    """The holder's tool wrote something else than what was seen: that was a breach, and its bytes are kept."""
    file = watched.held()
    given = asked(watched, file)
    watched.run("echo theirs > held.py")
    file.write_text("mine v2\n")
    done(watched, "Write", given)
    (breach,) = watched.breaches()
    assert (watched.root / "kept" / breach["new"]).read_text() == "theirs\n"
    assert "interlock restore" not in watched.told("beta"), "it stands no more"
    assert watched.run("true") == "" and len(watched.breaches()) == 1
    watched.run("echo again > held.py")
    assert (watched.root / "kept" / watched.breaches()[1]["old"]).read_text() == "mine v2\n"


def seen_early(watched: Watched, file: Path, text: str) -> None:
    """Another's hook looks between the holder's write and its Post, while another's command runs."""
    use = watched.begin("beta")
    settle(file)
    file.write_text(text)
    assert watched.told("gamma") == ""
    watched.end(use)


@pytest.mark.parametrize("text", ["mine v2\n", "\ufeffmine v2\r\n"])
def test_the_holders_write_seen_early(watched: Watched, text: str) -> None:
    """What the holder's tool wrote is its own, seen before its Post or after it; line ends and byte order marks
    are the client's affair."""
    file = watched.held()
    given = asked(watched, file)
    seen_early(watched, file, text)
    done(watched, "Write", given)
    assert watched.breaches() == [] and watched.told() == ""


def test_formatted_before_its_post(watched: Watched) -> None:
    """What the tool did not find when it wrote came after that: the holder's hooks', before our Post."""
    file = watched.held()
    given = asked(watched, file)
    seen_early(watched, file, "mine  v2\n")
    done(watched, "Write", given, originalFile="mine\n")
    assert watched.breaches() == []


def test_an_edit_on_top_of_it(watched: Watched) -> None:
    """What an Edit found there is another's, though it went into the holder's version."""
    file = watched.held()
    watched.tool("PreToolUse", "Edit", use="toolu_w", file_path=str(file), old_string="m", new_string="M")
    watched.run("printf 'mine\\ntheirs\\n' > held.py")
    file.write_text("Mine\ntheirs\n")
    given = {"file_path": str(file), "old_string": "m", "new_string": "M"}
    done(watched, "Edit", given, originalFile="mine\ntheirs\n")
    (breach,) = watched.breaches()
    assert (watched.root / "kept" / breach["new"]).read_text() == "mine\ntheirs\n"


def test_a_write_that_failed(watched: Watched) -> None:
    """A Write that failed has written nothing: what was seen is another's."""
    file = watched.held()
    given = asked(watched, file)
    watched.run("echo theirs > held.py")
    done(watched, "Write", given, "PostToolUseFailure")
    assert len(watched.breaches()) == 1


def test_a_tool_that_tells_nothing(watched: Watched) -> None:
    """Of an MCP tool nobody can say what it wrote: what changed until its Post is taken for its own."""
    file = watched.held()
    given = asked(watched, file, "mcp__fs__put")
    seen_early(watched, file, "by the tool\n")
    done(watched, "mcp__fs__put", given)
    assert watched.breaches() == []


def test_undone_meanwhile(watched: Watched) -> None:
    """What is again as the holder had it when its write ends is none."""
    file = watched.held()
    asked(watched, file)
    watched.run("echo theirs > held.py")
    watched.run("echo mine > held.py")
    assert watched.told() == "" and watched.breaches() == []
