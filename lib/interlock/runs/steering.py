"""Files that steer a runner and that no tree shows: ignored by git in the checkout, or in a folder above it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from interlock.doors.git import Git
from interlock.guard import messages
from interlock.runs import places
from interlock.words.faults import Unreadable

STEERS = "steers it"
"""How each clause ends."""
_PYTHON = ("pyproject.toml", "setup.cfg", "tox.ini")
_PYTEST = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", *_PYTHON)
_RUFF = ("ruff.toml", ".ruff.toml", "pyproject.toml")
_ENDS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".json")
_JEST, _VITEST, _VITE, _ESLINT = (
    tuple(f"{name}{end}" for end in _ENDS)
    for name in ("jest.config", "vitest.config", "vite.config", "eslint.config")
)
_OLD_ESLINT = (".eslintrc", *(f".eslintrc{end}" for end in (".js", ".cjs", ".json", ".yml", ".yaml")))
_NODE = ("package.json",)
_OTHERS = ("GNUmakefile", "makefile", "noxfile.py", "justfile", ".justfile")
_STEERS = {
    "pytest": (*_PYTEST, "conftest.py"),
    "mypy": ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"),
    "ruff": _RUFF,
    "jest": (*_JEST, *_NODE),
    "vitest": (*_VITEST, *_VITE, *_NODE),
    "eslint": (*_ESLINT, *_OLD_ESLINT, *_NODE),
    "tsc": ("tsconfig.json",),
    "go": (),  # a go.work is a person's own, and chooses no tests
    "cargo": (),
}
_ALL = frozenset(name for names in _STEERS.values() for name in names) | set(_OTHERS)
_CLIMBS = {
    "pytest": _PYTEST, "ruff": _RUFF, "jest": (*_JEST, *_NODE), "eslint": (*_ESLINT, *_OLD_ESLINT),
    "tsc": ("tsconfig.json",), "npm": _NODE, "pnpm": _NODE, "yarn": _NODE,
}  # fmt: skip
"""What a tool looks for in its folder and then in each one above, the nearest counts."""
_SECTIONS = {
    ("pytest", "pyproject.toml"): b"[tool.pytest", ("pytest", "setup.cfg"): b"[tool:pytest]",
    ("pytest", "tox.ini"): b"[pytest]", ("ruff", "pyproject.toml"): b"[tool.ruff",
}  # fmt: skip
"""Files that count only with this in them."""
_SECONDS = 5.0
_TEXT = 1 << 20


def hidden(tool: str, checkout: str, cwd: str) -> Iterator[str]:
    """Why what steers ``tool`` (a program's name; of one that is not known: whatever it may start) in ``cwd`` is
    not all in the tree, in clauses that name a file."""
    names = _STEERS.get(tool, _ALL)
    for path in _ignored(checkout):
        if path in names or os.path.basename(path) in names:
            yield f"git ignores {messages.short(path, '', 80)}, which {STEERS}"
    for other in [tool] if tool in _STEERS or tool in _CLIMBS else ["pytest"]:
        if path := _above(other, checkout, cwd):
            yield f"{messages.short(path, '')}, above this checkout, {STEERS}"


def _ignored(checkout: str) -> list[str]:
    """The ignored files of the checkout; of a folder that is ignored as a whole, nothing."""
    try:
        git = Git(checkout, _SECONDS, places.with_git(os.environ))
        git.environ["GIT_WORK_TREE"] = checkout
        found = git.names("ls-files", "-o", "-i", "-z", "--exclude-standard", "--directory")
    except Unreadable:
        return []  # the fingerprint has said why
    return [path for path in found if not path.endswith("/")]


def _above(tool: str, checkout: str, cwd: str) -> str:
    """The nearest of the files that the tool looks for on its way up, where that is not in the checkout."""
    top, folder = os.path.realpath(checkout), os.path.realpath(cwd)
    while True:
        for name in _CLIMBS.get(tool, ()):
            path = os.path.join(folder, name)
            if _counts(path, _SECTIONS.get((tool, name), b"")):
                return "" if path.startswith(f"{top}/") else path
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above


def _counts(path: str, section: bytes) -> bool:
    """Whether it is a file, with the section in it."""
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            return section in file.read(_TEXT)
    except OSError:
        return False
