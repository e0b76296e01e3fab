"""Scratch repositories for the corpus."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from tests.shell.scratch import MEMORY, Scratch, Template, make

from interlock.doors import contain
from interlock.install import prefix


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    base = Path(mkdtemp(prefix="corpus-", dir=MEMORY)).resolve()
    yield make(base)
    rmtree(base, ignore_errors=True)


@pytest.fixture
def scratch(template: Template) -> Iterator[Scratch]:
    base = Path(mkdtemp(prefix="case-", dir=MEMORY)).resolve()
    yield template.copy(base)
    rmtree(base, ignore_errors=True)


@pytest.fixture
def possible(tmp_path: Path) -> None:
    """Skips where commands can't be contained; in CI that is a failure."""
    root = tmp_path / "interlock"
    (root / "install").mkdir(parents=True)
    prefix.write(root, "")
    if why := contain.able(str(root)):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            f"commands can't be contained here: {why}"
        )
