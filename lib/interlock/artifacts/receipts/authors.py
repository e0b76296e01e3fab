"""Whether a run's files were written by whom they are for: a critique counts if a critic wrote it, source and
tests if their owners did."""

from __future__ import annotations

from collections.abc import Iterable

from interlock.artifacts.receipts.counting import Gathered
from interlock.artifacts.receipts.writers import NOBODY, Author, Writers
from interlock.doors.contracts import Contracts
from interlock.guard.messages import name
from interlock.shapes.artifacts.kinds import kind_of
from interlock.words.owner import parse

_MOST = 50
"""Files of others that are noted."""


def authors(writers: Writers, found: Gathered, contracts: Contracts) -> dict[str, Author]:
    """Of each report that some agent type makes or shares, who did last."""
    reports = [path for path in found.digests if _is_report(path) and makers(path, contracts)]
    return {path: writers.author(path) for path in reports}


def _is_report(path: str) -> bool:
    kind = kind_of(path)
    return kind is not None and not kind.made_by


def makers(path: str, contracts: Contracts) -> list[str]:
    """The agent types that write the report: the one that makes it, or those that share it."""
    owner = contracts.owner_of(path)
    return [owner] if owner else [one.name for one in contracts.all if one.shares_in(path)]


def vouched(wrote: dict[str, Author], person: str) -> dict[str, Author]:
    """The same, the person having taken for theirs what nobody is known to have written."""
    return {path: Author(person, "") if author == NOBODY else author for path, author in wrote.items()}


def strange(path: str, author: Author, contracts: Contracts, sections: Iterable[str] = ()) -> str:
    """What is wrong with the report's writer, a sentence; "" where it is one whose contract has the report, or a
    person who has taken it for theirs. ``sections``: those that are not as their agents left them."""
    allowed = makers(path, contracts)
    contract = contracts.of(author.kind) if author.kind else None
    if not allowed or (contract is not None and contract.name in allowed) or _is_person(author):
        return ""
    whose = f"{' or '.join(allowed[:4])} must write it"
    if author.owner:
        return f"{path} was last written by {called(author)}; {whose}"
    parts = [one for one in sections if one in allowed]
    what = path
    if parts:
        what = f"{path}, section of {' and of '.join(parts[:4])}"
        whose = f"{' and '.join(parts[:4])} must write {'it' if len(parts) == 1 else 'theirs'}"
    return f"{what}: who wrote it is not known; {whose}, with the Write tool, {_or_person(path)}"


def _or_person(path: str) -> str:
    _, run, flow, *_ = path.split("/")
    return f"or a person vouches for it: `interlock receipt {run} {flow}` in a terminal of theirs"


def is_anothers(author: Author, contracts: Contracts) -> bool:
    """Whether the writer is an agent with a contract: one to which the report is forbidden."""
    return bool(author.kind) and contracts.of(author.kind) is not None


def strays(writers: Writers, named: Iterable[str], contracts: Contracts) -> dict[str, Author]:
    """Of the files that reports name those that an agent wrote last whose contract does not have them."""
    found: dict[str, Author] = {}
    for path in (inner for outer in named for inner in writers.below(outer)):
        author = writers.author(path)
        contract = contracts.of(author.kind) if author.kind else None
        if contract is None or contract.fault or len(found) >= _MOST:
            continue
        if not contract.may_write(path, contracts.tests) and not contract.shares_in(path):
            found[path] = author
    return found


def strayed(path: str, author: Author, contracts: Contracts) -> str:
    """The sentence on such a file."""
    owner = contracts.owner_of(path)
    mend = f"{owner} must look at it and write it" if owner else "it is no agent's, so a person must"
    return f"{path} was last written by {called(author)}, whose it is not; {mend}"


def called(author: Author) -> str:
    """How sentences call the writer."""
    try:
        return name(parse(author.owner), author.kind)
    except ValueError:
        return "somebody"


def _is_person(author: Author) -> bool:
    try:
        return parse(author.owner).is_person
    except ValueError:
        return False
