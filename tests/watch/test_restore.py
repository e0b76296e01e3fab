"""`interlock restore`: the bytes come back, only where they should, and never by way of somebody else's lease."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.guard.calls import settle

from .conftest import Type
from .repo import Watched


def breach(watched: Watched, command: str = "echo theirs > held.py", text: str = "mine\n") -> Path:
    """alpha's file, changed by beta."""
    file = watched.held(text=text)
    watched.run(command)
    settle(file)
    return file


@pytest.mark.parametrize(
    "command", ["echo theirs > held.py", "rm held.py", "echo x > y; ln -sf y held.py", "echo x > y; mv y held.py"]
)
def test_the_holder_gets_its_version_back(watched: Watched, typed: Type, command: str) -> None:
    """Whatever became of the file, the holder has its content again, may edit it at once, and it is no breach."""
    file = breach(watched, command)
    code, said = typed("restore", "held.py", by="alpha")
    assert (code, file.read_text(), file.is_symlink()) == (0, "mine\n", False), said
    (restored,) = watched.records("restored")
    assert restored["path"] == str(file) and restored["new"] == watched.breaches()[0]["old"]
    assert watched.run("true") == "" and len(watched.breaches()) == 1
    assert watched.write(file, text="mine again\n") == ""


def test_who_changed_it_gives_it_back(watched: Watched, typed: Type) -> None:
    """Who made the breach may give the holder's version back, and nothing else; the holder is told."""
    file = breach(watched)
    watched.told()
    number = json.loads(typed("restore", "held.py", "--list", "--json")[1])["versions"][0]["number"]
    assert typed("restore", "held.py", "--version", str(number), by="beta")[0] == 1
    assert typed("restore", "held.py", by="beta")[0] == 0
    assert file.read_text() == "mine\n"
    assert "gave it back" in watched.told()
    assert typed("restore", "held.py", by="beta")[0] == 1, "once"


@pytest.mark.parametrize("by", ["gamma", ""])
def test_nobody_else_does(watched: Watched, typed: Type, by: str) -> None:
    """Others, people at a terminal included, are refused while it is held, and told by whom; then they may."""
    file = breach(watched)
    code, said = typed("restore", "held.py", by=by)
    assert (code, file.read_text()) == (1, "theirs\n") and "session alpha" in said
    watched.hook("Stop", "alpha")
    assert typed("restore", "held.py", by=by)[0] == 0
    assert file.read_text() == "mine\n"


def test_a_change_that_was_gone_on_from(watched: Watched, typed: Type) -> None:
    """Who made the breach gives nothing back over what the holder has written since."""
    file = breach(watched)
    watched.read(file)
    watched.told()
    assert watched.write(file, text="mine on theirs\n") == ""
    assert typed("restore", "held.py", by="beta")[0] == 1
    assert file.read_text() == "mine on theirs\n"
    code, said = typed("restore", "held.py", by="alpha")
    assert (code, file.read_text()) == (1, "mine on theirs\n")
    assert "--version" in said and "1: " in said and "held by session alpha" in said
    assert typed("restore", "held.py", "--version", "1", by="alpha")[0] == 0
    assert file.read_text() == "mine\n"


def test_newer_work_of_others(watched: Watched, typed: Type) -> None:
    """Who follows an old notice when nobody holds the file replaces no newer version, of whomever."""
    file = breach(watched)
    watched.read(file)
    assert watched.write(file, text="v2\n") == ""
    watched.hook("Stop", "alpha")
    watched.read(file, "gamma")
    assert watched.write(file, "gamma", text="v3\n") == ""
    watched.hook("Stop", "gamma")
    code, said = typed("restore", "held.py", "--json", by="beta")
    assert (code, file.read_text()) == (1, "v3\n")
    told = json.loads(said)
    assert told["outcome"] == "moved_on" and [one["how"] for one in told["versions"]] == ["breach", "held"]


