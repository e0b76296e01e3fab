"""PreToolUse of what starts a subagent: one that has a contract is not started in vain. Its required inputs must
be there, and the receipts among its inputs to be believed, before a token is spent."""

from interlock.doors import runfolder
from interlock.guard import contractsays, deskcall, receiptsays
from interlock.guard.agents import loaded
from interlock.guard.spots import Spots
from interlock.guard.whichrun import near, of_prompt
from interlock.words.artifact import META, made_by, receipt
from interlock.words.contract import MAYBE, RUN, RUNS, Contract, meant
from interlock.words.decision import DENY, Decision
from interlock.words.faults import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.contracts import Contracts
    from interlock.guard.scene import Scene

VERIFIED = "VERIFIED"
SECONDS = 10.0
"""For the desk to check a receipt."""
_GIT = 2.0  # seconds for git to say whether a file is committed as it is


def cannot(scene: "Scene") -> Decision | None:
    """Why the subagent must not be started; None if it may be, or has no contract. Call it outside any
    transaction."""
    found = loaded(scene)
    contract = found.of(scene.call.launches)
    if contract is None:
        return None
    if contract.fault:
        return Decision(DENY, "contract_fault", contractsays.broken(contract))
    spots = Spots(scene.project)
    top = spots.top(scene.cwd) or spots.top(scene.project) or scene.project
    if runfolder.link(top):
        return Decision(DENY, "linked", contractsays.linked(contract.name))
    needed = [path.removesuffix(MAYBE) for path in contract.needed]
    runs = meant(of_prompt(scene.call.prompt), runfolder.open_runs(top))
    run = runs[0] if len(runs) == 1 else ""
    return (
        _nowhere(top, runs, needed, contract, near(scene.call.prompt))
        or _missing(top, run, needed, contract, found)
        or _isolated(scene, top, run, contract)
        or _receipts(scene, top, run, contract)
    )


def _nowhere(
    top: str, runs: tuple[str, ...], needed: list[str], contract: Contract, line: str
) -> Decision | None:  # fmt: skip
    """There is no run that it could work in, or it is not known which. ``line``: of its prompt, that is near to
    naming one."""
    first = next((path for path in needed if RUN in path), "")
    if len(runs) != 1:
        if runs and first:
            return Decision(DENY, "which_run", contractsays.which_run(contract.name, runs, line))
        return Decision(DENY, "no_run", contractsays.no_run(contract.name, first, "")) if first else None
    run = runs[0]
    for path in _speaks(contract):
        if link := runfolder.link(top, path.replace(RUN, run)):
            return Decision(DENY, "linked", contractsays.linked(contract.name, link))
    if runfolder.is_closed(top, run):
        return Decision(DENY, "closed", contractsays.closed_start(contract.name, run))
    if first and not runfolder.is_run(top, run):
        return Decision(DENY, "no_run", contractsays.no_run(contract.name, first, run))
    return None


def _speaks(contract: Contract) -> list[str]:
    """The paths of runs that the contract speaks of."""
    paths = [*contract.given, *contract.inputs, *contract.outputs, *contract.shares]
    return [path.removesuffix(MAYBE) for path in paths if path.startswith(f"{RUNS}/")]


def _missing(top: str, run: str, needed: list[str], contract: Contract, found: "Contracts") -> Decision | None:
    there = [path.replace(RUN, run) for path in needed]
    gone = [path for path in there if not runfolder.is_there(f"{top}/{path}")]
    if not gone:
        return None
    maker = found.owner_of(gone[0]) or (f"`{command}`" if (command := made_by(gone[0])) else "")
    return Decision(DENY, "missing", contractsays.missing(contract.name, gone[0], maker, len(gone) - 1))


def _isolated(scene: "Scene", top: str, run: str, contract: Contract) -> Decision | None:
    """A subagent in a worktree of its own has of the run what is committed."""
    if not (scene.call.isolated or _always(top, contract.file)) or not _speaks(contract):
        return None
    if not runfolder.is_run(top, run):
        return None
    wanted = [f"{RUNS}/{run}/{META}"]
    wanted += [path.removesuffix(MAYBE).replace(RUN, run) for path in contract.given + contract.inputs]
    there = [path for path in wanted if runfolder.is_there(f"{top}/{path}")]
    path = _uncommitted(top, there)
    return Decision(DENY, "isolated", contractsays.isolated(contract.name, path)) if path else None


def _always(top: str, file: str) -> bool:
    """Whether the agent's front matter asks for a worktree at every start."""
    try:
        text = runfolder.text(file if file.startswith("/") else f"{top}/{file}") or ""
    except Unreadable:
        return False
    front = text.partition("\n---")[0] if text.startswith("---") else ""
    return any(line.replace(" ", "").strip("\r\"'") == "isolation:worktree" for line in front.split("\n"))


def _uncommitted(top: str, paths: list[str]) -> str:
    """The first of the files that HEAD does not have as it is, "" for none. Ignored ones are never there."""
    from interlock.doors.git import git

    words = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames"]
    try:
        told = git([*words, "--", *paths], top, _GIT).decode("utf-8", "replace").split("\0")
    except Unreadable:
        return paths[0]
    names = [entry[3:] for entry in told if entry]
    first = (
        path for path in paths for name in names if path == name or (name[-1:] == "/" and path.startswith(name))
    )
    return next(first, paths[0]) if names else ""


def _receipts(scene: "Scene", top: str, run: str, contract: Contract) -> Decision | None:
    """The receipts that the agent would go by, each counted anew by the desk. One that it needs must be VERIFIED;
    one that may be missing is read only if it is to be believed."""
    for pattern in contract.given + contract.inputs:
        path = pattern.removesuffix(MAYBE).replace(RUN, run)
        of, flow = receipt(path)
        if not of or not runfolder.is_there(f"{top}/{path}"):
            continue
        try:
            said = _checked(scene, top, of, flow)
            told = _distrust(contract.name, said)
            if not told and pattern in contract.needed:
                told = _unfit(contract.name, said, path, of)
        except Unreadable as problem:
            told = receiptsays.distrusted(contract.name, f"{path} can't be checked: {problem}")
        if told:
            return Decision(DENY, "receipt", told)
    return None


def _checked(scene: "Scene", top: str, run: str, flow: str) -> dict[str, str]:
    """What the desk says of the receipt, the texts of it. Raises Unreadable."""
    _, said = deskcall.ask(scene, ["receipt", run, flow, "--check", "--json"], SECONDS, top)
    told = {name: one for name, one in said.items() if isinstance(one, str)} if isinstance(said, dict) else {}
    if "sentence" not in told or "result" not in told:
        raise Unreadable("`interlock receipt --check` does not say whether it is to be believed")
    return told


def _distrust(agent: str, said: dict[str, str]) -> str:
    """Why the receipt is not to be believed: what it says is not so, or what it is made of is not."""
    if said["sentence"] and said["result"] != "CANNOT_PROCEED":
        return receiptsays.distrusted(agent, said["sentence"])
    if said.get("forensic_check") == "MISMATCH":
        reason = said.get("reason", "")
        return receiptsays.distrusted(agent, f"{said.get('path', 'The receipt')} has found MISMATCH: {reason}")
    return ""


def _unfit(agent: str, said: dict[str, str], path: str, run: str) -> str:
    """Why it is not enough for who needs it."""
    status = said.get("status", "")
    if status == VERIFIED and said["result"] == "OK":
        return ""
    says = f"{status or 'nothing'}, {said.get('recommended_action', 'no action')}"
    return receiptsays.not_verified(agent, path, says, said["sentence"] or said.get("reason", ""), run)
