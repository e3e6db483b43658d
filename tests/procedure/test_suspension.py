"""What suspends a dossier, and what restarts it: answers, pauses, signs of life (section 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from inactifs.procedure.modele import (
    PLAN_DE_RELANCE,
    Dossier,
    Etat,
    Issue,
    Moyen,
    Regles,
    Relance,
)
from inactifs.procedure.suivi import situate, suspension, unanswered_days, with_sign_of_life

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


# An answer


@pytest.mark.parametrize(
    ("suspendu", "dernier_jour"),
    [
        pytest.param(None, "04/01/2027", id="thirty days of follow-up by default"),
        pytest.param("20/12/2026", "20/12/2026", id="until the date agreed"),
        pytest.param("31/01/2027", "31/01/2027", id="until a date later than the follow-up"),
    ],
)
def test_an_answer_suspends_then_step_1_is_due_again(
    suspendu: str | None, dernier_jour: str
) -> None:
    """Nothing is due until that day included; the day after, the plan starts again."""
    cas = dossier(
        *TROIS[:2], repondue("05/12/2026"), suspendu_jusqu_au=le(suspendu) if suspendu else None
    )
    fin = le(dernier_jour)
    for jour in (le("05/12/2026"), fin):
        pendant = situate(cas, None, REGLES, jour)
        assert pendant.etat is Etat.SUSPENDU
        assert pendant.relances_sans_reponse == 0
    apres = situate(cas, None, REGLES, fin + timedelta(days=1))
    assert (apres.etat, apres.etape, apres.retard_jours) == (Etat.A_RELANCER, PLAN_DE_RELANCE[0], 0)


def test_the_follow_up_delay_is_the_schools() -> None:
    """Paramètres sets how long an answer suspends."""
    cas = dossier(repondue("01/12/2026"))
    assert suspension(cas, Regles(delai_suivi=10)) == le("11/12/2026")


def test_an_answer_restarts_the_count() -> None:
    """Two unanswered, an answer, one unanswered: the second step is next, not closing."""
    cas = dossier(
        *TROIS[:2],
        repondue("05/12/2026"),
        *sans_reponse("05/01/2027"),
        suspendu_jusqu_au=le("04/01/2027"),
    )
    assert unanswered_days(cas) == [le("05/01/2027")]
    situation = situate(cas, None, REGLES, le("12/01/2027"))
    assert (situation.etat, situation.etape) == (Etat.A_RELANCER, PLAN_DE_RELANCE[1])
    assert situation.echeance == le("12/01/2027")


# Suspensions


def test_a_pause_keeps_the_count() -> None:
    """Paused until 20/12 after the first relance: the second is due on 21/12."""
    cas = dossier(*TROIS[:1], suspendu_jusqu_au=le("20/12/2026"))
    assert situate(cas, None, REGLES, le("20/12/2026")).etat is Etat.SUSPENDU
    apres = situate(cas, None, REGLES, le("21/12/2026"))
    assert (apres.etat, apres.etape, apres.retard_jours) == (Etat.A_RELANCER, PLAN_DE_RELANCE[1], 0)


def test_a_pause_that_ends_early_changes_no_due_date() -> None:
    """Paused until 28/11, the second relance is still due on 01/12."""
    cas = dossier(*TROIS[:1], suspendu_jusqu_au=le("28/11/2026"))
    situation = situate(cas, None, REGLES, le("29/11/2026"))
    assert (situation.etat, situation.echeance) == (Etat.EN_ATTENTE, le("01/12/2026"))


def test_a_pause_that_ends_on_the_due_date_moves_it_by_a_day() -> None:
    """Paused until 01/12 included, the second relance of 01/12 is due on 02/12, and not late."""
    cas = dossier(*TROIS[:1], suspendu_jusqu_au=le("01/12/2026"))
    assert situate(cas, None, REGLES, le("01/12/2026")).etat is Etat.SUSPENDU
    situation = situate(cas, None, REGLES, le("02/12/2026"))
    assert (situation.etat, situation.retard_jours) == (Etat.A_RELANCER, 0)


def test_the_day_after_a_suspension_moves_to_a_working_day() -> None:
    """Suspended until Friday 27/11, with weekends left out: due on Monday 30/11."""
    regles = Regles(jours_ouvres=True)
    cas = dossier(suspendu_jusqu_au=le("27/11/2026"))
    situation = situate(cas, None, regles, le("28/11/2026"))
    assert (situation.etat, situation.echeance) == (Etat.EN_ATTENTE, le("30/11/2026"))


def test_a_pause_holds_back_closing() -> None:
    """Three relances are done, but the dossier is paused until 31/12."""
    cas = dossier(*TROIS, suspendu_jusqu_au=le("31/12/2026"))
    assert situate(cas, None, REGLES, le("31/12/2026")).etat is Etat.SUSPENDU
    assert situate(cas, None, REGLES, le("01/01/2027")).etat is Etat.A_CLOTURER


@pytest.mark.parametrize(
    ("visite", "deja", "fin"),
    [
        pytest.param("05/12/2026", None, "05/03/2027", id="the threshold from the visit"),
        pytest.param("05/12/2026", "15/12/2026", "05/03/2027", id="longer than the pause"),
        pytest.param("05/12/2026", "31/05/2027", "31/05/2027", id="a longer pause is kept"),
        pytest.param("30/11/2027", None, "29/02/2028", id="up to a leap day"),
    ],
)
def test_a_sign_of_life_moves_the_rows_date_and_suspends(
    visite: str, deja: str | None, fin: str
) -> None:
    """The old relances no longer count, and nothing is due until the threshold runs out again."""
    avant = dossier(*TROIS[:2], suspendu_jusqu_au=le(deja) if deja else None)
    apres = with_sign_of_life(avant, None, le(visite), REGLES)
    assert apres.derniere_activite == le(visite)
    assert apres.suspendu_jusqu_au == le(fin)
    assert apres.ouvert
    assert situate(apres, None, REGLES, le(fin)).etat is Etat.SUSPENDU
    relance = situate(apres, None, REGLES, le(fin) + timedelta(days=1))
    assert (relance.etat, relance.etape) == (Etat.A_RELANCER, PLAN_DE_RELANCE[0])


def test_relances_before_an_activity_no_longer_count() -> None:
    """Three in a row, then a visit: no activity since is what closing asks for."""
    cas = dossier(*TROIS, derniere_activite=le("16/12/2026"))
    assert unanswered_days(cas) == []
    assert situate(cas, None, REGLES, le("20/12/2026")).etat is not Etat.A_CLOTURER
