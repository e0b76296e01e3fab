"""What an agent's contract lets it write, asked before it does (docs/adr/0010).

Loaded only for owners that have a contract.
"""

from interlock import system as os
from interlock.doors import keys, runfolder
from interlock.doors.content import MISSING
from interlock.guard import whichrun
from interlock.guard.agents import MAIN_AGENT
from interlock.guard.spots import Spot, Spots
from interlock.words.contract import MAYBE, NOT_SOURCE, RUN, RUNS, SOURCE, TESTS, Contract, meant, run_of
from interlock.words.decision import DENY, Decision
from interlock.words.faults import StateFault, Unreadable
from interlock.words.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from interlock.doors.blocks import Block
    from interlock.doors.contracts import Contracts
    from interlock.guard.scene import Scene
    from interlock.leases.port import Tx


class Bound:
    """Who acts, and the contract that it is held to; ``all`` are those of the others, ``spots`` finds places in
    the repository."""

    def __init__(self, scene: "Scene", contract: Contract, others: "Contracts") -> None:
        self.scene = scene
        self.contract = contract
        self.all = others
        self.spots = Spots(scene.project)
        self._standing: dict[str, list[tuple[str, Block]]] = {}
        self._closed: dict[str, bool] = {}

    def refusal(
        self, tx: "Tx", targets: list[Resource], named: "Iterable[str]" = ()
    ) -> Decision | None:  # fmt: skip
        """Why these must not be written now, in the transaction that would let it happen; None if they may be.
        ``named``: the paths as the call spells them."""
        self.look_again()  # after a while of waiting
        linked = self._linked()
        for path in named:
            if (RUNS in path or RUNS in self.scene.cwd) and (link := self._link(path)):
                return self._is_linked(link)
        for target in targets:
            spot = self.spots.of(target)
            if linked is not None and (spot is not None or linked.contains(target)):
                return self._is_linked(RUNS)
            refusal = self._judged(tx, target, spot) if spot is not None else None
            if refusal is not None:
                return refusal
        return None

    def look_again(self) -> None:
        """What is on disk may have changed since it was asked last."""
        self._standing.clear()
        self._closed.clear()

    def judged(self, spot: Spot) -> Decision | None:
        """Why the contract, or a verdict, keeps the owner from the place whatever it has read; None if neither
        does. Needs no transaction."""
        contract = self.contract
        if contract.fault:
            from interlock.guard import contractsays

            return Decision(DENY, "contract_fault", contractsays.broken(contract))
        if spot.path.startswith(f"{RUNS}/") and (refused := self._in_runs(spot)) is not None:
            return refused
        if not self.shares(spot) and not self.may_write(spot):
            from interlock.guard import contractsays

            owner = self.all.owner_of(spot.path)
            owners = (owner,) if owner else self.all.sharers_of(spot.path)
            said = contractsays.not_owned(spot.path, owners, contract, spot.tree, shared=not owner)
            return Decision(DENY, "not_owned", said)
        return self._blocked(spot)

    def _in_runs(self, spot: Spot) -> Decision | None:
        """Why nobody with a contract writes this in the folder of runs."""
        from interlock.words.artifact import made_by

        if (run := run_of(spot.path)) and self._is_closed(spot, run):
            from interlock.guard import contractsays

            return Decision(DENY, "closed", contractsays.closed(spot.path, run))
        if command := made_by(spot.path):
            from interlock.guard import contractsays

            return Decision(DENY, "made_by_code", contractsays.made_by_code(spot.path, command, run))
        return None

    def may_write(self, spot: Spot) -> bool:
        """Whether the place is the owner's. A folder is judged by its own name; the whole checkout (a formatter's)
        is for whoever owns code. What goes whole is judged by what is in it, too (``sweeping``)."""
        contract = self.contract
        if spot.tree and not spot.path:
            return SOURCE in contract.owns or TESTS in contract.owns
        if contract.may_write(spot.path, self.all.tests):
            return True
        # what no contract has is the main agent's, too: somebody must put down what the user says
        free = contract.name == MAIN_AGENT and spot.path.startswith(f"{RUNS}/") and not spot.tree
        return free and not self.all.owner_of(spot.path) and not self.all.sharers_of(spot.path)

    def shares(self, spot: Spot) -> bool:
        """Whether the owner has a section of the file."""
        return not spot.tree and self.contract.shares_in(spot.path)

    def block(self, spot: Spot) -> "tuple[str, Block] | None":
        """The BLOCK verdict that stands on the place, or on something in it, and the top of the checkout where it
        was given: it holds in all of the repository. Raises StateFault where that is not known."""
        if spot.path.split("/", 1)[0] in NOT_SOURCE or not os.path.lexists(f"{self.scene.root}/blocks"):
            return None  # few have ever given one: the door stays unloaded
        for top, block in self._blocks(keys.path_of(spot.top)):
            if block.holds(spot.path, self.all.tests, spot.tree):
                return top, block
        return None

    def _is_closed(self, spot: Spot, run: str) -> bool:
        folder = f"{spot.top}/{run}"
        if folder not in self._closed:
            self._closed[folder] = runfolder.is_closed(keys.path_of(spot.top), run)
        return self._closed[folder]

    def _linked(self) -> Resource | None:
        """Where the runs of the checkout that the owner works in are if their folder is a symlink: what lies there
        would be judged by neither name."""
        scene = self.scene
        top = self.spots.top(scene.cwd) or self.spots.top(scene.project) or scene.project
        return keys.resources(f"{top}/{RUNS}", "/", "/")[0] if runfolder.link(top) else None

    def _link(self, path: str) -> str:
        """The symlink in the folder of runs that leads to where the path does, "" for none."""
        if path.startswith("~/"):
            from interlock.doors.place import home

            path = home(self.scene.environ) + path[1:]
        return self.spots.link(path if path.startswith("/") else f"{self.scene.cwd}/{path}")

    def _is_linked(self, link: str) -> Decision:
        from interlock.guard import contractsays

        return Decision(DENY, "linked", contractsays.linked(self.contract.name, link))

    def _judged(self, tx: "Tx", target: Resource, spot: Spot) -> Decision | None:
        refusal = self.judged(spot)
        if refusal is not None:
            return refusal
        missing, runs = self._unread(tx, spot)
        if missing:
            from interlock.guard import contractsays

            return Decision(DENY, "unread", contractsays.unread(missing, self.contract.name, runs))
        if self.shares(spot):
            from interlock.guard import contractsays
            from interlock.guard.sections import outside

            name = self.contract.name
            what = outside(self.scene.call, keys.path_of(target.shown), name)
            return Decision(DENY, "section", contractsays.section(spot.path, name, what)) if what else None
        return None

    def _blocked(self, spot: Spot) -> Decision | None:
        try:
            found = self.block(spot)
        except StateFault as problem:
            from interlock.guard import contractsays

            return Decision(DENY, "blocked", contractsays.unknown_blocks(str(problem)))
        if found is None:
            return None
        from interlock.guard import contractsays

        top, block = found
        elsewhere = "" if top == keys.path_of(spot.top) else keys.text(top)
        return Decision(DENY, "blocked", contractsays.blocked(spot.path, block, elsewhere))

    def _blocks(self, top: str) -> "list[tuple[str, Block]]":
        """The BLOCKs that stand in the checkouts of the repository, this one's first, each with its checkout."""
        if top not in self._standing:
            from interlock.doors import blocks, repo
            from interlock.guard.spots import real

            others = [real(other) for other in repo.checkouts(repo.common_dir(top))]
            tops = list(dict.fromkeys([top, *others]))
            self._standing[top] = [(one, block) for one in tops for block in blocks.standing(self.scene.root, one)]
        return self._standing[top]

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
        if self._is_closed(spot, runs[0] if runs else ""):
            return [], []  # its prompt names one that is over
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
        start = len(f"{spot.key}/{RUNS}/")
        read = {key[start:].partition("/")[0] for key in (self._shown(tx, spot) if shown is None else shown)}
        found = meant("", runfolder.open_runs(keys.path_of(spot.top)), read)
        if len(found) > 1 and self.scene.owner.is_subagent:
            told = whichrun.of_prompt(self.scene.call.first_prompt())
            whichrun.note(tx, self.scene.owner, told)
            found = meant(told, found)
        return list(found)


def _in_run(paths: tuple[str, ...], run: str) -> list[str]:
    """The paths of contracts in that run; without one, those that lie in none."""
    plain = [path.removesuffix(MAYBE) for path in paths]
    return [path.replace(RUN, run) for path in plain if run or RUN not in path]
