"""The records of the audit log, one shape for each event.

A reader takes what it can: facts it does not know and events of a newer version are kept as they come
(``read``). Tests and the doctor hold this version's own lines to the letter (``check``).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, Strict, TypeAdapter, ValidationError

from interlock.shapes.artifacts.records import (
    ArtifactRunClosed,
    ArtifactRunStarted,
    ReceiptSealed,
    VerdictGiven,
    WorklistLooked,
    WorklistMoved,
    WorklistStuck,
)
from interlock.shapes.contract_records import ContractStrayed, OutputsChecked
from interlock.shapes.issues import Gate, GateFault, Handoff, IssueStarted, IssueStopped
from interlock.shapes.line import VERSION
from interlock.shapes.line import Acted as _Acted
from interlock.shapes.line import Record as Record

Ms = Annotated[float, Field(ge=0, description="Milliseconds from the hook's start to this record.")]
Fence = Annotated[int, Field(ge=1, description="Only grows; a lease is named by its key and fence.")]
Paths = Annotated[list[str], Field(description="Real paths, absolute; or `mutex:NAME`.")]


class _Called(_Acted):
    agent_type: str = Field(description="The subagent's type, empty for a session's main agent.")
    tool: str = Field(description="The tool of the call, empty where there is none.")
    use_id: str = Field(description="The client's `tool_use_id`.")
    project: str = Field(description="The folder that the session works in.")


class Owner(_Acted):
    """An owner was seen for the first time."""

    event: Literal["owner"]
    agent_type: str
    project: str = Field(description="The folder that it works in, empty where that is not known yet.")
    repo: str = Field(description="The repository's git folder, which all its worktrees share.")
    pid: int = Field(ge=0, description="The client's process, 0 if unknown.")


class OwnerDead(_Acted):
    """An owner's client process is provably gone; its leases were taken back."""

    event: Literal["owner_dead"]


class _Lease(_Acted):
    path: str = Field(description="The file, folder or mutex, as people know it.")
    key: str = Field(description="Its canonical key: one for all spellings.")
    fence: Fence


class Granted(_Lease):
    """A lease began."""

    event: Literal["granted"]
    kind: Literal["file", "tree", "mutex"]
    inode: str = Field("", description="`device:inode` of a file that exists; absent for a mutex.")
    until: float = Field(description="Its own end, in seconds since the machine started.")
    purpose: str


class Extended(_Lease):
    """The owner asked again for what it holds, for longer."""

    event: Literal["extended"]
    until: float = Field(description="Its own end, in seconds since the machine started.")


class Redeemed(_Lease):
    """The command for which the mutex of a run was granted began: from here on it is held by the kernel's lock."""

    event: Literal["redeemed"]


class Released(_Lease):
    """The owner gave the lease back: by hand, at the end of its turn or session."""

    event: Literal["released"]


class Lapsed(_Lease):
    """The lease's time and the delay after it passed without a hook from its owner; another wanted it."""

    event: Literal["lapsed"]


class TakenOver(_Lease):
    """The lease ended because its owner is provably dead."""

    event: Literal["taken_over"]


class _Queue(_Acted):
    ticket: int = Field(ge=1, description="Tickets are served by number.")
    paths: Paths


class Queued(_Queue):
    """The owner waits in line."""

    event: Literal["queued"]


class PlaceLapsed(_Queue):
    """The owner left the line, or did not ask again in time."""

    event: Literal["place_lapsed"]


class Yielded(_Queue):
    """The owner was told to give way: waiting would have closed a circle."""

    event: Literal["yielded"]


class Decision(_Called):
    """The guard answered a call that was about to happen."""

    event: Literal["decision"]
    paths: Paths
    verdict: Literal["allow", "deny", "ask", "pass"]
    reason: str = Field(min_length=1, description="A stable code: granted, holder, held, changed, shell...")
    sentence: str = Field("", description="What the agent was told.")
    fence: Annotated[int | None, Field(ge=1, description="The highest fence of the leases it rests on.")] = None
    command: str = Field("", description="The beginning of a shell command.")
    commits: bool = Field(False, description="Whether the whole of it speaks of commits; absent where not.")
    ms: Ms


class ToolDone(_Called):
    """A guarded tool ran."""

    event: Literal["tool_done"]
    paths: Paths
    ms: Ms


class ToolFailed(_Called):
    """A guarded tool ran and failed."""

    event: Literal["tool_failed"]
    paths: Paths
    ms: Ms


