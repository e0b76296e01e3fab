"""What the guard knows of contracts: the compiled copy."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.doors import contracts as door
from interlock.doors.config import Config
from interlock.words.contract import Contract

from .place import NONE, Place, faults
from .writing import agent, block, put


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_without_agents_there_is_nothing(place: Place) -> None:
    """No folder, no agents, no copy: nobody is held to anything, and nothing needs compiling."""
    for _ in range(2):
        found = place.load()
        assert (found.all, found.stale, found.of("critic"), found.owner_of("a.py")) == ((), False, None, "")
        place.agents.mkdir(parents=True, exist_ok=True)
    assert list(place.root.iterdir()) == []


def test_what_is_compiled_is_what_is_written(place: Place) -> None:
    """Every key reaches the guard; a `?` only says what is needed."""
    put(
        place.agents, "critic", given=["docs/a.md", "docs/b.md?"], inputs=[".runs/{run}/build/x.md", "c.md?"],
        outputs=["out.md"], owns=["@tests", "docs/**"], shares=["s.json"], moves=["fixed>pending"], resume="So.",
    )  # fmt: skip
    assert place.compile().of("critic") == Contract(
        "critic", ".claude/agents/critic.md",
        given=("docs/a.md", "docs/b.md"), inputs=(".runs/{run}/build/x.md", "c.md"),
        needed=("docs/a.md", ".runs/{run}/build/x.md"), outputs=("out.md",), owns=("@tests", "docs/**"),
        shares=("s.json",), moves=("fixed>pending",), resume="So.",
    )  # fmt: skip


def test_who_is_known_by_which_name(place: Place) -> None:
    """Our plugin's agent has the contract of its bare name; others have none."""
    put(place.agents, "critic")
    (place.agents / "free.md").write_text("---\nname: free\ndescription: d\n---\nDo.\n")
    found = place.compile()
    assert found.of("critic") == found.of("interlock:critic") == found.all[0]
    assert [found.of(name) for name in ("free", "Critic", "critics", "", ":", "critic:x")] == [None] * 6


def test_owners_of_paths(place: Place) -> None:
    """The agent that makes or owns a path, by what the config calls tests; a section makes nobody its owner."""
    put(place.agents, "author", owns=["@tests"])
    put(place.agents, "coder", owns=["@source"], outputs=[".runs/{run}/build/x.md"], shares=["s.json"])
    found = place.compile()
    assert found.owner_of("tests/a.py") == "author" and found.owner_of("src/a.py") == "coder"
    assert found.owner_of(".runs/r1/build/x.md") == "coder" and found.owner_of(".runs/r1/build/y.md") == ""
    assert found.owner_of(".claude/agents/coder.md") == "" and found.tests == NONE.contracts_tests
    other = place.load(Config({"contracts": {"tests": ["src"], "main": True}}))
    assert (other.owner_of("tests/a.py"), other.owner_of("src/a.py")) == ("coder", "author")
    assert other.restricts_main and not found.restricts_main


def test_what_is_owned_by_name_is_nobody_elses_source(place: Place) -> None:
    """An agent that owns a folder by name takes it out of `@source` and `@tests` of the others: the user's own
    agent beside the pack's, without a change in theirs. What it reads, shares or makes in runs it does not."""
    put(place.agents, "coder", owns=["@source", "docs/mine.md"])
    put(place.agents, "author", owns=["@tests"])
    put(
        place.own, "writer", owns=["docs/**", "tests/manual/*.md"], outputs=["HISTORY", ".runs/{run}/build/x.md"],
        shares=["s.json"], given=["src/given.md"],
    )  # fmt: skip
    found = place.compile()
    (coder, author, writer) = (found.of(name) for name in ("coder", "author", "writer"))
    assert coder and author and writer
    by_name = ("docs/**", "tests/manual/*.md", "HISTORY")
    assert (coder.taken, author.taken, writer.taken) == (by_name, ("docs/mine.md", *by_name), ())
    paths = {
        "docs/a.md": "writer", "docs/e2e/a.md": "writer", "docs": "writer", "tests/manual/a.md": "writer",
        "HISTORY": "writer", "tests/manual/a.py": "author", "src/given.md": "coder", "s.json": "coder",
        "HISTORY.md": "coder", "src/docs/a.md": "coder",
    }  # fmt: skip
    for path, owner in paths.items():
        assert found.owner_of(path) == owner
        for one in found.all:
            assert one.may_write(path, found.tests) is (one.name == owner)
    assert coder.may_write("docs/mine.md", found.tests)  # by name, too: `contracts check` tells of that


