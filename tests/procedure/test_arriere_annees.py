"""Years of backlog worked off day after day: the limit, the order asked for, a week of holiday."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from inactifs.procedure.cloture import end_as_abandon, refusal_to_close
from inactifs.procedure.gestes import Propos, add_relance
from inactifs.procedure.matin import Matin, Tri, morning
from inactifs.procedure.modele import Dossier, Eleve, Etat, Issue, Regles

PREMIER_JOUR = date(2026, 11, 24)
CONGES = {date(2026, 12, 21) + timedelta(days=n) for n in range(12)}
REGLES = Regles(max_nouveaux=10)


class Ecole:
    """A school of 300 inactive students, whose staff do each working day all that is due."""

    def __init__(self) -> None:
        self.eleves = {
            str(n): Eleve(
                str(n),
                f"NOM{n:03}",
                "Zoé",
                formation=("B", "A2", "B")[n % 3],
                dernier_cours=date(2024, 1, 1) + timedelta(days=n * 7 % 900),
            )
            for n in range(300)
        }
        self.tableau: dict[str, Dossier] = {}
        self.ouvertures: list[tuple[date, str]] = []

    def morning(self, jour: date, tri: Tri = Tri.ANCIENNETE) -> Matin:
        paires = [(d, self.eleves[d.numero]) for d in self.tableau.values()]
        matin = morning(self.eleves.values(), paires, REGLES, jour, tri=tri)
        for dossier in matin.nouveaux:
            assert dossier.numero not in self.tableau
            self.tableau[dossier.numero] = replace(dossier, ligne=len(self.tableau) + 2)
            self.ouvertures.append((jour, dossier.numero))
        return matin

    def work(self, jour: date) -> None:
        matin = self.morning(jour)
        for situation in matin.in_state(Etat.A_RELANCER):
            assert situation.etape is not None
            d = self.tableau[situation.dossier.numero]
            apres = add_relance(
                d, None, Propos(jour, Issue.SANS_REPONSE, situation.etape.moyens[0]), REGLES, jour
            ).dossier
            self.tableau[d.numero] = apres
        for situation in matin.in_state(Etat.A_CLOTURER):
            d = self.tableau[situation.dossier.numero]
            assert refusal_to_close(d, self.eleves[d.numero], REGLES, jour) is None
            self.tableau[d.numero] = end_as_abandon(d, None, jour).dossier
            self.eleves[d.numero] = replace(self.eleves[d.numero], statut="abandonniste")


def test_300_inactive_students_a_limit_and_a_holiday() -> None:
    """None skipped, none twice: each is opened once, gets its three relances, and is closed."""
    ecole = Ecole()
    jour = PREMIER_JOUR
    for _ in range(120):
        if jour.weekday() < 5 and jour not in CONGES:
            ecole.work(jour)
        jour += timedelta(days=1)
    assert len(ecole.tableau) == 300
    assert set(Counter(numero for _, numero in ecole.ouvertures).values()) == {1}
    assert max(Counter(j for j, _ in ecole.ouvertures).values()) == 10
    for dossier in ecole.tableau.values():
        premiere, deuxieme, troisieme = (r.date for r in dossier.relances)
        assert premiere == dossier.detecte_le
        assert (deuxieme - premiere).days >= 7
        assert (troisieme - deuxieme).days >= 14
        assert not dossier.ouvert
    anciens = [ecole.eleves[numero].dernier_cours for _, numero in ecole.ouvertures]
    assert anciens == sorted(anciens, key=lambda d: d or date.min)


def test_back_from_holiday_all_that_became_due_is_there_and_late() -> None:
    """The steps of the days away come back with their lateness, and new cases at the day's pace."""
    ecole = Ecole()
    jour = date(2026, 12, 14)
    while jour < date(2026, 12, 19):
        ecole.work(jour)
        jour += timedelta(days=1)
    matin = ecole.morning(date(2027, 1, 4))
    dues = matin.in_state(Etat.A_RELANCER)
    assert Counter(s.etape.numero for s in dues if s.etape) == {1: 10, 2: 50}
    assert [s.retard_jours for s in dues[:10]] == [14] * 10
    assert dues[0].echeance == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("tri", "ordre"),
    [
        (Tri.ANCIENNETE, "Zoé Ana Émy Bob"),
        (Tri.RECENTE, "Bob Émy Ana Zoé"),
        (Tri.NOM, "Ana Bob Émy Zoé"),
        (Tri.FORMATION, "Émy Zoé Ana Bob"),
    ],
)
def test_who_comes_first(tri: Tri, ordre: str) -> None:
    """The longest inactive first, unless the school prefers another order; then among equals."""
    eleves = [
        Eleve("1", "Bob", formation="B", dernier_cours=date(2026, 4, 1)),
        Eleve("2", "Zoé", formation="B", dernier_cours=date(2026, 1, 1)),
        Eleve("3", "Émy", formation="A2", dernier_cours=date(2026, 3, 1)),
        Eleve("4", "Ana", formation="b", dernier_cours=date(2026, 2, 1)),
    ]
    matin = morning(eleves, [], Regles(), PREMIER_JOUR, tri=tri)
    assert [d.eleve for d in matin.nouveaux] == ordre.split()
