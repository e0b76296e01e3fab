"""What Interlock adds to an agent's context, in characters: `python -m bench.context`.

Every sentence of the guard that an agent can be shown, with usual and with the longest input.
`--check` exits 1 if one is longer than promised.
"""

import argparse
import sys
from collections.abc import Iterator

from bench import figures
from bench.figures import Verdict, at_most
from interlock.doors.blocks import Block
from interlock.guard import contractsays, messages, outputsays, receiptsays
from interlock.words.contract import Contract
from interlock.words.lease import Circle, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import FILE, Resource

GREETING, REFUSAL = 600, 400
NOW, WALL = 100_000.0, 1_790_000_000.0


class Scale:
    """Input of one size: a project, a path in it, names, and how many of everything."""

    def __init__(self, name: str, project: str, path: str, kind: str, purpose: str, many: int) -> None:
        self.name = name
        self.project = project
        self.path = f"{project}/{path}"
        self.kind = kind
        self.purpose = purpose
        self.many = many
        self.me = Owner("host", "11111111-2222-4333-8444-555555555555", "a" * 17)
        self.owners = [Owner("host", f"{n:08d}-2222-4333-8444-555555555555", "b" * 17) for n in range(many)]
        self.kinds = {owner.id: kind for owner in self.owners}

    def lease(self, owner: Owner, path: str = "") -> Lease:
        return Lease(Resource(FILE, path or self.path), owner, 7, NOW - 240, NOW + 660, self.purpose)

    def held(self) -> Held:
        return Held(tuple(self.lease(owner) for owner in self.owners), (), self.many, 1)


USUAL = Scale(
    "usual", "/home/someone/work/shop", "src/shop/orders/basket.py", "code-implementer", "add a voucher", 2
)
WORST = Scale(
    "longest", "/home/someone/" + "deep/" * 200, "src/" + "long-name-" * 400 + "/'quoted'.py", "k" * 128,
    "because " * 60, 48,
)  # fmt: skip


def greetings(scale: Scale) -> Iterator[tuple[str, str]]:
    held = [[scale.lease(owner)] * min(3, scale.many) for owner in scale.owners]
    others = [(messages.name(o, scale.kind), mine, scale.many) for o, mine in zip(scale.owners, held, strict=True)]
    yield "start, alone", messages.greeting([], scale.project, "")
    yield "start, others here", messages.greeting(others, scale.project, "")
    problem = ".claude/interlock.toml: " + scale.purpose
    yield "start, others and a broken config", messages.greeting(others, scale.project, problem)


def refusals(scale: Scale) -> Iterator[tuple[str, str]]:
    project, path = scale.project, scale.path
    held = scale.held()
    yield "held", messages.held(held, path, scale.kinds, NOW, WALL, project, scale.me)
    aliased = Held((scale.lease(scale.owners[0], f"{project}/{'link/' * scale.many}x.py"),), (), scale.many, 1)
    yield "held under another name", messages.held(aliased, path, scale.kinds, NOW, WALL, project, scale.me)
    parent = Owner("host", scale.me.session)
    mine = Held((scale.lease(parent),), (), scale.many, 1)
    yield "held by the parent", messages.held(mine, path, scale.kinds, NOW, WALL, project, scale.me)
    ended = Held((Lease(Resource(FILE, path), scale.owners[0], 7, NOW - 999, NOW - 1, scale.purpose),), (), 1, 1)
    yield "held, time over", messages.held(ended, path, scale.kinds, NOW, WALL, project, scale.me)
    queue = Held((), tuple(scale.owners), scale.many, 1)
    yield "queued", messages.held(queue, path, scale.kinds, NOW, WALL, project, scale.me)
    circle = Circle((scale.me, *scale.owners), scale.me)
    yield "circle", messages.circle(circle, path, scale.kinds, project)
    who, when = messages.name(scale.owners[0], scale.kind), f" at {messages.since(NOW - 240, NOW, WALL)}"
    yield "changed", messages.changed(path, project, who, when, gone=False)
    yield "deleted", messages.changed(path, project, who, when, gone=True)
    crossing = (scale.lease(scale.owners[0]), who, scale.many - 1, NOW, WALL, project)
    how = "ruff format" if scale is USUAL else scale.purpose
    yield "a command over a folder", messages.crossed(how, *crossing)
    yield "a command that can't be read", messages.unread(how)
    yield "a command that can't be contained", messages.uncontained("sudo does not work there" + scale.purpose)
    yield "not taken", messages.not_taken(path, project)
    yield "Interlock's own", messages.own(path, project)
    yield "broken", messages.broken(f"no file can have that name: {path}")
    yield "too slow", messages.too_slow(25.0, 4_194_304)
    yield from contracts(scale)


