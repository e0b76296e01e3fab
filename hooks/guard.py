"""Claude Code runs this at every hooked event: `python -I -S guard.py LIB STATE EVENT`.

LIB holds the `interlock` package, STATE is Interlock's state folder; both are baked in by the installer, so
that no environment, working directory or site-packages can change what runs. If the guard itself can't be
loaded, what may write is refused: the client would let it through.
"""

import gc
import os
import sys

gc.disable()  # the process ends before there is anything to collect
try:
    sys.path.append(sys.argv[1])
    from interlock.image import use

    use(sys.argv[2], sys.argv[1])
    from interlock.guard.entry import main

    main(sys.argv[2], sys.argv[3])
except BaseException:
    if sys.argv[-1:] == ["PreToolUse"]:
        os.write(
            1,
            b'{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny",'
            b'"permissionDecisionReason":"Interlock: the guard can\'t be loaded, so this call is refused. '
            b'The person you work for should run `interlock doctor`, or reinstall it."}}',
        )
    os._exit(0)
