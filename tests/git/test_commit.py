"""`interlock commit`: what goes into it, what stays out, and what is refused. The oracle is git itself."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlock.faces import committing
from interlock.faces.main import main
from interlock.leases import issues

from .ground import GIT
from .test_conflicts import Site

Commit = Callable[..., tuple[int, str]]
HOSTILE = ["two words", "-m", "--all", "line\nbreak", ":(top)x", ":!x", "*", "a[b]", "'", '"', "$(id)", "é", "~",
           "\\", os.fsdecode(b"raw\xff"), "x" * 200, "tab\tx", "#", "%s", "trailing "]  # fmt: skip


class Ground(Site):
    """Site, with commands typed in it."""

    def ask(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.repo, env=GIT, check=True, capture_output=True)
        return os.fsdecode(done.stdout)

    @property
    def head(self) -> str:
        return self.ask("rev-parse", "HEAD").strip()

    def inside(self) -> dict[str, str]:
        """Letter by file of the last commit."""
        words = self.ask("diff-tree", "--root", "-r", "-z", "--no-commit-id", "--name-status", "HEAD").split("\0")
        return dict(zip(words[1::2], words[::2], strict=False))

    def state(self) -> tuple[str, str, str]:
        """HEAD, the index and what differs."""
        return self.head, self.ask("ls-files", "-s", "-z"), self.ask("status", "--porcelain", "-z", "-uall")

    def script(self, hook: str, text: str) -> None:
        path = self.repo / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    made = Ground(tmp_path)
    made.root = tmp_path / "interlock"
    for name, value in {**GIT, "XDG_STATE_HOME": str(tmp_path), "HOME": str(made.home)}.items():
        monkeypatch.setenv(name, value)
    for name in ("CLAUDE_PID", "CLAUDE_CODE_SESSION_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(made.repo)
    return made


@pytest.fixture
def commit(site: Ground, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Commit:
    """Types `interlock commit WORDS...` as session ``by`` ("" is a person): (exit code, all it said)."""

    def typed(*words: str, by: str = "beta") -> tuple[int, str]:
        if by:
            monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", by)
        else:
            monkeypatch.delenv("CLAUDE_CODE_SESSION_ID", raising=False)
        capfd.readouterr()
        code = main(["commit", *words])
        said = capfd.readouterr()
        return code, said.out + said.err

    return typed


def data(answer: tuple[int, str]) -> Any:
    """The JSON of an answer."""
    return json.loads(answer[1])


def refused(site: Ground, answer: tuple[int, str], before: tuple[str, str, str]) -> str:
    """What was said, after a refusal that changed nothing."""
    assert answer[0] == 1, answer
    assert site.state() == before
    return answer[1]


def test_just_the_named_files(site: Ground, commit: Commit) -> None:
    """Named changes are committed; what others staged stays staged and out of it, what is not named as it was."""
    for name in ("a.py", "b.py", "lib/c.py"):
        site.file(name, f"{name} new\n")
    site.git("add b.py")
    staged = site.ask("ls-files", "-s", "b.py")
    code, said = commit("-m", "one", "a.py")
    assert (code, site.inside()) == (0, {"a.py": "M"})
    assert site.ask("ls-files", "-s", "b.py") == staged
    assert site.ask("status", "--porcelain", "-uno") == "M  b.py\n M lib/c.py\n"
    assert said.splitlines() == [f"committed {site.head[:12]}: 1 file", "  M a.py"]


def test_new_changed_deleted_and_renamed(site: Ground, commit: Commit) -> None:
    """All kinds of change go in, by name and by folder, whether or not they were staged before."""
    site.file("new.py")
    (site.repo / "a.py").unlink()
    site.git("mv b.py moved.py")
    (site.repo / "lib" / "deep").mkdir()
    site.file("lib/deep/x.py")
    assert commit("-m", "x", "new.py", "a.py", "b.py", "moved.py", "lib")[0] == 0
    wanted = {"new.py": "A", "a.py": "D", "b.py": "D", "moved.py": "A", "lib/deep/x.py": "A"}
    assert site.inside() == wanted
    assert site.ask("status", "--porcelain", "-uno") == ""


def test_json(site: Ground, commit: Commit) -> None:
    """The same for programs; and the event for the log."""
    site.file("a.py")
    found = data(commit("-m", "x", "--json", "a.py"))
    expected = {"outcome": "committed", "commit": site.head, "files": [{"change": "M", "path": "a.py"}]}
    assert found == {**expected, "added": [], "differing": [], "left": []}
    (event,) = site.records("committed")
    assert (event["commit"], event["paths"], event["count"]) == (site.head, [str(site.repo / "a.py")], 1)
    assert event["owner"].split("|")[1:] == ["beta", "main"]


def test_several_messages_are_paragraphs(site: Ground, commit: Commit) -> None:
    """As git takes them."""
    site.file("a.py")
    commit("-m", "head", "-m", "body", "a.py")
    assert site.ask("log", "-1", "--format=%B").strip() == "head\n\nbody"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(site: Ground, commit: Commit, name: str) -> None:
    """A name is a name: no option, no pattern, no magic; in a folder with its like, only it goes in."""
    for file in (name, "other", "x"):
        site.file(file)
    code, said = commit("-m", "x", "--", name)
    assert (code, site.inside()) == (0, {name: "A"})
    assert "".join(said.splitlines()).isprintable()
    (site.repo / name).unlink()
    assert commit("-m", "x", "--", name)[0] == 0
    assert site.inside() == {name: "D"}


def test_from_a_folder_inside(site: Ground, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths count from where one stands, absolute ones and links too."""
    site.file("a.py")
    site.file("lib/c.py")
    (site.repo / "link").symlink_to("lib")
    monkeypatch.chdir(site.repo / "lib")
    assert commit("-m", "x", "../a.py", str(site.repo / "link" / "c.py"))[0] == 0
    assert site.inside() == {"a.py": "M", "lib/c.py": "M"}
    assert commit("-m", "x", "../link")[0] == 0
    assert site.inside() == {"link": "A"}


