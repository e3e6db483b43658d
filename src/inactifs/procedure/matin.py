"""The morning's round over the whole register (contract, section 4, ``detect``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Any, NamedTuple

from inactifs.mots import directory_key, simplify
from inactifs.procedure import suivi
from inactifs.procedure.cloture import ended
from inactifs.procedure.eleve import inactive_from, last_activity, last_lesson
from inactifs.procedure.modele import Critere, Dossier, Eleve, Etat, Regles, Resultat
from inactifs.procedure.suivi import Situation


class Tri(StrEnum):
    """In what order new dossiers are opened when a limit spreads them over several days."""

    ANCIENNETE = "anciennete"  # the longest inactive first (contract, « Backlog »)
    RECENTE = "recente"  # those who left last: the likeliest to come back
    NOM = "nom"
    FORMATION = "formation"


_RANGS: dict[Tri, Callable[[date, Eleve], Any]] = {
    Tri.ANCIENNETE: lambda derniere, eleve: derniere,
    Tri.RECENTE: lambda derniere, eleve: -derniere.toordinal(),
    Tri.NOM: lambda derniere, eleve: directory_key(eleve.nom_complet),
    Tri.FORMATION: lambda derniere, eleve: simplify(eleve.formation),
}
"""What comes first; the longest inactive among equals."""


@dataclass(frozen=True, slots=True)
class RepriseConstatee:
    """A dossier ended by a lesson or a login dated ``date``."""

    dossier: Dossier
    critere: Critere
    date: date


@dataclass(frozen=True, slots=True)
class Decrochage:
    """A student who is drifting: no lesson for ``semaines`` weeks, none to come."""

    eleve: Eleve
    dernier_cours: date
    semaines: int


@dataclass(frozen=True, slots=True)
class Matin:
    """The verdicts of one morning.

    ``modifies`` are the known dossiers that change, ``signes_de_vie`` those suspended by a visit,
    a call or an email; ``situations`` tells where every open dossier stands afterwards, new ones
    included; ``en_file`` are the inactive who wait for their turn, ``retenus`` those for whom
    nothing is opened because no lesson was ever noted; ``silencieux`` is the first new dossier of a
    formation that is silent by design. To be looked at by somebody: ``sans_date``, the followed
    students with no date at all; ``statuts_inconnus``, those followed under a STATUT that the
    procedure does not name; ``non_suivis``, the open dossiers of students no longer followed;
    ``revenus``, the abandonnistes who took a lesson or logged in since.
    """

    date: date
    suivis: int
    nouveaux: tuple[Dossier, ...]
    reprises: tuple[RepriseConstatee, ...]
    modifies: tuple[Dossier, ...]
    signes_de_vie: tuple[Dossier, ...]
    situations: tuple[Situation, ...]
    en_file: tuple[Eleve, ...]
    sans_date: tuple[Eleve, ...]
    statuts_inconnus: tuple[Eleve, ...]
    non_suivis: tuple[Dossier, ...]
    revenus: tuple[RepriseConstatee, ...]
    retenus: tuple[Eleve, ...] = ()
    decrochent: tuple[Decrochage, ...] = ()
    silencieux: Eleve | None = None

    def in_state(self, etat: Etat) -> list[Situation]:
        """The open dossiers in this state, the longest due first."""
        return sorted((s for s in self.situations if s.etat is etat), key=by_due_date)

    @property
    def rappels(self) -> list[Situation]:
        """The call-backs and interviews due, with their hour."""
        return self.in_state(Etat.A_RAPPELER)


def by_due_date(situation: Situation) -> tuple[date, time, tuple[str, str]]:
    """The order of what is due: by day, by hour, by name."""
    heure = situation.rappel.heure if situation.rappel else None
    nom = directory_key(situation.dossier.eleve)
    return situation.echeance or date.max, heure or time(0), nom


@dataclass(frozen=True, slots=True)
class Reserves:
    """What cannot be taken as it stands: ``exclus`` are the numbers of students of whom a row or a
    date cannot be read (nobody is guessed inactive); ``doublons`` the rows of open dossiers whose
    student has a later open one: an activity ends them too, but nothing is due for them.
    ``cours_connus`` is False where no lesson was ever imported nor typed: nothing is opened."""

    exclus: frozenset[str] = frozenset()
    doublons: frozenset[int] = frozenset()
    cours_connus: bool = True


def morning(
    eleves: Iterable[Eleve],
    dossiers: Sequence[tuple[Dossier, Eleve | None]],
    regles: Regles,
    jour: date,
    reserves: Reserves = Reserves(),
    tri: Tri = Tri.ANCIENNETE,
) -> Matin:
    """What the morning of ``jour`` brings to the register ``eleves`` and to every readable
    dossier, with its student where the register knows one; ``tri`` says who comes first where the
    number of new dossiers is limited."""
    suivis = [eleve for eleve in eleves if regles.follow(eleve)]
    par_eleve: dict[str, list[Dossier]] = {}
    for dossier, eleve in dossiers:
        if eleve is not None:
            par_eleve.setdefault(eleve.numero, []).append(dossier)
    vus = [_see(dossier, eleve, regles, jour) for dossier, eleve in dossiers if dossier.ouvert]
    principaux = [vu for vu in vus if vu.dossier.ligne not in reserves.doublons]
    restes = [vu for vu in vus if vu.dossier.ouvert]
    fermes = reserves.exclus | {vu.eleve.numero for vu in restes if vu.eleve}

    inactifs = [x for x in _inactive(suivis, par_eleve, regles, jour) if x[1].numero not in fermes]
    inactifs.sort(
        key=lambda x: (_RANGS[tri](*x), x[0], directory_key(x[1].nom_complet), x[1].numero)
    )
    places = len(inactifs) if reserves.cours_connus else 0
    if regles.max_nouveaux is not None:
        ouverts_ce_jour = sum(dossier.detecte_le == jour for dossier, _ in dossiers)
        places = max(0, min(places, regles.max_nouveaux - ouverts_ce_jour))
    nouveaux = [
        (Dossier(eleve.nom_complet, eleve.numero, derniere, detecte_le=jour), eleve)
        for derniere, eleve in inactifs[:places]
    ]
    attendent = tuple(eleve for _, eleve in inactifs[places:])
    ouverts = [(vu.dossier, vu.eleve) for vu in principaux if vu.dossier.ouvert]
    return Matin(
        date=jour,
        suivis=len(suivis),
        nouveaux=tuple(dossier for dossier, _ in nouveaux),
        reprises=tuple(
            RepriseConstatee(vu.dossier, *vu.nouvelle)
            for vu in principaux
            if vu.nouvelle and not vu.dossier.ouvert
        ),
        modifies=tuple(vu.dossier for vu in vus if vu.dossier != vu.avant),
        signes_de_vie=tuple(vu.dossier for vu in restes if vu.nouvelle),
        situations=tuple(suivi.situate(d, e, regles, jour) for d, e in (*ouverts, *nouveaux)),
        en_file=attendent if reserves.cours_connus else (),
        sans_date=tuple(e for e in suivis if last_activity(e) is None),
        statuts_inconnus=tuple(e for e in suivis if not e.statut_connu),
        non_suivis=tuple(vu.dossier for vu in restes if vu.eleve and not vu.eleve.suivi),
        revenus=tuple(
            RepriseConstatee(dossier, *retour)
            for dossier, eleve in dossiers
            if eleve and (retour := suivi.returned(dossier, eleve))
            if dossier is _last(par_eleve[eleve.numero])
        ),
        retenus=() if reserves.cours_connus else attendent,
        decrochent=tuple(drifting(suivis, fermes, regles, jour)),
        silencieux=_first_silent([e for _, e in nouveaux], dossiers, regles),
    )


class _Vu(NamedTuple):
    """An open dossier as it was, and as it is once its student is looked at."""

    avant: Dossier
    dossier: Dossier
    eleve: Eleve | None
    nouvelle: tuple[Critere, date] | None


def _see(avant: Dossier, eleve: Eleve | None, regles: Regles, jour: date) -> _Vu:
    """Ended by a lesson or a login, suspended by a sign of life; typed by hand, it takes the day
    of its detection and its student's number."""
    numero = avant.numero or (eleve.numero if eleve else "")
    dossier = replace(avant, numero=numero, detecte_le=suivi.detection_day(avant, jour))
    nouvelle = suivi.new_activity(dossier, eleve)
    if nouvelle is not None and nouvelle[0] is Critere.CONTACT:
        dossier = suivi.with_sign_of_life(dossier, eleve, nouvelle[1], regles)
    elif nouvelle is not None:
        dossier = ended(dossier, Resultat.REPRISE, max(jour, suivi.last_day(dossier) or jour))
    return _Vu(avant, dossier, eleve, nouvelle)


