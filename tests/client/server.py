"""The HTTP side of the scripted model."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from .script import Json, stream


class Server(ThreadingHTTPServer):
    """Loopback only, on a free port."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Json], Json], errors: list[str]) -> None:
        """Ask `answer` for every message; what it raises goes to `errors` and, as a 400, to the client."""
        self.answer = answer
        self.errors = errors
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle of an answer is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base names it)
        """Say nothing: a test's output is the test's."""

    def do_GET(self) -> None:
        self._fail(404, "not_found_error", self.path)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body: Json = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        path = self.path.partition("?")[0]
        if path.endswith("/count_tokens"):
            return self._send(200, {"input_tokens": 10})
        if not path.endswith("/v1/messages"):
            return self.do_GET()
        server = cast(Server, self.server)
        if server.errors:  # the client asks again after a failure; do not wait again
            return self._fail(400, "invalid_request_error", server.errors[0])
        try:
            answer = server.answer(body)
        except Exception as error:
            server.errors.append(repr(error))
            return self._fail(400, "invalid_request_error", repr(error))
        if not body.get("stream"):
            return self._send(200, answer)
        return self._send(200, b"".join(stream(answer)), "text/event-stream")

    def _fail(self, status: int, kind: str, text: str) -> None:
        self._send(status, {"type": "error", "error": {"type": kind, "message": text}})

    def _send(self, status: int, body: Json | bytes, kind: str = "application/json") -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
