"""The worklist's rules: who moves what where, what is counted, when it is stuck. Pure."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.artifacts.caller import Refused
from interlock.artifacts.log_events import Event
from interlock.artifacts.made_files import digest
from interlock.artifacts.worklists import fold, news
from interlock.artifacts.worklists.news import Look, Mover
from interlock.artifacts.worklists.rights import Right, step
from interlock.shapes.artifacts.made import Worklist
from interlock.shapes.artifacts.reports import Critique
from interlock.words.contract import Contract
from interlock.words.faults import Fault

MOVES = {
    "implementer": ("pending>in_progress", "in_progress>pending", "in_progress>fixed"),
    "critic": ("fixed>pending", "wontfix>pending", "pending>wontfix", "in_progress>wontfix"),
    "cleanup": (),
}
STATES = ("pending", "in_progress", "fixed", "wontfix")
ALLOWED = {
    ("pending", "in_progress"), ("pending", "wontfix"), ("in_progress", "pending"), ("in_progress", "fixed"),
    ("in_progress", "wontfix"), ("fixed", "pending"), ("wontfix", "pending"),
}  # fmt: skip
"""As the issue and the contracts have them, written down a second time."""
CODE, TEST = ".runs/r1/build/code_critique.md", ".runs/r1/build/test_critique.md"


def look(*ids: str, source: str = CODE, number: int = 1, words: str = "wrong") -> Look:
    items = [{"id": one, "severity": "major", "location": "a.py:1", "issue": words} for one in ids]
    critique = Critique.model_validate({"version": 1, "run_id": "r1", "round": number, "items": items})
    return Look(source, digest(repr((ids, source, number, words)).encode()), critique)


def mover(kind: str = "critic", when: float = 1.0) -> Mover:
    return Mover(
        "h|person:ann|main" if kind == "person" else f"h|s|{kind}", "" if kind == "person" else kind, when
    )


CONTRACTS = tuple(
    Contract(kind, "x.md", outputs=outputs, owns=owns, moves=MOVES[kind])
    for kind, outputs, owns in (
        ("implementer", (), ("@source",)),
        ("critic", (".runs/{run}/build/code_critique.md", ".runs/{run}/build/test_critique.md"), ()),
        ("cleanup", (), ("**",)),
    )
)


def right(kind: str, contracts: tuple[Contract, ...] = CONTRACTS) -> Right:
    contract = next((one for one in contracts if one.name == kind), None)
    return Right(kind == "person", contract, contracts, ["/tests/"], "r1")


class Board:
    """A worklist that keeps the events which made it."""

    def __init__(self) -> None:
        self.start = fold.empty("r1", "build", None)
        self.now = self.start
        self.events: list[Event] = []

    def take(self, events: list[Event]) -> None:
        self.events += events
        self.now = fold.fold(self.now, events)

    def sync(self, *looks: Look, kind: str = "critic") -> None:
        self.take(news.news(self.now, list(looks), mover(kind)))
        self.take(news.stuck(self.now, mover(kind)))

    def move(self, name: str, state: str, kind: str) -> None:
        self.take(step(self.now, name, state, "why", mover(kind), right(kind)))

    def state(self, name: str = "C-1") -> str:
        return next(item.status for item in self.now.items if item.id == name)


class Op(NamedTuple):
    """One thing that somebody does: a critic looks and lists some findings, or an item is moved."""

    kind: str
    item: str = ""
    state: str = ""
    look: Look | None = None


IDS = ("A", "B", "C", "D")
LOOKS = st.builds(
    lambda ids, source, number, words: Op("critic", look=look(*ids, source=source, number=number, words=words)),
    st.lists(st.sampled_from(IDS), unique=True, max_size=4),
    st.sampled_from((CODE, TEST)),
    st.integers(1, 6),
    st.sampled_from(("wrong", "worse")),
)
NAMES = (*IDS, *(f"test.{one}" for one in IDS), *(f"code.{one}" for one in IDS))
MOVED = st.builds(
    lambda kind, item, state: Op(kind, item, state),
    st.sampled_from((*MOVES, "person", "stranger")),
    st.sampled_from(NAMES),
    st.sampled_from(STATES),
)


class Oracle:
    """The same, by hand: what each item's state is, and how often anything came or moved."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], str] = {}
        self.moves = 0

    def sees(self, found: Look) -> None:
        for finding in found.critique.items:
            if (found.source, finding.id) not in self.states:
                self.states[found.source, finding.id] = "pending"
                self.moves += 1

    def counts(self) -> dict[str, int]:
        return {state: list(self.states.values()).count(state) for state in STATES}


