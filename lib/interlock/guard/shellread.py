"""What becomes of a shell command that was read: leases for what it writes, a refusal where that is held,
containment for what could not be read. Loaded only when somebody else could be in the way."""

from interlock.doors import contain
from interlock.doors.config import SEQUENTIAL
from interlock.guard import gitjudge, gitown, messages, reach, watch
from interlock.guard.before import answered, note
from interlock.guard.fresh import stale
from interlock.guard.intent import Intent
from interlock.guard.scene import Scene
from interlock.guard.shellcall import MARKED, logged, mark, unmarkable
from interlock.leases.acquire import acquire, in_the_way
from interlock.shell.reading import Reading
from interlock.words.decision import ASK, DENY, PASS, Decision
from interlock.words.faults import StorageFull
from interlock.words.lease import Circle, Held, Lease

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.contracting import Bound
    from interlock.guard.running import Run
    from interlock.leases.port import Tx

_NO_PREFIX = "this session runs its commands without Interlock's shell prefix"


class Plan:
    """What was found out about a command before the store is asked: ``intent``, ``touched`` by its git
    operations, whether others hold something ``beside`` it, and whether it ``contains``: a ticket lies ready, and
    the command will be marked. ``excused``: it can't be contained, and there is nothing else in it to contain.
    ``run``: what of it runs one at a time. ``bound``: the contract that who acts is held to; ``swept``: why that
    keeps it from taking many files away."""

    def __init__(self, scene: Scene, intent: Intent, held: list[Lease], bound: "Bound | None" = None) -> None:
        self.intent = intent
        self.bound = bound
        self.beside = bool(held)
        self.touched = gitjudge.judge_all(intent.reading.git, scene.environ)
        self.swept: Decision | None = None
        if bound is not None:
            from interlock.guard import sweeping

            self.swept = sweeping.refusal(bound, intent.swept, self.touched)
        self.uncontained = self._contain(scene, held)
        self.run: Run | None = None
        if intent.reading.runs:
            from interlock.guard import running

            self.run = running.Run(scene, intent.reading.runs)

    def _contain(self, scene: Scene, held: list[Lease]) -> str:
        """Leaves the ticket; the reason if none could be left, "" if it lies there or none is needed."""
        reading = self.intent.reading
        self.contains = self.excused = False
        others = [] if reading.quiet else reach.to_contain(scene, held)
        if not others:
            return ""
        if scene.call.tool not in MARKED:
            return f"{scene.call.tool} does not start through Interlock's shell prefix"
        if contain.unfit(reading.alone):
            self.excused = all(f"{phrase} ".startswith(f"{reading.alone} ") for phrase in reading.unread)
            return f"{reading.alone} does not work there; run it by itself"
        why = contain.able(scene.root) if contain.in_force(scene.root, scene.environ) else _NO_PREFIX
        if why:
            return why
        others = reach.not_asked(scene, others, reading.asks)
        paths = reach.to_bind(others, scene.project)
        if not paths:
            return ""
        if why := unmarkable(scene, reading.whole):
            return why
        try:
            contain.leave(scene.root, scene.call.use_id, paths, scene.config.shell_uncontained == "deny")
        except OSError as problem:
            return f"the ticket can't be written ({problem.strerror})"
        self.contains = True
        return ""


def runs_alone(reading: Reading) -> Reading:
    """The same, where nobody else could be in the way of what it writes: only its runs count."""
    return Reading(quiet=reading.quiet, runs=reading.runs)


def judged(scene: Scene, plan: Plan, last: bool) -> tuple[Decision | None, int]:
    """One transaction. (None, ticket) means: wait and ask again."""
    try:
        with scene.store.transaction() as tx:
            done = answered(tx, scene)
            if done is not None:
                return done, 0
            decision, ticket = _decide(tx, scene, plan, last)
            if decision is not None and decision.verdict != DENY and plan.run is not None:
                decision, ticket = plan.run.ask(tx, decision)
            if decision is None:
                return None, ticket
            targets = plan.intent.takes + plan.intent.crosses
            decision = note(tx, scene, decision, targets, **logged(scene.call.command))
            kept = "quiet" if plan.intent.reading.quiet else "contained" if plan.contains else ""
            if decision.verdict != DENY:
                watch.goes_on(tx, scene.owner, plan.intent.behind)
                watch.began(tx, scene, kept)
    except StorageFull:
        decision = _passed(scene, plan)
    if decision.verdict == DENY and plan.contains:
        contain.withdraw(scene.root, scene.call.use_id)
    return decision, 0


