"""The table of programs: which of their words they write; some proved by the programs themselves."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from interlock.doors import shfmt
from interlock.doors.disk import Ground
from interlock.shell.programs import kind_of
from interlock.shell.programs.fixers import _TABLE
from interlock.shell.read import read
from interlock.shell.where import Where

from .reader import PATIENT, reading, written


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("sed -i s/a/b/ a.py b.py", ["a.py", "b.py"]),
        ("sed -i.bak s/a/b/ a.py", ["a.py", "a.py.bak"]),
        ("sed -ni -e 1p a.py", ["a.py"]),
        ("sed --in-place=.o s/a/b/ a.py", ["a.py", "a.py.o"]),
        ("sed -i '' s/a/b/ a.py", ["a.py"]),
        ("sed s/a/b/ a.py", []),
        ("sed -n 's/a/b/w out' a.py", ["out"]),
        ("sed -e '/x/{w out' -e '}' a.py", ["out"]),
        ("sed s/wewe/e/ a.py", []),
        ("sed 's/[/w x]/y/; y/abc/w e/' a.py", []),
        ("awk '{print > \"out\"}' a.py", ["out"]),
        ("awk '$1 > \"b\" {print}' a.py", []),
        ("awk '{ if ($1 > 2) print $1 }' a.py", []),
        ("gawk -i inplace '{print}' a.py", ["a.py"]),
        ("perl -pi -e s/a/b/ a.py", ["a.py"]),
        ("perl -i.bak -ne print a.py", ["a.py", "a.py.bak"]),
        ("perl -ne 'print if /open/' a.py", None),
        ("cp a.py src", ["src/a.py"]),
        ("cp -r src new", ["new/**"]),
        ("cp -r src docs", ["docs/src/**"]),
        ("cp -t docs a.py b.py", ["docs/a.py", "docs/b.py"]),
        ("mv a.py docs/", ["a.py", "docs/a.py"]),
        ("mv src docs", ["src/**", "docs/src/**"]),
        ("rm -rf src", ["src/**"]),
        ("rm src", ["src"]),
        ("dd if=a.py of=b.py", ["b.py"]),
        ("sort -o a.py b.py", ["a.py"]),
        ("sort -ro a.py b.py", ["a.py"]),
        ("patch a.py < p", ["a.py"]),
        ("patch -p1 <<'E'\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a\n+b\nE", ["a.py"]),
        ("curl -sLo a.py http://x/y", ["a.py"]),
        ("curl -O http://x/a.py?b", ["a.py"]),
        ("curl http://x/a.py", []),
        ("wget http://x/a.py", ["a.py"]),
        ("tar xf t.tar a.py", ["a.py/**"]),
        ("tar czf t.tgz src", ["t.tgz"]),
        ("tar tf t.tar", []),
        ("gzip a.py", ["a.py.gz", "a.py"]),
        ("unzip t.zip a.py", ["a.py"]),
        ("rsync -a src/ docs/", ["docs/**"]),
        ("split -l 5 a.py p", ["paa", "pab", "pac", "pad"]),
        ("ruff format a.py", ["a.py"]),
        ("ruff format", ["./**"]),
        ("ruff check .", []),
        ("ruff check --fix src", ["src/**"]),
        ("black --check .", []),
        ("black src", ["src/**"]),
        ("clang-format-15 -i a.py", ["a.py"]),
        ("python3.12 -c \"open('a.py', 'w')\"", ["a.py"]),
        ("prettier --write 'src/**/*.js'", ["src/deep/one.js"]),
        ("prettier --check .", []),
        ("npx eslint --fix src/app.py", ["src/app.py"]),
        ("eslint src", []),
        ("gofmt -l -w a.py", ["a.py"]),
        ("gofmt -l .", []),
        ("cargo fmt", ["./**"]),
        ("cargo fmt -- --check", []),
        ("python -m black a.py", ["a.py"]),
        ("uv run ruff format a.py", ["a.py"]),
        ("jq -i .a a.py", ["a.py"]),
        ("jq .a a.py", []),
        ("yq -i '.a = 1' a.py", ["a.py"]),
        ("git checkout -- a.py", ["a.py"]),
        ("git restore a.py", ["a.py"]),
        ("git restore --staged a.py", []),
        ("git mv a.py docs", ["a.py", "docs/a.py"]),
        ("git rm --cached a.py", []),
        ("git diff --output=a.py", ["a.py"]),
        ("ed -s a.py <<< $'1d\\nw'", ["a.py"]),
        ("ed -s a.py <<< p", []),
        ("vim -es -c 'w! b.py' -c q! a.py", ["a.py", "b.py"]),
        ("chmod +x a.py; chown me a.py; mkdir -p x/y", []),
        ("python -c \"open('a.py','w')\"", ["a.py"]),
        ("python -c \"open('a.py').read()\"", []),
        ("python -c 'print(1)'", []),
        ("python3 -c 'import json,sys; json.load(sys.stdin)'", []),
        (
            "python - <<'E'\nfrom pathlib import Path\np = Path('src') / 'app.py'\np.write_text('x')\nE",
            ["src/app.py"],
        ),
        ("python -c \"import sys; open(sys.argv[1], 'a')\" a.py", ["a.py"]),
        ("python -c \"import shutil; shutil.move('a.py', 'docs')\"", ["a.py", "docs/a.py"]),
        ("python -c \"import os\nfor f in ['a.py', 'b.py']: os.remove(f)\"", ["a.py", "b.py"]),
        (
            "python -c \"import glob\nfor f in glob.glob('*.py'): open(f, 'w')\"",
            ["a.py", "b.py", "held.py", "x y.py"],
        ),
        ("python -c \"import subprocess; subprocess.run(['rm', 'a.py'])\"", ["a.py"]),
        ("python -c \"import os; os.system('rm a.py')\"", ["a.py"]),
        ("node -e \"require('fs').writeFileSync('a.py', 'x')\"", ["a.py"]),
        ("node -e \"const fs=require('fs'); console.log(fs.readFileSync('a.py','utf8'))\"", []),
        ("ruby -e \"File.write('a.py', 'x')\"", ["a.py"]),
        ('php -r \'file_put_contents("a.py", "x");\'', ["a.py"]),
        ("perl -e 'open(F, \">a.py\")'", ["a.py"]),
    ],
)
def test_programs_write_these_of_their_words(command: str, files: list[str] | None) -> None:
    """One row each; None: unread."""
    if files is None:
        assert not reading(command).writes
        return
    assert [name.replace("./**", "**") for name in written(command)] == [
        name.replace("./**", "/repo/**") for name in files
    ]


@pytest.mark.parametrize(
    "command",
    [
        "ls -la",
        "cat a.py | grep x",
        "rg foo src",
        "find . -name '*.py'",
        "git status",
        "git log --oneline | head",
        "git diff HEAD~1",
        "git branch --list",
        "git stash list",
        "git clean -n",
        "head -5 a.py",
        "ps aux",
        "jq .a x.json",
        "mypy src",
        "ruff check .",
        "docker ps",
        "python -c 'print(1)'",
        "which python",
        "env | sort",
        "git fetch",
        "cd src && ls",
        "test -f a.py && echo yes || echo no",
        "for f in *.py; do wc -l $f; done",
        "find . -name x -exec grep y {} +",
        "sed -n 1,5p a.py",
        "awk '{print $1}' a.py",
        "xargs grep x < list",
        "ls | xargs wc -l",
        "diff a.py b.py",
        "true",
        "[ -f a.py ]",
        "echo x > /dev/null",
        "pip list",
        "cargo tree",
        "kubectl get pods",
        "gh pr view 1",
        "date +%s",
    ],
)
def test_looking_is_quiet(command: str) -> None:
    """Nothing written, nothing unread."""
    found = reading(command)
    assert found.quiet and not found.writes and not found.unread and not found.git


@pytest.mark.parametrize(
    ("command", "phrase"),
    [
        ("make test", "make test"),
        ("npm run build", "npm run build"),
        ("pytest -q", "pytest"),
        ("./build.sh", "./build.sh"),
        ("python x.py", "python x.py"),
        ("cargo build", "cargo build"),
        ("tool --do it", "tool it"),
        ("source x.sh", "source x.sh"),
        ("docker run -v .:/x y", "docker run"),
        ("rm $X", "rm …"),
        ("git frobnicate", "git frobnicate"),
        ("tar xf a.tar", "tar -x"),
        ("python -c 'import mine; mine.run()'", "python with mine"),
        ("perl -e 'system($x)'", "a shell text inside"),
        ("./ls", "./ls"),
        ("LD_PRELOAD=x ls", "LD_PRELOAD set"),
    ],
)
def test_what_is_not_known_is_named_shortly(command: str, phrase: str) -> None:
    """Unread, by a phrase for the sentence; not a refusal."""
    found = reading(command)
    assert phrase in found.unread and not found.quiet


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("sudo rm a", "sudo"),
        ("ssh host ls", "ssh"),
        ("git push", "git push"),
        ("git clone x y", "git clone"),
        ("docker run x", "docker"),
        ("ls; apt-get install x", "apt-get"),
        ("rsync -a a host:b", "rsync"),
        ("rsync -a a b", ""),
        ("git commit -m x", ""),
        ("timeout 5 sudo ls", "sudo"),
        ("ping x", "ping"),
        ("make", ""),
    ],
)
def test_what_needs_to_be_alone(command: str, word: str) -> None:
    """The literal word that a user namespace would break."""
    assert reading(command).alone == word


@pytest.mark.parametrize(
    ("command", "verb", "paths", "cwd"),
    [
        ("git stash", "stash", (), "/repo"),
        ("git stash push -m wip -- a.py", "stash", ("a.py",), "/repo"),
        ("git -C src reset --hard HEAD~1", "reset", (), "/repo/src"),
        ("git checkout .", "checkout", (".",), "/repo"),
        ("git checkout other", "checkout", (), "/repo"),
        ("git checkout -b new", "checkout", (), "/repo"),
        ("git restore src", "restore", ("src",), "/repo"),
        ("git clean -fd", "clean", (), "/repo"),
        ("git switch main", "switch", (), "/repo"),
        ("git --no-pager merge x", "merge", (), "/repo"),
        ("cd docs && git add -A", "add", (), "/repo/docs"),
        ("git commit -am x", "commit", (), "/repo"),
        ("git pull --rebase", "pull", (), "/repo"),
        ("git rm -r src", "rm", ("src",), "/repo"),
        ("env X=1 git rebase main", "rebase", (), "/repo"),
    ],
)
def test_git_operations(command: str, verb: str, paths: tuple[str, ...], cwd: str) -> None:
    """Their verb, paths and place, for who judges them."""
    (operation,) = reading(command).git
    assert (operation.verb, operation.paths, operation.cwd) == (verb, paths, cwd)
    assert operation.words[0] == "git" and not reading(command).quiet


def test_a_write_says_how_and_whether_it_is_blind() -> None:
    """> and rm are blind; >> and sed -i keep what is there."""
    by = {w.path[-1]: (w.how, w.blind) for w in reading("ls > a; ls >> b; sed -i s/x/y/ c; rm d; tee -a e").writes}
    assert by == {
        "a": (">", True),
        "b": (">>", False),
        "c": ("sed -i", False),
        "d": ("rm", True),
        "e": ("tee -a", False),
    }


def test_every_fixer_of_the_table_is_known_by_name() -> None:
    """A line in the table without the program's name among the known ones would never be read."""
    odd = {"cargo", "go", "dotnet", "swift", "astro"}
    assert {kind_of(key.split(" ")[0]) for key in _TABLE if key.split(" ")[0] not in odd} <= {"fixers", "runners"}


