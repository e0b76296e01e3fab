"""Which required commands are proved to have passed on the tree that was committed, and what is wrong else."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from interlock.doors import keys
from interlock.gate.rules import Rules
from interlock.guard.messages import name, word
from interlock.runs import fingerprint
from interlock.runs.evidence import Evidence
from interlock.words.owner import parse
from interlock.words.pattern import ignored

_NAMED = 3  # files that one sentence names


class Proof:
    """``runs``: the evidence of a repository, oldest first. ``trees``: what was committed, by commit, the one that
    counts first, those built upon it after; {} for nothing. ``since``: when, in seconds since 1970. ``me``: the
    owner. ``writers``: who wrote a file last, by its path as the log spells it."""

    def __init__(
        self, root: str, rules: Rules, runs: list[Evidence], trees: dict[str, str], since: float, me: str,
        writers: dict[str, str],
    ) -> None:  # fmt: skip
        self.root = root
        self.rules = rules
        self.runs = runs
        self.trees = trees
        self.since = since
        self.me = me
        self.writers = writers
        self._differing: dict[tuple[str, str], list[str] | None] = {}

    def required_words(self) -> list[list[str]]:
        """The required commands as argument lists."""
        return self.rules.required_words()

    def missing(self) -> list[str]:
        """A sentence for each required command that is not proved."""
        return [told for line in self.rules.required if (told := self._command(line))]

    def fits(self, run: Evidence) -> bool:
        """Whether the run saw a committed tree and nothing else, before and after; neutral files aside."""
        return bool(self.trees) and all(
            self.differing(run, tree) == [] for tree in (run.tree_before, run.tree_after)
        )

    def differing(self, run: Evidence, tree: str) -> list[str] | None:
        """The files in which a tree that the run saw differs from what was committed, without neutral ones; None
        for unknown. Committed is what the run had checked out, if that has the work in it."""
        if not tree or not self.trees:
            return None
        committed = self.trees.get(run.head, next(iter(self.trees.values())))
        if tree == committed:
            return []
        if (committed, tree) not in self._differing:
            found = fingerprint.changed(self.root, keys.path_of(run.checkout), committed, tree)
            neutral = list(self.rules.neutral)
            told = None if found is None else [name for name in found if not ignored(name, neutral)]
            self._differing[committed, tree] = told
        return self._differing[committed, tree]

    def elsewhere(self, run: Evidence) -> str:
        """Why a run that passed says nothing of the committed tree."""
        shown = f"`{_line(run.words)}`"
        if not self.trees:
            return f"{shown} passed, but nothing is committed to compare with"
        for tree in (run.tree_before, run.tree_after):
            files = self.differing(run, tree)
            if files is None:
                return f"{shown} passed, but what tree it saw can't be told"
            if files:
                more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
                named = ", ".join(self._file(run, name) for name in files[:_NAMED])
                differ = "differs" if len(files) == 1 else "differ"
                told = f"{shown} passed on another tree than you committed: {named}{more} {differ}"
                return f"{told}. {self._step(run, files)}"
        return f"{shown} passed"

    def _file(self, run: Evidence, name: str) -> str:
        """The file, with who of the others wrote it last."""
        writer = self.writers.get(f"{run.checkout}/{keys.text(name)}", "")
        return f"{name} (by {_who(writer, self.me)})" if writer and writer != self.me else name

    def _step(self, run: Evidence, files: list[str]) -> str:
        """What to do about files that differ: one's own are committed, others' waited for."""
        theirs = [name for name in files if self._file(run, name) != name]
        if not theirs:
            return "Commit all that belongs to it, then run it again"
        return f"Wait till they have committed (`interlock lock wait {word(theirs[0])}`), then run it again"

    def _command(self, line: str) -> str:
        """What is wrong with one required command, "" for nothing."""
        words = asked(line)
        exact = [run for run in self.runs if words in (list(run.words), list(run.spelled))]
        below = [run for run in exact if run.cwd != run.checkout]
        exact = [run for run in exact if run.cwd == run.checkout]
        good = [run for run in exact if run.result == "passed" and self.fits(run)]
        shown = f"`{line[:60]}`"
        if good and not self.rules.full_rerun:
            return ""
        if good:
            if any(run.started.timestamp() >= self.since + 1 for run in good):  # git tells whole seconds
                return ""
            return f"{shown} passed before your commit: run it once more, whole, now that it is made"
        if below and not exact:
            return f"{shown} ran in {below[-1].cwd[-80:]}: run it at the checkout's top"
        return self._why(shown, words, exact)

    def _why(self, shown: str, words: list[str], exact: list[Evidence]) -> str:
        if not exact:
            parts = [run for run in self.runs if _begins(run, words)]
            if parts:
                return f"{shown} ran as `{_line(parts[-1].words)}`, which is not the same. Run it as it stands"
            return f"{shown} has not run where Interlock could see it. Run it by itself: no pipe, no `||`, no `;`"
        last = exact[-1]
        if last.result == "passed":
            return self.elsewhere(last)
        told = f"{shown} {_RESULTS[last.result]}"
        if last.result == "contaminated":
            return f"{told}: {self._others(last.others)}. Run it again"
        return f"{told}{f': {last.why[:160]}' if last.why else ''}{f' (log: {last.log})' if last.log else ''}"

    def _others(self, others: Iterable[tuple[str, str]]) -> str:
        told = [f"{name} was changed by {_who(owner, self.me)} while it ran" for name, owner in others]
        return "; ".join(told[:2]) or "others changed files while it ran"


_RESULTS = {
    "failed": "failed", "unknown": "ran, but its outcome is not known", "partial": "ran in part only",
    "contaminated": "is contaminated",
}  # fmt: skip


def asked(line: str) -> list[str]:
    """The argument list of a command line in the config."""
    return shlex.split(line)


def _begins(run: Evidence, words: list[str]) -> bool:
    """Whether the run is of the same program, with other words."""
    return words[:1] in (list(run.words[:1]), list(run.spelled[:1]))


def _line(words: list[str]) -> str:
    return shlex.join(words)[:80]


def _who(owner: str, me: str) -> str:
    try:
        return name(parse(owner), me=parse(me)) if owner else "somebody"
    except ValueError:
        return "somebody"
