"""What Python one-liners write, by how their paths are made. The oracle is Python, run in a scratch folder."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from interlock.doors import shfmt
from interlock.doors.disk import Ground
from interlock.shell.read import read
from interlock.shell.reading import Reading
from interlock.shell.where import Where

from .reader import PATIENT

FILES = ("a", "b", "d/f", "d/g.txt", "d/deep/h.txt")
EXACT = [
    "x: str = 'a'\nopen(x, 'w').write('z')",
    "if (x := 'a'):\n open(x, 'w').write('z')",
    "def w(path, text='z'):\n open(path, 'w').write(text)\nw('a')\nw(path='b')",
    "for f in ('a', 'b'):\n open(f, 'w').write('z')",
    "for f in {'a'}:\n open(f, 'w').write('z')",
    "fs = ['a', 'b']\nfor f in fs:\n open(f, 'w').write('z')",
    "[open(f, 'w').write('z') for f in ['a', 'b']]",
    "import sys\nfor f in sys.argv[1:]:\n open(f, 'w').write('z')",
    "import sys\nopen(sys.argv[-1], 'w').write('z')",
    "import glob\nfor f in sorted(glob.glob('d/*.txt')):\n open(f, 'w').write('z')",
    "from pathlib import Path\nfor p in Path('d').glob('*.txt'):\n p.write_text('z')",
    "from pathlib import Path\nfor p in list(Path('d').rglob('*.txt')):\n p.write_text('z')",
    "from pathlib import Path\np = Path('d') / 'f'\np.write_text('z')",
    "from pathlib import Path\nPath('d', 'f').write_bytes(b'z')",
    "from pathlib import Path\nPath('d').joinpath('deep', 'h.txt').write_text('z')",
    "from pathlib import Path\nPath('d/g.txt').with_suffix('.md').write_text('z')",
    "from pathlib import Path\n(Path('d/f').parent / 'new').write_text('z')",
    "from pathlib import Path\nopen(Path('d/f').name, 'w').write('z')",
    "from pathlib import Path\n(Path.cwd() / 'a').resolve().write_text('z')",
    "from pathlib import Path\n(Path.home() / 'a').write_text('z')",
    "from pathlib import Path\nPath('~/a').expanduser().write_text('z')",
    "import os\nopen(os.path.expanduser('~/a'), 'w').write('z')",
    "import os\nopen(os.path.join('d', 'f'), 'w').write('z')",
    "import os\nopen(os.path.join(os.getcwd(), 'a'), 'w').write('z')",
    "import os\nopen(os.environ['NAME'], 'w').write('z')",
    "n = 'a'\nopen(f'{n}', 'w').write('z')",
    "n = 'd'\nopen(f'{n}/f', 'a').write('z')",
    "n = 'd'\nopen(n + '/' + 'f', 'r+').write('z')",
    "open(b'a', 'wb').write(b'z')",
    "import os\nos.chdir('d')\nopen('f', 'w').write('z')",
]
PERHAPS = [
    "n = 1\nopen('a' if n else 'b', 'w').write('z')",
    "import os\nd = 'd'\nfor f in ['a', 'b'][:1]:\n open(f, 'w').write('z')",
    "x = 'd'\nx += '/f'\nopen(x, 'w').write('z')",
    "a, b = 'a', 'b'\nopen(a, 'w').write('z')",
    "open('%s' % 'a', 'w').write('z')",
    "open('a'.lower(), 'w').write('z')",
    "from pathlib import Path\nPath('d/f').rename(Path('d/f').with_name('i'))",
    "import os\nopen(list(os.listdir('d/deep'))[0], 'w').write('z')",
    "n = 'a'\nopen(f'{n:1}', 'w').write('z')",
    "n = 'a'\nopen(f'{n!s}', 'w').write('z')",
    "from pathlib import Path\nPath('d').joinpath(*['f']).write_text('z')",
    "from pathlib import Path\nfor p in (q for q in Path('d').iterdir()):\n p.is_file() and p.write_text('z')",
    "import os\nn = 'a'\nopen(os.environ.get('NAME'), 'w').write('z')",
    "d = {'x': 'a'}\nopen(d['x'], 'w').write('z')",
]


def told(code: str, folder: Path) -> tuple[Reading, set[str]]:
    """(what the reader says, the files that really changed) of ``python -c CODE a b`` there."""
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("as it was\n")
    environ = {"HOME": str(folder), "NAME": "b", "PATH": os.environ["PATH"]}
    parser = shfmt.Parser(PATIENT)
    command = f"python3 -c {shlex.quote(code)} a b"
    found = read(parser.parse(command), Where(str(folder), str(folder), environ, Ground(), parser.parse))
    before = _texts(folder)
    words = [sys.executable, "-I", "-c", code, "a", "b"]
    ran = subprocess.run(words, cwd=folder, env=environ, capture_output=True, check=False)
    assert not ran.returncode, ran.stderr
    after = _texts(folder)
    return found, {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.mark.parametrize("code", EXACT)
def test_a_path_that_is_spelled_is_found(code: str, tmp_path: Path) -> None:
    """The reader names each file that the code changed, and leaves nothing open."""
    found, changed = told(code, tmp_path)
    assert changed and not found.unread
    assert changed <= {os.path.normpath(write.path) for write in found.writes}


@pytest.mark.parametrize("code", PERHAPS)
def test_a_path_that_is_computed_is_found_or_open(code: str, tmp_path: Path) -> None:
    """What the code changed is named, or the reader says that it can't tell."""
    found, changed = told(code, tmp_path)
    assert changed
    assert found.unread or changed <= {os.path.normpath(write.path) for write in found.writes}


def _texts(top: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in top.rglob("*") if path.is_file()}