ORACLE = [
    "sed -i s/a/b/ a",
    "sed -i.bak s/a/b/ a b",
    "sed -n 's/a/b/w c' a",
    "sort -o a b",
    "sort b -oc",
    "cp a c",
    "cp -t d a b",
    "cp -r d e",
    "cp -r d/. e",
    "cp -b a b",
    "mv a c",
    "mv a b d",
    "mv d e",
    "tee c < a",
    "echo x | tee a b",
    "echo x >> a",
    "dd if=a of=c status=none",
    "truncate -s 0 a",
    "rm a",
    "rm -r d",
    "ln -sf b a",
    "ln -f b a",
    "install a c",
    "touch c",
    "split -l 1 a p",
    "gzip a",
    "gzip -k a",
    "tar cf t.tar a b",
    "awk '{print > \"c\"}' a",
    "perl -pi -e s/a/b/ a",
    "perl -i.o -pe s/a/b/ a",
    "python3 -c \"open('c','w').write('x')\"",
    "find . -name a -delete",
    "find d -type f -exec sed -i s/x/y/ {} +",
    "ls | xargs -n1 cp a 2>/dev/null",
    "uniq a c",
    "csplit -s a 1",
    "for i in a b; do echo x > $i; done",
    "cd d && echo x > f",
    "(cd d; rm f); echo x > c",
    "x=c; cat a > ${x}1",
    "echo x > 'n e w'",
    "echo x > $'a\\x62'",
    "printf 'a\\n' | while read -r f; do rm \"$f\"; done",
    "bash -c 'echo x > c'",
    "env -C d rm f",
    "xxd a c",
    "cat <<E > c\nx\nE",
    "shuf -o c a",
    "patch -s a <<'E'\n1c1\n< a\n---\n> z\nE",
    "{ echo 1; } &> c",
    "echo x | dd of=a status=none",
]


@pytest.mark.parametrize("command", ORACLE)
def test_what_a_program_changes_was_read(command: str, tmp_path: Path) -> None:
    """Run in a scratch folder: each file that is changed, made or removed was foretold."""
    for name, text in (("a", "a\n"), ("b", "b\na\n"), ("d/f", "x\n"), ("d/g", "y\n")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    if lacking := [
        word for word in command.replace("|", " ").split() if word in ("xxd", "patch") and not shutil.which(word)
    ]:
        pytest.skip(f"{lacking[0]} is not on this machine")
    parser = shfmt.Parser(PATIENT)
    found = read(parser.parse(command), Where(str(tmp_path), str(tmp_path), {}, Ground(), parser.parse))
    before = _files(tmp_path)
    subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, check=False, capture_output=True, env={"PATH": os.environ["PATH"]}
    )
    after = _files(tmp_path)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed
    assert found.unread or all(
        any(path == w.path or (w.tree and path.startswith(f"{w.path}/")) for w in found.writes) for path in changed
    )


def _files(top: Path) -> dict[str, tuple[int, bytes]]:
    return {str(p): (p.lstat().st_mtime_ns, p.read_bytes()) for p in top.rglob("*") if p.is_file()}
