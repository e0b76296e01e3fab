"""The table of validation commands: a line each, by the words that they begin with.

A new command is a line in ``ROWS`` and, if its program is new, a word in ``validations.NAMES``; one that a project
has of its own is a table in its config. Programs that need more than a line are in ``ways``.
"""

from interlock.words.value import Value

FREE, PART, FILES, DOTS = "", "part", "files", "dots"
"""What operands mean. FREE: nothing. PART: each names a part of the whole. FILES: a file is a part, a folder is
not, and a command that names files alone needs no mutex. DOTS: all but ``./...`` are a part, and none at all."""
ALWAYS = "*"


class Row(Value):
    """All but ``operands`` and ``runner`` are options, blank-separated. ``writes``: those that make it change
    sources, ALWAYS if it does without; ``looks``: those that keep it from that. ``never``: it is none with them
    (a list, a watcher). ``partial``: it is a part of the suite, or its status says less. ``valued``: they take a
    value. ``runner``: whose counts can be read. ``single``: long options begin with one dash. ``on``: what stands
    behind ``--`` has options, too."""

    __slots__ = ("looks", "never", "on", "operands", "partial", "runner", "single", "valued", "writes")

    def __init__(
        self,
        operands: str = FREE,
        partial: str = "",
        valued: str = "",
        never: str = "",
        writes: str = "",
        looks: str = "",
        runner: str = "",
        single: bool = False,
        on: bool = False,
    ) -> None:
        self.operands = operands
        self.partial = partial
        self.valued = valued
        self.never = never
        self.writes = writes
        self.looks = looks
        self.runner = runner
        self.single = single
        self.on = on


_GO = "-timeout -tags -count -cpu -p -parallel -coverprofile -covermode -coverpkg -o -mod -modfile -ldflags -gcflags -vet -benchtime -shuffle -C -asmflags -pkgdir -fuzztime -outputdir -cpuprofile -memprofile -bench -run -skip -exec -toolexec -overlay -fuzz -list"
_CARGO = "-p --package --features -F --target --target-dir --manifest-path --profile -j --jobs --message-format --color --config -Z --exclude --test --bin --example --bench"
_CARGO_PART = "-p --package --exclude --lib --bin --bins --test --example --examples --bench --doc --no-run --manifest-path --config"
_JEST = "-t --testNamePattern -c --config -w --maxWorkers --shard --testTimeout --reporters --coverageDirectory --env --seed --project --selectProjects --changedSince --rootDir --testPathPattern --testPathPatterns --testPathIgnorePatterns --outputFile --coverageReporters --collectCoverageFrom --filter --globalSetup"
_JEST_PART = "-t --testNamePattern -o --onlyChanged --onlyFailures -f --findRelatedTests --lastCommit --changedSince --shard --selectProjects --ignoreProjects --testPathPattern --testPathPatterns --testPathIgnorePatterns --runTestsByPath --passWithNoTests --filter -c --config --rootDir --roots --project -u --updateSnapshot"
_VITEST_PART = "-t --testNamePattern --changed --shard --project --dir -r --root -c --config --passWithNoTests --exclude --standalone --dangerouslyIgnoreUnhandledErrors -u --update --related"
_PYTEST = "-k -m -n --numprocesses -p -c --config-file -o --override-ini -W --pythonwarnings --tb --maxfail --durations --durations-min --cov-config --cov-report --cov-fail-under --junitxml --junit-xml --junit-prefix --basetemp --rootdir --confcutdir --deselect --ignore --ignore-glob --import-mode --timeout --dist --maxprocesses --color --capture --show-capture --log-level --log-cli-level --log-file --log-format --verbosity --ds --dc --reruns --reruns-delay --count --randomly-seed --hypothesis-seed --hypothesis-profile --html --splits --group --last-failed-no-failures --lfnf --asyncio-mode --benchmark-json -r"
_PYTEST_PART = "-k -m --co --collect-only --collectonly --lf --last-failed --ff --failed-first --nf --new-first --sw --stepwise --sw-skip --stepwise-skip --deselect --ignore --ignore-glob --pyargs -c --config-file --noconftest --confcutdir --rootdir --setup-only --setup-plan --splits --group --testmon --picked --suppress-no-test-exit-code"
_PYLIKE = "--config --config-file --exclude --cache-dir -n -j --jobs --python-version --python-executable --platform --output-format --select --ignore"

