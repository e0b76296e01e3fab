"""The guard's entry: total. Whatever breaks, an answer goes out in time, on purpose allow or deny.

The client lets a tool call through when its hook crashes, times out or prints nonsense (live, 2.1.197 and
2.1.329). So every path here ends in exit 0 with a decision; a second thread answers if the first is stuck
in the kernel. Leaving by os._exit saves the interpreter's tidying up.
"""

import sys
import time
from _thread import allocate_lock, start_new_thread

from interlock import system as os
from interlock.words.decision import DENY, PASS, Decision
from interlock.words.faults import Fault

DEADLINE = 25.0
"""Seconds from start to answer, at most; the installed timeout is 60."""
SESSION_END_DEADLINE = 1.0
"""The client gives all SessionEnd hooks 1.5 s together."""
_PIECE = 1 << 16


class Answer:
    """Whoever comes first answers; nobody answers twice. ``lenient``: the call is known to be a shell command,
    which passes where Interlock can't decide (docs/adr/0007)."""

    def __init__(self, event: str) -> None:
        self.lenient = False
        self._lock = allocate_lock()
        self._unsaid = 2 if event == "PreToolUse" else 1  # 2 blocks the tool, but would also block a Stop

    def give(self, text: str) -> None:
        if not self._lock.acquire(False):
            time.sleep(60)  # the other thread is answering, and will end the process
        data = text.encode("ascii", "replace")
        try:
            whole = os.write(1, data) == len(data) if data else True  # torn JSON opens the guard: one write
        except OSError:
            whole = False
        os._exit(0 if whole else self._unsaid)


def main(root: str, event: str) -> None:
    """Answers one hook call, read from standard input, and ends the process."""
    started = time.monotonic()
    answer = Answer(event)
    seconds = SESSION_END_DEADLINE if event == "SessionEnd" else DEADLINE
    start_new_thread(_watch, (answer, root, event, seconds))
    try:
        text = respond(_input(), root, event, os.environ, started, answer)
    except BaseException as problem:  # the one place that asks "what if this breaks"
        told = f"{type(problem).__name__}: {str(problem)[:120]}. Run `interlock doctor`."
        text = "" if answer.lenient else refusal(event, told)
    answer.give(text)


def respond(
    raw: bytes,
    root: str,
    event: str,
    environ: "Mapping[str, str]",
    started: float,
    given: Answer | None = None,
) -> str:
    """The text to print for a hook's input. Faults become refusals of what would write. ``given`` is told what
    kind of call it is as soon as that is known."""
    from interlock.doors.client import answer, parse

    call = None
    try:
        call = parse(raw, event)
        if given is not None:
            given.lenient = call.is_shell or call.starts_agent
        from interlock.guard.scene import Scene

        scene = Scene(call, root, environ, started)
        return answer(event, _handler(event)(scene), call.input)
    except Fault as problem:
        if event != "PreToolUse" or (call is not None and (call.is_shell or call.starts_agent)):
            return _warning(event, str(problem))
        from interlock.guard.unable import refused

        return answer(event, refused(root, call, problem, started), {})


def _handler(event: str) -> "Handler":
    if event == "PreToolUse":
        from interlock.guard.before import before_tool

        return before_tool
    if event in ("PostToolUse", "PostToolUseFailure"):
        from interlock.guard.after import after_tool

        return after_tool
    from interlock.guard import gating, life

    named = {
        "SessionStart": life.session_start,
        "SubagentStart": life.subagent_start,
        "SubagentStop": life.subagent_stop,
        "Stop": life.stop,
        "SessionEnd": life.session_end,
        "UserPromptSubmit": gating.prompted,
    }
    return named.get(event, lambda scene: Decision(PASS, "unknown_event"))


def refusal(event: str, reason: str) -> str:
    """The answer when no decision can be made: deny what may write, say nothing of the rest."""
    from interlock.doors.client import answer
    from interlock.guard.messages import broken

    if event != "PreToolUse":
        return ""
    return answer(event, Decision(DENY, "fault", broken(reason)), {})


def _warning(event: str, problem: str) -> str:
    """Faults outside PreToolUse stop nothing; who starts a session is told."""
    from interlock.doors.client import answer
    from interlock.guard.messages import GREETING, fit

    if event != "SessionStart":
        return ""
    return answer(event, Decision(PASS, "fault", context=fit(f"Interlock: {problem}", GREETING)), {})


def _watch(answer: Answer, root: str, event: str, seconds: float) -> None:
    time.sleep(seconds)
    text = ""
    try:
        if event == "PreToolUse" and not answer.lenient:
            from interlock.doors.client import answer as told
            from interlock.doors.oslock import holder
            from interlock.guard.messages import too_slow

            sentence = too_slow(seconds, holder(os.path.join(root, "store.lock")))
            text = told(event, Decision(DENY, "deadline", sentence), {})
    finally:
        answer.give(text)


def _input() -> bytes:
    from interlock.words.jsontext import MAX_BYTES

    pieces, total = [], 0
    while (piece := os.read(0, _PIECE)) and total <= MAX_BYTES:
        pieces.append(piece)
        total += len(piece)
    return b"".join(pieces)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from interlock.guard.scene import Scene

    Handler = Callable[[Scene], Decision]

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
