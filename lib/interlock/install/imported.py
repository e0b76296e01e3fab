"""The line of a CLAUDE.md that imports the page for agents: pure functions of the file's bytes.

The client imports `@path` from the prose of a memory file, not from its code and comments: a line there counts
for nothing, and a file that ends inside of one gets the line at its top.
"""

import re

_BOM = b"\xef\xbb\xbf"
_FENCE = re.compile(rb" {0,3}(`{3,}|~{3,})")


def holds(data: bytes, line: bytes) -> bool:
    """Whether the line stands in the file's prose."""
    return _place(data, line) is not None


def added(data: bytes | None, line: bytes) -> bytes:
    """The file with the line in it, once, in a paragraph of its own: it ends what HTML before it began."""
    if data is not None and holds(data, line):
        return data
    bom, text = _parted(data or b"")
    end = b"\r\n" if b"\r\n" in text else b"\n"
    if not text:
        return bom + text + line + end
    if _prose(text)[1]:
        return bom + line + end + end + text
    return bom + text + (b"" if text.endswith((b"\n", b"\r")) else end) + end + line + end


def removed(data: bytes, line: bytes) -> bytes:
    """The file without the line, and without the empty line that came with it."""
    place = _place(data, line)
    if place is None:
        return data
    begin, end = place
    before, after = data[:begin], data[end:]
    if not _parted(before)[1]:
        after = re.sub(rb"\A\r?\n", b"", after)
    elif not after:
        before = re.sub(rb"(?<=[\r\n])\r?\n\Z", b"", before)
    return before + after


def _parted(data: bytes) -> tuple[bytes, bytes]:
    return (_BOM, data[len(_BOM) :]) if data.startswith(_BOM) else (b"", data)


def _place(data: bytes, line: bytes) -> tuple[int, int] | None:
    """Where the line, its end included, stands in the prose; the last such place."""
    bom, text = _parted(data)
    found = [place for place in _prose(text)[0] if text[place[0] : place[1]].strip() == line]
    return (found[-1][0] + len(bom), found[-1][1] + len(bom)) if found else None


def _prose(text: bytes) -> tuple[list[tuple[int, int]], bool]:
    """Where each line of prose stands, and whether the file ends inside of code or a comment."""
    found, at, fence, comment = [], 0, b"", False
    for one in text.splitlines(keepends=True):
        mark = _FENCE.match(one)
        if comment:
            comment = b"-->" not in one
        elif fence:
            if mark and mark[1].startswith(fence) and not one[mark.end() :].strip():
                fence = b""
        elif mark:
            fence = mark[1]
        elif b"<!--" in one:
            comment = one.rfind(b"-->") < one.rfind(b"<!--")
        else:
            found.append((at, at + len(one)))
        at += len(one)
    return found, bool(fence) or comment
