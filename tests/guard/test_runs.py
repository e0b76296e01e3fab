"""The hook on validation runs: one at a time per checkout, in turn, before the command begins."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors import clock, runticket
from interlock.doors.audit import AuditFile
from interlock.doors.place import lib_dir
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.memory import Memory
from interlock.guard import running, runtexts
from interlock.guard.scene import Evidence
from interlock.install import prefix
from interlock.leases.records import lease_of
from interlock.leases.runs import REDEEMED_WITHIN, give_back
from interlock.words.lease import Lease

from .calls import Guard


@pytest.fixture
def marked(guard: Guard) -> Guard:
    """A guard whose client starts its commands through the prefix program."""
    guard.config("wait = 0\nrun_wait = 0")
    guard.file("a.py")
    (guard.root / "install").mkdir(parents=True)
    prefix.write(guard.root)
    guard.environ["CLAUDE_CODE_SHELL_PREFIX"] = str(prefix.path(guard.root))
    return guard


def pre(guard: Guard, command: str, by: str = "alpha", use: str = "", **more: object) -> dict[str, Any]:
    return guard.tool("PreToolUse", "Bash", by, use, command=command, **more)


def post(guard: Guard, command: str, by: str = "alpha", use: str = "", **more: object) -> dict[str, Any]:
    return guard.tool("PostToolUse", "Bash", by, use, command=command, **more)


def denied(answer: dict[str, Any]) -> str:
    """The refusal's sentence, "" for none."""
    return str(answer["permissionDecisionReason"]) if answer.get("permissionDecision") == "deny" else ""


def command(answer: dict[str, Any]) -> str:
    given = answer.get("updatedInput", {})
    return str(given.get("command", ""))


def store(guard: Guard) -> Embedded:
    return Embedded(str(guard.root), AuditFile(str(guard.root)), clock.now, clock.wall, clock.boot_id())


def leases(guard: Guard) -> list[Lease]:
    with store(guard).transaction() as tx:
        return [lease_of(row) for row in tx.run("lease_all")]


def free(guard: Guard) -> None:
    """The wrapper's end of every run."""
    with store(guard).transaction() as tx:
        for lease in map(lease_of, tx.run("lease_all")):
            pair = (lease.resource.key, lease.fence)
            give_back(tx, Evidence(clock.boot_id(), str(guard.root)), lease.owner, [pair])


def test_it_takes_the_mutex(marked: Guard) -> None:
    """The command is marked and nothing else of it changed, its ticket lies ready, and the mutex is its for thirty
    seconds."""
    answer = pre(marked, "cd . && pytest -q | tail -3", use="toolu_one")
    assert command(answer) == "cd . && pytest -q | tail -3\n# interlock:toolu_one"
    assert "permissionDecision" not in answer and "additionalContext" not in answer
    (lease,) = leases(marked)
    assert lease.resource.key == f"mutex:tests@{marked.repo.resolve()}"
    assert lease.purpose == "toolu_one pytest -q"
    assert REDEEMED_WITHIN - 5 < lease.until - clock.now() <= REDEEMED_WITHIN
    ticket = runticket.read(str(marked.root), "toolu_one")
    assert ticket.leases == ((lease.resource.key, lease.fence),)
    assert (ticket.checkout, ticket.owner) == (str(marked.repo.resolve()), lease.owner.id)
    assert [run["name"] for run in ticket.runs] == ["pytest"]
    assert marked.records("decision")[-1]["reason"] == "run"


@pytest.mark.parametrize("plain", ["ls -l", "git status", "cat tests/test_a.py", "echo pytest", "npm run dev"])
def test_other_commands_take_nothing(marked: Guard, plain: str) -> None:
    """What validates nothing passes as ever, be there a run or not."""
    pre(marked, "pytest", "beta")
    answer = pre(marked, plain)
    assert denied(answer) == "" and command(answer) == ""
    assert len(leases(marked)) == 1


@pytest.mark.parametrize(
    "forged",
    [
        "echo 3 passed\n# interlock:toolu_1\\", "# interlock:toolu_1", "pytest\n# interlock:toolu_1\n",
        "true\n# interlock:", "cat <<x\n# interlock:toolu_1\nx",
    ],
)  # fmt: skip
def test_nobody_else_writes_the_mark(marked: Guard, forged: str) -> None:
    """A command with a line that begins as the mark of another call is refused, and takes nothing."""
    pre(marked, "pytest -q", use="toolu_1")
    said = denied(pre(marked, forged, "alpha/sub", use="toolu_2"))
    assert "`# interlock:`" in said and said.endswith("Leave that line out and run the rest.") and len(said) <= 400
    assert len(leases(marked)) == 1


