"""Which contract the agent that acts is held to. The contracts were compiled by the desk; where an agent's file is
not as it was then, the desk is asked to compile anew."""

import sys

from interlock import system as os
from interlock.doors import contracts
from interlock.doors.place import home
from interlock.words.contract import SOURCE, TESTS, Contract, set_apart
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
_MAIN = (SOURCE, TESTS, ".claude/commands", ".claude/skills", ".claude/rules", ".claude/output-styles")
"""What it may write then: of `.claude` what is neither Interlock's, nor settings, nor an agent with a contract."""


def bound(scene: "Scene") -> "Bound | None":
    """The contract that who acts is held to; None where it has none. May ask the desk: call it outside any
    transaction."""
    found = loaded(scene)
    contract = found.of(scene.call.agent_type) if scene.call.agent_type else None
    if contract is None and found.restricts_main and not scene.owner.is_subagent:
        contract = set_apart((Contract(MAIN_AGENT, ".claude/interlock.toml", owns=_MAIN), *found.all))[0]
    if contract is None:
        return None
    _from_image(scene.root)
    from interlock.guard.contracting import Bound

    return Bound(scene, contract, found)


def _from_image(root: str) -> None:
    """Loads what judges contracts as the rest of the guard was loaded: from one file, where it can be. A hook's
    main module knows how (hooks/guard.py); in another program it is imported as usual."""
    load = getattr(sys.modules["__main__"], "run_image", None)
    if load is not None and "interlock.guard.contracting" not in sys.modules:
        load(sys.argv[1], root, "contracts")


def loaded(scene: "Scene") -> "Contracts":
    """The contracts of the project's agents, compiled anew where an agent's file has changed. A session that began
    in a folder of the checkout has the agents of the folders above, too (live, 2.1.197 and 2.1.329); the nearest
    of one name counts."""
    user = contracts.user_folder(scene.environ, home(scene.environ))
    each = [_loaded(scene, folder, user) for folder in _projects(scene.project)]
    if len(each) == 1:
        return each[0]
    return contracts.joined(each, scene.config)


def _loaded(scene: "Scene", project: str, user: str) -> "Contracts":
    found = contracts.load(project, scene.root, user, scene.config)
    if not found.stale:
        return found
    from interlock.guard import deskcall

    try:
        deskcall.ask(scene, ["contracts", "compile", "--project", project, "--user", user], SECONDS, project)
    except Unreadable:
        return found  # what changed stands there as a fault
    return contracts.load(project, scene.root, user, scene.config)


def _projects(folder: str) -> list[str]:
    """The folder, and those above it up to the checkout's top that have agents."""
    found, here = [folder], folder
    while not os.path.lexists(f"{here}/.git"):
        here = here.rpartition("/")[0]
        if not here:
            return [folder]  # in no checkout: nothing above is the project's
        if os.path.isdir(f"{here}/{contracts.FOLDER}"):
            found.append(here)
    return found
