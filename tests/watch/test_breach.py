"""Changes to a held file by somebody else's command: every way is found, the holder's own are not."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.guard.calls import settle

from .repo import UNREAD, Watched

WAYS = {
    "sed -i": "sed -i s/mine/ours/ held.py",
    "mv over": "echo theirs > new && mv -f new held.py",
    "mv away": "mv held.py gone.py",
    "cp": "echo theirs > new && cp new held.py",
    "cp -p": "echo them > new && touch -d 2001-01-01 new && cp -p new held.py",
    "rm": "rm held.py",
    "append": "echo more >> held.py",
    "truncate": ": > held.py",
    "same size, same mtime": "touch -r held.py stamp && printf 'ours\\n' > held.py && touch -r stamp held.py",
    "one byte in place": "printf X | dd of=held.py bs=1 seek=1 conv=notrunc status=none",
    "through a hard link": "ln held.py other && echo theirs > other",
    "through a symlink": "ln -s held.py other && echo theirs > other",
    "a symlink in its place": "echo theirs > elsewhere && rm held.py && ln -s elsewhere held.py",
    "a hard link in its place": "echo theirs > elsewhere && ln -f elsewhere held.py",
    "a folder in its place": "rm held.py && mkdir held.py",
    "a script": 'python3 -c \'open("held.py", "w").write("theirs")\'',
    "tar": "mkdir t && echo theirs > t/held.py && tar -C t -cf a.tar held.py && tar -xf a.tar",
    "the folder moved": "cd .. && mv repo aside && mkdir repo && cp -r aside/.git aside/.claude repo/",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_change_by_anothers_command_is_a_breach(watched: Watched, way: str) -> None:
    """The event names file, holder, fence, command and who ran it; both contents are kept; the writer is told on
    the very call and the holder at its next."""
    file = watched.held()
    fence = watched.records("granted")[-1]["fence"]
    told = watched.run(WAYS[way])
    (breach,) = watched.breaches()
    beta = breach["owner"]
    assert breach["path"] == str(file) and breach["fence"] == fence
    assert breach["holder"].endswith("|alpha|main") and beta.endswith("|beta|main") and breach["by"] == [beta]
    assert breach["commands"] == [[f"toolu_{watched.count}", UNREAD]]
    assert breach["old"] != breach["new"] and breach["old_kept"] is True
    assert breach["new_kept"] is (file.is_file() and not file.is_symlink())
    assert "held.py" in told and "session alpha" in told and "interlock restore" in told
    heard = watched.told()
    assert "held.py" in heard and "session beta" in heard and UNREAD in heard and "interlock restore" in heard


def test_it_is_told_once(watched: Watched) -> None:
    """One change is one event and one notice to each, however many hooks come after it."""
    watched.held()
    watched.run("echo x >> held.py")
    assert watched.told() and not watched.told() and not watched.told("beta")
    assert watched.run("true") == ""
    assert len(watched.breaches()) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "echo x >> held.py && printf 'mine\\n' > held.py",
        "cp held.py same && mv same held.py",
        "touch held.py",
        "chmod 600 held.py",
        "ln held.py other && rm other",
        "cat held.py > /dev/null",
        "echo x > free.py",
    ],
)
def test_the_same_content_is_no_breach(watched: Watched, harmless: str) -> None:
    """What leaves the file with the holder's content, however it is touched, is none."""
    watched.held()
    assert watched.run(harmless) == ""
    assert watched.breaches() == [] and watched.told() == ""


def test_a_missing_file_that_appears(watched: Watched) -> None:
    """That a held file is not there is known too: creating it is a breach, without a version to give back."""
    new = watched.repo / "new.py"
    assert watched.tool("PreToolUse", "Write", "alpha", use="toolu_w", file_path=str(new), content="x") == {}
    watched.tool("PostToolUseFailure", "Write", "alpha", use="toolu_w", file_path=str(new), content="x")
    told = watched.run("echo theirs > new.py")
    (breach,) = watched.breaches()
    assert (breach["old"], breach["old_kept"], breach["new_kept"]) == ("missing", False, True)
    assert "created" in told and "created" in watched.told()


