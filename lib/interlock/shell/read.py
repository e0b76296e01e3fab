"""A command's syntax tree, as shfmt gives it, read for what it would write."""

from interlock.shell.reading import Reading
from interlock.shell.sink import Sink, TooMuch
from interlock.shell.state import Shell
from interlock.shell.walk import statements
from interlock.shell.where import Where

__all__ = ["Where", "read"]


def read(tree: object, where: Where) -> Reading:
    """What the command would do when run there. Total: what is too much, or of a shape that shfmt does not
    give, is unread; what was read before it stands."""
    sink = Sink(where)
    try:
        walk(tree, sink)
    except (TooMuch, RecursionError):
        return _cut(sink, "the rest: too much to read")
    except Exception:  # a tree of an unknown shape; what it holds may write
        return _cut(sink, "the command")
    return sink.reading()


def _cut(sink: Sink, unread: str) -> Reading:
    """What was read of a command that could not be read to its end."""
    sink.unread(unread)
    found = sink.reading()
    found.runs = tuple(run.doubted("the command is too long to be read") for run in found.runs)
    return found


def walk(tree: object, sink: Sink) -> None:
    """Reads into the sink. Raises TooMuch, and whatever a tree of another shape leads to."""
    if not isinstance(tree, dict) or tree.get("Type") != "File":
        raise ValueError("not a tree of shfmt's")
    statements(Shell(sink), tree.get("Stmts") or [])
