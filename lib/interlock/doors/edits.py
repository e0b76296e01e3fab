"""What the client's tools for files make of a file's text: the keys of their input, beside ``client``, which every
hook loads."""


def applied(tool: str, given: dict[str, object], text: str) -> str | None:
    """What a Write or Edit with that input would make of the file's ``text``; None where that can't be foreseen:
    another tool, or an Edit whose old text is not there as it is spelled, which the client may match by rules of
    its own."""
    if tool == "Write":
        return _text(given, "content")
    edits = given.get("edits") if tool == "MultiEdit" else [given] if tool == "Edit" else None
    if not isinstance(edits, list):
        return None
    for edit in edits:
        if not isinstance(edit, dict):
            return None
        old, new = _text(edit, "old_string"), _text(edit, "new_string")
        if old not in text or (not old and text):
            return None
        text = text.replace(old, new, -1 if edit.get("replace_all") is True else 1)
    return text


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
