"""The generated pages are what the shapes say."""

import json
from pathlib import Path

import pytest

from interlock.shapes import export
from interlock.shapes.record import SHAPES

DOCS = Path(__file__).parents[2] / "docs"


def test_docs_are_up_to_date(tmp_path: Path) -> None:
    """What is committed below docs/ is what `python -m interlock.shapes.export docs` writes."""
    (tmp_path / "log.md").write_text((DOCS / "log.md").read_text())
    export.main(tmp_path)
    made = {file.relative_to(tmp_path): file.read_text() for file in tmp_path.rglob("*.*")}
    assert len(made) == 1 + len(list((DOCS / "schema").rglob("*.json")))
    for name, text in made.items():
        assert (DOCS / name).read_text() == text, f"{name} is stale: run `python -m interlock.shapes.export docs`"


def test_a_stale_table_is_replaced(tmp_path: Path) -> None:
    """The export writes the table between its marks anew and leaves the prose."""
    (tmp_path / "log.md").write_text(f"before\n{export.BEGIN}\nstale\n{export.END}\nafter\n")
    export.main(tmp_path)
    text = (tmp_path / "log.md").read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "stale" not in text


@pytest.mark.parametrize("event", sorted(SHAPES))
def test_the_page_names_every_event(event: str) -> None:
    """docs/log.md has a row for each event, with a sentence and every fact."""
    rows = [row for row in (DOCS / "log.md").read_text().splitlines() if row.startswith(f"| `{event}` |")]
    assert len(rows) == 1 and len(rows[0].split("|")[2].strip()) > 10
    schema = json.loads((DOCS / "schema/record.schema.json").read_text())
    shape = next(d for d in schema["$defs"].values() if d["properties"]["event"].get("const") == event)
    common = {"v", "seq", "at", "event", "prev"}
    assert set(shape["properties"]) - common == set(rows[0].split("|")[3].split("`")[1::2])
    assert common <= set(shape["required"]) and shape["additionalProperties"] is True
