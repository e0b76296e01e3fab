"""Redirections: what they open for writing, and what the command reads on its standard input."""

from interlock.shell.expand import fields, parts_of, text
from interlock.shell.sink import UNKNOWN
from interlock.shell.state import Feed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.state import Shell

    Kept = tuple[Feed | None, list[str] | None, list[tuple[str, str | None]], bool, int]
    """(input, output, files that are written, whether they can surely be opened, how many were open before)"""

_BLIND = {">", ">|", "&>", ">&", "&>|", ">!", "&>!"}
_APPENDING = {">>", "&>>", "<>", ">>|", ">>!"}


def redirected(shell: "Shell", nodes: object) -> "Kept":
    """Applies a statement's redirections; ``restored`` undoes them. Files that are written are noted."""
    if not isinstance(nodes, list):
        raise ValueError("no list of redirections")
    feed, out = shell.feed, shell.out
    written: list[tuple[str, str | None]] = []
    sure, mark = True, len(shell.sink.opened)
    for node in nodes:
        shell.sink.step()
        sign = str(node.get("Op"))
        handle = str((node.get("N") or {}).get("Value", ""))
        if sign in ("<<", "<<-"):
            _heredoc(shell, node, sign, handle)
        elif sign == "<<<":
            value = text(shell, node.get("Word"))
            if handle in ("", "0"):
                shell.feed = Feed(f"{value}\n")
        elif sign in ("<", "<&"):
            sure = _input(shell, node, sign, handle) and sure
        elif sign in _BLIND or sign in _APPENDING:
            sure = _output(shell, node, sign, handle, written) and sure
        else:
            raise ValueError("a redirection of another kind")
    if not sure:
        shell.counted()
    return feed, out, written, sure, mark


def restored(shell: "Shell", kept: "Kept") -> None:
    """The command is done: its input and output are as before, and what it wrote is known if it was."""
    feed, out, written, _, mark = kept
    shell.sink.closed(mark)
    printed = "".join(shell.out or []) if written else ""
    shell.feed, shell.out = feed, out
    for path, before in written:
        whole = None if before is None else before + printed
        shell.sink.files[path] = None if whole is None or UNKNOWN in whole or len(whole) > 65536 else whole


def _heredoc(shell: "Shell", node: dict[str, object], sign: str, handle: str) -> None:
    delimiter = parts_of(node.get("Word"))
    raw = any(part["Type"] != "Lit" or "\\" in str(part.get("Value")) for part in delimiter)
    if raw:
        value = "".join(str(part.get("Value", "")) for part in parts_of(node.get("Hdoc")))
    else:
        value = text(shell, node.get("Hdoc"), special="$`\\\n")
    if sign == "<<-":
        value = "\n".join(line.lstrip("\t") for line in value.split("\n"))
    if handle in ("", "0"):
        shell.feed = Feed(value)


def _input(shell: "Shell", node: dict[str, object], sign: str, handle: str) -> bool:
    """Whether it can surely be opened."""
    source = fields(shell, [node.get("Word")])
    sure = sign == "<&" or all(name.startswith("/dev/") or shell.exists(name) for name in source)
    if handle not in ("", "0"):
        return sure
    shell.feed = None
    if sign == "<" and len(source) == 1:
        known = shell.sink.files.get(shell.path(source[0]))
        shell.feed = None if known is None else Feed(known)
    return sure


def _can_be(shell: "Shell", path: str) -> bool:
    """Whether a file can be made there, as far as its folder tells; else the command fails without having run."""
    return path.startswith("/dev/") or bool(path and shell.is_dir(path.rpartition("/")[0] or "/"))


def _output(
    shell: "Shell", node: dict[str, object], sign: str, handle: str, written: list[tuple[str, str | None]]
) -> bool:
    """Whether it can surely be opened."""
    targets = fields(shell, [node.get("Word")])
    printed = handle in ("", "1")
    if sign == ">&" and len(targets) == 1 and (targets[0].rstrip("-").isdigit() or targets[0] == "-"):
        if printed and targets[0] != "1":
            shell.out = None  # to another handle
        return True
    if printed:
        shell.out = []
    sure = len(targets) == 1
    for target in targets:  # more than one is an error of bash's, but what it would be is not known here
        shell.write(target, sign, blind=sign in _BLIND)
        path = shell.path(target)
        sure = sure and _can_be(shell, path)
        if path and printed:
            written.append((path, "" if sign in _BLIND else shell.sink.files.get(path)))
    return sure
