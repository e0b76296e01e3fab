"""What agents cost: the description at every start of a session, the prompt at every start of the agent."""

from __future__ import annotations

from typing import NamedTuple

from interlock.contracts.source import Source

BYTES_PER_TOKEN = 4
"""A rule of thumb for English: the client's tokenizer is not published, so figures made with it are estimates."""


class Cost(NamedTuple):
    """Of one agent. ``description`` and ``prompt`` in bytes, ``lines`` those of the prompt."""

    agent: str
    file: str
    description: int
    prompt: int
    lines: int


def cost(source: Source) -> Cost:
    """Of the agent as the client takes it: the description is loaded with the name, the prompt is what stands
    after the front matter."""
    said = f"{source.name}: {source.front.get('description', '')}"
    body = source.body.strip("\n")
    return Cost(source.name, source.shown, _size(said), _size(body), body.count("\n") + bool(body))


def tokens(size: int) -> int:
    """Estimated, of that many bytes."""
    return -(-size // BYTES_PER_TOKEN)


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
