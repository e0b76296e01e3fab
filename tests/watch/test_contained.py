"""Commands that ran contained: what was bound for them they did not do, all else they may have."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.guard.calls import settle

from .repo import Watched


def contained(watched: Watched, *bound: Path) -> str:
    """beta's command begins, contained with these files bound."""
    use = watched.begin()
    watched.mark(use, "contained")
    watched.ran(use, *bound)
    watched.told()  # the hooks of alpha's last write are done
    return use


def by(watched: Watched) -> list[str]:
    """Whom the only breach names; "perhaps" before who is not certain."""
    (breach,) = watched.breaches()
    names = [name if name == "outside" else name.split("|")[1] for name in breach["by"]]
    return names if breach["owner"] or names == ["outside"] else ["perhaps", *names]


@pytest.mark.parametrize("early", [True, False])
def test_what_was_bound(watched: Watched, early: bool) -> None:
    """A file that was bound was changed from outside, be it found while the command runs or at its end."""
    file = watched.held()
    use = contained(watched, file)
    file.write_text("theirs\n")
    if early:
        assert "outside" in watched.told()
    watched.end(use)
    assert by(watched) == ["outside"]
    ticket = watched.root / "tickets" / f"{use}.ran"
    assert not ticket.exists()


def test_what_was_not_bound(watched: Watched) -> None:
    """A held file that its ticket did not name may be the command's doing: both sides hear so."""
    file, other = watched.held(), watched.held("other.py")
    use = contained(watched, other)
    file.write_text("theirs\n")
    assert "perhaps" in watched.end(use)
    assert by(watched) == ["perhaps", "beta"] and "perhaps by session beta" in watched.told()


def test_a_later_lease(watched: Watched) -> None:
    """What was leased after a contained command began was not bound."""
    ran = watched.held("before.py")
    use = contained(watched, ran)
    late = watched.held("late.py")
    watched.told()
    settle(late)
    late.write_text("theirs\n")
    watched.end(use)
    assert by(watched) == ["perhaps", "beta"]


def test_a_file_to_come(watched: Watched) -> None:
    """A name that no file had can't be bound."""
    new = watched.repo / "new.py"
    watched.tool("PreToolUse", "Write", file_path=str(new), content="x")
    watched.tool("PostToolUseFailure", "Write", use=f"toolu_{watched.count}", file_path=str(new), content="x")
    watched.run("true", by="alpha")
    use = contained(watched, new)
    new.write_text("generated\n")
    assert "perhaps" in watched.end(use)


def replaced(file: Path) -> None:
    (file.parent / "fresh").write_text("mine again\n")
    os.replace(file.parent / "fresh", file)


def moved(file: Path) -> None:
    file.parent.rename(file.parent.with_name("old"))
    file.parent.mkdir()
    file.write_text("theirs\n")


@pytest.mark.parametrize("away", [replaced, moved])
def test_a_mount_that_was_dropped(watched: Watched, away: Callable[[Path], None]) -> None:
    """A rename over the file, or of its folder, leaves what is at the path unbound."""
    file = watched.held("src/held.py")
    use = contained(watched, file)
    away(file)
    watched.end(use)
    assert by(watched) == ["perhaps", "beta"]


def test_the_holders_write_meanwhile(watched: Watched) -> None:
    """The client may replace a file by rename: after its holder's write the mount counts no more."""
    file = watched.held()
    watched.read(file)
    use = contained(watched, file)
    assert watched.write(file, text="mine v2\n") == ""
    watched.told()
    settle(file)
    file.write_text("theirs\n")
    watched.end(use)
    assert by(watched) == ["perhaps", "beta"]


def test_a_ticket_that_was_not_used(watched: Watched) -> None:
    """A command whose ticket nobody used ran uncontained."""
    file = watched.held()
    use = watched.begin()
    watched.mark(use, "contained")
    file.write_text("theirs\n")
    watched.end(use)
    assert by(watched) == ["beta"]
