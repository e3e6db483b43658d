"""The morning's round over a register (contract, sections 3 and 4, ``detect``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pytest

from inactifs.procedure.cloture import end_as_abandon, reopen, take_back_reprise
from inactifs.procedure.gestes import Propos, add_relance
from inactifs.procedure.matin import Matin, Reserves, morning
from inactifs.procedure.modele import (
    Critere,
    Dossier,
    Eleve,
    Etat,
    Issue,
    Moyen,
    Regles,
    Relance,
    Resultat,
)

REGLES = Regles()


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


def student(numero: str, cours: str | None = None, **champs: object) -> Eleve:
    """A student whose last lesson is known."""
    jour = le(cours) if cours else None
    return Eleve(numero, f"NOM{numero}", "Zoé", dernier_cours=jour, **champs)  # type: ignore[arg-type]


def round_of(
    jour: str,
    eleves: Iterable[Eleve],
    dossiers: Iterable[Dossier] = (),
    regles: Regles = REGLES,
    exclus: frozenset[str] = frozenset(),
) -> Matin:
    """The morning of ``jour``, each dossier with its student by number."""
    eleves = list(eleves)
    par_numero = {e.numero: e for e in eleves}
    paires = [(d, par_numero.get(d.numero)) for d in dossiers]
    return morning(eleves, paires, regles, le(jour), Reserves(exclus))


def tableau_after(matin: Matin, dossiers: Iterable[Dossier] = ()) -> list[Dossier]:
    """The dossiers once the morning is written, each with its row."""
    ecrits = {d.ligne: d for d in dossiers} | {d.ligne: d for d in matin.modifies}
    for dossier in matin.nouveaux:
        ligne = max(ecrits, default=1) + 1
        ecrits[ligne] = replace(dossier, ligne=ligne)
    return list(ecrits.values())


def opened(matin: Matin) -> list[str]:
    """The numbers of the students for whom a dossier is opened, in order."""
    return [d.numero for d in matin.nouveaux]


OUVERT = Dossier(
    "NOM1 Zoé", "1", derniere_activite=le("20/08/2026"), detecte_le=le("24/11/2026"), ligne=2
)


# Detection


def test_inactive_students_and_no_others() -> None:
    """Three months to the day is active; a day more is a dossier, with its dates."""
    matin = round_of("24/11/2026", [student("1", "23/08/2026"), student("2", "24/08/2026")])
    assert matin.suivis == 2
    assert matin.nouveaux == (
        Dossier(
            "NOM1 Zoé",
            "1",
            derniere_activite=le("23/08/2026"),
            detecte_le=le("24/11/2026"),
        ),
    )


def test_a_new_dossier_is_due_on_the_spot() -> None:
    """« Dès détection »: the first relance, by the secretary, today."""
    (situation,) = round_of("24/11/2026", [student("1", "20/08/2026")]).in_state(Etat.A_RELANCER)
    assert situation.etape is not None
    assert (situation.etape.numero, situation.etape.responsable) == (1, "Secrétariat")
    assert (situation.echeance, situation.retard_jours) == (le("24/11/2026"), 0)


@pytest.mark.parametrize("statut", ["permis obtenu", "transféré", "suspendu", "abandonniste"])
def test_who_is_not_followed_is_not_detected(statut: str) -> None:
    """Nor counted among the students followed."""
    matin = round_of("24/11/2026", [student("1", "01/01/2026", statut=statut)])
    assert (matin.suivis, matin.nouveaux, matin.sans_date) == (0, (), ())


def test_enrolment_stands_for_activity() -> None:
    """A student who enrolled and never came is inactive since the enrolment."""
    matin = round_of(
        "24/11/2026",
        [student("1", inscrit_le=le("23/08/2026")), student("2", inscrit_le=le("24/08/2026"))],
    )
    assert [(d.numero, d.derniere_activite) for d in matin.nouveaux] == [("1", le("23/08/2026"))]


def test_no_date_at_all_is_to_be_looked_at() -> None:
    """Listed, never guessed inactive."""
    perdu = student("1")
    matin = round_of("24/11/2026", [perdu])
    assert (matin.suivis, matin.sans_date, matin.nouveaux) == (1, (perdu,), ())


def test_a_student_whose_dates_cannot_be_read_is_left_out() -> None:
    """No dossier is opened on a guess, and the others go on."""
    matin = round_of(
        "24/11/2026",
        [student("1", "20/08/2026"), student("2", "20/08/2026")],
        exclus=frozenset({"1"}),
    )
    assert opened(matin) == ["2"]


def test_homonyms_are_two_students() -> None:
    """The dossier of one does not stand for the other."""
    eleves = [
        Eleve(numero, "MARTIN", "Lucas", dernier_cours=le("20/08/2026")) for numero in ("7", "8")
    ]
    matin = round_of("25/11/2026", eleves, [replace(OUVERT, eleve="MARTIN Lucas", numero="7")])
    assert opened(matin) == ["8"]
    assert [s.dossier.numero for s in matin.situations] == ["7", "8"]


def test_a_lesson_reserved_then_cancelled() -> None:
    """Active while it is reserved; once it is cancelled, inactive since the last real one."""
    reserve = student("1", "20/08/2026", prochain_cours=le("10/12/2026"))
    assert round_of("24/11/2026", [reserve]).nouveaux == ()
    annule = replace(reserve, prochain_cours=None)
    matin = round_of("02/12/2026", [annule])
    assert [(d.derniere_activite, d.detecte_le) for d in matin.nouveaux] == [
        (le("20/08/2026"), le("02/12/2026"))
    ]


def test_a_reserved_lesson_counts_at_its_date() -> None:
    """Reserved for 30/11, nothing since: inactive from 01/03, not before."""
    reserve = student("1", "20/08/2026", prochain_cours=le("30/11/2026"))
    assert round_of("28/02/2027", [reserve]).nouveaux == ()
    assert opened(round_of("01/03/2027", [reserve])) == ["1"]


# Known dossiers


def test_no_second_dossier_while_one_is_open() -> None:
    """Whatever its age."""
    matin = round_of("24/06/2027", [student("1", "20/08/2026")], [OUVERT])
    assert (matin.nouveaux, matin.modifies) == ((), ())


def test_a_new_dossier_after_an_ended_one() -> None:
    """One student may have several rows over the years."""
    repris = replace(OUVERT, resultat=Resultat.REPRISE, cloture_le=le("01/12/2026"))
    eleve = student("1", "15/01/2027")
    assert round_of("15/04/2027", [eleve], [repris]).nouveaux == ()
    assert opened(round_of("16/04/2027", [eleve], [repris])) == ["1"]


@pytest.mark.parametrize(
    ("champs", "critere", "quand"),
    [
        pytest.param(
            {"dernier_cours": "26/11/2026"}, Critere.COURS, "26/11/2026", id="a lesson attended"
        ),
        pytest.param(
            {"prochain_cours": "10/12/2026"}, Critere.COURS, "10/12/2026", id="a lesson reserved"
        ),
        pytest.param(
            {"derniere_connexion": "25/11/2026"}, Critere.CONNEXION, "25/11/2026", id="a login"
        ),
    ],
)
def test_a_lesson_or_a_login_ends_the_dossier(
    champs: dict[str, str], critere: Critere, quand: str
) -> None:
    """As REPRISE on the day of the round, with what was seen, and no new dossier."""
    eleve = Eleve("1", "NOM1", "Zoé", **{k: le(v) for k, v in champs.items()})  # type: ignore[arg-type]
    matin = round_of("28/11/2026", [eleve], [OUVERT])
    (reprise,) = matin.reprises
    assert (reprise.critere, reprise.date) == (critere, le(quand))
    assert reprise.dossier.resultat is Resultat.REPRISE
    assert reprise.dossier.cloture_le == le("28/11/2026")
    assert matin.modifies == (reprise.dossier,)
    assert (matin.situations, matin.nouveaux) == ((), ())


def test_a_reserved_lesson_cancelled_after_the_reprise() -> None:
    """The case is open again where it stood, relances included."""
    reserve = student("1", "20/08/2026", prochain_cours=le("10/12/2026"))
    libre = replace(reserve, prochain_cours=None)
    relance = replace(OUVERT, relances=(Relance(le("24/11/2026"), Moyen.SMS),))
    (fini,) = tableau_after(round_of("26/11/2026", [reserve], [relance]), [relance])
    rouvert = take_back_reprise(fini, reserve, libre, le("03/12/2026"))
    assert rouvert is not None and rouvert.ouvert and rouvert.relances == relance.relances
    (situation,) = round_of("03/12/2026", [libre], [rouvert]).in_state(Etat.A_RELANCER)
    assert (situation.echeance, situation.relances_sans_reponse) == (le("01/12/2026"), 1)
    conduit = replace(libre, dernier_cours=le("28/11/2026"))
    assert take_back_reprise(fini, reserve, conduit, le("03/12/2026")) is None
    assert take_back_reprise(fini, conduit, conduit, le("03/12/2026")) is None


def test_a_sign_of_life_alone_suspends() -> None:
    """The row's date moves to it, nothing is due for thirty days, the dossier stays open."""
    vu = student("1", "20/08/2026", dernier_contact=le("27/11/2026"))
    matin = round_of("28/11/2026", [vu], [OUVERT])
    (dossier,) = matin.modifies
    assert dossier.ouvert
    assert dossier.derniere_activite == le("27/11/2026")
    assert dossier.suspendu_jusqu_au == le("27/02/2027")
    assert (matin.reprises, matin.nouveaux) == ((), ())
    assert len(matin.in_state(Etat.SUSPENDU)) == 1
    assert len(round_of("28/02/2027", [vu], [dossier]).in_state(Etat.A_RELANCER)) == 1


