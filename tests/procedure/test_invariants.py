"""What holds for any dossier, any register and any order of gestures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inactifs.erreurs import Refus
from inactifs.procedure.cloture import Demande, refusal_to_close
from inactifs.procedure.eleve import inactive_from, last_activity
from inactifs.procedure.gestes import Propos, add_relance
from inactifs.procedure.matin import Matin, morning
from inactifs.procedure.modele import (
    Dossier,
    Eleve,
    Etat,
    Issue,
    Moyen,
    Regles,
    Relance,
    Resultat,
)
from inactifs.procedure.suivi import ended_on, new_activity, situate, unanswered_days

JOUR = date(2026, 11, 24)
JOURS = st.dates(date(2026, 5, 1), date(2027, 3, 31))
PASSES = st.dates(date(2026, 5, 1), JOUR)
REGLES = st.builds(
    Regles,
    delai_reponse=st.integers(0, 20),
    delai_suivi=st.integers(0, 40),
    max_nouveaux=st.none() | st.integers(0, 3),
)
ISSUES = st.sampled_from(
    [Issue.SANS_REPONSE, Issue.MESSAGE_LAISSE, Issue.FAUX_NUMERO, Issue.ENTRETIEN, Issue.PLAN]
)


def relance(jour: date, issue: Issue) -> Relance:
    """An attempt on ``jour`` and what came of it."""
    return Relance(jour, Moyen.TELEPHONE, issue)


def make(dossier: Dossier, jour: date, issue: Issue) -> Dossier:
    """The dossier after an attempt on ``jour``, noted on that day."""
    return add_relance(dossier, None, Propos(jour, issue, Moyen.TELEPHONE), Regles(), jour).dossier


RELANCES = st.lists(st.builds(relance, JOURS, ISSUES), max_size=6).map(
    lambda faites: tuple(sorted(faites, key=lambda r: r.date))
)
OUVERTS = st.builds(
    Dossier,
    eleve=st.just("ROYER Laurence"),
    derniere_activite=st.none() | JOURS,
    relances=RELANCES,
    detecte_le=st.none() | JOURS,
    suspendu_jusqu_au=st.none() | JOURS,
)


@given(OUVERTS, REGLES, JOURS)
def test_state_step_and_lateness_agree(dossier: Dossier, regles: Regles, jour: date) -> None:
    """What is due is not in the future, what waits is, and closing is asked for after the plan."""
    situation = situate(dossier, None, regles, jour)
    assert situation.echeance is not None
    assert situation.retard_jours == (jour - situation.echeance).days
    assert (situation.retard_jours >= 0) is (situation.etat in (Etat.A_RELANCER, Etat.A_CLOTURER))
    if situation.etape is None:
        assert situation.relances_sans_reponse >= len(regles.plan)
        assert situation.etat is not Etat.A_RELANCER
    else:
        assert situation.etape.numero == situation.relances_sans_reponse + 1
        assert situation.etat is not Etat.A_CLOTURER


@given(OUVERTS, REGLES, JOURS)
def test_what_is_to_be_closed_may_be_closed(dossier: Dossier, regles: Regles, jour: date) -> None:
    """The list of dossiers to close and the command that closes follow one rule."""
    a_cloturer = situate(dossier, None, regles, jour).etat is Etat.A_CLOTURER
    assert a_cloturer is (refusal_to_close(dossier, None, regles, jour) is None)


@given(OUVERTS, REGLES, JOURS)
def test_waiving_never_makes_closing_harder(dossier: Dossier, regles: Regles, jour: date) -> None:
    """What may be closed may be closed with the optional relance waived too."""
    if refusal_to_close(dossier, None, regles, jour) is None:
        assert refusal_to_close(dossier, None, regles, jour, Demande(True)) is None


@given(OUVERTS, REGLES, JOURS, st.integers(0, 60))
def test_due_stays_due_until_it_is_done(
    dossier: Dossier, regles: Regles, jour: date, absence: int
) -> None:
    """Days without a round take nothing off the list: the same step, later by as many days."""
    dossier = replace(dossier, detecte_le=dossier.detecte_le or jour)
    avant = situate(dossier, None, regles, jour)
    apres = situate(dossier, None, regles, jour + timedelta(days=absence))
    if avant.etat in (Etat.A_RELANCER, Etat.A_CLOTURER):
        assert (apres.etat, apres.etape, apres.echeance) == (
            avant.etat,
            avant.etape,
            avant.echeance,
        )
        assert apres.retard_jours == avant.retard_jours + absence


@given(OUVERTS)
def test_counted_relances_are_distinct_days_since_the_last_activity(dossier: Dossier) -> None:
    """In order, one a day at most, all later than the last answer and the last activity."""
    jours = unanswered_days(dossier)
    assert jours == sorted(set(jours))
    assert set(jours) <= {r.date for r in dossier.relances if not r.repondu}
    reponses = [r.date for r in dossier.relances if r.repondu]
    assert all(jour > reponse for jour in jours for reponse in reponses)
    if dossier.derniere_activite is not None:
        assert all(jour > dossier.derniere_activite for jour in jours)


@given(st.lists(st.tuples(JOURS, ISSUES), max_size=12), PASSES)
def test_relances_in_any_order_stay_in_order(
    gestes: list[tuple[date, Issue]], derniere: date
) -> None:
    """Each is added at the end, or refused: the tableau's dates never go back."""
    dossier = Dossier("ROYER Laurence", derniere_activite=derniere, detecte_le=JOUR)
    for jour, issue in gestes:
        try:
            suite = make(dossier, jour, issue)
        except Refus as refus:
            assert refus.statut == 3
            assert refus.conseil
            continue
        assert suite.relances == (*dossier.relances, relance(jour, issue))
        dossier = suite
    dates = [r.date for r in dossier.relances]
    assert dates == sorted(dates)
    assert all(jour >= derniere for jour in dates)
    assert len(unanswered_days(dossier)) <= len(Regles().plan)


