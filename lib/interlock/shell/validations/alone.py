"""How to run a validation command so that it counts."""

from interlock.shell.reading import Validation

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_-+=:,./")


def alone(run: Validation, cwd: str = "") -> str:
    """The command by itself, quoted for a shell that is in ``cwd``; ``cd`` before it where it runs elsewhere."""
    words = list(run.spelled)
    if run.name == "vitest" and "run" not in words and "--run" not in words:
        words.append("--run")
    line = " ".join(map(quoted, words))
    return f"cd {quoted(run.cwd)} && {line}" if run.cwd and run.cwd != cwd else line


def quoted(word: str) -> str:
    """The word as bash reads it back."""
    if word and _SAFE.issuperset(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
