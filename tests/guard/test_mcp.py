"""MCP tools: which of them write, and what. The shapes are those of servers in use in 2026."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.doors.client import Call, parse, read, written
from interlock.words.faults import Unreadable

from .calls import Guard

FILE = "/r/m.py"


def call(tool: str, given: Any) -> Call:
    return parse(json.dumps({"session_id": "s", "tool_name": tool, "tool_input": given}).encode(), "PreToolUse")


def writes(tool: str, given: Any, shapes: dict[str, list[str]] | None = None) -> list[str]:
    return written(call(tool, given), shapes or {})


SERVERS = [
    # modelcontextprotocol/servers: filesystem, git
    ("mcp__filesystem__write_file", {"path": FILE, "content": "to"}, [FILE]),
    ("mcp__filesystem__edit_file", {"path": FILE, "edits": [{"oldText": "/a", "newText": "/b"}]}, [FILE]),
    ("mcp__filesystem__move_file", {"source": "LICENSE", "destination": "COPYING"}, ["LICENSE", "COPYING"]),
    ("mcp__filesystem__read_text_file", {"path": FILE, "head": 3}, []),
    ("mcp__filesystem__read_multiple_files", {"paths": [FILE]}, []),
    ("mcp__filesystem__search_files", {"path": "/r", "pattern": "*.py", "excludePatterns": ["a.py"]}, []),
    ("mcp__filesystem__directory_tree", {"path": "/r"}, []),
    ("mcp__filesystem__get_file_info", {"path": FILE}, []),
    ("mcp__git__git_add", {"repo_path": "/r", "files": ["m.py", "/x/a.py"]}, [FILE, "/x/a.py"]),
    ("mcp__git__git_checkout", {"repo_path": "/r", "branch_name": "a/b.py"}, []),
    ("mcp__git__git_branch_delete", {"repo_path": "/r", "branch": "old"}, []),
    ("mcp__git__git_status", {"repo_path": "/r"}, []),
    # oraios/serena
    ("mcp__serena__create_text_file", {"relative_path": "m.py", "content": "x"}, ["m.py"]),
    ("mcp__serena__replace_content", {"relative_path": "m.py", "needle": "/a", "repl": "/b"}, ["m.py"]),
    ("mcp__serena__replace_symbol_body", {"name_path": "A/f", "relative_path": "m.py", "body": "/x"}, ["m.py"]),
    ("mcp__serena__insert_after_symbol", {"name_path": "A/f", "relative_path": "m.py", "body": "x"}, ["m.py"]),
    ("mcp__serena__rename_symbol", {"name_path": "f", "relative_path": "m.py", "new_name": "g"}, ["m.py"]),
    ("mcp__serena__find_symbol", {"name_path": "A/f", "relative_path": "m.py"}, []),
    ("mcp__serena__get_symbols_overview", {"relative_path": "m.py"}, []),
    ("mcp__serena__list_dir", {"relative_path": ".", "recursive": True}, []),
    ("mcp__plugin_a_serena__search_for_pattern", {"substring_pattern": "a.py", "relative_path": ""}, []),
    # JetBrains
    (
        "mcp__jetbrains__replace_text_in_file",
        {"pathInProject": "m.py", "oldText": "/a", "projectPath": "/r"},
        [FILE],
    ),
    (
        "mcp__jetbrains__replace_specific_text",
        {"pathInProject": "m.py", "oldText": "a.py", "newText": "b"},
        ["m.py"],
    ),
    ("mcp__jetbrains__create_new_file", {"pathInProject": "m.py", "text": "/x", "projectPath": "/r/"}, [FILE]),
    ("mcp__jetbrains__rename_refactoring", {"pathInProject": "m.py", "symbolName": "f", "newName": "g"}, ["m.py"]),
    ("mcp__jetbrains__reformat_file", {"path": "m.py"}, ["m.py"]),
    ("mcp__jetbrains__get_file_problems", {"filePath": "m.py", "projectPath": "/r"}, []),
    ("mcp__jetbrains__list_directory_tree", {"directoryPath": "src"}, []),
    ("mcp__index__ide_move_file", {"file": "m.py", "project_path": "/r"}, [FILE]),
    ("mcp__ide__getDiagnostics", {"uri": "file:///r/m.py"}, []),
    # DesktopCommander
    ("mcp__desktop-commander__edit_block", {"file_path": FILE, "old_string": "/a", "new_string": "b.py"}, [FILE]),
    ("mcp__desktop-commander__write_file", {"path": FILE, "content": "x", "mode": "append"}, [FILE]),
    ("mcp__desktop-commander__write_pdf", {"path": "a.md", "outputPath": "a.pdf"}, ["a.md", "a.pdf"]),
    ("mcp__desktop-commander__start_search", {"path": "/r", "pattern": "x", "filePattern": "*.py"}, []),
    ("mcp__desktop-commander__start_process", {"command": "cat /r/m.py"}, []),
    # tumf/mcp-text-editor, notebooks, word files
    (
        "mcp__text-editor__edit_text_file_contents",
        {"files": [{"path": FILE, "patches": [{"contents": "/x"}]}]},
        [FILE],
    ),
    ("mcp__text-editor__patch_text_file_contents", {"file_path": FILE, "patches": [{"start": 1}]}, [FILE]),
    ("mcp__text-editor__get_text_file_contents", {"files": [{"file_path": FILE, "ranges": []}]}, []),
    ("mcp__jupyter__edit_cell_source", {"notebook_path": "n.ipynb", "source": "import os\nx()"}, ["n.ipynb"]),
    ("mcp__jupyter__insert_cell", {"notebook_path": "n.ipynb", "source": ["a = 1\n", "b\n"]}, ["n.ipynb"]),
    (
        "mcp__word__search_and_replace",
        {"filename": "a.docx", "find_text": "x", "replace_text": "y.md"},
        ["a.docx"],
    ),
    # chrome-devtools, playwright
    ("mcp__chrome__take_screenshot", {"filePath": "shot.png", "format": "png"}, ["shot.png"]),
    ("mcp__chrome__get_network_request", {"reqid": 1, "responseFilePath": "a.json"}, ["a.json"]),
    ("mcp__chrome__navigate_page", {"url": "https://x/y.html", "type": "url"}, []),
    # GitHub: another place's paths, keyed all the same
    ("mcp__github__create_or_update_file", {"owner": "o", "repo": "r", "path": "m.py", "content": "x"}, ["m.py"]),
    ("mcp__github__get_file_contents", {"owner": "o", "repo": "r", "path": "m.py"}, []),
]


@pytest.mark.parametrize(
    ("tool", "given", "expected"), SERVERS, ids=[f"{t}-{n}" for n, (t, *_) in enumerate(SERVERS)]
)
def test_the_servers_in_use(tool: str, given: dict[str, Any], expected: list[str]) -> None:
    """Each tool of a server in use names just what it writes."""
    assert writes(tool, given) == expected


WRITERS = (
    "search_and_replace find_and_replace search_replace open_and_edit get_or_create_file fetch_to_file "
    "check_and_fix "
    "searchAndReplace findReplace FindAndReplace GET_OR_CREATE read-modify-write read_and_update load_patch "
    "view_then_save list_delete diff_apply query_insert write__get get_set download_into_file preview_format"
).split()
READERS = (
    "read file_read fileRead get_file files_list code_search FILE_READ ReadFile readFile list-directory "
    "getFileText "
    "git_diff ide_find_references open_file_in_editor show_info XMLRead"
).split()


@pytest.mark.parametrize("name", WRITERS)
def test_a_writing_word_anywhere_is_a_writer(name: str) -> None:
    """A tool that says it reads, and also that it writes, writes; its agent is shown nothing by it."""
    assert writes(f"mcp__x__{name}", {"path": FILE}) == [FILE]
    assert read(call(f"mcp__x__{name}", {"path": FILE})) == []


@pytest.mark.parametrize("name", READERS)
def test_a_reading_word_anywhere_is_a_reader(name: str) -> None:
    """A tool whose name says that it reads, wherever, and not that it writes, takes no lock."""
    assert writes(f"mcp__x__{name}", {"path": FILE}) == []
    assert read(call(f"mcp__x__{name}", {"path": FILE})) == [FILE]


def test_the_server_s_name_does_not_make_a_reader() -> None:
    """The words that make a reader are the tool's own; a server that is called so does not count."""
    assert writes("mcp__read__frob", {"path": FILE}) == [FILE]
    assert writes("mcp__a__read__frob", {"path": FILE}) == [FILE]


