"""What agents are told of contracts and artifacts: who owns what, what to read, what is wrong with what they
wrote. At most 400 characters, with the next step."""

from interlock.guard.messages import brief, fit, name
from interlock.words.contract import RUN, RUNS, Contract
from interlock.words.owner import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from interlock.doors.blocks import Block

NAME = 32
"""Characters of an agent's name."""
_TESTS, _SOURCE = "the tests", "the source"


def broken(contract: Contract) -> str:
    """The agent's contract can't be gone by."""
    return fit(
        f"Interlock: the contract of {brief(contract.name, NAME)} can't be read, so it writes nothing: "
        f"{_path(contract.file, 80)}: {_sentence(contract.fault, 150)} Ask the person you work for to mend it; "
        "`interlock contracts check` says what is wrong."
    )


def made_by_code(path: str, command: str, run: str) -> str:
    """The artifact is never typed."""
    how = f"{command} {brief(run, 64)}" if run and command == "interlock receipt" else command
    return fit(
        f"Interlock: {_path(path)} is made by `{command}` alone; what is typed there would not count. "
        f"Call `{how}` (`{command} --help` says how), and leave the file as it is."
    )


def not_owned(
    path: str, owners: "Sequence[str]", contract: Contract, folder: bool, shared: bool = False
) -> str:  # fmt: skip
    """The path is not this agent's; ``owners`` have it, with ``shared`` a section each."""
    me = brief(contract.name, NAME)
    if folder:
        what = f"the folder {_path(path)}" if path else "the checkout"
        return fit(
            f"Interlock: not all of {what} is {me}'s by its contract. It writes "
            f"{_what(contract)}. Name your own files in the command."
        )
    whose, step = "no agent's", "If it should be written, say so in your handoff: it is for the person to do."
    if others := [brief(owner, NAME) for owner in owners if owner != contract.name]:
        each = f" (a section{' each' * (len(others) > 1)})" * shared
        whose = _some([f"{other}'s" for other in others], 2) + each
        whom = "them" if len(others) > 1 else others[0]
        step = f"Leave the change to {whom}: say in your handoff what it is."
    return fit(
        f"Interlock: {_path(path, 44)} is {whose} by contract, not {me}'s, which writes {_what(contract)}. {step}"
    )


def strayed(paths: "Sequence[str]", owner: str, agent: str) -> str:
    """Said after a command that nobody could read: it changed what is not the agent's."""
    whose = f"{brief(owner, NAME)}'s" if owner else "no agent's"
    return fit(
        f"Interlock: your command changed {_few(paths, 3, 44)}: {whose} by contract, not {brief(agent, NAME)}'s. "
        "It stands in the log. Say in your handoff what became of it and how; do not run that command again."
    )


def strayed_section(path: str, owner: str, agent: str) -> str:
    """Said after such a command: in a shared file it changed what is not the agent's."""
    other, me = brief(owner, NAME), brief(agent, NAME)
    return fit(
        f"Interlock: your command changed the section of {other} in {_path(path, 60)}; {me} writes its own "
        f"alone. It stands in the log, and the file counts for nobody until {other} has written it again. "
        "Say in your handoff what became of it; do not run that command again."
    )


def strayed_blocked(paths: "Sequence[str]", block: "Block") -> str:
    """Said after such a command, where a BLOCK verdict stands."""
    return fit(
        f"Interlock: your command changed {_few(paths, 2, 40)}, under a BLOCK verdict of run "
        f"{brief(block.run, 24)} by {_by(block.by)}: {_sentence(block.reason, 50)} Take the "
        "change back, answer the verdict in your handoff; do not run that command again."
    )


def too_many(contract: Contract) -> str:
    """A command would take so many files away that nobody can say in time whose they are."""
    me = brief(contract.name, NAME)
    return fit(
        f"Interlock: this command would take away or replace more files than can be judged in time, and {me} "
        f"writes {_what(contract)}. Name your own files in the command."
    )


def linked(agent: str, link: str = RUNS) -> str:
    """The folder of runs, or something in it, is a symlink: nobody can say which files are artifacts."""
    return fit(
        f"Interlock: `{_path(link, 100)}` is a symlink: only plain files in plain folders are artifacts, so "
        f"{brief(agent, NAME)} can't be held to its contract there. "
        "Ask the person you work for to put what it leads to in its place."
    )


def hidden(agent: str, program: str, verb: str) -> str:
    """A command that would make `interlock` take the agent for a person."""
    return fit(
        f"Interlock: `{brief(program, 24)}` would hide who calls. Call `interlock {verb}` as it is, by name in "
        f"the command itself. What it does not let {brief(agent, NAME)} do is for others, or for the person you "
        "work for: say it in your handoff."
    )


def unread(missing: "Sequence[str]", agent: str, runs: "Sequence[str]") -> str:
    """The inputs are there, and the agent has not looked at them."""
    which = ""
    if len(runs) > 1:
        which = f" (open: {_few(runs, 3, 16)}; read those of yours)"
    return fit(
        f"Interlock: {brief(agent, NAME)} reads its inputs before it writes. Not read yet: {_few(missing, 3, 46)}"
        f"{which}. Read them from the beginning (Read, cat), then write again."
    )


