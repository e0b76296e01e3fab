"""Contracts for the guard: what each agent type reads, writes and owns, as the desk has compiled it.

Agents are Markdown with a block of TOML, which the guard has no time to read. `interlock contracts compile` keeps
a sealed copy in the state folder, with a mark of each file that it was made of; who loads it compares the marks
with the files as they are. ``stale`` says that they differ: have it compiled, then load again. Until then the
types of new and changed files have a contract that is nothing but a fault.
"""

from interlock import system as os
from interlock.doors.config import MAX_BYTES, Config, compiled, digest_of
from interlock.doors.plainfile import whole
from interlock.words.contract import Contract, set_apart
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

AGENTS = "agents"
FOLDER = f".claude/{AGENTS}"
PLUGIN = "interlock:"
"""Begins the types of our own agents where a plugin brings them."""
MOST = 1000
"""Names in a folder of agents, and in all below it, that are looked at, as it is done at every call."""
FORMAT = 3
"""Of the copy; another Interlock's is none. It grows with what a contract says and what is wrong in one."""
_END = ".md"
_BYTES = 4 * 1024 * 1024


class Contracts:
    """The contracts in force in a project: in ``all`` one for each agent, in ``others`` the faults of broken files
    once more, by other names that the client may have taken from them. ``tests``: the patterns that ``@tests``
    stands for; ``restricts_main``: whether the main agent is held to source and tests; ``stale``: whether files
    are not as they were compiled."""

    __slots__ = ("all", "others", "restricts_main", "stale", "tests")

    def __init__(
        self,
        found: tuple[Contract, ...],
        config: Config,
        stale: bool = False,
        others: tuple[Contract, ...] = (),
    ) -> None:
        first: dict[str, Contract] = {}
        for contract in found:  # the project's come first
            first.setdefault(contract.name, contract)
        self.all = tuple(first.values())
        self.others = others
        self.tests = config.contracts_tests
        self.restricts_main = config.contracts_main
        self.stale = stale

    def of(self, agent_type: str) -> Contract | None:
        """The contract of the type. ``plugin:name`` is another agent than ``name``, with a prompt of its own,
        unless the plugin is Interlock's."""
        for name in (agent_type, agent_type.removeprefix(PLUGIN)):
            for contract in (*self.all, *self.others):
                if contract.name == name:
                    return contract
        return None

    def owner_of(self, path: str) -> str:
        """The agent type that makes or owns the path, which is from the checkout's top; "" if none does."""
        return next((one.name for one in self.all if one.may_write(path, self.tests)), "")

    def sharers_of(self, path: str) -> tuple[str, ...]:
        """The agent types that have a section of the file."""
        return tuple(one.name for one in self.all if one.shares_in(path))


def load(project: str, root: str, user: str, config: Config) -> Contracts:
    """The contracts of the agents in ``.claude/agents`` of the project and in ``agents`` of ``user``, the folder
    of the user's own settings (~/.claude). No file is opened where neither has any."""
    now = marks(project, user)
    if not now:
        return Contracts((), config)
    kept, values = compiled(copy_path(project, root), _BYTES)
    if values.get("format") != FORMAT:
        kept, values = "", {}
    found = _contracts(values, "contracts")
    others = tuple(one for _, one in _contracts(values, "others"))
    if kept == fingerprint(now):
        return Contracts(tuple(one for _, one in found), config, others=others)
    return Contracts(_still(values, dict(found), now), config, stale=True, others=others)


def joined(found: "list[Contracts]", config: Config) -> Contracts:
    """The contracts of several folders of one checkout as one; of two with one name the first counts."""
    whole = Contracts(tuple(one for each in found for one in each.all), config)
    whole.all = set_apart(whole.all)
    whole.others = tuple(one for each in found for one in each.others)
    return whole


def user_folder(environ: "Mapping[str, str]", home: str) -> str:
    """The folder of the user's own settings, as the client finds it."""
    named = environ.get("CLAUDE_CONFIG_DIR", "")
    return named.rstrip("/") if named.startswith("/") else f"{home}/.claude"


def marks(project: str, user: str) -> dict[str, list[int]]:
    """Every agent file with what changes when it does: time, size, inode and the inode's time. The project's come
    first."""
    found: dict[str, list[int]] = {}
    for folder in (f"{project}/{FOLDER}", f"{user}/{AGENTS}"):
        for path in agent_files(folder):
            if path not in found:
                found[path] = _mark(path)
    return found


def fingerprint(now: dict[str, list[int]]) -> str:
    """Of all marks."""
    return digest_of(ascii(now).encode("ascii"))


def copy_path(project: str, root: str) -> str:
    """Where the compiled copy lies."""
    return os.path.join(root, "contracts", digest_of(os.fsencode(project)) + ".json")


def agent_files(folder: str) -> list[str]:
    """The agents in the folder and in all below, hidden and linked ones too, as the client takes them (live,
    2.1.197 and 2.1.329). At most MOST names are looked at, each folder once."""
    found: list[str] = []
    folders, seen, left = [folder], set(), MOST
    for here in folders:
        try:
            names, info = sorted(os.listdir(here))[:left], os.stat(here)
        except (OSError, ValueError):
            continue
        if (info.st_dev, info.st_ino) in seen:
            continue
        seen.add((info.st_dev, info.st_ino))
        left -= len(names)
        for name in names:
            (found if name.endswith(_END) else folders).append(f"{here}/{name}")
    return found


def _mark(path: str) -> list[int]:
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        return []  # a link that leads nowhere; what it may lead to one day has a mark
    return [info.st_mtime_ns, info.st_size, info.st_ino, info.st_ctime_ns]


def _contracts(values: dict[str, object], name: str) -> list[tuple[str, Contract]]:
    """(the file's path, the contract) of each that was compiled."""
    listed = values.get(name, [])
    found = []
    for entry in listed if isinstance(listed, list) else []:
        facts: Any = {name: tuple(one) if isinstance(one, list) else one for name, one in entry.items()}
        found.append((str(facts.pop("path")), Contract(**facts)))
    return found


def content(path: str) -> str:
    """The digest of the file's bytes, "" for what is none or far too large."""
    try:
        return digest_of(whole(path, MAX_BYTES) or b"")
    except Unreadable:
        return ""


def _still(
    values: dict[str, object], known: dict[str, Contract], now: dict[str, list[int]]
) -> tuple[Contract, ...]:
    """What is known without the desk: the contracts of files that are as they were, at least in what they hold. A
    file that is new or changed may have any."""
    files, digests = (_table(values, name) for name in ("files", "digests"))
    found = []
    for path, mark in now.items():
        if path in files and (files[path] == mark or digests.get(path) == content(path)):
            found += [known[path]] if path in known else []
            continue
        name = known[path].name if path in known else path.rpartition("/")[2][: -len(_END)]
        found.append(Contract(name, path, fault="the file changed, and could not be compiled."))
    return tuple(found)


def _table(values: dict[str, object], name: str) -> dict[str, object]:
    table = values.get(name, {})
    return table if isinstance(table, dict) else {}
