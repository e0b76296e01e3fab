"""Programs that write the files that they are given: copying, moving, removing, sorting, patching, editing.

One line each in ``_OPERANDS`` and ``_TARGETS`` where a line says it all; functions for the rest.
"""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from interlock.shell.calls import Call

    Status = bool | None

_OPERANDS = {
    # every operand is written: (options with a value, those without which it only looks, blind)
    "truncate": ("-s --size -r --reference", "", True),
    "shred": ("-n --iterations -s --size --random-source", "", True),
    "unlink": ("", "", True),
    "touch": ("-d --date -t -r --reference --time", "", False),
    "fallocate": ("-l --length -o --offset", "", False),
    "trash": ("", "", True),
    "trash-put": ("", "", True),
    "dos2unix": ("", "", False),
    "unix2dos": ("", "", False),
    "mac2dos": ("", "", False),
    "strip": ("", "", False),
    "ranlib": ("", "", False),
    "mogrify": ("", "", False),
    "tidy": ("", "-m -modify", False),
    "jq": ("--arg --args --argjson --indent -f --from-file --slurpfile --rawfile -L", "-i --in-place", False),
    "yq": ("-I --indent -o --output-format -p --input-format", "-i --inplace --in-place -y", False),
    "tomlq": ("", "-i --in-place", False),
    "xq": ("", "-i --in-place", False),
    "nano": ("", "", False),
    "rcs": ("", "", False),
    "mkswap": ("", "", True),
    "sponge": ("", "", False),
}
_HARMLESS = frozenset("chmod chown chgrp setfacl setfattr chattr xattr rmdir".split())
"""They change what is said about a file, or an empty folder; no content. (A mode change that makes a held
file unwritable is its holder's to undo, and loses nothing.)"""
_TARGETS = {
    # an option, or an operand by its place, is written: (options with a value, options that name it, operand)
    "sort": ("-o --output -k --key -t -S -T --temporary-directory --parallel --files0-from", "-o --output", 0),
    "uniq": ("-f -s -w --skip-fields --skip-chars --check-chars", "", 2),
    "iconv": ("-f --from-code -t --to-code -o --output", "-o --output", 0),
    "openssl": ("-out -in -keyout", "-out -keyout", 0),
    "ssh-keygen": ("-f -t -b -C -N", "-f", 0),
    "objcopy": ("", "", 2),
    "ctags": ("-f -o", "-f -o", 0),
    "etags": ("-o --output", "-o --output", 0),
    "xmllint": ("--output -o --schema --xpath", "--output -o", 0),
    "gpg": ("-o --output -r --recipient -u", "-o --output", 0),
    "age": ("-o --output -r -i -R", "-o --output", 0),
    "pandoc": ("-o --output -f -t --from --to", "-o --output", 0),
    "dot": ("-o -T -K", "-o", 0),
    "xxd": ("-c -g -l -o -s -n -R", "", 2),
    "shuf": ("-n --head-count -i --input-range -o --output --random-source", "-o --output", 0),
    "mkfifo": ("-m --mode", "", 1),
    "mknod": ("-m --mode", "", 1),
    "uudecode": ("-o", "-o", 0),
    "wkhtmltopdf": ("", "", 2),
    "convert": ("", "", -1),
    "magick": ("", "", -1),
    "ffmpeg": ("", "", -1),
    "asciinema": ("", "", 2),
}
_SINGLE = frozenset({"openssl", "convert", "magick", "ffmpeg"})


def run(call: "Call") -> "Status":
    name = call.name[1:] if call.name in _WITH_G else call.name
    if name in _HARMLESS:
        return None
    if name in _OPERANDS:
        _operands(call, *_OPERANDS[name])
    elif name in _TARGETS:
        _target(call, *_TARGETS[name])
    elif name in _WAYS:
        _WAYS[name](call)
    else:
        call.unread()
    return None


def _operands(call: "Call", valued: str, needed: str, blind: bool) -> None:
    given = options(call.args, valued)
    if needed and not given.has(*needed.split()):
        return
    names = given.operands
    skipped = 1 if call.name in ("jq", "yq", "tomlq", "xq") and not given.has("-f", "--from-file") else 0
    how = f"{call.name} {needed.split()[0]}" if needed else call.name
    for name in names[skipped:] if len(names) > skipped else []:
        call.write(name, how, blind=blind)


def _target(call: "Call", valued: str, named: str, place: int) -> None:
    given = options(call.args, valued, single=call.name in _SINGLE)
    for name in given.values(*named.split()) if named else []:
        if name == "-":
            continue
        call.write(name, f"{call.name} {named.split()[0]}", blind=True)
    if place and len(given.operands) >= abs(place):
        call.write(given.operands[place - 1 if place > 0 else place], blind=True)


