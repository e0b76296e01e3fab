"""Structure: redirections, control flow, where the shell is, what its parts hand to each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .reader import reading, written


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("echo x > a", ["a"]),
        ("> a", ["a"]),
        ("echo x >> a", ["a"]),
        ("echo x >| a", ["a"]),
        ("make_no_such 2> a || true", None),
        ("ls &> a", ["a"]),
        ("ls &>> a", ["a"]),
        ("ls >& a", ["a"]),
        ("ls 3<> a", ["a"]),
        ("ls 2> a", ["a"]),
        ("ls {fd}> a", ["a"]),
        ("exec 3> a", ["a"]),
        ("cat <<E > a\nx > b\nE", ["a"]),
        ("{ echo x; echo y; } > a", ["a"]),
        ("for i in 1; do echo; done > a", ["a"]),
        ("(echo x) > a", ["a"]),
        ("ls > /dev/null 2>&1", []),
        ("echo x >&2", []),
        ("echo x > /dev/stderr", []),
        ("ls | tee >(cat > a) > /dev/null", ["a"]),
        ("cat < a", []),
        ("[[ a > b ]]", []),
        ("((a > 3))", []),
        ("echo '> a'", []),
    ],
)
def test_redirections(command: str, files: list[str] | None) -> None:
    """Every kind that opens a file for writing, and none that doesn't."""
    if files is None:
        assert [w.path for w in reading(command).writes] == ["/repo/a"]
    else:
        assert written(command) == files


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("cd src && rm x", ["src/x"]),
        ("cd src; rm x; cd ..; rm y", ["src/x", "y"]),
        ("(cd src; rm x); rm y", ["src/x", "y"]),
        ("cd src | rm x", ["x"]),
        ("cd nowhere; rm x", ["nowhere/x", "x"]),
        ("cd nowhere && rm x", ["nowhere/x"]),
        ("cd nowhere || rm x", ["x"]),
        ("cd nowhere || exit 1; rm x", ["nowhere/x"]),
        ("cd src && f=x && rm $f", ["src/x"]),
        ("mkdir new && cd new && rm x", ["new/x"]),
        ("pushd src; rm x; popd; rm y", ["src/x", "y"]),
        ("cd src; cd -; rm y", ["y"]),
        ("cd src/deep/../..; rm y", ["y"]),
        ("[ -d src ] && cd src; rm x", ["src/x", "x"]),
        ("cd src & rm x", ["x"]),
        ("git -C src rm app.py", ["src/app.py"]),
        ("env -C src rm x", ["src/x"]),
        ("sudo -D src rm x", ["src/x"]),
        ("f() { cd src; }; f; rm x", ["src/x"]),
    ],
)
def test_where_the_shell_is(command: str, files: list[str]) -> None:
    """cd, pushd and -C along the sequence; a subshell's stays in it; one that may fail leaves two places."""
    assert written(command) == files


