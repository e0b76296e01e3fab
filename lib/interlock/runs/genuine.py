"""Is the program that a run started the real one? Doubts, as sentences; none is proof of ill will.

Looked at are the programs that the command's words lead to (by PATH, by a tool folder's bin, through every
symlink), the modules that would be imported in their place, and the environment's ways to slip something in
front. What is part of the checkout's own content (a conftest, a Makefile, package.json) is no matter of this: it
is in the tree.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from interlock.doors import content, keys
from interlock.doors.git import Git
from interlock.guard import messages
from interlock.runs import places, steering
from interlock.words.faults import Unreadable
from interlock.words.owner import parse

if TYPE_CHECKING:
    from interlock.leases.port import Row
    from interlock.shell.reading import Validation

TOOLS = frozenset(".venv venv env .env node_modules .tox .nox target .direnv .pixi __pypackages__".split())
"""Folders of a checkout in which package managers put programs, where git ignores them."""
_LINKS = 16
_PYTHON = re.compile(r"python[\d.]*|pypy[\d.]*")
_STARTUP = (
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".profile",
    ".zshrc",
    ".zshenv",
    ".zprofile",
    ".bash_aliases",
)
_HARMLESS = re.compile(
    r"-[qvsrlx]\w*|--(color|tb|durations|maxfail|basetemp|log-level|capture)=\S*|--no-header|-n\d*|\d+|auto|no:\w+"
)
_LOADS = re.compile(r"(^|\s)(-r|--require|--import|--loader|--experimental-loader)\b")
_SECONDS = 2.0


class Ground(NamedTuple):
    """Where and with what the run starts. ``trusted``: the PATH of who uses the session (``places``)."""

    checkout: str
    cwd: str
    environ: Mapping[str, str]
    home: str
    trusted: str = ""


Wrote = Callable[[str], str]
"""What to say of who wrote a path or, where it ends with a slash, anything below it; "" for nobody known."""


def doubt(run: Validation, ground: Ground, wrote: Wrote) -> str:
    """Why the program may not be the real one, "" for no reason."""
    return next((told for told in _doubts(run, ground, wrote) if told), "")


def program(run: Validation, ground: Ground) -> str:
    """The file that the command's first word leads to, "" if none does."""
    return _by_path(run.spelled[0], ground) if run.spelled else ""


def told(row: Row, now: float, wall: float) -> str:
    """Who wrote what, of a row (key, owner, kind, digest, at, wall) of the table ``wrote``; "" where that content
    is gone."""
    key, owner, kind, digest, _at, when = row
    if digest == content.MISSING or content.look(keys.path_of(key), 0.0).digest != digest:
        return ""
    shown = messages.short(keys.path_of(key), "")
    return f"{shown} was written by {_who(owner, kind)} at {messages.clock(now - (wall - when), now, wall)}"


def _doubts(run: Validation, ground: Ground, wrote: Wrote) -> Iterator[str]:
    yield from _environment(run, ground, wrote)
    for name in _programs(run):
        path = _by_path(name, ground)
        if not path:
            continue
        for number, hop in enumerate(_hops(path)):
            yield wrote(hop)
            yield _inside(hop, name, ground, wrote) if _is_inside(hop, ground) else _outside(hop, number, ground)
    yield from _shadows(run, ground, wrote)
    tool = run.runner if run.runner in ("pytest", "jest", "vitest", "go", "cargo") else _tool(run)
    yield from steering.hidden(tool, ground.checkout, ground.cwd)


def _tool(run: Validation) -> str:
    return os.path.basename(run.words[0]) if run.words else ""


def _programs(run: Validation) -> list[str]:
    """The words that name programs: the first, and the tool that a wrapper starts."""
    named = [*run.spelled[:1], *(run.words[:1] if run.words[:1] != run.spelled[:1] else ())]
    return [name for name in named if name and not name.startswith("-")]