@given(st.lists(st.tuples(JOURS, ISSUES), max_size=8))
def test_a_relance_later_than_all_is_refused_for_one_reason_only(
    gestes: list[tuple[date, Issue]],
) -> None:
    """In the order of their dates, relances are refused only once the plan is done."""
    dossier = Dossier("ROYER Laurence", derniere_activite=date(2026, 4, 1), detecte_le=JOUR)
    for jour, issue in sorted(gestes, key=lambda geste: geste[0]):
        complet = len(unanswered_days(dossier)) == len(Regles().plan)
        try:
            dossier = make(dossier, jour, issue)
        except Refus:
            assert complet


# Whole mornings

ELEVES = st.lists(
    st.builds(
        Eleve,
        numero=st.sampled_from("12345"),
        nom=st.sampled_from(["MARTIN", "ROYER"]),
        prenom=st.just("Lucas"),
        inscrit_le=st.none() | PASSES,
        statut=st.sampled_from(["", "", "", "transféré"]),
        dernier_cours=st.none() | PASSES,
        prochain_cours=st.none() | st.none() | JOURS,
        derniere_connexion=st.none() | PASSES,
        dernier_contact=st.none() | PASSES,
    ),
    unique_by=lambda eleve: eleve.numero,
    max_size=5,
)


@st.composite
def schools(draw: st.DrawFn) -> tuple[list[Eleve], list[Dossier]]:
    """A register and a tableau with at most one open dossier for each student."""
    eleves = draw(ELEVES)
    dossiers: list[Dossier] = []
    for eleve in eleves:
        for ouvert in draw(st.sampled_from([(), (True,), (False,), (False, True)])):
            fin = {} if ouvert else {"resultat": draw(st.sampled_from(Resultat))}
            dossiers.append(
                replace(
                    draw(OUVERTS),
                    eleve=eleve.nom_complet,
                    numero=draw(st.sampled_from(["", eleve.numero])),
                    ligne=int(eleve.numero) * 10 + ouvert,
                    **fin,
                )
            )
    return eleves, dossiers


def round_of(eleves: list[Eleve], dossiers: list[Dossier], regles: Regles, jour: date) -> Matin:
    """The morning of ``jour``; a dossier's row tells whose it is."""
    par_rang = {e.numero: e for e in eleves}
    return morning(eleves, [(d, par_rang[str(d.ligne)[0]]) for d in dossiers], regles, jour)


def tableau_after(matin: Matin, dossiers: list[Dossier]) -> list[Dossier]:
    """The dossiers once the morning is written."""
    modifies = {d.ligne: d for d in matin.modifies}
    nouveaux = [replace(d, ligne=int(d.numero) * 10 + 2) for d in matin.nouveaux]
    return [modifies.get(d.ligne, d) for d in dossiers] + nouveaux