@settings(max_examples=150)
@given(st.lists(st.one_of(LOOKS, MOVED, MOVED), max_size=40))
def test_any_sequence_of_moves_keeps_to_the_edges(ops: list[Op]) -> None:
    """Whatever is tried, an item only ever goes along an edge, moved by whom the edge is for; every count equals a
    recount; and the log alone gives the same list again."""
    board, oracle = Board(), Oracle()
    for op in ops:
        if op.look is not None:
            board.sync(op.look)
            oracle.sees(op.look)
            continue
        there = {item.id: item for item in board.now.items}.get(op.item)
        old = there.status if there else ""
        was_stuck = board.now.stuck
        may = (old, op.state) in ALLOWED and (op.kind == "person" or f"{old}>{op.state}" in MOVES.get(op.kind, ()))
        may = may and not (was_stuck and op.state == "in_progress" and op.kind != "person")
        try:
            board.move(op.item, op.state, op.kind)
            assert may or old == op.state
        except Refused as refusal:
            assert not may and old != op.state
            assert len(str(refusal)) <= 400
        if there is not None and may:
            finding = op.item.removeprefix("test.").removeprefix("code.")
            oracle.states[there.source, finding] = op.state
            oracle.moves += 1
    now = board.now
    assert {state: sum(item.status == state for item in now.items) for state in STATES} == oracle.counts()
    assert (now.moves, len(now.items)) == (oracle.moves, len(oracle.states))
    assert fold.fold(board.start, board.events) == now
    assert Worklist.model_validate_json(now.model_dump_json()) == now


@pytest.mark.parametrize("kind", [*MOVES, "stranger"])
@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_each_edge_is_for_whom_it_is_for(kind: str, old: str, new: str) -> None:
    """Of all edges each agent type gets those of its contract; nobody else any; the refusal says whose it is."""
    board = Board()
    board.sync(look("C-1"))
    for state in {"pending": (), "fixed": ("in_progress", "fixed")}.get(old, (old,)):
        board.move("C-1", state, "person")
    if old == new:
        board.move("C-1", new, kind)
        return
    if (old, new) in ALLOWED and f"{old}>{new}" in MOVES.get(kind, ()):
        board.move("C-1", new, kind)
        assert board.state() == new
        return
    with pytest.raises(Refused) as refusal:
        board.move("C-1", new, kind)
    said = str(refusal.value)
    assert board.state() == old and "force" not in said
    if (old, new) in ALLOWED:
        owners = [one for one in sorted(MOVES) if f"{old}>{new}" in MOVES[one]]
        assert f"{old}>{new} is for {', '.join(owners)}, or a person" in said
    else:
        assert said.startswith(f"C-1 is {old}: from there it can become ")


def test_a_broken_contract_moves_nothing() -> None:
    """Who has a contract that can't be read may move nothing, and is told why."""
    board = Board()
    board.sync(look("C-1"))
    contract = Contract("implementer", "x.md", moves=MOVES["implementer"], fault="line 3: no moves")
    broken = right("implementer", (contract,))
    with pytest.raises(Refused, match=r"not known: x\.md: line 3"):
        step(board.now, "C-1", "in_progress", "", mover("implementer"), broken)


def test_an_item_that_is_not_there() -> None:
    """The refusal names those that are."""
    board = Board()
    board.sync(look("C-1", "C-2"))
    with pytest.raises(Refused, match=r"no item 'X' on the worklist of r1/build \(C-1, C-2\)"):
        board.move("X", "fixed", "person")