SPELLED = [
    {"pathInProject": FILE},
    {"outputPath": FILE},
    {"sourcePath": FILE},
    {"destinationPath": FILE},
    {"from": "/z", "to": FILE},
    {"Path": FILE},
    {"FILE_PATH": FILE},
    {"file-path": FILE},
    {"path": {"fsPath": FILE}},
    {"path": {"value": FILE}},
    {"path": [[FILE]]},
    {"textDocument": {"uri": f"file://{FILE}"}},
    {"uri": f"FILE://{FILE}"},
    {"uri": f"File://localhost{FILE}"},
    {"uri": f"file:{FILE}"},
    {"uri": "file:///r/m%2Epy"},
    {"uri": f"file://{FILE}#L3"},
    {"uri": f"file://{FILE}?x=1"},
    {"a": {"b": {"c": {"d": {"e": {"f": {"path": FILE}}}}}}},
    {"files": {FILE: "content"}},
    {"changes": {f"file://{FILE}": [{"newText": "x"}]}},
    {"documentChanges": [{"textDocument": {"uri": f"file://{FILE}"}, "edits": []}]},
    {"edits": [{"file": FILE}]},
    {"directory": "/r", "filename": "m.py"},
    {"folder": "/r", "name": "m.py"},
    {"cwd": "/r", "file": "m.py"},
    {"path": FILE, "Path": ""},
    {"Path": "", "path": FILE},
    {"target": FILE},
    {"output": FILE},
    {"new_file": FILE},
    {"targetFile": FILE},
    {"notebook": FILE},
]


