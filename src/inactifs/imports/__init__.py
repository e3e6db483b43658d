"""Exports from other software → activities and rejects, as values. No terminal, no clock."""

from inactifs.imports.importation import import_file
from inactifs.imports.rejets import rejets_csv
from inactifs.imports.resultat import Canal, Rejet, ResultatImport

__all__ = ["Canal", "Rejet", "ResultatImport", "import_file", "rejets_csv"]
