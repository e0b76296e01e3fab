"""Counts from closing lines: of the real pytest and unittest, and of recorded output of the others."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.runs import counts
from interlock.runs.counts import Counts

TESTS = """
import pytest, unittest
def test_good(): pass
def test_bad(): assert 0
@pytest.mark.skip
def test_left(): pass
@pytest.mark.xfail
def test_expected(): assert 0
@pytest.fixture
def broken(): raise OSError
def test_error(broken): pass
"""
UNITTESTS = """
import unittest
class T(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.fail()
    def test_error(self): raise OSError
    @unittest.skip("why")
    def test_left(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
"""


def read(tmp_path: Path, runner: str, text: str | bytes) -> Counts | None:
    log = tmp_path / "log"
    log.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
    return counts.read(runner, log)


def run(tmp_path: Path, *words: str) -> bytes:
    environ = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    "words",
    [(), ("-q",), ("-v",), ("--color=yes",), ("-q", "--no-header", "--tb=no", "-rA"), ("-ra", "-qq"), ("-qqq",)],
)
def test_the_real_pytest(tmp_path: Path, words: tuple[str, ...]) -> None:
    """However it is told to print, pytest's counts are read: an expected failure passed, an error ran."""
    (tmp_path / "test_it.py").write_text(TESTS)
    out = run(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", *words)
    assert read(tmp_path, "pytest", out) == Counts(4, 2, 1, 1, 1)


def test_the_real_pytest_with_nothing_to_run(tmp_path: Path) -> None:
    """No test is a count, too: none. Where two -q leave the closing line out and nothing shows
    the progress, none is known."""
    assert read(tmp_path, "pytest", run(tmp_path, "-m", "pytest", "-p", "no:cacheprovider")) == Counts(
        0, 0, 0, 0, 0
    )
    (tmp_path / "test_it.py").write_text("def test_a(): pass\ndef test_b(): pass\n")
    out = run(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", "-k", "test_a")
    assert read(tmp_path, "pytest", out) == Counts(1, 1, 0, 0, 0)
    assert read(tmp_path, "pytest", run(tmp_path, "-m", "pytest", "-qqqs")) is None


def test_quiet_over_several_lines(tmp_path: Path) -> None:
    """The letters of all lines up to the end count; progress that did not get there counts nothing."""
    lines = "....F.sx [ 50%]\n..E..X    [100%]\n"
    assert read(tmp_path, "pytest", lines) == Counts(13, 11, 1, 1, 1)
    assert read(tmp_path, "pytest", lines.splitlines()[0] + "\n") is None
    assert read(tmp_path, "pytest", lines + "1 passed in 0.1s\n") == Counts(1, 1, 0, 0, 0)


def test_a_test_that_prints_a_closing_line(tmp_path: Path) -> None:
    """What a test prints in pytest's manner comes before what pytest prints."""
    fake = "print('\\n===== 99 passed in 0.01s =====\\n99 passed in 0.01s')"
    (tmp_path / "test_it.py").write_text(f"def test_a():\n    {fake}\n    assert 0\n")
    for words in (("-s",), (), ("-rA", "-q")):
        out = run(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", *words)
        assert b"99 passed" in out
        assert read(tmp_path, "pytest", out) == Counts(1, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("============ 1 failed, 2 passed, 3 skipped in 65.20s (0:01:05) ============", Counts(3, 2, 1, 3, 0)),
        ("2 passed, 1 warning in 0.01s", Counts(2, 2, 0, 0, 0)),
        ("== 1 xpassed, 2 deselected, 4 rerun, 2 errors in 1.00s ==", Counts(3, 1, 0, 0, 2)),
        ("==== 10 passed, 3 subtests passed in 1.00s ====", Counts(10, 10, 0, 0, 0)),
        ("\x1b[32m\x1b[1m3 passed\x1b[0m\x1b[32m in 0.10s\x1b[0m", Counts(3, 3, 0, 0, 0)),
        ("....\r3 passed in 0.10s\r", Counts(3, 3, 0, 0, 0)),
        ("=== 12/40 tests collected (28 deselected) in 0.10s ===", None),
        ("  3 passed in 0.10s", None),
        ("E   3 passed in 0.10s", None),
        ("3 passed in a hurry", None),
    ],
)
def test_lines_of_pytest(tmp_path: Path, line: str, found: Counts | None) -> None:
    """Colours, warnings, minutes, words of plugins; and what only looks like it."""
    assert read(tmp_path, "pytest", f"noise\n{line}\n") == found


def test_the_real_unittest(tmp_path: Path) -> None:
    """unittest's counts, of the three lines that it closes with."""
    (tmp_path / "test_it.py").write_text(UNITTESTS)
    out = run(tmp_path, "-m", "unittest")
    assert read(tmp_path, "unittest", out) == Counts(4, 2, 1, 1, 1)
    (tmp_path / "test_it.py").write_text("print('Ran 5 tests in 0.1s\\n\\nOK')")
    assert read(tmp_path, "unittest", run(tmp_path, "-m", "unittest")) == Counts(0, 0, 0, 0, 0)


JEST = """PASS src/a.test.js
FAIL src/b.test.js
  ● Console
    Tests:       9 passed, 9 total

Test Suites: 1 failed, 1 passed, 2 total
Tests:       1 failed, 2 skipped, 1 todo, 10 passed, 14 total
Snapshots:   0 total
Time:        1.2 s
Ran all test suites.
"""
VITEST = """
 RUN  v1.6.0 /repo

 ✓ a.test.ts (2)
\x1b[2m Test Files \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m\x1b[22m\x1b[2m | \x1b[22m1 passed\x1b[90m (2)\x1b[39m
\x1b[2m      Tests \x1b[22m \x1b[31m1 failed\x1b[39m\x1b[2m | \x1b[22m3 passed | 2 skipped\x1b[90m (6)\x1b[39m
   Start at  10:00:00
   Duration  300ms
"""


def test_jest_and_vitest(tmp_path: Path) -> None:
    """The summary's line of tests, not the one of files, nor what a test logs before it."""
    assert read(tmp_path, "jest", JEST) == Counts(11, 10, 1, 3, 0)
    assert read(tmp_path, "vitest", VITEST) == Counts(4, 3, 1, 2, 0)
    assert read(tmp_path, "vitest", "      Tests  no tests\n") == Counts(0, 0, 0, 0, 0)
    assert read(tmp_path, "jest", "Tests:       0 total\n") == Counts(0, 0, 0, 0, 0)
    assert read(tmp_path, "jest", "No tests found, exiting with code 1\n") is None


CARGO = """   Compiling x v0.1.0
     Running unittests src/lib.rs (target/debug/deps/x-1)

running 3 tests
test a ... ok
test b ... ignored
test c ... FAILED

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/it.rs (target/debug/deps/it-2)

running 1 test
test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
running 9 tests
test result: ok. 9 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
test d ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s

   Doc-tests x

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""


def test_cargo(tmp_path: Path) -> None:
    """The sum over all test programs, without what a test prints in cargo's manner between its program's lines."""
    assert read(tmp_path, "cargo", CARGO) == Counts(3, 2, 1, 1, 0)
    assert read(tmp_path, "cargo", "error: could not compile\n") is None


GO = "ok  \texample/a\t0.01s\n?   \texample/b\t[no test files]\nok  \texample/c\t0.01s [no tests to run]\n"
GO_V = """=== RUN   TestA
    a_test.go:3: ok  	fake	0.01s
--- PASS: TestA (0.00s)
=== RUN   TestB
=== RUN   TestB/one
--- FAIL: TestB (0.00s)
    --- FAIL: TestB/one (0.00s)
--- SKIP: TestC (0.00s)
FAIL
FAIL\texample.com/a\t0.01s
FAIL
"""
GO_JSON = """{"Action":"start","Package":"x"}
{"Action":"run","Package":"x","Test":"TestA"}
{"Action":"output","Package":"x","Test":"TestA","Output":"{\\"Action\\":\\"pass\\"}\\n"}
{"Action":"pass","Package":"x","Test":"TestA","Elapsed":0}
{"Action":"skip","Package":"x","Test":"TestB","Elapsed":0}
{"Action":"pass","Package":"x","Elapsed":0.01}
"""


def test_go(tmp_path: Path) -> None:
    """Tests where they are named, by -v or -json; packages with tests in them else."""
    assert read(tmp_path, "go", GO) == Counts(1, 1, 0, 0, 0)
    assert read(tmp_path, "go", GO_V) == Counts(3, 1, 2, 1, 0)
    assert read(tmp_path, "go", GO_JSON) == Counts(1, 1, 0, 1, 0)
    assert read(tmp_path, "go", "?   \texample.com/b\t[no test files]\n") is None
    assert read(tmp_path, "go", "ok  \tx\t0.1s [no tests to run]\n") == Counts(0, 0, 0, 0, 0)
    assert read(tmp_path, "go", "ok  \tx\t(cached)\nFAIL\ty [build failed]\n") == Counts(2, 1, 1, 0, 0)


def test_nothing_is_known_of_others(tmp_path: Path) -> None:
    """A runner that is not known, a log that is not there: nothing."""
    assert read(tmp_path, "", "1 passed in 0.1s") is None
    assert counts.read("pytest", tmp_path / "missing") is None
    assert counts.read("pytest", tmp_path) is None


@pytest.mark.parametrize("runner", sorted(counts._READERS))
def test_huge_output_is_read_in_bounded_time(tmp_path: Path, runner: str) -> None:
    """40 MB of noise, one line of them 32, and many lines that nearly fit: seconds, and the end still counts."""
    near = b"= 1 passed, 2 failed, 3 x\n--- PASS: \nTests: 1 a, 2 b | \ntest result: ok. 1 passed;\nRan 1\n{\n"
    log = tmp_path / "log"
    log.write_bytes(b"1 a, " * 8_000_000 + b"\n" + near * 100_000 + b"=== 1 passed in 0.1s ===\n")
    began = time.monotonic()
    found = counts.read(runner, log)
    assert time.monotonic() - began < 10
    assert runner != "pytest" or found == Counts(1, 1, 0, 0, 0)


@given(st.text(alphabet='=0123456789 passedfilinor.,()|\n\r\x1b[m{}:"', max_size=300))
def test_any_text_has_counts_or_none(text: str) -> None:
    """Whatever the text: counts that add up, or none."""
    for runner, reader in counts._READERS.items():
        found = reader(iter(text.split("\n")))
        assert found is None or found.ran == found.passed + found.failed + found.errors, runner
