"""The Messages API on a loopback port, as far as the client needs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, cast

Json = dict[str, Any]
_ids = count(1)


class Server(ThreadingHTTPServer):
    """On a free loopback port. ``answer`` makes an answer's content blocks out of a request."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Json], list[Json]]) -> None:
        self.answer = answer
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is ended in the middle of an answer is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

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
            whole = _message(str(body.get("model", "scripted")), cast(Server, self.server).answer(body))
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
