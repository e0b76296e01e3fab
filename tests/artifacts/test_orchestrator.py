"""An orchestrator that does nothing but start what `next` says gets every run to its end."""

from __future__ import annotations

import hashlib
import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.share import examples

from .sample import BY, DIGEST, FOUND, front
from .test_progress import AGENTS, BUILD, RUN, Play

NEEDED: dict[str, list[str]] = {}
"""What each agent needs, read from its block by this file's own hand."""
for _file in AGENTS.glob("*.md"):
    _block = _file.read_text().partition("```toml contract\n")[2].partition("```")[0]
    if _block:
        _said = tomllib.loads(_block)
        _paths = [*_said.get("given", []), *_said.get("inputs", [])]
        NEEDED[_file.stem] = [path.replace("{run}", "r1") for path in _paths if not path.endswith("?")]
FINDINGS = 4
"""In all: critics that always find something new never end."""


class Agents(Play):
    """Play their parts, as ``data`` wants; ``items`` is the worklist: id to [location, status, critique, at]."""

    def __init__(self, top: Path, data: st.DataObject) -> None:
        super().__init__(top)
        self.data = data
        self.items: dict[str, list[Any]] = {}
        self.rounds: list[dict[str, Any]] = []
        self.put(f"{RUN}/signal/requirements.md", "AC-1: it works")

    def want(self, what: str) -> bool:
        return bool(self.data.draw(st.booleans(), label=what))

    def write_list(self) -> None:
        listed = [
            {**FOUND, **BY, "id": one, "location": place, "status": state, "source": source, "why": "", "at": at}
            for one, (place, state, source, at) in self.items.items()
        ]
        value = {
            "version": 1,
            "run_id": "r1",
            "flow": "build",
            "issue_id": None,
            "items": listed,
            "rounds": self.rounds,
        }
        self.put(f"{BUILD}/worklist.json", json.dumps({**value, "moves": 1, "since": 0, "handed": False}))

    def mend(self, below: str) -> None:
        """Some of the items below that folder are fixed."""
        for item in self.items.values():
            if item[0].startswith(below) and item[1] == "pending" and self.want("mend it"):
                item[1], item[3] = "fixed", self.now + 15.0
        self.write_list() if self.items else None

    def look_at(self, name: str, place: str) -> None:
        """A critic: reopens what is not mended, finds something new, or not."""
        path = f"{BUILD}/{name}_critique.md"
        for item in self.items.values():
            if item[2] == path and item[1] == "fixed" and item[3] < self.now and self.want("reopen it"):
                item[1], item[3] = "pending", self.now + 15.0
                self.write_list()
        while len(self.items) < FINDINGS and self.want("find something"):
            self.items[f"{name}-{len(self.items)}"] = [place, "pending", path, 0.0]
        mine = [(one, item[0]) for one, item in self.items.items() if item[2] == path]
        number = 1 + len([one for one in self.rounds if one["source"] == path])
        found = [{**FOUND, "id": one, "location": where} for one, where in mine]
        self.put(path, front(round=number, items=found))
        states = hashlib.sha256(repr([item[1] for item in self.items.values()]).encode()).hexdigest()
        left = sum(item[1] == "pending" for item in self.items.values())
        seen = {"source": path, "number": number, "digest": DIGEST, "states": states}
        self.rounds.append({**seen, "open": left, "moves": 0})
        if self.items and self.want("sync"):
            self.write_list()

    def work(self, agent: str) -> None:
        """What the agent of that type leaves on disk."""
        if agent == "test-author":
            self.mend("tests/")
            self.strategy()
        elif agent == "implementer":
            self.mend("src/")
            self.summary()
        elif agent == "critic":
            self.look_at("code", "src/a.py:1")
        elif agent == "test-critic":
            self.look_at("test", "tests/test_a.py:1")
        elif agent == "cleanup":
            self.receipt()
            self.handoff("build/cleanup_handoff.md", "cleanup")
        elif agent == "advocate":
            for verdict in self.data.draw(st.sampled_from([["PASS"], ["PASS", "AMEND"], ["AMEND"], ["BLOCK"]])):
                self.ruling(verdict)
            self.rules = self.rules._replace(blocks=self.standing())
        elif agent == "repo-operator":
            self.handoff("deploy/repo_operator_handoff.md", "repo-operator")
        if self.items and not (self.top / BUILD / "worklist.json").exists():
            self.write_list()


@settings(max_examples=examples(25))
@given(st.data())
def test_every_run_comes_to_an_end(data: st.DataObject) -> None:
    """Whatever agents do or leave undone: nobody is started whose inputs are missing, and the end is a whole run,
    or a person's turn."""
    with tempfile.TemporaryDirectory() as folder:
        agents = Agents(Path(folder), data)
        for _ in range(120):
            found = agents.look()
            if not found.next:
                break
            for step in found.next:
                assert all((agents.top / path).exists() for path in NEEDED[step.agent])
            agents.work(data.draw(st.sampled_from([step.agent for step in found.next])))
        assert found.next == []
        open_ = [item for item in agents.items.values() if item[1] == "pending"]
        assert found.complete or found.stuck
        assert found.complete is not bool(found.stuck)
        if found.complete:
            assert not (open_ or found.pending or found.missing or found.invalid)
