"""Scratch repositories for the corpus."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from tests.shell.scratch import MEMORY, Scratch, Template, make


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
