"""The agents' frontmatter: the client silently skips an agent whose frontmatter does not parse."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from interlock.doctor.finding import Finding, bad, ok

_NEEDED = ("name", "description")
_MOST = 1 << 20


def agents(folders: list[Path]) -> Iterator[Finding]:
    """A finding for each broken agent file in the folders; one that all is well otherwise."""
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.glob("*.md"))
    faults = [(file, fault) for file in files if (fault := problem(file))]
    for file, fault in faults:
        yield bad("agents", f"{file}: {fault}", "Mend the frontmatter; the client does not load this agent.")
    if files and not faults:
        yield ok("agents", f"{len(files)} agent{'s' if len(files) > 1 else ''} with sound frontmatter")


def problem(file: Path) -> str:
    """What is wrong with the file's frontmatter, with the line; "" if nothing."""
    try:
        text = file.read_text(encoding="utf-8-sig")[:_MOST]
    except (OSError, UnicodeDecodeError) as fault:
        return f"can't be read ({fault})"
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return "line 1: no frontmatter (`---`)"
    ends = [number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"]
    if not ends:
        return "line 1: the frontmatter has no end (`---`)"
    try:
        data = yaml.safe_load("\n".join(lines[1 : ends[0]]))
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 2 if fault.problem_mark else 1
        return f"line {line}: not YAML ({fault.problem})"
    except (yaml.YAMLError, RecursionError, ValueError) as fault:
        return f"not YAML ({fault})"
    if not isinstance(data, dict):
        return "line 2: the frontmatter is not a mapping"
    missing = [key for key in _NEEDED if not isinstance(data.get(key), str) or not data[key].strip()]
    return f"line 1: `{missing[0]}` is missing" if missing else ""
