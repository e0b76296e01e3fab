"""Programs that write the files that they are given: copying, moving, removing, sorting, patching, editing.

One line each in ``_OPERANDS`` and ``_TARGETS`` where a line says it all; functions for the rest.
"""

from interlock.shell.programs.options import Options, options
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
    _copied(call, sources, target, inside, "cp", deep, link=link)
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
    call.write(f"{prefix}{'00' if call.name == 'csplit' else 'aa'}", blind=True)


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


def _editor(call: "Call") -> None:
    """Editors in batch: the files they are given, and what their commands name is not read."""
    plain = call.name in ("ed", "ex") or any(
        arg.startswith("-") and ("e" in arg or "E" in arg) for arg in call.args
    )
    valued = "-p --prompt" if call.name == "ed" else "-c --cmd -S -u -T -i -U -w -W -t"
    given = options(call.args, valued if plain else f"{valued} -s")
    if call.name in ("view",) or given.has("-R"):
        call.unread(call.name)
        return
    scripts = given.values("-c", "--cmd") + [word for word in given.operands if word.startswith("+")]
    feed = call.shell.feed
    if feed is not None and plain:
        scripts += feed.rest().split("\n")
    silent = call.name in ("ed", "ex") and scripts and not any(_saves(script) for script in scripts)
    for name in given.operands:
        if not name.startswith("+") and not silent:
            call.write(name)
    if plain and not scripts:
        call.unread(f"{call.name} script")
    for script in scripts:
        _ex(call, script)
    if given.has("-S") or (given.has("-s") and not plain):
        call.unread(f"{call.name} script")
    if not given.operands:
        call.unread(call.name)


def _saves(script: str) -> bool:
    """Whether a line of a script for ed may write the file."""
    word = script.strip().lstrip("+:%$.,;0123456789 ")
    return word[:1] in ("w", "W", "x", "Z", "u", "!") or "w" in word[:3] or UNKNOWN in word or "|" in word


def _ex(call: "Call", script: str) -> None:
    """``w file``, ``saveas file`` and what runs a shell."""
    for part in script.replace("|", "\n").split("\n"):
        word, _, rest = part.strip().lstrip("+:%$.,0123456789").partition(" ")
        if (
            word in ("w", "w!", "write", "write!", "sav", "saveas", "saveas!", "wq", "wq!", "x", "W")
            and rest.strip()
        ):
            name = rest.strip().removeprefix(">>").strip()
            if name.startswith("!"):
                call.unread(f"{call.name} !")
            else:
                call.write(name)
        elif word.startswith(("!", "r!")) or rest.lstrip().startswith("!") or "system(" in part or "\0" in part:
            call.unread(f"{call.name} script")


def _emacs(call: "Call") -> None:
    given = options(call.args, "--eval -l --load -f --funcall --visit --file")
    for name in given.operands + given.values("--visit", "--file"):
        call.write(name)
    if given.has("--eval", "-l", "--load", "-f", "--funcall", "--script", "-x") or not given.operands:
        call.unread("emacs")


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


def _sqlite(call: "Call") -> None:
    """The database, if any statement changes it; dot commands that write are not read."""
    given = options(call.args, "-separator -cmd -init -nullvalue", single=True)
    texts = given.operands[1:] + given.values("-cmd")
    if not texts and call.shell.feed is not None:
        texts = [call.shell.feed.rest()]
    text = " ".join(texts).lower()
    changes = (
        "insert",
        "update",
        "delete",
        "create",
        "drop",
        "alter",
        "replace",
        "vacuum",
        "attach",
        "begin",
        "pragma",
    )
    if (
        not given.operands
        or not texts
        or UNKNOWN in text
        or ".read" in text
        or ".shell" in text
        or ".system" in text
        or "file(" in text
        or "load_ext" in text
    ):
        call.unread("sqlite3")
    for part in (word for one in texts for word in one.split("\n")):
        words = part.split()
        if words[:1] and words[0] in (".output", ".once", ".backup", ".save", ".log", ".excel") and len(words) > 1:
            call.write(words[-1], "sqlite3", blind=True)
    if given.operands and given.operands[0] != ":memory:" and any(word in text for word in changes):
        call.write(given.operands[0], "sqlite3")


_WITH_G = frozenset("gcp gmv ginstall gln grm gsort gpatch".split())
_WAYS: "dict[str, Callable[[Call], None]]" = {
    "tee": _tee, "cp": _cp, "mv": _mv, "install": _install, "ln": _ln, "dd": _dd, "rm": _rm, "mkdir": _mkdir,
    "split": _split, "csplit": _split, "patch": _patch, "ed": _editor, "ex": _editor, "vi": _editor,
    "vim": _editor, "nvim": _editor, "view": _editor, "emacs": _emacs, "sd": _sd, "crudini": _crudini,
    "sqlite3": _sqlite, "rename.ul": _rename, "file-rename": _rename, "perl-rename": _rename, "dasel": _dasel, "ar": _ar, "recode": _recode, "rename": _rename, "prename": _rename,
}  # fmt: skip
