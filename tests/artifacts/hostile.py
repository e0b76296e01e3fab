"""Over a hundred files that are no artifacts, though they lie where some should: what each is, what is told."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from .sample import CRITIQUE, GOOD, STATUS, line

REPORT = ".runs/r1/build/code_critique.md"
JSON = ".runs/r1/build/ac_status.json"
MIB = 1024 * 1024


class Case(NamedTuple):
    """``make`` puts it at ``path`` below a checkout; the flaw's ``line``, and a part of ``what`` it says."""

    name: str
    path: str
    make: Callable[[Path], object]
    line: int
    what: str


def _text(name: str, path: str, text: str | bytes, number: int, what: str) -> Case:
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return Case(name, path, lambda file: file.write_bytes(raw), number, what)


def _yaml(name: str, number: int, new: str, what: str, told: int = 0) -> Case:
    """The good critique with another line."""
    return _text(name, REPORT, line(CRITIQUE, number, new), told or number, what)


def _json(name: str, number: int, new: str, what: str, told: int = 0) -> Case:
    """The good status with another line."""
    return _text(name, JSON, line(STATUS, number, new), told or number, what)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _bytes()
    yield from _yamls()
    yield from _jsons()
    yield from _shapes()
    yield from _places()


def _bytes() -> Iterator[Case]:
    for path in (REPORT, JSON):
        kind = path.rpartition(".")[2]
        good = GOOD[path].encode()
        yield _text(f"empty {kind}", path, b"", 1, "")
        yield _text(f"blanks {kind}", path, b" \n\t\n", 3 if kind == "json" else 1, "")
        yield _text(f"byte order mark {kind}", path, b"\xef\xbb\xbf" + good, 1, "byte order mark")
        yield _text(f"byte order mark within {kind}", path, good.replace(b"r1", b"\xef\xbb\xbfr1", 1), 3, "U+FEFF")
        yield _text(f"UTF-16 {kind}", path, good.decode().encode("utf-16"), 1, "UTF-8")
        yield _text(f"UTF-32 {kind}", path, good.decode().encode("utf-32"), 1, "UTF-8")
        yield _text(f"latin-1 {kind}", path, good.replace(b"r1", b"r\xe91", 1), 3, "not UTF-8")
        yield _text(f"overlong {kind}", path, good.replace(b"r1", b"\xc0\xae", 1), 3, "not UTF-8")
        yield _text(f"surrogate {kind}", path, good.replace(b"r1", b"\xed\xa0\x80", 1), 3, "not UTF-8")
        yield _text(f"NUL {kind}", path, good.replace(b"r1", b"r\x001", 1), 3, "U+0000")
        yield _text(f"escape {kind}", path, good.replace(b"r1", b"\x1b[2Jr1", 1), 3, "U+001B")
        yield _text(f"C1 control {kind}", path, good.replace(b"r1", b"\xc2\x9b2J", 1), 3, "U+009B")
        yield _text(f"no sign {kind}", path, good.replace(b"r1", b"\xef\xbf\xbf", 1), 3, "U+FFFF")
        yield _text(f"binary {kind}", path, bytes(range(256)) * 64, 2, "not UTF-8")
        yield _text(f"zeros {kind}", path, bytes(4096), 1, "U+0000")
        yield _text(f"huge {kind}", path, good + b" " * MIB, 0, "over 1048576 bytes")
        yield _text(f"huge line {kind}", path, b"x" * MIB, 1, "")
        yield _text(f"sparse {kind}", path, b"", 0, "over 1048576 bytes")._replace(make=_sparse)
        yield _text(f"the other kind {kind}", path, GOOD[JSON if path == REPORT else REPORT], 1, "")


def _sparse(file: Path) -> None:
    with file.open("wb") as made:
        made.truncate(1 << 40)