def test_a_finding_in_other_words() -> None:
    """A finding that its critic words anew changes the item's words, not where it stands or how often it moved."""
    board = Board()
    board.sync(look("C-1"))
    board.move("C-1", "in_progress", "implementer")
    moves = board.now.moves
    board.sync(look("C-1", words="worse"))
    (item,) = board.now.items
    assert (item.issue, item.status, item.by, board.now.moves) == (
        "worse",
        "in_progress",
        "h|s|implementer",
        moves,
    )


def test_two_critiques_with_one_id() -> None:
    """The second critique's finding of that name gets the critique's name before it, and keeps it."""
    board = Board()
    board.sync(look("C-1"))
    board.sync(look("C-1", source=TEST))
    assert [(item.id, item.source) for item in board.now.items] == [("C-1", CODE), ("test.C-1", TEST)]
    board.sync(look("C-1", source=TEST, words="worse"))
    assert [item.issue for item in board.now.items] == ["wrong", "worse"]


def test_a_name_that_can_t_be_made() -> None:
    """Where no name can be found for a finding its critique is told."""
    board = Board()
    board.sync(look("C" * 40))
    with pytest.raises(Fault, match="call it otherwise"):
        board.sync(look("C" * 40, source=TEST))


def test_a_worklist_has_an_end() -> None:
    """Over 2000 items are refused; nothing of them comes."""
    board = Board()
    for number in range(4):
        ids = [f"C-{number}-{one}" for one in range(500)]
        board.sync(look(*ids, source=f".runs/r1/build/x{number}_critique.md"))
    with pytest.raises(Fault, match="2000"):
        board.sync(look("one"))
    assert len(board.now.items) == 2000


def rounds(board: Board, numbers: range, source: str = CODE) -> None:
    for number in numbers:
        board.sync(look("C-1", source=source, number=number))


def test_stuck_after_three_rounds_without_change() -> None:
    """Three rounds that find all as it was: it is stuck, no agent takes anything, a person does."""
    board = Board()
    rounds(board, range(1, 4))
    assert (board.now.idle(), board.now.stuck) == (2, False)
    rounds(board, range(4, 5))
    assert (board.now.idle(), board.now.stuck, board.now.handed) == (3, True, True)
    with pytest.raises(Refused, match="is stuck: 3 rounds have changed nothing"):
        board.move("C-1", "in_progress", "implementer")
    board.move("C-1", "in_progress", "person")
    assert (board.now.idle(), board.now.stuck, board.now.handed) == (0, False, False)


def test_a_move_between_rounds_is_a_change() -> None:
    """While something changes from round to round it is not stuck."""
    board = Board()
    rounds(board, range(1, 4))
    board.move("C-1", "in_progress", "implementer")
    rounds(board, range(4, 6))
    assert (board.now.idle(), board.now.stuck) == (1, False)


def test_back_and_forth_is_no_change() -> None:
    """An item that is fixed and reopened, round after round, is where it was: that is stuck, too."""
    board = Board()
    rounds(board, range(1, 2))
    for number in range(2, 6):
        board.move("C-1", "in_progress", "implementer")
        board.move("C-1", "fixed", "implementer")
        rounds(board, range(number, number + 1))
        board.move("C-1", "pending", "critic")
    assert (board.now.idle(), board.now.stuck) == (3, True)


def test_a_loop_has_an_end() -> None:
    """Where something else is open at each look it is no standstill, but after twelve looks it is a person's."""
    board = Board()
    board.sync(look("C-1", "C-2"))
    for number in range(2, 12):
        done, again = ("C-1", "C-2") if number % 2 else ("C-2", "C-1")
        board.move(done, "wontfix", "critic")
        if number > 2:
            board.move(again, "pending", "critic")
        board.sync(look("C-1", "C-2", number=number))
    assert (board.now.idle(), board.now.stuck) == (0, False)
    board.sync(look("C-1", "C-2", "C-3", number=12))
    assert board.now.why_stuck == "12 rounds have not drained it"
    with pytest.raises(Refused, match="12 rounds have not drained it"):
        board.move("C-3", "in_progress", "implementer")


