"""Sheets and columns wherever the school has put them; files that are no workbook."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lecture_fabrique import (
    ENTETES,
    ENTETES_ELEVES,
    Formule,
    dossier,
    eleve,
    parametres,
    read,
    workbook,
)

from inactifs.classeur.journal import read_journal
from inactifs.classeur.reading import DejaLu, read_classeur
from inactifs.classeur.schema import JOURNAL, TABLEAU
from inactifs.classeur.source import NON_CALCULEE, silent_cells
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import Regles

ECOLE = ENTETES[:6]


@pytest.mark.parametrize(
    "nom", ["Tableau de suivi", "TABLEAU DE SUIVI", "tableau  de suivi", "Tableaudesuivi "]
)
def test_sheets_are_found_in_any_spelling(nom: str) -> None:
    """Case, accents and spaces are not looked at; the school's own spelling is kept."""
    classeur = read_classeur(workbook({nom: [ECOLE, ["A"]]}), "x.xlsx")
    assert classeur.places[TABLEAU.nom].nom == nom
    assert len(classeur.dossiers) == 1


def test_columns_in_any_order_under_title_rows() -> None:
    """Columns that are the school's own are left alone."""
    lignes = [
        ["Auto-école du Canal"],
        [],
        [None, "Suivi des élèves inactifs", "2026"],
        ["N°", "Commentaire", "Moniteur", "résultat", "Élève", "moyens\nutilisés"],
        [1, "absent", "Luc", "reprise", "ROYER Laurence", None],
    ]
    classeur = read_classeur(workbook({"Tableau de suivi": lignes}), "x.xlsx")
    place = classeur.places[TABLEAU.nom]
    assert (place.entete, place.derniere) == (4, 5)
    assert place.colonnes == {"commentaire": 2, "resultat": 4, "eleve": 5, "moyens": 6}
    (lu,) = classeur.dossiers
    assert (lu.eleve, lu.commentaire, lu.numero, lu.ligne) == ("ROYER Laurence", "absent", "", 5)


@pytest.mark.parametrize(
    ("entete", "champ"),
    [
        ("Résultat", "resultat"),
        ("RÉSULTAT REPRISE/ABANDON", "resultat"),
        ("Résultat (R/A)", "resultat"),
        ("Dates de relances (1, 2, 3)", "dates_relances"),
        ("date  de\ndernière activité", "derniere_activite"),
        ("N° élève", "numero"),
        ("Numéro élève", "numero"),
        ("Suspendu jusqu’au", "suspendu_jusqu_au"),
    ],
)
def test_headers_in_any_spelling(entete: str, champ: str) -> None:
    """With or without what is in parentheses."""
    classeur = read_classeur(workbook({"Tableau de suivi": [["ÉLÈVE", entete]]}), "x.xlsx")
    assert classeur.places[TABLEAU.nom].colonnes == {"eleve": 1, champ: 2}


def test_a_header_that_is_there_twice_is_said() -> None:
    """The first column is the one that is read."""
    data = workbook(
        {"Tableau de suivi": [["ÉLÈVE", "COMMENTAIRE", "Commentaire"], ["A", "b", "c"]]}
    )
    classeur = read_classeur(data, "x.xlsx")
    assert classeur.dossiers[0].commentaire == "b"
    assert [(a.gravite, a.cellule) for a in classeur.anomalies] == [("avertissement", "C1")]


def test_the_school_s_own_tableau_is_known_by_its_headers() -> None:
    """In a sheet of any name, when it is the only one."""
    classeur = read_classeur(workbook({"Notes": [["x"]], "2026": [ECOLE, ["A"]]}), "x.xlsx")
    assert classeur.places[TABLEAU.nom].nom == "2026"


def test_two_sheets_that_look_like_a_tableau_are_not_chosen_from() -> None:
    """The school says which."""
    data = workbook({"2025": [ECOLE, ["A"]], "2026": [ECOLE, ["A"]]})
    with pytest.raises(FichierInvalide, match="2025, 2026"):
        read_classeur(data, "x.xlsx")


def test_no_tableau_at_all() -> None:
    """``init`` is what mends it."""
    with pytest.raises(FichierInvalide) as faute:
        read_classeur(workbook({"Feuil1": [["Bonjour"]]}), "x.xlsx")
    assert "inactifs init x.xlsx" in faute.value.conseil


