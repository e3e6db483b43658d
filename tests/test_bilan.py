"""The month's figures: they balance, can be made again, and mean what their definition says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inactifs.bilan.computing import Bilan, Etabli, consolidate, number_of, report_on, school_line
from inactifs.bilan.figures import DEFINITIONS, IssuesEtape, Part, Periode
from inactifs.bilan.timelines import bounds, histories
from inactifs.dates import Mois, default_month, read_month
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.procedure.cloture import end_as_abandon, end_as_reprise, reopen
from inactifs.procedure.gestes import Propos, add_relance
from inactifs.procedure.modele import (
    Dossier,
    Eleve,
    Etape,
    Etat,
    Issue,
    Moyen,
    Regles,
    Relance,
    Resultat,
)
from inactifs.procedure.suivi import situate
from inactifs.registre import Registre
from inactifs.rendu.report_output import bilan_json

REGLES = Regles()
NOVEMBRE = Mois(2026, 11)
DECEMBRE_15 = date(2026, 12, 15)


def d(jour: int, mois: int = 11, annee: int = 2026) -> date:
    """A day, in November 2026 unless said otherwise."""
    return date(annee, mois, jour)


def sms(jour: date, *, repondu: bool = False) -> Relance:
    return Relance(jour, Moyen.SMS, Issue.REPONDU if repondu else Issue.SANS_REPONSE)


def counts(periode: Periode) -> tuple[int, int, int, int, int]:
    """What was open, came, ended and is left."""
    ended = len(periode.reprises), len(periode.abandons)
    return periode.ouverts_debut, len(periode.detectes), *ended, periode.ouverts_fin


def parts(valeur: object) -> int:
    """The sum of a breakdown."""
    assert isinstance(valeur, Mapping)
    return sum(valeur.values())


def november(*dossiers: Dossier, eleves: tuple[Eleve, ...] = ()) -> Bilan:
    return report_on(dossiers, eleves, REGLES, NOVEMBRE, Etabli(DECEMBRE_15))


# --- a formation's own threshold ---------------------------------------------------------


def test_a_story_goes_by_the_threshold_of_the_formation() -> None:
    """Six months for « AAC »: when it began without DÉTECTÉ LE, and how long a call quietens."""
    regles = Regles(seuils={"aac": 6})
    aac, b = Eleve("1", "ROYER", formation="B AAC"), Eleve("2", "BLANC", formation="B")
    sans_date = [Dossier(e.nom, e.numero, derniere_activite=d(1, 4)) for e in (aac, b)]
    datees, _ = histories(sans_date, Registre([aac, b]), regles, dict)
    assert [h.debut for h in datees] == [d(2, 10), d(2, 7)]
    appel = [
        Dossier(
            e.nom,
            e.numero,
            detecte_le=d(1, 1),
            derniere_activite=d(1, 2),
            resultat=Resultat.REPRISE,
            cloture_le=d(1, 9),
        )
        for e in (aac, b)
    ]
    datees, _ = histories(appel, Registre([aac, b]), regles, dict)
    etats = [h.situation_on(d(15, 6), regles).etat for h in datees]
    assert etats == [Etat.SUSPENDU, Etat.A_RELANCER]


# --- which month -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aujourdhui", "mois"),
    [
        (d(1), Mois(2026, 10)),
        (d(25), Mois(2026, 10)),
        (d(26), Mois(2026, 11)),
        (d(30), Mois(2026, 11)),
        (date(2027, 1, 3), Mois(2026, 12)),
    ],
)
def test_the_default_month_is_the_one_just_ended_or_after_the_25th_the_current_one(
    aujourdhui: date, mois: Mois
) -> None:
    """The month just ended until the 25th, then the current one."""
    assert default_month(aujourdhui) == mois


@pytest.mark.parametrize("texte", ["2026-11", "2026/11", "11/2026", " 2026-11 "])
def test_a_month_is_read(texte: str) -> None:
    """AAAA-MM, or MM/AAAA as people write it."""
    assert read_month(texte) == NOVEMBRE


@pytest.mark.parametrize("texte", ["2026-13", "2026", "novembre", "2026-00", "0000-01", ""])
def test_what_is_not_a_month_is_refused(texte: str) -> None:
    """A wrong month is a usage error that says what is expected."""
    with pytest.raises(UsageIncorrect) as faute:
        read_month(texte)
    assert "AAAA-MM" in faute.value.conseil


def test_a_month_knows_its_ends_and_neighbours() -> None:
    """Month ends, leap years and year ends."""
    assert Mois(2028, 2).dernier == date(2028, 2, 29)
    assert Mois(2026, 1).shifted(-1) == Mois(2025, 12)
    assert Mois(2026, 12).shifted(1) == Mois(2027, 1)
    assert NOVEMBRE.iso == "2026-11"
    assert NOVEMBRE.libelle == "novembre 2026"


def test_a_month_to_come_is_refused() -> None:
    """There is nothing to report on a month that has not begun."""
    with pytest.raises(Refus, match="janvier 2027"):
        report_on([], [], REGLES, Mois(2027, 1), Etabli(DECEMBRE_15))


# --- when a dossier begins and ends --------------------------------------------------------

L = d(1, 5)


@pytest.mark.parametrize(
    ("dossier", "debut", "fin"),
    [
        (Dossier("A", detecte_le=d(2)), d(2), None),
        (Dossier("A", derniere_activite=L, relances=(sms(d(5)),)), d(5), None),
        (Dossier("A", derniere_activite=d(31, 8)), d(1, 12), None),
        (Dossier("A"), None, None),
        (
            Dossier("A", resultat=Resultat.ABANDON, detecte_le=d(2), cloture_le=d(9)),
            d(2),
            d(9),
        ),
        (
            Dossier(
                "A",
                derniere_activite=L,
                relances=(sms(d(5)), sms(d(9))),
                resultat=Resultat.REPRISE,
            ),
            d(5),
            d(9),
        ),
        (Dossier("A", derniere_activite=L, resultat=Resultat.REPRISE), L, L),
        (Dossier("A", detecte_le=d(20), cloture_le=d(9), resultat=Resultat.ABANDON), d(9), d(9)),
        (Dossier("A", resultat=Resultat.ABANDON), None, None),
    ],
)
def test_the_ends_of_a_dossier(dossier: Dossier, debut: date | None, fin: date | None) -> None:
    """What stands for DÉTECTÉ LE and CLÔTURÉ LE on a hand-typed row."""
    assert bounds(dossier, REGLES) == (debut, fin)


# --- the sum ---------------------------------------------------------------------------------


def test_a_month_told_by_hand() -> None:
    """Two open at the start, one detected; one resumed, one closed: one is left."""
    ancien = Dossier("A", detecte_le=d(5, 10), resultat=Resultat.REPRISE, cloture_le=d(10))
    dure = Dossier("B", detecte_le=d(6, 10))
    neuf = Dossier("C", detecte_le=d(1), resultat=Resultat.ABANDON, cloture_le=d(30))
    passe = Dossier("D", detecte_le=d(1, 9), resultat=Resultat.REPRISE, cloture_le=d(31, 10))
    futur = Dossier("E", detecte_le=d(1, 12))
    bilan = november(ancien, dure, neuf, passe, futur)
    assert counts(bilan.periode) == (2, 1, 1, 1, 1)
    assert bilan["taux_reprise"] == bilan["taux_abandon"] == Part(1, 2)
    assert number_of(bilan["delai_moyen_reprise_jours"]) == 36
    assert bilan["delai_median_issue_jours"] == (36 + 29) / 2
    assert [c.situation.dossier.eleve for c in bilan.cas] == ["B", "A", "C"]


def test_an_empty_month_has_no_rate() -> None:
    """Nothing to share gives no figure, rather than 0 %."""
    bilan = november()
    for cle in (
        "taux_reprise",
        "delai_moyen_reprise_jours",
        "relances.part_dans_les_delais",
        "taux_abandon_suivis",
    ):
        assert number_of(bilan[cle]) is None, cle


jours = st.dates(date(2025, 6, 1), date(2027, 6, 30))
relances = st.lists(
    st.builds(
        Relance,
        jours,
        st.sampled_from([*Moyen, None]),
        st.sampled_from([Issue.SANS_REPONSE, Issue.REPONDU]),
    ),
    max_size=4,
).map(lambda r: tuple(sorted(r, key=lambda x: x.date)))
dossiers_typed = st.builds(
    Dossier,
    eleve=st.sampled_from("ABCD"),
    numero=st.sampled_from(["", "1", "2"]),
    derniere_activite=st.none() | jours,
    relances=relances,
    resultat=st.sampled_from([None, *Resultat]),
    detecte_le=st.none() | jours,
    suspendu_jusqu_au=st.none() | jours,
    cause=st.sampled_from(["", "santé", "SANTÉ", "météo"]),
    cloture_le=st.none() | jours,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(dossiers_typed, max_size=6), st.integers(-14, 0), jours)
def test_the_sum_balances_whatever_was_typed(
    dossiers: list[Dossier], recul: int, aujourdhui: date
) -> None:
    """Open at the start + detected = resumed + closed + open at the end, every month; the end
    of a month is the start of the next; and each way of counting relances gives the total."""
    mois = Mois.of(aujourdhui).shifted(recul)
    bilan = report_on(dossiers, [Eleve("1", "A")], REGLES, mois, Etabli(aujourdhui))
    chaine = [periode for _, periode in bilan.serie if periode is not None]
    for p in [*chaine, bilan.annee, bilan.periode]:
        debut, detectes, reprises, abandons, fin = counts(p)
        assert debut + detectes == reprises + abandons + fin
    assert [p.ouverts_fin for p in chaine[:-1]] == [p.ouverts_debut for p in chaine[1:]]
    relances, reponses = bilan.periode.relances, bilan.periode.reponses
    for cle in ("relances.par_etape", "relances.par_moyen", "relances.par_responsable"):
        assert parts(bilan[cle]) == bilan["relances.total"] == len(relances)
    for cle in ("reponses.par_etape", "reponses.par_moyen", "reponses.par_cause"):
        assert parts(bilan[cle]) == bilan["reponses.total"] == len(reponses)
    assert len({(r.dossier, r.relance.date) for r in relances}) == len(set(relances))
    a_temps = bilan.periode.dans_les_delais
    assert 0 <= a_temps.partie <= a_temps.total <= len(relances)
    _, detectes, reprises, abandons, _ = counts(bilan.periode)
    assert len(bilan.cas) == bilan.periode.ouverts_debut + detectes
    assert sum(bilan.periode.causes.values()) == len(bilan.cas)
    assert sum(i.reprises for i in bilan.periode.issues_par_etape) == reprises
    assert sum(i.abandons for i in bilan.periode.issues_par_etape) == abandons


# --- a past month can be made again --------------------------------------------------------


@st.composite
def lives(draw: st.DrawFn) -> tuple[Dossier, Dossier, dict[date, date]]:
    """A dossier as the tool keeps it on 30/11/2026, and as it became later on; and when each
    relance was due, as the journal notes it.

    It is reopened once at most: of the state that a second reopening puts an end to, the
    tableau keeps no trace.
    """
    detecte = draw(st.dates(d(1, 9), d(28)))
    dossier = Dossier("A", "1", detecte - timedelta(days=95), detecte_le=detecte)
    fin_novembre = dossier
    dues: dict[date, date] = {}
    jour = detecte
    for _ in range(draw(st.integers(0, 6))):
        jour += timedelta(days=draw(st.integers(0, 25)))
        acte = draw(st.sampled_from(["relance", "relance", "relance", "reponse", "fin"]))
        if not dossier.ouvert:
            suite = reopen(dossier, None, jour, REGLES, "revient").dossier
        elif acte == "fin":
            finir = draw(st.sampled_from([end_as_reprise, end_as_abandon]))
            suite = finir(dossier, None, jour).dossier
        else:
            due = situate(dossier, None, REGLES, jour)
            issue = Issue.ENTRETIEN if acte == "reponse" else Issue.SANS_REPONSE
            try:
                propos = Propos(jour, issue, Moyen.SMS)
                suite = add_relance(dossier, None, propos, REGLES, jour).dossier
            except Refus:
                continue
            if due.etape is not None and due.echeance is not None:
                dues.setdefault(jour, due.echeance)
        dossier = suite
        if jour <= d(30):
            fin_novembre = dossier
        if not dossier.ouvert and ("rouvert" in dossier.commentaire or draw(st.booleans())):
            break
    return fin_novembre, dossier, dues


@settings(max_examples=200, deadline=None)
@given(st.lists(lives(), min_size=1, max_size=4))
def test_a_past_month_gives_the_same_figures_later(
    vies: list[tuple[Dossier, Dossier, dict[date, date]]],
) -> None:
    """November's report made on its last day and made in the next summer say the same."""

    def report(dossiers: list[Dossier], jour: date) -> Bilan:
        siens = [replace(x, numero=str(n), eleve=f"A{n}") for n, x in enumerate(dossiers)]
        eleves = [
            Eleve(x.numero, "A", statut="abandonniste" if x.resultat is Resultat.ABANDON else "")
            for x in siens
        ]
        return report_on(siens, eleves, REGLES, NOVEMBRE, Etabli(jour, {}, lambda: notees))

    notees = {
        ((f"a{n}",), jour): due for n, (_, _, dues) in enumerate(vies) for jour, due in dues.items()
    }
    alors = report([a for a, _, _ in vies], d(30))
    apres = report([b for _, b, _ in vies], date(2027, 7, 1))
    for ici, avant in zip(apres.chiffres, alors.chiffres, strict=True):
        assert ici.valeur == avant.valeur, ici.figure.cle

    def states(bilan: Bilan) -> list[tuple[object, ...]]:
        return sorted(
            (c.debut, c.situation.etat, len(c.situation.dossier.relances), str(c.fin))
            for c in bilan.cas
        )

    assert states(apres) == states(alors)


