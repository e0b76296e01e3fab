"""The client's JSON: the one place that knows Claude Code's keys (measured on 2.1.197 and 2.1.329).

The actor is (session_id, agent_id): inside a subagent every tool hook carries agent_id, while session_id
stays the parent's.
"""

from interlock.words.decision import ASK, DENY, Decision
from interlock.words.faults import Unreadable
from interlock.words.jsontext import dumps, loads

WRITERS = {
    "Write": "file_path",
    "Edit": "file_path",
    "MultiEdit": "file_path",
    "NotebookEdit": "notebook_path",
}
READERS = {"Read": "file_path", "NotebookRead": "notebook_path"}
SHELLS = frozenset({"Bash", "PowerShell", "Monitor", "REPL"})
PATH_KEYS = frozenset(
    "path file_path filePath filepath file filename file_name notebook_path target_file target_path "
    "relative_path absolute_path source destination src dst new_path old_path uri paths files file_paths".split()
)
"""Keys under which MCP tools carry paths (filesystem, editor and notebook servers in use in 2026)."""
READING_WORDS = frozenset(
    "read get list ls search find view show stat info grep glob describe tree directory count diff query "
    "fetch open exists head tail cat lookup inspect preview check".split()
)
FOLDER_WORDS = frozenset("move rename mv delete remove rm copy cp replace unlink trash".split())
_DEEP = 4


class Call:
    """One hook call. Texts are "" and objects {} where the client sent none."""

    __slots__ = (
        "agent", "agent_type", "cwd", "duration_ms", "event", "input", "output", "reason", "session", "source",
        "tool", "use_id",
    )  # fmt: skip

    def __init__(self, data: object, event: str) -> None:
        if not isinstance(data, dict):
            raise Unreadable("the hook input is not an object")
        self.event = event
        if _text(data, "hook_event_name") not in (event, ""):
            raise Unreadable(f"the hook for {event} was called for another event")
        self.session = _text(data, "session_id")
        if not self.session:
            raise Unreadable("the hook input names no session")
        self.agent = _text(data, "agent_id")
        self.agent_type = _text(data, "agent_type")
        self.cwd = _text(data, "cwd")
        self.tool = _text(data, "tool_name")
        self.use_id = _text(data, "tool_use_id")
        self.source = _text(data, "source")
        self.reason = _text(data, "reason")
        given = data.get("tool_input")
        self.input: dict[str, object] = given if isinstance(given, dict) else {}
        told = data.get("tool_response")
        self.output: dict[str, object] = told if isinstance(told, dict) else {}
        took = data.get("duration_ms")
        self.duration_ms = float(took) if isinstance(took, int | float) and 0 <= took < 1e9 else 0.0

    @property
    def is_shell(self) -> bool:
        return self.tool in SHELLS

    @property
    def in_background(self) -> bool:
        """Whether a shell command goes on after its PostToolUse (live: ``backgroundTaskId`` in the response)."""
        named = self.output.get("backgroundTaskId") or self.input.get("run_in_background") is True
        return self.is_shell and (bool(named) or self.tool == "Monitor")

    @property
    def is_mcp(self) -> bool:
        return self.tool.startswith("mcp__")

    @property
    def command(self) -> str:
        return _text(self.input, "command") or _text(self.input, "code")


def parse(raw: bytes, event: str) -> Call:
    """The call in a hook's input. Raises Unreadable."""
    return Call(loads(raw), event)


def written(call: Call, shapes: dict[str, list[str]]) -> list[str]:
    """The paths that the call would write, as spelled. ``shapes`` (from config) names the path keys of MCP
    tools; [] says that the tool writes nothing. Raises Unreadable where a writer names no path."""
    if call.tool in WRITERS:
        path = call.input.get(WRITERS[call.tool])
        if not isinstance(path, str) or not path:
            raise Unreadable(f"{call.tool} names no {WRITERS[call.tool]}")
        return [path]
    if not call.is_mcp:
        return []
    if call.tool in shapes:
        return _paths(call.input, frozenset(shapes[call.tool]))
    return [] if _reads_only(call.tool) else _paths(call.input, PATH_KEYS)


