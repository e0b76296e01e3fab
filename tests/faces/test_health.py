"""`interlock status --health`: its figures against a second count of the lines, and each trigger at its edge."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.faces.site import Out, Record, Site, forge, interlock

from interlock.doors import clock
from interlock.doors.audit import AuditFile
from interlock.doors.store.embedded import Embedded
from interlock.doors.store.ground import prepare
from interlock.faces.health import examine
from interlock.faces.scope import Machine
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.release import depart
from interlock.leases.terms import Terms
from interlock.shapes.health import Health
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, Resource, run_mutex

DAY = 86400.0
BREACH: dict[str, Any] = {
    "fence": 1, "by": ["outside"], "commands": [], "old": "", "old_kept": False, "new": "", "new_kept": False,
    "changed_at": 0.0,
}  # fmt: skip


class Mill:
    """Makes a log through the library's own store and leases, its clocks set by hand."""

    def __init__(self, root: Path, top: Path, began: float | None = None) -> None:
        self.root, self.top = str(root), str(top)
        prepare(self.root)
        self.wall = time.time() - DAY / 2 if began is None else began
        self.boot = clock.boot_id()
        self.world = Evidence(self.boot, self.root)
        self.store = Embedded(self.root, AuditFile(self.root), lambda: self.wall, lambda: self.wall, self.boot)

    def agent(self, name: str, at: str = "") -> Owner:
        """Comes, and makes a call."""
        owner = Owner("host", name)
        with self.store.transaction() as tx:
            arrive(tx, owner, 900.0, Liveness(), project=at or self.top, repo=f"{self.top}/.git")
            facts = {"agent_type": "", "tool": "Bash", "use_id": "u", "project": at or self.top}
            tx.event("decision", owner=owner.id, **facts, paths=[], verdict="pass", reason="shell", ms=1.0)
        return owner

    def ask(self, owner: Owner, *wants: Resource, purpose: str = "") -> bool:
        """Whether it was granted; else it stands in the queue."""
        with self.store.transaction() as tx:
            arrive(tx, owner, 900.0, Liveness())
            got = acquire(tx, self.world, owner, list(wants), Terms(place=1000.0), purpose, queue=True)
        return hasattr(got, "fresh")

    def go(self, owner: Owner) -> None:
        """Gives all back, the mutexes of runs too."""
        with self.store.transaction() as tx:
            depart(tx, owner)
            for row in tx.run("lease_of", owner=owner.id):
                tx.run("lease_drop", key=row[0], fence=row[6])

    def file(self, name: str) -> Resource:
        return Resource(FILE, f"{self.top}/{name}")

    def tries(self, many: int, waits: int = 0) -> None:
        """So many tries, of which so many waited and were served."""
        one, other = self.agent("one"), self.agent("two")
        for number in range(many - 2 * waits):
            assert self.ask(one, self.file(f"free{number}"))
        for number in range(waits):
            self.go(other)
            assert self.ask(one, self.file(f"hot{number % 7}"))
            assert not self.ask(other, self.file(f"hot{number % 7}"))
            self.go(one)
            assert self.ask(other, self.file(f"hot{number % 7}"))

    def mutex_wait(self, seconds: float) -> None:
        one, other = self.agent("one"), self.agent("two")
        want = run_mutex("tests", self.top)
        assert self.ask(one, want, purpose="a x")
        assert not self.ask(other, want, purpose="b x")
        self.wall += seconds
        self.go(one)
        assert self.ask(other, want, purpose="b x")
        self.go(other)

    def run(self, result: str, owner: str = "one") -> None:
        """A run that ended so. The wrapper's own event is tested with the wrapper."""
        who = self.agent(owner)
        with self.store.transaction() as tx:
            tx.event(
                "run_ended", owner=who.id, run="r", checkout=self.top, validation="pytest", words=["pytest"],
                tree="", head="", problem="", exit_code=0, signal=0, log="", seconds=1.0, ran=1, passed=1,
                failed=0, skipped=0, errors=0, result=result, why="", others=[],
            )  # fmt: skip

    def breach(self) -> None:
        who = self.agent("one")
        with self.store.transaction() as tx:
            tx.event("breach", owner="", path=f"{self.top}/x", key=f"{self.top}/x", holder=who.id, **BREACH)


@pytest.fixture
def mill(site: Site) -> Mill:
    return Mill(site.root, site.repo)


def health(capsys: Out, *words: str) -> Health:
    """What the command says, in its shape."""
    capsys.readouterr()
    assert interlock("status", "--health", "--json", *words) == 0
    return Health.model_validate_json(capsys.readouterr().out)


