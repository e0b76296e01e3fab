"""The fixture `client`: every installed client version, each with scratch places of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.share import COMMIT

from .guarded import Guarded
from .hooks import Hooks
from .model import Model
from .run import Client

CLIENTS = [Path(p) for p in os.environ.get("INTERLOCK_CLIENTS", "").split(os.pathsep) if p]
MISSING = "set INTERLOCK_CLIENTS to one or more Claude Code binaries to run the client tests"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several clients each test takes one, in turn, unless it is marked ``each`` or INTERLOCK_EACH is set: all
    on all takes CI five minutes more, and has seldom told of anything that half of them did not. With which
    client the turns begin goes by the commit, in CI."""
    if len(CHOICES) < 2 or os.environ.get("INTERLOCK_EACH"):
        return
    asking = [item for item in items if "binary" in getattr(item, "fixturenames", ())]
    ids = [_name(choice) for choice in CHOICES]
    left, turns = set(), dict[str, int]()
    for item in asking:
        if item.get_closest_marker("each"):
            continue
        version = next((name for name in ids if name in item.nodeid.partition("[")[2]), "")
        if not version:  # a test that takes all of them by turns
            continue
        turn = turns.setdefault(item.nodeid.replace(version, ""), len(turns))
        if version != ids[(turn + int(COMMIT or 0)) % len(ids)]:
            left.add(item)
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


def _name(binary: Path | None) -> str:
    """A test id: the version the binary was shipped with, or its file name."""
    if binary is None:
        return "no-client"
    try:
        return str(json.loads((binary.parent / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return binary.name


CHOICES: list[Path | None] = [*CLIENTS] or [None]


@pytest.fixture(params=[pytest.param(c, id=_name(c), marks=pytest.mark.client) for c in CHOICES])
def binary(request: pytest.FixtureRequest) -> Path:
    """One of the client binaries; without any, a skip here and a failure in CI."""
    path: Path | None = request.param
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


@pytest.fixture
def model() -> Iterator[Model]:
    """A scripted model; a script that breaks breaks the test."""
    model = Model()
    yield model
    model.close()
    assert not model.errors


@pytest.fixture
def client(binary: Path, model: Model, tmp_path: Path) -> Iterator[Client]:
    """A client in a scratch home and project; what is left of its sessions is ended afterwards."""
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    client = Client(binary, home, project, model)
    yield client
    client.close()


@pytest.fixture
def hooks(tmp_path: Path) -> Hooks:
    """Recording hooks, to be written with `client.settings(hooks.settings)`."""
    return Hooks(tmp_path / "hooks.jsonl")


@pytest.fixture
def place(client: Client) -> Iterator[Guarded]:
    """A client in a git repository with one commit; Interlock is not installed yet, and would not wait."""
    place = Guarded(client)
    place.configure("wait = 0\n")
    place.commit()
    yield place
    print(place.story())  # pytest shows it where a test fails


@pytest.fixture
def guarded(place: Guarded) -> Guarded:
    """The same with Interlock installed for this checkout."""
    place.install()
    return place


@pytest.fixture
def begun(place: Guarded) -> Guarded:
    """A repository with Interlock, a required check, and run r1, of which there are the requirements."""
    place.configure('wait = 0\n[gate]\nrequired = ["python3 -m unittest"]\n')
    (place.project / ".gitignore").write_text("__pycache__/\n.runs/\n")
    (place.client.home / ".gitconfig").write_text("[user]\nname = tester\nemail = tester@example.invalid\n")
    place.install()
    place.commit()
    place.run("git", "branch", "-M", "main")
    place.interlock("runs", "start", "r1", "--title", "Double whole numbers")
    path = place.project / ".runs/r1/signal/requirements.md"
    path.parent.mkdir()
    path.write_text(
        "# Double\n- AC-1: `double(n)` is twice the whole number `n`; what is none raises TypeError.\n"
    )
    return place
