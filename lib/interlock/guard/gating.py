"""Issues and the gate, as the hooks see them: who takes up which issue, and whether its owner may stop.

The check itself is the desk's (`interlock gate stop`): it wants pydantic and the whole log. It runs before the
owner's leases are given back, within SECONDS; if it can't be asked the stop passes, is logged as `gate_fault`, and
the issue is handed over: a guard must not wedge an agent.

An issue comes from `interlock issue start`, from a line `ISSUE: id` in the prompt, or (main agents) from the
branch, in that order. The user's prompt comes with UserPromptSubmit. No hook has a subagent's prompt together with
its id, but PostToolUse of the call that started it in the background; in any case its transcript begins with its
prompt, and is read at SubagentStop, where it may lag behind for a moment. A lone call that starts one is paired
with the SubagentStart that follows it. (To pair these calls with SubagentStart
by their order fails where several are made at once: they come in any order. Live, 2.1.197 and 2.1.329.)
"""

import os
import time

from interlock.doors import head, keys, notes, repo
from interlock.doors.spawn import run
from interlock.guard import gatesays, whichrun
from interlock.guard.deskcall import environment
from interlock.guard.messages import GREETING, fit
from interlock.leases.issues import BRANCH, PROMPT, begin, end
from interlock.leases.records import OwnerRow
from interlock.words.decision import DENY, PASS, Decision
from interlock.words.faults import Unreadable
from interlock.words.issue import in_prompt, mark, of_branch
from interlock.words.jsontext import dumps, loads
from interlock.words.owner import Owner, part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from interlock.guard.scene import Scene
    from interlock.leases.port import Row, Tx

LAUNCH = "Agent"
"""What a call that starts a subagent is called in the store; its note is the issue."""
SECONDS = 18.0
"""For the desk's answer; the guard's own deadline is 25 s."""
_LEFT = 6.0  # seconds to hand over the work of the dead
_ANSWER = 64 * 1024  # bytes of the desk's answer
_MESSAGE = 256 * 1024  # characters of the agent's last message that are sent
_LAG = 2.0  # seconds that a transcript gets to be written
_PAUSE = 0.02


def prompted(scene: "Scene") -> Decision:
    """UserPromptSubmit: the main agent takes up the issue that the prompt or, if it has none, its branch names."""
    top = repo.checkout(scene.cwd) or scene.project
    named = in_prompt(scene.call.prompt)
    now = head.read(top)
    with scene.store.transaction() as tx:
        row = scene.arrive(tx, main=True)
        whichrun.note(tx, scene.main, whichrun.of_prompt(scene.call.prompt))
        issue = named or row.issue or of_branch(now.branch, scene.config.gate_pattern)
        if not issue or issue == row.issue:
            return Decision(PASS, "prompt")
        begin(tx, row, issue, PROMPT if named else BRANCH, now.commit, keys.text(top), **_rules(scene))
    return Decision(PASS, "issue", context=_told(scene, issue, top))


def launched(scene: "Scene") -> Decision:
    """PreToolUse of what starts subagents: one that could not begin is not started (``starting``); what this one
    should know of its issue is put below its prompt."""
    from interlock.guard.starting import cannot

    prompt = scene.call.prompt
    refusal = cannot(scene)
    if refusal is not None:
        from interlock.guard.before import recorded

        return recorded(scene, refusal, [])
    issue = in_prompt(prompt)
    with scene.store.transaction() as tx:
        scene.settle(tx)
        use = scene.call.use_id[:128]
        facts = whichrun.launch(scene.call.launches, prompt)
        tx.run("call_put", id=use, owner=scene.main.id, tool=LAUNCH, at=tx.now, decision=facts, ended=0)
        tx.run("call_mark", id=use, note=issue)
    if not issue:
        return Decision(PASS, "no_path")
    top = repo.checkout(scene.cwd) or scene.project
    return Decision(PASS, "issue", command=f"{prompt}\n\n{_told(scene, issue, top)}")


def begun(tx: "Tx", scene: "Scene", row: OwnerRow) -> None:
    """SubagentStart of one that was never here before. Where just one call that starts any of its type is underway
    it is that one's, and has its issue and its run at once; of several it is not told which."""
    underway = whichrun.alike(_launches(tx, scene), scene.call.agent_type)
    if len(underway) != 1:
        return
    use, issue = str(underway[0][0]), str(underway[0][6])
    whichrun.note(tx, scene.owner, whichrun.of_launch(underway[0]))
    tx.run("call_put", id=use, owner=scene.main.id, tool=LAUNCH, at=tx.now, decision="", ended=1)
    if issue and not row.issue:
        top = repo.checkout(scene.cwd) or scene.project
        begin(tx, row, issue, PROMPT, head.read(top).commit, keys.text(top), **_rules(scene))


def started(scene: "Scene") -> Decision:
    """PostToolUse of that tool: a subagent that works on in the background has its issue from now on."""
    issue, agent = in_prompt(scene.call.prompt), part(scene.call.started)
    run = whichrun.of_prompt(scene.call.prompt)
    if run and agent:
        with scene.store.transaction() as tx:
            scene.settle(tx)
            whichrun.note(tx, Owner(scene.main.host, scene.main.session, agent), run)
    if issue:
        top = repo.checkout(scene.cwd) or scene.project
        with scene.store.transaction() as tx:
            scene.settle(tx)
            use = scene.call.use_id[:128]
            tx.run("call_put", id=use, owner=scene.main.id, tool=LAUNCH, at=tx.now, decision="", ended=1)
            rows = tx.run("owner_get", id=Owner(scene.main.host, scene.main.session, agent).id)
            if agent and rows and not OwnerRow(rows[0]).issue:
                commit = head.read(top).commit
                begin(tx, OwnerRow(rows[0]), issue, PROMPT, commit, keys.text(top), **_rules(scene))
    return Decision(PASS, "issue" if issue else "no_path")