def test_a_folder_where_a_file_was_to_come(watched: Watched) -> None:
    """A folder that somebody else makes of a name that is held for a file to come is told once; what comes into it
    is not."""
    for event in ("PreToolUse", "PostToolUseFailure"):
        watched.tool(event, "Write", use="toolu_w", file_path=str(watched.repo / "coming"))
    watched.run("mkdir coming")
    (breach,) = watched.breaches()
    assert breach["path"].endswith("/coming") and breach["by"] == [breach["owner"]]
    watched.run("touch coming/a")
    assert len(watched.breaches()) == 1


def test_the_holders_own_command(watched: Watched) -> None:
    """What the holder's own command changes is its new content: no breach then, nor after another's command."""
    watched.held()
    assert watched.run("echo formatted > held.py", by="alpha") == ""
    assert watched.run("true") == ""
    assert watched.breaches() == []
    watched.run("echo theirs > held.py")
    (breach,) = watched.breaches()
    assert (watched.root / "kept" / breach["old"]).read_text() == "formatted\n"


def test_the_holders_own_command_in_the_background(watched: Watched) -> None:
    """A command of the holder's that goes on after its Post may change the file until its owner ends."""
    file = watched.held()
    use = watched.begin("alpha")
    watched.end(use, "alpha", behind=True)
    file.write_text("by my watcher\n")
    assert watched.run("true") == "" and watched.breaches() == []


def test_the_holders_edit_beside_anothers_command(watched: Watched) -> None:
    """The holder's write while another's command runs is its own, whoever's hook looks first."""
    file = watched.held()
    use = watched.begin("beta")
    settle(file)
    asked = watched.tool("PreToolUse", "Edit", "alpha", use="toolu_e", file_path=str(file))
    assert "permissionDecision" not in asked
    file.write_text("edited\n")
    watched.told("gamma")
    watched.tool("PostToolUse", "Edit", "alpha", use="toolu_e", file_path=str(file))
    assert watched.end(use, "beta") == "" and watched.breaches() == []


def test_a_write_that_never_ended(watched: Watched) -> None:
    """A write that was let through and of which nothing more was heard (a permission refused) covers no change
    after its owner's next call."""
    file = watched.held()
    watched.tool("PreToolUse", "Edit", "alpha", file_path=str(file))
    watched.run("true", by="alpha")
    settle(file)
    watched.run("echo theirs > held.py")
    assert len(watched.breaches()) == 1


def test_a_command_that_still_runs(watched: Watched) -> None:
    """What an open command did is found by the holder's next hook, before the command ends."""
    watched.held()
    use = watched.begin("beta")
    watched.shell("echo theirs > held.py")
    assert "session beta" in watched.told()
    assert "held.py" in watched.end(use), "its owner hears of it too"
    assert len(watched.breaches()) == 1


def test_from_outside(watched: Watched) -> None:
    """A change at a time when nobody's command ran came from outside; the holder hears so, nobody is blamed."""
    file = watched.held()
    watched.run("true", by="alpha")
    file.write_text("by a person\n")
    settle(file)
    assert watched.run("true") == ""
    (breach,) = watched.breaches()
    assert (breach["owner"], breach["by"], breach["commands"]) == ("", ["outside"], [])
    assert "outside" in watched.told()


def test_one_of_several(watched: Watched) -> None:
    """Where two owners' commands ran, both are named and both told that it may have been theirs."""
    watched.held()
    uses = {by: watched.begin(by) for by in ("beta", "gamma")}
    watched.shell("echo theirs > held.py")
    assert "perhaps" in watched.end(uses["beta"], "beta")
    assert "perhaps" in watched.end(uses["gamma"], "gamma")
    (breach,) = watched.breaches()
    assert breach["owner"] == "" and [by.split("|")[1] for by in breach["by"]] == ["beta", "gamma"]
    heard = watched.told()
    assert "session beta or session gamma" in heard


