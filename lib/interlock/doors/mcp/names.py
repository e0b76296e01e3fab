"""What an MCP tool's name says: whether it reads only, takes whole folders, moves them away."""

READING = frozenset(
    "read readfile readdir get list listdir ls search find view show stat stats status info grep glob "
    "describe tree directory count diff query fetch open exists head tail cat lookup inspect preview "
    "check blame diagnostics overview outline structure references definition hover".split()
)
WRITING = frozenset(
    "write edit replace create fix apply update set insert append prepend delete remove move rename save "
    "patch format reformat put sync generate modify overwrite rewrite refactor rm mv cp copy unlink trash "
    "truncate touch mkdir add clear erase fill download export convert extract unzip restore revert reset "
    "rollback undo store dump autofix organize substitute".split()
)
"""Words that turn a reading tool into a writing one: ``search_and_replace``, ``get_or_create``. Words that are
names of things as often (commit, change, build, sort) are left out: without a reading word beside them their
tools count as writing anyway."""
MOVING = frozenset("move rename mv delete remove rm unlink trash".split())
COPYING = frozenset(["copy", "cp"])
FOLDERS = MOVING | COPYING | {"replace", "fix", "format", "reformat"}
EDITING = frozenset("replace edit substitute insert patch update modify".split())
_INTO = frozenset("file files disk path folder directory".split())


def reads_only(tool: str) -> bool:
    """Whether the tool's own name says that it reads, and nothing in its full name that it writes
    (``fetch_to_file`` says so too). Others may write."""
    every = _every(tool)
    if READING.isdisjoint(words(tool)) or not WRITING.isdisjoint(every):
        return False
    return not any(
        word in ("to", "into") and after in _INTO
        for word, after in zip(every, every[1:], strict=False)  # noqa: RUF007  `import itertools` costs more
    )


def takes_folders(tool: str) -> bool:
    """Whether a tool that is given a folder changes all of it (``move_file``, ``search_and_replace``). Others
    (a search, a build, ``create_directory``) would only be in everybody's way with a lock on it."""
    return not FOLDERS.isdisjoint(words(tool))


def moves(tool: str) -> bool:
    """Whether what the tool is given may be gone afterwards."""
    return not MOVING.isdisjoint(_every(tool))


def words(tool: str) -> list[str]:
    """The words of the tool's own name: ``mcp__server__moveFile`` has move and file."""
    return _split(tool.rpartition("__")[2])


def _every(tool: str) -> list[str]:
    """The words of all that is not surely the server's name, which may have ``__`` in it as the tool's may."""
    return _split(tool.removeprefix("mcp__").partition("__")[2])


def _split(name: str) -> list[str]:
    """Words end at signs, and where a small letter, or the last of several capitals, meets a word's capital."""
    out = ""
    for at, letter in enumerate(name):
        before, after = name[at - 1 : at], name[at + 1 : at + 2]
        if letter.isupper() and (before.islower() or before.isdigit() or (before.isupper() and after.islower())):
            out += "_"
        out += letter.lower() if letter.isalnum() else "_"
    return [word for word in out.split("_") if word]
