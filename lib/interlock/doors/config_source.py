"""The source of the config: TOML read, checked, and compiled for the guard. Runs once per change."""

import os
import tomllib

from interlock.doors.config import NAME, RANGES, WORDS, Config, seal
from interlock.words.jsontext import dumps


def compile_source(raw: bytes, digest: str, copy: str, last: dict[str, object]) -> Config:
    """The config that ``raw`` spells, kept compiled in ``copy``; the ``last`` good values if it is wrong."""
    try:
        values = tomllib.loads(raw.decode("utf-8"))
        problem = check(values)
    except (ValueError, RecursionError) as fault:
        values, problem = {}, f"{NAME} is not TOML ({fault})"
    if problem:
        return Config(last, f"{problem}. Until it is mended the last good settings are in force.")
    try:
        os.makedirs(os.path.dirname(copy), mode=0o700, exist_ok=True)
        fresh = f"{copy}.{os.getpid()}"
        with open(fresh, "w", encoding="ascii") as file:
            file.write(dumps({"digest": digest, "values": values, "seal": seal(digest, values)}))
        os.replace(fresh, copy)
    except (OSError, TypeError):
        pass  # the next hook compiles it again
    return Config(values)


def check(values: dict[str, object]) -> str:
    """What is wrong with the values, in a sentence; "" if nothing."""
    known = {"ignore", "mcp", *WORDS, *RANGES}
    for name in values:
        if name not in known:
            return f"{NAME}: `{name}` is not known; known are {', '.join(sorted(known))}"
    for name, words in WORDS.items():
        if values.get(name, words[0]) not in words:
            told = " or ".join(f'"{word}"' for word in words)
            return f"{NAME}: `{name}` must be {told}"
    for name, (low, high) in RANGES.items():
        value = values.get(name, low)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            return f"{NAME}: `{name}` must be a number of seconds from {low:g} to {high:g}"
    ignore = values.get("ignore", [])
    if not _texts(ignore):
        return f"{NAME}: `ignore` must be a list of patterns"
    mcp = values.get("mcp", {})
    if not isinstance(mcp, dict) or not all(_texts(keys) for keys in mcp.values()):
        return f"{NAME}: `mcp` must map a tool's name to the list of its path keys"
    return ""


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