def test_a_login_prevails_over_a_sign_of_life() -> None:
    """Both since the last activity: it is a reprise."""
    eleve = student("1", derniere_connexion=le("25/11/2026"), dernier_contact=le("27/11/2026"))
    assert len(round_of("28/11/2026", [eleve], [OUVERT]).reprises) == 1


def test_an_answer_is_not_taken_for_a_sign_of_life() -> None:
    """DERNIER CONTACT moved by the answer itself does not lengthen what was agreed."""
    repondu = add_relance(
        OUVERT,
        None,
        Propos(le("24/11/2026"), Issue.PLAN, Moyen.TELEPHONE, jusqu_au=le("01/12/2026")),
        REGLES,
        le("24/11/2026"),
    ).dossier
    eleve = student("1", "20/08/2026", dernier_contact=le("24/11/2026"))
    assert round_of("25/11/2026", [eleve], [repondu]).modifies == ()
    (situation,) = round_of("02/12/2026", [eleve], [repondu]).in_state(Etat.A_RELANCER)
    assert situation.etape is not None
    assert situation.etape.numero == 1


def test_the_abandonniste_who_comes_back_is_followed_again() -> None:
    """Not while abandonniste; reopened and in training again, a lesson is a reprise."""
    ferme = end_as_abandon(OUVERT, None, le("16/12/2026")).dossier
    parti = student("1", "20/08/2026", statut="abandonniste")
    assert round_of("01/02/2027", [parti], [ferme]).nouveaux == ()
    ouvert = reopen(ferme, None, le("01/02/2027"), REGLES, "a rappelé").dossier
    revenu = student("1", "20/08/2026", dernier_contact=le("01/02/2027"), statut="en formation")
    matin = round_of("01/02/2027", [revenu], [ouvert])
    assert (matin.nouveaux, matin.modifies) == ((), ())
    assert len(matin.in_state(Etat.SUSPENDU)) == 1
    conduit = replace(revenu, prochain_cours=le("10/02/2027"))
    assert len(round_of("05/02/2027", [conduit], [ouvert]).reprises) == 1


