"""Where: the ground that a command would run on, as far as its reading needs it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    class Disk(Protocol):
        """What is asked of the disk. Paths are absolute; no method raises."""

        def entries(self, path: str) -> list[tuple[str, bool]] | None:
            """(name, is a folder) of each entry, links followed; None for what is no folder."""

        def is_dir(self, path: str) -> bool: ...

        def exists(self, path: str) -> bool: ...

    class Addition(Protocol):
        """A validation command that the config adds."""

        @property
        def name(self) -> str: ...
        @property
        def words(self) -> tuple[str, ...]: ...
        @property
        def mutex(self) -> str: ...
        @property
        def writes(self) -> bool: ...
        @property
        def demanded(self) -> bool: ...


class Where:
    """``cwd`` and ``home`` are absolute. ``variables`` is the environment. ``parse`` reads the text of an
    inner shell (``sh -c``, ``eval``) as ``doors.shfmt.parse`` does; without it such text stays unread.
    ``validations`` are commands that count as such beside the known ones."""

    __slots__ = ("cwd", "disk", "home", "parse", "validations", "variables")

    def __init__(
        self,
        cwd: str,
        home: str,
        variables: "Mapping[str, str]",
        disk: "Disk",
        parse: "Callable[[str], object] | None" = None,
        validations: "tuple[Addition, ...]" = (),
    ) -> None:
        self.cwd = cwd
        self.home = home
        self.variables = variables
        self.disk = disk
        self.parse = parse
        self.validations = validations
