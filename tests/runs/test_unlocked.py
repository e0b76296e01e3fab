"""A run that needs no mutex: a linter on files that it names."""

from .ground import ALPHA, GO, Ground


def test_it_runs_at_once_and_is_recorded(ground: Ground) -> None:
    """While somebody else holds the mutex its command runs, ends as it ends, and leaves a record."""
    first = ground.start(f"touch ready; {GO}")
    ground.leave("toolu_lint", "echo looked; exit 3", ALPHA, ())
    done = ground.run("echo looked; exit 3", "toolu_lint")
    assert (done.returncode, done.stdout) == (3, b"looked\n")
    assert first.poll() is None, "the other still runs"
    (ended,) = ground.records("run_ended")
    assert (ended["exit_code"], ended["run"]) == (3, "toolu_lint.0")
    (ground.repo / "go").touch()
    assert first.wait(10) == 0
