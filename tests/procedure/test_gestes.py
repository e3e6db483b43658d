"""Gestures: answers, call-backs, corrections, who asked for peace (contract, section 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.bilan.timelines import histories
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.procedure.cloture import (
    Demande,
    Suite,
    close,
    end_as_reprise,
    refusal_to_close,
    reopen,
)
from inactifs.procedure.gestes import (
    Propos,
    add_relance,
    answer,
    correct_last,
    last_said,
    pause,
    recontact,
    remove_last,
)
from inactifs.procedure.modele import (
    ISSUES_OFFERTES,
    Dossier,
    Eleve,
    Etat,
    Issue,
    Moyen,
    Rappel,
    Regles,
    Relance,
    ReponseMoyen,
    Resultat,
)
from inactifs.procedure.suivi import situate, unanswered_days
from inactifs.registre import Registre

REGLES = Regles()
SMS, TELEPHONE = Moyen.SMS, Moyen.TELEPHONE


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


ELEVE = Eleve("1", "ROYER", "Laurence", telephone="06 11 11 11 11", dernier_cours=le("20/08/2026"))
DOSSIER = Dossier("ROYER Laurence", "1", le("20/08/2026"), detecte_le=le("24/11/2026"))
OUVERT = Suite(DOSSIER, ELEVE)
FIN = le("31/12/2027")


def relaunch(suite: Suite, jour: str, issue: Issue = Issue.SANS_REPONSE, **dit: object) -> Suite:
    """A telephone call on ``jour``."""
    propos = Propos(le(jour), issue, TELEPHONE, **dit)  # type: ignore[arg-type]
    return add_relance(*suite, propos, REGLES, FIN)


def respond(suite: Suite, jour: str, issue: Issue = Issue.PLAN, **dit: object) -> Suite:
    """An answer by telephone on ``jour``."""
    propos = Propos(le(jour), issue, par=ReponseMoyen.TELEPHONE, **dit)  # type: ignore[arg-type]
    return answer(*suite, propos, REGLES, FIN)


def state(suite: Suite, jour: str) -> tuple[Etat, date | None, int | None]:
    """State, due date and step on ``jour``."""
    situation = situate(*suite, REGLES, le(jour))
    return situation.etat, situation.echeance, situation.etape and situation.etape.numero


# A later answer


def test_a_later_answer_belongs_to_the_last_relance() -> None:
    """No relance is invented; contact and suspension follow the day of the answer."""
    suite = respond(relaunch(OUVERT, "24/11/2026"), "26/11/2026")
    (relance,) = suite.dossier.relances
    attendue = Relance(
        le("24/11/2026"), TELEPHONE, Issue.PLAN, le("26/11/2026"), ReponseMoyen.TELEPHONE
    )
    assert relance == attendue
    assert suite.eleve is not None and suite.eleve.dernier_contact == le("26/11/2026")
    assert suite.dossier.suspendu_jusqu_au == le("26/12/2026")
    assert state(suite, "26/12/2026")[0] is Etat.SUSPENDU
    assert state(suite, "27/12/2026") == (Etat.A_RELANCER, le("27/12/2026"), 1)


def test_a_second_answer_replaces_the_first() -> None:
    """Its day, its outcome, its suspension; the day of contact is the right one, even earlier."""
    suite = respond(relaunch(OUVERT, "24/11/2026"), "28/11/2026", Issue.REFUS_CONTACT)
    assert suite.eleve is not None and suite.eleve.ne_plus_contacter == "28/11/2026 (téléphone)"
    suite = respond(suite, "26/11/2026", Issue.ENTRETIEN)
    assert [r.issue for r in suite.dossier.relances] == [Issue.ENTRETIEN]
    assert suite.eleve is not None
    assert (suite.eleve.dernier_contact, suite.eleve.ne_plus_contacter) == (le("26/11/2026"), "")


@pytest.mark.parametrize(
    ("suite", "jour", "issue", "faute"),
    [
        pytest.param(OUVERT, "26/11/2026", Issue.PLAN, Refus, id="no relance"),
        pytest.param(
            relaunch(OUVERT, "24/11/2026", Issue.FAUX_NUMERO),
            "26/11/2026",
            Issue.PLAN,
            Refus,
            id="a wrong number only",
        ),
        pytest.param(
            relaunch(OUVERT, "24/11/2026"), "23/11/2026", Issue.PLAN, Refus, id="before it"
        ),
        pytest.param(relaunch(OUVERT, "24/11/2026"), "01/01/2028", Issue.PLAN, Refus, id="to come"),
        pytest.param(
            relaunch(OUVERT, "24/11/2026"),
            "26/11/2026",
            Issue.MESSAGE_LAISSE,
            UsageIncorrect,
            id="no answer",
        ),
        pytest.param(
            end_as_reprise(*relaunch(OUVERT, "24/11/2026"), le("25/11/2026")),
            "26/11/2026",
            Issue.PLAN,
            Refus,
            id="closed",
        ),
    ],
)
def test_what_is_no_answer_is_refused(
    suite: Suite, jour: str, issue: Issue, faute: type[Exception]
) -> None:
    """Without any relance, before it, in the future, or when nobody answered."""
    with pytest.raises(faute):
        respond(suite, jour, issue)


# Call-backs


def test_a_call_back_is_due_on_its_day_until_something_is_noted() -> None:
    """Suspended before, first from then on; a try in vain there is step 1."""
    suite = relaunch(
        OUVERT,
        "24/11/2026",
        Issue.RAPPELER,
        le=Rappel(le("26/11/2026"), time(18)),
        commentaire="après le travail",
    )
    assert state(suite, "25/11/2026") == (Etat.SUSPENDU, le("26/11/2026"), 1)
    for jour in ("26/11/2026", "29/12/2026"):
        assert state(suite, jour) == (Etat.A_RAPPELER, le("26/11/2026"), 1)
    rappel = situate(*suite, REGLES, le("26/11/2026")).rappel
    assert rappel is not None and rappel.convenu == "à rappeler : après le travail"
    assert refusal_to_close(*suite, REGLES, le("29/12/2026")) is not None
    essai = relaunch(suite, "26/11/2026")
    assert essai.dossier.a_rappeler_le is None
    assert state(essai, "26/11/2026") == (Etat.EN_ATTENTE, le("03/12/2026"), 2)


@pytest.mark.parametrize(
    "geste",
    [
        pytest.param(lambda s: relaunch(s, "25/11/2026"), id="a relance"),
        pytest.param(lambda s: respond(s, "25/11/2026"), id="an answer"),
        pytest.param(lambda s: pause(*s, le("01/02/2027"), le("25/11/2026"), "x"), id="a pause"),
        pytest.param(lambda s: end_as_reprise(*s, le("25/11/2026")), id="a reprise"),
    ],
)
def test_what_clears_a_call_back(geste: object) -> None:
    """Any later relance, answer, pause or outcome."""
    suite = relaunch(OUVERT, "24/11/2026", Issue.ENTRETIEN, le=Rappel(le("30/11/2026")))
    assert callable(geste)
    assert geste(suite).dossier.a_rappeler_le is None


@pytest.mark.parametrize(
    ("issue", "dit", "faute"),
    [
        (Issue.RAPPELER, {}, Refus),
        (Issue.RAPPELER, {"le": Rappel(le("23/11/2026"))}, Refus),
        (Issue.SANS_REPONSE, {"le": Rappel(le("30/11/2026"))}, UsageIncorrect),
        (
            Issue.PLAN,
            {"le": Rappel(le("30/11/2026")), "jusqu_au": le("30/11/2026")},
            UsageIncorrect,
        ),
    ],
)
def test_promises_that_make_no_sense(
    issue: Issue, dit: dict[str, object], faute: type[Exception]
) -> None:
    """No day, a day that has passed, nobody who promised, two days."""
    with pytest.raises(faute):
        relaunch(OUVERT, "24/11/2026", issue, **dit)


# Ne plus contacter


def test_who_asked_for_peace_is_left_in_peace() -> None:
    """In this case, for good; closing needs a reason; the mark is lifted with one."""
    suite = relaunch(OUVERT, "24/11/2026", Issue.REFUS_CONTACT)
    assert suite.eleve is not None and suite.eleve.ne_plus_contacter == "24/11/2026 (téléphone)"
    assert state(suite, "27/12/2026") == (Etat.NE_PLUS_CONTACTER, None, None)
    with pytest.raises(Refus, match="24/11/2026"):
        relaunch(suite, "27/12/2026")
    assert refusal_to_close(*suite, REGLES, le("27/12/2026")) is not None
    clos = close(*suite, REGLES, le("27/12/2026"), Demande(motif="le demande"))
    assert clos.dossier.resultat is Resultat.ABANDON
    dossier, eleve = recontact(*suite, le("28/12/2026"), "a rappelé")
    assert eleve is not None and eleve.ne_plus_contacter == ""
    assert dossier is not None
    assert state(Suite(dossier, eleve), "28/12/2026")[0] is Etat.A_RELANCER
    with pytest.raises(Refus):
        recontact(dossier, eleve, le("28/12/2026"), "encore")


def test_the_cell_decides_for_whom_the_register_does_not_know() -> None:
    """Until the contact is accepted again, which the comment keeps."""
    suite = relaunch(Suite(DOSSIER, None), "24/11/2026", Issue.REFUS_CONTACT)
    assert state(suite, "27/12/2026")[0] is Etat.NE_PLUS_CONTACTER
    dossier, _ = recontact(*suite, le("28/12/2026"), "a rappelé")
    assert dossier is not None
    assert state(Suite(dossier, None), "28/12/2026")[0] is Etat.A_RELANCER


# Correcting


@given(
    st.sampled_from(ISSUES_OFFERTES),
    st.sampled_from(ISSUES_OFFERTES),
    st.sampled_from(Moyen),
    st.integers(0, 5),
)
def test_a_correction_is_what_should_have_been_noted(
    faute: Issue, juste: Issue, moyen: Moyen, ecart: int
) -> None:
    """Whatever was noted first, dossier and student are as if the right thing had been."""
    jour = le("24/11/2026") + timedelta(days=ecart)

    def noted(issue: Issue, par: Moyen, quand: date) -> Propos:
        rappel = Rappel(quand + timedelta(days=3)) if issue is Issue.RAPPELER else None
        return Propos(quand, issue, par, le=rappel)

    mal = add_relance(*OUVERT, noted(faute, SMS, le("24/11/2026")), REGLES, FIN)
    bien = add_relance(*OUVERT, noted(juste, moyen, jour), REGLES, FIN)
    corrige = correct_last(*mal, noted(juste, moyen, jour), REGLES, FIN)
    statut = corrige.eleve and replace(
        corrige.eleve, statut=bien.eleve.statut if bien.eleve else ""
    )
    assert corrige.dossier == bien.dossier
    assert statut == bien.eleve


def test_a_correction_keeps_a_pause_noted_since_and_the_day_of_the_answer() -> None:
    """Only what is said to be wrong changes."""
    suite = pause(*relaunch(OUVERT, "24/11/2026"), le("15/01/2027"), le("25/11/2026"), "stage")
    propos = replace(last_said(suite.dossier), moyen=SMS, issue=Issue.MESSAGE_LAISSE)
    apres = correct_last(*suite, propos, REGLES, FIN).dossier
    assert apres.suspendu_jusqu_au == le("15/01/2027")
    assert apres.relances == (Relance(le("24/11/2026"), SMS, Issue.MESSAGE_LAISSE),)
    plus_tard = respond(relaunch(OUVERT, "24/11/2026"), "26/11/2026")
    propos = replace(last_said(plus_tard.dossier), issue=Issue.ENTRETIEN)
    (relance,) = correct_last(*plus_tard, propos, REGLES, FIN).dossier.relances
    assert (relance.repondu_le, relance.issue) == (le("26/11/2026"), Issue.ENTRETIEN)


def test_a_removed_relance_never_was() -> None:
    """Nor its mark on the number, its contact, its outcome."""
    for issue in ISSUES_OFFERTES:
        rappel = Rappel(le("30/11/2026")) if issue is Issue.RAPPELER else None
        dossier, eleve = remove_last(*relaunch(OUVERT, "24/11/2026", issue, le=rappel))
        assert dossier == DOSSIER, issue
        assert eleve is not None and replace(eleve, statut="") == ELEVE, issue
    with pytest.raises(Refus):
        remove_last(*OUVERT)
    clos = end_as_reprise(*relaunch(OUVERT, "24/11/2026"), le("30/11/2026"))
    with pytest.raises(Refus):
        remove_last(*clos)


# Guards and counts


@pytest.mark.parametrize("statut", ["permis obtenu", "transféré", "suspendu", "abandonniste"])
def test_a_student_whom_nobody_follows_is_not_closed(statut: str) -> None:
    """Unless they say that they give up; their STATUT then stays."""
    suite = OUVERT
    for jour in ("24/11/2026", "01/12/2026", "15/12/2026"):
        suite = relaunch(suite, jour)
    eleve = replace(ELEVE, statut=statut)
    with pytest.raises(Refus, match=statut):
        close(suite.dossier, eleve, REGLES, le("31/12/2026"), Demande())
    clos = close(suite.dossier, eleve, REGLES, le("31/12/2026"), Demande(demande_eleve=True))
    assert clos.eleve is not None and clos.eleve.statut == statut


def test_waiving_every_step_still_asks_for_one_relance() -> None:
    """A plan of optional steps closes nobody without a try."""
    etapes = tuple(replace(e, optionnelle=True) for e in REGLES.plan)
    refus = refusal_to_close(*OUVERT, Regles(plan=etapes), FIN, Demande(sans_derniere_relance=True))
    assert refus is not None


def test_a_reprise_reopened_takes_its_contact_back() -> None:
    """The next morning must not find a sign of life that never was."""
    suite = relaunch(relaunch(OUVERT, "24/11/2026"), "01/12/2026")
    rouvert = reopen(*end_as_reprise(*suite, le("05/12/2026")), le("05/12/2026"), REGLES, "erreur")
    assert rouvert.eleve == ELEVE
    assert state(rouvert, "16/12/2026") == (Etat.A_RELANCER, le("15/12/2026"), 3)


@pytest.mark.parametrize(
    ("relances", "comptees", "sans_reponse"),
    [
        ([("24/11/2026", Issue.SANS_REPONSE), ("24/11/2026", Issue.MESSAGE_LAISSE)], 1, 1),
        ([("24/11/2026", Issue.FAUX_NUMERO), ("24/11/2026", Issue.SANS_REPONSE)], 1, 1),
        ([("24/11/2026", Issue.FAUX_NUMERO)], 0, 0),
        ([("24/11/2026", Issue.PLAN), ("24/11/2026", Issue.SANS_REPONSE)], 1, 0),
        ([("24/11/2026", Issue.SANS_REPONSE), ("24/11/2026", Issue.PLAN)], 1, 0),
        ([("24/11/2026", Issue.SANS_REPONSE), ("01/12/2026", Issue.SANS_REPONSE)], 2, 2),
    ],
)
def test_tries_of_one_day_are_one_relance(
    relances: list[tuple[str, Issue]], comptees: int, sans_reponse: int
) -> None:
    """A wrong number is none, and neither is a try on the day of an answer: in the rules and in
    the figures."""
    dossier = replace(DOSSIER, relances=tuple(Relance(le(j), SMS, i) for j, i in relances))
    (histoire,), _ = histories([dossier], Registre([ELEVE]), REGLES, dict)
    assert len(histoire.relances) == comptees
    assert len(unanswered_days(dossier)) == sans_reponse


# The register says otherwise


@pytest.mark.parametrize(
    ("dates", "etat"),
    [
        ({"dernier_cours": "28/11/2026"}, Etat.ACTIF),
        ({"prochain_cours": "28/12/2026"}, Etat.ACTIF),
        ({"derniere_connexion": "25/11/2026"}, Etat.ACTIF),
        ({"dernier_contact": "20/09/2026"}, Etat.SUSPENDU),
        ({"formation": "AAC"}, Etat.SUSPENDU),
        ({"statut": "transféré"}, Etat.SUSPENDU),
        ({}, Etat.A_RELANCER),
    ],
)
def test_what_the_register_says_now_decides(dates: dict[str, str], etat: Etat) -> None:
    """A lesson since makes active, a sign of life suspends until the threshold runs out."""
    eleve = replace(ELEVE, **{k: le(v) if "/" in v else v for k, v in dates.items()})  # type: ignore[arg-type]
    regles = Regles(seuils={"aac": None})
    situation = situate(DOSSIER, eleve, regles, le("30/11/2026"))
    assert situation.etat is etat
    if "dernier_contact" in dates:
        assert situation.suspendu_jusqu_au == le("20/12/2026")
    assert unanswered_days(DOSSIER) == []