def read(call: Call) -> list[str]:
    """The paths whose content the call showed its agent."""
    if call.tool in READERS:
        path = call.input.get(READERS[call.tool])
        return [path] if isinstance(path, str) and path else []
    if call.is_mcp and _reads_only(call.tool):
        return _paths(call.input, PATH_KEYS)
    return []


class Excerpt:
    """Lines of a file as the Read tool showed them; ``first`` is the first one's number, from 1."""

    __slots__ = ("first", "text")

    def __init__(self, first: int, text: str) -> None:
        self.first = first
        self.text = text


def excerpt(call: Call) -> Excerpt | None:
    """What the Read tool returned of a text file: without its byte order mark, CRLF told as LF (live, 2.1.197
    and 2.1.329). None for notebooks, pictures, and what was not shown again since it did not change."""
    file = call.output.get("file")
    if call.tool != "Read" or call.output.get("type") != "text" or not isinstance(file, dict):
        return None
    first, text = file.get("startLine"), file.get("content")
    return Excerpt(first, text) if isinstance(first, int) and first > 0 and isinstance(text, str) else None


def _reads_only(tool: str) -> bool:
    """Whether an MCP tool's own name says that it reads: ``mcp__server__read_file``. Others may write."""
    return _words(tool)[0] in READING_WORDS


def takes_folders(tool: str) -> bool:
    """Whether an MCP tool that is given a folder changes all of it (``move_file``, ``delete_directory``).
    Others (a search, a build, ``create_directory``) would only be in everybody's way with a lock on it."""
    return not FOLDER_WORDS.isdisjoint(_words(tool))


def _words(tool: str) -> list[str]:
    """The words of an MCP tool's own name: ``mcp__server__moveFile`` has move and file."""
    name = tool.rpartition("__")[2].replace("-", "_")
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_").split("_")


def _paths(value: object, keys: frozenset[str], deep: int = 0) -> list[str]:
    found: list[str] = []
    if deep > _DEEP:
        return found
    if isinstance(value, list):
        for item in value:
            found += _paths(item, keys, deep + 1)
    if isinstance(value, dict):
        for key, item in value.items():
            if key in keys:
                items = item if isinstance(item, list) else [item]
                found += [path for one in items if isinstance(one, str) and (path := _local(one))]
            if isinstance(item, dict | list):
                found += _paths(item, keys, deep + 1)
    return list(dict.fromkeys(found))


def _local(text: str) -> str:
    """A path, or the path of a file: URI; "" for other URIs."""
    if text.startswith("file://"):
        rest = text[7:]
        raw, parts = b"", rest[rest.find("/") :].split("%") if "/" in rest else [""]
        raw = parts[0].encode("utf-8", "surrogatepass")
        for part in parts[1:]:
            try:
                raw += bytes.fromhex(part[:2]) + part[2:].encode("utf-8", "surrogatepass")
            except ValueError:
                raw += b"%" + part.encode("utf-8", "surrogatepass")
        return raw.decode("utf-8", "surrogateescape")
    return "" if "://" in text[:32] else text


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def answer(call_event: str, decision: Decision, given: dict[str, object]) -> str:
    """What to print for a decision; "" for nothing to say. ALLOW is never sent to the client: it would
    skip the user's own permission rules."""
    told: dict[str, object] = {}
    if decision.verdict in (DENY, ASK):
        told["permissionDecision"] = decision.verdict
        told["permissionDecisionReason"] = decision.sentence
    if decision.context:
        told["additionalContext"] = decision.context
    if decision.command:
        told["updatedInput"] = {**given, "command": decision.command}
    if not told:
        return ""
    return dumps({"hookSpecificOutput": {"hookEventName": call_event, **told}})
