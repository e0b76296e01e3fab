"""`interlock worklist` in a checkout: who calls, what is written, what was edited, and who is told when stuck."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from interlock.doors import clock, process
from interlock.leases.arrive import arrive
from interlock.words.owner import Liveness, Owner

from .sealed import Sealed, critique

LIST = ".runs/r1/build/worklist.json"
ONE = ("C-1", "major", "a is wrong")
TWO = ("C-2", "minor", "a is ugly")


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """A run in which the critic has found two things."""
    found = Sealed(tmp_path)
    found.artifact("code_critique.md", critique(ONE, TWO))
    return found


def test_findings_come_in(ground: Sealed) -> None:
    """The first verb brings the critique's findings onto the list, with the run's issue; the log has each."""
    done = ground.typed("worklist", "list")
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        [
            "worklist of r1/build: 2 pending; 2 new",
            "- C-1 pending major src/a.py:1: a is wrong",
            "- C-2 pending minor src/a.py:1: a is ugly",
        ],
    )
    now = ground.worklist()
    assert (now.issue_id, now.moves, len(now.rounds)) == ("12", 2, 1)
    events = ground.records("worklist_moved")
    assert [(one["id"], one["old"], one["new"]) for one in events] == [
        ("C-1", "", "pending"),
        ("C-2", "", "pending"),
    ]
    digest = hashlib.sha256((ground.repo / LIST).read_bytes()).hexdigest()
    assert {one["digest"] for one in [*events, *ground.records("worklist_looked")]} == {digest}


def test_nothing_found_writes_nothing(tmp_path: Path) -> None:
    """Without a critique there is no list, and nothing to do."""
    ground = Sealed(tmp_path)
    done = ground.typed("worklist", "list")
    assert (done.returncode, done.stdout) == (0, "worklist of r1/build: nothing on it\n")
    assert not (ground.repo / LIST).exists()


def test_who_moves_is_a_fact(ground: Sealed) -> None:
    """A subagent's move is its own by the log and the list, with its type, whatever it says."""
    done = ground.typed("worklist", "take", "C-1", "--json", by="alpha/implementer")
    data = json.loads(done.stdout)
    assert (data["counts"], data["open"], data["stuck"]) == (
        {"pending": 1, "in_progress": 1, "fixed": 0, "wontfix": 0}, 2, False,
    )  # fmt: skip
    item = ground.worklist().items[0]
    who = ground.comes("alpha", "implementer")
    assert (item.status, item.by, item.agent_type) == ("in_progress", who, "implementer")
    event = ground.records("worklist_moved")[-1]
    assert (event["owner"], event["agent_type"], event["old"]) == (who, "implementer", "pending")
    assert ground.records("contract_strayed") == []  # what a command of Interlock's writes is nobody's straying


def test_an_agent_is_held_to_its_contract(ground: Sealed) -> None:
    """By the pack's own contracts the critic can't take, the implementer can't settle, cleanup moves nothing."""
    for kind, words in (
        ("critic", ("take", "C-1")), ("implementer", ("wontfix", "C-1", "--why", "x")),
        ("cleanup", ("take", "C-1")), ("nobody", ("take", "C-1")),
    ):  # fmt: skip
        done = ground.typed("worklist", *words, by=f"alpha/{kind}")
        assert (done.returncode, "or a person" in done.stderr) == (1, True)
    assert [item.status for item in ground.worklist().items] == ["pending", "pending"]


def test_the_loop(ground: Sealed) -> None:
    """Taken, fixed, reopened by the critic with its reason, fixed again: each by whom it is for."""
    for kind, words in (
        ("implementer", ("take", "C-1")), ("implementer", ("fixed", "C-1")),
        ("critic", ("reopen", "C-1", "--why", "b is wrong, too")), ("implementer", ("take", "C-1")),
        ("implementer", ("fixed", "C-1")), ("critic", ("wontfix", "C-2", "--why", "taste")),
    ):  # fmt: skip
        done = ground.typed("worklist", *words, by=f"alpha/{kind}")
        assert done.returncode == 0, done.stderr
    assert [item.status for item in ground.worklist().items] == ["fixed", "wontfix"]
    assert ground.records("worklist_moved")[4]["why"] == "b is wrong, too"
    assert ground.typed("worklist", "list").returncode == 0


