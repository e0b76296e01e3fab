"""The shape of the config against the check that the guard uses."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from interlock.doors import config
from interlock.doors.config_source import check
from interlock.shapes.config import Config

EDGES = [edge + step for low, high in config.RANGES.values() for edge in (low, high) for step in (-0.001, 0, 1)]
NUMBERS = st.one_of(
    st.sampled_from(EDGES), st.sampled_from([int(edge) for edge in EDGES]), st.floats(), st.integers(),
    st.sampled_from([10**400, -(10**400)]),
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(["", "auto", "strict", "*.md", "path", "a b", "a  b", "a\n", "{issue}", "it's", " "]),
    st.text(max_size=4),
)
SCALARS = st.one_of(NUMBERS, TEXTS, st.booleans(), st.datetimes())
VALUES = st.one_of(
    SCALARS,
    st.lists(st.one_of(TEXTS, TEXTS, SCALARS), max_size=3),
    st.dictionaries(TEXTS, st.one_of(SCALARS, st.lists(st.one_of(TEXTS, SCALARS), max_size=2)), max_size=2),
)
NAMES = [
    "mode", "ttl", "grace", "wait", "run_wait", "place", "ignore", "mcp", "shell_unread", "shell_uncontained",
    "validations", "freeze", "reuse", "gate", "contracts",
]  # fmt: skip
FLAG = st.one_of(st.booleans(), st.booleans(), SCALARS)
LIST = st.lists(st.one_of(TEXTS, TEXTS, SCALARS), max_size=3)
LINES = st.lists(
    st.sampled_from(
        ["pytest", "-q", "&&", "|", "cd", "A=1", "'a;b'", '"$x"', "'", "$x", "#", ">log", "\n", "\\;"]
    ),
    max_size=4,
).map(" ".join)
VALIDATION = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(TEXTS, st.sampled_from(["x", "x" * 40, "x" * 41])),
        "command": st.one_of(TEXTS, st.sampled_from(["x", "x -y", "x" * 200, "x" * 201, "x;y"])),
        "mutex": st.one_of(TEXTS, st.sampled_from(["db", "-db", "x" * 40, "x" * 41])),
        "writes": FLAG,
        "other": FLAG,
    },
)
GATE = st.fixed_dictionaries(
    {},
    optional={
        "required": st.one_of(LIST, SCALARS, st.lists(LINES, max_size=2)),
        "pattern": st.one_of(TEXTS, st.sampled_from(["{issue}" + "x" * 73, "{issue}" + "x" * 74])),
        "neutral": LIST,
        "claims": LIST,
        "clean_tree": FLAG,
        "full_rerun": FLAG,
        "every_owner": FLAG,
        "other": FLAG,
    },
)
CONTRACTS = st.fixed_dictionaries({}, optional={"tests": st.one_of(LIST, SCALARS), "main": FLAG, "other": FLAG})
LIKELY: dict[str, st.SearchStrategy[object]] = {
    "mode": st.sampled_from(["auto", "strict", "sequential", "Auto"]),
    "validations": st.lists(VALIDATION, max_size=2),
    "gate": GATE,
    "contracts": CONTRACTS,
    "freeze": FLAG,
    "reuse": FLAG,
    "shell_unread": st.sampled_from(["allow", "ask", "deny", "refuse"]),
    "shell_uncontained": st.sampled_from(["allow", "ask", "deny"]),
    "ignore": st.lists(TEXTS, max_size=3),
    "mcp": st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2), max_size=2),
}
FILES = st.fixed_dictionaries(
    {}, optional={name: st.one_of(LIKELY.get(name, NUMBERS), VALUES) for name in NAMES} | {"other": VALUES}
)


def fits(values: dict[str, object]) -> bool:
    """Whether the shape takes the values."""
    try:
        Config.model_validate(values)
    except ValidationError:
        return False
    return True


@given(FILES)
def test_shape_and_check_agree(values: dict[str, object]) -> None:
    """For any values that TOML can spell, the guard's check and the published shape give the same answer."""
    assert fits(values) == (check(values) == ""), check(values)


@given(
    st.one_of(
        GATE.map(lambda gate: {"gate": gate}),
        CONTRACTS.map(lambda table: {"contracts": table}),
        VALIDATION.map(lambda one: {"validations": [one]}),
    )
)
def test_shape_and_check_agree_on_tables(values: dict[str, object]) -> None:
    """A table of the gate, of contracts or of a validation command is good to both or to neither."""
    assert fits(values) == (check(values) == ""), check(values)


@pytest.mark.parametrize(("name", "bounds"), list(config.RANGES.items()))
def test_limits_are_where_the_guard_has_them(name: str, bounds: tuple[float, float]) -> None:
    """Each limit itself is taken, the next value beyond it is not."""
    low, high = bounds
    assert fits({name: low}) and fits({name: high}) and fits({name: int(high)})
    assert not fits({name: low - 0.001}) and not fits({name: high + 0.001})


def test_every_known_key_is_in_the_shape() -> None:
    """The keys that the guard's check knows are the shape's."""
    assert set(Config.model_fields) == set(NAMES)
    assert all(f"`{name}` is not known" not in check({name: 1}) for name in NAMES)


def test_defaults_are_the_guards() -> None:
    """What the shape calls the default is what the guard does without a file."""
    ours, theirs = Config.model_validate({}), config.Config({})
    assert (ours.mode, ours.wait, ours.ignore, ours.mcp) == (theirs.mode, theirs.wait, theirs.ignore, theirs.mcp)
    shell = (theirs.shell_unread, theirs.shell_uncontained)
    assert (ours.shell_unread, ours.shell_uncontained) == shell
    assert (ours.run_wait, ours.freeze, ours.reuse) == (theirs.run_wait, theirs.freeze, theirs.reuse)
    assert ours.validations == list(theirs.validations) == []
    for name in type(ours.gate).model_fields:
        assert getattr(ours.gate, name) == getattr(theirs, f"gate_{name}")
    for name in type(ours.contracts).model_fields:
        assert getattr(ours.contracts, name) == getattr(theirs, f"contracts_{name}")
    terms = theirs.terms
    assert (ours.ttl, ours.grace, ours.place) == (terms.ttl, terms.grace, terms.place)


def test_the_schema_says_it_too() -> None:
    """The JSON Schema in docs/ names every key with its limits and allows no other."""
    schema = json.loads((Path(__file__).parents[2] / "docs/schema/config.schema.json").read_text())
    assert schema["additionalProperties"] is False and "required" not in schema
    assert set(schema["properties"]) == set(NAMES)
    for name, (low, high) in config.RANGES.items():
        limits = schema["properties"][name]
        assert (limits["minimum"], limits["maximum"]) == (low, high)
