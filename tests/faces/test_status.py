"""`interlock status`: who is at work, what they hold, who waits, what happened, and guard coverage."""

import fcntl
import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from tests.faces.site import Site, interlock

from interlock.doors import clock, process
from interlock.faces.coverage import coverage
from interlock.faces.status import covered
from interlock.guard.scene import Evidence
from interlock.leases.acquire import acquire
from interlock.leases.arrive import arrive
from interlock.leases.terms import Terms
from interlock.log import patience as bound
from interlock.shapes.status import Coverage, Status
from interlock.words.faults import Deadline
from interlock.words.owner import Liveness, Owner
from interlock.words.resource import FILE, TREE, Resource

Out = pytest.CaptureFixture[str]


def shown(capsys: Out, *words: str) -> str:
    capsys.readouterr()
    assert interlock("status", *words) == 0
    return capsys.readouterr().out


def data(capsys: Out, *words: str) -> Status:
    return Status.model_validate_json(shown(capsys, "--json", *words))


def holder(site: Site, session: str, resource: Resource, life: Liveness | None = None, ahead: float = 0.0) -> None:
    """An owner of this repository that took the resource."""
    owner = Owner(os.uname().nodename, session)
    with site.store(ahead).transaction() as tx:
        named = {"project": str(site.repo), "repo": str(site.repo / ".git")}
        arrive(tx, owner, 900.0, life or Liveness(), **named)
        acquire(tx, Evidence(clock.boot_id()), owner, [resource], Terms(), "tidy up", until=tx.now + 900)


def test_owners_and_what_they_hold(site: Site, capsys: Out) -> None:
    """Each owner stands with its name, when it came and was last heard of, and its files by name with purpose,
    since and until."""
    site.write("src/a.py", agent_id="agent-1234567", agent_type="coder")
    site.hook("SessionStart", "beta")
    assert interlock("lock", "try", "doc/", "mutex:tests", "--purpose", "manual work") == 0
    said = shown(capsys)
    lines = said.splitlines()
    assert lines[0].startswith(f"Interlock in {site.repo}, ") and ":" in lines[0][-5:]
    at = next(i for i, line in enumerate(lines) if line.startswith("subagent coder agent-12 of session alpha"))
    assert "· liveness unknown · since " in lines[at] and " s ago) · last hook " in lines[at]
    assert lines[at + 1].startswith("  src/a.py since ") and ", until " in lines[at + 1]
    at = next(i for i, line in enumerate(lines) if line.startswith("session beta"))
    assert lines[at + 1] == "  holds nothing"
    at = next(i for i, line in enumerate(lines) if "(a person at a terminal) · since" in line)
    assert lines[at + 1].startswith('  doc/ for "manual work" since ')
    assert lines[at + 2].startswith('  mutex:tests for "manual work" since ')


def test_times_are_right(site: Site, capsys: Out) -> None:
    """In JSON since, until and last hook are seconds since 1970: until is 15 minutes after the last hook."""
    before = time.time()
    site.write("src/a.py")
    found = data(capsys)
    (alpha,) = found.owners
    (lease,) = alpha.holds
    assert before - 0.1 <= alpha.since <= lease.since <= alpha.last_hook <= found.at <= time.time() + 0.1
    assert abs(lease.until - alpha.last_hook - 900) < 0.01
    assert (lease.path, lease.kind, lease.standing) == (f"{site.repo}/src/a.py", "file", "live")
    assert (alpha.name, alpha.person, alpha.state, alpha.project) == (
        "session alpha",
        False,
        "unknown",
        str(site.repo),
    )


def test_json_is_what_the_lock_command_says(site: Site, capsys: Out) -> None:
    """A lease has the same keys and values here as in `interlock lock holder --json`."""
    site.write("src/a.py")
    capsys.readouterr()
    assert interlock("lock", "holder", "src/a.py", "--json") == 0
    (there,) = json.loads(capsys.readouterr().out)["leases"]
    here = data(capsys).owners[0].holds[0].model_dump()
    assert here.pop("standing") == "live"
    for name in ("since", "until"):
        assert abs(here.pop(name) - there.pop(name)) < 0.05
    assert here == there


