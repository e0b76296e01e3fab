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
    """Whether a validation command may stand in the text: a look at its words, 5 µs for an everyday command. Never
    no for what spells one; ``added`` are those of the config."""
    names = NAMES.union(_base(one.words[0]) for one in added if one.words) if added else NAMES
    words = set(words_of(command))
    if not names.isdisjoint(words):
        return True
    return any(
        _base(word) in names or _bare(_base(word)) in names
        for word in words
        if "/" in word or "@" in word or word[0] == "-" or word[-1] in "0123456789"
    )


def words_of(command: str) -> list[str]:
    """The words of a text, as far as they can be told without reading it: quotes may join or part them."""
    words = command.translate(_APART).split()
    if "'" in command or '"' in command or "\\" in command:
        words += command.translate(_TOGETHER).split()
    return words


def _base(word: str) -> str:
    return word.rpartition("/")[2]


def _bare(word: str) -> str:
    """Without what may be glued to a name: ``-mpytest``, ``-Spytest``, ``jest@29``, ``pytest-3``."""
    name = word.removeprefix("-m").removeprefix("-S").partition("@")[0]
    return name if name in NAMES else name.rstrip("0123456789.").rstrip("-")


def is_name(program: str, added: "Iterable[Addition]" = ()) -> bool:
    """Whether a program of this name may be one."""
    name = _base(program)
    bare = name.rstrip("0123456789.").rstrip("-")
    if name in NAMES or bare in NAMES or bare in ("python", "node", "nodejs", "php"):
        return True
    return any(name in INTERPRETERS or _base(one.words[0]) == name for one in added)
