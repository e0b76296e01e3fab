"""A loopback server that plays the Anthropic Messages API from a script."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from interlock.install import pack

from .script import DONE, Before, Block, Json, Scripts, Text, TurnSpec, message, speak
from .server import Server

PAGE = pack.page((Path(__file__).parents[2] / "CLAUDE.md").read_bytes()).decode().strip()


class ToolResult(NamedTuple):
    """What the model was told about one of its tool calls."""

    tool_use_id: str
    text: str
    is_error: bool


class Model:
    """Scripts by marker; the turn is the number of assistant messages in the request.

    The longest marker in the first user message wins. The client adds text of its own there, so take a
    marker that no prose contains. ``answers``: marker, messages, and what was said to them, in order.
    """

    def __init__(self, scripts: Scripts | None = None) -> None:
        """Serve at once, on a free port."""
        self.scripts: dict[str, list[TurnSpec]] = {k: list(v) for k, v in (scripts or {}).items()}
        self.requests: list[tuple[str | None, Json]] = []
        self.answers: list[tuple[str, list[Json], Json]] = []
        self.errors: list[str] = []
        self._lock = threading.Lock()
        self._reached: defaultdict[tuple[str, int], threading.Event] = defaultdict(threading.Event)
        self._server = Server(self.answer, self.errors)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def reached(self, marker: str, turn: int) -> threading.Event:
        """Set once the model is asked for this turn (0 is the first)."""
        with self._lock:
            return self._reached[marker, turn]

    def after(self, marker: str, turn: int, timeout: float = 30) -> Before:
        """A `before` that waits until another conversation is asked for that turn."""

        def wait() -> None:
            if not self.reached(marker, turn).wait(timeout):
                raise TimeoutError(f"{marker!r} never came to turn {turn}")

        return wait

    def of(self, marker: str) -> list[Json]:
        """All requests of the conversations with this marker, in order."""
        with self._lock:
            return [body for name, body in self.requests if name == marker]

    def tool_results(self, marker: str) -> list[ToolResult]:
        """Every tool result these conversations saw, each once, in order."""
        found: dict[str, ToolResult] = {}
        for body in self.of(marker):
            for block in _blocks(body):
                if block.get("type") == "tool_result":
                    key = str(block["tool_use_id"])
                    error = bool(block.get("is_error"))
                    found.setdefault(key, ToolResult(key, text_of(block.get("content")), error))
        return list(found.values())

    def seen_text(self, marker: str) -> str:
        """All text not its own that these conversations saw: prompts, reminders, results. Interlock's page for
        agents is left out: it has words of most refusals."""
        found: dict[str, None] = {}
        for body in self.of(marker):
            for block in _blocks(body):
                found.setdefault(text_of([block]))
        return "\n".join(found).replace(PAGE, "")

    def answer(self, body: Json) -> Json:
        """Record a request and speak the next turn of its conversation."""
        messages: list[Json] = body.get("messages", [])
        marker = self._marker(messages) if body.get("tools") else None
        turn = sum(m["role"] == "assistant" for m in messages)
        with self._lock:
            self.requests.append((marker, body))
            event = self._reached[marker, turn] if marker is not None else threading.Event()
        event.set()
        blocks: list[Block] = [Text("ok")]
        if marker is not None:
            script = self.scripts[marker]
            blocks = list(speak(script[turn] if turn < len(script) else DONE, messages))
        answer = message(body.get("model", "scripted"), blocks)
        if marker is not None:
            with self._lock:
                self.answers.append((marker, messages, answer))
        return answer

    def _marker(self, messages: list[Json]) -> str | None:
        first = next((m for m in messages if m["role"] == "user"), {})
        text = text_of(first.get("content"))
        return max((m for m in self.scripts if m in text), key=len, default=None)


def blocks_of(message: Json) -> list[Json]:
    """The blocks of a message; one that is a text is one block."""
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _blocks(body: Json) -> list[Json]:
    others = [one for one in body.get("messages", []) if one["role"] != "assistant"]
    return [block for one in others for block in blocks_of(one)]


def text_of(content: object) -> str:
    """The text of a message's content, or of a block's."""
    if isinstance(content, str):
        return content
    blocks = [b for b in content if isinstance(b, dict)] if isinstance(content, list) else []
    return "\n".join(b.get("text") or text_of(b.get("content")) for b in blocks)
