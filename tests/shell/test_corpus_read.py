"""Layer 1 on the corpus: the guard is asked, nothing runs."""

import re

from tests.shell import measure
from tests.shell.cases import benign, writes
from tests.shell.scratch import Template

from bench import shell as table

GIT = ("git_index", "git_trees")
"""Classes that spell no path: they are judged by what they would touch."""


def test_commands_that_spell_the_path_are_refused(template: Template) -> None:
    """At least 95 in 100 of those whose path is spelled or can be computed from literals, with git's whole-tree
    operations and without; and docs/shell.md tells the same, misses by name."""
    said = measure.read(template)
    for without in ((), GIT):
        literal = [case for case in table.verified() if case.literal and case.kind not in without]
        refused = [case for case in literal if said[case.id]]
        assert len(refused) >= 0.95 * len(literal), [case.id for case in literal if not said[case.id]]
    told = table.told()
    assert {kind: row[:4] for kind, row in told.rows.items()} == table.first_rows(said), table.STALE
    assert told.misses["1"] == table.missed_first(said), table.STALE


def test_benign_commands_pass(template: Template) -> None:
    """At most 1 in 100 is refused, the hard ones included; docs/shell.md names them."""
    said = measure.read_benign(template)
    refused = [command for command, sentence in said.items() if sentence]
    assert len(said) == len(benign())
    assert len(refused) <= 0.01 * len(said), refused
    assert table.told().misses["benign"] == table.refused_benign(said), table.STALE


def test_every_program_of_the_reader_has_a_case() -> None:
    """A new rule needs a case: each program that the reader knows to write occurs in the corpus."""
    words = {word for case in writes() for word in re.findall(r"[\w.+-]+", case.command)}
    assert [name for name in table.programs() if name not in words] == []