def test_what_a_broken_agent_owns_is_not_known(place: Place) -> None:
    """While its file can't be read, all is as if it owned nothing; what can't be compiled leaves all as it was."""
    put(place.agents, "coder", owns=["@source"])
    file = put(place.agents, "writer", owns=["docs/**"])
    assert place.compile().owner_of("docs/a.md") == "writer"
    good = file.read_text()
    file.write_text(good.replace("owns", "onws"))
    assert place.load().owner_of("docs/a.md") == ""
    assert place.compile().owner_of("docs/a.md") == "coder"
    file.write_text(good)
    assert place.compile().owner_of("docs/a.md") == "writer"


def test_the_projects_agent_wins(place: Place) -> None:
    """Of two with one name the client takes the project's; the user's other agents count too."""
    put(place.own, "critic", resume="the user's")
    put(place.own, "mine")
    put(place.agents / "more", "critic", resume="the project's")
    found = place.compile()
    critic, mine = found.of("critic"), found.of("mine")
    assert critic is not None and (critic.resume, critic.file) == (
        "the project's",
        ".claude/agents/more/critic.md",
    )
    assert mine is not None and mine.file == "~/.claude/agents/mine.md"
    put(place.own, "critic", owns=["docs"])
    assert place.compile().owner_of("docs/a.md") == ""


def test_two_files_of_one_name_in_one_place(place: Place) -> None:
    """The client takes either, so that nobody knows what the agent owns: it is a fault, even if only one has a
    contract; the user's agent of that name is another matter."""
    put(place.agents, "critic", owns=["docs"])
    put(place.own, "critic", owns=["docs"])
    assert faults(place.compile()) == {"critic": False}
    (place.agents / "deep" / "er").mkdir(parents=True)
    (place.agents / "deep" / "er" / "critic.md").write_text("---\nname: critic\ndescription: d\n---\n")
    found = place.compile().of("critic")
    assert found is not None and found.fault == (
        "line 1: `critic` is the agent in .claude/agents/deep/er/critic.md, too. Keep one of the two files."
    )


def test_folders_below(place: Place) -> None:
    """However deep an agent lies, its contract counts, each file once, also where folders go in a circle."""
    deep = place.agents.joinpath(*"abcdefghijkl")
    put(deep, "critic", owns=["docs"])
    (place.agents / "a" / "again").symlink_to(place.agents)
    assert place.compile().owner_of("docs/x.md") == "critic" and len(place.load().all) == 1
    put(deep, "critic", owns=["src"])
    assert place.load().stale


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-5]),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"docs"', b'"src"')),
        lambda path: path.write_bytes(b"[" * 100_000),
        lambda path: path.unlink(),
        a_pipe,
        a_folder,
    ],
)
def test_a_damaged_copy_is_no_contract(place: Place, harm: Callable[[Path], None]) -> None:
    """A copy that is not what was compiled is not believed; a new one is made."""
    put(place.agents, "critic", owns=["docs"])
    place.compile()
    harm(place.copy())
    found = place.load()
    assert found.stale and faults(found) == {"critic": True}
    if harm is not a_folder:
        assert faults(place.compile()) == {"critic": False}


