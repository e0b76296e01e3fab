"""The same through the real Claude Code, where one is found: two sessions on one file, a scripted model on
loopback, a dummy key, a home of their own, nothing of the user's environment but PATH.

The client is somebody else's program: that it doesn't start, or takes too long, is told and forgiven. That a
write went through which Interlock promises to refuse is not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote

from interlock.demo.model import Model, Result, Turn
from interlock.demo.running import Lines
from interlock.demo.stage import Stage
from interlock.demo.step import CLIENT, ClientTrouble, Step, promise

FILE = "notes.txt"
A_LINE = "A was here\n"
B_LINE = "B was here\n"
_READ, _REFUSED, _WAITED, _WROTE = range(4)
"""B's tool calls."""
_WAIT = re.compile(r"`(interlock lock wait [^`]+)`")
_QUIET = {
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "ANTHROPIC_API_KEY": "dummy",
}


def find(environ: Mapping[str, str]) -> Path | None:
    """The client: the first of INTERLOCK_CLIENTS, else `claude` on PATH."""
    named = [part for part in environ.get("INTERLOCK_CLIENTS", "").split(os.pathsep) if part]
    found = named[0] if named else shutil.which("claude", path=environ.get("PATH", os.defpath))
    return Path(found).absolute() if found else None


def play(stage: Stage, binary: Path, seconds: float, path: str) -> Iterator[Step]:
    """Runs both sessions in the stage's repository, whose hooks are installed. Raises ClientTrouble."""
    until = time.monotonic() + seconds
    file = stage.repo / FILE
    model = Model(_scripts(file))
    try:
        environ = {**stage.environ(path), **_QUIET, "ANTHROPIC_BASE_URL": model.url}
        environ["CLAUDE_CODE_TMPDIR"] = environ["TMPDIR"]
        if os.geteuid() == 0:
            environ["IS_SANDBOX"] = "1"
        sessions = [_start(stage, binary, marker, environ) for marker in ("SESSION-A", "SESSION-B")]
        for letter, session in zip("AB", sessions, strict=True):
            _wait(letter, session, until)
        yield from _seen(model.results["SESSION-B"], file)
    finally:
        model.close()


def _scripts(file: Path) -> dict[str, list[Turn]]:
    """A writes, and ends its turn once B was refused. B reads, writes, waits as it was told, writes again."""
    return {
        "SESSION-A": [
            Turn("Write", lambda _: {"file_path": str(file), "content": A_LINE}),
            Turn(after=("SESSION-B", _WAITED)),
        ],
        "SESSION-B": [
            Turn("Read", lambda _: {"file_path": str(file)}, after=("SESSION-A", 1)),
            Turn("Write", lambda _: {"file_path": str(file), "content": A_LINE + B_LINE}),
            Turn("Bash", lambda results: {"command": _command(results, file), "description": "Wait"}),
            Turn("Write", lambda _: {"file_path": str(file), "content": A_LINE + B_LINE}),
        ],
    }


def _command(results: list[Result], file: Path) -> str:
    """The command that the refusal names; `true` if there was none, which is found out later."""
    found = _WAIT.search(results[-1].text if results else "")
    command = found.group(1) if found else "true"
    return f"{command[:-4]}{quote(str(file))}" if command.endswith(" FILE") else command


def _start(
    stage: Stage, binary: Path, prompt: str, environ: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], Lines]:
    argv = [str(binary), "-p", prompt, "--output-format", "text", "--permission-mode", "acceptEdits"]
    argv += ["--allowedTools", "Bash", "Read", "Write"]
    try:
        process = stage.start(argv, environ, stderr=subprocess.STDOUT)
    except OSError as problem:
        raise ClientTrouble(f"{binary} does not start: {problem.strerror}") from None
    return process, Lines(process.stdout)


def _wait(letter: str, session: tuple[subprocess.Popen[bytes], Lines], until: float) -> None:
    process, said = session
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise ClientTrouble(f"session {letter} was not through in the time that the demo has") from None
    if process.returncode != 0:
        last = said.text().strip().splitlines()[-1:] or ["no output"]
        raise ClientTrouble(f"session {letter} ended with {process.returncode} ({last[0][:120]})")


def _seen(results: list[Result], file: Path) -> Iterator[Step]:
    """What B's model saw, checked."""
    if len(results) <= _REFUSED or results[_READ].is_error:
        raise ClientTrouble(f"session B did not come to its write ({_last(results)})")
    refused = results[_REFUSED]
    promise(refused.is_error, "B's write to a file that A holds went through: the client did not obey the hooks.")
    if "Interlock:" not in refused.text:
        raise ClientTrouble(f"the client itself did not let B write ({refused.text[:120]})")
    promise("is held by session" in refused.text, f"B's refusal does not name the holder: {refused.text}")
    yield Step(CLIENT, "B", f"writes {FILE}, which A holds", "REFUSED; B's model sees:", _plain(refused.text))
    if len(results) <= _WROTE:
        raise ClientTrouble(f"session B did not come to its second write ({_last(results)})")
    waited, wrote = results[_WAITED], results[_WROTE]
    promise(waited.text.startswith(f"got {FILE}"), f"B's `lock wait` in the client said: {waited.text[:200]}")
    yield Step(CLIENT, "B", "runs that command; A ends its turn", "B's model sees:", waited.text.strip())
    promise(not wrote.is_error, f"B had the file, but its write was refused: {wrote.text[:400]}")
    promise(file.read_text() == A_LINE + B_LINE, f"{FILE} does not hold the work of both.")
    yield Step(CLIENT, "B", f"writes {FILE} again", "passes; the file holds the work of both")


def _last(results: list[Result]) -> str:
    return results[-1].text[:120] if results else "no tool was called"


def _plain(text: str) -> str:
    """The sentence, without the marks the client puts around it."""
    return re.sub(r"</?tool_use_error>", "", text).strip()
