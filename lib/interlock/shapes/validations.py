"""The page of the validation commands that are known, written from the table:
`python -m interlock.shapes.validations docs`. A test holds that what is committed is what this writes."""

from __future__ import annotations

import sys
from pathlib import Path

from interlock.shell.validations import targets
from interlock.shell.validations.find import TESTS
from interlock.shell.validations.row import ALWAYS, DOTS, FILES, PART, Row
from interlock.shell.validations.rows import ROWS

_HEAD = """# Validation commands

Commands that act on the whole repository: tests, checks, builds, installs. They run one at a time in a checkout,
and what became of them is evidence ([ADR 0008](adr/0008-one-run-at-a-time.md)). They are found in any place of a
command (behind `cd x &&`, in `bash -c`, behind `uv run`, `npx`, `timeout`), and never in a watcher, a server, a list
or a help text (`--watch`, `vitest` without `run`, `npm run dev`, `--version`).

A project adds its own in `.claude/interlock.toml`:

```toml
[[validations]]
name = "check"
command = "scripts/check --all"   # the words that such a command begins with
mutex = "tests"                   # those with the same run one at a time
writes = false                    # whether it changes sources
```

What the gate's `required` names is one, too, without a table: `./check.sh` is then no doubtful script of the checkout.

## What counts

A run is evidence where exit status 0 of the whole command proves that it ran and passed. It does in `cd x && pytest`,
`ruff check && mypy && pytest`, `bash -c 'pytest'`, `pytest > log 2>&1`, `set -o pipefail; pytest | tail`,
`pytest | tail; exit ${PIPESTATUS[0]}`, `pytest; rc=$?; tail log; exit $rc`, `pytest || exit 1; echo passed`.

Where tests are counted by a tool's closing line, that must be seen, too: of `pytest > log 2>&1` it is not, so its
outcome is unknown, and so is that of a run without a single test. Of a linter the status is enough.

It does not: left of a pipe, before `||` or `;`, behind `!`, in the background, in a condition, a loop, a function,
`$(…)`, `eval`, `xargs`; behind an `exit`, `exec`, `trap`, alias or sourced file that could end the command; with a
function of the tool's name; with `PATH`, `HOME` or a variable of the tool's family (`PYTHON…`, `PYTEST_…`, `NODE_…`,
`UV_…`, `XDG_…`) set before it, but for harmless ones (`PYTHONHASHSEED`, `NODE_ENV=test`); with a wrapper's option that is
not known to be harmless (`env --help`, `uv run --project X`);
when the program is a path into the checkout that is no tool folder (`.venv/bin`, `node_modules/.bin`, `vendor/bin`);
with words that can't be told (`pytest $ARGS`); beside what may change the files and put them back: `git stash`, `mv`,
`sed -i`, `> test_a.py`, a program that is not known (`./prepare.sh && pytest`, `python3 x.py & pytest`). Looking around,
installs, other checks, `mkdir`, logs and what comes after it are fine. Then the outcome is unknown, and the agent is
told how to run it. A run that another program hands on (`find -exec`, `tmux new`, `git bisect run`, `nix develop -c`), or
in a command that can't be read, takes the mutex all the same.

## The table

- **part of it**: what makes it less than the whole suite. Operands: *any* names a part, a *file* does, all but `./...`
  do. A command that the config's `required` spells word for word is its own measure.
- **writes**: it changes source files, always or with these options; in brackets what keeps it from that.
- **counts**: whose closing line is read for the number of tests.
- A command whose operands are all files, of those where a *file* is a part, needs no mutex: it disturbs nobody.

| command | name | mutex | part of it | writes | counts |
|---|---|---|---|---|---|
"""
_WAYS = (
    # (command, name, part of it, writes, counts)
    ("`python -m unittest [discover]`", "unittest", "`-k`, names, `-p` with an unusual pattern", "", "unittest"),
    ("`manage.py test`, `setup.py test`, `artisan test`", "manage.py test", "any operand, `-k`, `--tag`, `--filter`", "", ""),
    ("`vitest` with `--run`, `--watch=false` or CI set", "vitest", "as `vitest run`", "", "vitest"),
    ("`node --test`", "node --test", "any operand, `--test-name-pattern`", "", ""),
    ("`pre-commit run`", "pre-commit run", "without `--all-files`; a hook's name", "always", ""),
    ("`npm test`, also pnpm, yarn", "npm test", "as `jest`, `-w`, `--filter`, `--if-present`", "", ""),
    ("`npm run TARGET`, also pnpm, yarn, bun; `pnpm TARGET`, `yarn TARGET`", "npm run TARGET", "as `npm test`", "by its name", ""),
    ("`npm install`, `add`, `update`, `remove`, also pnpm, yarn, bun", "npm install", "", "always (`--frozen-lockfile`, `--immutable`, `npm ci`)", ""),
    ("`make [TARGET]`, also ninja, rake, ant", "make TARGET", "`-i`, `-t`", "by its name", ""),
    ("`TOOL TARGET`: just, task, invoke, poe, mage, doit, gradle, sbt", "just TARGET", "gradle: `-x`, `--tests`", "by its name", ""),
    ("`TOOL run TARGET`: turbo, nx, lerna, moon, mise, pixi, rye, hatch, pdm, composer; `deno task TARGET`", "turbo run TARGET", "`--filter`, `--scope`, `--projects`", "by its name", ""),
    ("`mvn PHASE` or a plugin's goal named so", "mvn PHASE", "`-DskipTests`, `-Dtest`, `-pl`, `-fn`", "", ""),
    ("`cmake --build DIR`", "cmake --build", "`--target`", "", ""),
)  # fmt: skip
"""What is told by more than a row."""
_OPERANDS = {PART: "any", FILES: "a file", DOTS: "all but `./...`"}


def page() -> str:
    """The whole page."""
    rows = [_line(f"`{name}`", name, _part(row), _writes(row), row.runner) for name, row in ROWS.items()]
    ways = [_line(*way) for way in _WAYS]
    return _HEAD + "\n".join(rows + ways) + f"\n\n{_names()}"


def _line(command: str, name: str, part: str, writes: str, counts: str) -> str:
    return f"| {command} | {name} | {TESTS} | {part} | {writes} | {counts} |"


def _part(row: Row) -> str:
    found = [_OPERANDS[row.operands]] if row.operands in _OPERANDS else []
    return ", ".join(found + _code(row.partial))


def _writes(row: Row) -> str:
    if not row.writes:
        return ""
    told = "always" if row.writes == ALWAYS else ", ".join(_code(row.writes))
    return f"{told} ({', '.join(_code(row.looks))})" if row.looks else told


def _code(words: str) -> list[str]:
    return [f"`{word}`" for word in words.split()]


def _names() -> str:
    return (
        "A TARGET is a name with one of these words in it (`test:unit`, `lint-fix`, `typeCheck`): "
        f"{', '.join(sorted(targets.RUNS | targets.WRITES))}. Those that change sources: "
        f"{', '.join(sorted(targets.WRITES))}. With one of these it is none: {', '.join(sorted(targets.NOT))}; "
        f"nor if it begins with one of these: {', '.join(sorted(targets.NOT_FIRST))}.\n"
    )


if __name__ == "__main__":
    (Path(sys.argv[1]) / "validations.md").write_text(page(), encoding="utf-8")