def at_stop(scene: "Scene") -> Decision | None:
    """Stop and SubagentStop, before anything is given back: the refusal, None where the stop passes. Who only
    waits for its subagents is not asked yet: their end wakes it, and it will stop again."""
    if scene.call.waits:
        return None
    if scene.call.agent_type:
        from interlock.guard import outputs

        refusal = outputs.at_stop(scene)
        if refusal is not None:
            return refusal
    owner = scene.main if scene.call.event == "Stop" else scene.owner
    with scene.store.transaction() as tx:
        scene.settle(tx)
        owner = scene.main if scene.call.event == "Stop" else scene.owner
        rows = tx.run("owner_get", id=owner.id)
        issue = OwnerRow(rows[0]).issue if rows else ""
        holds = bool(tx.run("lease_of", owner=owner.id))
        launched = _launched(tx, scene) if owner.is_subagent and not issue else set()
        if issue and rows:
            scene.arrive(tx, main=not owner.is_subagent)
    late = _late(scene, launched) if owner.is_subagent and not issue else ""
    if not (issue or late or (scene.config.gate_every_owner and holds)) or not rows:
        return None
    asked = {
        "owner": owner.id, "issue": issue or late, "cwd": scene.cwd, "message": scene.call.message[-_MESSAGE:],
        "late": bool(late),
    }  # fmt: skip
    try:
        sentence = _ask(scene, ["gate", "stop"], asked, SECONDS).get("sentence")
        if not isinstance(sentence, str):
            raise Unreadable("the gate's answer has no sentence")
    except Unreadable as problem:
        _fault(scene, owner, issue or late, str(problem))
        return None
    return Decision(DENY, "gate", sentence) if sentence else None


def _launched(tx: "Tx", scene: "Scene") -> set[str]:
    """The issues of subagents that this session started and waits for."""
    return {str(call[6]) for call in _launches(tx, scene) if call[6]}


def _launches(tx: "Tx", scene: "Scene") -> "list[Row]":
    """The session's open calls that start subagents."""
    low = f"{scene.main.host}|{scene.main.session}|"
    calls = tx.run("call_open", low=low, high=f"{low[:-1]}}}")
    return [call for call in calls if call[2] == LAUNCH]


def _late(scene: "Scene", launched: set[str]) -> str:
    """The issue in the subagent's own prompt, by its transcript. If that stays unwritten though one is due, the
    one that all who were started have, if they have the same."""
    end = time.monotonic() + (_LAG if launched else 0.0)
    while not (prompt := scene.call.first_prompt()) and time.monotonic() < end:
        time.sleep(_PAUSE)
    if prompt or len(launched) != 1:
        return in_prompt(prompt)
    return launched.pop()


def hand_over(scene: "Scene", repository: str, gone: bool) -> None:
    """Has the desk leave notes on the work of owners that ended with an issue: some that are ``gone`` now, or
    before (``ending``). ``repository`` as the store spells it."""
    if gone or notes.is_due(scene.root, repository):
        _left(scene, repository)


def ending(scene: "Scene", rows: list[OwnerRow]) -> None:
    """Owners end. What those with an issue leave is seen to at the next session's start: now there is no time."""
    for repository in {row.repo for row in rows if row.issue}:
        notes.due(scene.root, repository)


def _left(scene: "Scene", repository: str) -> None:
    """Has the desk write the notes that are due, so that who takes up an issue finds them."""
    try:
        _ask(scene, ["gate", "left"], {"cwd": scene.cwd}, _LEFT)
    except Unreadable:
        notes.due(scene.root, repository)  # the next one does it


def _ask(scene: "Scene", words: list[str], said: dict[str, object], seconds: float) -> dict[str, object]:
    """The desk's answer. Raises Unreadable."""
    program = os.path.join(scene.root, "bin", "interlock")
    if not os.access(program, os.X_OK):
        raise Unreadable(f"{program} is missing; run `interlock install` again")
    left = min(seconds, SECONDS + 3 - (time.monotonic() - scene.started))
    code, out = run([program, *words], dumps(said).encode("ascii"), environment(scene), left, _ANSWER)
    if code:
        raise Unreadable(f"`interlock {' '.join(words)}` ended with {code}")
    answer = loads(out)
    if not isinstance(answer, dict):
        raise Unreadable("the gate's answer is not an object")
    return answer


def _rules(scene: "Scene") -> "dict[str, Any]":
    return gatesays.rules(scene.config)


def _fault(scene: "Scene", owner: Owner, issue: str, problem: str) -> None:
    with scene.store.transaction() as tx:
        end(tx, owner.id)
        tx.event("gate_fault", owner=owner.id, issue=issue, problem=problem[:400])


def _told(scene: "Scene", issue: str, top: str) -> str:
    """What who takes up the issue is told: what will be asked, and what was handed over."""
    says = mark(issue, scene.config.gate_pattern)
    _left(scene, keys.text(repo.common_dir(top)))
    text = gatesays.started(issue, says, scene.config.gate_required)
    note = notes.read(scene.root, repo.common_dir(top), says)
    return f"{text}\n{fit(note.brief, GREETING)}" if note else text
