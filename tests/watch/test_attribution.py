"""What shell commands changed among free files: whose it is, who has it then, and what git is asked."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.guard.calls import settle

from interlock.guard import attribution
from interlock.words.faults import Unreadable

from .repo import Watched


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested is what is found, not how busy the machine is."""
    monkeypatch.setattr(attribution, "_SECONDS", 20.0)


def commit(watched: Watched, *names: str) -> None:
    for name in names:
        path = watched.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old\n")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t"]
    subprocess.run([*git, "add", "-A"], cwd=watched.repo, check=True)
    subprocess.run([*git, "commit", "-qm", "x"], cwd=watched.repo, check=True)
    for name in names:
        settle(watched.repo / name)


def worktree(watched: Watched, path: Path | None = None) -> Path:
    """Another checkout of the repository, with a.py and b.py as they were committed."""
    if not (watched.repo / "a.py").exists():
        commit(watched, "a.py", "b.py")
    path = path or watched.base / "wt"
    subprocess.run(["git", "worktree", "add", "-q", "--detach", str(path)], cwd=watched.repo, check=True)
    for name in ("a.py", "b.py"):
        settle(path / name)
    return path


def changes(watched: Watched) -> list[dict[str, Any]]:
    return watched.records("shell_changed")


def short(watched: Watched, record: dict[str, Any]) -> list[str]:
    return [path.removeprefix(f"{watched.repo}/") for path in record["paths"]]


def holder(watched: Watched, path: Path, by: str = "gamma") -> str:
    """What another owner's write of the file is told."""
    return watched.write(path, by)


def test_changed_created_and_deleted_files(watched: Watched) -> None:
    """Tracked, new and deleted files, those in new folders too, are its owner's: told in one event; the tracked
    ones are held like any file it wrote."""
    commit(watched, "a.py", "b c.py", "gone.py", "untouched.py")
    watched.run('echo x >> a.py; echo x >> "b c.py"; rm gone.py; mkdir -p new/deep; touch new/deep/n.py new.py')
    (event,) = changes(watched)
    wanted = {"a.py", "b c.py", "gone.py", "new/deep/n.py", "new.py"}
    assert set(short(watched, event)) == wanted and event["count"] == 5
    assert event["owner"].endswith("|beta|main") and event["others"] == [] and event["problem"] == ""
    for name in ("a.py", "b c.py"):
        assert "held by session beta" in holder(watched, watched.repo / name), name
    for name in ("new/deep/n.py", "new.py", "untouched.py"):
        assert holder(watched, watched.repo / name) == "", name


def test_what_a_test_run_leaves_is_nobodys_to_keep(watched: Watched) -> None:
    """An untracked file that a tool leaves is told as its owner's, and the next owner's run writes it as well;
    that too is told, as that one's."""
    commit(watched, "a.py")
    for by in ("alpha", "beta", "gamma"):
        watched.run("echo $RANDOM$RANDOM >> .coverage", by=by)
    told = [(event["owner"].split("|")[1], short(watched, event)) for event in changes(watched)]
    assert told == [(by, [".coverage"]) for by in ("alpha", "beta", "gamma")]
    assert not watched.breaches()
    assert not [record for record in watched.records("granted") if record["path"].endswith(".coverage")]


def test_whose_an_untracked_file_is_stays_known(watched: Watched) -> None:
    """Who has seen a new file that another's command changed since is told before it writes."""
    watched.run("echo x > new.py", by="alpha")
    watched.read(watched.repo / "new.py", "gamma")
    watched.run("echo y > new.py", by="alpha")
    assert "changed by session alpha" in watched.write(watched.repo / "new.py", "gamma")


def test_what_was_changed_before_is_not_its_doing(watched: Watched) -> None:
    """Files that git shows as changed since before the command, and those that an owner's tool wrote, are not
    counted again."""
    commit(watched, "a.py", "b.py")
    before = watched.repo / "a.py"
    before.write_text("by hand\n")
    settle(before)
    watched.held("b.py", by="beta")
    watched.run("true")
    assert changes(watched) == []


def test_a_file_that_the_owner_has_seen(watched: Watched) -> None:
    """What its own command made of a file that it has read is told and held as well."""
    commit(watched, "a.py")
    watched.read(watched.repo / "a.py", "beta")
    watched.run("echo x >> a.py")
    assert [short(watched, event) for event in changes(watched)] == [["a.py"]]
    assert "held by session beta" in holder(watched, watched.repo / "a.py")
    watched.run("true")
    assert len(changes(watched)) == 1


