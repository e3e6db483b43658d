"""Relances and outcomes: what is recorded, what the procedure refuses (contract, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from inactifs.erreurs import Refus
from inactifs.procedure.cloture import (
    Suite,
    end_as_abandon,
    end_as_reprise,
    refusal_to_close,
    reopen,
)
from inactifs.procedure.gestes import Propos, add_relance, pause
from inactifs.procedure.modele import (
    ISSUES_OFFERTES,
    PLAN_DE_RELANCE,
    Critere,
    Dossier,
    Eleve,
    Etat,
    Issue,
    Moyen,
    Regles,
    Resultat,
)
from inactifs.procedure.suivi import new_activity, situate, unanswered_days

REGLES = Regles()
JOURS_DU_PLAN = ("24/11/2026", "01/12/2026", "15/12/2026")


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


DOSSIER = Dossier(
    "ROYER Laurence", "1", derniere_activite=le("20/08/2026"), detecte_le=le("24/11/2026")
)


def relaunch(
    dossier: Dossier, jour: str, issue: Issue = Issue.SANS_REPONSE, **kw: object
) -> Dossier:
    """``dossier`` after a call on ``jour``."""
    aujourdhui = kw.pop("aujourdhui", le(jour))
    propos = Propos(le(jour), issue, Moyen.TELEPHONE, **kw)  # type: ignore[arg-type]
    return add_relance(dossier, None, propos, REGLES, aujourdhui).dossier  # type: ignore[arg-type]


def after(*jours: str) -> Dossier:
    """The dossier after unanswered calls on these days."""
    dossier = DOSSIER
    for jour in jours:
        dossier = relaunch(dossier, jour)
    return dossier


# Recording a relance


def test_three_relances_at_their_due_dates_lead_to_closing() -> None:
    """The whole plan, step by step, as the school does it."""
    dossier = DOSSIER
    for etape, jour in zip(PLAN_DE_RELANCE, JOURS_DU_PLAN, strict=True):
        situation = situate(dossier, None, REGLES, le(jour))
        assert (situation.etat, situation.etape) == (Etat.A_RELANCER, etape)
        assert situation.retard_jours == 0
        dossier = relaunch(dossier, jour)
    assert [r.date for r in dossier.relances] == [le(jour) for jour in JOURS_DU_PLAN]
    assert situate(dossier, None, REGLES, le("15/12/2026")).etat is Etat.A_CLOTURER
    assert refusal_to_close(dossier, None, REGLES, le("15/12/2026")) is None


def test_a_relance_keeps_what_was_known() -> None:
    """Cause and comment are added to; an empty cause does not wipe the one noted."""
    dossier = replace(DOSSIER, cause="santé", commentaire="Opérée en septembre")
    suite = relaunch(dossier, "24/11/2026", commentaire="Boîte vocale")
    assert suite.cause == "santé"
    assert suite.commentaire.splitlines() == ["Opérée en septembre", "Boîte vocale"]
    assert relaunch(dossier, "24/11/2026", cause="financière").cause == "financière"


@pytest.mark.parametrize(
    ("avant", "jour"),
    [
        pytest.param(after(), "19/08/2026", id="the day before the last activity"),
        pytest.param(after("24/11/2026"), "23/11/2026", id="the day before the last relance"),
        pytest.param(
            relaunch(DOSSIER, "24/11/2026", Issue.ENTRETIEN), "23/11/2026", id="before an answer"
        ),
        pytest.param(
            relaunch(DOSSIER, "24/11/2026", Issue.FAUX_NUMERO),
            "23/11/2026",
            id="before a wrong number",
        ),
    ],
)
@pytest.mark.parametrize("issue", [Issue.SANS_REPONSE, Issue.ENTRETIEN, Issue.ABANDON])
def test_a_relance_in_the_past_is_refused(avant: Dossier, jour: str, issue: Issue) -> None:
    """Before the last activity or the last relance, whatever came of it; the date is named."""
    with pytest.raises(Refus, match=jour) as refus:
        relaunch(avant, jour, issue)
    assert refus.value.statut == 3
    assert refus.value.conseil


def test_a_relance_on_the_day_of_the_last_activity_is_accepted() -> None:
    """It is not before it."""
    assert len(relaunch(DOSSIER, "20/08/2026").relances) == 1


def test_an_early_relance_is_accepted_and_moves_what_follows() -> None:
    """The second, three days early, brings the third three days forward."""
    dossier = after("24/11/2026", "28/11/2026")
    assert situate(dossier, None, REGLES, le("28/11/2026")).echeance == le("12/12/2026")


def test_a_second_try_on_one_day_is_recorded_but_is_no_step() -> None:
    """Both lines are in the tableau, and the second step comes next."""
    dossier = after("24/11/2026", "24/11/2026")
    assert len(dossier.relances) == 2
    assert situate(dossier, None, REGLES, le("01/12/2026")).etape == PLAN_DE_RELANCE[1]


def test_a_try_after_the_answer_of_that_day_is_no_step() -> None:
    """They answered the call, not the SMS that confirms it: the first step comes again."""
    dossier = relaunch(relaunch(DOSSIER, "24/11/2026", Issue.PLAN), "24/11/2026")
    assert unanswered_days(dossier) == []
    assert situate(dossier, None, REGLES, le("25/12/2026")).etape == PLAN_DE_RELANCE[0]


def test_three_tries_on_one_day_do_not_close() -> None:
    """The student has had no time to answer."""
    dossier = after("24/11/2026", "24/11/2026", "24/11/2026")
    assert refusal_to_close(dossier, None, REGLES, le("24/12/2026")) is not None


def test_wrong_numbers_do_not_close() -> None:
    """Nobody was reached, so nobody failed to answer."""
    dossier = after("24/11/2026", "01/12/2026")
    dossier = relaunch(dossier, "15/12/2026", Issue.FAUX_NUMERO)
    assert len(dossier.relances) == 3
    assert refusal_to_close(dossier, None, REGLES, le("31/12/2026")) is not None


@pytest.mark.parametrize(
    ("jusqu_au", "attendu"),
    [
        pytest.param(None, "31/12/2026", id="thirty days by default"),
        pytest.param("10/12/2026", "10/12/2026", id="until the date given"),
        pytest.param("01/03/2027", "01/03/2027", id="until a later date"),
        pytest.param("01/12/2026", "01/12/2026", id="until that very day"),
    ],
)
@pytest.mark.parametrize("issue", [Issue.ENTRETIEN, Issue.PLAN])
def test_an_answer_suspends(issue: Issue, jusqu_au: str | None, attendu: str) -> None:
    """Until --jusqu-au, or for the follow-up delay, and the count starts again."""
    dossier = relaunch(
        after("24/11/2026"), "01/12/2026", issue, jusqu_au=le(jusqu_au) if jusqu_au else None
    )
    assert dossier.ouvert
    assert dossier.relances[-1].repondu
    assert dossier.suspendu_jusqu_au == le(attendu)
    situation = situate(dossier, None, REGLES, le("01/12/2026"))
    assert (situation.etat, situation.relances_sans_reponse) == (Etat.SUSPENDU, 0)


def test_a_new_answer_replaces_the_suspension_of_the_one_before() -> None:
    """What was agreed last is what counts."""
    dossier = relaunch(DOSSIER, "24/11/2026", Issue.ENTRETIEN, jusqu_au=le("31/01/2027"))
    dossier = relaunch(dossier, "01/12/2026", Issue.PLAN, jusqu_au=le("15/12/2026"))
    assert dossier.suspendu_jusqu_au == le("15/12/2026")


def test_a_suspension_cannot_end_before_it_starts() -> None:
    """--jusqu-au before the day of the relance is a slip of the keyboard."""
    with pytest.raises(Refus, match="30/11/2026"):
        relaunch(DOSSIER, "01/12/2026", Issue.PLAN, jusqu_au=le("30/11/2026"))


def test_after_an_answer_three_more_relances_are_needed() -> None:
    """Two, an answer, then three in a row before closing."""
    dossier = relaunch(
        after("24/11/2026", "01/12/2026"), "05/12/2026", Issue.PLAN, jusqu_au=le("20/12/2026")
    )
    for jour in ("21/12/2026", "28/12/2026"):
        dossier = relaunch(dossier, jour)
        assert refusal_to_close(dossier, None, REGLES, le(jour)) is not None
    dossier = relaunch(dossier, "11/01/2027")
    assert refusal_to_close(dossier, None, REGLES, le("11/01/2027")) is None


def test_training_resumes_on_the_telephone() -> None:
    """--resultat reprise ends the dossier on that day."""
    dossier = relaunch(after("24/11/2026"), "26/11/2026", Issue.REPRISE)
    assert (dossier.resultat, dossier.cloture_le) == (Resultat.REPRISE, le("26/11/2026"))
    assert len(dossier.relances) == 2


def test_the_student_gives_up_on_the_telephone() -> None:
    """--resultat abandon closes at once, at the first relance, with the mention."""
    dossier = relaunch(DOSSIER, "24/11/2026", Issue.ABANDON, commentaire="Déménage à Lyon")
    assert (dossier.resultat, dossier.cloture_le) == (Resultat.ABANDON, le("24/11/2026"))
    assert "Abandonniste : dossier clôturé le 24/11/2026" in dossier.commentaire
    assert "Déménage à Lyon" in dossier.commentaire


# What a student did since


@pytest.mark.parametrize(
    ("dates", "attendu"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"dernier_cours": "20/08/2026"}, None, id="a lesson on the row's own day"),
        pytest.param(
            {"dernier_cours": "21/08/2026"}, (Critere.COURS, "21/08/2026"), id="the day after"
        ),
        pytest.param(
            {"prochain_cours": "10/01/2027"},
            (Critere.COURS, "10/01/2027"),
            id="a lesson reserved in the future",
        ),
        pytest.param(
            {"derniere_connexion": "25/11/2026"}, (Critere.CONNEXION, "25/11/2026"), id="a login"
        ),
        pytest.param(
            {"dernier_contact": "25/11/2026"}, (Critere.CONTACT, "25/11/2026"), id="a sign of life"
        ),
        pytest.param(
            {"dernier_contact": "30/11/2026", "derniere_connexion": "25/11/2026"},
            (Critere.CONNEXION, "25/11/2026"),
            id="a login is a reprise even before a later visit",
        ),
        pytest.param(
            {"dernier_cours": "26/11/2026", "derniere_connexion": "25/11/2026"},
            (Critere.COURS, "26/11/2026"),
            id="the later of a lesson and a login",
        ),
    ],
)
def test_activity_since(dates: dict[str, str], attendu: tuple[Critere, str] | None) -> None:
    """Later than the row's last activity, and a lesson or a login first."""
    eleve = Eleve("1", "ROYER", **{k: le(v) for k, v in dates.items()})  # type: ignore[arg-type]
    constate = new_activity(DOSSIER, eleve)
    assert constate == (None if attendu is None else (attendu[0], le(attendu[1])))


