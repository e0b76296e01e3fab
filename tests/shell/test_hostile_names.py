"""Held files with hostile names, written in a dozen ways: refused, contained, reported."""

import os
from pathlib import Path
from shlex import quote

import pytest
from tests.share import share
from tests.shell.cases import Case
from tests.shell.measure import contained, read, watched
from tests.shell.scratch import Template

NAMES = [
    "a b.py", " lead.py", "trail ", "new\nline.py", "\nfirst", "it's.py", 'dou"ble.py', "$x.py", "${HOME}.py",
    "$(id).py", "`id`.py", "-dash.py", "-rf", "--", "*.py", "?", "[h]eld.py", "{a,b}.py", "~", "~root.py",
    "#hash.py", "!bang.py", "semi;colon.py", "a&b.py", "a|b.py", "a>b.py", "back\\slash.py", "tab\t.py",
    "\x01\x7f.py", "ünï.py", "e\u0301.py", "日本.py", "caf\udce9.py", "\udcff", "=eq.py", "a=b.py", "%s.py",
    "held.py'", "\\", "\u202egnp.py",
]  # fmt: skip
FORMS = {
    "redirect": "echo new > {}",
    "append": "echo new >> {}",
    "heredoc": "cat > {} <<'EOF'\nnew\nEOF",
    "tee": "echo new | tee -- {}",
    "cp": "cp -- free.py {}",
    "mv-over": "mv -f -- free.py {}",
    "mv-away": "mv -- {} gone",
    "rm": "rm -f -- {}",
    "sed": "sed -i -e s/old/new/ -- {}",
    "perl": "perl -pi -e s/old/new/ -- {}",
    "truncate": "truncate -s 0 -- {}",
    "dd": "dd if=free.py of={} status=none",
    "ln": "ln -sf -- free.py {}",
    "variable": 'f={}; rm -f -- "$f"',
    "array": 'f=(x {}); rm -f -- "${{f[1]}}"',
    "nested": "bash -c {}",
    "python": "python3 -c 'import sys; open(sys.argv[1], \"w\")' {}",
    "git": "git checkout HEAD~1 -- {}",
    "find": "find {} -delete",
    "xargs": "printf '%s\\0' {} | xargs -0 rm -f --",
}
RUN = ("redirect", "tee", "cp", "mv-away", "rm", "sed", "dd", "nested", "git")
FOLDER = "odd"


def dollar(name: str) -> str:
    """The name in ``$'…'``, each byte that is not plain as an octal escape."""
    plain = "".join(chr(b) if chr(b).isalnum() and b < 128 else f"\\{b:03o}" for b in os.fsencode(name))
    return f"$'{plain}'"


def case(name: str, form: str, quoting: str) -> Case:
    held = f"{FOLDER}/{name}"
    word = dollar(name) if quoting == "dollar" else quote(name)
    if form in ("redirect", "dd", "find", "python", "append", "heredoc") and name.startswith("-"):
        word = f"./{word}"
    if form == "nested":
        inner = f"rm -f -- {word}"
        word = dollar(inner) if quoting == "dollar" and inner.isascii() else quote(inner)
    full = f"$'{FOLDER}/'{dollar(name)}"
    setup = f"mkdir {FOLDER}; cp free.py {FOLDER}/; echo \"x = 'old'\" > {full}"
    if form == "git":
        setup += f"; git add {FOLDER}; git commit -qm odd; echo more >> {full}; git commit -qam more"
    return Case("names", f"{form} {name!r} {quoting}", FORMS[form].format(word), True, setup, held, FOLDER)


def cases(form: str, names: list[str]) -> list[Case]:
    """Each name, quoted one way or the other in turn; bytes that are no UTF-8 can't stand in a command as they
    are."""
    ways = {name: "dollar" if at % 2 or not _utf8(name) else "plain" for at, name in enumerate(names, len(form))}
    return [case(name, form, how) for name, how in ways.items()]


def _utf8(name: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in name)


@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_name_is_refused(form: str, template: Template) -> None:
    """Each command that writes it, quoted as it should be."""
    said = read(template, share(cases(form, NAMES)))
    assert [name for name, sentence in said.items() if not sentence] == []


@pytest.mark.parametrize("form", RUN)
def test_its_change_is_reported(form: str, template: Template) -> None:
    """The commands really change it, and that is a breach."""
    assert [one.id for one in share(cases(form, NAMES)) if not watched(template, one)] == []


@pytest.mark.parametrize("form", RUN)
def test_it_is_contained(form: str, template: Template, possible: Path) -> None:
    """With a ticket for it, it stays as it was."""
    found = {one.id: contained(template, one) for one in share(cases(form, NAMES))}
    assert {name: why for name, why in found.items() if why} == {}
