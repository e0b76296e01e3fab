"""Rows of the table: JavaScript and TypeScript."""

from interlock.shell.validations.row import FILES, FREE, PART, Row

_JEST = "-t --testNamePattern -c --config -w --maxWorkers --shard --testTimeout --reporters --coverageDirectory --env --seed --project --selectProjects --changedSince --rootDir --testPathPattern --testPathPatterns --testPathIgnorePatterns --outputFile --coverageReporters --collectCoverageFrom --filter --globalSetup"
_JEST_PART = "-t --testNamePattern -o --onlyChanged --onlyFailures -f --findRelatedTests --lastCommit --changedSince --shard --selectProjects --ignoreProjects --testPathPattern --testPathPatterns --testPathIgnorePatterns --runTestsByPath --passWithNoTests --filter -c --config --rootDir --roots --project -u --updateSnapshot"
_VITEST_PART = "-t --testNamePattern --changed --shard --project --dir -r --root -c --config --passWithNoTests --exclude --standalone --dangerouslyIgnoreUnhandledErrors -u --update --related"
ROWS = {
    # JavaScript: tests
    "jest": Row(PART, _JEST_PART, _JEST, "-v -h --listTests --showConfig --init --clearCache", runner="jest"),
    "vitest run": Row(PART, _VITEST_PART, f"{_JEST} -r --root --dir --pool --reporter --environment --exclude", "-v -h --ui", runner="vitest"),
    "mocha": Row(PART, "-g --grep -f --fgrep -i --invert --dry-run --ignore --exclude --config --pass-on-failing-test-suite", "-g --grep -f --fgrep -r --require -R --reporter -t --timeout --config --spec --ui -u --ignore --exclude --file", "-w --watch -V -h --list-reporters --list-interfaces"),
    "ava": Row(PART, "-m --match", "-m --match -c --concurrency --config -T", "-w --watch -h"),
    "tap": Row(PART),
    "jasmine": Row(PART, "--filter"),
    "karma start": Row(),
    "cypress run": Row(PART, "-s --spec", "-s --spec -b --browser -c --config -C --config-file -e --env -P --project -r --reporter", "-h"),
    "playwright test": Row(PART, "-g --grep --grep-invert --project --last-failed --only-changed --shard --pass-with-no-tests -c --config -u --update-snapshots", "-g --grep -gv --grep-invert --project --shard --only-changed -c --config -j --workers --reporter --retries --timeout --output --max-failures --repeat-each --trace --browser", "--list --ui --debug -h"),
    "elm-test": Row(PART, never="--watch"),
    "ng test": Row(),
    "ng build": Row(never="--watch"),
    "ng lint": Row(writes="--fix"),
    # JavaScript: checks
    "tsc": Row(FILES, "--noCheck", "-p --project --outDir -t --target -m --module --rootDir --lib --jsx --types --moduleResolution --tsBuildInfoFile", "-w --watch --init --showConfig --listFilesOnly --all -v -h"),
    "vue-tsc": Row(FILES, "", "-p --project --outDir", "-w --watch -v"),
    "svelte-check": Row(FREE, "--ignore --threshold --no-tsconfig", "--tsconfig --workspace --output --ignore --threshold"),
    "eslint": Row(FILES, "--no-config-lookup --no-eslintrc --pass-on-no-patterns --no-error-on-unmatched-pattern --ignore-pattern --stdin", "-c --config --ext --ignore-path --ignore-pattern --rule --plugin -f --format -o --output-file --max-warnings --parser --parser-options --env --global --fix-type --cache-location --rulesdir --resolve-plugins-relative-to", "-v -h --print-config --init --env-info", "--fix", "--fix-dry-run"),
    "biome check": Row(FILES, "--changed --staged --only --skip --no-errors-on-unmatched", "--config-path --log-level --max-diagnostics --colors --reporter --only --skip", "-h", "--write --fix --apply --apply-unsafe"),
    "biome lint": Row(FILES, "--changed --staged --only --skip --no-errors-on-unmatched", "--config-path --log-level --max-diagnostics --colors --reporter --only --skip", "-h", "--write --fix --apply --apply-unsafe"),
    "biome format": Row(FILES, "--changed --staged", "--config-path --log-level", "-h", "--write --fix"),
    "biome ci": Row(FILES, "--changed"),
    "prettier": Row(FILES, "-u --no-error-on-unmatched-pattern", "--config --ignore-path --parser --plugin --log-level --stdin-filepath", "-v -h --stdin-filepath --find-config-path --file-info --support-info", "-w --write"),
    "stylelint": Row(FILES, "--allow-empty-input", "-c --config -f --formatter -o --output-file --ignore-path --max-warnings", "-v -h --print-config", "--fix"),
    "oxlint": Row(FILES, "-A --allow", "-c --config -f --format -A -D -W --tsconfig --ignore-path --max-warnings", "-h -V --rules --init", "--fix --fix-suggestions --fix-dangerously"),
    "standard": Row(FILES, writes="--fix"),
    "xo": Row(FILES, writes="--fix"),
    "webpack": Row(never="serve s watch w -w --watch -h info"),
}  # fmt: skip
