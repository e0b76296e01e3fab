"""Keys on the real disk: one key for one file, however it is spelled."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlock.doors import repo
from interlock.doors.keys import MAX_PATH, path_of, resources, text
from interlock.words.faults import Unreadable
from interlock.words.resource import FILE, TREE, Resource


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A checkout with a file, a folder and links of every kind; beside it a home and a place outside."""
    root = tmp_path / "work"
    (root / "src" / "deep").mkdir(parents=True)
    (root / "src" / "a.py").write_text("a")
    (root / "src" / "deep" / "b.py").write_text("b")
    os.link(root / "src" / "a.py", root / "hard.py")
    (root / "soft.py").symlink_to("src/a.py")
    (root / "absolute.py").symlink_to(root / "src" / "a.py")
    (root / "twice.py").symlink_to("soft.py")
    (root / "parent").symlink_to("src")
    (root / "dangling.py").symlink_to("src/new.py")
    (root / "into").symlink_to("src/deep")
    (tmp_path / "outside").mkdir()
    (root / "out").symlink_to("../outside")
    (tmp_path / "home").symlink_to("work")
    return root


def of(path: str | Path, work: Path) -> Resource:
    (found,) = resources(str(path), str(work), str(work.parent / "home"))
    return found


SPELLINGS = [
    "src/a.py",
    "{work}/src/a.py",
    "./src/./a.py",
    "src//a.py",
    "//{work}/src/a.py",
    "src/../src/a.py",
    "src/deep/../a.py",
    "missing/../src/a.py",
    "src/a.py/",
    "src/a.py/.",
    "~/src/a.py",
    "soft.py",
    "absolute.py",
    "twice.py",
    "parent/a.py",
    "parent/deep/../a.py",
    "/proc/self/cwd/src/a.py",
    "/proc/thread-self/cwd/src/a.py",
    "../work/src/a.py",
    "../../../../../../../../../../../../../../{work}/src/a.py",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_file_is_one_key(work: Path, spelling: str) -> None:
    """Relative, absolute, through links, `..`, `~` and /proc: the same resource."""
    expected = Resource(FILE, str(work / "src/a.py"), of("src/a.py", work).inode)
    assert of(spelling.format(work=work), work) == expected
    assert expected.inode == f"{(work / 'src/a.py').stat().st_dev}:{(work / 'src/a.py').stat().st_ino}"


@pytest.mark.parametrize(
    "spelling",
    [
        "src/new.py",
        "dangling.py",
        "parent/new.py",
        "src/deep/../new.py",
        "/proc/self/cwd/src/new.py",
        "~/src/new.py",
    ],
)
def test_every_spelling_of_a_missing_file_is_one_key(work: Path, spelling: str) -> None:
    """What does not exist yet is keyed through what does."""
    assert of(spelling, work) == Resource(FILE, str(work / "src/new.py"))


@pytest.mark.parametrize(
    "spelling", ["parent/no/such/dir/f", "src/no/such/dir/f", "src/no/./such//dir/f", "src/no/x/../such/dir/f"]
)
def test_missing_parents_are_keyed_through_the_first_that_exists(work: Path, spelling: str) -> None:
    """Missing folders are kept as spelled below the nearest one that is there."""
    assert of(spelling, work) == Resource(FILE, str(work / "src/no/such/dir/f"))


@pytest.mark.parametrize(
    "spelling",
    [
        "/proc//self/cwd/src/a.py",
        "/proc/./self/cwd/src/a.py",
        "/proc/self/../self/cwd/src/a.py",
        "{link}/src/a.py",
    ],
)
def test_the_clients_cwd_through_proc_however_spelled(
    work: Path, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/proc/self/cwd is the client's own folder, not the one this process happens to be in."""
    monkeypatch.chdir("/")
    (work.parent / "cwd").symlink_to("/proc/self/cwd")
    path = spelling.format(link=work.parent / "cwd")
    assert str(work / "src/a.py") in [found.key for found in resources(path, str(work), "/nowhere")]


def test_hard_links_overlap(work: Path) -> None:
    """Two names of one inode have two keys and exclude each other; a copy doesn't."""
    (work / "copy.py").write_text("a")
    assert of("hard.py", work).key != of("src/a.py", work).key
    assert of("hard.py", work).overlaps(of("soft.py", work))
    assert not of("copy.py", work).overlaps(of("src/a.py", work))


def test_a_folder_is_a_tree(work: Path) -> None:
    """A folder, and a missing path that ends in a slash, stand for all below them."""
    assert (of("src", work).kind, of("parent/", work).kind, of("new/", work).kind) == (TREE, TREE, TREE)
    assert of("parent", work).key == str(work / "src")
    assert of("src", work).overlaps(of("parent/deep/new.py", work))
    assert not of("src", work).overlaps(Resource(FILE, str(work / "src2")))


def test_dotdot_behind_a_link_means_both(work: Path) -> None:
    """The kernel climbs from a link's target, the client from its name: a write could touch either file."""
    found = {one.key for one in resources("into/../a.py", str(work), "/nowhere")}
    assert found == {str(work / "src/a.py"), str(work / "a.py")}
    found = {one.key for one in resources("out/../x", str(work), "/nowhere")}
    assert found == {str(work.parent / "x"), str(work / "x")}


@pytest.mark.parametrize("links", [{"a": "b", "b": "a"}, {"a": "a"}, {"a": "a/x"}, {"a": "./././a"}])
def test_circles_of_links_are_refused(work: Path, links: dict[str, str]) -> None:
    """A path that never ends is told in a sentence, not followed for ever."""
    for name, target in links.items():
        (work / name).symlink_to(target)
    with pytest.raises(Unreadable, match="circle"):
        of("a/x.py", work)


def test_many_links_in_a_row_are_followed(work: Path) -> None:
    """As many symlinks as the kernel follows are no circle."""
    (work / "l0").symlink_to("src/a.py")
    for number in range(1, 40):
        (work / f"l{number}").symlink_to(f"l{number - 1}")
    assert (work / "l39").read_text() == "a"
    assert of("l39", work).key == str(work / "src/a.py")


@pytest.mark.parametrize(
    "name",
    [
        *(b"caf\xe9.py", b"\xff\xfe", b"two\nlines.py", b"-rf", b"--", b" ", b" x ", b"a\\b", b"\\xff", b"a\tb"),
        *(b"'\"$`;|", "\u202egnp.py".encode(), "𝄞".encode(), b"...", b"~", b"a\x01b", b"mutex:x"),
    ],
)
def test_strange_names_are_names(work: Path, name: bytes) -> None:
    """Bytes that aren't UTF-8, newlines, dashes and all that a name may hold: keyed, UTF-8 clean, and the
    path comes back from the text."""
    path = os.fsencode(work) + b"/" + name
    missing = of("./" + os.fsdecode(name), work)
    Path(os.fsdecode(path)).write_text("x")
    there = of("./" + os.fsdecode(name), work)
    assert there.key == missing.key
    there.key.encode("utf-8")
    assert os.fsencode(path_of(there.shown)) == path
    assert there.inode


def test_names_that_differ_have_keys_that_differ(work: Path) -> None:
    """A byte that isn't UTF-8 is not taken for the text that stands for it."""
    keys = [of(os.fsdecode(name), work).key for name in (b"x\xff", b"x\\xff", b"x\\\\xff", "x\u00ff".encode())]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("path", ["", "a\0b", "\0", "x" * (MAX_PATH + 1), "a\ud800b", "x" * 256])
def test_what_cannot_be_a_path_is_told(work: Path, path: str) -> None:
    """NUL, nothing, lone surrogates and names no disk takes are refused with a sentence."""
    with pytest.raises(Unreadable) as caught:
        of(path, work)
    assert str(caught.value)


def test_long_paths(work: Path) -> None:
    """4,096 bytes spelled for a short file are that file; 4,096 bytes of folders get a key or a sentence."""
    padded = "./" * ((4096 - len("src/a.py")) // 2) + "src/a.py"
    assert len(padded) == 4096
    assert of(padded, work).key == str(work / "src/a.py")
    for length in (4080, 4095, 4096, 5000):
        deep = ("d" * 200 + "/") * 30
        deep = deep[: length - len(str(work)) - 1]
        try:
            assert of(deep, work).key == f"{work}/{deep.rstrip('/')}"
        except Unreadable as told:
            assert "name too long" in str(told).lower()
            assert len(f"{work}/{deep}") >= 4095


def test_what_lies_below_a_file_is_below_it(work: Path) -> None:
    """A path through a file is keyed as spelled: the tool itself will say that it can't be."""
    assert of("src/a.py/x", work) == Resource(FILE, str(work / "src/a.py/x"))


def test_the_root(work: Path) -> None:
    """The root of the disk is a tree over everything."""
    root = of("/", work)
    assert (root.key, root.kind) == ("/", TREE)
    assert of("/..", work).key == "/"
    assert root.overlaps(of("src/a.py", work))


def git(*words: str, cwd: Path) -> None:
    """git without any of this machine's settings."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=t", "-c", "user.email=t@t"]
    subprocess.run(["git", *who, *words], cwd=cwd, env=env, check=True, capture_output=True)


def test_worktrees_are_one_repository_and_many_checkouts(tmp_path: Path) -> None:
    """The same relative path in another worktree is another lease; the repository is the same, also seen
    through a symlink; another clone is another repository."""
    main = tmp_path / "main"
    main.mkdir()
    git("init", "-q", cwd=main)
    (main / "a.py").write_text("a")
    git("add", "a.py", cwd=main)
    git("commit", "-qm", "a", cwd=main)
    other = main / ".claude" / "worktrees" / "agent-1"
    git("worktree", "add", "-q", str(other), cwd=main)
    git("clone", "-q", str(main), str(tmp_path / "clone"), cwd=tmp_path)
    (tmp_path / "link").symlink_to("main")
    (one,) = resources("a.py", str(main), "/nowhere")
    (two,) = resources("a.py", str(other), "/nowhere")
    assert not one.overlaps(two)
    assert repo.checkout(str(other / "x" / "y")) == str(other)
    assert repo.checkout(str(main / "x")) == str(main)
    assert repo.common_dir(str(other)) == repo.common_dir(str(main)) == str(main / ".git")
    assert repo.common_dir(str(tmp_path / "link")) == str(main / ".git")
    assert repo.common_dir(str(tmp_path / "clone")) != str(main / ".git")
    assert repo.common_dir(str(tmp_path)) == str(tmp_path), "no checkout: the folder itself"
    assert repo.checkout("/") == ""


@pytest.mark.parametrize("content", [b"", b"gitdir:", b"gitdir: /no/such", b"\xff\0", b"x" * 10000])
def test_a_broken_git_file_is_no_repository(tmp_path: Path, content: bytes) -> None:
    """A `.git` file that leads nowhere leaves the folder to name itself."""
    (tmp_path / ".git").write_bytes(content)
    assert repo.common_dir(str(tmp_path)) == str(tmp_path)


# ---------------------------------------------------------------- properties


@pytest.fixture(scope="module")
def forest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders four deep, with a link to each from every folder above it."""
    root = tmp_path_factory.mktemp("forest") / "work"
    folder = root / "a" / "b" / "c"
    folder.mkdir(parents=True)
    (folder / "file").write_text("x")
    for above in (root, root / "a", root / "a" / "b"):
        (above / "file").write_text("x")
        for below in (root / "a", root / "a" / "b", folder):
            if below.is_relative_to(above) and below != above:
                (above / f"rel-{below.name}").symlink_to(below.relative_to(above))
                (above / f"abs-{below.name}").symlink_to(below)
    return root


@st.composite
def spelled(draw: st.DrawFn, root: Path, target: str) -> str:
    """A spelling of root/target: real steps, with things put between that lead nowhere else."""
    parts = target.split("/")
    out: list[str] = []
    at = 0
    straight = True  # no link walked yet: `..` means the same to kernel and client
    while at < len(parts):
        noise = draw(st.sampled_from(["", "", ".", "/", "missing/..", "a/..", "link"]))
        if (noise == "a/.." and (at or not straight)) or (noise == "/" and not out):
            noise = ""
        if noise == "link":
            jumps = [n for n in range(at + 1, len(parts)) if parts[n - 1] in "abc"]
            if jumps:
                to = draw(st.sampled_from(jumps))
                out.append(draw(st.sampled_from(["rel-", "abs-"])) + parts[to - 1])
                at, straight = to, False
            continue
        if noise:
            out.append(noise.strip("/"))
        out.append(parts[at])
        at += 1
    start = draw(st.sampled_from(["", f"{root}/", f"{root}/../{root.name}/", "~/", "/proc/self/cwd/", "./"]))
    return start + "/".join(out) + draw(st.sampled_from(["", "/", "/."]))


@given(data=st.data(), target=st.sampled_from(["file", "a/file", "a/b/file", "a/b/c/file", "a/b/new", "x/y/new"]))
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=300)
def test_any_spelling_is_the_same_key(forest: Path, data: st.DataObject, target: str) -> None:
    """Whatever dots, slashes, round trips and links are put into a path, its key is the file's."""
    spelling = data.draw(spelled(forest, target))
    found = resources(spelling, str(forest), str(forest))
    assert [one.key for one in found] == [str(forest / target)], spelling


walks = st.lists(
    st.sampled_from(["a", "b", "c", "file", "..", ".", "rel-a", "rel-b", "rel-c", "abs-b", "abs-c", "no"]),
    min_size=1,
    max_size=7,
)


@given(one=walks, other=walks)
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=500)
def test_keys_agree_with_the_kernel(forest: Path, one: list[str], other: list[str]) -> None:
    """Two paths that the kernel opens as one file share a key, and two that it opens as different files
    don't, whatever links and dots they go through."""
    paths = [os.path.join(forest, *parts) for parts in (one, other)]
    found = [{r.key for r in resources("/".join(parts), str(forest), "/nowhere")} for parts in (one, other)]
    for path, keys in zip(paths, found, strict=True):
        if os.path.exists(path):
            assert os.path.realpath(path) in keys
    if all(map(os.path.exists, paths)) and os.path.samefile(*paths):
        assert found[0] & found[1]
    elif len(found[0]) == len(found[1]) == 1 and all(map(os.path.exists, paths)):
        assert not found[0] & found[1]


@given(st.binary(max_size=60).filter(lambda name: b"\0" not in name))
def test_text_and_path_of_are_a_round_trip(name: bytes) -> None:
    """Any bytes that a path can have come back from their text, and the text is UTF-8."""
    path = os.fsdecode(name)
    text(path).encode("utf-8")
    assert path_of(text(path)) == path


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_different_paths_have_different_texts(one: bytes, other: bytes) -> None:
    """No two paths share a text."""
    assert (text(os.fsdecode(one)) == text(os.fsdecode(other))) is (one == other)
