"""Build tools, package managers and clients of daemons: what they do is in files that nobody reads here; their
verbs that only look are quiet."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_ALONE = frozenset(
    "docker podman nerdctl docker-compose ssh ping ping6 mount umount apt apt-get dpkg yum dnf rpm pacman apk crontab"
    " at batch passwd newgrp bwrap flatpak snap systemctl service".split()
)
"""Setuid programs, daemons' clients, and what makes namespaces of its own."""
_LOOKS = {
    "docker": "ps images logs inspect version info top stats port history search events diff context",
    "podman": "ps images logs inspect version info top stats port history search",
    "nerdctl": "ps images logs inspect version info",
    "docker-compose": "ps logs config images top version",
    "kubectl": "get describe logs top version explain api-resources cluster-info auth",
    "helm": "list status history get version search env",
    "gh": "auth issue status search browse label alias-list ruleset",
    "glab": "auth issue",
    "pip": "list show freeze check index config debug help",
    "pip3": "list show freeze check index config debug help",
    "brew": "list info search outdated deps uses leaves doctor config home",
    "apt": "list search show policy",
    "apt-cache": "search show policy depends rdepends madison",
    "dpkg": "-l -L -s -S --list --status --listfiles --search --print-architecture",
    "rpm": "-q -qa -ql -qi -qf",
    "pacman": "-Q -Qi -Ql -Qs -Ss -Si",
    "systemctl": "status list-units list-unit-files is-active is-enabled show cat",
    "cargo": "tree metadata search version --version -V --list locate-project pkgid verify-project help",
    "go": "version env list doc vet help",
    "dotnet": "--info --version --list-sdks --list-runtimes list",
    "snap": "list info find",
    "aws": "sts",
    "gcloud": "info version",
    "tmux": "ls list-sessions display-message capture-pane list-windows list-panes has-session",
    "crontab": "-l",
    "rustc": "--version -V -vV --print --explain",
    "tsc": "--version -v --showConfig",
    "terraform-ls": "",
    "interlock": "status lock log doctor watch report verify gate contracts restore mode",
}
_CHECKS = {
    # (words that must be there for the tool to write nothing of the sources)
    "tsc": ("--noEmit",),
    "make": ("-n", "--dry-run", "--just-print", "-q", "--question"),
    "gmake": ("-n", "--dry-run"),
    "ninja": ("-n",),
}
_CMAKE = {
    "copy": "cp", "copy_if_different": "cp", "rename": "mv", "remove": "rm", "rm": "rm", "touch": "touch", "cat": "cat",
    "echo": "echo", "tar": "tar", "make_directory": "mkdir", "create_symlink": "ln", "env": "env", "time": "time",
    "sleep": "sleep", "compare_files": "cmp", "md5sum": "md5sum", "sha256sum": "sha256sum",
}  # fmt: skip
_PR_LOOKS = frozenset("list view status diff checks ready".split())


def run(call: "Call") -> None:
    from interlock.shell.programs.fixers import fixes

    name = call.name
    verb = next((arg for arg in call.args if not arg.startswith("-") and not arg.startswith("+")), "")
    if name == "interlock" and call.args[:1] == ["run"]:
        call.again(call.args[call.args.index("--") + 1 :] if "--" in call.args else call.args[1:])
        return
    if name == "docker" and verb == "compose":
        name = "docker-compose"
        verb = next((arg for arg in call.args[1:] if not arg.startswith("-") and arg != "compose"), "")
    if name in _ALONE:
        call.shell.sink.is_alone(name)
    first = call.args[0] if call.args else ""
    if name == "interlock":
        _asks(call)
    looks = _LOOKS.get(name, "").split()
    if (verb and verb in looks) or first in looks or (name in ("mount", "service") and not call.args):
        if name == "go" and verb == "list" and "-mod=mod" in call.args:
            call.unread()
        return
    if any(word in call.args for word in _CHECKS.get(name, ())):
        return
    if (
        name in ("gh", "glab")
        and verb in ("pr", "mr", "run", "repo", "release", "workflow", "api")
        and _only_looks(call)
    ):
        return
    if name == "ping" or name == "ping6":
        return
    if name == "cmake" and call.args[:1] == ["-E"] and call.args[1:2] and call.args[1] in _CMAKE:
        call.again([_CMAKE[call.args[1]], *call.args[2:]])
        return
    if name == "interlock" and verb == "commit":
        call.shell.sink.runs_hooks()  # it judges by itself what it commits
        return
    if fixes(call):
        return
    if name in ("gcc", "g++", "cc", "c++", "clang", "clang++", "rustc"):
        _compiler(call)
        return
    call.unread(f"{name} {verb}" if verb and len(verb) <= 40 else name)


def _asks(call: "Call") -> None:
    """The paths that `interlock lock wait`, `lock try` and `restore` are given."""
    from interlock.shell.programs.options import options

    words = options(call.args, "--timeout --ttl --purpose --version").operands
    asked = words[1:] if words[:1] == ["restore"] else words[2:]
    if words[:1] == ["restore"] or words[:2] in (["lock", "wait"], ["lock", "try"]):
        call.shell.sink.asks.update((path, None) for field in asked if (path := call.shell.path(field)))


def _only_looks(call: "Call") -> bool:
    words = [arg for arg in call.args if not arg.startswith("-")]
    if words[0] == "api":
        return True
    return len(words) > 1 and words[1] in _PR_LOOKS


def _compiler(call: "Call") -> None:
    """``-o`` names the output; without it a.out or an object beside nothing of interest."""
    from interlock.shell.programs.options import options

    args = [word for arg in call.args for word in (("-o", arg[2:]) if arg[:2] == "-o" and arg[2:] else (arg,))]
    valued = "-o -I -L -l -D -x -include -isystem -MF -MT --edition --crate-type --crate-name --out-dir"
    given = options(args, valued, single=True)
    if given.has("-E", "-fsyntax-only", "-M", "-MM"):
        return
    for name in given.values("-o"):
        call.write(name, f"{call.name} -o", blind=True)
    if not given.has("-o"):
        call.unread(call.name)
