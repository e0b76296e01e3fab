"""JSON for the guard: the C scanner and encoder alone.

``import json`` costs as much as a bare interpreter (it imports ``re`` for its Python fallback); the C
parts under it are all the guard needs. Where they are missing or changed, ``json`` does it.
"""

from interlock.words.faults import Unreadable

MAX_BYTES = 16 * 1024 * 1024
"""The client's hook input holds a whole file's new content at most; more is refused, not parsed."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Hook = Callable[[list[tuple[str, object]]], dict[str, object]]

_SPACE = " \t\n\r"


class _Context:
    """What ``_json.make_scanner`` reads its settings from."""

    strict = True
    object_hook = None
    object_pairs_hook: "Hook | None" = None
    parse_float = float
    parse_int = int
    memo: dict[str, str] = {}  # noqa: RUF012

    @staticmethod
    def parse_constant(name: str) -> float:
        raise ValueError(f"{name} is not JSON")


def _different(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise Unreadable(f"the key {name[:40]!a} comes twice")
        found[name] = value
    return found


class _Once(_Context):
    """The same; a key that comes twice in an object is a fault."""

    object_pairs_hook: "Hook | None" = staticmethod(_different)


def loads(data: bytes, once: bool = False) -> object:
    """The value that ``data`` spells. Raises Unreadable, with a sentence, on anything that isn't
    one JSON value in UTF-8 of at most MAX_BYTES: depth, NaN and endless integers included; with ``once`` also
    where a key comes twice in an object. Else the last one counts."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the input is {len(data)} bytes; the limit is {MAX_BYTES}")
    try:
        text = data.decode("utf-8").strip(_SPACE)
        return _parse(text, _Once if once else _Context)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("the input is nested too deep") from None
    except SystemError:  # what 3.11's scanner raises for bad JSON while json.decoder is not imported
        raise Unreadable("the input is not JSON") from None
    except (ValueError, StopIteration) as problem:
        raise Unreadable(f"the input is not JSON ({type(problem).__name__}: {str(problem)[:80]})") from None


def _parse(text: str, context: type[_Context]) -> object:
    try:
        from _json import make_scanner
    except ImportError:
        import json

        hook = context.object_pairs_hook
        return json.loads(text, parse_constant=context.parse_constant, object_pairs_hook=hook)
    value, end = make_scanner(context())(text, 0)  # type: ignore[arg-type]
    if end != len(text):
        raise ValueError(f"more text after the value, at {end}")
    return value


def dumps(value: object) -> str:
    """Compact JSON of str, int, float, bool, None, dict and list; ASCII only, so that any name,
    lone surrogates included, is one valid line in any log."""
    if isinstance(value, str):
        return _quote(value)
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quote(str(k))}:{dumps(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    if isinstance(value, int | float) and value - value == 0:  # 1e999 is read as infinity; JSON has no such number
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _quote(text: str) -> str:
    try:
        from _json import encode_basestring_ascii
    except ImportError:
        import json

        return json.dumps(text)
    return encode_basestring_ascii(text)