@pytest.mark.parametrize("command", ["cd $x; rm a", "cd $(date); rm a", 'cd -- "$x" && rm a', "pushd +1; rm a"])
def test_an_unknown_place_makes_what_follows_unread(command: str) -> None:
    """Relative writes there can't be told."""
    found = reading(command)
    assert found.unread and not found.writes


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("if x=1; then rm a; else rm b; fi", ["a"]),
        ("if [ -f q ]; then rm a; elif [ -f r ]; then rm b; else rm c; fi", ["a", "b", "c"]),
        ("true && rm a", ["a"]),
        ("false && rm a; true || rm b", []),
        ("test -f a || rm a", ["a"]),
        ("! rm a", ["a"]),
        ("for i in a b; do rm $i; done", ["a", "b"]),
        ("for i in *.py; do rm ${i%.py}.o; done", ["a.o", "b.o", "held.o", "x", "y.o"]),
        ("for ((i=0; i<3; i++)); do rm a; done", ["a"]),
        ("while read -r f; do rm $f; done <<< $'a\\nb'", ["a", "b"]),
        ("printf 'a\\nb\\n' | while read f; do rm \"$f\"; done", ["a", "b"]),
        ("while grep -q x f; do rm a; done", ["a"]),
        ("until rm a; do rm b; done", ["a", "b"]),
        ("while true; do rm a; break; rm b; done", ["a"]),
        ("for i in a b; do if [ -f q ]; then continue; fi; rm $i; done", ["a", "b"]),
        ("case x in a) rm a;; x) rm b;; *) rm c;; esac", ["b"]),
        ("case $q in a) rm a;; *) rm c;; esac", ["a", "c"]),
        ("case x in x) rm a;& y) rm b;; esac", ["a", "b"]),
        ("f() { rm $1; }; f a; f b", ["a", "b"]),
        ("f() { local x=b; }; x=a; f; rm $x", ["a"]),
        ("f() { rm a; }", []),
        ("f() { return; rm a; }; f; rm b", ["b"]),
        ("{ rm a; }; (rm b); rm c &", ["a", "b", "c"]),
        ("rm a | rm b |& rm c", ["a", "b", "c"]),
        ("time rm a", ["a"]),
        ("coproc X { rm a; }", ["a"]),
        ("select i in a b; do rm a; done", ["a"]),
        ("exit; rm a", []),
        ("trap 'rm a' EXIT", ["a"]),
        ("eval 'rm a'", ["a"]),
        ("eval f=a; rm $f", ["a"]),
        ('echo "$(rm a)"', ["a"]),
        ("x=`rm a`", ["a"]),
        ("diff <(rm a) <(rm b)", ["a", "b"]),
        ("echo ${x:-$(rm a)}", ["a"]),
        ("[[ -n $(rm a) ]]", ["a"]),
        ("echo $(( $(rm a) + 1 ))", ["a"]),
        ("cat <<E\n$(rm a)\nE", ["a"]),
        ("cat <<'E'\n$(rm a)\nE", []),
        ("export X=$(rm a)", ["a"]),
        ("echo 'rm a' | bash", ["a"]),
        ("bash <<< 'rm a'", ["a"]),
        ("bash <<'E'\nrm a\nE", ["a"]),
        ("source /dev/stdin <<< 'rm a'", ["a"]),
        ("echo 'rm b' > a; bash a", ["a", "b"]),
        ("echo a b | xargs rm", ["a", "b"]),
        ("echo a | xargs -I{} cp held.py {}", ["a"]),
        ("echo | xargs rm a", ["a"]),
        ("ls a.py b.py | xargs rm", ["a.py", "b.py"]),
        ("find src -name '*.js' -delete", ["src/deep/one.js"]),
        (
            "find . -name '*.py' ! -path './src/*' -exec sed -i s/a/b/ {} +",
            ["a.py", "b.py", "held.py", "x y.py", ".hidden.py"],
        ),
        ("find . \\( -name '*.md' -o -name '*.js' \\) -exec rm {} \\;", ["src/deep/one.js", "docs/guide.md"]),
        ("t=$(mktemp); sed s/a/b/ a.py > $t && mv $t a.py", ["/tmp/tmp.XXXXXXXXXX", "a.py"]),
        ("ln held.py x && echo > x", ["x", "held.py"]),
        ("ln -s src s && rm s/app.py", ["s", "s/app.py", "src/app.py"]),
    ],
)
def test_the_ways_a_command_may_go(command: str, files: list[str]) -> None:
    """Every part that may run is read, and none that can't."""
    assert written(command) == files


def test_a_variable_that_differs_by_the_way_taken_is_unread() -> None:
    """Neither value is claimed."""
    found = reading("if grep -q x f; then t=a; else t=b; fi; rm $t")
    assert found.unread and not found.writes


_WRAPS = [
    "sh -c {quoted}",
    "bash -c {quoted}",
    "env X=1 {plain}",
    "timeout 5 {plain}",
    "( {plain} )",
    "{{ {plain}; }}",
    "if true; then {plain}; fi",
    "nice -n 5 {plain}",
    "nohup {plain} &",
    "eval {quoted}",
    "command {plain}",
    "for i in 1 2; do {plain}; done",
    "xargs -r {plain} < /dev/null",
    "true && {plain}",
    "! {{ {plain}; }}",
    "time {plain}",
    "{plain} | cat",
    "cat x | {plain}",
    "{plain} 2>&1",
    "sudo -u me {plain}",
    "stdbuf -oL {plain}",
    "f() {{ {plain}; }}; f",
    "case x in x) {plain};; esac",
    "while {plain}; do break; done",
    "echo $({plain})",
    "uv run {plain}",
    "trap {quoted} EXIT",
    "find . -maxdepth 0 -exec {plain} \\;",
    "X=1 {plain}",
    "setsid -w {plain}",
    "exec {plain}",
    "watch -x {plain}",
]
_WRITES = ["rm held.py", "sed -i s/a/b/ held.py", "cp a.py held.py", "tee held.py", "truncate -s 0 held.py"]


@given(st.sampled_from(_WRITES), st.lists(st.sampled_from(_WRAPS), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_wrapping_never_loses_a_write(command: str, wraps: list[str]) -> None:
    """Whatever stands around it, the file is written or the command is unread; never quiet."""
    for wrap in wraps:
        quoted = "'" + command.replace("'", "'\\''") + "'"
        if "plain" in wrap and any(sign in command for sign in (";", "&", "|", "{", "(", "<", ">")):
            command = f"sh -c {quoted}"
        command = wrap.format(plain=command, quoted=quoted)
    found = reading(command)
    assert not found.quiet
    assert found.unread or "/repo/held.py" in {w.path for w in found.writes}, command


@pytest.mark.parametrize("wrap", _WRAPS)
def test_one_wrapper_is_read_through(wrap: str) -> None:
    """Each by itself leaves nothing unread."""
    command = wrap.format(plain="rm held.py", quoted="'rm held.py'")
    assert "/repo/held.py" in {w.path for w in reading(command).writes}
