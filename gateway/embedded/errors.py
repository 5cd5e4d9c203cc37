"""The refusals of embedded backends. Each tells the person at the terminal what is wrong and what to do."""


class EmbeddedError(Exception):
    """An embedded backend cannot start or run; the message says how to mend it."""


class FolderInUse(EmbeddedError):
    """Another live process holds the data folder."""
