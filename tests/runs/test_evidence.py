"""What a run proves, by what its watch saw; and that nobody's word but the log's counts."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.watching import PASSED, Ground

from interlock.doors.audit import line_hash
from interlock.runs.evidence import Evidence, Tampered, read
from interlock.shapes.record import check


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def test_a_good_run_is_evidence(ground: Ground) -> None:
    """Everything that is known of a run stands in its evidence, and every line of it fits its shape."""
    began = datetime.now(UTC) - timedelta(seconds=1)
    ground.write(ground.repo / "src/a.py", "alpha")
    found, told = ground.watch(owner="alpha")
    assert isinstance(found, Evidence) and told == ""
    assert (found.result, found.why, found.others) == ("passed", "", [])
    assert found.owner.endswith("|alpha|main") and found.issue == ""
    assert (found.name, found.words, found.spelled) == ("pytest", ["pytest", "-q"], ["pytest", "-q"])
    assert found.checkout == found.cwd == str(ground.repo)
    assert began < found.started <= found.ended == found.at
    assert (found.exit_code, found.signal, Path(found.log).read_text()) == (0, 0, PASSED)
    assert found.tree_before == found.tree_after != ground.git("rev-parse", "HEAD^{tree}")
    assert found.head == ground.git("rev-parse", "HEAD")
    assert (found.ran, found.passed, found.failed, found.skipped, found.errors) == (3, 3, 0, 0, 0)
    for line in (ground.root / "audit.jsonl").read_bytes().splitlines():
        check(line)


def test_a_clean_checkout_passes_on_its_commit(ground: Ground) -> None:
    """Where all is committed the tree of the run is the commit's."""
    found, _ = ground.watch()
    assert isinstance(found, Evidence)
    assert found.tree_after == ground.git("rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize(
    ("given", "result", "why"),
    [
        ({"code": 1, "out": "=== 1 failed in 0.1s ===\n"}, "failed", "exit code 1"),
        ({"code": 2, "out": "usage"}, "failed", "exit code 2"),
        ({"signal": 15}, "unknown", "signal 15 ended it"),
        ({"doubt": "it stands in a pipe"}, "unknown", "it stands in a pipe"),
        ({"doubt": "it stands in a pipe", "code": 1, "out": ""}, "unknown", "it stands in a pipe"),
        ({"doubt": "a pipe", "code": 1, "out": "=== 1 failed in 0.1s ===\n"}, "failed", "exit code 1"),
        ({"shared": True, "code": 1, "out": ""}, "unknown", "which of the commands failed can't be told"),
        ({"shared": True}, "passed", ""),
        ({"partial": "-k"}, "partial", "-k makes it a part of the whole"),
        ({"partial": "-k", "code": 1}, "failed", "exit code 1"),
        ({"out": "=== no tests ran in 0.01s ===\n"}, "unknown", "no test ran"),
        ({"out": "=== 3 skipped in 0.01s ===\n"}, "unknown", "no test ran"),
        ({"out": "all is well, 3 passed\n"}, "unknown", "closing line is not in its output"),
        ({"out": "=== 1 failed, 2 passed in 0.01s ===\n"}, "unknown", "exit code 0, but 1 tests failed"),
        ({"out": "", "runner": "", "name": "mypy"}, "passed", ""),
    ],
)
def test_only_what_is_known_counts(ground: Ground, given: dict[str, Any], result: str, why: str) -> None:
    """Exit code, doubts, parts, counts: each makes of the run what it proves, and says why."""
    found = ground.judged(**given)
    assert found[0] == result and why in found[1]


