"""The daily round typed on workbooks of the gallery, and what they hold after each command."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from galerie_excel import excel_with_everything, phonetic, strict, transitional
from galerie_fabrique import COURS_CSV, ELEVES_CSV
from galerie_logiciels import google_sheets, libreoffice, numbers, open_xml_sdk, with_openpyxl
from python_calamine import CalamineWorkbook

from inactifs.cli.execution import run

CALCULES = {"PROCHAINE ÉCHÉANCE", "ÉTAPE", "RESPONSABLE"}


@dataclass(frozen=True)
class Etape:
    """One command: what is typed, when, and the cells it may change.

    ``lignes``: by sheet, the headers whose cells may differ, and in whose rows (everybody's if
    empty); ``ajouts``: the sheets that gain rows.
    """

    commande: str
    jour: str
    lignes: dict[str, tuple[set[str], set[str]]]
    ajouts: set[str]


def _relance(jour: str) -> Etape:
    colonnes = {"DATES DE RELANCES", "MOYENS UTILISÉS", *CALCULES}
    return Etape(
        "relance add 1003", jour, {"Tableau de suivi": (colonnes, {"ROUX Léa"})}, {"Journal"}
    )


TOURNEE = (
    Etape("init", "2026-11-24", {}, set()),
    Etape("import eleves eleves.csv", "2026-11-24",
          {"Paramètres": ({"VALEUR"}, {"Dernier import : élèves"}),
           "Élèves": ({"DIT PAR L'EXPORT"}, {"nobody"})}, {"Élèves", "Journal"}),
    Etape("import cours cours.csv", "2026-11-24",
          {"Paramètres": ({"VALEUR"}, {"Dernier import : cours"}),
           "Élèves": ({"DERNIER COURS"}, set())}, {"Journal"}),
    Etape("detect", "2026-11-24", {"Tableau de suivi": ({"N° ÉLÈVE", "DÉTECTÉ LE", *CALCULES},
                                                     {"MOREL Jeanne"})},
          {"Tableau de suivi", "Journal"}),
    _relance("2026-11-24"), _relance("2026-12-01"), _relance("2026-12-15"),
    Etape("close 1003 --oui --malgre-imports", "2026-12-15",
          {"Tableau de suivi": ({"RÉSULTAT (REPRISE / ABANDON)", "COMMENTAIRE", "CLÔTURÉ LE",
                                 *CALCULES}, {"ROUX Léa"}),
           "Élèves": ({"STATUT"}, {"1003"})}, {"Journal"}),
)  # fmt: skip
ADOPTION, DETECTION, CLOTURE = 0, 3, 7  # ranks in the round


@dataclass(frozen=True)
class Tournee:
    """A workbook before the round, then after each of its commands."""

    nom: str
    etats: list[bytes]

    def steps(self) -> Iterator[tuple[Etape, bytes, bytes]]:
        yield from zip(TOURNEE, self.etats, self.etats[1:], strict=False)


GALERIE: dict[str, Callable[[], bytes]] = {
    "tout.xlsm": excel_with_everything,
    "excel_1904.xlsx": phonetic,
    "strict.xlsx": strict,
    "libreoffice.xlsx": libreoffice,
    "google.xlsx": google_sheets,
    "numbers.xlsx": numbers,
    "openpyxl.xlsx": with_openpyxl,
    "sdk.xlsx": open_xml_sdk,
}
_faites: dict[str, Tournee] = {}


def tournee(nom: str, dossiers: pytest.TempPathFactory) -> Tournee:
    """The whole round on a workbook of the gallery, typed once for all the tests."""
    if nom not in _faites:
        dossier = dossiers.mktemp("galerie")
        avant = GALERIE[nom]()
        (dossier / nom).write_bytes(avant)
        commandes = [(etape.commande, etape.jour) for etape in TOURNEE]
        _faites[nom] = Tournee(nom, [avant, *type_all(dossier / nom, commandes)])
    return _faites[nom]


def type_all(classeur: Path, commandes: Iterable[tuple[str, str]]) -> list[bytes]:
    """The workbook after each of these commands, typed on its day and done."""
    dossier = classeur.parent
    (dossier / "eleves.csv").write_text(ELEVES_CSV, "utf-8")
    (dossier / "cours.csv").write_text(COURS_CSV, "utf-8")
    etats = []
    with pytest.MonkeyPatch.context() as poste:
        poste.chdir(dossier)
        poste.setenv("INACTIFS_CLASSEUR", str(classeur))
        poste.setenv("INACTIFS_PAR", "Secrétariat")
        for commande, jour in commandes:
            poste.setenv("INACTIFS_AUJOURDHUI", jour)
            assert run(commande.split()) == 0, commande
            etats.append(classeur.read_bytes())
    return etats


@cache
def grid(data: bytes, sheet: str) -> list[list[object]]:
    """The cells of a sheet, from A1 on, as calamine reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def tableau(data: bytes) -> str:
    """The name of the tableau's sheet, which is the school's."""
    return next(n for n in sheet_names(data) if n in ("Tableau de suivi", "Feuille 1 - Inactifs"))


def sheet_names(data: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names


def openpyxl_of(data: bytes, *, rich: bool = False) -> openpyxl.Workbook:
    """The workbook as openpyxl loads it, once put in the namespaces that it knows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what it would lose on saving
        return openpyxl.load_workbook(io.BytesIO(transitional(data)), rich_text=rich)


def plain(value: object) -> object:
    """A value as both libraries give it."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value
