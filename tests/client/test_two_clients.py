"""One session open in two clients at once: `claude --resume` while the first one lives."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from .guarded import Guarded
from .model import Model
from .say import bash, edit, read, write
from .script import DONE, Block, Json

Step = Callable[[], Sequence[Block]]


def parted(first: Sequence[Step], second: Sequence[Step]) -> Callable[[list[Json]], Sequence[Block]]:
    """A turn of the one conversation, as both clients carry it on after its first answer: ``second`` are the steps
    after the prompt BETA."""

    def turn(messages: list[Json]) -> Sequence[Block]:
        asked = [n for n, one in enumerate(messages) if one["role"] == "user" and "BETA" in json.dumps(one)]
        said = [n for n, one in enumerate(messages) if one["role"] == "assistant"]
        steps = second if asked else first
        done = sum(n > asked[0] for n in said) if asked else len(said) - 1
        return steps[done]() if done < len(steps) else DONE

    return turn


def test_the_resumed_client_is_somebody_else(guarded: Guarded, model: Model) -> None:
    """The second client on the session is refused what the first holds, acts as itself in its commands, and its
    end gives back nothing of the first's."""
    path, other = guarded.project / "shared.txt", guarded.project / "other.txt"
    held: list[str] = []

    def meanwhile() -> Sequence[Block]:
        guarded.wait("session_end")
        held.append(path.read_text())
        return [edit(path, "one", "two")]

    verbs = "interlock lock check shared.txt; echo = $?; interlock lock check other.txt; echo = $?"
    second_steps: list[Step] = [lambda: [write(path, "beta\n"), write(other, "beta\n")], lambda: [bash(verbs)]]
    turn = parted([meanwhile], second_steps)
    model.scripts["ALPHA"] = [[write(path, "alpha one\n")], *[turn] * 6]
    first = guarded.client.start("ALPHA")
    guarded.wait("tool_done")
    second = guarded.client.start("BETA", session_args=["--resume", first.session_id]).wait()
    first.wait()
    assert second.session_id == first.session_id
    assert (held, path.read_text(), other.read_text()) == (["alpha one\n"], "alpha two\n", "beta\n")
    mine, theirs = first.session_id, f"{first.session_id}~{second.pid}"
    refused, granted = (mine, "deny", "held"), (mine, "allow", "granted")
    assert guarded.verdicts(path) == [granted, (theirs, *refused[1:]), (mine, "allow", "holder")]
    assert guarded.verdicts(other) == [(theirs, *granted[1:])]
    (sentence,) = [r["sentence"] for r in guarded.log("decision", verdict="deny")]
    assert "held by your own session in another client since" in sentence
    asked = next(r.text for r in model.tool_results("ALPHA") if "= " in r.text)
    assert asked.split() == ["shared.txt:", "not", "yours", "=", "1", "other.txt:", "yours", "=", "0"]
    ended = [(r["path"], r["owner"].split("|")[1]) for r in guarded.log("released")]
    assert ended == [(str(other), theirs), (str(path), mine)]


def test_resumed_after_its_end_it_is_itself(guarded: Guarded, model: Model) -> None:
    """A session that is taken up again after its client ended goes on under its own name and by what it saw: what
    another session changed meanwhile must be read again."""
    path = guarded.project / "shared.txt"
    path.write_text("one\n")
    model.scripts["GAMMA"] = [[read(path)], [edit(path, "one", "one, gamma")]]
    second_steps: list[Step] = [lambda: [edit(path, "one", "lost")]]
    model.scripts["ALPHA"] = [[read(path)], *[parted([], second_steps)] * 5]
    first = guarded.client.start("ALPHA").wait()
    guarded.client.start("GAMMA").wait()
    guarded.client.start("BETA", session_args=["--resume", first.session_id]).wait()
    assert path.read_text() == "one, gamma\n"
    if guarded.client.version >= (2, 1, 208):  # older ones refuse by themselves, before any hook
        assert guarded.verdicts(path)[1:] == [(first.session_id, "deny", "changed")]
