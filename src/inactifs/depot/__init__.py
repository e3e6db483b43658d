"""The file: lock, who has it open, copy, flush, one rename, undo. Knows no spreadsheet."""

from inactifs.depot.file import Source, create, forget, read, replace, undo, versions
from inactifs.depot.kept import Version
from inactifs.depot.locks import lock, refuse_if_open_elsewhere

__all__ = [
    "Source",
    "Version",
    "create",
    "forget",
    "lock",
    "read",
    "refuse_if_open_elsewhere",
    "replace",
    "undo",
    "versions",
]
