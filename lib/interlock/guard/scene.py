"""The scene of one call: who acts, where, under which config, with which store. Built once per hook."""

from interlock import system as os
from interlock.doors import clock, config, process
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.leases.arrive import acting, arrive
from interlock.words.owner import MAIN, Liveness, Owner, part
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from interlock.doors.client import Call
    from interlock.leases.port import Tx
    from interlock.leases.records import OwnerRow


class Evidence:
    """``leases.port.World`` on this machine."""

    def __init__(self, boot: str, root: str = "") -> None:
        self.boot = boot
        self.root = root

    def dead(self, pid: int, started: int, boot: str, pid_namespace: str) -> bool:
        return process.dead(Liveness(pid, started, boot, pid_namespace), self.boot)

    def inode(self, resource: Resource) -> str:
        from interlock.doors.keys import path_of

        try:
            info = os.stat(path_of(resource.shown))
        except (OSError, ValueError):
            return ""
        return f"{info.st_dev}:{info.st_ino}"

    def idle(self, resource: Resource) -> bool:
        from interlock.doors.runlock import idle  # only where somebody holds the mutex of a run

        return idle(self.root, resource.key)


class Scene:
    """``root`` is the state folder, ``environ`` the hook's environment, ``started`` when the hook began
    (monotonic seconds). ``owner`` and ``main`` are right once it has settled."""

    def __init__(self, call: "Call", root: str, environ: "Mapping[str, str]", started: float) -> None:
        self.call = call
        self.root = root
        self.environ = environ
        self.started = started
        self.boot = clock.boot_id()
        self.world = Evidence(self.boot, root)
        self.cwd = call.cwd if call.cwd.startswith("/") else os.getcwd()
        self.project = self._project()
        self.config = config.load(self.project, root)
        call.named = call.tool in self.config.mcp
        self.terms = self.config.terms
        host = part(os.uname().nodename)
        self.owner = Owner(host, part(call.session), part(call.agent) or MAIN)
        self.main = Owner(host, self.owner.session)
        self.own_folders: list[str] = []
        self._settled = False
        self._alive: Liveness | None = None
        prepare(root)
        self.store = Embedded(root, AuditFile(root), clock.now, clock.wall, self.boot)

    def _project(self) -> str:
        """The checkout the session works in: CLAUDE_PROJECT_DIR where the client names it, else the one
        around cwd. A subagent's own worktree is found from cwd only for its keys, not for its config."""
        named = self.environ.get("CLAUDE_PROJECT_DIR", "")
        if named.startswith("/"):
            return named.rstrip("/")
        from interlock.doors.repo import checkout

        return checkout(self.cwd) or self.cwd

    @property
    def alive(self) -> Liveness:
        """The client that this hook was started by."""
        if self._alive is None:
            session = self.environ.get("CLAUDE_CODE_SESSION_ID", "")
            self._alive = process.client(self.environ.get("CLAUDE_PID", ""), session, self.boot)
        return self._alive

    def settle(self, tx: "Tx") -> None:
        """Finds out who acts where another client has the same session open. ``arrive`` does it too; call it in a
        transaction that speaks of ``owner`` or ``main`` before."""
        if self._settled:
            return
        self._settled = True
        main = acting(tx, self.world, self.main, self.alive)
        if main != self.main:
            self.owner, self.main = Owner(main.host, main.session, self.owner.agent), main
            if not tx.run("owner_get", id=main.id):
                self.arrive(tx, main=True)

    def arrive(self, tx: "Tx", main: bool = False) -> "OwnerRow":
        """Notes the sign of life that every hook is, of who acts or of the main agent."""
        self.settle(tx)
        owner = self.main if main else self.owner
        rows = tx.run("owner_get", id=owner.id)
        facts = {"kind": part(self.call.agent_type)} if owner == self.owner else {}  # a main agent's: `--agent`
        if not rows:
            from interlock.doors import repo

            facts |= {
                "project": self.project,
                "repo": repo.common_dir(repo.checkout(self.project) or self.project),
            }
        return arrive(tx, owner, self.terms.ttl, self.alive, **_plain(facts))

    def milliseconds(self) -> float:
        """How long this hook has run."""
        import time

        return round((time.monotonic() - self.started) * 1000, 2)

    def facts(self) -> dict[str, object]:
        """What every event of this call carries."""
        return {
            "owner": self.owner.id,
            "agent_type": part(self.call.agent_type),
            "tool": part(self.call.tool),
            "use_id": part(self.call.use_id),
            "project": _plain_text(self.project),
        }


def _plain(facts: dict[str, str]) -> dict[str, str]:
    return {name: _plain_text(value) for name, value in facts.items()}


def _plain_text(text: str) -> str:
    from interlock.doors.keys import text as key_text

    return key_text(text)
