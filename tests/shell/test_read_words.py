"""Words: what bash makes of them, and what is said where it can't be told."""

import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.shell.globs import compiled, fits
from interlock.shell.quotes import ansi

from .reader import reading, written

WORDS = [
    # (a word, the files that it names)
    ("a.py", ["a.py"]),
    ("'a.py'", ["a.py"]),
    ('"a".py', ["a.py"]),
    (r"\a.p\y", ["a.py"]),
    (r"$'a\x2epy'", ["a.py"]),
    (r"$'\141.py'", ["a.py"]),
    (r"$'a.py\0more'", ["a.py"]),
    ('$"a.py"', ["a.py"]),
    ("'x y.py'", ["x y.py"]),
    (r"x\ y.py", ["x y.py"]),
    ("{a,b}.py", ["a.py", "b.py"]),
    ("{a,{b,c}}.py", ["a.py", "b.py", "c.py"]),
    ("'{a,b}.py'", ["{a,b}.py"]),
    ("{a}.py", ["{a}.py"]),
    ("f{1..3}", ["f1", "f2", "f3"]),
    ("f{01..03}", ["f01", "f02", "f03"]),
    ("f{c..a}", ["fc", "fb", "fa"]),
    ("*.py", ["a.py", "b.py", "held.py", "x y.py"]),
    ("[ab].py", ["a.py", "b.py"]),
    ("[!ab]*.py", ["held.py", "x y.py"]),
    ("?.py", ["a.py", "b.py"]),
    ("s*/*.py", ["src/app.py"]),
    (".h*", [".hidden.py"]),
    ("nothing*", ["nothing*"]),
    ('"*.py"', ["*.py"]),
    ("src/*", ["src/app.py", "src/deep"]),
    ("~/a", ["/home/me/a"]),
    ("~", ["/home/me"]),
    ("$HOME/a", ["/home/me/a"]),
    ("${HOME}/a", ["/home/me/a"]),
    ("$PWD/a", ["a"]),
    ("$(pwd)/a", ["a"]),
    ("`pwd`/a", ["a"]),
    ("$(git rev-parse --show-toplevel)/a", ["a"]),
    ("$(dirname src/app.py)/b", ["src/b"]),
    ("$(basename src/app.py .py).txt", ["app.txt"]),
    ("$(echo held.py)", ["held.py"]),
    ("$(printf '%s.%s' held py)", ["held.py"]),
    ("$(echo a.py b.py)", ["a.py", "b.py"]),
    ('"$(echo a.py b.py)"', ["a.py b.py"]),
    ("$(cat <<< held.py)", ["held.py"]),
    ("$f", ["a.py"]),
    ('"${f}"', ["a.py"]),
    ("${f%.py}.txt", ["a.txt"]),
    ("${f##*.}", ["py"]),
    ("${f/a/b}", ["b.py"]),
    ("${f:0:1}", ["a"]),
    ("${f:-b}", ["a.py"]),
    ("${none:-b}", ["b"]),
    ("${f:+b}", ["b"]),
    ("${f^^}", ["A.PY"]),
    ("$two", ["a", "b"]),
    ('"$two"', ["a b"]),
    ('"${list[@]}"', ["p", "q r"]),
    ("${list[@]}", ["p", "q", "r"]),
    ('"${list[1]}"', ["q r"]),
    ("./a.py", ["a.py"]),
    (".//src/./app.py", ["src/app.py"]),
    ("-- -a", ["-a"]),
    ("''a.py", ["a.py"]),
]
SETTING = "f=a.py; two='a b'; list=(p 'q r'); "


@pytest.mark.parametrize(("word", "files"), WORDS, ids=[word for word, _ in WORDS])
def test_a_word_becomes_the_files_that_bash_makes_of_it(word: str, files: list[str]) -> None:
    """Each form, as an argument."""
    assert written(f"{SETTING}unlink {word}") == files


