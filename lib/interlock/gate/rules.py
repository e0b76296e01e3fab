"""The gate's rules: as the config has them, and as it had them when the work began."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from interlock.doors.config import Added, Config
from interlock.runs import NEUTRAL
from interlock.words.issue import PLACE, mark


class Rules(NamedTuple):
    """``required``: command lines. ``neutral``: patterns as in .gitignore. ``claims``: further keys of the
    completion block. ``added``: validation commands beside the known ones. See ``shapes.config.Gate``."""

    required: tuple[str, ...] = ()
    pattern: str = "bd-{issue}"
    neutral: tuple[str, ...] = NEUTRAL
    clean_tree: bool = False
    full_rerun: bool = False
    every_owner: bool = False
    claims: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Rules:
        """The rules in a config."""
        return cls(
            tuple(config.gate_required), config.gate_pattern, (*NEUTRAL, *config.gate_neutral),
            config.gate_clean_tree, config.gate_full_rerun, config.gate_every_owner, tuple(config.gate_claims),
            config.validations,
        )  # fmt: skip

    @classmethod
    def noted(cls, said: object) -> Rules | None:
        """The rules that the log says were in force (``guard.gatesays.rules``); None for none."""
        if not isinstance(said, dict) or not said:
            return None

        def texts(name: str) -> tuple[str, ...]:
            value = said.get(name)
            return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

        pattern = said.get("pattern")
        return cls(
            texts("required"), pattern if isinstance(pattern, str) and PLACE in pattern else cls().pattern,
            (*NEUTRAL, *texts("neutral")), said.get("clean_tree") is True, said.get("full_rerun") is True,
            said.get("every_owner") is True, texts("claims"),
        )  # fmt: skip

    def with_those_of(self, then: Rules) -> Rules:
        """The stricter of the two in each point: who checks out an older config, or edits it, changes nothing. The
        pattern is that of ``then``: it named the commits since."""
        return Rules(
            tuple(dict.fromkeys((*then.required, *self.required))), then.pattern,
            tuple(one for one in self.neutral if one in then.neutral), self.clean_tree or then.clean_tree,
            self.full_rerun or then.full_rerun, self.every_owner or then.every_owner,
            tuple(dict.fromkeys((*then.claims, *self.claims))), self.added,
        )  # fmt: skip

    def required_words(self) -> list[list[str]]:
        """The required commands as argument lists."""
        return [shlex.split(line) for line in self.required]

    def mark(self, issue: str) -> str:
        """What a commit of the issue says: bd-12 for issue 12, and for issue bd-12 too."""
        return mark(issue, self.pattern)

    def names(self, line: str, issue: str) -> bool:
        """Whether the line names the issue, as a word of its own: bd-1 is neither in bd-12 nor in bd-1.2."""
        words = {self.mark(issue), self.pattern.replace(PLACE, issue)}
        return any(re.search(rf"(?<![\w-])(?<!\w\.){re.escape(word)}(?![\w-]|\.\w)", line) for word in words)