def test_a_tableau_without_headers_is_refused() -> None:
    """Reading it as empty would open a second dossier for everybody."""
    with pytest.raises(FichierInvalide, match="ÉLÈVE"):
        read_classeur(workbook({"Tableau de suivi": [["ROYER", date(2026, 5, 1)]]}), "x.xlsx")


def test_what_is_missing_is_listed_and_has_defaults() -> None:
    """The school's six columns alone are enough to be read."""
    classeur = read_classeur(workbook({"Tableau de suivi": [ECOLE]}), "x.xlsx")
    assert classeur.regles == Regles()
    assert len(classeur.registre) == 0
    assert classeur.imports == dict.fromkeys(("eleves", "cours", "connexions", "contacts"))
    assert classeur.manquants[0] == "la colonne « N° ÉLÈVE » de la feuille « Tableau de suivi »"
    assert "la feuille « Élèves »" in classeur.manquants
    assert len(classeur.manquants) == 9 + 4


def test_the_last_row_is_the_last_with_content_in_a_known_column() -> None:
    """A note in a column of the school's does not count, a lone comment does."""
    data = workbook(
        {"Tableau de suivi": [[*ECOLE, "Perso"], ["A"], [], [*[None] * 5, "x"], [*[None] * 6, "y"]]}
    )
    assert read_classeur(data, "x.xlsx").places[TABLEAU.nom].derniere == 4


def test_the_journal_is_read_in_order() -> None:
    """A line whose time cannot be read is left out, and said."""
    entetes = [c.entete for c in JOURNAL.colonnes]
    data = workbook(
        {
            "Journal": [
                entetes,
                [datetime(2026, 11, 24, 9, 30), "luc", "relance add", "ROYER Laurence", "1re"],
                ["2026-11-24T10:00:00", "luc", "close", "A", 12],
                ["24/11/2026", "", "detect", "", ""],
                ["?", "luc", "x", "y", "z"],
            ]
        }
    )
    lues, (faute,) = read_journal(data)
    assert (faute.gravite, faute.cellule, faute.contenu) == ("avertissement", "A5", "?")
    assert [e.horodatage for e in lues] == [
        datetime(2026, 11, 24, 9, 30),
        datetime(2026, 11, 24, 10),
        datetime(2026, 11, 24),
    ]
    assert (lues[1].commande, lues[1].detail) == ("close", "12")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 cut short",
        b"N;Nom\n1;Royer\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
)
def test_a_file_that_is_no_workbook(data: bytes) -> None:
    """It is named, with what to do."""
    with pytest.raises(FichierInvalide) as faute:
        read_classeur(data, "suivi.xlsx")
    assert "suivi.xlsx" in faute.value.message
    assert faute.value.conseil


