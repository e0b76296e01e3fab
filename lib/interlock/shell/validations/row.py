"""A row of the table: what is known of a validation command."""

from interlock.words.value import Value

FREE, PART, FILES, DOTS = "", "part", "files", "dots"
"""What operands mean. FREE: nothing. PART: each names a part of the whole. FILES: a file is a part, a folder is
not, and a command that names files alone needs no mutex. DOTS: all but ``./...`` are a part, and none at all."""
ALWAYS = "*"


class Row(Value):
    """All but ``operands`` and ``runner`` are options, blank-separated. ``writes``: those that make it change
    sources, ALWAYS if it does without; ``looks``: those that keep it from that. ``never``: it is none with them
    (a list, a watcher). ``partial``: it is a part of the suite, or its status says less. ``valued``: they take a
    value. ``runner``: whose counts can be read. ``single``: long options begin with one dash. ``on``: what stands
    behind ``--`` has options, too."""

    __slots__ = ("looks", "never", "on", "operands", "partial", "runner", "single", "valued", "writes")

    def __init__(
        self,
        operands: str = FREE,
        partial: str = "",
        valued: str = "",
        never: str = "",
        writes: str = "",
        looks: str = "",
        runner: str = "",
        single: bool = False,
        on: bool = False,
    ) -> None:
        self.operands = operands
        self.partial = partial
        self.valued = valued
        self.never = never
        self.writes = writes
        self.looks = looks
        self.runner = runner
        self.single = single
        self.on = on