def _yamls() -> Iterator[Case]:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    yield _yaml("billion laughs", 4, laughs, "the anchor &a")
    yield _yaml("a list in itself", 5, "items: &all\n  - *all", "the anchor &all")
    yield _yaml("an alias to nothing", 4, "round: *one", "alias")
    yield _yaml("a merge", 4, "<<: *base", "alias")
    yield _yaml("a merge of plain keys", 4, "round: 1\n<<: {round: 2}", "`<<` is not known", 5)
    yield _yaml("python/object", 4, "round: !!python/object/apply:os.system ['true']", "tag")
    yield _yaml("python/name", 4, "round: !!python/name:os.system", "tag")
    yield _yaml("a tag of its own", 4, "round: !mine 1", "tag")
    yield _yaml("the plain tag", 9, "    issue: ! text", "tag")
    yield _yaml("a tagged set", 5, "items: !!set {a, b}", "tag")
    yield _yaml("a tagged binary", 9, "    issue: !!binary aGk=", "tag")
    yield _yaml("a tag directive", 1, "---\n%TAG ! tag:x,2000:", "not YAML", 3)
    yield _yaml("a key twice", 4, "round: 1\nround: 2", "`round` comes twice", 5)
    yield _yaml("a key twice below", 9, "    issue: x\n    issue: y", "`issue` comes twice", 10)
    yield _yaml("a key twice, in quotes", 4, 'round: 1\n"round": 2', "`round` comes twice", 5)
    yield _yaml("a list as key", 4, "? [a, b]\n: 1", "a key is no text")
    yield _yaml("a mapping as key", 4, "{a: 1}: 1", "a key is no text")
    yield _yaml("a second document", 4, "...\nround: 1", "", 5)
    yield _yaml("deep list", 4, f"round: {'[' * 60}{']' * 60}", "nested over")
    yield _yaml("very deep list", 4, f"round: {'[' * 50_000}", "nested over")
    yield _yaml("deep mapping", 4, f"round: {'{a: ' * 60}1{'}' * 60}", "nested over")
    yield _yaml(
        "deep by lines", 4, "round:\n" + "\n".join(f"{' ' * n}a:" for n in range(1, 60)), "nested over", 28
    )
    yield _yaml("an open list", 4, "round: [1, 2", "not YAML", 5)
    yield _yaml("an open quote", 4, 'round: "1', "not YAML", 10)
    yield _yaml("a tab", 4, "\tround: 1", "not YAML")
    yield _yaml("two colons", 4, "round: 1: 2", "not YAML")
    yield _yaml("no key", 4, "round", "not YAML", 5)
    yield _yaml("a bad indent", 7, "   severity: major", "not YAML")
    yield _yaml("half a sign", 9, '    issue: "\\ud800"', "")
    yield _yaml("a bad escape", 9, '    issue: "\\q"', "not YAML")
    yield _yaml("a list", 2, "- version: 1\n- run_id: r1\n---", "holds a list", 1)
    yield _yaml("a word", 2, "critique\n---", "holds a single value", 1)
    yield _yaml("nothing in it", 2, "---", "holds nothing", 1)
    yield _yaml("not a number", 4, "round: .nan", "`round` is '.nan'")
    yield _yaml("endless", 4, "round: 1e999", "`round`")
    yield _yaml("a long number", 4, f"round: {'9' * 5000}", "`round`")
    yield _yaml("a merge conflict", 4, "<<<<<<< HEAD\nround: 1\n=======\nround: 2\n>>>>>>> x", "merge conflict")
    yield _yaml("no front matter", 1, "# Critique", "no front matter", 1)
    yield _yaml("front matter without end", 11, "", "no end", 1)
    yield _yaml("front matter of other signs", 1, "+++", "no front matter", 1)
    yield _text("front matter too long", REPORT, f"---\n# {'x' * 300_000}\n---\n", 1, "over 262144")
    yield _text("only old Mac line ends", REPORT, CRITIQUE.replace("\n", "\r"), 1, "no front matter")


def _jsons() -> Iterator[Case]:
    yield _json("a key twice", 3, '  "run_id": "r1", "run_id": "r2",', "`run_id` comes twice")
    yield _json(
        "a key twice, one in escapes", 3, '  "run_id": "r1",\n  "run\\u005fid": "r2",', "`run_id` comes twice", 4
    )
    yield _json("NaN", 2, '  "version": NaN,', "NaN")
    yield _json("Infinity", 2, '  "version": Infinity,', "Infinity")
    yield _json("minus Infinity", 2, '  "version": -Infinity,', "-Infinity")
    yield _json("endless", 2, '  "version": 1e999,', "`version`")
    yield _json("a long number", 2, f'  "version": {"9" * 5000},', "4300 digits")
    yield _json("half a sign", 6, '      "AC-1": {"status": "done", "note": "\\ud800"}', "lone surrogate")
    yield _json("half a sign as key", 6, '      "\\udfff": {"status": "done"}', "lone surrogate")
    yield _json("a comment", 2, '  "version": 1, // first', "not JSON")
    yield _json("a comma too many", 6, '      "AC-1": {"status": "done"},', "not JSON", 7)
    yield _json("single quotes", 2, "  'version': 1,", "not JSON")
    yield _json("an open text", 6, '      "AC-1": {"status": "done', "not JSON")
    yield _json("a line end in a text", 6, '      "AC-1": {"status": "do\nne"}', "not JSON")
    yield _json("a bad escape", 6, '      "AC-1": {"status": "\\x41"}', "not JSON")
    yield _json("more after it", 9, "}{}", "not JSON")
    yield _text("a list", JSON, "[1, 2]", 1, "holds a list")
    yield _text("a word", JSON, '"done"', 1, "holds a single value")
    yield _text("null", JSON, "null", 1, "holds nothing")
    yield _text("deep", JSON, '{"a":\n' * 40 + "1" + "}" * 40, 25, "nested over")
    yield _text("very deep", JSON, "[" * 100_000 + "]" * 100_000, 1, "nested over")
    yield _text("very deep mapping", JSON, '{"a":' * 100_000, 1, "nested over")
    yield _text("many keys", JSON, "{" + ",".join(f'"k{n}": 1' for n in range(60_000)) + "}", 1, "")
    yield _text("a torn file", JSON, STATUS[:60], 5, "not JSON")
    yield _text("a merge conflict", JSON, line(STATUS, 3, '<<<<<<< HEAD\n  "run_id": "r1",'), 3, "merge conflict")


