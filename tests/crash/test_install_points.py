"""Every system call of install and uninstall, killed and failed: the settings are whole, old or new."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.crash.faults import WRITING, Harness, Point, Run

from interlock.install.command import Baked
from interlock.install.operate import Setup, install, uninstall

pytestmark = pytest.mark.crash
SCRIPT = Path(__file__).with_name("install_operation.py")
ORIGINAL = (
    b'{\n\t"model": "opus",\n\t"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say done"}]}]}\n}'
)


def settings(root: Path) -> Path:
    return root / "repo" / ".claude" / "settings.local.json"


def baked(lib: Path, root: Path) -> Baked:
    return Baked(Path(sys.executable), lib / "guard.py", lib, root / "state")


def fresh(root: Path) -> None:
    """A repository with somebody else's settings."""
    settings(root).parent.mkdir(parents=True)
    settings(root).write_bytes(ORIGINAL)
    (root / "home").mkdir()


class Changes(Harness):
    """All points but kills at calls that change nothing."""

    def points(self) -> list[Point]:
        return [p for p in super().points() if p.how != "kill" or p.call in WRITING]


@pytest.fixture
def states(lib: Path) -> dict[str, Callable[[Path], None]]:
    (lib / "guard.py").write_text("")

    def installed(root: Path) -> None:
        fresh(root)
        install(Setup(root / "repo", root / "home", baked(lib, root)))

    return {"install": fresh, "uninstall": installed}


@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_every_call_that_changes_something(
    tmp_path: Path,
    lib: Path,
    states: dict[str, Callable[[Path], None]],
    verb: str,
) -> None:
    """Whatever system call is killed or fails, the settings are as before or as wanted, what was acknowledged
    was done, and a later install and uninstall give the original back byte for byte. (A kill at a call that
    only looks is a kill at the next one that changes something: each needs a Python with pydantic.)"""

    def check(run: Run) -> None:
        now = settings(run.root).read_bytes()
        whole = b"interlock-hook" in now and now.count(b'"command"') > 9 and b"say done" in now
        assert now == ORIGINAL or whole, now[:200]
        if run.out.startswith("ack"):
            assert whole == (verb == "install"), "an acknowledged change was not made"
        assert not list(settings(run.root).parent.glob("*.tmp*")) or run.killed
        later = Setup(run.root / "repo", run.root / "home", baked(lib, run.root))
        install(later)
        assert uninstall(later).action == "restored", "wedged"
        assert settings(run.root).read_bytes() == ORIGINAL

    start = [sys.executable, "-I", str(SCRIPT), str(lib)]
    harness = Changes(tmp_path, lambda root: [*start, str(root), verb], states[verb], check)
    count = harness.every()
    print(f"\n{verb}: {count} points,", ", ".join(f"{how} {n}" for how, n in sorted(harness.hows.items())))
    assert count >= 60
