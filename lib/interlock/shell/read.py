"""A command's syntax tree, as shfmt gives it, read for what it would write."""

from interlock.shell.reading import Reading
from interlock.shell.where import Where


def read(tree: object, where: Where) -> Reading:
    """What the command would do when run there. Total: a tree of an unknown shape is unread."""
    return Reading(unread=("the command",), quiet=False)
