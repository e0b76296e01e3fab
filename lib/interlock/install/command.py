"""The shell text of an installed hook, of the launcher, and of the CLI's shim.

All of it runs under /bin/sh with nothing but the shell's builtins, so it works in an empty environment, and
answers sensibly when the interpreter or the guard is gone. ``python -I -S`` sees neither the working
directory, nor PYTHONPATH, nor site-packages.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from interlock.install.entries import MARKER, SHELLS, Hook
from interlock.install.errors import InstallError

GET = "pipx install interlock-hooks"
"""How a person gets the program; every sentence that names a way to install takes it from here."""

BROKEN = (
    "Interlock is broken here (its Python or its guard does not start), so this call is refused until "
    f"somebody repairs it with `{GET} --force` and `interlock install` in this repository."
)
BROKEN_AT_START = (
    "Interlock guards this repository but is broken (its Python or its guard does not start), so writes "
    f"are refused: tell the user to repair it with `{GET} --force` and `interlock install` here."
)
ABSENT = (
    "This repository uses Interlock to keep agents from overwriting one another, but it is not installed "
    f"for this user, so nothing is guarded: tell the user to run `{GET}` and `interlock install` here."
)

UNPUT = (
    "The program that Claude Code starts shell commands through (env.CLAUDE_CODE_SHELL_PREFIX in its settings, "
    "set by Interlock) is gone and can't be put back, so no shell command can run: tell the user to run "
    "`interlock install` again, or to take that line out of the settings."
)
PREFIX_MARK = "# interlock-shell v1"
"""Begins the second line of every prefix program of ours."""
LAUNCH_MARK = "# interlock-launch v1"
"""The line by which uninstall knows a file in the state root's bin folder as ours."""


@dataclass(frozen=True)
class Baked:
    """The absolute paths that an installed command carries."""

    python: Path
    guard: Path
    lib: Path
    root: Path

    def check(self) -> None:
        """Raise InstallError unless every path can stand in a JSON file and a command can run with it."""
        for path in (self.python, self.guard, self.lib, self.root):
            if not path.is_absolute():
                raise InstallError(
                    f"{str(path)!r} is not an absolute path; run Interlock from a full installation."
                )
            try:
                str(path).encode()
            except UnicodeEncodeError:
                raise InstallError(
                    f"{str(path)!r} is not valid UTF-8, and a settings file can't hold it; "
                    "install Interlock under another path."
                ) from None
        try:
            there = self.guard.is_file()
        except OSError as problem:
            raise InstallError(f"The guard at {self.guard} can't be looked at ({problem.strerror}).") from None
        if not there:
            raise InstallError(
                f"The guard is missing at {self.guard}; install Interlock again with `{GET} --force`."
            )


def _said(event: str, facts: dict[str, str]) -> str:
    answer = json.dumps({"hookSpecificOutput": {"hookEventName": event, **facts}})
    return f"printf '%s\\n' {quote(answer)}"


_DENY = _said("PreToolUse", {"permissionDecision": "deny", "permissionDecisionReason": BROKEN})
_TELL = _said("SessionStart", {"additionalContext": BROKEN_AT_START})
_TELL_ABSENT = _said("SessionStart", {"additionalContext": ABSENT})
_STARTS = '[ -f "$P" ] && [ -x "$P" ] && [ -r "$G" ]'


def _paths(baked: Baked) -> str:
    return f"P={quote(str(baked.python))}; G={quote(str(baked.guard))};"


def _run(baked: Baked, event: str) -> str:
    return f'"$P" -I -S "$G" {quote(str(baked.lib))} {quote(str(baked.root))} {event}'


def _checked(run: str) -> str:
    """Run the guard of a guarded tool, and go on only if it ended without an answer (those end with 0 or 2).

    It is not ``exec``ed: an interpreter that is there but can't start (its shared library gone after an
    upgrade) ends with 1 or 127, which clients before 2.1.295 take for a yes. The extra fork costs half a
    millisecond. A client that gives up on a hook ends its whole process tree, so no guard is left behind.
    """
    return f"{run}; s=$?; case $s in 0|2) exit $s;; esac"