def tripped(found: Health) -> list[str]:
    return [one.name for one in found.triggers if one.tripped]


def told(capsys: Out) -> str:
    capsys.readouterr()
    assert interlock("status", "--health") == 0
    return capsys.readouterr().out


def test_nothing_yet(site: Site, capsys: Out) -> None:
    """Before any log there are zeros and nothing to change."""
    found = health(capsys)
    assert (found.entries, tripped(found), found.next) == (0, [], None)
    assert "Nothing calls for a change." in told(capsys)


@pytest.mark.parametrize(
    ("tries", "waits", "trips"), [(40, 2, False), (39, 2, True), (420, 20, False), (441, 21, True)]
)
def test_waits(mill: Mill, capsys: Out, tries: int, waits: int, trips: bool) -> None:
    """5 % of tries and 20 a day are allowed; more is not."""
    mill.tries(tries, waits)
    found = health(capsys)
    assert (found.locks.tries, found.locks.waits) == (tries, waits)
    assert tripped(found) == (["waits"] if trips else [])
    assert (found.next is not None and found.next.name == "sequential") == trips


def test_an_asking_in_vain(mill: Mill, capsys: Out) -> None:
    """Who waits and is never served has tried all the same; asking again is no new wait."""
    mill.ask(mill.agent("one"), mill.file("a"))
    two = mill.agent("two")
    for _ in range(3):
        assert not mill.ask(two, mill.file("a"))
    found = health(capsys)
    assert (found.locks.tries, found.locks.waits, found.locks.wait_rate) == (2, 1, 50.0)
    assert [(one.at, one.waits) for one in found.files] == [(f"{mill.top}/a", 1)]
    assert "  most waited for: a 1" in told(capsys)


@pytest.mark.parametrize(
    ("waits", "trips"),
    [([601] * 2, False), ([601] * 3, True), ([600] * 3, False), ([601, 601, 10, 600], False)],
)
def test_mutex_waits(mill: Mill, capsys: Out, waits: list[float], trips: bool) -> None:
    """Three waits of more than 10 minutes are a routine; two, or just 10 minutes, are none."""
    for seconds in waits:
        mill.mutex_wait(seconds)
    found = health(capsys)
    assert (found.mutex.waits, found.mutex.tries) == (len(waits), 2 * len(waits))
    assert (found.mutex.seconds, found.mutex.longest) == (sum(waits), max(waits))
    assert (found.locks.tries, found.locks.waits) == (0, 0)
    assert tripped(found) == (["mutex_waits"] if trips else [])


def test_shared_state(mill: Mill, capsys: Out) -> None:
    """One contaminated run, or one breach, is enough; failed runs are not."""
    for result in ("passed", "failed", "partial", "unknown"):
        mill.run(result)
    assert tripped(health(capsys)) == []
    mill.run("contaminated")
    assert tripped(health(capsys)) == ["shared_state"]


def test_a_breach(mill: Mill, capsys: Out) -> None:
    """The same for a breach."""
    mill.breach()
    found = health(capsys)
    assert (found.breaches, tripped(found)) == (1, ["shared_state"])


@pytest.mark.parametrize(
    ("agents", "results", "trips"),
    [
        (3, "", False),
        (4, "", True),
        (4, "p" * 9, True),
        (4, "p" * 10, False),
        (4, "ppppp" + "ppppf", False),
        (4, "ppppp" + "pppff", True),
        (4, "f" * 10, False),
        (4, "p" * 9 + "u", True),
    ],
)
def test_pass_rates(mill: Mill, capsys: Out, agents: int, results: str, trips: bool) -> None:
    """More than three agents at once need ten runs whose halves are at most 20 points apart."""
    names = {"p": "passed", "f": "failed", "u": "unknown"}
    for letter in results:
        mill.run(names[letter], "a0")
    for number in range(agents):
        mill.agent(f"a{number}")
    found = health(capsys)
    assert (found.agents, found.at_once) == (agents, agents)
    assert tripped(found) == (["pass_rates"] if trips else [])


def test_agents_one_after_the_other(mill: Mill, capsys: Out) -> None:
    """Four sessions in a day, never two within 15 minutes, are one at once."""
    for number in range(4):
        mill.agent(f"a{number}")
        mill.wall += 15 * 60 + 1
    found = health(capsys)
    assert (found.agents, found.at_once) == (4, 1)


LADDER = [
    ("", "sequential"),
    ('mode = "sequential"\n', "gate"),
    ('mode = "sequential"\ngate = { clean_tree = true }\n', "gate"),
    ('mode = "sequential"\ngate = { clean_tree = true, full_rerun = true }\n', "worktrees"),
    ("gate = { clean_tree = true, full_rerun = true }\n", "sequential"),
]


