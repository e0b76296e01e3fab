"""The log's lines and their shapes: each holds the other."""

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.faces.site import Site, interlock

import interlock as package
from interlock.doors import clock, process
from interlock.doors.runticket import Ticket
from interlock.doors.store.repair import repair
from interlock.faces.desk import Desk
from interlock.gate.work import Stop, Work
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.release import sweep
from interlock.leases.runs import redeem
from interlock.leases.terms import Terms
from interlock.runs.watched import Watched
from interlock.shapes.record import SHAPES, LogGap, Record, check, read
from interlock.words.lease import Granted
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, Resource, mutex, run_mutex

Calls = dict[str, list[tuple[ast.Call, ast.FunctionDef]]]
LIB = Path(package.__file__).parent
GOOD = {
    "v": 1, "seq": 7, "at": "2026-11-20T14:05:06.789Z", "event": "log_gap", "expected": 5, "found": 3,
    "prev": "ab" * 16,
}  # fmt: skip


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode() + b"\n"


def play(site: Site) -> None:
    """Everything that can happen, once at least."""
    for session in ("alpha", "beta"):
        site.hook("SessionStart", session, source="startup")
    sub: dict[str, Any] = {"agent_id": "a-1", "agent_type": "coder"}
    site.write("src/a.py")
    assert site.write("src/a.py", "beta")
    site.shell("make \ud800 'x'", "beta")
    site.unguarded("src/b.py")
    site.hook("SubagentStart", "beta", **sub)
    site.write("src/\x1b[31m\nred \udcff.py", "beta", **sub)
    site.write(".claude/interlock.toml", "beta")
    site.hook("SubagentStop", "beta", **sub)
    _watched(site)
    _runs(site)
    _issues(site)
    site.hook("Stop")
    site.hook("SessionEnd", "beta", reason="logout")
    _leases(site)


def _watched(site: Site) -> None:
    """A held file that another's command changes, a free one too; the version given back, and committed."""
    call: dict[str, Any] = {"tool_name": "Bash", "tool_input": {"command": "./x"}, "tool_use_id": "x"}
    subprocess.run(["git", "init", "-q", str(site.repo)], check=True)
    site.hook("PreToolUse", "beta", **call)
    (site.repo / "src/a.py").write_text("theirs")
    (site.repo / "src/free.py").write_text("theirs")
    site.hook("PostToolUse", "beta", **call, tool_response={})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(site.repo)
        patch.setenv("CLAUDE_CODE_SESSION_ID", "alpha")
        assert interlock("restore", "src/a.py") == 0
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "tester")
            patch.setenv(f"GIT_{name}_EMAIL", "tester@example.invalid")
        assert interlock("commit", "-m", "x", "src/a.py") == 0


