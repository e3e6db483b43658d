"""Exports from other software → activities and rejects, as values. No terminal, no clock."""

from inactifs.imports.importing import Options, import_file
from inactifs.imports.outcome import Rejet, ResultatImport, rejets_csv
from inactifs.procedure.modele import Canal

__all__ = ["Canal", "Options", "Rejet", "ResultatImport", "import_file", "rejets_csv"]
