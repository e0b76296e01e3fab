"""The words of a git command, told apart as git's own option parser does (git 2.20 to 2.51)."""

from interlock.words.value import Value

_GLOBAL = frozenset(
    "--no-pager -P -p --paginate --no-replace-objects --no-optional-locks --no-lazy-fetch --no-advice".split()
)
_GLOBAL_VALUES = frozenset("--git-dir --work-tree --namespace --config-env --super-prefix --attr-source".split())
_SPECS = frozenset("--literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs".split())
_HARMLESS = tuple(
    "user. author. committer. color. advice. commit.gpgsign= commit.verbose= core.editor= core.pager= "
    "core.quotepath= core.hookspath= core.sshcommand= core.fsmonitor= core.commentchar= gc. gpg. http. https. "
    "credential. protocol. pager. sequence. init. log. push. fetch. i18n. tag. safe. merge.conflictstyle= "
    "maintenance.".split()
)
"""Settings given with -c that change no file of the checkout."""

_COMMON = "q/quiet v/verbose"
_FILES = "pathspec-from-file= pathspec-file-nul"
_PICK = (
    "quit continue abort skip cleanup= n/no-commit e/edit s/signoff m/mainline= rerere-autoupdate strategy= "
    "X/strategy-option= S/gpg-sign? x ff allow-empty allow-empty-message keep-redundant-commits empty= reference"
)
_SWITCH = (
    "progress f/force 2/ours 3/theirs t/track? guess l d/detach orphan= overwrite-ignore m/merge conflict= "
    "p/patch ignore-skip-worktree-bits ignore-other-worktrees recurse-submodules? overlay"
)
_TABLE = {
    "stash": f"p/patch S/staged k/keep-index u/include-untracked a/all m/message= {_FILES} index",
    "reset": f"soft mixed hard merge keep N/intent-to-add p/patch recurse-submodules? refresh {_FILES}",
    "checkout": f"{_SWITCH} b= B= {_FILES}",
    "switch": f"{_SWITCH} c/create= C/force-create= discard-changes",
    "restore": f"{_SWITCH} s/source= W/worktree S/staged ignore-unmerged {_FILES}",
    "clean": "n/dry-run f/force i/interactive d e/exclude= x X",
    "merge": "n stat summary compact-summary log? squash commit e/edit cleanup= ff ff-only rerere-autoupdate "
    "verify-signatures s/strategy= X/strategy-option= m/message= F/file= into-name= abort quit continue "
    "allow-unrelated-histories progress S/gpg-sign? autostash overwrite-ignore signoff verify",
    "cherry-pick": _PICK,
    "revert": _PICK,
    "rebase": "onto= keep-base verify n/stat signoff committer-date-is-author-date reset-author-date ignore-date "
    "C= ignore-whitespace whitespace= f/force-rebase ff continue skip abort quit edit-todo show-current-patch "
    "apply m/merge i/interactive rerere-autoupdate empty= autosquash update-refs S/gpg-sign? autostash x/exec= "
    "allow-empty-message r/rebase-merges? fork-point s/strategy= X/strategy-option= root "
    "reschedule-failed-exec reapply-cherry-picks keep-empty k p/preserve-merges",
    "apply": "exclude= include= p= add stat numstat summary check index N/intent-to-add cached unsafe-paths apply "
    "3/3way build-fake-ancestor= z C= whitespace= ignore-space-change ignore-whitespace R/reverse unidiff-zero "
    "reject allow-overlap inaccurate-eof recount directory= allow-empty allow-binary-replacement binary",
    "am": "i/interactive b/no-binary 3/3way s/signoff u/utf8 k/keep keep-non-patch m/message-id keep-cr "
    "c/scissors quoted-cr= whitespace= ignore-space-change ignore-whitespace directory= exclude= include= C= p= "
    "patch-format= reject r/resolved continue skip abort quit show-current-patch? allow-empty retry "
    "committer-date-is-author-date ignore-date rerere-autoupdate S/gpg-sign? empty=",
    "commit": "F/file= author= date= m/message= c/reedit-message= C/reuse-message= fixup= squash= reset-author "
    "trailer= s/signoff t/template= e/edit cleanup= status S/gpg-sign? a/all i/include interactive p/patch o/only "
    "n/no-verify verify dry-run short branch ahead-behind porcelain long z/null amend post-rewrite "
    f"u/untracked-files? allow-empty allow-empty-message {_FILES}",
    "add": "n/dry-run i/interactive p/patch e/edit f/force u/update renormalize N/intent-to-add A/all "
    f"ignore-removal refresh ignore-errors ignore-missing warn-embedded-repo sparse chmod= {_FILES}",
    "stage": "n/dry-run f/force u/update A/all",
    "rm": f"n/dry-run cached f/force r ignore-unmatch sparse {_FILES}",
    "mv": "n/dry-run f/force k sparse",
    "worktree": "f/force b= B= d/detach checkout lock reason= orphan guess track n/dry-run expire= porcelain z",
    "pull": "r/rebase? ff ff-only commit e/edit squash autostash s/strategy= X/strategy-option= stat n log? "
    "signoff cleanup= verify-signatures verify allow-unrelated-histories S/gpg-sign? all a/append f/force "
    "k/keep p/prune t/tags refmap= dry-run j/jobs= recurse-submodules? depth= unshallow progress upload-pack= "
    "server-option= o= shallow-since= set-upstream 4/ipv4 6/ipv6 summary",
}  # fmt: skip
"""Each verb's options, ``short/long`` or either alone; ``=``: with a value, ``?``: with one attached at most."""


