"""The script `run` with stand-ins for Python, apt-get and the rest: what it starts, and what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import TOP

# A Python as far as `run` asks one. Its version is in the file named by its own path + ".version"; it writes
# down what it is called for, and makes a venv by copying itself.
PYTHON = r"""#!/bin/sh
version=$(cat "$0.version")
case $1:$2 in
-c:*version_info*) [ "$version" != 3.9.6 ]; exit ;;
-c:*python_version*) echo "$version"; exit ;;
-c:*ensurepip*) [ -e "$FACTS/ensurepip" ]; exit ;;
esac
if [ "$1:$2" = "-m:venv" ]; then
  for folder in "$@"; do :; done
  mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" && cp "$0.version" "$folder/bin/python.version"
fi
{ printf '%s' "${0##*/}"; for word in "$@"; do printf ' [%s]' "$word"; done; echo; } >>"$FACTS/calls"
case $2 in
pip) [ "$3" != install ] || exit "${PIP_CODE:-0}" ;;
pytest) case $* in *"$FAILING"*) exit "$PYTEST_CODE" ;; esac ;;
interlock) exit "${DEMO_CODE:-0}" ;;
esac
exit 0
"""
APT = r"""#!/bin/sh
echo "apt-get $*" >>"$FACTS/calls"
[ "$2" = update ] && exit
touch "$FACTS/ensurepip"
[ ! -e "$FACTS/brings" ] || cp "$FACTS/brings" "$BIN/python3"
[ ! -e "$FACTS/brings" ] || cp "$FACTS/brings.version" "$BIN/python3.version"
"""
DEMO_RUN = "python [-m] [interlock] [demo]"


@dataclass
class Clone:
    """A clone with a space in its path, and a PATH with nothing on it but what a test puts there."""

    top: Path
    bin: Path
    facts: Path
    environ: dict[str, str]

    def put(self, name: str, text: str) -> None:
        """A program on PATH."""
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def python(self, version: str, name: str = "python3") -> None:
        """A Python on PATH."""
        self.put(name, PYTHON)
        (self.bin / f"{name}.version").write_text(version)

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """`run ARGS` from another folder."""
        argv = [str(self.top / "run"), *args]
        return subprocess.run(
            argv, env=self.environ, cwd="/", capture_output=True, text=True, check=False, timeout=60
        )

    def calls(self) -> list[str]:
        """What was called so far, and forgets it."""
        file = self.facts / "calls"
        found = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return found


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone on a Linux with neither Python nor apt-get, run by an ordinary user without sudo."""
    top, bin_, facts = tmp_path / "my clone", tmp_path / "bin", tmp_path / "facts"
    for folder in (top, bin_, facts):
        folder.mkdir()
    for name in ("run", "pyproject.toml"):
        shutil.copy(TOP / name, top / name)
    for name in ("sh", "dirname", "cat", "cksum", "mkdir", "cp", "touch", "env"):
        (bin_ / name).symlink_to(str(shutil.which(name)))
    (facts / "ensurepip").touch()
    environ = {"PATH": str(bin_), "FACTS": str(facts), "BIN": str(bin_), "FAILING": "nothing"}
    clone = Clone(top, bin_, facts, environ)
    clone.put("uname", "#!/bin/sh\necho Linux\n")
    clone.put("id", "#!/bin/sh\necho 1000\n")
    return clone


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_the_script_parses(shell: str) -> None:
    """`run` is executable and its syntax is sound to every shell there is."""
    assert os.access(TOP / "run", os.X_OK)
    assert (TOP / "run").read_text().startswith("#!/bin/sh\n")
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    subprocess.run([shell, "-n", TOP / "run"], check=True)


def test_demo_prepares_once(clone: Clone) -> None:
    """The first `run demo` makes .venv in the clone and installs; the second does neither; arguments go on."""
    clone.python("3.12.1")
    first = clone.run("demo", "--json", "a b")
    assert (first.returncode, first.stdout) == (0, "")
    install = "python [-m] [pip] [install] [-q] [--disable-pip-version-check] [-e] [.]"
    made, pip, *rest = clone.calls()
    assert made == "python3 [-m] [venv] [--clear] [.venv]" and pip == "python [-m] [pip] [--version]"
    assert rest == [install, f"{DEMO_RUN} [--json] [a b]"]
    assert clone.run("demo").returncode == 0
    assert clone.calls() == [DEMO_RUN]


def test_tests_need_more_than_the_demo(clone: Clone) -> None:
    """After `run demo`, `run tests` installs the test extras; after that the demo needs nothing new."""
    clone.python("3.12.1")
    clone.run("demo")
    clone.calls()
    assert clone.run("tests", "-k", "a b").returncode == 0
    found = clone.calls()
    assert "[-e] [.[test]]" in found[1] and found[-1] == "python [-m] [pytest] [-k] [a b]"
    clone.run("demo")
    assert clone.calls() == [DEMO_RUN]


def test_a_changed_pyproject_installs_again(clone: Clone) -> None:
    """What is installed goes by pyproject.toml: changed, it is installed again."""
    clone.python("3.12.1")
    clone.run("demo")
    clone.calls()
    with (clone.top / "pyproject.toml").open("a") as file:
        file.write("\n")
    clone.run("demo")
    assert any("[install]" in call for call in clone.calls())


def test_a_failed_install_is_not_taken_for_done(clone: Clone) -> None:
    """When pip fails the script says so with 1, and tries again the next time."""
    clone.python("3.12.1")
    clone.environ["PIP_CODE"] = "7"
    failed = clone.run("demo")
    assert failed.returncode == 1 and "pip could not install it" in failed.stderr
    assert DEMO_RUN not in clone.calls()
    clone.environ["PIP_CODE"] = "0"
    assert clone.run("demo").returncode == 0
    assert any("[install]" in call for call in clone.calls())


