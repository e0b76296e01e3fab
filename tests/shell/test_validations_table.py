"""Which commands are validation commands, and what is known of them: typed by hand from the tools' manuals."""

import pytest

from interlock.doors.config import Added
from interlock.shell.validations import NAMES, may_validate
from interlock.shell.validations.find import INTERPRETED, programs

from .validating import run, runs

WHOLE = [
    ("pytest", "pytest"),
    ("pytest -q", "pytest"),
    ("pytest -x -vv --maxfail 3 -n auto", "pytest"),
    ("pytest -p no:cacheprovider --no-cov", "pytest"),
    ("pytest .", "pytest"),
    ("pytest -rA --tb=short -W error", "pytest"),
    ("py.test", "pytest"),
    ("pytest-3 -q", "pytest"),
    ("python -m pytest -q", "pytest"),
    ("python3.12 -X dev -m pytest", "pytest"),
    ("python -mpytest", "pytest"),
    ("uv run pytest -q", "pytest"),
    ("uv run --with pytest-xdist pytest -n 4", "pytest"),
    ("uv run -m pytest", "pytest"),
    ("uvx pytest", "pytest"),
    ("poetry run pytest", "pytest"),
    ("pdm run pytest", "pytest"),
    ("hatch run pytest", "pytest"),
    ("pipenv run pytest", "pytest"),
    ("coverage run -m pytest -q", "pytest"),
    ("coverage run --branch --source src -m pytest", "pytest"),
    ("python -m coverage run -m pytest", "pytest"),
    ("conda run -n dev pytest", "pytest"),
    (".venv/bin/pytest", "pytest"),
    ("/usr/bin/pytest", "pytest"),
    ("interlock run -- pytest -q", "pytest"),
    ("python -m unittest", "unittest"),
    ("python -m unittest -v", "unittest"),
    ("python -m unittest discover -s tests", "unittest"),
    ("python -m unittest discover", "unittest"),
    ("python manage.py test", "manage.py test"),
    ("./manage.py test", "manage.py test"),
    ("nose2", "nose2"),
    ("tox", "tox"),
    ("tox run-parallel", "tox"),
    ("nox", "nox"),
    ("ruff check", "ruff check"),
    ("ruff check .", "ruff check"),
    ("ruff check src tests", "ruff check"),
    ("ruff format --check .", "ruff format"),
    ("black --check .", "black"),
    ("isort -c .", "isort"),
    ("flake8", "flake8"),
    ("pylint src", "pylint"),
    ("mypy", "mypy"),
    ("mypy src", "mypy"),
    ("mypy --strict .", "mypy"),
    ("pyright", "pyright"),
    ("basedpyright", "basedpyright"),
    ("npx pyright", "pyright"),
    ("ty check", "ty check"),
    ("uvx ty check", "ty check"),
    ("uv sync --frozen", "uv sync"),
    ("uv pip install -e .", "uv pip install"),
    ("pip install -e .", "pip install"),
    ("pip install -r requirements.txt", "pip install"),
    ("pip3 install .", "pip install"),
    ("python -m pip install -e '.[dev]'", "pip install"),
    ("npm test", "npm test"),
    ("npm t", "npm test"),
    ("npm --prefix web test", "npm test"),
    ("npm run test", "npm run test"),
    ("npm run test:unit", "npm run test:unit"),
    ("npm run -s lint", "npm run lint"),
    ("npm run build:prod", "npm run build:prod"),
    ("npm run typecheck", "npm run typecheck"),
    ("npm run type-check", "npm run type-check"),
    ("npm run ci", "npm run ci"),
    ("npm run verify", "npm run verify"),
    ("npm ci", "npm ci"),
    ("pnpm test", "pnpm test"),
    ("pnpm -r test", "pnpm test"),
    ("pnpm lint", "pnpm lint"),
    ("pnpm run build", "pnpm run build"),
    ("pnpm install --frozen-lockfile", "pnpm install"),
    ("yarn test", "yarn test"),
    ("yarn run lint", "yarn run lint"),
    ("yarn build", "yarn build"),
    ("yarn install --immutable", "yarn install"),
    ("bun test", "bun test"),
    ("bun run build", "bun run build"),
    ("jest", "jest"),
    ("npx jest --ci --coverage", "jest"),
    ("npx --yes jest@29", "jest"),
    ("yarn jest", "jest"),
    ("pnpm exec jest", "jest"),
    ("vitest run", "vitest"),
    ("npx vitest run --coverage", "vitest"),
    ("vitest --run", "vitest"),
    ("CI=1 vitest", "vitest"),
    ("vitest --watch=false", "vitest"),
    ("mocha", "mocha"),
    ("npx playwright test", "playwright test"),
    ("cypress run", "cypress run"),
    ("node --test", "node --test"),
    ("ng test --watch=false", "ng test"),
    ("tsc", "tsc"),
    ("npx tsc --noEmit", "tsc"),
    ("tsc -p tsconfig.json", "tsc"),
    ("tsc -b", "tsc"),
    ("eslint .", "eslint"),
    ("eslint src --max-warnings 0", "eslint"),
    ("eslint 'src/**/*.ts'", "eslint"),
    ("biome ci", "biome ci"),
    ("prettier --check .", "prettier"),
    ("turbo run test lint", "turbo run test"),
    ("nx run-many -t test", "nx run-many test"),
    ("deno test", "deno test"),
    ("deno task check", "deno task check"),
    ("go test ./...", "go test"),
    ("go test -race -count=1 ./...", "go test"),
    ("go build ./...", "go build"),
    ("go vet ./...", "go vet"),
    ("golangci-lint run ./...", "golangci-lint run"),
    ("cargo test", "cargo test"),
    ("cargo test --workspace --all-features", "cargo test"),
    ("cargo test -- --nocapture --test-threads=1", "cargo test"),
    ("cargo +nightly test", "cargo test"),
    ("cargo build --release", "cargo build"),
    ("cargo check", "cargo check"),
    ("cargo clippy --all-targets -- -D warnings", "cargo clippy"),
    ("cargo nextest run", "cargo nextest run"),
    ("cargo fmt --check", "cargo fmt"),
    ("make", "make"),
    ("make test", "make test"),
    ("make -j8 check", "make check"),
    ("make -C sub lint", "make lint"),
    ("make VERBOSE=1 build", "make build"),
    ("gmake verify", "make verify"),
    ("just test", "just test"),
    ("task lint", "task lint"),
    ("invoke tests", "invoke tests"),
    ("poe check", "poe check"),
    ("ninja", "ninja"),
    ("ninja -C build", "ninja"),
    ("cmake --build build", "cmake --build"),
    ("ctest --output-on-failure", "ctest"),
    ("meson test", "meson test"),
    ("mvn test", "mvn test"),
    ("mvn -q clean verify", "mvn verify"),
    ("./mvnw install", "mvn install"),
    ("gradle test", "gradle test"),
    ("./gradlew :app:testDebugUnitTest", "gradle :app:testDebugUnitTest"),
    ("gradle check", "gradle check"),
    ("bazel test //...", "bazel test"),
    ("bazelisk build //...", "bazel build"),
    ("dotnet test", "dotnet test"),
    ("dotnet build", "dotnet build"),
    ("phpunit", "phpunit"),
    ("vendor/bin/phpunit", "phpunit"),
    ("composer install", "composer install"),
    ("composer run lint", "composer run lint"),
    ("php artisan test", "artisan test"),
    ("rspec", "rspec"),
    ("bundle exec rspec", "rspec"),
    ("bundle exec rake spec", "rake spec"),
    ("rails test", "rails test"),
    ("mix test", "mix test"),
    ("rebar3 eunit", "rebar3 eunit"),
    ("swift test", "swift test"),
    ("swift build", "swift build"),
    ("flutter test", "flutter test"),
    ("cabal test", "cabal test"),
    ("stack test", "stack test"),
    ("sbt test", "sbt test"),
    ("lein test", "lein test"),
    ("zig build", "zig build"),
]
PARTIAL = [
    ("pytest -k fast", "-k"),
    ("pytest -qk fast", "-k"),
    ("pytest -kfast", "-k"),
    ("pytest -m 'not slow'", "-m"),
    ("pytest --co", "--co"),
    ("pytest --collect-only -q", "--collect-only"),
    ("pytest --lf", "--lf"),
    ("pytest --ff", "--ff"),
    ("pytest --sw", "--sw"),
    ("pytest --deselect tests/test_a.py::test_b", "--deselect"),
    ("pytest --ignore=tests/slow", "--ignore"),
    ("pytest --pyargs pkg", "--pyargs"),
    ("pytest tests/test_a.py", "tests/test_a.py"),
    ("pytest tests", "tests"),
    ("pytest -q tests/test_a.py::test_b -x", "tests/test_a.py::test_b"),
    ("pytest -c other.ini", "-c"),
    ("pytest --noconftest", "--noconftest"),
    ("uv run pytest tests/test_a.py", "tests/test_a.py"),
    ("python -m unittest tests.test_a", "tests.test_a"),
    ("python -m unittest -k one", "-k"),
    ("python -m unittest discover -p 'test_one.py'", "test_one.py"),
    ("python manage.py test app", "app"),
    ("tox -e py311", "-e"),
    ("tox -- -k one", "-k"),
    ("nox -s lint", "-s"),
    ("ruff check a.py", "a.py"),
    ("ruff check --select E .", "--select"),
    ("ruff check --exit-zero .", "--exit-zero"),
    ("mypy src/app.py", "src/app.py"),
    ("mypy -p pkg", "-p"),
    ("eslint src/deep/one.js", "src/deep/one.js"),
    ("black --check a.py b.py", "a.py"),
    ("flake8 --exit-zero", "--exit-zero"),
    ("pre-commit run", "without --all-files"),
    ("pre-commit run ruff --all-files", "ruff"),
    ("pre-commit run --files a.py", "--files"),
    ("npm test -- -t one", "-t"),
    ("npm test -- src/a.test.js", "src/a.test.js"),
    ("npm test --if-present", "--if-present"),
    ("npm test -w web", "-w"),
    ("pnpm --filter web test", "--filter"),
    ("yarn test a.test.js", "a.test.js"),
    ("jest a.test.js", "a.test.js"),
    ("jest -t one", "-t"),
    ("jest --onlyChanged", "--onlyChanged"),
    ("jest --findRelatedTests src/a.js", "--findRelatedTests"),
    ("jest --passWithNoTests", "--passWithNoTests"),
    ("vitest run src/a.test.ts", "src/a.test.ts"),
    ("vitest run --changed", "--changed"),
    ("mocha -g one", "-g"),
    ("playwright test login.spec.ts", "login.spec.ts"),
    ("playwright test --grep one", "--grep"),
    ("go test", "without ./..."),
    ("go test ./pkg", "./pkg"),
    ("go test ./pkg/...", "./pkg/..."),
    ("go test -run TestOne ./...", "-run"),
    ("go test -short ./...", "-short"),
    ("go test -exec true ./...", "-exec"),
    ("cargo test one", "one"),
    ("cargo test --lib", "--lib"),
    ("cargo test -p core", "-p"),
    ("cargo test -- --skip slow", "--skip"),
    ("cargo test --no-run", "--no-run"),
    ("cargo nextest run -E 'test(one)'", "-E"),
    ("make -i test", "-i"),
    ("ctest -R one", "-R"),
    ("mvn -DskipTests package", "-DskipTests"),
    ("mvn -Dtest=One test", "-Dtest"),
    ("mvn -pl core test", "-pl"),
    ("gradle build -x test", "-x"),
    ("gradle test --tests One", "--tests"),
    ("bazel test //core:one", "//core:one"),
    ("dotnet test --filter One", "--filter"),
    ("phpunit tests/OneTest.php", "tests/OneTest.php"),
    ("rspec spec/one_spec.rb", "spec/one_spec.rb"),
    ("mix test test/one_test.exs", "test/one_test.exs"),
    ("swift test --filter One", "--filter"),
]
WRITES = [
    ("ruff check --fix", "ruff check"),
    ("ruff format", "ruff format"),
    ("black .", "black"),
    ("isort .", "isort"),
    ("eslint . --fix", "eslint"),
    ("prettier --write .", "prettier"),
    ("biome check --write", "biome check"),
    ("cargo fmt", "cargo fmt"),
    ("cargo clippy --fix", "cargo clippy"),
    ("gofmt -w .", "gofmt"),
    ("go mod tidy", "go mod tidy"),
    ("golangci-lint run --fix ./...", "golangci-lint run"),
    ("npm run lint:fix", "npm run lint:fix"),
    ("npm run format", "npm run format"),
    ("npm install", "npm install"),
    ("npm install left-pad", "npm install"),
    ("yarn", "yarn install"),
    ("yarn add left-pad", "yarn add"),
    ("make fmt", "make fmt"),
    ("uv sync", "uv sync"),
    ("uv lock", "uv lock"),
    ("pre-commit run --all-files", "pre-commit run"),
    ("pre-commit run -a --show-diff-on-failure", "pre-commit run"),
    ("mix format", "mix format"),
    ("dotnet format", "dotnet format"),
    ("rubocop -A", "rubocop"),
]
NONE = [
    "ls",
    "echo pytest",
    "git commit -m 'run pytest'",
    "grep -rn pytest .",
    "cat pytest.ini",
    "which pytest",
    "command -v pytest",
    "pytest --version",
    "pytest --help",
    "pytest -h",
    "pytest --fixtures",
    "pytest --watch",
    "ptw",
    "pytest-watch",
    "python script.py",
    "python -c 'print(1)'",
    "python manage.py runserver",
    "python manage.py migrate",
    "pip --version",
    "pip list",
    "pip show pytest",
    "pip install --dry-run x",
    "pip download x",
    "uv --version",
    "uv run python script.py",
    "uv tool install ruff",
    "uv pip list",
    "ruff --version",
    "ruff rule E501",
    "ruff check --watch",
    "pre-commit install",
    "pre-commit autoupdate",
    "tox -l",
    "tox list",
    "nox --list",
    "npm run dev",
    "npm start",
    "npm run start:test",
    "npm run test:watch",
    "npm run build -- --watch",
    "npm test -- --watch",
    "npm test -- --watchAll",
    "npm run storybook",
    "npm run",
    "npm --version",
    "npm ls",
    "npm install -g npm",
    "npm install --dry-run",
    "npm run deploy",
    "npm run clean",
    "pnpm dev",
    "pnpm list",
    "yarn dev",
    "yarn --version",
    "yarn start",
    "bun run dev",
    "bun index.ts",
    "npx create-react-app x",
    "npx jest --watch",
    "jest --watchAll",
    "jest --listTests",
    "vitest",
    "npx vitest",
    "vitest watch",
    "vitest dev",
    "vitest list",
    "vitest run --ui",
    "npx playwright show-report",
    "playwright test --ui",
    "playwright test --list",
    "cypress open",
    "tsc -w",
    "tsc --watch",
    "tsc --init",
    "tsc --showConfig",
    "tsc -v",
    "ng serve",
    "ng test",
    "eslint --version",
    "eslint --print-config a.js",
    "mocha --watch",
    "webpack serve",
    "webpack --watch",
    "vite",
    "next dev",
    "go version",
    "go run .",
    "go env",
    "go mod download",
    "go test -list . ./...",
    "cargo run",
    "cargo watch -x test",
    "cargo --version",
    "cargo tree",
    "make serve",
    "make -n test",
    "make clean",
    "make help",
    "make deploy",
    "make watch-test",
    "just",
    "just --list",
    "task --list",
    "rake -T",
    "ctest -N",
    "cmake -S . -B build",
    "ninja -t clean",
    "mvn -version",
    "mvn spring-boot:run",
    "mvn dependency:tree",
    "gradle bootRun",
    "gradle test --continuous",
    "./gradlew tasks",
    "bazel run //x",
    "bazel query //...",
    "dotnet run",
    "dotnet watch test",
    "dotnet --version",
    "composer show",
    "rails server",
    "bundle exec rails console",
    "mix phx.server",
    "swift run",
    "docker compose up",
    "node server.js",
    "node --test --watch",
    "deno run main.ts",
    "sleep 5 # pytest",
]