def _inactive(
    suivis: Iterable[Eleve], par_eleve: Mapping[str, list[Dossier]], regles: Regles, jour: date
) -> Iterator[tuple[date, Eleve]]:
    """The followed students inactive on that day, whom no abandon settles, with their last
    activity."""
    for eleve in suivis:
        siens = par_eleve.get(eleve.numero, [])
        derniere, seuil = last_activity(eleve), regles.seuil_of(eleve)
        if derniere is None or seuil is None:
            continue
        derniere = last_known(eleve, siens) or derniere
        clos = [d for d in siens if d.resultat is Resultat.ABANDON]
        jours = [fin for d in clos for fin in (suivi.ended_on(d), suivi.last_day(d)) if fin]
        if inactive_from(derniere, seuil) <= jour and derniere > max(jours, default=date.min):
            yield derniere, eleve


def _last(siens: Sequence[Dossier]) -> Dossier:
    """The open dossier of a student, else the one that ended last."""
    return max(
        reversed(siens), key=lambda d: date.max if d.ouvert else suivi.ended_on(d) or date.min
    )


def last_known(eleve: Eleve, dossiers: Iterable[Dossier]) -> date | None:
    """The last activity of a student; a REPRISE stands for a sign of life on its day where the
    register holds no activity after the row's last one."""
    signes = (
        suivi.ended_on(d)
        for d in dossiers
        if d.resultat is Resultat.REPRISE and suivi.new_activity(d, eleve) is None
    )
    return max((jour for jour in (last_activity(eleve), *signes) if jour), default=None)


