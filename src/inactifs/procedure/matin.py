"""The morning's round over the whole register (contract, section 4, ``detect``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum

from inactifs.mots import directory_key, simplify
from inactifs.procedure.cloture import ended
from inactifs.procedure.eleve import inactive_limit, last_activity, last_lesson
from inactifs.procedure.modele import (
    Critere,
    Dossier,
    Eleve,
    Etat,
    Regles,
    Resultat,
    is_known_statut,
    silent_formation,
)
from inactifs.procedure.suivi import (
    Situation,
    detection_day,
    ended_on,
    last_mark,
    new_activity,
    returned,
    situate,
    up_to_date,
)


class Tri(StrEnum):
    """In what order new dossiers are opened when a limit spreads them over several days."""

    ANCIENNETE = "anciennete"  # the longest inactive first (contract, « Backlog »)
    RECENTE = "recente"  # those who left last: the likeliest to come back
    NOM = "nom"
    FORMATION = "formation"


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

    ``modifies`` are the known dossiers that change (reprises, signs of life, a detection date
    filled in), ``signes_de_vie`` those suspended by a visit, a call or an email; ``nouveaux``
    are to be added to the tableau; ``situations`` tells where every open dossier stands
    afterwards, new ones included; ``en_file`` are the inactive who wait for their turn, where
    the number of new dossiers a day is limited; ``retenus`` those for whom nothing is opened
    because no lesson was ever noted; ``decrochent`` those who are drifting, the longest first;
    ``silencieux`` the first new dossier of a formation that is silent by design. To be looked
    at by somebody: ``sans_date``, the
    followed students with no date at all; ``statuts_inconnus``, those followed under a STATUT that
    the procedure does not name; ``non_suivis``, the open dossiers of students no longer followed;
    ``revenus``, the abandonnistes who took a lesson or logged in since, and whom nobody
    follows until their dossier is reopened.
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
    return (
        situation.echeance or date.max,
        heure or time(0),
        directory_key(situation.dossier.eleve),
    )


@dataclass(frozen=True, slots=True)
class Reserves:
    """What cannot be taken as it stands.

    ``exclus`` are the numbers of students for whom no dossier may be opened, because a row or a
    date of theirs cannot be read: a student is never guessed inactive. ``doublons`` are the rows
    of open dossiers whose student has a later open one: an activity ends them too, but nothing is
    due for them. ``cours_connus`` is False where no lesson was ever imported nor typed: nothing is
    opened.
    """

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
    tour = _Tour(regles, jour, reserves.doublons)
    for dossier, eleve in dossiers:
        tour.see(dossier, eleve)
    suivis = [eleve for eleve in eleves if regles.follow(eleve)]
    fermes = reserves.exclus | tour.ouverts
    candidats = _in_order([c for c in _inactive(suivis, tour) if c[1].numero not in fermes], tri)
    places = len(candidats) if reserves.cours_connus else 0
    if regles.max_nouveaux is not None:
        places = max(0, min(places, regles.max_nouveaux - tour.ouverts_ce_jour))
    nouveaux = [
        (open_dossier(eleve, derniere, jour), eleve) for derniere, eleve in candidats[:places]
    ]
    attendent = tuple(eleve for _, eleve in candidats[places:])
    return Matin(
        date=jour,
        suivis=len(suivis),
        nouveaux=tuple(dossier for dossier, _ in nouveaux),
        reprises=tuple(tour.reprises),
        modifies=tuple(tour.modifies),
        signes_de_vie=tuple(tour.signes),
        situations=(*tour.situations, *(situate(d, e, regles, jour) for d, e in nouveaux)),
        en_file=attendent if reserves.cours_connus else (),
        sans_date=tuple(e for e in suivis if last_activity(e) is None),
        statuts_inconnus=tuple(e for e in suivis if not is_known_statut(e.statut)),
        non_suivis=tuple(tour.non_suivis),
        revenus=tuple(tour.came_back()),
        retenus=() if reserves.cours_connus else attendent,
        decrochent=tuple(drifting(suivis, fermes, regles, jour)),
        silencieux=_first_silent([e for _, e in nouveaux], dossiers, regles),
    )


@dataclass
class _Tour:
    """What is gathered from the known dossiers, one after the other.

    ``ouverts`` are the numbers of students with an open dossier afterwards, ``signes_par`` the
    day of the reprise that stands for a sign of life, ``regles_par`` the day until which an
    abandon settles an inactivity.
    """

    regles: Regles
    jour: date
    doublons: frozenset[int]
    modifies: list[Dossier] = field(default_factory=list)
    signes: list[Dossier] = field(default_factory=list)
    reprises: list[RepriseConstatee] = field(default_factory=list)
    situations: list[Situation] = field(default_factory=list)
    non_suivis: list[Dossier] = field(default_factory=list)
    ouverts: set[str] = field(default_factory=set)
    avec_ouvert: set[str] = field(default_factory=set)
    signes_par: dict[str, date] = field(default_factory=dict)
    regles_par: dict[str, date] = field(default_factory=dict)
    finis: dict[str, tuple[date, Dossier, Eleve]] = field(default_factory=dict)
    ouverts_ce_jour: int = 0

    def see(self, dossier: Dossier, eleve: Eleve | None) -> None:
        """One dossier of the tableau."""
        self.ouverts_ce_jour += dossier.detecte_le == self.jour
        if dossier.ouvert:
            self._see_open(dossier, eleve)
        elif eleve is not None:
            self._see_ended(dossier, eleve)

    def _see_open(self, avant: Dossier, eleve: Eleve | None) -> None:
        principal = avant.ligne not in self.doublons
        dossier = _complete(avant, eleve, self.jour)
        nouvelle = new_activity(dossier, eleve) if eleve else None
        if eleve is not None:
            self.avec_ouvert.add(eleve.numero)
        if nouvelle is not None and nouvelle[0] is not Critere.CONTACT:
            marque = last_mark(dossier)
            fin = max(self.jour, marque[1]) if marque else self.jour
            dossier = ended(dossier, Resultat.REPRISE, fin)
            if principal:
                self.reprises.append(RepriseConstatee(dossier, *nouvelle))
        else:
            if nouvelle is not None:
                dossier = up_to_date(dossier, eleve, self.regles)
                self.signes.append(dossier)
            if eleve is not None:
                self.ouverts.add(eleve.numero)
                if not eleve.suivi:
                    self.non_suivis.append(dossier)
            if principal:
                self.situations.append(situate(dossier, eleve, self.regles, self.jour))
        if dossier != avant:
            self.modifies.append(dossier)

    def _see_ended(self, dossier: Dossier, eleve: Eleve) -> None:
        fin = ended_on(dossier)
        if fin is None:
            return
        autre = self.finis.get(eleve.numero)
        if autre is None or autre[0] <= fin:
            self.finis[eleve.numero] = fin, dossier, eleve
        if dossier.resultat is Resultat.REPRISE:
            if (jour := reprise_as_sign(dossier, eleve)) is not None:
                par = self.signes_par
                par[eleve.numero] = max(jour, par.get(eleve.numero, jour))
            return
        marque = last_mark(dossier)
        jusque = max(fin, marque[1]) if marque else fin
        self.regles_par[eleve.numero] = max(jusque, self.regles_par.get(eleve.numero, jusque))

    def came_back(self) -> Iterator[RepriseConstatee]:
        """The abandonnistes of whom the register holds an activity since."""
        for numero, (_, dossier, eleve) in self.finis.items():
            if numero not in self.avec_ouvert and (retour := returned(dossier, eleve)):
                yield RepriseConstatee(dossier, *retour)


def reprise_as_sign(dossier: Dossier, eleve: Eleve) -> date | None:
    """The day on which a REPRISE stands for a sign of life, because the register holds no activity
    after the row's last one; None when it does."""
    if dossier.resultat is not Resultat.REPRISE or new_activity(dossier, eleve) is not None:
        return None
    return ended_on(dossier)