ROWS = {
    # Python: tests
    "pytest": Row(PART, _PYTEST_PART, _PYTEST, "-h -V --fixtures --fixtures-per-test --markers --cache-show --looponfail -f", runner="pytest"),
    "nose2": Row(PART, "-s --start-dir", "-s -c --plugin --log-level"),
    "tox": Row(PART, "-e -f -m --notest -n --skip-env --sdistonly --pkg-only -b", "-e -c -f -m -x --conf --workdir --root -p --parallel --result-json --skip-env", "-l -a --listenvs --listenvs-all --showconfig --devenv -h", on=True),
    "nox": Row(PART, "-s --session --sessions -e -k --keywords -t --tags -p --pythons -R --install-only", "-s --session --sessions -e -k -t --tags -p -f --noxfile --default-venv-backend -db", "-l --list --list-sessions -h", on=True),
    "robot": Row(PART, "-t --test -s --suite -i --include -e --exclude --dryrun --nostatusrc -R --rerunfailed", "-t --test -s -i -e -d -v -V -o -l -r -L -x"),
    "behave": Row(PART, "-n --name -t --tags -i --include -e --exclude -d --dry-run --wip -w", "-n -t -i -e -f -o -D --tags"),
    "maturin develop": Row(), "maturin build": Row(),
    # Python: checks
    "ruff check": Row(FILES, "--select --ignore --exclude --exit-zero -e --isolated --stdin-filename", f"{_PYLIKE} --extend-select --extend-ignore --extend-exclude --target-version -o --output-file --fixable --unfixable --line-length --stdin-filename --extension", "-w --watch --show-files --show-settings -h", "--fix --fix-only --add-noqa", "--diff --no-fix"),
    "ruff format": Row(FILES, "--exclude --isolated --stdin-filename --range", f"{_PYLIKE} --line-length --target-version --range --stdin-filename --extension", "-h", ALWAYS, "--check --diff"),
    "black": Row(FILES, "--exclude --force-exclude --include", "-l --line-length -t --target-version -W --workers --config --include --exclude --extend-exclude --force-exclude --stdin-filename --required-version --line-ranges", "-h -c --code", ALWAYS, "--check --diff"),
    "isort": Row(FILES, "", "--profile -l --line-length --settings-path --sp --skip --src -p", "-V -h --show-config --show-settings --show-files", ALWAYS, "-c --check --check-only -d --diff"),
    "flake8": Row(FILES, "--exit-zero --select --ignore --exclude --isolated", f"{_PYLIKE} --max-line-length --extend-ignore --format --max-complexity --per-file-ignores --extend-exclude", "-h"),
    "pylint": Row(FILES, "--exit-zero --disable -d --enable -e --errors-only -E", "--rcfile --disable -d --enable -e -j --output-format -f --fail-under --load-plugins --ignore", "-h --list-msgs"),
    "bandit": Row(FILES, "--exit-zero", "-c -f -o -s -t -x -b -l -i", "-h"),
    "mypy": Row(FILES, "-m --module -p --package -c --command --exclude --follow-imports", f"{_PYLIKE} -m --module -p --package -c --command --follow-imports --shadow-file --junit-xml --cobertura-xml-report --custom-typeshed-dir", "-V -h"),
    "dmypy run": Row(FILES, on=True), "dmypy check": Row(FILES),
    "pyright": Row(FILES, "--verifytypes --level", "-p --project --pythonpath --pythonversion --pythonplatform -v --venvpath --venv-path --level --verifytypes --threads -t", "-w --watch -h --createstub"),
    "ty check": Row(FILES, "--exit-zero --exclude --ignore", "--python --project --config -c --config-file --python-version --output-format --exclude --error --warn --ignore --extra-search-path", "-W --watch -h"),
    "pyre check": Row(), "pyre": Row(), "pytype": Row(FILES, "", "-j --config -d --disable -P -o"),
    # Python: what is installed
    "pip install": Row(valued="-r -c -e -i --index-url -t --target --extra-index-url -f", never="--dry-run -t --target -h"),
    "pip uninstall": Row(), "pip-sync": Row(never="-n --dry-run -h"),
    "uv sync": Row(never="--dry-run -h", writes=ALWAYS, looks="--locked --frozen --check"), "uv lock": Row(never="--dry-run -h", writes=ALWAYS, looks="--check --locked"),
    "uv add": Row(writes=ALWAYS), "uv remove": Row(writes=ALWAYS), "uv build": Row(),
    "uv pip install": Row(never="--dry-run -h"), "uv pip sync": Row(never="--dry-run -h"), "uv pip uninstall": Row(),
    "poetry install": Row(never="--dry-run -h"), "poetry update": Row(never="--dry-run -h", writes=ALWAYS), "poetry lock": Row(writes=ALWAYS), "poetry add": Row(never="--dry-run", writes=ALWAYS),
    "poetry remove": Row(never="--dry-run", writes=ALWAYS), "poetry sync": Row(never="--dry-run"), "poetry build": Row(),
    "pdm install": Row(), "pdm sync": Row(), "pdm update": Row(writes=ALWAYS), "pdm lock": Row(writes=ALWAYS), "pdm add": Row(writes=ALWAYS), "pdm remove": Row(writes=ALWAYS), "pdm build": Row(),
    "pipenv install": Row(writes=ALWAYS, looks="--deploy --ignore-pipfile"), "pipenv sync": Row(), "pipenv update": Row(writes=ALWAYS),
    "rye sync": Row(writes=ALWAYS), "rye test": Row(on=True), "rye lint": Row(FILES), "rye build": Row(), "hatch test": Row(PART), "hatch build": Row(), "hatch fmt": Row(FILES, writes=ALWAYS, looks="--check"),
    # JavaScript: tests
    "jest": Row(PART, _JEST_PART, _JEST, "-v -h --listTests --showConfig --init --clearCache", runner="jest"),
    "vitest run": Row(PART, _VITEST_PART, f"{_JEST} -r --root --dir --pool --reporter --environment --exclude", "-v -h --ui"),
    "mocha": Row(PART, "-g --grep -f --fgrep -i --invert --dry-run --ignore --exclude --config --pass-on-failing-test-suite", "-g --grep -f --fgrep -r --require -R --reporter -t --timeout --config --spec --ui -u --ignore --exclude --file", "-w --watch -V -h --list-reporters --list-interfaces"),
    "ava": Row(PART, "-m --match", "-m --match -c --concurrency --config -T", "-w --watch -h"), "tap": Row(PART), "jasmine": Row(PART, "--filter"), "karma start": Row(),
    "cypress run": Row(PART, "-s --spec", "-s --spec -b --browser -c --config -C --config-file -e --env -P --project -r --reporter", "-h"),
    "playwright test": Row(PART, "-g --grep --grep-invert --project --last-failed --only-changed --shard --pass-with-no-tests -c --config -u --update-snapshots", "-g --grep -gv --grep-invert --project --shard --only-changed -c --config -j --workers --reporter --retries --timeout --output --max-failures --repeat-each --trace --browser", "--list --ui --debug -h"),
    "elm-test": Row(PART, never="--watch"), "ng test": Row(), "ng build": Row(never="--watch"), "ng lint": Row(writes="--fix"),
    # JavaScript: checks
    "tsc": Row(FILES, "--noCheck", "-p --project --outDir -t --target -m --module --rootDir --lib --jsx --types --moduleResolution --tsBuildInfoFile", "-w --watch --init --showConfig --listFilesOnly --all -v -h"),
    "vue-tsc": Row(FILES, "", "-p --project --outDir", "-w --watch -v"), "svelte-check": Row(FREE, "--ignore --threshold --no-tsconfig", "--tsconfig --workspace --output --ignore --threshold"),
    "eslint": Row(FILES, "--no-config-lookup --no-eslintrc --pass-on-no-patterns --no-error-on-unmatched-pattern --ignore-pattern --stdin", "-c --config --ext --ignore-path --ignore-pattern --rule --plugin -f --format -o --output-file --max-warnings --parser --parser-options --env --global --fix-type --cache-location --rulesdir --resolve-plugins-relative-to", "-v -h --print-config --init --env-info", "--fix", "--fix-dry-run"),
    "biome check": Row(FILES, "--changed --staged --only --skip --no-errors-on-unmatched", "--config-path --log-level --max-diagnostics --colors --reporter --only --skip", "-h", "--write --fix --apply --apply-unsafe"),
    "biome lint": Row(FILES, "--changed --staged --only --skip --no-errors-on-unmatched", "--config-path --log-level --max-diagnostics --colors --reporter --only --skip", "-h", "--write --fix --apply --apply-unsafe"),
    "biome format": Row(FILES, "--changed --staged", "--config-path --log-level", "-h", "--write --fix"), "biome ci": Row(FILES, "--changed"),
    "prettier": Row(FILES, "-u --no-error-on-unmatched-pattern", "--config --ignore-path --parser --plugin --log-level --stdin-filepath", "-v -h --stdin-filepath --find-config-path --file-info --support-info", "-w --write"),
    "stylelint": Row(FILES, "--allow-empty-input", "-c --config -f --formatter -o --output-file --ignore-path --max-warnings", "-v -h --print-config", "--fix"),
    "oxlint": Row(FILES, "-A --allow", "-c --config -f --format -A -D -W --tsconfig --ignore-path --max-warnings", "-h -V --rules --init", "--fix --fix-suggestions --fix-dangerously"),
    "standard": Row(FILES, writes="--fix"), "xo": Row(FILES, writes="--fix"), "webpack": Row(never="serve s watch w -w --watch -h info"),
    # Go
    "go test": Row(DOTS, "-run -skip -short -c -exec -toolexec -overlay -fuzz -args", _GO, "-list -n -h", runner="go", single=True),
    "go build": Row(DOTS, "-toolexec -overlay", _GO, "-n -h", single=True), "go vet": Row(DOTS, "-vettool", f"{_GO} -vettool -c", "-n -h", single=True), "go install": Row(DOTS, "", _GO, "-n -h", single=True),
    "go generate": Row(DOTS, "-run -skip", _GO, "-n -h", ALWAYS, single=True), "go fmt": Row(DOTS, "", _GO, "-h", ALWAYS, "-n", single=True), "go fix": Row(DOTS, "", _GO, "-h", ALWAYS, "-diff", single=True), "go mod tidy": Row(FREE, "", _GO, "-h", ALWAYS, "-diff", single=True),
    "gotestsum": Row(DOTS, "--rerun-fails -run -short", f"-f --format --junitfile --jsonfile --packages {_GO}", "-h --watch --list", on=True), "ginkgo": Row(DOTS, "--focus --skip --label-filter --focus-file --dry-run", "--focus --skip --label-filter --procs", "watch generate bootstrap -h"),
    "gofmt": Row(FILES, "", "-r", "-h", "-w", "-d", single=True), "golangci-lint run": Row(DOTS, "--new --new-from-rev -D --disable --issues-exit-code --tests", "-c --config -E --enable -D --disable --timeout --out-format -p --presets --new-from-rev -j --concurrency --build-tags --issues-exit-code", "-h", "--fix"), "staticcheck": Row(DOTS, "-checks", "-checks -f -go -tags", "-h", single=True),
    # Rust
    "cargo test": Row(PART, f"{_CARGO_PART} --skip --ignored --exact --list", f"{_CARGO} --test-threads --skip --format --logfile", "-h", runner="cargo", on=True), "cargo nextest": Row(PART, f"{_CARGO_PART} -E --filterset -P --partition --no-tests", f"{_CARGO} -E --filterset -P --partition --no-tests --retries", "-h list show-config archive self"),
    "cargo build": Row(PART, "", _CARGO, "-h --build-plan"), "cargo check": Row(PART, "-p --package --exclude --manifest-path", _CARGO, "-h"), "cargo clippy": Row(PART, "-p --package --exclude --manifest-path --no-deps -A --cap-lints", f"{_CARGO} -A -D -W -F --cap-lints", "-h", "--fix", on=True),
    "cargo bench": Row(PART, _CARGO_PART, _CARGO, "-h", on=True), "cargo doc": Row(valued=_CARGO, never="-h"), "cargo fmt": Row(FREE, "-p --package --manifest-path", _CARGO, "-h", ALWAYS, "--check --dry-run", on=True), "cargo fix": Row(FREE, "", _CARGO, "-h", ALWAYS),
    "cargo update": Row(never="--dry-run -n -h", writes=ALWAYS), "cargo llvm-cov": Row(PART, _CARGO_PART, _CARGO, "-h"), "cargo tarpaulin": Row(valued=_CARGO, never="-h"), "cargo hack": Row(valued=_CARGO, never="-h"), "cargo miri": Row(valued=_CARGO, never="-h setup"), "cargo install": Row(never="-h --list"),
    "rustfmt": Row(FILES, "", "--config --config-path --edition --emit", "-h --print-config", ALWAYS, "--check"),
    # JVM
    "lein test": Row(PART, ":only"), "sbt": Row(), "ktlint": Row(FILES, writes="-F --format", valued="-R --reporter"), "detekt": Row(writes="-ac --auto-correct"),
    # C, C++ and builds of several languages
    "ctest": Row(FREE, "-R --tests-regex -E --exclude-regex -L --label-regex -LE --label-exclude -I --tests-information --rerun-failed --no-tests", "-R -E -L -LE -I -j --parallel -C --build-config --test-dir --timeout -S -D", "-N --show-only --print-labels -h"),
    "bazel test": Row(DOTS, "--test_filter --test_tag_filters --nobuild", "", "-h"), "bazel build": Row(DOTS, "--nobuild", "", "-h"), "bazel coverage": Row(DOTS, "--test_filter", "", "-h"), "buck2 test": Row(DOTS), "buck2 build": Row(DOTS),
    "meson test": Row(PART, "--suite --no-suite --list", "-C -j --num-processes --suite --no-suite -t --repeat --wrapper", "-h"), "meson compile": Row(PART, "", "-C -j"), "zig test": Row(PART, "--test-filter", "--test-filter"), "zig build": Row(), "scons": Row(never="-n -h -c"), "xcodebuild": Row(FREE, "-only-testing -skip-testing", never="-list -version -showsdks -showBuildSettings -help"),
    "dub test": Row(), "dub build": Row(), "swift test": Row(FREE, "--filter --skip -s --specifier", "--filter --skip", "-h -l --list-tests list"), "swift build": Row(FREE, "--target --product", "--target --product -c --configuration", "-h --show-bin-path"), "swiftlint": Row(FREE, never="rules version docs", writes="--fix --autocorrect"),
    # .NET
    "dotnet test": Row(FREE, "--filter", "--filter -c -f -l --logger -o -r --settings -s -v", "-t --list-tests -h -?"), "dotnet build": Row(never="-h -?"), "dotnet restore": Row(), "dotnet publish": Row(), "dotnet pack": Row(), "dotnet format": Row(FREE, "--include --exclude --diagnostics", "--include --exclude --diagnostics --severity -v", "-h", ALWAYS, "--verify-no-changes"),
    # PHP
    "phpunit": Row(PART, "--filter --group --exclude-group --testsuite --exclude-testsuite --covers --uses -c --configuration --no-configuration", "--filter --group --exclude-group --testsuite -c --configuration --log-junit --bootstrap --order-by --coverage-html --coverage-clover --cache-directory", "-h --list-tests --list-groups --list-suites --generate-configuration --migrate-configuration"),
    "pest": Row(PART, "--filter --group --testsuite --dirty", "--filter --group --testsuite -c", "-h --list-tests --init"), "paratest": Row(PART, "--filter --group --testsuite", "-p -c --filter --group --testsuite"), "codeception run": Row(PART), "phpstan analyse": Row(FILES, "--generate-baseline -b", "-c --configuration -l --level --memory-limit -a"), "phpstan analyze": Row(FILES, "--generate-baseline -b", "-c --configuration -l --level --memory-limit"), "phpstan": Row(never="* -h"), "psalm": Row(FILES, "--set-baseline", "-c --threads", writes="--alter"), "phpcs": Row(FILES, "", "--standard --extensions --ignore"),
    "composer install": Row(never="--dry-run"), "composer update": Row(never="--dry-run", writes=ALWAYS), "composer require": Row(never="--dry-run", writes=ALWAYS), "composer remove": Row(never="--dry-run", writes=ALWAYS), "artisan test": Row(PART, "--filter --group --testsuite", "--filter --group --testsuite"),
    # Ruby
    "rspec": Row(PART, "-e --example -E -t --tag --only-failures --next-failure -n --dry-run -P --pattern", "-e --example -E -t --tag -r -I -f --format -o --out -P --pattern --seed --order", "-v -h --init"), "rails test": Row(PART, "-n --name -e"), "cucumber": Row(PART, "-t --tags -n --name -d --dry-run"), "rubocop": Row(FILES, "--only --except --fail-level", "-c --config --only --except -f --format -o --out -r --require --fail-level", "-v -V -h -L --list-target-files --show-cops", "-a -A --autocorrect --autocorrect-all --auto-correct --auto-correct-all -x --auto-gen-config"), "brakeman": Row(),
    "bundle install": Row(writes=ALWAYS, looks="--frozen --deployment"), "bundle update": Row(writes=ALWAYS), "bundle add": Row(writes=ALWAYS), "sorbet tc": Row(),
    # Elixir, Erlang, Haskell, Dart, Elm, Deno
    "mix test": Row(PART, "--only --exclude --include --stale --failed --partitions", "--only --exclude --include --seed --max-failures --partitions --formatter"), "mix compile": Row(), "mix credo": Row(), "mix dialyzer": Row(), "mix format": Row(FILES, "", "", "", ALWAYS, "--check-formatted --dry-run"), "mix deps.get": Row(), "mix check": Row(), "rebar3 ct": Row(FREE, "--suite --case --group"), "rebar3 eunit": Row(FREE, "--module --app"), "rebar3 compile": Row(), "rebar3 dialyzer": Row(),
    "cabal test": Row(PART), "cabal build": Row(PART), "stack test": Row(PART), "stack build": Row(PART), "dart test": Row(PART, "-n --name -N -t --tags -x", "-n --name -N -t --tags -x -r -j"), "dart analyze": Row(FILES), "dart format": Row(FILES, "", "-l -o --output", "", ALWAYS, ""), "dart pub": Row(never="deps outdated token publish"), "flutter test": Row(PART, "--name --plain-name -t --tags", "--name --plain-name -t --tags"), "flutter analyze": Row(FILES), "flutter build": Row(), "flutter pub": Row(never="deps outdated"), "gleam test": Row(), "gleam check": Row(), "gleam build": Row(), "gleam format": Row(FILES, writes=ALWAYS, looks="--check"),
    "deno test": Row(PART, "--filter --no-run --permit-no-files", "--filter -c --config --reporter"), "deno check": Row(FILES), "deno lint": Row(FILES, writes="--fix"), "deno fmt": Row(FILES, writes=ALWAYS, looks="--check"), "bun test": Row(PART, "-t --test-name-pattern --only --todo", "-t --test-name-pattern --timeout --preload -r --rerun-each"),
    # Shell, Perl, hooks
    "bats": Row(PART, "-f --filter --filter-tags --filter-status", "-f --filter --filter-tags -j --jobs -F", "-c --count -h -v"), "shellspec": Row(PART, "-e --example -t --tag"), "prove": Row(PART, "", "-I -j -e -P"), "lefthook run": Row(FREE, writes=ALWAYS), "trunk check": Row(FILES, "--filter --sample", writes="--fix -y"), "trunk fmt": Row(FILES, writes=ALWAYS), "earthly": Row(),
}  # fmt: skip
VALUED = {
    # options with a value that stand before the verb
    "cargo": "--config -Z -C --color --manifest-path", "go": "-C", "uv": "--directory --project --config-file --color --cache-dir", "pip": "--python --cache-dir --log",
    "poetry": "-C --directory -P --project", "npm": "--prefix -C -w --workspace --loglevel --registry --cache --userconfig", "pnpm": "-C --dir -F --filter --loglevel",
    "yarn": "--cwd --modules-folder", "bun": "--cwd -r --preload --env-file", "make": "-C --directory -f --file --makefile -I --include-dir -o --old-file -W -l", "mvn": "-f --file -pl --projects -rf -s --settings -gs -T --threads -P -D -b -l --log-file",
    "gradle": "-p --project-dir -b -c -I --init-script -g -x --exclude-task --max-workers --tests --console --warning-mode --include-build", "just": "-f --justfile -d --working-directory --set --shell --dotenv-path", "task": "-t --taskfile -d --dir -o --output -C --concurrency", "ninja": "-C -f -j -k -l -t -d -w",
    "bazel": "--bazelrc --output_base --output_user_root", "composer": "-d --working-dir", "hatch": "-e --env -p --project -c", "pdm": "-p --project -c --config", "mise": "-C --cd -E --env", "turbo": "-F --filter --cwd --concurrency --team --token", "nx": "-t --target --targets -p --projects --base --head --parallel --exclude -c", "rake": "-f --rakefile -I -r -C --directory",
}  # fmt: skip
ALIASES = {
    "py.test": "pytest", "gmake": "make", "mvnw": "mvn", "mvnd": "mvn", "gradlew": "gradle", "bazelisk": "bazel", "inv": "invoke", "pre_commit": "pre-commit",
    "prek": "pre-commit", "basedpyright": "pyright", "yarnpkg": "yarn", "nodejs": "node",
}  # fmt: skip
"""Programs that are another by a different name."""
