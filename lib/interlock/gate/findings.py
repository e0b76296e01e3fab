"""Findings that a completion block hides: what a run's worklist still has pending, what was told of before."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from interlock.gate.block import Block
from interlock.gate.history import Event
from interlock.gate.rules import Rules
from interlock.words.issue import is_issue

FOLDER = ".runs"
_FILES = 200  # entries looked at
_BYTES = 1024 * 1024  # of one file
_OPEN = frozenset({"pending", "in_progress"})
_LIST = "worklist.json"
_META = "run_meta.json"


def hidden(top: str, issue: str, block: Block, checks: list[Event], commit: str, rules: Rules) -> list[str]:
    """What a block with no findings keeps silent about. ``checks`` are the gate's earlier ones in this period."""
    if block.findings_outstanding:
        return []  # it says so itself
    found = []
    for path, ids in pending(top, issue, rules):
        count = f"{len(ids)} findings" if len(ids) > 1 else "a finding"
        named = ", ".join(ids[:5])
        found.append(f"findings are hidden: {path} still has {count} pending ({named}): fix or settle them there")
    told = [event for event in checks if isinstance(event.facts.get("outstanding"), int)]
    before = told[-1] if told else None
    if before is not None and before.facts["outstanding"] and before.text("commit") == commit:
        many = str(before.facts["outstanding"])
        found.append(f"findings are hidden: you told of {many} before and have committed nothing since")
    return found


def pending(top: str, issue: str, rules: Rules) -> list[tuple[str, list[str]]]:
    """(path in the checkout, ids of open findings) of each worklist below `.runs` that belongs to the issue: by
    its run's folder, by run_meta.json, by its own `issue_id`, or by an item's."""
    found = []
    for path in _worklists(Path(top) / FOLDER):
        data = _json(path)
        whole = _of(data, issue, rules) or _run_is_of(path, Path(top) / FOLDER, issue, rules)
        items = data.get("items", data.get("worklist", [])) if isinstance(data, dict) else data
        ids = [
            str(item.get("id", "?"))[:40]
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict) and item.get("status") in _OPEN and (whole or _of(item, issue, rules))
        ]
        if ids:
            found.append((str(path.relative_to(top)), ids))
    return found


def _worklists(base: Path) -> list[Path]:
    """Links are not followed, and only so many entries are looked at: what is there is the agents' writing."""
    found: list[Path] = []
    looked = 0
    if base.is_symlink():
        return []
    for folder, folders, files in os.walk(base):
        folders.sort()
        looked += 1 + len(files)
        if looked > _FILES * 10 or len(found) >= _FILES:
            break
        found += [Path(folder) / _LIST] if _LIST in files else []
    return found


def _json(path: Path) -> Any:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if os.fstat(handle).st_mode & 0o170000 != 0o100000:
                return None
            raw = file.read(_BYTES + 1)
        return json.loads(raw) if len(raw) <= _BYTES else None
    except (OSError, ValueError, RecursionError):
        return None


def _of(data: object, issue: str, rules: Rules) -> bool:
    """Whether an object's `issue_id` (or `issue`, where that is an id) is this issue."""
    if not isinstance(data, dict):
        return False
    said = data.get("issue_id", data.get("issue"))
    return isinstance(said, str) and is_issue(said) and rules.mark(said) == rules.mark(issue)


def _run_is_of(path: Path, base: Path, issue: str, rules: Rules) -> bool:
    """Whether the run that the worklist lies in is of the issue."""
    run = path.relative_to(base).parts[0]
    return (is_issue(run) and rules.mark(run) == rules.mark(issue)) or _of(_json(base / run / _META), issue, rules)
