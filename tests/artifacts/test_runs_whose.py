"""Whose it is to start and close runs, and what outlives one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .sealed import Sealed


@pytest.fixture
def ground(tmp_path: Path) -> Sealed:
    """An open run, r1."""
    return Sealed(tmp_path)


@pytest.mark.parametrize("kind", ["critic", "implementer", "advocate"])
def test_agents_with_a_contract_start_none(ground: Sealed, kind: str) -> None:
    """A second open run would make it unclear for all which one is meant."""
    done = ground.typed("runs", "start", "r2", "--title", "mine", by=f"alpha/{kind}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"interlock: {kind} starts no run: the agent without a contract that starts agents does, or a person. "
        "Say in your handoff what another should be about.\n"
    )
    assert not (ground.repo / ".runs/r2").exists()


def test_others_start_them(ground: Sealed) -> None:
    """A main agent, a subagent without a contract, a person."""
    ground.hook("SessionStart", "alpha", source="startup")
    assert ground.typed("runs", "start", "r2", "--title", "x", by="alpha").returncode == 0
    assert ground.typed("runs", "start", "r3", "--title", "x", by="alpha/general-purpose").returncode == 0
    assert ground.typed("runs", "start", "r4", "--title", "x").returncode == 0


def block(ground: Sealed, path: str) -> None:
    words = ("--steelman", "it is short", "--reason", "it pays twice", "--path", path, "--run", "r1")
    assert ground.typed("verdict", "BLOCK", *words, by="alpha/advocate").returncode == 0


def test_a_block_outlives_its_run(ground: Sealed) -> None:
    """Who closes a run is told which BLOCK of it still stands, and what lifts it; that works."""
    block(ground, "src/pay/**")
    done = ground.typed("runs", "close", "r1")
    assert done.returncode == 0
    told = done.stdout.splitlines()[1]
    assert told.startswith("its BLOCK on src/pay/** still stands (it pays twice): no agent with a contract writes")
    lift = told.partition("`")[2].rstrip("`")
    assert lift == "interlock verdict PASS --run r1 --path 'src/pay/**' --steelman TEXT"
    words = lift.replace("'", "").split()[1:]
    assert ground.typed(*words).returncode == 0
    assert ground.standing() == []


def test_closing_as_json(ground: Sealed) -> None:
    """The same for programs; none where none stands."""
    block(ground, "src/a.py")
    said = json.loads(ground.typed("runs", "close", "r1", "--json").stdout)
    assert (said["state"], said["blocks"]) == ("closed", [{"paths": ["src/a.py"], "reason": "it pays twice"}])
    ground.typed("runs", "start", "r2", "--title", "x")
    assert json.loads(ground.typed("runs", "close", "r2", "--json").stdout)["blocks"] == []
