"""Two sessions in one worktree: the second is refused, waits, or takes over from a dead one."""

from __future__ import annotations

import re

from .guarded import Guarded
from .model import Model
from .say import edit, read, write
from .script import DONE, Turn


def test_the_second_is_refused_until_the_first_ends(guarded: Guarded, model: Model) -> None:
    """The second session's write never lands while the first works, is told by whom, and passes after it."""
    path = guarded.project / "shared.txt"
    at_refusal: list[str] = []
    model.scripts["ALPHA"] = [
        [write(path, "alpha one\n")],
        Turn([edit(path, "one", "two")], before=model.after("BETA", 2)),
    ]
    model.scripts["BETA"] = [
        Turn([read(path)], before=model.after("ALPHA", 1)),
        [write(path, "beta\n")],
        Turn(DONE, before=lambda: at_refusal.append(path.read_text())),
    ]
    model.scripts["GAMMA"] = [[read(path)], [write(path, "gamma\n")]]
    sessions = [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]
    first, second = (session.wait().session_id for session in sessions)
    assert at_refusal == ["alpha one\n"]
    assert path.read_text() == "alpha two\n"
    third = guarded.client.start("GAMMA").wait().session_id
    assert path.read_text() == "gamma\n"
    assert guarded.verdicts(path) == [
        (first, "allow", "granted"),
        (second, "deny", "held"),
        (first, "allow", "holder"),
        (third, "allow", "granted"),
    ]
    refused = model.tool_results("BETA")[1]
    assert refused.is_error
    sentence = refused.text[refused.text.index("Interlock:") :]
    assert len(sentence) <= 400
    clock = r"\d\d:\d\d"
    told = rf"shared\.txt is held by session {first[:8]} since {clock} \(\d+ s ago\), until {clock} unless"
    assert re.search(told, sentence)
    assert f"`interlock lock wait {path}`" in sentence
    assert guarded.log("decision", reason="held")[0]["sentence"] == sentence


def test_a_write_waits_in_its_hook(guarded: Guarded, model: Model) -> None:
    """A write that waits in its hook gets the lease when the holder ends, but must read what it did first."""
    guarded.configure("wait = 20\n")
    path = guarded.project / "shared.txt"
    model.scripts["ALPHA"] = [
        [write(path, "alpha one\n")],
        Turn([edit(path, "one", "two")], before=guarded.after("queued")),
    ]
    model.scripts["BETA"] = [
        Turn([read(path)], before=model.after("ALPHA", 1)),
        [write(path, "beta\n")],
        [read(path)],
        [edit(path, "two", "two, beta")],
    ]
    sessions = [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]
    first, second = (session.wait().session_id for session in sessions)
    assert guarded.verdicts(path) == [
        (first, "allow", "granted"),
        (first, "allow", "holder"),
        (second, "deny", "changed"),
        (second, "allow", "holder"),
    ]
    told = model.tool_results("BETA")[1].text
    assert f"shared.txt was changed by session {first[:8]}" in told
    assert "read it again with the Read tool" in told
    assert path.read_text() == "alpha two, beta\n"


def test_a_killed_session_frees_its_file_at_once(guarded: Guarded, model: Model) -> None:
    """Who was refused before the holder was killed with -9 gets the file at the next call, under a new fence."""
    path = guarded.project / "shared.txt"
    model.scripts["ALPHA"] = [[write(path, "alpha\n")], Turn(DONE, before=model.after("GONE", 0))]
    first = guarded.client.start("ALPHA")
    model.scripts["BETA"] = [
        Turn([read(path)], before=model.after("ALPHA", 1)),
        [write(path, "beta\n")],
        Turn([write(path, "beta\n")], before=first.kill9),
    ]
    second = guarded.client.start("BETA").wait().session_id
    model.reached("GONE", 0).set()
    assert [r.is_error for r in model.tool_results("BETA")] == [False, True, False]
    assert path.read_text() == "beta\n"
    killed = first.session_id
    assert [v for v in guarded.verdicts(path) if v[0] == second] == [
        (second, "deny", "held"),
        (second, "allow", "granted"),
    ]
    theirs, mine = guarded.log("granted", path=str(path))
    assert killed in theirs["owner"] and second in mine["owner"]
    assert mine["fence"] == theirs["fence"] + 1
    (taken,) = guarded.log("taken_over")
    assert (taken["owner"], taken["fence"]) == (theirs["owner"], theirs["fence"])


def test_a_new_session_buries_a_killed_one(guarded: Guarded, model: Model) -> None:
    """The next session to start finds nobody at work, and the killed one's file free before its lease ends."""
    path = guarded.project / "shared.txt"
    model.scripts["ALPHA"] = [[write(path, "alpha\n")], Turn(DONE, before=model.after("GONE", 0))]
    model.scripts["BETA"] = [[read(path)], [write(path, "beta\n")]]
    first = guarded.client.start("ALPHA")
    assert model.reached("ALPHA", 1).wait(20)
    first.kill9()
    guarded.client.start("BETA").wait()
    model.reached("GONE", 0).set()
    assert path.read_text() == "beta\n"
    assert "Nobody else is at work here" in model.seen_text("BETA")
    (taken,) = guarded.log("taken_over")
    assert first.session_id in taken["owner"]
    assert guarded.log("owner_dead", owner=taken["owner"])
