"""printf: what a format and its arguments print, as far as both are literal."""

from interlock.shell.quotes import pieces
from interlock.shell.sink import END, UNKNOWN


def formatted(form: str, args: list[str]) -> str:
    """The text, UNKNOWN in it where it can't be told. The format is used again while arguments are left."""
    if UNKNOWN in form:
        return UNKNOWN
    out, left = [], list(args)
    for _ in range(64):
        before = len(left)
        out.append(_once(form, left))
        if not left or len(left) == before:
            break
    else:
        out.append(UNKNOWN)
    return "".join(out)


def _once(form: str, left: list[str]) -> str:
    out = []
    parts = form.split("%")
    out.append(_plain(parts[0]))
    at = 1
    while at < len(parts):
        piece = parts[at]
        if not piece and at + 1 < len(parts):  # %%
            out.append("%" + _plain(parts[at + 1]))
            at += 2
            continue
        value = left.pop(0) if left else ""
        kind = piece[:1]
        if kind == "s" or (kind == "d" and value.lstrip("-").isdigit()):
            out.append(value)
        elif kind == "b" and UNKNOWN not in value:
            out.append(_plain(value))
        else:
            out.append(UNKNOWN)
        out.append(_plain(piece[1:]))
        at += 1
    return "".join(out)


def _plain(text: str) -> str:
    return END.join(pieces(text))
