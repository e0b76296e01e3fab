"""Files that are no agents, in the place of agents: each told in time, none waited for, none believed."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.contracts import source
from interlock.contracts.compile import compile_project
from interlock.contracts.source import read
from interlock.doors.config import Config
from interlock.doors.contracts import load

from .writing import agent, block

SECONDS = 5.0
"""What the guard waits for all agents of a project to be compiled."""
FRONT = "---\nname: x\ndescription: d\n"


def text(content: str | bytes) -> Callable[[Path], object]:
    """Makes a file with that content."""
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda path: path.write_bytes(raw)


def contract(inside: str) -> Callable[[Path], object]:
    """An agent whose block has that text."""
    return text(agent("x", f"```toml contract\n{inside}\n```"))


def looped(path: Path) -> None:
    path.symlink_to(path.name)


def unreadable(path: Path) -> None:
    path.symlink_to("/proc/self/mem")


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "x.md:1: it can't be read (no regular file)"),
    "a folder": (Path.mkdir, "x.md:1: it can't be read (no regular file)"),
    "a circle of links": (looped, "x.md:1: it can't be read"),
    "a link to nothing": (lambda path: path.symlink_to("none"), "x.md:1: it can't be read"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "x.md:1: it can't be read (no regular file)"),
    "a link to a file that can't be read": (unreadable, "x.md:1: it "),
    "64 KiB and more": (text("---\n" + "x\n" * 40000), "x.md:1: it is over 65536 bytes"),
    "a binary": (text(b"---\nname: x\n\0---\n"), "x.md:3: it holds a NUL byte"),
    "no UTF-8": (text(b"---\nname: x\ndescription: \xff\n---\n"), "x.md:3: it is not UTF-8"),
    "a byte order mark": (text("\ufeff" + agent("x")), "x.md:1: it begins with a byte order mark"),
    "YAML that is deep": (
        text(FRONT + "a: " + "[" * 8000 + "\n---\n" + block()),
        "x.md:1: the front matter is nested",
    ),
    "YAML that is deep by its dashes": (
        text(FRONT + "a:\n" + "- " * 7000 + "\n---\n" + block()),
        "x.md:1: the front matter is nested",
    ),
    "YAML that is deep by its indent": (
        text(FRONT + "\n".join(" " * at + "a:" for at in range(170)) + "\n---\n" + block()),
        "",
    ),
    "YAML that grows": (
        text(
            FRONT
            + "a: &a [x, x]\n"
            + "".join(f"b{at}: &b{at} [*a, *a]\n" for at in range(200))
            + "---\n"
            + block()
        ),
        "",
    ),
    "YAML that would run": (text(FRONT + "a: !!python/object/apply:os.system ['false']\n---\n" + block()), ""),
    "YAML that never ends": (text(FRONT + block() + "\n x" * 20000), "x.md:1: the front matter is not closed"),
    "TOML that is deep": (contract("resume = 'x'\na = " + "[" * 50000), "x.md:6: the contract is not TOML"),
    "TOML that is long": (contract("resume = 'x'\n" + "a.b.c = 1\n" * 5000), "x.md:9: the contract is not TOML"),
    "TOML that is deep by its dots": (
        contract("resume = 'x'\n" + "a." * 30000 + "b=1"),
        "x.md:8: a name with too",
    ),
    "TOML that is deep by its headers": (contract("resume = 'x'\n[" + "a." * 30000 + "b]"), "x.md:8: a name with"),
    "TOML that is deep in a list": (
        contract("resume = 'x'\ninputs = [{" + "a." * 20000 + "b=1}]"),
        "x.md:8: a name with too many dots",
    ),
    "TOML that is deep, a line each": (
        contract("resume = 'x'\ninputs = [" + "".join("{a =\n" for _ in range(10000))),
        "x.md:",
    ),
    "blocks without an end": (
        text(FRONT + "---\n" + "```toml contracts\n```\n" * 2900),
        "x.md:5: a block is called",
    ),
    "a number without an end": (contract("resume = 'x'\na = " + "9" * 50000), "x.md:6: the contract is not TOML"),
    "keys without an end": (
        contract("".join(f"k{at} = 1\n" for at in range(6000))),
        "x.md:6: `resume` is missing",
    ),
    "fences without an end": (text(FRONT + "---\n" + "```toml contract\n" * 3800), "x.md:5: the contract's block"),
    "quotes without an end": (contract("resume = 'x'\n" + '"' * 50000), "x.md:8: the contract is not TOML"),
    "quotes that escape": (contract("resume = 'x'\n" + '"\\"\\' * 15000), "x.md:8: the contract is not TOML"),
    "quotes in threes": (
        contract("resume = 'x'\n" + ('""' + "\"'''\n\\") * 8000),
        "x.md:8: the contract is not TOML",
    ),
    "escapes of a terminal": (contract("resume = 'x'\n'\x1b[31m' = 1"), "x.md:8: the contract is not TOML"),
    "a lone surrogate": (contract('resume = "\\ud800"'), "x.md:7: the contract is not TOML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_told(tmp_path: Path, name: str) -> None:
    """One fault in one printable line that says where, soon, and no contract comes of it; or it is harmless."""
    make, told = HOSTILE[name]
    path = tmp_path / "x.md"
    make(path)
    began = time.process_time()
    found = read(path, "x.md")
    assert time.process_time() - began < SECONDS / 2
    assert found is not None and found.held
    if told:
        assert str(found.faults[0]).startswith(told) and found.contract is None
        assert len(found.faults) <= 25 and all(
            str(fault).isprintable() and len(str(fault)) <= 400 for fault in found.faults
        )
    else:
        assert found.faults == [] and found.contract is not None


def test_beside_hostile_files_the_others_count(tmp_path: Path) -> None:
    """A folder full of them is compiled in time, and a good agent among them is as good as ever."""
    project, root = tmp_path / "project", tmp_path / "state"
    agents = project / ".claude" / "agents"
    agents.mkdir(parents=True)
    for at, (make, _) in enumerate(HOSTILE.values()):
        make(agents / f"h{at}.md")
    (agents / "good.md").write_text(agent("good", block(owns=["docs"])))
    began = time.process_time()
    compile_project(str(project), str(root), str(tmp_path / "none"))
    assert time.process_time() - began < SECONDS
    found = load(str(project), str(root), str(tmp_path / "none"), Config({}))
    assert not found.stale and found.owner_of("docs/a.md") == "good"
    assert all(one.fault for one in found.all if one.name != "good")
    assert {f"h{at}" for at, one in enumerate(HOSTILE) if HOSTILE[one][1]} >= {"h0", "h1", "h2"}


def outside(tmp_path: Path) -> tuple[Path, Path]:
    """(a project's agents, a folder beside the project)."""
    agents, beside = tmp_path / "project" / ".claude" / "agents", tmp_path / "beside"
    agents.mkdir(parents=True)
    beside.mkdir()
    return agents, beside


def test_a_link_out_of_the_project(tmp_path: Path) -> None:
    """A contract that lies elsewhere is not the project's: it is a fault; an agent without one is let be."""
    agents, beside = outside(tmp_path)
    (beside / "x.md").write_text(agent("x", block(owns=["docs"])))
    (beside / "free.md").write_text("---\nname: free\ndescription: d\n---\nDo.\n")
    for name in ("x.md", "free.md"):
        (agents / name).symlink_to(beside / name)
    found = compile_project(str(tmp_path / "project"), str(tmp_path / "state"), str(tmp_path / "none"))
    assert [(one.name, one.held, one.contract) for one in found.sources] == [
        ("free", False, None),
        ("x", True, None),
    ]
    (fault,) = found.sources[1].faults
    assert (fault.what, fault.mend) == ("it is a link that leads out of the project", "put the file itself there")


def test_links_that_stay_or_are_the_users(tmp_path: Path) -> None:
    """A link within the project, a linked folder, and the user's own links are as good as files."""
    agents, beside = outside(tmp_path)
    (tmp_path / "project" / "x.md").write_text(agent("x"))
    (agents / "x.md").symlink_to(tmp_path / "project" / "x.md")
    (beside / "y.md").write_text(agent("y"))
    (agents / "more").symlink_to(beside)
    own = tmp_path / "home" / "agents"
    own.mkdir(parents=True)
    (beside / "deep").mkdir()
    (beside / "deep" / "z.md").write_text(agent("z"))
    (own / "z.md").symlink_to(beside / "deep" / "z.md")
    found = compile_project(str(tmp_path / "project"), str(tmp_path / "state"), str(tmp_path / "home"))
    assert {one.name: one.faults for one in found.sources} == {"x": [], "y": [], "z": []}


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A file whose name is not UTF-8, or steers a terminal, is compiled and told like any other."""
    agents, _ = outside(tmp_path)
    names = [os.fsdecode(b"\xff\x1b[31m.md"), "a\nb.md"]
    for name in names:
        (agents / name).write_text(agent("x"))
    project, root = str(tmp_path / "project"), str(tmp_path / "state")
    found = compile_project(project, root, str(tmp_path / "none"))
    assert len(found.sources) == 2 and all(
        source.faults and source.shown.isprintable() for source in found.sources
    )
    assert not load(project, root, str(tmp_path / "none"), Config({})).stale


def test_a_file_that_changes_all_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes while it is read is read again, a few times, not for ever."""
    agents, _ = outside(tmp_path)
    (agents / "x.md").write_text(agent("x"))
    really, times = source.read, []

    def read_and_change(path: Path, shown: str) -> object:
        times.append(path)
        path.write_text(agent("x", block(owns=[f"d{len(times)}"])))
        return really(path, shown)

    monkeypatch.setattr("interlock.contracts.compile.read", read_and_change)
    compile_project(str(tmp_path / "project"), str(tmp_path / "state"), str(tmp_path / "none"))
    assert 1 < len(times) < 10
    monkeypatch.undo()
    assert load(str(tmp_path / "project"), str(tmp_path / "state"), str(tmp_path / "none"), Config({})).stale
