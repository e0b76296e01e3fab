"""Formatters and fixers: given files they write these, given folders or nothing all below.

A line for each in ``_TABLE``: the words that make it write ("" if it always does), those that make it only look,
options with a value, words before the files.
"""

from interlock.shell.programs.options import options
from interlock.shell.sink import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

_C = "-c --config"
_TABLE = {
    # name: (writes with, only looks with, options with a value)
    "ruff format": ("", "--check --diff --stdin-filename", "--config --line-length --exclude --target-version --cache-dir --range"),
    "ruff check": ("--fix --fix-only --unsafe-fixes --add-noqa", "--diff --no-fix", "--config --select --ignore --extend-select --extend-ignore --exclude --output-format --target-version --cache-dir -o --output-file --fixable --unfixable --line-length --per-file-ignores"),
    "ruff": ("--fix", "--diff", "--select --ignore --config"),
    "black": ("", "--check --diff -c --code", "-l --line-length -t --target-version --include --exclude --extend-exclude --force-exclude --config -W --workers --required-version --stdin-filename --line-ranges"),
    "isort": ("", "--check --check-only -c --diff", "-l --line-length --profile --sp --settings-path --settings-file -p --src -s --skip --sg --skip-glob -m --multi-line -j --jobs --py"),
    "autopep8": ("-i --in-place", "-d --diff", "--max-line-length --select --ignore --exclude -j --jobs -p --global-config"),
    "yapf": ("-i --in-place", "-d --diff", "--style -e --exclude -l --lines"),
    "autoflake": ("-i --in-place", "-c --check --check-diff -s --stdout", "--imports --exclude --config -j --jobs"),
    "pyupgrade": ("", "", ""),
    "docformatter": ("-i --in-place", "-c --check", "--wrap-summaries --wrap-descriptions --config -e --exclude --black"),
    "usort format": ("", "", ""),
    "pyink": ("", "--check --diff", "-l --line-length"),
    "blue": ("", "--check --diff", "-l --line-length"),
    "ssort": ("", "--check --diff", ""),
    "unify": ("-i --in-place", "-c --check-only", "--quote"),
    "absolufy-imports": ("", "", "--application-directories"),
    "add-trailing-comma": ("", "", ""),
    "reorder-python-imports": ("", "--diff-only --print-only", "--application-directories --add-import --remove-import"),
    "refurb": ("", "", ""),
    "pyproject-fmt": ("", "--check -s --stdout", ""),
    "validate-pyproject": ("-never", "", ""),
    "nbstripout": ("", "--dry-run -n -t", ""),
    "prettier": ("-w --write", "", "--config --ignore-path --parser --plugin --print-width --tab-width --log-level --loglevel --trailing-comma --end-of-line --prose-wrap --stdin-filepath --cache-location"),
    "prettierd": ("-never", "", ""),
    "eslint": ("--fix", "--fix-dry-run", "-c --config --ext --ignore-path --ignore-pattern --rule --plugin -f --format -o --output-file --max-warnings --parser --parser-options --env --global --fix-type --cache-location --rulesdir --resolve-plugins-relative-to"),
    "eslint_d": ("--fix", "--fix-dry-run", "-c --config --ext -f --format --rule"),
    "biome format": ("--write --fix", "", "--config-path --log-level --max-diagnostics --colors --indent-style --line-width"),
    "biome check": ("--write --fix --apply --apply-unsafe", "", "--config-path --log-level --max-diagnostics --colors"),
    "biome lint": ("--write --fix --apply --apply-unsafe", "", "--config-path --log-level --max-diagnostics --colors --only --skip"),
    "biome migrate": ("--write", "", ""),
    "rome format": ("--write", "", ""),
    "stylelint": ("--fix", "", "-c --config --config-basedir --custom-syntax -f --formatter -o --output-file --ignore-path --max-warnings --mw -s"),
    "standard": ("--fix", "", "--parser --plugin --global --env --ext"),
    "xo": ("--fix", "", ""),
    "oxlint": ("--fix --fix-suggestions --fix-dangerously", "", "-c --config -f --format -A -D -W --tsconfig --ignore-path"),
    "gofmt": ("-w", "-d", "-r -cpuprofile"),
    "gofumpt": ("-w", "-d", "-r -lang -modpath"),
    "goimports": ("-w", "-d", "-local -srcdir"),
    "golines": ("-w", "--dry-run", "-m --max-len -t --base-formatter"),
    "gci write": ("", "", "-s --section"),
    "golangci-lint run": ("--fix", "", "-c --config -E --enable -D --disable --timeout --out-format -p --presets"),
    "golangci-lint fmt": ("", "-d --diff --stdin", "-c --config -E --enable"),
    "rustfmt": ("", "--check --emit", "--config --config-path --edition --color --print-config"),
    "cargo fmt": ("", "--check", "-p --package --manifest-path --message-format"),
    "cargo fix": ("", "", "-p --package --manifest-path --features --target --bin --test --example --bench"),
    "cargo clippy": ("--fix", "", "-p --package --manifest-path --features --target --bin --test --example --bench -j"),
    "go fmt": ("", "-n", "-mod"),
    "go fix": ("", "-diff", "-fix -r -go"),
    "clang-format": ("-i", "-n --dry-run", "--style -style --fallback-style --lines --offset --length --assume-filename --sort-includes --files"),
    "clang-tidy": ("--fix -fix --fix-errors -fix-errors --fix-notes", "", "-p -checks --checks -header-filter --header-filter --config --config-file --export-fixes --line-filter"),
    "cmake-format": ("-i --in-place", "--check", "-c --config-files -l --log-level"),
    "gersemi": ("-i --in-place", "-c --check --diff", "-l --line-length"),
    "shfmt": ("-w --write", "-d --diff", "-i --indent -ln --language-dialect -p --filename"),
    "shellharden": ("--replace", "", ""),
    "terraform fmt": ("", "-check --check -write=false --write=false", ""),
    "tofu fmt": ("", "-check --check -write=false", ""),
    "packer fmt": ("", "-check -write=false", ""),
    "hclfmt": ("-w", "", ""),
    "swiftformat": ("", "--lint --dryrun", "--config --rules --disable --enable --swiftversion --exclude --output"),
    "swift-format format": ("-i --in-place", "", "--configuration --assume-filename"),
    "swift-format": ("-i --in-place", "", "--configuration --assume-filename"),
    "swift format": ("-i --in-place", "", "--configuration"),
    "swiftlint": ("--fix --autocorrect", "", "--config --path --reporter"),
    "ktlint": ("-F --format", "", "-R --ruleset --reporter --editorconfig --baseline"),
    "ktfmt": ("", "-n --dry-run", ""),
    "detekt": ("-ac --auto-correct", "", "-c --config -i --input -r --report -p --plugins -b --baseline"),
    "rubocop": ("-a -A --autocorrect --autocorrect-all --auto-correct --auto-correct-all --fix-layout -x --auto-gen-config", "", "-c --config --only --except -f --format -o --out -r --require --fail-level"),
    "standardrb": ("--fix --fix-unsafely", "", "--format"),
    "rufo": ("", "-c --check", ""),
    "dprint fmt": ("", "--diff", "-c --config --plugins --excludes --log-level"),
    "taplo fmt": ("", "--check -d --diff", "-c --config -o --option"),
    "taplo format": ("", "--check -d --diff", "-c --config -o --option"),
    "tombi format": ("", "--check --diff", ""),
    "stylua": ("", "--check --stdin", "-f --config-path -g --glob --num-threads --column-width"),
    "luaformatter": ("-i", "", _C),
    "php-cs-fixer fix": ("", "--dry-run", "--config --rules --path-mode --format --cache-file"),
    "phpcbf": ("", "", ""),
    "pint": ("", "--test", "--preset --config"),
    "sqlfluff fix": ("", "--check", "-d --dialect -r --rules --config -t --templater -e --exclude-rules -p --processes --ignore"),
    "sqlfluff format": ("", "--check", "-d --dialect -r --rules --config -t --templater -p --processes"),
    "sqlfmt": ("", "--check --diff", "-l --line-length -d --dialect --exclude"),
    "pg_format": ("-i --inplace", "", "-s -w -o -u -f"),
    "buf format": ("-w --write", "-d --diff", "--config --path -o --output"),
    "djlint": ("--reformat", "--check", "-e --extension --indent --profile --configuration -i --ignore"),
    "djhtml": ("", "-c --check", "-t --tabwidth"),
    "mdformat": ("", "--check", "--wrap --end-of-line"),
    "markdownlint": ("-f --fix", "", "-c --config -i --ignore -r --rules -o --output -p --ignore-path --enable --disable"),
    "markdownlint-cli": ("-f --fix", "", "-c --config -i --ignore"),
    "markdownlint-cli2": ("--fix", "", "--config"),
    "codespell": ("-w --write-changes", "", "-I --ignore-words -L --ignore-words-list -S --skip -D --dictionary --builtin -x --exclude-file -i --interactive --config -f"),
    "typos": ("-w --write-changes", "--diff", "-c --config --format -j --threads --exclude --type"),
    "misspell": ("-w", "", "-i -o -source -locale"),
    "zig fmt": ("", "--check --stdin", "--exclude"),
    "nixfmt": ("", "-c --check", "-w --width"),
    "nixpkgs-fmt": ("", "--check", ""),
    "alejandra": ("", "-c --check", "-e --exclude -t --threads"),
    "ormolu": ("-i --inplace", "-c", "-m --mode"),
    "fourmolu": ("-i --inplace", "-c", "-m --mode"),
    "stylish-haskell": ("-i --inplace", "", _C),
    "elm-format": ("--yes", "--validate", "--output"),
    "google-java-format": ("-i -r --replace", "-n --dry-run", "--lines --offset --length --aosp"),
    "scalafmt": ("", "--check --test --list --stdout", _C),
    "scalafix": ("", "--check --test", "-r --rules -c --config"),
    "perltidy": ("-b", "", "-pro -o"),
    "fixjson": ("-w --write", "", "-i --indent"),
    "sort-package-json": ("", "-c --check", ""),
    "ast-grep run": ("-U --update-all", "", "-p --pattern -r --rewrite -l --lang --globs --selector --strictness"),
    "ast-grep scan": ("-U --update-all", "", "-r --rule -c --config --inline-rules --format --filter"),
    "ast-grep": ("-U --update-all", "", "-p --pattern -r --rewrite -l --lang --globs --selector"),
    "sg run": ("-U --update-all", "", "-p --pattern -r --rewrite -l --lang"),
    "sg": ("-U --update-all", "", "-p --pattern -r --rewrite -l --lang"),
    "comby": ("-i -in-place", "-diff", "-matcher -f -d -rule -config -exclude"),
    "jscodeshift": ("-t --transform", "-d --dry", "-t --transform --extensions --parser -c --cpus --ignore-pattern --ignore-config"),
    "dart format": ("", "-o --output", "-l --line-length"),
    "dart fix": ("--apply", "-n --dry-run", "--code"),
    "flutter format": ("", "-n --dry-run", "-l --line-length"),
    "deno fmt": ("", "--check", "--config -c --ext --ignore --line-width --indent-width --prose-wrap"),
    "deno lint": ("--fix", "", "--config -c --rules-include --rules-exclude"),
    "mix format": ("", "--check-formatted --dry-run", "--dot-formatter"),
    "gleam format": ("", "--check --stdin", ""),
    "gleam fix": ("", "", ""),
    "ocamlformat": ("-i --inplace", "--check", ""),
    "crystal tool": ("", "--check", ""),
    "yamlfmt": ("", "-lint -dry", "-conf -exclude"),
    "yamlfix": ("", "--check", _C),
    "beautysh": ("", "-c --check", "-i --indent-size"),
    "js-beautify": ("-r --replace", "", "-o --outfile --config -s"),
    "css-beautify": ("-r --replace", "", "-o --outfile"),
    "html-beautify": ("-r --replace", "", "-o --outfile"),
    "htmlbeautifier": ("", "", "-t --tab-stops"),
    "erb-formatter": ("-w --write", "", ""),
    "fantomas": ("", "--check", "--out"),
    "csharpier": ("", "--check --skip-write check", ""),
    "dotnet format": ("", "--verify-no-changes", "--severity -v --verbosity --include --exclude --diagnostics"),
    "uncrustify": ("--replace --no-backup", "--check", "-c -l -f -o"),
    "astyle": ("", "--dry-run", ""),
    "jsonnetfmt": ("-i --in-place", "--test", "-n --indent"),
    "cue fmt": ("", "--check -d --diff", ""),
    "cue fix": ("", "", ""),
    "opa fmt": ("-w --write", "-d --diff -l --list", ""),
    "raco fmt": ("-i", "", ""),
    "bibtex-tidy": ("-m --modify", "", ""),
    "latexindent": ("-w -wd --overwrite", "", "-l -o"),
    "gdformat": ("", "-c --check -d --diff", "-l --line-length"),
    "snakefmt": ("", "--check -d --diff", ""),
    "rustywind": ("--write", "", "--config-file"),
    "addlicense": ("", "-check", "-c -f -l -y -ignore"),
    "keep-sorted": ("", "--mode=lint", ""),
    "treefmt": ("", "--fail-on-change --ci", "-C --working-dir --config-file -f --formatters"),
    "qmlformat": ("-i --inplace", "", ""),
    "verible-verilog-format": ("--inplace", "--verify", ""),
    "astro check": ("-never", "", ""),
    "terragrunt hclfmt": ("", "--check --terragrunt-check", ""),
}  # fmt: skip
_SINGLE = frozenset({"gofmt", "gofumpt", "goimports", "terraform fmt", "tofu fmt", "packer fmt", "comby", "go fmt", "go fix",
                     "misspell", "addlicense", "perltidy", "clang-tidy", "clang-format", "yamlfmt", "latexindent", "detekt"})  # fmt: skip
