"""What the three layers do to the corpus of shell commands: the table in docs/shell.md.

``python -m bench.shell`` measures all three, each by itself, and writes the part of docs/shell.md between the
marks (some minutes). ``--first`` measures the first layer only and keeps the others' figures.
"""

import argparse
import importlib
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.shell import measure, scratch
from tests.shell.cases import Case, benign, writes
from tests.shell.scratch import Template, missing

from bench import TOP

PAGE = TOP / "docs" / "shell.md"
TABLES = ("_OPERANDS", "_TARGETS", "_PLAIN", "_RUNNERS", "_TABLE")
WRITERS = ("sed", "awk", "archives", "transfer", "finding")
"""Where the reader's rooms list programs: tables by name, and kinds that have none."""
BEGIN, END = "<!-- measured: python -m bench.shell -->", "<!-- end of what was measured -->"
STALE = "docs/shell.md is not what is measured; run `python -m bench.shell --first` (without it for all layers)"
HEADS = ("class", "commands", "1: spelled, refused", "1: the others, refused", "2: contained", "3: reported")
LISTS = {
    "1": "Layer 1 lets these pass, though their path is spelled",
    "benign": "Benign, and refused by layer 1",
    "2": "Layer 2 does not contain these",
    "new": "Layer 2 has nothing to bind: no file has the name yet",
    "3": "Layer 3 does not report these",
}


@dataclass
class Told:
    """What the page says: a row of cells for each class, names for each list."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    misses: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in LISTS})


def verified() -> list[Case]:
    return [case for case in writes() if case.verified]


def told(text: str = "") -> Told:
    """Reads the page."""
    found, now = Told(), ""
    for line in (text or PAGE.read_text(encoding="utf-8")).partition(BEGIN)[2].partition(END)[0].splitlines():
        if line.startswith("| ") and not line.startswith(("| class", "| ---", "| **all")):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found.rows[cells[0]] = cells
        elif line.startswith("### "):
            now = next((name for name, head in LISTS.items() if line[4:].startswith(head)), "")
        elif line.startswith("- ") and now:
            found.misses[now].append(line[2:])
    return found


def first_rows(said: measure.Said) -> dict[str, list[str]]:
    rows = {}
    for kind in sorted({case.kind for case in verified()}):
        cases = [case for case in verified() if case.kind == kind]
        spelled, others = ([case for case in cases if case.literal is literal] for literal in (True, False))
        cells = [_of([bool(said[case.id]) for case in group]) for group in (spelled, others)]
        rows[kind] = [kind, str(len(cases)), *cells]
    return rows


def missed_first(said: measure.Said) -> list[str]:
    return [named(case) for case in verified() if case.literal and not said[case.id]]


def refused_benign(said: measure.Said) -> list[str]:
    return [_code(case.command) for case in benign() if said[case.setup + case.command]]


def programs() -> list[str]:
    """The words of the reader's tables of programs that write, or run others: a verb is a word of its own."""
    from interlock.shell import programs as room

    names = {name for kind, listed in room._KINDS if kind in WRITERS for name in listed.split()}
    for module in pkgutil.iter_modules(room.__path__):
        there = importlib.import_module(f"{room.__name__}.{module.name}")
        for table in TABLES:
            for name, rule in getattr(there, table, {}).items():
                names |= set() if rule[:1] == ("-never",) else {name}
    return sorted({word for name in names for word in name.split()})


def page(old: str, rows: dict[str, list[str]], lists: dict[str, list[str]]) -> str:
    """The page with its measured part anew. ``rows`` are all six cells of each class."""
    sums = [_sum(row[at] for row in rows.values()) for at in range(2, 6)]
    total = ["**all**", str(sum(int(row[1]) for row in rows.values())), *sums]
    table = [HEADS, ["---", *["--:"] * 5], *rows.values(), total]
    lines = [
        BEGIN,
        f"Measured on {time.strftime('%Y-%m-%d')}, {len(benign())} benign commands among what was asked.",
        "",
    ]
    lines += ["| " + " | ".join(cells) + " |" for cells in table]
    for name, head in LISTS.items():
        many = len(lists[name])
        lines += ["", f"### {head}: {many or 'none'}", ""] + [f"- {one}" for one in lists[name]]
    before, _, rest = old.partition(BEGIN)
    return f"{before}{chr(10).join(lines)}\n{END}{rest.partition(END)[2]}"


def named(case: Case) -> str:
    return f"`{case.id}` {_code(case.command)}"


def _code(command: str) -> str:
    line = " ⏎ ".join(command.strip().splitlines()).replace("|", "\\|")
    return f"`` {line[:100]}{'…' if len(line) > 100 else ''} ``"


def _of(good: Iterable[bool]) -> str:
    every = list(good)
    return f"{sum(every)}/{len(every)}" if every else "-"


def _sum(cells: Iterable[str]) -> str:
    pairs = [tuple(map(int, cell.split("/"))) for cell in cells if "/" in cell]
    good, every = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    return f"{good}/{every}, {100 * good / every:.1f} %" if every else "-"


def _each(template: Template, how: Callable[[Template, Case], object], what: str) -> dict[str, object]:
    """Measures all cases that can be run here, two at a time."""
    cases = [case for case in verified() if measure.fit(case)]
    with ProcessPoolExecutor(2) as pool:
        found = {}
        for case, result in zip(cases, pool.map(partial(how, template), cases, chunksize=8), strict=True):
            found[case.id] = result
            print(f"\r{what}: {len(found)}/{len(cases)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", action="store_true", help="measure layer 1 only")
    args = parser.parse_args()
    lacking = sorted({missing(case) for case in verified()} - {""})
    if lacking and not args.first:
        print(f"not on this machine: {', '.join(lacking)}", file=sys.stderr)
        return 1
    old = PAGE.read_text(encoding="utf-8")
    known = told(old)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=scratch.MEMORY) as folder:
        template = scratch.make(Path(folder).resolve())
        said = measure.read(template)
        lists = {**known.misses, "1": missed_first(said), "benign": refused_benign(measure.read_benign(template))}
        last = {kind: row[4:] for kind, row in known.rows.items()}
        if not args.first:
            held = _each(template, measure.contained, "contained")
            seen = _each(template, measure.watched, "reported")
            by_id = {case.id: case for case in verified()}
            lists["2"] = [named(by_id[name]) for name, why in held.items() if why not in ("", measure.NEW)]
            lists["new"] = [named(by_id[name]) for name, why in held.items() if why == measure.NEW]
            lists["3"] = [named(by_id[name]) for name, told in seen.items() if not told]
            for kind in {case.kind for case in verified()}:
                ours = [name for name in held if by_id[name].kind == kind]
                bound = [not held[name] for name in ours if held[name] != measure.NEW]
                last[kind] = [_of(bound), _of(bool(seen[name]) for name in ours)]
    rows = {kind: [*row, *last.get(kind, ["-", "-"])] for kind, row in first_rows(said).items()}
    PAGE.write_text(page(old, rows, lists), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
