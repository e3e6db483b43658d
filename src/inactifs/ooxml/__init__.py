"""A package of XML parts, edited in place: bytes in, bytes out (ECMA-376).

:class:`~inactifs.ooxml.workbook.Workbook` opens a workbook, gives an editor for each sheet, and
writes it back; what no edit concerns stays the same bytes. A refusal has a short French sentence
(``message``, without capital nor full stop, that an error of the rooms above can quote), and what
to do next (``conseil``, a whole sentence, or empty).
"""

from __future__ import annotations


class Refusal(Exception):
    """Base of everything that a package, a sheet or a cell does not allow."""

    advice = ""

    def __init__(self, message: str, conseil: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.conseil = self.advice if conseil is None else conseil


class InvalidPackage(Refusal):
    """The file is not a package that can be read or edited safely."""

    advice = "Ouvrez le fichier dans Excel ou LibreOffice et enregistrez-le à nouveau."


def not_a_workbook(what: str = "ce n'est pas un classeur Excel (.xlsx ou .xlsm)") -> InvalidPackage:
    """The refusal of another kind of document."""
    return InvalidPackage(
        what, "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx."
    )


class InvalidSheet(InvalidPackage):
    """A sheet's XML contradicts itself where an edit is wanted."""


class EditRefused(Refusal):
    """The package is sound, but this edit would damage it."""


class ValueRefused(EditRefused, ValueError):
    """A value that no cell can hold (text too long, date before 1900, infinite number)."""


class TableWithTotals(EditRefused):
    """A table that ends with a totals row cannot grow downwards without moving that row."""


class CellRefused(EditRefused):
    """A cell that must not be replaced; ``row`` and ``col`` are 1-based."""

    def __init__(self, message: str, row: int, col: int, conseil: str) -> None:
        super().__init__(message, conseil)
        self.row = row
        self.col = col


class FormulaCell(CellRefused):
    """The cell holds a formula, or belongs to the range of an array formula."""


class MergedCell(CellRefused):
    """The cell is hidden inside a merged range: what is written there is never seen."""


class OccupiedCell(CellRefused):
    """An appended row would overwrite a cell that is not empty."""
