"""Where things lie on disk: the state root, and the pack that gets installed.

Agrees with platformdirs (a test holds it), which the guard can't afford to import. Nothing a repository
says decides these places, and the account's entry stands in for a missing HOME.
"""

import os
import sys


def home(environ: "os._Environ[str] | dict[str, str]" = os.environ) -> str:
    """The user's home directory; from the account where HOME is unset or not absolute."""
    named = environ.get("HOME", "")
    if named.startswith("/"):
        return named
    if sys.platform == "win32":  # untested
        return environ.get("USERPROFILE", "C:\\")
    import pwd

    return pwd.getpwuid(os.getuid()).pw_dir


def state_root(environ: "os._Environ[str] | dict[str, str]" = os.environ, platform: str = sys.platform) -> str:
    """Interlock's state folder for this user on this machine (XDG base directories on Linux,
    Application Support on macOS, LocalAppData on Windows; the latter two are untested)."""
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