_FILES_ONLY = frozenset(
    "pyupgrade gofmt gofumpt goimports rustfmt clang-format clang-tidy shfmt add-trailing-comma reorder-python-imports"
    " unify jq fixjson nixfmt hclfmt autopep8 yapf autoflake docformatter eslint eslint_d prettier stylelint black isort"
    " djlint rufo mdformat ktlint-no google-java-format perltidy comby-no codespell-no js-beautify html-beautify"
    " css-beautify ocamlformat ormolu fourmolu nbstripout astyle uncrustify sort-package-json-no buf-no usort absolufy-imports".split()
)
"""Without a file they read standard input, or do nothing."""
_OUT = ("-o", "--output-file", "--outfile")


def run(call: "Call") -> None:
    if not fixes(call):
        looks = call.args[:1] and call.args[0] in (
            "check", "lint", "version", "rule", "config", "linter", "clean", "explain", "help", "scan", "search", "test", "run",
            "validate", "plan", "show", "output", "state", "init",
        )  # fmt: skip
        if not looks or call.name in ("terraform", "tofu", "packer", "dart", "flutter", "mix", "deno", "zig", "crystal",
                                      "gleam", "swift"):  # fmt: skip
            call.unread()


def fixes(call: "Call") -> bool:
    """Whether the table knows the call; then what it writes has been noted."""
    verb = next((arg for arg in call.args if arg[:1] not in ("-", "+")), "")
    key = f"{call.name} {verb}"
    if key in _TABLE:
        args = list(call.args)
        args.remove(verb)
    elif (call.name in _TABLE and call.name not in ("ruff", "swift-format", "rome")) or (
        call.name in _TABLE and any(word in call.args for word in _TABLE[call.name][0].split())
    ):
        key, args = call.name, call.args
    else:
        return False
    _fix(call, key, args)
    return True


