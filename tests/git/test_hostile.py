"""Repositories that would have programs run, or that would have git say something else than it means."""

import os
from pathlib import Path

import pytest

from .ground import GIT, Repo, covers

COMMANDS = [
    "stash", "stash -u", "stash pop", "reset --hard", "reset --hard HEAD~1", "checkout .", "checkout other",
    "restore :/", "switch -f other", "merge other", "rebase other", "cherry-pick other", "revert HEAD", "pull",
    "add -A", "add -f :/", "commit -am x", "commit -m x -- .", "rm -r .", "mv a b2", "clean -fdx", "apply p.patch",
    "am p.patch", "worktree remove ../linked",
]  # fmt: skip


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two branches, a stash, a partial clone's promise, and every program that config can name leaves a mark."""
    repo = Repo(tmp_path / "repo")
    text = "x\n" * 20
    repo.commit(a=text, b=text, _DOT_gitattributes="* filter=evil diff=evil merge=evil\n")
    repo.git("branch", "other")
    repo.commit(a=text + "main\n")
    repo.git("checkout", "-q", "other")
    repo.commit(b=text + "other\n")
    repo.git("checkout", "-q", "main")
    repo.write("b", "stashed\n")
    repo.git("stash", "-q")
    repo.git("worktree", "add", "-q", "../linked", "other")
    repo.git("update-ref", "refs/remotes/origin/main", "other")
    repo.git("config", "branch.main.remote", "origin")
    repo.git("config", "branch.main.merge", "refs/heads/main")
    repo.write("a", "dirty\n")
    repo.write("new")
    repo.write("p.patch", "--- a/b\n+++ b/b\n@@ -1,2 +1,2 @@\n x\n-x\n+y\n")
    return repo


def arm(repo: Repo, mark: Path) -> list[str]:
    """Config and hooks that leave a mark when run; the settings' names."""
    program = repo.top.parent / "evil.sh"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {mark}\ncat\n')
    program.chmod(0o755)
    named = [
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
        "diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge",
        "filter.evil.process", "merge.evil.driver", "pager.status", "pager.config", "pager.diff-tree",
        "gpg.program", "credential.helper", "core.alternateRefsCommand", "sequence.editor",
        "interactive.diffFilter", "uploadpack.packObjectsHook", "remote.origin.uploadpack",
    ]  # fmt: skip
    for name in named:
        repo.git("config", name, str(program))
    repo.git("config", "filter.evil.required", "true")
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "remote.origin.url", f"ext::{program} %S")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "remote.origin.partialclonefilter", "blob:none")
    repo.git("config", "protocol.allow", "always")
    hooks = repo.top / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "post-index-change",
        "reference-transaction",
        "pre-commit",
        "post-checkout",
        "fsmonitor-watchman",
    ):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    return named


@pytest.mark.parametrize("command", COMMANDS)
def test_no_program_of_the_repository_runs(repo: Repo, tmp_path: Path, command: str) -> None:
    """fsmonitor, hooks, pagers, editors, diff and merge drivers, textconv, filters, transports, helpers: none."""
    mark = tmp_path / "mark"
    arm(repo, mark)
    repo.judge(*command.split())
    assert not mark.exists(), mark.read_text()


def test_the_programs_do_run_when_git_is_asked_plainly(repo: Repo, tmp_path: Path) -> None:
    """The marks would be left: plain git runs the filter, the monitor and the external diff."""
    mark = tmp_path / "mark"
    arm(repo, mark)
    repo.git("status", check=False)
    repo.git("diff", check=False)
    assert mark.exists()


