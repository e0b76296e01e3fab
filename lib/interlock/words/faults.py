"""Faults: what is wrong with the ground we stand on. The message says what, and what to do."""


class Fault(Exception):
    """Base. ``str(fault)`` is a sentence fit for an agent or a person."""


class StateFault(Fault):
    """Interlock's own state can't be read or trusted."""


class NewerState(StateFault):
    """The state was written by a newer Interlock."""


class StorageFull(Fault):
    """The disk is full, or the state folder can't be written."""


class Unreadable(Fault):
    """Input that can't be understood: hook JSON, a path, a command line."""


class Deadline(Fault):
    """Time ran out before an answer was there."""
