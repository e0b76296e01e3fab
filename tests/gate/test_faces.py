"""`interlock issue` and `interlock gate` as typed."""

from __future__ import annotations

import json
import os

import pytest

from interlock.guard import gatesays
from interlock.shapes.gate import Check

from .ground import Ground, report


def test_start_show_stop(ground: Ground) -> None:
    """An agent's command sets its issue, shows it, gives it up."""
    ground.hook("SessionStart", source="startup")
    done = ground.interlock("issue", "start", "bd-9.a_b-c", "--json", by="alpha")
    data = json.loads(done.stdout)
    assert (done.returncode, data["issue"], data["mark"], data["new"]) == (0, "bd-9.a_b-c", "bd-9.a_b-c", True)
    assert data["head"] == ground.git("rev-parse", "HEAD")
    assert ground.issue() == "bd-9.a_b-c"
    shown = ground.interlock("issue", "show", by="alpha")
    assert (shown.returncode, "you work on issue bd-9.a_b-c" in shown.stdout) == (0, True)
    assert ground.interlock("issue", "stop", by="alpha").returncode == 0
    assert ground.interlock("issue", "show", by="alpha").returncode == 1
    assert ground.interlock("issue", "stop", by="alpha").returncode == 1


@pytest.mark.parametrize("word", ["", "-x", "a b", "../x", "a/b", "x" * 65, "ü", "a\nb", ".x"])
def test_what_is_no_id(ground: Ground, word: str) -> None:
    """What can't be an id is a usage error; nothing is noted."""
    assert ground.interlock("issue", "start", "--", word, by="alpha").returncode == 2
    assert not (ground.root / "audit.jsonl").exists() or ground.records("issue_started") == []


def test_starting_twice_is_one_period(ground: Ground) -> None:
    """The same issue started again goes on, so that nobody resets the count of tries by it."""
    ground.start()
    ground.stop("x")
    said = ground.interlock("issue", "start", "12", by="alpha").stdout
    assert "already work on issue 12" in said
    assert len(ground.records("issue_started")) == 1


def test_two_on_one_issue_are_told(ground: Ground) -> None:
    """Who starts an issue that another owner works on is told who."""
    ground.start()
    assert "session alpha works on issue 12, too." in ground.interlock("issue", "start", "bd-12", by="beta").stdout


def test_check_says_what_is_missing(ground: Ground) -> None:
    """Exit 1 with a line for each thing; 0 once it is met, with the report from standard input or a file."""
    ground.start()
    done = ground.interlock("gate", "check", "12", by="alpha")
    assert done.returncode == 1
    assert done.stdout.startswith("issue 12: not met. Missing:\n- there is no commit with bd-12")
    commit = ground.commit()
    ground.run()
    done = ground.interlock("gate", "check", "12", "--report", "-", "--json", by="alpha", stdin=report())
    found = Check.model_validate_json(done.stdout)
    assert (done.returncode, found.met, found.commit, found.missing) == (0, True, commit, [])
    file = ground.base / "report.txt"
    file.write_text(report(findings_outstanding=1))
    assert ground.interlock("gate", "check", "bd-12", "--report", str(file), by="alpha").returncode == 1


def test_hostile_names_are_told(ground: Ground) -> None:
    """A file whose name is no text, or writes to the terminal, is named all the same."""
    ground.start()
    ground.commit()
    name = os.fsdecode(b"src/\xff\x1b[31m.py")
    ground.write(name, "x\n")
    ground.run()
    for words in ((), ("--json",)):
        done = ground.interlock("gate", "check", "12", *words, by="alpha")
        assert done.returncode == 1
        assert "udcff" in done.stdout and "x1b[31m.py" in done.stdout and "\x1b" not in done.stdout
    assert "udcff" in ground.stop("done")


def test_a_person_checks_an_agents_work(ground: Ground) -> None:
    """A person sees the last owner's work on the issue."""
    ground.start()
    done = ground.interlock("gate", "check", "12", "--json")
    assert json.loads(done.stdout)["owner"].endswith("|alpha|main")


def test_an_issue_that_nobody_began(ground: Ground) -> None:
    """Exit 1 and the command to begin it."""
    done = ground.interlock("gate", "check", "77")
    assert (done.returncode, "`interlock issue start 77`" in done.stdout) == (1, True)


@pytest.mark.parametrize("words", [("gate",), ("gate", "check"), ("gate", "check", "a b"), ("issue", "start")])
def test_usage(ground: Ground, words: tuple[str, ...]) -> None:
    """Usage errors are 2."""
    assert ground.interlock(*words).returncode == 2


def test_a_report_that_is_not_there(ground: Ground) -> None:
    """A fault is 2: 1 would say that the gate is not met."""
    ground.start()
    assert ground.interlock("gate", "check", "12", "--report", "/nonexistent", by="alpha").returncode == 2


@pytest.mark.parametrize("said", ["", "{", "[]", '{"cwd": "/nonexistent"}', '{"cwd": "/", "x": 1}'])
def test_the_guards_question_misspelt(ground: Ground, said: str) -> None:
    """Nonsense on `gate stop` is exit 2 and no traceback."""
    done = ground.interlock("gate", "stop", stdin=said)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_what_is_told_at_the_start_is_short() -> None:
    """At most 400 characters, with the next step, whatever the config says."""
    for required in ([], ["pytest -q"], ["x" * 200] * 9):
        told = gatesays.started("i" * 64, "bd-" + "i" * 64, required)
        assert len(told) <= 400
    assert "`interlock gate check 12`" in gatesays.started("12", "bd-12", ["pytest -q", "mypy"])
