"""PreToolUse of what starts a subagent: one that has a contract is not started in vain. Its required inputs must
be there, and the receipts among its inputs to be believed, before a token is spent."""

from interlock.doors import runfolder
from interlock.guard import contractsays, deskcall
from interlock.guard.agents import loaded
from interlock.guard.spots import top_of
from interlock.guard.whichrun import of_prompt
from interlock.words.artifact import made_by, receipt
from interlock.words.contract import MAYBE, RUN, Contract
from interlock.words.decision import DENY, Decision
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.contracts import Contracts
    from interlock.guard.scene import Scene

SECONDS = 10.0
"""For the desk to check a receipt."""


def cannot(scene: "Scene") -> Decision | None:
    """Why the subagent must not be started; None if it may be, or has no contract. Call it outside any
    transaction."""
    found = loaded(scene)
    contract = found.of(scene.call.launches)
    if contract is None:
        return None
    if contract.fault:
        return Decision(DENY, "contract_fault", contractsays.broken(contract))
    top = top_of(scene.cwd) or top_of(scene.project) or scene.project
    needed = [path.removesuffix(MAYBE) for path in contract.needed]
    run = of_prompt(scene.call.prompt)
    if any(RUN in path for path in needed):
        runs = runfolder.open_runs(top)
        if not run and len(runs) > 1:
            return Decision(DENY, "which_run", contractsays.which_run(contract.name, runs))
        if not (run := run or "".join(runs)) or not runfolder.is_run(top, run):
            first = next(path for path in needed if RUN in path)
            return Decision(DENY, "no_run", contractsays.no_run(contract.name, first, run))
    return _missing(top, run, needed, contract, found) or _receipts(scene, top, run, contract)


def _missing(top: str, run: str, needed: list[str], contract: Contract, found: "Contracts") -> Decision | None:
    there = [path.replace(RUN, run) for path in needed]
    gone = [path for path in there if not runfolder.is_there(f"{top}/{path}")]
    if not gone:
        return None
    maker = found.owner_of(gone[0]) or (f"`{command}`" if (command := made_by(gone[0])) else "")
    return Decision(DENY, "missing", contractsays.missing(contract.name, gone[0], maker, len(gone) - 1))


def _receipts(scene: "Scene", top: str, run: str, contract: Contract) -> Decision | None:
    """The receipts that the agent would go by, each counted anew by the desk."""
    for pattern in contract.given + contract.inputs:
        path = pattern.removesuffix(MAYBE).replace(RUN, run)
        of, flow = receipt(path)
        if not of or not runfolder.is_there(f"{top}/{path}"):
            continue
        try:
            what = _distrust(scene, top, of, flow)
        except Unreadable as problem:
            what = f"{path} can't be checked: {problem}"
        if what:
            return Decision(DENY, "receipt", contractsays.bad_receipt(contract.name, what))
    return None


def _distrust(scene: "Scene", top: str, run: str, flow: str) -> str:
    """Why the receipt must not be gone by, as the desk counts; "" where it may. Raises Unreadable."""
    _, said = deskcall.ask(scene, ["receipt", run, flow, "--check", "--json"], SECONDS, top)
    sentence = said.get("sentence") if isinstance(said, dict) else None
    if not isinstance(sentence, str):
        raise Unreadable("`interlock receipt --check` does not say whether it is to be believed")
    return sentence