class UnguardedCall(_Called):
    """A guarded tool ran though the guard had not been asked before."""

    event: Literal["unguarded_call"]
    paths: Paths


class Breach(Record):
    """A held file changed, and its holder did not do it."""

    event: Literal["breach"]
    owner: str = Field(description="Who did it; empty where it was outside, or that is not certain.")
    path: str = Field(description="The file.")
    key: str = Field(description="Its canonical key: one for all spellings.")
    holder: str = Field(description="Who held it: `host|session|agent`.")
    fence: Fence
    by: list[str] = Field(min_length=1, description="Whose commands ran then and could have; or `outside` alone.")
    commands: list[Annotated[tuple[str, str], Strict(False)]] = Field(
        description="These commands: `tool_use_id` and how each begins."
    )
    old: str = Field(description="What the holder knew: blake2b-128 of the content, `missing`, or a mark.")
    old_kept: bool = Field(description="Whether `interlock restore` can give that back.")
    new: str = Field(description="What was found.")
    new_kept: bool = Field(description="Whether that can be given back.")
    changed_at: float = Field(description="When, by the file's ctime: seconds since 1970.")


class Restored(_Acted):
    """`interlock restore` wrote a version of a file."""

    event: Literal["restored"]
    path: str = Field(description="The file.")
    key: str = Field(description="Its canonical key: one for all spellings.")
    old: str = Field(description="What stood there before, which is kept: blake2b-128, or `missing`.")
    new: str = Field(description="What was given back.")


class Committed(_Acted):
    """`interlock commit` made a commit."""

    event: Literal["committed"]
    project: str = Field(description="The checkout.")
    commit: str = Field(description="Its id.")
    issue: str = Field(description="What its owner works on, empty for nothing.")
    paths: Paths
    count: int = Field(ge=1, description="How many files there are in it; `paths` names 64 at most.")


class ShellChanged(_Called):
    """A shell command changed files that nobody held."""

    event: Literal["shell_changed"]
    command: str = Field(description="How it begins.")
    paths: Paths
    count: int = Field(ge=0, description="How many there are; `paths` names 64 at most.")
    others: list[str] = Field(description="Whose commands ran at the same time and may have done it instead.")
    problem: str = Field(description="Why it could not be told, empty where it could.")


Count = Annotated[int | None, Field(ge=0)]
"""Of tests; null where nothing says how many."""
Result = Literal["passed", "failed", "unknown", "partial", "contaminated"]


class _Run(_Acted):
    run: str = Field(min_length=1, description="Names the run: its end has the same.")
    checkout: str = Field(description="The top of the checkout that it acts on.")
    validation: str = Field(description="What people call it: `pytest`, `npm test`.")
    words: list[str] = Field(description="Its argument list, program first, wrappers removed.")
    tree: str = Field(description="The git tree of all content there then; empty where it could not be had.")
    head: str = Field(description="The commit checked out then; empty where there is none.")
    problem: str = Field(description="Why tree or head could not be had, empty where they were.")


class _Asked(_Run):
    use_id: str = Field(description="The client's `tool_use_id`, empty for a person's.")
    issue: str = Field(description="The owner's issue, empty if it has none.")
    cwd: str = Field(description="Where it runs.")
    spelled: list[str] = Field(description="The argument list with the wrapper that chose the program.")
    mutex: str = Field(description="The mutex that it runs under.")
    surroundings: str = Field(description="blake2b-128 of what else decides: program, virtual environment, PATH.")


class _Outcome(Record):
    exit_code: int = Field(ge=0, description="Of the whole command; 0 where a signal ended it.")
    signal: int = Field(ge=0, description="The signal that ended it, 0 for none.")
    log: str = Field(description="The file with its output, empty if there is none.")
    seconds: float = Field(ge=0, description="How long it took.")
    ran: Count = Field(description="Tests that ran: passed, failed or errors.")
    passed: Count
    failed: Count
    skipped: Count
    errors: Count


class RunStarted(_Asked):
    """A validation command began under its mutex, watched by `interlock run`."""

    event: Literal["run_started"]
    command: str = Field(description="The beginning of the whole command.")


class RunEnded(_Run, _Outcome):
    """It ended. Only with its `run_started` is it evidence (docs/evidence.md)."""

    event: Literal["run_ended"]
    result: Result
    why: str = Field(description="Why it is not `passed`, for people; empty where it is.")
    others: list[Annotated[tuple[str, str], Strict(False)]] = Field(
        description="Files that others changed while it ran, and who; an empty owner stands for nobody known."
    )