def test_what_others_hold_is_a_breach(watched: Watched) -> None:
    """A held file in the same command is told as a breach, not as a free file's change."""
    commit(watched, "a.py", "held.py")
    watched.held("held.py")
    watched.run("echo x | tee -a a.py held.py")
    assert short(watched, changes(watched)[0]) == ["a.py"]
    assert [breach["path"] for breach in watched.breaches()] == [str(watched.repo / "held.py")]


def test_the_next_owner_hears_whose_it_was(watched: Watched) -> None:
    """Who has seen a file that another's command changed hears whose it was, after that one's stop too."""
    commit(watched, "a.py")
    watched.hook("SessionStart", "alpha", source="startup")
    watched.read(watched.repo / "a.py")
    watched.run("echo x >> a.py")
    watched.hook("Stop", "beta")
    assert "changed by session beta" in watched.write(watched.repo / "a.py", "alpha")


def test_two_commands_at_once(watched: Watched) -> None:
    """What changed while two owners' commands ran is named with both, and nobody gets it; what changed while one
    ran alone is that one's."""
    commit(watched, "both.py", "beta.py")
    beta = watched.begin("beta")
    watched.shell("echo x >> beta.py; sleep 0.1")
    gamma = watched.begin("gamma")
    watched.shell("sleep 0.05; echo x >> both.py; sleep 0.05")
    watched.end(beta, "beta")
    watched.shell("sleep 0.05")
    watched.end(gamma, "gamma")
    alone = [short(watched, event) for event in changes(watched) if not event["others"]]
    shared = [
        (event["owner"].split("|")[1], short(watched, event)) for event in changes(watched) if event["others"]
    ]
    assert alone == [["beta.py"]]
    assert shared == [("beta", ["both.py"]), ("gamma", ["both.py"])]
    assert "held by session beta" in holder(watched, watched.repo / "beta.py", "alpha")
    assert holder(watched, watched.repo / "both.py", "alpha") == ""


def test_a_failed_command(watched: Watched) -> None:
    """A command that failed may have changed files all the same."""
    commit(watched, "a.py")
    use = watched.begin("beta")
    watched.shell("echo x >> a.py")
    watched.tool("PostToolUseFailure", "Bash", "beta", use=use, command="./build.sh")
    assert [short(watched, event) for event in changes(watched)] == [["a.py"]]


def test_ignored_files_are_left(watched: Watched) -> None:
    """What git ignores, or Interlock's config, is nobody's."""
    commit(watched, ".gitignore")
    (watched.repo / ".gitignore").write_text("*.o\n")
    watched.config('wait = 0\nignore = ["build/"]')
    settle(watched.repo / ".gitignore")
    watched.run("mkdir build; touch build/x x.o")
    assert changes(watched) == []


def test_many_files(watched: Watched) -> None:
    """Of very many the event names 64 and the number; 64 are held, each of all is noted as its owner's."""
    commit(watched, *(f"many/{n}.txt" for n in range(200)))
    watched.run("for n in $(seq 0 199); do echo $n > many/$n.txt; done")
    (event,) = changes(watched)
    assert (len(event["paths"]), event["count"]) == (64, 200)
    assert len([r for r in watched.records("granted") if r["path"].startswith(f"{watched.repo}/many/")]) == 64


def test_a_new_link(watched: Watched) -> None:
    """A new symlink is its owner's; the file that it leads to is not."""
    commit(watched, "a.py")
    watched.run("ln -s a.py link.py")
    assert [short(watched, event) for event in changes(watched)] == [["link.py"]]
    assert holder(watched, watched.repo / "a.py") == ""


