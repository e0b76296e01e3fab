"""Contract: what an agent type reads, writes and owns. As the guard has it, compiled; ``shapes.contract`` is what
people write."""

from interlock.words.pattern import ignored, reaches
from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

RUNS = ".runs"
RUN = "{run}"
TESTS, SOURCE = "@tests", "@source"
NOT_SOURCE = (".git", ".runs", ".claude")
"""First names of paths that are nobody's source."""
MAYBE = "?"
"""Ends an input that may be missing."""


class Contract(Value):
    """``name`` is the agent type, ``file`` its markdown as shown. ``inputs`` and ``given`` (the user's) are read
    before the first write, those in ``needed`` must exist; ``outputs`` and ``owns`` may be written, of ``shares``
    the section that bears the agent's name. ``moves``: edges of the worklist, "pending>in_progress". ``taken``:
    patterns that others own by name, so that neither ``@source`` nor ``@tests`` has them here (``set_apart``).
    ``fault``: what is wrong with the file, a sentence with its line; nothing else of it counts then."""

    __slots__ = (
        "fault",
        "file",
        "given",
        "inputs",
        "moves",
        "name",
        "needed",
        "outputs",
        "owns",
        "resume",
        "shares",
        "taken",
    )

    def __init__(
        self,
        name: str,
        file: str,
        inputs: tuple[str, ...] = (),
        given: tuple[str, ...] = (),
        needed: tuple[str, ...] = (),
        outputs: tuple[str, ...] = (),
        owns: tuple[str, ...] = (),
        shares: tuple[str, ...] = (),
        moves: tuple[str, ...] = (),
        resume: str = "",
        fault: str = "",
        taken: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.file = file
        self.inputs = inputs
        self.given = given
        self.needed = needed
        self.outputs = outputs
        self.owns = owns
        self.shares = shares
        self.moves = moves
        self.resume = resume
        self.fault = fault
        self.taken = taken

    def may_write(self, path: str, tests: list[str]) -> bool:
        """Whether ``path``, from the checkout's top, is this agent's. ``tests``: what ``@tests`` stands for."""
        for pattern in (*self.outputs, *self.owns):
            if covers(pattern, path, tests) and not (pattern in (TESTS, SOURCE) and self._is_taken(path)):
                return True
        return False

    def shares_in(self, path: str) -> bool:
        """Whether the agent has a section of the file."""
        return any(covers(pattern, path, []) for pattern in self.shares)

    def _is_taken(self, path: str) -> bool:
        return any(covers(pattern, path, []) for pattern in self.taken)


def set_apart(contracts: "Iterable[Contract]") -> tuple[Contract, ...]:
    """The same, of all agents in force: what one owns by name is not part of the others' ``@source`` and
    ``@tests``."""
    each = tuple(contracts)
    named = [(one.name, path) for one in each for path in (*one.owns, *one.outputs) if _may_be_source(path)]
    found = []
    for one in each:
        facts = {slot: getattr(one, slot) for slot in Contract.__slots__}
        if TESTS in one.owns or SOURCE in one.owns:
            facts["taken"] = tuple(path for name, path in named if name != one.name)
        found.append(Contract(**facts))
    return tuple(found)


def _may_be_source(pattern: str) -> bool:
    return pattern not in (TESTS, SOURCE) and pattern.split("/", 1)[0] not in NOT_SOURCE


def covers(pattern: str, path: str, tests: list[str]) -> bool:
    """Whether the contract's pattern has the path. ``@tests`` and ``@source`` have here also what an agent owns by
    name."""
    if pattern in (TESTS, SOURCE):
        if path.split("/", 1)[0] in NOT_SOURCE:
            return False
        return ignored(path, tests) is (pattern == TESTS)
    return ignored(path, [rooted(pattern)])


def reaches_into(pattern: str, folder: str, tests: list[str]) -> bool:
    """Whether the contract's pattern may have something in the folder (from the checkout's top), there or not."""
    if pattern in (TESTS, SOURCE):
        if folder.split("/", 1)[0] in NOT_SOURCE:
            return False
        return reaches(folder, tests) if pattern == TESTS else not (folder and ignored(folder, tests))
    return reaches(folder, [rooted(pattern)])


def rooted(pattern: str) -> str:
    """The contract's pattern as ``ignored`` takes it: from the checkout's top, even where it is one name."""
    return f"/{pattern.replace(RUN, '*')}"


def meant(named: str, unclosed: "Iterable[str]", read: "Collection[str]" = ()) -> tuple[str, ...]:
    """The run that is meant; several where that is not known, none where none is open. ``named``: the run that a
    prompt or an argument names, "" for none; it is meant whether there is such a run or not. Else it is the one of
    the open runs (``unclosed``) of which something was read, else the only open one. ``read``: the runs of which
    something was read, in small letters where the disk tells no case."""
    if named:
        return (named,)
    found = tuple(unclosed)
    return tuple(run for run in found if run in read or run.casefold() in read) or found


def run_of(path: str) -> str:
    """The run in whose folder the path (from the checkout's top) lies, "" for none."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == RUNS else ""