def test_the_answer_to_a_relance_is_not_a_second_sign_of_life() -> None:
    """It updates DERNIER CONTACT; the shorter suspension agreed then is kept."""
    dossier = relaunch(DOSSIER, "24/11/2026", Issue.PLAN, jusqu_au=le("01/12/2026"))
    assert new_activity(dossier, Eleve("1", "ROYER", dernier_contact=le("24/11/2026"))) is None
    visite = new_activity(dossier, Eleve("1", "ROYER", dernier_contact=le("25/11/2026")))
    assert visite == (Critere.CONTACT, le("25/11/2026"))


# Pause and reopening


def test_pause_suspends_and_says_why() -> None:
    """Nothing is due until that day, and the reason is in the comment."""
    dossier = pause(
        after("24/11/2026"), None, le("31/01/2027"), le("26/11/2026"), "stage à l'étranger"
    ).dossier
    assert dossier.suspendu_jusqu_au == le("31/01/2027")
    assert "stage à l'étranger" in dossier.commentaire
    assert dossier.relances == after("24/11/2026").relances
    assert situate(dossier, None, REGLES, le("31/01/2027")).etat is Etat.SUSPENDU


def test_pause_until_the_end_of_the_day() -> None:
    """A pause may be as short as today."""
    dossier = pause(DOSSIER, None, le("26/11/2026"), le("26/11/2026"), "rappelle ce soir").dossier
    assert situate(dossier, None, REGLES, le("26/11/2026")).etat is Etat.SUSPENDU
    assert situate(dossier, None, REGLES, le("27/11/2026")).etat is Etat.A_RELANCER


