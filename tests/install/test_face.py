"""The commands as people type them."""

import argparse
import json
from pathlib import Path

import pytest

from interlock.doors import place
from interlock.faces import install as face
from interlock.install.operate import Setup


@pytest.fixture
def parser(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """A parser with both commands, its places all below the test's folder."""
    pack = setup.repo.parent / "pack"
    (pack / "hooks").mkdir(parents=True)
    (pack / "hooks/guard.py").write_text("")
    monkeypatch.setattr(place, "pack_dir", lambda: str(pack))
    monkeypatch.setattr(place, "home", lambda: str(setup.home))
    monkeypatch.setattr(place, "state_root", lambda: str(setup.baked.root))
    monkeypatch.chdir(setup.repo)
    parser = argparse.ArgumentParser(prog="interlock")
    face.add(parser.add_subparsers(required=True))
    return parser


def call(parser: argparse.ArgumentParser, *words: str) -> int:
    """The exit code of a command line."""
    args = parser.parse_args(words)
    return int(args.func(args))


def test_install_says_what_and_what_next(
    parser: argparse.ArgumentParser, setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    """Install names the file it wrote and the next step; uninstall says that all is as before."""
    assert call(parser, "install") == 0
    said = capsys.readouterr().out
    assert f"Installed Interlock's hooks in {setup.repo}/.claude/settings.local.json." in said
    assert "bin/launch" in said and "`interlock doctor`" in said and "new Claude Code session" in said
    assert call(parser, "uninstall", str(setup.repo)) == 0
    assert "as it was before" in capsys.readouterr().out


def test_print_shows_the_change(
    parser: argparse.ArgumentParser, setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--print`` shows the change as a diff, with its notes, and writes nothing."""
    assert call(parser, "install", "--print", "--scope", "user") == 0
    said = capsys.readouterr().out
    assert "Nothing was written" in said and '+  "hooks": {' in said and not (setup.home / ".claude").exists()
    assert call(parser, "install", "--print") == 0
    assert "Note: " in capsys.readouterr().out


def test_json_output(parser: argparse.ArgumentParser, setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    """``--json`` gives the outcome as an object."""
    assert call(parser, "install", ".", "--json", "--scope", "project") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["action"], facts["scope"], facts["changed"], facts["written"]) == (
        "installed",
        "project",
        True,
        True,
    )
    assert Path(facts["settings"]).read_text() == facts["content"]
    assert call(parser, "uninstall", "--json", "--print", "--scope", "project") == 0
    assert json.loads(capsys.readouterr().out)["written"] is False


def test_the_pack_is_told_in_short(
    parser: argparse.ArgumentParser, setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is brought is told by folder, a single file by its name, before and after; what stays, in a note."""
    agents = setup.repo.parent / "pack" / "agents"
    agents.mkdir()
    for name in ("critic", "cleanup", "mine"):
        (agents / f"{name}.md").write_text(f"{name}\n")
    (agents.parent / "CLAUDE.md").write_text("the page\n")
    mine = setup.repo / ".claude/agents/mine.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("the user's\n")
    assert call(parser, "install", "--print") == 0
    said = capsys.readouterr().out
    assert f"It would write 2 files in {mine.parent}." in said
    assert call(parser, "install") == 0
    said = capsys.readouterr().out
    assert f"Wrote 2 files in {mine.parent}." in said and f"Wrote {setup.repo}/CLAUDE.local.md." in said
    assert f"Note: {mine} is not as Interlock installed it, so it stays; Interlock's is {agents}/mine.md." in said
    assert call(parser, "uninstall", "--print") == 0
    assert f"It would remove {setup.repo}/CLAUDE.local.md." in capsys.readouterr().out
    assert call(parser, "uninstall", "--json") == 0
    facts = json.loads(capsys.readouterr().out)["pack"]
    assert facts["written"] == [] and facts["removed"] == [
        f"{setup.repo}/CLAUDE.local.md",
        f"{mine.parent}/cleanup.md",
        f"{mine.parent}/critic.md",
        f"{setup.repo}/.claude/interlock.md",
    ]
    assert mine.read_text() == "the user's\n"


def test_refusals_go_to_stderr_with_one(
    parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal is a sentence on stderr and exit code 1; bad usage is 2."""
    assert call(parser, "install", "no such place") == 1
    streams = capsys.readouterr()
    assert streams.out == "" and "interlock: There is no repository at" in streams.err
    with pytest.raises(SystemExit) as ended:
        call(parser, "install", "--scope", "galaxy")
    assert ended.value.code == 2


def test_next_step_quotes_the_folder(
    parser: argparse.ArgumentParser, setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next step can be pasted, whatever the folder is called."""
    (setup.repo / "a b").mkdir()
    assert call(parser, "install", "a b") == 0
    assert "interlock doctor 'a b'" in capsys.readouterr().out


@pytest.fixture
def inside(setup: Setup, parser: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a folder deep in the checkout."""
    (setup.repo / ".git").mkdir()
    folder = setup.repo / "src" / "deep"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_inside_a_checkout_its_top_is_meant(
    parser: argparse.ArgumentParser, setup: Setup, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without REPO a command typed in a subfolder is for the whole checkout, and says so; what it does is the same
    as at the top."""
    assert call(parser, "install") == 0
    said = capsys.readouterr().out
    assert f"Installed Interlock's hooks in {setup.repo}/.claude/settings.local.json." in said
    assert f"Note: {setup.repo} is the checkout around this folder; name a REPO to mean another." in said
    assert not (inside / ".claude").exists() and "lies inside" not in said
    assert f"`interlock doctor {setup.repo}`" in said
    assert call(parser, "install", "--print") == 0
    assert "is the checkout around this folder" in capsys.readouterr().out
    assert call(parser, "uninstall", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["settings"] == f"{setup.repo}/.claude/settings.local.json"
    assert any("is the checkout around this folder" in note for note in facts["notes"])
    assert not (setup.repo / ".claude").exists()


def test_a_named_folder_is_taken_at_its_word(
    parser: argparse.ArgumentParser, setup: Setup, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who names REPO means it, with a warning; --scope user has no use for a checkout, nor has the top itself."""
    assert call(parser, "install", ".") == 0
    assert (inside / ".claude" / "settings.local.json").exists()
    assert "lies inside" in capsys.readouterr().out
    assert call(parser, "install", "--scope", "user") == 0
    assert "around this folder" not in capsys.readouterr().out


def test_a_home_under_version_control_is_not_meant(
    parser: argparse.ArgumentParser, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is itself a checkout (of dot files) is not what a folder in it belongs to."""
    (setup.home / ".git").mkdir()
    folder = setup.home / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert call(parser, "install") == 0
    assert (folder / ".claude" / "settings.local.json").exists()