def test_two_critics_count_apart() -> None:
    """Two critics who look in turn are two rounds each after two looks, not four."""
    board = Board()
    for number in range(1, 4):
        rounds(board, range(number, number + 1))
        board.sync(look("T-1", source=TEST, number=number))
    assert (len(board.now.rounds), board.now.idle(), board.now.stuck) == (6, 2, False)


def test_nothing_open_is_not_stuck() -> None:
    """A drained list is done, however often it is looked at; what is reopened has its three rounds."""
    board = Board()
    rounds(board, range(1, 2))
    board.move("C-1", "wontfix", "critic")
    rounds(board, range(2, 9))
    assert (board.now.idle(), board.now.stuck) == (0, False)
    board.move("C-1", "pending", "critic")
    rounds(board, range(9, 12))
    assert (board.now.idle(), board.now.stuck) == (2, False)
    board.move("C-1", "in_progress", "implementer")


def test_the_same_round_edited_is_one_look() -> None:
    """A critique that is written in several steps, or bears an old number, is its critic's last round."""
    board = Board()
    for words in ("a", "b", "c"):
        board.sync(look("C-1", number=2, words=words))
    board.sync(look("C-1", number=1, words="d"))
    assert [(one.source, one.number) for one in board.now.rounds] == [(CODE, 2)]
    board.sync(look("C-1", number=1, words="d"))
    assert len(board.events) == 1 + 3 + 4  # it came, three rewordings, four times the round


def test_being_handed_over_happens_once() -> None:
    """The event for a person comes once, until a person has moved something and it is stuck again."""
    board = Board()
    rounds(board, range(1, 8))
    assert sum(event.name == "worklist_stuck" for event in board.events) == 1
    board.move("C-1", "in_progress", "person")
    rounds(board, range(8, 12))
    assert sum(event.name == "worklist_stuck" for event in board.events) == 2


def test_an_event_that_makes_no_sense() -> None:
    """An event that no list can follow is a fault of the state, not a crash."""
    event = Event(1, 1.0, "worklist_moved", "h|s|main", {"id": "C-1"})
    with pytest.raises(Fault, match="no worklist can follow"):
        fold.fold(fold.empty("r1", "build", None), [event])


TWO_CRITICS = (
    Contract("implementer", "x.md", owns=("@source",), moves=MOVES["implementer"]),
    Contract("test-author", "x.md", owns=("@tests",), moves=MOVES["implementer"]),
    Contract("critic", "x.md", outputs=(".runs/{run}/build/code_critique.md",), moves=MOVES["critic"]),
    Contract("test-critic", "x.md", outputs=(".runs/{run}/build/test_critique.md",), moves=MOVES["critic"]),
)


@pytest.mark.parametrize(
    ("kind", "state", "may"),
    [
        ("implementer", "in_progress", True), ("test-author", "in_progress", False),
        ("critic", "wontfix", True), ("test-critic", "wontfix", False),
    ],
)  # fmt: skip
def test_an_item_is_its_finders_and_its_menders(kind: str, state: str, may: bool) -> None:
    """Among those whose edge it is, a critic moves what it found, a mender what is in a file that it may write."""
    board = Board()
    board.sync(look("C-1"))
    if may:
        assert step(board.now, "C-1", state, "why", mover(kind), right(kind, TWO_CRITICS))
        return
    with pytest.raises(Refused) as refusal:
        step(board.now, "C-1", state, "why", mover(kind), right(kind, TWO_CRITICS))
    said = str(refusal.value)
    whose = "implementer" if state == "in_progress" else "critic"
    assert f"neither a finding of yours nor in a file of yours ({kind})" in said and len(said) <= 400
    assert f"pending>{state} is for {whose}, or a person" in said
