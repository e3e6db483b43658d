"""A dossier in time: when it began and ended, how it stood on a past day, each relance's step.

The tableau keeps the dossiers as they stand today. What they were on an earlier day is
recomputed from their dates, with the rule book, so that a past month's report can be made
again. A dossier reopened had an outcome before, which its comment tells (``notes.reopened``): it
counts as one story until then and another one since. What the tableau no longer says (a
suspension overwritten since) cannot be known; the archived report keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from inactifs.procedure.inactivite import inactive_from
from inactifs.procedure.modele import Dossier, Eleve, Regles, Relance, Resultat
from inactifs.procedure.notes import Nature, read_notes
from inactifs.procedure.suivi import Situation, situate
from inactifs.registre import Registre

HORS_PLAN = "hors plan"
"""Stands for the responsable of a relance beyond the plan's last step."""


@dataclass(frozen=True, slots=True)
class RelanceFaite:
    """A relance with the step that it was on its day.

    ``echeance`` is the day on which that step was due, None beyond the plan.
    ``retard_jours`` is 0 when it was made by then; a second try on the same day is never late,
    so that a late step counts once. ``etape`` counts from 1.
    """

    dossier: Dossier
    eleve: Eleve | None
    relance: Relance
    etape: int
    responsable: str
    echeance: date | None
    retard_jours: int

    @property
    def dans_les_delais(self) -> bool:
        return self.retard_jours == 0


@dataclass(frozen=True, slots=True)
class Histoire:
    """A dossier with its two ends: open from ``debut``, ended on ``fin`` (None: still open).

    ``eleve`` is the register's student, None when it knows none. ``rouvert_le`` is the day on
    which the dossier was taken up again after this end, if it was.
    """

    dossier: Dossier
    eleve: Eleve | None
    debut: date
    fin: date | None
    relances: tuple[RelanceFaite, ...]
    rouvert_le: date | None = None

    def ended_by(self, jour: date) -> bool:
        """Whether it had its outcome on ``jour``, that day included."""
        return self.fin is not None and self.fin <= jour

    @property
    def duree_jours(self) -> int:
        """The days from detection to outcome; 0 while it is open."""
        return (self.fin - self.debut).days if self.fin else 0

    @property
    def etape_atteinte(self) -> int:
        """The step of the last relance, 0 when there was none."""
        return self.relances[-1].etape if self.relances else 0

    def situation_on(self, jour: date, regles: Regles) -> Situation:
        """How it stood in the evening of ``jour``."""
        if self.ended_by(jour):
            return situate(self.dossier, None, regles, jour)
        suivi = self.eleve is None or self.eleve.suivi or not self.dossier.ouvert
        avant = as_of(self.dossier, self.debut, jour, regles)
        return situate(avant, None, regles, jour, suivi=suivi)


def histories(
    dossiers: Iterable[Dossier], registre: Registre, regles: Regles
) -> tuple[list[Histoire], list[Dossier]]:
    """Every dossier with its dates, and apart the dossiers of which no date is known."""
    datees: list[Histoire] = []
    sans_date: list[Dossier] = []
    for dossier in dossiers:
        debut, fin = bounds(dossier, regles)
        if debut is None:
            sans_date.append(dossier)
            continue
        eleve = registre.only(dossier.numero, dossier.eleve)
        datees += _stories(dossier, eleve, debut, fin, regles)
    return datees, sans_date


def _stories(
    dossier: Dossier, eleve: Eleve | None, debut: date, fin: date | None, regles: Regles
) -> Iterator[Histoire]:
    """The dossier's one story, or one more each time that it was reopened in a later month."""
    faites = _numbered(dossier, eleve, debut, regles)
    for resultat, clos, rouvert in _earlier_ends(dossier):
        corrige = (clos.year, clos.month) == (rouvert.year, rouvert.month)
        if corrige or not debut <= clos <= rouvert <= (fin or rouvert):
            continue
        connues = tuple(r for r in dossier.relances if r.date <= clos)
        avant = replace(dossier, relances=connues, resultat=resultat, cloture_le=clos)
        siennes = tuple(f for f in faites if f.relance.date <= clos)
        yield Histoire(avant, eleve, debut, clos, siennes, rouvert)
        debut, faites = rouvert, faites[len(siennes) :]
    yield Histoire(dossier, eleve, debut, fin, faites)