@pytest.mark.parametrize(("config", "name"), LADDER)
def test_the_ladder(site: Site, mill: Mill, capsys: Out, config: str, name: str) -> None:
    """The next mitigation is the first that is not in force, and it is said how."""
    mill.breach()
    (site.repo / ".claude" / "interlock.toml").write_text(config)
    found = health(capsys)
    assert found.next is not None and found.next.name == name
    assert f"Next: {found.next.how}" in told(capsys)
    assert [rung.name for rung in found.ladder] == ["sequential", "gate", "worktrees", "isolation"]


def test_worktrees_are_in_force(site: Site, mill: Mill, capsys: Out) -> None:
    """Where each session works in a checkout of its own, what is left is stricter isolation."""
    config = 'mode = "sequential"\ngate = { clean_tree = true, full_rerun = true }\n'
    (site.repo / ".claude" / "interlock.toml").write_text(config)
    mill.breach()
    mill.agent("two", at=f"{mill.top}/src")
    found = health(capsys)
    assert found.next is not None and found.next.name == "isolation"


def test_the_turn_to_write_is_no_wait(site: Site, capsys: Out) -> None:
    """In sequential mode who waits for its turn does not count as waiting for a file."""
    (site.repo / ".claude" / "interlock.toml").write_text('mode = "sequential"\nwait = 0\n')
    assert site.write("a", "alpha") == ""
    assert "one session" in site.write("b", "beta")
    found = health(capsys)
    assert (found.locks.waits, found.locks.turn_waits, found.files) == (0, 1, [])


def test_real_calls(site: Site, capsys: Out) -> None:
    """Through the guard: two tries, one wait, two agents; another repository's are its own."""
    site.write("a.py", "alpha")
    site.write("a.py", "beta")
    site.write("b.py", "alpha")
    other = site.checkout(site.repo.parent / "other")
    site.write("x.py", "gamma", repo=other)
    found = health(capsys)
    assert (found.locks.tries, found.locks.waits, found.agents) == (3, 1, 2)
    everything = health(capsys, "--all")
    assert (everything.locks.tries, everything.agents, everything.repo) == (4, 3, None)


def test_only_the_last_day(site: Site, capsys: Out) -> None:
    """What is older than 24 hours, or of a time to come, does not count."""
    now = time.time()
    facts = {"event": "breach", "owner": "", "path": f"{site.repo}/x", "key": "k", "holder": "h|s|main", **BREACH}
    forge(site, *({**facts, "wall": now + ahead} for ahead in (-DAY - 5, -DAY + 60, -1, 3600)))
    assert health(capsys).breaches == 2


HOSTILE = [
    b"not json\n",
    b"[]\n",
    b'{"v":1}\n',
    b'{"v":1,"seq":1,"at":"2026-13-45T00:00:00Z","event":"queued"}\n',
    b"\xff\xfe\n",
    b'{"v":1,"seq":2,"at":"%s","event":"queued","prev":"%s","owner":5,"ticket":[],"paths":{"a":1}}\n',
    b'{"v":1,"seq":2,"at":"%s","event":"queued","prev":"%s","owner":"x","ticket":{},"paths":[1,null,[]]}\n',
    b'{"v":1,"seq":2,"at":"%s","event":"granted","prev":"%s","owner":{},"path":["x"]}\n',
    b'{"v":1,"seq":2,"at":"%s","event":"run_ended","prev":"%s","owner":"x","result":["passed"]}\n',
    b'{"v":1,"seq":2,"at":"%s","event":"decision","prev":"%s","owner":"\\ud800|a|main","project":7}\n',
    b'{"v":1,"seq":2,"at":"%s","event":"__init__","prev":"%s","owner":"x"}\n',
]


@pytest.mark.parametrize("line", HOSTILE)
def test_hostile_lines(site: Site, mill: Mill, capsys: Out, line: bytes) -> None:
    """A line that is none of ours stops nothing: the others are counted, and it can be seen."""
    mill.tries(4)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()).encode()
    with site.log.open("ab") as file:
        file.write(line.replace(b"%s", stamp, 1).replace(b"%s", b"0" * 32))
    found = health(capsys, "--all")
    assert found.locks.tries >= 4
    assert found.unreadable == (b"%s" not in line)
    assert told(capsys).isascii()


def test_what_can_steer_a_terminal(mill: Mill, capsys: Out) -> None:
    """A hostile name is spelled out."""
    mill.ask(mill.agent("one"), mill.file("\x1b[31mred"))
    mill.ask(mill.agent("two"), mill.file("\x1b[31mred"))
    assert "\x1b" not in told(capsys)