def test_more_than_can_be_read(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be read in time is counted all the same."""
    monkeypatch.setattr(attribution, "_MANY", 5)
    watched.run("mkdir many; for n in $(seq 9); do echo $n > many/$n.txt; done")
    (event,) = changes(watched)
    assert (len(event["paths"]), event["count"]) == (5, 9)


def test_no_program_of_the_repository_runs(watched: Watched) -> None:
    """A filter that the repository's config names is not started, and the change is told all the same."""
    ran = watched.base / "ran"
    (watched.repo / ".gitattributes").write_text("*.py filter=x\n")
    commit(watched, "a.py")
    for name in ("clean", "process"):
        subprocess.run(["git", "config", f"filter.x.{name}", f"touch {ran}; cat"], cwd=watched.repo, check=True)
    watched.run("echo new > a.py")
    assert [short(watched, event) for event in changes(watched)] == [["a.py"]]
    assert not ran.exists()


@pytest.mark.parametrize("problem", ["git took too long", "git is not on the PATH"])
def test_when_git_has_no_answer(watched: Watched, monkeypatch: pytest.MonkeyPatch, problem: str) -> None:
    """Without an answer in time the event says so, and nothing else happens."""

    def silent(*_: object, **__: object) -> bytes:
        raise Unreadable(problem)

    monkeypatch.setattr(attribution, "git", silent)
    assert watched.run("echo x > a.py") == ""
    (event,) = changes(watched)
    assert (event["count"], event["paths"], event["problem"]) == (0, [], problem)


@pytest.mark.parametrize(
    "command",
    ["cd {} && ./g.sh", "make -C {} gen", "bash {}/g.sh", "W={}; cd $W; ./g.sh", "(cd '{}'; ./g.sh)",
     "pushd {} >/dev/null; ./g.sh", "git -C {} status; (cd {}; ./g.sh)"],
)  # fmt: skip
@pytest.mark.parametrize("absolute", [False, True])
def test_another_checkout(watched: Watched, command: str, absolute: bool) -> None:
    """What a command changes in a checkout that it names is its owner's too; elsewhere it is told of nothing."""
    other = worktree(watched)
    command = command.replace("{}", str(other) if absolute else "../wt")
    use = watched.begin("beta", command)
    watched.shell(f"cd {other}; echo gen >> a.py; echo gen >> {watched.repo}/a.py")
    watched.end(use, "beta", command)
    assert [path for event in changes(watched) for path in event["paths"]] == [
        str(watched.repo / "a.py"),
        str(other / "a.py"),
    ]
    assert "held by session beta" in watched.write(other / "a.py", "gamma")


def test_a_checkout_inside_the_checkout(watched: Watched) -> None:
    """A worktree below the project's is found by a plain name as well."""
    worktree(watched, watched.repo / "trees" / "one")
    for command in ("cd trees/one && ./g.sh", "cd trees; cd one; sh trees/one/g.sh"):
        use = watched.begin("beta", command)
        watched.shell("echo $RANDOM$RANDOM >> trees/one/b.py")
        watched.end(use, "beta", command)
        assert short(watched, changes(watched)[-1]) == ["trees/one/b.py"]
        watched.hook("Stop", "beta")


def test_a_client_that_goes_along(watched: Watched) -> None:
    """Where the client's folder is the other checkout afterwards, the project's own is looked at all the same."""
    other = worktree(watched)
    use = watched.begin("beta", "./g.sh; cd ../wt")
    watched.shell("echo gen >> a.py")
    call = {"tool_name": "Bash", "tool_use_id": use, "tool_input": {"command": "./g.sh; cd ../wt"}}
    watched.hook("PostToolUse", "beta", **call, cwd=str(other), tool_response={"stdout": ""}, duration_ms=5)
    assert [event["paths"] for event in changes(watched)] == [[str(watched.repo / "a.py")]]


def test_three_checkouts_at_most(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many a command names, git is asked in three."""
    tops = [worktree(watched, watched.base / f"w{n}") for n in range(5)]
    asked: list[str] = []

    def nothing(_words: object, top: str, *_: object, **__: object) -> bytes:
        asked.append(top)
        return b""

    monkeypatch.setattr(attribution, "git", nothing)
    command = f"ls {' '.join(map(str, tops))} {' '.join(f'w{n}' for n in range(500))}"
    watched.end(watched.begin("beta", command), "beta", command)
    assert asked == [str(watched.repo), *map(str, tops[:2])]


def test_outside_any_checkout(watched: Watched, tmp_path: Path) -> None:
    """Where there is no git nothing is asked."""
    watched.repo = tmp_path / "plain"
    watched.repo.mkdir()
    watched.run("echo x > a.py")
    assert changes(watched) == []


def test_a_quiet_command_asks_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is known to write no file costs no question to git."""
    monkeypatch.setattr(attribution, "git", lambda *_, **__: pytest.fail("asked"))
    use = watched.begin("beta")
    watched.mark(use, "quiet")
    with watched.store().transaction() as tx:
        tx.run("shell_clear")
    watched.end(use)


bad = st.binary(min_size=1, max_size=20).filter(lambda raw: b"\0" not in raw)


@given(names=st.lists(bad, max_size=8))
def test_any_name_is_read(names: list[bytes]) -> None:
    """The names of git's answer come back whatever their bytes are."""
    told = b"".join(b"?? " + name + b"\0" for name in names)
    assert [
        name.encode(sys.getfilesystemencoding(), "surrogateescape") for name in attribution.names(told)
    ] == names
