"""Each verb: what is judged is what happens."""

from pathlib import Path

import pytest
from tests.share import share

from .ground import Repo, covers, names

BRANCHES = ("checkout", "switch", "merge", "rebase", "cherry-pick", "revert", "pull", "apply", "am")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two branches that parted, on main; every kind of change in the tree."""
    repo = Repo(tmp_path / "repo", "sub")
    text = "".join(f"{n}\n" for n in range(30))
    repo.write(".gitignore", "*.log\nbuild/\n")
    repo.commit(a=text, b=text, c=text, d=text, e=text, sub__f=text, sub__g=text, sub__deep__h=text, lib__i=text)
    repo.git("branch", "feature")
    repo.commit(b=text + "main\n")
    repo.git("checkout", "-q", "feature")
    repo.commit(c=text + "feature\n", sub__new="new\n", lib__j="new\n")
    repo.git("checkout", "-q", "main")
    repo.git("mv", "lib", "moved")
    repo.git("commit", "-q", "-m", "moved")
    repo.write("a", "stashed\n")
    repo.write("sub/kept", "stashed\n")
    repo.git("stash", "push", "-q", "-u")
    repo.write("d", text + "dirty\n")
    repo.write("sub/f", text + "staged\n")
    repo.write("staged-new")
    repo.git("add", "sub/f", "staged-new")
    repo.write("sub/f", text + "staged and dirty\n")
    repo.git("rm", "-q", "sub/g")
    (repo.top / "e").unlink()
    repo.write("untracked")
    repo.write("sub/untracked")
    repo.write("loose/deep/er")
    repo.write("x.log")
    repo.write("build/out")
    (repo.top / "patch").write_text("--- a/b\n+++ b/b\n@@ -1,3 +1,3 @@\n 0\n-1\n+one\n 2\n")
    (repo.top / "rename").write_text("diff --git a/b b/bb\nsimilarity index 100%\nrename from b\nrename to bb\n")
    return repo


EXACT = [
    "stash", "stash push", "stash -u", "stash -a", "stash -k", "stash push -q -- .", "stash push -m words -- f",
    "stash push -- :/d", "stash push -u -- .", "stash -S", "stash save words", "stash -- :/",
    "stash push --staged", "stash push -- :(top,glob)**/f", "stash push -- :/ :!f", "stash --include", "stash -uk",
    "reset --hard", "reset --hard HEAD", "reset --merge", "reset", "reset --soft HEAD~1", "reset HEAD~1",
    "reset -- f", "reset --keep", "checkout .", "checkout -- .", "checkout -- :/", "checkout f",
    "checkout HEAD -- .", "checkout HEAD -- :/", "checkout HEAD f", "checkout -f", "checkout", "checkout -f HEAD",
    "restore .", "restore :/", "restore --staged .", "restore -SW :/", "restore --source=HEAD :/",
    "restore -s HEAD f", "restore --worktree --staged --source HEAD :/", "checkout nosuch",
    "checkout --no-overlay HEAD -- :/", "switch -f main", "switch --discard-changes main", "clean -f", "clean -fd",
    "clean -fdx", "clean -fX", "clean -n", "clean -fd :/", "clean -fdx :/", "clean -fdx -e *.log :/",
    "clean -ffdx :/", "clean", "clean -fd ../loose", "add -A", "add .", "add -u", "add :/", "add -u :/",
    "add --all :/", "add untracked", "add -n .", "add -f :/", "add --ignore-removal :/", "add *",
    "add --no-all :/", "stage :/", "commit -am words", "commit -m words", "commit -m words -- .",
    "commit -m words :/d", "commit -m words -i :/d", "commit --amend --no-edit", "commit --amend --no-edit -a",
    "commit -m words --dry-run", "commit -qm words f", "rm -f f", "rm -rf .", "rm -rf :/", "rm -f --cached -r :/",
    "rm -n -r .", "rm -rf :/moved",
]  # fmt: skip
COVERED = [
    "reset --hard HEAD~1", "reset --hard feature", "reset --keep HEAD~1", "reset --merge HEAD~1",
    "checkout feature", "checkout -f feature", "checkout -m feature", "checkout -b new feature",
    "checkout --detach", "checkout feature -- .", "checkout feature -- :/", "checkout feature :/c",
    "checkout -B new HEAD~1", "checkout --no-overlay feature -- :/", "checkout --orphan new",
    "checkout --orphan new feature", "checkout -", "checkout main...feature", "restore --source feature :/",
    "restore --source feature -SW :/", "restore --source HEAD~1 .", "switch feature", "switch -f feature",
    "switch -m feature", "switch -c new HEAD~1", "switch --orphan new", "switch -f --orphan new",
    "switch -d HEAD~1", "switch -", "merge feature", "merge --no-commit feature", "merge --squash feature",
    "merge --no-ff --autostash feature", "merge -s ours feature", "merge feature HEAD~1", "cherry-pick feature",
    "cherry-pick main..feature", "cherry-pick -n feature", "cherry-pick HEAD~1", "revert HEAD",
    "revert --no-edit HEAD~1", "revert -n HEAD~2..HEAD", "rebase feature", "rebase --autostash feature",
    "rebase --autostash --onto feature HEAD~1", "rebase HEAD~2", "rebase --autostash feature main",
    "rebase --autostash main feature", "rebase --autostash -f HEAD~1", "stash pop", "stash apply",
    "stash apply --index", "stash pop 0", "stash pop stash@{0}", "stash branch new", "stash drop", "stash clear",
    "stash list -p", "stash show -p", "apply ../patch", "apply --directory=moved ../patch", "mv f f2",
    "mv deep deeper", "mv -k f deep ../moved", "mv d", "worktree add ../../other feature", "worktree list", "gc",
    "branch new", "tag x", "fetch", "log --stat", "status",
]  # fmt: skip


@pytest.mark.parametrize("command", share(EXACT))
def test_the_tree_and_the_index(repo: Repo, command: str) -> None:
    """What a verb changes was foreseen, and no clean file that it leaves alone was named."""
    clean = repo.clean()
    touched = repo.judge(*command.split())
    foreseen = names(repo, touched)
    changed = repo.run(*command.split())
    assert not touched.unknown
    assert covers(repo, touched, changed) == set()
    assert foreseen & clean - changed == set()


@pytest.mark.parametrize("command", share(COVERED))
def test_between_commits(repo: Repo, command: str) -> None:
    """What a verb changes was foreseen, over a dirty tree, which git may refuse to work on."""
    touched = repo.judge(*command.split())
    changed = repo.run(*command.split())
    assert not touched.unknown
    assert covers(repo, touched, changed) == set()


@pytest.mark.parametrize("command", [one for one in COVERED if one.split()[0] in (*BRANCHES, "stash", "reset")])
def test_between_commits_of_a_clean_tree(repo: Repo, command: str) -> None:
    """The same where nothing is in the way."""
    repo.git("reset", "-q", "--hard")
    repo.git("clean", "-qfd", "loose", "sub")
    touched = repo.judge(*command.split())
    changed = repo.run(*command.split())
    assert not touched.unknown
    assert covers(repo, touched, changed) == set()


def test_out_of_the_index_but_there(repo: Repo) -> None:
    """A file taken out of the index alone goes with stash --keep-index, whatever it holds."""
    repo.git("rm", "-q", "--cached", "c")
    repo.write("c", "not committed\n")
    touched = repo.judge("stash", "-k")
    assert "c" in repo.run("stash", "-k")
    assert f"{repo.top}/c" in touched.paths
