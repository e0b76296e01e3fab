"""Writes the JSON Schemas into docs/schema/ and the table of events into docs/log.md:
`python -m interlock.shapes.export docs`. A test holds that what is committed is what this writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from interlock.gate.block import Block
from interlock.shapes.artifacts.answers import Progress, ReceiptCheck, Validated
from interlock.shapes.artifacts.kinds import KINDS
from interlock.shapes.config import Config
from interlock.shapes.contract import Contract
from interlock.shapes.gate import Check
from interlock.shapes.health import Health
from interlock.shapes.record import LINE, SHAPES, Record
from interlock.shapes.status import Status
from interlock.shapes.verdict import Verdict

BEGIN, END = "<!-- events: written by interlock.shapes.export -->", "<!-- end of events -->"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, str]:
    """The schema files' texts by name."""
    models: dict[str, tuple[str, TypeAdapter[Any] | type[BaseModel]]] = {
        "record": ("One line of Interlock's audit log", LINE),
        "config": (".claude/interlock.toml", Config),
        "contract": ("The contract block of an agent", Contract),
        "health": ("interlock status --health --json", Health),
        "status": ("interlock status --json", Status),
        "completion": ("The completion block of a last message", Block),
        "gate": ("interlock gate check --json", Check),
        "verify": ("interlock log --verify --json", Verdict),
    }
    for kind in KINDS:
        part = "The front matter of " if kind.front else ""
        models[f"artifacts/{kind.name}"] = (f"{part}{kind.file}", kind.shape)
    models["artifacts/check"] = ("interlock artifacts check --json", Progress)
    models["artifacts/receipt_check"] = ("interlock receipt --check --json", ReceiptCheck)
    models["artifacts/validate"] = ("interlock artifacts validate --json", Validated)
    return {f"{name}.schema.json": _schema(title, model) for name, (title, model) in models.items()}


def _schema(title: str, model: TypeAdapter[Any] | type[BaseModel]) -> str:
    made = model.json_schema() if isinstance(model, TypeAdapter) else model.model_json_schema()
    return json.dumps({"$schema": _DIALECT, **made, "title": title}, indent=2) + "\n"


def table() -> str:
    """The events and their facts as Markdown."""
    rows = ["| event | what happened | facts |", "|---|---|---|"]
    for event, shape in SHAPES.items():
        facts = ", ".join(f"`{name}`" for name in shape.model_fields if name not in Record.model_fields)
        said = " ".join((shape.__doc__ or "").split())
        rows.append(f"| `{event}` | {said} | {facts} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """``text`` with the table of events as it should be."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def main(docs: Path) -> None:
    """Writes everything below ``docs``."""
    (docs / "schema" / "artifacts").mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (docs / "schema" / name).write_text(text, encoding="utf-8")
    log = docs / "log.md"
    log.write_text(page(log.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
