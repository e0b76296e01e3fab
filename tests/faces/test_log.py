"""`interlock log`: which records, in which form."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.faces.site import Out, Site, ask, forge, interlock, text

from interlock.faces import filters
from interlock.shapes.record import SHAPES
from interlock.shapes.verdict import Verdict


def test_json_is_the_logs_own_lines(site: Site, capsys: Out) -> None:
    """--json prints the lines of the log as they are, oldest first, over rotated files too."""
    site.write("src/a.py")
    site.rotate()
    site.write("src/b.py")
    capsys.readouterr()
    assert interlock("log", "--json") == 0
    assert capsys.readouterr().out.encode() == b"".join(site.lines())


def test_text_says_who_what_and_why(site: Site, capsys: Out) -> None:
    """For a person a line has the time, the event, the owner's name, the file's name and the reason."""
    site.write("src/a.py", agent_id="agent-1234567", agent_type="coder")
    site.write("src/a.py", "beta")
    shown = text(capsys)
    today = time.strftime("%Y-%m-%d ")
    assert len(shown) == len(site.lines()) and all(line.startswith(today) for line in shown)
    granted = next(line for line in shown if " granted " in line)
    assert "subagent coder agent-12 of session alpha src/a.py fence=" in granted
    denied = next(line for line in shown if " deny " in line)
    assert " decision       session beta     deny src/a.py tool=Write reason=held sentence=" in denied
    assert "ms=" in denied and "is held by subagent coder" in denied
    assert not any("until=" in line or str(site.repo) in line.split("sentence=")[0] for line in shown)


def test_last_n(site: Site, capsys: Out) -> None:
    """-n shows the last N that fit; 0 shows none; anything else is a usage error."""
    site.write("src/a.py")
    site.write("src/b.py")
    every = ask(capsys)
    assert (
        ask(capsys, "-n", "3") == every[-3:] and ask(capsys, "-n", "999") == every and ask(capsys, "-n", "0") == []
    )
    grants = ask(capsys, "-n", "1", "--event", "granted")
    assert [r["path"] for r in grants] == [f"{site.repo}/src/b.py"]
    with pytest.raises(SystemExit) as ended:
        interlock("log", "-n", "-1")
    assert ended.value.code == 2 and "must be a number of lines" in capsys.readouterr().err


def test_filter_by_event(site: Site, capsys: Out) -> None:
    """--event takes names with commas; a name that there is not is a usage error that lists them all."""
    site.write("src/a.py")
    assert [r["event"] for r in ask(capsys, "--event", "granted, tool_done")] == ["granted", "tool_done"]
    for wrong in ("grant", "granted,x", ","):
        assert interlock("log", "--event", wrong) == 2
        said = capsys.readouterr().err
        assert said.startswith("interlock: No event is called `") and all(name in said for name in SHAPES)


@pytest.mark.parametrize("part", ["lpha-one", "ALPHA", "agent-1", "coder", "session alpha-on", "subagent coder"])
def test_filter_by_owner(site: Site, capsys: Out, part: str) -> None:
    """--owner takes a piece of the session, the agent, its type or its name in sentences, in any case; it finds
    the agent's grants too, which don't say its type."""
    site.write("src/a.py", "alpha-one", agent_id="agent-12", agent_type="coder")
    site.write("src/b.py", "beta")
    found = ask(capsys, "--owner", part)
    assert {str(r["owner"]).split("|")[1] for r in found} == {"alpha-one"}
    assert {"owner", "granted", "decision", "tool_done"} == {r["event"] for r in found}
    assert not ask(capsys, "--owner", "nobody")


@pytest.mark.parametrize(
    "spelled",
    ["src/a.py", "./src/../src/a.py", "{repo}/src/a.py", "link/a.py", "src/*.py", "**/a.*", "a.py*", "src"],
)
def test_filter_by_path(site: Site, capsys: Out, spelled: str) -> None:
    """--path takes any spelling of a file, a folder, or a pattern, and finds every record about it."""
    (site.repo / "link").symlink_to("src")
    site.write("src/a.py")
    site.write("doc/b.md")
    found = ask(capsys, "--path", spelled.format(repo=site.repo))
    assert [r["event"] for r in found] == ["granted", "decision", "tool_done"]
    assert all("src/a.py" in str(r) and "b.md" not in str(r) for r in found)


def test_paths_and_mutexes(site: Site, capsys: Out) -> None:
    """Several --path add up; a mutex goes by its name; a name with a star is taken for itself where it exists;
    what can't be a path is a usage error."""
    site.write("src/a*.py")
    site.write("src/ab.py")
    assert interlock("lock", "try", "mutex:tests") == 0
    assert {r["event"] for r in ask(capsys, "--path", "mutex:tests")} == {"granted"}
    assert len(ask(capsys, "--path", "src/a*.py")) == 3
    assert len(ask(capsys, "--path", "src/a*.py", "--path", "mutex:tests")) == 4
    assert interlock("log", "--path", "") == 2
    assert "is no path" in capsys.readouterr().err


