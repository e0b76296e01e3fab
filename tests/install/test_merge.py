"""What merging keeps, and what stripping gives back, for settings of any content and layout."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.install.formats import EVENTS, texts

from interlock.install import merge, plan, receipt, splice
from interlock.install.command import project_command
from interlock.install.entries import HOOKS, groups, own_entries

WANTED = groups(project_command)


def value(data: bytes) -> Any:
    """What the bytes spell."""
    return splice.parse(data.decode().removeprefix("\ufeff"))


def without_empty_hooks(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with the empty lists and objects that stripping can't tell from its own taken out."""
    kept = {k: v for k, v in settings.items() if k != "hooks"}
    hooks = {event: found for event, found in settings.get("hooks", {}).items() if found}
    return kept | ({"hooks": hooks} if hooks else {})


@given(texts())
def test_uninstall_is_byte_exact(data: bytes) -> None:
    """Whatever the settings held and however they were laid out, uninstall gives back the same bytes."""
    known = plan.Known(data, None)
    done = plan.installed(known, WANTED)
    kept = receipt.Receipt.of(Path("/x"), done.before, done.written, False)
    assert plan.uninstalled(plan.Known(done.after, kept)) == (data, "restored")


@given(texts())
def test_merge_adds_only_our_entries(data: bytes) -> None:
    """Merging keeps every foreign value, every key's place, and every byte that isn't white space."""
    after = merge.merged(data, WANTED)
    assert len(own_entries(value(after))) == len(HOOKS)
    before, now = value(data), value(after)
    assert [key for key in now if key in before] == list(before)
    assert {k: v for k, v in now.items() if k != "hooks"} == {k: v for k, v in before.items() if k != "hooks"}
    for event, listed in before.get("hooks", {}).items():
        assert now["hooks"][event][: len(listed)] == listed
    left = iter(after)  # white space in an empty object or list may go
    assert all(byte in left for byte in b"".join(data.split())), "a byte of the original is gone"


@given(texts())
def test_strip_without_a_receipt_keeps_all_else(data: bytes) -> None:
    """With no receipt, stripping leaves what others wrote, and nothing of ours."""
    after = value(merge.stripped(merge.merged(data, WANTED)))
    assert without_empty_hooks(after) == without_empty_hooks(value(data))
    assert not own_entries(after)


@given(texts())
def test_strip_with_the_original_keeps_empty_lists_too(data: bytes) -> None:
    """With the original at hand, even empty lists and objects that were the user's stay."""
    before = value(data)
    assert value(merge.stripped(merge.merged(data, WANTED), before)) == before


@given(texts())
def test_stripping_is_textually_exact_where_lists_were_not_empty(data: bytes) -> None:
    """Where every list of ours had a neighbour, the textual edit undoes itself byte for byte."""
    settings = value(data)
    hooks = settings.setdefault("hooks", {})
    for event in EVENTS:
        hooks.setdefault(event, []).append({"hooks": []})
    for indent in (None, 2):
        text = json.dumps(settings, indent=indent).encode()
        assert merge.stripped(merge.merged(text, WANTED)) == text


@given(texts(), st.integers(0, 8))
def test_foreign_handler_in_our_group_stays(data: bytes, which: int) -> None:
    """A handler that somebody put into one of our groups stays, with its group."""
    after = value(merge.merged(data, WANTED))
    entry = own_entries(after)[which]
    foreign = {"type": "command", "command": "echo mine"}
    after["hooks"][entry.event][entry.group]["hooks"].append(foreign)
    left = value(merge.stripped(json.dumps(after).encode()))
    assert any(foreign in group["hooks"] for group in left["hooks"][entry.event])
    assert not own_entries(left)


@pytest.mark.parametrize("data", [None, b"", b"\n", b"\xef\xbb\xbf", b"{}", b" { } \n"])
def test_nothing_and_empty_become_the_same_settings(data: bytes | None) -> None:
    """A missing, an empty and an object-less file all end as our entries alone."""
    assert value(merge.merged(data, WANTED)) == splice.parse(json.dumps({"hooks": WANTED}))


def test_new_entries_follow_the_layout_of_the_file() -> None:
    """Tabs, CRLF and the missing newline at the end are taken up; a one-line file stays on one line."""
    after = merge.merged(b'{\r\n\t"a": 1\r\n}', WANTED)
    assert b"\n" not in after.replace(b"\r\n", b"") and not after.endswith(b"\n")
    assert b'\r\n\t"hooks": {\r\n\t\t"PreToolUse": [\r\n\t\t\t{' in after
    assert merge.merged(b'{"a":1}\n', WANTED).startswith(b'{"a":1,"hooks":{"PreToolUse":[{"matcher"')
    assert merge.merged(b'{"a":1}\n', WANTED).count(b"\n") == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a": 1,}', "line 1, column 9"),
        (b'{\n  "a": 1,\n  // no\n}', "line 3, column 3"),
        (b'{"a": ', "line 1, column 7"),
        (b"[]", "a list"),
        (b"null", "null"),
        (b"1", "a number"),
        (b'{"hooks": []}', '"hooks" is a list'),
        (b'{"hooks": null}', '"hooks" is null'),
        (b'{"hooks": {"Stop": {}}}', '"Stop"'),
        (b'{"hooks": {}, "hooks": {}}', "2 times"),
        (b'{"hooks": {"Stop": [], "Stop": []}}', "2 times"),
        (b'{"a": NaN}', "NaN"),
        (b'{\n"a": "\xff"}', "line 2 is not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b'{"a": ' + b"[" * 100_000, "too deep"),
        (b" " * (merge.MAX_BYTES + 1), "more than"),
    ],
)
def test_broken_or_misshapen_settings_are_refused_with_the_place(data: bytes, said: str) -> None:
    """What can't be edited without a guess is refused, in words that name the fault and where it is."""
    with pytest.raises(ValueError, match=said):
        merge.merged(data, WANTED)


def test_endless_integers_are_kept() -> None:
    """A number longer than Python will convert is no reason to refuse."""
    data = b'{"n": ' + b"9" * 5000 + b"}"
    assert b"9" * 5000 in merge.merged(data, WANTED)
