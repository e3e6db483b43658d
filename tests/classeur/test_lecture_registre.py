"""The register, and the rows of the tableau against it."""

from __future__ import annotations

from datetime import date

import pytest
from lecture_fabrique import ENTETES, Formule, dossier, eleve, read, workbook

from inactifs.classeur.reading import read_classeur, read_eleves_only
from inactifs.procedure.modele import Eleve
from inactifs.registre import number_key


def test_a_full_student_is_read_field_by_field() -> None:
    """The columns of the sheet are the fields of ``Eleve``."""
    attendu = Eleve(
        numero="1042",
        nom="ROYER",
        prenom="Laurence",
        neph="160134200123",
        telephone="06 12 34 56 78",
        email="l.royer@exemple.fr",
        formation="B",
        financement="CPF",
        inscrit_le=date(2026, 1, 5),
        statut="en formation",
        dernier_cours=date(2026, 5, 20),
        prochain_cours=date(2026, 12, 1),
        derniere_connexion=date(2026, 5, 1),
        dernier_contact=date(2026, 6, 1),
    )
    valeurs = {champ: getattr(attendu, champ) for champ in Eleve.__slots__}
    classeur = read(eleves=[eleve(**valeurs)])
    assert list(classeur.registre) == [attendu]
    assert classeur.lignes_eleves == {"1042": 2}
    assert classeur.anomalies == ()


@pytest.mark.parametrize(
    ("champ", "typed", "expected"),
    [
        ("numero", 1002, "1002"),
        ("telephone", 612345678, "0612345678"),
        ("telephone", 33612345678, "+33612345678"),
        ("telephone", "06.12.34.56.78", "06.12.34.56.78"),
        ("neph", 160134200123, "160134200123"),
        ("neph", 80134200123, "080134200123"),
        ("nom", "  ROYER ", "ROYER"),
        ("prenom", None, ""),
    ],
)
def test_texts_that_excel_made_numbers(champ: str, typed: object, expected: str) -> None:
    """Without « .0 », and with the leading zero that Excel drops."""
    (lu,) = read(eleves=[eleve(**{"numero": "1", "nom": "A", champ: typed})]).registre
    assert getattr(lu, champ) == expected


def test_dates_typed_as_text_are_read() -> None:
    """As in the tableau."""
    (lu,) = read(eleves=[eleve(numero="1", nom="A", dernier_cours="3 nov. 2026")]).registre
    assert lu.dernier_cours == date(2026, 11, 3)


@pytest.mark.parametrize(
    "typed",
    ["bientôt", 24112026, "31/02/2026", "24/11", Formule("=#N/A", "#N/A"), date(1900, 3, 1)],
)
def test_an_unreadable_date_makes_the_student_doubtful(typed: object) -> None:
    """The others are not, and no one is guessed inactive."""
    classeur = read(
        eleves=[eleve(numero="A 1", nom="X", dernier_cours=typed), eleve(numero="2", nom="Y")]
    )
    assert classeur.eleves_douteux == {"A 1"}
    (anomalie,) = classeur.anomalies
    assert (anomalie.gravite, anomalie.feuille, anomalie.cellule) == ("erreur", "Élèves", "K2")
    assert len(classeur.registre) == 2


def test_a_number_used_twice_is_reported_and_the_first_kept() -> None:
    """Case and spaces do not make two numbers."""
    classeur = read(eleves=[eleve(numero="a 1", nom="X"), eleve(numero="A1", nom="Y")])
    assert [e.nom for e in classeur.registre] == ["X"]
    (anomalie,) = classeur.anomalies
    assert (anomalie.gravite, anomalie.cellule, anomalie.contenu) == ("erreur", "A3", "Y")


def test_a_student_without_a_number_is_reported() -> None:
    """They are not followed: it is said."""
    classeur = read(eleves=[eleve(nom="X"), eleve(), eleve(numero="2", nom="Y")])
    assert [e.nom for e in classeur.registre] == ["Y"]
    assert classeur.lignes_eleves == {"2": 4}
    assert [(a.gravite, a.cellule) for a in classeur.anomalies] == [("erreur", "A2")]


def test_an_error_in_place_of_the_number_is_reported_once() -> None:
    """It is no number."""
    classeur = read(eleves=[eleve(numero=Formule("=NA()", "#N/A"), nom="X")])
    assert len(classeur.registre) == 0
    assert [(a.gravite, a.contenu) for a in classeur.anomalies] == [("erreur", "#N/A")]


def test_an_unknown_statut_is_followed_and_said() -> None:
    """A word that the tool does not know never hides a student."""
    classeur = read(
        eleves=[
            eleve(numero="1", nom="A", statut="en vacances"),
            eleve(numero="2", nom="B", statut="Transférée"),
            eleve(numero="3", nom="C", statut="Permis  obtenu"),
        ]
    )
    assert [e.suivi for e in classeur.registre] == [True, False, False]
    assert [(a.gravite, a.cellule) for a in classeur.anomalies] == [("avertissement", "J2")]