def test_what_does_not_count_is_told_with_the_way_that_does(ground: Ground) -> None:
    """A green run that proves nothing says so, and how to run it, a partial one that it is; a red one needs no
    word."""
    _, told = ground.watch(doubt="it stands in a pipe", command="pytest -q | tail")
    assert told == (
        "Interlock: this run of pytest counts as no evidence: it stands in a pipe. Run it by itself: `pytest -q`."
    )
    assert ground.watch(code=1, doubt="it stands in a pipe")[1] == ""
    assert ground.watch(partial="-k", code=1)[1] == ""
    assert ground.watch(partial="-k")[1] == (
        "Interlock: this green run of pytest is a part, not the whole: -k makes it a part of the whole. Run the "
        "whole before you say that it passes."
    )
    assert ground.watch(out="")[1] == (
        "Interlock: this run of pytest counts as no evidence: pytest's closing line is not in its output, so no "
        "test is known to have run. Two -q hide it (`addopts` may hold one), a redirect does: run `pytest` "
        "without -q."
    )
    assert ground.watch(out="", runner="jest")[1].endswith("Run it again, its output not sent elsewhere.")
    _, told = ground.watch(environ={"PYTEST_ADDOPTS": "--co"})
    assert told.endswith("has --co. Run the installed one, without that.")
    (ground.base / "pytest.ini").write_text("")
    assert ground.watch()[1].endswith(
        "above this checkout, steers it. Commit it or take it away, then run it again."
    )
    (ground.base / "pytest.ini").unlink()
    long = ("pytest", *(f"tests/{'x' * 50}{number}" for number in range(20)))
    _, told = ground.watch(doubt="it stands in a pipe", words=long, cwd=str(ground.repo / "src"))
    assert len(told) <= 300 and told.endswith("Run it by itself.")


def test_no_git_no_evidence_of_a_tree(ground: Ground) -> None:
    """Where the tree can't be had the run is unknown, and the command is none the worse."""
    (ground.repo / ".git/HEAD").write_text("nonsense")
    result, why = ground.judged()
    assert result == "unknown" and why.startswith("on which tree it ran can't be told: git")


def test_another_agents_write_contaminates(ground: Ground) -> None:
    """A file that another agent wrote while the run went on: contaminated, red or green, naming file and agent."""
    for code in (0, 1):
        found, told = ground.watch(
            lambda: ground.write(ground.repo / "src/b.py", "beta", text=f"half {time.time()}"), code=code
        )
        assert isinstance(found, Evidence)
        assert found.result == "contaminated" and found.why == "src/b.py changed while it ran"
        assert [(name, owner.split("|")[1]) for name, owner in found.others] == [("src/b.py", "beta")]
        assert told == (
            "Interlock: src/b.py was changed by session beta while `pytest -q` ran, so its result is nobody's "
            "evidence: run it again."
        )


def test_another_agents_command_contaminates(ground: Ground) -> None:
    """So does what another's shell command wrote: noted, or still running, or as a new file."""
    assert ground.judged(lambda: ground.run("echo x > src/b.py"))[0] == "contaminated"
    assert ground.judged(lambda: ground.run("echo x > src/new.py"))[0] == "contaminated"

    def going_on() -> None:
        ground.begin(command="./edit.sh")
        ground.shell("echo y > src/b.py")

    found, _ = ground.watch(going_on)
    assert isinstance(found, Evidence)
    assert found.result == "contaminated" and found.others[0][1].split("|")[1] == "beta"


def test_a_held_file_is_its_holders(ground: Ground) -> None:
    """A change to a file that another holds, noted by nobody yet, is told as the holder's."""
    ground.write(ground.repo / "src/b.py", "beta", text="before")
    found, told = ground.watch(lambda: (ground.repo / "src/b.py").write_text("in the middle of an edit"))
    assert isinstance(found, Evidence)
    assert found.result == "contaminated" and found.others[0][1].split("|")[1] == "beta"
    assert "session beta" in told


def test_a_tracked_file_changed_by_nobody_known_contaminates(ground: Ground) -> None:
    """An editor, or a test that rewrites what is committed: no evidence of either tree, and no name made up."""
    for change in (
        lambda: (ground.repo / "src/b.py").write_text("x"),
        lambda: (ground.repo / "src/b.py").unlink(),
    ):
        found, told = ground.watch(change)
        assert isinstance(found, Evidence)
        assert (found.result, found.others) == ("contaminated", [("src/b.py", "")])
        assert "src/b.py was changed by nobody that is known while" in told


def test_what_the_run_itself_makes_is_its_own(ground: Ground) -> None:
    """Untracked files that runs made are a test's to write, tracked ones a formatter's."""
    ground.judged(lambda: (ground.repo / ".coverage").write_text("old"))
    made = [("coverage.xml", "new"), (".coverage", "new")]
    assert ground.judged(lambda: [(ground.repo / n).write_text(t) for n, t in made])[0] == "passed"
    assert ground.judged(lambda: (ground.repo / ".coverage").unlink())[0] == "passed"
    fixed = {"writes": True, "name": "ruff", "words": ["ruff", "check", "--fix"], "runner": ""}
    assert ground.judged(lambda: (ground.repo / "src/b.py").write_text("x"), **fixed)[0] == "passed"
    assert (
        ground.judged(lambda: ground.write(ground.repo / "src/a.py", "beta", text="y"), **fixed)[0]
        == "contaminated"
    )


