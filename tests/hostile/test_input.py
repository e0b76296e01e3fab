"""Hostile hook input: whatever comes, nothing, or JSON that the client takes, and a write that can't be
understood is refused."""

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile.stage import EVENTS, Stage, answer, verdict

from interlock.guard.entry import respond

QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
GUARDED = ["Write", "Edit", "MultiEdit", "NotebookEdit"]
DEEP = 100_000


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A file held by another session."""
    made = Stage(tmp_path_factory.mktemp("input"))
    made.occupy()
    return made


def strict(stage: Stage, raw: bytes, event: str) -> dict[str, Any]:
    """The answer; no exception may come out of ``respond``, not even one that the entry would catch."""
    began = time.monotonic()
    told = answer(respond(raw, str(stage.root), event, stage.environ, began))
    assert time.monotonic() - began < 5
    if event != "PreToolUse":
        assert "permissionDecision" not in told
    return told


def raw_of(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def big(stage: Stage) -> list[tuple[str, bytes]]:
    """Inputs that no fuzzer finds, by name; all name the held file where they name one."""
    call = stage.write(stage.held)
    text = raw_of(call)
    inside = text.replace(b'"x = 2\\n"', b"%s")
    return [
        ("nothing", b""),
        ("blank", b" \n"),
        ("deep lists", b"[" * DEEP + b"]" * DEEP),
        ("deep objects", b'{"a":' * DEEP + b"1" + b"}" * DEEP),
        ("deep content", inside % (b"[" * DEEP + b"]" * DEEP)),
        ("17 MB", inside % (b'"' + b"x" * (17 << 20) + b'"')),
        ("17 MB of blanks", b" " * (17 << 20) + text),
        ("NUL bytes", b"\0" * 1000),
        ("NUL in the path", raw_of({**call, "tool_input": {"file_path": f"{stage.held}\0.txt", "content": ""}})),
        ("a lone surrogate in the path", text.replace(b"held.py", b"held\\ud800.py")),
        ("a lone surrogate in the session", text.replace(b"intruder", b"intr\\udfffuder")),
        ("bytes that are not UTF-8", text.replace(b"held.py", b"held\xff.py")),
        ("a byte order mark", b"\xef\xbb\xbf" + text),
        ("UTF-16", text.decode().encode("utf-16")),
        ("NaN", inside % b"NaN"),
        ("infinity", inside % b"-Infinity"),
        ("an endless integer", inside % (b"9" * 5000)),
        ("an endless exponent", inside % b"1e99999"),
        ("duplicate keys", text[:-1] + b',"tool_input":{"file_path":' + raw_of(str(stage.held)) + b"}}"),
        ("a duplicate session", text[:-1] + b',"session_id":"another"}'),
        ("two values", text + text),
        ("half a value", text[: len(text) // 2]),
        ("a name of 4,096 bytes", raw_of(stage.write(stage.project / ("n" * 4096)))),
        ("a path of 9,000 bytes", raw_of(stage.write(stage.project / "/".join(["n" * 99] * 90)))),
        ("no session", raw_of({k: v for k, v in call.items() if k != "session_id"})),
        ("another event's name", raw_of({**call, "hook_event_name": "PostToolUse"})),
        ("a session of 100,000 characters", raw_of({**call, "session_id": "s" * 100_000})),
        ("a session with bars", raw_of({**call, "session_id": "holder|main|x\n"})),
    ]


REFUSED = {
    "nothing", "blank", "deep lists", "deep objects", "deep content", "17 MB", "17 MB of blanks", "NUL bytes",
    "NUL in the path", "bytes that are not UTF-8", "a byte order mark", "UTF-16", "NaN", "infinity",
    "an endless integer", "two values", "half a value", "a path of 9,000 bytes", "no session",
    "another event's name", "a name of 4,096 bytes", "an endless exponent", "duplicate keys",
    "a duplicate session", "a session of 100,000 characters", "a session with bars",
    "a lone surrogate in the session",
}  # fmt: skip
"""What a PreToolUse must refuse: not understood, or the held file after all."""


@pytest.mark.parametrize("event", EVENTS)
def test_large_and_broken_input(stage: Stage, event: str) -> None:
    """Input too deep, too large or broken gets an answer in time; before a write it is a refusal."""
    for name, raw in big(stage):
        told = strict(stage, raw, event)
        if event == "PreToolUse" and name in REFUSED:
            assert verdict(told) != "open", name


def test_large_and_broken_input_to_the_real_hook(stage: Stage) -> None:
    """The installed hook gives the same answers, exits 0 and says nothing on standard error."""
    for name, raw in big(stage):
        done = stage.run(raw)
        assert (done.returncode, done.stderr) == (0, b""), name
        found = verdict(answer(done.stdout.decode()))
        assert found != "open" or name not in REFUSED, name


def test_names_that_are_hard_to_say(stage: Stage) -> None:
    """A held file is refused whatever its name holds, and the sentence stays on one line."""
    names = [
        "-rf", "--help", "new\nline", "tab\tand\rreturn", "quo'te\"s", "$(touch x)", "`x`", "ü" * 100, "\u202egnp",
        "a" * 255, " ", "x" * 100 + "|", "\x1b[2J", "%s%n", "back\\slash", "\udcff",
    ]  # fmt: skip
    for name in names:
        path = stage.project / name
        assert strict(stage, raw_of(stage.write(path, "holder")), "PreToolUse") == {}, name
        told = strict(stage, raw_of(stage.write(path)), "PreToolUse")
        assert verdict(told) == "held", name
        assert told["permissionDecisionReason"].isprintable(), name


@pytest.mark.parametrize("tool", GUARDED)
@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, "", ["/x"], {"path": "/x"}, "\0", "x" * 9000])
def test_a_write_without_a_path(stage: Stage, tool: str, value: object) -> None:
    """A guarded tool whose path is missing or is no path is refused."""
    key = "notebook_path" if tool == "NotebookEdit" else "file_path"
    for given_input in ({key: value}, {}, value):
        call = {**stage.write(stage.held), "tool_name": tool, "tool_input": given_input}
        assert verdict(strict(stage, raw_of(call), "PreToolUse")) == "fault"


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.text(st.characters(categories=["Cs", "Cc", "Zl", "Lo"]), max_size=10),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
TOOLS = [*GUARDED, "Bash", "PowerShell", "Read", "Task", "mcp__fs__write_file", ""]
FIELDS = [
    "session_id", "agent_id", "agent_type", "cwd", "tool_use_id", "transcript_path", "permission_mode",
    "duration_ms", "source", "reason", "prompt_id", "stop_hook_active", "tool_response",
]  # fmt: skip


@QUICK
@given(raw=st.binary(max_size=300), event=st.sampled_from(EVENTS))
def test_any_bytes(stage: Stage, raw: bytes, event: str) -> None:
    """Bytes that are no hook input are refused before a tool, and ignored elsewhere."""
    told = strict(stage, raw, event)
    if event == "PreToolUse":
        assert verdict(told) == "fault"


@QUICK
@given(value=VALUES, event=st.sampled_from(EVENTS))
def test_any_json(stage: Stage, value: object, event: str) -> None:
    """JSON that is no hook input is refused before a tool."""
    told = strict(stage, raw_of(value), event)
    if event == "PreToolUse" and not (isinstance(value, dict) and value.get("session_id")):
        assert verdict(told) == "fault"


@QUICK
@given(wrong=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4), event=st.sampled_from(EVENTS))
def test_wrong_types_in_any_field(stage: Stage, wrong: dict[str, Any], event: str) -> None:
    """Whatever stands in the other fields, a write to the held file is refused."""
    call = {**stage.write(stage.held, "fuzz"), **wrong, "hook_event_name": event}
    told = strict(stage, raw_of(call), event)
    if event == "PreToolUse":
        assert verdict(told) != "open"


@QUICK
@given(
    tool=st.sampled_from([*GUARDED, "Bash", "PowerShell", "Read", "Task", "mcp__fs__write_file", ""]), data=VALUES
)
def test_any_tool_input(stage: Stage, tool: str, data: object) -> None:
    """Any input of any tool gets an answer; a writer without a usable path is refused."""
    call = {**stage.write(stage.held, "fuzz"), "tool_name": tool, "tool_input": data}
    told = strict(stage, raw_of(call), "PreToolUse")
    if tool in GUARDED:
        assert verdict(told) == "fault"
    elif not tool.startswith("mcp__"):
        assert verdict(told) == "open"


@QUICK
@given(text=st.text(max_size=60), event=st.sampled_from(["PostToolUse", "PostToolUseFailure"]))
def test_after_any_write(stage: Stage, text: str, event: str) -> None:
    """After the fact any path is noted or passed over, and nothing is said."""
    call = stage.write(stage.project / "x", "fuzz", tool_use_id="t", duration_ms=3)
    call |= {"hook_event_name": event, "tool_input": {"file_path": text}}
    assert strict(stage, raw_of(call), event) == {}


@pytest.mark.parametrize("event", [*EVENTS, "Notification", "PreCompact", "NoSuchEvent"])
def test_every_event_of_the_real_hook(stage: Stage, event: str) -> None:
    """Every event, also one that is not known, ends with exit 0, for sound input and for none."""
    for raw in (
        raw_of({**stage.write(stage.free, "plain"), "hook_event_name": event}),
        b"",
        b"{",
        b"[1,",
        b'{"a":}',
    ):
        done = stage.run(raw, event=event)
        assert (done.returncode, done.stderr) == (0, b"")
        told = answer(done.stdout.decode()) if event in EVENTS else {}
        if event == "PreToolUse" and len(raw) < 10:
            assert verdict(told) == "fault"
