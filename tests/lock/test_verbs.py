"""The verbs and their exit codes: 0 got it, 1 held by another or not mine, 2 usage or a fault."""

import time
from pathlib import Path

import pytest

from .conftest import Type, data


def test_try_then_held(typed: Type) -> None:
    """The first to try has it (0), the second is told who has it, since when and what to do (1)."""
    assert typed("try", "a.py", by="alpha")[0] == 0
    code, said = typed("try", "a.py", by="beta")
    assert code == 1
    for wanted in ("a.py", "session alpha", "since", "until", "interlock lock wait"):
        assert wanted in said


def test_all_or_nothing(typed: Type) -> None:
    """Of several paths all are taken or none, each once however often it is named."""
    typed("try", "b.py", by="alpha")
    assert typed("try", "a.py", "b.py", "c.py", by="beta")[0] == 1
    assert typed("holder", "a.py", "c.py", by="beta")[0] == 1
    assert len(data(typed("try", "a.py", "./a.py", "x/../a.py", "--json", by="beta"))["leases"]) == 1


def test_a_folder_covers_all_below(typed: Type, repo: Path) -> None:
    """A lock on a folder keeps others from every file below it, also from those not there yet."""
    (repo / "src").mkdir()
    assert typed("try", "src", by="alpha")[0] == 0
    assert typed("try", "src/deep/new.py", by="beta")[0] == 1
    assert typed("try", "srcx", by="beta")[0] == 0


def test_a_folder_is_refused_over_a_held_file(typed: Type, repo: Path) -> None:
    """A folder can't be taken while another holds a file in it; a missing folder is named with a slash."""
    (repo / "src").mkdir()
    typed("try", "src/a.py", "new/b.py", by="alpha")
    assert typed("try", "src", by="beta")[0] == 1
    assert typed("try", "new/", by="beta")[0] == 1


def test_a_folder_to_come_covers_all_below(typed: Type, repo: Path) -> None:
    """A folder that does not exist yet is taken with all that will be below it, without a slash too."""
    assert typed("try", "newpkg", by="alpha")[0] == 0
    assert typed("try", "newpkg/__init__.py", by="beta")[0] == 1
    assert "newpkg" in typed("holder", "newpkg/sub/x.py")[1]
    assert typed("check", "newpkg/x.py", by="alpha")[0] == 0
    (repo / "newpkg").mkdir()
    assert typed("try", "newpkg/a.py", by="beta")[0] == 1
    assert typed("try", "newpkg", by="beta")[0] == 1
    assert typed("try", "newpkg/a.py", "newpkg", by="alpha")[0] == 0


def test_a_folder_to_come_is_refused_over_a_file_to_come(typed: Type) -> None:
    """Who plans a folder is refused while another has taken a file in it, even if none of it is there yet."""
    typed("try", "newpkg/a.py", by="alpha")
    assert typed("try", "newpkg", by="beta")[0] == 1


def test_check_is_only_for_mine(typed: Type) -> None:
    """check is 0 only for who holds all that is named."""
    typed("try", "a.py", by="alpha")
    assert typed("check", "a.py", by="alpha")[0] == 0
    assert typed("check", "a.py", "b.py", by="alpha")[0] == 1
    assert typed("check", "a.py", by="beta")[0] == 1


def test_holder_names_the_holder(typed: Type) -> None:
    """holder prints who has it (0), or that nobody has (1)."""
    typed("try", "a.py", by="alpha")
    assert typed("holder", "a.py") == (0, typed("holder", "a.py")[1])
    assert "session alpha" in typed("holder", "a.py")[1]
    assert typed("holder", "b.py") == (1, "b.py: nobody\n")


def test_release_only_mine(typed: Type) -> None:
    """release gives back what is mine and says of the rest that it isn't (1); others' locks stay."""
    typed("try", "a.py", by="alpha")
    assert typed("release", "a.py", by="beta")[0] == 1
    assert typed("check", "a.py", by="alpha")[0] == 0
    assert typed("release", "a.py", by="alpha")[0] == 0
    assert typed("holder", "a.py")[0] == 1


def test_release_all_only_mine(typed: Type) -> None:
    """release-all leaves everybody else's locks alone."""
    typed("try", "a.py", by="alpha")
    typed("try", "b.py", "c.py", by="beta")
    assert len(data(typed("release-all", "--json", by="beta"))["released"]) == 2
    assert typed("check", "a.py", by="alpha")[0] == 0


def test_a_mutex_is_a_literal_name(typed: Type, repo: Path) -> None:
    """mutex:NAME is a lock on a name: a file of that name is another thing."""
    assert typed("try", "mutex:a.py", by="alpha")[0] == 0
    assert typed("try", "a.py", by="beta")[0] == 0
    assert typed("try", "mutex:a.py", by="beta")[0] == 1


def test_a_person_is_an_owner(typed: Type) -> None:
    """At a terminal the owner is the user, whose lock holds an hour or as long as was said."""
    now = time.time()
    assert 3590 < data(typed("try", "a.py", "--json"))["leases"][0]["until"] - now < 3610
    assert 50 < data(typed("try", "b.py", "--ttl", "60", "--json"))["leases"][0]["until"] - now < 70
    assert "a person at a terminal" in typed("try", "a.py", by="alpha")[1]
    assert "or until they give it back" in typed("try", "a.py", by="alpha")[1]


def test_purpose_is_told(typed: Type) -> None:
    """What a lock is for is told to who is refused."""
    typed("try", "a.py", "--purpose", "move the parser", by="alpha")
    assert '"move the parser"' in typed("try", "a.py", by="beta")[1]


def test_wait_gives_up_in_time_and_tells_the_place(typed: Type) -> None:
    """wait ends with 1 after its timeout, having told the place in the queue."""
    typed("try", "a.py", by="alpha")
    code, said = typed("wait", "a.py", "--timeout", "0.1", by="beta")
    assert code == 1
    assert "number 1 in the queue" in said


@pytest.mark.parametrize("words", [(), ("try",), ("try", ""), ("wait", "a", "--timeout", "-1"), ("take", "a")])
def test_usage(typed: Type, words: tuple[str, ...]) -> None:
    """What can't be understood is 2, with a sentence."""
    code, said = typed(*words)
    assert code == 2
    assert said.strip()


def test_damaged_state_is_not_held(typed: Type, tmp_path: Path) -> None:
    """A store that can't be read is 2 and says how to repair it; 1 would say that somebody holds the file."""
    typed("try", "a.py", by="alpha")
    (tmp_path / "state" / "interlock" / "leases.db").write_bytes(b"not a database" * 100)
    code, said = typed("try", "a.py", by="beta")
    assert code == 2
    assert "interlock doctor --repair" in said
