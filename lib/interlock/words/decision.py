"""Decision: what the guard answers to a tool call."""

from interlock.words.value import Value

ALLOW, DENY, ASK, PASS = "allow", "deny", "ask", "pass"


class Decision(Value):
    """``verdict`` is ALLOW (Interlock has nothing against it; the user's own permission rules still answer),
    DENY, ASK (the person is asked), or PASS (not looked at). ``reason`` is a stable code for the log,
    ``sentence`` is for the agent, ``context`` is added beside the tool's result, ``command`` replaces a shell
    command's text."""

    __slots__ = ("command", "context", "reason", "sentence", "verdict")

    def __init__(
        self, verdict: str, reason: str, sentence: str = "", context: str = "", command: str = ""
    ) -> None:
        self.verdict = verdict
        self.reason = reason
        self.sentence = sentence
        self.context = context
        self.command = command
