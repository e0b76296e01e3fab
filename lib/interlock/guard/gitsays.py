"""The refusal of a git command that would take others' work with it. Loaded only when one is due."""

import os

from interlock.guard import messages
from interlock.guard.gitjudge import Conflict
from interlock.guard.gitlook import Touched
from interlock.words.owner import Owner


def refused(
    touched: Touched, found: list[Conflict], own: list[str], me: Owner, project: str, cwd: str, wall: float
) -> str:
    """Names the files, who is at work on them, since when, and what to say instead, where the call is: in ``cwd``,
    which a command that was not run has not left."""
    first = found[0]
    names = [messages.short(one.path, project, 50) for one in found[:2]]
    files = ", ".join(names) if len(found) < 3 else f"{', '.join(names)} and {len(found) - 2} more"
    same = all((one.owner, one.how) == (first.owner, first.how) for one in found)
    whom = "" if same else f"{names[0]} is "
    state = "held" if first.how == "holds" else "changed and not committed"
    since = f"since {messages.since(first.when, wall, wall)}"
    gone = ", which has ended" if first.ended else ""
    text = f"{touched.verb} would {touched.why} {files}: {whom}{state} {since} by {_name(first, me)}{gone}."
    left = [one.path for one in found] if first.ended else []
    steps = [
        _rescue(touched, left, count, cwd) if left else _step(touched, own, count, cwd) for count in (3, 1, 0)
    ]
    step = next((one for one in steps if len(text) + len(one) < messages.REFUSAL - 11), steps[-1])
    return messages.fit(f"Interlock: {text} {step}")


def own(touched: Touched, path: str, project: str, cwd: str) -> str:
    """Interlock's own would go with it."""
    step = _step(touched, [], 0, cwd)
    if touched.verb == "git clean" and os.path.basename(path) == ".claude":
        step = "Leave it out with `-e .claude`."
    return messages.fit(
        f"Interlock: {touched.verb} would {touched.why} {messages.short(path, project)}, which belongs to "
        f"Interlock itself (its state, hooks or settings). {step}"
    )


def _name(one: Conflict, me: Owner) -> str:
    told = messages.name(one.owner, one.kind, me)
    parent = me.is_subagent and one.owner.session == me.session and not one.owner.is_subagent
    return f"your parent, {told}" if parent else told


def _step(touched: Touched, own: list[str], count: int, cwd: str) -> str:
    """The command that says less, with ``count`` of the caller's own files at most."""
    if not touched.narrower:
        return "Leave these files out, or do other work until they are done."
    if not touched.narrower.endswith("--"):
        return f"Do it in a checkout of your own (`{touched.narrower}`), or do other work until they are done."
    command, base = touched.narrower, touched.cwd
    if command.startswith("git "):
        command = f"{_git(touched, cwd)}{command.removeprefix('git')}"
    elif f"{os.path.realpath(cwd)}/".startswith(f"{touched.top}/"):
        base = cwd
    else:  # Interlock's own commits in the checkout that it is run in
        word = messages.word(touched.top)
        command = f"cd {'FOLDER' if word == 'FILE' else word} && {command}"
        base = touched.top
    words = [word for path in own for word in [_word(path, base)] if word][:count]
    return f"Name your own files: `{command} {' '.join(words) or 'FILE'}`."


def _rescue(touched: Touched, left: list[str], count: int, cwd: str) -> str:
    """How to keep a copy of what nobody is there to ask about, ``count`` of the files named at most."""
    them = "it" if len(left) == 1 else "them"
    if touched.verb == "git worktree":
        return f"Commit or stash {them} there first."
    words = [word for path in left for word in [_word(path, touched.cwd)] if word][:count]
    rest = " and so on" if words and len(words) < len(left) else ""
    push = f"{_git(touched, cwd)} stash push{' -a' if touched.why == 'delete' else ''}"
    return f"Commit or stash {them} first: `{push} -- {' '.join(words) or 'FILE'}`{rest}."


def _git(touched: Touched, cwd: str) -> str:
    """git where the command would have run it: with -C, if that is not where the call is."""
    there, here = os.path.realpath(touched.cwd), os.path.realpath(cwd)
    if there == here:
        return "git"
    way = os.path.relpath(there, here)
    word = messages.word(there if way.startswith("..") and len(there) < len(way) else way)
    return f"git -C {'FOLDER' if word == 'FILE' else word}"


def _word(path: str, cwd: str) -> str:
    """The path as a pathspec from the command's folder, "" where it can't be shown as one."""
    real = os.path.realpath(cwd).rstrip("/") + "/"
    shown = path[len(real) :] if path.startswith(real) else path
    if any(c in "*?[\\" for c in shown) or shown.startswith(":") or path.endswith("/"):
        return ""
    word = messages.word(shown)
    return "" if word == "FILE" else word
