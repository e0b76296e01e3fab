"""What agents are told of contracts: short enough, with the next step, whatever the names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interlock.doors.blocks import Block
from interlock.guard import contractsays, outputsays, receiptsays
from interlock.words.artifact import made_by
from interlock.words.contract import Contract

from .test_messages import paths, sound, texts

names = st.sampled_from(["critic", "x" * 200, "`" * 60, "a\nb", "é" * 90, "two words"])
lists = st.lists(paths, min_size=1, max_size=9)
contracts = st.builds(
    Contract, names, paths, outputs=lists.map(tuple), owns=st.sampled_from([(), ("@source", "@tests")]),
    shares=lists.map(tuple), fault=texts,
)  # fmt: skip
OWNERS = st.sampled_from(
    ["h|s|main", "h|s|agent", "h|person:ann|main", "h|person:" + "p" * 99 + "|main", "x", "|" * 300]
)


@given(contract=contracts)
def test_broken(contract: Contract) -> None:
    """Where the file is, and who mends it."""
    text = contractsays.broken(contract)
    sound(text)
    assert "Ask the person you work for to mend it; `interlock contracts check`" in text


@given(path=paths, command=st.sampled_from(["interlock receipt", "interlock worklist"]), run=texts)
def test_made_by_code(path: str, command: str, run: str) -> None:
    """The command to call."""
    text = contractsays.made_by_code(path, command, run)
    sound(text)
    assert f"`{command}` alone" in text and f"Call `{command}" in text and text.endswith("as it is.")


@given(
    path=paths, owners=st.lists(names, max_size=9), contract=contracts, folder=st.booleans(), shared=st.booleans()
)  # fmt: skip
def test_not_owned(path: str, owners: list[str], contract: Contract, folder: bool, shared: bool) -> None:
    """Whose it is, what one may write, what to do."""
    text = contractsays.not_owned(path, owners, contract, folder, shared)
    sound(text)
    assert "writes " in text
    assert ("Name your own files" if folder else "in your handoff") in text and text.endswith(".")


@given(found=lists, owner=st.just("") | names, name=names)
def test_strayed(found: list[str], owner: str, name: str) -> None:
    """Whose it is, and what to do now."""
    text = contractsays.strayed(found, owner, name)
    sound(text)
    assert "in your handoff" in text and text.endswith("run that command again.")


@given(path=paths, owner=names, name=names)
def test_strayed_section(path: str, owner: str, name: str) -> None:
    """Whose section it is, and what makes the file count again."""
    text = contractsays.strayed_section(path, owner, name)
    sound(text)
    assert "has written it again" in text and text.endswith("run that command again.")


@given(found=lists, run=texts, by=OWNERS, why=texts)
def test_strayed_blocked(found: list[str], run: str, by: str, why: str) -> None:
    """What stands there, and what to do now."""
    text = contractsays.strayed_blocked(found, Block(run, (), by, 1.0, why))
    sound(text)
    assert "under a BLOCK verdict" in text and text.endswith("run that command again.")


@given(contract=contracts)
def test_too_many(contract: Contract) -> None:
    """To name one's own files."""
    text = contractsays.too_many(contract)
    sound(text)
    assert text.endswith("Name your own files in the command.")


@given(name=names, path=st.just(".runs") | paths)
def test_linked(name: str, path: str) -> None:
    """What is wrong, and who mends it."""
    text = contractsays.linked(name, path)
    sound(text)
    assert "` is a symlink: only plain files in plain folders" in text
    assert text.endswith("to put what it leads to in its place.")


@given(name=names, run=texts)
def test_closed_start(name: str, run: str) -> None:
    """Both ways to go on."""
    text = contractsays.closed_start(name, run)
    sound(text)
    assert " is closed, and " in text and "begin another" in text.lower() and text.endswith("` out.")


@given(path=paths, run=texts)
def test_closed(path: str, run: str) -> None:
    """What becomes of it."""
    text = contractsays.closed(path, run)
    sound(text)
    assert "which is closed" in text and text.endswith("(`interlock runs start ID --title TITLE`).")


