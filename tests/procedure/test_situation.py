"""Where a dossier stands on a day: state, next step, due date, lateness (contract, section 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from inactifs.procedure.modele import (
    PLAN_DE_RELANCE,
    Dossier,
    Etape,
    Etat,
    Issue,
    Moyen,
    Regles,
    Relance,
    Resultat,
)
from inactifs.procedure.suivi import situate

REGLES = Regles()


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


def sans_reponse(*jours: str) -> tuple[Relance, ...]:
    """Unanswered relances on these days."""
    return tuple(Relance(le(jour), Moyen.SMS) for jour in jours)


def repondue(jour: str) -> Relance:
    """An answered call."""
    return Relance(le(jour), Moyen.TELEPHONE, Issue.REPONDU)


def faux_numero(jour: str) -> Relance:
    """A call to a number that is not the student's."""
    return Relance(le(jour), Moyen.TELEPHONE, Issue.FAUX_NUMERO)


def dossier(*relances: Relance, **champs: object) -> Dossier:
    """A dossier detected on 24/11/2026, last activity on 20/08/2026."""
    return replace(
        Dossier("ROYER Laurence", "1", le("20/08/2026"), relances, detecte_le=le("24/11/2026")),
        **champs,  # type: ignore[arg-type]
    )


TROIS = sans_reponse("24/11/2026", "01/12/2026", "15/12/2026")


@pytest.mark.parametrize(
    ("cas", "jour", "etat", "etape", "echeance"),
    [
        pytest.param(
            dossier(), "24/11/2026", Etat.A_RELANCER, 1, "24/11/2026", id="first on detection day"
        ),
        pytest.param(
            dossier(), "04/12/2026", Etat.A_RELANCER, 1, "24/11/2026", id="missed mornings keep it"
        ),
        pytest.param(
            dossier(*TROIS[:1]),
            "24/11/2026",
            Etat.EN_ATTENTE,
            2,
            "01/12/2026",
            id="second waits on the day of the first",
        ),
        pytest.param(
            dossier(*TROIS[:1]),
            "30/11/2026",
            Etat.EN_ATTENTE,
            2,
            "01/12/2026",
            id="second still waits on the sixth day",
        ),
        pytest.param(
            dossier(*TROIS[:1]),
            "01/12/2026",
            Etat.A_RELANCER,
            2,
            "01/12/2026",
            id="second is due on the seventh day",
        ),
        pytest.param(
            dossier(*TROIS[:2]),
            "14/12/2026",
            Etat.EN_ATTENTE,
            3,
            "15/12/2026",
            id="third waits thirteen days after the second",
        ),
        pytest.param(
            dossier(*TROIS[:2]),
            "15/12/2026",
            Etat.A_RELANCER,
            3,
            "15/12/2026",
            id="third is due fourteen days after the second",
        ),
        pytest.param(
            dossier(*TROIS),
            "15/12/2026",
            Etat.A_CLOTURER,
            None,
            "15/12/2026",
            id="to close at once with no answering delay",
        ),
        pytest.param(
            dossier(*TROIS),
            "20/12/2026",
            Etat.A_CLOTURER,
            None,
            "15/12/2026",
            id="to close, since five days",
        ),
        pytest.param(
            dossier(*sans_reponse("24/11/2026", "05/12/2026")),
            "15/12/2026",
            Etat.EN_ATTENTE,
            3,
            "19/12/2026",
            id="late work shifts what follows",
        ),
        pytest.param(
            dossier(*sans_reponse("02/12/2026")),
            "08/12/2026",
            Etat.EN_ATTENTE,
            2,
            "09/12/2026",
            id="a late first shifts the second",
        ),
        pytest.param(
            dossier(*sans_reponse("24/11/2026", "27/11/2026")),
            "10/12/2026",
            Etat.EN_ATTENTE,
            3,
            "11/12/2026",
            id="an early second brings the third forward",
        ),
        pytest.param(
            dossier(*sans_reponse("22/12/2026")),
            "29/12/2026",
            Etat.A_RELANCER,
            2,
            "29/12/2026",
            id="seven days inside a month",
        ),
        pytest.param(
            dossier(*sans_reponse("15/12/2026", "22/12/2026")),
            "05/01/2027",
            Etat.A_RELANCER,
            3,
            "05/01/2027",
            id="fourteen days over the new year",
        ),
        pytest.param(
            dossier(*sans_reponse("22/02/2028"), derniere_activite=le("01/10/2027")),
            "29/02/2028",
            Etat.A_RELANCER,
            2,
            "29/02/2028",
            id="due on a leap day",
        ),
        pytest.param(
            dossier(*sans_reponse("22/02/2027")),
            "01/03/2027",
            Etat.A_RELANCER,
            2,
            "01/03/2027",
            id="no leap day to be due on",
        ),
    ],
)
def test_next_step(cas: Dossier, jour: str, etat: Etat, etape: int | None, echeance: str) -> None:
    """Each step is due at the real date of the one before, plus its delay."""
    situation = situate(cas, None, REGLES, le(jour))
    assert situation.etat is etat
    assert (situation.etape.numero if situation.etape else None) == etape
    assert situation.echeance == le(echeance)
    assert situation.retard_jours == (le(jour) - le(echeance)).days


