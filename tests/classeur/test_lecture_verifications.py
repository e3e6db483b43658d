"""What only a comparison shows: with the day, the register, the journal."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from lecture_fabrique import dossier, eleve, read

from inactifs.classeur.adoption import new_workbook
from inactifs.classeur.checks import check_classeur
from inactifs.classeur.journal import check_journal
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import JOURNAL
from inactifs.classeur.values import Ecole, EntreeJournal

JOUR = date(2026, 12, 15)
ROYER = eleve(numero="7", nom="ROYER", prenom="Laurence", dernier_cours=date(2026, 5, 20))
MENTION = "Abandonniste : dossier clôturé le 01/10/2026"


def found(*lignes: list[object], eleves: tuple[list[object], ...] = (ROYER,)) -> list[tuple]:  # type: ignore[type-arg]
    """(severity, cell) of what is found, missing sheets left aside."""
    classeur = read(*lignes, eleves=eleves)
    return [(a.gravite, a.cellule) for a in check_classeur(classeur, (), JOUR) if a.cellule]


def test_a_sound_workbook_has_nothing_to_say() -> None:
    """A new one neither."""
    sain = dossier(
        numero="7",
        derniere_activite=date(2026, 5, 20),
        dates_relances="24/08/2026",
        moyens="SMS",
        detecte_le=date(2026, 8, 24),
    )
    assert found(sain) == []
    neuf = read_classeur(new_workbook(Ecole("École")), "x.xlsx")
    assert check_classeur(neuf, (), JOUR) == ()


@pytest.mark.parametrize(
    ("valeurs", "expected"),
    [
        ({"dates_relances": date(2026, 12, 16), "moyens": "SMS"}, ("erreur", "C2")),
        ({"derniere_activite": date(2027, 1, 1)}, ("avertissement", "B2")),
        ({"detecte_le": date(2027, 1, 1)}, ("avertissement", "H2")),
        ({"resultat": "REPRISE", "cloture_le": date(2027, 1, 1)}, ("erreur", "O2")),
        (
            {
                "derniere_activite": date(2026, 9, 1),
                "dates_relances": "24/08/2026",
                "moyens": "tel",
            },
            ("avertissement", "C2"),
        ),
        ({"cloture_le": date(2026, 10, 1)}, ("avertissement", "O2")),
        (
            {
                "resultat": "REPRISE",
                "detecte_le": date(2026, 10, 2),
                "cloture_le": date(2026, 10, 1),
            },
            ("avertissement", "O2"),
        ),
        ({"suspendu_jusqu_au": date(2062, 10, 1)}, ("avertissement", "L2")),
        ({"eleve": "DURAND Paul"}, ("erreur", "A2")),
    ],
)
def test_doubtful_cells(valeurs: dict[str, object], expected: tuple[str, str]) -> None:
    """Each with its cell."""
    assert found(dossier(**{"numero": "7", **valeurs})) == [expected]


def test_a_relance_of_today_is_fine() -> None:
    """Only a later one is not."""
    assert found(dossier(numero="7", dates_relances=JOUR, moyens="SMS")) == []


def test_relances_before_a_sign_of_life_are_fine() -> None:
    """The tool itself moves the row's date to it."""
    ligne = dossier(
        numero="7",
        derniere_activite=date(2026, 9, 1),
        dates_relances="24/08/2026",
        moyens="SMS",
        detecte_le=date(2026, 8, 24),
        suspendu_jusqu_au=date(2026, 10, 1),
    )
    revenue = eleve(numero="7", nom="ROYER", prenom="Laurence", dernier_contact=date(2026, 9, 1))
    assert found(ligne, eleves=(revenue,)) == []
    assert found(ligne) == [("avertissement", "C2")]


def test_an_abandon_needs_its_mention_and_its_day() -> None:
    """As the procedure asks."""
    parti = eleve(numero="7", nom="ROYER", prenom="Laurence", statut="abandonniste")
    abandon = {"numero": "7", "resultat": "ABANDON"}
    clos = {**abandon, "cloture_le": date(2026, 10, 1)}
    assert found(dossier(**clos, commentaire=MENTION), eleves=(parti,)) == []
    assert found(dossier(**clos), eleves=(parti,)) == [("avertissement", "F2")]
    assert found(dossier(**abandon, commentaire=MENTION), eleves=(parti,)) == [
        ("avertissement", "O2")
    ]


def test_statut_and_outcome_that_contradict_each_other() -> None:
    """Only the last dossier of a student is compared with their STATUT."""
    parti = eleve(numero="7", nom="ROYER", prenom="Laurence", statut="abandonniste")
    clos = dossier(
        numero="7", resultat="ABANDON", commentaire=MENTION, cloture_le=date(2026, 10, 1)
    )
    assert found(dossier(numero="7"), eleves=(parti,)) == [("avertissement", "E2")]
    assert found(clos) == [("avertissement", "E2")]
    assert found(clos, dossier(numero="7")) == []
    assert found(dossier(numero="7"), clos) == []


def test_a_student_that_the_register_does_not_know() -> None:
    """By number or by name; homonyms have been reported already."""
    doubles = tuple(eleve(numero=n, nom="MARTIN", prenom="Paul") for n in "12")
    assert found(dossier(numero="99")) == [("avertissement", "G2")]
    assert found(dossier(eleve="INCONNU Paul")) == [("avertissement", "A2")]
    assert found(dossier(eleve="MARTIN Paul"), eleves=doubles) == [("avertissement", "A2")]