@given(name=names, path=paths)
def test_isolated(name: str, path: str) -> None:
    """Both ways to go on."""
    text = contractsays.isolated(name, path)
    sound(text)
    assert "Start it without isolation; or commit the run" in text and text.endswith(" again.")


@given(missing=lists, name=names, runs=st.lists(texts, max_size=5))
def test_unread(missing: list[str], name: str, runs: list[str]) -> None:
    """What to read, and that the write comes after."""
    text = contractsays.unread(missing, name, runs)
    sound(text)
    assert "Not read yet: " in text and text.endswith("then write again.")
    assert ("read those of yours" in text) == (len(runs) > 1)


@given(path=paths, name=names, what=texts)
def test_section(path: str, name: str, what: str) -> None:
    """Which section is one's own."""
    text = contractsays.section(path, name, what)
    sound(text)
    assert "`sections." in text and text.endswith("with Edit or Write.")


@given(path=st.just("") | paths, run=texts, by=OWNERS, why=texts, where=st.just("") | paths)
def test_blocked(path: str, run: str, by: str, why: str, where: str) -> None:
    """Who said it, why, and when the path is free."""
    text = contractsays.blocked(path, Block(run, (), by, 1.0, why), where)
    sound(text)
    assert "BLOCK verdict" in text and text.endswith("(`interlock verdict list`).")


@given(problem=texts)
def test_unknown_blocks(problem: str) -> None:
    """That it is not known."""
    sound(contractsays.unknown_blocks(problem))


@given(name=names, path=paths, maker=st.just("") | names, more=st.integers(0, 40))
def test_missing(name: str, path: str, maker: str, more: int) -> None:
    """The file, who makes it, what to start first."""
    text = contractsays.missing(name, path, maker, more)
    sound(text)
    assert text.startswith("Interlock: Cannot proceed: ") and text.endswith(" again.")
    assert " first, then start " in text


@given(name=names, runs=st.lists(texts, min_size=2, max_size=9), path=paths, named=texts, line=texts)
def test_runs(name: str, runs: list[str], path: str, named: str, line: str) -> None:
    """How the run is said, or begun."""
    for text, step in (
        (
            contractsays.which_run(name, runs, line),
            "Put a line of its own `RUN: id` into its prompt, then start it again.",
        ),
        (contractsays.no_run(name, path, named), "`interlock runs start ID --title TITLE` begins one."),
    ):
        sound(text)
        assert text.endswith(step)


@given(name=names, what=texts)
def test_bad_receipt(name: str, what: str) -> None:
    """What is wrong, and that it can be started then."""
    text = receiptsays.distrusted(name, what)
    sound(text)
    assert text.endswith(" again.")


@given(name=names, path=paths, says=texts, reason=texts, run=texts)
def test_a_receipt_that_is_not_verified(name: str, path: str, says: str, reason: str, run: str) -> None:
    """What it says, and who knows the next step."""
    text = receiptsays.not_verified(name, path, says, reason, run)
    sound(text)
    assert text.endswith("` says whose turn it is.")


@given(found=st.lists(texts, min_size=1, max_size=9), left=st.integers(0, 2))
def test_flaws(found: list[str], left: int) -> None:
    """The first flaw, how many more, and to mend it."""
    for text in (outputsays.flaws(found, True), outputsays.flaws(found, False), outputsays.stop(found, left)):
        sound(text)
        assert "Mend it" in text
        assert ("more" in text.split("Mend")[0]) == (len(found) > 1)


MADE = ["worklist.json", "verdicts.json", "build_receipt.json"]


@given(run=st.text("ab.-_", min_size=1, max_size=64), file=st.sampled_from(MADE))
def test_typed(run: str, file: str) -> None:
    """The command that makes it, as it is to be typed."""
    path = f".runs/{run}/build/{file}"
    text = outputsays.typed(path, made_by(path))
    sound(text)
    assert f"made by `{made_by(path)}` alone" in text
    assert "`interlock" in text.split("counts for nothing.")[1]


def test_typed_facts_of_runs() -> None:
    """The run's own file, and the index, have no flow."""
    for path in (".runs/r1/run_meta.json", ".runs/index.json"):
        assert "`interlock runs start" in outputsays.typed(path, made_by(path))