@pytest.mark.parametrize(("command", "name"), WHOLE)
def test_a_validation_command_is_found(command: str, name: str) -> None:
    """It is found by its name, takes the mutex, is whole, writes no sources, and its status proves it."""
    found = run(command)
    assert (found.name, found.mutex, found.partial, found.writes, found.doubt) == (name, "tests", "", False, "")


@pytest.mark.parametrize(("command", "word"), PARTIAL)
def test_a_part_of_the_suite_is_told(command: str, word: str) -> None:
    """What makes it less than the whole is named by its word."""
    assert run(command).partial == word


@pytest.mark.parametrize(("command", "name"), WRITES)
def test_what_changes_sources_is_told(command: str, name: str) -> None:
    """A fixer, a formatter, an installer that writes its lock file."""
    found = run(command)
    assert (found.name, found.writes) == (name, True)


@pytest.mark.parametrize("command", NONE)
def test_anything_else_is_none(command: str) -> None:
    """Watchers, servers, lists, help texts, and what only speaks of a validation command."""
    assert runs(command) == ()


@pytest.mark.parametrize(
    ("command", "mutex"),
    [("ruff check a.py", ""), ("ruff format a.py b.py", ""), ("mypy src/app.py", ""),
     ("eslint src/deep/one.js", ""),
     ("ruff check a.py src", "tests"), ("ruff check", "tests"), ("pytest tests/test_a.py", "tests")],
)  # fmt: skip
def test_who_looks_at_named_files_alone_waits_for_nobody(command: str, mutex: str) -> None:
    """A linter on files that it names needs no mutex; a folder, and tests of any kind, do."""
    assert run(command).mutex == mutex


