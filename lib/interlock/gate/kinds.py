"""What a run is: tests, a type check, a linter. Told by the name that the table of validation commands, or the
config, has for it (docs/validations.md): a command that neither knows, `echo test`, is none of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from interlock.shell.validations.find import Found, Ground, find

if TYPE_CHECKING:
    from interlock.gate.rules import Rules
    from interlock.runs.evidence import Evidence

TESTS = frozenset(
    "test tests testing unit unittest unittests spec specs e2e integration pytest nose2 tox nox behave robot jest"
    " vitest mocha ava jasmine karma cypress playwright ctest rspec minitest phpunit paratest pest codeception"
    " cucumber bats shellspec gotestsum ginkgo prove trial".split()
)
TYPES = frozenset(
    "tsc mypy dmypy pyright basedpyright ty pyre pytype flow psalm phpstan sorbet type types typing typecheck"
    " typechecks".split()
)
_WHOLE = {"svelte-check": "types", "ruff check": "lint"}
_KINDS = {
    "test": TESTS,
    "types": TYPES,
    "lint": frozenset(
        "lint lints linter linting eslint oxlint flake8 pylint bandit clippy golangci staticcheck vet biome"
        " stylelint standard xo rubocop phpcs ktlint detekt swiftlint credo".split()
    ),
    "format": frozenset("format formatting fmt style black prettier gofmt rustfmt isort ktfmt".split()),
}
_CALLED = {
    **dict.fromkeys(("tests", "unit", "unit tests", "unittests"), "test"),
    **dict.fromkeys(("type", "typecheck", "type-check", "type check", "typing", "tsc"), "types"),
    **dict.fromkeys(("linter", "linting", "linters"), "lint"),
    **dict.fromkeys(("fmt", "formatting", "formatter"), "format"),
}
_CHECKS = frozenset("check checks verify ci".split())
_BUILDERS = frozenset(
    "make gmake just task gradle mvn npm pnpm yarn bun mage invoke inv mise ninja sbt rake doit poe pixi turbo nx"
    " moon rush lerna ant cmake pdm hatch rye composer mix".split()
)
_TESTING = frozenset(("gradle build", "mvn package", "mvn install", "mvn deploy", "mvn integration-test"))
"""Builds that run the tests on their way."""
_APART = re.compile(r"[^a-z0-9]+")


def called(words: list[str], rules: Rules) -> str:
    """What the table or the config calls the command, lower case; the line itself if the config requires it; ""
    for one that neither knows."""
    if not words:
        return ""
    found = _found(words, rules)
    if found is not None:
        added = [" ".join(one.words) for one in rules.added if one.name == found.name]
        return " ".join([found.name, *added]).casefold()
    return " ".join(words).casefold() if words in rules.required_words() else ""


def is_test(run: Evidence, rules: Rules) -> bool:
    """Whether it ran tests: by its name, or since its runner counted some."""
    name = called(run.words, rules) or called(run.spelled, rules)
    return bool(name) and (run.ran is not None or _is("test", name))


def is_test_command(words: list[str], rules: Rules) -> bool:
    """Whether the command runs tests, by its name alone."""
    return _is("test", called(words, rules))


def is_check_command(words: list[str], rules: Rules) -> bool:
    """Whether the command checks the project as the project itself says (`make check`, `mvn verify`, a script that
    the config requires), tests most likely among it; a tool's verb of that name (`cargo check`) does not."""
    found = _found(words, rules._replace(added=tuple(one for one in rules.added if not one.demanded)))
    if found is None:
        return words in rules.required_words()
    name = found.name.casefold()
    builder = name.partition(" ")[0] in _BUILDERS
    return name in _TESTING or (builder and not _CHECKS.isdisjoint(_parts(name)))


def runner(run: Evidence, rules: Rules) -> str:
    """What the run is called, however it was spelled."""
    return called(run.words, rules) or called(run.spelled, rules)


def is_part(run: Evidence, rules: Rules) -> bool:
    """Whether it ran a part of the whole alone, by its words."""
    found = _found(run.words, rules)
    return found is not None and bool(found.partial) and run.words not in rules.required_words()


def is_type_check(words: list[str], rules: Rules) -> bool:
    """Whether the command checks types."""
    return _is("types", called(words, rules))


def is_guard(guard: str, run: Evidence, rules: Rules) -> bool:
    """Whether the run is what a completion block calls ``guard``: the command's own name or words of it ("ruff",
    "npm run lint"), or a kind ("lint")."""
    name, wanted = called(run.words, rules) or called(run.spelled, rules), guard.casefold()
    if not name:
        return False
    asked = _parts(wanted)
    return _is(_CALLED.get(wanted, wanted), name) or (bool(asked) and asked <= _parts(name))


def _found(words: list[str], rules: Rules) -> Found | None:
    base = [words[0].rpartition("/")[2], *words[1:]] if words else []
    return find(words[0], base, Ground(lambda path: False, added=rules.added)) if words else None


def _is(kind: str, name: str) -> bool:
    return _WHOLE.get(name) == kind or not _parts(name).isdisjoint(_KINDS.get(kind, ()))


def _parts(name: str) -> set[str]:
    return {part for part in _APART.split(name) if part}
