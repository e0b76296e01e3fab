"""`interlock issue`: which issue you work on. Who has one passes the gate before it may stop (docs/gate.md).

Exit codes: 0 done (show: there is one), 1 there is none, 2 usage or a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from interlock.doors import keys, notes
from interlock.faces.desk import Desk
from interlock.gate import left
from interlock.gate.history import History
from interlock.gate.rules import Rules
from interlock.gate.work import head_of
from interlock.guard import gatesays, messages
from interlock.leases.issues import COMMAND, begin, end
from interlock.leases.records import OwnerRow
from interlock.words.faults import Fault
from interlock.words.issue import LONGEST, is_issue

if TYPE_CHECKING:
    from interlock.leases.port import Tx

OK, NO, USAGE = 0, 1, 2


def add(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers `issue` and its verbs."""
    issue = sub.add_parser("issue", help="which issue you work on", description=__doc__)
    verbs = issue.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, func, text in (
        ("start", _start, "work on issue ID from now on"),
        ("show", _show, "which issue do I work on?"),
        ("stop", _stop, "give my issue up: it is handed over"),
    ):
        verb = verbs.add_parser(name, help=text, description=text)
        if name == "start":
            verb.add_argument("id", type=issue_id, metavar="ID", help="letters, digits, dots, - and _")
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(func=_guarded, act=func)


def issue_id(text: str) -> str:
    """An argument that is an issue's id."""
    if not is_issue(text):
        told = f"an issue's id is 1 to {LONGEST} letters, digits, dots, - and _, a letter or digit first"
        raise argparse.ArgumentTypeError(told)
    return text


def _guarded(args: argparse.Namespace) -> int:
    try:
        return int(args.act(args, Desk()))
    except Fault as problem:
        print(f"interlock: {problem}", file=sys.stderr)
        return USAGE


def _start(args: argparse.Namespace, desk: Desk) -> int:
    issue = str(args.id)
    rules = Rules.of(desk.config)
    commit = head_of(desk.project, desk.environ)
    with desk.transaction() as tx:
        row = desk.arrive(tx, desk.actor(tx))
        same = row.issue == issue
        if not same:
            begin(tx, row, issue, COMMAND, commit, keys.text(desk.project), **_asked(desk))
        others = _others(tx, desk, row, rules, issue)
    left.hand_over(desk)
    note = notes.read(desk.root, desk.repo(), rules.mark(issue))
    told = gatesays.started(issue, rules.mark(issue), list(rules.required), row.owner.is_person)
    lines = [f"you already work on issue {issue}." if same else told, *others, *([note.brief] if note else [])]
    data = {
        "issue": issue, "mark": rules.mark(issue), "head": commit, "new": not same, "required": rules.required,
        "others": others, "handoff": {"brief": note.brief, "where": note.where} if note else None,
    }  # fmt: skip
    return _print(args, data, lines, OK)


def _asked(desk: Desk) -> dict[str, Any]:
    return gatesays.rules(desk.config)


def _others(tx: Tx, desk: Desk, me: OwnerRow, rules: Rules, issue: str) -> list[str]:
    """Who else works on it, a sentence each."""
    found = []
    for row in map(OwnerRow, tx.run("owner_all")):
        if row.id == me.id or not row.issue or rules.mark(row.issue) != rules.mark(issue):
            continue
        if row.repo in ("", me.repo) and not desk.world.dead(row.pid, row.started, row.boot, row.pid_namespace):
            found.append(f"{messages.name(row.owner, row.kind, me.owner)} works on issue {row.issue}, too.")
    return found


def _show(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        owner = desk.actor(tx)
        rows = tx.run("owner_get", id=owner.id)
    issue = OwnerRow(rows[0]).issue if rows else ""
    period = History(desk.root).period(owner.id, issue) if issue else None
    data: dict[str, object] = {"issue": issue or None, "how": period.how if period else None}
    data |= {"head": period.head if period else None, "since": round(period.since, 3) if period else None}
    if not issue:
        return _print(args, data, ["you work on no issue: `interlock issue start ID`"], NO)
    return _print(
        args, data, [f"you work on issue {issue}; `interlock gate check {issue}` says what is missing"], OK
    )


def _stop(args: argparse.Namespace, desk: Desk) -> int:
    with desk.transaction() as tx:
        owner = desk.actor(tx)
        issue = end(tx, owner.id)
        if issue:
            tx.event("issue_stopped", owner=owner.id, issue=issue)
    if not issue:
        return _print(args, {"issue": None, "handoff": None}, ["you work on no issue"], NO)
    where = dict(left.hand_over(desk)).get(issue, "")
    return _print(args, {"issue": issue, "handoff": where}, [f"gave up issue {issue}; handed over: {where}"], OK)


def _print(args: argparse.Namespace, data: dict[str, object], lines: list[str], code: int) -> int:
    print(json.dumps(data) if args.json else "\n".join(lines))
    return code
