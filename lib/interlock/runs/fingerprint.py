"""The fingerprint of a checkout: the git tree of all that is tracked, or untracked and not ignored."""

from __future__ import annotations

from typing import NamedTuple


class Tree(NamedTuple):
    """``id``: the tree, "" if it could not be had; ``head``: the commit checked out, "" for none; ``problem``: why
    something is missing, a sentence."""

    id: str = ""
    head: str = ""
    problem: str = ""


def take(root: str, checkout: str) -> Tree:
    """What stands in the checkout now. ``root`` is the state folder. Never raises."""
    return Tree(problem="not built yet")


def changed(root: str, checkout: str, old: str, new: str) -> list[str] | None:
    """The paths that differ between two trees, relative to the checkout; None where that can't be told."""
    return None