def test_the_first_commit_and_a_detached_head(
    site: Ground, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is in the way."""
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=fresh, check=True)
    (fresh / "one").write_text("1")
    (fresh / "two").write_text("2")
    monkeypatch.chdir(fresh)
    found = data(commit("-m", "x", "one", "--json"))
    assert found["files"] == [{"change": "A", "path": "one"}]
    monkeypatch.chdir(site.repo)
    site.git("checkout -q --detach")
    site.file("a.py")
    assert commit("-m", "x", "a.py")[0] == 0


def test_held_files(site: Ground, commit: Commit) -> None:
    """A file that another holds is refused, alone, among others and in a folder; then nothing is committed."""
    site.write(site.repo / "lib" / "c.py", "alpha")
    site.write(site.repo / "b.py", "beta")
    before = site.state()
    for names in (["lib/c.py"], ["b.py", "lib/c.py"], ["lib"], ["."]):
        told = refused(site, commit("-m", "x", *names), before)
        assert "lib/c.py: held since" in told and "by session alpha" in told and len(told) <= 401
        assert "`interlock commit -m MESSAGE -- " in told
    assert commit("-m", "x", "b.py")[0] == 0


def test_what_another_left(site: Ground, commit: Commit) -> None:
    """What another changed last is its own while it lives; once it has ended, whoever names it may commit it."""
    site.write(site.repo / "a.py", "alpha")
    site.hook("Stop", "alpha")
    assert "changed and not committed since" in refused(site, commit("-m", "x", "a.py"), site.state())
    site.hook("SessionEnd", "alpha", reason="exit")
    assert "which has ended" in refused(site, commit("-m", "x", "."), site.state())
    assert data(commit("-m", "x", "--json", "a.py"))["left"] == [str(site.repo / "a.py")]


def test_a_parent_commits_what_its_subagent_left(site: Ground, commit: Commit) -> None:
    """While the subagent works its change is its own."""
    site.write(site.repo / "a.py", "beta/sub1")
    assert "subagent coder sub1" in refused(site, commit("-m", "x", "a.py"), site.state())
    site.hook("SubagentStop", "beta/sub1")
    assert commit("-m", "x", "a.py")[0] == 0


def test_a_person(site: Ground, commit: Commit) -> None:
    """A person may commit what nobody holds, whoever changed it; not what is held."""
    site.write(site.repo / "a.py", "alpha")
    assert "held since" in refused(site, commit("-m", "x", "a.py", by=""), site.state())
    site.hook("Stop", "alpha")
    assert commit("-m", "x", ".", by="")[0] == 0
    assert "|person:" in site.records("committed")[0]["owner"]


def test_the_issue(site: Ground, commit: Commit) -> None:
    """Who has an issue names it, as a word, in the first line, as the gate demands; who has none need not."""
    from interlock.faces.desk import Desk

    site.write(site.repo / "a.py", "beta")
    desk = Desk({**GIT, "XDG_STATE_HOME": str(site.root.parent), "CLAUDE_CODE_SESSION_ID": "beta"})
    with desk.transaction() as tx:
        issues.begin(tx, desk.arrive(tx, desk.actor(tx)), "7", "command", "", str(site.repo))
    before = site.state()
    for message in ("fix", "bd-70: fix", "abd-7", "bd-7.1", "fix\n\nbd-7"):
        told = refused(site, commit("-m", message, "a.py"), before)
        assert "`bd-7`" in told
    assert commit("-m", "Fix (bd-7)", "-m", "Because.", "a.py")[0] == 0
    assert site.records("committed")[0]["issue"] == "7"


WRONG = {
    "no message": (["a.py"], "a message"),
    "a blank message": (["-m", " ", "a.py"], "a message"),
    "no path": (["-m", "x"], "no file is named"),
    "an unchanged file": (["-m", "x", "b.py"], "nothing to commit"),
    "no such file": (["-m", "x", "a.py", "nope.py"], "no nope.py"),
    "outside": (["-m", "x", "../elsewhere"], "not in this checkout"),
    "an empty name": (["-m", "x", ""], "not in this checkout"),
    "git's own": (["-m", "x", ".git/config"], "git itself"),
    "an ignored file": (["-m", "x", "a.py", "skip.log"], "ignored"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_can_not_be_committed(site: Ground, commit: Commit, what: str) -> None:
    """A sentence, exit code 1, and nothing is changed: HEAD, index and files."""
    site.file(".gitignore", "*.log\n")
    site.file("skip.log")
    site.file("a.py")
    words, part = WRONG[what]
    told = refused(site, commit(*words), site.state())
    assert part in told and told.startswith("Interlock: ") and len(told) <= 401


@pytest.mark.parametrize("underway", ["merge", "rebase", "cherry-pick"])
def test_a_merge_underway(site: Ground, commit: Commit, underway: str) -> None:
    """Neither it nor a part of it is committed."""
    site.file("b.py", "mine\n")
    site.git("commit -qam z")
    subprocess.run(["git", underway, "feature"], cwd=site.repo, env=GIT, capture_output=True)
    site.file("a.py")
    assert f"a {underway} is underway" in refused(site, commit("-m", "x", "a.py"), site.state())


def test_conflicts_that_are_left(site: Ground, commit: Commit) -> None:
    """A file with a conflict in it (of a stash, where no merge is underway) is not committed."""
    site.file("a.py", "stashed\n")
    site.git("stash")
    site.file("a.py", "meanwhile\n")
    site.git("commit -qam z")
    subprocess.run(["git", "stash", "pop"], cwd=site.repo, env=GIT, capture_output=True)
    assert "has conflicts" in refused(site, commit("-m", "x", "a.py"), site.state())


def test_no_checkout(commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a plain folder there is nothing to commit to."""
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    code, said = commit("-m", "x", "a")
    assert (code, "in no git checkout" in said) == (1, True)


def test_no_git(site: Ground, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on the PATH: a sentence and exit code 2."""
    site.file("a.py")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert commit("-m", "x", "a.py") == (2, "interlock: git is not on the PATH\n")


def test_a_submodule_and_a_repository_inside(site: Ground, commit: Commit, tmp_path: Path) -> None:
    """A submodule's new commit goes in by its name; files in it, and an untracked repository, do not."""
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], env=GIT, check=True)
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=other, env=GIT, check=True)
    site.git(f"-c protocol.file.allow=always submodule add -q {other} sub")
    site.git("commit -qm sub")
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "y"], cwd=site.repo / "sub", env=GIT, check=True)
    site.file("sub/inner")
    assert "checkout of its own" in refused(site, commit("-m", "x", "sub/inner"), site.state())
    assert commit("-m", "x", "sub")[0] == 0
    assert site.inside() == {"sub": "M"}
    subprocess.run(["git", "clone", "-q", str(other), "nested"], cwd=site.repo, env=GIT, check=True)
    assert "repository of its own" in refused(site, commit("-m", "x", "nested"), site.state())


