"""Programs that fetch and copy files over the net, and rsync."""

from interlock.shell.programs.options import Options, options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.state import Shell

_RSYNC = (
    "-e --rsh -f --filter --exclude --include --exclude-from --include-from --files-from -T --temp-dir -B --block-size"
    " --bwlimit --port --log-file --password-file --chmod --chown --backup-dir --suffix --partial-dir --compare-dest"
    " --copy-dest --link-dest --max-size --min-size --timeout --rsync-path --info --out-format -M"
)
_CURL = (
    "-o --output -d --data --data-raw --data-binary --data-urlencode -H --header -X --request -u --user -A --user-agent"
    " -b --cookie -c --cookie-jar -D --dump-header -F --form -T --upload-file -e --referer -x --proxy -m --max-time"
    " -w --write-out -E --cert --key --cacert --capath -r --range -C --continue-at -K --config --url --output-dir"
    " --connect-timeout --retry --retry-delay --resolve --trace --trace-ascii --stderr -y -Y -z --limit-rate --json"
    " --etag-save --etag-compare --hsts --alt-svc --interface -t -Q --max-redirs --max-filesize -U --data-ascii"
    " --unix-socket --ciphers --oauth2-bearer --libcurl -P --url-query --proto"
)
_WGET = (
    "-O --output-document -o --output-file -a --append-output -P --directory-prefix -t --tries -T --timeout -U"
    " --user-agent --header --post-data --post-file --user --password -e --execute -i --input-file -Q -R -A -D -I -X"
    " --limit-rate -w --wait -l --level --load-cookies --save-cookies --referer --body-data --method"
)


def run(call: "Call") -> None:
    if call.name in ("curl",):
        _curl(call)
    elif call.name in ("wget", "wget2"):
        _wget(call)
    elif call.name in ("rsync", "scp"):
        _copied(call)
    elif call.name == "aria2c":
        given = options(call.args, "-o --out -d --dir -x -s -j -i -k")
        _fetched(call, given, given.last("-o", "--out"), given.last("-d", "--dir"))
    elif call.name in ("http", "https", "xh"):
        given = options(call.args, "-o --output -a --auth -s --style -p --print --session")
        if given.has("-o", "--output"):
            call.write(given.last("-o", "--output"), f"{call.name} -o", blind=True)
        elif given.has("-d", "--download"):
            call.unread()
    else:
        if call.name == "sftp":
            call.shell.sink.is_alone("sftp")
        call.unread()


def _curl(call: "Call") -> None:
    given = options(call.args, _CURL)
    shell = _there(call, given.last("--output-dir"))
    for option in ("-o", "--output"):
        for name in given.values(option):
            if "#" in name:
                call.unread("curl -o")
            elif name != "-":
                shell.write(name, f"curl {option}", blind=True)
    if given.has("-O", "--remote-name", "--remote-name-all"):
        for url in given.operands + given.values("--url"):
            _named_by(shell, url, "curl -O")
        if given.has("-J", "--remote-header-name"):
            call.unread("curl -J")
    sides = (
        "-c",
        "--cookie-jar",
        "-D",
        "--dump-header",
        "--trace",
        "--trace-ascii",
        "--stderr",
        "--etag-save",
        "--libcurl",
    )
    for name in given.values(*sides):
        if name not in ("-", "%"):
            call.write(name, "curl", blind=True)
    if given.has("-K", "--config"):
        call.unread("curl -K")


def _wget(call: "Call") -> None:
    given = options(call.args, _WGET)
    for name in given.values("-o", "--output-file", "-a", "--append-output"):
        call.write(name, "wget -o", blind=True)
    for name in given.values("--save-cookies"):
        call.write(name, "wget", blind=True)
    if given.has("--spider"):
        return
    if given.has("-O", "--output-document"):
        if given.last("-O", "--output-document") != "-":
            call.write(given.last("-O", "--output-document"), "wget -O", blind=True)
        return
    if given.has(
        "-r", "--recursive", "-m", "--mirror", "-i", "--input-file", "-p", "-x", "--content-disposition", "-e"
    ):
        call.unread("wget")
        return
    shell = _there(call, given.last("-P", "--directory-prefix"))
    for url in given.operands:
        _named_by(shell, url, "wget")


def _fetched(call: "Call", given: Options, out: str, folder: str) -> None:
    shell = _there(call, folder)
    if out:
        shell.write(out, call.name, blind=True)
        return
    for url in given.operands:
        _named_by(shell, url, call.name)


def _there(call: "Call", folder: str) -> "Shell":
    shell = call.shell.copy()
    if folder:
        shell.cwds = tuple(shell.paths(folder)) if UNKNOWN not in folder else ()
    return shell


def _named_by(shell: "Shell", url: str, how: str) -> None:
    """The file is named by the URL's path."""
    if UNKNOWN in url or any(mark in url for mark in "{}[]"):
        shell.sink.unread(how)
        return
    rest = url.partition("://")[2] or url
    name = rest.split("#")[0]
    name = (name if how == "wget" else name.split("?")[0]).partition("/")[2].rpartition("/")[2]
    shell.write(name or "index.html", how, blind=True)


def _copied(call: "Call") -> None:
    """From and to places of which one may be on another machine."""
    valued = _RSYNC if call.name == "rsync" else "-i -P -F -o -S -c -l -J -D -X"
    given = options(call.args, valued)
    places = given.operands
    remote = [place for place in places if _is_remote(place)]
    if remote or call.name == "scp":
        call.shell.sink.is_alone(call.name)
    if call.name == "rsync" and (given.has("-n", "--dry-run", "--list-only") or len(places) < 2):
        return
    if given.has("-e", "--rsh", "--rsync-path") and not remote:
        call.unread("rsync -e")
    if given.has("--log-file"):
        call.write(given.last("--log-file"), "rsync", blind=False)
    if given.has("--files-from"):
        call.unread("rsync --files-from")
    if given.has("--remove-source-files"):
        for place in places[:-1]:
            call.write(place, "rsync", tree=call.shell.is_dir(place))
    if len(places) < 2 or _is_remote(places[-1]):
        return
    _arrives(call, given, places[:-1], places[-1])


def _arrives(call: "Call", given: Options, sources: list[str], target: str) -> None:
    deep = given.has("-r", "-a", "--recursive", "--archive", "-R", "--relative")
    inside = target.endswith("/") or len(sources) > 1 or call.shell.is_dir(target)
    deletes = given.has(
        "--delete", "--delete-before", "--delete-after", "--delete-excluded", "--del", "--delete-during"
    )
    for source in sources:
        name = source.rpartition(":")[2] if _is_remote(source) else source
        base = name.rstrip("/").rpartition("/")[2]
        folder = deep and (name.endswith("/") or _is_remote(source) or UNKNOWN in name or call.shell.is_dir(name))
        if call.name == "rsync" and (name.endswith("/") or base in (".", "..")):
            call.write(target, "rsync", tree=True, blind=True)  # what the folder holds
        elif deletes and folder:
            call.write(target, "rsync --delete", tree=True, blind=True)
        elif inside:
            call.write(f"{target.rstrip('/') or '/'}/{base}", call.name, tree=folder, blind=True)
        else:
            call.write(target, call.name, tree=folder, blind=True)


def _is_remote(place: str) -> bool:
    head, colon, _ = place.partition(":")
    return bool(colon) and "/" not in head