def test_alive_dead_unknown(site: Site, capsys: Out) -> None:
    """A client that runs is alive with its process, one that ended is gone and its files are free, one that
    can't be seen is unknown."""
    child = subprocess.Popen(["sleep", "60"])
    seen = process.stat(child.pid)
    mine = process.stat(os.getpid())
    assert seen is not None and mine is not None
    child.kill()
    child.wait()
    boot, space = clock.boot_id(), process.namespace()
    holder(site, "dead", Resource(FILE, f"{site.repo}/d"), Liveness(child.pid, seen[2], boot, space))
    holder(site, "live", Resource(FILE, f"{site.repo}/l"), Liveness(os.getpid(), mine[2], boot, space))
    holder(site, "else", Resource(FILE, f"{site.repo}/e"), Liveness(child.pid, seen[2], boot, "pid:[1]"))
    assert [o.state for o in data(capsys).owners] == ["dead", "alive", "unknown"]
    said = shown(capsys)
    assert f"session live · alive, process {os.getpid()} ·" in said
    assert "session dead · gone: its locks are free to who asks next ·" in said
    assert "session else · liveness unknown ·" in said
    free = next(line for line in said.splitlines() if line.startswith("  d "))
    assert free.endswith("(its owner is gone; free to who asks next)")


def test_leases_that_ran_out(site: Site, capsys: Out) -> None:
    """A lease whose time is over says so, and from when it is free."""
    holder(site, "late", Resource(FILE, f"{site.repo}/late"), ahead=-905)
    holder(site, "over", Resource(FILE, f"{site.repo}/over"), ahead=-2000)
    standings = {o.id.split("|")[1]: o.holds[0].standing for o in data(capsys).owners}
    assert standings == {"late": "grace", "over": "lapsed"}
    said = shown(capsys)
    assert '  late for "tidy up" since' in said and "(over; granted to the next after a short delay)" in said
    assert "(over; free to who asks next)" in said


def test_queue(site: Site, capsys: Out) -> None:
    """Who waits stands in the queue with its place, for what, how long, and behind whom."""
    site.write("src/a.py")
    site.write("src/a.py", "beta")
    site.write("src/a.py", "gamma")
    found = data(capsys)
    assert [(w.place, w.owner.split("|")[1], [b.split("|")[1] for b in w.behind]) for w in found.queue] == [
        (1, "beta", ["alpha"]),
        (2, "gamma", ["alpha", "beta"]),
    ]
    assert all(w.paths == [f"{site.repo}/src/a.py"] and 25 < w.until - found.at <= 30 for w in found.queue)
    said = shown(capsys)
    queue = said[said.index("Queue\n") :].splitlines()
    assert (
        queue[1].startswith("  1. session beta waits for ")
        and " s for src/a.py, behind session alpha; place" in queue[1]
    )
    assert queue[2].startswith("  2. session gamma") and ", behind session alpha and session beta; " in queue[2]
    site.hook("Stop")
    assert "for src/a.py, free to take now; place kept until" in shown(capsys)


def test_lapsed_places_are_left_out(site: Site, capsys: Out) -> None:
    """A place whose time is over is not in the queue any more, though nobody swept it."""
    site.write("src/a.py")
    owner = Owner("host", "sleeper")
    with site.store(ahead=-60.0).transaction() as tx:
        wanted = [Resource(FILE, f"{site.repo}/src/a.py")]
        arrive(tx, owner, 900.0, Liveness())
        acquire(tx, Evidence(clock.boot_id()), owner, wanted, Terms(), "", queue=True)
    assert data(capsys).queue == [] and "Queue" not in shown(capsys)