def test_dates_of_the_register_that_hide_a_student() -> None:
    """A login to come, or a lesson next year but one, is a typing error."""
    classeur = eleve(
        numero="7",
        nom="A",
        inscrit_le=date(2027, 1, 1),
        dernier_cours=date(2026, 12, 20),
        prochain_cours=date(2062, 12, 20),
        derniere_connexion=date(2026, 12, 16),
        dernier_contact=JOUR,
    )
    assert found(eleves=(classeur,)) == [
        ("avertissement", "I2"),
        ("avertissement", "M2"),
        ("avertissement", "L2"),
    ]


def journal_of(*lignes: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """(sheet, cell, content) of what a journal contradicts, in a workbook of three students.

    Each line is a command, a student and a detail, one a day from 24/11/2026 on.
    """
    clos = dossier(
        numero="8", eleve="BERNARD Anne", resultat="ABANDON", commentaire=MENTION,
        detecte_le=date(2026, 8, 1), cloture_le=date(2026, 10, 1),
    )  # fmt: skip
    ouvert = dossier(numero="7", dates_relances="24/08/2026", moyens="SMS")
    entetes = [c.entete for c in JOURNAL.colonnes]
    classeur = read(clos, ouvert, eleves=[ROYER], autres={"Journal": [entetes]})
    journal = [
        EntreeJournal(datetime(2026, 11, 24 + n, 9), "luc", *ligne, ligne=n + 2)
        for n, ligne in enumerate(lignes)
    ]
    return [
        (a.feuille, a.cellule, a.contenu)
        for a in check_journal(classeur, journal, date(2026, 12, 1))
    ]


@pytest.mark.parametrize(
    ("lignes", "expected"),
    [
        ([("relance add", "PERDU Paul", ""), ("close", "Paul Perdu", "")],
         [("Journal", "D2", "PERDU Paul")]),
        ([("activite add", "AUTRE Anne", "visite"), ("detect", "", "")], []),
        ([("detect", "AUTRE Anne", "Dossier ouvert : dernière activité le 01/08/2026")], []),
        ([("relance add", "Laurence Royer", "1re relance du 24/08/2026 : SMS, sans-reponse")], []),
        ([("relance add", "Laurence Royer", "1re relance du 31/08/2026 : SMS, sans-reponse")],
         [("Tableau de suivi", "C3", "24/08/2026")]),
        ([("close", "ROYER Laurence", "")], [("Tableau de suivi", "E3", "")]),
        ([("close", "ROYER Laurence", ""), ("reopen", "ROYER Laurence", "")], []),
        ([("close", "ROYER Laurence", ""), ("pause", "ROYER Laurence", "")],
         [("Tableau de suivi", "E3", "")]),
        ([("detect", "ROYER Laurence", "Reprise : cours du 01/11/2026")],
         [("Tableau de suivi", "E3", "")]),
        ([("relance add", "ROYER Laurence", "2e du 24/08/2026 : SMS, abandon (le plan : x)")],
         [("Tableau de suivi", "E3", "")]),
        ([("close", "BERNARD Anne", "")], []),
        ([("reprise", "BERNARD Anne", "")], [("Tableau de suivi", "E2", "ABANDON")]),
        ([("pause", "BERNARD Anne", "")], []),
    ],
)  # fmt: skip
def test_the_journal_against_the_tableau(
    lignes: list[tuple[str, str, str]], expected: list[tuple[str, str, str]]
) -> None:
    """Rows, relances and outcomes that were noted and are gone; what was typed since is not."""
    assert journal_of(*lignes) == expected


def test_a_journal_dated_later_than_today() -> None:
    """The clock of the computer was wrong."""
    entetes = [c.entete for c in JOURNAL.colonnes]
    classeur = read(autres={"Journal": [entetes]})
    demain = EntreeJournal(datetime(2026, 12, 16, 9), "luc", "detect", "", "", 9)
    (faute,) = check_journal(classeur, [demain], JOUR)
    assert (faute.cellule, faute.contenu) == ("A9", "16/12/2026 09:00")


def test_what_is_missing_is_said_with_what_mends_it() -> None:
    """And what reading reported comes first."""
    classeur = read(dossier(derniere_activite="?"))
    tout = check_classeur(classeur, (), JOUR)
    assert tout[0] == classeur.illisibles[0].anomalie
    absents = [a for a in tout if not a.feuille]
    assert [a.raison for a in absents] == [f"Il manque {m}." for m in classeur.manquants]
    assert all("inactifs init" in a.remede for a in absents)


def test_every_anomaly_is_made_of_sentences() -> None:
    """With a capital and a full stop, and what to do."""
    classeur = read(
        dossier(derniere_activite="x", moyens="y", resultat="z"),
        dossier(eleve=None, commentaire="?"),
        dossier(eleve="TOTAL", commentaire="3"),
        eleves=[eleve(nom="A"), eleve(numero="1", statut="?!a", dernier_cours="b")],
    )
    toutes = check_classeur(classeur, (), JOUR)
    assert len(toutes) > 10
    for anomalie in toutes:
        assert anomalie.raison[0].upper() == anomalie.raison[0]
        assert anomalie.raison.endswith(".")
        assert anomalie.remede.endswith(".")
