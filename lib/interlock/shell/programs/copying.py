"""Copying, moving and linking: the destination, which may be a folder to put things in."""

from interlock.shell.programs.options import Options, options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.calls import Call


def run(call: "Call") -> None:
    _WAYS[call.name[1:] if call.name[0] == "g" else call.name](call)


def _into(call: "Call", given: Options) -> tuple[list[str], str, bool]:
    """(sources, destination, whether that is a folder to put them in)."""
    folder = given.last("-t", "--target-directory")
    if folder:
        return given.operands, folder, True
    sources, target = given.operands[:-1], "".join(given.operands[-1:])
    return (
        sources,
        target,
        not given.has("-T", "--no-target-directory", "-n-dir")
        and (target.endswith("/") or len(sources) > 1 or call.shell.is_dir(target)),
    )


def _copied(
    call: "Call", sources: list[str], target: str, inside: bool, how: str, deep: bool, **kinds: bool
) -> None:
    """Notes the destination of each source. ``deep``: folders go as a whole."""
    for source in sources:
        tree = deep and (call.shell.is_dir(source) or UNKNOWN in source)
        name = source.rstrip("/").rpartition("/")[2]
        path = f"{target.rstrip('/') or target[:1]}/{name}" if inside else target
        if inside and (UNKNOWN in source or name in (".", "..", "")):
            if deep:
                call.write(target, how, tree=True, blind=True)  # whatever the folder has goes there
            else:
                call.write(path, how, blind=True)
            continue
        call.write(path, how, tree=tree, blind=True)
        if kinds.get("backup"):
            call.write(f"{path}~", how, blind=True)
        link = kinds.get("link") and call.shell.path(source)
        if link and call.shell.path(path):
            call.shell.sink.links[call.shell.path(path)] = link


def _cp(call: "Call") -> None:
    given = options(
        call.args, "-t --target-directory -S --suffix --context --sparse --reflink --backup --no-preserve"
    )
    sources, target, inside = _into(call, given)
    deep = given.has("-r", "-R", "-a", "--recursive", "--archive")
    if len(given.operands) < 2 and not given.has("-t", "--target-directory"):
        return
    if given.has("--parents"):
        for source in sources:
            call.write(f"{target}/{source}", "cp --parents", tree=deep and call.shell.is_dir(source), blind=True)
        return
    link = given.has("-l", "--link", "-s", "--symbolic-link")
    _copied(call, sources, target, inside, "cp", deep, link=link, backup=given.has("-b", "--backup"))
    known = call.shell.sink.files.get(call.shell.path(sources[0])) if len(sources) == 1 and not inside else None
    if known is not None and call.shell.path(target):
        call.shell.sink.files[call.shell.path(target)] = known


def _mv(call: "Call") -> None:
    given = options(call.args, "-t --target-directory -S --suffix --backup")
    sources, target, inside = _into(call, given)
    if len(given.operands) < 2 and not given.has("-t", "--target-directory"):
        return
    for source in sources:
        call.write(source, "mv", tree=call.shell.is_dir(source))
    _copied(call, sources, target, inside, "mv", deep=True)


def _install(call: "Call") -> None:
    given = options(call.args, "-t --target-directory -m --mode -o --owner -g --group -S --suffix --backup")
    if given.has("-d", "--directory"):
        return
    sources, target, inside = _into(call, given)
    _copied(call, sources, target, inside, "install", deep=False)


def _ln(call: "Call") -> None:
    """A link in a file's place replaces it; one beside it is another name of it."""
    given = options(call.args, "-t --target-directory -S --suffix --backup")
    sources, target, inside = _into(call, given)
    if len(given.operands) == 1 and not given.has("-t", "--target-directory"):
        sources, target, inside = given.operands, ".", True
    if given.has("-n", "--no-dereference") and len(sources) == 1 and not given.has("-t", "--target-directory"):
        inside = target.endswith("/")
    if given.has("-s", "--symbolic"):
        folder = target.rstrip("/") if inside else target.rpartition("/")[0]
        for source in sources:
            name = f"{folder}/{source.rpartition('/')[2]}" if inside else target
            call.write(name, "ln -s", blind=True)
            leads = source if source.startswith("/") or not folder else f"{folder}/{source}"
            if call.shell.path(name) and call.shell.path(leads):
                call.shell.sink.links[call.shell.path(name)] = call.shell.path(leads)
        return
    _copied(call, sources, target, inside, "ln", deep=False, link=True)


def _rename(call: "Call") -> None:
    given = options(call.args)
    if given.has("-n", "--no-act", "--nono", "--dry-run"):
        return
    names = given.operands
    if len(names) > 2 and "/" not in names[0]:  # of util-linux: rename OLD NEW FILES
        for name in names[2:]:
            folder, slash, base = name.rpartition("/")
            call.write(name, "rename")
            call.write(f"{folder}{slash}{base.replace(names[0], names[1], 1)}", "rename", blind=True)
        return
    for name in names[1:]:
        call.write(name, "rename")
    call.unread("rename")


_WAYS: "dict[str, Callable[[Call], None]]" = {
    "cp": _cp, "mv": _mv, "install": _install, "ln": _ln, "rename": _rename, "prename": _rename, "rename.ul": _rename,
    "file-rename": _rename, "perl-rename": _rename,
}  # fmt: skip
