"""Inline JavaScript, Ruby, PHP and Lua: calls of the file functions with literal paths.

No parser: names are looked for, and the text literal behind them taken. Code without any word that could reach
a file or a program is quiet; else what can't be told is unread.
"""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_NODE = {
    # function: which arguments are written
    "writeFileSync": (0,), "writeFile": (0,), "appendFileSync": (0,), "appendFile": (0,), "createWriteStream": (0,),
    "unlinkSync": (0,), "unlink": (0,), "rmSync": (0,), "rm": (0,), "truncateSync": (0,), "truncate": (0,),
    "renameSync": (0, 1), "rename": (0, 1), "copyFileSync": (1,), "copyFile": (1,), "cpSync": (1,), "linkSync": (1,),
    "symlinkSync": (1,), "outputFileSync": (0,), "outputFile": (0,), "removeSync": (0,), "writeJsonSync": (0,),
    "openSync": (0,), "open": (0,), "writeTextFile": (0,), "writeTextFileSync": (0,), "write": (),
}  # fmt: skip
_RUBY = {
    "File.write": (0,), "IO.write": (0,), "File.binwrite": (0,), "File.open": (0,), "File.new": (0,), "File.delete": (0,),
    "File.unlink": (0,), "File.rename": (0, 1), "File.truncate": (0,), "File.symlink": (1,), "File.link": (1,),
    "FileUtils.rm": (0,), "FileUtils.rm_f": (0,), "FileUtils.rm_rf": (0,), "FileUtils.rm_r": (0,), "FileUtils.touch": (0,),
    "FileUtils.mv": (0, 1), "FileUtils.cp": (1,), "FileUtils.copy": (1,), "FileUtils.move": (0, 1), "FileUtils.cp_r": (1,),
    "FileUtils.ln_s": (1,), "FileUtils.ln_sf": (1,), "FileUtils.install": (1,),
}  # fmt: skip
_PHP = {
    "file_put_contents": (0,), "fopen": (0,), "unlink": (0,), "rename": (0, 1), "copy": (1,), "touch": (0,), "symlink": (1,),
    "link": (1,), "move_uploaded_file": (1,),
}  # fmt: skip
_LUA = {"io.open": (0,), "os.remove": (0,), "os.rename": (0, 1), "io.output": (0,)}
_TABLES = {"node": _NODE, "ruby": _RUBY, "php": _PHP, "lua": _LUA}
_OPENS = frozenset({"File.open", "File.new", "fopen", "io.open", "openSync", "open"})
_KEEPS = frozenset({"appendFileSync", "appendFile", "FileUtils.touch", "touch"})
_SUSPECT = {
    # words of code that may write or run something by a way not in the table
    "node": ("child_process", "require(", "import(", "import ", "process.binding", "eval(", "Function(", "Bun.", "Deno."),
    "ruby": ("system", "`", "exec", "spawn", "%x", "require ", "load ", "eval", "IO.popen", "send(", "Dir.", "$stdout.reopen"),
    "php": ("exec", "system", "`", "include", "require", "eval", "proc_open", "popen", "passthru", "rmdir"),
    "lua": ("os.execute", "io.popen", "require", "load", "dofile"),
}  # fmt: skip
_SAFE_MODULES = frozenset(
    "fs fs/promises path os util url crypto assert events stream buffer querystring zlib readline string_decoder http https"
    " json set time date yaml pathname fileutils csv digest erb pp tempfile optparse ostruct securerandom uri net/http"
    " bigdecimal stringio strscan benchmark tsort English".split()
)


_RUNS = {
    "node": ("execSync", "exec"), "ruby": ("system", "exec", "spawn"), "php": ("shell_exec", "exec", "system", "passthru"),
    "lua": ("os.execute", "io.popen"),
}  # fmt: skip
"""They hand a text to a shell."""


