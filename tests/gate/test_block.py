"""The completion block: found where it is, and nothing taken that is not of its shape."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.gate.block import EXAMPLE, LARGEST, Block, NoBlock, find
from interlock.gate.claims import claim

from .ground import PASS

GOOD = json.dumps(PASS)


@pytest.mark.parametrize(
    "message",
    [
        f"```json\n{GOOD}\n```",
        f"Text.\n\n```JSON\n{GOOD}\n```\nMore text.",
        f'First I thought:\n```json\n{{"tsc": 1}}\n```\nbut then:\n```json\n{GOOD}\n```',
        f"Done.\n{GOOD}",
        f"{{not json}}\n{json.dumps(PASS, indent=2)}\n",
        f"```json\r\n{GOOD}\r\n```\r\n",
    ],
)
def test_the_last_block_is_found(message: str) -> None:
    """In the last ```json fence; without any, the last bare object."""
    assert find(message).findings_outstanding == 0


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("", "is missing"),
        ("all good, trust me", "is missing"),
        (f"```json\n{GOOD}\n```\nand then\n```json\nnope\n```", "is not JSON"),
        ("```json\n[1]\n```", "is not right"),
        ("```json\n{}\n```", "`tsc`"),
        (f"```json\n{GOOD[:-1]}, \"unit\": \"pass\"}}\n```", "comes twice"),
        (f"```json\n{GOOD.replace('0', '-1')}\n```", "findings_outstanding"),
        (f"```json\n{GOOD.replace('0', '0.0')}\n```", "findings_outstanding"),
        (f"```json\n{GOOD.replace('0', 'true')}\n```", "findings_outstanding"),
        (f"```json\n{GOOD.replace('0', 'NaN')}\n```", "NaN"),
        (f"```json\n{GOOD.replace('[]', '[3]')}\n```", "guards"),
        (f"```json\n{GOOD.replace('[]', json.dumps(['lint']))}\n```", "guards"),
        ("```json\n" + "[" * 100_000 + "\n```", "over"),
        ("```json\n" + "[" * 50_000 + "\n```", "nested too deep"),
        ('```json\n{"tsc": "' + "x" * LARGEST + '"}\n```', "over"),
        ('```json\n{"a": ' + "9" * 5000 + "}\n```", "not JSON"),
        ("```json\n\x00\x01\n```", "is not JSON"),
        ("{" * 5000, "is missing"),
    ],
)  # fmt: skip
def test_what_is_no_block(message: str, told: str) -> None:
    """Missing, malformed, twice, too deep, too large: a short reason."""
    with pytest.raises(NoBlock) as found:
        find(message)
    assert told in str(found.value)
    assert len(str(found.value)) <= 420


def test_a_huge_message_is_quick() -> None:
    """Of a message of many megabytes the end is looked at, in linear time."""
    began = time.monotonic()
    with pytest.raises(NoBlock):
        find("{ \n" * 3_000_000)
    with pytest.raises(NoBlock):
        find("```json\n" * 2_000_000)
    with pytest.raises(NoBlock):
        find("```json\n{\n```\n" * 1_000_000)
    assert time.monotonic() - began < 5


def test_claims_of_the_config() -> None:
    """A key that the config demands must be there and not null."""
    with pytest.raises(NoBlock, match="`coverage`"):
        find(GOOD, ("coverage",))
    with pytest.raises(NoBlock, match="`coverage`"):
        find(json.dumps({**PASS, "coverage": None}), ("coverage",))
    assert find(json.dumps({**PASS, "coverage": 91}), ("coverage",)).extra() == {"coverage": 91}


def test_the_example_is_one() -> None:
    """What agents are shown is itself valid, and the docs show the same."""
    assert find(EXAMPLE) == Block.model_validate(json.loads(EXAMPLE))
    assert EXAMPLE in (Path(__file__).parents[2] / "docs" / "gate.md").read_text()


@given(st.text(max_size=400))
def test_any_text_is_answered(text: str) -> None:
    """Whatever the message is, there is a block or a reason."""
    for message in (text, f"```json\n{text}\n```", f"{GOOD}{text}"):
        try:
            find(message)
        except NoBlock:
            pass


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("pass", "pass"), ("0 errors", "pass"), ("12 passed, 0 failed", "pass"), ("PASSED", "pass"),
        ("ok", "pass"), ("clean", "pass"), ("fail", "fail"), ("3 errors", "fail"), ("1 failed, 12 passed", "fail"),
        ("10 errors", "fail"), ("not passing", "fail"), ("does not pass, 0 errors", "fail"), ("unpassed", "fail"),
        ("errors", "fail"), ("n/a", "none"), ("none", "none"), ("not run", "none"), ("maybe", "unclear"),
        ("passable", "unclear"), ("0 errors but 2 failures", "fail"), ("broken", "fail"), ("-", "none"),
    ],
)  # fmt: skip
def test_what_words_claim(text: str, means: str) -> None:
    """Pass, fail, none or unclear; a failure told in any place is one."""
    assert claim(text) == means