def test_a_dossier_reopened_in_a_later_month_had_its_outcome_before() -> None:
    """Closed in October, back in November: an abandon then, one more dossier now."""
    clos = end_as_abandon(
        Dossier("A", "1", d(1, 5), (sms(d(2, 9)),), detecte_le=d(2, 9)), None, d(20, 10)
    ).dossier
    rouvert = reopen(clos, None, d(5), REGLES, "revient").dossier
    eleve = Eleve("1", "A", dernier_contact=d(5))
    octobre = report_on([rouvert], [eleve], REGLES, Mois(2026, 10), Etabli(DECEMBRE_15))
    assert counts(octobre.periode)[3:] == (1, 0)
    assert octobre["eleves_suivis"] == 0
    novembre = november(rouvert, eleves=(eleve,))
    assert counts(novembre.periode) == (0, 1, 0, 0, 1)
    assert novembre["eleves_suivis"] == 1
    assert novembre["relances.total"] == 0


def test_a_mistake_mended_in_the_month_never_was() -> None:
    """Closed and reopened in the same month: no outcome, no second detection."""
    clos = end_as_reprise(Dossier("A", detecte_le=d(2)), None, d(5)).dossier
    periode = november(reopen(clos, None, d(6), REGLES, "erreur").dossier).periode
    assert counts(periode) == (0, 1, 0, 0, 1)