def test_an_open_dossier_of_somebody_no_longer_followed() -> None:
    """Nothing is due, and it is pointed out."""
    matin = round_of("24/12/2026", [student("1", "20/08/2026", statut="transféré")], [OUVERT])
    assert matin.non_suivis == (OUVERT,)
    assert matin.in_state(Etat.A_RELANCER) == []


def test_a_student_unknown_to_the_register() -> None:
    """The row works all the same, by the name typed in it."""
    inconnu = Dossier("DUPONT Zoé", detecte_le=le("24/11/2026"), ligne=2)
    matin = morning([], [(inconnu, None)], REGLES, le("25/11/2026"))
    (situation,) = matin.in_state(Etat.A_RELANCER)
    assert (situation.dossier, situation.retard_jours) == (inconnu, 1)
    assert matin.modifies == ()


@pytest.mark.parametrize(
    ("relances", "detecte"),
    [
        pytest.param((), "24/11/2026", id="no relance: detected today"),
        pytest.param(
            (Relance(le("10/11/2026"), None),), "10/11/2026", id="relances: on the first of them"
        ),
    ],
)
def test_a_hand_typed_row_gains_what_it_lacks(relances: tuple[Relance, ...], detecte: str) -> None:
    """DÉTECTÉ LE and N° ÉLÈVE are filled in; what was typed stays."""
    tape = replace(OUVERT, eleve="nom1 zoe", numero="", detecte_le=None, relances=relances)
    matin = morning(
        [student("1", "20/08/2026")],
        [(tape, student("1", "20/08/2026"))],
        REGLES,
        le("24/11/2026"),
    )
    assert matin.modifies == (replace(tape, numero="1", detecte_le=le(detecte)),)
    assert matin.nouveaux == ()


