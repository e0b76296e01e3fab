"""The fingerprint on odd and hostile ground: git's tree, or a sentence; nothing written, nothing run, no hang."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from tests.runs.gittruth import added, commit, git, hashed, init

from interlock.runs import shadow, sorting
from interlock.runs.fingerprint import Tree, changed, take, untracked


@pytest.fixture
def root(tmp_path: Path) -> str:
    return str(tmp_path / "state")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = init(tmp_path / "repo")
    for name in ("a.py", "src/b.py", "src/c.py"):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).write_text(name)
    (repo / ".gitignore").write_text("*.log\n")
    commit(repo)
    return repo


def tree(root: str, repo: Path) -> str:
    found = take(root, str(repo))
    assert found.problem == ""
    return found.id


def test_a_clean_checkout_is_its_commits_tree(root: str, repo: Path) -> None:
    """Where nothing was changed the fingerprint is the commit's own tree, with the commit as head."""
    head = git(repo, "rev-parse", "HEAD").decode().strip()
    assert take(root, str(repo)) == Tree(git(repo, "rev-parse", "HEAD^{tree}").decode().strip(), head)


def test_ignored_files_do_not_count(root: str, repo: Path) -> None:
    """An ignored file changes nothing, a new one that is not ignored does."""
    before = tree(root, repo)
    (repo / "x.log").write_text("noise")
    assert tree(root, repo) == before
    (repo / "x.txt").write_text("more")
    assert tree(root, repo) == added(repo) != before
    assert untracked(root, str(repo)) == {"x.txt"}


def test_nothing_of_the_repository_is_written(root: str, repo: Path) -> None:
    """No file in .git is made or changed, while the checkout has changes of every kind."""
    (repo / "a.py").write_text("other")
    (repo / "src/b.py").unlink()
    (repo / "new").write_text("new")
    os.utime(repo / "src/c.py")
    before = _marks(repo / ".git")
    tree(root, repo)
    assert _marks(repo / ".git") == before


def _marks(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.lstat().st_mtime_ns, p.lstat().st_size) for p in [folder, *folder.rglob("*")]}


def test_the_repositorys_lock_is_not_waited_for(root: str, repo: Path) -> None:
    """Another git may have the index locked."""
    (repo / ".git/index.lock").write_text("")
    (repo / "a.py").write_text("other")
    assert tree(root, repo) == hashed(repo)


def test_a_change_in_the_same_second_is_seen(root: str, repo: Path) -> None:
    """git compares times by the second: an edit right after the commit, that keeps the size, is no less seen when
    the first look comes later."""
    while time.time() % 1 > 0.2:
        time.sleep(0.01)
    (repo / "a.py").write_text("1111")
    commit(repo)
    (repo / "a.py").write_text("2222")
    time.sleep(1.1)
    assert tree(root, repo) == hashed(repo)


def test_a_killed_look_leaves_no_lock(root: str, repo: Path) -> None:
    """The lock files of a git that was killed in the private folder are in nobody's way."""
    tree(root, repo)
    place = next(Path(root, "runs/trees").iterdir())
    (place / "index.lock").write_text("")
    (repo / "a.py").write_text("other")
    assert tree(root, repo) == added(repo)


def test_what_a_killed_process_left_goes(root: str, repo: Path) -> None:
    """An index of a process of its own is taken away when it is an hour old, not before."""
    tree(root, repo)
    place = next(Path(root, "runs/trees").iterdir())
    old, young = place / "index.4711", place / "index.4712"
    for path in (old, young):
        path.write_text("")
    os.utime(old, (0, 0))
    tree(root, repo)
    assert not old.exists() and young.exists()


def test_a_damaged_private_index_is_made_anew(root: str, repo: Path) -> None:
    """Whatever stands in the private files, the answer is right."""
    tree(root, repo)
    place = next(Path(root, "runs/trees").iterdir())
    for name in ("index", "kept.json", "git/HEAD", "git/config"):
        (place / name).write_bytes(b"\xffnonsense")
        (repo / "a.py").write_text(name)
        if name == "git/HEAD":
            (place / name).unlink()
        if name == "git/config":
            (place / "index").unlink()
        assert tree(root, repo) == added(repo), name


