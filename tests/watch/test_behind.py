"""Commands in the background: suspects while their process is seen, perhaps a moment longer, then no more."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from tests.guard.calls import settle

from interlock.doors import process
from interlock.guard import attribution, behind

from .repo import Watched
from .test_attribution import changes, commit, holder, short


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each hook looks."""
    monkeypatch.setattr(behind, "OFTEN", 0.0)
    monkeypatch.setattr(attribution, "_OFTEN", 0.0)


@pytest.fixture
def server(watched: Watched) -> "Iterator[subprocess.Popen[bytes]]":
    """A background command of beta's beside alpha's held file."""
    watched.held()
    started = watched.behind()
    yield started
    end(started)


def end(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def change(watched: Watched, text: str = "theirs\n") -> None:
    file = watched.repo / "held.py"
    time.sleep(0.05)
    file.write_text(text)
    settle(file)


def test_while_it_runs(watched: Watched, server: object) -> None:
    """A command that is seen to run is a suspect for certain."""
    change(watched)
    heard = watched.told()
    assert "session beta" in heard and "perhaps" not in heard + watched.told("beta")
    (breach,) = watched.breaches()
    assert breach["by"] == [breach["owner"]] and breach["owner"].endswith("|beta|main")


def test_after_its_end(watched: Watched, server: "subprocess.Popen[bytes]") -> None:
    """What changes after its end was found is not its doing; until then, perhaps."""
    end(server)
    change(watched)
    heard = watched.told()
    assert "perhaps by session beta" in heard and "perhaps from outside" in heard
    assert "perhaps" in watched.told("beta")
    (breach,) = watched.breaches()
    assert breach["owner"] == "" and breach["by"][0].endswith("|beta|main")
    change(watched, "by a person\n")
    watched.run("true", by="gamma")
    assert watched.breaches()[1]["by"] == ["outside"]


def test_unmarked(watched: Watched) -> None:
    """Of a command that went to the background by itself nobody sees the end: it is never more than perhaps, gets
    nothing, and git is not asked for it."""
    commit(watched, "free.py")
    watched.held()
    watched.end(watched.begin("beta", "npm run dev"), "beta", "npm run dev", behind=True)
    change(watched)
    free = watched.repo / "free.py"
    free.write_text("a person's\n")
    settle(free)
    assert "perhaps" in watched.told("beta") and "perhaps" in watched.told()
    assert changes(watched) == [] and holder(watched, free, "alpha") == ""


def test_until_its_owner_ends(watched: Watched) -> None:
    """A session's end ends its commands."""
    watched.held()
    watched.end(watched.begin("beta", "npm run dev"), "beta", "npm run dev", behind=True)
    watched.hook("SessionEnd", "beta", reason="other")
    watched.told()
    change(watched)
    watched.run("true", by="gamma")
    assert watched.breaches()[-1]["by"] == ["outside"]


def test_free_files(watched: Watched) -> None:
    """What it changes while it is seen is its owner's, noticed at its next call; told once."""
    commit(watched, "a.py")
    started = watched.behind("sleep 0.2; echo x >> a.py; ./serve")
    try:
        time.sleep(0.5)
        watched.told("gamma")
        watched.told("beta")
        watched.told("beta")
    finally:
        end(started)
    assert [short(watched, event) for event in changes(watched)] == [["a.py"]]
    assert "held by session beta" in holder(watched, watched.repo / "a.py")


def test_free_files_at_its_end(watched: Watched) -> None:
    """What changed between the last look and the one that found it gone may be its doing: told so, and nobody
    gets it."""
    commit(watched, "a.py")
    started = watched.behind("sleep 0.1; echo x >> a.py")
    started.wait()
    settle(watched.repo / "a.py")
    watched.told("beta")
    (event,) = changes(watched)
    assert (short(watched, event), event["others"]) == (["a.py"], ["outside"])
    assert holder(watched, watched.repo / "a.py") == ""


def test_git_that_is_slow(watched: Watched, server: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git took too long it is not asked again for that command."""
    asked = []

    def slow(*_: object) -> attribution.Changed:
        asked.append(1)
        return attribution.Changed("git took too long")

    monkeypatch.setattr(attribution, "changed", slow)
    for _ in range(3):
        watched.told("beta")
    assert len(asked) == 1


def test_the_look_for_a_process() -> None:
    """A text among a process's arguments is found as a whole word, and only there."""
    name = f"interlock:probe{os.getpid()}"
    assert process.started_with(name) in (False, None)
    with subprocess.Popen(["bash", "-c", f"read x; : '\n# {name}'"], stdin=subprocess.PIPE) as shell:
        for _ in range(100):
            if found := process.started_with(name):
                break
            time.sleep(0.02)
        assert found is True
        assert process.started_with(name[:-1]) is not True
        shell.kill()