@given(schools(), REGLES)
def test_the_second_morning_of_a_day_changes_nothing(
    ecole: tuple[list[Eleve], list[Dossier]], regles: Regles
) -> None:
    """Whatever the tableau holds, detect is idempotent."""
    eleves, dossiers = ecole
    premier = round_of(eleves, dossiers, regles, JOUR)
    tableau = tableau_after(premier, dossiers)
    second = round_of(eleves, tableau, regles, JOUR)
    assert (second.nouveaux, second.modifies, second.reprises) == ((), (), ())
    assert second.en_file == premier.en_file
    assert Counter(s.etat for s in second.situations) == Counter(s.etat for s in premier.situations)


@given(schools(), REGLES, st.integers(1, 4))
def test_a_student_has_one_open_dossier_at_most(
    ecole: tuple[list[Eleve], list[Dossier]], regles: Regles, matins: int
) -> None:
    """Morning after morning."""
    eleves, dossiers = ecole
    for rang in range(matins):
        matin = round_of(eleves, dossiers, regles, JOUR + timedelta(days=rang))
        dossiers = tableau_after(matin, dossiers)
        ouverts = Counter(str(d.ligne)[0] for d in dossiers if d.ouvert)
        assert all(nombre == 1 for nombre in ouverts.values())
        if any(d.ligne % 10 == 2 for d in dossiers):
            break  # the next new dossier of the student would need a row of its own


@given(schools(), REGLES)
def test_every_inactive_student_is_opened_waiting_or_known(
    ecole: tuple[list[Eleve], list[Dossier]], regles: Regles
) -> None:
    """Nobody is forgotten, nobody is opened too early, the longest inactive come first."""
    eleves, dossiers = ecole
    matin = round_of(eleves, dossiers, regles, JOUR)
    # A REPRISE with nothing behind it in the register stands for a sign of life on its day.
    par_numero = {e.numero: e for e in eleves}
    signes = {
        (str(d.ligne)[0], ended_on(d))
        for d in dossiers
        if d.resultat is Resultat.REPRISE
        and (e := par_numero.get(str(d.ligne)[0])) is not None
        and new_activity(d, e) is None
    }
    inactifs = {
        e.numero: derniere
        for e in eleves
        if e.suivi
        and (connue := last_activity(e)) is not None
        and (derniere := max([connue, *(j for n, j in signes if n == e.numero and j)]))
        and inactive_from(derniere, regles.seuil_mois) <= JOUR
    }
    connus = {str(d.ligne)[0] for d in tableau_after(matin, dossiers) if d.ouvert}
    nouveaux = [d.numero for d in matin.nouveaux]
    assert set(nouveaux) <= set(inactifs)
    assert all(d.derniere_activite == inactifs[d.numero] for d in matin.nouveaux)
    traites = {  # an abandon settles the inactivity that it ends
        str(d.ligne)[0]
        for d in dossiers
        if d.resultat is Resultat.ABANDON
        and any(
            jour is not None and jour >= inactifs.get(str(d.ligne)[0], JOUR)
            for jour in (d.derniere_activite, d.cloture_le, *(r.date for r in d.relances))
        )
    }
    assert not traites & set(nouveaux)
    en_file = set(inactifs) - connus - traites
    assert {e.numero for e in matin.en_file} == en_file
    assert all(inactifs[n] <= inactifs[f] for n in nouveaux for f in en_file)
    assert matin.suivis == sum(e.suivi for e in eleves)
    assert {e.numero for e in matin.sans_date} == {
        e.numero for e in eleves if e.suivi and last_activity(e) is None
    }
    if regles.max_nouveaux is not None:
        assert len(nouveaux) <= regles.max_nouveaux


@given(schools(), REGLES)
def test_every_dossier_that_stays_open_has_a_situation(
    ecole: tuple[list[Eleve], list[Dossier]], regles: Regles
) -> None:
    """The morning's screen accounts for all of them, new ones included, once each."""
    eleves, dossiers = ecole
    matin = round_of(eleves, dossiers, regles, JOUR)
    ouverts = [d for d in tableau_after(matin, dossiers) if d.ouvert]
    situes = [replace(s.dossier, ligne=0) for s in matin.situations]
    assert Counter(situes) == Counter(replace(d, ligne=0) for d in ouverts)
    assert sum(len(matin.in_state(etat)) for etat in Etat) == len(ouverts)
