"""Which settings file a scope means, and whether it is safe to write there.

A settings file that is a symlink is written through to its target (people keep settings in dotfile folders).
For local and project scope the target must lie in the repository: a repository can come from anyone, and
must not choose what else gets written.
"""

import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from interlock.install.errors import InstallError


class Scope(StrEnum):
    """Whom the hooks are for."""

    LOCAL = "local"
    """This user in this checkout: .claude/settings.local.json."""
    PROJECT = "project"
    """Everybody who clones: .claude/settings.json, committed."""
    USER = "user"
    """This user in every repository: ~/.claude/settings.json."""


@dataclass(frozen=True)
class Target:
    """The settings file of a scope."""

    scope: Scope
    named: Path
    """As people know it."""
    real: Path
    """Where it lies, all symlinks followed."""
    folder: Path
    """The .claude folder, real."""

    @property
    def new_mode(self) -> int | None:
        """The mode of a new file: the user's own settings are private; a repository follows the umask."""
        return 0o600 if self.scope is Scope.USER else None

    def make_folder(self) -> None:
        """Make the .claude folder if need be."""
        self.folder.mkdir(0o700 if self.scope is Scope.USER else 0o777, exist_ok=True)


def locate(scope: Scope, repo: Path, home: Path) -> Target:
    """The settings file of ``scope``. Raises InstallError where it must not be written."""
    if scope is Scope.USER:
        base, inside = _directory(home, "home directory"), None
    else:
        base = inside = _directory(repo, "repository")
        if scope is Scope.PROJECT and base == home.resolve():
            raise InstallError(
                f"{repo} is your home directory, whose settings.json holds for all you do; use --scope user."
            )
    name = "settings.local.json" if scope is Scope.LOCAL else "settings.json"
    folder = _resolved(base / ".claude", inside, stat.S_ISDIR, "a directory")
    file = _resolved(folder / name, inside, stat.S_ISREG, "a regular file")
    shown = (home if scope is Scope.USER else repo) / ".claude" / name
    return Target(scope, shown, file, folder)


def below(folder: Path, name: str, inside: Path | None) -> Path:
    """Where the file ``name`` below the real ``folder`` lies, its folders there or not; its own last name is not
    looked at. Raises InstallError where a folder leads out of ``inside``, or is none."""
    *folders, last = name.split("/")
    for one in folders:
        folder = _resolved(folder / one, inside, stat.S_ISDIR, "a directory")
    return folder / last


def file_in(path: Path, inside: Path | None) -> Path:
    """Where the file at ``path`` lies, there or not. Raises InstallError as ``below`` does."""
    return _resolved(path.parent.resolve() / path.name, inside, stat.S_ISREG, "a regular file")


def _directory(path: Path, what: str) -> Path:
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as fault:
        raise InstallError(f"There is no {what} at {path} ({fault}); name one that exists.") from None
    if not real.is_dir():
        raise InstallError(f"{path} is not a directory; name the {what}'s top folder.")
    return real


def _resolved(path: Path, inside: Path | None, wanted: object, kind: str) -> Path:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return path
    real = path
    if stat.S_ISLNK(found.st_mode):
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            raise InstallError(f"{path} is a symlink that leads nowhere; remove it or repair it.") from None
        if inside is not None and not real.is_relative_to(inside):
            raise InstallError(
                f"{path} leads out of the repository, to {real}, and Interlock won't write there; "
                "replace the symlink by what it should hold, or use --scope user."
            )
        found = real.stat()
    if not (callable(wanted) and wanted(found.st_mode)):
        raise InstallError(f"{path} is not {kind}; look at what it is, and remove it.")
    return real


def notes(target: Target, repo: Path, root: Path, home: Path, python: Path) -> list[str]:
    """What a person should know about this place before relying on it."""
    said = []
    if target.scope is Scope.PROJECT and root not in default_roots(home):
        said.append(
            f"The state root {root} is not the default one; the hooks find it only where Claude Code "
            f"starts with XDG_STATE_HOME={root.parent}."
        )
    if target.scope is Scope.LOCAL:
        said.append(f"{target.named.name} names this machine's paths; keep it out of version control.")
    top = _enclosing_repository(repo.resolve())
    if target.scope is not Scope.USER and top is not None:
        said.append(
            f"{repo} lies inside the repository {top}; sessions started elsewhere in it don't read this file."
        )
    if any(python.is_relative_to(home / cache) for cache in (".cache", "Library/Caches")):
        said.append(f"{python} lies in a cache that may be emptied; install Interlock in a lasting place (pipx).")
    return said


def default_roots(home: Path) -> tuple[Path, Path]:
    """Where a project-scope command looks without being told."""
    return home / ".local/state/interlock", home / "Library/Application Support/interlock"


def _enclosing_repository(repo: Path) -> Path | None:
    if (repo / ".git").exists():
        return None
    return next((parent for parent in repo.parents if (parent / ".git").exists()), None)
