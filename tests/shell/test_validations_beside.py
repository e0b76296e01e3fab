"""What stands beside a run in the same command may change the files under it, and put them back."""

import pytest

from .validating import run, runs

SYSTEM = {"PATH": "/usr/bin:/bin"}
BESIDE = [
    ("git stash -q && pytest -q && git stash pop -q", "git stash"),
    ("git checkout HEAD~1 && pytest -q; exit $?", "git checkout"),
    ("git checkout -q HEAD~1 -- src && pytest -q && git checkout -q HEAD -- src", "git checkout"),
    ("git reset --hard HEAD~3 && pytest", "git reset"),
    ("git -C . restore a.py && pytest", "git restore"),
    ("mv tests t2 && pytest -q && mv t2 tests", "mv"),
    ("rm -rf tests && pytest -q", "rm -r"),
    ("cp easy.py tests/test_a.py && pytest", "cp"),
    ("sed -i s/assert/pass/ tests/test_a.py && pytest", "sed -i"),
    ("echo pass > tests/test_a.py && pytest -q", "> test_a.py"),
    ("cat > conftest.py <<'E'\nimport sys\nE\npytest -q", "> conftest.py"),
    ("echo x 2>> a.py; pytest", ">> a.py"),
    ("echo x | tee conftest.py; pytest", "tee"),
    ("echo > /repo/x.log.py; pytest", "> x.log.py"),
    ("python3 swap.py & sleep .3; pytest -q", "python3 swap.py"),
    ("python3 swap.py & pytest -q && kill $!", "python3 swap.py"),
    ("{ sleep 1; ./swap; } & pytest -q", "./swap"),
    ("./prepare.sh && pytest", "./prepare.sh"),
    ("npm run dev & sleep 3; npx playwright test", "npm run dev"),
    ("docker compose up -d && pytest", "docker-compose up"),
    ("unknown-tool; pytest", "unknown-tool"),
    ("bash prepare.sh && pytest", "bash prepare.sh"),
    ("coproc python3 swap.py; pytest -q", "python3 swap.py"),
    ("python3 swap.py | pytest -q", "python3 swap.py"),
    ("set -o pipefail; pytest -q | python3 swap.py", "python3 swap.py"),
    ("pytest -q | python3 swap.py; exit ${PIPESTATUS[0]}", "python3 swap.py"),
    ("set -o pipefail; pytest -q | cat | sed -i s/a/b/ a.py", "sed -i"),
    ("pytest -q > >(python3 swap.py)", "python3 swap.py"),
    ("FOO=$(python3 swap.py) pytest -q", "python3 swap.py"),
    ("timeout 60 bash -c 'mv tests t2; pytest'", "mv"),
    ("./pytest; mypy .", "./pytest"),
    ("rm -rf .pytest_cache tests && pytest", "rm -r"),
    ("rm -rf src/build && pytest", "rm -r"),
]
ALONE = [
    "cd src && pytest -q",
    "uv sync && uv run pytest -q",
    "pip install -e . && pytest",
    "pip install -q -r requirements.txt > /dev/null && pytest",
    "npm ci && npm test",
    "npm ci > npm.txt 2>&1 && npm test",
    "ruff check . && mypy && pytest -q",
    "ruff format . && pytest -q",
    "ruff check --fix . > lint.txt && pytest > test.txt",
    "mkdir -p out && pytest -q > out/log 2>&1",
    "pytest > log 2>&1",
    "pytest > tests/out.txt 2> tests/err.txt",
    "pytest > $OUT",
    "{ pytest -q; } >> notes.md",
    "echo start > run.log; pytest >> run.log",
    "echo x > /tmp/note && pytest",
    "rm -rf .pytest_cache && pytest -q",
    "rm -rf build dist src/__pycache__ && make test",
    "rm -f .coverage && coverage run -m pytest",
    "pytest -q | tee report.txt; exit ${PIPESTATUS[0]}",
    "set -o pipefail; pytest -q 2>&1 | tee report.txt | tail -3",
    "git status && git diff --stat && pytest",
    "git fetch -q; pytest",
    "git add a.py && pytest",
    "git add -A && git commit -qm x && pytest -q",
    "pytest -q && git commit -qam done && git push",
    "pytest -q && python3 report.py",
    "ls; cat a.py; grep -n x a.py; sleep 1; date; which pytest; pytest",
    "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/pytest",
    "python3 -c 'print(1)' && pytest",
    "python --version && node -v && pytest",
    "source .venv/bin/activate && pytest",
    ". ~/.cargo/env && cargo test",
    "make build && make test",
    "yarn && yarn test",
    "sleep 1 & pytest -q",
    "export FOO=$(cat a.py) && pytest",
    "interlock lock try a.py && pytest",
    "find . -name '*.py' | wc -l; pytest",
]


@pytest.mark.parametrize(("command", "what"), BESIDE)
def test_what_may_change_the_files_is_a_doubt(command: str, what: str) -> None:
    """Files written, git's operations on the tree, programs that nobody read: before it, or at the same time."""
    doubts = [found.doubt for found in runs(command, SYSTEM)]
    assert doubts[-1] == f"`{what}` stands beside it"


@pytest.mark.parametrize("command", ALONE)
def test_what_people_run_before_tests_is_none(command: str) -> None:
    """Installs, other checks, looking around, a log: the everyday forms count."""
    found = runs(command, SYSTEM)
    assert found and [one.doubt for one in found] == [""] * len(found)


def test_a_checkout_in_tmp_is_no_place_for_passing_things() -> None:
    """Where the command itself runs in /tmp, what is written there may be the checkout's."""
    assert run("echo x > /tmp/repo/conftest.py; pytest").doubt == ""
    assert runs("echo x > /tmp/repo/conftest.py; pytest", cwd="/tmp/repo")[0].doubt


def test_a_run_that_was_over_before_is_proven() -> None:
    """What comes after a run can't have changed what it saw."""
    first, last = runs("mypy . && python3 x.py && pytest", SYSTEM)
    assert (first.doubt, last.doubt) == ("", "`python3 x.py` stands beside it")


def test_a_pipe_doubts_its_own_runs_alone() -> None:
    """A run that was over before the pipe began was alone."""
    first, last = runs("set -o pipefail; mypy . && pytest | python3 x.py", SYSTEM)
    assert (first.doubt, last.doubt) == ("", "`python3 x.py` stands beside it")


def test_a_long_name_is_cut() -> None:
    """The doubt stays fit for a sentence."""
    doubt = run(f"./{'x' * 300}; pytest").doubt
    assert len(doubt) <= 60 and doubt.endswith("…` stands beside it")
