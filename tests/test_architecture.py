"""The rooms and their arrows, read from the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
LIB = TOP / "lib" / "interlock"
FILES = {path.relative_to(LIB).as_posix(): path for path in sorted(LIB.rglob("*.py"))}
MAY = {
    "words": {"words"},
    "leases": {"words", "leases"},
    "doors": {"words", "leases", "system"},
    "shell": {"words", "shell"},
    "guard": {"words", "leases", "doors", "shell", "guard", "image", "system"},
    "system": {"paths"},
    "paths": set(),
}
"""Which rooms each room may import. Those that aren't named here may import what is below them."""
SIBLINGS = {
    "doors/store": {"doors/store", "doors.audit", "doors.oslock"},
    "doors/config": {"doors.config", "doors.plainfile"},
    "doors/runfolder.py": {"doors.plainfile"},
    "doors/blocks.py": {"doors.plainfile"},
    "doors/notes.py": {"doors.plainfile"},
    "doors/repo.py": {"doors.plainfile"},
    # what `@tests` is; both keep a sealed copy, in the same way
    "doors/contracts.py": {"doors.config", "doors.plainfile"},
    "doors/contain.py": {"doors.clock", "doors.contain_why"},  # what was tried counts until the next boot
    "doors/git.py": {"doors.spawn", "doors.repo"},
    "doors/head.py": {"doors.repo"},
    "doors/client.py": {"doors.mcp"},
    "doors/mcp": {"doors.mcp"},
}
"""Doors that lead to other doors: a store writes the log under its lock; the config has two halves, one of
which the guard seldom needs; git is a program, never one out of the checkout; where git keeps things is known
once; files that others put there are read in one way; the client's JSON holds that of MCP tools, in a room of its
own."""
CLIENTS = {"tool_input", "permissionDecision", "permissionDecisionReason", "hookSpecificOutput", "updatedInput"}
CLIENTS_JSON = {
    "doors/client.py",
    "install/command.py",  # the launcher's answer when the guard is missing
}
DATABASE = {
    "doctor/ground.py",  # says which version of SQLite runs
    "log/verify.py",  # reads the store's head under its lock, changing nothing: a transaction would mend the log
}
"""Files outside the store that import the database's module, and why."""
SQL = re.compile(
    r"\b(SELECT\s+[\w*(]|INSERT\s+(OR \w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX))"
)


def room(name: str) -> str:
    """The room of a file: its first folder, or the file itself at the top."""
    return name.partition("/")[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Everything that a file imports, inside functions and for types too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> Iterator[str]:
    """What a file imports of this package, without the package's name."""
    for name in imports(path):
        if name.startswith("interlock."):
            yield name.removeprefix("interlock.")


def strings(path: Path) -> Iterator[str]:
    """Every text in a file that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told and isinstance(node.value, str | bytes):
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


@pytest.mark.parametrize("name", [name for name in FILES if room(name) in MAY])
def test_arrows_point_one_way(name: str) -> None:
    """Words import nothing but words, leases words, doors both but no other door, the guard all of these;
    none of them a face, a shape or the installer."""
    known = next((allowed for prefix, allowed in SIBLINGS.items() if name.startswith(prefix)), set())
    for target in ours(FILES[name]):
        if room(name) == "doors" and target.startswith("doors."):
            assert any(target.replace("/", ".").startswith(way.replace("/", ".")) for way in known), target
        else:
            assert target.partition(".")[0] in MAY[room(name)], target


def test_the_image_stands_alone() -> None:
    """What loads the modules imports none of them."""
    assert list(ours(FILES["image.py"])) == []


@pytest.mark.parametrize("name", FILES)
def test_sql_lives_in_sql_files(name: str) -> None:
    """No statement of SQL stands in Python; the database's module is imported by the store alone."""
    assert not [text for text in strings(FILES[name]) if SQL.search(text)]
    if not name.startswith("doors/store/") and name not in DATABASE:
        assert not {"sqlite3", "_sqlite3"} & {target.partition(".")[0] for target in imports(FILES[name])}


@pytest.mark.parametrize("name", sorted(FILES.keys() - CLIENTS_JSON))
def test_the_clients_keys_live_in_one_place(name: str) -> None:
    """Only the client's door, and the answer for when it can't be reached, know the client's JSON."""
    if room(name) not in ("demo", "doctor"):  # both play the client
        assert not [text for text in strings(FILES[name]) for key in CLIENTS if key in text]


def test_the_rules_bite() -> None:
    """The patterns above find what they look for."""
    assert any(SQL.search(part) for part in (LIB / "doors/store/queries.sql").read_text().split("\n"))
    assert any("tool_input" in text for text in strings(FILES["doors/client.py"]))
    assert "_sqlite3" in {target.partition(".")[0] for target in imports(FILES["doors/store/embedded.py"])}
    assert any("permissionDecision" in text for text in strings(TOP / "hooks" / "guard.py"))


@pytest.mark.parametrize("path", [*FILES.values(), *sorted((TOP / "hooks").glob("*.py"))], ids=lambda p: p.name)
def test_files_are_short_and_say_what_they_are(path: Path) -> None:
    """No file has more than 400 lines, and each begins by saying what it is."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text))
