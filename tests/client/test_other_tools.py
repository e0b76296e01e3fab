"""Writers other than Write and Edit: notebooks and MCP servers."""

from __future__ import annotations

import json

from .guarded import Guarded
from .model import Model
from .say import filer, load, read, save, write
from .script import DONE, Json, Tool, Turn


def test_notebook_edit_is_refused(guarded: Guarded, model: Model) -> None:
    """A cell of a notebook that another session holds stays as the holder made it."""
    path = guarded.project / "a.ipynb"
    cell: Json = {"cell_type": "code", "id": "c1", "metadata": {}, "source": "1", "outputs": []}
    cell["execution_count"] = None
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))

    def change(source: str) -> Tool:
        return Tool("NotebookEdit", {"notebook_path": str(path), "cell_id": "c1", "new_source": source})

    model.scripts["ALPHA"] = [[read(path)], [change("2")], Turn(DONE, before=model.after("BETA", 2))]
    model.scripts["BETA"] = [Turn([read(path)], before=model.after("ALPHA", 2)), [change("3")]]
    sessions = [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]
    first, second = (session.wait().session_id for session in sessions)
    assert guarded.verdicts(path) == [(first, "allow", "granted"), (second, "deny", "held")]
    assert f"a.ipynb is held by session {first[:8]}" in model.tool_results("BETA")[1].text
    assert json.loads(path.read_text())["cells"][0]["source"] in ("2", ["2"])


def test_an_mcp_server_is_held_to_the_lease(guarded: Guarded, model: Model) -> None:
    """An MCP tool that writes is refused on a held path; its reading tool, and other paths, are not."""
    path, free = guarded.project / "held.txt", guarded.project / "free.txt"
    model.scripts["ALPHA"] = [[write(path, "alpha")], Turn(DONE, before=model.after("BETA", 3))]
    model.scripts["BETA"] = [
        Turn([save(path, "beta")], before=model.after("ALPHA", 1)),
        [load(path)],
        [save(free, "beta")],
    ]
    first, second = guarded.client.start("ALPHA"), guarded.client.start("BETA", **filer())
    ids = [session.wait().session_id for session in (first, second)]
    refused, seen, done = model.tool_results("BETA")
    assert refused.is_error and f"held.txt is held by session {ids[0][:8]}" in refused.text
    assert (seen.text, seen.is_error, done.text) == ("alpha", False, "saved")
    assert (path.read_text(), free.read_text()) == ("alpha", "beta")
    assert guarded.verdicts(path) == [(ids[0], "allow", "granted"), (ids[1], "deny", "held")]
    assert guarded.verdicts(free) == [(ids[1], "allow", "granted")]
