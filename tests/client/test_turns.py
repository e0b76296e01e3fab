"""Writing in turn, in the real client: one session at a time, and nobody beside a run."""

from __future__ import annotations

from .guarded import Guarded
from .model import Model
from .say import agent, bash, write
from .script import DONE, Turn

SEQUENTIAL = 'mode = "sequential"\nwait = 0\n'


def test_one_session_writes(guarded: Guarded, model: Model) -> None:
    """While ALPHA's turn lasts BETA's Write and command are refused; the named step waits, then BETA writes."""
    guarded.configure(SEQUENTIAL)
    a, b = guarded.project / "a.txt", guarded.project / "b.txt"
    model.scripts["ALPHA"] = [[write(a, "alpha\n")], Turn(DONE, before=guarded.after("queued", 2))]
    model.scripts["BETA"] = [
        Turn([write(b, "beta\n")], before=model.after("ALPHA", 1)),
        [bash("echo beta > c.txt")],
        [bash("interlock lock wait mutex:writer")],
        [write(b, "beta\n")],
    ]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    results = model.tool_results("BETA")
    assert [result.is_error for result in results] == [True, True, False, False]
    assert all("one session writes here at a time" in result.text for result in results[:2])
    assert (a.read_text(), b.read_text()) == ("alpha\n", "beta\n")
    assert not (guarded.project / "c.txt").exists()


def test_a_parent_and_its_subagent(guarded: Guarded, model: Model) -> None:
    """A subagent writes while its parent, which has the turn, waits for it; another session can't."""
    guarded.configure(SEQUENTIAL)
    ours, theirs = guarded.project / "parent.txt", guarded.project / "child.txt"
    model.scripts["MAIN"] = [
        [write(ours, "main\n")],
        [agent("SUB", run_in_background=False)],
        Turn([write(ours, "again\n")], before=model.after("OTHER", 1)),
    ]
    model.scripts["SUB"] = [[write(theirs, "sub\n")]]
    model.scripts["OTHER"] = [Turn([write(guarded.project / "x", "x")], before=model.after("SUB", 1))]
    for session in [guarded.client.start(marker) for marker in ("MAIN", "OTHER")]:
        session.wait()
    assert (ours.read_text(), theirs.read_text()) == ("again\n", "sub\n")
    assert model.tool_results("OTHER")[0].is_error
    assert "one session writes" in model.tool_results("OTHER")[0].text


def test_nobody_writes_beside_a_run(guarded: Guarded, model: Model) -> None:
    """With freeze a Write is refused while another session's tests run, naming them, and passes afterwards."""
    guarded.configure("freeze = true\nwait = 0\n")
    (guarded.project / "test_slow.py").write_text(
        "import pathlib, time\n\n\ndef test_slow():\n    pathlib.Path('begun').touch()\n"
        "    while not pathlib.Path('go').exists():\n        time.sleep(0.05)\n"
    )
    guarded.commit()
    begun, go, b = (guarded.project / name for name in ("begun", "go", "b.txt"))

    def ends() -> None:
        go.touch()
        model.after("ALPHA", 1)()

    model.scripts["ALPHA"] = [
        [bash("python -m unittest test_slow.py; python -c 'import test_slow as t; t.test_slow()'")]
    ]
    model.scripts["BETA"] = [
        Turn([write(b, "beta\n")], before=lambda: guarded.until(begun.exists)),
        Turn([write(b, "beta\n")], before=ends),
    ]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    results = model.tool_results("BETA")
    assert [result.is_error for result in results] == [True, False], [result.text for result in results]
    assert "freeze = true" in results[0].text and "unittest" in results[0].text
    assert b.read_text() == "beta\n"
