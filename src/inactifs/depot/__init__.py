"""The file: lock, who has it open, copy, flush, one rename, undo. Knows no spreadsheet."""

from inactifs.depot.file import Source, read
from inactifs.depot.kept import Version
from inactifs.depot.locks import lock, refuse_if_open_elsewhere
from inactifs.depot.swap import create, forget, replace, undo, versions

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