def test_told_to_give_way(site: Site, capsys: Out) -> None:
    """Who was told to give way, as waiting would never end, is marked."""
    one, two = Resource(FILE, f"{site.repo}/one"), Resource(FILE, f"{site.repo}/two")
    holder(site, "old", one)
    holder(site, "young", two)
    world = Evidence(clock.boot_id())
    for session, wanted in (("young", one), ("old", two)):
        with site.store().transaction() as tx:
            acquire(tx, world, Owner(os.uname().nodename, session), [wanted], Terms(), "", queue=True)
    assert [w.yielding for w in data(capsys).queue] == [True, False]
    assert "(told to give way: waiting would never end)" in shown(capsys)


def test_last_events(site: Site, capsys: Out) -> None:
    """The last events stand as `interlock log` shows them, as many as asked for, over a rotation too."""
    site.write("src/a.py")
    site.rotate()
    site.write("src/b.py")
    capsys.readouterr()
    interlock("log", "-n", "5")
    five = capsys.readouterr().out
    assert f"\nLast events\n{five}\nGuard coverage" in shown(capsys)
    assert len(data(capsys, "-n", "2").events) == 2
    assert "Last events" not in shown(capsys, "-n", "0")
    with pytest.raises(SystemExit) as ended:
        interlock("status", "-n", "many")
    assert ended.value.code == 2


def test_coverage(site: Site, capsys: Out) -> None:
    """Coverage counts the calls of guarded tools in this repository that asked the guard; where it is not whole a
    sentence says what to do."""
    site.write("src/a.py")
    site.shell("true")
    assert "\nGuard coverage: 100 % (2 of 2 calls in the last 24 h asked the guard first).\n" in shown(capsys)
    site.unguarded("src/b.py")
    site.unguarded("src/c.py")
    found = data(capsys).coverage
    assert (found.calls, found.unguarded, found.percent) == (4, 2, 50.0) and found.last_unguarded
    said = shown(capsys).splitlines()[-1]
    assert said.startswith("Guard coverage: 50 % (2 of 4 calls in the last 24 h asked the guard first). The last ")
    assert said.endswith(
        "run `interlock doctor`, and restart the sessions that began before the hooks were installed."
    )
    assert coverage(str(site.root)) == (4, 2)


def test_coverage_is_of_the_last_day(site: Site, capsys: Out) -> None:
    """Calls of more than a day ago don't count."""
    site.unguarded("src/b.py")
    old = site.log.read_bytes()
    year = time.strftime("%Y").encode()
    site.log.write_bytes(old.replace(b'"at":"' + year, b'"at":"2001'))
    assert coverage(str(site.root)) == (0, 0)
    assert data(capsys).coverage.percent is None
    assert "Guard coverage: no call of a guarded tool in the last 24 h." in shown(capsys)


def test_coverage_is_never_rounded_up() -> None:
    """One call in many thousands still shows."""
    from interlock.faces.coverage import Count

    count = Count(0.0)
    count.calls, count.unguarded = 100_000, 1
    assert count.total().percent == 99.9
    whole = Coverage(hours=24, calls=3, unguarded=0, percent=100.0, last_unguarded="")
    assert covered(whole).startswith("Guard coverage: 100 %")
    assert coverage("/nonexistent") == (0, 0)


def test_scope(site: Site, capsys: Out, tmp_path: Path) -> None:
    """Here is this repository: its sessions with all they hold, others' only with the files they hold here;
    --all is the whole machine, each owner with its folder."""
    other = site.checkout(tmp_path / "other")
    site.write("src/a.py")
    site.write(str(other / "src/x.py"))
    site.write("src/b.py", "beta", repo=other)
    site.write(str(site.repo / "src/c.py"), "gamma", repo=other)
    site.write("src/d.py", "gamma", repo=other)
    held = {o.id.split("|")[1]: [h.path for h in o.holds] for o in data(capsys).owners}
    assert held == {
        "alpha": [f"{other}/src/x.py", f"{site.repo}/src/a.py"],
        "gamma": [f"{site.repo}/src/c.py"],
    }
    everything = data(capsys, "--all")
    assert everything.repo is None and len(everything.owners) == 3
    assert sum(len(o.holds) for o in everything.owners) == 5
    said = shown(capsys, "--all")
    assert said.startswith("Interlock in all repositories of this machine, ")
    assert f" · in {other}\n  src/b.py since " in said


