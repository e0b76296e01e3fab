"""`interlock`: one program, a module of ``faces`` for each noun."""

import argparse
import os
import sys
from importlib import import_module

from interlock import __version__

FACES = (
    "install", "lock", "restore", "commit", "mode", "issue", "gate", "contracts", "run", "status", "log", "doctor",
    "demo", "artifacts", "runs", "receipt", "worklist", "verdict",
)  # fmt: skip


MEANT = {"run-start": ["runs", "start"]}
"""Other spellings, not listed: what they stand for."""


def parser(only: str = "") -> argparse.ArgumentParser:
    """The command line. With ``only`` a known command's name, the others' modules stay unloaded."""
    top = argparse.ArgumentParser(
        prog="interlock",
        description="Keeps many Claude Code agents in one repository from breaking each other's work.",
    )
    top.add_argument("--version", action="version", version=f"interlock {__version__}")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = {"uninstall": "install", "wait": "run"}.get(only, only)
    for name in (wanted,) if wanted in FACES else FACES:
        if __import__("importlib.util").util.find_spec(f"interlock.faces.{name}"):
            import_module(f"interlock.faces.{name}").add(sub)
    return top


def main(argv: list[str] | None = None) -> int:
    """Runs a command; returns its exit code (0 done, 1 refused, 2 usage)."""
    words = sys.argv[1:] if argv is None else argv
    words = [*MEANT.get(words[0], words[:1]), *words[1:]] if words else words
    if words[:2] == ["runs", "--"]:
        said = "`interlock runs` is about runs of work in .runs/; a command is run by `interlock run -- COMMAND`"
        print(f"interlock: {said}", file=sys.stderr)
        return 2
    args = parser(words[0] if words else "").parse_args(words)
    try:
        code = int(args.func(args))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough; Python must not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