def test_taken_by_another(ground: Sealed) -> None:
    """What another agent works on is refused while it lives; what one took that has ended is gone on with."""
    ground.typed("worklist", "take", "C-1", by="alpha/implementer")
    again = ground.typed("worklist", "take", "C-1", by="alpha/implementer")
    assert again.returncode == 0
    other = ground.typed("worklist", "take", "C-1", by="beta/implementer")
    assert (other.returncode, "in_progress by subagent" in other.stderr) == (1, True)
    ground.hook("SubagentStop", "alpha/implementer-1", agent_type="implementer", last_assistant_message="")
    assert ground.typed("worklist", "take", "C-1", by="beta/implementer").returncode == 0
    assert ground.worklist().items[0].by == ground.comes("beta", "implementer")


def test_who_took_it_mends_it(ground: Sealed) -> None:
    """While the taker lives nobody else of its type calls the item fixed or gives it back; a person may."""
    ground.typed("worklist", "take", "C-1", by="alpha/implementer")
    for words in (("fixed", "C-1"), ("reopen", "C-1", "--why", "x")):
        other = ground.typed("worklist", *words, by="beta/implementer")
        assert (other.returncode, "in_progress by subagent" in other.stderr) == (1, True)
    assert ground.typed("worklist", "reopen", "C-1", "--why", "x").returncode == 0
    ground.typed("worklist", "take", "C-1", by="alpha/implementer")
    ground.hook("SubagentStop", "alpha/implementer-1", agent_type="implementer", last_assistant_message="")
    assert ground.typed("worklist", "fixed", "C-1", by="beta/implementer").returncode == 0


@pytest.mark.parametrize(
    "words", [("wontfix", "C-1"), ("reopen", "C-1"), ("take",), ("wontfix", "C-1", "--why", " ")]
)
def test_usage(ground: Sealed, words: tuple[str, ...]) -> None:
    """To settle or to reopen needs a reason."""
    assert ground.typed("worklist", *words).returncode == 2


def test_an_edited_list_is_told(ground: Sealed) -> None:
    """A list edited by hand is not built on; made again, it is what the log has, to the byte."""
    ground.typed("worklist", "take", "C-1")
    file = ground.repo / LIST
    was = file.read_bytes()
    file.write_bytes(was.replace(b'"in_progress"', b'"fixed"'))
    for words in (("list",), ("sync",), ("fixed", "C-1")):
        done = ground.typed("worklist", *words)
        assert done.returncode == 2
        assert "somebody edited it. `interlock worklist sync --rebuild --run r1 --flow build` makes" in done.stderr
    assert ground.typed("worklist", "sync", "--rebuild").returncode == 0
    assert file.read_bytes() == was


@pytest.mark.parametrize("left", ["older", "gone"])
def test_an_older_list_is_brought_up_to_date(ground: Sealed, left: str) -> None:
    """A list that git put back, or whose writer was killed after the log had it, is made again from the log."""
    ground.typed("worklist", "sync")
    file = ground.repo / LIST
    older = file.read_bytes()
    ground.typed("worklist", "take", "C-1")
    was = file.read_bytes()
    if left == "older":
        file.write_bytes(older)
    else:
        file.unlink()
    assert ground.typed("worklist", "list").returncode == 1
    assert file.read_bytes() == was


def test_a_typed_list(tmp_path: Path) -> None:
    """A list of which neither log nor critique knows is nobody's; nothing of it is lost by a rebuild."""
    ground = Sealed(tmp_path)
    file = ground.artifact("worklist.json", "{}")
    assert "it was made in another clone, or typed" in ground.typed("worklist", "list").stderr
    done = ground.typed("worklist", "sync", "--rebuild")
    assert (done.returncode, "Move it away" in done.stderr) == (2, True)
    assert file.read_text() == "{}"


def test_a_link_is_not_followed(ground: Sealed) -> None:
    """A link in the list's place is told and left alone."""
    outside = ground.base / "outside"
    outside.write_text("mine")
    (ground.repo / LIST).symlink_to(outside)
    done = ground.typed("worklist", "sync")
    assert (done.returncode, "symlink" in done.stderr) == (2, True)
    assert outside.read_text() == "mine"


