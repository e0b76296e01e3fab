"""Installs or uninstalls once, between two marks that a trace shows.

`python install_operation.py LIB ROOT VERB`: ROOT holds repo, home and state. Prints "ack ACTION" or
"fault SENTENCE"; any other exception is a defect and ends it with a traceback.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from interlock.install.command import Baked
from interlock.install.errors import InstallError
from interlock.install.operate import Setup, install, uninstall

VERBS = {"install": install, "uninstall": uninstall}


def setup(lib: Path, base: Path) -> Setup:
    guard = lib / "guard.py"
    return Setup(base / "repo", base / "home", Baked(Path(sys.executable), guard, lib, base / "state"))


def main(lib: Path, base: Path, verb: str) -> None:
    warm = base.with_name(f"{base.name}-warm")  # what is imported late is imported now
    (warm / "repo").mkdir(parents=True)
    (warm / "home").mkdir()
    for act in VERBS.values():
        act(setup(lib, warm))
    shutil.rmtree(warm)
    os.access("/mark/begin", os.F_OK)
    try:
        told = f"ack {VERBS[verb](setup(lib, base)).action}"
    except InstallError as problem:
        told = f"fault {problem}"
    try:
        os.write(1, told.encode() + b"\n")
    except OSError:
        pass  # nobody was told
    os.access("/mark/end", os.F_OK)
    os._exit(0)


main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
