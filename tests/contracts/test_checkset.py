"""Agents as a set: who makes what, whose is what, who waits for whom."""

import shutil
from pathlib import Path

import pytest

from interlock.contracts.checkset import check
from interlock.contracts.fault import Fault
from interlock.contracts.source import read, singled
from interlock.doors.config import TEST_FILES

from .writing import PROMPT, agent, block, put

RUN = ".runs/{run}/build"
PACK = Path(__file__).parents[2] / "agents"


def checked(folder: Path, tests: list[str] | None = None) -> list[Fault]:
    """What is wrong with the agents in the folder."""
    found = [read(path, path.name) for path in sorted(folder.glob("*.md"))]
    return check([one for one in found if one is not None], list(TEST_FILES) if tests is None else tests)


def test_the_agents_that_come_with_interlock_are_good() -> None:
    """Not one fault in the pack."""
    assert checked(PACK) == []
    assert len(list(PACK.glob("*.md"))) >= 7


def test_an_input_that_nobody_makes(tmp_path: Path) -> None:
    """It is told, optional or not, at its line; what agents make, share, or a command makes, is not."""
    put(
        tmp_path,
        "a",
        inputs=[f"{RUN}/b.md", f"{RUN}/c.json?", f"{RUN}/worklist.json", f"{RUN}/none.md?", "src/x.py"],
    )
    put(tmp_path, "b", outputs=[f"{RUN}/b.md"], owns=["@source"], shares=[f"{RUN}/c.json"])
    (fault,) = checked(tmp_path)
    assert (fault.file, fault.line) == ("a.md", 8)
    assert fault.what == f"no agent makes `{RUN}/none.md`"
    assert "under `given` if a person makes it" in fault.mend


def test_what_a_person_makes_has_no_producer(tmp_path: Path) -> None:
    """`given` is the user's."""
    put(tmp_path, "a", given=[".runs/{run}/signal/requirements.md"])
    assert checked(tmp_path) == []


ONE = "make one of the two patterns narrower"
NAMED = "let only one of them make it: give b's another name"
BOTH = "let only one of them have `.runs/{run}/build/x.json`, or both share it"
OWNERS = [
    ({"owns": ["docs/**"]}, {"owns": ["docs/api/*.md"]}, "docs/api/", ONE),
    ({"owns": ["**/a"]}, {"owns": ["**/b/a"]}, "`b/a`", ONE),
    ({"owns": ["@source"]}, {"owns": ["@source"]}, "`", "let b own folders, such as `src/**`, in place of"),
    ({"owns": ["@source"]}, {"shares": ["docs/x.json"]}, "`docs/x.json`", "let a own folders, such as"),
    (
        {"shares": ["tests/x.json"]},
        {"owns": ["@tests"]},
        "`tests/x.json`",
        "say in `[contracts]` of the config what tests are, or let a",
    ),
    ({"owns": ["@tests"]}, {"owns": ["@tests"]}, "`@tests`", ONE),
    ({"outputs": [f"{RUN}/x.md"]}, {"outputs": [f"{RUN}/x.md"]}, "`.runs/{run}/build/x.md`", NAMED),
    ({"outputs": ["a.md"]}, {"owns": ["a.md"]}, "`a.md`", "let only one of them have `a.md`"),
    ({"outputs": [f"{RUN}/x.json"]}, {"shares": [f"{RUN}/x.json"]}, "`.runs/{run}/build/x.json`", BOTH),
    ({"shares": [f"{RUN}/x.json"]}, {"owns": [f"{RUN}/*.json"]}, "`.runs/{run}/build/", ONE),
]


@pytest.mark.parametrize(("one", "other", "told", "mend"), OWNERS)
def test_two_owners_of_a_path(
    tmp_path: Path, one: dict[str, object], other: dict[str, object], told: str, mend: str
) -> None:
    """A path that both could write is told, with both patterns and where they stand, and what would help."""
    put(tmp_path, "a", **one)
    put(tmp_path, "b", **other)
    (fault,) = checked(tmp_path)
    beside = {"a.md": "b", "b.md": "a"}[fault.file]
    assert fault.line == 8 and told in fault.what and f"{beside}'s by `" in fault.what
    assert f"({beside}.md:8)" in fault.what and fault.mend.startswith(mend)


