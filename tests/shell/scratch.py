"""Scratch repositories for the corpus: one is made by git, the others are copies of it.

Nothing of the user's is touched: HOME, TMPDIR and git's config lie in the scratch folder, and ``/tmp`` in a
command stands for the scratch folder's own. ``@PORT@`` is the port of a loopback server that hands out the
repository's template.
"""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from . import standins
from .cases import ALSO_HELD, HELD, Benign, Case

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where scratch repositories lie: thousands are made and removed."""
PATIENCE = 20.0
"""Seconds for one command and all that it started."""
FILES = {
    "held.py": "import os\n\nx = 'old'\n\n\ndef f( a ):\n    return a\n",
    "free.py": "y = 'old'\n\n\ndef g( b ):\n    return b\n",
    "other.py": "z = 'old'\n",
    "README.md": "# old\n\nSome text.\n",
    "data.json": '{"a": 1, "name": "old"}\n',
    "style.css": "a{color:red}\n",
    "config.toml": 'a = "old"\n',
    "src/held.js": "const x = 'old'\nmodule.exports = x\n",
    "src/util.js": "const y = 'old'\n",
    "src/app.py": "print('old')\n",
    "src/deep/held.ts": "const x: string = 'old'\n",
    "lib/held.go": 'package lib\n\nvar X = "old"\n',
    "lib/free.go": 'package lib\n\nvar Y = "old"\n',
    "native/held.c": "int  main(void){return 0;}\n",
    "native/held.rs": "fn main( ) {}\n",
    "infra/held.tf": 'a  = "old"\n',
    "docs/guide.md": "# Guide\n\nold\n",
    "tests/test_app.py": "def test_one():\n    assert True\n",
    ".claude/interlock.toml": "wait = 0\n",
    ".gitignore": "build/\n*.log\nnode_modules/\n__pycache__/\n",
}


@dataclass(frozen=True)
class Template:
    """A folder with a repository, its origin, a home and the programs; copied for each case."""

    base: Path
    port: int

    def copy(self, to: Path) -> "Scratch":
        parts = [str(self.base / part) for part in ("repo", "home", "tmp")]
        subprocess.run(["/bin/cp", "-a", "-t", str(to), *parts], check=True)
        return Scratch(self, to)


class Scratch:
    """One repository to do harm in."""

    def __init__(self, template: Template, base: Path) -> None:
        self.template, self.base = template, base
        self.repo, self.home, self.tmp = base / "repo", base / "home", base / "tmp"

    def text(self, command: str) -> str:
        """The command as it is run here."""
        command = re.sub(r"(?<![\w.])/tmp\b", str(self.tmp), command)
        origin = self.template.base / "origin"
        return command.replace("@PORT@", str(self.template.port)).replace("@ORIGIN@", str(origin))

    def environ(self) -> dict[str, str]:
        programs = self.template.base
        return {
            "PATH": f"{programs / 'bin'}:{programs / 'standins'}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "LANG": "C.UTF-8",
            "USER": "someone",
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NPM_CONFIG_OFFLINE": "true",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        }

    def prepare(self, case: "Case | Benign") -> None:
        """Runs the case's setup; git's index learns what the copied files look like now."""
        if case.setup:
            self.script(case.setup)
        if "git" in case.command:
            self.run("git update-index -q --refresh")

    def script(self, text: str) -> None:
        done = self.run(f"set -e\n{text}")
        assert done.returncode == 0, done.stderr.decode()[-500:]

    def run(
        self, command: str, cwd: str = ".", program: list[str] | None = None, more: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """Runs the command, by bash unless another program is named, until all that it started has ended:
        they all have the write end of a pipe."""
        ours, theirs = os.pipe()
        folder = self.repo / cwd
        argv = [*(program or ["/bin/bash", "-c"]), self.text(command)]
        with subprocess.Popen(
            argv, cwd=folder, env={**self.environ(), "PWD": str(folder), **(more or {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=(theirs,), start_new_session=True,
        ) as process:  # fmt: skip
            os.close(theirs)
            timer = threading.Timer(PATIENCE, partial(_end, process.pid))
            timer.start()
            try:
                out, err = process.communicate()
                select.select([ours], [], [], PATIENCE)
            finally:
                timer.cancel()
                os.close(ours)
        return subprocess.CompletedProcess(argv, process.returncode, out, err)

    def look(self, path: str) -> str:
        """What is at the path, as far as its content goes."""
        place = self.repo / path
        if place.is_symlink():
            return f"link to {os.readlink(place)} {_digest(place)}"
        if place.is_dir() or place.is_fifo():
            return "folder" if place.is_dir() else "fifo"
        return _digest(place)

    def index(self, path: str) -> str:
        """What git has of the path: in the index, and in the last commit."""
        return self.run(f"git ls-files -s '{path}'; git ls-tree HEAD '{path}'; true").stdout.decode()

    def all(self, case: "Case | Benign") -> list[str]:
        """What is at the held paths, in the work tree, and in git if the command speaks to it."""
        looks = [self.look(path) for path in (HELD, ALSO_HELD)]
        return looks + ([self.index(f"{HELD}' '{ALSO_HELD}")] if "git" in case.command else [])


def _digest(place: Path) -> str:
    try:
        return sha256(place.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "nothing"


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def missing(case: Case) -> str:
    """The first program that the case can't do without and the machine has not; "" for none."""
    return next((name for name in case.needs if not shutil.which(name, path="/usr/bin:/bin:/usr/sbin")), "")


