"""Reports that claim more than happened: each is bounced, with the reason."""

from __future__ import annotations

import time

import pytest

from .ground import Ground, owner, report


def test_honest_work_passes(ground: Ground) -> None:
    """A commit with the issue, evidence on its tree and a block that fits it: met."""
    ground.done()
    ground.run("mypy", ran=None)
    ground.run("ruff check", ran=None)
    assert ground.check(report(tsc="0 errors", guards=["lint: pass"]))[:2] == (True, [])


def test_a_pass_without_a_run(ground: Ground) -> None:
    """`unit: pass` where no test ever ran names the claim, and what to run."""
    ground.start()
    ground.commit()
    missing = ground.check(report(unit="pass")).missing
    assert any("`pytest -q` has not run" in line for line in missing)
    assert any(line.startswith("`unit: pass` is claimed, but no test run was seen") for line in missing)


def test_a_pass_on_another_tree(ground: Ground) -> None:
    """What passed before the last edit proves nothing of what was committed, and the file is named."""
    ground.start()
    ground.run()
    ground.edit("src/a.py", "a = 3\n")
    ground.commit()
    verdict = ground.check()
    assert not verdict.met
    assert "`pytest -q` passed on another tree than you committed: src/a.py differ" in verdict.missing[0]


def test_a_pass_on_what_is_not_committed(ground: Ground) -> None:
    """A file that lay there uncommitted while the tests ran is named."""
    ground.start()
    ground.commit()
    ground.write("src/helper.py", "x = 1\n")
    ground.run()
    assert "src/helper.py differ" in ground.check().missing[0]


def test_whose_uncommitted_file_it_was(ground: Ground) -> None:
    """Another agent's half-done work that lay there while the tests ran is named with its owner."""
    ground.start()
    ground.commit()
    ground.hook("SessionStart", "beta", source="startup")
    ground.edit("src/b.py", "half\n", by="beta")
    ground.run()
    assert "src/b.py (by session beta) differs" in ground.check().missing[0]


def test_a_tree_that_changed_while_it_ran(ground: Ground) -> None:
    """Evidence counts only if the tree was the committed one before the run as well as after it."""
    ground.start()
    before = ground.tree()
    ground.edit("src/a.py", "a = 4\n")
    ground.commit()
    ground.run(tree_before=before)
    assert not ground.check().met


def test_only_neutral_files_may_differ(ground: Ground) -> None:
    """Files that the config calls neutral may differ between the tested and the committed tree; others not."""
    ground.config('required = ["pytest -q"]\nneutral = ["*.md", "/docs/"]')
    ground.start()
    ground.commit()
    ground.write("NOTES.md", "later\n")
    ground.write("docs/x.txt", "later\n")
    ground.run()
    assert ground.check().met
    ground.write("src/docs.txt", "later\n")
    ground.commit("bd-12: more")
    ground.write("src/docs.txt", "other\n")
    ground.run()
    assert "src/docs.txt differ" in ground.check().missing[0]


@pytest.mark.parametrize("later", [False, True])
def test_an_edited_log_proves_nothing(ground: Ground, later: bool) -> None:
    """A log whose result somebody edited is not believed at all, be it the last line or not."""
    ground.start()
    ground.commit()
    ground.run(result="failed")
    if later:
        ground.shell("ls")
    log = ground.root / "audit.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"result":"failed"', b'"result":"passed"'))
    verdict = ground.check()
    assert not verdict.met
    assert verdict.missing[0].startswith("the audit log proves nothing any more")


@pytest.mark.parametrize("result", ["failed", "unknown", "partial", "contaminated"])
def test_only_passed_has_passed(ground: Ground, result: str) -> None:
    """Every other result is said as what it is."""
    ground.start()
    ground.commit()
    ground.run(result=result, why="because")
    verdict = ground.check()
    assert not verdict.met and "`pytest -q`" in verdict.missing[0]


def test_contamination_names_file_and_owner(ground: Ground) -> None:
    """A run that others wrote into is told with whose edit it was."""
    ground.start()
    ground.commit()
    ground.run(result="contaminated", others=[["src/b.py", owner("beta")]])
    assert "src/b.py was changed by session beta while it ran" in ground.check().missing[0]


def test_a_part_of_the_suite(ground: Ground) -> None:
    """`pytest -q -k x` is not `pytest -q`."""
    ground.start()
    ground.commit()
    ground.run("pytest -q -k x")
    assert "`pytest -q` ran as `pytest -q -k x`" in ground.check().missing[0]


def test_a_run_in_another_folder(ground: Ground) -> None:
    """The required command in a subfolder is another suite."""
    ground.start()
    ground.commit()
    ground.run(cwd=str(ground.repo / "src"))
    assert "run it at the checkout's top" in ground.check().missing[0]


@pytest.mark.parametrize(
    "spelled", [["uv", "run", "pytest", "-q"], ["python", "-m", "pytest", "-q"]], ids=" ".join
)
def test_wrappers_do_not_matter(ground: Ground, spelled: list[str]) -> None:
    """The required command run through a known wrapper counts."""
    ground.start()
    ground.commit()
    ground.run(spelled=spelled)
    assert ground.check().met


def test_the_full_rerun(ground: Ground) -> None:
    """`full_rerun`: what passed before the commit was made has to pass once more."""
    ground.config('required = ["pytest -q"]\nfull_rerun = true')
    ground.start()
    ground.edit("src/a.py", "a = 5\n")
    ground.run()
    ground.commit()
    assert "run it once more, whole" in ground.check().missing[0]
    time.sleep(1.1)  # git tells whole seconds
    ground.run()
    assert ground.check().met


def test_the_clean_tree(ground: Ground) -> None:
    """`clean_tree`: the owner's own files must be committed; others' need not."""
    ground.config("clean_tree = true")
    ground.start()
    ground.commit()
    ground.run()
    ground.edit("src/a.py", "a = 6\n")
    ground.write("src/theirs.py", "b = 1\n")
    assert "not committed: src/a.py, which you changed" in ground.check(report(unit="n/a")).missing


@pytest.mark.parametrize(
    "name", ["interlock.toml", "settings.json", "settings.local.json", "agents/a.md", "worktrees/x/a.py"]
)
def test_the_clients_files_are_beside_the_work(ground: Ground, name: str) -> None:
    """What Interlock and the client keep in `.claude/` need not be committed; it is in no run's way."""
    ground.done()
    ground.write(f".claude/{name}", "# edited\n[gate]\nrequired = ['pytest -q']\n")
    ground.run()
    ground.write("src/a.py", "a = 3\n")
    ground.commit("bd-12: more")
    ground.write(f".claude/{name}", "# again\n[gate]\nrequired = ['pytest -q']\n")
    ground.run()
    assert ground.check().missing == []


def test_nothing_is_said_twice(ground: Ground) -> None:
    """What a required command lacks is said once, though a claim rests on it, too."""
    ground.start()
    ground.commit()
    ground.write("src/b.py", "b = 1\n")
    ground.run()
    missing = ground.check().missing
    assert len(missing) == 2 and missing[1] == "`unit: pass` is claimed, but see above: `pytest -q`"
