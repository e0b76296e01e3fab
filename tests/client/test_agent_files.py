"""Which files the client takes for agents, against those in which contracts are looked for."""

from __future__ import annotations

from pathlib import Path

from interlock.contracts.compile import compile_project, gather
from interlock.doors.config import Config
from interlock.doors.contracts import load

from .model import Model
from .run import Client

TEXT = "---\nname: {name}\ndescription: {said}\n---\n\nDo it.\n\n```toml contract\nresume = 'Go on.'\n```\n"


def put(path: Path, said: str = "said", name: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(name=name or path.stem, said=said))
    return path


def test_the_client_and_we_see_the_same_agents(client: Client, model: Model) -> None:
    """However deep, hidden or linked they lie, by the name in the front matter; of two with one name the
    project's."""
    top, users = client.project / ".claude" / "agents", client.home / ".claude" / "agents"
    for name in ("top-agent", "a/below-agent", "a/still/far-agent", "a/b/c/d/e/f/g/deep-agent", ".dot-agent"):
        put(top / f"{name}.md")
    put(top / ".hidden" / "hidden-agent.md")
    put(top / "file-agent.md", name="name-agent")
    put(users / "mine-agent.md")
    put(users / "more" / "below-mine-agent.md")
    put(users / "both-agent.md", "NOT-the-users")
    put(top / "both-agent.md", "YES-the-projects")
    (top / "linked-agent.md").symlink_to(put(client.project / "linked-agent.md"))
    put(client.project / "else" / "folder-agent.md")
    (top / "linked").symlink_to(client.project / "else")
    (top / "loop").symlink_to(top)
    (top / "upper-agent.MD").write_text(TEXT.format(name="upper-agent", said="x"))
    (top / "README.md").write_text("# Agents\n")
    model.scripts["ONE"] = []
    session = client.start("ONE")
    session.wait()
    start = next(event for event in session.events if event.get("subtype") == "init")
    found = gather(str(client.project), str(client.home / ".claude")).sources
    ours = {source.name: source.front["description"] for source in reversed(found)}
    assert {name for name in start["agents"] if name.endswith("-agent")} == set(ours)
    assert len(found) == len(ours), "each agent once: the loop does not count, nor the user's of the same name"
    assert ours["both-agent"] == "YES-the-projects"
    told = str(model.of("ONE")[0])
    assert "YES-the-projects" in told and "NOT-the-users" not in told


GOOD: dict[str, str | bytes] = {
    "q3": "---\nname: \"other-q3-agent\"\ndescription: 'x'\n---",
    "q4": "---\r\nname: other-q4-agent\r\ndescription: x\r\n---\r",
    "q5": "--- \nname: other-q5-agent\ndescription: x\n--- ",
    "r6": "---\nname: other-r6-agent # a-comment\ndescription: x\n---",
    "r7": "---\nname: other-r7-agent\ndescription: >\n  x\n  --- y\n  z\n---",
    "s7": "---\nname: &a other-s7-agent\ndescription: x\n---",
}
ODD: dict[str, str | bytes] = {
    "q1": "---\nname: other-q1-agent\ndescription: finds: faults\n---",
    "q2": "---\nname: other-q2-agent\ndescription: [a\n---",
    "q6": "---\nname: other-q6-agent\n---",
    "q8": "---\nname: other q8-agent\ndescription: x\n---",
    "q9": "---\nname: other-q9-agent\ndescription: x\n----",
    "r1": "---\nname: other:r1-agent\ndescription: x\n---",
    "r3": "---\nname: other-r3-agent\ndescription: x\nname: last-r3-agent\n---",
    "r5": "---\nname: other-r5-agent\ndescription: x\ntools: [\n---",
    "r8": "---\nname: other-r8-agent\ndescription: x\n---trailing",
    "r9": "\n---\nname: other-r9-agent\ndescription: x\n---",
    "s1": "---\nname: other-s1-agent\ndescription: *x\n---",
    "s2": "---\nname: ' other-s2-agent '\ndescription: x\n---",
    "s3": "---\nname: other-s3-agent\ndescription: x\n...",
    "s4": "---\nname: other-s4-agent\ndescription: |\n  x\n---x\n---",
    "s5": "---\nname: |\n  other-s5-agent\ndescription: x\n---",
    "s6": "---\n<<: {name: other-s6-agent}\ndescription: x\n---",
    "s8": "---\nname: !!str other-s8-agent\ndescription: 5\n---",
    "s9": "---\nname: Oth\u00e9r-s9-agent\ndescription: x\n---",
    "t2": "---\nname: other-t2-agent\ndescription: x\n\tbad: tab\n---",
    "u1": "---\nname: other-u1-agent\ndescription: x\n---" + "\n" * 70000,
    "u2": b"---\nname: other-u2-agent\ndescription: \xff\n---",
    "u3": b"---\nname: other-u3-agent\ndescription: \0\n---",
    "u4": "\ufeff---\nname: other-u4-agent\ndescription: x\n---",
}


def test_no_agent_with_a_contract_is_missed(client: Client, model: Model) -> None:
    """The client takes front matter that is in no order, under names of its own: whatever it calls an agent with a
    contract, that type is held to it, or to the fault."""
    top = client.project / ".claude" / "agents"
    top.mkdir(parents=True)
    for name, front in {**GOOD, **ODD}.items():
        raw = front if isinstance(front, bytes) else front.encode()
        folder = top / name if name in GOOD else top
        folder.mkdir(exist_ok=True)
        stem = f"other-{name}-agent" if name in GOOD else f"{name}-agent"
        (folder / f"{stem}.md").write_bytes(raw + b"\n\n```toml contract\nresume = 'Go on.'\n```\n")
    model.scripts["ONE"] = []
    session = client.start("ONE")
    session.wait()
    start = next(event for event in session.events if event.get("subtype") == "init")
    loaded = {name for name in start["agents"] if name.strip().endswith("-agent")}
    where = str(client.project), str(client.home / "state"), str(client.home / ".claude")
    compile_project(*where)
    ours = load(*where, Config({}))
    assert len(loaded) > len(GOOD) + 10 and not [name for name in loaded if ours.of(name) is None]
    good = {f"other-{name}-agent" for name in GOOD}
    assert good <= loaded and {name for name in loaded if not ours.of(name).fault} == good  # type: ignore[union-attr]