def last_known(eleve: Eleve, dossiers: Iterable[Dossier]) -> date | None:
    """The last activity of a student, a reprise that stands for one included."""
    jours = [last_activity(eleve), *(reprise_as_sign(d, eleve) for d in dossiers)]
    return max((jour for jour in jours if jour is not None), default=None)


def _inactive(suivis: Iterable[Eleve], tour: _Tour) -> Iterator[tuple[date, Eleve]]:
    """The followed students inactive on that day, whom no abandon settles, with their last
    activity; « non suivie » opens nothing."""
    limites: dict[int, date] = {}
    for eleve in suivis:
        seuil = tour.regles.seuil_of(eleve)
        derniere = last_activity(eleve)
        if derniere is None or seuil is None:
            continue
        derniere = max(derniere, tour.signes_par.get(eleve.numero, derniere))
        if seuil not in limites:
            limites[seuil] = inactive_limit(tour.jour, seuil)
        if limites[seuil] >= derniere > tour.regles_par.get(eleve.numero, date.min):
            yield derniere, eleve


def drifting(
    suivis: Iterable[Eleve], exclus: Collection[str], regles: Regles, jour: date
) -> list[Decrochage]:
    """The followed students who have had a lesson, with none to come and none for weeks, not yet
    inactive; the longest first (contract, section 3).

    ``exclus``: those with an open dossier, or of whom a row or a date cannot be read.
    """
    if not regles.semaines_decrochage:
        return []
    trouves: list[Decrochage] = []
    limites: dict[int, date] = {}
    for eleve in suivis:
        cours = last_lesson(eleve)
        semaines = (jour - cours).days // 7 if cours is not None else 0
        if cours is None or semaines < regles.semaines_decrochage or eleve.numero in exclus:
            continue
        derniere, seuil = last_activity(eleve), regles.seuil_of(eleve)
        if derniere is None or seuil is None or eleve.ne_plus_contacter:
            continue
        if seuil not in limites:
            limites[seuil] = inactive_limit(jour, seuil)
        if derniere > limites[seuil]:
            trouves.append(Decrochage(eleve, cours, semaines))
    return sorted(trouves, key=lambda d: (d.dernier_cours, directory_key(d.eleve.nom_complet)))


