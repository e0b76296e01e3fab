"""Stand-ins for formatters and fixers that not every machine has.

Each is a program of that name that rewrites the files it is given where the real one would: only with the
option that makes the real one write, folders through, the working folder where the real one takes none. They
come before real ones on PATH, so that the corpus means the same everywhere; ruff, which the tests bring, is real.
"""

import sys
from pathlib import Path

ANY: tuple[str, ...] = ()
STAND_INS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # name: (options one of which makes it write; words that are no files)
    "autoflake": (("-i", "--in-place"), ANY),
    "autopep8": (("-i", "--in-place"), ANY),
    "ast-grep": (("-U", "--update-all"), ("run", "scan", "x", "y")),
    "biome": (("--write", "--fix", "--apply"), ("format", "check", "lint", "migrate")),
    "black": (ANY, ANY),
    "buf": (("-w", "--write"), ("format",)),
    "cargo": (ANY, ("fmt", "fix", "clippy")),
    "clang-format": (("-i",), ANY),
    "clang-tidy": (("--fix", "-fix"), ANY),
    "cmake-format": (("-i",), ANY),
    "codespell": (("-w", "--write-changes"), ANY),
    "comby": (("-i", "-in-place"), ANY),
    "crudini": (("--set", "--del"), ("section", "key", "value")),
    "dart": (ANY, ("format", "fix")),
    "deno": (ANY, ("fmt",)),
    "djlint": (("--reformat",), ANY),
    "docformatter": (("-i", "--in-place"), ANY),
    "dprint": (ANY, ("fmt",)),
    "eslint": (("--fix",), ANY),
    "fixjson": (("-w", "--write"), ANY),
    "go": (("fmt", "fix"), ("fmt", "fix", "./...")),
    "gofmt": (("-w",), ANY),
    "gofumpt": (("-w",), ANY),
    "goimports": (("-w",), ANY),
    "golangci-lint": (("--fix", "fmt"), ("run", "fmt", "./...")),
    "google-java-format": (("-i", "-r", "--replace"), ANY),
    "isort": (ANY, ANY),
    "jscodeshift": (("-t",), ("transform.js",)),
    "ktlint": (("-F", "--format"), ANY),
    "markdownlint": (("--fix",), ANY),
    "mdformat": (ANY, ANY),
    "mix": (ANY, ("format",)),
    "nixfmt": (ANY, ANY),
    "oxlint": (("--fix",), ANY),
    "perltidy": (("-b",), ANY),
    "php-cs-fixer": (ANY, ("fix",)),
    "phpcbf": (ANY, ANY),
    "prettier": (("--write", "-w"), ANY),
    "pyupgrade": (ANY, ANY),
    "rubocop": (("-a", "-A", "--autocorrect", "--autocorrect-all"), ANY),
    "rustfmt": (ANY, ANY),
    "sd": (ANY, ("old", "new")),
    "shfmt": (("-w",), ANY),
    "sqlfluff": (ANY, ("fix", "format")),
    "standard": (("--fix",), ANY),
    "stylelint": (("--fix",), ANY),
    "stylua": (ANY, ANY),
    "swift-format": (("-i", "--in-place"), ("format",)),
    "swiftformat": (ANY, ANY),
    "taplo": (ANY, ("fmt", "format")),
    "terraform": (("fmt",), ("fmt",)),
    "typos": (("-w", "--write-changes"), ANY),
    "usort": (ANY, ("format",)),
    "yapf": (("-i", "--in-place"), ANY),
    "yq": (("-i", "--inplace"), (".a = 2",)),
    "zig": (ANY, ("fmt",)),
    "absolufy-imports": (ANY, ANY),
    "addlicense": (ANY, ANY),
    "add-trailing-comma": (ANY, ANY),
    "alejandra": (ANY, ANY),
    "astyle": (ANY, ANY),
    "blue": (ANY, ANY),
    "fantomas": (ANY, ANY),
    "gdformat": (ANY, ANY),
    "htmlbeautifier": (ANY, ANY),
    "keep-sorted": (ANY, ANY),
    "ktfmt": (ANY, ANY),
    "nbstripout": (ANY, ANY),
    "nixpkgs-fmt": (ANY, ANY),
    "pint": (ANY, ANY),
    "pyink": (ANY, ANY),
    "pyproject-fmt": (ANY, ANY),
    "refurb": (ANY, ANY),
    "reorder-python-imports": (ANY, ANY),
    "rufo": (ANY, ANY),
    "scalafix": (ANY, ANY),
    "scalafmt": (ANY, ANY),
    "snakefmt": (ANY, ANY),
    "sort-package-json": (ANY, ANY),
    "sqlfmt": (ANY, ANY),
    "ssort": (ANY, ANY),
    "treefmt": (ANY, ANY),
    "yamlfix": (ANY, ANY),
    "yamlfmt": (ANY, ANY),
    "beautysh": (ANY, ANY),
    "csharpier": (ANY, ANY),
    "djhtml": (ANY, ANY),
    "unify": (("-i", "--in-place"), ANY),
    "eslint_d": (("--fix",), ANY),
    "rome": (("--write",), ANY),
    "xo": (("--fix",), ANY),
    "golines": (("-w",), ANY),
    "gersemi": (("-i", "--in-place"), ANY),
    "shellharden": (("--replace",), ANY),
    "hclfmt": (("-w",), ANY),
    "swiftlint": (("--fix", "--autocorrect"), ANY),
    "detekt": (("-ac", "--auto-correct"), ANY),
    "standardrb": (("--fix",), ANY),
    "luaformatter": (("-i",), ANY),
    "pg_format": (("-i", "--inplace"), ANY),
    "markdownlint-cli": (("-f", "--fix"), ANY),
    "markdownlint-cli2": (("--fix",), ANY),
    "misspell": (("-w",), ANY),
    "ormolu": (("-i",), ANY),
    "fourmolu": (("-i",), ANY),
    "stylish-haskell": (("-i",), ANY),
    "elm-format": (("--yes",), ANY),
    "sg": (("-U", "--update-all"), ANY),
    "ocamlformat": (("-i",), ANY),
    "js-beautify": (("-r", "--replace"), ANY),
    "css-beautify": (("-r", "--replace"), ANY),
    "html-beautify": (("-r", "--replace"), ANY),
    "erb-formatter": (("-w", "--write"), ANY),
    "uncrustify": (("--replace", "--no-backup"), ANY),
    "jsonnetfmt": (("-i",), ANY),
    "bibtex-tidy": (("-m", "--modify"), ANY),
    "latexindent": (("-w", "--overwrite"), ANY),
    "rustywind": (("--write",), ANY),
    "qmlformat": (("-i", "--inplace"), ANY),
    "verible-verilog-format": (("--inplace",), ANY),
    "opa": (("-w", "--write"), ANY),
    "raco": (("-i",), ANY),
    "swift": (("-i", "--in-place"), ANY),
    "gci": (("write",), ("write",)),
    "tofu": (("fmt",), ("fmt",)),
    "packer": (("fmt",), ("fmt",)),
    "tombi": (("format",), ("format",)),
    "flutter": (("format",), ("format",)),
    "gleam": (("format", "fix"), ("format", "fix")),
    "crystal": (("tool", "format"), ("tool", "format")),
    "dotnet": (("format",), ("format",)),
    "cue": (("fmt", "fix"), ("fmt", "fix")),
    "terragrunt": (("hclfmt",), ("hclfmt",)),
}
RUNNERS: dict[str, tuple[str, ...]] = {
    "asdf": ("exec",),
    "bun": ("x",),
    "bundle": ("exec",),
    "conda": ("run", "-n", "base"),
    "corepack": (),
    "cross-env": ("A=b",),
    "direnv": ("exec", "."),
    "doppler": ("run", "--"),
    "dotenv": ("run", "--"),
    "dotenvx": ("run", "--"),
    "mamba": ("run", "-n", "base"),
    "micromamba": ("run", "-n", "base"),
    "mise": ("exec", "--"),
    "nbqa": (),
    "pipenv": ("run",),
    "pixi": ("run",),
    "rtx": ("exec", "--"),
    "rustup": ("run", "stable"),
    "rye": ("run",),
    # name: words before the program's own name; the rest is run
    "bunx": (),
    "hatch": ("run",),
    "npx": ("--yes", "-y", "--no-install"),
    "pdm": ("run",),
    "pipx": ("run",),
    "pnpm": ("exec", "dlx"),
    "poetry": ("run",),
    "uv": ("run", "tool", "x"),
    "uvx": (),
    "yarn": ("run", "exec", "dlx"),
}
LINKS = {
    "gcp",
    "genv",
    "gfind",
    "ginstall",
    "gln",
    "gmv",
    "gpatch",
    "grm",
    "gsed",
    "gsort",
    "gtar",
    "gtimeout",
    "gxargs",
}
"""GNU's programs as macOS names them: links to the system's."""
SOURCES = {
    ".py",
    ".js",
    ".ts",
    ".go",
    ".rs",
    ".c",
    ".tf",
    ".md",
    ".json",
    ".css",
    ".toml",
    ".cs",
    ".hcl",
    ".gleam",
    ".proto",
    ".php",
}