def test_a_damaged_sheet_is_named() -> None:
    """Cut in its middle, as by a copy that failed."""
    sain = workbook({"Tableau de suivi": [ECOLE, ["A"]]})
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sain)) as avant, zipfile.ZipFile(sortie, "w") as apres:
        for info in avant.infolist():
            contenu = avant.read(info)
            if info.filename.endswith("sheet1.xml"):
                contenu = contenu[: len(contenu) // 2]
            apres.writestr(info.filename, contenu)
    with pytest.raises(FichierInvalide, match="Tableau de suivi"):
        read_classeur(sortie.getvalue(), "x.xlsx")


@pytest.mark.parametrize(
    ("cellule", "contenu"),
    [
        (b'<c r="B3" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c t="e" s="4" r="B3"><v>#N/A</v></c>', "#N/A"),
        (b"<c r='B3' t='e'><v>#REF!</v></c>", "#REF!"),
        (b'<c r="B3"><f>TODAY()</f></c>', NON_CALCULEE),
        (b'<c r="B3" s="2"><f>TODAY()</f><v></v></c>', NON_CALCULEE),
        (b'<c r="B3"><f>TODAY()</f><v/></c>', NON_CALCULEE),
        (b'<c r="B3"><f t="shared" si="0"/></c>', NON_CALCULEE),
    ],
)
def test_cells_that_calamine_shows_as_empty(cellule: bytes, contenu: str) -> None:
    """Errors, and formulas that were never calculated."""
    voisines = b'<c r="A3" t="s"><v>0</v></c>', b'<c r="C3"><f>1+1</f><v>2</v></c>'
    data = voisines[0] + cellule + voisines[1]
    if b"shared" in cellule:
        data += b'<c r="D3"><f t="shared" ref="B3:D3" si="0">1+1</f><v>2</v></c>'
    xml = b'<worksheet><sheetData><row r="3">' + data + b"</row></sheetData></worksheet>"
    assert silent_cells(xml) == {(3, 2): contenu}


def test_an_error_below_everything_belongs_to_the_tableau() -> None:
    """A row that shows nothing else is not free for a new dossier."""
    lignes = [
        ECOLE,
        ["A"],
        [],
        [None, Formule("=1/0", "#DIV/0!")],
        [*[None] * 40, Formule("=1/0", "#N/A")],
    ]
    classeur = read_classeur(workbook({"Tableau de suivi": lignes}), "x.xlsx")
    assert classeur.places[TABLEAU.nom].derniere == 4
    assert [a.cellule for a in classeur.anomalies] == ["A4"]


def test_a_formula_that_gives_an_empty_text_is_empty() -> None:
    """It is what schools write to hide a zero."""
    cellule = b'<c r="B3" t="str"><f>IF(A1="","",A1)</f><v></v></c>'
    xml = b'<worksheet><sheetData><row r="3">' + cellule + b"</row></sheetData></worksheet>"
    assert silent_cells(xml) == {}


def test_a_workbook_saved_by_openpyxl_reads_the_same() -> None:
    """Formulas without a value included: they are unreadable, not empty."""
    livre = openpyxl.Workbook()
    onglet = livre.worksheets[0]
    onglet.title = "Tableau de suivi"
    onglet.append(ENTETES)
    onglet.append(["A", date(2026, 5, 20)])
    onglet.append(["B", "=TODAY()-100"])
    sortie = io.BytesIO()
    livre.save(sortie)
    classeur = read_classeur(sortie.getvalue(), "x.xlsx")
    assert [d.derniere_activite for d in classeur.dossiers] == [date(2026, 5, 20)]
    assert [(i.eleve, i.anomalie.cellule) for i in classeur.illisibles] == [("B", "B3")]


def test_chart_sheets_hidden_sheets_and_the_calendar_of_macs() -> None:
    """A chart sheet has no cells; day 0 may be in 1904; a hidden tableau is a tableau."""
    sortie = io.BytesIO()
    livre = xlsxwriter.Workbook(sortie, {"in_memory": True, "date_1904": True})
    graphique = livre.add_chart({"type": "line"})
    graphique.add_series({"values": "=Suivi!$B$2:$B$2"})
    livre.add_chartsheet("Courbe & co").set_chart(graphique)
    onglet = livre.add_worksheet("Suivi")
    onglet.write_row(0, 0, ECOLE)
    jour = livre.add_format({"num_format": "d mmm yyyy"})
    onglet.write_row(1, 0, ["A"])
    onglet.write_datetime(1, 1, datetime(2026, 5, 20), jour)
    livre.add_worksheet("Accueil").activate()
    onglet.hide()
    livre.close()
    (lu,) = read_classeur(sortie.getvalue(), "x.xlsx").dossiers
    assert lu.derniere_activite == date(2026, 5, 20)


TEXTES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n"),
    max_size=30,
)
VALEURS = st.one_of(
    st.none(),
    TEXTES,
    st.sampled_from(["24/08/2026", "24/08", "SMS", "?", "—", "REPRISE", "TOTAL", "3 nov et 4 nov"]),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(9999, 12, 31)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(VALEURS, max_size=14), max_size=4),
    st.lists(st.lists(VALEURS, max_size=14), max_size=4),
    st.lists(VALEURS, max_size=14),
)
def test_nothing_raises_for_bad_content(
    tableau: list[list[object]], eleves: list[list[object]], valeurs: list[object]
) -> None:
    """Whatever the cells hold, every row with a student is a dossier or an unreadable row."""
    lignes = parametres()
    for ligne, valeur in zip(lignes[1:], valeurs, strict=False):
        ligne[1] = valeur
    classeur = read_classeur(
        workbook(
            {
                "Tableau de suivi": [ENTETES, *tableau],
                "Élèves": [ENTETES_ELEVES, *eleves],
                "Paramètres": lignes,
            }
        ),
        "x.xlsx",
    )
    lues = [d.ligne for d in classeur.dossiers] + [i.ligne for i in classeur.illisibles]
    assert len(set(lues)) == len(lues)
    reportees = {int(a.cellule[1:]) for a in classeur.anomalies if a.feuille == TABLEAU.nom}
    for rang, ligne in enumerate(tableau, start=2):
        if any(str(v).strip() for v in ligne[:8] if v is not None and v is not True):
            assert rang in lues or rang in reportees


