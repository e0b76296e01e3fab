"""The ticket of a run: what a hook leaves for the wrapper of the command that it marked (docs/adr/0008).

A file ROOT/tickets/USE_ID.run, redeemed by renaming it to ``.running``: so the command's inner start finds none
and goes on as any command does. The wrapper removes it at the end.
"""

from interlock import system as os
from interlock.words.faults import Unreadable
from interlock.words.jsontext import dumps, loads
from interlock.words.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WAITING, RUNNING = ".run", ".running"
_PIECE = 1 << 20
_TEXTS = ("use_id", "owner", "checkout", "cwd", "command", "path")


class Ticket(Value):
    """``owner`` is its id. ``runs`` are the validation commands in the command: the fields of each by name
    (``shell.reading.Validation``). ``leases`` are (key, fence) of their mutexes. ``checkout``: a real path.
    ``path``: the PATH that the session's client gives to what it starts, "" where there is none."""

    __slots__ = ("checkout", "command", "cwd", "leases", "owner", "path", "runs", "use_id")

    def __init__(
        self,
        use_id: str,
        owner: str,
        checkout: str,
        cwd: str,
        command: str,
        runs: tuple[dict[str, object], ...],
        leases: tuple[tuple[str, int], ...],
        path: str = "",
    ) -> None:
        self.use_id = use_id
        self.owner = owner
        self.checkout = checkout
        self.cwd = cwd
        self.command = command
        self.runs = runs
        self.leases = leases
        self.path = path


def path(root: str, use_id: str, state: str = WAITING) -> str:
    """Where the ticket of that call lies."""
    return os.path.join(root, "tickets", use_id + state)


def leave(root: str, ticket: Ticket) -> None:
    """Writes the ticket, whole or not at all. Raises OSError."""
    os.makedirs(os.path.join(root, "tickets"), mode=0o700, exist_ok=True)
    fields = {name: getattr(ticket, name) for name in (*_TEXTS, "runs", "leases")}
    data = dumps(_packed(fields)).encode("ascii", "replace")
    fresh = path(root, f".{ticket.use_id}", f".{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.rename(fresh, path(root, ticket.use_id))
    except OSError:
        os.unlink(fresh)
        raise
    finally:
        os.close(handle)


def redeem(root: str, use_id: str) -> Ticket:
    """The ticket, taken: nobody redeems it again. Raises OSError where there is none, and Unreadable."""
    os.rename(path(root, use_id), path(root, use_id, RUNNING))
    return read(root, use_id, RUNNING)


def read(root: str, use_id: str, state: str = WAITING) -> Ticket:
    """The ticket as it lies there. Raises OSError, and Unreadable."""
    handle = os.open(path(root, use_id, state), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    pieces = []
    try:
        while piece := os.read(handle, _PIECE):
            pieces.append(piece)
    finally:
        os.close(handle)
    try:
        data = _unpacked(loads(b"".join(pieces)))
        leases = tuple((str(key), int(fence)) for key, fence in data["leases"])
        runs = tuple(dict(run) for run in data["runs"])
        return Ticket(**{name: str(data[name]) for name in _TEXTS}, runs=runs, leases=leases)
    except (KeyError, TypeError, ValueError):
        raise Unreadable("the ticket of a run is not one of this version's") from None


def withdraw(root: str, use_id: str, state: str = WAITING) -> None:
    """Takes back the ticket of a command that will not run, or has run."""
    try:
        os.unlink(path(root, use_id, state))
    except OSError:
        pass  # it is swept after a day


def _packed(value: object) -> object:
    """Texts as their bytes, each a character: names need not be UTF-8, JSON must be."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("latin-1")
    if isinstance(value, dict):
        return {name: _packed(one) for name, one in value.items()}
    return [_packed(one) for one in value] if isinstance(value, list | tuple) else value


def _unpacked(value: object) -> "Any":
    if isinstance(value, str):
        return value.encode("latin-1").decode("utf-8", "surrogatepass")
    if isinstance(value, dict):
        return {name: _unpacked(one) for name, one in value.items()}
    return [_unpacked(one) for one in value] if isinstance(value, list) else value