def _first_silent(
    nouveaux: Iterable[Eleve], dossiers: Iterable[tuple[Dossier, Eleve | None]], regles: Regles
) -> Eleve | None:
    """The first student of a formation that is silent by design for whom a dossier is opened,
    where Paramètres says nothing of it."""
    if any(e is not None and silent_formation(e.formation) for _, e in dossiers):
        return None
    return next(
        (
            e
            for e in nouveaux
            if silent_formation(e.formation) and not regles.gives_threshold(e.formation)
        ),
        None,
    )


def _in_order(candidats: list[tuple[date, Eleve]], tri: Tri) -> list[tuple[date, Eleve]]:
    """The candidates in their turn; the longest inactive first among equals."""
    candidats = sorted(
        candidats, key=lambda c: (c[0], directory_key(c[1].nom_complet), c[1].numero)
    )
    if tri is Tri.RECENTE:
        return sorted(candidats, key=lambda c: c[0], reverse=True)
    if tri is Tri.NOM:
        return sorted(candidats, key=lambda c: directory_key(c[1].nom_complet))
    if tri is Tri.FORMATION:
        return sorted(candidats, key=lambda c: simplify(c[1].formation))
    return candidats


def open_dossier(eleve: Eleve, derniere_activite: date, jour: date) -> Dossier:
    """A new dossier of inactivity, detected on ``jour``."""
    return Dossier(
        eleve=eleve.nom_complet,
        numero=eleve.numero,
        derniere_activite=derniere_activite,
        detecte_le=jour,
    )


def due_steps(situations: Iterable[Situation], jour: date, horizon: int | None) -> list[Situation]:
    """The steps due on ``jour`` and those coming within ``horizon`` days (all when None)."""
    choisies = [
        s
        for s in situations
        if s.etape is not None and s.rappel is None and _within(s, jour, horizon)
    ]
    return sorted(choisies, key=by_due_date)


def call_backs(situations: Iterable[Situation], jour: date, horizon: int | None) -> list[Situation]:
    """The call-backs and interviews due on ``jour`` and those coming within ``horizon`` days."""
    choisies = [s for s in situations if s.rappel is not None and _within(s, jour, horizon)]
    return sorted(choisies, key=by_due_date)


def _within(situation: Situation, jour: date, horizon: int | None) -> bool:
    echeance = situation.echeance
    return echeance is not None and (horizon is None or (echeance - jour).days <= horizon)


def _complete(dossier: Dossier, eleve: Eleve | None, jour: date) -> Dossier:
    """A hand-typed dossier with the day of its detection, and its student's number."""
    detecte = detection_day(dossier, jour)
    numero = dossier.numero or (eleve.numero if eleve else "")
    if detecte == dossier.detecte_le and numero == dossier.numero:
        return dossier
    return replace(dossier, detecte_le=detecte, numero=numero)
