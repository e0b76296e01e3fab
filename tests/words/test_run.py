"""Which run is meant."""

from hypothesis import given
from hypothesis import strategies as st

from interlock.words.contract import meant

names = st.sampled_from(["r1", "r2", "R3", "r4"])
lists = st.lists(names, unique=True)


@given(named=st.just("") | names | st.just("r9"), unclosed=lists, read=st.sets(names))
def test_which_run_is_meant(named: str, unclosed: list[str], read: set[str]) -> None:
    """What is named goes before what was read, that before what is open; what is closed is never meant unnamed."""
    found = meant(named, unclosed, read)
    if named:
        assert found == (named,)
    elif len(unclosed) <= 1:
        assert list(found) == unclosed, "what was read changes nothing where there is no choice"
    else:
        both = [run for run in unclosed if run in read]
        assert list(found) == (both if both else unclosed), "in the order of the runs"


@given(named=st.just("") | names, unclosed=lists, read=st.sets(names))
def test_an_answer_is_final(named: str, unclosed: list[str], read: set[str]) -> None:
    """Who asks again among what was answered is answered the same."""
    found = meant(named, iter(unclosed), read)
    assert meant(named, found, read) == meant("", found, read) == meant("", found) == found


@given(unclosed=lists, read=lists)
def test_disks_that_tell_no_case(unclosed: list[str], read: list[str]) -> None:
    """There what was read is known in small letters."""
    assert meant("", unclosed, {run.casefold() for run in read}) == meant("", unclosed, read)


def test_whatever_is_named_is_meant() -> None:
    """Whether there is such a run is not asked here."""
    assert meant("r9", ["r1"], {"r1"}) == ("r9",)
