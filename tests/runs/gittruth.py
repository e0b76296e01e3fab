"""The truth about trees, by git's documented format and nothing of the package: blobs and trees hashed here, over
the names that ``git ls-files`` gives for the checkout itself."""

import hashlib
import os
import subprocess
from pathlib import Path

ENV = {
    "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b", "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "file",
}  # fmt: skip


def git(repo: Path, *words: str, stdin: bytes = b"", check: bool = True, **env: str) -> bytes:
    """What git prints."""
    done = subprocess.run(
        ["git", "-C", str(repo), *words], env=ENV | env, input=stdin, capture_output=True, check=False
    )
    assert not check or done.returncode == 0, (words, done.stderr)
    return done.stdout


def init(repo: Path, *words: str) -> Path:
    repo.mkdir(parents=True)
    git(repo, "init", "-q", "-b", "main", *words)
    return repo


def commit(repo: Path, *words: str) -> str:
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "-m", "x", *words)
    return git(repo, "rev-parse", "HEAD").decode().strip()


def added(repo: Path) -> str:
    """What ``git add -A; git write-tree`` makes of the checkout, by an index of its own."""
    index = repo.parent / f"{repo.name}.truth"
    real = Path(os.fsdecode(git(repo, "rev-parse", "--absolute-git-dir").strip()), "index")
    index.unlink(missing_ok=True)
    if real.exists():
        index.write_bytes(real.read_bytes())
    git(repo, "add", "-A", "--sparse", GIT_INDEX_FILE=str(index))
    return git(repo, "write-tree", GIT_INDEX_FILE=str(index)).decode().strip()


def hashed(repo: Path) -> str:
    """The tree of everything tracked or untracked and not ignored, hashed in Python."""
    names = git(repo, "ls-files", "-c", "-o", "-z", "--exclude-standard").split(b"\0")
    root: dict[bytes, object] = {}
    for name in sorted({name for name in names if name}):
        path = os.path.join(os.fsencode(repo), name)
        *folders, last = name.split(b"/")
        above = os.path.dirname(path)
        if not os.path.lexists(path) or os.path.realpath(above) != above or not _is_leaf(path):
            continue
        node = root
        for folder in folders:
            node = node.setdefault(folder, {})  # type: ignore[assignment]
        node[last] = _leaf(path)
    return _tree(root).hex()


def _is_leaf(path: bytes) -> bool:
    return os.path.islink(path) or os.path.isfile(path)


def _leaf(path: bytes) -> tuple[bytes, bytes]:
    if os.path.islink(path):
        return b"120000", _object(b"blob", os.readlink(path))
    with open(path, "rb") as file:
        content = file.read()
    return b"100755" if os.stat(path).st_mode & 0o100 else b"100644", _object(b"blob", content)


def _tree(node: dict[bytes, object]) -> bytes:
    entries = []
    for name, value in node.items():
        if isinstance(value, dict):
            entries.append((name + b"/", b"40000 " + name + b"\0" + _tree(value)))
        else:
            assert isinstance(value, tuple)
            mode, digest = value
            entries.append((name, mode + b" " + name + b"\0" + digest))
    return _object(b"tree", b"".join(text for _, text in sorted(entries)))


def _object(kind: bytes, content: bytes) -> bytes:
    return hashlib.sha1(kind + b" %d\0" % len(content) + content).digest()
