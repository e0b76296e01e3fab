"""git: its operations go to who judges them; here its words are told apart, and the files that are spelled in
them noted as writes."""

from interlock.shell.gitwords import GitWords, told_apart
from interlock.shell.reading import GitOperation
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call
    from interlock.shell.state import Shell

_QUIET = frozenset(
    "status log shortlog diff diff-tree diff-index diff-files show rev-parse ls-files ls-tree blame annotate grep describe"
    " reflog cat-file config branch tag remote for-each-ref rev-list merge-base name-rev var version help"
    " count-objects fsck check-ignore check-attr check-mailmap show-ref symbolic-ref hash-object ls-remote fetch"
    " push gc prune repack pack-refs maintenance init notes replace update-ref update-server-info verify-commit"
    " verify-tag verify-pack whatchanged cherry range-diff request-pull show-branch stripspace column"
    " get-tar-commit-id mktag mktree commit-tree write-tree commit-graph multi-pack-index rerere bugreport"
    " diagnose credential interpret-trailers patch-id fmt-merge-msg prune-packed unpack-file"
    " for-each-repo merge-tree".split()
)
"""They change no file of a checkout. (A push's or commit's hooks are the repository's own programs; what they
do is watched, not foretold.)"""
_OPERATIONS = frozenset(
    "stash reset checkout switch restore clean merge rebase pull cherry-pick revert apply am commit add stage rm mv"
    " worktree submodule filter-branch filter-repo bisect read-tree checkout-index sparse-checkout subtree lfs"
    " update-index".split()
)
_ALONE = frozenset("fetch pull push clone ls-remote submodule".split())
"""They may run ssh, which refuses a home that isn't its user's in a namespace."""
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CONFIG_COUNT")


def run(call: "Call") -> "bool | None":
    shell = call.shell
    if UNKNOWN in "".join(call.args[:1]):
        call.unread("git")
        return None
    cwds, verb, at = _opening(call)
    words = told_apart(("git", *call.args))
    if (
        verb in _ALONE
        or (verb == "remote" and "update" in call.args)
        or (verb == "archive" and "--remote" in call.args)
    ):
        shell.sink.is_alone(f"git {verb}")
    if words.problem.startswith("git ") or _configured(call.args[:at]):
        call.unread(words.problem or "git -c")
    if verb == "rev-parse":
        _rev_parse(call, cwds, call.args[at + 1 :])
        return None
    for option in call.args[at + 1 :]:
        if option.startswith("--output=") and verb in ("diff", "log", "show", "range-diff"):
            call.write(option[9:], f"git {verb} --output", blind=True)
    if verb == "config":
        _config(call, call.args[at + 1 :])
    if verb == "init":
        for folder in _inited(call, cwds, call.args[at + 1 :]):
            makes_checkout(call.shell, f"{folder}/.git", "git init")
        return None
    if verb == "" or (verb in _QUIET and not _runs(call, verb, at)):
        return None
    if verb in _OPERATIONS:
        _operation(call, verb, words, cwds)
    elif verb == "clone":
        _clone(call, call.args[at + 1 :])
    elif verb in ("archive", "bundle", "format-patch", "merge-file", "init"):
        _made(call, verb, call.args[at + 1 :])
    else:
        call.unread(f"git {verb}")
    return None


def _opening(call: "Call") -> tuple[tuple[str, ...], str, int]:
    """(folders it runs in, verb, the verb's place)."""
    shell, at = call.shell, 0
    moved = shell.copy()
    args = call.args
    while at < len(args) and args[at].startswith("-"):
        arg = args[at]
        at += 1
        if arg in ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env"):
            value = args[at] if at < len(args) else ""
            at += 1
            if arg == "-C" and value:
                moved.cwds = tuple(moved.paths(value)) if UNKNOWN not in value else ()
    return moved.cwds, args[at] if at < len(args) else "", at


_PROGRAMS = ("core.fsmonitor", "core.hookspath", "core.sshcommand", "core.editor", "core.pager", "sequence.editor",
             "diff.external", "credential.helper", "gpg.program", "gpg.ssh.program", "pager.")  # fmt: skip
_HARMLESS = ("", "true", "false", ":", "cat", "less", "/dev/null", "0", "1", "no", "yes")


