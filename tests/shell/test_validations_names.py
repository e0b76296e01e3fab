"""What decides which program a name means, or what it does: aliases, bash's tables, variables."""

import pytest

from .validating import run, runs

TABLES = [
    ("shopt -s expand_aliases\nBASH_ALIASES[mypy]=true\nmypy .", "BASH_ALIASES is set before it"),
    ("BASH_CMDS[mypy]=/bin/true; mypy .", "BASH_CMDS is set before it"),
    ("BASH_CMDS=([mypy]=/bin/true); mypy .", "BASH_CMDS is set before it"),
    ("declare -A BASH_CMDS=([mypy]=/bin/true); mypy .", "BASH_CMDS is set before it"),
    ("printf -v 'BASH_CMDS[mypy]' /bin/true; mypy .", "BASH_CMDS is set before it"),
    ("read 'BASH_CMDS[mypy]' <<< /bin/true; mypy .", "BASH_CMDS is set before it"),
    (": ${BASH_CMDS[mypy]:=/bin/true}; mypy .", "BASH_CMDS is set before it"),
    ("( BASH_CMDS[mypy]=/bin/true; mypy . )", "BASH_CMDS is set before it"),
    ("declare -n x=BASH_CMDS; x[mypy]=/bin/true; mypy .", "declare gives a variable another name"),
    ("local -n x=BASH_CMDS; x[mypy]=/bin/true; mypy .", "local gives a variable another name"),
    ("declare \"$X\"; mypy .", "a variable whose name can't be told is set before it"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "why"), TABLES)
def test_bashs_own_tables_put_another_program_in_its_place(command: str, why: str) -> None:
    """What is assigned to them decides what runs, as alias and hash -p do."""
    assert [found.doubt for found in runs(command)] == [why]


def test_a_run_before_it_is_proven() -> None:
    """What is assigned later changes nothing of what ran."""
    assert run("mypy . && BASH_CMDS[mypy]=/bin/true").doubt == ""


def test_no_export_is_no_other_name() -> None:
    """``export -n`` takes a variable out of the environment."""
    assert run("export -n FOO; mypy .").doubt == ""


STEERS = (
    "HOME=/x XDG_CONFIG_HOME=/x PYTHONUSERBASE=/x PYTHONPYCACHEPREFIX=/x UV_PROJECT_ENVIRONMENT=/x"
    " VIRTUAL_ENV=/x PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PIP_CONFIG_FILE=/x POETRY_VIRTUALENVS_PATH=/x"
    " NODE_ENV=production NODE_EXTRA_CA_CERTS=x NPM_CONFIG_PREFIX=/x npm_config_prefix=/x LD_AUDIT=x"
    " MYPY_CONFIG_FILE_DIR=x MYPYPATH=x RUFF_CONFIG=x RUFF_CACHE_DIR=x CARGO_HOME=/x RUSTFLAGS=-Awarnings"
    " RUSTUP_TOOLCHAIN=x GOFLAGS=-short GOTOOLCHAIN=x JEST_JUNIT=1 VITEST_MODE=x GIT_DIR=/x"
    " GIT_CONFIG_GLOBAL=/x BASH_ENV=x ENV=x SHELLOPTS=noexec IFS=x CDPATH=/x TOX_ENV_DIR=x"
    " GRADLE_USER_HOME=/x BUNDLE_GEMFILE=x PYLINTRC=x JAVA_HOME=./x DJANGO_SETTINGS_MODULE=x"
).split()
HARMLESS = (
    "CI=1 FORCE_COLOR=1 NO_COLOR=1 TERM=dumb LANG=C LC_ALL=C.UTF-8 TZ=UTC COLUMNS=120 DEBUG=1"
    " NODE_ENV=test PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 RUST_BACKTRACE=1"
    " DATABASE_URL=sqlite:// APP_ENV=test GOOGLE_APPLICATION_CREDENTIALS=x TMPDIR=/tmp/x FOO=1 goal=1"
    " AWS_REGION=x CARGO_TERM_COLOR=never UV_OFFLINE=1"
).split()


@pytest.mark.parametrize("setting", STEERS)
@pytest.mark.parametrize("form", ["{} mypy .", "export {}; mypy .", "env {} mypy .", "export {} && (mypy .)"])
def test_a_tools_variable_is_a_doubt(setting: str, form: str) -> None:
    """Where a tool finds its config, its plugins or itself, a green run may be of something else."""
    found = runs(form.format(setting), {"PATH": "/usr/bin:/bin"})
    assert [one.doubt for one in found] == [f"{setting.partition('=')[0]} is set before it"]


@pytest.mark.parametrize("setting", HARMLESS)
@pytest.mark.parametrize("form", ["{} mypy .", "export {}; mypy .", "env {} mypy ."])
def test_any_other_is_none(setting: str, form: str) -> None:
    """Colours, languages, and what the project calls its own."""
    assert run(form.format(setting), {"PATH": "/usr/bin:/bin"}).doubt == ""


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("uv run --project ../other pytest", "`uv --project` stands before it"),
        ("uv --project ../other run pytest", "`uv --project` stands before it"),
        ("uv run --python ./shim/python pytest", "--python says where the tool comes from"),
        ("uv run -p /tmp/python pytest", "-p says where the tool comes from"),
    ],
)
def test_a_runners_word_for_another_place_is_a_doubt(command: str, why: str) -> None:
    """Another project's or folder's tool is another tool."""
    assert [one.doubt for one in runs(command)] == [why]
