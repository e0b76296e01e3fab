"""Every sentence that an agent reads: who, what, since when, until when, and the next step. At most 400
characters for a refusal, 600 at the start of a session; never a way to force."""

import time

from interlock.words.lease import Circle, Held, Lease
from interlock.words.owner import PERSON, Owner

REFUSAL = 400
GREETING = 600


def name(owner: Owner, kind: str = "", me: Owner | None = None) -> str:
    """How an owner is called in a sentence, said to ``me``."""
    if owner.is_person:
        return f"{brief(owner.session[len(PERSON) :], 32)} (a person at a terminal)"
    session = f"session {brief(owner.conversation[:8], 8)}"
    if owner.client:
        session += f" in client {brief(owner.client, 10)}"
    if me is not None and me.session != owner.session and me.conversation == owner.conversation:
        session = "your own session in another client"
    if owner.is_subagent:
        return f"subagent {brief(kind, 20) + ' ' if kind else ''}{brief(owner.agent[:8], 8)} of {session}"
    return session


def brief(text: str, room: int) -> str:
    """The text on one line, its end cut off where it is long."""
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= room else f"{text[: room - 1]}…"


def short(path: str, project: str, room: int = 60) -> str:
    """The path relative to the project, its middle cut out where it is long, on one line."""
    inside = project.rstrip("/") + "/"
    text = path[len(inside) :] if project and path.startswith(inside) else path
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= room else f"{text[: room // 3]}…{text[-(room - room // 3 - 1) :]}"


def quoted(path: str) -> str:
    """The path as one shell word."""
    plain = path and all(c.isalnum() or c in "_-./+@%:," for c in path) and not path.startswith("-")
    return path if plain else "'" + path.replace("'", "'\"'\"'") + "'"


def word(path: str) -> str:
    """The path as an argument that works from any folder; FILE where it is too long to be shown whole."""
    shown = quoted(path)
    return shown if len(shown) <= 100 and shown.isprintable() else "FILE"


def since(at: float, now: float, wall: float) -> str:
    """A time on the store's clock for people: 14:05 (3 min ago)."""
    return f"{clock(at, now, wall)} ({span(now - at)} ago)"


def clock(at: float, now: float, wall: float) -> str:
    return time.strftime("%H:%M", time.localtime(max(0.0, wall - (now - at))))


def span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def held(refusal: Held, path: str, kinds: dict[str, str], now: float, wall: float, project: str, me: Owner) -> str:
    """Refused: somebody else has it, or is next in line."""
    file = short(path, project)
    place = f" You are number {refusal.place} in the queue; the place is kept a while." if refusal.place else ""
    step = f"Work on another file, or wait with `interlock lock wait {word(path)}`."
    if not refusal.by:
        first = name(refusal.ahead[0], kinds.get(refusal.ahead[0].id, ""), me)
        return fit(f"Interlock: {file} is free, but {first} is next in the queue for it.{place} {step}")
    lease = refusal.by[0]
    holder = name(lease.owner, kinds.get(lease.owner.id, ""), me)
    if me.is_subagent and lease.owner.session == me.session and not lease.owner.is_subagent:
        holder = f"your parent, {holder}"
        step = "Work on another file, or end and tell your parent what you would write."
    unless = "or until they give it back" if lease.owner.is_person else "unless it goes on working"
    ends = f"until {clock(lease.until, now, wall)} {unless}"
    if now >= lease.until:
        ends = "whose time is over, but it is granted again only after a delay"
    what = "" if lease.resource.shown == path else f" (as {short(lease.resource.shown, project, 40)})"
    why = f' for "{brief(lease.purpose, 40)}"' if lease.purpose else ""
    text = ""
    for told, because, line in ((what, why, place), (what, "", place), ("", "", place), ("", "", "")):
        text = f"{file} is held{told} by {holder}{because} since {since(lease.since, now, wall)}, {ends}.{line}"
        if len(text) + len(step) < REFUSAL - 11:
            break
    return fit(f"Interlock: {text} {step}")


def circle(found: Circle, path: str, kinds: dict[str, str], project: str) -> str:
    told = [name(o, kinds.get(o.id, "")) for o in found.owners if o != found.yielding]
    others = " and ".join(told[:2]) + (f" and {len(told) - 2} more" if len(told) > 2 else "")
    return fit(
        f"Interlock: waiting for {short(path, project, 40)} would never end: {others} and you wait for each "
        "other, and you came last. Undo your half-done edits, give your files back with "
        "`interlock lock release-all`, then start again."
    )


