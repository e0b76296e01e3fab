"""A project with agents, a user with agents, and a state folder."""

from pathlib import Path

from interlock.contracts.compile import compile_project
from interlock.doors.config import Config
from interlock.doors.contracts import Contracts, load

NONE = Config({})


class Place:
    """``agents`` are the project's, ``own`` the user's."""

    def __init__(self, base: Path) -> None:
        self.project, self.root, self.user = base / "project", base / "state", base / "home" / ".claude"
        self.agents, self.own = self.project / ".claude" / "agents", self.user / "agents"
        self.project.mkdir()
        self.root.mkdir()

    def load(self, config: Config = NONE) -> Contracts:
        return load(str(self.project), str(self.root), str(self.user), config)

    def compile(self) -> Contracts:
        compile_project(str(self.project), str(self.root), str(self.user))
        found = self.load()
        assert not found.stale
        return found

    def copy(self) -> Path:
        (found,) = (self.root / "contracts").glob("*.json")
        return found


def faults(found: Contracts) -> dict[str, bool]:
    """Agent types, and whether each is nothing but a fault."""
    return {one.name: bool(one.fault) for one in found.all}
