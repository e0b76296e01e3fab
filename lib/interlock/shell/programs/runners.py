"""Package managers that run a tool: ``uv run X``, ``npx X``, ``poetry run X``. The tool is read.

A line each in ``_RUNNERS``; what they do by themselves (install, build) is unread.
"""

from interlock.shell.programs.wrappers import assigned, moved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

    Status = bool | None

_RUNNERS = {
    # words one of which comes before the tool ("" for none needed); options with a value
    "uv": ("run", "-p --python --with --with-editable --with-requirements --extra --group --env-file --package --directory --project --index --index-url"),
    "uvx": ("", "-p --python --from --with --index"),
    "poetry": ("run", "-C --directory -P --project"),
    "pipx": ("run", "--spec --python --index-url"),
    "pdm": ("run", "-p --project"),
    "hatch": ("run", "-e --env"),
    "rye": ("run", ""),
    "pixi": ("run", "-e --environment --manifest-path"),
    "pipenv": ("run", ""),
    "npx": ("", "-p --package -w --workspace"),
    "bunx": ("", "-p --package"),
    "pnpm": ("exec dlx", "-C --dir -F --filter"),
    "yarn": ("exec dlx run", "--cwd"),
    "npm": ("exec x", "--prefix -w --workspace -p --package"),
    "bun": ("x", "--cwd"),
    "bundle": ("exec", ""),
    "mise": ("exec x", "-C --cd"),
    "asdf": ("exec", ""),
    "rtx": ("exec x", ""),
    "direnv": ("exec", ""),
    "conda": ("run", "-n --name -p --prefix --cwd"),
    "mamba": ("run", "-n --name -p --prefix --cwd"),
    "micromamba": ("run", "-n --name -p --prefix --cwd"),
    "rustup": ("run", ""),
    "dotenvx": ("run", "-f --env-file -e"),
    "nbqa": ("", ""),
    "dotenv": ("run", "-f --file -e"),
    "doppler": ("run", "-p --project -c --config"),
    "cross-env": ("", ""),
    "corepack": ("", ""),
}  # fmt: skip
_FOLDERS = ("--directory", "--cwd", "-C", "--dir", "--prefix", "--cd")
_READING = {
    "npm": "ls list view info outdated why explain whoami ping config audit doctor search root bin prefix help",
    "pnpm": "ls list outdated why audit root bin help",
    "yarn": "list info why outdated audit help",
    "uv": "tree version help",
    "poetry": "show check about env search version",
    "pdm": "list show info",
    "pipenv": "graph check --venv --where",
    "conda": "list info search env",
    "rustup": "show toolchain which",
    "bundle": "list show info outdated check",
    "mise": "ls list current which env",
    "asdf": "list current which where",
    "bun": "pm",
}


def run(call: "Call") -> "Status":
    return _runner(call, *_RUNNERS[call.name])


def _runner(call: "Call", verbs: str, valued: str) -> "Status":
    """``uv run X``, ``npx X``: X, with what the runner takes for itself left out."""
    shell = call.shell
    args, at, seen = call.args, 0, not verbs
    takes = f" {valued} "
    inline = ""
    while at < len(args):
        arg = args[at]
        at += 1
        if arg.startswith("-") and len(arg) > 1:
            if arg == "--":
                break
            name, given, value = arg.partition("=")
            if not given and f" {arg} " in takes:
                value = args[at] if at < len(args) else ""
                at += 1
            if name in _FOLDERS and value:
                shell = moved(call, value)
            if name in ("-c", "--call") and call.name in ("npx", "npm"):
                inline = args[at] if not given and at < len(args) else value
                break
            if name in ("-m", "--module") and call.name == "uv":
                return call.again(["python", "-m", *args[at:]], shell, (call.whole, *args[: at - 1]))
            continue
        if not seen and call.name == "uv" and arg == "tool":
            continue
        if not seen and arg in verbs.split():
            seen = True
            if call.name in ("direnv", "rustup"):
                at += 1
            continue
        at -= 1
        break
    rest = args[at:]
    if inline:
        from interlock.shell.programs.shells import text_in

        text_in(shell, inline)
        return None
    if not seen:
        return _unseen(call, rest)
    if not rest:
        return None
    if call.name in ("npx", "bunx", "uvx", "pnpm", "yarn", "bun", "npm", "pipx") and "@" in rest[0][1:]:
        rest = [rest[0][0] + rest[0][1:].partition("@")[0], *rest[1:]]
    if call.name in ("cross-env", "dotenv"):
        rest = assigned(call, rest)
        if not rest:
            return None
    chosen = (call.whole, *args[: len(args) - len(rest)])
    if rest[0].endswith(".py") and call.name in ("uv", "poetry", "pdm", "pipenv", "rye"):
        rest = ["python", *rest]
    return call.again(rest, shell, chosen)


def _unseen(call: "Call", rest: list[str]) -> "Status":
    """The manager's own verb; yarn, pnpm and bun run a tool by its bare name too."""
    verb = rest[0] if rest else ""
    if verb in _READING.get(call.name, "").split() or not rest:
        return None
    from interlock.shell.programs import kind_of
    from interlock.shell.validations import is_name

    if call.name in ("yarn", "pnpm", "bun", "pipenv") and (kind_of(verb) == "fixers" or is_name(verb)):
        return call.again(rest, chosen=(call.whole, *call.args[: len(call.args) - len(rest)]))
    call.unread(f"{call.name} {' '.join(word for word in rest[:2] if word[:1] != '-')}")
    return None
