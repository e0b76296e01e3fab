"""What an agent's contract lets it write, asked before it does (docs/adr/0010).

Loaded only for owners that have a contract.
"""

from interlock import system as os
from interlock.doors import keys, runfolder
from interlock.doors.content import MISSING
from interlock.guard import whichrun
from interlock.guard.agents import MAIN_AGENT
from interlock.guard.spots import Spot, Spots
from interlock.words.artifact import made_by
from interlock.words.contract import MAYBE, NOT_SOURCE, RUN, RUNS, SOURCE, TESTS, Contract, run_of
from interlock.words.decision import DENY, Decision
from interlock.words.faults import StateFault, Unreadable
from interlock.words.resource import TREE, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.contracts import Contracts
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx


class Bound:
    """Who acts, and the contract that it is held to; ``all`` are those of the others."""

    def __init__(self, scene: "Scene", contract: Contract, others: "Contracts") -> None:
        self.scene = scene
        self.contract = contract
        self.all = others
        self._spots = Spots(scene.project)

    def refusal(self, tx: "Tx", targets: list[Resource]) -> Decision | None:
        """Why these must not be written now, in the transaction that would let it happen; None if they may be."""
        for target in targets:
            spot = self._spots.of(target)
            refusal = self._judged(tx, target, spot) if spot is not None else None
            if refusal is not None:
                return refusal
        return None

    def strayed(self, tx: "Tx", changed: list[Resource]) -> str:
        """Notes which of the files that a command of the owner has changed are not its own, and says so; "" for
        none. What a program writes can't be told before."""
        spots = [spot for target in changed if (spot := self._spots.of(target)) is not None]
        found = [spot.path for spot in spots if not self.contract.may_write(spot.path, self.all.tests)]
        found = [path for path in found if not self.contract.shares_in(path)]
        if not found or self.contract.fault:
            return ""
        from interlock.guard.contractsays import strayed

        whose = [self.all.owner_of(path) for path in found]
        tx.event("contract_strayed", **self.scene.facts(), paths=found, owners=whose)
        return strayed(found, whose[0], self.contract.name)

    def _judged(self, tx: "Tx", target: Resource, spot: Spot) -> Decision | None:
        contract = self.contract
        if contract.fault:
            return _denied("contract_fault", "broken", contract)
        if command := made_by(spot.path):
            return _denied("made_by_code", "made_by_code", spot.path, command, run_of(spot.path))
        shared = target.kind != TREE and contract.shares_in(spot.path)
        if not shared and not self._may_write(target, spot.path):
            owner = self.all.owner_of(spot.path)
            return _denied("not_owned", "not_owned", spot.path, owner, contract, target.kind == TREE)
        if blocked := self._blocked(spot):
            return blocked
        missing, runs = self._unread(tx, spot)
        if missing:
            return _denied("unread", "unread", missing, contract.name, runs)
        if shared:
            from interlock.guard.sections import outside

            what = outside(self.scene.call, keys.path_of(target.shown), contract.name)
            return _denied("section", "section", spot.path, contract.name, what) if what else None
        return None

    def _may_write(self, target: Resource, path: str) -> bool:
        """A folder is judged by its own name; the whole checkout (a formatter's) is for whoever owns code."""
        contract = self.contract
        if target.kind == TREE and not path:
            return SOURCE in contract.owns or TESTS in contract.owns
        if contract.may_write(path, self.all.tests):
            return True
        # what no contract has is the main agent's, too: somebody must put down what the user says
        free = contract.name == MAIN_AGENT and path.startswith(f"{RUNS}/") and target.kind != TREE
        return free and not self.all.owner_of(path)

    def _blocked(self, spot: Spot) -> Decision | None:
        """A BLOCK verdict that stands on the path, in its checkout."""
        if spot.path.split("/", 1)[0] in NOT_SOURCE or not os.path.lexists(f"{self.scene.root}/blocks"):
            return None  # few have ever given one: the door stays unloaded
        from interlock.doors import blocks

        try:
            standing = blocks.standing(self.scene.root, keys.path_of(spot.top))
        except StateFault as problem:
            return _denied("blocked", "unknown_blocks", str(problem))
        for block in standing:
            if block.holds(spot.path, self.all.tests):
                return _denied("blocked", "blocked", spot.path, block)
        return None

    def _unread(self, tx: "Tx", spot: Spot) -> tuple[list[str], list[str]]:
        """(the inputs that exist and were never shown to this owner, the runs that they may be of). Where the run
        is not known, those of one will do."""
        wanted = self.contract.given + self.contract.inputs
        if not wanted:
            return [], []
        shown = self._shown(tx, spot)
        runs = [run] if (run := run_of(spot.path)) else self.runs(tx, spot, shown)
        each = [self._missing(tx, spot, run, wanted, shown) for run in runs or [""]]
        found = [missing for missing in each if missing is not None]
        if not found or [] in found:
            return [], []
        return found[0], runs

    def _missing(
        self, tx: "Tx", spot: Spot, run: str, wanted: tuple[str, ...], shown: set[str]
    ) -> list[str] | None:  # fmt: skip
        """Of the inputs in that run those that were not read; None if there is none to read."""
        there = [path for path in _in_run(wanted, run) if runfolder.is_there(f"{keys.path_of(spot.top)}/{path}")]
        return [path for path in there if not self._was_shown(tx, spot, path, shown)] if there else None

    def _was_shown(self, tx: "Tx", spot: Spot, path: str, shown: set[str]) -> bool:
        """``shown`` spares the ways through the disk; links and folded case are looked at only before a
        refusal."""
        if f"{spot.key}/{path}" in shown:
            return True
        try:
            key = keys.resources(f"{keys.path_of(spot.top)}/{path}", "/", "/")[0].key
        except Unreadable:
            return False
        rows = tx.run("seen_get", owner=self.scene.owner.id, key=key)
        return bool(rows) and rows[0][0] != MISSING

    def _shown(self, tx: "Tx", spot: Spot) -> set[str]:
        """The keys of the artifacts in the checkout whose content the owner has been shown, or wrote."""
        below = f"{spot.key}/{RUNS}"
        rows = tx.run("seen_under", owner=self.scene.owner.id, low=f"{below}/", high=f"{below}0")
        return {str(key) for key, digest in rows if digest != MISSING}

    def runs(self, tx: "Tx", spot: Spot, shown: set[str] | None = None) -> list[str]:
        """The runs that the owner may be at work in: the one that its prompt names, else those open whose
        artifacts it has read, else all that are open."""
        named = whichrun.named(tx, self.scene.owner)
        if named:
            return [named]
        found = runfolder.open_runs(keys.path_of(spot.top))
        start = len(f"{spot.key}/{RUNS}/")
        of = {key[start:].partition("/")[0] for key in (self._shown(tx, spot) if shown is None else shown)}
        read = [run for run in found if run in of or run.casefold() in of]
        if not read and len(found) > 1 and self.scene.owner.is_subagent:
            told = whichrun.of_prompt(self.scene.call.first_prompt())
            if told:
                whichrun.note(tx, self.scene.owner, told)
                return [told]
        return read or found


def _in_run(paths: tuple[str, ...], run: str) -> list[str]:
    """The paths of contracts in that run; without one, those that lie in none."""
    plain = [path.removesuffix(MAYBE) for path in paths]
    return [path.replace(RUN, run) for path in plain if run or RUN not in path]


def _denied(reason: str, sentence: str, *facts: object) -> Decision:
    """A refusal, its sentence loaded only now."""
    from interlock.guard import contractsays

    return Decision(DENY, reason, getattr(contractsays, sentence)(*facts))
