"""Handing over: the note that an issue's next agent finds, in beads or in the checkout's `.runs/handoffs`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from interlock.doors import keys, notes, replace, repo
from interlock.gate import beads
from interlock.gate.history import Period
from interlock.gate.rules import Rules
from interlock.guard.messages import name, short
from interlock.runs.evidence import Evidence
from interlock.words.faults import Fault
from interlock.words.owner import parse

BEADS = "beads"
FOLDER = (".runs", "handoffs")
BRIEF = 600
_TAIL_LINES, _TAIL_BYTES = 40, 6000
_SECTION = "<!-- handoff "
_OLDER = 32 * 1024  # characters of earlier notes that are kept


class Reason(NamedTuple):
    """Why the work is not done. ``missing``, ``open_ends`` and ``held`` are sentences and paths; ``run``: the last
    one that failed; ``at``: seconds since 1970; ``ours``: nobody else works on the issue."""

    why: str
    missing: list[str]
    held: list[str]
    open_ends: list[str]
    run: Evidence | None
    at: float
    ours: bool = True


def leave(
    root: str, environ: Mapping[str, str], rules: Rules, period: Period, reason: Reason, log: Callable[[str], None]
) -> str:
    """Leaves the note, and returns where: "beads", the file's path in the checkout, or how to see it where the
    checkout can't be written. ``log`` notes where it is: for beads before it is asked, which takes long and may be
    cut short, so that nobody leaves the note a second time. Interlock's own copy is written before that."""
    top = keys.path_of(period.checkout)
    section = _section(period, reason)
    copy = _Copy(root, repo.common_dir(top), rules.mark(period.issue), period, reason)
    text = _joined(period, section, copy.old())
    if beads.usable(top, environ):
        copy.write(BEADS, text)
        log(BEADS)
        if beads.leave(top, environ, period.issue, section.partition("-->\n")[2], reason.ours):
            return BEADS
    try:
        where = _file(top, period.issue, text)
    except Fault:
        where = "interlock log --event handoff"
    copy.write(where, text)
    log(where)
    return where


class _Copy:
    """Interlock's own copy of the note, which the next agent is shown."""

    def __init__(self, root: str, repository: str, mark: str, period: Period, reason: Reason) -> None:
        self._place = (root, repository, mark)
        self._told = (period, reason)

    def old(self) -> str:
        """The text that is there."""
        found = notes.read(*self._place)
        return found.text if found else ""

    def write(self, where: str, text: str) -> None:
        """Replaces it."""
        try:
            notes.write(*self._place, notes.Note(_brief(*self._told, where), where, text))
        except OSError:
            pass  # the note itself is where it says


def _file(top: str, issue: str, text: str) -> str:
    """Writes `.runs/handoffs/ISSUE.md`, making the folders; links on the way are not followed. Raises Fault."""
    real = os.path.realpath(top)
    handle = -1
    try:
        handle = os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in FOLDER:
            try:
                os.mkdir(part, 0o755, dir_fd=handle)
            except FileExistsError:
                pass
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
            os.close(handle)
            handle = inner
    except OSError as problem:
        raise Fault(f"{'/'.join(FOLDER)} can't be made ({problem.strerror})") from None
    finally:
        if handle >= 0:
            os.close(handle)
    inside = "/".join((*FOLDER, f"{issue}.md"))
    replace.put(f"{real}/{inside}", text.encode("utf-8", "replace"), 0o644)
    return inside


def _joined(period: Period, section: str, old: str) -> str:
    """The section first, the earlier ones after it; the same period's own is replaced."""
    head = f"# Issue {period.issue}: handed over\n\n"
    mine = section.partition("\n")[0]
    older = [f"{_SECTION}{part}" for part in old.split(_SECTION)[1:]]
    kept = "".join(part for part in older if not part.startswith(mine))
    return f"{head}{section}{kept[:_OLDER]}"


def _section(period: Period, reason: Reason) -> str:
    stamp = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(reason.at))
    lines = [
        f"{_SECTION}{period.owner} {period.seq} -->",
        f"## {stamp}, {_who(period.owner)}",
        "",
        f"**Why:** {_line(reason.why)}.",
        "",
        *_list("Missing", reason.missing),
        *_list("Open ends", reason.open_ends),
        *_list("Held files", [short(path, keys.path_of(period.checkout), 200) for path in reason.held]),
    ]
    if reason.run is not None:
        run = reason.run
        shown = _line(" ".join(run.words))[:120]
        lines += [f"**Last failing run:** `{shown}` ({run.result}; log: {run.log or 'none'})", ""]
        lines += [f"    {line}" for line in tail(run.log)] + [""]
    return "\n".join(lines) + "\n"


def _list(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"- and {len(lines) - 20} more"] if len(lines) > 20 else []
    return [f"**{title}:**", "", *(f"- {_line(line)[:400]}" for line in lines[:20]), *more, ""]


def tail(log: str) -> list[str]:
    """The last lines of a run's output, plain text; [] where it can't be had."""
    try:
        handle = os.open(log, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return []
    try:
        info = os.fstat(handle)
        if info.st_mode & 0o170000 != 0o100000:
            return []
        raw = os.pread(handle, _TAIL_BYTES, max(0, info.st_size - _TAIL_BYTES))
    except OSError:
        return []
    finally:
        os.close(handle)
    lines = raw.decode("utf-8", "replace").splitlines()
    if info.st_size > _TAIL_BYTES:
        lines = lines[1:]
    return [_line(line)[:200] for line in lines[-_TAIL_LINES:]]


def _brief(period: Period, reason: Reason, where: str) -> str:
    """What the next agent is told."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(reason.at))
    whole = f"`bd show {period.issue}`" if where == BEADS else where
    end = f" The whole note: {whole}"
    text = f"Issue {period.issue} was left unfinished by {_who(period.owner)} at {when}: {_line(reason.why)}."
    if reason.missing:
        text += f" Missing: {'; '.join(map(_line, reason.missing))}."
    if reason.open_ends:
        text += f" Open: {'; '.join(map(_line, reason.open_ends))}."
    room = BRIEF - len(end) - 2
    return (text if len(text) <= room else f"{text[: room - 1]}…") + end


def _who(owner: str) -> str:
    try:
        return name(parse(owner))
    except ValueError:
        return "somebody"


def _line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
