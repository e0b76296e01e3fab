"""BLOCK verdicts: nobody with a contract writes what they name, until they are settled."""

from __future__ import annotations

from interlock.doors import blocks
from interlock.doors.blocks import Block

from .contracted import SUMMARY, Contracted

IMPLEMENTER = "alpha/a2:implementer"
BLOCK = Block("r1", ("src/auth",), "host|alpha|adv0cate", 1.0, "the token is never checked")


def working(ground: Contracted, *standing: Block) -> Contracted:
    """implementer has read what it must; these BLOCKs stand."""
    ground.read(".runs/r1/signal/requirements.md", IMPLEMENTER)
    blocks.write(str(ground.root), str(ground.repo), list(standing))
    return ground


def test_a_blocked_path(ground: Contracted) -> None:
    """Refused with the run, who said it, why, and what to do; other paths are free, and so are reports."""
    working(ground, BLOCK)
    said = ground.put("src/auth/token.py", "x\n", IMPLEMENTER)
    assert "src/auth/token.py is under a BLOCK verdict of run r1 by subagent adv0cate" in said
    assert "the token is never checked." in said and "gives PASS" in said
    assert "BLOCK verdict" in ground.bash("sed -i s/1/2/ src/auth/token.py", IMPLEMENTER)
    assert ground.put("src/a.py", "a = 2\n", IMPLEMENTER) == ""
    assert ground.put(".runs/r1/build/impl_changes_summary.md", SUMMARY, IMPLEMENTER) == ""
    assert ground.reasons() == ["blocked", "blocked"]


def test_a_settled_block(ground: Contracted) -> None:
    """Once none stands the path is free."""
    working(ground, BLOCK)
    assert ground.put("src/auth/token.py", "x\n", IMPLEMENTER) != ""
    blocks.write(str(ground.root), str(ground.repo), [])
    assert ground.put("src/auth/token.py", "x\n", IMPLEMENTER) == ""


def test_a_broken_note_of_blocks(ground: Contracted) -> None:
    """Where it is not known whether one stands, source is not written, and the mend is told."""
    working(ground, BLOCK)
    path = blocks.path(str(ground.root), str(ground.repo))
    with open(path, "a") as file:
        file.write("x")
    said = ground.put("src/a.py", "a = 2\n", IMPLEMENTER)
    assert "whether a BLOCK verdict stands here is not known" in said and "`interlock verdict list`" in said


def test_who_has_no_contract_is_not_asked(ground: Contracted) -> None:
    """Main-thread work without an agent type is not restricted."""
    working(ground, BLOCK)
    assert ground.put("src/auth/token.py", "x\n", "alpha") == ""
