"""Backlog, missed mornings, the same morning twice, and what is due when (sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pytest

from inactifs.procedure.matin import Matin, Reserves, coming, morning
from inactifs.procedure.modele import (
    Dossier,
    Eleve,
    Etat,
    Moyen,
    Regles,
    Relance,
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


def test_the_longest_inactive_are_opened_first() -> None:
    """With two a day, five students take three mornings, and the number waiting is told."""
    derniers = {"1": "05/05", "2": "03/03", "3": "01/01", "4": "04/04", "5": "02/02"}
    eleves = [student(numero, f"{jour}/2026") for numero, jour in derniers.items()]
    regles = Regles(max_nouveaux=2)
    tableau: list[Dossier] = []
    vus = []
    for jour in ("24/11/2026", "25/11/2026", "26/11/2026", "27/11/2026"):
        matin = round_of(jour, eleves, tableau, regles)
        vus.append((opened(matin), len(matin.en_file)))
        tableau = tableau_after(matin, tableau)
    assert vus == [(["3", "5"], 3), (["2", "4"], 1), (["1"], 0), ([], 0)]


def test_the_limit_is_for_the_day_and_not_for_the_run() -> None:
    """A second run on the same day opens nothing more."""
    eleves = [student(str(n), "01/01/2026") for n in range(1, 6)]
    regles = Regles(max_nouveaux=2)
    tableau = tableau_after(round_of("24/11/2026", eleves, (), regles))
    matin = round_of("24/11/2026", eleves, tableau, regles)
    assert (matin.nouveaux, matin.modifies, len(matin.en_file)) == ((), (), 3)


def test_a_limit_of_zero_opens_nothing() -> None:
    """All wait, and are counted."""
    matin = round_of("24/11/2026", [student("1", "01/01/2026")], (), Regles(max_nouveaux=0))
    assert (matin.nouveaux, len(matin.en_file)) == ((), 1)


def test_without_a_limit_all_are_opened() -> None:
    """The contract's default."""
    matin = round_of("24/11/2026", [student(str(n), "01/01/2026") for n in range(60)])
    assert (len(matin.nouveaux), len(matin.en_file)) == (60, 0)


def test_a_missed_morning_loses_nothing() -> None:
    """Back from a week's holiday: the due step is there, with its lateness."""
    relance = replace(OUVERT, relances=(Relance(le("24/11/2026"), Moyen.SMS),))
    (situation,) = round_of("08/12/2026", [student("1", "20/08/2026")], [relance]).in_state(
        Etat.A_RELANCER
    )
    assert situation.etape is not None
    assert (situation.etape.numero, situation.retard_jours) == (2, 7)


def test_twice_the_same_morning() -> None:
    """New, ended, suspended and hand-typed dossiers: the second round changes nothing."""
    eleves = [
        student("1", "20/08/2026"),
        student("2", "26/11/2026"),
        student("3", "20/08/2026", dernier_contact=le("25/11/2026")),
        student("4", "20/08/2026"),
    ]
    tableau = [
        replace(OUVERT, eleve=f"NOM{n} Zoé", numero=n, ligne=int(n), detecte_le=detecte)
        for n, detecte in (("2", OUVERT.detecte_le), ("3", OUVERT.detecte_le), ("4", None))
    ]
    premier = round_of("28/11/2026", eleves, tableau)
    assert (len(premier.nouveaux), len(premier.modifies), len(premier.reprises)) == (1, 3, 1)
    second = round_of("28/11/2026", eleves, tableau_after(premier, tableau))
    assert (second.nouveaux, second.modifies, second.reprises) == ((), (), ())


# What the screens ask for


def test_the_longest_due_come_first() -> None:
    """Then by name."""
    dossiers = [
        replace(OUVERT, eleve=nom, numero=nom, detecte_le=le(jour), ligne=rang)
        for rang, (nom, jour) in enumerate(
            [("Zoé", "24/11/2026"), ("Ali", "26/11/2026"), ("Bea", "24/11/2026")], start=2
        )
    ]
    matin = round_of("27/11/2026", [], dossiers)
    assert [s.dossier.eleve for s in matin.in_state(Etat.A_RELANCER)] == ["Bea", "Zoé", "Ali"]


@pytest.mark.parametrize(
    ("horizon", "noms"),
    [
        pytest.param(0, ["due"], id="due today only"),
        pytest.param(3, ["due"], id="within three days"),
        pytest.param(4, ["due", "soon"], id="within four days"),
        pytest.param(None, ["due", "soon", "paused"], id="whenever"),
    ],
)
def test_the_steps_due_and_those_coming(horizon: int | None, noms: list[str]) -> None:
    """In the order of their due dates; what waits for its closing is not a step."""
    sms = [Relance(le(j), Moyen.SMS) for j in ("24/11/2026", "01/12/2026", "15/12/2026")]
    dossiers = [
        replace(OUVERT, eleve="paused", suspendu_jusqu_au=le("31/12/2026"), ligne=2),
        replace(OUVERT, eleve="soon", relances=(Relance(le("24/11/2026"), Moyen.SMS),), ligne=3),
        replace(OUVERT, eleve="due", ligne=4),
        replace(OUVERT, eleve="over", relances=tuple(sms), ligne=5),
    ]
    matin = round_of("27/11/2026", [], dossiers)
    etapes = coming(matin.situations, le("27/11/2026"), horizon)
    assert [s.dossier.eleve for s in etapes] == noms
