"""Whose turn it is to write: one session at a time where ``mode = "sequential"``, and nobody but the run's owner
while a run has a mutex of the checkout where ``freeze = true``. Loaded where the config says one of the two.

The writer's lease is the session's: its agents share it, for a parent waits for its subagent with the lease in
hand. Whoever of them ends passes it on to one that still holds files.
"""

from interlock.doors import keys, repo
from interlock.doors.config import SEQUENTIAL
from interlock.guard import messages
from interlock.guard.scene import Scene
from interlock.leases.acquire import standing_of
from interlock.leases.held import with_owner
from interlock.leases.pass_on import pass_on
from interlock.leases.records import lease_of, lease_values
from interlock.leases.release import session_owners
from interlock.words.decision import DENY, Decision
from interlock.words.jsontext import dumps
from interlock.words.lease import Circle, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import FILE, MUTEX, TREE, WRITER, Resource, is_run, mutex, run_name, writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.guard.shellread import Plan
    from interlock.leases.port import Tx

_INDEX_ALONE = ("stage", "unstage", "commit")
_MOST = 64  # mutexes that are looked at


def written(plan: "Plan") -> list[Resource]:
    """What a shell command would write: its files and folders, and one of each git operation that changes any."""
    found = plan.intent.takes + plan.intent.crosses
    changing = [one.paths[0] for one in plan.touched if one.paths and one.why not in _INDEX_ALONE]
    return found + [Resource(FILE, path, "", keys.text(path)) for path in changing]


def also(tx: "Tx", scene: Scene, targets: list[Resource]) -> list[Resource]:
    """What a write to ``targets`` must hold beside them: the writer's mutex of each checkout that they lie in,
    unless another agent of this session has it."""
    if scene.config.mode != SEQUENTIAL:
        return []
    wanted = [writer(top) for top in _checkouts(targets)]
    return [one for one in wanted if not _shared(tx, scene, one)]


def frozen(tx: "Tx", scene: Scene, targets: list[Resource]) -> Decision | None:
    """The refusal of a write to a checkout where another owner's run goes on; None where it may be."""
    if not scene.config.freeze:
        return None
    tops = _checkouts(targets)
    for row in tx.run("lease_others_under", low="mutex:", high="mutex;", owner=scene.owner.id, most=_MOST):
        lease = lease_of(row)
        inside = is_run(lease.resource) and lease.resource.key.partition("@")[2] in tops
        if inside and standing_of(tx, scene.world, lease):
            return Decision(DENY, "frozen", _waits_for_run(tx, scene, lease))
    return None


def unavailable(tx: "Tx", scene: Scene, got: Held | Circle, wants: list[Resource], wall: float) -> Decision | None:
    """The refusal where the writer's lease is what is missing; None where it is a file."""
    if isinstance(got, Circle) or not any(one.kind == MUTEX for one in wants):
        return None
    lease = next((lease for lease in got.by if lease.resource.kind == MUTEX), None)
    if lease is None and got.by:
        return None
    place = f" You are number {got.place} in the queue; the place is kept a while." if got.place else ""
    if lease is None:
        who = f"{_name(tx, scene, got.ahead[0])} is next in the queue"
    else:
        since = messages.since(lease.since, tx.now, wall)
        ends = f"until {messages.clock(lease.until, tx.now, wall)} unless it goes on working"
        who = f"{_name(tx, scene, lease.owner)} since {since}, {ends}"
    return Decision(
        DENY, "writer",
        messages.fit(
            f"Interlock: one session writes here at a time (mode = sequential): {who}.{place} Read and plan "
            "meanwhile, or wait with `interlock lock wait mutex:writer`."
        ),
    )  # fmt: skip


def hand_over(tx: "Tx", scene: Scene, owner: Owner) -> None:
    """The owner ends: its writer's leases go on to an agent of its session that still holds files there."""
    for row in tx.run("lease_of", owner=owner.id):
        lease = lease_of(row)
        name, _, top = lease.resource.key.partition("@")
        if name == mutex(WRITER).key and top:
            heir = _heir(tx, owner, top)
            if heir is not None:
                pass_on(tx, lease, heir, tx.now + scene.terms.ttl)


def _heir(tx: "Tx", owner: Owner, top: str) -> Owner | None:
    for row in session_owners(tx, owner.host, owner.session):
        held = [lease_of(one).resource for one in tx.run("lease_of", owner=row.id)] if row.owner != owner else []
        if any(one.kind != MUTEX and one.shown.startswith(f"{top.rstrip('/')}/") for one in held):
            return row.owner
    return None


def _checkouts(targets: list[Resource]) -> list[str]:
    """The checkouts that the targets lie in, by their real paths as text."""
    folders = {one.shown if one.kind == TREE else one.shown.rpartition("/")[0] or "/" for one in targets}
    return sorted({keys.text(top) for folder in folders for top in [repo.checkout(keys.path_of(folder))] if top})


def _shared(tx: "Tx", scene: Scene, wanted: Resource) -> bool:
    """Whether another agent of this session has it; then it lasts on, as with a hook of its owner."""
    rows = tx.run("lease_on", keys=dumps([wanted.key]))
    lease = lease_of(rows[0]) if rows else None
    me = scene.owner
    if lease is None or lease.owner == me or (lease.owner.host, lease.owner.session) != (me.host, me.session):
        return False
    until = tx.now + scene.terms.ttl
    if with_owner(tx, lease).until < until - scene.terms.ttl / 2:
        tx.run("lease_put", **lease_values(lease.lasting(until)))
    return True


def _waits_for_run(tx: "Tx", scene: Scene, lease: Lease) -> str:
    from interlock.guard.runtexts import held_by

    mutex = messages.quoted(run_name(lease.resource))
    step = f"Read and plan meanwhile, or `interlock wait {mutex}`; then write again."
    who = _name(tx, scene, lease.owner)
    begun = messages.since(lease.since, tx.now, scene.store.wall())
    told = held_by(scene.root, lease, who, tx.now, begun)
    text = f"Interlock: files stay as they are while a run goes on (freeze = true): {told}."
    return messages.fit(f"{messages.brief(text, messages.REFUSAL - len(step) - 1)} {step}")


def _name(tx: "Tx", scene: Scene, owner: Owner) -> str:
    rows = tx.run("owner_get", id=owner.id)
    return messages.name(owner, rows[0][1] if rows else "", scene.owner)
