"""Two agents and one file, step by step, with each answer checked against what Interlock promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shlex import quote

from interlock.demo.agent import SETTINGS, Agent, Command, installed
from interlock.demo.stage import FILE, Stage
from interlock.demo.step import HOOKS, NotAsPromised, Step, promise
from interlock.install.operate import Setup, install

A_FIRST = 'print("hello, Ada")\n'
A_LAST = 'print("hello, Ada and Alan")\n'
B_LINE = 'print("good morning")\n'
"""What B wants to write: alone it would wipe out A's work."""

_WAIT = re.compile(r"`interlock (lock wait [^`]+)`")
_QUEUED_WITHIN = 5.0
_GOT_WITHIN = 5.0


def play(stage: Stage, setup: Setup) -> Iterator[Step]:
    """The whole story. ``setup`` says what is installed; its places are replaced by the stage's."""
    yield _install(stage, setup)
    a, b = Agent(stage, "A"), Agent(stage, "B")
    yield from _first_write(a)
    refused = _refusal(a, b)
    yield from refused
    yield from _hand_over(a, b, refused[-1].said)
    yield from _read_again(a, b)


def _install(stage: Stage, setup: Setup) -> Step:
    install(replace(setup, repo=stage.repo, home=stage.home, baked=replace(setup.baked, root=stage.root)))
    entries = installed(stage.repo)
    promise(bool(entries), f"`interlock install` left no hooks in {SETTINGS}.")
    return Step(HOOKS, "you", "interlock install", f"{len(entries)} hooks written to {SETTINGS}")


def _first_write(a: Agent) -> Iterator[Step]:
    greeting = a.begin().context
    promise("Nobody else" in greeting, "A, the first session, was not told that it is alone.")
    yield Step(HOOKS, "A", "starts a session", "told that nobody else is at work here")
    got = a.write(A_FIRST)
    promise(got.refusal is None, f"A's write to a free file was refused: {got.refusal}")
    yield Step(HOOKS, "A", f"writes {FILE}", f"passes, and A holds {FILE} from now on", ms=got.ms)


def _refusal(a: Agent, b: Agent) -> list[Step]:
    greeting = b.begin().context
    promise(f"{a.session} holds {FILE}" in greeting, f"B was not told at its start that A holds {FILE}.")
    came = Step(HOOKS, "B", "starts a session", f"told that A is here and holds {FILE}")
    answer = b.write(B_LINE)
    promise(answer.refusal is not None, f"B's write was not refused though A holds {FILE}: the guard is off.")
    said = answer.refusal or ""
    promise(f"held by session {a.session}" in said, f"B's refusal does not name the holder: {said}")
    promise(b.stage.file.read_text() == A_FIRST, f"{FILE} is not as A wrote it.")
    outcome = f"REFUSED, after {answer.ms / 1000:.1f} s of waiting for A; B's model sees:"
    return [came, Step(HOOKS, "B", f"writes {FILE}", outcome, said, answer.ms)]


def _hand_over(a: Agent, b: Agent, refusal: str) -> Iterator[Step]:
    found = _WAIT.search(refusal)
    promise(found is not None, f"The refusal names no way to wait: {refusal}")
    wait = f"interlock {found.group(1) if found else ''}"
    if wait.endswith(" FILE"):  # too long a path to be shown whole
        wait = f"{wait[:-4]}{quote(str(b.stage.file))}"
    command = b.run(wait)
    queued = command.err.first(_QUEUED_WITHIN)
    promise("waiting, number 1 in the queue" in queued, f"B's `lock wait` did not wait: {queued or _all(command)}")
    yield Step(HOOKS, "B", "runs that command in its Bash", "waits:", queued)
    again = a.write(A_LAST)
    promise(again.refusal is None, f"The holder's own write was refused: {again.refusal}")
    promise(command.process.poll() is None, "B's `lock wait` returned while A still held the file.")
    yield Step(HOOKS, "A", f"writes {FILE} once more", "passes: it is the holder", ms=again.ms)
    a.stop()
    code, printed = b.end(command, _GOT_WITHIN)
    promise(code == 0 and printed.startswith(f"got {FILE}"), f"B's `lock wait` ended with {code}: {printed}")
    ms = _between(b.stage.root, a.session, b.session)
    yield Step(
        HOOKS, "A", "ends its turn", f"A's Stop hook frees {FILE}; B has it {ms:.0f} ms later:", printed, ms
    )


def _read_again(a: Agent, b: Agent) -> Iterator[Step]:
    answer = b.write(B_LINE)
    said = answer.refusal or ""
    promise(answer.refusal is not None, "B wrote over a change of A's that it had never seen: A's work is lost.")
    promise("read it again" in said and a.session in said, f"B is not told who changed the file: {said}")
    yield Step(HOOKS, "B", f"writes {FILE}", "REFUSED once, as A changed it; B's model sees:", said, answer.ms)
    seen = b.read()
    promise(seen == A_LAST, f"{FILE} is not as A left it.")
    done = b.write(seen + B_LINE)
    promise(done.refusal is None, f"B holds the file and has read it, but is refused: {done.refusal}")
    promise(b.stage.file.read_text() == A_LAST + B_LINE, f"{FILE} does not hold the work of both.")
    yield Step(HOOKS, "B", f"reads {FILE}, writes again", "passes; the file holds the work of both", ms=done.ms)
    b.stop()
    for agent in (a, b):
        agent.leave()


def log(stage: Stage) -> list[str]:
    """What happened, as `interlock log` tells it: checked, and without what is beside the story."""
    code, verified = stage.run([str(stage.shim), "log", "--verify"])
    promise(code == 0, f"`interlock log --verify` finds the log broken: {verified}")
    code, told = stage.run([str(stage.shim), "log", "--path", FILE, "--event", "granted,queued,decision,released"])
    lines = told.splitlines()
    promise(
        code == 0 and any("deny" in line for line in lines), f"`interlock log` does not tell the refusal: {told}"
    )
    return lines


def _records(root: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / "audit.jsonl").read_text().splitlines()]


def _between(root: Path, giver: str, taker: str) -> float:
    """Milliseconds from the giver's release of the file to its grant to the taker, by the log's own times."""
    freed = _time(root, "released", giver)
    granted = _time(root, "granted", taker)
    if freed is None or granted is None or granted < freed:
        raise NotAsPromised("The log does not show the hand-over.")
    return (granted - freed).total_seconds() * 1000


def _time(root: Path, event: str, session: str) -> datetime | None:
    """When the event of that session last stood in the log."""
    found = [r for r in _records(root) if r["event"] == event and f"|{session}|" in str(r.get("owner"))]
    return datetime.fromisoformat(str(found[-1]["at"])) if found else None


def _all(command: Command) -> str:
    command.process.kill()
    return command.out.text() or command.err.text()
