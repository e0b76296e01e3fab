"""The contract block of an agent's markdown, as people write it: ```` ```toml contract ````."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from interlock.words.contract import MAYBE, RUN, RUNS, SOURCE, TESTS

_STATES = ("pending", "in_progress", "fixed", "wontfix")
EDGES = frozenset(
    {
        "pending>in_progress", "pending>wontfix", "in_progress>pending", "in_progress>fixed",
        "in_progress>wontfix", "fixed>pending", "wontfix>pending",
    }
)  # fmt: skip
"""How an item of a worklist may move at all; the last two reopen it."""


def _pattern(text: str) -> str:
    if text in (TESTS, SOURCE):
        return text
    if text.startswith("@"):
        raise ValueError(f"{text} is not known: there are {TESTS} and {SOURCE}")
    if text.startswith("!") or any(sign in text for sign in "[]"):
        raise ValueError("it has a sign that patterns here don't have: only `*`, `**` and `?` are special")
    return _path(text)


def _path(text: str) -> str:
    if meant := _meant(text):
        raise _wrong("it is not plainly spelled from the checkout's top", f"write `{meant}`")
    parts = text.strip("/").split("/")
    if text.startswith(("/", "~")) or ".." in parts or "" in parts or "." in parts:
        raise ValueError("it must be a path from the checkout's top, without `..`")
    if any(not sign.isprintable() for sign in text):
        raise ValueError("it holds a sign that can't be printed")
    if parts[0] == RUNS and (len(parts) < 3 or parts[1] not in (RUN, "*")):
        raise ValueError(f"in {RUNS}/ it must begin with {RUNS}/{RUN}/")
    if RUN in text and not text.startswith(f"{RUNS}/{RUN}/"):
        raise ValueError(f"{RUN} stands only in {RUNS}/{RUN}/")
    return text


def _meant(text: str) -> str:
    """What is plainly meant by a path that is spelled otherwise than paths are here, "" for nothing."""
    if text.startswith(("/", "~")):
        return ""  # it may lead anywhere
    bare = text.removesuffix(MAYBE).strip().replace("\\", "/")
    names = [name for name in bare.split("/") if name not in ("", ".")]
    plain = "/".join(names) + "/" * (bare.endswith("/") and bool(names))
    plain += MAYBE * (text.endswith(MAYBE) and bool(names))
    return plain if plain != text and names and ".." not in names else ""


def _artifact(text: str) -> str:
    path = _path(text)
    if any(sign in path.removesuffix(MAYBE) for sign in "*?["):
        raise ValueError("it must name one file, without `*` or `?`")
    return path


def _shared(text: str) -> str:
    if not text.endswith(".json"):
        raise ValueError("only JSON files have a section for each agent")
    return _artifact(text)


def _edge(text: str) -> str:
    if text not in EDGES:
        raise ValueError(f"it must be one of {', '.join(sorted(EDGES))}")
    return text


Pattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_pattern)]
Artifact = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_artifact)]
Shared = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_shared)]
Edge = Annotated[str, AfterValidator(_edge)]


class Contract(BaseModel):
    """What an agent type reads, writes, owns, and how it resumes. A `?` at a path's end: it may be missing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    given: list[Artifact] = Field([], max_length=40, description="What it reads that a person makes.")
    inputs: list[Artifact] = Field([], max_length=40, description="What it reads that other agents make.")
    outputs: list[Artifact] = Field([], max_length=40, description="The artifacts that it makes. It owns them.")
    owns: list[Pattern] = Field(
        [], max_length=40, description="What else it may write: patterns as in .gitignore."
    )
    shares: list[Shared] = Field(
        [], max_length=10, description="JSON files in which it writes the section that bears its name."
    )
    moves: list[Edge] = Field([], max_length=7, description="How it may move items of a worklist.")
    resume: str = Field(
        min_length=1, max_length=400, description="How a half-done run is gone on with, from disk."
    )

    @model_validator(mode="after")
    def _once(self) -> Contract:
        for key in ("given", "inputs", "outputs", "owns", "shares", "moves"):
            end = MAYBE if key in ("given", "inputs") else ""
            parts = [part.removesuffix(end) for part in getattr(self, key)]
            for at, part in enumerate(parts):
                if part in parts[:at]:
                    raise _wrong(f"{part} stands there twice", "take one of them out", (key, at))
        return self

    @model_validator(mode="after")
    def _apart(self) -> Contract:
        for at, path in enumerate(self.outputs):
            if path.endswith(MAYBE):
                raise _unlike(at, f"{path}: only what is read may be missing")
            if path in self.read():
                raise _unlike(at, f"{path} is an input, too: to go on with its own output needs no input")
            if path in self.shares:
                raise _unlike(at, f"{path} is among `shares`, too: either all of it is its own or a section")
        return self

    def read(self) -> list[str]:
        """All that it reads, without the `?`."""
        return [path.removesuffix(MAYBE) for path in self.given + self.inputs]

    def needed(self) -> list[str]:
        """What must be there before it starts."""
        return [path for path in self.given + self.inputs if not path.endswith(MAYBE)]


def _unlike(at: int, why: str) -> PydanticCustomError:
    """An output that is something else, too."""
    return PydanticCustomError("apart", "{why}", {"why": why, "at": ("outputs", at)})


def _wrong(why: str, mend: str, at: tuple[str, int] | None = None) -> PydanticCustomError:
    """``ctx["at"]`` is the place, as in the ``loc`` of other errors: a model's own error has none."""
    return PydanticCustomError("wrong", "{why}", {"why": why, "mend": mend, **({"at": at} if at else {})})