def test_a_row_without_number_that_homonyms_share() -> None:
    """The number is asked for; no dossier may be opened meanwhile for any of them."""
    classeur = read(
        dossier(eleve="martin paul"),
        eleves=[
            eleve(numero="1", nom="MARTIN", prenom="Paul"),
            eleve(numero="2", nom="Paul", prenom="Martin"),
            eleve(numero="3", nom="MARTIN", prenom="Jean"),
        ],
    )
    assert classeur.eleves_douteux == {"1", "2"}
    assert len(classeur.dossiers) == 1
    (anomalie,) = classeur.anomalies
    assert (anomalie.gravite, anomalie.cellule) == ("avertissement", "A2")
    assert "1, 2" in anomalie.raison


def test_a_closed_row_of_homonyms_keeps_nobody_from_a_dossier() -> None:
    """It is only asked whose it was."""
    doubles = [eleve(numero=str(n), nom="MARTIN", prenom="Paul") for n in (1, 2)]
    classeur = read(dossier(eleve="MARTIN Paul", resultat="REPRISE"), eleves=doubles)
    assert classeur.eleves_douteux == frozenset()
    assert len(classeur.anomalies) == 1


@pytest.mark.parametrize(
    ("premiere", "seconde"),
    [
        ({"numero": "7"}, {"numero": "7"}),
        ({"numero": "7"}, {"eleve": "Laurence Royer"}),
        ({"eleve": "Inconnu Paul"}, {"eleve": "paul INCONNU"}),
        ({"numero": "99"}, {"numero": " 99 "}),
        ({"numero": "7"}, {"numero": "7", "derniere_activite": "?"}),
    ],
)
def test_two_open_rows_for_one_student(premiere: dict, seconde: dict) -> None:  # type: ignore[type-arg]
    """An error on the second one."""
    classeur = read(
        dossier(**premiere),
        dossier(**seconde),
        eleves=[eleve(numero="7", nom="ROYER", prenom="Laurence")],
    )
    doubles = [a for a in classeur.anomalies if "déjà un dossier ouvert, ligne 2" in a.raison]
    assert [(a.gravite, a.cellule) for a in doubles] == [("erreur", "A3")]


def test_a_closed_row_and_an_open_one_are_fine() -> None:
    """A student may come back, and leave again."""
    classeur = read(dossier(numero="7", resultat="REPRISE"), dossier(numero="7"))
    assert classeur.anomalies == ()


def test_an_unreadable_row_keeps_its_student_from_another_dossier() -> None:
    """By number or by name; one whose outcome can be read settles its student."""
    classeur = read(
        dossier(eleve="X", numero="1", derniere_activite="?"),
        dossier(eleve="Y B", derniere_activite="?"),
        dossier(eleve="Z", numero="3", derniere_activite="?", resultat="REPRISE"),
        eleves=[
            eleve(numero="1", nom="X"),
            eleve(numero="2", nom="B", prenom="Y"),
            eleve(numero="3", nom="Z"),
        ],
    )
    assert classeur.eleves_douteux == {"1", "2", "3"}


def test_raw_cells_are_at_hand_for_both_tables() -> None:
    """What the writing compares with before it sets a cell."""
    classeur = read(
        dossier(derniere_activite="3/11/26", numero=7),
        eleves=[eleve(numero=7, nom="X", telephone=612345678)],
    )
    assert classeur.tables["Tableau de suivi"].row(2)["derniere_activite"] == "3/11/26"
    assert classeur.tables["Élèves"].row(2)["telephone"] == 612345678.0
    assert classeur.tables["Élèves"].row(2)["email"] == ""
    for feuille in ("Tableau de suivi", "Élèves"):
        for ligne in (0, 1, 3):  # the header's, and none
            with pytest.raises(KeyError):
                classeur.tables[feuille].row(ligne)


def test_rows_of_students_are_found_by_the_key_of_their_number() -> None:
    """Whatever its case and spaces."""
    classeur = read(eleves=[eleve(numero="AB 12", nom="X")])
    assert classeur.lignes_eleves[number_key("ab12")] == 2


def test_a_register_without_numbers_follows_nobody_and_says_so() -> None:
    """One anomaly for the column, not one a row."""
    data = workbook({"Tableau de suivi": [ENTETES], "Élèves": [["NOM", "PRÉNOM"], ["A", "B"]]})
    classeur = read_classeur(data, "x.xlsx")
    assert len(classeur.registre) == 0
    assert [(a.gravite, a.cellule) for a in classeur.anomalies] == [("erreur", "A1")]
    assert "la colonne « N° ÉLÈVE » de la feuille « Élèves »" in classeur.manquants


def test_completion_reads_the_register_only() -> None:
    """Numbers and names, those without a number left out."""
    data = workbook(
        {"eleves": [["Prénom", "N°", "Nom"], ["Laurence", 1042, "ROYER"], ["X", None, "Y"]]}
    )
    assert read_eleves_only(data) == [("1042", "ROYER", "Laurence")]
    assert read_eleves_only(workbook({"Autre": [["a"]]})) == []
