"""The corpus, read from its files: shell commands that change a held file, and benign ones.

A new case is a line in tests/shell/corpus/writes/CLASS.toml: ``name = 'command'`` under ``[literal]``, where the
path that is changed is spelled or can be computed from literals, or under ``[opaque]``, where it can't. What
differs from the usual is said in a table: setup, held, cwd, needs, index (see Case). A benign command is a
line in tests/shell/corpus/benign/CLASS.toml, under ``run`` where the tests may run it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
HELD = "held.py"
ALSO_HELD = "src/held.js"
"""What another owner holds while the benign commands run, besides HELD."""


@dataclass(frozen=True)
class Case:
    """A command that changes ``held``, a path from the repository's top. ``setup`` is a script run before
    anybody watches. ``cwd`` is where the command runs. ``needs`` are programs it can't do without. ``index``:
    it takes the holder's change into git's index or history, and leaves the file alone. ``verified``: the
    tests run it; a case that can't be run here counts in no measure."""

    kind: str
    name: str
    command: str
    literal: bool
    setup: str = ""
    held: str = HELD
    cwd: str = "."
    needs: tuple[str, ...] = ()
    index: bool = False
    verified: bool = True

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True)
class Benign:
    """A command that changes nothing of others. ``hard``: it looks as if it did. ``run``: cheap and safe to
    be run for proof. ``left`` are files that the setup changes, as somebody would have who has ended."""

    kind: str
    command: str
    hard: bool
    run: bool
    setup: str = ""
    left: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        line = " ".join(self.command.split())
        return f"{self.kind}/{line[:60]}"


@cache
def writes() -> tuple[Case, ...]:
    return tuple(case for path in sorted((CORPUS / "writes").glob("*.toml")) for case in _writes(path))


@cache
def benign() -> tuple[Benign, ...]:
    return tuple(case for path in sorted((CORPUS / "benign").glob("*.toml")) for case in _benign(path))


def _writes(path: Path) -> list[Case]:
    data = _load(path)
    usual = {key: data.pop(key) for key in ("setup", "held", "index", "verified") if key in data}
    found = []
    for group in ("literal", "opaque"):
        for name, given in data.pop(group, {}).items():
            fields = usual | (given if isinstance(given, dict) else {"run": given})
            command, needs = fields.pop("run"), tuple(fields.pop("needs", ()))
            found.append(Case(path.stem, name, command, group == "literal", needs=needs, **fields))
    assert not data, f"{path.name}: unknown keys {sorted(data)}"
    return found


def _benign(path: Path) -> list[Benign]:
    data = _load(path)
    hard, setup, left = data.pop("hard", False), data.pop("setup", ""), tuple(data.pop("left", ()))
    found = []
    for key, run in (("run", True), ("unrun", False)):
        found += [Benign(path.stem, command, hard, run, setup, left) for command in data.pop(key, [])]
    for given in data.pop("with_setup", []):
        found.append(Benign(path.stem, given["command"], hard, True, given["setup"], left))
    assert not data, f"{path.name}: unknown keys {sorted(data)}"
    return found


def _load(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
