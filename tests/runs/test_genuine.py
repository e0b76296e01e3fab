"""Is the program the real one? Each way to slip another in front is doubted, in words; honest grounds are not."""

import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.runs.watching import Ground

from interlock.runs import places
from interlock.runs.evidence import Evidence


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def doubt(ground: Ground, **fields: Any) -> str:
    """Why a green run is no evidence, "" if it is."""
    result, why = ground.judged(**fields)
    assert result in ("passed", "unknown")
    return why


def venv(ground: Ground) -> Path:
    return ground.program(ground.repo / ".venv/bin/pytest")


def test_honest_programs_are_not_doubted(ground: Ground) -> None:
    """On the PATH; in an ignored .venv, by PATH or behind uv; by a path that is in the tree; in no folder."""
    assert doubt(ground) == ""
    venv(ground)
    inside = {"PATH": f"{ground.repo}/.venv/bin:{ground.environ['PATH']}"}
    assert doubt(ground, environ=inside) == ""
    ground.program(ground.bin / "uv")
    assert doubt(ground, spelled=("uv", "run", "pytest", "-q")) == ""
    ground.program(ground.repo / "gradlew")
    gradle = {"name": "gradle test", "runner": ""}
    assert doubt(ground, words=("./gradlew", "test"), **gradle) == ""
    assert doubt(ground, words=("no-such-program", "test"), **gradle) == ""


def test_a_link_to_an_installed_program_is_the_program(ground: Ground) -> None:
    """Package managers link: .venv/bin/python leads out of the checkout."""
    venv(ground).unlink()
    (ground.repo / ".venv/bin/pytest").symlink_to(ground.bin / "pytest")
    assert doubt(ground, environ={"PATH": f"{ground.repo}/.venv/bin"}, path=str(ground.bin)) == ""


def test_a_program_of_the_checkout_is_doubted(ground: Ground) -> None:
    """Found by PATH in a folder of the checkout; in a .venv that git does not ignore; by a link from outside."""
    shim = ground.program(ground.repo / "bin/pytest")
    first = {"PATH": f"{shim.parent}:{ground.environ['PATH']}"}
    assert doubt(ground, environ=first) == "bin/pytest is a program of this checkout, not the installed pytest"
    relative = {"PATH": f"bin:{ground.environ['PATH']}"}
    assert "bin/pytest is a program of this checkout" in doubt(ground, environ=relative)
    (ground.bin / "pytest").unlink()
    (ground.bin / "pytest").symlink_to(shim)
    assert "bin/pytest is a program of this checkout" in doubt(ground)
    venv(ground)
    (ground.repo / ".gitignore").write_text("*.log\n")
    inside = {"PATH": f"{ground.repo}/.venv/bin"}
    assert "git does not ignore .venv" in doubt(ground, environ=inside)


def test_a_program_that_an_agent_wrote_is_doubted(ground: Ground) -> None:
    """On the PATH, at the end of a link, or anywhere in the folder of packages: naming file, agent and time."""
    shim = ground.base / "elsewhere/pytest"
    shim.parent.mkdir()
    ground.write(shim, "beta", text="#!/bin/sh\nexit 0\n")
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    said = doubt(ground, environ={"PATH": f"{shim.parent}:{ground.environ['PATH']}"})
    assert "elsewhere/pytest was written by session beta at " in said and said[-5:].replace(":", "").isdigit()
    (ground.bin / "pytest").unlink()
    (ground.bin / "pytest").symlink_to(shim)
    assert "was written by session beta" in doubt(ground)
    shutil.rmtree(shim.parent)
    (ground.bin / "pytest").unlink()
    ground.program(ground.bin / "pytest")
    venv(ground)
    module = ground.repo / ".venv/lib/python3.11/site-packages/_pytest/main.py"
    module.parent.mkdir(parents=True)
    ground.write(module, "beta/sub", text="raise SystemExit(0)")
    said = doubt(ground, environ={"PATH": f"{ground.repo}/.venv/bin"})
    assert "_pytest/main.py was written by subagent coder sub of session beta" in said


def test_a_program_that_nobody_installed_is_doubted(ground: Ground) -> None:
    """On a PATH that is not the session's, or by a path elsewhere; in a temporary folder for people, too, and at
    the end of a link."""
    fake = ground.program(ground.base / "fake/pytest")
    session = ground.environ["PATH"]
    front = {"PATH": f"{fake.parent}:{session}"}
    assert doubt(ground, environ=front, path=session).endswith("fake/pytest lies in a folder for temporary files")
    assert doubt(ground, environ=front, path="").endswith("pytest lies in a folder for temporary files")
    module = {"spelled": (str(ground.program(ground.base / "fake/python")), "-m", "pytest", "-q")}
    assert doubt(ground, **module).endswith("fake/python lies in a folder for temporary files")
    venv(ground).unlink()
    (ground.repo / ".venv/bin/pytest").symlink_to(fake)
    inside = {"PATH": f"{ground.repo}/.venv/bin:{session}"}
    assert "fake/pytest lies in a folder" in doubt(ground, environ=inside)