def test_a_detached_head_has_a_head(root: str, repo: Path) -> None:
    """Detached, the head is the commit."""
    git(repo, "checkout", "-q", "--detach")
    assert take(root, str(repo)).head == git(repo, "rev-parse", "HEAD").decode().strip()


def test_before_the_first_commit_there_is_a_tree_and_no_head(root: str, tmp_path: Path) -> None:
    """Neither commit nor index: the tree of the files, and an empty head."""
    repo = init(tmp_path / "empty")
    assert take(root, str(repo)) == Tree("4b825dc642cb6eb9a060e54bf8d69288fbee4904", "")
    (repo / "a").write_text("a")
    assert take(root, str(repo)) == Tree(added(repo), "")


def test_without_git_there_is_a_sentence(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repo: Path
) -> None:
    """No repository, no git program, a repository that is broken: each a sentence, no tree."""
    (tmp_path / "plain").mkdir()
    assert take(root, str(tmp_path / "plain")) == Tree(problem="there is no git repository here")
    assert "no git repository" in take(root, str(tmp_path / "gone")).problem
    (repo / ".git/HEAD").write_text("nonsense")
    assert take(root, str(repo)).problem.startswith("git ")
    (repo / ".git/HEAD").write_text("ref: refs/heads/main\n")
    monkeypatch.setattr(os, "environ", {"PATH": "/nowhere"})
    monkeypatch.setattr("interlock.runs.places.STANDARD", ())
    monkeypatch.setattr("interlock.runs.places.of_session", lambda: "")
    assert take(root, str(repo)) == Tree(problem="git is not on the PATH")


def test_a_conflicted_index_has_a_tree(root: str, repo: Path) -> None:
    """In the middle of a merge the files as they stand count, markers and all."""
    git(repo, "checkout", "-q", "-b", "other")
    (repo / "a.py").write_text("theirs")
    (repo / "src/b.py").unlink()
    commit(repo)
    git(repo, "checkout", "-q", "main")
    (repo / "a.py").write_text("ours")
    (repo / "src/b.py").write_text("ours")
    commit(repo)
    tree(root, repo)
    git(repo, "merge", "-q", "other", check=False)
    assert b"UU a.py" in git(repo, "status", "--porcelain")
    assert tree(root, repo) == added(repo)
    assert take(str(Path(root, "other")), str(repo)).id == added(repo)


def test_names_need_not_be_text(root: str, repo: Path) -> None:
    """Bytes that are no UTF-8, new lines and quotes in names."""
    for name in (b"\xff\xfe", b"new\nline", b'quo"te', b"src/\xc3\x28"):
        with open(os.path.join(os.fsencode(repo), name), "wb") as file:
            file.write(name)
    before = tree(root, repo)
    assert before == added(repo) == hashed(repo)
    with open(os.path.join(os.fsencode(repo), b"\xff\xfe"), "wb") as file:
        file.write(b"other")
    after = tree(root, repo)
    assert changed(root, str(repo), before, after) == [os.fsdecode(b"\xff\xfe")]


def test_modes_links_and_special_files(root: str, repo: Path) -> None:
    """A symlink counts as where it leads, the execute bit counts, a FIFO does not count and blocks nobody."""
    (repo / "link").symlink_to("nowhere")
    (repo / "a.py").chmod(0o755)
    (repo / "src/c.py").unlink()
    os.mkfifo(repo / "src/c.py")
    os.mkfifo(repo / "fifo")
    assert tree(root, repo) == hashed(repo)


def test_a_worktree_has_a_fingerprint_of_its_own(root: str, repo: Path) -> None:
    """A linked worktree below the checkout has its own tree, and does not count in the checkout's."""
    before = tree(root, repo)
    inner = repo / ".claude/worktrees/one"
    git(repo, "worktree", "add", "-q", str(inner))
    (inner / "a.py").write_text("in the worktree")
    assert tree(root, inner) == hashed(inner) != before
    assert tree(root, repo) == before
    commit(inner)
    assert tree(root, repo) == before


def test_a_nested_repository_counts_by_its_head_and_its_changes(root: str, repo: Path) -> None:
    """Clean, a nested repository is what `git add -A` would make of it; a change in it changes the tree."""
    inner = init(repo / "inner")
    (inner / "x").write_text("x")
    unborn = tree(root, repo)
    commit(inner)
    clean = tree(root, repo)
    assert clean == added(repo) != unborn
    (inner / "x").write_text("y")
    dirty = tree(root, repo)
    assert len({unborn, clean, dirty}) == 3
    (inner / "x").write_text("x")
    assert tree(root, repo) == clean
    shutil.rmtree(inner)
    assert tree(root, repo) == added(repo)


