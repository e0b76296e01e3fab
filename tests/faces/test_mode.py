"""`interlock mode`: the key in the config, set without harm to the rest of the file."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.faces.site import Out, Site, interlock

from interlock.faces.mode import Refused, _with

FILES = [
    "",
    "# only a comment",
    "# c\nttl = 60 # x\n\n[gate]\n# g\nclean_tree = true\n",
    '[[validations]]\nname = "a"\ncommand = "b"\n',
    'mode = "auto" # why\nwait = 0\n',
    "mode='strict'\r\nwait = 0\r\n",
    'ignore = [\n  "a", # one\n]\n[mcp]\nx = []\n',
    'gate.required = ["pytest -q"]\n[mcp]\n"mcp__a__b" = ["p"]\n',
]
BROKEN = [
    "mode =",
    "[gate",
    'mode = "auto"\nmode = "auto"\n',
    "unknown = 1\n",
    "ttl = 1\n",
    'mode = "loose"\n',
    "\xff",
]


def config(site: Site) -> Path:
    return site.repo / ".claude" / "interlock.toml"


def said(capsys: Out, *words: str) -> tuple[int, str]:
    """(exit code, all that was said) of `interlock mode WORDS...`."""
    capsys.readouterr()
    code = interlock("mode", *words)
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("mode", ["auto", "strict", "sequential"])
def test_it_is_set(site: Site, capsys: Out, text: str, mode: str) -> None:
    """The mode is what was asked for, everything else as it was: values, comments, order."""
    config(site).write_text(text, newline="")
    assert said(capsys, mode)[0] == 0
    after = config(site).read_bytes().decode()
    assert tomllib.loads(after) == {**tomllib.loads(text), **({"mode": mode} if "mode" in after else {})}
    assert tomllib.loads(after).get("mode", "auto") == mode
    kept = [line for line in text.splitlines() if not line.startswith("mode")]
    assert [line for line in after.splitlines() if line in kept] == kept or text == ""
    assert ("# why" in text) == ("# why" in after)
    assert said(capsys)[1].startswith(f"mode = {mode}:")


def test_a_file_where_there_is_none(site: Site, capsys: Out) -> None:
    """Folder and file are made; the default needs neither."""
    config(site).unlink()
    config(site).parent.rmdir()
    assert said(capsys, "auto")[0] == 0
    assert not config(site).exists()
    assert said(capsys, "sequential") == (
        0, "mode = sequential (it was auto): one session writes at a time in this checkout, others queue.\n"
    )  # fmt: skip
    assert config(site).read_text() == 'mode = "sequential"\n'


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file(site: Site, capsys: Out, text: str) -> None:
    """What is wrong is told, and the file stays as it is."""
    config(site).write_text(text, encoding="latin-1")
    before = config(site).read_bytes()
    code, told = said(capsys, "sequential")
    assert (code, "stays as it is" in told) == (1, True)
    assert config(site).read_bytes() == before


def test_an_agent(site: Site, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent may look, not set; it is told whom to ask."""
    before = config(site).read_bytes()
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "beta")
    code, told = said(capsys, "sequential")
    assert code == 1 and "ask the person you work for" in told and len(told) <= 401
    assert config(site).read_bytes() == before
    assert said(capsys)[0] == 0


def test_an_agent_in_disguise(site: Site) -> None:
    """The guard's mark on the command tells, whatever the command took out of its environment."""
    command = f"{sys.executable} -m interlock mode sequential; exit $?\n# interlock:toolu_1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (done.returncode, "not written by agents" in done.stderr) == (1, True)


@pytest.mark.parametrize("what", ["link out", "folder", "pipe", "large"])
def test_hostile_places(site: Site, capsys: Out, what: str, tmp_path: Path) -> None:
    """A link that leads out, a folder, a pipe, a huge file: a sentence, and nothing is written."""
    file = config(site)
    file.unlink()
    other = tmp_path / "other.toml"
    other.write_text("wait = 1\n")
    if what == "link out":
        file.symlink_to(other)
    elif what == "folder":
        file.mkdir()
    elif what == "pipe":
        os.mkfifo(file)
    else:
        file.write_text("#" * 70_000)
    code, told = said(capsys, "sequential")
    assert code == 1 and told
    assert other.read_text() == "wait = 1\n"
    assert file.is_symlink() == (what == "link out")


def test_a_link_inside(site: Site, capsys: Out) -> None:
    """A link to another file of the project is written through."""
    config(site).rename(site.repo / "shared.toml")
    config(site).symlink_to("../shared.toml")
    assert said(capsys, "sequential")[0] == 0
    assert config(site).is_symlink()
    assert tomllib.loads((site.repo / "shared.toml").read_text())["mode"] == "sequential"


def test_json(site: Site, capsys: Out) -> None:
    """The same for programs."""
    told = json.loads(said(capsys, "strict", "--json")[1])
    assert told == {"mode": "strict", "was": "auto", "project": str(site.repo)}


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes(raw: bytes) -> None:
    """Whatever stands there: refused, or the mode is set and the rest unchanged."""
    try:
        after = _with(raw, "sequential")
    except Refused:
        return
    assert after is not None
    assert tomllib.loads(after.decode()) == {**tomllib.loads(raw.decode()), "mode": "sequential"}
