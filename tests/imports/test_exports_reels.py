"""The school's four exports, as they came, against what is true of its 312 students."""

from __future__ import annotations

import json
from datetime import date

import pytest
from exports_fabrique import EXPORTS, JOUR, importe, updated

from inactifs.imports import Canal, import_file
from inactifs.procedure.eleve import inactive_from, last_activity
from inactifs.registre import Registre

VERITE = json.loads((EXPORTS / "truth.json").read_text(encoding="utf-8"))
FICHIERS = {
    Canal.ELEVES: "eleves.csv",
    Canal.COURS: "planning.xlsx",
    Canal.CONNEXIONS: "pass_rousseau.csv",
    Canal.CONTACTS: "contacts.xlsx",
}


def imported_all(registre: Registre) -> tuple[Registre, list[int]]:
    """The register after the four files, and the lines that each brought."""
    apports = []
    for canal, nom in FICHIERS.items():
        with (EXPORTS / nom).open("rb") as fichier:
            resultat = import_file(canal, fichier, nom, registre, JOUR)
        assert resultat.rejets == ()
        apports.append(resultat.importees)
        registre = updated(registre, resultat)
    return registre, apports


def test_the_four_exports_give_the_last_activity_of_every_student() -> None:
    """312 last activities, and the students inactive on that day."""
    registre, apports = imported_all(Registre())
    assert apports == [312, 1560, 219, 107]
    dernieres = {e.numero: last_activity(e) for e in registre}
    assert dernieres == {n: date.fromisoformat(j) for n, j in VERITE["last"].items()}
    inactifs = {
        e.numero for e in registre if e.suivi and inactive_from(last_activity(e) or JOUR, 3) <= JOUR
    }
    assert inactifs == set(VERITE["inactive"])


def test_the_same_files_again_change_nothing() -> None:
    """The second import of each finds every line known."""
    registre, _ = imported_all(Registre())
    encore, apports = imported_all(registre)
    assert apports == [0, 0, 0, 0]
    assert list(encore) == list(registre)


@pytest.mark.parametrize("fichier", ["lecons.xlsx", "lecons.xls", "lecons.ods"])
def test_every_kind_of_workbook_says_the_same(fichier: str) -> None:
    """A lesson sheet saved by LibreOffice in three formats: the right sheet, under a merged
    title, a phone that lost its zero, a total below."""
    resultat = importe(Canal.COURS, (EXPORTS / fichier).read_bytes())
    royer = next(e for e in resultat.eleves if e.numero == "1285")
    assert royer.dernier_cours == date(2026, 7, 5)
    assert [(r.ligne, r.raison) for r in resultat.rejets] == [
        (5, "élève inconnu au registre"),
        (6, "élève inconnu au registre"),
    ]
    assert "feuille « Leçons », en-têtes ligne 3" in resultat.compris[0]
