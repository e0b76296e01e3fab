"""What was said in a scripted session, as Markdown: who used which tool, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Model, blocks_of, text_of
from .script import Json

MAIN = "main agent"
_LONG = '"next":['
Answer = tuple[str, bool]


def transcript(model: Model) -> str:
    """All conversations in the order in which they were spoken. Of files read or written the name is told, of
    JSON that says where a run stands just what comes next."""
    answers: dict[str, Answer] = {}
    for _, messages, _ in model.answers:
        for block in (block for one in messages for block in blocks_of(one)):
            if block.get("type") == "tool_result":
                answers[block["tool_use_id"]] = (text_of(block.get("content")), bool(block.get("is_error")))
    lines = ["# What was said"]
    speaker = ""
    for marker, messages, said in model.answers:
        who = marker.removeprefix("As ").removesuffix(":") if marker.startswith("As ") else MAIN
        if who == MAIN and not any(one["role"] == "assistant" for one in messages):
            lines.append(f"\n## a person\n\n{_quoted(marker)}")
        lines += [f"\n## {who}"] if who != speaker else []
        lines += [line for block in said["content"] for line in _block(block, answers)]
        speaker = who
    return "\n".join(lines) + "\n"


def _block(block: Json, answers: dict[str, Answer]) -> Iterator[str]:
    if block["type"] == "text":
        yield "\n" + _quoted(block["text"])
        return
    given, (answer, refused) = block["input"], answers.get(block["id"], ("", False))
    match block["name"]:
        case "Bash":
            yield f"\n```console\n$ {given['command']}\n{_short(answer)}\n```"
            return
        case "Agent":
            yield f"\nstarts {given['subagent_type']}:\n\n{_quoted(given['prompt'])}"
            return
        case "Edit":
            old, new = (_marked(sign, given[name]) for sign, name in (("-", "old_string"), ("+", "new_string")))
            yield f"\nedits `{given['file_path']}`:\n\n```diff\n{old}\n{new}\n```"
        case name:
            yield f"\n{name.lower()}s `{given['file_path']}`"
    if refused:
        yield f"\nrefused:\n\n{_quoted(answer)}"


def _short(answer: str) -> str:
    begin = answer.find(_LONG)
    return answer.rstrip() if begin < 0 else "{... " + answer[begin:].rstrip()


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _marked(sign: str, text: str) -> str:
    return "\n".join(sign + line for line in text.splitlines())