def test_today_a_case_stands_as_list_and_show_say() -> None:
    """The report of the running month and the other commands agree on each open dossier."""
    dossier = Dossier("A", "", L, (sms(d(2)), sms(d(12), repondu=True)), detecte_le=d(2))
    ailleurs = replace(dossier, eleve="B", suspendu_jusqu_au=d(5, 1, 2027))
    bilan = report_on([dossier, ailleurs], [], REGLES, NOVEMBRE, Etabli(d(20)))
    assert {c.situation for c in bilan.cas} == {
        situate(dossier, None, REGLES, d(20)),
        situate(ailleurs, None, REGLES, d(20)),
    }


def test_a_case_is_shown_as_it_stood_at_the_end_of_the_month() -> None:
    """What came later is not in last month's report."""
    dossier = Dossier(
        "A",
        "",
        L,
        (sms(d(3)), Relance(d(11), Moyen.EMAIL), sms(d(2, 12))),
        detecte_le=d(3),
        resultat=Resultat.ABANDON,
        cloture_le=d(3, 12),
    )
    (cas,) = november(dossier).cas
    assert cas.situation.etat is Etat.A_RELANCER
    assert cas.situation.echeance == d(25)
    assert len(cas.situation.dossier.relances) == 2
    assert cas.fin is None


