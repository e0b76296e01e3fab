"""Names of targets and scripts (``make lint``, ``npm run test:unit``): what such a name promises."""

RUNS = frozenset(
    "all test tests testing unittest unittests unit units integration e2e spec specs smoke check checks"
    " checkall lint lints linting linter build builds rebuild compile type types typecheck typechecks typing ci"
    " verify verification validate validation qa quality precommit prepush coverage cov bench benchmark"
    " benchmarks style tidy install setup bootstrap deps dependencies sync assemble package analyze analyse"
    " audit mypy pyright ruff flake8 pylint eslint tsc jest vitest mocha pytest tox nox cypress playwright"
    " clippy vet bundle".split()
)
WRITES = frozenset(
    "fix fixes fmt format formatting black isort prettier generate codegen gen typegen update".split()
)
NOT = frozenset("watch watcher serve storybook preview ui open tdd interactive headed hot monitor".split())
NOT_FIRST = frozenset(
    "dev start serve stop deploy publish release clean docs doc docker help list new create".split()
)
_SERVING = ("dev", "start", "serve")


def is_target(name: str) -> bool:
    """Whether a target of this name tests, checks, builds or installs; a watcher or a server doesn't."""
    parts = _parts(name)
    if not parts or parts[0] in NOT_FIRST or parts[-1] == "debug" or not NOT.isdisjoint(parts):
        return False
    return any(part in RUNS or part in WRITES or part.startswith(("test", "check", "lint")) for part in parts)


def serves(name: str) -> bool:
    """Whether it goes on until it is stopped: beside it the others hold no mutex either."""
    parts = _parts(name)
    return bool(parts) and (
        parts[0] in _SERVING or parts in (["run"], ["boot", "run"]) or not NOT.isdisjoint(parts)
    )


def writes(name: str) -> bool:
    """Whether it is likely to change sources."""
    parts = _parts(name)
    return not WRITES.isdisjoint(parts) and "check" not in parts


def _parts(name: str) -> list[str]:
    """``lint:fix``, ``lint-fix`` and ``lintFix`` have the same two."""
    apart = "".join(
        f" {c}" if c.isupper() and before.islower() else c if c.isalnum() else " "
        for before, c in zip(" " + name, name, strict=False)
    )
    return apart.lower().split()