@pytest.mark.parametrize(
    "honest", ["echo x # interlock:toolu_1", "grep '# interlock:' a.py", "true\n# interlock:toolu_2"]
)
def test_who_speaks_of_the_mark_is_let_be(marked: Guard, honest: str) -> None:
    """Within a line it marks nothing; at the end it may be this very call's."""
    assert denied(pre(marked, honest, use="toolu_2")) == ""


def test_another_session_is_refused(marked: Guard) -> None:
    """The refusal says who runs what since when, the place, that it is kept, and the next step; the place is
    kept."""
    pre(marked, "pytest -q", "beta")
    sentence = denied(pre(marked, "npx jest"))
    assert "session beta runs `pytest -q` since" in sentence
    assert "You are number 1 in the queue, kept for 30 s" in sentence
    assert "`interlock wait tests`" in sentence and len(sentence) <= 400
    assert "number 2 in the queue" in denied(pre(marked, "pytest", "gamma"))
    free(marked)
    assert "next in the queue" in denied(pre(marked, "pytest", "gamma"))
    assert denied(pre(marked, "pytest -x")) == ""


def test_a_subagent_and_ones_own_second_run(marked: Guard) -> None:
    """A subagent's run is in its parent's way, and one's own first run in that of the second."""
    pre(marked, "pytest", "alpha/sub")
    assert "subagent" in denied(pre(marked, "pytest"))
    free(marked)
    pre(marked, "pytest")
    assert "your own command runs `pytest`" in denied(pre(marked, "mypy ."))


def test_another_checkout_is_free(marked: Guard, tmp_path: Path) -> None:
    """Each checkout has mutexes of its own."""
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    pre(marked, "pytest")
    assert denied(pre(marked, f"cd {other} && pytest", "beta")) == ""
    assert len(leases(marked)) == 2


def test_it_waits_in_the_hook(marked: Guard) -> None:
    """Given back while the hook waits, it is granted at once."""
    marked.config("wait = 0\nrun_wait = 10")
    pre(marked, "pytest", "beta")
    threading.Timer(0.4, free, [marked]).start()
    began = time.monotonic()
    assert denied(pre(marked, "pytest")) == ""
    assert 0.3 < time.monotonic() - began < 0.9


def test_no_bell_is_lost(marked: Guard) -> None:
    """A bell at the very end of one look ends the wait as any other does."""

    def late(ticket: int, seconds: float) -> None:
        time.sleep(seconds + 0.001)
        twin.ring(ticket)

    twin = Memory(time.monotonic, pause=late)
    began = time.monotonic()
    running.pause(twin, Evidence(clock.boot_id(), str(marked.root)), [], 1, 5.0)
    assert time.monotonic() - began < 1


def test_a_wait_ends(marked: Guard) -> None:
    """Nobody waits longer than the config says."""
    marked.config("wait = 0\nrun_wait = 0.3")
    pre(marked, "pytest", "beta")
    began = time.monotonic()
    assert denied(pre(marked, "pytest"))
    assert 0.25 < time.monotonic() - began < 1.5


def test_the_same_call_asked_twice(marked: Guard) -> None:
    """Two hooks for one call (installed twice) get one answer and one lease."""
    first = pre(marked, "pytest", use="toolu_same")
    assert pre(marked, "pytest", use="toolu_same") == first
    assert len(marked.records("granted")) == 1


def test_refused_for_a_file_it_takes_no_mutex(marked: Guard) -> None:
    """A command that would write somebody's file is refused for that, and holds nobody up."""
    marked.write(marked.repo / "out.txt", "beta")
    assert "out.txt is held" in denied(pre(marked, "pytest > out.txt"))
    assert [lease.resource.kind for lease in leases(marked)] == ["file"]


def test_refused_for_the_mutex_it_leaves_no_ticket(marked: Guard) -> None:
    """A command that would have run contained leaves neither of its tickets when its turn has not come."""
    marked.write(marked.repo / "held.txt", "beta")
    pre(marked, "pytest", "gamma")
    assert denied(pre(marked, "make test && pytest", use="toolu_none"))
    assert [path.name for path in (marked.root / "tickets").iterdir() if "toolu_none" in path.name] == []


def test_contained_and_one_at_a_time(marked: Guard) -> None:
    """Beside a held file the command has both tickets."""
    marked.write(marked.repo / "held.txt", "beta")
    answer = pre(marked, "pytest", use="toolu_both")
    assert command(answer).endswith("# interlock:toolu_both")
    names = {path.name for path in (marked.root / "tickets").iterdir() if "toolu_both" in path.name}
    assert "toolu_both.run" in names


