"""What a scripted model says: blocks, turns, and the streamed form of an answer."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Before: TypeAlias = Callable[[], object]

_ids = itertools.count(1)


@dataclass(frozen=True)
class Text:
    """A text block."""

    text: str
    before: Before | None = None


@dataclass(frozen=True)
class Tool:
    """A tool_use block; its id is new in every answer."""

    name: str
    input: Mapping[str, object] = field(default_factory=dict)
    before: Before | None = None


Block: TypeAlias = Text | Tool


@dataclass(frozen=True)
class Turn:
    """A list of blocks with something to do (or wait for) before it is said."""

    blocks: Sequence[Block]
    before: Before | None = None


TurnSpec: TypeAlias = Turn | Sequence[Block] | Callable[[list[Json]], Sequence[Block]]
Scripts: TypeAlias = Mapping[str, Sequence[TurnSpec]]

DONE: tuple[Block, ...] = (Text("done"),)


def speak(turn: TurnSpec, messages: list[Json]) -> Sequence[Block]:
    """The turn's blocks, after everything that had to come before them."""
    if isinstance(turn, Turn):
        if turn.before is not None:
            turn.before()
        blocks = turn.blocks
    elif callable(turn):
        blocks = turn(messages)
    else:
        blocks = turn
    for block in blocks:
        if block.before is not None:
            block.before()
    return blocks


def message(model: str, blocks: Sequence[Block]) -> Json:
    """A whole Messages API answer."""
    content: list[Json] = []
    for block in blocks:
        if isinstance(block, Text):
            content.append({"type": "text", "text": block.text})
        else:
            use = {"id": f"toolu_{next(_ids):024d}", "name": block.name, "input": dict(block.input)}
            content.append({"type": "tool_use", **use})
    return {
        "id": f"msg_{next(_ids):024d}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "tool_use" if any(isinstance(b, Tool) for b in blocks) else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 10},
    }


def stream(answer: Json) -> Iterator[bytes]:
    """The same answer as server-sent events, in the public API's order."""
    head = {**answer, "content": [], "stop_reason": None}
    yield _event({"type": "message_start", "message": head})
    for index, block in enumerate(answer["content"]):
        if block["type"] == "text":
            start, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            start = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield _event({"type": "content_block_start", "index": index, "content_block": start})
        yield _event({"type": "content_block_delta", "index": index, "delta": delta})
        yield _event({"type": "content_block_stop", "index": index})
    stop = {"stop_reason": answer["stop_reason"], "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": stop, "usage": answer["usage"]})
    yield _event({"type": "message_stop"})


def _event(data: Json) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()
