"""One agent's file: what is read, and where it is wrong."""

from pathlib import Path

import pytest

from interlock.contracts.fault import Fault
from interlock.contracts.source import Source, read

from .writing import PROMPT, agent, block

RUN = ".runs/{run}"


def reading(folder: Path, text: str, name: str = "critic") -> Source:
    """The file ``name``.md with that text."""
    path = folder / f"{name}.md"
    path.write_text(text)
    found = read(path, path.name)
    assert found is not None
    return found


def only(source: Source) -> Fault:
    """The one thing that is wrong."""
    (fault,) = source.faults
    assert source.contract is None and fault.file == source.shown
    return fault


def test_a_good_file(tmp_path: Path) -> None:
    """Front matter, contract and prompt are taken as they are."""
    text = agent("critic", block(inputs=[f"{RUN}/plan/adr.md?"], outputs=[f"{RUN}/build/code_critique.md"]))
    found = reading(tmp_path, text)
    assert (found.name, found.held, found.faults) == ("critic", True, [])
    assert found.front == {"name": "critic", "description": "Does what critic does."}
    assert found.contract is not None
    assert found.contract.inputs == [f"{RUN}/plan/adr.md?"] and found.contract.needed() == []
    assert found.body.endswith(PROMPT) and found.first == 5
    assert (found.line("inputs", 0), found.line("resume"), found.line("nothing")) == (8, 7, 6)


def test_an_agent_without_a_contract_is_held_to_nothing(tmp_path: Path) -> None:
    """Who has no block is an agent all the same, and nothing of it is judged but by the client."""
    found = reading(tmp_path, "---\nname: critic\ndescription: d\n---\nJudge.\n```toml\n[tool.x]\n```\n")
    assert (found.held, found.contract, found.faults) == (False, None, [])


@pytest.mark.parametrize(
    "text", ["", "# Agents\nThis folder holds agents.\n", "---not\n", "\n---\nname: x\n---\n"]
)
def test_a_page_is_no_agent(tmp_path: Path, text: str) -> None:
    """A README among the agents is left alone."""
    path = tmp_path / "README.md"
    path.write_text(text)
    assert read(path, "README.md") is None


FRONT = [
    ("description: d", 1, "`name` is missing", "write `name: ...`"),
    ("name: critic", 1, "`description` is missing", "write `description: ...`"),
    ("description: d\nname:", 3, "`name` is missing", "write `name: ...`"),
    ("description: d\nname: [critic]", 3, "`name` is missing", "write `name: ...`"),
    ("description: d\nname: ''", 3, "`name` is missing", "write `name: ...`"),
    ("description: d\nname: critics", 3, "its name is `critics`, its file `critic.md`", "call both `critics`"),
    ("description: d\nname: a critic", 3, "`a critic` is no agent's name", "use letters"),
    ("name: critic\nname: critic\ndescription: d", 3, "`name` stands there twice", "the other is in line 2"),
    ("name: critic\ndescription: finds: faults", 3, "not YAML (mapping values are not allowed", "put quotes"),
    ("name: critic\ndescription: d\n\tx: 1", 4, "not YAML (found character '\\t'", "put quotes"),
    ("name: critic\ndescription: 'd\nx: 1", 3, "not YAML (found unexpected end of stream)", "put quotes"),
    ("name: critic\ndescription: *d", 3, "not YAML (found undefined alias", "put quotes"),
    ("- name: critic", 2, "the front matter is no list of keys", "write `key: value` lines"),
    ("# nothing", 1, "the front matter is empty", "give the agent `name`"),
    ("name: critic\ndescription: " + "[" * 3000, 1, "the front matter is nested too deep", "write plain"),
    ("name: critic\ndescription: " + "x" * 17000, 1, "the front matter is over 16384", "make it shorter"),
]


@pytest.mark.parametrize(("front", "line", "what", "mend"), FRONT)
def test_front_matter(tmp_path: Path, front: str, line: int, what: str, mend: str) -> None:
    """What the client would not load, or under another name, is told with its line."""
    fault = only(reading(tmp_path, agent("critic", front=front)))
    assert (fault.line, what in fault.what, mend in fault.mend) == (line, True, True), fault


