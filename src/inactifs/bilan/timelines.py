"""A dossier in time: when it began and ended, how it stood on a past day, each relance's step.

The tableau keeps the dossiers as they stand today. What they were on an earlier day is
recomputed from their dates, with the rule book, so that a past month's report can be made
again. A dossier reopened had an outcome before, which its comment tells (``notes.reopened``): it
counts as one story until then and another one since. What the tableau no longer says (a
suspension overwritten since) is known by what the journal noted of the relance that followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from inactifs.procedure.eleve import inactive_from
from inactifs.procedure.modele import Dossier, Eleve, Regles, Relance, Resultat
from inactifs.procedure.notes import Nature, read_notes
from inactifs.procedure.suivi import Situation, quiet_until, situate
from inactifs.registre import Registre, name_words

HORS_PLAN = "hors plan"
"""Stands for the responsable of a relance beyond the plan's last step."""

Echeances = Callable[[], Mapping[tuple[tuple[str, ...], date], date]]
"""When a step was due, as the journal noted it when it was done, by the words of a name and the
day of the relance; read only where the tableau does not say."""


@dataclass(frozen=True, slots=True)
class RelanceFaite:
    """A relance with the step that it was on its day: all the tries of that day.

    ``relance`` is the one that was answered, else the first that could reach somebody;
    ``essais`` are all of them. ``echeance`` is the day on which that step was due, None beyond
    the plan and where no trace is left of it (not ``delai_connu``). ``retard_jours`` is 0 when
    it was made by then. ``etape`` counts from 1.
    """

    dossier: Dossier
    eleve: Eleve | None
    relance: Relance
    essais: tuple[Relance, ...]
    etape: int
    responsable: str
    echeance: date | None
    retard_jours: int
    delai_connu: bool = True

    @property
    def numero(self) -> str:
        """The student's number, from the tableau or the register."""
        return self.dossier.numero or (self.eleve.numero if self.eleve else "")


@dataclass(frozen=True, slots=True)
class Histoire:
    """A dossier with its two ends: open from ``debut``, ended on ``fin`` (None: still open).
    ``eleve`` is the register's student, None when it knows none. ``rouvert_le`` is the day on which
    the dossier was taken up again after this end, if it was."""

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
        avant, _ = as_of(self.dossier, self.debut, jour, regles.applied_to(self.eleve))
        return situate(avant, None, regles, jour, suivi=suivi)


def histories(
    dossiers: Iterable[Dossier], registre: Registre, regles: Regles, echeances: Echeances
) -> tuple[list[Histoire], list[Dossier]]:
    """Every dossier with its dates, and apart the dossiers of which no date is known."""
    datees: list[Histoire] = []
    sans_date: list[Dossier] = []
    for dossier in dossiers:
        eleve = registre.only(dossier.numero, dossier.eleve)
        siennes = regles.applied_to(eleve)
        debut, fin = bounds(dossier, siennes)
        if debut is None:
            sans_date.append(dossier)
            continue
        faites = tuple(_numbered(dossier, eleve, debut, siennes, echeances))
        datees += _stories(Histoire(dossier, eleve, debut, fin, faites))
    return datees, sans_date


def _stories(reste: Histoire) -> Iterator[Histoire]:
    """The dossier's one story, or one more each time that it was reopened in a later month."""
    dossier = reste.dossier
    for resultat, clos, rouvert in _earlier_ends(dossier):
        corrige = (clos.year, clos.month) == (rouvert.year, rouvert.month)
        if corrige or not reste.debut <= clos <= rouvert <= (reste.fin or rouvert):
            continue
        connues = tuple(r for r in dossier.relances if r.date <= clos)
        avant = replace(dossier, relances=connues, resultat=resultat, cloture_le=clos)
        siennes = tuple(f for f in reste.relances if f.relance.date <= clos)
        yield replace(reste, dossier=avant, fin=clos, relances=siennes, rouvert_le=rouvert)
        reste = replace(reste, debut=rouvert, relances=reste.relances[len(siennes) :])
    yield reste


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
    row has no date to go by. ``regles`` are those of its student (:meth:`Regles.applied_to`), here
    and below.
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


def as_of(dossier: Dossier, debut: date, jour: date, regles: Regles) -> tuple[Dossier, bool]:
    """The dossier in the evening of ``jour``, before it ended: nothing dated later is known; and
    whether its suspension is supposed, the tableau having another one by now."""
    derniere, suspendu = dossier.derniere_activite, dossier.suspendu_jusqu_au
    rouvertures = list(_earlier_ends(dossier))
    retours = [quand for r, _, quand in rouvertures if r is Resultat.ABANDON and quand <= jour]
    connue = derniere if derniere is not None and derniere <= jour else max(retours, default=None)
    relances = tuple(  # an answer that came later was not there yet
        Relance(r.date, r.moyen) if r.repondu_le and r.repondu_le > jour else r
        for r in dossier.relances
        if r.date <= jour
    )
    plus_tard = (
        not dossier.ouvert
        or relances != dossier.relances
        or connue != derniere
        or any(quand > jour for *_, quand in rouvertures)
    )
    if not plus_tard and dossier.detecte_le == debut:
        return dossier, False
    depuis = max((r.date for r in relances), default=date.min)
    supposee = plus_tard and (suspendu is None or not depuis <= suspendu <= jour)
    if supposee:
        # The tableau tells of a later suspension, or none: what the last sign of life entailed.
        delai = timedelta(days=regles.delai_suivi)
        signes = [(le, le + delai) for r in relances if (le := r.reponse_le)]
        if connue is not None and connue >= debut:
            signes.append((connue, quiet_until(connue, None, regles)))
        suspendu = max(signes)[1] if signes else None
    alors = replace(
        dossier,
        derniere_activite=connue,
        relances=relances,
        resultat=None,
        cloture_le=None,
        detecte_le=debut,
        suspendu_jusqu_au=suspendu,
        a_rappeler_le=None if plus_tard else dossier.a_rappeler_le,
    )
    return alors, supposee and suspendu is not None


def _numbered(
    dossier: Dossier, eleve: Eleve | None, debut: date, regles: Regles, notees: Echeances
) -> Iterator[RelanceFaite]:
    """The relances of a dossier, one a day at most, each with its step; a wrong number is none."""
    nom = name_words(dossier.eleve)
    tries = sorted(dossier.relances, key=lambda r: r.date)
    for jour, groupe in groupby(tries, key=lambda r: r.date):
        essais = tuple(groupe)
        utiles = [r for r in essais if not r.vaine]
        if not utiles:
            continue
        veille, supposee = as_of(dossier, debut, jour - timedelta(days=1), regles)
        due = situate(veille, None, regles, jour)
        notee = notees().get((nom, jour)) if supposee else None
        fin = veille.suspendu_jusqu_au
        connu = not supposee or notee is not None or fin is None or fin < jour
        echeance = (notee or due.echeance) if due.etape and connu else None
        yield RelanceFaite(
            dossier=dossier,
            eleve=eleve,
            relance=next((r for r in utiles if r.repondu), utiles[0]),
            essais=essais,
            etape=due.relances_sans_reponse + 1,
            responsable=due.etape.responsable if due.etape else HORS_PLAN,
            echeance=echeance,
            retard_jours=max(0, (jour - echeance).days) if echeance else 0,
            delai_connu=connu,
        )
