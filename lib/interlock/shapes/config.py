"""The shape of `.claude/interlock.toml`. The guard checks by ``doors.config_source.check``, which speaks in
sentences; a test holds that both accept the same files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from interlock.doors.config import TEST_FILES
from interlock.doors.config_source import unfit

STRICTLY = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
_PLAIN = r"^[A-Za-z0-9_:./+@-]+( [A-Za-z0-9_:./+@-]+)*$"


def _command(line: str) -> str:
    if problem := unfit(line):
        raise ValueError(problem)
    return line


Word = Annotated[str, Field(min_length=1)]
Command = Annotated[str, Field(min_length=1), AfterValidator(_command)]


class Validation(BaseModel):
    """A command that acts on the whole repo: it runs alone, and what became of it is evidence."""

    model_config = STRICTLY

    name: str = Field(pattern=_PLAIN, max_length=40, description="What people call it.")
    command: str = Field(pattern=_PLAIN, max_length=200, description="The words that such a command begins with.")
    mutex: str = Field(
        "tests",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=40,
        description="Commands with the same mutex run one at a time in a checkout.",
    )
    writes: bool = Field(False, description="Whether it changes source files.")


class Gate(BaseModel):
    """What an owner with an issue must bring before it may stop."""

    model_config = STRICTLY

    required: list[Command] = Field(
        [], description="Commands that must have passed, whole, on the tree that was committed."
    )
    pattern: str = Field(
        "bd-{issue}", pattern=r"\{issue\}", max_length=80, description="What the commit's message must hold."
    )
    neutral: list[Word] = Field(
        [],
        description="Patterns, as in .gitignore: files in which the tested tree may differ from the commit's.",
    )
    clean_tree: bool = Field(False, description="The owner's own files must all be committed.")
    full_rerun: bool = Field(False, description="The required commands passed once more after the commit.")
    every_owner: bool = Field(False, description="Owners without an issue are held to it, too.")
    claims: list[Word] = Field([], description="Further keys that the completion block must have.")


class Contracts(BaseModel):
    """What the contracts of agents (docs/contracts.md) mean here."""

    model_config = STRICTLY

    tests: list[Word] = Field(
        list(TEST_FILES),
        description="Patterns, as in .gitignore: the files that `@tests` stands for. All others are `@source`.",
    )
    main: bool = Field(
        False,
        description="The main agent has a contract, too: source and tests, nothing that agents own by name, make "
        "or share.",
    )


class Config(BaseModel):
    """Interlock's settings in a project. Every key is optional; an unknown one is an error."""

    model_config = STRICTLY

    mode: Literal["auto", "strict", "sequential"] = Field(
        "auto",
        description="auto: the first write takes the lock. strict: it must be taken before. "
        "sequential: one session writes at a time, others queue.",
    )
    ttl: float = Field(
        900.0, ge=10, le=86400, description="Seconds that a lock outlives its owner's last sign of life."
    )
    grace: float = Field(
        15.0, ge=0, le=3600, description="Seconds before a lock that ran out is granted to somebody else."
    )
    wait: float = Field(2.0, ge=0, le=20, description="Seconds that a write waits for a held file.")
    run_wait: float = Field(
        15.0, ge=0, le=20, description="Seconds that a validation command waits in its hook for another to end."
    )
    place: float = Field(
        30.0, ge=0, le=3600, description="Seconds that a place in the queue is kept for who no longer asks."
    )
    ignore: list[Word] = Field([], description="Patterns of paths that are let through, as in .gitignore.")
    shell_unread: Literal["allow", "ask", "deny"] = Field(
        "allow",
        description="What becomes of a shell command that can be neither read nor contained.",
    )
    shell_uncontained: Literal["allow", "deny"] = Field(
        "allow",
        description="What becomes of a shell command that should be contained, where that turns out not to work.",
    )
    mcp: dict[str, list[Word]] = Field(
        {}, description="For an MCP tool's full name, the keys of its input that hold paths; [] if it writes none."
    )
    validations: list[Validation] = Field(
        [], description="Commands that act on the whole repo, beside those that are known (docs/validations.md)."
    )
    freeze: bool = Field(False, description="While a validation command runs, the writes of others wait.")
    reuse: bool = Field(
        False,
        description="A validation command that passed on the same files is not run again: its output is given.",
    )
    gate: Gate = Field(Gate.model_validate({}), description="What an issue's owner must bring before it may stop.")
    contracts: Contracts = Field(
        Contracts.model_validate({}), description="What the contracts of agents mean here (docs/contracts.md)."
    )
