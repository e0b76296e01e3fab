"""What agents are told of issues and of the gate at their end."""

from interlock.doors.config import GATE_FLAGS, GATE_LISTS, PATTERN
from interlock.guard.messages import REFUSAL, brief, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.doors.config import Config


def rules(config: "Config") -> dict[str, object]:
    """The config's rules as a fact for the log; {} where it has none, see ``gate.rules.Rules.noted``."""
    facts: dict[str, object] = {}
    for name in (*GATE_FLAGS, *GATE_LISTS):
        if value := getattr(config, f"gate_{name}"):
            facts[name] = value
    if facts or config.gate_pattern != PATTERN:
        facts["pattern"] = config.gate_pattern
    return {"rules": facts} if facts else {}


def started(issue: str, mark: str, required: list[str], person: bool = False) -> str:
    """Said when somebody takes up an issue."""
    if person:
        return f"you work on issue {issue} from now on."
    shown = " and ".join(f"`{brief(line, 40)}`" for line in required[:3])
    more = f" and {len(required) - 3} more" if len(required) > 3 else ""
    passed = f" {shown}{more} passed on just that commit, each run by itself;" if required else ""
    return fit(
        f"Interlock: you work on issue {issue}. Before you end: a commit of yours with {brief(mark, 70)} in its "
        f"first line (`interlock commit -m`);{passed} and your last message ends with the completion block. "
        f"`interlock gate check {issue}` says what is missing.",
        REFUSAL,
    )