def _configured(args: list[str]) -> bool:
    """Whether a setting given with -c makes git run a program."""
    for at, arg in enumerate(args[:-1]):
        name, _, value = args[at + 1].partition("=")
        if arg == "-c" and name.lower().startswith(_PROGRAMS) and value not in _HARMLESS:
            return True
    return False


def _runs(call: "Call", verb: str, at: int) -> bool:
    """Options by which a verb that only reads runs a program or writes."""
    words = call.args[at + 1 :]
    return any(
        (verb == "grep" and (word.startswith("-O") or word.startswith("--open-files")))
        or word.startswith(("--upload-pack", "--receive-pack", "--exec="))
        or (verb in ("diff", "log", "show") and word == "--ext-diff")
        or (verb == "config" and word in ("-e", "--edit", "edit"))
        or (verb == "branch" and word == "--edit-description")
        for word in words
    )


def _rev_parse(call: "Call", cwds: tuple[str, ...], words: list[str]) -> None:
    """``--show-toplevel``: the nearest folder above with a ``.git``."""
    if words == ["--show-toplevel"] and len(cwds) == 1:
        folder = cwds[0]
        for _ in range(64):
            call.shell.sink.step(2)
            if call.shell.sink.where.disk.exists(f"{folder.rstrip('/')}/.git"):
                call.says(f"{folder}\n")
                return
            if folder == "/":
                break
            folder = folder.rpartition("/")[0] or "/"
    call.says(UNKNOWN)


def _operation(call: "Call", verb: str, words: GitWords, cwds: tuple[str, ...]) -> None:
    sub = words.rest[0] if words.rest else ""
    if _harmless(verb, sub, words):
        return
    named = [name for name in _ELSEWHERE if call.assigned.get(name) or name in call.shell.variables]
    if named:
        call.unread(f"git with {named[0]} set")
    for script in words.values.get("exec", []) if verb == "rebase" else []:
        from interlock.shell.programs.shells import text_in

        text_in(call.shell, script)
    if verb in ("submodule", "bisect", "filter-branch", "filter-repo", "subtree", "lfs") or UNKNOWN in "".join(
        call.args
    ):
        call.unread(f"git {verb}{f' {sub}' if sub and UNKNOWN not in sub else ''}")
    if not cwds:
        call.unread(f"git {verb} in an unknown folder")
    paths = _pathspecs(call, verb, words, cwds)
    for cwd in cwds:
        call.shell.sink.git(GitOperation(("git", *call.args), verb, cwd, tuple(paths)))
        _spelled(call, verb, words, cwd, paths)


def _harmless(verb: str, sub: str, words: GitWords) -> bool:
    """Verbs with forms that touch neither the checkout nor what others staged."""
    if verb == "stash":
        return sub in ("list", "show", "drop", "clear", "create", "store")
    if verb == "clean":
        return words.any("dry-run")
    if verb == "worktree":
        return sub in ("list", "lock", "unlock", "prune", "repair")
    if verb == "submodule":
        return sub in ("status", "summary", "")
    if verb == "bisect":
        return sub in ("log", "view", "visualize", "terms", "help")
    if verb == "apply":
        looks = words.any("check", "stat", "numstat", "summary") and not words.any("apply")
        return looks or words.any("build-fake-ancestor")
    if verb in ("commit", "add", "rm", "mv") and words.any("dry-run"):
        return True
    if verb == "lfs":
        return sub in ("ls-files", "status", "env", "version", "track", "logs", "locks", "")
    if verb == "sparse-checkout":
        return sub in ("list", "check-rules")
    if verb == "update-index":
        return words.rest == ["--refresh"] or words.rest == ["-q", "--refresh"]
    return verb == "reset" and words.any("soft")


def _pathspecs(call: "Call", verb: str, words: GitWords, cwds: tuple[str, ...]) -> list[str]:
    """The pathspecs given; a checkout's words are paths if they are there."""
    if words.dashed:
        return words.paths
    if verb in ("add", "stage", "rm", "mv", "restore", "commit", "clean"):
        return words.rest
    if verb == "stash":
        return words.rest[1:] if words.rest[:1] == ["push"] else []
    if verb == "checkout" and not words.any("b", "B", "orphan"):
        shell = call.shell.copy()
        shell.cwds = cwds
        if words.rest and shell.exists(words.rest[0]) and not words.any("detach"):
            return words.rest
        return words.rest[1:]
    return []


