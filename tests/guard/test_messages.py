"""Every sentence an agent reads: short enough, with what it needs to go on, and no way to force."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.guard import messages
from interlock.words.lease import Circle, Held, Lease
from interlock.words.owner import Owner
from interlock.words.resource import FILE, Resource

PROJECT = "/home/u/project"
FORCING = re.compile(r"force|overrid|bypass|--no-|ignore the|disable|steal|kill", re.IGNORECASE)
texts = st.sampled_from(
    ["", "a", "x" * 128, "'" * 128, "\n" * 50, "`" * 60, "é" * 128, "\u202e" * 40, "two words", "…" * 90]
)
paths = st.sampled_from(
    [
        f"{PROJECT}/src/a.py",
        f"{PROJECT}/a b.py",
        f"{PROJECT}/-rf",
        "/elsewhere/x.py",
        f"{PROJECT}/" + "deep/" * 300 + "x.py",
        f"{PROJECT}/" + "'" * 255,
        f"{PROJECT}/a\nb`c`$(d)",
        f"{PROJECT}/" + "é" * 120,
        "/" + "y" * 4000,
    ]
)
owners = st.builds(
    Owner,
    st.just("host"),
    st.sampled_from(["0f3c", "s" * 128, "0f3c~4242", "0f3c~" + "9" * 90, "person:ann", "person:" + "p" * 121]),
    st.sampled_from(["main", "agent-1", "g" * 128]),
)


@st.composite
def leases(draw: st.DrawFn) -> Lease:
    resource = Resource("file", draw(paths))
    since = draw(st.sampled_from([0.0, 1000.0]))
    until = draw(st.sampled_from([500.0, 1900.0, 90000.0, 1e9]))
    return Lease(resource, draw(owners), 1, since, until, draw(texts))


def sound(text: str, limit: int = messages.REFUSAL) -> None:
    """What goes for every sentence."""
    assert text.startswith("Interlock")
    assert len(text) <= limit
    assert text.isprintable(), "one line, nothing that a terminal would act on"
    assert not FORCING.search(text)


@given(
    by=st.lists(leases(), max_size=3),
    ahead=st.lists(owners, min_size=1, max_size=3),
    place=st.sampled_from([0, 1, 12]),
    path=paths,
    kind=texts,
    me=owners,
)
def test_held(by: list[Lease], ahead: list[Owner], place: int, path: str, kind: str, me: Owner) -> None:
    """Refused for a holder or the queue: who, since when, until when, and what to do now, whatever the
    names."""
    refusal = Held(tuple(by), tuple(ahead), place, place)
    kinds = {owner.id: kind for owner in (*ahead, *(lease.owner for lease in by))}
    text = messages.held(refusal, path, kinds, 1000.0, 1.7e9, PROJECT, me)
    sound(text)
    assert "Work on another file, or " in text
    assert text.endswith((".", "`."))
    if by:
        assert "held" in text
        assert re.search(r"since \d\d:\d\d \(", text)
        assert re.search(r"until \d\d:\d\d|time is over", text)
        holder = by[0].owner
        beside = holder.session != me.session and holder.conversation == me.conversation
        called = holder.session[7:10] if holder.is_person else holder.session[:4]
        assert ("your own session in another client" if beside else called) in text
        if holder.is_subagent and not holder.is_person:
            assert holder.agent[:7] in text
    if not by or me.session != by[0].owner.session:
        assert re.search(r"`interlock lock wait .+`\.$", text)


def test_the_plain_case_says_all() -> None:
    """An everyday refusal names file, holder, purpose, age, end, place and the exact next command."""
    lease = Lease(Resource("file", f"{PROJECT}/src/a.py"), Owner("h", "abcdef0123"), 7, 820.0, 1720.0, "Edit")
    text = messages.held(
        Held((lease,), (), 1, 5), f"{PROJECT}/src/a.py", {}, 1000.0, 1.7e9, PROJECT, Owner("h", "other")
    )
    for part in (
        "src/a.py is held",
        "session abcdef01",
        '"Edit"',
        "(3 min ago)",
        "until ",
        "number 1 in the queue",
    ):
        assert part in text
    assert f"`interlock lock wait {PROJECT}/src/a.py`" in text


def test_a_child_is_told_to_tell_its_parent() -> None:
    """A subagent held up by its parent is not sent to wait for it: the parent may wait for the child."""
    lease = Lease(Resource("file", f"{PROJECT}/a"), Owner("h", "s"), 7, 820.0, 1720.0, "Edit")
    text = messages.held(Held((lease,)), f"{PROJECT}/a", {}, 1000.0, 1.7e9, PROJECT, Owner("h", "s", "child"))
    assert "your parent" in text
    assert "tell your parent" in text
    assert "lock wait" not in text


@given(st.lists(owners, min_size=2, max_size=12), paths, texts)
def test_circle(found: list[Owner], path: str, kind: str) -> None:
    """Who must give way is told for whom, and how to begin again."""
    kinds = {owner.id: kind for owner in found}
    text = messages.circle(Circle(tuple(found), found[0]), path, kinds, PROJECT)
    sound(text)
    assert "`interlock lock release-all`, then start again." in text


@given(paths, owners, texts, st.booleans())
def test_changed(path: str, who: Owner, kind: str, gone: bool) -> None:
    """A changed file is to be read again; a deleted one to be thought about."""
    when = f" at {messages.since(900.0, 1000.0, 1.7e9)}"
    sound(messages.unseen(path, PROJECT))
    assert "read it with the Read tool" in messages.unseen(path, PROJECT)
    text = messages.changed(path, PROJECT, messages.name(who, kind), when, gone)
    sound(text)
    assert when in text
    assert ("then write again." if gone else "read it again with the Read tool") in text


@given(paths)
def test_not_taken_and_own(path: str) -> None:
    """Strict mode names the command that takes the file; what is Interlock's own is for people."""
    text = messages.not_taken(path, PROJECT)
    sound(text)
    assert re.search(r"Run `interlock lock try .+`, then write again\.$", text)
    text = messages.own(path, PROJECT)
    sound(text)
    assert text.endswith("ask the person you work for.")