def test_pause_until_a_past_day_is_refused() -> None:
    """It would suspend nothing."""
    with pytest.raises(Refus, match="25/11/2026"):
        pause(DOSSIER, None, le("25/11/2026"), le("26/11/2026"), "vacances")


def test_the_abandonniste_who_comes_back() -> None:
    """Reopened, the old relances do not count: the threshold again, then step 1."""
    ferme = end_as_abandon(after(*JOURS_DU_PLAN), None, le("16/12/2026")).dossier
    ouvert = reopen(ferme, None, le("01/02/2027"), REGLES, "a rappelé").dossier
    assert ouvert.ouvert
    assert ouvert.cloture_le is None
    assert ouvert.relances == ferme.relances
    assert "a rappelé" in ouvert.commentaire
    assert "Abandonniste : dossier clôturé le 16/12/2026" in ouvert.commentaire
    suspendu = situate(ouvert, None, REGLES, le("01/05/2027"))
    assert (suspendu.etat, suspendu.relances_sans_reponse) == (Etat.SUSPENDU, 0)
    reprise = situate(ouvert, None, REGLES, le("02/05/2027"))
    assert (reprise.etat, reprise.etape) == (Etat.A_RELANCER, PLAN_DE_RELANCE[0])
    assert refusal_to_close(ouvert, None, REGLES, le("02/05/2027")) is not None


