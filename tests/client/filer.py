"""A tiny stdio MCP server with a tool that writes a file and one that reads one."""

import json
import sys
from typing import Any

_PATH = {"path": {"type": "string"}}
_TOOLS: list[dict[str, Any]] = [
    {"name": "save_file", "description": "writes", "inputSchema": {"type": "object", "properties": _PATH}},
    {"name": "read_file", "description": "reads", "inputSchema": {"type": "object", "properties": _PATH}},
]


def use(name: str, arguments: dict[str, Any]) -> str:
    """What the tool says after doing its work."""
    if name == "read_file":
        with open(arguments["path"], encoding="utf-8") as file:
            return file.read()
    with open(arguments["path"], "w", encoding="utf-8") as file:
        file.write(arguments["text"])
    return "saved"


def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The result of a request."""
    if method == "initialize":
        named = {"serverInfo": {"name": "files", "version": "1"}, "capabilities": {"tools": {}}}
        return {"protocolVersion": params["protocolVersion"], **named}
    if method == "tools/list":
        return {"tools": _TOOLS}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": use(params["name"], params["arguments"])}]}
    return {}


def main() -> None:
    """One JSON message a line, until the input ends; notifications get no answer."""
    for line in sys.stdin:
        message = json.loads(line)
        if "id" in message:
            result = answer(message["method"], message.get("params", {}))
            print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)


if __name__ == "__main__":
    main()
