"""What becomes of a stop: it passes, or is blocked with what is missing; at most three times, and not without
progress. Then it passes all the same, and the issue is handed over."""

from __future__ import annotations

from typing import NamedTuple

from interlock.gate.check import Verdict
from interlock.gate.history import Event

TRIES = 3
"""How often a stop is blocked in one period."""
ROOM = 1200
"""Characters of what an agent is told."""


class Outcome(NamedTuple):
    """``sentence``: what the agent is told where the stop is blocked, else "". ``reason``: why the stop passed
    though the gate is not met, "" where it is met or blocked."""

    attempt: int
    no_progress: bool
    sentence: str = ""
    reason: str = ""


def judge(verdict: Verdict, checks: list[Event], issue: str) -> Outcome:
    """``checks`` are the earlier ones of the period, oldest first."""
    attempt = len(checks) + 1
    stuck = bool(checks) and not verdict.met and _stuck(verdict, checks[-1])
    if verdict.met:
        return Outcome(attempt, False)
    if verdict.blocked:
        return Outcome(attempt, stuck, reason="its agent is blocked")
    if stuck:
        return Outcome(
            attempt, True, reason="the gate is not met, and a new try brought neither commit nor evidence"
        )
    if attempt > TRIES:
        return Outcome(attempt, False, reason=f"the gate is not met after {TRIES} tries")
    return Outcome(attempt, False, told(verdict.missing, issue, TRIES - attempt))


def _stuck(verdict: Verdict, before: Event) -> bool:
    """Neither commit nor evidence is new. Where those are all there, the block alone was to be mended: then what
    is missing must be the same for it to be no progress."""
    same = before.text("commit") == verdict.commit and before.facts.get("evidence") == verdict.evidence
    if verdict.work:
        return same
    return same and before.facts.get("missing") == noted(verdict.missing)


def noted(missing: list[str]) -> list[str]:
    """What the log keeps of it."""
    return [line[:400] for line in missing[:20]]


def told(missing: list[str], issue: str, left: int) -> str:
    """The refusal of a stop."""
    what = f"issue {issue} is not done yet" if issue else "your work is not done yet"
    tries = f"{left} more time{'s' if left != 1 else ''}" if left else "for the last time"
    end = (
        f'\nThen end again with the completion block. If something keeps you from it, say so there ("blocked": '
        f'"why"): the issue is handed over. You are asked {tries}.'
    )
    lines = [f"Interlock: {what}. Missing:"]
    room = ROOM - len(lines[0]) - len(end) - 30
    for number, line in enumerate(missing):
        text = f"- {_plain(line)}"
        if len(text) > room:
            text = f"{text[: max(0, room - 1)]}…" if number == 0 else ""
        if not text:
            lines.append(f"- and {len(missing) - number} more")
            break
        room -= len(text) + 1
        lines.append(text)
    return "\n".join(lines) + end


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:400]
