"""The corpus, read on a disk in memory: no command that writes is quiet, no benign one names a held file."""

import pytest

from .cases import ALSO_HELD, HELD, benign, writes
from .reader import reading
from .scratch import FILES

HELD_PATHS = {f"/repo/{HELD}", f"/repo/{ALSO_HELD}"}
DISK = (*FILES, ".git/HEAD")
FEW = 60
"""Commands in a test: one process of shfmt each."""


@pytest.mark.parametrize("start", range(0, len(writes()), FEW))
def test_no_command_that_writes_is_quiet(start: int) -> None:
    """Read or unread, never waved through. A new folder in a file's place is the one that is let be."""
    for case in writes()[start : start + FEW]:
        found = reading(case.command, files=DISK)
        assert not found.quiet or case.command.startswith("mkdir "), case.id


@pytest.mark.parametrize("start", range(0, len(benign()), FEW))
def test_no_benign_command_writes_a_held_file(start: int) -> None:
    """By its words; folders as a whole included."""
    for case in benign()[start : start + FEW]:
        for write in reading(case.command, files=DISK).writes:
            below = {path for path in HELD_PATHS if write.tree and path.startswith(f"{write.path}/")}
            assert not below and write.path not in HELD_PATHS, (case.id, write)
