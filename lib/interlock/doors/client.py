"""The client's JSON: the one place that knows Claude Code's keys (measured on 2.1.197 and 2.1.329).

The actor is (session_id, agent_id): inside a subagent every tool hook carries agent_id, while session_id
stays the parent's.
"""

from interlock.words.decision import ASK, DENY, Decision
from interlock.words.faults import Unreadable
from interlock.words.jsontext import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from interlock.doors.mcp.commands import Carried

WRITERS = {
    "Write": "file_path",
    "Edit": "file_path",
    "MultiEdit": "file_path",
    "NotebookEdit": "notebook_path",
}
READERS = {"Read": "file_path", "NotebookRead": "notebook_path"}
SHELLS = frozenset({"Bash", "PowerShell", "Monitor", "REPL"})
LAUNCHERS = frozenset({"Agent", "Task"})
"""What starts subagents; its older name is the second."""
GENERAL = "general-purpose"
"""The type of a subagent that is started without one."""
_NOTICE = "<task-notification"
_FIRST, _LINES = 1 << 20, 20  # bytes and lines of a transcript's beginning that are looked at


class Call:
    """One hook call. Texts are "" and objects {} where the client sent none. ``use_id`` is the client's, made the
    agent's own where it may be another's too."""

    __slots__ = (
        "_carried", "_data", "agent", "agent_type", "cwd", "duration_ms", "event", "input", "named", "output",
        "reason", "session", "source", "tool", "use_id",
    )  # fmt: skip

    def __init__(self, data: object, event: str) -> None:
        if not isinstance(data, dict):
            raise Unreadable("the hook input is not an object")
        self.event = event
        self._data = data
        if _text(data, "hook_event_name") not in (event, ""):
            raise Unreadable(f"the hook for {event} was called for another event")
        self.session = _text(data, "session_id")
        if not self.session:
            raise Unreadable("the hook input names no session")
        self.agent = _text(data, "agent_id")
        self.agent_type = _text(data, "agent_type")
        self.cwd = _text(data, "cwd")
        self.tool = _text(data, "tool_name")
        self.use_id = _own(_text(data, "tool_use_id"), self.session, self.agent)
        self.source = _text(data, "source")
        self.reason = _text(data, "reason")
        given = data.get("tool_input")
        self.input: dict[str, object] = given if isinstance(given, dict) else {}
        told = data.get("tool_response")
        self.output: dict[str, object] = told if isinstance(told, dict) else {}
        self.named = False
        self._carried: Carried | Literal[False] | None = False
        took = data.get("duration_ms")
        self.duration_ms = float(took) if isinstance(took, int | float) and 0 <= took < 1e9 else 0.0

    @property
    def is_shell(self) -> bool:
        """Whether it runs a command; an MCP tool may, unless the config says what it writes (``named``)."""
        return self.tool in SHELLS or self.carried is not None

    @property
    def carried(self) -> "Carried | None":
        """What an MCP tool would run."""
        if not self.is_mcp or self.named:
            return None
        if self._carried is False:
            from interlock.doors.mcp import commands

            self._carried = commands.carried(self.tool, self.input)
        return self._carried

    @property
    def in_background(self) -> bool:
        """Whether a shell command goes on after its PostToolUse (live: ``backgroundTaskId`` in the response)."""
        named = self.output.get("backgroundTaskId") or self.input.get("run_in_background") is True
        return self.is_shell and (bool(named) or self.tool == "Monitor")

    @property
    def is_mcp(self) -> bool:
        return self.tool.startswith("mcp__")

    @property
    def starts_agent(self) -> bool:
        return self.tool in LAUNCHERS

    @property
    def launches(self) -> str:
        """The type of the subagent that the call would start."""
        return _text(self.input, "subagent_type") or GENERAL

    @property
    def isolated(self) -> bool:
        """Whether the subagent that the call would start gets a worktree of its own, by the call's words."""
        return self.input.get("isolation") == "worktree"

    @property
    def prompt(self) -> str:
        """What the user says (UserPromptSubmit), or a subagent is told (the tool that starts it). What the client
        says in the user's place when a background task ends holds an agent's words: none (live, 2.1.329)."""
        said = _text(self.input, "prompt") or _text(self._data, "prompt")
        return "" if said.lstrip().startswith(_NOTICE) else said

    @property
    def waits(self) -> bool:
        """At a stop: whether subagents of the agent work on in the background, and will wake it. A subagent's own
        stop lists itself (live, 2.1.329)."""
        tasks = self._data.get("background_tasks")
        return any(
            isinstance(task, dict)
            and (task.get("type"), task.get("status")) == ("subagent", "running")
            and task.get("id") != self.agent
            for task in (tasks if isinstance(tasks, list) else ())
        )

    @property
    def started(self) -> str:
        """The id of the subagent that was started in the background and works on."""
        return _text(self.output, "agentId") if self.output.get("status") == "async_launched" else ""

    @property
    def printed(self) -> str:
        """What a shell command printed, as far as its agent was shown it."""
        return _text(self.output, "stdout")

    @property
    def message(self) -> str:
        """The agent's last one, at its stop."""
        return _text(self._data, "last_assistant_message")

    def first_prompt(self) -> str:
        """What the subagent was told, by its transcript; "" where that can't be read. Only SubagentStop has its
        path; else it is beside the session's (live, 2.1.197 and 2.1.329)."""
        import os

        session = _text(self._data, "transcript_path").removesuffix(".jsonl")
        path = _text(self._data, "agent_transcript_path") or f"{session}/subagents/agent-{self.agent}.jsonl"
        if not path.endswith(f"/agent-{self.agent}.jsonl"):
            return ""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                raw = os.read(handle, _FIRST)
            finally:
                os.close(handle)
        except (OSError, ValueError):
            return ""
        for line in raw.split(b"\n", _LINES)[:_LINES]:
            if text := _said(line):
                return text
        return ""

    @property
    def command(self) -> str:
        if self.is_mcp:
            return self.carried.text if self.carried is not None else ""
        return _text(self.input, "command") or _text(self.input, "code")


