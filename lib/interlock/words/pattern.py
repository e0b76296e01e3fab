"""Path patterns for `ignore`: `*` and `?` within a name, `**` over names; as in .gitignore, a pattern with
no `/` matches at any depth, and one that matches a folder covers all below it. ``fnmatch`` would cost the
guard ``re``."""


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether the path, relative to the project, fits any of the patterns."""
    parts = path.strip("/").split("/")
    return any(_fits(_segments(pattern), parts) for pattern in patterns)


def _segments(pattern: str) -> list[str]:
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
