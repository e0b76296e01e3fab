"""``os`` for the guard, without the millisecond that ``import os`` takes (docs/adr/0003): most of that goes into
abstract classes and ``os.environ``.

The names that the guard uses, with the same meaning; a test compares them. Its modules say ``from interlock import
system as os``. Where there is no ``posix`` (Windows, untested) it is ``os`` itself.
"""

import sys

from interlock import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import *  # noqa: F403
    from os import _exit, environ, path
else:
    try:
        import io
        import posix
        from posix import *  # noqa: F403
        from posix import _exit

        path = paths
        _CODEC = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())

        def fsencode(name):
            return name if isinstance(name, bytes) else name.encode(*_CODEC)

        def fsdecode(name):
            return name if isinstance(name, str) else name.decode(*_CODEC)

        def fdopen(handle, *args, **named):
            return io.open(handle, *args, **named)  # noqa: UP020  `open` is the system call here

        def makedirs(name, mode=0o777, exist_ok=False):
            import os

            os.makedirs(name, mode, exist_ok)

        environ = {fsdecode(name): fsdecode(value) for name, value in posix.environ.items()}
    except ImportError:
        from os import *  # noqa: F403
        from os import _exit, environ, path  # noqa: F401