def lay(folder: Path, python: str) -> None:
    """One program of each name, in ``folder``."""
    folder.mkdir()
    for name in STAND_INS.keys() | RUNNERS.keys():
        program = folder / name
        program.write_text(f"#!{python} -IS\nimport sys\nsys.path[:0] = [{str(Path(__file__).parent)!r}]\n"
                           f"from standins import main\nmain({name!r})\n")  # fmt: skip
        program.chmod(0o755)

    for name in LINKS:
        (folder / name).symlink_to(Path("/usr/bin") / name[1:])


def main(name: str) -> None:
    words = sys.argv[1:]
    if name in RUNNERS:
        import os

        while words and words[0] in RUNNERS[name]:
            words = words[1:]
        os.execvp(words[0], words)
    must, skipped = STAND_INS[name]
    if any(word in ("--check", "--check-only", "--diff", "-check", "--dry-run") for word in words):
        sys.exit(0)
    if must and not any(word.partition("=")[0] in must for word in words):
        sys.exit(0)
    named = [Path(w) for w in words if not w.startswith("-") and w not in skipped and Path(w).exists()]
    patterns = [w for w in words if "*" in w]
    files = [path for top in named for path in _below(top)]
    files += [path for pattern in patterns for path in Path().glob(pattern)]
    for path in files or ([] if named or patterns else _below(Path())):
        path.write_bytes(path.read_bytes() + b"\n")


def _below(top: Path) -> list[Path]:
    if top.is_file():
        return [top]
    inside = [p for p in top.rglob("*") if p.suffix in SOURCES and not p.is_symlink() and p.is_file()]
    return [p for p in inside if not any(part.startswith(".") for part in p.parts)]
