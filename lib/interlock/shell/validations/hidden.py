"""Programs that hand a command on, in ways that are not read for what it writes: its runs are looked for."""

from interlock.shell.programs.options import options
from interlock.shell.validations import may_validate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.sink import Sink

HANDS_ON = frozenset("find gfind fd fdfind tmux screen git nix nix-shell entr".split())
_ACTS = ("-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch")
_TMUX = frozenset(
    "new new-session neww new-window splitw split-window send send-keys respawn-pane respawn-window run"
    " run-shell".split()
)
_VALUED = {
    "tmux": "-s -n -c -t -x -y -F -e -f -l -N",
    "screen": "-S -t -c -e -h -p -s -T",
    "entr": "",
}


def look(call: "Call") -> None:
    """Notes the runs in what the call hands on. Nothing of it is proven."""
    words = _handed(call)
    if not words or not may_validate(" ".join(words)):
        return
    aside = call.shell.deeper()
    aside.out = None

    def run(sink: "Sink") -> None:
        from interlock.shell.programs.shells import text_in

        aside.sink = sink
        if " " in words[0]:
            text_in(aside, words[0])
        else:
            call.again(words, aside)

    call.shell.sink.hand_on(run)


def _handed(call: "Call") -> list[str]:
    """The command that it is given: words, or one text."""
    name, args = call.name, call.args
    if name in ("find", "gfind", "fd", "fdfind"):
        return _behind(args, _ACTS)
    if name in ("nix", "nix-shell"):
        return _behind(args, ("-c", "--command", "--run"))
    if name == "git":
        if "bisect" in args:
            return _behind(args, ("run",))
        return _behind(args, ("foreach",) if "submodule" in args else ("-x", "--exec") if "rebase" in args else ())
    if name == "tmux" and (not args or args[0] not in _TMUX):
        return []
    if name == "screen" and any(word in ("-r", "-x", "-ls", "-list", "-X") for word in args):
        return []
    return options(args[name == "tmux" :], _VALUED[name], first=True).operands


def _behind(args: list[str], marks: tuple[str, ...]) -> list[str]:
    at = next((at for at, word in enumerate(args) if word in marks), -1)
    rest = args[at + 1 :] if at >= 0 else []
    return rest[: rest.index(";")] if ";" in rest else rest
