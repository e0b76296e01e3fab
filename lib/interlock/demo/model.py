"""A model that says what its script says: the Messages API on a loopback port, as far as the client needs it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

Json = dict[str, Any]
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
        model = self

        class Handler(_Handler):
            answer = staticmethod(model.answer)

        self._server = _Server(("127.0.0.1", 0), Handler)
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is ended in the middle of an answer is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Callable[[Json], list[Json]]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base names it
        """Says nothing."""

    def do_GET(self) -> None:
        self._send(404, b"{}")

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        body: Json = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        path = self.path.partition("?")[0]
        if path.endswith("/count_tokens"):
            self._send(200, b'{"input_tokens": 10}')
        elif not path.endswith("/v1/messages"):
            self._send(404, b"{}")
        else:
            whole = _message(str(body.get("model", "scripted")), self.answer(body))
            if body.get("stream"):
                self._send(200, b"".join(_stream(whole)), "text/event-stream")
            else:
                self._send(200, json.dumps(whole).encode())

    def _send(self, status: int, data: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


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


def _message(model: str, content: list[Json]) -> Json:
    return {
        "id": f"msg_{next(_ids):024d}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "tool_use" if content[0]["type"] == "tool_use" else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 10},
    }


def _stream(whole: Json) -> Iterator[bytes]:
    """The message as the public API streams it."""
    yield _event({"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}})
    for index, block in enumerate(whole["content"]):
        if block["type"] == "text":
            start, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            start = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield _event({"type": "content_block_start", "index": index, "content_block": start})
        yield _event({"type": "content_block_delta", "index": index, "delta": delta})
        yield _event({"type": "content_block_stop", "index": index})
    stop = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": stop, "usage": whole["usage"]})
    yield _event({"type": "message_stop"})


def _event(data: Json) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()