# --- relances ----------------------------------------------------------------------------------


def test_each_relance_has_its_step_and_lateness() -> None:
    """Step 2 was due seven days after step 1: made on the tenth, it is three days late."""
    dossier = Dossier(
        "A",
        "",
        L,
        (sms(d(2)), Relance(d(12), Moyen.EMAIL), Relance(d(26), Moyen.TELEPHONE)),
        detecte_le=d(2),
    )
    bilan = november(dossier)
    assert [(r.etape, r.echeance, r.retard_jours) for r in bilan.periode.relances] == [
        (1, d(2), 0),
        (2, d(9), 3),
        (3, d(26), 0),
    ]
    assert bilan["relances.par_etape"] == {"1": 1, "2": 1, "3": 1}
    assert bilan["relances.par_responsable"] == {
        "Secrétariat": 1,
        "Responsable pédagogique": 1,
        "Direction": 1,
    }
    assert bilan["relances.par_moyen"] == {Moyen.SMS: 1, Moyen.EMAIL: 1, Moyen.TELEPHONE: 1}
    assert bilan["relances.total"] == 3
    assert bilan["relances.dans_les_delais"] == 2
    assert bilan["relances.retard_median_jours"] == 3


def test_tries_of_one_day_are_one_relance() -> None:
    """A late first step tried twice in a day is one late relance."""
    dossier = Dossier("A", "", L, (sms(d(5)), Relance(d(5), Moyen.TELEPHONE)), detecte_le=d(2))
    bilan = november(dossier)
    (faite,) = bilan.periode.relances
    assert (faite.etape, faite.retard_jours, len(faite.essais)) == (1, 3, 2)
    assert (bilan["relances.total"], bilan["relances.dans_les_delais"]) == (1, 0)


