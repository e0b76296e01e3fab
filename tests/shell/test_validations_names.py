"""What decides which program a name means, or what it does: aliases, bash's tables, variables."""

import pytest

from .validating import run, runs

TABLES = [
    ("shopt -s expand_aliases\nBASH_ALIASES[mypy]=true\nmypy .", "BASH_ALIASES is set before it"),
    ("BASH_CMDS[mypy]=/bin/true; mypy .", "BASH_CMDS is set before it"),
    ("BASH_CMDS=([mypy]=/bin/true); mypy .", "BASH_CMDS is set before it"),
    ("declare -A BASH_CMDS=([mypy]=/bin/true); mypy .", "BASH_CMDS is set before it"),
    ("printf -v 'BASH_CMDS[mypy]' /bin/true; mypy .", "BASH_CMDS is set before it"),
    ("read 'BASH_CMDS[mypy]' <<< /bin/true; mypy .", "BASH_CMDS is set before it"),
    (": ${BASH_CMDS[mypy]:=/bin/true}; mypy .", "BASH_CMDS is set before it"),
    ("( BASH_CMDS[mypy]=/bin/true; mypy . )", "BASH_CMDS is set before it"),
    ("declare -n x=BASH_CMDS; x[mypy]=/bin/true; mypy .", "declare gives a variable another name"),
    ("local -n x=BASH_CMDS; x[mypy]=/bin/true; mypy .", "local gives a variable another name"),
    ("declare \"$X\"; mypy .", "a variable whose name can't be told is set before it"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "why"), TABLES)
def test_bashs_own_tables_put_another_program_in_its_place(command: str, why: str) -> None:
    """What is assigned to them decides what runs, as alias and hash -p do."""
    assert [found.doubt for found in runs(command)] == [why]


def test_a_run_before_it_is_proven() -> None:
    """What is assigned later changes nothing of what ran."""
    assert run("mypy . && BASH_CMDS[mypy]=/bin/true").doubt == ""


def test_no_export_is_no_other_name() -> None:
    """``export -n`` takes a variable out of the environment."""
    assert run("export -n FOO; mypy .").doubt == ""
