"""Scratch repositories for the corpus."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from .scratch import Scratch, Template, make


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def scratch(template: Template, tmp_path: Path) -> Iterator[Scratch]:
    yield template.copy(tmp_path)
    rmtree(tmp_path, ignore_errors=True)
