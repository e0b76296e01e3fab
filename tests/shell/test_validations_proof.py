"""What status 0 of a whole command proves of the validation commands in it."""

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from interlock.shell.validations import may_validate
from interlock.shell.validations.alone import alone
from interlock.words.faults import Unreadable

from .validating import run, runs

PROVEN = [
    "pytest -q",
    "cd src && pytest -q",
    "cd src; pytest -q",
    "cd src || exit 1; pytest -q",
    "cd src || exit; pytest -q",
    "FOO=1 pytest -q",
    "env FOO=1 pytest -q",
    "export FOO=1; pytest -q",
    "export FOO=1 && pytest -q",
    "pytest -q > out.txt 2>&1",
    "pytest -q 2>&1 > /tmp/out.txt",
    "pytest -q < /dev/null",
    "time pytest -q",
    "timeout 600 pytest -q",
    "nice -n 10 pytest -q",
    "nohup pytest -q",
    "exec pytest -q",
    "command pytest -q",
    "sudo pytest -q",
    "(pytest -q)",
    "{ pytest -q; }",
    "(cd src && pytest -q)",
    "bash -c 'pytest -q'",
    "bash -lc 'cd src && pytest -q'",
    "sh -c 'pytest -q'",
    "bash -euo pipefail -c 'pytest -q | tail; echo done'",
    "bash <<'E'\npytest -q\nE",
    "echo start; pytest -q",
    "ls && pytest -q && echo passed",
    "pytest -q || exit 1",
    "pytest -q || false",
    "pytest -q || { echo failed; exit 1; }",
    "pytest -q || exit 1; echo passed",
    "pytest -q; exit $?",
    "pytest -q; exit",
    "pytest -q > log 2>&1; rc=$?; tail -5 log; exit $rc",
    'pytest -q | tee log; rc=${PIPESTATUS[0]}; echo "exit: $rc"; exit $rc',
    "uv run --with pytest-xdist pytest -q",
    "npx -p typescript tsc",
    "sudo FOO=1 pytest",
    "pytest -q | tail -3; exit ${PIPESTATUS[0]}",
    "cd src && pytest -q 2>&1 | tail -3; exit ${PIPESTATUS[0]}",
    "set -e; pytest -q; echo passed",
    "set -euo pipefail\npytest -q | tail\necho passed",
    "set -o pipefail; pytest -q | tail -3",
    "set -o pipefail && pytest -q 2>&1 | tee log | tail -3",
    "echo x | pytest -q",
    "source .venv/bin/activate && pytest -q",
    ". .venv/bin/activate; pytest -q",
    "PATH=$PWD/.venv/bin:$PATH pytest -q",
    'export PATH="$PWD/node_modules/.bin:$PATH"; pytest -q',
    "unset PYTEST_ADDOPTS; pytest -q",
    ".venv/bin/pytest -q",
    "'other env/bin/pytest' -q",
    "/usr/bin/pytest -q",
    "/opt/tools/bin/pytest -q",
    "uv run pytest -q",
    "pytest -q & wait; pytest -q",
    "true && pytest -q",
    "false || pytest -q",
]
DOUBTED = [
    ("pytest -q | tail", "it stands in a pipe"),
    ("pytest -q |& tail", "it stands in a pipe"),
    ("pytest -q 2>&1 | tee log", "it stands in a pipe"),
    ("set -o pipefail; set +o pipefail; pytest | tail", "it stands in a pipe"),
    ("[ -n \"$X\" ] && set -o pipefail; pytest | tail", "it stands in a pipe"),
    ("pytest > >(tail); true", "another command follows"),
    ("cat <(pytest)", "it stands in a pipe"),
    ("pytest || true", "`||` follows"),
    ("pytest || echo failed", "`||` follows"),
    ("pytest || exit 0", "`||` follows"),
    ("pytest || { echo failed; exit; }", "`||` follows"),
    ("pytest; echo done", "another command follows"),
    ("pytest\necho done", "another command follows"),
    ("pytest; true", "another command follows"),
    ("pytest -q; ruff check", "another command follows"),
    ("set -e; pytest && echo a; echo b", "another command follows"),
    ("set -e; { pytest; echo a; } && echo b", "another command follows"),
    ("set -e; set +e; pytest; echo b", "another command follows"),
    ("set -e; { set +e; pytest; }; echo b", "another command follows"),
    ("(pytest || exit 1); echo b", "another command follows"),
    ("! pytest", "`!` stands before it"),
    ("pytest &", "it runs in the background"),
    ("pytest & wait", "it runs in the background"),
    ("coproc pytest", "it runs in the background"),
    ("if pytest; then echo yes; fi", "it is a condition"),
    ("if ls; then pytest; fi", "it runs only under a condition"),
    ("case x in x) pytest;; esac", "it runs only under a condition"),
    ("ls nothing || pytest", "it runs only if another command fails"),
    ("while pytest; do :; done", "it runs in a loop"),
    ("for d in a b; do pytest; done", "it runs in a loop"),
    ("x=$(pytest)", "its output becomes words of another command"),
    ("echo \"$(pytest)\"", "its output becomes words of another command"),
    ("f() { pytest; }; f", "a function runs it"),
    ("pytest() { true; }; pytest", "a function of that name is defined"),
    ("pytest() { true; }; command pytest", "a function of that name is defined"),
    ("uv() { true; }; export -f uv; bash -c 'uv run pytest'", "a function of that name is defined"),
    ("alias pytest=true\npytest", "an alias is set before it"),
    ("PATH=/tmp/x:$PATH pytest", "PATH is set before it"),
    ("PATH=.:$PATH; pytest", "PATH is set before it"),
    ("export PATH=$(pwd)/bin:$PATH && pytest", "PATH is set before it"),
    ("PYTHONPATH=. pytest", "PYTHONPATH is set before it"),
    ("PYTEST_ADDOPTS=--co pytest", "PYTEST_ADDOPTS is set before it"),
    ("export PYTEST_ADDOPTS=--co; pytest", "PYTEST_ADDOPTS is set before it"),
    ("env PYTEST_ADDOPTS=--co pytest", "PYTEST_ADDOPTS is set before it"),
    ("NODE_OPTIONS=--require=./x.js npx jest", "NODE_OPTIONS is set before it"),
    ("npm_config_script_shell=/bin/true npm test", "npm_config_script_shell is set before it"),
    ("MAKEFLAGS=-n make test", "MAKEFLAGS is set before it"),
    ("SKIP=mypy pre-commit run -a", "SKIP is set before it"),
    ("sudo PYTEST_ADDOPTS=--co pytest", "PYTEST_ADDOPTS is set before it"),
    ("npx cross-env NODE_OPTIONS=-r=./x.js jest", "NODE_OPTIONS is set before it"),
    ("PATH=:$PATH pytest", "PATH is set before it"),
    ("uv run --env-file .env pytest", "--env-file sets variables before it"),
    ("dotenv run pytest", "dotenv sets variables before it"),
    ("uvx --from ./shim pytest", "--from says where the tool comes from"),
    ("uv run --with=./shim pytest", "--with says where the tool comes from"),
    ("source evil/bin/activate && pytest", "a file is sourced before it"),
    ("pytest; rc=$?; rc=0; exit $rc", "another command follows"),
    ("pytest; rc=$?; true && rc=0; exit $rc", "another command follows"),
    ("pytest; rc=$?; echo $((rc=0)); exit $rc", "another command follows"),
    ("pytest; rc=$?; echo $rc", "another command follows"),
    ("pytest; true; rc=$?; exit $rc", "another command follows"),
    ("./pytest", "./pytest is no tool that was installed"),
    ("bin/pytest", "bin/pytest is no tool that was installed"),
    ("/repo/bin/pytest", "/repo/bin/pytest is no tool that was installed"),
    ("/tmp/shim/pytest", "/tmp/shim/pytest is no tool that was installed"),
    ("eval pytest", "eval runs it"),
    ("echo | xargs pytest", "xargs runs it"),
    ("find . -name x -exec pytest ';'", "find runs it"),
    ("python -c 'import os; os.system(\"pytest\")'", "another program runs it"),
    ("trap pytest EXIT", "a trap runs it"),
    ("trap 'exit 0' EXIT; pytest", "a trap is set before it"),
    ("[ -f x ] && exit 0; pytest", "exit may end the command before it"),
    ("cd nowhere || exit 0; pytest", "exit may end the command before it"),
    ("[ -f x ] && exec true; pytest", "exec may end the command before it"),
    ("source env.sh; pytest", "a file is sourced before it"),
    ("eval \"$X\"; pytest", "what eval runs before it can't be told"),
    ("$X; pytest", "what runs before it can't be told"),
    ("set -n; pytest", "set changes how commands run"),
    ("shopt -s extdebug; pytest", "shopt changes how commands run"),
    ("hash -p /bin/true pytest; pytest", "hash -p puts another program in its place"),
    ("enable -f ./x.so pytest; pytest", "enable changes what runs"),
    ("ln -sf /bin/true .venv/bin/pytest && .venv/bin/pytest", "the command writes a file of its program's name"),
    ("echo > pytest.py; python -m pytest", "the command writes a file of its program's name"),
    ("pytest $ARGS", "its arguments can't be told"),
    ("cd \"$X\" && pytest", "the folder that it runs in can't be told"),
]  # fmt: skip