def test_a_log_that_can_not_be_read(site: Site, capsys: Out) -> None:
    """A folder in the log's place is a sentence and exit code 1."""
    site.log.parent.mkdir(parents=True)
    site.log.mkdir()
    assert interlock("status", "--health") == 1
    assert "is not a regular file" in capsys.readouterr().err


Counted = dict[str, Any]


def oracle(records: list[Record]) -> Counted:
    """The figures by another way: every waiting is followed to its end, one at a time, over the plain lines."""
    grants = [r for r in records if r["event"] == "granted"]
    queued = [r for r in records if r["event"] == "queued"]

    def kind(r: Record) -> str:
        names = [str(n) for n in r.get("paths", [r.get("path")])]  # type: ignore[attr-defined]
        return "run" if any("@/" in n and n.startswith("mutex:") for n in names) else "file"

    def served(q: Record) -> Record | None:
        """The first grant to the same owner of any of it, later, before the place was given up."""
        for r in records[records.index(q) + 1 :]:
            if r["event"] in ("place_lapsed", "yielded") and r.get("ticket") == q["ticket"]:
                return None
            if r["event"] == "granted" and r["owner"] == q["owner"] and r["path"] in q["paths"]:  # type: ignore[operator]
                return r
        return None

    def seconds(one: Record, two: Record) -> float:
        return (datetime.fromisoformat(str(two["at"])) - datetime.fromisoformat(str(one["at"]))).total_seconds()

    found: Counted = {}
    for name in ("file", "run"):
        mine = [q for q in queued if kind(q) == name]
        in_vain = [q for q in mine if served(q) is None]
        found[name] = (len([g for g in grants if kind(g) == name]) + len(in_vain), len(mine))
    waited = [seconds(q, end) for q in queued if kind(q) == "run" and (end := served(q)) is not None]
    found["seconds"], found["longest"] = round(sum(waited), 1), round(max(waited, default=0.0), 1)
    found["agents"] = len({r["owner"] for r in records if r["event"] == "decision"})
    found["entries"] = len(records)
    return found


@contextmanager
def scratch(factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield factory.mktemp("mill")


ACTS = ["ask", "ask", "run", "run", "go", "lapse"]
STEP = st.tuples(st.sampled_from("abc"), st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 900))


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, min_size=12, max_size=40))
def test_against_another_count(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int, int]]
) -> None:
    """Whatever agents do, the figures are those that a plain second look at the lines gives."""
    with scratch(tmp_path_factory) as folder:
        top = folder / "repo"
        (top / ".git").mkdir(parents=True)
        mill = Mill(folder / "state", top, time.time() - DAY / 2)
        for who, what, which, seconds in steps:
            owner = mill.agent(who)
            if what == "ask":
                mill.ask(owner, mill.file(f"f{which}"), mill.file(f"f{which // 2}"))
            elif what == "run":
                mill.ask(owner, run_mutex("tests", mill.top), purpose=f"{who} x")
            elif what == "go":
                mill.go(owner)
            else:
                mill.wall += 1500
            mill.wall += seconds / 100
        found = examine(mill.root, Machine(str(top)), max(mill.wall, time.time()))
        log = folder / "state" / "audit.jsonl"
        records = [json.loads(line) for line in log.read_bytes().splitlines()] if log.exists() else []
        counted = oracle(records)
        assert (found.locks.tries, found.locks.waits) == counted["file"]
        assert (found.mutex.tries, found.mutex.waits) == counted["run"]
        assert (found.mutex.seconds, found.mutex.longest) == (counted["seconds"], counted["longest"])
        assert (found.agents, found.entries) == (counted["agents"], counted["entries"])


def test_a_real_run(site: Site, capsys: Out) -> None:
    """What `interlock run` and an agent's write beside it leave in the log is counted: a run, its mutex, the
    contamination."""
    subprocess.run(["git", "init", "-q", "."], check=True)
    script = "touch begun; n=0; until [ -e go ] || [ $((n += 1)) -gt 1200 ]; do sleep .05; done"
    running = subprocess.Popen([sys.executable, "-m", "interlock", "run", "--", "sh", "-c", script])
    end = time.monotonic() + 20
    while not (site.repo / "begun").exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert site.write("half.py", "alpha") == ""
    (site.repo / "go").touch()
    running.wait(20)
    found = health(capsys)
    assert (found.runs.ended, found.mutex.tries, found.mutex.waits) == (1, 1, 0)
    assert found.runs.contaminated == 1
    assert tripped(found) == ["shared_state"]