def test_a_dead_venv_is_made_anew(clone: Clone) -> None:
    """A .venv whose interpreter is gone or too old is made again."""
    clone.python("3.12.1")
    clone.run("demo")
    clone.calls()
    (clone.top / ".venv/bin/python.version").write_text("3.9.6")
    assert clone.run("demo").returncode == 0
    assert clone.calls()[0] == "python3 [-m] [venv] [--clear] [.venv]"


def test_the_whole_suite_in_two_passes(clone: Clone) -> None:
    """`run tests` runs the greedy tests last and alone; a failure in either pass is its exit code."""
    clone.python("3.12.1")
    assert clone.run("tests").returncode == 0
    quiet, greedy = clone.calls()[-2:]
    assert quiet == "python [-m] [pytest] [-n] [auto] [--dist] [worksteal] [-m] [not stress and not crash]"
    assert greedy == "python [-m] [pytest] [-m] [stress or crash]"
    for failing, code, expected in (("not stress", 1, 1), ("stress or", 3, 3), ("stress or", 5, 0)):
        clone.environ.update(FAILING=failing, PYTEST_CODE=str(code))
        assert clone.run("tests").returncode == expected
        assert len(clone.calls()) == 2


def test_exit_codes_go_through(clone: Clone) -> None:
    """The demo's and pytest's own exit codes are the script's."""
    clone.python("3.12.1")
    clone.environ.update(DEMO_CODE="9", FAILING="-k", PYTEST_CODE="4")
    assert clone.run("demo").returncode == 9
    assert clone.run("tests", "-k", "x").returncode == 4


@pytest.mark.parametrize("args", [(), ("help",), ("--help",)])
def test_usage(clone: Clone, args: tuple[str, ...]) -> None:
    """Anything but demo and tests is told the usage, with 2."""
    told = clone.run(*args)
    assert told.returncode == 2 and "usage: ./run demo" in told.stderr


def test_a_newer_python_is_found_behind_an_old_one(clone: Clone) -> None:
    """With python3 too old, python3.13 is taken."""
    clone.python("3.9.6")
    clone.python("3.13.2", "python3.13")
    assert clone.run("demo").returncode == 0
    assert clone.calls()[0] == "python3.13 [-m] [venv] [--clear] [.venv]"


def test_pythons_name_goes_first(clone: Clone) -> None:
    """PYTHON names the interpreter to take."""
    clone.python("3.12.1")
    clone.python("3.14.0", "mine")
    clone.environ["PYTHON"] = str(clone.bin / "mine")
    clone.run("demo")
    assert clone.calls()[0].startswith("mine [-m] [venv]")


@pytest.mark.parametrize(
    ("system", "advice"), [("Darwin", "Run `brew install python`"), ("Linux", "https://www.python.org/downloads/")]
)
def test_a_python_too_old_is_told(clone: Clone, system: str, advice: str) -> None:
    """With an old Python only, the script names its version and the next step, and makes nothing."""
    clone.put("uname", f"#!/bin/sh\necho {system}\n")
    clone.python("3.9.6")
    told = clone.run("demo")
    assert told.returncode == 1 and told.stdout == ""
    assert "Python 3.11 or newer is needed" in told.stderr and "python3 is 3.9.6" in told.stderr
    assert advice in told.stderr
    assert not (clone.top / ".venv").exists()


def test_no_python_at_all_is_told(clone: Clone) -> None:
    """Without any Python and without apt-get, the script says that there is none."""
    told = clone.run("tests")
    assert told.returncode == 1 and "there is none here" in told.stderr


def test_debian_without_venv_as_a_user(clone: Clone) -> None:
    """Where ensurepip is missing and there is no right to install, the one command to run is printed."""
    clone.python("3.11.2")
    clone.put("apt-get", APT)
    (clone.facts / "ensurepip").unlink()
    told = clone.run("demo")
    assert told.returncode == 1
    assert "Run `sudo apt-get update && sudo apt-get install -y python3-venv`" in told.stderr
    assert clone.calls() == []


@pytest.mark.parametrize("way", ["root", "sudo"])
def test_debian_without_venv_with_the_right_to_install(clone: Clone, way: str) -> None:
    """As root, or with a sudo that asks nothing, python3-venv is installed, and the script says so."""
    clone.python("3.11.2")
    clone.put("apt-get", APT)
    (clone.facts / "ensurepip").unlink()
    if way == "root":
        clone.put("id", "#!/bin/sh\necho 0\n")
    else:
        clone.put("sudo", '#!/bin/sh\n[ "$1" = -n ] && shift && exec "$@"\n')
        clone.put("true", "#!/bin/sh\n")
    told = clone.run("demo")
    assert told.returncode == 0 and "installing Debian's python3-venv" in told.stderr
    assert clone.calls()[:2] == ["apt-get -q update", "apt-get -qy install python3-venv"]


def test_debian_without_any_python(clone: Clone) -> None:
    """As root on a bare Debian, Python itself is installed too."""
    clone.put("apt-get", APT)
    clone.put("id", "#!/bin/sh\necho 0\n")
    (clone.facts / "brings").write_text(PYTHON)
    (clone.facts / "brings").chmod(0o755)
    (clone.facts / "brings.version").write_text("3.13.5")
    told = clone.run("demo")
    assert told.returncode == 0
    assert clone.calls()[:2] == ["apt-get -q update", "apt-get -qy install python3 python3-venv"]
