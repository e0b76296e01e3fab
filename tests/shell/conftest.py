"""Scratch repositories for the corpus, in memory where that can be had: thousands are made and removed."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from .scratch import Scratch, Template, make

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


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
