"""Repositories of less usual shapes: submodules, patches, renames on one side, no commits yet, linked
checkouts."""

import os
from pathlib import Path

import pytest

from .ground import Repo, covers, differing, names

TEXT = "".join(f"line {n}\n" for n in range(20))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit(a=TEXT, dir__b=TEXT + "b", dir__c=TEXT + "c", other__d=TEXT + "d")
    return repo


@pytest.fixture
def outer(repo: Repo, tmp_path: Path) -> Repo:
    """``repo`` as the submodule ``in`` of another, its commit moved on and a file in it changed."""
    outer = Repo(tmp_path / "outer")
    outer.commit(x="x")
    outer.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", str(repo.top), "in")
    outer.git("commit", "-qm", "submodule")
    outer.git("branch", "other")
    outer.git("commit", "-q", "--allow-empty", "-m", "more", cwd=str(outer.top / "in"))
    (outer.top / "in" / "a").write_text("dirty")
    outer.write("x", "dirty")
    return outer


@pytest.mark.parametrize(
    "command",
    ["stash", "stash -u", "reset --hard", "add -A", "commit -am x", "checkout .", "checkout -f other",
     "clean -ffdx", "restore -SW .", "rm -rf .", "switch --orphan new", "reset --hard HEAD~1"],
)  # fmt: skip
def test_a_submodule(outer: Repo, command: str) -> None:
    """What happens to a submodule's place in its superproject is foreseen; the files in it stay out of it unless
    they are touched."""
    touched = outer.judge(*command.split())
    changed = outer.run(*command.split())
    assert not touched.unknown
    assert covers(outer, touched, changed) - {".git"} == set()
    assert (f"{outer.top}/in/a" in touched.paths) <= ("in/a" in changed)


@pytest.mark.parametrize("command", ["checkout -f other", "reset --hard HEAD~1", "switch other", "restore ."])
def test_submodules_that_are_followed(outer: Repo, command: str) -> None:
    """Where git is set to go into submodules, what it does there is not known."""
    outer.git("config", "submodule.recurse", "true")
    assert outer.judge(*command.split()).unknown == "what is in submodules"


def test_inside_a_submodule(outer: Repo) -> None:
    """A command run in the submodule is judged there."""
    inner = Repo(outer.top / "in", init=False)
    assert inner.judge("stash").paths == (f"{outer.top}/in/a",)


def test_no_commits_yet(tmp_path: Path) -> None:
    """Before the first commit what is staged counts against nothing."""
    repo = Repo(tmp_path / "repo")
    repo.write("a")
    repo.write("b")
    repo.git("add", "a")
    for command in ("commit -m x", "reset --hard", "add -A", "rm -rf .", "checkout -- .", "switch -f --orphan n"):
        assert not repo.judge(*command.split()).unknown, command
    assert repo.judge("commit", "-m", "x").paths == (f"{repo.top}/a",)
    assert repo.judge("add", "-A").paths == (f"{repo.top}/b",)


@pytest.mark.parametrize("where", ["", "dir"])
@pytest.mark.parametrize(
    "options", [[], ["-R"], ["--index"], ["--cached"], ["-3"], ["--include=dir/*"], ["--exclude=*b"]]
)
def test_a_patch(repo: Repo, tmp_path: Path, where: str, options: list[str]) -> None:
    """A patch that changes, adds, deletes and renames files, from the top and from below it."""
    repo.git("mv", "dir/b", "dir/moved")
    repo.git("rm", "-q", "dir/c")
    repo.write('dir/new "x"\n', "new\n")
    repo.write("a", TEXT + "changed\n")
    repo.git("add", "-A")
    patch = tmp_path / "patch"
    patch.write_text(repo.git("diff", "--cached", "-M"))
    if "-R" not in options:
        repo.git("reset", "-q", "--hard")
    repo.below = where
    touched = repo.judge("apply", *options, str(patch))
    changed = repo.run("apply", *options, str(patch))
    assert not touched.unknown
    assert changed
    assert covers(repo, touched, changed) == set()


def test_a_patch_below_another_folder(repo: Repo, tmp_path: Path) -> None:
    """-p and --directory move what a patch names."""
    repo.write("dir/b", TEXT)
    (tmp_path / "patch").write_text(repo.git("diff"))
    repo.git("checkout", "-q", ".")
    repo.git("mv", "dir", "there")
    args = ["apply", "-p2", "--directory=there", "../patch"]
    touched = repo.judge(*args)
    assert repo.run(*args) == {"there/b"}
    assert touched.paths == (f"{repo.top}/there/b",)


@pytest.mark.parametrize("verb", ["merge --no-edit", "rebase", "cherry-pick", "merge --squash"])
@pytest.mark.parametrize("turned", [False, True])
def test_renames_on_one_side(repo: Repo, verb: str, turned: bool) -> None:
    """A change of a file that the other side renamed lands in the renamed one; a new file in a renamed folder may
    land in the new folder."""
    repo.git("checkout", "-q", "-b", "side")
    repo.git("mv", "dir", "moved")
    repo.git("mv", "a", "a2")
    repo.git("commit", "-qm", "renames")
    repo.git("checkout", "-q", "main")
    repo.commit(a="first\n" + TEXT, dir__new="new\n")
    if turned:
        repo.git("checkout", "-q", "side")
    repo.git("config", "merge.directoryRenames", "true")
    args = [*verb.split(), "main" if turned else "side"]
    touched = repo.judge(*args)
    before = repo.files()
    changed = repo.run(*args)
    assert differing(before, repo.files())
    assert not touched.unknown
    assert covers(repo, touched, changed) == set()