class RunReused(_Asked, _Outcome):
    """A validation command was not run: the same one had passed on the same tree a while ago."""

    event: Literal["run_reused"]
    of: str = Field(description="The run that is reused.")
    of_owner: str = Field(description="Whose run that was.")
    command: str = Field(description="The beginning of the whole command.")


class SessionStart(_Called):
    """A session began, was resumed, cleared or compacted."""

    event: Literal["session_start"]
    source: str = Field(description="The client's word: startup, resume, clear, compact.")
    ms: Ms


class SubagentStart(_Called):
    """A subagent began or was resumed."""

    event: Literal["subagent_start"]
    rules: dict[str, Any] = Field({}, description="What the config's `[gate]` asked then, where it asked any.")


class SubagentStop(_Called):
    """A subagent ended; its leases with it."""

    event: Literal["subagent_stop"]


class Stop(_Called):
    """The main agent's turn ended; its leases with it, not its subagents'."""

    event: Literal["stop"]


class SessionEnd(_Called):
    """The session ended; all its leases with it."""

    event: Literal["session_end"]
    reason: str = Field(description="The client's word: clear, logout, prompt_input_exit, other.")


class NewBoot(Record):
    """The first use after the machine started: all leases of before ended with it."""

    event: Literal["new_boot"]
    boot: str = Field(description="Names this start of the machine.")
    epoch: int = Field(ge=1, description="Fences of a later epoch are higher than all of an earlier one.")


class Repaired(Record):
    """`interlock doctor --repair` wrote the state anew from this log."""

    event: Literal["repaired"]
    leases: list[Annotated[tuple[str, int], Strict(False)]] = Field(
        description="What was carried over: key and fence of each lease."
    )


class LogGap(Record):
    """The log did not end where the store knew: somebody cut it or wrote to it, or power was lost. Equal numbers:
    its last line was changed."""

    event: Literal["log_gap"]
    expected: int = Field(ge=0, description="Number that the last line should have had.")
    found: int = Field(ge=0, description="Number that it had.")


Known = (
    Owner | OwnerDead | Granted | Extended | Redeemed
    | Released | Lapsed | TakenOver | Queued | PlaceLapsed | Yielded | Decision
    | ToolDone | ToolFailed | UnguardedCall | Breach | Restored | Committed | ShellChanged
    | RunStarted | RunEnded | RunReused
    | IssueStarted | IssueStopped | Gate | GateFault | Handoff
    | ArtifactRunStarted | ArtifactRunClosed
    | ReceiptSealed | WorklistMoved | WorklistLooked | WorklistStuck | VerdictGiven
    | OutputsChecked | ContractStrayed
    | SessionStart | SubagentStart | SubagentStop | Stop | SessionEnd
    | NewBoot | Repaired | LogGap
)  # fmt: skip
SHAPES: dict[str, type[Record]] = {
    get_args(shape.model_fields["event"].annotation)[0]: shape for shape in get_args(Known)
}
"""The shape of each event, by its name."""
LINE: TypeAdapter[Known] = TypeAdapter(
    Annotated[Known, Field(discriminator="event")], config=ConfigDict(defer_build=True)
)
"""Any line of this version."""


def read(line: bytes) -> Record | None:
    """The record in a line, as well as it can be had; None for what is no record at all."""
    try:
        data = json.loads(line)
        if isinstance(data, dict) and b"\\ud" in line.lower():
            data = json.loads(_whole(json.dumps(data, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None
    shape = SHAPES.get(data["event"], Record) if isinstance(data, dict) and _named(data) else Record
    for fitting in (shape, Record):
        try:
            return fitting.model_validate(data)
        except ValidationError:
            continue
    return None


def check(line: bytes) -> Record:
    """The record in a line of this version. Raises ValueError for the least deviation."""
    record = LINE.validate_python(json.loads(line))
    if record.v != VERSION:
        raise ValueError(f"version {record.v} is not {VERSION}")
    if record.model_extra:
        raise ValueError(f"{record.event} has no {', '.join(sorted(record.model_extra))}")
    return record


def _named(data: dict[str, object]) -> bool:
    return isinstance(data.get("event"), str)


def _whole(text: str) -> str:
    """Lone surrogates, which JSON can spell and Unicode has not, as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