APART = [
    ({"owns": ["@source"]}, {"owns": ["@tests"]}),
    ({"owns": ["@source"]}, {"outputs": [f"{RUN}/x.md"], "owns": ["tests/**"]}),
    ({"owns": ["@source", "@tests"]}, {"owns": ["docs"]}),
    ({"owns": ["**"]}, {"owns": ["@source"]}),
    ({"outputs": ["docs/a.md"]}, {"owns": ["@source"]}),
    ({"shares": [f"{RUN}/x.json"]}, {"shares": [f"{RUN}/x.json"]}),
    ({"outputs": [f"{RUN}/verdicts.json"]}, {"outputs": [f"{RUN}/verdicts.json"]}),
    ({"outputs": ["Makefile"]}, {"owns": ["@tests"]}),
    ({"owns": ["src/a.py"]}, {"owns": ["@tests"]}),
    ({"owns": ["src/a"], "outputs": ["src/a/b.md"]}, {"owns": ["src/b"]}),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_no_two_owners(tmp_path: Path, one: dict[str, object], other: dict[str, object]) -> None:
    """Source and tests are apart, and what another owns by name is in neither; a shared file has many writers, and
    what a command makes none."""
    put(tmp_path, "a", **one)
    put(tmp_path, "b", **other)
    assert checked(tmp_path) == []


def test_patterns_that_are_too_tangled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be decided in time is told as just that."""
    monkeypatch.setattr("interlock.contracts.pattern_overlap.STEPS", 10)
    put(tmp_path, "a", owns=["*a"])
    put(tmp_path, "b", owns=["*b"])
    (fault,) = checked(tmp_path)
    assert (fault.file, fault.line) == ("b.md", 8) and fault.mend == "write plainer patterns"
    assert fault.what == "whether `*b` has a path that is a's by `*a` (a.md:8) is too hard to tell"


def test_what_tests_are_is_the_projects_to_say(tmp_path: Path) -> None:
    """With other patterns of tests the same agents clash."""
    put(tmp_path, "a", owns=["@source"])
    put(tmp_path, "b", shares=["tests/x.json"])
    assert checked(tmp_path) == [] and len(checked(tmp_path, tests=["*.t"])) == 1


def test_who_makes_what_is_owned_by_name(tmp_path: Path) -> None:
    """An input that one agent owns by name is not made by whoever has the rest of the source."""
    put(tmp_path, "a", owns=["@source"], inputs=["docs/plan.md"])
    (fault,) = checked(tmp_path)
    assert "a needs a" in fault.what
    put(tmp_path, "b", owns=["docs/**"], inputs=["src/a.py"])
    (fault,) = checked(tmp_path)
    assert "a needs b needs a (`docs/plan.md`)" in fault.what


def test_a_circle(tmp_path: Path) -> None:
    """Three who need each other's output never begin; told once, with the way round and a mend."""
    put(tmp_path, "a", outputs=[f"{RUN}/a.md"], inputs=[f"{RUN}/c.md"])
    put(tmp_path, "b", outputs=[f"{RUN}/b.md"], inputs=[f"{RUN}/a.md"])
    put(tmp_path, "c", outputs=[f"{RUN}/c.md"], inputs=[f"{RUN}/b.md"])
    put(tmp_path, "d", inputs=[f"{RUN}/c.md"])
    (fault,) = checked(tmp_path)
    assert (fault.file, fault.line) == ("a.md", 9)
    assert f"a needs c needs b needs a (`{RUN}/c.md`)" in fault.what and "`?`" in fault.mend


def test_an_optional_input_ends_a_circle(tmp_path: Path) -> None:
    """Who can go without in the first round does."""
    put(tmp_path, "a", outputs=[f"{RUN}/a.md"], inputs=[f"{RUN}/b.md?"])
    put(tmp_path, "b", outputs=[f"{RUN}/b.md"], inputs=[f"{RUN}/a.md"])
    assert checked(tmp_path) == []


def test_who_shares_what_it_needs(tmp_path: Path) -> None:
    """A shared file that all who make it need first is never made; with one who does not it is."""
    put(tmp_path, "a", shares=[f"{RUN}/s.json"], inputs=[f"{RUN}/s.json"])
    (fault,) = checked(tmp_path)
    assert "a needs a" in fault.what
    put(tmp_path, "b", shares=[f"{RUN}/s.json"])
    assert checked(tmp_path) == []


def test_two_files_of_one_name(tmp_path: Path) -> None:
    """The client would take either: both are told, where one of them has a contract."""
    put(tmp_path, "a", owns=["docs"])
    put(tmp_path / "more", "a", owns=["docs"])
    (tmp_path / "free.md").write_text("---\nname: free\ndescription: d\n---\n")
    (tmp_path / "more" / "free.md").write_text("---\nname: free\ndescription: d\n---\n")
    found = [read(path, str(path.relative_to(tmp_path))) for path in sorted(tmp_path.rglob("*.md"))]
    faults = check(singled([one for one in found if one is not None]), [])
    assert [(fault.file, fault.what) for fault in faults] == [
        ("a.md", "`a` is the agent in more/a.md, too"), ("more/a.md", "`a` is the agent in a.md, too")
    ]  # fmt: skip


def test_an_agent_without_a_contract_in_the_place_of_ours(tmp_path: Path) -> None:
    """Who has taken our agent's name and has no contract is told once, in its own file; the files of ours
    that read what it would make are good."""
    shutil.copytree(PACK, tmp_path / "agents")
    (tmp_path / "agents" / "critic.md").write_text("---\nname: critic\ndescription: Mine.\n---\nJudge.\n")
    (fault,) = checked(tmp_path / "agents")
    assert (fault.file, fault.line) == ("critic.md", 1)
    assert fault.what == "`critic` has no contract, so nobody makes `.runs/{run}/build/code_critique.md`"
    assert fault.mend.startswith("give it one (docs/contracts.md), or rename it")


def test_an_agent_of_another_name_is_not_asked(tmp_path: Path) -> None:
    """Nobody knows what it makes, so the input is told where it stands."""
    shutil.copytree(PACK, tmp_path / "agents")
    (tmp_path / "agents" / "critic.md").unlink()
    (tmp_path / "agents" / "judge.md").write_text("---\nname: judge\ndescription: Mine.\n---\nJudge.\n")
    found = checked(tmp_path / "agents")
    assert {fault.file for fault in found} == {"advocate.md", "cleanup.md", "implementer.md"}
    assert all(fault.what == "no agent makes `.runs/{run}/build/code_critique.md`" for fault in found)


def test_a_broken_file_hides_no_other_fault_and_makes_none(tmp_path: Path) -> None:
    """Who makes an input is not asked while a file can't be read; whose a path is, is."""
    put(tmp_path, "a", inputs=[f"{RUN}/b.md"], owns=["docs"])
    put(tmp_path, "c", owns=["docs"])
    (tmp_path / "b.md").write_text(agent("b", "```toml contract\nx\n```"))
    assert [(fault.file, fault.line) for fault in checked(tmp_path)] == [("b.md", 7), ("c.md", 8)]


def test_agents_without_a_contract_are_let_be(tmp_path: Path) -> None:
    """Neither their front matter nor their prompt is judged."""
    (tmp_path / "a.md").write_text("---\nname: b\ndescription: x: y\n---\n" + "line\n" * 200)
    (tmp_path / "README.md").write_text("# What is here\n")
    assert checked(tmp_path) == []


def test_a_long_prompt(tmp_path: Path) -> None:
    """Sixty lines after the front matter are good, the sixty-first is where it is too long."""
    start = block() + "\n" + PROMPT
    lines = start.rstrip("\n").count("\n") + 2
    (tmp_path / "a.md").write_text(agent("a", block(), PROMPT.rstrip("\n") + "\nmore" * (60 - lines) + "\n"))
    assert checked(tmp_path) == []
    (tmp_path / "a.md").write_text(agent("a", block(), PROMPT.rstrip("\n") + "\nmore" * (61 - lines) + "\n"))
    (fault,) = checked(tmp_path)
    assert fault.what == "the prompt has 61 lines; 60 are enough"
    assert (tmp_path / "a.md").read_text().split("\n")[fault.line - 1] == "more" and fault.line == 65


@pytest.mark.parametrize(
    ("without", "what"),
    [
        ("Cannot proceed:", "nothing is said of a missing input"),
        ("What I did", "the handoff has no `What I did (or found)`"),
        ("What's left", "the handoff has no `What's left`"),
        ("Recommendation", "the handoff has no `Recommendation`"),
        (PROMPT[PROMPT.index("```json") :], "the completion block is missing"),
        ('"guards": [], ', "the completion block is not right"),
        ('"tsc": "n/a"', "the completion block is not JSON"),
    ],
)
def test_what_each_prompt_must_say(tmp_path: Path, without: str, what: str) -> None:
    """A prompt without one of its parts is told; the block it shows is one that the gate would take."""
    text = agent("a", block(given=["docs/x.md"])).replace(without, "")
    (tmp_path / "a.md").write_text(text)
    (fault,) = checked(tmp_path)
    assert fault.what.startswith(what) and fault.mend and 1 < fault.line <= text.count("\n") + 1


def test_who_needs_nothing_need_not_speak_of_it(tmp_path: Path) -> None:
    """Without needed inputs there is nothing that could be missing."""
    (tmp_path / "a.md").write_text(agent("a", block(given=["docs/x.md?"]), PROMPT.replace("Cannot proceed", "x")))
    assert checked(tmp_path) == []