@pytest.mark.parametrize(
    ("faites", "responsable", "moyens"),
    [
        (0, "Secrétariat", {Moyen.SMS, Moyen.TELEPHONE}),
        (1, "Responsable pédagogique", {Moyen.EMAIL}),
        (2, "Direction", {Moyen.TELEPHONE, Moyen.MESSAGE_VOCAL}),
    ],
)
def test_the_step_says_who_does_it_and_how(
    faites: int, responsable: str, moyens: set[Moyen]
) -> None:
    """Secrétariat, then responsable pédagogique, then direction, with the plan's means."""
    etape = situate(dossier(*TROIS[:faites]), None, REGLES, le("24/12/2026")).etape
    assert etape is not None
    assert (etape.responsable, set(etape.moyens)) == (responsable, moyens)


def test_the_plan_of_parametres_is_followed() -> None:
    """A school with two steps, ten days apart, closes after the second."""
    plan = (
        Etape(1, 0, "Appel", (Moyen.TELEPHONE,), "Accueil"),
        Etape(2, 10, "Courrier", (Moyen.COURRIER,), "Gérance"),
    )
    regles = Regles(plan=plan)
    attente = situate(dossier(*TROIS[:1]), None, regles, le("03/12/2026"))
    assert (attente.etat, attente.etape, attente.echeance) == (
        Etat.EN_ATTENTE,
        plan[1],
        le("04/12/2026"),
    )
    assert situate(dossier(*TROIS[:2]), None, regles, le("24/12/2026")).etat is Etat.A_CLOTURER


@pytest.mark.parametrize(
    ("jour", "etat"),
    [
        ("15/12/2026", Etat.EN_ATTENTE),
        ("24/12/2026", Etat.EN_ATTENTE),
        ("25/12/2026", Etat.A_CLOTURER),
    ],
)
def test_days_left_to_answer_before_closing(jour: str, etat: Etat) -> None:
    """With ten days to answer, the dossier of 15/12 is to be closed on 25/12."""
    situation = situate(dossier(*TROIS), None, Regles(delai_reponse=10), le(jour))
    assert (situation.etat, situation.etape) == (etat, None)
    assert situation.echeance == le("25/12/2026")


@pytest.mark.parametrize(
    ("relance", "echeance"),
    [
        pytest.param("21/11/2026", "30/11/2026", id="a Saturday moves to Monday"),
        pytest.param("22/11/2026", "30/11/2026", id="a Sunday moves to Monday"),
        pytest.param("24/11/2026", "01/12/2026", id="a Tuesday stays"),
    ],
)
def test_due_dates_move_to_a_working_day(relance: str, echeance: str) -> None:
    """When the school wishes it, and never earlier."""
    cas = dossier(*sans_reponse(relance), detecte_le=le("20/11/2026"))
    assert situate(cas, None, Regles(jours_ouvres=True), le("24/11/2026")).echeance == le(echeance)


