"""What the pack brings beside the hooks: agents, commands, and the page for agents that a CLAUDE.md imports."""

from pathlib import Path
from typing import NamedTuple

PAGE = "interlock.md"
END = "<!-- Interlock's own repository: "
"""Begins the line of CLAUDE.md from which on it is for who works on Interlock itself."""
COMMANDS = "commands/interlock"
"""The client names commands after their folder: `/interlock:status`."""


class Piece(NamedTuple):
    """A file to be put below `.claude`: its name there, its bytes, and where it comes from."""

    name: str
    data: bytes
    source: Path


def pieces(pack: Path) -> list[Piece]:
    """All that ``pack`` brings; nothing where it is only hooks."""
    found = [Piece(f"agents/{file.name}", file.read_bytes(), file) for file in sorted(pack.glob("agents/*.md"))]
    found += [
        Piece(f"{COMMANDS}/{file.name}", file.read_bytes(), file) for file in sorted(pack.glob("commands/*.md"))
    ]
    whole = pack / "CLAUDE.md"
    return [*found, Piece(PAGE, page(whole.read_bytes()), whole)] if whole.is_file() else found


def page(whole: bytes) -> bytes:
    """The part of CLAUDE.md that is for agents in any repository."""
    return whole.partition(b"\n" + END.encode())[0].rstrip() + b"\n"
