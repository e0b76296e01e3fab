"""The line that imports the page, in and out of a memory file's bytes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interlock.install.imported import added, holds, removed

LINE = b"@.claude/interlock.md"
PARTS = st.sampled_from(
    [b"# Title", b"text", b"", b"", b"```sh", b"```", b"~~~", b"````", b"<!-- a", b"-->", b"<!-- a --> b", LINE,
     b"<details>", b"    code", b"- item", b"@other.md", b"\xff\xfe", b"  @.claude/interlock.md  "]
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Bytes as people have them: parts in lines of one kind, with or without a mark and a last line's end."""
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    lines = draw(st.lists(PARTS, max_size=8))
    last = draw(st.sampled_from([b"", end]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + end.join(lines) + (last if lines else b"")


@given(files())
def test_in_once(data: bytes) -> None:
    """What has the line holds it, and is not changed by adding it again."""
    once = added(data, LINE)
    assert holds(once, LINE) and added(once, LINE) == once


@given(files())
def test_every_byte_stays(data: bytes) -> None:
    """Adding only puts something before or after what is there, behind a byte order mark."""
    once = added(data, LINE)
    assert once.startswith(data) or once.removeprefix(b"\xef\xbb\xbf").endswith(data.removeprefix(b"\xef\xbb\xbf"))


@given(files())
@example(b"\n")
@example(b"\xef\xbb\xbf")
def test_out_again(data: bytes) -> None:
    """Where the file had no such line and its last line had an end, taking it out gives the very bytes back;
    else it is that end, and no more, that is left."""
    if holds(data, LINE):
        return
    once, text = added(data, LINE), data.removeprefix(b"\xef\xbb\xbf")
    back = removed(once, LINE)
    if not text or text.endswith(b"\n") or once.removeprefix(b"\xef\xbb\xbf").startswith(LINE):
        assert back == data
    else:
        assert back.startswith(data) and back[len(data) :] in (b"\n", b"\r\n")


@given(files())
def test_what_others_write_below_it_stays(data: bytes) -> None:
    """Lines that others add after it keep every byte, and nothing but the line goes."""
    once = added(data, LINE)
    if not holds(data, LINE) and once.startswith(data):
        assert removed(once + b"others\nx\n", LINE) in (once[: once.rfind(LINE)] + b"others\nx\n", b"others\nx\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"a\n\n@.claude/interlock.md\n", True),
        (b"a\n  @.claude/interlock.md \n", True),
        (b"see @.claude/interlock.md\n", False),
        (b"```\n@.claude/interlock.md\n```\n", False),
        (b"````\n```\n@.claude/interlock.md\n", False),
        (b"~~~\n```\n~~~\n@.claude/interlock.md\n", True),
        (b"<!--\n@.claude/interlock.md\n-->\n", False),
        (b"<!-- x -->\n@.claude/interlock.md", True),
        (b"@.claude/interlock.md\r\nb\r\n", True),
    ],
)
def test_only_prose_counts(text: bytes, wanted: bool) -> None:
    """The line counts where the client reads imports: alone on a line, neither in code nor in a comment."""
    assert holds(text, LINE) is wanted


def test_open_ends() -> None:
    """A file that ends inside of code gets the line at its top, behind the byte order mark; HTML is ended by an
    empty line."""
    assert added(b"\xef\xbb\xbf# a\n```\nls\n", LINE) == b"\xef\xbb\xbf@.claude/interlock.md\n\n# a\n```\nls\n"
    assert added(b"<details>\n</details>", LINE) == b"<details>\n</details>\n\n@.claude/interlock.md\n"
    assert added(None, LINE) == b"@.claude/interlock.md\n"