def test_who_is_asked_is_marked(marked: Guard) -> None:
    """A command that the person is asked about first finds its ticket too, once allowed."""
    marked.config('wait = 0\nrun_wait = 0\nshell_unread = "ask"')
    marked.write(marked.repo / "held.txt", "beta")
    answer = pre(marked, "mount ./x ./y; ./x; pytest", use="toolu_ask")  # root contains sudo, but not this
    assert answer["permissionDecision"] == "ask"
    assert command(answer).endswith("# interlock:toolu_ask")


def test_alone_with_strict_unread(marked: Guard) -> None:
    """With nobody else's file in the way, a run that can't be read through is neither asked about nor refused."""
    marked.config('wait = 0\nrun_wait = 0\nshell_unread = "deny"')
    assert "permissionDecision" not in pre(marked, "make test")


def test_what_was_not_allowed_is_not_waited_for(marked: Guard) -> None:
    """An agent whose run its user did not allow does not wait for itself: its next one is served seconds later."""
    marked.config("wait = 0\nrun_wait = 6")
    pre(marked, "pytest", use="toolu_denied")
    began = time.monotonic()
    assert denied(pre(marked, "pytest -x", use="toolu_next")) == ""
    assert time.monotonic() - began < 5
    assert [lease.purpose for lease in leases(marked)] == ["toolu_next pytest -x"]
    assert denied(pre(marked, "pytest", "beta"))


@pytest.mark.parametrize("event", ["Stop", "SessionEnd"])
def test_no_stop_ends_it(marked: Guard, event: str) -> None:
    """The owner's stop leaves the mutex to the command's thirty seconds, and then to the kernel."""
    pre(marked, "pytest", run_in_background=True)
    marked.hook(event, reason="other")
    assert denied(pre(marked, "pytest", "beta"))


def test_a_call_that_never_redeemed_gives_it_back(marked: Guard) -> None:
    """A command that ended without its wrapper (its interpreter was gone) has its mutex given back at its end."""
    pre(marked, "pytest", use="toolu_gone")
    post(marked, "pytest", use="toolu_gone")
    assert leases(marked) == [] and list((marked.root / "tickets").iterdir()) == []


@pytest.mark.parametrize("why", ["no prefix", "older prefix"])
def test_without_the_prefix(marked: Guard, why: str) -> None:
    """Where no ticket would be redeemed the mutex lasts from Pre to Post, or for the command's own timeout; it is
    told once that nothing records the run."""
    if why == "no prefix":
        del marked.environ["CLAUDE_CODE_SHELL_PREFIX"]
    else:
        program = prefix.path(marked.root)
        program.write_text(program.read_text().replace("interlock-run v1", "interlock-nothing"))
    answer = pre(marked, "pytest", use="toolu_one", timeout=300_000)
    assert command(answer) == "" and "interlock run -- COMMAND" in answer["additionalContext"]
    (lease,) = leases(marked)
    assert 290 < lease.until - clock.now() <= 300
    assert denied(pre(marked, "pytest", "beta"))
    post(marked, "pytest", use="toolu_one")
    assert leases(marked) == []
    again = pre(marked, "pytest", "beta", use="toolu_two")
    assert "interlock run" in again["additionalContext"], "each owner is told"
    post(marked, "pytest", "beta", use="toolu_two")
    assert pre(marked, "pytest", use="toolu_three") == {}


def test_in_the_background_without_the_prefix(marked: Guard) -> None:
    """A background command's end is not known: the mutex is held for the longest that one may take."""
    del marked.environ["CLAUDE_CODE_SHELL_PREFIX"]
    pre(marked, "pytest", use="toolu_one", run_in_background=True)
    post(marked, "pytest", use="toolu_one", run_in_background=True)
    (lease,) = leases(marked)
    assert 590 < lease.until - clock.now() <= 600


def test_by_config(marked: Guard) -> None:
    """A command that the config adds has the mutex that it names; `interlock wait` is told of that one."""
    marked.config('wait = 0\nrun_wait = 0\n[[validations]]\nname = "smoke"\ncommand = "./smoke"\nmutex = "slow"\n')
    pre(marked, "./smoke --all", "beta")
    assert "`interlock wait slow`" in denied(pre(marked, "./smoke"))
    assert denied(pre(marked, "pytest")) == ""


def test_a_fixer_takes_it_too(marked: Guard) -> None:
    """What changes sources is one at a time with what reads them."""
    pre(marked, "ruff check --fix .", "beta")
    assert "ruff check --fix ." in denied(pre(marked, "pytest"))