@given(
    st.sampled_from(
        ["the input is not JSON.", "x" * 5000, "a\nb", "Write names no file_path", "", "so?", "y" * 249]
    )
)
def test_broken(reason: str) -> None:
    """A write that can't be checked is refused with what to do about it, sentence by sentence."""
    text = messages.broken(reason)
    sound(text)
    assert "interlock doctor" in text
    assert re.search(r"[.!?…] If it should pass, have", text)


@pytest.mark.parametrize("holder", [0, 1, 4194304])
def test_too_slow(holder: int) -> None:
    """Out of time: try again, or have a person look."""
    text = messages.too_slow(25.0, holder)
    sound(text)
    assert "Try again" in text
    assert "interlock doctor" in text


@given(
    st.lists(st.tuples(owners, texts, st.lists(leases(), max_size=5)), max_size=9),
    st.sampled_from(["", ".claude/interlock.toml: `wait` must be a number", "x" * 900]),
)
def test_greeting(others: list[tuple[Owner, str, list[Lease]]], problem: str) -> None:
    """At most 600 characters: the rule, who else is here, and what is wrong with the config, whoever is here."""
    told = [(messages.name(owner, kind), found, len(found)) for owner, kind, found in others]
    text = messages.greeting(told, PROJECT, problem)
    sound(text, messages.GREETING)
    assert "`interlock status`" in text
    assert ("Also at work here: " in text) is bool(others)
    if problem:
        assert problem[:40] in text


@given(
    st.sampled_from(["a", "a b", "-rf", "it's", "$(x)", "`x`", "a\\b", "é", "~", "*", ";", "", "#x"])
    | st.text(max_size=20)
)
def test_a_quoted_path_is_one_word(path: str) -> None:
    """A shell takes the quoted path as one word, the path."""
    import shlex

    if not any(letter.isspace() and letter not in " \t\n\r" for letter in path):
        assert shlex.split(messages.quoted(path)) == [path]


@given(paths)
def test_a_command_is_whole_or_general(path: str) -> None:
    """The path in a command works as it stands, or is the word FILE; never a piece of a path."""
    import shlex

    shown = messages.word(path)
    assert shown == "FILE" or shlex.split(shown) == [path]


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "0 s"), (0, "0 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min"), (7200, "2 h")]
)
def test_spans(seconds: float, text: str) -> None:
    """Times as people say them."""
    assert messages.span(seconds) == text


@given(st.text(max_size=300), st.text(max_size=300))
def test_commands(what: str, why: str) -> None:
    """What a command is refused for, and what to do instead, whatever it says."""
    for text in (messages.unread(what), messages.uncontained(why)):
        sound(text)
        assert "interlock.toml" in text and "Spell the files that it writes" in text


@given(st.text(max_size=300), st.integers(0, 1000))
def test_crossed(how: str, more: int) -> None:
    """A command over a folder names the held file in it, and its holder."""
    owner = Owner("host", "f" * 36)
    lease = Lease(Resource(FILE, "/p/src/held.py"), owner, 1, 10.0, 900.0, "")
    text = messages.crossed(how, lease, messages.name(owner), more, 20.0, 1.7e9, "/p")
    sound(text)
    assert "src/held.py, held by session ffffffff" in text and "interlock lock wait /p/src/held.py" in text