def drifting(
    suivis: Iterable[Eleve], exclus: Collection[str], regles: Regles, jour: date
) -> list[Decrochage]:
    """The followed students who have had a lesson, with none to come and none for weeks, not yet
    inactive, and not in ``exclus``; the longest first (contract, section 3)."""
    trouves: list[Decrochage] = []
    for eleve in suivis if regles.semaines_decrochage else ():
        cours, seuil = last_lesson(eleve), regles.seuil_of(eleve)
        if cours is None or seuil is None or eleve.ne_plus_contacter or eleve.numero in exclus:
            continue
        semaines, derniere = (jour - cours).days // 7, last_activity(eleve) or cours
        if semaines >= regles.semaines_decrochage and inactive_from(derniere, seuil) > jour:
            trouves.append(Decrochage(eleve, cours, semaines))
    return sorted(trouves, key=lambda d: (d.dernier_cours, directory_key(d.eleve.nom_complet)))


def _first_silent(
    nouveaux: Iterable[Eleve], dossiers: Iterable[tuple[Dossier, Eleve | None]], regles: Regles
) -> Eleve | None:
    """The first student of a formation that is silent by design for whom a dossier is opened,
    where Paramètres says nothing of it."""
    if any(eleve and eleve.silencieux for _, eleve in dossiers):
        return None
    silencieux = (e for e in nouveaux if e.silencieux not in ("", *regles.seuils))
    return next(silencieux, None)


def coming(situations: Iterable[Situation], jour: date, horizon: int | None) -> list[Situation]:
    """The steps, call-backs and interviews due on ``jour``, and those coming within ``horizon``
    days (all when None)."""
    choisies = [
        s
        for s in situations
        if s.etape and s.echeance and (horizon is None or (s.echeance - jour).days <= horizon)
    ]
    return sorted(choisies, key=by_due_date)
