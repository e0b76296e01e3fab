"""A program's words told apart: options, their values, operands."""


class Options:
    """``flags`` are the options given, by their names as written ("-i", "--in-place"), each with its values
    ("" for none). ``operands`` are the rest."""

    __slots__ = ("flags", "known", "operands")

    def __init__(self, known: frozenset[str] = frozenset()) -> None:
        self.known = known
        self.flags: dict[str, list[str]] = {}
        self.operands: list[str] = []

    def has(self, *names: str) -> bool:
        """Whether any of these was given; long ones may be cut short, as getopt allows."""
        return any(self._is(given, name) for name in names for given in self.flags)

    def _is(self, given: str, name: str) -> bool:
        """An option whose whole name is known is no short form of another."""
        if given == name:
            return True
        return len(given) > 3 and given.startswith("--") and name.startswith(given) and given not in self.known

    def values(self, *names: str) -> list[str]:
        """All values of these options, in the order of the names."""
        found: list[str] = []
        for given, values in self.flags.items():
            if any(self._is(given, name) for name in names):
                found += values
        return found

    def last(self, *names: str) -> str:
        found = self.values(*names)
        return found[-1] if found else ""


def options(args: list[str], valued: str = "", single: bool = False, first: bool = False) -> Options:
    """``valued`` names the options that take a value: "-t --target". A short one takes the rest of its word, or
    the next; a long one what follows "=", or the next word. ``single``: options of several letters begin with
    one dash (find, go). ``first``: the first operand ends the options."""
    takes = f" {valued} "
    found = Options(frozenset(valued.split()))
    at = 0
    while at < len(args):
        arg = args[at]
        at += 1
        if arg == "--":
            found.operands += args[at:]
            break
        if not arg.startswith("-") or arg == "-":
            found.operands.append(arg)
            if first:
                found.operands += args[at:]
                break
            continue
        if arg.startswith("--") or single:
            name, given, value = arg.partition("=")
            if not given and f" {name} " in takes and at < len(args):
                value = args[at]
                at += 1
            found.flags.setdefault(name, []).append(value)
            continue
        at = _cluster(found, arg, args, at, takes)
    return found


def _cluster(found: Options, arg: str, args: list[str], at: int, takes: str) -> int:
    """``-abc``: several letters, of which the last may have a value."""
    for place in range(1, len(arg)):
        name = f"-{arg[place]}"
        if f" {name} " in takes:
            value = arg[place + 1 :]
            if not value and at < len(args):
                value = args[at]
                at += 1
            found.flags.setdefault(name, []).append(value)
            return at
        found.flags.setdefault(name, []).append("")
    return at
