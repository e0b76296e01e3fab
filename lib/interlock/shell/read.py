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
        sink.unread("the rest: too much to read")
    except Exception:  # a tree of an unknown shape; what it holds may write
        sink.unread("the command")
    return sink.reading()


def walk(tree: object, sink: Sink) -> None:
    """Reads into the sink. Raises TooMuch, and whatever a tree of another shape leads to."""
    if not isinstance(tree, dict) or tree.get("Type") != "File":
        raise ValueError("not a tree of shfmt's")
    statements(Shell(sink), tree.get("Stmts") or [])