def test_a_missing_object_is_not_fetched(repo: Repo, tmp_path: Path) -> None:
    """In a partial clone the objects that a question needs are not fetched by the remote's program."""
    mark = tmp_path / "mark"
    tree = repo.git("rev-parse", "other^{tree}").strip()
    arm(repo, mark)
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.partialClone", "origin")
    (repo.top / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert repo.judge("merge", "other").unknown
    assert not mark.exists(), mark.read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_judging_writes_nothing(repo: Repo, command: str) -> None:
    """Neither the index nor any other file of the repository changes by being asked about, nor is one made."""
    os.utime(repo.top / "b", (1, 1))  # looks touched: plain status would write the index anew

    def all_files() -> dict[str, tuple[int, int]]:
        return {
            str(path): (info.st_mtime_ns, info.st_ino) for path in repo.top.rglob("*") for info in [path.lstat()]
        }

    before = all_files()
    repo.judge(*command.split())
    assert all_files() == before


SETTINGS = [
    "status.showUntrackedFiles=no", "status.renames=copies", "status.relativePaths=true", "status.short=true",
    "status.branch=true", "status.showStash=true", "status.submoduleSummary=true", "diff.renames=copies",
    "diff.relative=true", "diff.ignoreSubmodules=all", "diff.noprefix=true", "diff.mnemonicPrefix=true",
    "core.quotePath=true", "color.ui=always", "core.untrackedCache=true", "column.ui=always",
    "diff.orderFile=order", "core.trustctime=false", "core.checkStat=minimal", "diff.nameOnly=x",
    "core.precomposeUnicode=true", "merge.renames=false", "stash.showIncludeUntracked=true", "log.diffMerges=on",
    "core.warnAmbiguousRefs=false", "core.commentChar=#", "clean.requireForce=false", "add.ignoreErrors=true",
    "advice.statusHints=true", "core.abbrev=4", "diff.autoRefreshIndex=false", "core.preloadIndex=false",
]  # fmt: skip


@pytest.mark.parametrize(
    "command", ["stash -u", "stash pop", "reset --hard other", "merge other", "clean -f", "rm -r ."]
)
def test_settings_do_not_change_the_answer(repo: Repo, command: str) -> None:
    """Settings of how git shows things change nothing in what is foreseen."""
    repo.write("order", "new\n")
    repo.git("commit", "-qam", "x")
    repo.write("tab\there", "x")
    plain = repo.judge(*command.split())
    for setting in SETTINGS:
        repo.git("config", *setting.split("="))
    assert repo.judge(*command.split()).paths == plain.paths
    assert plain.paths


@pytest.mark.parametrize("content", ["", "gitdir: /nowhere", "x" * 9000])
def test_a_folder_that_only_looks_like_a_repository(repo: Repo, content: str) -> None:
    """A .git that git passes over, or chokes on, does not move the ground."""
    (repo.top / "sub").mkdir()
    if content:
        (repo.top / "sub" / ".git").write_text(content)
    else:
        (repo.top / "sub" / ".git").mkdir()
    repo.below = "sub"
    touched = repo.judge("stash")
    assert touched.unknown or f"{repo.top}/a" in touched.paths


def test_a_link_to_the_checkout(repo: Repo, tmp_path: Path) -> None:
    """Through a link the paths are the real ones."""
    (tmp_path / "link").symlink_to(repo.top)
    linked = Repo(tmp_path / "link", init=False)
    assert linked.judge("stash").paths == (f"{repo.top}/a",)
    assert linked.judge("clean", "-f").paths == (f"{repo.top}/new", f"{repo.top}/p.patch")


def test_a_top_with_a_newline_at_its_end(tmp_path: Path) -> None:
    """The top's own name is read whole."""
    repo = Repo(tmp_path / "repo\n")
    repo.commit(a="x")
    repo.write("a", "y")
    assert repo.judge("stash").paths == (f"{repo.top}/a",)


def test_files_that_git_was_told_not_to_look_at(repo: Repo) -> None:
    """Changes that git was told to pass over count where the verb would overwrite them."""
    repo.git("tag", "keep")
    repo.git("update-index", "--assume-unchanged", "b")
    repo.write("b", "hidden\n")
    for command in (
        *COMMANDS,
        "checkout -- b",
        "checkout HEAD -- b",
        "restore b",
        "checkout -f",
        "checkout -f other",
    ):
        touched = repo.judge(*command.split())
        changed = repo.run(*command.split())
        assert touched.unknown or covers(repo, touched, changed) == set(), command
        repo.git("update-index", "--no-assume-unchanged", "b", check=False)
        repo.git("reset", "-q", "--hard", "keep")
        repo.git("checkout", "-q", "main")
        repo.git("reset", "-q", "--hard", "keep")
        repo.git("update-index", "--assume-unchanged", "b")
        repo.write("b", "hidden\n")


@pytest.mark.parametrize(
    ("command", "phrase"),
    [
        ("frobnicate", "git frobnicate"), ("lfs pull", "git lfs"), ("submodule update", "git submodule"),
        ("sparse-checkout set a", "git sparse-checkout"), ("bisect start", "git bisect"), ("read-tree -u HEAD",
        "read-tree"), ("filter-branch", "filter-branch"), ("rebase -i HEAD~1", "--interactive"),
        ("rebase --continue", "--continue"), ("cherry-pick --abort", "under way"), ("merge -s subtree other",
        "subtree"), ("add --pathspec-from-file=x", "from-file"), ("checkout :/main", ":/main"),
        ("reset --hard --recurse-submodules", "submodules"), ("apply", "standard input"), ("pull", "remote"),
        ("am p.patch", "mails"), ("checkout HEAD:x", "HEAD:x"),
    ],
)  # fmt: skip
def test_what_can_not_be_told_is_said(repo: Repo, command: str, phrase: str) -> None:
    """Verbs and options whose reach is not known give a phrase."""
    assert phrase in repo.judge(*command.split()).unknown


def test_an_alias_is_unknown(repo: Repo) -> None:
    """An alias may mean anything."""
    repo.git("config", "alias.st", "stash")
    assert repo.judge("st").unknown


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_a_repository_by_the_environment_is_unknown(
    repo: Repo, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the environment says another repository or index, this one says nothing."""
    monkeypatch.setitem(GIT, name, str(repo.top))
    assert name in repo.judge("stash").unknown


def test_no_repository(tmp_path: Path) -> None:
    """Outside of any checkout git refuses, and nothing is touched."""
    assert repo_less(tmp_path).judge("stash").paths == ()


def repo_less(base: Path) -> Repo:
    return Repo(base / "plain", init=False)