@pytest.mark.parametrize(
    ("command", "runner"),
    [("pytest -q", "pytest"), ("npx jest", "jest"), ("go test ./...", "go"), ("cargo test", "cargo"),
     ("vitest run", "vitest"), ("python -m unittest", "unittest"), ("npm test", ""), ("ruff check", ""),
     ("go vet ./...", ""), ("tox", "")],
)  # fmt: skip
def test_whose_counts_can_be_read(command: str, runner: str) -> None:
    """The runner is told where its closing line is known."""
    assert run(command).runner == runner


@pytest.mark.parametrize(
    ("command", "words", "spelled"),
    [
        ("pytest -q", "pytest -q", "pytest -q"),
        ("python -m pytest -q", "pytest -q", "python -m pytest -q"),
        ("python -X dev -m pytest -q", "pytest -q", "python -X dev -m pytest -q"),
        ("uv run pytest -q", "pytest -q", "uv run pytest -q"),
        ("uv run --with x python -m pytest", "pytest", "uv run --with x python -m pytest"),
        (".venv/bin/python -m pytest", "pytest", ".venv/bin/python -m pytest"),
        (".venv/bin/pytest", "pytest", ".venv/bin/pytest"),
        ("timeout 60 nice -n 5 pytest -x", "pytest -x", "pytest -x"),
        ("FOO=1 env BAR=2 pytest", "pytest", "pytest"),
        ("npx jest --ci", "jest --ci", "npx jest --ci"),
        ("coverage run -m pytest -q", "pytest -q", "coverage run -m pytest -q"),
        ("cargo +nightly test", "cargo +nightly test", "cargo +nightly test"),
        ("npm run lint", "npm run lint", "npm run lint"),
        ("bash -c 'pytest -q'", "pytest -q", "pytest -q"),
        ("x='-q -x'; pytest $x", "pytest -q -x", "pytest -q -x"),
    ],
)
def test_words_and_spelling(command: str, words: str, spelled: str) -> None:
    """The words are those of the tool, as bash makes them; the spelling has the runner that chose it."""
    found = run(command)
    assert (" ".join(found.words), " ".join(found.spelled)) == (words, spelled)


