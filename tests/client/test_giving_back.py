"""After a breach, in the real client: who made it gives the file back from its own Bash, containment and all."""

from __future__ import annotations

import json
import time

from .guarded import Guarded, actor
from .model import Model
from .say import bash, read, write
from .script import DONE, Tool, Turn


def test_the_writer_gives_it_back(guarded: Guarded, model: Model) -> None:
    """A script that moves the folder away gets past the mounts; the writer is told at once, and its `interlock
    restore` puts the holder's version back although the holder still holds the file."""
    path = guarded.project / "src" / "shared.txt"
    path.parent.mkdir()
    path.write_text("old\n")
    (guarded.project / "build.sh").write_text("mv src old; mkdir src; echo made > src/shared.txt\n")
    model.scripts["ALPHA"] = [[read(path)], [write(path, "alpha\n")], Turn(DONE, before=model.after("BETA", 2))]
    model.scripts["BETA"] = [
        Turn([bash("sh build.sh")], before=model.after("ALPHA", 2)),
        [bash(f"interlock restore {path}")],
    ]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    built, restored = model.tool_results("BETA")
    assert not built.is_error and "interlock restore" in model.seen_text("BETA")
    assert not restored.is_error, restored.text
    assert path.read_text() == "alpha\n"
    (breach,) = guarded.log("breach")
    beta = actor(guarded.log("restored")[0])
    assert [by.split("|")[1] for by in breach["by"]] == [beta]


def test_a_formatter_of_the_users(guarded: Guarded, model: Model) -> None:
    """The user's own PostToolUse hook formats what ALPHA writes while BETA's command runs: no breach, nobody is
    told to give anything back."""
    path, started = guarded.project / "shared.txt", guarded.project / "started"
    (guarded.project / "tests.sh").write_text("touch started; sleep 2.5\n")
    settings = guarded.project / ".claude" / "settings.local.json"
    told = json.loads(settings.read_text())
    formatter = {"type": "command", "command": "sleep 0.2; [ ! -f shared.txt ] || echo formatted >> shared.txt"}
    told["hooks"]["PostToolUse"].append({"matcher": "Write|Edit", "hooks": [formatter]})
    settings.write_text(json.dumps(told))

    def begun() -> None:
        guarded.until(started.exists)

    model.scripts["ALPHA"] = [
        [write(guarded.project / "other.txt", "alpha\n")],
        Turn([write(path, "alpha\n")], before=begun),
        Turn(DONE, before=model.after("BETA", 1)),
    ]
    model.scripts["BETA"] = [Turn([bash("sh tests.sh")], before=model.after("ALPHA", 1))]
    for session in [guarded.client.start(marker) for marker in ("ALPHA", "BETA")]:
        session.wait()
    assert path.read_text() == "alpha\nformatted\n"
    assert guarded.log("breach") == [] and "interlock restore" not in model.seen_text("BETA")


def test_the_end_of_a_background_command(guarded: Guarded, model: Model) -> None:
    """A background command is marked, and its end is found: what it changed is then asked for, once."""
    (guarded.project / "free.txt").write_text("old\n")
    guarded.commit()
    (guarded.project / "later.sh").write_text("sleep 0.5; echo x >> free.txt\n")
    call = {"command": "sh later.sh", "description": "a step", "run_in_background": True}
    model.scripts["BETA"] = [
        [Tool("Bash", call)],
        Turn([read(guarded.project / "later.sh")], before=lambda: time.sleep(4)),
        [bash("true")],
    ]
    guarded.client.start("BETA").wait()
    told = [
        record for record in guarded.log("shell_changed") if str(guarded.project / "free.txt") in record["paths"]
    ]
    assert [(record["command"], record["others"]) for record in told] == [("sh later.sh", ["outside"])]