def test_a_reprise_noted_by_mistake_is_reopened() -> None:
    """The outcome and its day are gone, the relances are still there."""
    ferme = end_as_reprise(after("24/11/2026"), None, le("26/11/2026")).dossier
    ouvert = reopen(ferme, None, le("27/11/2026"), REGLES, "erreur de saisie").dossier
    assert (ouvert.resultat, ouvert.cloture_le) == (None, None)
    assert ouvert.relances == ferme.relances
    assert "erreur de saisie" in ouvert.commentaire


CLOSED = end_as_abandon(DOSSIER, None, le("24/11/2026")).dossier


@pytest.mark.parametrize(
    "geste",
    [
        pytest.param(lambda: relaunch(CLOSED, "01/12/2026"), id="a relance"),
        pytest.param(
            lambda: pause(CLOSED, None, le("31/12/2026"), le("01/12/2026"), "x").dossier,
            id="a pause",
        ),
        pytest.param(
            lambda: end_as_reprise(CLOSED, None, le("01/12/2026")).dossier, id="a reprise"
        ),
        pytest.param(
            lambda: end_as_abandon(CLOSED, None, le("01/12/2026")).dossier, id="a second closing"
        ),
    ],
)
def test_a_closed_dossier_is_left_alone(geste: Callable[[], Dossier]) -> None:
    """Refused, with the day it was closed and how to reopen it."""
    with pytest.raises(Refus, match="24/11/2026") as refus:
        geste()
    assert "reopen" in refus.value.conseil


def test_an_open_dossier_cannot_be_reopened() -> None:
    """There is nothing to reopen."""
    with pytest.raises(Refus):
        reopen(DOSSIER, None, le("01/12/2026"), REGLES, "x")


# The day on which it is done


@pytest.mark.parametrize("issue", ISSUES_OFFERTES)
def test_a_relance_to_come_is_refused(issue: Issue) -> None:
    """Dated tomorrow, whatever is said to have come of it; today's is accepted."""
    with pytest.raises(Refus, match="25/11/2026") as refus:
        relaunch(DOSSIER, "25/11/2026", issue, aujourdhui=le("24/11/2026"))
    assert refus.value.statut == 3
    fin = le("30/11/2026") if issue is Issue.RAPPELER else None
    jour = le("25/11/2026")
    assert relaunch(DOSSIER, "25/11/2026", issue, aujourdhui=jour, jusqu_au=fin).relances


@pytest.mark.parametrize("issue", ISSUES_OFFERTES)
def test_what_came_of_it_says_what_is_noted(issue: Issue) -> None:
    """Answered or not, wrong number or not: the outcome alone tells."""
    fin = le("30/11/2026") if issue is Issue.RAPPELER else None
    (relance,) = relaunch(DOSSIER, "24/11/2026", issue, jusqu_au=fin).relances
    assert relance.repondu is issue.repondu
    assert (
        relance.issue is Issue.FAUX_NUMERO
    ) is issue.vaine  # by telephone, a wrong address is a wrong number
    assert not (relance.repondu and (relance.issue is Issue.FAUX_NUMERO))


@pytest.mark.parametrize("end", [end_as_reprise, end_as_abandon])
@pytest.mark.parametrize(
    ("avant", "jour"),
    [
        pytest.param(after("24/11/2026"), "23/11/2026", id="before the last relance"),
        pytest.param(DOSSIER, "19/08/2026", id="before the last activity"),
    ],
)
def test_an_end_before_what_is_noted_is_refused(
    end: Callable[[Dossier, Eleve | None, date], Suite], avant: Dossier, jour: str
) -> None:
    """Nothing comes after a dossier has ended; on the very day, it may."""
    with pytest.raises(Refus, match=jour) as refus:
        end(avant, None, le(jour))
    assert refus.value.statut == 3
    assert end(avant, None, le(jour) + timedelta(days=1)).dossier.cloture_le == le(
        jour
    ) + timedelta(days=1)
