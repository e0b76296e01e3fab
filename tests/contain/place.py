"""A folder with a state root and the prefix program in it, and commands run through that as the client would."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from shlex import quote
from typing import Any

from interlock.doors import contain
from interlock.install import prefix

NOBODY = 61234
"""A user id without name and rights, for runs as root: CI is root, users are not."""
AS_IS = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/bash", "LANG": "C.UTF-8"}


class Place:
    """``folder`` for the commands' files, ``state`` for Interlock's; all of one user's (None: who runs this)."""

    def __init__(self, uid: int | None, chained: str = "") -> None:
        self.uid = uid
        self.base = Path(tempfile.mkdtemp(prefix="contain-")).resolve()
        self.base.chmod(0o755)
        self.folder, self.state = self.base / "work", self.base / "interlock"
        self.folder.mkdir()
        (self.state / "install").mkdir(parents=True)
        (self.state / "tickets").mkdir(mode=0o700)
        self.chained = chained
        prefix.write(self.state, chained)
        self.program = str(prefix.path(self.state, chained))
        self._count = 0
        self.give()

    def give(self) -> None:
        """All that is there belongs to the place's user."""
        if self.uid is not None:
            for path in (self.base, *self.base.rglob("*")):
                os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def close(self) -> None:
        shutil.rmtree(self.base)

    def file(self, name: str, text: str = "held\n") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.give()
        return path

    def ticket(self, *held: object, refuse: bool = False) -> str:
        """Leaves a ticket as a hook does; its id."""
        self._count += 1
        use_id = f"toolu_{self._count:04d}"
        contain.leave(str(self.state), use_id, [os.fsdecode(os.fspath(path)) for path in held], refuse)  # type: ignore[call-overload]
        self.give()
        return use_id

    def wrapped(self, command: str, use_id: str = "", stdin: bool = False) -> str:
        """The one string that the client gives to a prefix (live, 2.1.197 and 2.1.329)."""
        marked = f"{command}\n# interlock:{use_id}" if use_id else command
        done = self.base / "cwd"
        return f"true && eval {quote(marked)}{'' if stdin else ' < /dev/null'} && pwd -P >| {done}"

    def user(self) -> dict[str, Any]:
        return {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}

    def start(self, command: str, *held: object, **given: Any) -> "subprocess.Popen[bytes]":
        """Starts the command; contained if ``held`` names something."""
        stdin = "stdin" in given
        use_id = self.ticket(*held, refuse=given.pop("refuse", False)) if held else ""
        given = {"cwd": self.folder, "env": AS_IS, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **given}
        string = self.wrapped(command, use_id, stdin)
        return subprocess.Popen([self.program, string], **self.user(), **given)

    def run(self, command: str, *held: object, **given: Any) -> "subprocess.CompletedProcess[bytes]":
        fed = given.pop("input", None)
        if fed is not None:
            given["stdin"] = subprocess.PIPE
        with self.start(command, *held, **given) as process:
            out, errors = process.communicate(fed, timeout=60)
        return subprocess.CompletedProcess([], process.returncode, out, errors)

    def directly(self, command: str, **given: Any) -> "subprocess.CompletedProcess[bytes]":
        """The same without any prefix: what the client would have done."""
        given = {"cwd": self.folder, "env": AS_IS, "capture_output": True, "timeout": 60, **given}
        string = self.wrapped(command, "", "input" in given)
        return subprocess.run(["/bin/bash", "-c", string], **self.user(), **given)

    def outcome(self) -> str:
        """What became of the last ticket."""
        return contain.take_back(str(self.state), f"toolu_{self._count:04d}")

    def able(self) -> str:
        """Why this user can't contain here, told by the probe in a process of that user; "" if it can."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                if self.uid is not None:
                    os.setgroups([])
                    os.setgid(self.uid)
                    os.setuid(self.uid)
                os.write(writing, contain.able(str(self.state)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with open(reading, "rb") as said:
            why = said.read().decode()
        os.waitpid(child, 0)
        return why