@pytest.mark.parametrize("given", SPELLED, ids=json.dumps)
def test_however_the_path_is_given(given: dict[str, Any]) -> None:
    """A path is found under any usual key, in any spelling of it, at any depth, as a URI in any spelling."""
    assert FILE in writes("mcp__x__zap", given)


NO_PATHS: list[dict[str, Any]] = [
    {"from": "Ann <ann@example.org>", "to": ["bob@example.com"], "subject": "m.py"},
    {"from": "2026-11-21", "to": "2026-11-21T10:20:30.123Z"},
    {"from": "EUR", "to": "USD", "amount": 3},
    {"from": "11/21/2026", "to": "12/31/2026"},
    {"source": "en", "target": "de", "text": "/r/m.py is a path"},
    {"source": "web", "destination": "Paris, France"},
    {"source": "print('a.py')\n", "target": "text/plain"},
    {"query": "path:/r/m.py", "pattern": "/r/m.py", "content": "/r/m.py", "regex": "m.py"},
    {"old_string": "/r/m.py", "new_string": "b.py", "text": "a.py", "body": "/x"},
    {"uri": "https://example.com/r/m.py", "url": "http://x/m.py"},
    {"profile": "default", "name_path": "A/f", "xpath": "//a", "sort_dir": "asc", "folder": "INBOX"},
    {"source": "data:text/plain;base64,aGk=", "file": "data:image/png;base64,AA=="},
    {"to": "example.com", "from": "1.2.3", "target": "v2.0"},
    {"folder": "Work", "name": "Call Ann at 3.30", "directory": "people"},
    {"path": "", "files": [], "paths": [None, 7, True]},
    {"name": "Ann", "location": "Berlin", "output": "json", "input": "hello there. Bye."},
]


@pytest.mark.parametrize("given", NO_PATHS, ids=json.dumps)
def test_texts_that_are_no_paths(given: dict[str, Any]) -> None:
    """A mail's or a date's `from` and `to`, code, patterns, addresses elsewhere: none takes a lock."""
    assert writes("mcp__x__zap", given) == []


def test_what_is_replaced_is_not_a_path() -> None:
    """`from` and `to` of a replacement are texts, even where they look like files."""
    assert writes("mcp__x__replace_in_file", {"path": FILE, "from": "a.py", "to": "b.py"}) == [FILE]


def test_a_copy_s_source_is_only_read() -> None:
    """Who copies a held file away changes nothing of it; who moves it does."""
    given = {"sourcePath": "/a.py", "destinationPath": "/b.py"}
    assert writes("mcp__x__copy_file", given) == ["/b.py"]
    assert writes("mcp__x__copy_or_move", given) == ["/a.py", "/b.py"]
    assert writes("mcp__x__move_file", given) == ["/a.py", "/b.py"]


def test_a_reader_s_output_is_written() -> None:
    """A tool that reads and is told where to put what it found writes there."""
    assert writes("mcp__x__query", {"path": "/a.db", "output_file": FILE}) == [FILE]
    assert writes("mcp__x__get_route", {"source": "Rome", "destination": "Paris"}) == []