def test_an_answer_restarts_the_steps_and_its_follow_up_is_not_lateness() -> None:
    """After an answer step 1 is due again, the day after the follow-up ends."""
    dossier = Dossier("A", "", L, (sms(d(1, 10), repondu=True), sms(d(3))), detecte_le=d(1, 10))
    (faite,) = november(dossier).periode.relances
    assert (faite.etape, faite.echeance, faite.retard_jours) == (1, d(1), 2)


def test_a_suspension_that_has_run_out_sets_the_due_date() -> None:
    """« Rappeler le 20 » : a relance on the 21st is in time, whatever the follow-up delay."""
    dossier = Dossier(
        "A",
        "",
        L,
        (sms(d(2), repondu=True), sms(d(21))),
        detecte_le=d(2),
        suspendu_jusqu_au=d(20),
    )
    faite = november(dossier).periode.relances[-1]
    assert (faite.etape, faite.echeance, faite.retard_jours) == (1, d(21), 0)


def test_a_sign_of_life_since_does_not_rewrite_the_earlier_steps() -> None:
    """The row's date moved to 15/11: the relances before it keep the step they were. Nothing was
    due then until 15/02, when the threshold runs out again: the relance of 20/12 is not late."""
    dossier = Dossier("A", "", d(15), (sms(d(2)), sms(d(9)), sms(d(20, 12))), detecte_le=d(2))
    faites = histories([dossier], Registre(), REGLES, dict)[0][0].relances
    assert [(r.etape, r.retard_jours) for r in faites] == [(1, 0), (2, 0), (1, 0)]