def contracts(scale: Scale) -> Iterator[tuple[str, str]]:
    """What agents with contracts are told."""
    usual = scale is USUAL
    run = ".runs/{run}" if usual else scale.path
    name = "implementer" if usual else scale.kind
    path = "src/shop/orders/basket.py" if usual else scale.path
    held = Contract(
        name, f".claude/agents/{name}.md", outputs=(f"{run}/build/impl_changes_summary.md",), owns=("@source",),
        shares=(f"{run}/build/ac_status.json",), fault=f"12: `outputs` is a text, no list {scale.purpose}",
    )  # fmt: skip
    run = ".runs/shop-12" if usual else scale.path
    inputs = [f"{run}/signal/requirements.md", f"{run}/plan/adr.md", f"{run}/build/test_strategy.md"] * scale.many
    flaw = f"{run}/build/code_critique.md:4: `round` is 'one': it should be a whole number; write a whole number"
    made, shared = f"{run}/build/build_receipt.json", f"{run}/build/ac_status.json"
    block = Block("shop-12", (), "host|session|b0b0", 1.0, f"the token is never checked {scale.purpose}")
    yield "contract: broken", contractsays.broken(held)
    yield "contract: not owned", contractsays.not_owned("tests/test_basket.py", "test-author", held, False)
    yield "contract: a folder", contractsays.not_owned(path, "", held, True)
    yield "contract: made by code", contractsays.made_by_code(made, "interlock receipt", run)
    yield "contract: unread", contractsays.unread(inputs[:3] if usual else inputs, name, [])
    yield "contract: section", contractsays.section(shared, name, "it would change the section of critic")
    yield "contract: blocked", contractsays.blocked(path, block, "" if usual else scale.path)
    yield "contract: hidden", contractsays.hidden(name, "setsid", "verdict")
    yield "contract: strayed", contractsays.strayed([path], "test-author", name)
    yield "start: missing", contractsays.missing(name, inputs[0], "test-author", scale.many)
    yield "start: which run", contractsays.which_run(name, ["shop-12", "shop-13"])
    yield "start: no run", contractsays.no_run(name, inputs[0], "")
    receipt = f"{made} is MISMATCH: counts.tests_passed says 420, found 294"
    yield "start: receipt", receiptsays.distrusted(name, receipt)
    reason = "`pytest -q` failed on this tree"
    yield "start: not verified", receiptsays.not_verified(name, made, "UNVERIFIED, BOUNCE", reason, run)
    yield "output: not valid", outputsays.flaws([flaw] * scale.many, asked=True)
    yield "output: typed", outputsays.typed(made, "interlock receipt")
    yield "output: stop", outputsays.stop([flaw] * scale.many, 2)


def rows() -> list[tuple[str, int, int, int, bool]]:
    """(sentence, usual length, longest, limit, whether the usual one had to be cut)."""
    found = []
    for sentences, limit in ((greetings, GREETING), (refusals, REFUSAL)):
        for (name, usual), (_, longest) in zip(sentences(USUAL), sentences(WORST), strict=True):
            found.append((name, len(usual), len(longest), limit, usual.endswith("…")))
    return found


def measures() -> list[Verdict]:
    found = rows()
    start = max(longest for _, _, longest, limit, _ in found if limit == GREETING)
    refusal = max(longest for _, _, longest, limit, _ in found if limit == REFUSAL)
    cut = [name for name, *_, cut in found if cut]
    return [
        at_most("session start, characters", start, GREETING, str(start)),
        at_most("a refusal, characters", refusal, REFUSAL, str(refusal)),
        at_most("usual sentences that had to be cut", len(cut), 0, str(len(cut))),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 if a measure is missed")
    args = parser.parse_args()
    print(figures.table(("sentence", "usual", "longest", "limit"), [row[:4] for row in rows()]), "", sep="\n")
    found = measures()
    print(figures.verdicts(found))
    return int(args.check and not all(verdict.met for verdict in found))


if __name__ == "__main__":
    sys.exit(main())
