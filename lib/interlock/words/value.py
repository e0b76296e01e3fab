"""The base of the plain values.

The guard starts at every tool call; ``dataclasses`` would cost it as much as half a bare interpreter
(it imports ``inspect``), so values are ``__slots__`` classes with equality by content.
"""


class Value:
    """Equality, hash and a readable repr over ``__slots__``. Treat instances as immutable."""

    __slots__: tuple[str, ...] = ()

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"