def test_a_wrong_number_is_no_relance() -> None:
    """Nobody was reached: the step stays to be done at its date, and no figure counts it."""
    dossier = Dossier(
        "A", "", L, (Relance(d(2), Moyen.SMS, Issue.FAUX_NUMERO), sms(d(4))), detecte_le=d(2)
    )
    bilan = november(dossier)
    assert bilan["relances.par_etape"] == {"1": 1, "2": 0, "3": 0}
    assert [r.retard_jours for r in bilan.periode.relances] == [2]


def test_an_answer_counts_in_the_month_in_which_it_came() -> None:
    """The relance keeps its day and its step; who came back afterwards is told."""
    relance = Relance(d(28, 10), Moyen.SMS, Issue.PLAN, d(3))
    dossier = Dossier(
        "A", "", L, (relance,), Resultat.REPRISE, detecte_le=d(28, 10), cloture_le=d(9),
        cause="financière",
    )  # fmt: skip
    octobre = report_on([dossier], [], REGLES, Mois(2026, 10), Etabli(DECEMBRE_15))
    assert (octobre["relances.total"], octobre["reponses.total"]) == (1, 0)
    bilan = november(dossier)
    assert (bilan["relances.total"], bilan["reponses.total"]) == (0, 1)
    assert (bilan["reponses.plans"], bilan["reponses.entretiens"]) == (1, 0)
    assert bilan["reponses.par_etape"] == {"1": 1, "2": 0, "3": 0}
    assert bilan["reponses.par_moyen"] == {Moyen.SMS: 1}
    assert bilan["reponses.par_cause"] == {"financière": 1}
    assert bilan["reponses.part_revenus"] == Part(1, 1)


def test_a_due_date_that_no_trace_is_left_of_is_unknown() -> None:
    """Suspended until a day that a later answer has overwritten: the journal's word, or none."""
    dossier = Dossier(
        "A",
        "",
        L,
        (sms(d(2), repondu=True), sms(d(12)), sms(d(29), repondu=True)),
        detecte_le=d(2),
        suspendu_jusqu_au=d(15, 12),
    )
    bilan = november(dossier)
    assert [r.delai_connu for r in bilan.periode.relances] == [True, False, False]
    assert bilan["relances.delai_inconnu"] == 2
    assert bilan["relances.part_dans_les_delais"] == Part(1, 1)

    def journal() -> dict[tuple[tuple[str, ...], date], date]:
        return {(("a",), d(12)): d(4), (("a",), d(29)): d(19)}

    bilan = report_on([dossier], [], REGLES, NOVEMBRE, Etabli(DECEMBRE_15, {}, journal))
    assert [r.retard_jours for r in bilan.periode.relances] == [0, 8, 10]


def test_a_relance_beyond_the_plan_is_counted_apart() -> None:
    """A fourth one typed by hand is nobody's step and cannot be late."""
    regles = Regles(plan=(Etape(1, 0, "Appel", (Moyen.SMS,), "Accueil"),))
    dossier = Dossier("A", "", L, (sms(d(2)), sms(d(20))), detecte_le=d(2))
    bilan = report_on([dossier], [], regles, NOVEMBRE, Etabli(DECEMBRE_15))
    assert bilan["relances.par_responsable"] == {"Accueil": 1, "hors plan": 1}
    assert bilan["relances.par_etape"] == {"1": 1, "2": 1}
    assert bilan["relances.dans_les_delais"] == 2


