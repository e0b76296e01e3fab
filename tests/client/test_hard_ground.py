"""The guard on hard ground: a project that plants modules, and an interpreter that is gone."""

from __future__ import annotations

import sys
from pathlib import Path

from interlock.install.command import BROKEN, BROKEN_AT_START

from .guarded import Guarded
from .model import Model
from .say import bash, write

PLANTED = ("json", "os", "interlock", "sitecustomize", "usercustomize", "_json", "encodings", "argparse")


def test_a_hostile_project(guarded: Guarded, model: Model) -> None:
    """Modules planted in the repository root, on PYTHONPATH too, run neither in the guard nor in `interlock`."""
    held, free, ran = (guarded.project / name for name in ("held.txt", "free.txt", "ran.txt"))
    guarded.interlock("lock", "try", held)
    for name in PLANTED:
        text = f"open({str(ran)!r}, 'a').write({name!r})\nraise SystemExit(1)\n"
        (guarded.project / f"{name}.py").write_text(text)
    model.scripts["ONE"] = [
        [write(held, "one\n")],
        [write(free, "one\n")],
        [bash(f"interlock lock holder {held}")],
    ]
    env = {"PYTHONPATH": str(guarded.project), "PYTHONSTARTUP": str(guarded.project / "json.py")}
    one = guarded.client.start("ONE", env={**env, "PYTHONHOME": str(guarded.project)}).wait().session_id
    refused, written, holder = model.tool_results("ONE")
    assert refused.is_error and "held.txt is held by" in refused.text and not held.exists()
    assert not written.is_error and free.read_text() == "one\n"
    assert "(a person at a terminal)" in holder.text
    assert guarded.verdicts(free) == [(one, "allow", "granted")]
    assert not ran.exists()


def test_the_interpreter_is_gone(place: Guarded, model: Model, tmp_path: Path) -> None:
    """When the baked interpreter vanishes, writes are refused with the repair, and the shell goes on."""
    venv = tmp_path / "venv"
    venv.symlink_to(sys.prefix)
    place.install(python=venv / "bin" / Path(sys.executable).name)
    path = place.project / "shared.txt"
    model.scripts["ONE"] = [[write(path, "one\n")], [bash("echo $((20 + 3))")], [write(path, "one\n")]]
    place.client.start("ONE").wait()
    assert not model.tool_results("ONE")[0].is_error
    venv.unlink()
    model.scripts["TWO"] = model.scripts["ONE"]
    path.unlink()
    place.client.start("TWO").wait()
    first, shell, second = model.tool_results("TWO")
    assert first.is_error and BROKEN in first.text
    assert second.is_error and BROKEN in second.text and not path.exists()
    assert (shell.text, shell.is_error) == ("23", False)
    assert BROKEN_AT_START in model.seen_text("TWO")
