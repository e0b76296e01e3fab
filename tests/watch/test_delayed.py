"""A hook that is held up between its looks at the clocks puts changes down to whom they are of."""

import time
from typing import Any

import pytest

from interlock.guard.scene import Scene

from .repo import Watched


def test_a_delay_makes_no_change_the_holders(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook that waits for the processor for a while after its transaction began takes another's change, right
    after its holder's write, for no older than it is."""
    file = watched.repo / "held.py"
    call = {"file_path": str(file), "content": ""}
    watched.tool("PreToolUse", "Write", "alpha", use="toolu_w", **call)
    file.write_text("mine\n")
    watched.tool("PostToolUse", "Write", "alpha", use="toolu_w", **call)
    use = watched.begin()
    file.write_text("theirs\n")
    arrive = Scene.arrive

    def late(*args: Any, **more: Any) -> Any:
        time.sleep(0.2)
        return arrive(*args, **more)

    monkeypatch.setattr(Scene, "arrive", late)
    assert "held.py" in watched.end(use)
    assert "held.py" in watched.told()