def test_a_program_off_the_sessions_path(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the folder is an ordinary one, the session's own PATH says whether it is the user's."""
    monkeypatch.setattr(places, "_TEMPORARY", ())
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/nowhere")
    environ = {"PATH": f"{ground.program(ground.base / 'fake/pytest').parent}:{ground.bin}", "TMPDIR": "/nowhere"}
    told = "fake/pytest is not on the PATH that this session began with"
    assert doubt(ground, environ=environ, path=str(ground.bin)).endswith(told)
    assert doubt(ground, environ=environ, path=environ["PATH"]) == ""
    assert doubt(ground, environ=environ, path="") == "", "a person's PATH is the person's"


@pytest.mark.parametrize("name", ["pytest.py", "pytest/__init__.py", "_pytest/__init__.py"])
def test_a_module_in_front_is_doubted(ground: Ground, name: str) -> None:
    """`python -m pytest` looks in its folder first, any Python in PYTHONPATH."""
    fake = ground.repo / name
    fake.parent.mkdir(exist_ok=True)
    fake.write_text("")
    module = {"spelled": ("python", "-m", "pytest", "-q")}
    assert doubt(ground, **module) == f"{name} would be imported in place of the real one"
    assert doubt(ground) == ""
    lib = ground.base / "lib"
    shutil.copytree(fake.parent if "/" in name else ground.repo, lib / name.split("/")[0] if "/" in name else lib)
    said = doubt(ground, environ={"PYTHONPATH": str(lib)})
    assert said.endswith(f"{name} would be imported in place of the real one")


def test_a_module_before_all_others_is_doubted(ground: Ground) -> None:
    """sitecustomize runs in every Python that finds it."""
    lib = ground.base / "lib"
    lib.mkdir()
    assert doubt(ground, environ={"PYTHONPATH": str(lib)}) == ""
    ground.write(lib / "sitecustomize.py", "beta")
    assert "sitecustomize.py was written by session beta" in doubt(ground, environ={"PYTHONPATH": str(lib)})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PYTEST_ADDOPTS", "--co", "PYTEST_ADDOPTS in the environment has --co"),
        ("PYTEST_ADDOPTS", "-k nothing", "PYTEST_ADDOPTS in the environment has -k"),
        ("PYTEST_ADDOPTS", "-p evil", "PYTEST_ADDOPTS in the environment has evil"),
        ("PYTEST_ADDOPTS", "-p auto", "PYTEST_ADDOPTS in the environment loads a plugin"),
        ("PYTEST_ADDOPTS", "'", "PYTEST_ADDOPTS in the environment has ?"),
        ("PYTEST_ADDOPTS", "-q --color=yes -p no:cacheprovider -n auto -n4 --tb=short", ""),
        ("PYTEST_PLUGINS", "evil", "PYTEST_PLUGINS in the environment loads plugins"),
        ("BASH_FUNC_pytest%%", "() { :; }", "the environment has a function pytest"),
        ("BASH_FUNC_ls%%", "() { :; }", ""),
        ("LD_PRELOAD", "/usr/lib/libfaketime.so", ""),
        ("LD_PRELOAD", "evil.so", "LD_PRELOAD in the environment leads into this checkout"),
        ("BASH_ENV", "src/rc", "BASH_ENV in the environment leads into this checkout"),
    ],
)
def test_the_environment(ground: Ground, name: str, value: str, said: str) -> None:
    """What the environment adds to every such command is doubted, unless it changes only how things look."""
    assert doubt(ground, environ={name: value}) == said


@pytest.mark.parametrize(
    ("runner", "name", "value", "said"),
    [
        ("jest", "NODE_OPTIONS", "--require ./evil.js", "NODE_OPTIONS in the environment loads a module"),
        ("jest", "NODE_OPTIONS", "--max-old-space-size=8192", ""),
        ("go", "GOFLAGS", "-run=NONE", "GOFLAGS in the environment chooses tests"),
        ("go", "GOFLAGS", "-mod=vendor", ""),
    ],
)
def test_the_environment_of_others(ground: Ground, runner: str, name: str, value: str, said: str) -> None:
    """The same for the other runners."""
    out = {"jest": "Tests:       1 passed, 1 total\n", "go": "ok  \tx\t0.1s\n"}[runner]
    assert doubt(ground, environ={name: value}, runner=runner, words=(runner,), out=out) == said


def test_what_is_gone_again_is_not_doubted(ground: Ground) -> None:
    """A file of the tool folder that an agent wrote counts while it stands there as the agent left it."""
    venv(ground)
    module = ground.repo / ".venv/lib/_pytest/main.py"
    module.parent.mkdir(parents=True)
    inside = {"PATH": f"{ground.repo}/.venv/bin:{ground.environ['PATH']}"}
    ground.write(module, "beta", text="raise SystemExit(0)")
    assert "was written by session beta" in doubt(ground, environ=inside)
    module.write_text("as it was installed")
    assert doubt(ground, environ=inside) == ""
    module.unlink()
    assert doubt(ground, environ=inside) == ""


@pytest.mark.parametrize("name", ["pytest.ini", "conftest.py", "tests/conftest.py", "tox.ini", "src/setup.cfg"])
@pytest.mark.parametrize("how", ["info/exclude", "excludesFile", ".gitignore"])
def test_what_steers_and_is_in_no_tree_is_doubted(ground: Ground, name: str, how: str) -> None:
    """A runner's configuration that git ignores, in whichever way, is told by its name."""
    (ground.repo / "tests").mkdir()
    (ground.repo / "tests/test_b.py").write_text("")
    (ground.repo / name).write_text("[pytest]\naddopts = --co\n")
    if how == "info/exclude":
        (ground.repo / ".git/info").mkdir(exist_ok=True)
        (ground.repo / ".git/info/exclude").write_text(f"{name}\n")
    elif how == "excludesFile":
        (ground.base / "ignored").write_text(f"{name}\n")
        ground.git("config", "core.excludesFile", str(ground.base / "ignored"))
    else:
        (ground.repo / ".gitignore").write_text(f"*.log\n.venv\n{name}\n")
    assert doubt(ground) == f"git ignores {name}, which steers it"
    if name.endswith("conftest.py"):
        assert doubt(ground, runner="", words=("mypy", "."), name="mypy") == ""
    assert doubt(ground, runner="", words=("make", "test"), name="make test")


def test_what_steers_from_above_is_doubted(ground: Ground) -> None:
    """A configuration in a folder above, where the checkout has none of its own; one without the runner's section
    is none."""
    (ground.base / "pyproject.toml").write_text("[project]\n")
    assert doubt(ground) == ""
    (ground.base / "pytest.ini").write_text("[pytest]\naddopts = --co\n")
    assert doubt(ground).endswith("pytest.ini, above this checkout, steers it")
    (ground.repo / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    assert doubt(ground) == ""


def test_ignored_tool_folders_are_not_doubted(ground: Ground) -> None:
    """What packages bring is not the project's configuration."""
    inside = ground.repo / ".venv/lib/some/conftest.py"
    inside.parent.mkdir(parents=True)
    inside.write_text("")
    (ground.repo / "x.log").write_text("")
    assert doubt(ground) == ""


def test_a_start_up_file_that_an_agent_wrote_is_doubted(ground: Ground) -> None:
    """Functions and aliases of the user's own .bashrc are nobody's business; an agent's are."""
    (ground.home / ".bashrc").write_text("alias pytest=true\n")
    assert doubt(ground) == ""
    ground.write(ground.home / ".bashrc", "beta", text="alias pytest=true\n")
    assert ".bashrc was written by session beta" in doubt(ground)


def test_hostile_names_are_one_line(ground: Ground) -> None:
    """A name that holds new lines and control characters, and is long, can't break the sentence."""
    shim = ground.program(ground.repo / ("bin\n\x1b[31m" + "x" * 100) / "pytest")
    _, told = ground.watch(environ={"PATH": f"{shim.parent}:{ground.environ['PATH']}"})
    assert "counts as no evidence" in told and told.isprintable() and len(told) <= 300


def test_a_circle_of_links_ends(ground: Ground) -> None:
    """Links that lead to each other are followed no further than need be."""
    (ground.bin / "a").symlink_to("b")
    (ground.bin / "b").symlink_to("a")
    found, _ = ground.watch(words=(str(ground.bin / "a"),), runner="")
    assert isinstance(found, Evidence)


def test_the_real_interpreter_is_real(ground: Ground) -> None:
    """This very Python, as `python -m pytest` of a venv, is not doubted."""
    (ground.repo / ".venv").mkdir()
    os.symlink(Path(sys.executable).parent, ground.repo / ".venv/bin")
    environ = {"PATH": f"{ground.repo}/.venv/bin:{ground.environ['PATH']}"}
    assert doubt(ground, spelled=("python", "-m", "pytest", "-q"), environ=environ) == ""
