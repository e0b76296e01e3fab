"""Archives: the one that is made, and what is taken out of one."""

from interlock.shell.programs.options import Options, options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.state import Shell

_SUFFIXES = {
    # program: the suffix of what it makes
    "gzip": ".gz", "pigz": ".gz", "bzip2": ".bz2", "xz": ".xz", "lzma": ".lzma", "zstd": ".zst", "lz4": ".lz4",
    "compress": ".Z",
}  # fmt: skip
_UNPACKERS = {
    "gunzip": "gzip", "unpigz": "gzip", "bunzip2": "bzip2", "unxz": "xz", "unlzma": "lzma", "unzstd": "zstd",
    "unlz4": "lz4", "uncompress": "compress",
}  # fmt: skip
_TAR = (
    "-f --file -C --directory -T --files-from -X --exclude-from --exclude -b -L -N -V -I --use-compress-program "
    "--strip-components --transform --xform -H --format --owner --group --mode --mtime -K --one-top-level -g -s"
)


def run(call: "Call") -> None:
    name = call.name
    if name in ("tar", "gtar", "bsdtar"):
        _tar(call)
    elif name in _SUFFIXES or name in _UNPACKERS:
        _packed(call)
    elif name == "zip":
        _zip(call)
    elif name == "unzip":
        _unzip(call)
    elif name in ("7z", "7za", "7zz", "unrar", "rar", "unar"):
        _seven(call)
    elif name == "pax":
        given = options(call.args, "-f -b -s -x -o -p -E -B -G -U -T")
        if given.has("-w"):
            for made in given.values("-f"):
                call.write(made, "pax -w", blind=not given.has("-a"))
        elif given.has("-r"):
            call.unread("pax -r")
    elif name == "cpio":
        _cpio(call)
    else:
        call.unread()


def _cpio(call: "Call") -> None:
    given = options(call.args, "-F -O -I -H --file --format -D --directory -E -C -M -R --owner --quiet-no")
    if given.has("-o", "--create"):
        for name in given.values("-F", "-O", "--file"):
            call.write(name, "cpio -o", blind=True)
    elif not given.has("-t", "--list"):
        call.unread("cpio")


def _tar(call: "Call") -> None:
    args = list(call.args)
    if args and not args[0].startswith("-"):  # the old way: "tar xzf a.tar", values in the letters' order
        args = _dashed(args)
    given = options(args, _TAR)
    shell = _there(call, given.last("-C", "--directory", "--cd"))
    if given.has("-I", "--use-compress-program", "--to-command", "--checkpoint-action", "-F", "--info-script"):
        call.unread("tar running a program")
    archive = given.last("-f", "--file")
    if given.has("-c", "--create", "-r", "--append", "-u", "--update", "-A", "--delete", "--concatenate"):
        if archive and archive != "-":
            call.write(archive, "tar", blind=given.has("-c", "--create"))
        for name in given.operands if given.has("--remove-files") else []:
            shell.write(name, "tar --remove-files", tree=shell.is_dir(name), blind=True)
    elif given.has("-x", "--extract", "--get"):
        _extracted(call, given, shell)
    elif not given.has("-t", "--list", "-d", "--diff", "--compare", "--test-label"):
        call.unread("tar")


def _dashed(args: list[str]) -> list[str]:
    letters, values = args[0], args[1:]
    out = []
    for letter in letters:
        out.append(f"-{letter}")
        if letter in "fbCTXLNVIHKgs" and values:
            out.append(values.pop(0))
    return out + values


def _there(call: "Call", folder: str) -> "Shell":
    shell = call.shell.copy()
    if folder:
        shell.cwds = tuple(shell.paths(folder)) if "\0" not in folder else ()
    return shell


def _extracted(call: "Call", given: Options, shell: "Shell") -> None:
    """Members that are named; else whatever is in it."""
    if given.has("-O", "--to-stdout"):
        return
    renamed = given.has("--strip-components", "--transform", "--xform", "-s", "-T", "--files-from", "--wildcards")
    if not given.operands or renamed:
        call.unread("tar -x")
    for name in given.operands if not renamed else []:
        shell.write(name, "tar -x", tree=True, blind=True)


def _packed(call: "Call") -> None:
    """``gzip a`` makes a.gz and removes a; ``-d`` the other way; ``-k`` keeps; ``-c`` prints."""
    program = _UNPACKERS.get(call.name, call.name)
    back = call.name in _UNPACKERS
    given = options(
        call.args, "-S --suffix -o --output -p --processes -T --threads -b -D -M --memlimit --output-dir-flat"
    )
    if given.has("-c", "--stdout", "--to-stdout", "-t", "--test", "-l", "--list"):
        return
    back = back or given.has("-d", "--decompress", "--uncompress")
    keeps = given.has("-k", "--keep") or (program in ("zstd", "lz4") and not given.has("--rm"))
    out = given.last("-o", "--output")
    suffix = given.last("-S", "--suffix") or _SUFFIXES[program]
    deep = given.has("-r", "--recursive")
    for name in given.operands:
        if name == "-":
            continue
        if deep and call.shell.is_dir(name):
            call.write(name, f"{call.name} -r", tree=True)
            continue
        if back:
            packed = name if name.endswith(suffix) else name + suffix
            made = packed.removesuffix(suffix)
            if name.endswith((".tgz", ".taz")):
                packed, made = name, f"{name[:-4]}.tar"
        else:
            packed, made = name, name + suffix
        call.write(out or made, call.name, blind=True)
        if not keeps:
            call.write(packed, call.name)


def _zip(call: "Call") -> None:
    given = options(call.args, "-b -n -t -tt -P -i -x -z -s -O")
    names = [name for name in given.operands if name != "-"]
    if not names:
        return
    archive = names[0] if "." in names[0].rpartition("/")[2] else f"{names[0]}.zip"
    call.write(archive, "zip")
    for name in names[1:] if given.has("-m", "--move") else []:
        call.write(name, "zip -m", tree=call.shell.is_dir(name))


def _unzip(call: "Call") -> None:
    given = options(call.args, "-d -P -x")
    if given.has("-l", "-p", "-t", "-v", "-Z", "-c", "-z"):
        return
    shell = _there(call, given.last("-d"))
    members = given.operands[1:]
    if not members or any(mark in "".join(members) for mark in "*?["):
        call.unread("unzip")
        return
    for name in members:
        shell.write(name, "unzip", blind=True)


def _seven(call: "Call") -> None:
    verb = call.args[0] if call.args else ""
    names = [arg for arg in call.args[1:] if not arg.startswith("-")]
    if verb in ("a", "u", "d", "rn") and names:
        call.write(names[0], f"{call.name} {verb}")
    elif verb not in ("l", "t", "i", "h", "b", "v", "lb"):
        call.unread()
