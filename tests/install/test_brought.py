"""Agents, commands and the page for agents: brought by install, taken away by uninstall."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from tests.install.conftest import make_setup
from tests.install.test_operate import tree

from interlock.install.operate import Setup, install, uninstall
from interlock.install.places import Scope

OURS = {"agents/critic.md": b"judge\n", "agents/cleanup.md": b"close\n", "commands/locks.md": b"locks\n"}
PAGE = b"# The page\n"
THERE = {"critic": ".claude/agents/critic.md", "locks": ".claude/commands/interlock/locks.md"}
LINE = "@.claude/interlock.md"


def packed(setup: Setup, **changes: bytes | None) -> Setup:
    """The place with a pack; ``changes`` by stem, None for a file that this version hasn't."""
    folder = setup.repo.parent / "pack"
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in OURS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        new = changes.get(Path(name).stem, data)
        if new is not None:
            (folder / name).write_bytes(new)
    (folder / "CLAUDE.md").write_bytes(PAGE + b"\n<!-- Interlock's own repository: x -->\nnot for others\n")
    return replace(setup, pack=folder)


@pytest.fixture
def place(setup: Setup) -> Setup:
    """A fresh place with a pack."""
    return packed(setup)


def has(setup: Setup) -> dict[str, bytes]:
    """The files of the repository but for the settings, links as what they say."""
    found = {}
    for path in sorted(setup.repo.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(setup.repo))] = os.fsencode(path.readlink())
        elif path.is_file() and not path.name.startswith("settings"):
            found[str(path.relative_to(setup.repo))] = path.read_bytes()
    return found


@pytest.mark.parametrize(
    ("scope", "memory"),
    [(Scope.LOCAL, "CLAUDE.local.md"), (Scope.PROJECT, "CLAUDE.md"), (Scope.USER, ".claude/CLAUDE.md")],
)
def test_what_comes_where_and_goes(place: Setup, scope: Scope, memory: str) -> None:
    """Agents, commands and the page lie below `.claude`, the memory file of those whom it is for imports the page,
    and uninstall leaves nothing of it."""
    base = place.home if scope is Scope.USER else place.repo
    report = install(place, scope)
    assert (base / THERE["critic"]).read_bytes() == b"judge\n" and (
        base / THERE["locks"]
    ).read_bytes() == b"locks\n"
    assert (base / ".claude/interlock.md").read_bytes() == PAGE
    assert (base / memory).read_text() == (f"@~/{LINE[1:]}\n" if scope is Scope.USER else f"{LINE}\n")
    assert len(report.pack.written) == 5 and report.pack.notes == []
    report = uninstall(place, scope)
    assert len(report.pack.removed) == 5 and not (base / ".claude").exists() and not (base / memory).exists()


CONTENT = st.sampled_from([b"judge\n", b"the user's own\n", b"", b"\xff\0"])
MEMORY = st.sampled_from(
    [None, b"", b"# Mine", b"# Mine\r\n", b"```\nopen", f"{LINE}\n".encode(), b"\xef\xbb\xbfx\n"]
)


@tuned(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*THERE.values(), ".claude/agents/mine.md"]), CONTENT), MEMORY)
def test_round_trip_is_byte_exact(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], memory: bytes | None
) -> None:
    """Whatever files were there: install overwrites none of them, a second one and one of a newer pack neither,
    and uninstall leaves every byte and folder as it was."""
    setup = packed(make_setup(tmp_path_factory.mktemp("p")))
    for name, data in files.items():
        (setup.repo / name).parent.mkdir(parents=True, exist_ok=True)
        (setup.repo / name).write_bytes(data)
    if memory is not None:
        (setup.repo / "CLAUDE.md").write_bytes(memory)
    before = tree(setup.repo)
    for one in (setup, setup, packed(setup, critic=b"judge harder\n", cleanup=None)):
        install(one, Scope.PROJECT)
        assert files.items() <= has(setup).items()
        assert (setup.repo / "CLAUDE.md").read_bytes().count(LINE.encode()) == 1
    uninstall(one, Scope.PROJECT)
    assert tree(setup.repo) == before


