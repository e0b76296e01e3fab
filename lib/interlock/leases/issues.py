"""Which issue an owner works on. Its row says so; the log says since when."""

from interlock.leases.records import OwnerRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.leases.port import Tx

COMMAND, PROMPT, BRANCH = "command", "prompt", "branch"
"""How an owner got its issue, the strongest first."""


def begin(
    tx: "Tx", row: OwnerRow, issue: str, how: str, head: str, checkout: str, since: float | None = None,
    **rules: object,
) -> None:  # fmt: skip
    """The owner works on ``issue`` from now on: a new period of work. ``head`` is the commit checked out then in
    ``checkout`` (as the log spells it), "" for none. ``since``: when the work began, if before now, in seconds
    since 1970. ``rules``: what the config asks of such work (``guard.gatesays.rules``)."""
    _set(tx, row, issue)
    earlier = {} if since is None else {"since": round(since, 3)}
    tx.event("issue_started", owner=row.id, issue=issue, how=how, head=head, checkout=checkout, **earlier, **rules)


def end(tx: "Tx", owner: str) -> str:
    """The owner has no issue any more; the one it had, "" for none. The caller's event says why."""
    rows = tx.run("owner_get", id=owner)
    row = OwnerRow(rows[0]) if rows else None
    if row is None or not row.issue:
        return ""
    had = row.issue
    _set(tx, row, "")
    return had


def _set(tx: "Tx", row: OwnerRow, issue: str) -> None:
    row.issue = issue
    tx.run("owner_put", **row.values())