def section(path: str, agent: str, what: str) -> str:
    """A shared file: the write is not within the agent's own section."""
    me = brief(agent, NAME)
    return fit(
        f"Interlock: in {_path(path, 52)} {me} writes nothing but its own section, `sections.{me}`; "
        f"{brief(what, 105)}. Read the file again, then change that section alone, with Edit or Write."
    )


def blocked(path: str, block: "Block", elsewhere: str) -> str:
    """A BLOCK verdict stands on the path, or in the folder ("" for the whole checkout). ``elsewhere``: the other
    checkout where it was given, "" for this one."""
    what = _path(path, 48) or _few(block.paths, 2, 30)
    where = f" in {_path(elsewhere, 32)}" if elsewhere else ""
    return fit(
        f"Interlock: {what} is under a BLOCK verdict of run {brief(block.run, 24)}{where} "
        f"by {_by(block.by)}: {_sentence(block.reason, 60)} "
        "Answer it in your handoff; the path is free again once an advocate gives PASS "
        "(`interlock verdict list`)."
    )


def unknown_blocks(problem: str) -> str:
    """Nobody knows whether one stands."""
    return fit(f"Interlock: whether a BLOCK verdict stands here is not known. {_sentence(problem, 300)}")


def missing(agent: str, path: str, maker: str, more: int) -> str:
    """A subagent is not started: what it can't do without is not there."""
    me = brief(agent, NAME)
    rest = f", and {more} more of its inputs" if more else ""
    step = f"Start {brief(maker, NAME)} first" if maker else "Put it there first"
    whence = f" (made by {brief(maker, NAME)})" if maker else ""
    return fit(f"Interlock: Cannot proceed: {_path(path)} missing{whence}{rest}. {step}, then start {me} again.")


def which_run(agent: str, runs: "Sequence[str]", line: str = "") -> str:
    """A subagent is not started: it would not know in which run. ``line``: the one of its prompt that is near to
    naming one, "" for none."""
    found = f"`{brief(line, 40)}` in its prompt names none. " if line else ""
    return fit(
        f"Interlock: Cannot proceed: {len(runs)} runs are open ({_few(runs, 4, 24)}), and {brief(agent, NAME)} "
        f"works in one. {found}Put a line of its own `RUN: id` into its prompt, then start it again."
    )


def no_run(agent: str, path: str, named: str) -> str:
    """A subagent is not started: there is no run (of that name)."""
    why = f"there is no run {brief(named, 64)} here" if named else "no run is open here"
    return fit(
        f"Interlock: Cannot proceed: {why}, and {brief(agent, NAME)} needs {_path(_named(path))}. See "
        "`interlock runs list`; `interlock runs start ID --title TITLE` begins one."
    )


def closed_start(agent: str, run: str) -> str:
    """A subagent is not started: the run that its prompt names is over."""
    me, which = brief(agent, NAME), brief(run, 64)
    return fit(
        f"Interlock: Cannot proceed: run {which} is closed, and {me} would work in it. "
        "Begin another (`interlock runs start ID --title TITLE`) and name that in the prompt, "
        f"or leave the line `RUN: {which}` out."
    )


def closed(path: str, run: str) -> str:
    """The write is in a run that is over."""
    return fit(
        f"Interlock: {_path(path, 100)} lies in run {brief(run, 64)}, which is closed: nobody with a "
        "contract writes there any more. Say in your last message what should be written; "
        "who started you begins another run for it (`interlock runs start ID --title TITLE`)."
    )


def isolated(agent: str, path: str) -> str:
    """A subagent is not started: in a worktree of its own it would not have the run."""
    me, run = brief(agent, NAME), "/".join(path.split("/")[:2])
    return fit(
        f"Interlock: Cannot proceed: {me} would work in a worktree of its own, made of what is committed, and "
        f"{_path(path, 56)} is not, as it is now. Start it without isolation; or commit the run "
        f"(`interlock commit -m MESSAGE {_path(run, 40)}`), then start {me} again."
    )


def _what(contract: Contract) -> str:
    names = {"@tests": _TESTS, "@source": _SOURCE}
    own = [_path(names.get(one, _named(one)), 44) for one in (*contract.owns, *contract.outputs)]
    own += [f"its section of {_path(_named(one), 34)}" for one in contract.shares]
    return _some(own, 3) if own else "nothing"


def _named(pattern: str) -> str:
    """A contract's path as people say it: in some run."""
    return pattern.replace(RUN, "RUN")


def _few(texts: "Sequence[str]", most: int, room: int) -> str:
    return _some([_path(text, room) for text in texts], most)


def _some(texts: list[str], most: int) -> str:
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def _path(path: str, room: int = 64) -> str:
    """The path, its middle cut out where it is long."""
    text = "".join(sign if sign.isprintable() else "?" for sign in path)
    return text if len(text) <= room else f"{text[: room // 3]}…{text[-(room - room // 3 - 1) :]}"


def _sentence(text: str, room: int) -> str:
    told = brief(text, room).rstrip() or "no reason was given"
    return told if told.endswith((".", "!", "?", "…")) else f"{told}."


def _by(owner: str) -> str:
    try:
        who = parse(owner)
    except ValueError:
        return brief(owner, NAME)
    return name(who) if who.is_person or not who.is_subagent else f"subagent {brief(who.agent[:8], 8)}"