def test_what_the_run_creates_is_not_in_its_tree(ground: Ground) -> None:
    """The tree after is without the untracked files that came while it ran, so it can be the commit's."""
    found, _ = ground.watch(lambda: [(ground.repo / n).write_text("x") for n in (".coverage", "src/out.xml")])
    assert isinstance(found, Evidence) and found.result == "passed"
    assert found.tree_before == found.tree_after == ground.git("rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize("path", ["src/b.py", "src/new.py"])
def test_a_change_to_and_fro_by_nobody_known(ground: Ground, path: str) -> None:
    """A file that was written while it ran and is as it was: nobody knows what the run saw."""
    (ground.repo / "src/new.py").write_text("untracked")

    def to_and_fro() -> None:
        before = (ground.repo / path).read_text()
        (ground.repo / path).write_text("half")
        (ground.repo / path).write_text(before)

    assert ground.judged(to_and_fro) == ("unknown", f"files changed while it ran: {path}")
    assert ground.judged()[0] == "passed"


def test_an_untracked_source_that_changes(ground: Ground) -> None:
    """An untracked file that no run made is somebody's work: changed while it ran, it makes the run unknown."""
    (ground.repo / "src/new.py").write_text("untracked")
    found, told = ground.watch(lambda: (ground.repo / "src/new.py").write_text("changed"))
    assert isinstance(found, Evidence) and found.result == "unknown"
    assert told.endswith("src/new.py. Run it again and let the files be meanwhile.")


def test_a_change_that_was_undone_contaminates(ground: Ground) -> None:
    """Another wrote a file and wrote it back: both trees are one, and the run saw the half edit."""
    path = ground.repo / "src/b.py"
    before = path.read_text()

    def to_and_fro() -> None:
        ground.write(path, "beta", text="half")
        ground.write(path, "beta", text=before)

    found, _ = ground.watch(to_and_fro, code=1)
    assert isinstance(found, Evidence)
    assert found.tree_before == found.tree_after and found.result == "contaminated"


def test_what_others_did_before_or_elsewhere_does_not(ground: Ground) -> None:
    """A write that ended before the run began, one to an ignored file, one outside the checkout."""
    ground.write(ground.repo / "src/b.py", "beta", text="before")
    assert ground.judged()[0] == "passed"
    assert ground.judged(lambda: ground.write(ground.repo / "x.log", "beta"))[0] == "passed"
    assert ground.judged(lambda: ground.write(ground.base / "elsewhere.py", "beta"))[0] == "passed"


def test_neutral_files_do_not_contaminate(ground: Ground) -> None:
    """The issue tracker's files, and what the config calls neutral: no run is about them."""
    for name in (".beads/issues.jsonl", "docs/notes.md"):
        (ground.repo / name).parent.mkdir(exist_ok=True)
        (ground.repo / name).write_text("before")
    ground.git("add", "-A")
    tracker = lambda: ground.write(ground.repo / ".beads/issues.jsonl", "beta", text="after")  # noqa: E731
    notes = lambda: (ground.repo / "docs/notes.md").write_text("after")  # noqa: E731
    assert ground.judged(tracker)[0] == "passed"
    assert ground.judged(notes)[0] == "contaminated"
    ground.config("wait = 0\n[gate]\nneutral = ['docs/']\n")
    (ground.repo / "docs/notes.md").write_text("before")
    assert ground.judged(notes)[0] == "passed"


def test_its_owners_own_edit_makes_it_unknown(ground: Ground) -> None:
    """An owner that edits while its own run goes on in the background has not tested either tree."""
    found = ground.judged(lambda: ground.write(ground.repo / "src/b.py", "alpha", text="mine"))
    assert found == ("unknown", "its own owner changed src/b.py while it ran")


def test_a_run_without_an_end_proves_nothing(ground: Ground) -> None:
    """A wrapper that was killed leaves no evidence; nor does an end without a beginning."""
    ground.watched().before()
    assert ground.evidence() == []
    with ground.store().transaction() as tx:
        last = json.loads(ground.root.joinpath("audit.jsonl").read_bytes().splitlines()[-1])
        facts = {
            name: last[name] for name in ("owner", "checkout", "validation", "words", "tree", "head", "problem")
        }
        none = dict.fromkeys(("ran", "passed", "failed", "skipped", "errors"))
        for run, owner in (("use-9.0", facts["owner"]), ("use-1.0", "host|other|main")):
            end = {
                **facts,
                "run": run,
                "owner": owner,
                "exit_code": 0,
                "signal": 0,
                "log": "",
                "seconds": 1.0,
                **none,
            }
            tx.event("run_ended", **end, result="passed", why="", others=[])
    assert ground.evidence() == []


def test_it_is_asked_by_checkout_and_time(ground: Ground) -> None:
    """Only what the question names comes back."""
    ground.watch()
    assert len(read(str(ground.root))) == len(read(str(ground.root), str(ground.repo))) == 1
    assert read(str(ground.root), "/elsewhere") == []
    assert read(str(ground.root), None, datetime.now(UTC) + timedelta(seconds=1)) == []
    assert read(str(ground.base / "nothing")) == []


def test_an_edited_log_proves_nothing(ground: Ground) -> None:
    """A line changed, cut out, added or doubled: Tampered, naming the line; whoever asks is told what to do."""
    ground.watch(code=1)
    ground.watch()
    log = ground.root / "audit.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    forged = [line.replace(b'"result":"failed"', b'"result":"passed"') for line in lines]
    assert forged != lines
    made = json.loads(lines[-1])
    made |= {"seq": made["seq"] + 1, "prev": line_hash(lines[-1])}
    added = [*lines, json.dumps(made, separators=(",", ":")).encode() + b"\n"]
    after = next(number for number, line in enumerate(lines, 2) if b'"result":"failed"' in line)
    count = len(lines)
    for kept, number in ((forged, after), (lines[:2] + lines[3:], 3), (lines[:-2], count - 2), (added, count + 1)):
        log.write_bytes(b"".join(kept))
        with pytest.raises(Tampered, match=rf"line {number} of audit.jsonl") as told:
            ground.evidence()
        assert "interlock log --verify" in str(told.value) and len(str(told.value)) < 400
    log.write_bytes(b"".join(lines))
    assert len(ground.evidence()) == 2


def test_an_edit_of_the_last_line_is_found_at_once_and_for_good(ground: Ground) -> None:
    """No line follows the last one to give it away: what the store keeps of it does. Later lines follow the edited
    one; the store has said by then that it was changed, and it never counts."""
    ground.watch()
    ground.watch(code=1)
    log = ground.root / "audit.jsonl"
    forged = log.read_bytes().replace(b'"result":"failed"', b'"result":"passed"')
    assert forged != log.read_bytes()
    log.write_bytes(forged)
    with pytest.raises(Tampered, match="it is not what the store has logged"):
        ground.evidence()
    ground.watch()
    assert [one.run for one in ground.evidence()] == ["use-1.0", "use-3.0"]
    assert len(ground.records("log_gap")) == 1


def test_lines_added_at_the_end_never_count(ground: Ground) -> None:
    """A run that was written into the file by hand, in perfect order, is no run."""
    ground.watch(code=1)
    log = ground.root / "audit.jsonl"
    for _ in range(2):  # its beginning and its end
        lines = log.read_bytes().splitlines(keepends=True)
        made = json.loads(lines[-2])
        made |= {"seq": len(lines) + 1, "prev": line_hash(lines[-1]), "run": "use-9.0"}
        made |= {"result": "passed", "why": ""} if made["event"] == "run_ended" else {}
        log.write_bytes(b"".join(lines) + json.dumps(made, separators=(",", ":")).encode() + b"\n")
    with pytest.raises(Tampered):
        ground.evidence()
    ground.watch()
    assert [one.run for one in ground.evidence()] == ["use-1.0", "use-2.0"]


def test_a_fault_of_the_watch_is_told(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks in the watch, the command goes on; that there is no evidence is said."""
    watched = ground.watched()
    monkeypatch.setattr(watched.desk, "root", str(ground.base / "nowhere"))
    (ground.base / "nowhere").write_text("a file")
    monkeypatch.setattr("interlock.runs.contamination.find", lambda *_: 1 / 0)
    assert watched.before() is None
    monkeypatch.setattr("interlock.runs.fingerprint.take", lambda *_: (_ for _ in ()).throw(OSError("broken")))
    assert watched.after(0, 0, Path("/nowhere")) == "Interlock: this run left no evidence: broken"
