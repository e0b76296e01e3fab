"""cleanup in the real client, where config names no check that is required."""

from __future__ import annotations

import json

import pytest

from .crew import TESTS, Crew
from .flow import MAKERS, flow, start
from .guarded import Guarded
from .model import Model
from .script import DONE

CLEANUP = "As cleanup:"
PROVED = ["prove{0}", "reseal{0}", "reread{0}"]


def bare(place: Guarded) -> None:
    """As where sessions don't start their commands through the prefix program."""
    path = place.project / ".claude/settings.local.json"
    settings = json.loads(path.read_text())
    del settings["env"]["CLAUDE_CODE_SHELL_PREFIX"]
    path.write_text(json.dumps(settings))


@pytest.mark.parametrize("prefixed", [True, False], ids=["prefix", "bare"])
def test_it_has_the_tests_run(begun: Guarded, model: Model, prefixed: bool) -> None:
    """Without a test run on this tree the receipt is RERUN and says so; after the run that its prompt asks for it
    is VERIFIED. Where nothing records a plain run it is told so, and takes `interlock run`."""
    begun.configure("wait = 0\n")
    if not prefixed:
        bare(begun)
    receipt, steps = flow(begun, model), list[str]()
    model.scripts[CLEANUP] = Crew(begun, steps.append).scripts()[CLEANUP]
    makers = [[start(kind, marker)] for kind, marker in MAKERS.items()]
    model.scripts["MAIN"] = [*makers, [start("cleanup", CLEANUP)], DONE]
    begun.client.start("MAIN").wait(120)
    proved = [step.format(number) for number in ((1,) if prefixed else (1, 2)) for step in PROVED]
    took = ["look", "seal", "read", *proved, "check", "handoff", "end"]
    assert steps == [f"cleanup.{step}" for step in took]
    results = [result for result in model.tool_results(CLEANUP) if not result.is_error]
    assert len(results) == len(model.tool_results(CLEANUP))
    first = next(result.text for result in results if "UNVERIFIED, RERUN" in result.text)
    assert "no whole test run on this tree is known: run the tests, whole and by themselves" in first
    assert ("`interlock run -- COMMAND` records it" in model.seen_text(CLEANUP)) != prefixed
    made = json.loads(receipt.read_text())
    assert (made["status"], made["counts"]["tests_passed"], made["gates"]) == ("VERIFIED", 1, {}), made
    (ran,) = begun.log("run_ended")
    assert ran["words"] == TESTS.split()[-1:]
    begun.interlock("receipt", "r1", "build", "--check")
