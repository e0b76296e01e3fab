"""A copy of the package for the runs under strace."""

import compileall
import shutil
from pathlib import Path

import pytest

LIB = Path(__file__).parents[2] / "lib"


@pytest.fixture(scope="module")
def lib(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, copied and compiled, so that every run makes the same system calls."""
    copy = tmp_path_factory.mktemp("lib")
    shutil.copytree(LIB / "interlock", copy / "interlock", ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(copy, quiet=2)
    return copy