def test_submodules_count_by_their_head_and_their_changes(root: str, repo: Path, tmp_path: Path) -> None:
    """A submodule: as git has it while clean, another tree for each change in it; not checked out, as recorded."""
    other = init(tmp_path / "other")
    (other / "x").write_text("x")
    commit(other)
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "sub")
    assert tree(root, repo) == added(repo)
    commit(repo)
    clean = tree(root, repo)
    assert clean == git(repo, "rev-parse", "HEAD^{tree}").decode().strip()
    (repo / "sub/x").write_text("y")
    assert tree(root, repo) != clean
    commit(repo / "sub")
    assert tree(root, repo) == added(repo) != clean
    git(repo, "submodule", "-q", "update", "-f")
    assert tree(root, repo) == clean
    git(repo, "submodule", "-q", "deinit", "-f", "sub")
    assert tree(root, repo) == clean
    shutil.rmtree(repo / "sub")
    assert tree(root, repo) == added(repo) != clean


def test_a_sparse_checkout_is_whole(root: str, repo: Path) -> None:
    """Files that a sparse checkout leaves out count as they are recorded; one that appears counts as it stands."""
    (repo / "docs").mkdir()
    (repo / "docs/d").write_text("d")
    commit(repo)
    whole = tree(root, repo)
    git(repo, "sparse-checkout", "set", "src")
    assert not (repo / "docs").exists()
    assert tree(root, repo) == whole
    (repo / "src/b.py").write_text("other")
    assert tree(root, repo) == added(repo) != whole
    (repo / "docs").mkdir()
    (repo / "docs/d").write_text("put there by hand")
    there = tree(root, repo)
    (repo / "docs/d").write_text("put there by hand again")
    assert tree(root, repo) != there
    git(repo, "sparse-checkout", "disable")
    assert tree(root, repo) == added(repo) == hashed(repo)


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
@pytest.mark.parametrize("first", [True, False])
def test_no_flag_hides_a_change(root: str, repo: Path, flag: str, first: bool) -> None:
    """An index that is told to take a file for unchanged hides it from git status, not from the fingerprint."""
    if first:
        tree(root, repo)
    git(repo, "update-index", flag, "a.py")
    (repo / "a.py").write_text("hidden")
    assert git(repo, "status", "--porcelain") == b""
    assert tree(root, repo) == hashed(repo)
    (repo / "a.py").write_text("hidden again")
    assert tree(root, repo) == hashed(repo)


