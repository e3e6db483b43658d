"""The new workbook: readable at once, and set up for the rows to come."""

from __future__ import annotations

import io
import runpy
import zipfile
from datetime import date
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from inactifs.classeur.adoption import new_workbook
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import ELEVES, JOURNAL, MODELES, PARAMETRES, TABLEAU, Feuille, Nature
from inactifs.classeur.settings import default_modeles
from inactifs.classeur.values import SUITE, Ecole
from inactifs.ooxml.workbook import Workbook as Package
from inactifs.procedure.modele import Moyen, Regles

FEUILLES = (TABLEAU, ELEVES, PARAMETRES, MODELES, JOURNAL)


DERNIERE_LIGNE = 5000


@pytest.fixture(scope="module")
def data() -> bytes:
    """A new workbook's bytes."""
    return new_workbook(Ecole("Auto-école du Canal"))


@pytest.fixture(scope="module")
def livre(data: bytes) -> Workbook:
    """The same, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def test_it_reads_as_the_procedure_with_nothing_missing(data: bytes) -> None:
    """The procedure's rules and plan, the default texts, the school's name."""
    classeur = read_classeur(data, "x.xlsx")
    assert classeur.manquants == ()
    assert classeur.anomalies == ()
    assert classeur.regles == Regles()
    assert classeur.ecole.nom == "Auto-école du Canal"
    assert (classeur.dossiers, len(classeur.registre)) == ((), 0)
    assert [(m.etape, m.moyen, m.texte) for m in classeur.modeles] == [
        (m.etape, m.moyen, m.texte.strip()) for m in default_modeles()
    ]


def test_the_sheets_and_headers_are_those_of_the_schema(livre: Workbook) -> None:
    """In its order, at the first row."""
    assert livre.sheetnames == [f.nom for f in FEUILLES]
    for feuille in FEUILLES:
        entetes = [c.value for c in livre[feuille.nom][1]][: len(feuille.obligatoires)]
        assert entetes == [c.entete for c in feuille.obligatoires]


def test_the_texts_of_the_procedure_are_there_for_every_step_and_means(data: bytes) -> None:
    """So that « relance message » always has something to say."""
    classeur = read_classeur(data, "x.xlsx")
    etapes = [SUITE, *(e.numero for e in classeur.regles.plan)]
    assert {(m.etape, m.moyen) for m in classeur.modeles} == {
        (etape, moyen) for etape in etapes for moyen in Moyen
    }


@pytest.mark.parametrize("feuille", [TABLEAU, ELEVES], ids=lambda f: f.nom)
def test_columns_have_the_style_of_the_rows_to_come(livre: Workbook, feuille: Feuille) -> None:
    """Dates as DD/MM/YYYY, lists wrapped, numbers of persons as text."""
    for rang, colonne in enumerate(feuille.obligatoires):
        style = livre[feuille.nom].column_dimensions["ABCDEFGHIJKLMNO"[rang]]
        assert style.width == colonne.largeur
        assert style.alignment.vertical == "top"
        if colonne.nature is Nature.DATE:
            assert style.number_format == "dd/mm/yyyy"
        if colonne.nature is Nature.LISTE or colonne.champ == "commentaire":
            assert style.alignment.wrap_text
        if colonne.champ in ("numero", "neph", "telephone"):
            assert style.number_format == "@"


def test_lists_and_colours_reach_far_below(livre: Workbook) -> None:
    """RÉSULTAT and STATUT are chosen from a list; due, suspended and closed rows are coloured."""
    listes = {
        (onglet.title, str(v.sqref)): v.formula1
        for onglet in livre
        for v in onglet.data_validations.dataValidation
    }
    assert listes[TABLEAU.nom, f"E2:E{DERNIERE_LIGNE}"] == '"REPRISE,ABANDON"'
    assert listes[ELEVES.nom, f"J2:J{DERNIERE_LIGNE}"] == (
        '"en formation,permis obtenu,transféré,suspendu,abandonniste"'
    )
    assert '"oui,non"' in listes.values()
    couleurs = [
        (str(plage.sqref), regle.formula[0].partition("(")[0])
        for plage in livre[TABLEAU.nom].conditional_formatting
        for regle in plage.rules
    ]
    lignes, noms = f"A2:O{DERNIERE_LIGNE}", f"A2:A{DERNIERE_LIGNE}"
    assert couleurs == [
        (noms, "ISNUMBER"), (noms, "ISNUMBER"), (lignes, "LEFT"), (lignes, "LEFT"),
        (lignes, "AND"), (f"I2:K{DERNIERE_LIGNE}", "AND"),
    ]  # fmt: skip
    assert "financière" in listes[TABLEAU.nom, f"N2:N{DERNIERE_LIGNE}"]


def test_the_printed_tableau_says_whose_and_what_it_is(livre: Workbook) -> None:
    """The school's name, the document's title, and what the colours mean."""
    onglet = livre[TABLEAU.nom]
    assert onglet.oddHeader.left.text == "Auto-école du Canal"
    assert "Suivi des élèves inactifs" in onglet.oddHeader.center.text
    assert "abandon" in onglet.oddFooter.left.text and "reprise" in onglet.oddFooter.left.text


@pytest.mark.parametrize("feuille", FEUILLES, ids=lambda f: f.nom)
def test_it_is_ready_to_print(livre: Workbook, feuille: Feuille) -> None:
    """A4 landscape, one page wide, headers repeated, pages numbered; headers stay in sight."""
    onglet = livre[feuille.nom]
    assert onglet.page_setup.orientation == "landscape"
    assert (onglet.page_setup.fitToWidth, onglet.page_setup.fitToHeight) == (1, 0)
    assert onglet.sheet_properties.pageSetUpPr.fitToPage
    assert onglet.print_title_rows == "$1:$1"
    assert "&P" in str(onglet.oddFooter.right.text)
    assert onglet.freeze_panes in ("A2", "B2")


@pytest.mark.parametrize("nom", ['=HYPERLINK("http://x")', "+33", "École \x07 d'été", ""])
def test_the_school_s_name_is_a_text(nom: str) -> None:
    """Never a formula; what XML cannot hold is dropped."""
    data = new_workbook(Ecole(nom))
    assert read_classeur(data, "x.xlsx").ecole.nom == nom.replace("\x07", "")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        feuille = archive.read("xl/worksheets/sheet3.xml")
    assert b"<f>" not in feuille


def test_the_engine_adds_rows_that_look_like_the_first(data: bytes) -> None:
    """A row appended by the engine takes the styles of the columns."""
    livre = Package(data)
    onglet = livre.sheet(TABLEAU.nom)
    onglet.append([{1: "ROYER Laurence", 2: date(2026, 5, 20), 7: "1042"}], 2)
    ecrit = openpyxl.load_workbook(io.BytesIO(livre.to_bytes()))[TABLEAU.nom]
    assert ecrit["B2"].number_format == "dd/mm/yyyy"
    assert ecrit["B2"].alignment.vertical == "top"
    assert ecrit["G2"].number_format == "@"
    (lu,) = read_classeur(livre.to_bytes(), "x.xlsx").dossiers
    assert (lu.eleve, lu.derniere_activite, lu.numero) == (
        "ROYER Laurence",
        date(2026, 5, 20),
        "1042",
    )


def test_the_template_is_what_its_script_makes() -> None:
    """Cell by cell, with widths, lists and colours: the schema has not moved since."""
    script = Path(__file__).parents[2] / "scripts" / "make_template.py"
    fait = openpyxl.load_workbook(io.BytesIO(runpy.run_path(str(script))["make_template"]()))
    livre = openpyxl.load_workbook(files("inactifs.classeur").joinpath("modele.xlsx"))
    assert livre.sheetnames == fait.sheetnames
    for onglet in fait:
        expedie = livre[onglet.title]
        assert list(expedie.values) == list(onglet.values)
        assert {k: v.width for k, v in expedie.column_dimensions.items()} == {
            k: v.width for k, v in onglet.column_dimensions.items()
        }
        assert [str(v.sqref) for v in expedie.data_validations.dataValidation] == [
            str(v.sqref) for v in onglet.data_validations.dataValidation
        ]