@pytest.mark.parametrize(
    "word",
    [
        "$(date)",
        "$((1 + 1))",
        "$RANDOM",
        "$unset",
        "~other/x",
        "$(head -1 list)",
        "${!x*}",
        "$(<list)",
        "$1x$@y$?",
    ],
)
def test_what_cannot_be_told_is_unread(word: str) -> None:
    """The phrase names the program, and nothing is called quiet."""
    found = reading(f"rm {word}")
    assert found.unread and not found.quiet
    assert not found.writes


def test_the_hooks_variables_are_known() -> None:
    """What the client's environment has, the command's has too."""
    assert written("rm $TMPDIR/x", {"TMPDIR": "/scratch"}) == ["/scratch/x"]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("IFS=,; f=a,b; rm $f", ["a", "b"]),
        ("f='a  b'; rm $f", ["a", "b"]),
        ("IFS=; f='a b'; rm $f", ["a b"]),
        ("IFS=:; f=a::b; rm $f", ["a", "b"]),  # the empty name is nobody's
        ("set -- a b; rm \"$@\"", ["a", "b"]),
        ("f='*.py'; rm $f", ["a.py", "b.py", "held.py", "x y.py"]),
        ("shopt -s globstar; rm src/**/*.js", ["src/deep/one.js"]),
        ("shopt -s dotglob; rm .hid*.py", [".hidden.py"]),
        ("a=held; b=py; rm $a.$b", ["held.py"]),
        ("name=f; f=a.py; rm ${!name}", ["a.py"]),
        ("export f=a.py; rm $f", ["a.py"]),
        ("f=a; f+=.py; rm $f", ["a.py"]),
        ("l=(a); l+=(b); rm ${l[@]}", ["a", "b"]),
        ("rm a{,.bak}", ["a", "a.bak"]),
        ("read -r f g <<< 'a b c'; rm $f", ["a"]),
        ("mapfile -t l <<< $'a\\nb'; rm ${l[@]}", ["a", "b"]),
        ("printf -v f '%s.py' a; rm $f", ["a.py"]),
    ],
)  # fmt: skip
def test_variables_hold_what_they_were_given(command: str, files: list[str]) -> None:
    """Splitting, arrays, the forms of assignment."""
    assert written(command) == files


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_the_style_of_quotes_makes_no_difference(name: str) -> None:
    """'', "", backslashes and $'…' name the same file."""
    single = "'" + name.replace("'", "'\\''") + "'"
    double = '"' + "".join(f"\\{c}" if c in '"\\$`' else c for c in name) + '"'
    escaped = "".join(c if c == "\n" or c.isalnum() else f"\\{c}" for c in name)
    dollar = "$'" + "".join(f"\\{c}" if c in "'\\" else c for c in name) + "'"
    forms = [single, double, dollar] + ([] if "\n" in name else [escaped])
    found = {tuple(w.path for w in reading(f"rm -- {form}").writes) for form in forms if "!" not in form}
    assert len(found) <= 1


@pytest.mark.parametrize("text", [r"a\tb", r"\x41\102\u00e9\U0001F600", r"\'\"\\\?", r"\cA\e\E", r"\q\xzz\8"])
def test_escapes_mean_what_bash_means(text: str) -> None:
    """$'…', by bash itself."""
    real = subprocess.run(["bash", "-c", f"printf %s $'{text}'"], capture_output=True, env={"LC_ALL": "C.UTF-8"})
    assert os.fsencode(ansi(text)) == real.stdout


@given(st.text("ab*?[!-]c\\", max_size=8), st.text("abc-]", max_size=6))
@settings(max_examples=60, deadline=None)
def test_patterns_fit_as_in_bash(pattern: str, name: str) -> None:
    """By bash's own case; patterns that end in a backslash or an open set are bash's business."""
    if pattern.endswith("\\") or ("[" in pattern and "\\" in pattern):
        return
    script = 'case "$1" in $2) echo y;; esac'
    real = subprocess.run(["bash", "-c", script, "-", name, pattern], capture_output=True, env={"LC_ALL": "C"})
    assert fits(compiled(pattern), name) == (real.stdout == b"y\n")
