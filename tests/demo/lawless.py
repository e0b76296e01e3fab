"""Stands in for the client, without its hooks: asks the model, does what it says, tells it what came of it.

Started as `python lawless.py MODE -p MARKER ...`. MODE says what becomes of B's first write: `free` (done),
`own-rules` (refused by the client itself), `obeys` (refused as a hook would have refused it).
"""

import json
import os
import subprocess
import sys
import urllib.request
from typing import Any

mode, _, marker = sys.argv[1:4]
SENTENCE = "Interlock: notes.txt is held by session 1. You may wait with `interlock lock wait FILE`."
written = 0


def ask(messages: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    """One answer of the model's."""
    body = json.dumps({"model": "m", "messages": messages, **more}).encode()
    request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages?beta=true", body)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def act(name: str, given: dict[str, str]) -> tuple[str, bool]:
    """(what the model is told, whether it is an error)."""
    global written
    if name == "Bash":
        # This client leaves the waiting to the session's end of the other one, and finds the file free.
        done = subprocess.run(["sh", "-c", "echo got notes.txt"], capture_output=True, text=True, check=False)
        return done.stdout, False
    if name == "Write":
        written += 1
        if marker == "SESSION-B" and written == 1 and mode != "free":
            return (SENTENCE if mode == "obeys" else "This folder is not trusted."), True
        with open(given["file_path"], "w") as file:
            file.write(given["content"])
        return "written", False
    return "read", False


ask([{"role": "user", "content": "a title, please"}])  # without tools: not the script's business
messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": f"do {marker} now"}]}]
while (block := ask(messages, tools=[{}])["content"][0])["type"] == "tool_use":
    text, is_error = act(block["name"], block["input"])
    result = {"type": "tool_result", "tool_use_id": block["id"], "content": text, "is_error": is_error}
    messages += [{"role": "assistant", "content": [block]}, {"role": "user", "content": [result]}]
