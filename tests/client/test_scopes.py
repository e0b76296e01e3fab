"""Project and user scope, a teammate without Interlock, and what a session is told at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock.install.command import ABSENT

from .guarded import Guarded
from .model import Model
from .say import read, write
from .script import DONE, Turn


@pytest.mark.parametrize("scope", ["project", "user"])
def test_the_wider_scopes_guard_too(place: Guarded, model: Model, scope: str) -> None:
    """Installed for the project or for the user, a file that a person holds is refused as in local scope."""
    place.install(scope)
    place.commit()
    path = place.project / "shared.txt"
    place.interlock("lock", "try", path)
    model.scripts["ONE"] = [[write(path, "one\n")]]
    one = place.client.start("ONE").wait().session_id
    (refused,) = model.tool_results("ONE")
    assert refused.is_error and "(a person at a terminal)" in refused.text
    assert place.verdicts(path) == [(one, "deny", "held")] and not path.exists()
    assert place.log("session_start") and place.log("session_end")


def test_a_teammate_without_interlock(place: Guarded, model: Model, tmp_path: Path) -> None:
    """Who clones a guarded repository and lacks Interlock is told so once, in one sentence, and not blocked."""
    place.install("project")
    place.commit()
    mate = place.elsewhere(tmp_path / "mate", tmp_path / "clone")
    mate.client.home.mkdir()
    place.run("git", "clone", "-q", place.project, mate.project)
    path = mate.project / "shared.txt"
    model.scripts["ONE"] = [[write(path, "one\n")], [read(path)]]
    mate.client.start("ONE").wait()
    assert [r.is_error for r in model.tool_results("ONE")] == [False, False]
    assert path.read_text() == "one\n"
    assert model.seen_text("ONE").count(ABSENT) == 1
    assert ABSENT.count(". ") == 0 and len(ABSENT) <= 600
    assert not mate.state.exists()


def test_what_a_session_is_told(guarded: Guarded, model: Model) -> None:
    """At its start a session reads the rule and who else is at work with what, in at most 600 characters."""
    path = guarded.project / "src" / "shared.txt"
    model.scripts["ALPHA"] = [[write(path, "alpha\n")], Turn(DONE, before=guarded.after("session_start", 3))]
    model.scripts["BETA"] = [DONE]
    model.scripts["GAMMA"] = [DONE]
    linked = guarded.elsewhere(guarded.client.home, guarded.project.with_name("linked"))
    guarded.run("git", "worktree", "add", "-q", linked.project)
    linked.install()
    first = guarded.client.start("ALPHA")
    assert model.reached("ALPHA", 1).wait(20)
    guarded.client.start("BETA").wait()
    linked.client.start("GAMMA").wait()
    first.wait()
    told = [_told(model, marker) for marker in ("ALPHA", "BETA", "GAMMA")]
    assert [text.startswith("Interlock guards this repository") for text in told] == [True] * 3
    assert "Nobody else is at work here." in told[0]
    assert f"session {first.session_id[:8]} holds src/shared.txt" in told[1]
    assert f"session {first.session_id[:8]} holds " in told[2] and "src/shared.txt" in told[2]
    assert max(map(len, told)) <= 600


def _told(model: Model, marker: str) -> str:
    """Interlock's line in what the model read."""
    lines = model.seen_text(marker).split("\n")
    (line,) = [line for line in lines if "Interlock guards" in line]
    return line[line.index("Interlock guards") :]