def _mended(hook: Hook) -> str:
    """Puts a stand-in where this session's prefix program is gone: without one every command would end with 127.

    The program is taken from the environment, so this holds for sessions that began under another install too.
    A call that can't run anyway is refused with the reason.
    """
    if hook.event != "SessionStart" and hook.matcher != SHELLS:
        return ""
    lines = ("#!/bin/sh", f"{PREFIX_MARK}, a stand-in: `interlock install` writes the whole one.", _STAND_IN)
    said = _said(hook.event, {"additionalContext": UNPUT})
    if hook.event == "PreToolUse":
        said = _said(hook.event, {"permissionDecision": "deny", "permissionDecisionReason": UNPUT})
    return (
        'S=${CLAUDE_CODE_SHELL_PREFIX-}; case $S in /*/interlock/shell/run*) if ! [ -x "$S" ]; then '
        '{ (umask 077; mkdir -p "${S%/*}"; '
        f"printf '%s\\n' {' '.join(map(quote, lines))} >\"$S.$$\"; "
        'chmod 755 "$S.$$"; mv -f "$S.$$" "$S"); } 2>/dev/null; '
        f'[ -x "$S" ] || {{ {said}; exit 0; }}; fi;; esac; '
    )


_STAND_IN = 'case ${SHELL-} in *bash|*zsh) exec "$SHELL" -c "$1";; esac; exec /bin/sh -c "$1"'


def baked_command(baked: Baked, hook: Hook) -> str:
    """The command of local and user scope: everything it needs stands in it."""
    start = f"{MARKER} {_mended(hook)}{_paths(baked)} {_STARTS} &&"
    run = _run(baked, hook.event)
    if hook.fallback == "deny":
        return f"{start} {{ {_checked(run)}; }}; {_DENY}"
    return f"{start} exec {run}; {_TELL if hook.fallback == 'tell' else 'exit 0'}"


def project_command(hook: Hook) -> str:
    """The command of project scope: finds this user's launcher, and lets pass where there is none.

    The launcher is read into the running shell: no second shell to start, and it works where the home
    directory forbids execution. It always exits.
    """
    return (
        f'{MARKER} for d in "${{XDG_STATE_HOME:-}}" "${{HOME:+$HOME/.local/state}}" '
        '"${HOME:+$HOME/Library/Application Support}"; do '
        'L=$d/interlock/bin/launch; case $d in /*) if [ -f "$L" ] && [ -r "$L" ]; then '
        f'set -- {hook.event} {hook.fallback}; . "$L"; fi;; esac; done; '
        f"{_TELL_ABSENT if hook.fallback == 'tell' else 'exit 0'}"
    )


def launcher(baked: Baked) -> str:
    """The text of ROOT/bin/launch: ``launch EVENT [deny|tell|pass]`` starts the guard, or answers for it."""
    return f"""#!/bin/sh
{LAUNCH_MARK}: written by `interlock install`, replaced by the next one.
{_paths(baked)}
k=${{2:-}}
if [ -z "$k" ]; then case $1 in PreToolUse) k=deny;; SessionStart) k=tell;; *) k=pass;; esac; fi
if {_STARTS}; then
  if [ "$k" = deny ]; then
    {_checked(_run(baked, '"$1"'))}
  else
    exec {_run(baked, '"$1"')}
  fi
fi
case $k in
deny) {_DENY};;
tell) {_TELL};;
esac
exit 0
"""


def shim(baked: Baked, in_site_packages: bool) -> str:
    """The text of ROOT/bin/interlock: the CLI under the baked interpreter, whatever the surroundings.

    ``-I`` keeps the working directory and PYTHONPATH out. A package that the interpreter doesn't find by
    itself gets its folder on the path; site-packages itself never goes before the standard library.
    """
    path = "" if in_site_packages else f"sys.path.insert(0, {str(baked.lib)!r}); "
    named = "sys.argv[0] = 'interlock'"
    code = f"import sys; {path}{named}; from interlock.faces.main import main; sys.exit(main())"
    return f"""#!/bin/sh
{LAUNCH_MARK}: written by `interlock install`, replaced by the next one.
P={quote(str(baked.python))}
if [ -f "$P" ] && [ -x "$P" ]; then exec "$P" -I -c {quote(code)} "$@"; fi
printf '%s\\n' {quote(f"interlock: its Python is gone; install it again with `{GET} --force`.")} >&2
exit 1
"""
