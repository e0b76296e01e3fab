"""Validation runs in the real client: one at a time, whoever runs them, and with the permission rules' own
answers.

The slow suite writes down when it began and ended; the tests go by that, not by what Interlock says.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.leases.records import lease_of, lease_values
from interlock.words.resource import is_run

from .guarded import Guarded
from .model import Model, ToolResult
from .say import agent, bash
from .script import DONE, Block, Tool, Turn

SUITE = '''
import os, time, pathlib

def test_slow():
    """Takes its time, and writes down when."""
    begun = time.clock_gettime(time.CLOCK_BOOTTIME)
    pathlib.Path("began").touch()
    end = begun + float(os.environ.get("SLOW", "0.6"))
    while time.clock_gettime(time.CLOCK_BOOTTIME) < end or os.path.exists("hold"):
        assert time.clock_gettime(time.CLOCK_BOOTTIME) < begun + 90
        time.sleep(0.02)
    with open("spans", "a") as file:
        file.write(f"{begun} {time.clock_gettime(time.CLOCK_BOOTTIME)}\\n")
'''
TESTER = f"{Path(sys.executable).parent}/pytest"
PYTEST = "pytest -q -p no:cacheprovider"


@pytest.fixture
def suite(guarded: Guarded) -> Guarded:
    """A project with a slow suite; hooks wait up to 15 s."""
    _write_suite(guarded)
    guarded.configure("wait = 0\n")
    return guarded


def _write_suite(place: Guarded) -> None:
    (place.project / "test_slow.py").write_text(SUITE)
    tools = place.client.home / "tools"
    tools.mkdir()
    (tools / "pytest").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pytest "$@"\n')
    (tools / "pytest").chmod(0o755)
    (place.project / ".gitignore").write_text("__pycache__/\nspans\nbegan\nhold\n")
    place.commit()


def env(place: Guarded, **more: str) -> dict[str, str]:
    """A client's environment with a pytest of its own on the PATH."""
    return {"PATH": f"{place.client.home / 'tools'}:{os.environ.get('PATH', os.defpath)}", **more}


def spans(place: Guarded) -> list[tuple[float, float]]:
    """When each suite began and ended, in order."""
    path = place.project / "spans"
    lines = path.read_text().splitlines() if path.exists() else []
    return sorted((float(a), float(b)) for a, b in (line.split() for line in lines))


def apart(found: list[tuple[float, float]]) -> bool:
    """Whether no two overlap."""
    return all(one[1] <= two[0] for one, two in pairwise(found))


def behind(command: str) -> Tool:
    return Tool("Bash", {"command": command, "description": "a step", "run_in_background": True})


@pytest.mark.each
def test_two_sessions_and_a_subagent(suite: Guarded, model: Model) -> None:
    """All at once, in three spellings: the suites never overlap, each agent gets its own result."""
    begin = suite.after("session_start", 2)
    calls = {"ALPHA": bash(PYTEST), "SUB": bash(f"cd . && {PYTEST} | tail -5")}
    model.scripts["ALPHA"] = [
        Turn([agent("SUB", run_in_background=True), calls["ALPHA"]], before=begin),
        Turn(DONE, before=model.after("SUB", 1)),
    ]
    model.scripts["SUB"] = [[calls["SUB"]]]
    model.scripts["BETA"] = [Turn([bash(f"bash -c '{PYTEST}'")], before=begin)]
    for session in [suite.client.start(marker, env=env(suite)) for marker in ("ALPHA", "BETA")]:
        session.wait(60)
    found = spans(suite)
    assert len(found) == 3 and apart(found), found
    results = [result for marker in ("SUB", "BETA") for result in model.tool_results(marker)]
    results += [result for result in model.tool_results("ALPHA") if "passed" in result.text]
    assert len([result for result in results if "1 passed" in result.text]) == 3
    assert len(suite.log("redeemed")) == 3


def test_without_interlock_they_overlap(place: Guarded, model: Model) -> None:
    """The oracle bites: the same without Interlock overlaps."""
    _write_suite(place)
    wait = "for n in $(seq 3000); do [ -e go ] && break; sleep 0.02; done"
    model.scripts["ALPHA"] = [Turn([bash(f"{wait}; {PYTEST}")])]
    model.scripts["BETA"] = [Turn([bash(f"touch go; {PYTEST}")], before=model.after("ALPHA", 0))]
    for session in [place.client.start(m, env=env(place, SLOW="2")) for m in ("ALPHA", "BETA")]:
        session.wait(60)
    assert len(spans(place)) == 2 and not apart(spans(place))


