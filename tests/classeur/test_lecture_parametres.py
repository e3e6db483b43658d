"""Paramètres and Modèles: the procedure as data."""

from __future__ import annotations

from datetime import date

import pytest
from lecture_fabrique import Formule, parametres, read

from inactifs.classeur.schema import PARAMETRES_LIGNES
from inactifs.classeur.values import Classeur, Ecole, Modele
from inactifs.procedure.modele import CAUSES, PLAN_DE_RELANCE, Etape, Moyen, Regles

PLAN = ["ÉTAPE", "DÉLAI (JOURS)", "ACTION", "MOYENS", "RESPONSABLE", "OPTIONNELLE"]
LIGNE = {p.champ: rang for rang, p in enumerate(PARAMETRES_LIGNES, start=2)}


def read_set(plan: list[list[object]] | None = None, **valeurs: object) -> Classeur:
    """A workbook with these parameters, and this plan below them."""
    lignes = parametres(**valeurs)
    if plan is not None:
        lignes += [[], PLAN, *plan]
    return read(autres={"Paramètres": lignes})


def faults(classeur: Classeur) -> list[tuple[str, str, str]]:
    """(severity, cell, content) of each anomaly."""
    return [(a.gravite, a.cellule, a.contenu) for a in classeur.anomalies]


def test_the_defaults_of_the_sheet_are_the_procedure_s() -> None:
    """An untouched sheet changes nothing."""
    classeur = read_set()
    assert classeur.regles == Regles()
    assert classeur.ecole == Ecole()
    assert classeur.anomalies == ()
    assert classeur.parametres == {champ: (ligne, 2) for champ, ligne in LIGNE.items()}


def test_every_parameter_is_read() -> None:
    """By its label, in the column VALEUR."""
    classeur = read_set(
        seuil_mois=4,
        delai_reponse="10 jours",
        delai_suivi="15",
        peremption_import=3,
        max_nouveaux=5,
        ecole_nom="Auto-école du Canal",
        ecole_telephone=561234567,
        ecole_email="a@b.fr",
        import_cours=date(2026, 11, 20),
        import_contacts="19/11/2026",
        causes="argent\n santé \n\nargent",
    )
    assert classeur.regles == Regles(4, 10, 15, 3, 5, causes=("argent", "santé"))
    assert classeur.ecole == Ecole("Auto-école du Canal", "0561234567", "a@b.fr")
    assert classeur.imports == {
        "eleves": None,
        "cours": date(2026, 11, 20),
        "connexions": None,
        "contacts": date(2026, 11, 19),
    }
    assert classeur.anomalies == ()


@pytest.mark.parametrize(
    ("champ", "typed"),
    [
        ("seuil_mois", 0),
        ("seuil_mois", "trois"),
        ("seuil_mois", 2.5),
        ("seuil_mois", -3),
        ("seuil_mois", 10**8),
        ("delai_suivi", "un mois"),
        ("delai_reponse", date(2026, 1, 1)),
        ("peremption_import", Formule("=1/0", "#DIV/0!")),
        ("max_nouveaux", 0),
        ("max_nouveaux", "illimité"),
        ("jours_ouvres", "parfois"),
        ("import_eleves", "hier"),
    ],
)
def test_a_bad_value_is_refused_by_cell(champ: str, typed: object) -> None:
    """An error that says what was expected; the default stands meanwhile."""
    classeur = read_set(**{champ: typed})
    ((gravite, cellule, _),) = faults(classeur)
    assert (gravite, cellule) == ("erreur", f"B{LIGNE[champ]}")
    assert classeur.anomalies[0].remede.startswith("Valeur attendue : ")
    assert classeur.regles == Regles()


def test_an_emptied_value_takes_its_default() -> None:
    """The sheet may be half filled."""
    assert read_set(seuil_mois=None, causes="  ").regles == Regles(causes=CAUSES)


@pytest.mark.parametrize(("typed", "worked"), [("oui", 12), ("Non", 11), (True, 12), ("x", 12)])
def test_due_dates_move_to_working_days_on_demand(typed: object, worked: int) -> None:
    """11/11/2026, the armistice, moves to the 12th or stays."""
    assert read_set(jours_ouvres=typed).regles.due_date(date(2026, 11, 11), 0).day == worked


def test_labels_in_any_order_and_spelling_among_the_school_s_own() -> None:
    """The sheet is the school's to arrange."""
    lignes = [
        ["Réglages"],
        ["Ce qui est attendu", "Paramètre", "Valeur"],
        ["", "Tarif horaire", 55],
        ["", "INACTIF APRÈS", 6],
    ]
    classeur = read(autres={"parametres": lignes})
    assert classeur.regles.seuil_mois == 6
    assert classeur.parametres == {"seuil_mois": (4, 3)}
    assert "la ligne « Causes » de la feuille « parametres »" in classeur.manquants