def _decide(tx: "Tx", scene: Scene, plan: Plan, last: bool) -> tuple[Decision | None, int]:
    intent = plan.intent
    wall = scene.store.wall()
    row = scene.arrive(tx)
    if intent.own is not None:
        from interlock.guard.refusals import of_itself

        return of_itself(scene, intent.own), 0
    if plan.bound is not None:
        from interlock.guard.gitwrites import rewritten

        targets = intent.takes + intent.crosses + rewritten(plan.touched)
        refusal = plan.bound.refusal(tx, targets, intent.named) or plan.swept
        if refusal is not None:
            return refusal, 0
    refusal = _crossed(tx, scene, intent, wall) or _git(tx, scene, plan)
    if refusal is not None:
        return refusal, 0
    wants = intent.takes
    if scene.config.freeze or scene.config.mode == SEQUENTIAL:
        from interlock.guard import turns

        places = turns.written(plan)
        refusal = turns.frozen(tx, scene, places) if plan.run is None else None  # runs have a queue of their own
        if refusal is not None:
            return (refusal if last else None), 0
        wants = wants + turns.also(tx, scene, places)
    if wants:
        got = acquire(tx, scene.world, scene.owner, wants, scene.terms, "", queue=True, waiting=not last)
        if isinstance(got, Held) and not last:
            return None, got.ticket
        if isinstance(got, Held | Circle):
            from interlock.guard.refusals import unavailable

            return unavailable(tx, scene, got, wants, wall), 0
        for lease in got.fresh:
            watch.baseline(tx, scene.root, scene.owner, lease.resource, wall)
        for target in intent.takes:
            blind = target.key in intent.blind
            change = stale(tx, row, target, wall, target.key in got.waited) if blind else None
            if change is not None and not gitjudge.left_behind(tx, scene, intent.how[target.key], change.owner):
                from interlock.guard.refusals import changed

                return changed(scene, change, target, tx.now, wall), 0
    return _passed(scene, plan), 0


def _crossed(tx: "Tx", scene: Scene, intent: Intent, wall: float) -> Decision | None:
    """Refused where a folder that the command would write holds somebody's file."""
    against = in_the_way(tx, scene.world, scene.owner, intent.crosses, scene.terms) if intent.crosses else []
    if not against:
        return None
    lease = against[0]
    target = next((t for t in intent.crosses if lease.resource.overlaps(t)), intent.crosses[0])
    rows = tx.run("owner_get", id=lease.owner.id)
    holder = messages.name(lease.owner, rows[0][1] if rows else "", scene.owner)
    how = intent.how.get(target.key, "the command")
    told = messages.crossed(how, lease, holder, len(against) - 1, tx.now, wall, scene.project)
    return Decision(DENY, "held", told)


def _git(tx: "Tx", scene: Scene, plan: Plan) -> Decision | None:
    """Refused where a whole-tree operation includes what others hold, or changed and did not commit."""
    for touched in plan.touched:
        if own := gitown.swept(scene, touched):
            return Decision(DENY, "own_files", own)
        told = gitjudge.refusal(tx, scene, touched)
        if told:
            return Decision(DENY, "git", told)
    return None


def _passed(scene: Scene, plan: Plan) -> Decision:
    """Nothing known is against it; what is not known is contained, or left to the config."""
    if plan.contains:
        return Decision(PASS, "contained", command=mark(scene, always=True))
    unread = plan.intent.unread or tuple(t.unknown for t in plan.touched if t.unknown)
    policy = scene.config.shell_unread
    if plan.uncontained and not plan.excused and scene.config.shell_uncontained == "deny":
        return Decision(DENY, "uncontained", messages.uncontained(plan.uncontained))
    if not unread or policy == "allow" or not plan.beside or plan.intent.reading.quiet:
        return Decision(PASS, "shell", command=mark(scene))
    return Decision(ASK if policy == "ask" else DENY, "unread", messages.unread(unread[0]))
