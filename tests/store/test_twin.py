"""The twin and the database answer every named query alike."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.share import examples

from interlock.doors.store import embedded
from interlock.doors.store.memory import Memory
from interlock.doors.store.rows import COLUMNS
from interlock.doors.store.tables import Tables

from .grounds import EmbeddedGround, MemoryGround

SQL = Path(embedded.__file__).parent


def names() -> list[str]:
    """The queries' names, read without the code that serves them."""
    return re.findall(r"^-- name: (\S+)$", (SQL / "queries.sql").read_text(), re.MULTILINE)


def test_every_query_has_its_method() -> None:
    """The twin's methods and the names in queries.sql are the same set, each name once."""
    methods = {name for name in dir(Tables) if not name.startswith("_")}
    assert methods == set(names())
    assert len(names()) == len(set(names()))


def test_the_columns_are_the_schemas() -> None:
    """The twin's rows have the columns of schema.sql in its order."""
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n?\)", (SQL / "schema.sql").read_text(), re.DOTALL):
        if table != "meta":
            found = re.findall(r"(?:^|,|\n)\s*(\w+) (?:TEXT|INTEGER|REAL)", body)
            assert COLUMNS[table] == found, table


def test_an_unknown_query_is_an_error() -> None:
    """A name that is no query's fails, so that no test passes on a misspelling."""
    store = Memory(lambda: 0.0)
    for name in ("no_such", "_put", "tables"):
        with pytest.raises(KeyError), store.transaction() as tx:
            tx.run(name)
    with pytest.raises(KeyError), store.transaction() as tx:
        tx.run("owner_get")


TEXT = st.sampled_from(
    ["", "/", "/p", "/p/", "/p/a", "/p/a/b", "/p0", "h|s|main", "h|s|x", "h|t|main", "é", "𝄞", "�"]
)
NUMBER = st.integers(0, 4)
REAL = st.sampled_from([0.0, 1.0, 1.5, 2.0, 3])
KINDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(
        (
            *(
                "pid",
                "started",
                "digest_number",
                "fence",
                "sum",
                "number",
                "seq",
                "ended",
                "ticket",
                "mode",
                "waited",
            ),
            *("size", "background", "bytes", "most"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(("since", "until", "at", "wall", "before"), REAL),
    **dict.fromkeys(("looked", "writing", "began", "over", "noted", "came", "last"), REAL | st.just(-1.0)),
    "keys": st.lists(st.sampled_from(["/", "/p", "/p/a"])).map(lambda v: str(v).replace("'", '"')),
    "digests": st.lists(NUMBER).map(str),
}
ORDERLESS = {"lease_on", "lease_twin", "lease_inode", "lease_under", "call_open"}


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, dict[str, object]]]:
    """Queries with values; mostly writes, so that there is something to find."""
    sql = embedded.queries()
    names = st.sampled_from(sorted(sql)) | st.sampled_from([name for name in sorted(sql) if name.endswith("_put")])
    chosen = draw(st.lists(names, min_size=5, max_size=50))
    found = []
    for name in chosen:
        values = {}
        for value in dict.fromkeys(re.findall(r":(\w+)", sql[name])):
            kind = "digest_number" if (name, value) == ("lease_put", "digest") else value
            values[value] = draw(KINDS.get(kind, TEXT))
        found.append((name, values))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("twin")


@given(todo=steps())
@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
def test_same_answers(folder: Path, todo: list[tuple[str, dict[str, object]]]) -> None:
    """Any sequence of named queries has the same rows on both, to the type of each value."""
    twin, disk = MemoryGround(folder), EmbeddedGround(folder)
    store = disk.embedded()
    with pytest.raises(ZeroDivisionError), twin.memory.transaction() as one, store.transaction() as other:
        for tx in (one, other):
            tx.run("outbox_drop", seq=99)
            tx.run("meta_put", boot="b", seq=1, fence=1, ticket=1, sum=1)
        for name, values in todo:
            if name == "outbox_add" and one.run("outbox_all"):
                continue  # numbers come once
            left, right = one.run(name, **values), other.run(name, **values)
            if name in ORDERLESS:
                left, right = sorted(left), sorted(right)
            assert repr(left) == repr(right), (name, values)
        whole = ("owner_all", "lease_all", "ticket_all", "meta_get", "shell_all", "version_digests", "kept_get")
        assert repr(one.run("base_due", before=99.0, most=99)) == repr(other.run("base_due", before=99.0, most=99))
        for table in whole:
            assert repr(one.run(table)) == repr(other.run(table))
        raise ZeroDivisionError
    disk.close()
