"""`interlock log`: what happened, from the audit log.

Without options all of this repository's records, oldest first. `--json` prints the log's own lines.
Exit codes: 0 done, 1 the log can't be read or does not verify, 2 usage.
"""

from __future__ import annotations

import argparse
import os
import select
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from interlock.doors.place import home, state_root
from interlock.faces import filters, rendering
from interlock.faces.log_line import Lines
from interlock.faces.rendering import text
from interlock.faces.scope import Machine, Repository, Scope, here
from interlock.log.lines import Follower, Line, exists, lines
from interlock.log.verify import verify
from interlock.shapes.verdict import Verdict
from interlock.words.faults import Fault

OK, BROKEN, USAGE = 0, 1, 2
NOTHING = (
    "Nothing is logged yet. `interlock install` puts the hooks into a repository; "
    "the log begins with the next Claude Code session there."
)
_BEFORE = 10
"""Lines shown before the new ones with --follow."""
_POLL = 0.2


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `log`."""
    log = sub.add_parser(
        "log", help="show what happened", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    log.add_argument("-n", type=_count, metavar="N", help=f"the last N only (with --follow: {_BEFORE} first)")
    log.add_argument("-f", "--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    log.add_argument("--owner", default="", metavar="TEXT", help="of owners whose session, agent or type has TEXT")
    log.add_argument("--path", action="append", default=[], help="about this file, folder, mutex:NAME or pattern")
    log.add_argument("--event", default="", metavar="A,B", help="these events only")
    log.add_argument("--since", default="", metavar="TIME", help="10m, 2h, 14:05, 2026-11-20, 2026-11-20T14:05")
    log.add_argument("--until", default="", metavar="TIME", help="the same")
    log.add_argument("--all", action="store_true", help="every repository of this machine")
    log.add_argument("--verify", action="store_true", help="check that no line was changed, cut or added")
    log.add_argument("--json", action="store_true", help="the log's own JSON lines")
    log.set_defaults(func=run)


def _count(spelled: str) -> int:
    if not spelled.isdecimal() or int(spelled) > 10**9:
        raise argparse.ArgumentTypeError("must be a number of lines")
    return int(spelled)


def run(args: argparse.Namespace, environ: dict[str, str] | None = None) -> int:
    """The command. ``environ`` stands in for the process's own."""
    environ = dict(os.environ) if environ is None else environ
    rendering.open_stream()
    try:
        root = state_root(environ)
        if args.verify:
            return _verify(args, root)
        return View(args, root, environ).show()
    except filters.Misspelt as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE
    except Fault as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return BROKEN


class View:
    """One run of the command: whose records, which of them, and in what form."""

    def __init__(self, args: argparse.Namespace, root: str, environ: dict[str, str]) -> None:
        cwd = here()
        now = time.time()
        self.args = args
        self.root = root
        self.scope: Scope = Machine(cwd) if args.all else Repository(cwd)
        self.look = Lines(self.scope.project, rendering.wants_colour(sys.stdout, environ))
        since, until = (filters.moment(t, now) if t else None for t in (args.since, args.until))
        self.day = _day(since)
        places = [filters.Place(path, cwd, home(environ), self.scope.project) for path in args.path]
        names = filters.events(args.event) if args.event else frozenset()
        self.wanted = filters.Wanted(since, until, args.owner, names, places)
        self.last = 0
        self.damaged: list[str] = []

    def show(self) -> int:
        """Prints the records; with --follow the coming ones too."""
        if not exists(self.root) and not self.args.follow:
            print(NOTHING, file=sys.stderr if self.args.json else sys.stdout)
            return OK
        shown = 0
        for line in self._past():
            shown += self._print(line)
        if self.args.follow:
            return self._follow(Follower(self.root, self.last), pause)
        for where in self.damaged[:5]:
            print(f"interlock: {where} can't be read; `interlock log --verify` tells more.", file=sys.stderr)
        if not shown and not self.args.json:
            print(
                "No record fits." if self.args.all else "No record of this repository fits; --all shows others'."
            )
        return OK

    def _past(self) -> Iterable[Line]:
        if exists(self.root):
            for line in lines(self.root, self.day):  # whose owners are whose shows only in later records
                self._learn(line)
        kept = self._chosen(lines(self.root, self.day)) if exists(self.root) else iter(())
        many = self.args.n if self.args.n is not None else _BEFORE if self.args.follow else None
        return kept if many is None else deque(kept, maxlen=many)

    def _learn(self, line: Line) -> None:
        if line.record is not None:
            self.scope.learn(line.record)
            self.look.learn(line.record)

    def _chosen(self, every: Iterable[Line]) -> Iterator[Line]:
        for line in every:
            if line.record is None:
                self.damaged.append(f"line {line.number} of {line.file}")
                continue
            self.last = max(self.last, line.record.seq)
            kind = self.look.kinds.get(text(line.record, "owner"), "")
            if self.scope.covers(line.record) and self.wanted.fits(line.record, kind):
                yield line

    def _print(self, line: Line) -> int:
        assert line.record is not None
        print(line.raw.decode("ascii", "replace").rstrip("\n") if self.args.json else self.look.line(line.record))
        return 1

    def _follow(self, follower: Follower, wait: Callable[[], bool]) -> int:
        """Until nobody reads any more, or Ctrl-C."""
        sys.stdout.flush()
        try:
            while wait():
                new = follower.poll() if exists(self.root) else []
                for line in new:
                    self._learn(line)
                for line in self._chosen(new):
                    self._print(line)
                if new:
                    sys.stdout.flush()
        finally:
            follower.close()
        return OK


def _day(since: datetime | None) -> str:
    """The UTC day before which files need not be read."""
    return since.strftime("%Y-%m-%d") if since else ""


def pause() -> bool:
    """Waits a moment; False if whoever reads our output is gone."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return not any(flags & (select.POLLERR | select.POLLNVAL) for _, flags in poll.poll(_POLL * 1000))
    except (AttributeError, OSError, ValueError):  # no poll here, or no file behind our output
        time.sleep(_POLL)
        return True


def _verify(args: argparse.Namespace, root: str) -> int:
    if not exists(root):
        none = Verdict(ok=True, files=0, records=0, first=0, last=0, flaw=None, gaps=[], notes=[NOTHING])
        print(none.model_dump_json() if args.json else NOTHING)
        return OK
    found = verify(root)
    print(found.model_dump_json() if args.json else "\n".join(told(found)))
    return OK if found.ok else BROKEN


def told(found: Verdict) -> list[str]:
    """The verdict for a person."""
    span = f"records {found.first} to {found.last}" if found.records else "no records"
    files = f"{found.files} file{'' if found.files == 1 else 's'}"
    if found.flaw:
        flaw = found.flaw
        said = [f"BROKEN at line {flaw.line} of {rendering.clean(flaw.file)}: {rendering.clean(flaw.what)}."]
    else:
        said = [f"The chain is whole: {span} in {files}, each with the hash of the one before."]
    for gap in found.gaps:
        lost = f"{gap.expected - gap.found} records were lost" if gap.expected > gap.found else "it was ahead"
        said.append(
            f"Record {gap.noted} notes that the log ended at {gap.found} where the store had {gap.expected}: "
            f"{lost} (a power loss, or somebody changed the files)."
        )
    return said + [rendering.clean(note) for note in found.notes]
