"""Owners, resources and the other plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.words.owner import Owner, parse, part
from interlock.words.resource import FILE, MUTEX, TREE, Resource, mutex


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_a_part_is_fit_for_an_id(text: str) -> None:
    """A part has at most 128 letters, no bar, no control character, and can be written as UTF-8; what is fit
    already stays."""
    made = part(text)
    assert len(made) == min(len(text), 128)
    assert "|" not in made
    assert made.isprintable()
    made.encode("utf-8")
    assert part(made) == made
    if text.isascii() and text.isprintable() and "|" not in text and len(text) <= 128:
        assert made == text


parts = st.text(max_size=20).map(part)


@given(parts, parts, parts)
def test_an_owner_comes_back_from_its_id(host: str, session: str, agent: str) -> None:
    """An owner's id spells it, one to one."""
    assert parse(Owner(host, session, agent).id) == Owner(host, session, agent)


@pytest.mark.parametrize("text", ["", "a", "a|b", "a|b|c|d"])
def test_what_is_no_owner(text: str) -> None:
    """An id has three parts."""
    with pytest.raises(ValueError, match="unpack"):
        parse(text)


def test_a_subagent_is_an_owner_of_its_own() -> None:
    """Sessions are shared, agents aren't; persons are told by their session."""
    main, child = Owner("h", "s"), Owner("h", "s", "x")
    assert (main.is_subagent, child.is_subagent, main == child) == (False, True, False)
    assert len({main, child, Owner("h", "s")}) == 2
    assert Owner("h", "person:ann").is_person
    assert not main.is_person


@given(parts, parts, st.integers(1, 1 << 22))
def test_an_owner_beside_itself(session: str, agent: str, pid: int) -> None:
    """A client of its own has another session in its name, the same conversation, and its pid; a person's name is
    taken as it is."""
    plain = Owner("h", session.replace("~", "-"), agent)
    if not plain.is_person:
        own = plain.apart(pid)
        assert (own.conversation, own.client, own.agent) == (plain.session, str(pid), agent)
        assert (plain.conversation, plain.client) == (plain.session, "")
        assert own.apart(7) == plain.apart(7)
        assert parse(own.id) == own != plain
    assert Owner("h", "person:a~1").conversation == "person:a~1"
    assert Owner("h", "person:a~1").client == ""


NAMES = st.lists(st.sampled_from(["a", "b", "ab"]), max_size=3).map(lambda parts: "/" + "/".join(parts))
RESOURCES = st.builds(Resource, st.sampled_from([FILE, TREE]), NAMES, st.sampled_from(["", "1:1", "1:2"])) | (
    st.sampled_from(["/a", "a"]).map(mutex)
)


@given(RESOURCES, RESOURCES)
def test_overlap_goes_both_ways(one: Resource, other: Resource) -> None:
    """Overlap is symmetric, everything overlaps itself, and a path covers just the paths below it, whether its
    folder is there already or not."""
    assert one.overlaps(other) is other.overlaps(one)
    assert one.overlaps(one)
    if one.kind != MUTEX != other.kind:
        inside = (other.key + "/").startswith(one.key.rstrip("/") + "/")
        above = (one.key + "/").startswith(other.key.rstrip("/") + "/")
        linked = one.kind == other.kind == FILE and one.inode == other.inode != ""
        assert one.overlaps(other) is (inside or above or linked)


@given(RESOURCES, RESOURCES, RESOURCES)
def test_holding_goes_downwards(one: Resource, other: Resource, third: Resource) -> None:
    """Who holds a thing holds itself and what is below it, and that all the way down; a mutex holds no path."""
    assert one.contains(one)
    if one.contains(other):
        assert one.overlaps(other)
        assert (one.kind == MUTEX) is (other.kind == MUTEX)
        assert not other.contains(third) or one.contains(third)


@given(NAMES)
def test_ancestors_are_every_folder_above(key: str) -> None:
    """All folders above a path, nearest first, the root last; a mutex has none."""
    above = Resource(FILE, key).ancestors()
    assert all(Resource(TREE, folder).overlaps(Resource(FILE, key)) for folder in above)
    assert len(above) == (key.rstrip("/").count("/"))
    assert above == sorted(above, key=len, reverse=True)
    assert mutex(key).ancestors() == []


def test_values_are_equal_by_content() -> None:
    """Same kind and same content is equal, and says so in its repr."""
    assert Resource(FILE, "/a") == Resource(FILE, "/a", "", "/a")
    assert Resource(FILE, "/a") != Resource(TREE, "/a")
    assert Owner("h", "s") != ("h", "s", "main")
    assert repr(Owner("h", "s")) == "Owner(agent='main', host='h', session='s')"
