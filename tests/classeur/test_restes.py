"""What gives somebody away in a text, and where a workbook still does."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from inactifs.classeur.anonymisation import Identites, find_remains
from inactifs.procedure.modele import Eleve

PARTI = Eleve("7", "LE GALL", "Élodie", "123456789012", "06 01 02 03 04", "Elodie@exemple.fr")
FRERE = Eleve("8", "LE GALL", "Marc", telephone="0601020304")
HOMONYME = Eleve("9", "MARTIN", "Paul")
IDENTITES = Identites.of([PARTI, Eleve("10", "Martin", "Paul")], ["ROYER L."], [HOMONYME], [])


@pytest.mark.parametrize(
    ("texte", "trouve"),
    [
        ("Mme Élodie Le Gall a appelé", True),
        ("le-gall elodie", True),
        ("LE GALL", True),  # alone in its cell
        ("rue Le Gall à Vannes", False),
        ("Élodie", False),
        ("Royer L.", True),
        ("tél. +33 6 01 02 03 04, le soir", True),
        ("0601020304", True),
        ("601020304", True),
        ("06 01 02 03 05", False),
        ("NEPH 123456789012", True),
        ("écrire à elodie@exemple.fr.", True),
        ("autre@exemple.fr", False),
        ("MARTIN Paul", False),  # somebody who stays
        ("24/11/2026", False),
        ("", False),
    ],
)
def test_what_gives_somebody_away(texte: str, trouve: bool) -> None:
    """Whole names in any order, a family name alone, numbers and addresses however typed."""
    assert IDENTITES.in_text(texte) is trouve


def test_what_somebody_who_stays_shares_gives_nobody_away() -> None:
    """A brother's name and the family's phone number."""
    identites = Identites.of([PARTI], [], [FRERE], [])
    assert not identites.in_text("LE GALL")
    assert not identites.in_text("06 01 02 03 04")
    assert identites.in_text("LE GALL Élodie")


def test_names_are_found_in_cells_charts_and_pivot_caches_and_not_named() -> None:
    """By sheet and cell, else by the part and what the school calls it."""
    classeur = openpyxl.Workbook()
    feuille = classeur.worksheets[0]
    feuille.title = "Mes élèves"
    for ligne in (("Nom", "Heures"), ("Élodie LE GALL", 3), ("MARTIN Paul", 4)):
        feuille.append(ligne)
    graphique = BarChart()
    graphique.add_data(Reference(feuille, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    graphique.title = "Heures de Le Gall Élodie"
    feuille.add_chart(graphique, "D1")
    tampon = io.BytesIO()
    classeur.save(tampon)
    with zipfile.ZipFile(tampon, "a") as paquet:
        paquet.writestr(
            "xl/pivotCache/pivotCacheDefinition1.xml",
            '<pivotCacheDefinition xmlns="x"><sharedItems><s v="LE GALL &#201;lodie"/>'
            "</sharedItems></pivotCacheDefinition>",
        )
    restes = list(find_remains(tampon.getvalue(), "essai.xlsx", IDENTITES))
    assert [(r.lieu, r.cellules) for r in restes] == [
        ("feuille « Mes élèves »", ("A2",)),
        ("graphique (xl/charts/chart1.xml)", ()),
        ("tableau croisé dynamique (xl/pivotCache/pivotCacheDefinition1.xml)", ()),
    ]