def _fix(call: "Call", key: str, args: list[str]) -> None:
    writes, looks, valued = _TABLE[key]
    given = options(args, valued, single=key in _SINGLE)
    for name in given.values(*_OUT) if f" {_OUT[0]} " in f" {valued} " or "--output-file" in valued else []:
        if "/" in name or "." in name:
            call.write(name, key, blind=True)
    whole = {f"{name}={value}" for name, values in given.flags.items() for value in values}
    passed_on = given.operands if key.startswith(("cargo ", "go ")) else ()
    if any(word in given.flags or word in whole or word in passed_on for word in looks.split()):
        return
    if writes and not any(word in given.flags for word in writes.split()):
        return
    how = (
        key
        if not writes or writes.startswith("-t ")
        else f"{key} {next(w for w in writes.split() if w in given.flags)}"
    )
    shell = call.shell
    for option in ("--manifest-path", "-C", "--working-dir", "--cwd", "--directory"):
        if given.has(option) and f" {option} " in f" {valued} ":
            call.unread(key)
            return
    names = [name for name in given.operands if name != "-"]
    if key in ("comby",):
        names = [name for name in names[2:] if not name.startswith(".")] or ["."]
    if key.startswith("cargo "):
        names = ["."]
    names = [name.removesuffix("/...") or "/" for name in names]  # Go's "and all below"
    if not names:
        if key.split(" ")[0] in _FILES_ONLY:
            return
        names = ["."]
    for name in names:
        if any(mark in name for mark in "*?[") and UNKNOWN not in name:
            _pattern(call, name, how)
        else:
            shell.write(name, how, tree=shell.is_dir(name))


def _pattern(call: "Call", name: str, how: str) -> None:
    """A glob in quotes, which the tool resolves by itself, ``**`` and braces included."""
    from interlock.shell.braces import braces
    from interlock.shell.globs import resolve

    shell = call.shell.copy()
    shell.options = shell.options | {"globstar"}
    found: list[str] = []
    for parts in braces([{"Type": "Lit", "Value": name}], shell.sink):
        found += resolve(shell, "".join(str(part["Value"]) for part in parts))
    for path in found:
        call.write(path, how, tree=call.shell.is_dir(path))
