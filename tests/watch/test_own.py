"""Changes that are the holder's own though no call of its says so: its hooks', a person's, a server's."""

import pytest
from tests.guard.calls import settle

from .conftest import Type
from .repo import Watched


def test_the_holders_formatter(watched: Watched, typed: Type) -> None:
    """A hook of the holder's that changes the file after our Post, while another's command runs, is no breach;
    what the tool had written stays listed."""
    watched.held("other.py")
    use = watched.begin()
    file = watched.held(text="x=1\n")
    file.write_text("x = 1\n")
    assert watched.end(use) == "" and watched.breaches() == [] and watched.told() == ""
    assert "replaced by session alpha" in typed("restore", "held.py", "--list", by="alpha")[1]
    watched.run("echo theirs > held.py")
    assert (watched.root / "kept" / watched.breaches()[0]["old"]).read_text() == "x = 1\n"


@pytest.mark.parametrize("call", ["read", "command"])
def test_after_the_holders_next_call(watched: Watched, call: str) -> None:
    """The holder's hooks were done when it made its next call: what changes then is another's again."""
    use = watched.begin()
    file = watched.held()
    watched.told() if call == "read" else watched.begin("alpha", "true", "toolu_t")
    watched.end("toolu_t", "alpha", "true") if call == "command" else None
    settle(file)
    watched.shell("sleep 0.05; echo theirs > held.py")
    assert "held.py" in watched.end(use)


def test_a_command_that_began_after_the_write(watched: Watched) -> None:
    """A command that began after the holder's write is a suspect at once."""
    watched.held()
    assert "held.py" in watched.run("echo theirs > held.py")


def test_long_after_the_write(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """No hook takes for ever: later it was the command that ran all the time."""
    monkeypatch.setattr("interlock.guard.whose.HOOKS", 0.0)
    use = watched.begin()
    watched.held()
    watched.shell("echo theirs > held.py")
    assert "held.py" in watched.end(use)


def test_a_persons_file(watched: Watched, typed: Type) -> None:
    """What changes in a file that a person took at a terminal is the person's: they have an editor, and no hooks.
    Who ran a command meanwhile is told nothing and gives nothing back."""
    file = watched.file("held.py", "old\n")
    settle(file)
    assert typed("lock", "try", "held.py")[0] == 0
    assert watched.run(lambda: file.write_text("an hour of work\n")) == ""
    assert watched.breaches() == []
    assert typed("restore", "held.py", by="beta")[0] != 0
    assert file.read_text() == "an hour of work\n"
    assert "replaced by" in typed("restore", "held.py", "--list")[1], "if it was the command: what was there"


def test_a_tools_write_to_a_persons_file(watched: Watched, typed: Type) -> None:
    """A tool that certainly wrote a person's file is named all the same; nobody says that the person was told."""
    file = watched.file("held.py", "old\n")
    settle(file)
    assert typed("lock", "try", "held.py")[0] == 0
    file.write_text("theirs\n")
    call = {"tool_name": "mcp__fs__put", "tool_use_id": "toolu_x", "tool_input": {"path": str(file)}}
    told = watched.hook("PostToolUse", "beta", **call, duration_ms=5000)["additionalContext"]
    assert "a person at a terminal" in told and "has been told" not in told
    assert len(watched.breaches()) == 1


SERVER = "nohup ./server.sh > server.log 2>&1 &"


def served(watched: Watched, command: str = SERVER) -> None:
    """alpha starts a server; its command is over at once, and the server goes on with its log."""
    use = watched.begin("alpha", command)
    (watched.repo / "server.log").write_text("listening\n")
    watched.end(use, "alpha", command)
    settle(watched.repo / "server.log")


def test_the_log_of_a_server(watched: Watched) -> None:
    """A file that the reader saw a part in the background write goes on being its holder's; each later command of
    another's is blamed for nothing."""
    watched.held("other.py", by="beta")
    served(watched)
    for number in range(2):
        assert watched.run(f"echo line {number} >> server.log") == ""
    assert watched.breaches() == []
    assert "held by session alpha" in watched.write(watched.repo / "server.log", "gamma")


@pytest.mark.parametrize("command", ["./server.sh > server.log", "true && ./server.sh > server.log 2>&1"])
def test_a_log_written_in_the_foreground(watched: Watched, command: str) -> None:
    """What no part in the background writes is compared as any file."""
    watched.held("other.py", by="beta")
    served(watched, command)
    assert "server.log" in watched.run("echo theirs > server.log")


def test_a_log_that_its_holder_writes_otherwise(watched: Watched) -> None:
    """The holder's own write of the log ends that."""
    watched.held("other.py", by="beta")
    served(watched)
    watched.read(watched.repo / "server.log")
    assert watched.write(watched.repo / "server.log", text="emptied") == ""
    settle(watched.repo / "server.log")
    assert "server.log" in watched.run("echo theirs > server.log")
