"""Which contract the agent that acts is held to. The contracts were compiled by the desk; where an agent's file is
not as it was then, the desk is asked to compile anew."""

from interlock.doors import contracts
from interlock.doors.place import home
from interlock.words.contract import SOURCE, TESTS, Contract
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.contracts import Contracts
    from interlock.guard.contracting import Bound
    from interlock.guard.scene import Scene

SECONDS = 5.0
"""For the desk to compile the contracts."""
MAIN_AGENT = "the main agent"
"""What the main agent is called where config holds it to a contract of its own."""


def bound(scene: "Scene") -> "Bound | None":
    """The contract that who acts is held to; None where it has none. May ask the desk: call it outside any
    transaction."""
    found = loaded(scene)
    contract = found.of(scene.call.agent_type) if scene.call.agent_type else None
    if contract is None and found.restricts_main and not scene.owner.is_subagent:
        contract = Contract(MAIN_AGENT, ".claude/interlock.toml", owns=(SOURCE, TESTS))
    if contract is None:
        return None
    from interlock.guard.contracting import Bound

    return Bound(scene, contract, found)


def loaded(scene: "Scene") -> "Contracts":
    """The contracts of the project, compiled anew where an agent's file has changed."""
    user = contracts.user_folder(scene.environ, home(scene.environ))
    found = contracts.load(scene.project, scene.root, user, scene.config)
    if not found.stale:
        return found
    from interlock.guard import deskcall

    try:
        words = ["contracts", "compile", "--project", scene.project, "--user", user]
        deskcall.ask(scene, words, SECONDS, scene.project)
    except Unreadable:
        return found  # what changed stands there as a fault
    return contracts.load(scene.project, scene.root, user, scene.config)
