"""Refusals for want of a decision: the input, the path or the state can't be understood. Logged where the
store still works, so that every refusal stands in the log with its reason."""

import time

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.client import Call
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.guard.messages import broken
from interlock.words.decision import DENY, Decision
from interlock.words.faults import Fault, Unreadable
from interlock.words.owner import MAIN, Owner, part


def refused(root: str, call: Call | None, problem: Fault, started: float) -> Decision:
    """The refusal of a write that can't be checked; ``started`` in monotonic seconds."""
    reason = "unreadable" if isinstance(problem, Unreadable) else "fault"
    decision = Decision(DENY, reason, broken(str(problem)))
    try:
        _note(root, call, decision, started)
    except (Fault, OSError):
        pass  # the state is the fault, or the disk is full: the refusal stands without its line
    return decision


def _note(root: str, call: Call | None, decision: Decision, started: float) -> None:
    prepare(root)
    store = Embedded(root, AuditFile(root), clock.now, clock.wall, clock.boot_id())
    owner = Owner(part(_host()), part(call.session), part(call.agent) or MAIN).id if call else ""
    with store.transaction() as tx:
        tx.event(
            "decision",
            owner=owner,
            agent_type=part(call.agent_type) if call else "",
            tool=part(call.tool) if call else "",
            use_id=part(call.use_id) if call else "",
            project="",
            paths=[],
            verdict=decision.verdict,
            reason=decision.reason,
            sentence=decision.sentence,
            ms=round((time.monotonic() - started) * 1000, 2),
        )


def _host() -> str:
    import os

    return os.uname().nodename