@pytest.mark.parametrize(
    ("resultat", "dates", "jour", "ouvre"),
    [
        pytest.param("ABANDON", {}, "24/11/2026", False, id="an abandon settles it"),
        pytest.param("REPRISE", {}, "24/11/2026", True, id="the row's last date counts"),
        pytest.param("REPRISE", {"cloture_le": "30/08/2026"}, "30/11/2026", False, id="3 months"),
        pytest.param("REPRISE", {"cloture_le": "30/08/2026"}, "01/12/2026", True, id="run out"),
        pytest.param("REPRISE", {"detecte_le": "30/08/2026"}, "24/11/2026", True, id="not that"),
    ],
)
def test_an_outcome_typed_by_hand_counts(
    resultat: str, dates: dict[str, str], jour: str, ouvre: bool
) -> None:
    """A reprise stands for a sign of life on its day; an abandon settles the old date."""
    eleve = Eleve("1", "ROYER", "Laurence", dernier_cours=date(2026, 5, 3))
    fini = Dossier(
        "ROYER Laurence",
        "1",
        date(2026, 5, 3),
        resultat=Resultat(resultat),
        ligne=2,
        **{k: le(v) for k, v in dates.items()},  # type: ignore[arg-type]
    )
    matin = morning([eleve], [(fini, eleve)], Regles(), le(jour))
    assert bool(matin.nouveaux) is ouvre
    revenu = Eleve("1", "ROYER", "Laurence", dernier_cours=date(2026, 6, 1))
    matin = morning([revenu], [(fini, revenu)], Regles(), date(2026, 11, 24))
    assert len(matin.nouveaux) == 1


# To be looked at by somebody


def test_a_reprise_seen_late_does_not_end_before_the_last_relance() -> None:
    """The round of an earlier day, on a tableau that has gone on since."""
    relance = replace(OUVERT, relances=(Relance(le("30/11/2026"), Moyen.SMS),))
    eleve = student("1", "20/08/2026", derniere_connexion=le("25/11/2026"))
    (reprise,) = round_of("26/11/2026", [eleve], [relance]).reprises
    assert reprise.dossier.cloture_le == le("30/11/2026")


def test_the_second_open_dossier_of_a_student_is_not_due() -> None:
    """The last one is followed; a lesson ends both, and says so once."""
    double = replace(OUVERT, ligne=2, detecte_le=le("20/11/2026"))
    suivi = replace(OUVERT, ligne=3)
    eleve = student("1", "20/08/2026")

    def both(jour: str, qui: Eleve) -> Matin:
        couples = [(double, qui), (suivi, qui)]
        return morning([qui], couples, REGLES, le(jour), Reserves(doublons=frozenset({2})))

    assert [s.dossier.ligne for s in both("26/11/2026", eleve).situations] == [3]
    matin = both("26/11/2026", replace(eleve, dernier_cours=le("25/11/2026")))
    assert [r.dossier.ligne for r in matin.reprises] == [3]
    assert {d.ligne for d in matin.modifies if not d.ouvert} == {2, 3}
    assert matin.nouveaux == ()


@pytest.mark.parametrize(
    ("dates", "statut", "vu"),
    [
        pytest.param({"dernier_cours": "05/01/2027"}, "abandonniste", True, id="a lesson"),
        pytest.param({"derniere_connexion": "05/01/2027"}, "abandonniste", True, id="a login"),
        pytest.param({"prochain_cours": "20/02/2027"}, "abandonniste", True, id="one reserved"),
        pytest.param({"dernier_contact": "05/01/2027"}, "abandonniste", False, id="a visit"),
        pytest.param({"dernier_cours": "16/12/2026"}, "abandonniste", False, id="that day"),
        pytest.param({"dernier_cours": "05/01/2027"}, "en formation", False, id="followed again"),
    ],
)
def test_the_abandonniste_who_takes_a_lesson(dates: dict[str, str], statut: str, vu: bool) -> None:
    """Not reopened, nobody follows them: the morning says so, with the date."""
    ferme = end_as_abandon(OUVERT, None, le("16/12/2026")).dossier
    eleve = replace(student("1", statut=statut), **{k: le(v) for k, v in dates.items()})  # type: ignore[arg-type]
    matin = round_of("10/01/2027", [eleve], [ferme])
    assert [r.date for r in matin.revenus] == ([le(v) for v in dates.values()] if vu else [])
    assert (matin.reprises, matin.modifies) == ((), ())
    rouvert = replace(OUVERT, derniere_activite=le("10/01/2027"))
    assert round_of("10/01/2027", [eleve], [ferme, rouvert]).revenus == ()


def test_an_unknown_statut_is_followed_and_shown() -> None:
    """A word that the procedure does not name never hides a student."""
    mots = ("", "en attente", "En Formation", "résilié", "transférée")
    eleves = [student(str(n), "20/08/2026", statut=mot) for n, mot in enumerate(mots)]
    matin = round_of("24/11/2026", eleves, [])
    assert [e.statut for e in matin.statuts_inconnus] == ["en attente", "résilié"]
    assert {d.numero for d in matin.nouveaux} == {"0", "1", "2", "3"}


@pytest.mark.parametrize(
    "mot", ["Actif", "active", "En cours", "en cours de formation", "Inscrite"]
)
def test_what_schools_software_calls_a_student_in_training_is_known(mot: str) -> None:
    """Nothing is to be looked at there."""
    matin = round_of("24/11/2026", [student("1", "20/08/2026", statut=mot)], [])
    assert (matin.statuts_inconnus, len(matin.nouveaux)) == ((), 1)