def test_the_listing_of_a_period_is_in_order_of_time() -> None:
    """Both ends are in, and each line knows its student."""
    eleve = Eleve("7", "DUPONT", "Léa")
    a = Dossier("Léa Dupont", "", L, (sms(d(30)),), detecte_le=d(30))
    b = Dossier("B", "", L, (sms(d(1)), sms(d(1, 12))), detecte_le=d(1))
    faites = report_on([a, b], [eleve], REGLES, NOVEMBRE, Etabli(DECEMBRE_15)).periode.relances
    assert [(f.dossier.eleve, f.relance.date) for f in faites] == [
        ("B", d(1)),
        ("Léa Dupont", d(30)),
    ]
    assert faites[1].eleve == eleve


# --- the other figures -----------------------------------------------------------------------


def test_outcomes_are_told_by_the_step_at_which_they_came() -> None:
    """One reprise without any relance, one after step 2, one abandon after step 2."""
    deux = (sms(d(2)), sms(d(9)))
    bilan = november(
        Dossier("A", "", L, (), Resultat.REPRISE, detecte_le=d(2), cloture_le=d(5)),
        Dossier("B", "", L, deux, Resultat.REPRISE, detecte_le=d(2), cloture_le=d(12)),
        Dossier("C", "", L, deux, Resultat.ABANDON, detecte_le=d(2), cloture_le=d(28)),
    )
    issues = bilan["issues_par_etape"]
    assert issues == (
        IssuesEtape(0, 1, 0),
        IssuesEtape(1, 0, 0),
        IssuesEtape(2, 1, 1),
        IssuesEtape(3, 0, 0),
    )
    assert bilan.periode.issues_par_etape[2].taux_reprise == 0.5


def test_followed_students_are_those_enrolled_by_then_and_not_gone_since() -> None:
    """An abandonniste of December was followed in November; a student of December was not."""
    eleves = (
        Eleve("1", "SUIVI", inscrit_le=d(1, 1)),
        Eleve("2", "SANS DATE"),
        Eleve("3", "NOUVEAU", inscrit_le=d(1, 12)),
        Eleve("4", "PERMIS", statut="permis obtenu", inscrit_le=d(1, 1)),
        Eleve("5", "PARTI EN DÉCEMBRE", statut="abandonniste", inscrit_le=d(1, 1)),
        Eleve("6", "PARTI EN NOVEMBRE", statut="abandonniste", inscrit_le=d(1, 1)),
    )
    clos = {"resultat": Resultat.ABANDON, "detecte_le": d(1, 10)}
    bilan = november(
        Dossier("x", "5", cloture_le=d(4, 12), **clos),
        Dossier("y", "6", cloture_le=d(4), **clos),
        eleves=eleves,
    )
    assert bilan["eleves_suivis"] == 3
    assert bilan["taux_abandon_suivis"] == Part(1, 4)


def test_the_spellings_of_a_cause_are_one() -> None:
    """« MOTIVATION » and « motivation » are counted together, in the list or not."""
    causes = ("motivation", "MOTIVATION", "météo", "", " ")
    bilan = november(*(Dossier("A", detecte_le=d(2), cause=c) for c in causes))
    assert bilan["causes"] == {"motivation": 2, "météo": 1}
    assert bilan["causes_non_renseignees"] == 2


def test_what_is_late_is_said_as_of_the_day_of_the_report() -> None:
    """Also in last month's report: it is the one figure that the day changes."""
    tardif = Dossier("A", "", L, detecte_le=d(2))
    a_jour = Dossier("B", "", L, (sms(d(25)),), detecte_le=d(25))
    en_cours = report_on([tardif, a_jour], [], REGLES, NOVEMBRE, Etabli(d(27)))
    assert [(c.situation.dossier.eleve, c.situation.retard_jours) for c in en_cours.en_retard] == [
        ("A", 25)
    ]
    plus_tard = november(tardif)
    assert plus_tard.etabli_le == DECEMBRE_15
    assert [c.situation.retard_jours for c in plus_tard.en_retard] == [43]


