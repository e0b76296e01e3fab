"""Reading: what a shell command would do to files, as far as its words say."""

from interlock.words.value import Value


class Write(Value):
    """A path that the command writes, creates, replaces, moves or removes.

    ``path`` is absolute, as bash would open it: variables, globs and ``~`` done, links and ``..`` not
    resolved. ``how`` is the word for a sentence (">", "sed -i", "git mv"). ``tree``: everything below the
    path too. ``blind``: replaces or removes the content without having read it (>, tee, cp, rm), where
    ``sed -i``, ``>>`` and formatters keep what is there."""

    __slots__ = ("blind", "how", "path", "tree")

    def __init__(self, path: str, how: str, tree: bool = False, blind: bool = False) -> None:
        self.path = path
        self.how = how
        self.tree = tree
        self.blind = blind


class GitOperation(Value):
    """A git command that acts on more than the paths spelled in it. ``words`` are the command's words as
    read ("git", "reset", "--hard"), ``cwd`` is where it runs (-C applied), ``paths`` the pathspecs given."""

    __slots__ = ("cwd", "paths", "verb", "words")

    def __init__(self, words: tuple[str, ...], verb: str, cwd: str, paths: tuple[str, ...] = ()) -> None:
        self.words = words
        self.verb = verb
        self.cwd = cwd
        self.paths = paths


class Validation(Value):
    """A command that acts on the whole repo: tests, checks, builds, installs.

    ``name`` is how people call it ("pytest", "npm test"), ``mutex`` what it must not overlap with. ``words``
    is its argument list, wrappers removed and program first ("pytest", "-q"); ``spelled`` has the wrapper that
    chose the program, too ("uv", "run", "pytest", "-q"). ``mutex`` is "" for a tool that looks just at files
    which the command names: it disturbs nobody. ``cwd``: where it runs, "" if that can't be told.
    ``writes``: it changes sources. ``doubt``: why the exit status of the whole command does not tell that this
    one passed ("it stands in a pipe"), "" if 0 proves it. ``shared``: other commands stand beside it, so that
    a status other than 0 may be theirs. ``partial``: the word that makes it a part of the suite ("-k"), "" if
    none. ``runner``: whose counts can be read ("pytest", "go"), "" for nobody's."""

    __slots__ = (
        "cwd", "doubt", "mutex", "name", "partial", "runner", "shared", "spelled", "words", "writes",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        mutex: str,
        words: tuple[str, ...],
        spelled: tuple[str, ...],
        cwd: str,
        writes: bool = False,
        doubt: str = "",
        partial: str = "",
        runner: str = "",
        shared: bool = False,
    ) -> None:
        self.name = name
        self.mutex = mutex
        self.words = words
        self.spelled = spelled
        self.cwd = cwd
        self.writes = writes
        self.doubt = doubt
        self.partial = partial
        self.runner = runner
        self.shared = shared

    def among(self, shared: bool) -> "Validation":
        """The same, with others beside it or not."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return Validation(**{**facts, "shared": shared})

    def whole(self) -> "Validation":
        """The same, as no part of anything."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return Validation(**{**facts, "partial": ""})

    def doubted(self, why: str) -> "Validation":
        """The same, with a doubt if it has none."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return Validation(**{**facts, "doubt": self.doubt or why})


class Reading(Value):
    """``unread`` are short phrases for what could not be read ("make test", "$(…) as the target of >").
    ``quiet``: every program in it is known to write no file of the repo. ``alone`` is the word that makes
    a user namespace unfit (sudo, ssh, "git push"), "" for none. ``asks`` are the paths that it asks Interlock
    for: `interlock restore` and `interlock lock wait`. ``behind`` are the paths of those writes that go on in the
    background (`&`) when the command is over. ``whole``: the text is bash from its beginning to its end. ``runs``
    are the validation commands in it."""

    __slots__ = ("alone", "asks", "behind", "git", "quiet", "runs", "unread", "whole", "writes")

    def __init__(
        self,
        writes: tuple[Write, ...] = (),
        git: tuple[GitOperation, ...] = (),
        unread: tuple[str, ...] = (),
        quiet: bool = True,
        alone: str = "",
        asks: tuple[str, ...] = (),
        behind: tuple[str, ...] = (),
        whole: bool = True,
        runs: tuple[Validation, ...] = (),
    ) -> None:
        self.writes = writes
        self.git = git
        self.unread = unread
        self.quiet = quiet
        self.alone = alone
        self.asks = asks
        self.behind = behind
        self.whole = whole
        self.runs = runs