def test_a_holder_killed(suite: Guarded, model: Model) -> None:
    """The client that runs the suite killed -9, and all of its processes: the next gets the mutex at once."""
    (suite.project / "hold").touch()
    model.scripts["ALPHA"] = [[bash(PYTEST)]]
    alpha = suite.client.start("ALPHA", env=env(suite))
    suite.until((suite.project / "began").exists)
    model.scripts["BETA"] = [[bash(PYTEST)]]
    beta = suite.client.start("BETA", env=env(suite))
    suite.wait("queued")
    alpha.close()
    (suite.project / "hold").unlink()
    beta.wait(60)
    (result,) = model.tool_results("BETA")
    assert "1 passed" in result.text
    assert suite.log("lapsed") and len(spans(suite)) == 1


def test_a_wrapper_killed(suite: Guarded, model: Model) -> None:
    """The wrapper alone killed -9: the suite goes on, and holds the mutex until it ends."""
    (suite.project / "hold").touch()
    model.scripts["ALPHA"] = [[bash(PYTEST)], Turn(DONE, before=lambda: suite.until(lambda: bool(spans(suite))))]
    alpha = suite.client.start("ALPHA", env=env(suite))
    suite.until((suite.project / "began").exists)
    (wrapper,) = [pid for pid in _processes() if "interlock.runs.wrapper" in _words(pid) and _is_in(pid, suite)]
    os.kill(wrapper, signal.SIGKILL)
    model.scripts["BETA"] = [[bash(PYTEST)]]
    beta = suite.client.start("BETA", env=env(suite))
    suite.wait("queued")
    (suite.project / "hold").unlink()
    for session in (alpha, beta):
        session.wait(60)
    assert len(spans(suite)) == 2 and apart(spans(suite))


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _is_in(pid: int, place: Guarded) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(place.project)
    except OSError:
        return False


def test_in_the_background_after_a_stop(suite: Guarded, model: Model) -> None:
    """A background suite goes on after its owner's stop, and the next one waits for its end."""
    (suite.project / "hold").touch()
    first = suite.project / "began"
    model.scripts["ALPHA"] = [[behind(PYTEST)], Turn(DONE, before=lambda: suite.until(first.exists))]
    model.scripts["BETA"] = [Turn([bash(PYTEST)], before=suite.after("stop"))]
    sessions = [suite.client.start(marker, env=env(suite)) for marker in ("ALPHA", "BETA")]
    suite.wait("queued")
    assert len(spans(suite)) == 0
    (suite.project / "hold").unlink()
    for session in sessions:
        session.wait(60)
    assert "1 passed" in model.tool_results("BETA")[0].text
    assert apart(spans(suite)) and spans(suite)


@pytest.mark.each
def test_a_timeout(suite: Guarded, model: Model) -> None:
    """A suite that takes longer than its call may: a client that ends it has freed the mutex with it, one that
    lets it go on in the background holds it until the suite ends."""
    suite.configure("wait = 0\nrun_wait = 0\n")
    (suite.project / "hold").touch()
    slow = Tool("Bash", {"command": PYTEST, "description": "a step", "timeout": 4000})
    model.scripts["ALPHA"] = [[slow]]
    model.scripts["BETA"] = [Turn([bash("pytest --co -q")], before=model.after("ALPHA", 1))]
    alpha, beta = (suite.client.start(marker, env=env(suite)) for marker in ("ALPHA", "BETA"))
    model.reached("ALPHA", 1).wait(30)
    time.sleep(0.5)
    running = [pid for pid in _processes() if "-m\0pytest" in _words(pid) and _is_in(pid, suite)]
    beta.wait(60)
    assert ("runs one at a time here" in model.tool_results("BETA")[0].text) == bool(running)
    (suite.project / "hold").unlink()
    alpha.wait(60)


@pytest.mark.each
def test_a_permission_denied(suite: Guarded, model: Model) -> None:
    """A command that its user does not allow, after the mutex was granted, gives it back by its thirty seconds
    (here most of them are taken off the clock); who waits is told, and gets it then."""
    suite.configure("wait = 0\nrun_wait = 1\n")
    model.scripts["ALPHA"] = [[bash(PYTEST)], [bash("sleep 1")]]
    suite.client.start("ALPHA", env=env(suite), permission_mode="default", allowed=("Bash(sleep:*)",)).wait()
    assert model.tool_results("ALPHA")[0].is_error and spans(suite) == []
    _later(suite, 20)
    wait = Tool("Bash", {"command": "interlock wait tests", "description": "a step", "timeout": 60_000})
    model.scripts["BETA"] = [[bash(PYTEST)], [wait], [bash(PYTEST)]]
    suite.client.start("BETA", env=env(suite)).wait(90)
    refused, waited, passed = model.tool_results("BETA")
    assert refused.is_error and "interlock wait tests" in refused.text
    assert not waited.is_error and "your turn" in waited.text
    assert "1 passed" in passed.text


