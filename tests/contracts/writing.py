"""Agents' files, as people write them."""

from pathlib import Path

PROMPT = """
Missing input: end with `Cannot proceed: <file> missing`.

## What I did
## What's left
## Recommendation

```json
{"tsc": "n/a", "unit": "pass", "guards": [], "findings_outstanding": 0, "blocked": null}
```
"""


def block(**keys: object) -> str:
    """A contract's block, a line for each key; a resume where none is given."""
    told = {"resume": "Go on.", **keys}
    lines = [f"{key} = {_toml(value)}" for key, value in told.items()]
    return "\n".join(["```toml contract", *lines, "```"])


def agent(name: str, contract: str = "", prompt: str = PROMPT, front: str = "") -> str:
    """A file: five lines of front matter, the fifth empty, then the contract from line 6."""
    said = front or f"name: {name}\ndescription: Does what {name} does."
    return f"---\n{said}\n---\n\n{contract or block()}\n{prompt}"


def put(folder: Path, name: str, **keys: object) -> Path:
    """Writes a good agent with this contract."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(agent(name, block(**keys)))
    return path


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
