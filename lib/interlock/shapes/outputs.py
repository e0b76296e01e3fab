"""The audit log's record of an agent's outputs at its end (docs/contracts.md)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interlock.shapes.line import Acted


class OutputsChecked(Acted):
    """An agent with a contract wanted to stop, and its outputs were not all valid, or had not been before."""

    event: Literal["outputs_checked"]
    agent_type: str = Field(description="The agent's type.")
    tool: str = Field(description="Empty: it is no tool's call.")
    use_id: str = Field(description="Empty.")
    project: str = Field(description="The folder that the session works in.")
    runs: list[str] = Field(description="The runs that it may be at work in; several where that is not known.")
    paths: list[str] = Field(min_length=1, description="What was validated, from the checkout's top.")
    flaws: list[str] = Field(description="What is wrong: FILE:LINE: what; mend. The first 20.")
    attempt: int = Field(ge=0, description="Counts the stops in a row that found something wrong.")
    blocked: bool = Field(description="The agent was made to go on. Else it stopped, with or without flaws.")
    problem: str = Field(description="Why it could not be validated, empty where it could.")