def test_no_program_of_the_repository_runs(root: str, repo: Path, tmp_path: Path) -> None:
    """Filters, hooks, fsmonitor, and what else a repository's config or attributes can name as a program."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    (repo / ".gitattributes").write_text("*.py filter=evil diff=evil merge=evil\n")
    for name in (
        "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.alternateRefsCommand",
        "filter.evil.clean", "filter.evil.process", "filter.evil.smudge", "diff.evil.textconv",
        "diff.evil.command", "diff.external",
    ):  # fmt: skip
        git(repo, "config", name, str(trap))
    git(repo, "config", "filter.evil.required", "true")
    git(repo, "config", "core.hooksPath", str(tmp_path / "hooks"))
    (tmp_path / "hooks").mkdir()
    for name in ("pre-commit", "post-index-change", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(trap, tmp_path / "hooks" / name)
        shutil.copy(trap, repo / ".git/hooks" / name)
    (repo / "a.py").write_text("other")
    before = tree(root, repo)
    (repo / "src/new.py").write_text("new")
    after = tree(root, repo)
    assert changed(root, str(repo), before, after) == ["src/new.py"]
    assert not (tmp_path / "sprung").exists()
    for name in ("core.fsmonitor", "core.hooksPath"):
        git(repo, "config", "--unset", name)
    assert after == hashed(repo)


def test_git_in_the_checkout_is_not_run(root: str, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program named git in the checkout, first on the PATH, stays where it is."""
    (repo / "git").write_text(f"#!/bin/sh\ntouch {repo}/sprung\n")
    (repo / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{repo}:{os.environ['PATH']}")
    assert tree(root, repo) == hashed(repo)
    assert not (repo / "sprung").exists()


def test_a_working_tree_that_the_config_puts_elsewhere(root: str, repo: Path, tmp_path: Path) -> None:
    """core.worktree leads git, not the fingerprint, away from what stands here."""
    (tmp_path / "decoy").mkdir()
    before = take(root, str(repo))
    git(repo, "config", "core.worktree", str(tmp_path / "decoy"))
    (repo / "new.py").write_text("new")
    after = take(root, str(repo))
    assert before.id and after.problem == "" and changed(root, str(repo), before.id, after.id) == ["new.py"]


def test_line_ends_count_as_git_counts_them(root: str, repo: Path) -> None:
    """What git itself makes of content (text, eol, autocrlf) is made of it here."""
    git(repo, "config", "core.autocrlf", "true")
    (repo / "a.py").write_bytes(b"one\r\ntwo\r\n")
    (repo / ".gitattributes").write_text("*.bin -text\n")
    (repo / "x.bin").write_bytes(b"one\r\ntwo\r\n")
    assert tree(root, repo) == added(repo) != hashed(repo)


def test_filtered_files_that_are_committed_are_the_commits(root: str, repo: Path) -> None:
    """A file behind a clean filter (LFS, say) counts as committed while nobody changes it, else as it stands."""
    git(repo, "config", "filter.up.clean", "tr a-z A-Z")
    (repo / ".gitattributes").write_text("*.py filter=up\n")
    (repo / "a.py").write_text("content")
    first = tree(root, repo)
    assert first == hashed(repo) != added(repo)
    time.sleep(1.1)  # what is changed in the second of the commit is hashed again
    commit(repo)
    assert tree(root, repo) == git(repo, "rev-parse", "HEAD^{tree}").decode().strip() != hashed(repo)


def test_big_files_are_not_read(root: str, repo: Path) -> None:
    """A file of 1 GB, untracked, costs no more than others; a change of its size or time is a change of the tree,
    and it leaves as it came."""
    before = tree(root, repo)
    with (repo / "big").open("wb") as file:
        file.truncate(1 << 30)
    began = time.monotonic()
    first = tree(root, repo)
    assert time.monotonic() - began < 2
    assert tree(root, repo) == first != before
    with (repo / "big").open("r+b") as file:
        file.write(b"x")
    second = tree(root, repo)
    assert second != first
    assert changed(root, str(repo), first, second) == ["big"]
    (repo / "big").write_text("small now")
    assert tree(root, repo) == added(repo)
    (repo / "big").unlink()
    assert tree(root, repo) == before


def test_a_big_file_that_git_knows_is_its_content(
    root: str, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Committed and untouched, a big file counts as committed; touched, by its size and time."""
    (repo / "large").write_text("x" * 5000)
    commit(repo)
    monkeypatch.setattr(sorting, "BIG", 4096)
    clean = tree(root, repo)
    assert clean == added(repo)
    os.utime(repo / "large", (1, 1))
    assert tree(root, repo) != clean


def test_unreadable_files_are_no_obstacle(root: str, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read counts by its size and time."""
    (repo / "secret").write_text("x")
    (repo / "secret").chmod(0)
    if os.getuid() == 0:  # who may read everything
        monkeypatch.setattr("interlock.runs.sorting.os.access", lambda path, mode: not path.endswith("secret"))
    first = tree(root, repo)
    monkeypatch.undo()
    (repo / "secret").chmod(0o600)
    assert tree(root, repo) == added(repo) != first


def test_a_fifo_in_place_of_a_file_of_gits_makes_nobody_wait(root: str, repo: Path) -> None:
    """.gitattributes, info/attributes, config: whatever the answer, it comes."""
    tree(root, repo)
    for name in (".gitattributes", ".git/info/attributes", ".git/commondir", ".git/index", ".git/config"):
        path = repo / name
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        began = time.monotonic()
        found = take(root, str(repo), seconds=1)
        assert time.monotonic() - began < 4, name
        assert found.id or found.problem, name
        path.unlink()


def test_folders_of_checkouts_that_are_gone_go(root: str, repo: Path, tmp_path: Path) -> None:
    """Worktrees come and go; what was kept of one goes when another comes."""
    inner = tmp_path / "one"
    git(repo, "worktree", "add", "-q", str(inner))
    tree(root, repo)
    tree(root, inner)
    shutil.rmtree(inner)
    assert len(os.listdir(Path(root, "runs/trees"))) == 2
    tree(root, init(tmp_path / "other"))
    assert len(os.listdir(Path(root, "runs/trees"))) == 2


def test_files_that_vanish_while_they_are_hashed(root: str, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the listing and the hashing a file goes, another becomes a folder: the tree is one of the two."""
    for name in ("goes", "turns"):
        (repo / name).write_text(name)
    put = shadow.Shadow.put

    def late(self: shadow.Shadow, *words: object) -> None:
        (repo / "goes").unlink(missing_ok=True)
        if (repo / "turns").is_file():
            (repo / "turns").unlink()
            (repo / "turns").mkdir()
            (repo / "turns/x").write_text("x")
        put(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(shadow.Shadow, "put", late)
    take(root, str(repo))
    monkeypatch.undo()
    assert tree(root, repo) == added(repo)


def test_time_runs_out_with_a_sentence(root: str, repo: Path) -> None:
    """Bounded: what takes longer is a sentence, soon after."""
    began = time.monotonic()
    found = take(root, str(repo), seconds=0.0001)
    assert found.id == "" and found.problem != ""
    assert time.monotonic() - began < 1
    assert tree(root, repo) == added(repo)


def test_another_look_is_waited_for_no_longer_than_that(root: str, repo: Path) -> None:
    """While another process looks at the checkout, this one waits, within its time."""
    tree(root, repo)
    place = next(Path(root, "runs/trees").iterdir())
    other = subprocess.Popen(["flock", str(place / "lock"), "sleep", "5"])
    try:
        time.sleep(0.3)
        assert "was not done" in take(root, str(repo), seconds=0.3).problem
    finally:
        other.kill()
        other.wait()


def test_a_full_store_of_objects_is_put_aside(root: str, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounded: a store that is full begins anew, and the last one's trees can still be compared."""
    before = tree(root, repo)
    (repo / "a.py").write_text("other")
    old = tree(root, repo)
    objects = Path(root, "runs/objects")
    (objects / "17").mkdir(exist_ok=True)
    for number in range(300):
        (objects / f"17/{number:038x}").write_text("")
    (repo / "a.py").write_text("more")
    new = tree(root, repo)
    assert not (objects / "17").exists()
    assert changed(root, str(repo), old, new) == ["a.py"] == changed(root, str(repo), before, new)


def test_trees_that_are_gone_compare_as_unknown(root: str, repo: Path) -> None:
    """A tree that nobody has, or none at all: None, no guess."""
    now = tree(root, repo)
    assert changed(root, str(repo), "0" * 40, now) is None
    assert changed(root, str(repo), "", now) is None
    assert changed(root, str(repo), "--output=x", now) is None
    assert changed(root, str(repo), now, now) == []


def test_sha256_repositories(root: str, tmp_path: Path) -> None:
    """The repository's own hash is used."""
    repo = init(tmp_path / "long", "--object-format=sha256")
    (repo / "a").write_text("a")
    commit(repo)
    (repo / "b").write_text("b")
    with (repo / "big").open("wb") as file:
        file.truncate(65 << 20)
    found = take(root, str(repo))
    assert len(found.id) == len(found.head) == 64 and found.problem == ""
    (repo / "big").unlink()
    assert tree(root, repo) == added(repo)


def test_a_split_index(root: str, repo: Path) -> None:
    """An index in two files is read whole."""
    git(repo, "update-index", "--split-index")
    (repo / "a.py").write_text("other")
    git(repo, "add", "a.py")
    (repo / "src/b.py").write_text("other")
    assert tree(root, repo) == added(repo)


def test_a_path_with_a_colon(root: str, tmp_path: Path) -> None:
    """git's lists of folders are parted by colons; this folder has one in its name."""
    repo = init(tmp_path / 'co:l"on')
    (repo / "a").write_text("a")
    commit(repo)
    assert tree(root, repo) == added(repo)
    (repo / "a").write_text("b")
    assert changed(root, str(repo), git(repo, "rev-parse", "HEAD^{tree}").decode().strip(), tree(root, repo)) == [
        "a"
    ]