def test_front_matter_that_is_not_closed(tmp_path: Path) -> None:
    """The client sees no agent; the contract shows that one was meant."""
    found = reading(tmp_path, "---\nname: other\ndescription: d\n\n" + block())
    fault = only(found)
    assert found.names == ("critic", "other")
    assert (found.held, fault.line, fault.what) == (True, 1, "the front matter is not closed")


def test_front_matter_that_only_the_client_sees_closed(tmp_path: Path) -> None:
    """It takes `----` for an end, so that the contract counts, though a line further down is taken for the end
    here."""
    found = reading(tmp_path, f"---\nname: other\ndescription: d\n----\n\n{block()}\n\n---\nMore.\n")
    assert found.held and found.faults and found.contract is None and "other" in found.names


def test_a_contract_without_front_matter(tmp_path: Path) -> None:
    """The client loads no such agent."""
    fault = only(reading(tmp_path, block() + "\n"))
    assert (fault.line, fault.what) == (1, "there is no front matter")


BLOCK = [
    ("resume =", 7, "not TOML (Invalid value)", "mend that line"),
    ('resume = "x"\ninputs = [\n"a",\n', 10, "not TOML", "mend that line"),
    ('resume = "x"\nresume = "y"', 8, "not TOML (Cannot overwrite a value)", "mend that line"),
    ('resume = "x"\nx = ' + "[" * 4000, 6, "not TOML", "write plain"),
    ('resume = "x"\nn = 1' + "0" * 5000, 6, "not TOML", "write plain"),
    ('inputs = ["a.md"]', 6, "`resume` is missing", 'write `resume = "..."`: say in at most 400'),
    ('resume = ""', 7, "`resume` is empty", "say in at most 400"),
    ("resume = 1", 7, "`resume` is not a text", "write a text, in quotes"),
    ('resume = """' + "x" * 401 + '"""', 7, "`resume` has more than 400 characters", "say in at most 400"),
    ('resume = "x"\ninptus = ["a.md"]', 8, "`inptus` is not known", "write `inputs`"),
    ('resume = "x"\n[other]\nx = 1', 8, "`other` is not known", "known are given, inputs, outputs"),
    ('resume = "x"\ninputs = "a.md"', 8, "`inputs` is not a list of texts", "write a list of texts"),
    ('resume = "x"\ninputs = [\n  "a.md",\n  1,\n]', 10, "1: a part of `inputs` is not a text", "write a text"),
    (
        'resume = "x"\ninputs = [\n  "a.md",\n  "/etc/passwd",\n]',
        10,
        "'/etc/passwd': it must be a path",
        "name one",
    ),
    ('resume = "x"\ninputs = ["a.md", "../b"]', 8, "'../b': it must be a path", "name one file"),
    ('resume = "x"\ninputs = [".runs/r1/a.md"]', 8, "it must begin with .runs/{run}/", "name one file"),
    ('resume = "x"\ninputs = ["a/{run}"]', 8, "{run} stands only in .runs/{run}/", "name one file"),
    ('resume = "x"\ninputs = ["*.md"]', 8, "it must name one file", "name one file"),
    ('resume = "x"\ninputs = ["a\\u001b.md"]', 8, "it holds a sign that can't be printed", "name one file"),
    ('resume = "x"\noutputs = [\n"a.md",\n"b.md?"]', 10, "b.md?: only what is read may be missing", "name one"),
    ('given = ["a.md?"]\nresume = "x"\n\noutputs = ["b.md", "a.md"]', 10, "a.md is an input, too", "name one"),
    ('resume = "x"\noutputs = ["a.json"]\nshares = ["a.json"]', 8, "a.json is among `shares`, too", "name one"),
    ('resume = "x"\nowns = ["@test"]', 8, "@test is not known: there are @tests and @source", "write a path"),
    ('resume = "x"\nowns = ["!a"]', 8, "a sign that patterns here don't have", "write a path or pattern"),
    ('resume = "x"\nowns = ["[ab]"]', 8, "a sign that patterns here don't have", "write a path or pattern"),
    ('resume = "x"\nshares = ["a.md"]', 8, "only JSON files have a section", "name one file"),
    ('resume = "x"\nmoves = ["fixed>done"]', 8, "'fixed>done': it must be one of", "write an edge such as"),
    ('resume = "x"\nowns = [' + '"a", ' * 41 + "]", 8, "`owns` has more than 40 parts", "write a path"),
]


