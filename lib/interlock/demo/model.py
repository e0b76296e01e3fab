"""A model that says what its script says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from interlock.demo.server import Json, Server

_LONGEST = 15.0
_ids = count(1)


@dataclass(frozen=True)
class Result:
    """What the model was told about one of its tool calls."""

    text: str
    is_error: bool


@dataclass(frozen=True)
class Turn:
    """One tool call, made out of the results so far; none (an empty tool name) ends the conversation."""

    tool: str = ""
    given: Callable[[list[Result]], Json] = lambda _results: {}
    after: tuple[str, int] | None = None
    """Said only once this conversation has come to this turn."""


class Model:
    """A script for each conversation, known by a marker in its prompt; the turn is the number of the model's
    messages in the request."""

    def __init__(self, scripts: dict[str, list[Turn]]) -> None:
        self.scripts = scripts
        self.results: dict[str, list[Result]] = {marker: [] for marker in scripts}
        self.turns = dict.fromkeys(scripts, -1)
        self._moved = threading.Condition()
        self._server = Server(self.answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()

    def _may_say(self, turn: Turn) -> bool:
        return turn.after is None or self.turns[turn.after[0]] >= turn.after[1]

    def answer(self, body: Json) -> list[Json]:
        """The next turn's content blocks."""
        messages = body.get("messages", [])
        first = json.dumps(messages[:1])
        marker = next((name for name in self.scripts if name in first), None) if body.get("tools") else None
        if marker is None:  # a title for the session, or the like
            return [{"type": "text", "text": "ok"}]
        number = sum(message["role"] == "assistant" for message in messages)
        script = self.scripts[marker]
        turn = script[number] if number < len(script) else Turn()
        with self._moved:
            self.results[marker] = _results(messages)
            self.turns[marker] = max(self.turns[marker], number)
            self._moved.notify_all()
            self._moved.wait_for(lambda: self._may_say(turn), _LONGEST)
            given = turn.given(self.results[marker])
        if not turn.tool:
            return [{"type": "text", "text": "done"}]
        return [{"type": "tool_use", "id": f"toolu_{next(_ids):024d}", "name": turn.tool, "input": given}]


def _results(messages: list[Json]) -> list[Result]:
    blocks = [b for m in messages if isinstance(m["content"], list) for b in m["content"]]
    return [
        Result(_text(block.get("content")), bool(block.get("is_error")))
        for block in blocks
        if block.get("type") == "tool_result"
    ]


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(_text(block.get("text")) for block in content if isinstance(block, dict))
    return content if isinstance(content, str) else ""
