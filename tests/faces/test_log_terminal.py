"""`interlock log` on a terminal: nothing in a name can steer it, colours only where they are wanted."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.faces.site import Out, Site, forge, interlock, text

from interlock.faces import filters


def test_newer_records_are_shown(site: Site, capsys: Out) -> None:
    """Events and facts of a newer version are shown as they come, whatever their names."""
    newer: dict[str, Any] = {
        "event": "merged",
        "owner": "h|sess-123456|main",
        "stack": "x",
        "when": "y",
        "deep": {"a": 1},
        "many": [1, 2],
    }
    forge(site, newer, wall=time.time())
    assert text(capsys, "--all")[0].endswith("merged         session sess-123 deep={'a': 1} many=2")


def test_nothing_in_a_name_reaches_the_terminal(site: Site, capsys: Out) -> None:
    """Control characters, line breaks and direction marks in names are spelled out, in every form but raw JSON,
    which escapes them itself."""
    evil = "src/\x1b[2J\x07\n\r\t\u202e\u2028\x9b31m.py"
    site.write(evil)
    site.shell("printf '\x1b]0;owned\x07'")
    site.hook("SessionStart", "s\x1b[31m", source="a\x1bb")
    assert interlock("lock", "try", "x", "--purpose", "for \x1b[31m fun") == 0
    shown = text(capsys)
    assert len(shown) == len(site.lines())
    assert all(line.isprintable() for line in shown)
    assert any("\\x1b[2J" in line or "?[2J" in line for line in shown)
    capsys.readouterr()
    interlock("log", "--json")
    assert capsys.readouterr().out.replace("\n", "").isprintable()


def test_colours_only_on_a_terminal(site: Site) -> None:
    """On a terminal lines are coloured, refusals in red; not into a pipe, not with NO_COLOR, not on a dumb one."""
    site.write("src/a.py")
    site.write("src/a.py", "beta")
    plain = on_terminal({"NO_COLOR": "1"})
    assert plain == on_terminal({"TERM": "dumb"}) and "\x1b" not in plain
    coloured = on_terminal({"TERM": "xterm"})
    assert "\x1b[31mdeny src/a.py\x1b[0m" in coloured
    stripped = coloured
    for code in (0, 1, 2, 31, 33, 36):
        stripped = stripped.replace(f"\x1b[{code}m", "")
    assert stripped == plain


def on_terminal(more: dict[str, str]) -> str:
    """What `interlock log` prints on a pseudo-terminal."""
    ours, theirs = pty.openpty()
    environ = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")} | more
    environ["PYTHONPATH"] = str(Path(filters.__file__).parents[2])
    command = [sys.executable, "-m", "interlock", "log"]
    with subprocess.Popen(command, stdout=theirs, env=environ) as child:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    assert child.returncode == 0
    return said.decode()


def test_an_encoding_that_lacks_characters(site: Site) -> None:
    """Names that the terminal's encoding lacks are spelled out; nothing breaks."""
    site.write("src/größe→.py")
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(filters.__file__).parents[2])}
    for command in ("log", "status"):
        ended = subprocess.run([sys.executable, "-m", "interlock", command], capture_output=True, env=environ)
        assert ended.returncode == 0 and b"gr\\xf6\\xdfe\\u2192.py" in ended.stdout, ended.stderr