@pytest.mark.parametrize(("text", "line", "what", "mend"), BLOCK)
def test_the_block(tmp_path: Path, text: str, line: int, what: str, mend: str) -> None:
    """What is wrong in a contract is told with the line of its key, or of its part of a list."""
    fault = only(reading(tmp_path, agent("critic", f"```toml contract\n{text}\n```")))
    assert (fault.line, what in fault.what, mend in fault.mend) == (line, True, True), fault


def test_all_faults_are_told_in_their_order(tmp_path: Path) -> None:
    """Each wrong thing has a line of its own, from the top."""
    text = '```toml contract\ninputs = ["/a", "b", "../c"]\nowns = 1\nother = 2\n```'
    found = reading(tmp_path, agent("critic", text))
    assert [fault.line for fault in found.faults] == [6, 7, 7, 8, 9]
    assert found.contract is None


@pytest.mark.parametrize(
    "info",
    [
        "toml  contract",
        "TOML contract",
        "contract toml",
        "toml contracts",
        "toml, contract",
        "toml contract x",
        "contract",
        "yaml contract",
        "json contract",
        "toml:contract",
        "{.toml .contract}",
        "toml-contract",
    ],
)
def test_what_is_nearly_a_contract(tmp_path: Path, info: str) -> None:
    """A block that is meant for a contract and would be passed over is told; spaces don't matter."""
    found = reading(tmp_path, agent("critic", block().replace("toml contract", info)))
    if info.split() == ["toml", "contract"]:
        assert found.contract is not None
        return
    fault = only(found)
    assert (found.held, fault.line, fault.what) == (True, 6, f"a block is called `{info}`")


CONTRACT = 'given = [".runs/{run}/signal/requirements.md"]\nowns = ["docs/**"]\nresume = "x"'
ALIKE = [
    ("toml", CONTRACT, "called `toml` has the keys of a contract (`given`, `owns`, `resume`)"),
    ("", CONTRACT, "without a name has the keys of a contract"),
    ("yaml", "resume: x\nowns:\n  - docs/**", "called `yaml` has the keys of a contract (`owns`, `resume`)"),
    ("yml", '  "inputs": [a]\n  outputs: [b]\n  resume: x', "(`inputs`, `outputs`, `resume`)"),
    ("TOML", '# mine\n"given" = [\n]\n moves=[]', "(`given`, `moves`)"),
]


@pytest.mark.parametrize(("info", "text", "told"), ALIKE)
def test_what_has_a_contracts_keys(tmp_path: Path, info: str, text: str, told: str) -> None:
    """A block that reads like a contract under another name is told, and how one is shown: its agent would be held
    to nothing, and not know it."""
    fault = only(found := reading(tmp_path, agent("critic", f"```{info}\n{text}\n```")))
    assert (found.held, fault.line) == (True, 6) and told in fault.what
    assert "call it ```` ```toml contract ````" in fault.mend and "in a longer fence" in fault.mend
    assert reading(tmp_path, agent("critic", f"````md\n```{info}\n{text}\n```\n````")).held is False


@pytest.mark.parametrize(
    ("info", "text"),
    [
        ("yaml", "name: build\ninputs:\n  a: {}\noutputs:\n  b: {}"),
        ("", "inputs = { nixpkgs }\noutputs = x"),
        ("toml", '[given]\nowns = 1\n[table]\nresume = "x"\nshares = 1'),
        ("yaml", "on:\n  owns: x\n  moves: y"),
        ("text", CONTRACT),
        ("python", "given = 1\nowns = 2"),
        ("", "it owns = and moves = the given = files"),
        ("toml", 'owns = ["docs"]'),
    ],
)
def test_what_only_seems_alike(tmp_path: Path, info: str, text: str) -> None:
    """A workflow's inputs and outputs, keys in tables, one key, or other languages are no contract."""
    found = reading(tmp_path, agent("critic", f"```{info}\n{text}\n```"))
    assert (found.held, found.faults) == (False, [])


