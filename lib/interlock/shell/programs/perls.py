"""perl: -i edits its files in place; one-liners are read for open, unlink and rename with literal paths."""

from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_TAKES = "eEIMmCdDFlx0i"
"""Letters whose rest of the word, or next word, belongs to them."""
_SUSPECT = ("system", "exec", "`", "qx", "do ", "eval", "require", "open", "unlink", "rename", "File::", "syswrite",
            "truncate", "link", "sysopen", "IO::", "utime", "@ARGV", "^I", "use ")  # fmt: skip


def perl(call: "Call", language: str = "perl") -> None:
    """Also ruby, which took perl's options over."""
    args, at, backup, codes = call.args, 0, None, []
    modules = False
    while at < len(args) and args[at].startswith("-") and len(args[at]) > 1:
        word = args[at]
        at += 1
        if word == "--":
            break
        place = 1
        while place < len(word):
            letter = word[place]
            place += 1
            if letter in "cvV":
                return
            if letter == "i":
                backup = (
                    word[place:] if word[place : place + 1] in (".", "~", "_", "*") or "/" in word[place:] else ""
                )
                if backup:
                    break
            elif letter in "eE":
                code = word[place:] or (args[at] if at < len(args) else "")
                at += not word[place:]
                codes.append(code)
                break
            elif letter in ("MmI" if language == "perl" else "rI"):
                modules = modules or letter != "I"
                at += not word[place:]
                break
            elif letter == "0":
                while word[place : place + 1] in ("x",) or word[place : place + 1].isalnum():
                    if word[place] in "npieEwl" and not word[1:place].count("x"):
                        break
                    place += 1
            elif letter in ("FxDCd" if language == "perl" else "FxEKT"):
                break
            elif letter == "C" and language == "ruby":
                call.unread("ruby -C")
                break
    files = args[at:]
    if not codes:
        known = call.shell.sink.files.get(call.shell.path(files[0])) if files else None
        if files and known is None and backup is None:
            call.unread(f"{language} {files[0]}")
            return
        if known is not None:
            codes, files = [known], files[1:]
        elif call.shell.feed is not None and not files:
            codes = [call.shell.feed.rest()]
        else:
            call.unread(language)
            files = files[1:]
    if backup is not None:
        for name in files:
            call.write(name, f"{language} -i")
            if backup:
                folder, slash, base = name.rpartition("/")
                made = backup.replace("*", base) if "*" in backup else base + backup
                call.write(f"{folder}{slash}{made}" if "/" not in backup else made, f"{language} -i", blind=True)
    for code in codes:
        if language == "ruby":
            from interlock.shell.programs.scripts import script

            script(call, "ruby", code, files)
        else:
            _code(call, code, modules, files)


def _code(call: "Call", code: str, modules: bool, args: list[str]) -> None:
    if UNKNOWN in code:
        call.unread("perl code")
        return
    rest = code
    for function, which in (("unlink", (0,)), ("rename", (0, 1)), ("open", (2,)), ("truncate", (0,)), ("symlink", (1,)),
                            ("link", (1,)), ("system", ()), ("copy", (1,)), ("move", (0, 1)), ("write_file", (0,)), ("spew", (0,))):  # fmt: skip
        rest = _function(call, code, rest, function, which, args)
    for harmless in ("use strict", "use warnings", "use utf8", "use JSON::PP", "use Data::Dumper", "use List::Util",
                     "use File::Copy", "use POSIX", "use Time::HiRes"):  # fmt: skip
        rest = rest.replace(harmless, "")
    if any(_word(rest, mark) for mark in _SUSPECT):
        call.unread("perl code")


def _function(call: "Call", code: str, rest: str, function: str, which: tuple[int, ...], args: list[str]) -> str:
    """Calls of one function; those that are read are taken out of the rest."""
    from interlock.shell.programs.scripts import _arguments, _assigned, _literal

    at = code.find(function)
    while at >= 0:
        call.shell.sink.step(8 + (len(code) - at) // 64)
        end = at + len(function)
        before, tail = code[at - 1 : at], code[end:].lstrip(" ")
        if not (before.isalnum() or before in ("_", "$", "-", ">", "{", "/")) and tail[:1] in (
            "(",
            "'",
            '"',
            "$",
            "m",
            "F",
            "o",
        ):
            arguments = _arguments(tail[1:] if tail[0] == "(" else tail)
            texts = {**_assigned(code), **{f"ARGV[{place}]": arg for place, arg in enumerate(args[:9])}}
            mode = (_literal(arguments[1], texts) or "") if function == "open" and len(arguments) > 1 else ">"
            places: tuple[int, ...] = which
            if function == "open" and len(arguments) == 2 and mode:
                names = [mode.lstrip("+<> ")]
            else:
                names = [
                    _literal(arguments[place], texts) or UNKNOWN for place in places if place < len(arguments)
                ]
            if function == "system":
                from interlock.shell.programs.shells import text_in

                text_in(call.shell, (_literal(arguments[0], texts) or UNKNOWN) if len(arguments) == 1 else UNKNOWN)
            elif "|" in mode or (function == "open" and not mode):
                call.unread("perl open")
            elif function != "open" or ">" in mode or "+" in mode:
                for place, name in enumerate(names):
                    call.write(
                        name, f"perl {function}", blind=">>" not in mode and not (len(names) > 1 and place == 0)
                    )
            rest = rest.replace(code[at:end], "", 1)
        at = code.find(function, end)
    return rest


def _word(code: str, mark: str) -> bool:
    """Whether the mark stands in the code as a word of its own."""
    at = code.find(mark)
    while at >= 0:
        before = code[at - 1 : at]
        after = code[at + len(mark) : at + len(mark) + 1]
        whole = not (mark[0].isalpha() and (before.isalnum() or before in ("_", "$", "@", "%", "-")))
        if whole and not (mark[-1].isalpha() and (after.isalnum() or after == "_")):
            return True
        at = code.find(mark, at + 1)
    return False