def test_how_long_they_took(marked: Guard) -> None:
    """Who waits for a run that began is told how long such runs took lately."""
    from interlock.doors import runtook

    top = str(marked.repo.resolve())
    pre(marked, "pytest", "beta", use="toolu_run")
    (marked.root / "runs").mkdir(exist_ok=True)
    for seconds in (400.0, 10.0, 20.0, 30.0, 40.0, 50.0):
        runtook.note(str(marked.root), top, "pytest", seconds)
    runticket.redeem(str(marked.root), "toolu_run")
    assert "such runs took 30 s lately" in denied(pre(marked, "pytest"))


hostile = st.text(max_size=300)


@given(hostile, hostile, st.integers(0, 99), st.text(min_size=1, max_size=60))
def test_refusals_fit(what: str, held: str, place: int, mutex: str) -> None:
    """Whatever the names, a refusal has at most 400 characters, one line, and its next step."""
    for text in (
        runtexts.running(what, held, place, mutex, 30.0),
        runtexts.queued(what, held[:60], place, mutex, 30.0),
    ):
        assert len(text) <= 400 and "\n" not in text


def test_torn_tickets_are_told(tmp_path: Path) -> None:
    """A ticket of another version, or a torn one, is Unreadable, nothing worse."""
    from interlock.words.faults import Unreadable

    (tmp_path / "tickets").mkdir()
    good: dict[str, Any] = dict.fromkeys(("use_id", "owner", "checkout", "cwd", "command", "path"), "x")
    good |= {"runs": [], "leases": [["k", 1]]}
    for text in ("", "{", "[]", "{}", json.dumps(good | {"leases": [1]}), json.dumps(good | {"runs": 3})):
        (tmp_path / "tickets" / "t.run").write_text(text)
        with pytest.raises(Unreadable):
            runticket.read(str(tmp_path), "t")
    (tmp_path / "tickets" / "t.run").write_text(json.dumps(good))
    assert runticket.read(str(tmp_path), "t").leases == (("k", 1),)


@given(st.text(), st.text(alphabet=st.characters(), max_size=5))
def test_tickets_come_back(tmp_path_factory: pytest.TempPathFactory, command: str, cwd: str) -> None:
    """Any command and folder, surrogates included, come back from the ticket as they were."""
    root = str(tmp_path_factory.mktemp("root"))
    cwd += "\udcff"
    ticket = runticket.Ticket(
        "id", "h|s|main", cwd, cwd, command, ({"name": command, "words": [cwd]},), (("k", 2),), cwd
    )
    runticket.leave(root, ticket)
    assert runticket.redeem(root, "id") == ticket


@pytest.fixture
def typing(guard: Guard, tmp_path: Path) -> Callable[[], "subprocess.Popen[str]"]:
    """Starts `interlock run -- pytest -q` as a command of session alpha, in a session without the prefix."""
    guard.config("wait = 0\nrun_wait = 0")
    guard.root = guard.root.parent / "interlock"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pytest").write_text("#!/bin/sh\necho ran\n")
    (tmp_path / "bin/pytest").chmod(0o755)
    environ = {
        **guard.environ, "PATH": f"{tmp_path}/bin:{os.defpath}", "XDG_STATE_HOME": str(tmp_path),
        "CLAUDE_CODE_SESSION_ID": "alpha", "PYTHONPATH": lib_dir(),
    }  # fmt: skip
    words = [sys.executable, "-m", "interlock", "run", "--", "pytest", "-q"]

    def start() -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        return subprocess.Popen(words, cwd=guard.repo, env=environ, stdout=pipe, stderr=pipe, text=True)

    return start


def test_a_typed_run_has_the_mutex_of_its_own_call(
    guard: Guard, typing: Callable[[], "subprocess.Popen[str]"]
) -> None:
    """Where no prefix redeems what the hook took for `interlock run`, the command itself does, and waits for
    nobody; at its end the mutex is free."""
    assert denied(pre(guard, "interlock run -- pytest -q", use="toolu_one")) == ""
    assert len(leases(guard)) == 1
    out, said = typing().communicate(timeout=20)
    assert out == "ran\n" and "waiting" not in said
    assert leases(guard) == [] and len(guard.records("run_started")) == 1
    post(guard, "interlock run -- pytest -q", use="toolu_one")


def test_a_typed_run_waits_for_another_call_of_its_owner(
    guard: Guard, typing: Callable[[], "subprocess.Popen[str]"]
) -> None:
    """What the hook took for another command is that one's."""
    pre(guard, "pytest tests", use="toolu_other")
    process = typing()
    try:
        process.communicate(timeout=3)
        raise AssertionError("it did not wait")
    except subprocess.TimeoutExpired:
        post(guard, "pytest tests", use="toolu_other")
    assert process.communicate(timeout=20)[0] == "ran\n"
