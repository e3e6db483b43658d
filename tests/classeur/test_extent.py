"""How far a sheet goes: cells lost at its end are left out, whatever else is read."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from lecture_fabrique import ENTETES, dossier, workbook

from inactifs.classeur import source
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.source import TooFar, within_reach
from inactifs.erreurs import FichierInvalide


def with_cells(data: bytes, cellules: dict[str, str], feuille: str = "Tableau de suivi") -> bytes:
    """The workbook with these cells typed in a sheet."""
    livre = openpyxl.load_workbook(io.BytesIO(data))
    for reference, valeur in cellules.items():
        livre[feuille][reference] = valeur
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


TABLEAU = workbook({"Tableau de suivi": [ENTETES, dossier(derniere_activite="01/07/2026")]})


@pytest.mark.parametrize(
    "cellules",
    [{"XFD2": "."}, {"A1048576": "x"}, {"XFD2": ".", "A1048576": "."}, {"XFC40": "x"}],
)
def test_a_lost_cell_is_left_out_and_reported(cellules: dict[str, str]) -> None:
    """The rest is read as if it were not there."""
    lu = read_classeur(with_cells(TABLEAU, cellules), "suivi.xlsx")
    assert [d.eleve for d in lu.dossiers] == ["ROYER Laurence"]
    (perdue,) = [a for a in lu.anomalies if "très loin" in a.raison]
    assert perdue.cellule in cellules
    assert lu.places["Tableau de suivi"].derniere == 2


def test_a_sheet_that_is_full_so_far_is_read_whole() -> None:
    """A total some thousand rows lower is within reach, and so are a hundred columns."""
    proches = {"A4000": "Total :", "CV2": "x"}
    data = with_cells(TABLEAU, proches)
    xml = openpyxl_sheet(data)
    assert within_reach(xml) == (xml, ())


def test_a_sheet_larger_than_memory_is_refused_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4, with what to do."""
    monkeypatch.setattr(source, "CELLULES_MAX", 1000)
    xml = openpyxl_sheet(with_cells(TABLEAU, {"CV4000": "x"}))
    with pytest.raises(TooFar, match="CV4000"):
        within_reach(xml)
    with pytest.raises(FichierInvalide, match="CV4000"):
        read_classeur(with_cells(TABLEAU, {"CV4000": "x"}), "suivi.xlsx")


@pytest.mark.parametrize("guillemet", ["'", '"'])
def test_any_quotes_and_prefix(guillemet: str) -> None:
    """Rows and cells are found however they are written."""
    lignes = "".join(
        f"<x:row r='{n}'><x:c r='{c}{n}'><x:v>1</x:v></x:c></x:row>"
        for n, c in ((1, "A"), (2, "XFD"), (1048576, "B"))
    )
    xml = f"<x:worksheet><x:sheetData>{lignes}</x:sheetData></x:worksheet>"
    lu, perdues = within_reach(xml.replace("'", guillemet).encode())
    assert set(perdues) == {"XFD2", "B1048576"}
    assert b"XFD" not in lu and b"1048576" not in lu
    assert lu.endswith(b"</x:sheetData></x:worksheet>")


def openpyxl_sheet(data: bytes) -> bytes:
    """The part of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")