def changed(path: str, project: str, who: str, when: str, gone: bool) -> str:
    file = short(path, project)
    if gone:
        return fit(
            f"Interlock: {file} was deleted by {who}{when} after you last saw it. "
            "Check that it should be there, then write again."
        )
    return fit(
        f"Interlock: {file} was changed by {who}{when}, and you have not read it since. The file is yours now: "
        "read it again with the Read tool, then make your edit on what is there."
    )


def unseen(path: str, project: str) -> str:
    """Refused: others had the file while the owner, which never saw it, waited."""
    return fit(
        f"Interlock: {short(path, project)} was held by others while you waited for it, and you have not read it "
        "since. The file is yours now: read it with the Read tool, then make your edit on what is there."
    )


def crossed(how: str, lease: Lease, holder: str, more: int, now: float, wall: float, project: str) -> str:
    """Refused: a command over a folder would write somebody's file in it."""
    rest = f" and {more} more held files" if more > 0 else ""
    ends = f"until {clock(lease.until, now, wall)}"
    return fit(
        f"Interlock: `{brief(how, 40)}` would also write {short(lease.resource.shown, project)}, held by {holder} "
        f"since {since(lease.since, now, wall)}, {ends}{rest}. Name your own files in the command, or wait with "
        f"`interlock lock wait {word(lease.resource.shown)}`."
    )


def unread(what: str) -> str:
    """Asked or refused by config: nobody can say what the command would write."""
    return fit(
        f"Interlock: what this command writes can't be read ({brief(what, 120)}), while others hold files here "
        "(shell_unread in .claude/interlock.toml). Spell the files that it writes, or use Edit or Write."
    )


def uncontained(why: str) -> str:
    """Refused by config: the command should have run contained."""
    return fit(
        f"Interlock: this command can't be kept off files that others hold: {brief(why, 160)} "
        "(shell_uncontained in .claude/interlock.toml). Spell the files that it writes with Edit or Write, or "
        "wait until nobody holds any: `interlock status`."
    )


def not_taken(path: str, project: str) -> str:
    file = short(path, project)
    return fit(
        f"Interlock: {file} must be taken before it is written (mode = strict). "
        f"Run `interlock lock try {word(path)}`, then write again."
    )


def own(path: str, project: str) -> str:
    other = " What else stands in it can be changed with Edit or Write." if path.endswith(".json") else ""
    return fit(
        f"Interlock: {short(path, project)} belongs to Interlock itself (its state, hooks or settings) and is not "
        f"written by agents.{other} If it should change, ask the person you work for."
    )


def broken(reason: str) -> str:
    told = brief(reason, 250).rstrip() or "no reason was given"
    told += "" if told.endswith((".", "!", "?", "…")) else "."
    step = "" if "`interlock doctor" in told else " If it should pass, have `interlock doctor` run."
    return fit(f"Interlock: this write can't be checked, so it is refused: {told}{step}")


def too_slow(seconds: float, holder: int) -> str:
    who = f" (process {holder} has the store's lock)" if holder else ""
    return fit(
        f"Interlock: no answer after {seconds:.0f} s{who}, so this write is refused. Try again; "
        "if it stays so, the person you work for should run `interlock doctor`."
    )


def greeting(others: list[tuple[str, list[Lease], int]], project: str, problem: str) -> str:
    """What a session is told at its start. ``others``: each one's name, some of its leases, and how many it
    has."""
    if others:
        told = []
        for who, leases, count in others[:4]:
            files = ", ".join(short(lease.resource.shown, project, 32) for lease in leases[:3])
            more = f" and {count - 3} more" if count > 3 else ""
            told.append(f"{who} holds {files}{more}" if leases else who)
        rest = f"; {len(others) - 4} more" if len(others) > 4 else ""
        here = f" Also at work here: {'; '.join(told)}{rest}."
    else:
        here = " Nobody else is at work here."
    rule = (
        "Interlock guards this repository: your first write to a file takes its lock, others are refused until "
        "you end your turn. `interlock lock wait FILE` waits for a held file, `interlock status` shows all."
    )
    return fit(f"{rule}{' Config: ' + brief(problem, 200) if problem else ''}{here}", GREETING)


def fit(text: str, room: int = REFUSAL) -> str:
    """Cut to the room promised; the sentences above are written to need it only for hostile names."""
    return text if len(text) <= room else text[: room - 1] + "…"
