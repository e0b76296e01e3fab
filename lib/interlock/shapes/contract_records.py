"""The audit log's records of agents with contracts (docs/contracts.md): their outputs at their end, and what they
changed all the same."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interlock.shapes.line import Acted


class _Called(Acted):
    agent_type: str = Field(description="The agent's type.")
    tool: str = Field(description="The tool of the call, empty where there is none.")
    use_id: str = Field(description="The client's `tool_use_id`.")
    project: str = Field(description="The folder that the session works in.")


class ContractStrayed(_Called):
    """A shell command changed files that are not its agent's by its contract; its words did not tell before."""

    event: Literal["contract_strayed"]
    paths: list[str] = Field(min_length=1, description="From the checkout's top.")
    owners: list[str] = Field(description="The agent type that each belongs to, empty for none's.")


class OutputsChecked(_Called):
    """An agent with a contract wanted to stop, and its outputs were not all valid, or had not been before."""

    event: Literal["outputs_checked"]
    runs: list[str] = Field(description="The runs that it may be at work in; several where that is not known.")
    paths: list[str] = Field(min_length=1, description="What was validated, from the checkout's top.")
    flaws: list[str] = Field(description="What is wrong: FILE:LINE: what; mend. The first 20.")
    attempt: int = Field(ge=0, description="Counts the stops in a row that found something wrong.")
    blocked: bool = Field(description="The agent was made to go on. Else it stopped, with or without flaws.")
    problem: str = Field(description="Why it could not be validated, empty where it could.")