def test_a_subagent_and_its_parent(watched: Watched) -> None:
    """A subagent is an owner of its own: its command's change to its parent's file is a breach by it."""
    watched.held()
    watched.hook("SubagentStart", "alpha/a1")
    assert "held.py" in watched.run("echo theirs > held.py", by="alpha/a1")
    assert watched.breaches()[0]["owner"].endswith("|alpha|a1")


def test_what_nobody_holds_is_no_breach(watched: Watched) -> None:
    """After the holder's stop its file is anybody's."""
    watched.held()
    watched.hook("Stop", "alpha")
    assert watched.run("echo theirs > held.py") == ""
    assert watched.breaches() == []


def test_a_change_found_at_the_holders_stop(watched: Watched) -> None:
    """A lease does not end before its file was compared."""
    watched.held()
    use = watched.begin("beta")
    watched.shell("echo theirs > held.py")
    watched.hook("Stop", "alpha")
    assert len(watched.breaches()) == 1
    assert "held.py" in watched.end(use)


def test_a_second_change(watched: Watched) -> None:
    """Each change is a breach of its own; what the holder had stays what is given back."""
    watched.held()
    for text in ("one", "two"):
        watched.run(f"echo {text} > held.py")
    first, second = watched.breaches()
    assert second["old"] == first["new"] != second["new"]


def test_a_lease_taken_by_hand(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `interlock lock try` takes is watched like any lease."""
    settle(watched.file("held.py", "mine\n"))
    assert watched.cli(monkeypatch, capsys, "lock", "try", "held.py", by="alpha")[0] == 0
    watched.run("echo theirs > held.py")
    assert watched.breaches()[0]["old_kept"] is True


def test_a_folder_taken_by_hand(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below a held folder the files that its holder has seen are watched."""
    (watched.repo / "src").mkdir()
    seen, unseen = watched.file("src/seen.py"), watched.file("src/unseen.py")
    watched.read(seen)
    assert watched.cli(monkeypatch, capsys, "lock", "try", "src", by="alpha")[0] == 0
    watched.run("echo theirs | tee src/seen.py src/unseen.py")
    assert [breach["path"] for breach in watched.breaches()] == [str(seen)]
    assert unseen.read_text() == "theirs\n"


NAMES = [
    b"a b.py", b"new\nline.py", b"quo'te\".py", b"-rf", b"$(touch x).py", b"\xff\xfe.py", "ünï.py".encode(),
    b"back\\slash.py", b"*.py", b"tab\t.py",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(watched: Watched, name: bytes) -> None:
    """Any name a file can have is watched; the sentences stay one line each."""
    file = Path(os.fsdecode(os.path.join(os.fsencode(watched.repo), name)))
    file.write_text("mine\n")
    subprocess.run(["true"], check=True)
    assert watched.write(file, text="mine too\n") == ""
    told = watched.run(lambda: file.write_text("theirs\n"))
    assert len(watched.breaches()) == 1
    for text in (told, watched.told()):
        assert text.startswith("Interlock: ") and text.isprintable() and len(text) <= 400


def test_a_subagent_that_ended(watched: Watched) -> None:
    """What a subagent that ends was still to be told, its parent hears at its next call, once."""
    watched.hook("SubagentStart", "alpha/s1")
    watched.held(by="alpha/s1")
    use = watched.begin("beta")
    watched.shell("echo theirs > held.py")
    watched.hook("SubagentStop", "alpha/s1")
    assert "held.py" in watched.end(use)
    heard = watched.told("alpha")
    assert "subagent coder s1, which has ended" in heard and "session beta" in heard and "held.py" in heard
    assert watched.told("alpha") == ""