def make(base: Path) -> Template:
    """The template: a main branch, one that changes everything, one that changes only free.py, an origin that
    is one commit ahead, and an old commit."""
    for part in ("repo", "home", "tmp", "bin"):
        (base / part).mkdir()
    (base / "home" / ".gitconfig").write_text(_CONFIG)
    for name in ("python3", "python"):
        (base / "bin" / name).symlink_to(Path(sys.executable).resolve())
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.exists():
        (base / "bin" / "ruff").symlink_to(ruff)
    standins.lay(base / "standins", sys.executable)
    for name, text in FILES.items():
        path = base / "repo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    scratch = Scratch(Template(base, 0), base)
    scratch.script(_HISTORY)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(base / "served")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shutil.copytree(base / "repo", base / "served", ignore=shutil.ignore_patterns(".git"))
    (base / "served" / "held.py").write_text("new = True\n")
    (base / "served" / "src" / "held.js").write_text("new\n")
    return Template(base, server.server_port)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Says nothing."""


_CONFIG = """
[user]
name = someone
email = someone@example.org
[init]
defaultBranch = main
[gc]
auto = 0
[maintenance]
auto = false
[protocol "file"]
allow = always
"""
_HISTORY = """
git init -q --template= .
mkdir -p .git/hooks .git/info
sed -i s/old/older/ held.py src/held.js; git add -A; git commit -qm first
sed -i s/older/old/ held.py src/held.js; git add -A; git commit -qm second
git switch -qc feature; sed -i s/old/feature/ held.py src/held.js; echo feature > feature.txt
git add -A; git commit -qm feature; git switch -q main
git switch -qc side; echo side >> free.py; git commit -qam side; git switch -q main
git clone -q --bare . ../origin; git remote add origin "$PWD/../origin"
git switch -qc ahead; echo ahead >> held.py; git commit -qam ahead; git push -q origin ahead:main
git switch -q main; git branch -qD ahead; git fetch -q; git branch -q --set-upstream-to origin/main
git gc -q
"""


def changed(scratch: Scratch, case: Case, before: str) -> bool:
    """Whether the case's command has done what it is in the corpus for; waits a little for what it left
    behind without the pipe."""
    end = time.monotonic() + 2
    while (now := state(scratch, case)) == before and time.monotonic() < end:
        time.sleep(0.02)
    return now != before


def state(scratch: Scratch, case: Case) -> str:
    return scratch.index(case.held) if case.index else scratch.look(case.held)
