"""Operations of one command that git can be asked about as one: a loop over files is one question, not many."""

from interlock.shell.gitwords import GitWords, told_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from interlock.shell.reading import GitOperation

_BY_FILE = frozenset("add stage commit restore rm checkout".split())
"""Verbs that do to each pathspec what they would do to it alone."""
_SAYING = ("message", "author", "date", "trailer")


def together(operations: "Iterable[GitOperation]") -> "list[list[GitOperation]]":
    """The operations in order, those in one list that differ in nothing but their pathspecs."""
    found: dict[tuple[object, ...], list[GitOperation]] = {}
    for number, operation in enumerate(operations):
        words = told_apart(operation.words)
        found.setdefault(_kind(words, operation.cwd) or (number,), []).append(operation)
    return list(found.values())


def one_of(operations: "list[GitOperation]") -> GitWords:
    """The words of an operation on what they all act on."""
    first, *others = [told_apart(operation.words) for operation in operations]
    for words in others:
        first.paths += _specs(words)
    return first


def _kind(words: GitWords, cwd: str) -> tuple[object, ...]:
    """The same for operations that are one; () for what stays by itself. A pathspec with magic may take away from
    what others fit."""
    specs = _specs(words)
    if words.verb not in _BY_FILE or words.problem or not specs or any(spec.startswith(":") for spec in specs):
        return ()
    source = tuple(words.rest) if words.verb == "checkout" else ()
    values = tuple((name, tuple(given)) for name, given in sorted(words.values.items()) if name not in _SAYING)
    return (words.verb, cwd, source, tuple(words.leading), tuple(sorted(words.flags)), values)


def _specs(words: GitWords) -> list[str]:
    """Of a checkout only what stands behind ``--`` is sure to be no branch."""
    return words.paths if words.verb == "checkout" else [*words.rest, *words.paths]