def test_a_file_that_became_a_folder(site: Ground, commit: Commit) -> None:
    """git can't commit such a swap by names, so it is refused."""
    (site.repo / "a.py").unlink()
    (site.repo / "a.py").mkdir()
    site.file("a.py/x")
    assert "folder in the other" in refused(site, commit("-m", "x", "a.py"), site.state())


def test_a_hook_that_refuses(site: Ground, commit: Commit) -> None:
    """Its words are shown, the index is as it was to the last entry, and new files are untracked again."""
    site.script("pre-commit", "echo no way; printf '\\033[31m' >&2; exit 1")
    site.file("a.py")
    site.file("new.py")
    site.file("b.py")
    site.git("add b.py")
    told = refused(site, commit("-m", "x", "a.py", "new.py"), site.state())
    assert "the index is as it was" in told and "no way" in told and "\x1b" not in told


def test_a_hook_that_rewrites(site: Ground, commit: Commit) -> None:
    """What a hook changes on disk without staging it is told; what it adds to the commit too."""
    site.script("pre-commit", "echo formatted >> a.py; echo made > made.py; git add made.py")
    site.file("a.py")
    found = data(commit("-m", "x", "--json", "a.py"))
    assert found["differing"] == ["a.py"]
    assert found["added"] == ["made.py"]
    assert site.inside() == {"a.py": "M", "made.py": "A"}


