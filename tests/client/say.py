"""Short names for the tool calls that the scripts make."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .run import TOOLS
from .script import Tool

FILER = Path(__file__).with_name("filer.py")


def read(path: object) -> Tool:
    """Read a file."""
    return Tool("Read", {"file_path": str(path)})


def write(path: object, content: str) -> Tool:
    """Write a whole file. Clients before 2.1.228 want it read first where it exists."""
    return Tool("Write", {"file_path": str(path), "content": content})


def edit(path: object, old: str, new: str) -> Tool:
    """Replace a string in a file that was read."""
    return Tool("Edit", {"file_path": str(path), "old_string": old, "new_string": new})


def bash(command: str) -> Tool:
    """Run a command."""
    return Tool("Bash", {"command": command, "description": "a step"})


def agent(prompt: str, **extra: object) -> Tool:
    """Start a subagent; its script goes by the marker in the prompt."""
    task = {"description": "a task", "prompt": prompt, "subagent_type": "general-purpose"}
    return Tool("Agent", {**task, **extra})


def save(path: object, text: str) -> Tool:
    """Write a file through the MCP server."""
    return Tool("mcp__files__save_file", {"path": str(path), "text": text})


def load(path: object) -> Tool:
    """Read a file through the MCP server."""
    return Tool("mcp__files__read_file", {"path": str(path)})


def filer(**arguments: object) -> dict[str, Any]:
    """Arguments for `Client.start` that bring the MCP server, its tools allowed."""
    server = {"command": sys.executable, "args": ["-I", "-S", str(FILER)]}
    config = json.dumps({"mcpServers": {"files": server}})
    allowed = (*TOOLS, "mcp__files__save_file", "mcp__files__read_file")
    return {"session_args": ("--mcp-config", config), "allowed": allowed, **arguments}