def test_config_names_the_keys() -> None:
    """The config's word is the last: just its keys count, and [] says that the tool writes nothing."""
    given = {"where": ["plain name", {"value": "/b"}], "path": "/c"}
    assert writes("mcp__x__zap", given, {"mcp__x__zap": ["Where"]}) == ["plain name", "/b"]
    assert writes("mcp__x__zap", given, {"mcp__x__zap": []}) == []
    assert writes("mcp__x__get", given, {"mcp__x__get": ["path"]}) == ["/c"]


def test_a_folder_around_the_paths_is_not_written() -> None:
    """The project or folder that paths are relative to is not itself a path that is written."""
    assert writes("mcp__x__delete_file", {"directory": "/r", "filename": "m.py"}) == ["/r/m.py", "m.py"]
    assert writes("mcp__x__delete_directory", {"directory": "/r"}) == ["/r"]
    assert writes("mcp__x__delete_project", {"projectPath": "/r"}) == ["/r"]
    assert writes("mcp__x__zap", {"root": "main", "path": "m.py"}) == ["m.py"]


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"path": FILE}
    for _ in range(levels):
        found = {"a": found}
    return found


@pytest.mark.parametrize("given", [deep(65), deep(300), {"paths": [f"/r/{n}" for n in range(1001)]}])
def test_too_deep_or_too_many_is_refused(given: dict[str, Any]) -> None:
    """What can't be looked through is refused with the next step; a tool that reads, or that the config
    names, is not."""
    with pytest.raises(Unreadable, match=r"`mcp` of \.claude/interlock\.toml"):
        writes("mcp__x__zap", given)
    assert writes("mcp__x__get", given) == []
    assert len(read(call("mcp__x__get", given))) <= 1000
    assert writes("mcp__x__zap", given, {"mcp__x__zap": []}) == []
    assert writes("mcp__x__zap", deep(300), {"mcp__x__zap": ["path"]}) == [FILE]


KEYS = [
    "path",
    "files",
    "from",
    "to",
    "uri",
    "source",
    "changes",
    "cwd",
    "directory",
    "filename",
    "value",
    "x",
    "/a.py",
]
TEXTS = st.sampled_from(["/a", "a.py", "file:///a%", "x@y.z", "", "b/c.d", "~/x", "\0", "a b"]) | st.text(
    max_size=8
)
JSON = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4),
    st.sampled_from(["zap", "get", "copy_file", "read_set"]),
)
def test_any_shape_is_paths(data: dict[str, Any], name: str) -> None:
    """Whatever stands where: a list of texts, none empty and none twice."""
    found = writes(f"mcp__x__{name}", data)
    assert all(isinstance(path, str) and path for path in found)
    assert len(set(found)) == len(found)


@given(
    st.lists(st.sampled_from(["a", "items", "ops", "b"]), max_size=20),
    st.sampled_from(["path", "Path", "file_path"]),
)
def test_no_wrapping_hides_a_path(way: list[str], key: str) -> None:
    """A path under a path's key is found however deep it is wrapped in objects and lists."""
    given: Any = {key: FILE}
    for number, name in enumerate(way):
        given = {name: [given] if number % 2 else given}
    assert writes("mcp__x__zap", given) == [FILE]


MAILS = st.emails().filter(lambda mail: mail[0] not in "/~.")  # such a one is a path's beginning too
TIMES = st.dates().map(str) | st.datetimes().map(lambda time: time.isoformat())


@given(MAILS | TIMES | st.from_regex(r"\A\w+\Z"))
def test_mails_dates_and_words_take_no_lock(text: str) -> None:
    """Addresses, dates and plain words under from, to, source and target are no paths."""
    assert writes("mcp__x__zap", {"from": text, "to": [text], "source": text, "target": text}) == []


@pytest.mark.parametrize("name", ["search_and_replace", "get_or_create_file", "open_and_edit"])
def test_a_held_file_is_refused_to_them(guard: Guard, name: str) -> None:
    """What one holds no MCP writer of another's goes round, whatever its name and keys; a reader passes."""
    held = guard.file("m.py")
    assert guard.write(held) == ""
    for named in (
        {"path": str(held)},
        {"pathInProject": "m.py"},
        {"uri": f"FILE://{held}"},
        {"to": {"fsPath": "m.py"}},
    ):
        asked = guard.tool("PreToolUse", f"mcp__x__{name}", "beta", **named)
        assert "is held by" in asked["permissionDecisionReason"], named
    assert guard.tool("PreToolUse", "mcp__x__file_read", "beta", path=str(held)) == {}
