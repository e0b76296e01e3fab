"""Commands that would hide from `interlock` who calls it: what an agent starts in a session or terminal of its own
passes for a person's (docs/verdicts.md). The plain ways are refused; what a program does inside can't be read.
"""

NAME = "interlock"
VERBS = ("verdict", "worklist", "receipt", "runs", "run-start")
"""What decides by who calls."""
_HIDES = (
    "setsid", "script", "screen", "tmux", "nohup", "daemonize", "expect", "unbuffer", "socat", "unshare",
    "nsenter", "systemd-run", "start-stop-daemon",
)  # fmt: skip
_STRIPS = ("-i", "-", "-u", "--ignore-environment")
_ENDS = ";&|()`\n{}"
_QUOTES = "\"'\\$"


def hidden(command: str) -> tuple[str, str]:
    """(the program that hides it, the verb of `interlock` after it), ("", "") where none does. Words are looked
    at, in quotes too; what stands as another's argument (`grep script FILE`) hides nothing."""
    if NAME not in command:
        return "", ""
    words = _words(command)
    hider = ""
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        name = word.rpartition("/")[2]
        if name == NAME and after in VERBS and hider:
            return hider, after
        if _begins(before) and (name in _HIDES or (name == "env" and after in _STRIPS)):
            hider = f"env {after}" if name == "env" else name
    return "", ""


def _words(command: str) -> list[str]:
    """Words without their quotes; where a command ends an empty one."""
    for sign in _QUOTES:
        command = command.replace(sign, "")
    for sign in _ENDS:
        command = command.replace(sign, " \0 ")
    return ["" if word == "\0" else word for word in command.split()]


def _begins(before: str) -> bool:
    """Whether a command may begin after that word: at the beginning, after an end, an assignment, an option for
    one (`sh -c`, `script -qec`), or a program that starts what follows."""
    short = before[:1] == "-" and before[:2] != "--" and before[-1] == "c"
    assigned = "=" in before and before[:1] != "-"
    starts = before.rpartition("/")[2] in (*_HIDES, "env", "exec", "command", "eval", "nice", "time", "sudo")
    return not before or short or assigned or starts