def _shapes() -> Iterator[Case]:
    yield _json("version 0", 2, '  "version": 0,', "version 0 is not known here")
    yield _json("version 2", 2, '  "version": 2,', "version 2 is not known here")
    yield _json("version of years ahead", 2, '  "version": 99999999999999999999,', "is not known here")
    yield _json("version as text", 2, '  "version": "1",', "`version`")
    yield _json("version true", 2, '  "version": true,', "`version`")
    yield _json("version 1.0", 2, '  "version": 1.0,', "`version`")
    yield _json("version null", 2, '  "version": null,', "`version`")
    yield _json("no version", 2, "", "`version` is missing", 1)
    yield _json("another run", 3, '  "run_id": "r2",', "lies in .runs/r1")
    yield _json("a run elsewhere", 3, '  "run_id": "../../etc",', "run's id")
    yield _json("a run with no name", 3, '  "run_id": "",', "`run_id`")
    yield _json("a run that is a list", 3, '  "run_id": ["r1"],', "`run_id` is a list")
    yield _json("sections as list", 4, '  "sections": [], "x": {', "`sections` is a list")
    yield _json("another shape of it", 4, '  "criteria": {', "`sections` is missing", 1)
    yield _json("a section's name", 5, '    "the critic\\u001b[2J": {', "can't be a key")
    yield _json("a standing that is a word", 6, '      "AC-1": "done"', "`sections.critic.AC-1`")
    yield _json("a status that is none", 6, '      "AC-1": {"status": "DONE"}', "'DONE'")
    yield _json(
        "a note without end", 6, f'      "AC-1": {{"status": "done", "note": "{"x" * 5000}"}}', "at most 400"
    )
    yield _json("a proto key", 6, '      "__proto__": {"status": "done"}', "can't be a key")
    yield _yaml("a path out of here", 8, "    location: ../../etc/passwd:1", "without `..`")
    yield _yaml("a home path", 8, "    location: ~/x:1", "without `..`")
    yield _yaml("line 0", 8, "    location: src/a.py:0", "FILE:LINE")
    yield _yaml("a line of other digits", 8, "    location: src/a.py:\u0663", "FILE:LINE")
    yield _yaml(
        "too many findings",
        6,
        "  - {id: a, severity: info, location: 'a:1', issue: x}\n" * 600 + "  - id: C-1",
        "at most 500",
        5,
    )
    yield _yaml("counts that are typed", 4, "round: 1\ntotal: 2", "`total` is not known", 5)
    for path in GOOD:
        yield _text(f"only a brace, {path.rpartition('/')[2]}", path, "{}\n", 1, "")


def _places() -> Iterator[Case]:
    yield Case("a FIFO", REPORT, os.mkfifo, 0, "is a FIFO")
    yield Case("a FIFO as JSON", JSON, os.mkfifo, 0, "is a FIFO")
    yield Case("a folder", REPORT, os.mkdir, 0, "is a folder")
    yield Case("a socket", REPORT, _socket, 0, "is a socket")
    yield Case("a link out of here", REPORT, lambda file: file.symlink_to("/etc/passwd"), 0, "is a symlink")
    yield Case("a link to a device", REPORT, lambda file: file.symlink_to("/dev/zero"), 0, "is a symlink")
    yield Case("a link to the own memory", JSON, lambda file: file.symlink_to("/proc/self/mem"), 0, "is a symlink")
    yield Case("a link to itself", REPORT, lambda file: file.symlink_to(file.name), 0, "is a symlink")
    yield Case("a link to nothing", REPORT, lambda file: file.symlink_to("nothing"), 0, "is a symlink")
    yield Case("a link to a good one", REPORT, _beside, 0, "is a symlink")
    yield Case("a flow that is a link", ".runs/r1/plan/x_critique.md", _flow, 0, "is a symlink")
    yield Case("a flow that is a file", ".runs/r1/gate/x_critique.md", _file, 0, "is a file")
    yield Case("nothing there", ".runs/r1/build/gone_critique.md", lambda _: None, 0, "is not there")
    yield Case("a long name", f".runs/r1/build/{'x' * 300}_critique.md", lambda _: None, 0, "can't be read")
    yield Case("a name with NUL", ".runs/r1/build/a\0_critique.md", lambda _: None, 0, "leads nowhere")
    yield Case(
        "a name that steers", ".runs/r1/build/\x1b[2J_critique.md", lambda file: file.write_text("x"), 1, ""
    )
    yield Case(
        "a name that is no text", ".runs/r1/build/\udcff_critique.md", lambda file: file.write_text("x"), 1, ""
    )


def _socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(file.parent)
        try:
            made.bind(file.name)
        finally:
            os.chdir(here)


def _beside(file: Path) -> None:
    file.with_name("other_critique.md").write_text(CRITIQUE)
    file.symlink_to("other_critique.md")


def _flow(file: Path) -> None:
    file.parent.rmdir()
    file.parent.symlink_to("build")


def _file(file: Path) -> None:
    file.parent.rmdir()
    file.parent.write_text("x")