def _by_path(name: str, ground: Ground) -> str:
    """The file that the name leads to: a path, by PATH, or, for a tool behind a wrapper, in the tool folders."""
    if "/" in name:
        return os.path.normpath(os.path.join(ground.cwd, name))
    for folder in ground.environ.get("PATH", os.defpath).split(":"):
        path = os.path.join(ground.cwd, folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return os.path.normpath(path)
    for folder in (".venv/bin", "node_modules/.bin"):
        path = os.path.join(ground.checkout, folder, name)
        if os.path.lexists(path):
            return path
    return ""


def _hops(path: str) -> Iterator[str]:
    """The path and every one that its symlinks lead through, to the end."""
    for _ in range(_LINKS):
        yield path
        try:
            path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
        except OSError:
            break
    yield os.path.realpath(path)


def _real(path: str) -> str:
    """The path with the links of its folders followed, its own not."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _is_inside(path: str, ground: Ground) -> bool:
    return _real(path).startswith(f"{os.path.realpath(ground.checkout)}/")


def _outside(path: str, number: int, ground: Ground) -> str:
    """The doubt of a program elsewhere: the one that was found (number 0), or what its links lead to."""
    look = places.temporary if number else places.strange
    why = look(path, ground.trusted, ground.environ)
    return f"{messages.short(path, '', 80)} {why}" if why else ""


def _inside(path: str, name: str, ground: Ground, wrote: Wrote) -> str:
    """The doubt of a program that lies in the checkout. One spelled as a path (./gradlew) is asked for as such,
    and in the tree; any other must be in a package manager's folder that git ignores and nobody wrote to."""
    top, real = os.path.realpath(ground.checkout), _real(path)
    parts = real[len(top) + 1 :].split("/")
    tool = next((n for n, part in enumerate(parts[:-1], 1) if part in TOOLS), 0)
    shown = messages.short("/".join(parts), "", 80)
    if not tool:
        return "" if "/" in name else f"{shown} is a program of this checkout, not the installed {_brief(name)}"
    folder = "/".join([top, *parts[:tool]])
    if told := wrote(f"{folder}/"):
        return told
    return (
        ""
        if _ignored(top, real)
        else f"{shown} is a program of this checkout: git does not ignore {parts[tool - 1]}"
    )


def _ignored(top: str, path: str) -> bool:
    try:
        return Git(top, _SECONDS, places.with_git(os.environ)).tried("check-ignore", "-q", "--", path)[0] == 0
    except Unreadable:
        return False


def _shadows(run: Validation, ground: Ground, wrote: Wrote) -> Iterator[str]:
    """Modules that Python would import in place of the tool's own, or before it."""
    first = os.path.basename(run.spelled[0]) if run.spelled else ""
    tool = _tool(run)
    module = bool(_PYTHON.fullmatch(first)) or "-m" in run.spelled[:4]
    folders = [part for part in ground.environ.get("PYTHONPATH", "").split(":") if part]
    python = module or run.runner in ("pytest", "unittest") or bool(folders)
    if not python or run.runner in ("jest", "vitest", "go", "cargo"):
        return
    names = [tool, f"_{tool}"] if tool.isidentifier() else []
    looked = [(ground.cwd, names)] if module else []
    looked += [(os.path.join(ground.cwd, part), [*names, "sitecustomize", "usercustomize"]) for part in folders]
    for folder, modules in looked:
        for file in (f"{name}{end}" for name in modules for end in (".py", "/__init__.py", ".pyc", ".so")):
            path = os.path.normpath(os.path.join(folder, file))
            if os.path.isfile(path):
                yield wrote(path) or f"{_brief(_short(path, ground))} would be imported in place of the real one"


def _environment(run: Validation, ground: Ground, wrote: Wrote) -> Iterator[str]:
    environ = ground.environ
    for word in {*_programs(run), "command"}:
        if f"BASH_FUNC_{word}%%" in environ:
            yield f"the environment has a function {_brief(word)}"
    if run.runner == "pytest":
        yield from _pytest_environment(environ)
    if run.runner in ("jest", "vitest") and _LOADS.search(environ.get("NODE_OPTIONS", "")):
        yield "NODE_OPTIONS in the environment loads a module"
    if run.runner == "go" and "-run" in environ.get("GOFLAGS", ""):
        yield "GOFLAGS in the environment chooses tests"
    for name in ("LD_PRELOAD", "BASH_ENV", "PYTHONHOME", "RUSTC_WRAPPER", "DYLD_INSERT_LIBRARIES"):
        for path in environ.get(name, "").split(":") if environ.get(name) else ():
            full = os.path.join(ground.cwd, path)
            yield wrote(full)
            if f"{os.path.realpath(full)}/".startswith(f"{os.path.realpath(ground.checkout)}/"):
                yield f"{name} in the environment leads into this checkout"
    for path in (os.path.join(ground.home, name) for name in _STARTUP):
        yield wrote(path) if os.path.lexists(path) else ""


def _pytest_environment(environ: Mapping[str, str]) -> Iterator[str]:
    if environ.get("PYTEST_PLUGINS"):
        yield "PYTEST_PLUGINS in the environment loads plugins"
    try:
        added = shlex.split(environ.get("PYTEST_ADDOPTS", ""))
    except ValueError:
        added = ["?"]
    if strange := [word for word in added if not (_HARMLESS.fullmatch(word) or word in ("-p", "-n"))]:
        yield f"PYTEST_ADDOPTS in the environment has {_brief(strange[0])}"
    if any(b != "no:cacheprovider" for a, b in pairwise([*added, ""]) if a == "-p"):
        yield "PYTEST_ADDOPTS in the environment loads a plugin"


def _short(path: str, ground: Ground) -> str:
    return messages.short(path, ground.checkout)


def _brief(text: str) -> str:
    return messages.brief(text, 80)


def _who(owner: str, kind: str) -> str:
    try:
        return messages.name(parse(owner), kind)
    except ValueError:
        return "somebody"