def test_reading_is_the_same_whatever_surrounds_the_tableau() -> None:
    """Title rows only shift the rows."""
    ligne = dossier(derniere_activite=date(2026, 5, 20), dates_relances="24/08", moyens="tel")
    nu = read(ligne).dossiers[0]
    data = workbook({"Tableau de suivi": [["Titre"], [], ENTETES, ligne]})
    decale = read_classeur(data, "x.xlsx").dossiers[0]
    assert (decale.ligne, decale.relances) == (4, nu.relances)


def _typed(data: bytes, feuille: str, ligne: int, colonne: int, valeur: str) -> bytes:
    livre = Workbook(data)
    livre.sheet(feuille).set(ligne, colonne, valeur)
    return livre.to_bytes()


def _in_part(data: bytes, part: str, ancien: str, nouveau: str) -> bytes:
    """The same package, a text changed in one of its parts."""
    sortie = io.BytesIO()
    tasse = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(data)) as avant, zipfile.ZipFile(sortie, "w", tasse) as apres:
        for nom in avant.namelist():
            contenu = avant.read(nom)
            if nom == part:
                assert ancien.encode() in contenu
                contenu = contenu.replace(ancien.encode(), nouveau.encode())
            apres.writestr(nom, contenu)
    return sortie.getvalue()


def test_reading_again_says_what_a_first_reading_says() -> None:
    """Whoever changed what meanwhile: a cell of one sheet, the texts or the formats of all."""
    depart = workbook(
        {
            "Tableau de suivi": [ENTETES, dossier(eleve="ROYER Laurence", numero="1")],
            "Élèves": [ENTETES_ELEVES, eleve(numero="1", nom="ROYER", inscrit_le=date(2026, 1, 5))],
            "Paramètres": parametres(),
        }
    )
    numero, nom = ENTETES_ELEVES.index("N° ÉLÈVE") + 1, ENTETES_ELEVES.index("NOM") + 1
    etats = [depart]
    for feuille, colonne, valeur in (
        ("Tableau de suivi", ENTETES.index("COMMENTAIRE") + 1, "rappeler"),
        ("Élèves", nom, "ROUX"),
        ("Tableau de suivi", ENTETES.index("DATES DE RELANCES") + 1, "jamais"),
        ("Élèves", numero, "2"),
    ):
        etats.append(_typed(etats[-1], feuille, 2, colonne, valeur))
    etats.append(_in_part(depart, "xl/styles.xml", "dd/mm/yyyy", "0"))
    etats.append(_in_part(depart, "xl/sharedStrings.xml", "ROYER", "BLANC"))
    etats.append(_in_part(depart, "xl/workbook.xml", "Paramètres", "Reglages"))
    deja = DejaLu()
    for data in (data for etat in etats for data in (depart, etat)):
        encore, neuf = (read_classeur(data, "x.xlsx", lu) for lu in (deja, None))
        assert [*encore.registre] == [*neuf.registre]
        assert encore == replace(neuf, registre=encore.registre)


def test_what_no_byte_of_has_changed_is_not_read_again() -> None:
    """A note in the tableau: the register is the one that was read."""
    depart = workbook({"Tableau de suivi": [ENTETES, dossier(eleve="A")],
                       "Élèves": [ENTETES_ELEVES, eleve(numero="1", nom="A")]})  # fmt: skip
    deja = DejaLu()
    avant = read_classeur(depart, "x.xlsx", deja)
    note = _typed(depart, "Tableau de suivi", 2, ENTETES.index("COMMENTAIRE") + 1, "vu")
    apres = read_classeur(note, "x.xlsx", deja)
    assert apres.dossiers[0].commentaire == "vu"
    assert apres.registre is avant.registre
