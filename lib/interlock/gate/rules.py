"""The gate's rules, as the config has them."""

from __future__ import annotations

import re
from typing import NamedTuple

from interlock.doors.config import Config
from interlock.runs import NEUTRAL
from interlock.words.issue import PLACE, mark


class Rules(NamedTuple):
    """``required``: command lines. ``neutral``: patterns as in .gitignore. ``claims``: further keys of the
    completion block. See ``shapes.config.Gate``."""

    required: tuple[str, ...] = ()
    pattern: str = "bd-{issue}"
    neutral: tuple[str, ...] = NEUTRAL
    clean_tree: bool = False
    full_rerun: bool = False
    every_owner: bool = False
    claims: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Rules:
        """The rules in a config."""
        return cls(
            tuple(config.gate_required), config.gate_pattern, (*NEUTRAL, *config.gate_neutral),
            config.gate_clean_tree, config.gate_full_rerun, config.gate_every_owner, tuple(config.gate_claims),
        )  # fmt: skip

    def mark(self, issue: str) -> str:
        """What a commit of the issue says: bd-12 for issue 12, and for issue bd-12 too."""
        return mark(issue, self.pattern)

    def names(self, line: str, issue: str) -> bool:
        """Whether the line names the issue, as a word of its own: bd-1 is neither in bd-12 nor in bd-1.2."""
        words = {self.mark(issue), self.pattern.replace(PLACE, issue)}
        return any(re.search(rf"(?<![\w-])(?<!\w\.){re.escape(word)}(?![\w-]|\.\w)", line) for word in words)