def test_a_parameter_that_is_there_twice_is_said() -> None:
    """The first line is the one that counts."""
    lignes = [*parametres(seuil_mois=4), ["Inactif après (mois)", 9, ""]]
    classeur = read(autres={"Paramètres": lignes})
    assert classeur.regles.seuil_mois == 4
    assert faults(classeur) == [("avertissement", "A21", "Inactif après (mois)")]


def test_the_plan_is_read_below() -> None:
    """As the contract writes it."""
    classeur = read_set(
        [
            ["1re relance", "dès détection", "Reprise de contact", "SMS ou appel", "Luc", ""],
            [2, "10 jours", "Écrit", "Email\nCourrier", "Anne", "non"],
            ["3e relance (optionnelle)", 21, "Appel", "Tél.", "Anne", "OUI"],
        ]
    )
    assert classeur.regles.plan == (
        Etape(1, 0, "Reprise de contact", (Moyen.SMS, Moyen.TELEPHONE), "Luc"),
        Etape(2, 10, "Écrit", (Moyen.EMAIL, Moyen.COURRIER), "Anne"),
        Etape(3, 21, "Appel", (Moyen.TELEPHONE,), "Anne", optionnelle=True),
    )


def test_a_line_below_the_plan_is_read() -> None:
    """Where ``init`` puts it back when there is no room above."""
    plan = [[1, 0, "A", "SMS", "B", "non"], [], ["Un import est ancien après (jours)", 9]]
    lignes = [[*etape, *[None] * (6 - len(etape))] for etape in plan]
    classeur = read(
        autres={
            "Paramètres": [
                *(p for p in parametres() if not str(p[0]).startswith("Un import")),
                PLAN,
                *lignes,
            ]
        }
    )
    assert classeur.regles.peremption_import == 9
    assert len(classeur.regles.plan) == 1


def test_the_plan_is_read_beside() -> None:
    """On the same rows as the parameters."""
    lignes = parametres()
    for ligne, ajout in zip(lignes, [PLAN, [1, 0, "A", "SMS", "Luc", "non"]], strict=False):
        ligne += [None, *ajout]
    classeur = read(autres={"Paramètres": lignes})
    assert classeur.regles.plan == (Etape(1, 0, "A", (Moyen.SMS,), "Luc"),)
    assert len(classeur.parametres) == len(PARAMETRES_LIGNES)


@pytest.mark.parametrize(
    ("etape", "cellule"),
    [
        ([3, 7, "A", "Email", "B", "non"], "A"),
        (["deux", 7, "A", "Email", "B", "non"], "A"),
        ([2, -1, "A", "Email", "B", "non"], "B"),
        ([2, "", "A", "Email", "B", "non"], "B"),
        ([2, 7.5, "A", "Email", "B", "non"], "B"),
        ([2, 7, "A", "", "B", "non"], "D"),
        ([2, 7, "A", "fax", "B", "non"], "D"),
        ([2, 7, "A", "Email", "B", "peut-être"], "F"),
    ],
)
def test_a_bad_step_is_refused_by_cell(etape: list[object], cellule: str) -> None:
    """And the plan of the procedure stands."""
    classeur = read_set([[1, 0, "A", "SMS", "B", "non"], etape])
    ligne = len(PARAMETRES_LIGNES) + 5
    assert [(a.gravite, a.cellule) for a in classeur.anomalies] == [("erreur", f"{cellule}{ligne}")]
    assert classeur.regles.plan == PLAN_DE_RELANCE


def test_a_plan_without_steps_is_refused() -> None:
    """Nothing would ever be sent."""
    assert [a.gravite for a in read_set([]).anomalies] == ["erreur"]


def test_the_plan_ends_at_the_first_empty_row() -> None:
    """Notes may follow."""
    plan = [[1, 0, "A", "SMS", "B", "non"], [], ["Note : revoir en janvier"]]
    classeur = read_set(plan)
    assert (len(classeur.regles.plan), classeur.anomalies) == (1, ())


def test_templates_are_read_with_the_cell_of_their_text() -> None:
    """A row whose step or means is not one is left out, and said."""
    lignes = [
        ["ÉTAPE", "MOYEN", "OBJET", "TEXTE"],
        [1, "sms", None, "Bonjour {prenom}"],
        ["2e relance", "E-mail", "Votre formation", "Bonjour,\n{auto_ecole}"],
        [3, "fax", None, "Bonjour"],
        ["x", "SMS", None, "Bonjour"],
    ]
    classeur = read(autres={"modeles": lignes})
    assert classeur.modeles == (
        Modele(1, Moyen.SMS, "", "Bonjour {prenom}", "D2"),
        Modele(2, Moyen.EMAIL, "Votre formation", "Bonjour,\n{auto_ecole}", "D3"),
    )
    assert faults(classeur) == [("avertissement", "B4", "fax"), ("avertissement", "A5", "x")]
