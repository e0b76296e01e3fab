"""Issue ids: what one looks like, and where an agent's prompt or its branch names one."""

LONGEST = 64
PLACE = "{issue}"
"""What stands for the id in the config's pattern."""
_LINE = "ISSUE:"
_LINES = 2000  # of a prompt that are looked at
_SIGNS = frozenset("._-")
_MARKS = "*`\"'"
_AROUND = f"{_MARKS} \t\r"
_ITEM = f"{_AROUND}->+"
_STOP = f"{_AROUND}."


def is_issue(text: str) -> bool:
    """Whether the text can be an issue's id: 1 to 64 letters, digits, ``.``, ``_`` and ``-``, a letter or digit
    first, so that it is fit for a file's name and for an argument."""
    fits = 0 < len(text) <= LONGEST and text.isascii() and text[0].isalnum()
    return fits and all(sign.isalnum() or sign in _SIGNS for sign in text)


def in_prompt(prompt: str, line: str = _LINE) -> str:
    """The id in the prompt's first line that is ``ISSUE: id`` and nothing more, but for Markdown's emphasis and
    quotes around it (``line``: what stands for ``ISSUE:``); "" if there is none. Items of lists and quoted lines
    speak of others' issues as often as not."""
    return next((named for text in _lines(prompt, line) if is_issue(named := _of(text.strip(), line))), "")


def listed_in_prompt(prompt: str, line: str) -> str:
    """The same, in an item of a list or a quoted line, too, and with a full stop behind it."""
    said = (_of(text.lstrip(_ITEM), line).strip(_STOP) for text in _lines(prompt, line))
    return next((named for named in said if is_issue(named)), "")


def _lines(prompt: str, line: str) -> list[str]:
    return [text for text in prompt.split("\n", _LINES)[:_LINES] if line in text]


def _of(text: str, line: str) -> str:
    """What follows ``line`` at the text's beginning, emphasis and quotes taken off; "" if it does not begin so."""
    bare = text.strip(_MARKS)
    return bare[len(line) :].strip(_AROUND).strip() if bare.startswith(line) else ""


def of_branch(branch: str, pattern: str) -> str:
    """The id that the branch's name gives by the config's pattern: 12 of ``bd-12``, ``feature/bd-12`` and
    ``feature/bd-12-some-words`` by ``bd-{issue}``. "" if it gives none."""
    before, _, after = pattern.partition(PLACE)
    for part in branch.split("/"):
        if not part.startswith(before):
            continue
        rest = part[len(before) :]
        end = rest.find(after) if after else _word(rest)
        if end > 0 and is_issue(rest[:end]):
            return rest[:end]
    return ""


def mark(issue: str, pattern: str) -> str:
    """What a commit of the issue says by the pattern: bd-12 for issue 12, and for issue bd-12 too."""
    before, _, after = pattern.partition(PLACE)
    whole = issue.startswith(before) and issue.endswith(after) and len(issue) > len(before + after)
    return issue if whole and before + after else pattern.replace(PLACE, issue)


def _word(text: str) -> int:
    """How many letters, digits and dots the text begins with, dots at the end not counted."""
    end = 0
    while end < len(text) and (text[end].isalnum() or text[end] == "."):
        end += 1
    return len(text[:end].rstrip("."))