def _tee(call: "Call") -> None:
    given = options(call.args)
    append = given.has("-a", "--append")
    shell = call.shell
    printed = shell.feed.rest() if shell.feed is not None else UNKNOWN
    for name in given.operands:
        call.write(name, "tee -a" if append else "tee", blind=not append)
        if not append and shell.path(name) and UNKNOWN not in printed:
            shell.sink.files[shell.path(name)] = printed
    call.says(printed)


def _rm(call: "Call") -> None:
    given = options(call.args)
    deep = given.has("-r", "-R", "--recursive")
    for name in given.operands:
        call.write(name, "rm -r" if deep else "rm", tree=deep and call.shell.is_dir(name), blind=True)


def _mkdir(call: "Call") -> None:
    for name in options(call.args, "-m --mode").operands:
        path = call.shell.path(name)
        if path:
            call.shell.sink.made.add(path)
            if "/.git" in path:
                from interlock.shell.programs.gits import makes_checkout

                makes_checkout(call.shell, path, "mkdir")


def _dd(call: "Call") -> None:
    for arg in call.args:
        if arg.startswith("of="):
            keeps = any("notrunc" in other or "append" in other for other in call.args)
            call.write(arg[3:], "dd of=", blind=not keeps)


def _split(call: "Call") -> None:
    """Names are made from a prefix: xaa, xab, … or xx00."""
    valued = (
        "-a -b -C -l -n -t --suffix-length --bytes --lines --number --additional-suffix --filter -f --prefix -b"
    )
    given = options(call.args, valued)
    if call.name == "csplit":
        prefix = given.last("-f", "--prefix") or "xx"
    else:
        prefix = given.operands[1] if len(given.operands) > 1 else "x"
    if given.has("--filter"):
        call.unread("split --filter")
    shown = prefix.rpartition("/")
    for path in call.shell.paths(shown[0] + shown[1] or ".") if UNKNOWN not in prefix else []:
        for name, is_dir in call.shell.sink.where.disk.entries(path) or []:
            if name.startswith(shown[2]) and not is_dir and len(name) <= len(shown[2]) + 12:
                call.write(f"{path}/{name}", call.name, blind=True)
    for number in range(4):
        call.write(f"{prefix}0{number}" if call.name == "csplit" else f"{prefix}a{'abcd'[number]}", blind=True)


def _patch(call: "Call") -> None:
    """With the file named it is that file; else the names are in the patch."""
    valued = (
        "-p --strip -i --input -d --directory -o --output -D --ifdef -r --reject-file -F --fuzz -B --prefix -Y -z "
        "--suffix -V -g --get -x --debug"
    )
    given = options(call.args, valued)
    if given.has("--dry-run"):
        return
    shell = call.shell
    if given.has("-d", "--directory"):
        shell = shell.copy()
        folder = given.last("-d", "--directory")
        shell.cwds = tuple(shell.paths(folder)) if UNKNOWN not in folder else ()
    target = given.last("-o", "--output") or "".join(given.operands[:1])
    if target:
        shell.write(target, "patch")
        return
    source = given.last("-i", "--input") or "".join(given.operands[1:2])
    known = shell.sink.files.get(call.shell.path(source)) if source else None
    if known is None and not source and call.shell.feed is not None:
        known = call.shell.feed.text
    if known is None or UNKNOWN in known:
        call.unread("patch")
        return
    from interlock.shell.programs.patches import patched

    strip = given.last("-p", "--strip")
    for name in patched(known, int(strip) if strip.isdigit() and len(strip) < 3 else None):
        shell.write(name, "patch")


def _sd(call: "Call") -> None:
    given = options(call.args, "-f --flags -n --max-replacements")
    if not given.has("-p", "--preview"):
        for name in given.operands[2:]:
            call.write(name)


def _crudini(call: "Call") -> None:
    given = options(call.args, "--format --output")
    if given.has("--set", "--del", "--merge") and given.operands:
        call.write(given.operands[0])


def _dasel(call: "Call") -> None:
    if call.args[:1] in (["put"], ["delete"]):
        given = options(call.args[1:], "-f --file -o --out -t -v -r -w -s --selector")
        for name in given.values("-o", "--out") or given.values("-f", "--file"):
            call.write(name, f"dasel {call.args[0]}")


def _ar(call: "Call") -> None:
    if len(call.args) > 1 and any(c in call.args[0] for c in "rqd"):
        call.write(call.args[1])
    elif call.args and "x" in call.args[0]:
        call.unread("ar x")


def _recode(call: "Call") -> None:
    for name in options(call.args).operands[1:]:
        call.write(name)


_WITH_G = frozenset("grm gsort gpatch".split())
_WAYS: "dict[str, Callable[[Call], None]]" = {
    "tee": _tee, "dd": _dd, "rm": _rm, "mkdir": _mkdir,
    "split": _split, "csplit": _split, "patch": _patch,
    "sd": _sd, "crudini": _crudini,
    "dasel": _dasel, "ar": _ar, "recode": _recode,
}  # fmt: skip