def _runs(site: Site) -> None:
    """A validation run, and one that is given its outcome again."""
    config = site.repo / ".claude/interlock.toml"
    config.write_text("wait = 0\nreuse = true\n")
    run: dict[str, object] = {"name": "true", "mutex": "tests", "cwd": str(site.repo)}
    run |= {"words": ["true"], "spelled": ["true"]}
    top, output = str(site.repo), site.root / "out"
    output.write_text("")
    for use_id, code in (("run-1", None), ("run-2", 0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(site.repo)
            environ = {**os.environ, "HOME": str(site.home), "XDG_STATE_HOME": str(site.root.parent)}
            watched = Watched(Desk(environ), Ticket(use_id, "host|s|main", top, top, "true", (run,), ()))
            found = watched.before()
        assert (found and found.exit_code) == code
        if found is None:
            assert watched.after(0, 0, output) == ""
    config.write_text("wait = 0\n")


def _issues(site: Site) -> None:
    """An issue that is begun, checked, given up, and one whose gate can't be asked."""
    site.hook("UserPromptSubmit", "delta", prompt="ISSUE: 12")
    site.write("src/issue.py", "delta")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(site.repo)
        patch.setenv("CLAUDE_CODE_SESSION_ID", "delta")
        desk = Desk()
        with desk.transaction() as tx:
            owner = desk.actor(tx).id
        assert Work(desk, owner, desk.cwd).stop(Stop(owner, "12", desk.cwd, "done", False))
        assert interlock("issue", "stop") == 0
    site.hook("UserPromptSubmit", "delta", prompt="ISSUE: 13")
    site.hook("Stop", "delta")  # there is no program to ask


def _leases(site: Site) -> None:
    """What takes time, death or a broken disk."""
    world, terms, boot = Evidence(clock.boot_id()), Terms(), clock.boot_id()
    a, b, dead = Owner("host", "aa"), Owner("host", "bb"), Owner("host", "dd")
    one, two = Resource(FILE, "/x/one", "1:1"), mutex("two")
    child = subprocess.Popen(["sleep", "60"])
    seen = process.stat(child.pid)
    assert seen is not None
    child.kill()
    child.wait()
    with site.store().transaction() as tx:
        arrive(tx, a, 100.0, Liveness())
        acquire(tx, world, a, [one], terms, "why")
        acquire(tx, world, a, [one], terms, "why", until=tx.now + 7000.0)
        got = acquire(tx, world, a, [run_mutex("tests", "/x")], terms, "call pytest", until=tx.now + 30.0)
        assert isinstance(got, Granted) and redeem(tx, a, [(got.leases[0].resource.key, got.leases[0].fence)])
    with site.store(ahead=1.0).transaction() as tx:  # beta came later: it is the younger
        arrive(tx, b, 100.0, Liveness())
        acquire(tx, world, b, [two], terms, "")
        acquire(tx, world, a, [two], terms, "", queue=True)
        acquire(tx, world, b, [one], terms, "", queue=True)
    with site.store(ahead=50_000.0).transaction() as tx:
        acquire(tx, world, b, [one], terms, "")
        arrive(tx, dead, 9e9, Liveness(child.pid, seen[2], boot, process.namespace()))
        acquire(tx, world, dead, [Resource(FILE, "/x/three")], terms, "")
    with site.store().transaction() as tx:
        sweep(tx, world, 0.0)
    repair(site.store(), 900.0)
    site.shell("one")
    site.shell("two")
    cut = site.log.read_bytes().splitlines(keepends=True)[:-3]  # more than the store still keeps
    site.log.write_bytes(b"".join(cut))
    site.hook("SessionStart", "gamma", source="resume")


def test_every_line_fits_its_shape(site: Site) -> None:
    """Every line that the guard and the store write, in a play that meets every event, fits its shape to the
    letter, and carries nothing that the shape does not name."""
    play(site)
    seen = {check(one).event for one in site.lines()}
    assert seen == set(SHAPES)


def test_every_decision_says_why_and_how_long(site: Site) -> None:
    """Each decision in the log has a reason and the milliseconds it took; each refusal its sentence."""
    site.write("src/a.py")
    told = site.write("src/a.py", "beta")
    decisions = [r for r in site.records() if r["event"] == "decision"]
    assert [(r["verdict"], r["reason"]) for r in decisions] == [("allow", "granted"), ("deny", "held")]
    assert all(isinstance(r["ms"], float) and 0 < r["ms"] < 60_000 for r in decisions)
    assert decisions[1]["sentence"] == told != ""


def emitted() -> set[str]:
    """Every event name that the package's code can write, found in its syntax trees: first arguments of
    ``.event(...)``, third ones of ``body(...)``, through parameters up to the callers."""
    calls: Calls = {}
    waiting: list[tuple[ast.expr, ast.FunctionDef]] = []
    for file in LIB.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    calls.setdefault(name, []).append((node, function))
                    at = {"event": 0, "body": 2}.get(name)
                    if at is not None and len(node.args) > at:
                        waiting.append((node.args[at], function))
    found: set[str] = set()
    done: set[tuple[str, str]] = set()
    while waiting:
        value, function = waiting.pop()
        if isinstance(value, ast.IfExp):
            waiting += [(value.body, function), (value.orelse, function)]
        elif isinstance(value, ast.Constant):
            found.add(str(value.value))
        elif isinstance(value, ast.Name):
            if (function.name, value.id) not in done:
                done.add((function.name, value.id))
                waiting += _given(function, value.id, calls)
        else:
            pytest.fail(f"{ast.unparse(value)} in {function.name}: teach this test where the name comes from")
    return found


def _given(function: ast.FunctionDef, parameter: str, calls: Calls) -> list[tuple[ast.expr, ast.FunctionDef]]:
    """What callers pass for the parameter, with the caller; and its default."""
    names = [arg.arg for arg in function.args.args]
    at = names.index(parameter) - (names[0] == "self")
    found = []
    for call, caller in calls.get(function.name, []):
        found += [(call.args[at], caller)] if len(call.args) > at else []
        found += [(word.value, caller) for word in call.keywords if word.arg == parameter]
    defaults = dict(zip(names[::-1], function.args.defaults[::-1], strict=False))
    return found + ([(defaults[parameter], function)] if parameter in defaults else [])


def test_every_emitted_event_has_a_shape() -> None:
    """No code in the package can write an event that has no shape, and no shape lacks its writer."""
    assert emitted() == set(SHAPES)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"extra": 1}, "no extra"),
        ({"v": 2}, "version 2"),
        ({"seq": "7"}, "seq"),
        ({"expected": None}, "expected"),
        ({"event": "tomorrow"}, "tomorrow"),
        ({"prev": "short"}, "prev"),
        ({"at": "2026-11-20T14:05:06"}, "timezone"),
    ],
)
def test_the_strict_check_refuses(changes: dict[str, object], why: str) -> None:
    """The strict check refuses a fact too many, a wrong type, an unknown event, another version."""
    assert check(line()) == LogGap.model_validate({**GOOD})
    with pytest.raises(ValueError, match=why):
        check(line(**changes))


def test_readers_take_what_newer_versions_write() -> None:
    """A reader keeps facts and events that it does not know."""
    newer = read(line(v=2, colour="red"))
    assert isinstance(newer, LogGap) and newer.model_extra == {"colour": "red"} and newer.found == 3
    unknown = read(line(event="tomorrow", owner="h|s|main"))
    assert type(unknown) is Record and unknown.event == "tomorrow"
    assert unknown.model_extra == {"expected": 5, "found": 3, "owner": "h|s|main"}
    changed = read(line(found="three"))
    assert type(changed) is Record and changed.seq == 7


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]\n", b"null\n", b'{"v":1}\n', b"\xff\n", b"[" * 100_000, line(seq=0), line(event=None)]
)
def test_readers_say_none_to_what_is_no_record(raw: bytes) -> None:
    """What is no record is None, never an error."""
    assert read(raw) is None


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_any_text_can_be_read_back(text: str) -> None:
    """Any text that the guard can log, lone surrogates included, comes back from a reader as Unicode."""
    from interlock.words.jsontext import dumps

    record = read(dumps({**GOOD, "event": "later", "command": text}).encode("ascii"))
    assert record is not None and record.model_extra is not None
    paired = json.loads(dumps(text))  # two halves that happen to meet make one character
    wanted = "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in paired)
    assert record.model_extra["command"] == wanted
