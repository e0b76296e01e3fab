"""The one fault of this room."""


class InstallError(Exception):
    """Says what was wrong and what to do, in a sentence for a person; nothing was lost."""