def test_due_dates_stay_on_a_weekend_by_default() -> None:
    """Seven days are seven days, Saturday or not."""
    cas = dossier(*sans_reponse("21/11/2026"))
    assert situate(cas, None, REGLES, le("28/11/2026")).etat is Etat.A_RELANCER


# Attempts which are not a step of their own


def test_a_second_try_on_one_day_is_the_same_relance() -> None:
    """An SMS then a call on 24/11 make one relance: the second is due on 01/12."""
    cas = dossier(*sans_reponse("24/11/2026"), Relance(le("24/11/2026"), Moyen.TELEPHONE))
    situation = situate(cas, None, REGLES, le("30/11/2026"))
    assert (situation.etat, situation.relances_sans_reponse) == (Etat.EN_ATTENTE, 1)
    assert (situation.etape, situation.echeance) == (PLAN_DE_RELANCE[1], le("01/12/2026"))


@pytest.mark.parametrize(
    ("relances", "etape", "echeance"),
    [
        pytest.param([faux_numero("24/11/2026")], 1, "24/11/2026", id="step 1 stays due"),
        pytest.param(
            [*TROIS[:1], faux_numero("01/12/2026")], 2, "01/12/2026", id="step 2 stays due"
        ),
        pytest.param(
            [faux_numero("24/11/2026"), *sans_reponse("26/11/2026")],
            2,
            "03/12/2026",
            id="the real attempt counts from its own day",
        ),
    ],
)
def test_a_wrong_number_reached_nobody(relances: list[Relance], etape: int, echeance: str) -> None:
    """It is traced but it is not a relance, and does not move the due date."""
    situation = situate(dossier(*relances), None, REGLES, le("02/12/2026"))
    assert situation.etape is not None
    assert (situation.etape.numero, situation.echeance) == (etape, le(echeance))


# Dossiers typed by hand, ended, or of students no longer followed


def test_a_hand_typed_dossier_is_due_now() -> None:
    """No DÉTECTÉ LE and no relance yet: the first is due today, with no lateness."""
    situation = situate(Dossier("DUPONT Zoé"), None, REGLES, le("24/11/2026"))
    assert (situation.etat, situation.etape) == (Etat.A_RELANCER, PLAN_DE_RELANCE[0])
    assert (situation.echeance, situation.retard_jours) == (le("24/11/2026"), 0)


def test_a_hand_typed_dossier_with_relances_goes_on() -> None:
    """No DÉTECTÉ LE but a relance: the next is reckoned from it."""
    cas = dossier(*TROIS[:1], detecte_le=None, derniere_activite=None)
    situation = situate(cas, None, REGLES, le("02/12/2026"))
    assert (situation.etape, situation.retard_jours) == (PLAN_DE_RELANCE[1], 1)


@pytest.mark.parametrize(
    ("resultat", "etat"), [(Resultat.REPRISE, Etat.REPRISE), (Resultat.ABANDON, Etat.ABANDON)]
)
def test_an_ended_dossier_asks_for_nothing(resultat: Resultat, etat: Etat) -> None:
    """Neither step nor due date, whatever its relances."""
    situation = situate(dossier(*TROIS, resultat=resultat), None, REGLES, le("24/12/2026"))
    assert (situation.etat, situation.etape, situation.echeance) == (etat, None, None)


@pytest.mark.parametrize("faites", [0, 1, 3])
def test_nothing_is_due_for_a_student_no_longer_followed(faites: int) -> None:
    """Transferred, licence obtained: neither relance nor closing is asked for."""
    situation = situate(dossier(*TROIS[:faites]), None, REGLES, le("24/12/2026"), suivi=False)
    assert (situation.etape, situation.echeance) == (None, None)
    assert situation.etat is Etat.SUSPENDU
