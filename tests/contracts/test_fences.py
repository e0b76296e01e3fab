"""Fenced blocks, as Markdown has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.contracts.fences import Block, blocks

CASES = [
    ("```a\nx\n```", [Block(1, "a", "x", True)]),
    ("x\n\n~~~ a b \ny\n\nz\n~~~", [Block(3, "a b", "y\n\nz", True)]),
    ("```\n```", [Block(1, "", "", True)]),
    ("````a\n```b\nx\n```\n````", [Block(1, "a", "```b\nx\n```", True)]),
    ("```a\n~~~\n```", [Block(1, "a", "~~~", True)]),
    ("```a\n``` b\n```", [Block(1, "a", "``` b", True)]),
    ("```a\nx", [Block(1, "a", "x", False)]),
    ("   ```a\n  ```", [Block(1, "a", "", True)]),
    ("    ```a\nx\n    ```", []),
    ("``a\nx\n``", []),
    ("``` `a`\nx", []),
    ("~~~ `a`\nx\n~~~~", [Block(1, "`a`", "x", True)]),
    ("```a\nx\n````\n```b\ny\n```", [Block(1, "a", "x", True), Block(4, "b", "y", True)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_fences(text: str, expected: list[Block]) -> None:
    """A fence is three or more of one sign, closed by as many, with a line and words of its own."""
    assert list(blocks(text.split("\n"), 1)) == expected
    assert [block.line for block in blocks(text.split("\n"), 8)] == [block.line + 7 for block in expected]


@given(st.lists(st.text("`~ ab", max_size=6), max_size=8))
def test_blocks_hold_lines_of_the_text(lines: list[str]) -> None:
    """Each block is made of just the lines between its fences, and they come one after the other."""
    last = 0
    for block in blocks(lines, 1):
        inside = block.text.split("\n") if block.text else []
        assert lines[block.line : block.line + len(inside)] == inside
        assert lines[block.line - 1].strip().endswith(block.info) and block.line > last
        last = block.line + len(inside) + block.closed


def test_long_lines_are_quick() -> None:
    """A line of nothing but spaces or marks takes no time to speak of."""
    for sign in (" ", "`", "~", "``` ", "\t"):
        assert list(blocks([sign * 60000, "```" + " " * 60000 + "x"], 1)) is not None