def test_install_is_idempotent(place: Setup) -> None:
    """A second install writes nothing."""
    install(place)
    before = tree(place.repo.parent)
    report = install(place)
    assert report.pack.written == [] and tree(place.repo.parent) == before


def test_dry_runs_write_nothing(place: Setup) -> None:
    """A dry run names what it would write or remove, and leaves no trace."""
    before = tree(place.repo.parent)
    report = install(place, dry=True)
    assert len(report.pack.written) == 5 and tree(place.repo.parent) == before
    install(place)
    before = tree(place.repo.parent)
    assert len(uninstall(place, dry=True).pack.removed) == 5 and tree(place.repo.parent) == before


def test_a_users_file_of_the_same_name(place: Setup) -> None:
    """It is neither overwritten nor removed, and the user is told where Interlock's is."""
    mine = place.repo / THERE["critic"]
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"my critic\n")
    report = install(place)
    assert mine.read_bytes() == b"my critic\n"
    assert [note for note in report.pack.notes if str(mine) in note and "pack/agents/critic.md" in note]
    uninstall(place)
    assert mine.read_bytes() == b"my critic\n" and not (place.repo / ".claude/commands").exists()


def test_what_the_user_changed_stays(place: Setup) -> None:
    """A file that was changed since is left by a newer install and by uninstall, which name it."""
    install(place)
    mine = place.repo / THERE["critic"]
    mine.write_bytes(b"judge, my way\n")
    report = install(packed(place, critic=b"judge harder\n"))
    assert mine.read_bytes() == b"judge, my way\n" and str(mine) in report.pack.notes[0]
    report = uninstall(place)
    assert mine.read_bytes() == b"judge, my way\n" and str(mine) in report.pack.notes[0]
    assert has(place) == {THERE["critic"]: b"judge, my way\n"}


def test_a_newer_pack_takes_the_place_of_an_older(place: Setup) -> None:
    """Unchanged files are brought up to date, and those that the pack no longer has are removed."""
    install(place)
    report = install(packed(place, critic=b"judge harder\n", cleanup=None))
    assert (place.repo / THERE["critic"]).read_bytes() == b"judge harder\n"
    assert [path.name for path in report.pack.removed] == ["cleanup.md"]
    assert not (place.repo / ".claude/agents/cleanup.md").exists()
    uninstall(place)
    assert has(place) == {} and not (place.repo / ".claude").exists()


def test_an_install_from_before_there_were_agents(setup: Setup) -> None:
    """Hooks that an older version installed get the rest by the next install."""
    install(setup, Scope.PROJECT)
    assert has(setup) == {}
    assert len(install(packed(setup), Scope.PROJECT).pack.written) == 5
    uninstall(packed(setup), Scope.PROJECT)
    assert not (setup.repo / ".claude").exists() and has(setup) == {}


def test_a_teammates_install(place: Setup, tmp_path: Path) -> None:
    """Who has the committed files from a clone, and so no record, can take them out, too; what differs stays."""
    install(place, Scope.PROJECT)
    (place.repo / ".claude/agents/cleanup.md").write_bytes(b"ours, by now\n")
    home = tmp_path / "other"
    home.mkdir()
    other = replace(place, home=home, baked=replace(place.baked, root=home / ".local/state/interlock"))
    report = uninstall(other, Scope.PROJECT)
    assert has(place) == {".claude/agents/cleanup.md": b"ours, by now\n"}
    assert any("cleanup.md" in note for note in report.pack.notes)


def test_the_users_own_import(place: Setup) -> None:
    """A line that the user wrote before the first install is not doubled, and is still there after uninstall."""
    memory = place.repo / "CLAUDE.md"
    memory.write_text(f"# Mine\n{LINE}\nmore\n")
    install(place, Scope.PROJECT)
    assert memory.read_text() == f"# Mine\n{LINE}\nmore\n"
    uninstall(place, Scope.PROJECT)
    assert memory.read_text() == f"# Mine\n{LINE}\nmore\n"