def test_a_student_active_since_is_not_late() -> None:
    """The next ``detect`` will end that dossier: nobody has to be called."""
    dossier = Dossier("A", "1", L, detecte_le=d(2))
    eleve = Eleve("1", "A", dernier_cours=d(20))
    assert report_on([dossier], [eleve], REGLES, NOVEMBRE, Etabli(d(27))).en_retard == ()


def test_a_row_without_any_date_is_named_and_counts_nowhere() -> None:
    """It is said, never guessed."""
    bilan = november(Dossier("A", ligne=12))
    assert [x.ligne for x in bilan.sans_date] == [12]
    assert counts(bilan.periode) == (0, 0, 0, 0, 0)


def test_stale_and_missing_imports_are_named() -> None:
    """Seven days by default; never imported is stale too."""
    imports = {"cours": d(20), "connexions": d(19), "eleves": None}
    bilan = report_on([], [], REGLES, NOVEMBRE, Etabli(d(27), imports))
    assert bilan.imports == {"cours": d(20), "connexions": d(19), "contacts": None}
    assert bilan.perimes == ("connexions", "contacts")


def test_a_homonym_is_nobody() -> None:
    """A name that two students bear leads to neither."""
    registre = Registre([Eleve("1", "DUPONT", "Léa"), Eleve("2", "DUPONT", "Léa")])
    (histoire,), _ = histories([Dossier("Dupont Léa", detecte_le=d(2))], registre, REGLES, dict)
    assert histoire.eleve is None


# --- several schools, definitions ---------------------------------------------------------------


def test_the_total_of_schools_is_that_of_all_their_dossiers() -> None:
    """Sums add up, and the mean delay is that of all the reprises, not the mean of means."""

    def ended(nom: str, jour: int) -> Dossier:
        return Dossier(nom, detecte_le=d(1), resultat=Resultat.REPRISE, cloture_le=d(jour))

    une = [ended("A", 11), ended("B", 21), Dossier("C", "", L, (sms(d(3)),), detecte_le=d(3))]
    autre = [ended("D", 4)]
    ensemble = november(*une, *autre)
    total = consolidate(
        [school_line("Nord", november(*une)), school_line("Sud", november(*autre))]
    ).total
    assert total == school_line("Total", ensemble)
    assert number_of(total.valeurs["delai_moyen_reprise_jours"]) == 11
    assert number_of(total.valeurs["taux_reprise"]) == 1


def test_no_school_gives_an_empty_total() -> None:
    """When no workbook could be read, there is a total and it is nothing."""
    vide = consolidate([])
    assert vide.ecoles == ()
    assert vide.total.valeurs["relances.total"] == 0
    assert not number_of(vide.total.valeurs["taux_reprise"])


def test_every_figure_of_the_report_has_its_definition() -> None:
    """Nothing is shown that the report does not explain."""
    contexte = {"mois", "arrete_au", "en_cours", "etabli_le", "sans_date", "imports", "perimes"}
    document = bilan_json(november())
    cles = set(document) - contexte - {"definitions", "relances", "reponses"}
    for groupe in ("relances", "reponses"):
        cles |= {f"{groupe}.{cle}" for cle in document[groupe]}
    assert cles == {d.cle for d in DEFINITIONS}


def test_every_definition_is_of_a_figure_that_the_report_gives() -> None:
    """Each key leads to a value of the JSON document, and each is one French sentence."""
    document = bilan_json(november())
    for definition in DEFINITIONS:
        valeur = document
        for cle in definition.cle.split("."):
            assert cle in valeur, definition.cle
            valeur = valeur[cle]
        assert definition.sens.endswith(".")
        assert definition.sens[0].isupper()
        assert definition.sens.count(". ") == 0


@pytest.mark.parametrize(
    ("mois", "dit"), [(4, "d'avril"), (8, "d'août"), (10, "d'octobre"), (11, "de novembre")]
)
def test_de_s_elide_devant_une_voyelle(mois: int, dit: str) -> None:
    assert Mois(2026, mois).de == f"{dit} 2026"
