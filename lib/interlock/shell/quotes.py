"""Quote removal: backslashes and $'…'."""

_PLAIN = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_OCTAL = "01234567"
_HEX = "0123456789abcdefABCDEF"


def ansi(text: str) -> str:
    """What ``$'text'`` means. Bytes that are no UTF-8 become lone surrogates, as names from the disk do."""
    return pieces(text)[0]  # a NUL ends the string


def pieces(text: str) -> list[str]:
    """The same for a program that prints what stands behind a NUL too: what lies between them."""
    if "\\" not in text:
        return [text]
    found: list[str] = []
    out = bytearray()
    at = 0
    while at < len(text):
        if text[at] != "\\" or at + 1 == len(text):
            out += _bytes(text[at])
            at += 1
            continue
        piece, at = _escape(text, at + 1)
        if piece == b"\0":
            found.append(out.decode("utf-8", "surrogateescape"))
            out = bytearray()
            continue
        out += piece
    return [*found, out.decode("utf-8", "surrogateescape")]


def _escape(text: str, at: int) -> tuple[bytes, int]:
    """What stands behind a backslash, and where the text goes on."""
    mark = text[at]
    if mark in _PLAIN:
        return _PLAIN[mark].encode(), at + 1
    if mark in _OCTAL:
        return _number(text, at, 3, _OCTAL, 8)
    if mark == "x" and text[at + 1 : at + 2] in _HEX and text[at + 1 : at + 2]:
        return _number(text, at + 1, 2, _HEX, 16)
    if mark in "uU" and text[at + 1 : at + 2] in _HEX and text[at + 1 : at + 2]:
        end = _end(text, at + 1, 4 if mark == "u" else 8, _HEX)
        code = int(text[at + 1 : end], 16)
        return _bytes(chr(code)) if code <= 0x10FFFF else b"?", end
    if mark == "c" and at + 1 < len(text):
        return bytes([ord(text[at + 1]) & 0x1F]), at + 2
    return b"\\" + _bytes(mark), at + 1


def _number(text: str, at: int, most: int, digits: str, base: int) -> tuple[bytes, int]:
    end = _end(text, at, most, digits)
    return bytes([int(text[at:end], base) & 0xFF]), end


def _end(text: str, at: int, most: int, digits: str) -> int:
    end = at
    while end < len(text) and end < at + most and text[end] in digits:
        end += 1
    return end


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape" if "\udc80" <= text <= "\udcff" else "replace")


def unquoted(text: str) -> list[tuple[str, bool]]:
    """A literal outside of quotes as (text, was quoted) pieces: a backslash quotes one character, and
    before a newline joins two lines."""
    if "\\" not in text:
        return [(text, False)]
    pieces = []
    head, *rest = text.split("\\")
    if head:
        pieces.append((head, False))
    at = 0
    while at < len(rest):
        part = rest[at]
        if part:
            if part[0] != "\n":
                pieces.append((part[0], True))
            if part[1:]:
                pieces.append((part[1:], False))
        elif at + 1 < len(rest):  # two backslashes
            at += 1
            pieces.append(("\\", True))
            if rest[at]:
                pieces.append((rest[at], False))
        else:
            pieces.append(("\\", True))
        at += 1
    return pieces


def doubled(text: str, special: str = '$`"\\\n') -> str:
    """A literal inside double quotes or a heredoc: a backslash goes where it has a meaning there."""
    if "\\" not in text:
        return text
    out = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and text[at + 1] in special:
            at += 1
            if text[at] != "\n":
                out.append(text[at])
        else:
            out.append(text[at])
        at += 1
    return "".join(out)
