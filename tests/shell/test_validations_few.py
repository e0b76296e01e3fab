"""Words that make a run a part of the suite, or none at all."""

import pytest

from .validating import run, runs

PARTS = [
    ("pytest -o addopts=", "-o"),
    ("pytest -oaddopts=", "-o"),
    ("pytest --override-ini=testpaths=x", "--override-ini"),
    ("pytest -c other.ini", "-c"),
    ("pytest -p my_plugin", "-p"),
    ("pytest -p no:cacheprovider -p my_plugin", "-p"),
    ("pytest --rootdir=x", "--rootdir"),
    ("pytest --confcutdir=x", "--confcutdir"),
    ("python -m pytest -p evil", "-p"),
]
NONE = [
    "sbt", "sbt run", "sbt '~test'", "sbt ~test", "sbt console", "sbt 'runMain a.B'",
    "mvn clean package spring-boot:run", "mvn compile quarkus:dev", "mvn -q package exec:java",
    "mvn install jetty:run",
    "make build serve", "make build run", "make install dev", "make test-watch build", "just build serve",
    "gradle build bootRun", "./gradlew build bootRun", "turbo run build dev", "xcodebuild -list",
    "xcodebuild -version",
    "xcodebuild -showsdks -json", "ant -version", "ant -p", "ant -projecthelp", "earthly ls", "earthly --help",
    "earthly prune", "earthly account list",
]  # fmt: skip
SOME = [
    ("sbt test", "sbt test"),
    ("sbt clean compile", "sbt compile"),
    ("mvn clean verify", "mvn verify"),
    ("make clean test", "make test"),
    ("make build test", "make build"),
    ("ant test", "ant test"),
    ("ant -verbose", "ant"),
    ("earthly +test", "earthly"),
    ("xcodebuild -scheme App test", "xcodebuild"),
]


@pytest.mark.parametrize(("command", "word"), PARTS)
def test_another_config_is_another_suite(command: str, word: str) -> None:
    """What changes pytest's config or loads a plugin makes less of it than the project asks for."""
    assert run(command).partial == word


def test_a_cache_that_is_off_changes_nothing() -> None:
    """The tests are the same."""
    assert run("pytest -q -p no:cacheprovider").partial == ""


@pytest.mark.parametrize("command", NONE)
def test_a_server_or_a_list_is_none(command: str) -> None:
    """What goes on until it is stopped, or only tells, takes no mutex, whatever stands beside it."""
    assert runs(command) == ()


@pytest.mark.parametrize(("command", "name"), SOME)
def test_the_same_tools_runs_are_found(command: str, name: str) -> None:
    """Their tests and builds are runs as before."""
    assert run(command).name == name
