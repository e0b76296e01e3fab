"""The guard's JSON against the standard library's."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.words.faults import Unreadable
from interlock.words.jsontext import MAX_BYTES, dumps, loads

LIB = Path(__file__).parents[2] / "lib"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()), max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_what_json_writes_is_read_alike(value: object) -> None:
    """Any JSON the standard library writes is the same value here, indented or not, escaped or not."""
    for text in (json.dumps(value), json.dumps(value, indent=2, ensure_ascii=True)):
        assert repr(loads(text.encode())) == repr(json.loads(text))
    plain = json.dumps(value, ensure_ascii=False)
    if not any("\ud800" <= letter <= "\udfff" for letter in plain):
        assert repr(loads(plain.encode())) == repr(value)


@given(VALUES)
def test_what_is_written_here_json_reads(value: object) -> None:
    """What is written is one line of ASCII that the standard library reads as the same value."""
    text = dumps(value)
    assert text.isascii()
    assert text.isprintable()
    assert repr(json.loads(text)) == repr(value)
    assert repr(loads(text.encode())) == repr(value)


@given(st.text('{}[]",:\\u0123456789abcdefINntrue-+.eE \n\t\ud800\x00', max_size=25))
@settings(max_examples=500)
def test_any_text_is_read_alike_or_refused_alike(text: str) -> None:
    """What the standard library takes is taken with the same value, what it refuses is refused; NaN and
    its like are refused here."""
    data = text.encode("utf-8", "surrogatepass")

    def constant(name: str) -> None:
        raise ValueError(name)

    try:
        expected = json.loads(data.decode(), parse_constant=constant)
    except ValueError:
        with pytest.raises(Unreadable):
            loads(data)
    else:
        assert repr(loads(data)) == repr(expected)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_value_or_a_sentence(data: bytes) -> None:
    """No bytes raise anything but Unreadable, which says something."""
    try:
        loads(data)
    except Unreadable as told:
        assert len(str(told)) > 10


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "[NaN]", '{"a":-Infinity}', "nan", "inf"])
def test_nan_is_not_json(text: str) -> None:
    """NaN and the infinities are refused."""
    with pytest.raises(Unreadable):
        loads(text.encode())


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, {"a": [math.inf]}])
def test_what_has_no_json_form_is_never_written(value: object) -> None:
    """A number that JSON can't spell (1e999 is read as infinity) is an error, not a broken answer: the client
    lets a call through when its hook's answer is not JSON."""
    with pytest.raises((ValueError, TypeError)):
        dumps(value)
    with pytest.raises(TypeError):
        dumps({"a": object()})


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("closed", [True, False])
def test_depth_is_refused_without_a_crash(opening: str, closing: str, closed: bool) -> None:
    """100,000 levels are too deep: a sentence, not the end of the process."""
    text = opening * 100_000 + ("1" + closing * 100_000 if closed else "")
    with pytest.raises(Unreadable):
        loads(text.encode())


@pytest.mark.parametrize("digits", [4_300, 5_000, 100_000])
@pytest.mark.parametrize("form", ["%s", "-%s", "[1,%s]", "%s.5", "%se5", "0.%s"])
def test_endless_numbers(digits: int, form: str) -> None:
    """Numbers of thousands of digits are read or refused."""
    text = form % ("9" * digits)
    try:
        value = loads(text.encode())
    except Unreadable:
        return
    assert repr(value) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text", ['"\\ud800"', '"a\\udfffb"', '{"\\ud83d":"\\ude00"}', '"\\ud83d\\ude00"', '"\\u0000"']
)
def test_lone_surrogates_and_nul_go_round(text: str) -> None:
    """Lone halves of a letter and NUL come back as they went."""
    value = loads(text.encode())
    assert value == json.loads(text)
    assert loads(dumps(value).encode()) == value


def test_the_last_of_doubled_keys_counts() -> None:
    """As the client and everybody else reads it."""
    assert loads(b'{"a":1,"b":2,"a":3}') == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"{",
        b"{}x",
        b"{} {}",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"'a'",
        b'{"a":1,}',
        b'"\n"',
        b"01",
        b"+1",
        b"\0",
    ],
)
def test_what_is_not_one_json_value(data: bytes) -> None:
    """Nothing, a piece, two values, other encodings and other dialects are refused."""
    with pytest.raises(Unreadable):
        loads(data)


def test_too_large_is_refused_unread() -> None:
    """More than the limit is not parsed at all; exactly the limit is."""
    with pytest.raises(Unreadable, match="limit"):
        loads(b"[" * (MAX_BYTES + 1))
    assert loads(b'"' + b"x" * (MAX_BYTES - 2) + b'"') == "x" * (MAX_BYTES - 2)


def test_in_a_bare_interpreter(tmp_path: Path) -> None:
    """In the guard's own surroundings, `json` and `re` unimported, good JSON is read, bad JSON is refused by
    a sentence, and nothing else gets imported for it."""
    code = (
        "import sys; sys.path.append(sys.argv[1])\n"
        "from interlock.words.jsontext import loads, dumps\n"
        "from interlock.words.faults import Unreadable\n"
        "assert loads(b'{\"a\":[1,2.5,null,true,\"\\\\ud800\"]}') == {'a': [1, 2.5, None, True, chr(0xd800)]}\n"
        "for bad in (b'{', b'', b'[1,', b'nul', b'\"\\\\u12\"', b'{\"a\"}', b'NaN', b'[' * 100000, b'1' * 5000):\n"
        "    try: loads(bad)\n"
        "    except Unreadable: continue\n"
        "    sys.exit(repr(bad[:20]))\n"
        "assert dumps('x\\n') == '\"x\\\\n\"'\n"
        "sys.exit(','.join({'json', 're', 'json.decoder'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(LIB)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
