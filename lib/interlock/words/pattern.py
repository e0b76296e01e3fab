"""Path patterns for `ignore`: `*` and `?` within a name, `**` over names; as in .gitignore, a pattern with
no `/` matches at any depth, and one that matches a folder covers all below it. ``fnmatch`` would cost the
guard ``re``."""


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether the path, relative to the project, fits any of the patterns."""
    parts = path.strip("/").split("/")
    return any(_fits(segments_of(pattern), parts) for pattern in patterns)


def segments_of(pattern: str) -> list[str]:
    """The pattern's names; one that is a single name is looked for at any depth."""
    bare = pattern.strip("/")
    return bare.split("/") if "/" in pattern.rstrip("/") else ["**", bare]


def _fits(segments: list[str], parts: list[str]) -> bool:
    """Greedy match with one step back to the last ``**``, as in ``_name``."""
    at = star = -1
    s = n = 0
    while n < len(parts):
        if s == len(segments):
            return True  # the rest lies below what matched
        if segments[s] == "**":
            star, at = s, n
            s += 1
        elif _name(segments[s], parts[n]):
            s += 1
            n += 1
        elif star >= 0:
            at += 1
            s, n = star + 1, at
        else:
            return False
    return all(segment == "**" for segment in segments[s:])


def _name(pattern: str, name: str) -> bool:
    """Greedy match with one step back to the last star: linear for each star."""
    at = star = -1
    p = n = 0
    while n < len(name):
        if p < len(pattern) and pattern[p] == "*":
            star, at = p, n
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", name[n]):
            p += 1
            n += 1
        elif star >= 0:
            at += 1
            p, n = star + 1, at
        else:
            return False
    return pattern[p:].strip("*") == ""


def reaches(folder: str, patterns: list[str]) -> bool:
    """Whether any of the patterns may fit the folder, or something below it, there or not."""
    parts = [part for part in folder.strip("/").split("/") if part]
    return any(_reaches(segments_of(pattern), parts) for pattern in patterns)


def _reaches(segments: list[str], parts: list[str]) -> bool:
    """Walks the pattern along the folder's names: what is left of it then may fit below."""
    open_at = _opened(segments, {0})
    for part in parts:
        if len(segments) in open_at:
            return True  # it fits a folder above
        went = {at if segments[at] == "**" else at + 1 for at in open_at if _takes(segments[at], part)}
        open_at = _opened(segments, went)
    return bool(open_at)


def _takes(segment: str, part: str) -> bool:
    return segment == "**" or _name(segment, part)


def _opened(segments: list[str], at: set[int]) -> set[int]:
    """With the places that `**` for no name at all leads to."""
    found = set(at)
    for place in sorted(at):
        while place < len(segments) and segments[place] == "**":
            place += 1
            found.add(place)
    return found