def test_a_critique_that_can_t_be_read(ground: Sealed) -> None:
    """It is told with its line; the other critique's findings come in, and moves go on."""
    ground.artifact("test_critique.md", critique(("T-1", "awful", "x")))
    done = ground.typed("worklist", "sync")
    assert done.returncode == 1
    assert "can't be read: .runs/r1/build/test_critique.md:6: " in done.stdout
    assert ground.typed("worklist", "take", "C-1").returncode == 0
    assert len(ground.worklist().items) == 2


def test_a_critique_with_an_odd_name(ground: Sealed) -> None:
    """A name that can't be shown is told, its findings don't come; the others' do."""
    ground.artifact(os.fsdecode(b"\xff\x1b[31m_critique.md"), critique(("X-1", "minor", "x")))
    done = ground.typed("worklist", "sync")
    assert (done.returncode, "\x1b" in done.stdout, "name it otherwise" in done.stdout) == (1, False, True)
    assert [item.id for item in ground.worklist().items] == ["C-1", "C-2"]


def test_who_hides_the_session_is_no_person(ground: Sealed) -> None:
    """Below a client that hooks have made known, a command without the session in its environment is nobody's."""
    me = process.stat(os.getpid())
    assert me is not None
    alive = Liveness(os.getpid(), me[2], clock.boot_id(), process.namespace())
    program = str(ground.root / "bin" / "interlock")
    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    words = [program, "worklist", "take", "C-1"]
    with ground.store().transaction() as tx:
        arrive(tx, Owner("vm", "alpha"), 900.0, alive)
    done = subprocess.run(words, cwd=ground.repo, env=environ, capture_output=True, check=False, text=True)
    assert (done.returncode, "does not say which agent's it is" in done.stderr) == (2, True)
    assert not (ground.repo / LIST).exists()


def test_a_critique_without_headings(ground: Sealed) -> None:
    """What it found counts, though its body has a flaw."""
    ground.artifact("code_critique.md", critique(ONE).partition("## What's left")[0])
    done = ground.typed("worklist", "sync")
    assert (done.returncode, ground.worklist().items[0].id) == (1, "C-1")


def test_several_moves_at_once(ground: Sealed) -> None:
    """Commands that run at the same time each take effect, and the list is what the log has."""
    ground.artifact("code_critique.md", critique(*((f"C-{n}", "minor", "x") for n in range(6))))
    program = str(ground.root / "bin" / "interlock")
    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    running = [
        subprocess.Popen([program, "worklist", "take", f"C-{n}"], cwd=ground.repo, env=environ, stdout=-3)
        for n in range(6)
    ]
    assert [process.wait(30) for process in running] == [0] * 6
    now = ground.worklist()
    assert [item.status for item in now.items] == ["in_progress"] * 6
    last = ground.records("worklist_moved")[-1]["digest"]
    assert hashlib.sha256((ground.repo / LIST).read_bytes()).hexdigest() == last


def test_killed_at_any_time(ground: Sealed) -> None:
    """Whenever a command is killed the next goes on from what the log has; no move is lost that it told of."""
    ground.artifact("code_critique.md", critique(*((f"C-{n}", "minor", "x") for n in range(8))))
    assert ground.typed("worklist", "sync").returncode == 0
    program = str(ground.root / "bin" / "interlock")
    environ = {name: value for name, value in ground.environ.items() if not name.startswith("CLAUDE")}
    told = set()
    for n in range(8):
        words = [program, "worklist", "take", f"C-{n}"]
        process = subprocess.Popen(words, cwd=ground.repo, env=environ, stdout=subprocess.PIPE)
        try:
            out, _ = process.communicate(timeout=0.25 + n * 0.04)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
        told |= {f"C-{n}"} if b"in_progress" in out else set()
    assert ground.typed("worklist", "sync").returncode == 0
    moved = {one["id"] for one in ground.records("worklist_moved", new="in_progress")}
    assert {item.id for item in ground.worklist().items if item.status == "in_progress"} == moved >= told
    last = ground.records("worklist_moved")[-1]["digest"]
    assert hashlib.sha256((ground.repo / LIST).read_bytes()).hexdigest() == last


