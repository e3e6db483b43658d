"""Whose data have been kept long enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from inactifs.erreurs import Refus
from inactifs.procedure.modele import Dossier, Eleve, Issue, Moyen, Relance, Resultat
from inactifs.procedure.retention import (
    Sort,
    Sujet,
    check_limit,
    default_limit,
    fate,
    fates,
    is_neutral,
    last_sign,
    neutral_comment,
    neutral_number,
)

PARTI = Eleve("7", "ROYER", "Laurence", inscrit_le=date(2020, 9, 1), statut="abandonniste")
CLOS = Dossier(
    "ROYER Laurence",
    "7",
    date(2021, 3, 1),
    (Relance(date(2021, 7, 1), Moyen.SMS), Relance(date(2021, 7, 8), Moyen.EMAIL)),
    Resultat.ABANDON,
    "Abandonniste : dossier clôturé le 01/08/2021",
    detecte_le=date(2021, 7, 1),
    cloture_le=date(2021, 8, 1),
)
LIMITE = date(2023, 11, 24)


def test_neither_a_relance_without_answer_nor_a_closing_is_a_sign_of_life() -> None:
    """The school wrote and closed in 2021, the person was last seen before."""
    signe = last_sign(PARTI, [CLOS])
    assert signe is not None
    assert signe.date == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("champ", "attendu"),
    [
        ("dernier_cours", "cours"),
        ("prochain_cours", "cours"),
        ("derniere_connexion", "connexion"),
        ("dernier_contact", "contact"),
        ("inscrit_le", "inscription"),
    ],
)
def test_what_the_register_knows_of_the_person_counts(champ: str, attendu: str) -> None:
    """Lesson, login, contact, enrolment: the latest one."""
    jour = date(2022, 5, 6)
    signe = last_sign(replace(PARTI, **{champ: jour}), [CLOS])  # type: ignore[arg-type]
    assert signe is not None
    assert (signe.date, signe.nature) == (jour, attendu)


@pytest.mark.parametrize(
    ("dossier", "nature"),
    [
        (replace(CLOS, relances=(Relance(date(2021, 8, 1), Moyen.SMS, Issue.REPONDU),)), "réponse"),
        (replace(CLOS, resultat=Resultat.REPRISE), "reprise"),
        (
            replace(CLOS, commentaire=f"{CLOS.commentaire} (à la demande de l'élève)"),
            "demande d'abandon",
        ),
    ],
)
def test_an_answer_a_reprise_and_a_demand_come_from_the_person(
    dossier: Dossier, nature: str
) -> None:
    """They restart the three years."""
    signe = last_sign(None, [dossier])
    assert signe is not None
    assert (signe.date, signe.nature) == (date(2021, 8, 1), nature)


def test_without_any_sign_the_latest_date_of_the_row_stands_for_it() -> None:
    """It can only be later than the sign; and without any date there is none."""
    signe = last_sign(None, [replace(CLOS, derniere_activite=None)])
    assert signe is not None
    assert signe.date == date(2021, 8, 1)
    assert last_sign(Eleve("1"), [Dossier("X")]) is None


@pytest.mark.parametrize(
    ("eleve", "dossiers", "douteux", "sort"),
    [
        (PARTI, [CLOS], False, Sort.ANONYMISER),
        (PARTI, [], False, Sort.ANONYMISER),
        (None, [CLOS], False, Sort.ANONYMISER),
        (replace(PARTI, statut="en formation"), [CLOS], False, Sort.SUIVI),
        (replace(PARTI, statut="à voir"), [CLOS], False, Sort.SUIVI),
        (PARTI, [CLOS, replace(CLOS, resultat=None, cloture_le=None)], False, Sort.OUVERT),
        (None, [replace(CLOS, resultat=None, cloture_le=None)], False, Sort.OUVERT),
        (PARTI, [CLOS], True, Sort.DOUTEUX),
        (Eleve("8", statut="transféré"), [], False, Sort.DOUTEUX),
        (replace(PARTI, dernier_contact=LIMITE), [CLOS], False, Sort.RECENT),
        (replace(PARTI, dernier_contact=date(2023, 11, 23)), [CLOS], False, Sort.ANONYMISER),
        (replace(PARTI, numero="ANON-00FF"), [], False, Sort.DEJA),
    ],
)
def test_never_an_open_case_nor_a_followed_student(
    eleve: Eleve | None, dossiers: list[Dossier], douteux: bool, sort: Sort
) -> None:
    """Only those who left, whose cases are closed, and whose last sign is before the day."""
    assert fate(Sujet(eleve, tuple(dossiers), douteux=douteux), LIMITE) is sort


def test_a_row_of_nobody_stays_while_somebody_bears_its_name() -> None:
    """It may be theirs, under another number; once nobody stays, it leaves."""
    seul = Sujet(None, (replace(CLOS, numero="9"),), ("martin", "paul"))
    reste = Sujet(Eleve("1", "MARTIN", "Paul"), (), ("martin", "paul"))
    assert fates([seul, reste], LIMITE)[0] is Sort.DOUTEUX
    assert fates([seul], LIMITE) == [Sort.ANONYMISER]


def test_who_has_hours_due_stays_unless_named() -> None:
    """They were paid for: the school refunds them or gives them first."""
    sujet = Sujet(PARTI, (CLOS,), heures=6)
    assert fate(sujet, LIMITE) is Sort.HEURES
    assert fate(replace(sujet, nomme=True), LIMITE) is Sort.ANONYMISER


def test_three_years_by_default_and_one_at_least() -> None:
    """29 February included; the last twelve months are refused, and so is the future."""
    assert default_limit(date(2028, 2, 29)) == date(2025, 2, 28)
    check_limit(date(2025, 11, 24), date(2026, 11, 24))
    for jour in (date(2025, 11, 25), date(2030, 1, 1)):
        with pytest.raises(Refus, match="un an"):
            check_limit(jour, date(2026, 11, 24))


@pytest.mark.parametrize(
    ("commentaire", "reste"),
    [
        ("voir sa mère", ""),
        ("", ""),
        (
            "voir sa mère\nAbandonniste : dossier clôturé le 01/08/2021 (dit M. Royer)",
            "Abandonniste : dossier clôturé le 01/08/2021",
        ),
        (
            "Abandonniste : dossier clôturé le 01/08/2021 (à la demande de l'élève, déménage)",
            "Abandonniste : dossier clôturé le 01/08/2021 (à la demande de l'élève)",
        ),
        (
            "Suspendu le 01/02/2021 jusqu'au 01/03/2021 : accouchement",
            "Suspendu le 01/02/2021 jusqu'au 01/03/2021 : motif retiré",
        ),
        (
            "Dossier rouvert le 01/02/2021 : sa sœur Léa (reprise du 05/01/2021)",
            "Dossier rouvert le 01/02/2021 : motif retiré (reprise du 05/01/2021)",
        ),
        (
            "ABANDONNISTE - dossier cloture le 1er août, M. Royer prévenu",
            "Abandonniste : dossier clôturé le 01/08/2021",
        ),
    ],
)
def test_of_a_comment_the_dated_notes_stay_and_nothing_typed(commentaire: str, reste: str) -> None:
    """The mention and what the figures rest upon; no reason, no name."""
    assert neutral_comment(replace(CLOS, commentaire=commentaire)) == reste


def test_a_neutral_number_is_known_again() -> None:
    """And no number that a school gives is taken for one."""
    assert is_neutral(neutral_number("3F9A"))
    assert not any(is_neutral(n) for n in ("", "7", "ANON-1", "ANON-3F9A2"))
