"""Which files the client takes for agents, against those in which contracts are looked for."""

from __future__ import annotations

from pathlib import Path

from interlock.contracts.compile import gather

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
    assert len(found) == len(ours) + 1, "each file once, the loop does not count"
    assert ours["both-agent"] == "YES-the-projects"
    told = str(model.of("ONE")[0])
    assert "YES-the-projects" in told and "NOT-the-users" not in told