def test_two_merge_bases(repo: Repo) -> None:
    """Where branches were merged into each other what differs from either base counts."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(a="side\n" + TEXT)
    repo.git("checkout", "-q", "main")
    repo.commit(other__d="main\n" + TEXT)
    for one, other in (("main", "side~0"), ("side", "main~1")):
        repo.git("checkout", "-q", one)
        repo.git("merge", "-q", "--no-ff", "-m", "cross", other)
    repo.commit(dir__c="more\n" + TEXT)
    repo.git("checkout", "-q", "main")
    touched = repo.judge("merge", "side")
    assert covers(repo, touched, repo.run("merge", "side")) == set()


def test_what_both_sides_did_alike_stays(repo: Repo) -> None:
    """A merge does not touch a file that is the same on both sides already."""
    repo.git("branch", "side")
    repo.commit(a="same\n")
    repo.git("checkout", "-q", "side")
    repo.commit(a="same\n", dir__c="side\n")
    repo.git("checkout", "-q", "main")
    assert names(repo, repo.judge("merge", "side")) == {"dir/c"} == repo.run("merge", "side")


@pytest.mark.parametrize("command", ["worktree remove --force ../linked", "worktree move ../linked ../moved"])
def test_another_checkout_that_goes(repo: Repo, tmp_path: Path, command: str) -> None:
    """All below a checkout that is removed or moved is touched; what is not committed there is told apart."""
    repo.git("worktree", "add", "-q", "../linked")
    (tmp_path / "linked" / "a").write_text("dirty")
    (tmp_path / "linked" / "new").write_text("new")
    touched = repo.judge(*command.split())
    assert f"{tmp_path}/linked/" in touched.paths
    assert touched.changes == (f"{tmp_path}/linked/a", f"{tmp_path}/linked/new")
    assert repo.judge("worktree", "add", "../third").paths == ()


def test_a_pull_is_judged_by_what_is_known(repo: Repo) -> None:
    """What the remote-tracking branch has is foreseen, and that there may be more is said."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(dir__c="theirs\n")
    repo.git("checkout", "-q", "main")
    repo.git("update-ref", "refs/remotes/origin/main", "side")
    repo.git("config", "remote.origin.url", "/nowhere")
    repo.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    repo.git("config", "branch.main.remote", "origin")
    repo.git("config", "branch.main.merge", "refs/heads/main")
    touched = repo.judge("pull")
    assert touched.paths == (f"{repo.top}/dir/c",)
    assert touched.unknown == "what the remote has now"
    assert repo.judge("merge").paths == repo.judge("rebase").paths == touched.paths
    assert names(repo, repo.judge("checkout", "origin/main")) == {"dir/c"}


def test_a_remote_branch_by_its_short_name(repo: Repo) -> None:
    """git makes a local branch of the one remote branch of that name."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(dir__c="theirs\n")
    repo.git("checkout", "-q", "main")
    repo.git("update-ref", "refs/remotes/origin/topic/x", "side")
    repo.git("config", "remote.origin.url", "/nowhere")
    repo.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    assert names(repo, repo.judge("checkout", "topic/x")) == {"dir/c"} == repo.run("checkout", "topic/x")


def test_many_names(repo: Repo) -> None:
    """Lists of names of megabytes are no obstacle."""
    for n in range(3000):
        (repo.top / f"{n:05}{'x' * 200}").touch()
    assert len(repo.judge("add", "-A").paths) == 3000
    assert os.path.basename(repo.judge("clean", "-f").paths[0]).startswith("00000x")


def test_a_pick_onto_a_staged_rename(repo: Repo) -> None:
    """Without a commit a pick goes into the index: what is renamed there takes the change."""
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(a="first\n" + TEXT)
    repo.git("checkout", "-q", "main")
    repo.git("mv", "a", "renamed")
    touched = repo.judge("cherry-pick", "-n", "side")
    assert "renamed" in repo.run("cherry-pick", "-n", "side")
    assert "renamed" in names(repo, touched)


def test_both_sides_moved_the_same_folder(repo: Repo) -> None:
    """Files that each side moved elsewhere are in conflict under all of their names."""
    repo.git("branch", "side")
    repo.git("mv", "dir", "here")
    repo.git("commit", "-qm", "here")
    repo.git("checkout", "-q", "side")
    repo.git("mv", "dir", "there")
    repo.git("commit", "-qm", "there")
    repo.git("checkout", "-q", "main")
    touched = repo.judge("merge", "side")
    changed = repo.run("merge", "side")
    assert "there/b" in changed
    assert covers(repo, touched, changed) == set()