def test_a_copy_of_another_interlock(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer one's copy is not read: what is in it may mean something else. It is made anew."""
    put(place.agents, "critic")
    monkeypatch.setattr(door, "FORMAT", door.FORMAT - 1)
    place.compile()
    monkeypatch.undo()
    found = place.load()
    assert found.stale and faults(found) == {"critic": True}
    assert faults(place.compile()) == {"critic": False}


def test_a_broken_agent_is_a_fault_with_its_line(place: Place) -> None:
    """The type is bound to nothing but the fault, which says where it is and how to mend it, in 300 characters."""
    place.agents.mkdir(parents=True)
    (place.agents / "critic.md").write_text(agent("critic", block(onws=["x" * 190])))
    contract = place.compile().of("critic")
    assert contract is not None and contract.owns == ()
    assert (contract.file, contract.fault) == (
        ".claude/agents/critic.md", "line 8: `onws` is not known. Write `owns`."
    )  # fmt: skip
    (place.agents / "critic.md").write_text(agent("critic", block(owns=["../" + "x" * 190])))
    contract = place.compile().of("critic")
    assert contract is not None and 100 < len(contract.fault) <= 300


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("name: said\ndescription: a: b", ["said", "file"]),
        ("name: 'said so'\ndescription: x", ["said so", "file"]),
        ("name: said\nname: last\ndescription: x", ["said", "last"]),
        ("<<: {name: said}\ndescription: x", ["said", "file"]),
        ("name: said # so\ndescription: [x", ["said", "file"]),
        ('"name": "said"\ndescription: *x', ["said", "file"]),
        ("name: said\ndescription: x\n----\nname: body", ["said", "file"]),
    ],
)
def test_a_broken_agent_is_held_by_any_name(place: Place, front: str, names: list[str]) -> None:
    """The client takes front matter that is in no order: by whichever name it does, the fault holds."""
    put(place.agents, "good", owns=["docs"])
    (place.agents / "file.md").write_text(agent("", front=front))
    found = place.compile()
    assert all((one := found.of(name)) and one.fault for name in names)
    assert found.owner_of("docs/a.md") == "good" and len(found.all) == 2
    (place.agents / "file.md").write_text(agent("", front=front + "x"))
    found = place.load()
    assert found.stale and all((one := found.of(name)) and one.fault for name in names)


def test_a_name_that_a_broken_file_only_mentions(place: Place) -> None:
    """A good contract comes first."""
    put(place.agents, "good", owns=["docs"])
    (place.agents / "broken.md").write_text(agent("", front="name: broken\ndescription: a: b, name: good"))
    found = place.compile().of("good")
    assert found is not None and not found.fault


def test_projects_have_contracts_of_their_own(tmp_path: Path) -> None:
    """Two projects that share a state folder share no contracts."""
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one, two = Place(tmp_path / "1"), Place(tmp_path / "2")
    two.root = one.root
    put(one.agents, "a")
    put(two.agents, "b")
    one.compile()
    assert faults(two.compile()) == {"b": False} and faults(one.load()) == {"a": False}


def test_too_many_files_are_not_looked_at(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an end to how many names are looked at, at every call, in folders below too; those that are no
    agents count."""
    monkeypatch.setattr(door, "MOST", 4)
    for name in "abcde":
        put(place.agents, name)
    assert sorted(faults(place.compile())) == ["a", "b", "c", "d"]
    for name in "bcde":
        (place.agents / f"{name}.md").unlink()
    (place.agents / "0.txt").touch()
    put(place.agents / "more", "x")
    put(place.agents / "more", "y")
    assert sorted(faults(place.compile())) == ["a", "x"]


def test_the_projects_agent_without_a_contract_wins(place: Place) -> None:
    """The client takes the project's, which is held to nothing; one that it does not load hides none."""
    put(place.own, "critic", owns=["docs"])
    path = place.agents / "more" / "mine.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\nname: critic\ndescription: d\n---\nMend what you find.\n")
    found = place.compile()
    assert found.of("critic") is None and found.owner_of("docs/a.md") == ""
    path.write_text("---\nname: critic\n---\nNo description, so no agent.\n")
    assert place.compile().owner_of("docs/a.md") == "critic"


def test_another_plugins_agent_is_another(place: Place) -> None:
    """`plugin:name` has a prompt of its own, and not the contract of `name`; our own plugin's has."""
    put(place.agents, "critic")
    found = place.compile()
    assert found.of("other:critic") is None and found.of("interlock:critic") is found.of("critic")
