"""The same commands, spelled otherwise: quoting, variables, nesting, wrappers. Layer 1 still refuses them."""

import subprocess
from collections.abc import Callable
from shlex import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.share import examples
from tests.shell.cases import HELD, Case, writes
from tests.shell.measure import patient
from tests.shell.scratch import Template, changed, state
from tests.shell.site import Site, reset, scratch

EXAMPLES, RUN = 250, 10
"""How many mutants are asked about; every RUN-th is executed."""
APART = ("shopt", "alias", "exec ", "trap", "/proc/self", "$0", "<<")
"""What does not survive being moved into another shell or function, or has its own end of line."""
WITHIN = [
    "bash -c {}", "eval {}", "env A=b bash -c {}", "timeout 9 bash -c {}", "nice -n 1 bash -c {}",
    "nohup bash -c {} 2> /dev/null", "command bash -c {}", "printf '%s\\0' {} | xargs -0 bash -c",
    "bash <<< {}", "c={}; eval \"$c\"", "bash -ec {}", "setsid -w bash -c {}", "stdbuf -o0 bash -c {}",
]  # fmt: skip
AROUND = [
    "(\n{}\n)", "{{\n{}\n}}", "if true; then\n{}\nfi", "for _i in 1; do\n{}\ndone", "_f() {{\n{}\n}}; _f",
    "true && {{ {}\n}}", "while true; do\n{}\nbreak; done", "case x in x)\n{}\n;; esac", "{{ {}\n}} 2>&1 | cat",
    "cd src; cd ..\n{}", "x=$(\n{}\n)", "! true || {{\n{}\n}}",
]  # fmt: skip
OTHERWISE: list[Callable[[str], str]] = [
    lambda c: c, lambda c: f"'{c}'", lambda c: f'"{c}"', lambda c: f"\\{c}" if c.isalnum() or c in "._" else c,
    lambda c: f"$'\\x{ord(c):02x}'", lambda c: f"$'\\{ord(c):03o}'", lambda c: f"$'\\u{ord(c):04x}'",
    lambda c: f"''{c}", lambda c: f'""{c}', lambda c: f"$'{c}'", lambda c: f'{c}$""',
]  # fmt: skip
PLAIN = [
    case for case in writes()
    if case.literal and case.verified and not (case.setup or case.needs or case.index)
    and case.held == HELD and case.cwd == "." and not any(word in case.command for word in APART)
]  # fmt: skip
BARE = [case for case in PLAIN if not set(case.command) & set("'\"\\$`{}[]*?") and HELD in case.command.split()]
"""Those in which the path stands unquoted, as a word of its own."""


@st.composite
def respelled(draw: st.DrawFn) -> tuple[Case, str]:
    """The path's characters each quoted in some way, or the path in pieces from variables."""
    case = draw(st.sampled_from(BARE))
    if draw(st.booleans()):
        ways = draw(st.lists(st.sampled_from(OTHERWISE), min_size=len(HELD), max_size=len(HELD)))
        word, before = "".join(way(c) for way, c in zip(ways, HELD, strict=True)), ""
    else:
        at = draw(st.integers(1, len(HELD) - 1))
        word = draw(st.sampled_from(['"$_a$_b"', "${_a}$_b", '$_a"$_b"', "$_a${_b:-}", '"${_a}"${_b}']))
        before = f"_a={HELD[:at]}; _b={HELD[at:]}; "
    return case, before + " ".join(word if part == HELD else part for part in case.command.split(" "))


@st.composite
def mutants(draw: st.DrawFn) -> tuple[Case, str]:
    """A command, respelled or not, inside up to three others."""
    case, text = draw(st.one_of(respelled(), st.sampled_from(PLAIN).map(lambda case: (case, case.command))))
    for shape in draw(st.lists(st.sampled_from(WITHIN + AROUND), min_size=1, max_size=3)):
        text = shape.format(quote(text) if shape in WITHIN else text)
    return case, text


def test_mutants_are_refused(template: Template) -> None:
    """At least 95 in 100, whatever was done to them; those that are run still change the file."""
    refused: list[str] = []
    passed: list[str] = []

    @settings(
        max_examples=examples(EXAMPLES), derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(mutants(), respelled()))
    def ask(pair: tuple[Case, str]) -> None:
        case, text = pair
        assert subprocess.run(["/bin/bash", "-n", "-c", text], capture_output=True).returncode == 0, text
        if (len(refused) + len(passed)) % RUN == 0:
            _changes(template, case, text)
        reset(site, kept)
        (refused if site.ask(text) else passed).append(f"{case.id}: {text}")

    with patient(), scratch(template) as ground:
        site = Site(ground, ground.base / "state")
        site.hold(HELD)
        kept = ground.base / "kept"
        site.root.rename(kept)
        ask()
    assert len(refused) + len(passed) >= examples(EXAMPLES)
    assert len(refused) >= 0.95 * (len(refused) + len(passed)), passed


def _changes(template: Template, case: Case, text: str) -> None:
    with scratch(template) as ground:
        before = state(ground, case)
        done = ground.run(text)
        assert changed(ground, case, before), (text, done.stderr)
