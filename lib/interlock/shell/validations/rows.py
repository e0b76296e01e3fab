"""The table of validation commands: a row each, by the words that they begin with.

A new command is a line in one of ``tables`` and, if its program is new, a word in ``validations.NAMES``; one that
a project has of its own is a table in its config. Programs that need more than a row are in ``ways``.
"""

from interlock.shell.validations.tables import compiled, javascript, others, python

ROWS = {**python.ROWS, **javascript.ROWS, **compiled.ROWS, **others.ROWS}
VALUED = {
    # options with a value that stand before the verb
    "cargo": "--config -Z -C --color --manifest-path",
    "go": "-C",
    "uv": "--directory --project --config-file --color --cache-dir",
    "pip": "--python --cache-dir --log",
    "poetry": "-C --directory -P --project",
    "npm": "--prefix -C -w --workspace --loglevel --registry --cache --userconfig",
    "pnpm": "-C --dir -F --filter --loglevel",
    "yarn": "--cwd --modules-folder",
    "bun": "--cwd -r --preload --env-file",
    "make": "-C --directory -f --file --makefile -I --include-dir -o --old-file -W -l",
    "mvn": "-f --file -pl --projects -rf -s --settings -gs -T --threads -P -D -b -l --log-file",
    "gradle": "-p --project-dir -b -c -I --init-script -g -x --exclude-task --max-workers --tests --console",
    "just": "-f --justfile -d --working-directory --set --shell --dotenv-path",
    "task": "-t --taskfile -d --dir -o --output -C --concurrency",
    "ninja": "-C -f -j -k -l -t -d -w",
    "bazel": "--bazelrc --output_base --output_user_root",
    "composer": "-d --working-dir",
    "hatch": "-e --env -p --project -c",
    "pdm": "-p --project -c --config",
    "mise": "-C --cd -E --env",
    "turbo": "-F --filter --cwd --concurrency --team --token",
    "nx": "-t --target --targets -p --projects --base --head --parallel --exclude -c",
    "rake": "-f --rakefile -I -r -C --directory",
}  # fmt: skip
ALIASES = {
    "py.test": "pytest", "gmake": "make", "mvnw": "mvn", "mvnd": "mvn", "gradlew": "gradle", "bazelisk": "bazel",
    "inv": "invoke", "pre_commit": "pre-commit", "prek": "pre-commit", "yarnpkg": "yarn", "nodejs": "node",
}  # fmt: skip
"""Programs that are another by a different name."""


def verb_of(program: str, args: list[str]) -> tuple[list[str], str, list[str]]:
    """(options before the verb, verb, the rest); ``+nightly`` is rustup's."""
    at, valued = 0, VALUED.get(program, "").split()
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] != "--":
        at += 2 if args[at] in valued else 1
    return args[:at], args[at] if at < len(args) else "", args[at + 1 :]
