"""What the guard knows of contracts when files change."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from interlock.contracts.compile import YOUNG

from .place import Place, faults
from .writing import put


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def changed(place: Place) -> None:
    put(place.agents, "critic", owns=["other"])


def moved_in(place: Place) -> None:
    spare = put(place.project, "critic", owns=["docs"])
    was = (place.agents / "critic.md").stat()
    assert spare.stat().st_size == was.st_size
    os.utime(spare, ns=(was.st_atime_ns, was.st_mtime_ns))
    spare.replace(place.agents / "critic.md")


def rewritten(place: Place) -> None:
    path = place.agents / "critic.md"
    was = path.stat()
    path.write_text(path.read_text().replace('"docs"', '"DOCS"'))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


@pytest.mark.parametrize("change", [changed, moved_in, rewritten])
def test_a_change_is_seen(place: Place, change: Callable[[Place], None]) -> None:
    """However a file changes, size and time kept or not, the copy counts no more; compiled anew it does. Until
    then the type of that file, and no other, is a fault."""
    put(place.agents, "critic", owns=["docs"])
    put(place.agents, "other")
    assert faults(place.compile()) == {"critic": False, "other": False}
    change(place)
    found = place.load()
    same = change is moved_in
    assert found.stale and faults(found) == {"critic": not same, "other": False}
    if not same:
        assert found.all[0].fault == "the file changed, and could not be compiled."
        assert found.all[0].file == f"{place.agents}/critic.md"
    assert faults(place.compile()) == {"critic": False, "other": False}


def test_a_young_file_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two changes within a tick of the clock bear one time: what has just changed is read a moment later."""
    waited: list[float] = []
    monkeypatch.setattr("interlock.contracts.compile.time.sleep", waited.append)
    put(place.agents, "critic")
    place.compile()
    assert waited == [YOUNG]
    monkeypatch.undo()
    time.sleep(2 * YOUNG)
    monkeypatch.setattr("interlock.contracts.compile.time.sleep", waited.append)
    place.compile()
    assert waited == [YOUNG]


def test_a_change_right_after_is_seen(place: Place) -> None:
    """A change of the same size, in place, the moment the copy is written."""
    path = put(place.agents, "critic", owns=["docs"])
    for name in ("DOCS", "docs") * 5:
        text = path.read_text()
        place.compile()
        path.write_text(text.replace("DOCS" if name == "docs" else "docs", name))
        assert place.load().stale


def test_files_that_come_and_go(place: Place) -> None:
    """A new file is a fault until it is compiled, one that is gone is no contract any more."""
    put(place.agents, "critic")
    place.compile()
    put(place.agents, "new")
    found = place.load()
    assert found.stale and faults(found) == {"critic": False, "new": True}
    (place.agents / "critic.md").unlink()
    assert faults(place.load()) == {"new": True}
    assert faults(place.compile()) == {"new": False}
    shutil.rmtree(place.agents)
    assert (place.load().all, place.load().stale) == ((), False)


def test_before_the_first_time(place: Place) -> None:
    """With agents and no copy every type is a fault: whose file is what is not known."""
    put(place.agents, "critic")
    found = place.load()
    assert found.stale and faults(found) == {"critic": True}


def test_what_only_bears_another_time_still_counts(place: Place) -> None:
    """A file that was touched has what it had, so that a desk that can't be asked stops nobody."""
    put(place.agents, "critic")
    place.compile()
    os.utime(place.agents / "critic.md", ns=(1, 1))
    found = place.load()
    assert found.stale and faults(found) == {"critic": False}
