"""Where things lie on disk: the state root, and the pack that gets installed.

Agrees with platformdirs (a test holds it), which the guard can't afford to import. Nothing a repository
says decides these places, and the account's entry stands in for a missing HOME.
"""

import sys

from interlock import system as os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def home(environ: "Mapping[str, str] | None" = None) -> str:
    """The user's home directory; from the account where HOME is unset or not absolute. ``environ``: this
    process's, where none is given."""
    environ = _environ() if environ is None else environ
    named = environ.get("HOME", "")
    if named.startswith("/"):
        return named
    if sys.platform == "win32":  # untested
        return environ.get("USERPROFILE", "C:\\")
    import pwd

    return pwd.getpwuid(os.getuid()).pw_dir


def state_root(environ: "Mapping[str, str] | None" = None, platform: str = sys.platform) -> str:
    """Interlock's state folder for this user on this machine (XDG base directories on Linux,
    Application Support on macOS, LocalAppData on Windows; the latter two are untested)."""
    environ = _environ() if environ is None else environ
    if platform == "win32":
        return environ.get("LOCALAPPDATA", home(environ) + "\\AppData\\Local") + "\\interlock\\interlock"
    named = environ.get("XDG_STATE_HOME", "").strip()
    if not named.startswith("/"):  # the XDG specification: relative paths are to be ignored
        named = home(environ) + ("/Library/Application Support" if platform == "darwin" else "/.local/state")
    return f"{named}/interlock"


def lib_dir() -> str:
    """The folder that holds the ``interlock`` package."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def pack_dir() -> str:
    """The folder that holds hooks/, agents/ and commands/: inside the wheel, or the source tree's top."""
    shipped = os.path.join(lib_dir(), "interlock", "pack")
    return shipped if os.path.isdir(shipped) else os.path.dirname(lib_dir())


def _environ() -> "Mapping[str, str]":
    import os  # the live one: the desk's tests and programs may change it

    return os.environ
