"""What all artifacts have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from interlock.words.issue import is_issue


def _run_id(text: str) -> str:
    if not is_issue(text):
        raise ValueError("a run's id is 1 to 64 letters, digits, dots, - and _, a letter or digit first")
    return text


def _location(text: str) -> str:
    path, _, line = text.rpartition(":")
    if not path or not line.isascii() or not line.isdigit() or int(line[:9]) < 1:
        raise ValueError("a location is FILE:LINE")
    return _path(path) and text


def _path(text: str) -> str:
    if text.startswith(("/", "~")) or ".." in text.split("/") or not text.isprintable():
        raise ValueError("it must be a path from the checkout's top, without `..`")
    return text


def _whole(value: object) -> object:
    if type(value) is not int:
        raise ValueError("it is a whole number")  # true and 1.0 are 1 for Python
    return value


Version = Annotated[Literal[1], BeforeValidator(_whole)]
RunId = Annotated[str, AfterValidator(_run_id), Field(description="An id: letters, digits, dots, - and _.")]
Flow = Literal["signal", "plan", "build", "review", "gate", "deploy", "wisdom"]
FLOWS: tuple[Flow, ...] = ("signal", "plan", "build", "review", "gate", "deploy", "wisdom")
"""In this order."""
Path = Annotated[
    str, Field(min_length=1, max_length=400, description="A path from the checkout's top."), AfterValidator(_path)
]
Location = Annotated[str, Field(max_length=420, description="FILE:LINE."), AfterValidator(_location)]
Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\r\n]+$", description="One line.")]
Text = Annotated[str, Field(max_length=4000)]
ItemId = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$", description="1 to 40 letters, digits, dots, - and _."),
]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file's bytes.")]
Count = Annotated[int, Field(ge=0)] | None
"""null: not known. Never a guess."""
When = Annotated[float, Field(ge=0, description="Seconds since 1970.")]


class Severity(StrEnum):
    """How bad a finding is."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class Shape(BaseModel):
    """A part of an artifact. JSON and YAML have no enums: a text that names one will do."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


def once(field: str, key: str, values: list[str]) -> None:
    """Raises where two items of the list ``field`` have the same ``key``, with the place of the second."""
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            told = "`{value}` stands there twice"
            raise PydanticCustomError("doubled", told, {"value": value[:80], "at": (field, number, key)})
        seen.add(value)


class Artifact(Shape):
    """An artifact, or its front matter. ``version`` is that of the shape."""

    version: Version
    run_id: RunId