def _earlier_ends(dossier: Dossier) -> Iterator[tuple[Resultat, date, date]]:
    """Each outcome that was taken back, its day and the day of the reopening."""
    issue: tuple[Resultat, date] | None = None
    for note in read_notes(dossier.commentaire):
        if note.nature is Nature.CLOTURE:
            issue = Resultat.ABANDON, note.jour
        elif note.nature is Nature.REPRISE:
            issue = Resultat.REPRISE, note.jour
        elif note.nature is Nature.REOUVERTURE and issue is not None:
            yield (*issue, note.jour)
            issue = None


def bounds(dossier: Dossier, regles: Regles) -> tuple[date | None, date | None]:
    """When a dossier began and ended; hand-typed rows lack DÉTECTÉ LE or CLÔTURÉ LE.

    It began on DÉTECTÉ LE, else on its first relance, else on the first day of inactivity.
    It ended on CLÔTURÉ LE, else on its last relance, else on DÉTECTÉ LE, else on its last
    activity. An end typed before the beginning stands for both. The beginning is None when the
    row has no date to go by.
    """
    jours = [r.date for r in dossier.relances]
    debut = dossier.detecte_le or min(jours, default=None)
    if debut is None and dossier.derniere_activite is not None:
        debut = inactive_from(dossier.derniere_activite, regles.seuil_mois)
    if dossier.ouvert:
        return debut, None
    fin = (
        dossier.cloture_le
        or max(jours, default=None)
        or dossier.detecte_le
        or dossier.derniere_activite
    )
    if debut is None or fin is None:
        return fin, fin
    return min(debut, fin), fin


def as_of(dossier: Dossier, debut: date, jour: date, regles: Regles) -> Dossier:
    """The dossier in the evening of ``jour``, before it ended: nothing dated later is known."""
    derniere = dossier.derniere_activite
    rouvertures = [(resultat, quand) for resultat, _, quand in _earlier_ends(dossier)]
    retours = [quand for r, quand in rouvertures if r is Resultat.ABANDON and quand <= jour]
    connue = derniere if derniere is not None and derniere <= jour else max(retours, default=None)
    relances = tuple(r for r in dossier.relances if r.date <= jour)
    plus_tard = (
        not dossier.ouvert
        or len(relances) < len(dossier.relances)
        or connue != derniere
        or any(quand > jour for _, quand in rouvertures)
    )
    depuis = max((r.date for r in relances), default=date.min)
    suspendu = dossier.suspendu_jusqu_au
    if plus_tard and (suspendu is None or not depuis <= suspendu <= jour):
        # The tableau tells of a later suspension, or none: what the last sign of life entailed.
        signes = [r.date for r in relances if r.repondu]
        if connue is not None and connue >= debut:
            signes.append(connue)
        suspendu = max(signes) + timedelta(days=regles.delai_suivi) if signes else None
    return replace(
        dossier,
        derniere_activite=connue,
        relances=relances,
        resultat=None,
        cloture_le=None,
        detecte_le=debut,
        suspendu_jusqu_au=suspendu,
    )


def _numbered(
    dossier: Dossier, eleve: Eleve | None, debut: date, regles: Regles
) -> tuple[RelanceFaite, ...]:
    faites: list[RelanceFaite] = []
    deja: set[date] = set()
    for relance in sorted(dossier.relances, key=lambda r: r.date):
        veille = as_of(dossier, debut, relance.date - timedelta(days=1), regles)
        due = situate(veille, None, regles, relance.date)
        retard = max(0, due.retard_jours) if due.etape and relance.date not in deja else 0
        deja.add(relance.date)
        faites.append(
            RelanceFaite(
                dossier=dossier,
                eleve=eleve,
                relance=relance,
                etape=due.relances_sans_reponse + 1,
                responsable=due.etape.responsable if due.etape else HORS_PLAN,
                echeance=due.echeance if due.etape else None,
                retard_jours=retard,
            )
        )
    return tuple(faites)
