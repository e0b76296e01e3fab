"""The files that a patch names: unified and context diffs, git's included."""


def patched(text: str, strip: int | None) -> list[str]:
    """The paths below ``---`` and ``+++`` lines, with ``strip`` leading folders taken off (None: as patch
    does without -p, the last name alone; git's a/ and b/ go in any case there)."""
    found: dict[str, None] = {}
    for line in text.split("\n"):
        if line.startswith(("--- ", "+++ ", "*** ")) and not line.rstrip().endswith("****"):
            name = line[4:].split("\t")[0].strip()
            if name != "/dev/null" and name:
                found[_stripped(name, strip)] = None
        elif line.startswith(("rename from ", "rename to ", "copy to ")):
            found[line.split(" ", 2)[2].strip()] = None
    return [name for name in found if name]


def _stripped(name: str, strip: int | None) -> str:
    if strip is None:
        return name.rpartition("/")[2]
    parts = name.split("/")
    return "/".join(parts[strip:]) if strip < len(parts) else parts[-1]