OWN = (Added("our check", ("scripts/check", "--all")), Added("shards", ("pytest", "-n"), "database", True))


@pytest.mark.parametrize(
    ("command", "name", "mutex", "writes"),
    [
        ("scripts/check --all", "our check", "tests", False),
        ("./scripts/check --all -v", "our check", "tests", False),
        ("cd src && bash scripts/check --all", "our check", "tests", False),
        ("pytest -n 4", "shards", "database", True),
        ("uv run pytest -n 4", "shards", "database", True),
        ("pytest -q", "pytest", "tests", False),
    ],
)
def test_the_config_adds_and_overrides(command: str, name: str, mutex: str, writes: bool) -> None:
    """A command that begins with the words of the config's is that one."""
    (found,) = runs(command, added=OWN)
    assert (found.name, found.mutex, found.writes, found.doubt) == (name, mutex, writes, "")
    assert may_validate(command, OWN)


@pytest.mark.parametrize(
    "command", ["scripts/check", "scripts/check --all --help", "scripts/other --all", "check --all"]
)
def test_the_configs_words_must_all_be_there(command: str) -> None:
    """Less than its words, its help text, or another program is none."""
    assert runs(command, added=OWN) == ()


def test_the_cheap_questions_names_are_the_tables() -> None:
    """Each program of the table is a name of the cheap question, but interpreters, whose scripts are."""
    assert programs() - INTERPRETED == NAMES - {"--test"}


@pytest.mark.parametrize("command", [command for command, *_ in [*WHOLE, *PARTIAL, *WRITES]])
def test_the_cheap_question_says_yes(command: str) -> None:
    """It never says no to what reading finds."""
    assert may_validate(command)


@pytest.mark.parametrize(
    "command", ["ls -la", "git status", "cat src/app.py | head", "python x.py", "npx create-x", ""]
)
def test_the_cheap_question_says_no(command: str) -> None:
    """It says no to everyday commands."""
    assert not may_validate(command)