@pytest.mark.parametrize("command", PROVEN)
def test_status_0_proves_it(command: str) -> None:
    """Nothing speaks against it: if the whole succeeds, it ran and passed."""
    assert run(command, {"PATH": "/usr/bin:/bin"}).doubt == ""


@pytest.mark.parametrize(("command", "why"), DOUBTED)
def test_status_0_does_not_prove_it(command: str, why: str) -> None:
    """The doubt says what stands in the way, short enough for a sentence."""
    doubts = [found.doubt for found in runs(command, {"PATH": "/usr/bin:/bin"})]
    assert doubts and doubts[0] == why
    assert len(why) <= 60


@pytest.mark.parametrize(
    ("command", "shared"),
    [
        ("pytest", False),
        ("cd src && pytest", False),
        ("cd nowhere && pytest", True),
        ("cd src && pytest | tail; exit ${PIPESTATUS[0]}", False),
        ("ls; pytest", False),
        ("ls && pytest", True),
        ("[ -f a.py ] && pytest", True),
        ("[[ -f a.py ]] && pytest", True),
        ("ruff check . && pytest", True),
        ("pytest && echo done", False),
        ("pytest && ls", True),
        ("set -o pipefail; pytest | tail", True),
        ("set -e; ls; pytest", True),
        ("bash -c 'pytest'", False),
        ("timeout 60 pytest", False),
        ("FOO=$(date) pytest", False),
        ("pytest > out.txt 2>&1", False),
        ("pytest > /dev/null < /dev/null", False),
        ("pytest > nowhere/out.txt", True),
        ("pytest > $OUT", True),
        ("pytest < nothing", True),
        ("source .venv/bin/activate && pytest", False),
    ],
)
def test_whose_failure_it_may_be(command: str, shared: bool) -> None:
    """Others whose failing would look the same are told of."""
    assert {found.shared for found in runs(command)} == {shared}