class GitWords(Value):
    """``flags`` are the options by their long names ("no-" before the turned off), ``values`` what they were
    given ("" for nothing) each time, ``rest`` the words before ``--`` and ``paths`` those behind it
    (``dashed``: there was one). ``leading`` are global options on how pathspecs are read. ``problem`` is a
    phrase for what can't be judged."""

    __slots__ = ("dashed", "flags", "leading", "paths", "problem", "rest", "values", "verb")

    def __init__(self, verb: str, leading: list[str], problem: str) -> None:
        self.verb = verb
        self.leading = leading
        self.problem = problem
        self.flags: set[str] = set()
        self.values: dict[str, list[str]] = {}
        self.rest: list[str] = []
        self.paths: list[str] = []
        self.dashed = False

    def count(self, name: str) -> int:
        """How often the option was given."""
        return len(self.values.get(name, ()))

    def any(self, *names: str) -> bool:
        """Whether any of these options was given."""
        return not self.flags.isdisjoint(names)

    def last(self, name: str) -> str:
        """The option's last value, "" if it has none."""
        return self.values[name][-1] if self.values.get(name) else ""


def told_apart(words: tuple[str, ...]) -> GitWords:
    """The words of a command whose first is git itself."""
    at, leading, problem = _opening(words)
    verb = words[at] if at < len(words) else ""
    found = GitWords(verb, leading, problem)
    if verb in _TABLE:
        _options(found, list(words[at + 1 :]), _known(f"{_COMMON} {_TABLE[verb]}"))
    else:
        found.rest = list(words[at + 1 :])
    return found


def _opening(words: tuple[str, ...]) -> tuple[int, list[str], str]:
    """(where the verb stands, options on pathspecs, what makes it another repository than it looks)."""
    at, leading, problem = 1, [], ""
    while at < len(words) and words[at].startswith("-"):
        word = words[at]
        at += 1
        if word == "-C":
            at += 1
        elif word == "-c":
            setting = words[at].lower() if at < len(words) else ""
            at += 1
            if not f"{setting}{'' if '=' in setting else '='}".startswith(_HARMLESS):
                problem = f"git -c {setting[:40]}"
        elif word in _SPECS:
            leading.append(word)
        elif word not in _GLOBAL:
            problem = f"git {word.partition('=')[0][:40]}"
            at += word in _GLOBAL_VALUES
    return at, leading, problem


def _known(table: str) -> dict[str, tuple[str, str]]:
    """option -> (its long name, "=" with a value, "?" with one attached, "" without)."""
    found = {}
    for entry in table.split():
        kind = entry[-1] if entry[-1] in "=?" else ""
        names = entry.rstrip("=?").split("/")
        for name in names:
            found[name] = (names[-1], kind)
    return found


def _options(found: GitWords, words: list[str], known: dict[str, tuple[str, str]]) -> None:
    words = words[::-1]
    while words:
        word = words.pop()
        if word == "--":
            found.dashed, found.paths = True, words[::-1]
            return
        if word == "--end-of-options":
            found.rest += words[::-1]
            return
        if word.startswith("--"):
            _long(found, word[2:], words, known)
        elif word.startswith("-") and word != "-":
            _short(found, word[1:], words, known)
        else:
            found.rest.append(word)


def _long(found: GitWords, word: str, words: list[str], known: dict[str, tuple[str, str]]) -> None:
    name, given, value = word.partition("=")
    full, kind = _resolved(name, known)
    if not full:
        found.problem = found.problem or f"--{name[:40]}"
        return
    if kind == "=" and not given:
        value = words.pop() if words else ""
    _note(found, full, value)


def _resolved(name: str, known: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """(long name, kind) of an option that may be turned off by "no-" or cut short; ("", "") for none."""
    longs = {key: entry for key, entry in known.items() if len(key) > 1}
    longs |= {f"no-{key}": (f"no-{key}", "") for key in longs if not key.startswith("no-")}
    longs |= {key[3:]: (key[3:], "") for key in longs if key.startswith("no-") and key[3:] not in longs}
    if name in longs:
        return longs[name]
    fits = {entry for key, entry in longs.items() if name and key.startswith(name)}
    return fits.pop() if len(fits) == 1 else ("", "")


def _short(found: GitWords, letters: str, words: list[str], known: dict[str, tuple[str, str]]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        full, kind = known.get(letter, ("", ""))
        if not full:
            found.problem = found.problem or f"-{letter}"
            return
        if kind == "=":
            _note(found, full, letters or (words.pop() if words else ""))
            return
        if kind == "?":
            _note(found, full, letters)
            return
        _note(found, full, "")


def _note(found: GitWords, name: str, value: str) -> None:
    other = name[3:] if name.startswith("no-") else f"no-{name}"
    found.flags.discard(other)
    found.values.pop(other, None)
    found.flags.add(name)
    found.values.setdefault(name, []).append(value)
