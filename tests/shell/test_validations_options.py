"""Options of what stands before a run: only those that surely hand on the run and its status are no doubt."""

import pytest

from .validating import run, runs

ODD = [
    ("env --help mypy .", "env --help"),
    ("env - mypy .", "env -"),
    ("env -i mypy .", "env -i"),
    ("env -S '--version mypy .'", "env --version"),
    ("/usr/bin/env --help mypy .", "env --help"),
    ("nice --help mypy", "nice --help"),
    ("nice --version mypy", "nice --version"),
    ("nohup --help mypy", "nohup --help"),
    ("nohup --version mypy", "nohup --version"),
    ("stdbuf --help mypy", "stdbuf --help"),
    ("stdbuf -oL --version mypy", "stdbuf --version"),
    ("prlimit --help mypy", "prlimit --help"),
    ("prlimit -V mypy", "prlimit -V"),
    ("xvfb-run --help mypy", "xvfb-run --help"),
    ("xvfb-run -ah mypy", "xvfb-run -h"),
    ("chrt --help 5 mypy", "chrt --help"),
    ("chrt -m 5 mypy", "chrt -m"),
    ("taskset --version 1 mypy", "taskset --version"),
    ("timeout --help 5 mypy", "timeout --help"),
    ("timeout --preserve-status 5 mypy", "timeout --preserve-status"),
    ("gtimeout --version 5 mypy", "gtimeout --version"),
    ("systemd-inhibit --list mypy", "systemd-inhibit --list"),
    ("strace -V mypy", "strace -V"),
    ("strace -e inject=all:retval=0 mypy", "strace -e"),
    ("flock -E 0 -n LOCK pytest", "flock -E"),
    ("flock --help LOCK pytest", "flock --help"),
    ("sudo -b pytest", "sudo -b"),
    ("sudo --list pytest", "sudo --list"),
    ("npx --version tsc", "npx --version"),
    ("npx -w other jest", "npx -w"),
    ("uv run --help mypy .", "uv --help"),
    ("uv --version run mypy .", "uv --version"),
    ("uv run --no-project mypy .", "uv --no-project"),
    ("poetry run --help pytest", "poetry --help"),
    ("poetry -P other run pytest", "poetry -P"),
    ("pipx run --help mypy", "pipx --help"),
    ("pnpm -r exec jest", "pnpm -r"),
    ("conda run --help pytest", "conda --help"),
    ("coverage run --help -m pytest", "coverage --help"),
    ("python -m coverage run --version -m pytest", "coverage --version"),
    ("c8 --help mocha", "c8 --help"),
    ("python --help -m pytest", "python --help"),
    ("python -O -m pytest", "python -O"),
    ("bash -D -c pytest", "bash -D"),
    ("bash --dump-strings -c pytest", "bash --dump-strings"),
    ("bash -O extdebug -c pytest", "bash -O"),
    ("bash -o noexec -c pytest", "bash -o"),
]
PLAIN = [
    "env -u PYTEST_ADDOPTS FOO=1 pytest",
    "env -S 'pytest -q'",
    "timeout -k 5 -s KILL 60 pytest",
    "timeout --foreground --kill-after=5 60 pytest",
    "nice -n -5 pytest",
    "nice -10 pytest",
    "ionice -c2 -n7 pytest",
    "stdbuf -oL -e 0 pytest",
    "taskset -c 0 pytest",
    "chrt -i 0 pytest",
    "xvfb-run -a -s '-screen 0 800x600x24' pytest",
    "prlimit --nofile=4096 pytest",
    "strace -f -o trace.log pytest",
    "caffeinate -i pytest",
    "flock -w 5 LOCK pytest",
    "flock -n LOCK pytest",
    "sudo -n -u ci pytest",
    "npx --yes jest",
    "npx --no-install -- tsc",
    "uv run --frozen --all-extras --group dev pytest -q",
    "uv run --python 3.12 pytest",
    "uv run --package api pytest",
    "uv run -q -- pytest -q",
    "poetry -C src run -q pytest",
    "conda run --no-capture-output -n dev pytest",
    "mise exec -- pytest",
    "python -Werror -B -m pytest",
    "python3 -X dev -m pytest",
    "coverage run --branch --source=src -m pytest",
    "coverage run -p --rcfile x -m pytest -q",
    "bash --norc -o pipefail -euc pytest",
]


@pytest.mark.parametrize(("command", "option"), ODD)
def test_an_option_that_may_keep_it_from_running_is_a_doubt(command: str, option: str) -> None:
    """A wrapper that prints a help text, or asks for something else, ends with 0 and has run nothing."""
    found = runs(command, {"PATH": "/usr/bin:/bin"})
    assert [one.doubt for one in found] == [f"`{option}` stands before it"]


@pytest.mark.parametrize("command", PLAIN)
def test_an_everyday_option_is_none(command: str) -> None:
    """What changes priorities, buffers and waiting hands on the run's own status."""
    assert run(command, {"PATH": "/usr/bin:/bin"}).doubt == ""
