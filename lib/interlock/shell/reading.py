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


class Reading(Value):
    """``unread`` are short phrases for what could not be read ("make test", "$(…) as the target of >").
    ``quiet``: every program in it is known to write no file of the repo. ``alone`` is the word that makes
    a user namespace unfit (sudo, ssh, "git push"), "" for none. ``asks`` are the paths that it asks Interlock
    for: `interlock restore` and `interlock lock wait`. ``behind`` are the paths of those writes that go on in the
    background (`&`) when the command is over. ``whole``: the text is bash from its beginning to its end."""

    __slots__ = ("alone", "asks", "behind", "git", "quiet", "unread", "whole", "writes")

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
    ) -> None:
        self.writes = writes
        self.git = git
        self.unread = unread
        self.quiet = quiet
        self.alone = alone
        self.asks = asks
        self.behind = behind
        self.whole = whole
