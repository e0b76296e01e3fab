"""A hook: writes down what it was given and answers what its argument says."""

import json
import os
import sys
from typing import Any


def ancestors() -> list[dict[str, object]]:
    """This process and all above it: pid, name, command line."""
    rows: list[dict[str, object]] = []
    pid = os.getpid()
    while pid > 1:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                argv = file.read().split("\0")[:-1]
        except OSError:
            break
        rows.append({"pid": pid, "comm": name, "argv": argv})
        pid = int(rest.split()[1])
    return rows


def rewritten(data: dict[str, Any], suffix: str) -> dict[str, Any]:
    """An answer that appends to a Bash command and decides nothing."""
    tool_input = {**data["tool_input"], "command": data["tool_input"]["command"] + suffix}
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": tool_input}}


def main(log: str, answer: str) -> int:
    """Append one line to the log, then speak."""
    data: dict[str, Any] = json.loads(sys.stdin.read() or "{}")
    plan: dict[str, Any] = json.loads(answer)
    record = {"input": data, "cwd": os.getcwd(), "env": dict(os.environ), "ancestors": ancestors()}
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, (json.dumps(record) + "\n").encode())
    os.close(handle)
    if "env" in plan and "CLAUDE_ENV_FILE" in os.environ:
        with open(os.environ["CLAUDE_ENV_FILE"], "a", encoding="utf-8") as file:
            file.write(plan["env"])
    out = rewritten(data, plan["append"]) if "append" in plan else plan.get("stdout", "")
    sys.stdout.write(out if isinstance(out, str) else json.dumps(out))
    sys.stderr.write(plan.get("stderr", ""))
    return int(plan.get("exit", 0))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