def _spelled(call: "Call", verb: str, words: GitWords, cwd: str, paths: list[str]) -> None:
    """Literal files are writes: they take leases as any other write does."""
    shell = call.shell.copy()
    shell.cwds = (cwd,)
    if verb == "mv" and len(paths) > 1:
        inside = shell.is_dir(paths[-1]) or len(paths) > 2
        for path in paths[:-1]:
            _literal(shell, path, "git mv", False)
            _literal(
                shell,
                f"{paths[-1].rstrip('/')}/{path.rpartition('/')[2]}" if inside else paths[-1],
                "git mv",
                True,
            )
    elif (
        verb == "checkout"
        or (verb == "restore" and (words.any("worktree") or not words.any("staged")))
        or (verb == "rm" and not words.any("cached"))
        or (verb == "stash" and words.any("quiet", "keep-index") is not None and paths)
    ):
        for path in paths:
            _literal(shell, path, f"git {verb}", True)


def _literal(shell: "Shell", path: str, how: str, blind: bool) -> None:
    """A pathspec that is a plain file: no magic, no pattern, no folder."""
    if (
        path
        and not path.startswith(":")
        and not any(mark in path for mark in "*?[\\\0")
        and not shell.is_dir(path)
    ):
        shell.write(path, how, blind=blind)


def _config(call: "Call", words: list[str]) -> None:
    """A config file that is named, if it is changed."""
    from interlock.shell.programs.options import options

    given = options(words, "-f --file --blob --type --default")
    looks = (
        given.has("--get", "--get-all", "--get-regexp", "-l", "--list", "--get-urlmatch")
        or len(given.operands) < 2
    )
    if not looks or given.has(
        "--unset", "--unset-all", "--add", "--replace-all", "--rename-section", "--remove-section"
    ):
        for name in given.values("-f", "--file"):
            call.write(name, "git config")


def _clone(call: "Call", words: list[str]) -> None:
    """git makes a folder that is not there, or fills an empty one."""
    from interlock.shell.programs.options import options

    valued = "-b --branch --depth -o --origin -c --config --reference -j --jobs --filter -u --template --separate-git-dir"
    names = options(words, valued).operands
    if not names:
        return
    folder = names[1] if len(names) > 1 else names[0].rstrip("/").removesuffix(".git").rpartition("/")[2]
    call.write(folder.rpartition(":")[2], "git clone", tree=True, blind=True)
    if call.shell.path(folder):
        call.shell.sink.made.add(call.shell.path(folder))


def _made(call: "Call", verb: str, words: list[str]) -> None:
    from interlock.shell.programs.options import options

    given = options(words, "-o --output --output-directory --format --prefix -L -n --start-number -v")
    if verb == "merge-file":
        if given.operands and not given.has("-p", "--stdout"):
            call.write(given.operands[0], "git merge-file")
    elif verb == "archive":
        for name in given.values("-o", "--output"):
            call.write(name, "git archive", blind=True)
    elif verb == "bundle":
        if words[:1] == ["create"] and len(given.operands) > 1:
            call.write(given.operands[1], "git bundle", blind=True)
    elif not given.has("--stdout"):
        call.unread("git format-patch")


def _inited(call: "Call", cwds: tuple[str, ...], words: list[str]) -> list[str]:
    """The folders that ``git init`` makes repositories of, as far as they are known; a bare one is none."""
    from interlock.shell.programs.options import options

    given = options(words, "-b --initial-branch --template --separate-git-dir --object-format --ref-format")
    folder = given.operands[0] if given.operands else "."
    if given.has("--bare") or UNKNOWN in folder:
        return []
    shell = call.shell.copy()
    shell.cwds = cwds
    return shell.paths(folder)


def makes_checkout(shell: "Shell", path: str, how: str) -> None:
    """Notes it as a write where a folder in a checkout becomes one of its own: ``path`` is, or lies below, its
    `.git` that is not there yet."""
    folder, found, _ = f"{path}/".partition("/.git/")
    disk = shell.sink.where.disk
    if not found or disk.exists(f"{folder}/.git"):
        return
    above = folder
    while above:
        above = above.rpartition("/")[0]
        shell.sink.step()
        if disk.exists(f"{above}/.git"):
            shell.sink.write(f"{folder}/.git", how)
            return
