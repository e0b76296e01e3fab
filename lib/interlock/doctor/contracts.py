"""The contracts of the agents in force: an agent with a broken one writes nothing, and is not started."""

from collections.abc import Iterator

from interlock.contracts.checkset import check
from interlock.contracts.compile import gather
from interlock.contracts.fault import Fault
from interlock.doctor.finding import Finding, bad, ok, warn

_MOST = 10


def contracts(project: str, user: str, tests: list[str]) -> Iterator[Finding]:
    """A finding for each fault, as `interlock contracts check` has it; one that all is well otherwise.
    Nothing where no agent has a contract. ``tests``: what `@tests` stands for."""
    sources = gather(project, user).sources
    held = [source for source in sources if source.held]
    broken = {fault for source in held for fault in source.faults}
    faults = check(sources, tests)
    for fault in faults[:_MOST]:
        yield _found(fault, fault in broken)
    if len(faults) > _MOST:
        yield warn("contracts", f"{len(faults) - _MOST} more faults", "`interlock contracts check` has them all.")
    if held and not faults:
        yield ok("contracts", f"{len(held)} contract{'s' if len(held) > 1 else ''}, no fault")


def _found(fault: Fault, broken: bool) -> Finding:
    text, todo = f"{fault.file}:{fault.line}: {fault.what}", f"{fault.mend[:1].upper()}{fault.mend[1:]}."
    return (bad if broken else warn)("contracts", text, todo)
