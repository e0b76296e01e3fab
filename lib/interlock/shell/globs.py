"""Globs: patterns of names, matched in memory and resolved against the disk."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.state import Shell

    Element = str | tuple[bool, str]
    """A character itself, "*" and "?" as patterns (see _STAR, _ONE), or (negated, a set's text)."""

_STAR, _ONE = "\0*", "\0?"
_CLASSES: "dict[str, Callable[[str], bool]]" = {
    "alpha": str.isalpha, "digit": str.isdigit, "alnum": str.isalnum, "upper": str.isupper, "lower": str.islower,
    "space": str.isspace,
}  # fmt: skip
_DEEP = 24


def magic(pattern: str) -> bool:
    """Whether a pattern (backslashes quote) is more than a name."""
    return any(isinstance(one, tuple) or one in (_STAR, _ONE) for one in compiled(pattern))


def escaped(text: str) -> str:
    """A pattern that means the text itself."""
    for mark in "\\*?[]":
        if mark in text:
            text = text.replace(mark, f"\\{mark}")
    return text


def compiled(pattern: str) -> "list[Element]":
    elements: list[Element] = []
    at = barred = end = 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == "\\" and at + 1 < len(pattern):
            at += 1
            elements.append(pattern[at])
        elif mark == "*":
            if elements[-1:] != [_STAR]:
                elements.append(_STAR)
        elif mark == "?":
            elements.append(_ONE)
        elif mark == "[" and at >= barred and (end := _set_end(pattern, at)) > 0:
            inside = pattern[at + 1 : end]
            negated = inside[0] in "!^"
            elements.append((negated, inside[1:] if negated else inside))
            at = end
        else:
            if mark == "[" and at >= barred:
                barred = -end  # no set that begins before ends
            elements.append(mark)
        at += 1
    return elements


def _set_end(pattern: str, start: int) -> int:
    """Where the set that begins at ``start`` ends; if it doesn't, where that is clear, negated."""
    at = start + 1
    if pattern[at : at + 1] in ("!", "^"):
        at += 1
    first = at
    while at < len(pattern):
        if pattern[at] == "]" and at > first:
            return at
        if pattern[at] == "/":
            return -at
        if pattern.startswith("[:", at) and (close := pattern.find(":]", at)) > 0:
            at = close + 1
        elif pattern[at] == "\\":
            at += 1
        at += 1
    return -len(pattern)


def _in_class(name: str, character: str) -> bool:
    if name == "punct":
        return character.isprintable() and not character.isalnum() and character != " "
    return name in _CLASSES and bool(_CLASSES[name](character))


def _in_set(one: "tuple[bool, str]", character: str) -> bool:
    negated, text = one
    found, at = False, 0
    while at < len(text):
        if text.startswith("[:", at) and (close := text.find(":]", at)) > 0:
            found = found or _in_class(text[at + 2 : close], character)
            at = close + 2
            continue
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            found = found or text[at] <= character <= text[at + 2]
            at += 3
        else:
            found = found or text[at] == character
            at += 1
    return found != negated


def fits(elements: "list[Element]", text: str) -> bool:
    """Greedy, with one step back to the last star: no pattern takes more than length x length."""
    star = back = -1
    e = t = 0
    while t < len(text):
        one = elements[e] if e < len(elements) else None
        if one == _STAR:
            star, back = e, t
            e += 1
        elif one is not None and (
            one == _ONE or one == text[t] or (isinstance(one, tuple) and _in_set(one, text[t]))
        ):
            e += 1
            t += 1
        elif star >= 0:
            back += 1
            e, t = star + 1, back
        else:
            return False
    return all(one == _STAR for one in elements[e:])


def resolve(shell: "Shell", pattern: str) -> list[str]:
    """The paths that fit, as the pattern spells them (relative stays relative), sorted; [] for none."""
    found: dict[str, None] = {}
    absolute = pattern.startswith("/")
    segments = [segment for segment in pattern.split("/") if segment]
    for base in ("",) if absolute else shell.cwds:
        _descend(shell, base, "/" if absolute else "", segments, found)
    return sorted(found)


def _descend(shell: "Shell", folder: str, shown: str, segments: list[str], found: dict[str, None]) -> None:
    """Into ``folder``, spelled ``shown`` so far, by the segments that are left."""
    shell.sink.step()
    if not segments:
        found[shown.rstrip("/")] = None
        return
    segment, rest = segments[0], segments[1:]
    disk = shell.sink.where.disk
    if segment == "**" and "globstar" in shell.options:
        _everywhere(shell, folder, shown, rest, found, 0)
        return
    elements = compiled(segment)
    if not any(isinstance(one, tuple) or "\0" in one for one in elements):
        name = "".join(str(one) for one in elements)
        if rest or disk.exists(f"{folder}/{name}"):
            _descend(shell, f"{folder}/{name}", f"{shown}{name}/", rest, found)
        return
    dots = elements[0] == "." or "dotglob" in shell.options
    listed = disk.entries(folder or "/") or []
    shell.sink.step(len(listed) * (1 + segment.count("*") // 2) // 2)
    for name, is_dir in listed:
        if (dots or name[:1] != ".") and (is_dir or not rest) and fits(elements, name):
            _descend(shell, f"{folder}/{name}", f"{shown}{name}/", rest, found)


def _everywhere(
    shell: "Shell", folder: str, shown: str, rest: list[str], found: dict[str, None], deep: int
) -> None:
    """``**``: this folder and all below it."""
    listed = shell.sink.where.disk.entries(folder or "/") or []
    shell.sink.step(1 + len(listed))
    if rest:
        _descend(shell, folder, shown, rest, found)
    for name, is_dir in listed:
        if name[:1] == "." and "dotglob" not in shell.options:
            continue
        if not rest:
            found[f"{shown}{name}"] = None
        if is_dir and deep < _DEEP:
            _everywhere(shell, f"{folder}/{name}", f"{shown}{name}/", rest, found, deep + 1)
