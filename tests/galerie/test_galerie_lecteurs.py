"""After every kind of write, LibreOffice opens the workbook and gives the same cells back."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from galerie_fabrique import LIGNES
from galerie_tournee import grid, openpyxl_of, plain, sheet_names, tableau, tournee, type_all

ECRITURES = (
    ("init", "init", "2026-11-24"),
    ("import_eleves", "import eleves eleves.csv", "2026-11-24"),
    ("import_cours", "import cours cours.csv", "2026-11-24"),
    ("detect", "detect", "2026-11-24"),
    ("relance", "relance add 1003", "2026-11-24"),
    ("reponse", "relance add 1004 --resultat entretien", "2026-11-24"),
    ("activite", "activite add 1001 cours", "2026-11-25"),
    ("pause", "pause 1003 --jusqu-au 15/12/2026 --motif stage", "2026-11-25"),
    ("close", "close 1003 --demande-eleve --oui", "2026-11-26"),
    ("reopen", "reopen 1003 --motif revient", "2026-11-27"),
    ("undo", "undo", "2026-11-27"),
)
CONVERTIES = ("init", "import_cours", "detect", "relance", "activite", "close")
ADOPTES = ("tout.xlsm", "excel_1904.xlsx", "strict.xlsx", "google.xlsx", "numbers.xlsx", "sdk.xlsx")
"""Those of which LibreOffice rereads the last state; it wrote the one that is missing."""
_RECALCULER = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
"""LibreOffice's option « Recalculer au chargement : toujours », which Excel does by itself."""


@pytest.fixture(scope="module")
def neufs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A workbook that the tool made, after each kind of write."""
    classeur = tmp_path_factory.mktemp("neuf") / "suivi.xlsx"
    etats = type_all(classeur, [(commande, jour) for _, commande, jour in ECRITURES])
    return {nom: etat for (nom, *_), etat in zip(ECRITURES, etats, strict=True)}


@pytest.fixture(scope="module")
def relus(
    neufs: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[bytes, bytes]]:
    """By name: a workbook as written, and as LibreOffice opened it and saved it anew."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) n'est pas installé")
    dossier = tmp_path_factory.mktemp("lecteurs")
    ecrits = {nom: neufs[nom] for nom in CONVERTIES}
    ecrits |= {nom: tournee(nom, tmp_path_factory).etats[-1] for nom in ADOPTES}
    profil = dossier / "profil" / "user"
    profil.mkdir(parents=True)
    (profil / "registrymodifications.xcu").write_text(_RECALCULER, "utf-8")
    sources = {nom: dossier / f"{Path(nom).stem}.xlsx" for nom in ecrits}
    for nom, source in sources.items():
        source.write_bytes(ecrits[nom])
    subprocess.run(
        [soffice, f"-env:UserInstallation={profil.parent.as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(dossier / "relus"), *map(str, sources.values())],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return {
        nom: (ecrits[nom], (dossier / "relus" / source.name).read_bytes())
        for nom, source in sources.items()
    }


def trimmed(rows: list[list[object]]) -> list[list[object]]:
    """Values as they compare, without the blanks at the ends."""
    found = []
    for row in rows:
        values = [plain(value) for value in row]
        while values and values[-1] == "":
            values.pop()
        found.append(values)
    while found and not found[-1]:
        found.pop()
    return found


@pytest.mark.parametrize("nom", CONVERTIES + ADOPTES)
def test_libreoffice_gives_the_same_cells_back(
    relus: dict[str, tuple[bytes, bytes]], nom: str
) -> None:
    """Every sheet that the tool writes, whoever saved the workbook before."""
    ecrit, relu = relus[nom]
    for feuille in (tableau(ecrit), "Élèves", "Paramètres", "Modèles", "Journal"):
        assert trimmed(grid(relu, feuille)) == trimmed(grid(ecrit, feuille)), feuille
    assert sheet_names(relu) == sheet_names(ecrit)


@pytest.mark.parametrize("nom", [nom for nom, *_ in ECRITURES])
def test_openpyxl_and_calamine_agree_on_a_new_workbook(neufs: dict[str, bytes], nom: str) -> None:
    """After every kind of write."""
    ecrit = neufs[nom]
    livre = openpyxl_of(ecrit)
    for feuille in sheet_names(ecrit):
        lignes = [list(ligne) for ligne in livre[feuille].iter_rows(values_only=True)]
        assert trimmed(lignes) == trimmed(grid(ecrit, feuille)), feuille


@pytest.mark.parametrize("nom", ["tout.xlsm", "excel_1904.xlsx", "strict.xlsx"])
def test_formulas_that_refer_to_the_tableau_count_the_new_rows(
    relus: dict[str, tuple[bytes, bytes]], nom: str
) -> None:
    """Computed anew: whole columns, names, tables and all that was the whole tableau take them,
    other ranges stay theirs."""
    _, relu = relus[nom]
    resultats = {str(ligne[0]): ligne[1] for ligne in grid(relu, "Statistiques") if ligne[0]}
    attendus = {
        "Toute la colonne": len(LIGNES) + 2, "Jusqu'à 1000": 1, "Deux lignes": 2,
        "Toutes les lignes": len(LIGNES) + 2, "Un nom": len(LIGNES) + 2,
        "Une cellule": LIGNES[0][0],
    }  # fmt: skip
    if nom == "tout.xlsm":
        attendus["Table"] = len(LIGNES) + 2
    assert {nom: resultats[nom] for nom in attendus} == attendus


def test_undo_gives_back_the_state_that_was_reread(neufs: dict[str, bytes]) -> None:
    """Byte for byte."""
    assert neufs["undo"] == neufs["close"] != neufs["reopen"]