def _later(place: Guarded, seconds: float) -> None:
    """As if the mutex had been granted so many seconds earlier."""
    root = str(place.state)
    with Embedded(root, AuditFile(root), clock.now, clock.wall, clock.boot_id()).transaction() as tx:
        (lease,) = [lease for lease in map(lease_of, tx.run("lease_all")) if is_run(lease.resource)]
        tx.run("lease_put", **lease_values(lease.lasting(lease.until - seconds)))


RULES = {"ask": ["Bash(mypy ask:*)"], "deny": ["Bash(pytest --never:*)", "Bash(npm test:*)"]}
ALLOWED = ("Bash(pytest:*)", "Bash(make test)", "Bash(cd:*)")
COMMANDS = {
    "pytest -q --version": True,
    "pytest --collect-only -q": True,
    "make test": True,
    "make test x": False,
    "cd . && pytest --collect-only -q": True,
    "pytest --never": False,
    "pytest --collect-only -q && pytest --never": False,
    "npm test": False,
    "mypy ask": False,
    "mypy .": False,
    "python3 -m pytest --collect-only -q": False,
    "pytest --collect-only -q <<'END'\nx\nEND": True,
}
"""Runs, and whether an allow list and a deny list let them run."""


@pytest.mark.each
def test_rules_answer_as_before(place: Guarded, model: Model) -> None:
    """A user with an allow list (`Bash(pytest:*)`) and a deny list gets the same answers with Interlock as
    without, and what the model reads is the same but for the mark."""
    (place.project / ".claude" / "settings.json").write_text(json.dumps({"permissions": RULES}))
    (place.project / "Makefile").write_text("test x:\n\t@echo $@\n")
    _write_suite(place)
    (place.client.home / "tools" / "pytest").write_text("#!/bin/sh\necho $*\n")  # what it does is no matter
    found: list[list[ToolResult]] = []
    for marker in ("BEFORE", "AFTER"):
        calls: list[Block] = [bash(command) for command in COMMANDS]
        model.scripts[marker] = [[call] for call in calls]
        place.client.start(marker, permission_mode="default", allowed=ALLOWED, env=env(place)).wait(90)
        found.append(model.tool_results(marker))
        place.install()
    before, after = found
    assert [not result.is_error for result in before] == list(COMMANDS.values()), before
    assert [(_plain(r.text), r.is_error) for r in after] == [(_plain(r.text), r.is_error) for r in before]


def _plain(text: str) -> str:
    """Without the mark, how long it took, and what Interlock says of evidence."""
    text = re.sub(r"\n# interlock:\w+", "", text)
    text = re.sub(r"\n?Interlock: [^\n]*", "", text)
    return re.sub(r"in [0-9.]+s", "in 0s", text).strip()


def test_interlock_run_from_a_command(suite: Guarded, model: Model) -> None:
    """`interlock run -- pytest` in a session is one run like any other, not two, and apart from others'."""
    model.scripts["ALPHA"] = [[bash(f"interlock run -- {PYTEST}")]]
    model.scripts["BETA"] = [Turn([bash(PYTEST)], before=model.after("ALPHA", 0))]
    for session in [suite.client.start(marker, env=env(suite)) for marker in ("ALPHA", "BETA")]:
        session.wait(60)
    assert all("1 passed" in model.tool_results(marker)[0].text for marker in ("ALPHA", "BETA"))
    assert len(spans(suite)) == 2 and apart(spans(suite))
    assert len(suite.log("run_ended")) == 2


def test_the_log_has_what_it_printed(suite: Guarded, model: Model) -> None:
    """The log named in the run's end has the suite's own output; the agent reads the same."""
    model.scripts["ALPHA"] = [[bash(PYTEST)]]
    suite.client.start("ALPHA", env=env(suite)).wait()
    (ended,) = suite.log("run_ended")
    log = Path(ended["log"]).read_text()
    assert "1 passed" in log and log.strip() in model.tool_results("ALPHA")[0].text
    assert ended["exit_code"] == 0