def test_a_restore_can_be_restored(watched: Watched, typed: Type) -> None:
    """What a restore replaced is a version too; versions are named by number or by the beginning of a digest."""
    file = breach(watched)
    assert typed("restore", "held.py", by="alpha")[0] == 0
    shown = json.loads(typed("restore", "held.py", "--list", "--json", by="alpha")[1])["versions"]
    assert [(one["how"], one["size"], one["kept"]) for one in shown] == [
        ("replaced", 7, True), ("breach", 7, True), ("held", 5, True),
    ]  # fmt: skip
    assert typed("restore", "held.py", "--version", str(shown[0]["number"]), by="alpha")[0] == 0
    assert file.read_text() == "theirs\n"
    assert typed("restore", "held.py", "--version", shown[2]["digest"][:8], by="alpha")[0] == 0
    assert file.read_text() == "mine\n"
    lines = typed("restore", "held.py", "--list", by="alpha")[1].splitlines()
    assert len(lines) == 5 and "held by session alpha" in lines[-1] and "5 bytes" in lines[-1]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["never.py"], "Nothing is kept"),
        (["."], "is a folder"),
        (["held.py", "--version", "999"], "--list"),
        (["held.py", "--version", "abc"], "--list"),
        (["a\0b"], "path"),
        (["never.py", "--list"], "Nothing is kept"),
    ],
)
def test_what_is_not_there(watched: Watched, typed: Type, words: list[str], wanted: str) -> None:
    """Names and versions that there are none of are exit 2 with a sentence, and change nothing."""
    file = breach(watched)
    code, said = typed("restore", *words, by="alpha")
    assert code == 2 and wanted in said and "Traceback" not in said
    assert file.read_text() == "theirs\n"


def test_a_version_without_the_file(watched: Watched, typed: Type) -> None:
    """Where the holder had no file there is nothing to write: said, and the file left."""
    new = watched.repo / "new.py"
    assert watched.tool("PreToolUse", "Write", "alpha", file_path=str(new), content="x") == {}
    watched.tool("PostToolUseFailure", "Write", "alpha", use=f"toolu_{watched.count}", file_path=str(new))
    watched.run("echo theirs > new.py")
    code, said = typed("restore", "new.py", by="alpha")
    assert code == 2 and "there was no new.py" in said and new.exists()


@pytest.mark.parametrize("harm", ["damage", "remove"])
def test_kept_content_that_is_not_sound(watched: Watched, typed: Type, harm: str) -> None:
    """Content that does not fit its digest, or is gone, is not given back: a sentence, and the file left."""
    file = breach(watched)
    blob = watched.root / "kept" / watched.breaches()[0]["old"]
    if harm == "damage":
        blob.write_bytes(b"mimo\n")
    else:
        blob.unlink()
    code, said = typed("restore", "held.py", by="alpha")
    assert code == 2 and ("damaged" in said or "not kept" in said)
    assert file.read_text() == "theirs\n"


def test_the_mode_stays(watched: Watched, typed: Type) -> None:
    """A file that is there keeps its mode; one that was deleted gets the mode it had."""
    file = watched.held()
    file.chmod(0o751)
    watched.write(file, text="mine\n")
    for command, mode in (("chmod 640 held.py; echo x > held.py", 0o640), ("rm held.py", 0o640)):
        watched.run(command)
        assert typed("restore", "held.py", by="alpha")[0] == 0
        assert file.stat().st_mode & 0o777 == mode


def test_a_folder_that_leads_elsewhere(watched: Watched, typed: Type, tmp_path: Path) -> None:
    """With the file's folder replaced by a link to another place nothing is written there."""
    watched.held("src/held.py")
    (tmp_path / "elsewhere").mkdir()
    watched.run(f"mv src aside; ln -s {tmp_path}/elsewhere src")
    assert typed("restore", "src/held.py", by="alpha")[0] == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_stands_there_must_be_kept(watched: Watched, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the present content can't be kept nothing is replaced."""
    file = breach(watched)
    file.write_text("newer\n")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("interlock.doors.kept.keep", full)
    code, said = typed("restore", "held.py", "--version", "1", by="alpha")
    assert code == 2 and "can't be kept" in said and file.read_text() == "newer\n"


@given(raw=st.binary(max_size=3000), other=st.binary(max_size=3000))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_byte_comes_back(watched: Watched, typed: Type, raw: bytes, other: bytes) -> None:
    """The content comes back byte for byte, whatever it is."""
    file = watched.repo / f"{os.urandom(4).hex()}.bin"
    call = {"file_path": str(file), "content": ""}
    watched.tool("PreToolUse", "Write", "alpha", use=f"toolu_{file.stem}", **call)
    file.write_bytes(raw)
    watched.tool("PostToolUse", "Write", "alpha", use=f"toolu_{file.stem}", **call)
    watched.run(lambda: file.write_bytes(other))
    watched.told()  # a busy machine may leave the comparison to the next hook (docs/detection.md: 0.15 s)
    if raw == other:
        return
    code, said = typed("restore", file.name, by="alpha")
    assert code == 0, said
    assert file.read_bytes() == raw
