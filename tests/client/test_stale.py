"""A file that changed since its agent saw it.

The client has a check of its own: Write (and, before 2.1.208, Edit) of a file that changed since it was read
is refused by it before any hook runs. So what Interlock adds shows with Edit on newer clients, with MCP
writers, and where a write waited in its hook (test_two_sessions).
"""

from __future__ import annotations

import re

from .guarded import Guarded
from .model import Model
from .say import bash, edit, filer, load, read, save, write
from .script import Block, Turn


def test_changed_by_another_session(guarded: Guarded, model: Model) -> None:
    """A write on a file that another session changed is refused once, with who and when, until it is read."""
    path = guarded.project / "shared.txt"
    path.write_text("start\n")
    model.scripts["ALPHA"] = [
        [read(path)],
        Turn([save(path, "alpha\n")], before=guarded.after("session_end")),
        [read(path)],
        [save(path, "beta, alpha\n")],
    ]
    model.scripts["BETA"] = [Turn([read(path)], before=model.after("ALPHA", 1)), [write(path, "beta\n")]]
    sessions = guarded.client.start("ALPHA", **filer()), guarded.client.start("BETA")
    first, second = (session.wait().session_id for session in sessions)
    refused = model.tool_results("ALPHA")[1]
    assert refused.is_error
    assert re.search(
        rf"shared\.txt was changed by session {second[:8]} at \d\d:\d\d \(\d+ s ago\), and you have not read it",
        refused.text,
    )
    assert "read it again with the Read tool" in refused.text
    assert path.read_text() == "beta, alpha\n"
    assert guarded.verdicts(path) == [
        (second, "allow", "granted"),
        (first, "deny", "changed"),
        (first, "allow", "holder"),
    ]


def test_made_while_at_work(guarded: Guarded, model: Model) -> None:
    """A file that another session made since this one began is not written over unread."""
    path = guarded.project / "shared.txt"
    own_check = guarded.client.version < (2, 1, 228)
    model.scripts["ALPHA"] = [
        Turn([write(path, "alpha\n")], before=guarded.after("session_end")),
        [read(path)],
        [edit(path, "beta", "beta, alpha")],
    ]
    model.scripts["BETA"] = [Turn([write(path, "beta\n")], before=model.after("ALPHA", 0))]
    sessions = [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]
    first, second = (session.wait().session_id for session in sessions)
    told = "not been read yet" if own_check else f"changed by session {second[:8]}"
    assert model.tool_results("ALPHA")[0].is_error and told in model.tool_results("ALPHA")[0].text
    assert path.read_text() == "beta, alpha\n"
    mine = [v for v in guarded.verdicts(path) if v[0] == first]
    assert mine == (
        [(first, "allow", "granted")] if own_check else [(first, "deny", "changed"), (first, "allow", "holder")]
    )


def test_changed_from_outside(guarded: Guarded, model: Model) -> None:
    """A change by no agent counts too: said once as somebody outside, and no more after the file was read."""
    path, other = guarded.project / "shared.txt", guarded.project / "other.txt"
    own_check = guarded.client.version < (2, 1, 208)
    for file in (path, other):
        file.write_text("start\n")
    steps: list[list[Block]] = [[save(path, "agent\n")], [edit(other, "start", "agent")]]
    model.scripts["ONE"] = [
        [read(path), read(other)],
        Turn(steps[0], before=lambda: [file.write_text("start, person\n") for file in (path, other)]),
        steps[1],
        [load(path), read(other)],
        *steps,
    ]
    one = guarded.client.start("ONE", **filer()).wait().session_id
    results = model.tool_results("ONE")
    told = "was changed by someone outside Interlock, and you have not read it since"
    assert results[2].is_error and f"shared.txt {told}" in results[2].text
    assert results[3].is_error and ("modified since read" if own_check else f"other.txt {told}") in results[3].text
    assert (path.read_text(), other.read_text()) == ("agent\n", "agent, person\n")
    allowed_after = [(one, "deny", "changed"), (one, "allow", "holder")]
    assert guarded.verdicts(path) == allowed_after
    assert guarded.verdicts(other) == ([(one, "allow", "granted")] if own_check else allowed_after)


def test_its_own_formatter_is_no_change(guarded: Guarded, model: Model) -> None:
    """What an agent's own shell command did to a file that it knows is not counted against it."""
    path = guarded.project / "shared.txt"
    path.write_text("start\n")
    model.scripts["ONE"] = [
        [read(path)],
        [bash(f"sed -i s/start/formatted/ {path}")],
        [save(path, "formatted, agent\n")],
    ]
    one = guarded.client.start("ONE", **filer()).wait().session_id
    assert not any(r.is_error for r in model.tool_results("ONE"))
    assert path.read_text() == "formatted, agent\n"
    assert guarded.verdicts(path) == [(one, "allow", "granted")]