def test_memory_that_others_changed_since(place: Setup) -> None:
    """Uninstall takes out the line alone; a file that holds nothing else then goes, if install made it."""
    memory = place.repo / "CLAUDE.md"
    memory.write_text("# Mine\n")
    install(place, Scope.PROJECT)
    memory.write_text(memory.read_text() + "others\n")
    uninstall(place, Scope.PROJECT)
    assert memory.read_text() == "# Mine\n\nothers\n"
    memory.unlink()
    install(place, Scope.PROJECT)
    memory.write_text("\n" + memory.read_text())
    uninstall(place, Scope.PROJECT)
    assert not memory.exists()


def test_from_local_to_project(place: Setup) -> None:
    """A project install takes the local one's place: the files stay, the private memory file goes."""
    install(place, Scope.LOCAL)
    install(place, Scope.PROJECT)
    assert set(has(place)) >= {THERE["critic"], "CLAUDE.md"} and "CLAUDE.local.md" not in has(place)
    uninstall(place, Scope.PROJECT)
    assert has(place) == {} and not (place.repo / ".claude").exists()


def test_two_scopes_in_one_folder(tmp_path: Path) -> None:
    """The files go with the last scope that has them."""
    setup = packed(make_setup(tmp_path, tmp_path / "elsewhere"))
    install(setup, Scope.PROJECT)
    install(setup, Scope.LOCAL)  # a state root of its own is not covered by the committed hooks
    assert {"CLAUDE.md", "CLAUDE.local.md"} <= set(has(setup))
    uninstall(setup, Scope.PROJECT)
    assert THERE["critic"] in has(setup) and "CLAUDE.md" not in has(setup)
    uninstall(setup, Scope.LOCAL)
    assert has(setup) == {} and not (setup.repo / ".claude").exists()


MINE = b"---\nname: critic\ndescription: Mine.\n---\nCriticise.\n"
"""An agent of the user's by the name of one of ours."""


def test_an_agent_of_the_users_by_the_name_of_ours(place: Setup) -> None:
    """In whichever file below the agents' folder it stands: ours is left out, and the note names both; one that
    was there before goes again, and comes back when the user's has gone."""
    install(place)
    mine = place.repo / ".claude/agents/review/own.md"
    mine.parent.mkdir()
    mine.write_bytes(MINE)
    report = install(place)
    assert not (place.repo / THERE["critic"]).exists() and (place.repo / ".claude/agents/cleanup.md").exists()
    (note,) = report.pack.notes
    assert str(mine) in note and "`critic`" in note and "pack/agents/critic.md" in note
    mine.unlink()
    assert [path.name for path in install(place).pack.written] == ["critic.md"]


@pytest.mark.parametrize(("scope", "there"), [(Scope.LOCAL, False), (Scope.PROJECT, True)])
def test_the_users_own_agent_elsewhere(place: Setup, scope: Scope, there: bool) -> None:
    """Who installs for themselves keeps their own; for all who clone ours comes, and whose it hides is told."""
    mine = place.home / ".claude/agents/critic.md"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(MINE)
    report = install(place, scope)
    assert (place.repo / THERE["critic"]).exists() is there and mine.read_bytes() == MINE
    assert [str(mine) in note for note in report.pack.notes] == [True]


def test_ours_in_two_scopes(place: Setup) -> None:
    """What an install for the user brought, of this version or an older, hides nothing of the user's."""
    install(place, Scope.USER)
    newer = packed(place, critic=b"judge harder\n")
    report = install(newer, Scope.PROJECT)
    assert (place.repo / THERE["critic"]).exists() and report.pack.notes == []


def test_an_agent_of_the_users_without_a_contract_in_the_place_of_ours(place: Setup) -> None:
    """It stays, and that it is held to nothing is told."""
    mine = place.repo / THERE["critic"]
    mine.parent.mkdir(parents=True)
    mine.write_bytes(MINE)
    (note,) = install(place).pack.notes
    assert str(mine) in note and "has no contract" in note
    mine.write_bytes(MINE + b'```toml contract\nresume = "x"\n```\n')
    (note,) = install(place).pack.notes
    assert str(mine) in note and "has no contract" not in note
