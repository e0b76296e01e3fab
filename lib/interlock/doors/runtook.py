"""How long runs of a name took lately: five numbers in a file of ROOT/runs, for who has to wait."""

from interlock import system as os

_KEPT = 5
_MOST = 4096


def lately(root: str, checkout: str, name: str) -> float | None:
    """The median of the last five runs of that name, in seconds; None if none is known."""
    took = sorted(_numbers(_path(root, checkout, name)))
    return took[len(took) // 2] if took else None


def note(root: str, checkout: str, name: str, seconds: float) -> None:
    """One more run ended. Two that end at once may lose one of the numbers. Raises OSError."""
    file = _path(root, checkout, name)
    took = [*_numbers(file), seconds][-_KEPT:]
    fresh = f"{file}.{os.getpid()}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, "".join(f"{one:.3f}\n" for one in took).encode())
    finally:
        os.close(handle)
    os.rename(fresh, file)


def _numbers(path: str) -> list[float]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return []
    try:
        return [float(line) for line in os.read(handle, _MOST).split()]
    except (OSError, ValueError):
        return []
    finally:
        os.close(handle)


def _path(root: str, checkout: str, name: str) -> str:
    from _blake2 import blake2b

    text = f"{checkout}\0{name}".encode("utf-8", "surrogatepass")
    return os.path.join(root, "runs", f"{blake2b(text, digest_size=16).hexdigest()}.took")
