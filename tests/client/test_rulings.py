"""In the real client: a receipt that somebody changed stops who builds on it, a BLOCK who writes under it."""

from __future__ import annotations

import json
import shlex

from .flow import MAKERS, flow, start
from .guarded import Guarded
from .model import Model
from .say import bash, edit, read
from .script import DONE, Text, Turn

RULE = 'interlock verdict {} --run r1 --steelman "It is short" --reason "{}" --path "src/**"'


def test_a_forged_receipt(begun: Guarded, model: Model) -> None:
    """repo-operator is not started while the receipt says 420 tests where one ran, and is told which figure; with
    the receipt as it was made it is started."""
    receipt, made = flow(begun, model), []

    def forge() -> None:
        made.append(receipt.read_text())
        receipt.write_text(made[0].replace('"tests_passed": 1,', '"tests_passed": 420,'))

    model.scripts["MAIN"] = [
        *[[start(kind, marker)] for kind, marker in {**MAKERS, "cleanup": "SEAL"}.items()],
        Turn([start("repo-operator", "COMMIT")], before=forge),
        Turn([start("repo-operator", "COMMIT")], before=lambda: receipt.write_text(made[0])),
        DONE,
    ]
    model.scripts["COMMIT"] = [[Text("I was started")]]
    begun.client.start("MAIN").wait()
    assert json.loads(made[0])["status"] == "VERIFIED", made
    *flowed, forged, true = model.tool_results("MAIN")
    assert not any(one.is_error for one in flowed)
    assert forged.is_error and "counts.tests_passed says 420, found 1" in forged.text
    assert "I was started" in true.text and len(model.of("COMMIT")) == 1
    assert [one["reason"] for one in begun.log("decision", verdict="deny")] == ["receipt"]


def test_a_block_until_another_passes_it(begun: Guarded, model: Model) -> None:
    """After an advocate's BLOCK implementer writes nothing there, and can't lift it; after the PASS of another
    advocate it goes on."""
    source = begun.project / "src/a.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    given = read(begun.project / ".runs/r1/signal/requirements.md")
    model.scripts["MAIN"] = [
        [start("advocate", "REFUTE")],
        [start("implementer", "HINDERED")],
        [start("advocate", "SECOND")],
        [start("implementer", "FREE")],
        DONE,
    ]
    model.scripts["REFUTE"] = [[given], [bash(RULE.format("BLOCK", "a is never checked"))]]
    model.scripts["HINDERED"] = [
        [given, read(source)],
        [edit(source, "1", "2")],
        [bash("sed -i s/1/2/ src/a.py")],
        [bash(RULE.format("PASS", "I say so"))],
    ]
    model.scripts["SECOND"] = [[given], [bash(RULE.format("PASS", "It is checked by its caller"))]]
    model.scripts["FREE"] = [[given, read(source)], [edit(source, "1", "2")]]
    begun.client.start("MAIN").wait()
    hindered = model.tool_results("HINDERED")[2:]
    assert [one.is_error for one in hindered] == [True, True, True]
    assert all("src/a.py is under a BLOCK verdict of run r1 by subagent" in one.text for one in hindered[:2])
    assert "a is never checked" in hindered[0].text
    assert "implementer gives no verdicts" in hindered[2].text
    assert not any(one.is_error for marker in ("REFUTE", "SECOND", "FREE") for one in model.tool_results(marker))
    assert source.read_text() == "a = 2\n"
    assert [one["reason"] for one in begun.log("decision", verdict="deny")] == ["blocked", "blocked"]


LET_GO = """import os, subprocess
for _ in range(2):
    if os.fork():
        os._exit(0)
    os.setsid()
alone = {{name: os.environ[name] for name in ("HOME", "PATH")}}
done = subprocess.run({words}, env=alone, stdout=open({said!r}, "w"), stderr=subprocess.STDOUT)
open({said!r}, "a").write(f"code {{done.returncode}}")
"""


def test_a_block_is_not_lifted_from_behind(begun: Guarded, model: Model) -> None:
    """implementer lets go of a process, by setsid and by forking twice, with nothing in its environment that tells
    whose it is, which gives a PASS: the command is refused, or what it starts; the BLOCK stands, and the write
    after it is refused."""
    source = begun.project / "src/a.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    said = [begun.client.home / name for name in ("said-1", "said-2")]
    given, rule = read(begun.project / ".runs/r1/signal/requirements.md"), RULE.format("PASS", "I say so")
    forking = begun.client.home / "let_go.py"
    forking.write_text(LET_GO.format(words=shlex.split(rule), said=str(said[1])))
    alone = 'env -i "HOME=$HOME" "PATH=$PATH" setsid'
    behind = f"{alone} sh -c 'sleep 1; {rule} > {said[0]} 2>&1; echo code $? >> {said[0]}' &"

    def settled() -> bool:
        """Each way was refused, or what it let go has ended."""
        refused = [one.is_error for one in model.tool_results("HINDERED")[3:]]
        told = ["code" in path.read_text() if path.exists() else False for path in said]
        return all(one or other for one, other in zip(refused, told, strict=True))

    model.scripts["MAIN"] = [[start("advocate", "REFUTE")], [start("implementer", "HINDERED")], DONE]
    model.scripts["REFUTE"] = [[given], [bash(RULE.format("BLOCK", "a is never checked"))]]
    model.scripts["HINDERED"] = [
        [given, read(source)],
        [edit(source, "1", "2")],
        [bash(behind)],
        [bash(f"python3 {forking}")],
        Turn([edit(source, "1", "2")], before=lambda: begun.until(settled)),
    ]
    begun.client.start("MAIN").wait()
    results = model.tool_results("HINDERED")
    assert [results[index].is_error for index in (2, -1)] == [True, True]
    assert "src/a.py is under a BLOCK verdict of run r1 by subagent" in results[-1].text
    assert source.read_text() == "a = 1\n"
    assert [one["verdict"] for one in begun.log("verdict_given")] == ["BLOCK"]
    print([one.text for one in results[3:5]], [path.read_text() for path in said if path.exists()])
