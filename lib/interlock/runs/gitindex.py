"""A look into a repository's index file: which paths it has, and which of them are special.

git says the same (``ls-files -v -s``), at the price of a third of ``git status``. Read here are versions 2 and 3
of the format as gitformat-index(5) has it, with SHA-1; of anything else nothing is said, and git is asked.
"""

from __future__ import annotations

import hashlib
import os
from typing import NamedTuple

LINK = "160000"
Listed = dict[str, tuple[str, str, str]]
"""An index as ``ls-files -v -s`` has it: path to (git's letter for its flags, mode, id)."""
_FIXED = 62  # bytes of an entry before its name
_LONG = 0xFFF  # a name of that length or more ends at its NUL


class Special(NamedTuple):
    """``digest`` names the set of paths and flags. ``links`` are submodules (path to id), ``flagged`` the paths at
    which git was told not to look, ``sparse`` whether any is left out of the checkout."""

    digest: str
    links: dict[str, str]
    flagged: list[str]
    sparse: bool


def special(data: bytes) -> Special | None:
    """What the file's content says; None where it is of another kind."""
    if not data:
        return Special("", {}, [], False)
    if data[:4] != b"DIRC" or data[4:8] not in (b"\0\0\0\2", b"\0\0\0\3") or b"link\0" in data:
        return None
    names: list[bytes] = []
    links: dict[str, str] = {}
    flagged: list[str] = []
    odd: list[bytes] = []
    sparse, at = False, 12
    try:
        for _ in range(int.from_bytes(data[8:12])):
            high = data[at + 60]
            start = at + _FIXED + (2 if high & 0x40 else 0)
            length = (high & 0xF) << 8 | data[at + 61]
            end = start + length if length < _LONG else data.index(b"\0", start)
            name = data[start:end]
            names.append(name)
            if high & 0xC0 or data[at + 26] == 0xE0:
                skipped = bool(high & 0x40) and bool(data[at + 62] & 0x40)
                odd += [name, data[at + 24 : at + 28], data[at + 60 : start]]
                sparse = sparse or skipped
                if skipped or high & 0x80:
                    flagged.append(os.fsdecode(name))
                if data[at + 26] == 0xE0:
                    links[os.fsdecode(name)] = data[at + 40 : at + 60].hex()
            at += (end - at + 8) & ~7
    except (IndexError, ValueError):
        return None
    if data[at - 1 : at] != b"\0" and names:
        return None
    digest = hashlib.blake2b(b"\0".join([*names, b"", *odd]), digest_size=16).hexdigest()
    return Special(digest, links, flagged, sparse)


def of_listed(listed: Listed) -> Special:
    """The same, of git's own words."""
    links = {path: name for path, (_, mode, name) in listed.items() if mode == LINK}
    flagged = [path for path, (tag, _, _) in listed.items() if tag.islower() or tag == "S"]
    return Special("", links, flagged, any(tag in "Ss" for tag, _, _ in listed.values()))