def test_relative_paths_are_relative_to_where_one_stands(
    site: Site, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative --path begins in the working directory, below the top of the checkout too."""
    site.write("src/a.py")
    monkeypatch.chdir(site.repo / "src")
    assert len(ask(capsys, "--path", "a.py")) == 3


def test_filter_by_time(site: Site, capsys: Out) -> None:
    """--since and --until take ages, days and times; since is included, until is not."""
    day = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
    forge(site, *({"event": "log_gap", "expected": i, "found": 0, "wall": day + i * 3600} for i in (0, 1, 2, 30)))

    def hours(*words: str) -> list[object]:
        return [r["expected"] for r in ask(capsys, *words)]

    assert hours("--since", "2026-11-20T01:00") == [1, 2, 30]
    assert hours("--since", "2026-11-20T01:00", "--until", "2026-11-21") == [1, 2]
    assert hours("--until", "2026-11-20T02:00:00Z") == [0, 1]
    assert hours("--until", "2026-11-20T02:00:00-01:00") == [0, 1, 2]
    site.log.unlink()
    now = time.time()
    forge(site, *({"event": "log_gap", "expected": i, "found": 0, "wall": now - i} for i in (7000, 500, 50)))
    assert hours("--since", "10m") == [500, 50] and hours("--since", "2h", "--until", "1m") == [7000, 500]


@pytest.mark.parametrize(
    ("spelled", "wanted"),
    [
        ("90s", "2026-11-20T11:58:30"),
        ("1.5h", "2026-11-20T10:30:00"),
        ("2d", "2026-11-18T12:00:00"),
        ("1w", "2026-11-13T12:00:00"),
        ("09:05", "2026-11-20T09:05:00"),
        ("9:05", "2026-11-20T09:05:00"),
        ("23:59:58", "2026-11-20T23:59:58"),
        ("2026-01-02", "2026-01-02T00:00:00"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00"),
    ],
)
def test_moments(site: Site, spelled: str, wanted: str) -> None:
    """A time may be an age, a time of today, or a date."""
    time.tzset()
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert filters.moment(spelled, noon.timestamp()) == datetime.fromisoformat(wanted).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "spelled", ["", "yesterday", "10", "-5m", "25:00", "2026-13-01", "9" * 30 + "d", "1e9s", "999999w"]
)
def test_no_moments(site: Site, capsys: Out, spelled: str) -> None:
    """What is no time is a usage error that shows how to say one."""
    with pytest.raises(filters.Misspelt):
        filters.moment(spelled, time.time())
    if spelled:
        assert interlock("log", f"--since={spelled}") == 2
        assert "is no time; say 10m or 2h (ago)" in capsys.readouterr().err


def test_files_of_days_before_are_left_out(site: Site, capsys: Out) -> None:
    """With --since, files that ended earlier need not be read: an unreadable old one is no trouble then."""
    old = site.root / "audit-2020-01-01-000000000004.jsonl"
    site.write("src/a.py")
    site.rotate()
    old.symlink_to("/nowhere")
    site.write("src/b.py")
    assert len(ask(capsys, "--since", "1h")) > 6
    assert interlock("log") == 1
    assert f"interlock: Interlock's log {old} can't be opened" in capsys.readouterr().err


def test_nothing_yet(site: Site, capsys: Out) -> None:
    """Before anything was logged a sentence says what to do, nothing is made on disk, and the exit code is 0."""
    for words in ([], ["--verify"]):
        assert interlock("log", *words) == 0
        assert capsys.readouterr().out.startswith("Nothing is logged yet. `interlock install` puts the hooks")
    assert interlock("log", "--verify", "--json") == 0
    assert Verdict.model_validate_json(capsys.readouterr().out).records == 0
    assert interlock("log", "--json") == 0
    streams = capsys.readouterr()
    assert streams.out == "" and "Nothing is logged yet" in streams.err and not site.root.exists()


def test_nothing_fits(site: Site, capsys: Out) -> None:
    """Where no record fits a sentence says so, and how to see more."""
    site.write("src/a.py")
    assert text(capsys, "--owner", "nobody") == ["No record of this repository fits; --all shows others'."]
    assert text(capsys, "--owner", "nobody", "--all") == ["No record fits."]
    assert ask(capsys, "--owner", "nobody") == []


def test_damage_is_named_and_the_rest_is_shown(site: Site, capsys: Out) -> None:
    """A line that can't be read is named on stderr; all others are shown."""
    site.write("src/a.py")
    lines = site.lines()
    site.log.write_bytes(b"".join([*lines[:2], b"{nonsense}\n", *lines[2:], b'{"torn']))
    capsys.readouterr()
    assert interlock("log", "--json") == 0
    streams = capsys.readouterr()
    assert len(streams.out.splitlines()) == len(lines)
    assert streams.err == (
        "interlock: line 3 of audit.jsonl can't be read; `interlock log --verify` tells more.\n"
    )


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder"])
def test_a_log_that_is_no_file(site: Site, capsys: Out, kind: str) -> None:
    """Anything but a regular file in the log's place is refused with a sentence, and never waited on."""
    site.root.mkdir(parents=True)
    if kind == "symlink":
        site.log.symlink_to("/etc/hosts")
    elif kind == "fifo":
        os.mkfifo(site.log)
    else:
        site.log.mkdir()
    assert interlock("log") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"interlock: Interlock's log {site.log} ") and said.rstrip().endswith(".")


def test_a_gone_working_directory(
    site: Site, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that was deleted a sentence says so."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for command in ("log", "status"):
        assert interlock(command) == 1
        assert capsys.readouterr().err.startswith("interlock: The folder you are in does not exist any more")
