"""Editors in batch, and sqlite3: the files that they are given, and those that their commands name."""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call


def run(call: "Call") -> None:
    if call.name == "sqlite3":
        _sqlite(call)
    elif call.name == "emacs":
        _emacs(call)
    else:
        _editor(call)


def _editor(call: "Call") -> None:
    """Editors in batch: the files they are given, and what their commands name is not read."""
    plain = call.name in ("ed", "ex") or any(
        arg.startswith("-") and ("e" in arg or "E" in arg) for arg in call.args
    )
    valued = "-p --prompt" if call.name == "ed" else "-c --cmd -S -u -T -i -U -w -W -t"
    given = options(call.args, valued if plain else f"{valued} -s")
    if call.name == "view" or given.has("-R"):  # may write all the same, when told to
        call.unread(call.name)
        if not any(_saves(script) for script in given.values("-c")):
            return
    scripts = given.values("-c", "--cmd") + [word for word in given.operands if word.startswith("+")]
    feed = call.shell.feed
    if feed is not None and plain:
        scripts += feed.rest().split("\n")
    silent = call.name in ("ed", "ex") and scripts and not any(_saves(script) for script in scripts)
    for name in given.operands:
        if not name.startswith("+") and not silent:
            call.write(name)
    if plain and not scripts:
        call.unread(f"{call.name} script")
    for script in scripts:
        _ex(call, script)
    if given.has("-S") or (given.has("-s") and not plain):
        call.unread(f"{call.name} script")
    if not given.operands:
        call.unread(call.name)


def _saves(script: str) -> bool:
    """Whether a line of a script for ed may write the file."""
    word = script.strip().lstrip("+:%$.,;0123456789 ")
    return word[:1] in ("w", "W", "x", "Z", "u", "!") or "w" in word[:3] or UNKNOWN in word or "|" in word


def _ex(call: "Call", script: str) -> None:
    """``w file``, ``saveas file`` and what runs a shell."""
    for part in script.replace("|", "\n").split("\n"):
        word, _, rest = part.strip().lstrip("+:%$.,0123456789").partition(" ")
        if (
            word in ("w", "w!", "write", "write!", "sav", "saveas", "saveas!", "wq", "wq!", "x", "W")
            and rest.strip()
        ):
            name = rest.strip().removeprefix(">>").strip()
            if name.startswith("!"):
                call.unread(f"{call.name} !")
            else:
                call.write(name)
        elif word.startswith(("!", "r!")) or rest.lstrip().startswith("!") or "system(" in part or "\0" in part:
            call.unread(f"{call.name} script")


def _emacs(call: "Call") -> None:
    given = options(call.args, "--eval -l --load -f --funcall --visit --file")
    for name in given.operands + given.values("--visit", "--file"):
        call.write(name)
    if given.has("--eval", "-l", "--load", "-f", "--funcall", "--script", "-x") or not given.operands:
        call.unread("emacs")


def _sqlite(call: "Call") -> None:
    """The database, if any statement changes it; dot commands that write are not read."""
    given = options(call.args, "-separator -cmd -init -nullvalue", single=True)
    texts = given.operands[1:] + given.values("-cmd")
    if not texts and call.shell.feed is not None:
        texts = [call.shell.feed.rest()]
    text = " ".join(texts).lower()
    changes = (
        "insert",
        "update",
        "delete",
        "create",
        "drop",
        "alter",
        "replace",
        "vacuum",
        "attach",
        "begin",
        "pragma",
    )
    if (
        not given.operands
        or not texts
        or UNKNOWN in text
        or ".read" in text
        or ".shell" in text
        or ".system" in text
        or "file(" in text
        or "load_ext" in text
    ):
        call.unread("sqlite3")
    for part in (word for one in texts for word in one.split("\n")):
        words = part.split()
        if words[:1] and words[0] in (".output", ".once", ".backup", ".save", ".log", ".excel") and len(words) > 1:
            call.write(words[-1], "sqlite3", blind=True)
    if given.operands and given.operands[0] != ":memory:" and any(word in text for word in changes):
        call.write(given.operands[0], "sqlite3")
