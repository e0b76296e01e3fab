"""What reading says of a status, against what bash does: random commands around a stand-in for pytest."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.share import examples

from interlock.words.faults import Unreadable

from .validating import runs

STAND_IN = """#!/bin/sh
echo ran >> "$RAN"
exit "$STATUS"
"""
SIMPLE = [
    "pytest", "pytest", "pytest", "true", "false", "ls /nothing", "echo x", "exit 0", "exit 1", "exit", "[ a ]",
    "set -e", "set +e", "set -o pipefail", "set +o pipefail", "trap 'exit 0' EXIT", "return 0", "[[ -n '' ]]",
    "((0))", "[ '' ]",
    "exec true", "exec pytest", "cd /nothing", "set -eo pipefail", "x=$(false)", "x=1",
]  # fmt: skip
ONE = [
    "( {} )", "{{ {}; }}", "! {}", "{} & wait", "{} & wait $!", "if {}; then true; fi", "if true; then {}; fi",
    "if {}; then :; else false; fi", "for i in 1 2; do {}; done", "for i in; do {}; done", "x=$({})",
    "f() {{ {}; }}; f", "eval '{}'", "bash -c '{}'", "bash -ec '{}'", "bash -o pipefail -c '{}'",
    "{}; exit $?",
    "{} | cat; exit ${{PIPESTATUS[0]}}", "{}; exit ${{PIPESTATUS[0]}}", "{} || exit 1", "{} || exit",
    "{} || {{ echo no; exit 1; }}", "{} || {{ echo no; exit; }}", "{} || ( echo no; exit 1 )", "{} || true",
    "time {}", "timeout 5 {}",
    "case x in x) {};; esac", "while {}; do break; done", "until {}; do break; done", "{} > /dev/null",
    "{}; rc=$?; echo x; exit $rc", "{}; rc=$?; false; exit $rc", "{}; rc=$?; rc=0; exit $rc",
    "{}; rc=$?; echo; exit", "{} | cat; rc=${{PIPESTATUS[0]}}; echo; exit $rc", "true; rc=$?; {}; exit $rc",
    "{}; rc=$?; {{ rc=0; }}; exit $rc", "env A=1 {}", "exit() {{ :; }}; {}", "{} || return 1",
    "set -e; {}; true", "set -eo pipefail; {} | cat; true",
    "echo 'exit 0' > e.sh; . ./e.sh; {}", "echo 'set -e' > e.sh; . ./e.sh; {}; true", "eval 'set -e'; {}; true",
    "eval 'exit 0'; {}", "f() {{ exit 0; }}; f; {}", "f() {{ set -e; }}; f; {}; true",
    "f() {{ return 0; pytest; }}; f; {}", "{} > /nothing/x", "builtin exit 0; {}", "command exit 0; {}",
    "\\exit 0; {}", "trap 'rc=0' EXIT; {}", "shopt -s lastpipe; {} | cat", "set -o errexit; {}; true",
    "set -e -o pipefail; {} | cat; true", "set -- a b; {}", "{}; set -e; exit",
    "PIPESTATUS=(0); {} | cat; exit ${{PIPESTATUS[0]}}", "exec 3>&1; {}", "wait; {}",
    "{{ {}; }} 2>&1 | cat; exit ${{PIPESTATUS[0]}}", "if {}; then exit 0; else exit 1; fi",
    "{} && exit 0 || exit 1", "false() {{ true; }}; {} || false", "{} || {{ exit() {{ :; }}; exit 1; }}",
    "set -e; ! {}; true", "set -e; if {}; then :; fi; true", "set -e; {} || true; true",
    "( set -e; {}; true ); exit $?", "set -e; ( {}; true ); true", "set -e; {} & wait; true",
    "set -eE; f() {{ {}; true; }}; f; true", "set -euo pipefail; x=$({}); true",
]  # fmt: skip
TWO = [
    "{} && {}",
    "{} || {}",
    "{}; {}",
    "{}\n{}",
    "{} | {}",
    "if {}; then {}; fi",
    "{} && {} | cat",
    "{} & {}",
    "{}; rc=$?; {}; exit $rc",
    "{} && f() {{ set -e; }}; f; {}; true",
    "{} && echo 'set -e' > f.sh; . ./f.sh; {}; true",
    "{} && x='set -e'; eval \"$x\"; {}; true",
    "{} && set -e; {}; true",
    "{} && trap 'exit 0' EXIT; {}",
    "{} || set -eo pipefail; {} | cat; true",
]


def _wrapped(template: str, *parts: str) -> str:
    if template.startswith(("timeout", "env", "time {}")) and not parts[0].startswith(("pytest", "true", "false")):
        return parts[0]
    if "'{}'" in template:
        parts = tuple(part.replace("'", "'\\''") for part in parts)
    return template.format(*parts)


COMMANDS = st.recursive(
    st.sampled_from(SIMPLE),
    lambda inner: st.one_of(
        st.builds(_wrapped, st.sampled_from(ONE), inner), st.builds(_wrapped, st.sampled_from(TWO), inner, inner)
    ),
    max_leaves=6,
).filter(lambda command: "pytest" in command)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("bash")
    program = base / "bin" / "pytest"
    program.parent.mkdir()
    program.write_text(STAND_IN)
    program.chmod(0o755)
    return base


def played(base: Path, command: str, status: int) -> tuple[int, bool]:
    """(the command's status, whether the stand-in ran)."""
    for name in ("e.sh", "f.sh", "ran"):
        (base / name).unlink(missing_ok=True)
    ran = base / "ran"
    environ = {"PATH": f"{base}/bin:{os.defpath}", "RAN": str(ran), "STATUS": str(status)}
    done = subprocess.run(
        ["bash", "-c", command], env=environ, cwd=base, stdin=subprocess.DEVNULL, capture_output=True, timeout=20,
        check=False,
    )  # fmt: skip
    return done.returncode, ran.exists()


@settings(
    max_examples=examples(int(os.environ.get("PROOFS", "120"))),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(COMMANDS)
def test_what_is_said_of_a_status_is_what_bash_does(ground: Path, command: str) -> None:
    """Without a doubt, status 0 means that the stand-in ran and passed; alone, another means that it failed."""
    try:
        found = runs(command)
    except (Unreadable, ValueError):
        return
    if not found or found[0].doubt:
        return
    for status in (0, 1):
        code, ran = played(ground, command, status)
        if code == 0:
            assert ran and status == 0, "0 proved nothing"
        elif not found[0].shared:
            assert ran and status == 1, f"{code} was another's"


def test_the_stand_in_is_seen(ground: Path) -> None:
    """The oracle tells a run from none, and a failed one from a passed one."""
    assert played(ground, "pytest -q", 0) == (0, True)
    assert played(ground, "pytest -q", 1) == (1, True)
    assert played(ground, "true", 1) == (0, False)
