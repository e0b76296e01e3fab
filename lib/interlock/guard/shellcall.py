"""PreToolUse on a shell tool. Three layers: the command is read; what can't be read is contained; what was
changed all the same is found afterwards (``guard/watch.py``).

Cheap first: while nobody else holds anything within reach, the command passes unread.
"""

import time

from interlock.guard import reach, watch
from interlock.guard.before import ASK_AGAIN, SOON, answered, bound, note
from interlock.guard.scene import Scene
from interlock.shell.validations import may_validate
from interlock.words.decision import DENY, PASS, Decision
from interlock.words.faults import StorageFull, Unreadable

_SIGN = "# interlock:"
WRITES, RUNS = "writes", "runs"
"""Why a command is read: it could get into the way of others; it may be a run that is one at a time."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.contracting import Bound
    from interlock.words.lease import Lease

COMMITS = ("commit", "merge", "cherry-pick", "revert", "rebase", "git pull", "git am")
"""Words of commands that make commits."""
MARKED = ("Bash", "Monitor")
"""The tools whose commands are bash's and start through the client's shell prefix (live: Bash on 2.1.197 and
2.1.329, Monitor, which the older one has not, on 2.1.329)."""


def before_shell(scene: Scene) -> Decision:
    """The decision on a shell command. Idempotent per tool_use_id."""
    contract = bound(scene)
    try:
        decision, held, due = _look(scene, contract)
    except StorageFull:
        return Decision(PASS, "shell", command=mark(scene))
    if decision is not None or not due:
        return decision or Decision(PASS, "shell", command=mark(scene))
    from interlock.guard.intent import Intent, reading_of
    from interlock.guard.shellread import Plan, judged, runs_alone

    reading = reading_of(scene)
    plan = Plan(scene, Intent(scene, reading if due == WRITES else runs_alone(reading)), held, contract)
    patience = time.monotonic() + scene.config.wait
    while True:
        decision, ticket = judged(scene, plan, last=time.monotonic() >= patience)
        if decision is not None:
            return decision
        if plan.run and plan.run.waits:
            plan.run.pause(ticket)
        else:
            left = max(0.0, patience - time.monotonic())
            scene.store.wait(ticket, min(left, ASK_AGAIN if ticket else SOON))


def _look(scene: Scene, contract: "Bound | None") -> "tuple[Decision | None, list[Lease], str]":
    """(the decision if it is made already, leases of others within reach, why to read the command). ``contract``:
    what who acts is held to."""
    with scene.store.transaction() as tx:
        row = scene.arrive(tx)
        done = answered(tx, scene)
        if done is not None:
            return done, [], ""
        if forged(scene):
            from interlock.guard.runtexts import FORGED

            return note(tx, scene, Decision(DENY, "mark", FORGED), []), [], ""
        if contract is not None and (refusal := _hides(scene, contract)) is not None:
            return note(tx, scene, refusal, []), [], ""
        watch.look_after(tx, scene, scene.store.wall())
        if contract is not None and contract.contract.shares:
            from interlock.guard import sections

            sections.begin(tx, contract)
        held = reach.reachable(tx, scene)
        due = (
            bool(held)
            or reach.speaks_of_itself(scene)
            or reach.touches_uncommitted(tx, scene)
            or reach.may_write_beside_others(tx, scene, row.project)
            or reach.takes_turns(scene)
            or (contract is not None and reach.looks_like_writing(scene.call.command))
            or reach.beside(tx, scene)
        )
        if due or may_run(scene):
            return None, held, WRITES if due else RUNS
        decision = Decision(PASS, "shell", command=mark(scene))
        decision = note(tx, scene, decision, [], **logged(scene.call.command))
        watch.began(tx, scene)
        return decision, [], ""


def _hides(scene: Scene, contract: "Bound") -> Decision | None:
    """Why an agent with a contract must not call `interlock` in this way; None where it may."""
    if "interlock" not in scene.call.command:
        return None
    from interlock.guard.contractsays import hidden as says
    from interlock.guard.hiding import hidden

    program, verb = hidden(scene.call.command)
    return Decision(DENY, "hidden", says(contract.contract.name, program, verb)) if program else None


def logged(command: str) -> dict[str, object]:
    """What the log says of a command: its beginning, and of the whole of it whether it speaks of commits, which
    the gate asks (docs/gate.md)."""
    facts: dict[str, object] = {"command": command[:500]}
    if any(word in command for word in COMMITS):
        facts["commits"] = True
    return facts


def may_run(scene: Scene) -> bool:
    """Whether the text may hold a validation run: of the table, or of the project's own."""
    return may_validate(scene.call.command, scene.config.validations)


def mark(scene: Scene, always: bool = False) -> str:
    """The command with its mark, by which the CLI and the prefix program know which call they belong to; ""
    where it needs none. On a line of its own it is safe after a heredoc, and changes no permission rule's
    answer (live, 2.1.197 and 2.1.329). ``always``: the caller knows that it can be marked."""
    call = scene.call
    wanted = always or call.in_background or "interlock" in call.command
    if not wanted or call.tool not in MARKED or (not always and unmarkable(scene)):
        return ""
    return f"{call.command}\n{_SIGN}{call.use_id}"


def forged(scene: Scene) -> bool:
    """Whether a line of the command begins as the mark does, which is the guard's alone to write: it names another
    call's ticket or owner. Its own name is let be: a hook may see what another has marked."""
    call = scene.call
    if _SIGN not in call.command:
        return False
    lines = f"\n{call.command}".split(f"\n{_SIGN}")[1:]
    return any(line.partition("\n")[0].rstrip("\r") != call.use_id for line in lines)


def unmarkable(scene: Scene, whole: bool | None = None) -> str:
    """Why a comment after the command would not be one, or can't name its call; "" if it can be marked. ``whole``:
    whether it could be parsed, if that is known."""
    call = scene.call
    if not is_ticket(call.use_id):
        return "the call has no name to mark it with"
    if call.command.endswith("\\"):
        return "it ends with a backslash"
    if "<<" in call.command and not (_is_whole(call.command) if whole is None else whole):
        return "it may end inside a heredoc"  # bash takes the end of its text for the heredoc's
    return ""


def _is_whole(command: str) -> bool:
    from interlock.doors import shfmt

    try:
        shfmt.parse(command)
    except Unreadable:
        return False
    return True


def is_ticket(text: str) -> bool:
    """Whether a tool_use_id is fit for a comment and for a file's name."""
    return 0 < len(text) <= 128 and text.isascii() and text.replace("_", "").replace("-", "").isalnum()
