"""Which run of `.runs/` is meant: one answer for the guard and for every command (docs/adr/0010)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def meant(named: str, unclosed: "Iterable[str]", read: "Collection[str]" = ()) -> tuple[str, ...]:
    """The run that is meant; several where that is not known, none where none is open. ``named``: the run that a
    prompt or an argument names, "" for none; it is meant whether there is such a run or not. Else it is the one of
    the open runs (``unclosed``) of which something was read, else the only open one. ``read``: the runs of which
    something was read, in small letters where the disk tells no case."""
    if named:
        return (named,)
    found = tuple(unclosed)
    return tuple(run for run in found if run in read or run.casefold() in read) or found
