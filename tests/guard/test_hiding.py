"""Commands that would hide who calls `interlock` are refused to agents with a contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.guard.hiding import hidden

from .contracted import Contracted

IMPLEMENTER = "alpha/a2:implementer"
PASS = 'interlock verdict PASS --run r1 --steelman x --reason y --path "src/**"'


@pytest.mark.parametrize(
    ("command", "hider"),
    [
        (f"setsid {PASS}", "setsid"),
        (f"(env -i HOME=/h PATH=$PATH setsid sh -c 'sleep 1; {PASS}' &)", "setsid"),
        (f"env -i HOME=/h script -qec '{PASS}' /dev/null", "script"),
        (f"env -u CLAUDE_CODE_SESSION_ID {PASS}", "env -u"),
        ("cd src && nohup /opt/venv/bin/interlock worklist wontfix C-1 --why x &", "nohup"),
        ("tmux new -d 'interlock receipt r1 build'", "tmux"),
        ("sh -c 'setsid interlock runs close r1'", "setsid"),
        ("nice setsid python3 -m interlock verdict PASS", "setsid"),
        ('"set"sid interlock verdict PASS', "setsid"),
    ],
)
def test_a_hidden_call(command: str, hider: str) -> None:
    """The program that hides is named."""
    assert hidden(command)[0] == hider


@pytest.mark.parametrize(
    "command",
    [
        PASS,
        'interlock verdict BLOCK --reason "the script is run by setsid, in tmux" --path src',
        f'interlock verdict AMEND --reason "script first" --path a; {PASS}',
        "grep -n script docs/verdict.md; interlock worklist list",
        "npm run script && interlock receipt r1 build --check",
        "nohup make serve & curl localhost",
        "setsid interlock lock wait a.py",
        "env FOO=1 interlock worklist list",
        "cat lib/interlock/script.py",
    ],
)
def test_an_honest_call(command: str) -> None:
    """What is called as it is, and words in texts, are let be."""
    assert hidden(command) == ("", "")


@given(st.text(alphabet="interlock verdict script setsid env -i;&|'\"\\$=()\n\0", max_size=60))
def test_it_ends_for_every_text(text: str) -> None:
    """Whatever the command is there is an answer, and none without the name."""
    assert hidden(text.replace("interlock", "")) == ("", "") or "interlock" in text
    hidden(text)


def test_an_agent_that_would_pass_for_a_person(ground: Contracted) -> None:
    """Refused with the program and the way that counts; who has no contract is not asked."""
    command = f"setsid sh -c '{PASS}' &"
    said = ground.bash(command, IMPLEMENTER)
    assert "`setsid` would hide who calls" in said and "Call `interlock verdict` as it is" in said
    assert ground.reasons() == ["hidden"]
    assert ground.bash(command, "alpha") == ""