def test_stuck_goes_to_a_person(ground: Sealed) -> None:
    """After three rounds without change the issue is handed over with the open items; agents take nothing more."""
    for number in range(1, 5):
        ground.artifact("code_critique.md", critique(ONE, number=number))
        done = ground.typed("worklist", "sync", "--json", by="alpha/critic")
    data = json.loads(done.stdout)
    assert (data["stuck"], data["idle_rounds"], data["handed_to"]) == (True, 3, ".runs/handoffs/12.md")
    note = (ground.repo / ".runs/handoffs/12.md").read_text()
    assert "the worklist of r1/build is stuck: 3 rounds have changed nothing" in note
    assert "C-1 (major, src/a.py:1): a is wrong" in note
    refused = ground.typed("worklist", "take", "C-1", by="alpha/implementer")
    assert (refused.returncode, "so it is with a person now" in refused.stderr) == (1, True)
    assert (
        "stuck: 3 rounds have changed nothing, so it is with a person." in ground.typed("worklist", "list").stdout
    )
    told = ground.interlock("issue", "start", "12").stdout
    assert "is stuck" in told
    assert ground.typed("worklist", "take", "C-1").returncode == 0
    assert len(ground.records("worklist_stuck")) == 1


def test_stuck_without_an_issue(tmp_path: Path) -> None:
    """A run without an issue has nobody to hand over to: the list says so itself."""
    ground = Sealed(tmp_path)
    assert ground.interlock("runs", "start", "r2", "--title", "free").returncode == 0
    for number in range(1, 5):
        text = critique(ONE, number=number).replace("run_id: r1", "run_id: r2")
        ground.write(".runs/r2/build/code_critique.md", text)
        done = ground.typed("worklist", "sync", "--run", "r2", "--json")
    data = json.loads(done.stdout)
    assert (data["stuck"], data["handed_to"]) == (True, None)


def test_which_run(ground: Sealed) -> None:
    """With several open runs it is the one that is named, or that the caller has read of; else it asks."""
    assert ground.interlock("runs", "start", "r2", "--title", "other").returncode == 0
    done = ground.typed("worklist", "list")
    assert (done.returncode, "Several runs are open: r1, r2. Say which with --run." in done.stderr) == (2, True)
    assert ground.typed("worklist", "list", "--run", "r2").returncode == 0
    assert "There is no run 'r3' here" in ground.typed("worklist", "list", "--run", "r3").stderr
    path = str(ground.repo / ".runs/r1/build/code_critique.md")
    ground.comes("alpha", "implementer")
    time.sleep(0.15)  # what changes in the very moment of a read is not taken as read
    read = {
        "tool_name": "Read",
        "tool_use_id": "x",
        "tool_input": {"file_path": path},
        "agent_type": "implementer",
    }
    ground.hook("PreToolUse", "alpha/implementer-1", **read)
    ground.hook("PostToolUse", "alpha/implementer-1", **read, tool_response={})
    done = ground.typed("worklist", "take", "C-1", by="alpha/implementer")
    assert done.returncode == 0, done.stderr


def test_the_gate_finds_what_is_open(ground: Sealed) -> None:
    """A completion block that hides open items is bounced, by the list as it is now written."""
    ground.start()
    ground.typed("worklist", "take", "C-1")
    missing = "\n".join(ground.check().missing)
    assert f"findings are hidden: {LIST} still has 2 findings pending (C-1, C-2)" in missing
    ground.typed("worklist", "fixed", "C-1")
    ground.typed("worklist", "wontfix", "C-2", "--why", "taste")
    assert "hidden" not in "\n".join(ground.check().missing)


def test_an_empty_critique_is_a_round(ground: Sealed) -> None:
    """A critic that finds nothing has looked all the same."""
    ground.artifact("code_critique.md", critique())
    assert ground.typed("worklist", "sync").returncode == 0
    assert (len(ground.worklist().items), len(ground.worklist().rounds)) == (0, 1)


def test_hostile_words_steer_no_terminal(ground: Sealed) -> None:
    """What a finding says is shown as plain signs."""
    ground.artifact("code_critique.md", critique(("C-1", "major", "\\e[31mred \\u202e")))
    out = ground.typed("worklist", "list").stdout
    assert "\x1b" not in out and "\u202e" not in out and "red" in out


def test_the_list_is_in_no_tree(ground: Sealed) -> None:
    """Moving items writes below .runs/ alone, and leaves nothing beside the list."""
    before = set(os.listdir(ground.repo / ".runs/r1/build"))
    ground.typed("worklist", "take", "C-1")
    assert set(os.listdir(ground.repo / ".runs/r1/build")) == before | {"worklist.json"}
    assert {line.split("/")[0] for line in ground.git("status", "--porcelain").splitlines()} == {"?? .runs"}