def test_what_is_alike_beside_a_contract(tmp_path: Path) -> None:
    """Who has a contract may show what it likes; a page without front matter, too."""
    shown = f"```toml\n{CONTRACT}\n```\n"
    assert reading(tmp_path, agent("critic", block(owns=["src"]), prompt=shown)).faults == []
    (tmp_path / "README.md").write_text(f"# Agents\n{shown}")
    assert read(tmp_path / "README.md", "README.md") is None


MENDS = [
    ('owns = ["./manual/**"]', "write `manual/**`"),
    ('owns = ["/manual/**"]', "write a path or pattern"),
    ('owns = ["manual//x/./y/"]', "write `manual/x/y/`"),
    ("owns = ['manual\\**']", "write `manual/**`"),
    ("owns = ['.\\manual\\a.md']", "write `manual/a.md`"),
    ('owns = ["manual\\**"]', "write `/` between names, without a backslash"),
    ("outputs = ['docs\\a.md']", "write `docs/a.md`"),
    ('outputs = ["./docs/a.md"]', "write `docs/a.md`"),
    ('outputs = ["docs/a.md", "b.md", "docs/a.md"]', "take one of them out"),
    ('inputs = ["x.md", "x.md"]', "take one of them out"),
    ('owns = ["docs", "docs"]', "take one of them out"),
    ('inputs = ["x.md?", "x.md"]', "take one of them out"),
    ('inputs = ["x.md ?"]', "write `x.md?`"),
    ('inputs = [" x.md"]', "write `x.md`"),
    ('owns = ["docs/** "]', "write `docs/**`"),
    ('owns = ["../docs"]', "write a path or pattern"),
    ('owns = ["~/docs"]', "write a path or pattern"),
    ('owns = ["."]', "write a path or pattern"),
    ('outputs = ["/"]', "name one file"),
]


@pytest.mark.parametrize(("text", "mend"), MENDS)
def test_mends_that_fit(tmp_path: Path, text: str, mend: str) -> None:
    """Where it is plain what is meant, the mend is just that."""
    fault = only(reading(tmp_path, agent("critic", f'```toml contract\nresume = "x"\n{text}\n```')))
    assert fault.line == 8 and fault.mend.startswith(mend), fault


def test_two_contracts(tmp_path: Path) -> None:
    """One file, one contract; the second is told, and where the first is."""
    fault = only(reading(tmp_path, agent("critic", block() + "\n\n" + block())))
    assert (fault.line, fault.what) == (10, "a second contract; the first is in line 6")


def test_a_block_that_is_not_closed(tmp_path: Path) -> None:
    """It would swallow the prompt."""
    text = agent("critic", block().removesuffix("```"), prompt="Do it.\n")
    fault = only(reading(tmp_path, text))
    assert (fault.line, fault.what) == (6, "the contract's block is not closed")


def test_an_example_in_a_longer_fence_is_none(tmp_path: Path) -> None:
    """A prompt may show a contract without having it."""
    shown = f"````md\n{block(owns=['docs'])}\n````\n"
    found = reading(tmp_path, agent("critic", block(owns=["src"]), prompt=shown))
    assert found.contract is not None and found.contract.owns == ["src"]


def test_line_ends_of_other_systems(tmp_path: Path) -> None:
    """Carriage returns change neither what is read nor the lines."""
    path = tmp_path / "critic.md"
    path.write_bytes(
        agent("critic", '```toml contract\nresume = "x"\nowns = 1\n```').replace("\n", "\r\n").encode()
    )
    found = read(path, "critic.md")
    assert found is not None and [fault.line for fault in found.faults] == [8]


def test_a_fault_is_one_printable_line(tmp_path: Path) -> None:
    """Whatever the file says, a fault steers no terminal and is not endless."""
    text = '```toml contract\n"\\u001b[31m\\u0000" = 1\n"' + "x" * 5000 + '" = 2\n```'
    for fault in reading(tmp_path, agent("critic", text)).faults:
        assert str(fault).isprintable() and len(str(fault)) < 400


def test_patterns_that_differ_by_a_sign(tmp_path: Path) -> None:
    """In a pattern a `?` stands for a sign, at its end too."""
    found = reading(tmp_path, agent("critic", block(owns=["docs/a", "docs/a?", "docs/*"])))
    assert found.contract is not None and found.contract.owns == ["docs/a", "docs/a?", "docs/*"]
