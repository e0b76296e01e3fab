"""Owner: who acts. A subagent is an owner of its own; its session is its parent's."""

from interlock.words.value import Value

MAIN = "main"
PERSON = "person:"
_APART = "~"


class Liveness(Value):
    """Evidence by which an owner's death can be proved: the client's process, named so that a reused
    pid, a reboot or another pid namespace can't be taken for it (facts: Claude Code's hooks are started by
    a shell, so the hook's own parent is not the owner). ``pid`` 0 means unknown; unknown is not dead."""

    __slots__ = ("boot", "pid", "pid_namespace", "started")

    def __init__(self, pid: int = 0, started: int = 0, boot: str = "", pid_namespace: str = "") -> None:
        self.pid = pid
        self.started = started
        self.boot = boot
        self.pid_namespace = pid_namespace


class Owner(Value):
    """(host, session, agent id or ``main``)."""

    __slots__ = ("agent", "host", "session")

    def __init__(self, host: str, session: str, agent: str = MAIN) -> None:
        self.host = host
        self.session = session
        self.agent = agent

    @property
    def id(self) -> str:
        """The owner as one string, the key in the store. The parts hold no ``|`` (see ``part``)."""
        return f"{self.host}|{self.session}|{self.agent}"

    @property
    def client(self) -> str:
        """The client's pid, where it has a session open that another client had open already; else ""."""
        return "" if self.is_person else self.session.partition(_APART)[2]

    @property
    def conversation(self) -> str:
        """The session's own id, whichever client has it open."""
        return self.session if self.is_person else self.session.partition(_APART)[0]

    def apart(self, pid: int) -> "Owner":
        """This agent as the client ``pid`` runs it, beside another client that has the same session open."""
        return Owner(self.host, f"{self.conversation}{_APART}{pid}", self.agent)

    @property
    def is_person(self) -> bool:
        return self.session.startswith(PERSON)

    @property
    def is_subagent(self) -> bool:
        return self.agent != MAIN


def part(text: str) -> str:
    """``text`` made fit to be one part of an owner id: at most 128 characters, no ``|``, no control
    characters, and nothing that can't be written as UTF-8."""
    kept = "".join(c if c.isprintable() and c != "|" else "_" for c in text[:128])
    return kept.encode("utf-8", "replace").decode()


def parse(owner_id: str) -> Owner:
    """The owner whose ``id`` this is. Raises ValueError where it isn't one."""
    host, session, agent = owner_id.split("|")
    return Owner(host, session, agent)