def script(call: "Call", language: str, code: str, args: list[str]) -> None:
    """Notes what the code writes, as far as literals say."""
    table = _TABLES.get(language)
    if UNKNOWN in code or table is None or len(code) > 32768:
        call.unread(f"{call.name} code")
        return
    call.shell.sink.step(1 + len(code) // 64)
    texts = _assigned(code)
    for at, arg in enumerate(args[:9]):
        for form in (f"process.argv[{at + 1}]", f"ARGV[{at}]", f"argv[{at + 1}]", f"arg[{at + 1}]"):
            texts[form] = arg
    for name, which in table.items():
        at = code.find(name)
        while at >= 0:
            end = at + len(name)
            call.shell.sink.step(8 + (len(code) - end) // 64)
            if not _inside_word(code, at, end, language):
                _called(call, name, which, code, end, texts)
            at = code.find(name, end)
    rest = _run(call, language, code, texts)
    for module in _modules(code):
        safe = module.removeprefix("node:") in _SAFE_MODULES or module.endswith("child_process")
        if safe or module.endswith(".json"):
            for form in (f"require('{module}')", f'require("{module}")', f"from '{module}'", f'from "{module}"',
                         f"require '{module}'", f'require "{module}"', f"import('{module}')"):  # fmt: skip
                rest = rest.replace(form, "")
    rest = rest.replace("import ", "") if language == "node" and "from" not in rest else rest
    if any(word in rest for word in _SUSPECT[language]):
        call.unread(f"{call.name} code")


def _run(call: "Call", language: str, code: str, texts: dict[str, str]) -> str:
    """Reads the literal texts that are handed to a shell; returns the code without those calls."""
    from interlock.shell.programs.shells import text_in

    rest = code
    for name in _RUNS.get(language, ()):
        at = code.find(name)
        while at >= 0:
            call.shell.sink.step(8 + (len(code) - at) // 64)
            end = at + len(name)
            tail = code[end:].lstrip(" ")
            arguments = (
                _arguments(tail[1:]) if tail[:1] == "(" else _arguments(tail) if tail[:1] in ("'", '"') else []
            )
            text = _literal(arguments[0], texts) if arguments else None
            before = code[at - 1 : at]
            alone = len(arguments) == 1 or language == "node"
            if text is not None and alone and not (before.isalnum() or before == "_"):
                text_in(call.shell, text)
                rest = rest.replace(code[at:end], "", 1)
            at = code.find(name, end)
    if (
        language == "node"
        and "child_process" in rest
        and not any(word in rest for word in ("spawn", "fork", "exec"))
    ):
        rest = rest.replace("child_process", "")
    return rest


def _inside_word(code: str, at: int, end: int, language: str) -> bool:
    """Whether the name is part of a longer one."""
    before, after = code[at - 1 : at], code[end : end + 1]
    return (
        before.isalnum()
        or before == "_"
        or after.isalnum()
        or after in ("_", "?")
        or (language != "node" and before == "." and "." not in code[at:end])
    )


def _called(call: "Call", name: str, which: tuple[int, ...], code: str, at: int, texts: dict[str, str]) -> None:
    rest = code[at:].lstrip(" ")
    if not rest or (rest[0] != "(" and rest[0] not in "'\""):
        return
    arguments = _arguments(rest[1:] if rest[0] == "(" else rest)
    if name in _OPENS:
        mode = _literal(arguments[1], texts) if len(arguments) > 1 else "r"
        if mode is not None and not set(mode) & set("wax+c"):
            return
    if name == "rm" and not arguments[0].strip():
        return
    for place in which:
        if place < len(arguments):
            path = _literal(arguments[place], texts)
            blind = name not in _KEEPS and not (len(which) > 1 and place == 0)
            call.write(UNKNOWN if path is None else path, f"{call.name} {name}", tree=name in ("rmSync", "FileUtils.rm_rf")
                       and path is not None and call.shell.is_dir(path), blind=blind)  # fmt: skip


def _arguments(text: str) -> list[str]:
    """The arguments up to the closing bracket, cut at commas that stand in none; of the first 8 KiB."""
    text = text[:8192]
    out, start, depth, at = [], 0, 0, 0
    while at < len(text):
        mark = text[at]
        if mark in "'\"`":
            at = _closed(text, at)
            continue
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif mark in ",;\n" and depth == 0:
            out.append(text[start:at])
            start = at + 1
            if mark != ",":
                return out
        at += 1
    return [*out, text[start:at]]


def _closed(text: str, at: int) -> int:
    mark = text[at]
    at += 1
    while at < len(text) and text[at] != mark:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _literal(text: str, texts: dict[str, str]) -> str | None:
    """A text literal, or the name of one; None for anything else."""
    text = text.strip()
    if len(text) > 1 and text[0] in "'\"`" and _closed(text, 0) == len(text):
        inside = text[1:-1]
        return None if "\\" in inside or "${" in inside or "#{" in inside or "$" in inside else inside
    return texts.get(text.lstrip("$"))


def _assigned(code: str) -> dict[str, str]:
    """``name = "text"`` where that is said once."""
    found: dict[str, str] = {}
    twice = set()
    left = 300
    at = code.find("=")
    while at >= 0:
        name = code[:at].rstrip()
        start = len(name)
        while start and (name[start - 1].isalnum() or name[start - 1] == "_"):
            start -= 1
        rest = code[at + 1 :].lstrip(" ")
        if name[start:] and rest[:1] in ("'", '"', "`") and code[at + 1 : at + 2] != "=":
            value = _literal(rest[: _closed(rest, 0)], {})
            key = name[start:]
            if key in found or value is None:
                twice.add(key)
            else:
                found[key] = value
        elif name[start:] and rest[:1] not in ("=", ">"):
            twice.add(name[start:])
        at = code.find("=", at + 1)
        left -= 1
        if left < 0:
            return {}
    return {key: value for key, value in found.items() if key not in twice}


def _modules(code: str) -> list[str]:
    """The names in ``require('x')`` and ``from 'x'``."""
    found: list[str] = []
    for word in ("require(", "from ", "require ", "import("):
        at = code.find(word)
        while at >= 0 and len(found) < 50:
            rest = code[at + len(word) :].lstrip(" ")
            if rest[:1] in ("'", '"'):
                found.append(rest[1 : _closed(rest, 0) - 1])
            at = code.find(word, at + 1)
    return found
