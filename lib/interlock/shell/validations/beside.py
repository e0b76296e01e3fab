"""What stands beside a run in the same command: whether it may change the files that the run sees."""

from interlock.shell.sink import UNKNOWN

_PASSING = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108  no file is made there
_LOGS = (".log", ".out", ".err", "/log", ".pyc")
_CACHES = frozenset(
    ".pytest_cache .mypy_cache .ruff_cache .coverage htmlcov __pycache__ node_modules .tox .nox .cache .next"
    " .nyc_output .turbo .eslintcache .hypothesis .venv coverage.xml".split()
)
_AT_THE_TOP = frozenset("build dist target coverage venv out".split())
"""What tools put there and make again; removing it is everyday before a run."""


def is_harmless(path: str, how: str, cwd: str) -> bool:
    """Whether a write changes nothing that a run in the checkout reads. ``cwd``: where the command runs."""
    if how == "mkdir" or path.endswith(_LOGS):
        return True
    if how.startswith(("rm", "trash", "find -delete")) and (
        not _CACHES.isdisjoint(path.split("/")) or path in [f"{cwd}/{name}" for name in _AT_THE_TOP]
    ):
        return True
    return path.startswith(_PASSING) and not cwd.startswith(_PASSING)


def doubt(stirs: list[str]) -> str:
    """Why a run is not proven with this beside it, "" for nothing."""
    if not stirs:
        return ""
    phrase = "".join(c if c.isprintable() else "?" for c in stirs[0].replace(UNKNOWN, "…"))
    return f"`{phrase if len(phrase) <= 36 else f'{phrase[:35]}…'}` stands beside it"