def test_what_a_hook_stages(site: Ground, commit: Commit) -> None:
    """A formatter's hook that stages its work leaves nothing behind that the next commit would undo; what others
    had staged of other files stays."""
    site.script("pre-commit", "echo formatted >> a.py; git add a.py b.py")
    site.file("a.py")
    site.file("b.py", "staged\n")
    site.file("lib/c.py", "staged\n")
    site.git("add b.py lib/c.py")
    assert data(commit("-m", "x", "--json", "a.py"))["differing"] == []
    assert "formatted" in site.ask("show", "HEAD:a.py")
    assert site.ask("status", "--porcelain", "-uno") == "M  lib/c.py\n"


def test_the_users_hooks_see_their_environment(
    site: Ground, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook runs with the user's PATH and with patterns as git reads them."""
    monkeypatch.setenv("MINE", "kept")
    site.script("commit-msg", 'echo "$MINE $PATH" >> "$1"; git ls-files -- "*.py" >> "$1"')
    site.file("a.py")
    commit("-m", "x", "a.py")
    said = site.ask("log", "-1", "--format=%B")
    assert f"kept {os.environ['PATH']}" in said or GIT["PATH"] in said
    assert "lib/c.py" in said


def test_another_checkout_in_the_environment(
    site: Ground, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIT_DIR and its like do not lead the commit elsewhere than where it was judged."""
    site.file("a.py")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert commit("-m", "x", "a.py")[0] == 0


def test_gits_own_lock(site: Ground, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another git has the index it is waited for; for ever it is not."""
    lock = site.repo / ".git" / "index.lock"
    lock.touch()
    site.file("a.py")
    timer = threading.Timer(0.5, lock.unlink)
    timer.start()
    assert commit("-m", "x", "a.py")[0] == 0
    timer.join()
    lock.touch()
    monkeypatch.setattr(committing, "_INDEX", 0.2)
    site.file("new.py")
    code, said = commit("-m", "x", "new.py")
    lock.unlink()
    assert (code, "index.lock" in said) == (1, True)
    assert site.ask("status", "--porcelain", "new.py") == "?? new.py\n"


def test_ended_in_the_middle(site: Ground, commit: Commit) -> None:
    """A commit that is ended while its hook runs leaves no lock behind: the next one goes through."""
    site.script("pre-commit", "touch begun; sleep 30")
    site.file("a.py")
    site.file("new.py")
    words = [sys.executable, "-m", "interlock", "commit", "-m", "x", "a.py", "new.py"]
    running = subprocess.Popen(words, cwd=site.repo, start_new_session=True)
    end = time.monotonic() + 20
    while not (site.repo / "begun").exists() and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGTERM)
    assert running.wait(10) != 0
    site.script("pre-commit", "true")
    assert commit("-m", "x", "a.py", "new.py", by="")[0] == 0
    assert site.inside() == {"a.py": "M", "new.py": "A"}


def test_another_commit_that_takes_long(site: Ground, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who would have to wait too long for another `interlock commit` is told so, and nothing is changed."""
    monkeypatch.setattr(committing, "TURN", 0.1)
    site.file("a.py")
    with committing.Bench(str(site.repo), {**GIT}).turn(str(site.root)):
        assert "another `interlock commit`" in refused(site, commit("-m", "x", "a.py"), site.state())
    assert commit("-m", "x", "a.py")[0] == 0


def test_leases_end_with_the_commit(site: Ground, commit: Commit) -> None:
    """What was taken for the commit is free again, what was held before is still."""
    site.write(site.repo / "a.py", "beta")
    site.file("b.py", "by hand\n")
    assert commit("-m", "x", "a.py", "b.py")[0] == 0
    taken = [record["path"] for record in site.records("granted") if record["purpose"] == "commit"]
    freed = [record["path"] for record in site.records("released")]
    assert taken == freed == [str(site.repo / "b.py")]


def test_many_at_once(site: Ground) -> None:
    """Commits typed at the same moment, of different files, all come about, one after the other."""
    names = [f"f{n}" for n in range(6)]
    for name in names:
        site.file(name)
    words = [sys.executable, "-m", "interlock", "commit", "-m"]
    running = [subprocess.Popen([*words, name, name], cwd=site.repo, stdout=subprocess.DEVNULL) for name in names]
    assert [one.wait(60) for one in running] == [0] * 6
    told = site.ask("log", "--format=%s", "-6", "--name-only").split("\n")
    pairs = [line for line in told if line]
    assert sorted(pairs[::2]) == names and pairs[::2] == pairs[1::2]


def test_a_name_that_git_was_told_not_to_look_at(site: Ground, commit: Commit) -> None:
    """assume-unchanged stays out of a folder's commit."""
    site.git("update-index --assume-unchanged lib/c.py")
    site.file("lib/c.py", "local\n")
    site.file("lib/d.py")
    assert commit("-m", "x", "lib")[0] == 0
    assert site.inside() == {"lib/d.py": "A"}


def listed(site: Ground, *words: str) -> dict[str, str]:
    """Mode and blob by path, of ls-tree or ls-files."""
    found = {}
    for line in site.ask(*words).split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        mode, *rest = facts.split()
        found[path] = f"{mode} {rest[1] if words[0] == 'ls-tree' else rest[0]}"
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_changes(site: Ground, commit: Commit, seed: int) -> None:
    """After any mixture of edits, deletions and staging: HEAD has changed in just the named paths, and there to
    what is on disk; the index of all others, and every file, is as it was."""
    rand = random.Random(seed)
    names = [f"{folder}{letter}" for folder in ("", "lib/", "lib/deep/") for letter in "xyz"]
    for step in range(3):
        for name in rand.sample(names, 5):
            path = site.repo / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and rand.random() < 0.4:
                path.unlink()
            else:
                path.write_text(f"{seed} {step} {rand.random()}")
                path.chmod(rand.choice([0o644, 0o755]))
            if rand.random() < 0.4:
                subprocess.run(["git", "add", "-A", "--", name], cwd=site.repo, env=GIT, capture_output=True)
        named = rand.sample([*names, "lib", "lib/deep"], 2)
        head, index = listed(site, "ls-tree", "-r", "-z", "HEAD"), listed(site, "ls-files", "-s", "-z")
        there = {name: (site.repo / name).read_bytes() for name in names if (site.repo / name).exists()}
        disk = {}
        for name in [*names, "a.py", "b.py", "lib/c.py"]:
            if (site.repo / name).exists():
                mode = "100755" if os.access(site.repo / name, os.X_OK) else "100644"
                disk[name] = f"{mode} {site.ask('hash-object', name).strip()}"
        code, said = commit("-m", "x", *named)
        covered = {
            path for path in {*head, *index, *disk} if any(f"{path}/".startswith(f"{one}/") for one in named)
        }
        wanted = {path: blob for path, blob in head.items() if path not in covered}
        wanted |= {path: disk[path] for path in covered if path in disk}
        if code:
            wanted = head
            unknown = [one for one in named if not (site.repo / one).exists() and one not in {*head, *index}]
            same = all(disk.get(path) == head.get(path) for path in covered)
            assert unknown or same, said
        assert listed(site, "ls-tree", "-r", "-z", "HEAD") == wanted, said
        after = listed(site, "ls-files", "-s", "-z")
        others = {*index, *after} - (set() if code else covered)
        assert {path: after.get(path) for path in others} == {path: index.get(path) for path in others}
        assert {name: (site.repo / name).read_bytes() for name in there} == there
