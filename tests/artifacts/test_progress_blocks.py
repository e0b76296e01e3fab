"""BLOCKs of other runs in the same checkout: who can't work is not named for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock.doors.blocks import Block

from .sample import front
from .test_progress import BUILD, RUN, Play


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Of the run the requirements and the strategy are there."""
    found = Play(tmp_path)
    found.put(f"{RUN}/signal/requirements.md", "x")
    found.strategy()
    return found


def block(*paths: str, run: str = "r9") -> list[Block]:
    return [Block(run, paths, "h|s|a1", 1.0, "it is not safe")]


def test_all_that_it_owns(play: Play) -> None:
    """Where implementer may write nothing at all it is not next: the run whose BLOCK it is is named."""
    assert "implementer" in play.next()
    found = play.look(blocks=block("**"))
    assert "implementer" not in [step.agent for step in found.next]
    assert found.stuck == [
        "a BLOCK of run r9 stands on ** (it is not safe), where implementer would have to write: "
        "it ends with a PASS in run r9: `interlock verdict list`"
    ]
    assert not found.complete


def test_all_of_which_the_run_speaks(play: Play) -> None:
    """Items that lie under it alone are nobody's to mend now; with one beside it there is something to do."""
    play.until_critiques()
    play.worklist(("C-1", "src/pay/a.py:3", "pending"))
    assert play.next() == ["implementer"]
    found = play.look(blocks=block("src/pay/**"))
    assert (found.next, len(found.stuck)) == ([], 1)
    assert "a BLOCK of run r9 stands on src/pay/**" in found.stuck[0]
    play.worklist(("C-1", "src/pay/a.py:3", "pending"), ("C-2", "src/b.py:3", "pending"))
    found = play.look(blocks=block("src/pay/**"))
    assert ([step.agent for step in found.next], found.stuck) == (["implementer"], [])
    assert found.next[0].why[-1].endswith("stands on src/pay/** (it is not safe), so leave that alone")


def test_what_is_elsewhere(play: Play) -> None:
    """A BLOCK on nothing of the agent's is none of its business; nor is one on what only others write."""
    for paths in (("docs.txt",), ("tests/**",)):
        found = play.look(blocks=block(*paths))
        step = next(one for one in found.next if one.agent == "implementer")
        assert (found.stuck, len(step.why)) == ([], 1 + (paths == ("docs.txt",)))


def test_its_own_blocks_are_answered(play: Play) -> None:
    """Those of the run itself are the loop's, as before."""
    play.put(f"{BUILD}/impl_changes_summary.md", front(changes=[{"path": "src/pay/a.py", "what": "x"}]))
    found = play.look(blocks=block("src/pay/**", run="r1"))
    assert not any("of run r1" in said for said in found.stuck)