def test_each_of_a_chain_is_proven() -> None:
    """``ruff check . && mypy && pytest``: 0 proves all three."""
    found = runs("ruff check . && mypy && pytest -q")
    assert [(one.name, one.doubt, one.shared) for one in found] == [
        ("ruff check", "", True),
        ("mypy", "", True),
        ("pytest", "", True),
    ]


def test_one_found_twice_is_one() -> None:
    """The same words in the same folder are one run, proven if it is proven anywhere."""
    assert [one.doubt for one in runs("pytest | tail; pytest")] == [""]
    assert len(runs("pytest; cd src; pytest")) == 2


@pytest.mark.parametrize(
    ("command", "cwd"),
    [("pytest", "/repo"), ("cd src && pytest", "/repo/src"), ("(cd src; pytest)", "/repo/src"),
     ("env -C src pytest", "/repo/src"), ("uv run --directory src pytest", "/repo/src"),
     ("cd src && cd .. && pytest", "/repo"), ("cd \"$X\" && pytest", "")],
)  # fmt: skip
def test_where_it_runs(command: str, cwd: str) -> None:
    """The folder is the one that bash would be in; "" if that can't be told."""
    assert run(command).cwd == cwd


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("pytest -q | tail", "pytest -q"),
        ("cd src && pytest -q | tail", "cd /repo/src && pytest -q"),
        ("uv run pytest -k 'a b' || true", "uv run pytest -k 'a b'"),
        ('pytest -k "it\'s"; true', "pytest -k 'it'\\''s'"),
        ("CI=1 npx vitest | cat", "npx vitest --run"),
        ("npx vitest run | cat", "npx vitest run"),
        ("timeout 9 python -m pytest &", "python -m pytest"),
    ],
)
def test_how_to_run_it_so_that_it_counts(command: str, told: str) -> None:
    """The command by itself, quoted, from the folder that the agent is in; run so, nothing speaks against it."""
    assert alone(run(command), "/repo") == told
    assert run(told).doubt == ""


WRAPS = [
    "{}", "cd src && {}", "timeout 60 {}", "FOO=1 {}", "env BAR=2 {}", "( {} )", "{{ {}; }}",
    "if true; then {}; fi", "for i in 1 2; do {}; done", "{} | tail -3", "{} || true", "{}; echo done",
    "{} > out 2>&1", "nice {}", "x=$({})", "while true; do {}; break; done", "{{ {} & }}", "! ( {} )",
    "{} && echo ok", "ls; {}",
]  # fmt: skip
TOOLS = ["pytest -q", "python -m pytest", "npm test", "cargo test", "uv run ruff check .", "make test", "npx tsc"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TOOLS), st.lists(st.sampled_from(WRAPS), max_size=4))
def test_a_wrapped_command_keeps_its_finding(tool: str, wraps: list[str]) -> None:
    """However it is wrapped, it is found with its words, and the cheap question said yes."""
    command = tool
    for wrap in wraps:
        simple = wrap.startswith(("timeout", "env", "nice", "FOO")) and command != tool
        command = wrap.format(f"bash -c {_quoted(command)}" if simple else command)
    (plain,) = runs(tool)
    try:
        found = runs(command)
    except Unreadable:  # bash itself takes no `& |`
        reject()
    assert plain.words in [one.words for one in found]
    assert may_validate(command)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TOOLS), st.data())
def test_quoting_makes_no_difference(tool: str, data: st.DataObject) -> None:
    """Quotes and backslashes in the words are bash's to remove."""
    ways = [
        lambda w: w,
        lambda w: f"'{w}'",
        lambda w: f'"{w}"',
        lambda w: w[:1] + "''" + w[1:],
        lambda w: "\\" + w,
    ]
    command = " ".join(data.draw(st.sampled_from(ways))(word) for word in tool.split())
    assert runs(command) == runs(tool)
    assert may_validate(command)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
