"""`interlock lock` typed by agents: found on PATH, and acting as the agent that typed it."""

from __future__ import annotations

import re
from collections.abc import Callable

from .guarded import Guarded, actor
from .model import Model
from .say import agent, bash, read, write
from .script import DONE, Block, Json, Tool, Turn


def lock(*verbs: str) -> Tool:
    """One Bash command that runs these verbs in turn and says how each ended."""
    return bash("; ".join(f'interlock lock {verb} 2>&1; echo "= $?"' for verb in verbs))


def ends(text: str) -> list[int]:
    """The exit codes in the command's output."""
    return [int(code) for code in re.findall(r"^= (\d+)$", text, re.MULTILINE)]


def obey(model: Model, marker: str, call: int) -> Callable[[list[Json]], list[Block]]:
    """A turn that runs the `interlock lock` command in what the model was told about that call, as it stands."""

    def turn(_: list[Json]) -> list[Block]:
        found = re.search(r"`(interlock lock [^`]+)`", model.tool_results(marker)[call].text)
        return [bash(found[1] if found else "false")]

    return turn


def test_every_verb_from_the_main_agent(guarded: Guarded, model: Model) -> None:
    """Each verb works by its bare name from Bash, exits as documented, and acts as the session's main agent."""
    guarded.interlock("lock", "try", "held.txt", "--purpose", "a person's work")
    model.scripts["ONE"] = [
        [lock("try a.txt b.txt", "check a.txt b.txt", "check held.txt", "holder held.txt", "holder free.txt")],
        [lock("try held.txt c.txt", "check c.txt")],
        [lock("wait held.txt", "check held.txt")],
        [lock("release a.txt", "release a.txt", "check b.txt", "release-all", "check b.txt", "try")],
    ]
    session = guarded.client.start("ONE")
    guarded.wait("queued")
    guarded.interlock("lock", "release", "held.txt")
    one = session.wait().session_id
    texts = [r.text for r in model.tool_results("ONE")]
    assert [ends(text) for text in texts] == [[0, 0, 1, 0, 1], [1, 1], [0, 0], [0, 1, 0, 0, 1, 2]]
    assert "(a person at a terminal)" in texts[0] and "free.txt: nobody" in texts[0]
    assert 'for "a person\'s work"' in texts[1]
    granted = [(actor(r), r["path"].rpartition("/")[2]) for r in guarded.log("granted")[1:]]
    assert granted == [(one, "a.txt"), (one, "b.txt"), (one, "held.txt")]
    assert {r["pid"] for r in guarded.log("owner", owner=guarded.log("stop")[0]["owner"])} == {session.pid}


def test_the_step_that_a_refusal_names(guarded: Guarded, model: Model) -> None:
    """The command in a refusal, run as it stands, returns with the lock once the holder has ended."""
    path = guarded.project / "shared file.txt"
    model.scripts["ALPHA"] = [[write(path, "alpha\n")], Turn(DONE, before=guarded.after("decision", tool="Bash"))]
    model.scripts["BETA"] = [
        Turn([read(path)], before=model.after("ALPHA", 1)),
        [write(path, "beta\n")],
        obey(model, "BETA", 1),
        [write(path, "beta\n")],
    ]
    sessions = [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]
    first, second = (session.wait().session_id for session in sessions)
    assert "interlock lock wait" in guarded.log("decision", tool="Bash")[0]["command"]
    assert not model.tool_results("BETA")[2].is_error
    assert guarded.verdicts(path) == [
        (first, "allow", "granted"),
        (second, "deny", "held"),
        (second, "allow", "holder"),
    ]


def test_a_subagent_acts_as_itself(guarded: Guarded, model: Model) -> None:
    """What a subagent takes by `lock try` is refused to its parent, and the other way round."""
    ours, theirs = guarded.project / "ours.txt", guarded.project / "theirs.txt"
    model.scripts["MAIN"] = [
        [lock("try ours.txt")],
        [agent("SUB", run_in_background=True)],
        Turn([lock("try theirs.txt", "check ours.txt")], before=model.after("SUB", 1)),
        [write(theirs, "main\n")],
        Turn(DONE, before=model.after("SUB", 2)),
    ]
    model.scripts["SUB"] = [
        [lock("try theirs.txt", "try ours.txt")],
        Turn([write(ours, "sub\n")], before=model.after("MAIN", 4)),
        [write(theirs, "sub\n")],
    ]
    main = guarded.client.start("MAIN").wait().session_id
    sub = actor(guarded.log("subagent_stop")[0])
    tried, refused, done = model.tool_results("SUB")
    asked = model.tool_results("MAIN")[2]
    assert (ends(tried.text), ends(asked.text)) == ([0, 1], [1, 0])
    assert f"held by your parent, session {main[:8]}" in tried.text
    assert f"held by subagent general-purpose {sub[:8]} of session {main[:8]}" in asked.text
    assert guarded.verdicts(ours) == [(sub, "deny", "held")] and refused.is_error  # main went on, so no circle
    assert guarded.verdicts(theirs) == [(main, "deny", "held"), (sub, "allow", "holder")]
    assert not done.is_error and theirs.read_text() == "sub\n" and not ours.exists()


def test_two_subagents_at_once(guarded: Guarded, model: Model) -> None:
    """Two subagents whose `lock try` run at the same moment each get the lock they asked for as themselves."""
    meet = "touch {0}.here; until [ -e {1}.here ]; do :; done; interlock lock try {0}.txt"
    model.scripts["MAIN"] = [[agent("ONE"), agent("TWO")]]
    for mine, other in (("ONE", "TWO"), ("TWO", "ONE")):
        model.scripts[mine] = [
            [bash(meet.format(mine, other))],
            Turn([write(guarded.project / f"{other}.txt", mine)], before=model.after(other, 1)),
            Turn([write(guarded.project / f"{mine}.txt", mine)], before=model.after(other, 2)),
        ]
    guarded.client.start("MAIN").wait()
    results = {name: model.tool_results(name) for name in ("ONE", "TWO")}
    assert [[r.is_error for r in results[name]] for name in results] == [[False, True, False]] * 2
    assert len({actor(r) for r in guarded.log("subagent_stop")}) == 2
    for name in results:
        (granted,) = guarded.log("granted", path=str(guarded.project / f"{name}.txt"))
        (written,) = guarded.log("tool_done", tool="Write", owner=granted["owner"])
        assert written["paths"] == [granted["path"]]
        assert (guarded.project / f"{name}.txt").read_text() == name


def test_strict_mode(guarded: Guarded, model: Model) -> None:
    """In strict mode a write without the lock is refused with a command that, run as it stands, lets it pass."""
    guarded.configure('wait = 0\nmode = "strict"\n')
    path = guarded.project / "shared.txt"

    model.scripts["ONE"] = [[write(path, "one\n")], obey(model, "ONE", 0), [write(path, "one\n")]]
    one = guarded.client.start("ONE").wait().session_id
    assert [r.is_error for r in model.tool_results("ONE")] == [True, False, False]
    assert guarded.verdicts(path) == [(one, "deny", "not_taken"), (one, "allow", "holder")]
