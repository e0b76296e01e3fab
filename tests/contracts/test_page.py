"""docs/contracts.md says what is so."""

import re
from pathlib import Path

from interlock.contracts.source import read
from interlock.shapes.contract import Contract

PAGE = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text()


def test_the_example_is_a_contract(tmp_path: Path) -> None:
    """What people copy is read without a fault."""
    shown = re.search(r"````md\n(.*?)````", PAGE, re.DOTALL)
    assert shown is not None
    path = tmp_path / "docs-writer.md"
    path.write_text(shown[1])
    found = read(path, path.name)
    assert found is not None and (found.faults, found.name) == ([], "docs-writer")
    assert found.contract is not None and found.contract.owns == ["docs/**", "README.md"]


def test_every_key_has_a_row() -> None:
    """The table has just the keys that there are, in their order."""
    rows = re.findall(r"^\| `([a-z]+)` \| .+ \| .+ \|$", PAGE, re.MULTILINE)
    assert rows == list(Contract.model_fields)
