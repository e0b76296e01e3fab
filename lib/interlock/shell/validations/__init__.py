"""Validation commands: those that act on the whole repo, so that they run one at a time and what becomes of them
is evidence. This module is the cheap question; ``find`` has the answer, ``rows`` the table.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from interlock.shell.where import Addition

NAMES = frozenset(
    "--test ant artisan ava bandit basedpyright bats bazel bazelisk behave biome black brakeman buck2 bun"
    " bundle c8 cabal cargo cmake codeception composer coverage ctest cucumber cypress dart ddtrace-run deno"
    " detekt dmypy doit dotnet dub earthly elm-test eslint flake8 flutter ginkgo gleam gmake go gofmt"
    " golangci-lint gotestsum gradle gradlew hatch inv invoke isort jasmine jest just karma ktlint lefthook"
    " lein lerna mage make manage.py maturin meson mise mix mocha moon mvn mvnd mvnw mypy ng ninja nose2 nox"
    " npm nx nyc oxlint paratest pdm pest phpcs phpstan phpunit pip pip-sync pipenv pixi playwright pnpm poe"
    " poetry pre-commit pre_commit prek prettier prove psalm py.test pylint pyre pyright pytest pytype rails"
    " rake rebar3 robot rspec rubocop ruff rush rustfmt rye sbt scons setup.py shellspec sorbet stack standard"
    " staticcheck stylelint svelte-check swift swiftlint tap task tox trunk tsc turbo ty unittest uv vitest"
    " vue-tsc webpack xcodebuild xo yarn yarnpkg zig".split()
)  # fmt: skip
"""The programs of the table, and words that stand for one (``python -m unittest``, ``node --test``). A test holds
that it is complete."""
INTERPRETERS = frozenset("bash sh zsh python python3 node ruby perl php".split())
"""What they run may be a command of the config: ``bash scripts/check``."""
_APART = str.maketrans(dict.fromkeys(";|&(){}<>$`=,\n\t\r\"'\\", " "))
_TOGETHER = str.maketrans({**dict.fromkeys("\"'\\"), **dict.fromkeys(";|&(){}<>$`=,\n\t\r", " ")})


def may_validate(command: str, added: "Iterable[Addition]" = ()) -> bool:
    """Whether a validation command may stand in the text: a look at its words, some 10 µs per 1000 characters. No
    for what spells none; ``added`` are those of the config."""
    own = {one.words[0].rpartition("/")[2] for one in added if one.words}
    for table in (_APART, _TOGETHER) if "'" in command or '"' in command or "\\" in command else (_APART,):
        for word in command.translate(table).split():
            name = word.rpartition("/")[2]
            if name in NAMES or name in own:
                return True
            if name[:2] in ("-m", "-S") or name[-1:].isdigit() or "@" in name[1:]:
                bare = name.removeprefix("-m").removeprefix("-S").partition("@")[0]
                if bare in NAMES or bare in own or bare.rstrip("0123456789.").rstrip("-") in NAMES:
                    return True
    return False


def is_name(program: str, added: "Iterable[Addition]" = ()) -> bool:
    """Whether a program of this name may be one."""
    name = program.rpartition("/")[2]
    bare = name.rstrip("0123456789.").rstrip("-")
    if name in NAMES or bare in NAMES or bare in ("python", "node", "nodejs", "php"):
        return True
    return any(name in INTERPRETERS or one.words[0].rpartition("/")[2] == name for one in added)
