"""A run's files and what was said in it, with times, ids and places made plain: so two runs that did the same have
the same bytes. Digests stay but for those of what has times in it."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from .guarded import Guarded
from .transcript import transcript

EXAMPLE = Path(__file__).parents[2] / "docs" / "example"
FILES = (".runs/index.json", ".runs/r1/**/*", "double.py", "test_double.py")
_CHANGING = r"seal|evidence_sha|tree|[^\"]*/(?:worklist|verdicts)\.json"
_PLAIN = (
    (rf'"((?:{_CHANGING}))": "[0-9a-f]{{40,64}}"', rf'"\1": "{"0" * 64}"'),
    (r"[\w.-]+\|[\w:.~-]+\|main\b", "host|session|main"),
    (r"[\w.-]+\|[\w:.~-]+\|(?!main)[\w-]+", "host|session|agent"),
    (r"\bby [\w.-]+ \(a person", "by dev (a person"),
    (r"\b1[789]\d{8}\.\d+", "1767225600.0"),
    (r"\b20\d\d-\d\d-\d\d\b", "2026-01-01"),
    (r"\b\d\d:\d\d(:\d\d)?\b", "00:00"),
    (r"\b\d+\.\d+ ?s\b", "0.1s"),
)


def files(place: Guarded) -> dict[str, str]:
    """The run's artifacts and what was built, by their paths from the checkout's top."""
    found = [path for pattern in FILES for path in sorted(place.project.glob(pattern)) if path.is_file()]
    return {str(path.relative_to(place.project)): plain(place, path.read_text()) for path in found}


def example(place: Guarded) -> dict[str, str]:
    """The same, and the transcript."""
    return {**files(place), "transcript.md": plain(place, transcript(place.client.model))}


def plain(place: Guarded, text: str) -> str:
    """The text as it would be at any other time and place."""
    for path, name in ((place.project, "/work/double"), (place.client.home, "/home/dev")):
        text = text.replace(str(path), name)
    for number, commit in enumerate(place.run("git", "log", "--reverse", "--format=%H").split(), 1):
        text = re.sub(rf"\b{commit[:7]}[0-9a-f]*", partial(_as_long, str(number)), text)
    for pattern, instead in _PLAIN:
        text = re.sub(pattern, instead, text)
    return text


def _as_long(sign: str, found: re.Match[str]) -> str:
    return sign * len(found[0])


def committed() -> dict[str, str]:
    """The example as it is published; its README is written by hand."""
    found = [path for path in sorted(EXAMPLE.rglob("*")) if path.is_file() and path.name != "README.md"]
    return {str(path.relative_to(EXAMPLE)): path.read_text() for path in found}


def publish(made: dict[str, str]) -> None:
    """Writes the example anew."""
    for name in committed().keys() - made.keys():
        (EXAMPLE / name).unlink()
    for name, text in made.items():
        (EXAMPLE / name).parent.mkdir(parents=True, exist_ok=True)
        (EXAMPLE / name).write_text(text)