def _own(use_id: str, session: str, agent: str) -> str:
    """Some gateways number tool_use_ids anew in every answer ("call_0"), so that two agents have the same at once:
    such an id gets a digest of whose it is. The service's own begin with "toolu_" and are unique."""
    if not use_id or use_id.startswith("toolu_"):
        return use_id
    from _blake2 import blake2b

    whose = blake2b(f"{session}\0{agent}".encode("utf-8", "surrogatepass"), digest_size=4)
    return f"{use_id}-{whose.hexdigest()}"


def parse(raw: bytes, event: str) -> Call:
    """The call in a hook's input. Raises Unreadable."""
    return Call(loads(raw), event)


def written(call: Call, shapes: dict[str, list[str]]) -> list[str]:
    """The paths that the call would write, as spelled. ``shapes`` (from config) names the path keys of MCP
    tools; [] says that the tool writes nothing. Raises Unreadable where that can't be told."""
    if call.tool in WRITERS:
        path = call.input.get(WRITERS[call.tool])
        if not isinstance(path, str) or not path:
            raise Unreadable(f"{call.tool} names no {WRITERS[call.tool]}")
        return [path]
    if not call.is_mcp:
        return []
    from interlock.doors.mcp import paths

    return paths.written(call.tool, call.input, shapes.get(call.tool))


def read(call: Call) -> list[str]:
    """The paths whose content the call showed its agent."""
    if call.tool in READERS:
        path = call.input.get(READERS[call.tool])
        return [path] if isinstance(path, str) and path else []
    if call.is_mcp:
        from interlock.doors.mcp import paths

        return paths.read(call.tool, call.input)
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


def part(call: Call) -> tuple[int, int] | None:
    """(first line from 1, how many; 0 for all that follow) of the part of a file that the Read tool was asked for;
    None for the whole."""
    first, lines = max(1, _number(call.input.get("offset"))), _number(call.input.get("limit"))
    return (first, lines) if call.tool == "Read" and (first > 1 or lines) else None


def _number(value: object) -> int:
    """What a model gives as a number, be it in quotes; 0 for anything else."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        return int(value)
    return int(value) if isinstance(value, int | float) and 0 < value < 1e18 else 0


def texts(call: Call) -> tuple[str | None, str | None]:
    """(the file's text that a Write or Edit found, the text that it made of it), None for what its Post does not
    tell. The first is the response's ``originalFile``, null where there was no file (live, 2.1.329)."""
    if call.tool not in ("Write", "Edit"):
        return None, None
    found = call.output["originalFile"] or "" if "originalFile" in call.output else None
    original = found if isinstance(found, str) else None
    if call.tool == "Write":
        return original, _text(call.input, "content")
    old, new = _text(call.input, "old_string"), _text(call.input, "new_string")
    if original is None or old not in original:
        return original, None
    return original, original.replace(old, new, -1 if call.input.get("replace_all") is True else 1)


def _said(line: bytes) -> str:
    """What a line of a transcript has the user say; "" for every other line, and for half a one."""
    try:
        data = loads(line)
    except Unreadable:
        return ""
    said = data.get("message") if isinstance(data, dict) else None
    if not isinstance(said, dict) or said.get("role", "user") != "user":
        return ""
    content = said.get("content")
    if isinstance(content, list):
        return "\n".join(_text(block, "text") for block in content if isinstance(block, dict))
    return content if isinstance(content, str) else ""


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def answer(call_event: str, decision: Decision, given: dict[str, object]) -> str:
    """What to print for a decision; "" for nothing to say. ALLOW is never sent to the client: it would
    skip the user's own permission rules. A DENY of a stop makes the agent go on."""
    told: dict[str, object] = {}
    if call_event in ("Stop", "SubagentStop"):
        return dumps({"decision": "block", "reason": decision.sentence}) if decision.verdict == DENY else ""
    if decision.verdict in (DENY, ASK):
        told["permissionDecision"] = decision.verdict
        told["permissionDecisionReason"] = decision.sentence
    if decision.context:
        told["additionalContext"] = decision.context
    if decision.command:
        # what starts subagents has a prompt where a shell has its command
        key = "prompt" if "prompt" in given and "command" not in given else "command"
        told["updatedInput"] = {**given, key: decision.command}
    if not told:
        return ""
    return dumps({"hookSpecificOutput": {"hookEventName": call_event, **told}})
