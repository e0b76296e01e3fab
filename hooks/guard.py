"""Claude Code runs this at every hooked event: `python -I -S guard.py LIB STATE EVENT`.

LIB holds the `interlock` package, STATE is Interlock's state folder; both are baked in by the installer, so
that no environment, working directory or site-packages can change what runs. If the guard itself can't be
loaded, what may write is refused, as the client would let it through; shell commands pass.
"""

import gc
import sys


def run_image(lib: str, root: str, part: str = "guard") -> None:
    """Loads modules of the guard from one sealed file (lib/interlock/image.py); without it Python imports them.
    ``part``: which; the guard asks for others when they are due."""
    try:
        import posix
        from _imp import source_hash
        from marshal import loads

        flags = posix.O_RDONLY | posix.O_NONBLOCK | posix.O_NOFOLLOW
        handle = posix.open(f"{root}/cache/{part}.{sys.implementation.cache_tag}", flags)
        data = posix.read(handle, posix.fstat(handle).st_size)
        posix.close(handle)
        if source_hash(0x696E7465726C6F63, data[8:]) == data[:8]:
            loader, built_for, entries = loads(memoryview(data)[8:])
            exec(loader, {"lib": lib, "built_for": built_for, "entries": entries})
    except (ImportError, OSError):
        pass


def is_shell_call() -> bool:
    """Whether the call is a shell command: these pass where Interlock can't decide (docs/adr/0007), the one
    that repairs it among them. What can't be read is none."""
    try:
        import json

        call = json.loads(sys.stdin.buffer.read(1 << 26))
        return call.get("tool_name") in ("Bash", "PowerShell", "Monitor", "REPL")
    except Exception:
        return False


try:
    gc.disable()  # the process ends before there is anything to collect
    sys.path.append(sys.argv[1])
    run_image(sys.argv[1], sys.argv[2])
    from interlock.guard.entry import main

    main(sys.argv[2], sys.argv[3])
except BaseException:
    import os

    if sys.argv[-1:] == ["PreToolUse"] and not is_shell_call():
        os.write(
            1,
            b'{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny",'
            b'"permissionDecisionReason":"Interlock: the guard can\'t be loaded, so this call is refused. '
            b'The person you work for should run `interlock doctor`, or reinstall it."}}',
        )
    os._exit(0)
