"""Single flight: what passed on the same tree is given again, and nothing else."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.runs.watching import PASSED, Ground

import interlock
from interlock.runs.evidence import Evidence, read
from interlock.runs.watched import Reused
from interlock.shapes.record import check


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    ground = Ground(tmp_path)
    ground.config("wait = 0\nreuse = true\n")
    return ground


def again(ground: Ground, **fields: Any) -> Reused | None:
    """What a second run is given instead."""
    return ground.watched("beta", **fields).before()


def test_the_same_run_is_given_again(ground: Ground) -> None:
    """Output, exit code, and from whom: evidence for the one who asked, on that tree."""
    first, _ = ground.watch(owner="alpha")
    given = again(ground)
    assert isinstance(first, Evidence) and given is not None
    assert (given.output.read_text(), given.exit_code) == (PASSED, 0)
    assert given.sentence == (
        "Interlock: reused, not run again: `pytest -q` passed 0 s ago, run by session alpha, on the same tree "
        "(0 s, 3 tests). Its output is above."
    )
    found = ground.evidence()[-1]
    assert found.owner.endswith("|beta|main") and found.result == "passed"
    assert found.reused_of == first.run and found.reused_from == first.owner
    assert (found.tree_before, found.tree_after, found.head) == (first.tree_after, first.tree_after, first.head)
    assert (found.ran, found.exit_code, found.log) == (3, 0, first.log)
    check((ground.root / "audit.jsonl").read_bytes().splitlines()[-1])


def test_it_is_off_by_default(ground: Ground) -> None:
    """Without the config every run runs."""
    ground.config("wait = 0\n")
    ground.watch()
    assert again(ground) is None


def test_a_cd_and_merged_output_are_no_other_run(ground: Ground) -> None:
    """How agents spell it: with a cd before it, standard error merged, the hook's mark behind."""
    ground.watch()
    for command in (
        f"cd {ground.repo} && pytest -q",
        "pytest -q 2>&1",
        "pytest -q\n# interlock:toolu_1",
        " pytest  -q ",
    ):
        assert again(ground, command=command) is not None, command


@pytest.mark.parametrize(
    "fields",
    [
        {"command": "pytest -q > out.txt"},
        {"command": "pytest -q | tee out"},
        {"command": "rm x; pytest -q"},
        {"command": "cd $(touch x) && pytest -q"},
        {"command": "X=1 pytest -q"},
        {"command": "pytest -q '"},
        {"words": ("pytest", "-q", "-x"), "command": "pytest -q -x"},
        {"cwd": "/"},
        {"doubt": "it stands in a pipe"},
        {"shared": True},
        {"environ": {"VIRTUAL_ENV": "/other"}},
        {"environ": {"NODE_ENV": "production"}},
        {"environ": {"PYTEST_PLUGINS": "evil"}},
    ],
)
def test_another_run_is_run(ground: Ground, fields: dict[str, Any]) -> None:
    """Other words, another folder, another environment, or more in the command than the run."""
    ground.watch()
    assert again(ground) is not None
    assert again(ground, **fields) is None


def test_another_tree_is_run(ground: Ground) -> None:
    """A change of any file that counts; undone, the outcome is good again."""
    ground.watch()
    (ground.repo / "src/a.py").write_text("other")
    assert again(ground) is None
    (ground.repo / "src/a.py").write_text("src/a.py")
    assert again(ground) is not None
    (ground.repo / "x.log").write_text("ignored")
    assert again(ground) is not None


def test_another_program_is_run(ground: Ground) -> None:
    """The program itself, or what is installed beside it, was changed."""
    packages = ground.repo / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    ground.watch()
    assert again(ground) is not None
    (packages / "new").mkdir()
    assert again(ground) is None
    ground.watch(owner="gamma")
    (ground.bin / "pytest").write_text("#!/bin/sh\nexit 0\n")
    assert again(ground) is None


@pytest.mark.parametrize(
    "first", [{"code": 1}, {"partial": "-k"}, {"doubt": "a pipe"}, {"signal": 9}, {"out": ""}]
)
def test_what_did_not_pass_is_run(ground: Ground, first: dict[str, Any]) -> None:
    """Only what counts as passed is given again."""
    ground.watch(**first)
    assert again(ground) is None


def test_what_was_not_one_tree_is_run(ground: Ground) -> None:
    """A run whose tree changed while it ran, if only by its own doing, is not given again."""
    found, _ = ground.watch(lambda: (ground.repo / ".coverage").write_text("x"))
    assert isinstance(found, Evidence) and found.result == "passed"
    assert again(ground) is None


def test_after_an_hour_it_is_run(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour, by the wall's clock; what comes from the future does not count either."""
    ground.watch()
    for ahead, given in ((3500, True), (3700, False), (-60, False)):
        watched = ground.watched("beta")
        wall = time.time() + ahead
        monkeypatch.setattr(watched.desk.store, "wall", lambda wall=wall: wall)
        assert (watched.before() is not None) == given, ahead


def test_a_reused_outcome_is_not_passed_on(ground: Ground) -> None:
    """The hour counts from the run itself."""
    first, _ = ground.watch()
    assert again(ground) is not None
    assert again(ground) is not None
    assert isinstance(first, Evidence)
    assert {one.reused_of for one in ground.evidence()[1:]} == {first.run}


def test_output_that_is_gone_is_run(ground: Ground) -> None:
    """Without the recorded output there is nothing to give."""
    first, _ = ground.watch()
    assert isinstance(first, Evidence)
    Path(first.log).unlink()
    assert again(ground) is None


def test_an_edited_log_is_not_reused(ground: Ground) -> None:
    """A log that was tampered with makes nobody skip a run."""
    ground.watch(code=1)
    log = ground.root / "audit.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"result":"failed"', b'"result":"passed"'))
    assert again(ground) is None


def test_four_agents_cost_one_run(ground: Ground) -> None:
    """Four agents type `interlock run` for one suite at once: it runs once, in the mutex's turn, and all four have
    its output and the evidence."""
    suite = ground.bin / "pytest"
    suite.write_text(f"#!/bin/sh\necho run >> {ground.base}/count\nsleep 0.5\necho '=== 7 passed in 0.50s ==='\n")
    lib = Path(interlock.__file__).parents[1]
    agents = [
        subprocess.Popen(
            ["sh", "-c", '"$@"; exit', "sh", sys.executable, "-m", "interlock", "run", "pytest", "-q"],
            cwd=ground.repo,
            env={**ground.environ, "PYTHONPATH": str(lib), "CLAUDE_CODE_SESSION_ID": f"s{number}"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]  # fmt: skip
    said = [agent.communicate(timeout=50) for agent in agents]
    assert [out for out, _ in said] == [b"=== 7 passed in 0.50s ===\n"] * 4, said
    assert sum(b"reused, not run again" in errors for _, errors in said) == 3
    assert (ground.base / "count").read_text() == "run\n"
    found = read(str(ground.root), str(ground.repo))
    assert sorted(one.owner.split("|")[1] for one in found) == ["s0", "s1", "s2", "s3"]
    assert [(one.result, one.ran) for one in found] == [("passed", 7)] * 4
    assert len({one.tree_after for one in found}) == 1 and len([one for one in found if one.reused_of]) == 3