def test_from_another_worktree(site: Site, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any worktree one sees the owners of all of them."""
    tree = tmp_path / "tree"
    (site.repo / ".git/worktrees/tree").mkdir(parents=True)
    (site.repo / ".git/worktrees/tree/commondir").write_text("../..\n")
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {site.repo}/.git/worktrees/tree\n")
    site.write("src/a.py")
    monkeypatch.chdir(tree)
    assert [o.name for o in data(capsys).owners] == ["session alpha"]
    assert f"  {site.repo}/src/a.py since" in shown(capsys)


def test_nothing_yet(site: Site, capsys: Out) -> None:
    """Before Interlock was ever used a sentence says what to do; nothing is made on disk."""
    assert shown(capsys).startswith("Interlock has not been used on this machine yet. Run `interlock install` in")
    found = data(capsys)
    assert found.owners == [] and found.hint.startswith("Interlock has not been used")
    assert not site.root.exists()


def test_nobody_here(site: Site, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a repository where nobody works a sentence says so and what next."""
    site.write("src/a.py")
    monkeypatch.chdir(tmp_path)
    said = shown(capsys)
    assert (
        "Nobody is at work in this repository. If `interlock doctor` finds the hooks installed, the next" in said
    )
    assert data(capsys).hint.startswith("Nobody is at work")


@pytest.mark.parametrize("words", [[], ["--json"], ["--all"]])
def test_broken_state(site: Site, capsys: Out, words: list[str]) -> None:
    """A state that can't be read is a sentence that names the repair, on stderr, and exit 1."""
    site.write("src/a.py")
    (site.root / "leases.db").write_bytes(b"nonsense" * 1000)
    capsys.readouterr()
    assert interlock("status", *words) == 1
    streams = capsys.readouterr()
    assert streams.out == "" and streams.err.startswith("interlock: Interlock's state can't be read (")
    assert "Run `interlock doctor --repair`." in streams.err


def test_nothing_in_a_name_reaches_the_terminal(site: Site, capsys: Out) -> None:
    """Control characters in file names, purposes, sessions and types are spelled out."""
    evil = "\x1b[2J\x07\u202e\u2028\x9b"
    site.write(f"src/{evil}.py", f"s{evil}", agent_id=f"a{evil}", agent_type=f"t{evil}")
    site.write(f"src/{evil}.py", "beta")
    assert interlock("lock", "try", f"x{evil}", "--purpose", evil) == 0
    for words in ([], ["--all"]):
        said = shown(capsys, *words)
        assert said.replace("\n", "").isprintable() and '"\\x1b[2J\\x07\\u202e\\u2028\\x9b"' in said


def test_a_folder_is_shown_as_one(site: Site, capsys: Out) -> None:
    """A held folder ends in a slash; many paths of one wait stand on one line."""
    holder(site, "alpha", Resource(TREE, f"{site.repo}/src"))
    assert '  src/ for "tidy up" since' in shown(capsys)


def test_a_lock_that_is_never_freed(site: Site, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process keeps the store's lock the command ends with a sentence that names it."""
    site.write("src/a.py")
    monkeypatch.setattr(bound.patience.__wrapped__, "__defaults__", (0.2,))  # type: ignore[attr-defined]
    lock = site.root / "store.lock"
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(b"%-10d\n" % 4242)
        held.flush()
        for words in (["status"], ["log", "--verify"]):
            capsys.readouterr()
            assert interlock(*words) == 1
            assert capsys.readouterr().err == (
                "interlock: Interlock's store has been locked for 0.2 s by process 4242. "
                "If that process hangs, end it; its lock is then free at once.\n"
            )
    assert interlock("status") == 0


def test_patience_is_put_back() -> None:
    """After the block no alarm is left, and the handler of before stands."""
    import signal

    before = signal.getsignal(signal.SIGALRM)
    with bound.patience("/nowhere", 5.0):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0 and signal.getsignal(signal.SIGALRM) is before
    with pytest.raises(Deadline), bound.patience("/nowhere", 0.01):
        signal.pause()
