"""The morning's round over the whole register (contract, section 4, ``detect``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from inactifs.mots import simplify
from inactifs.procedure.gestes import end_as_reprise, note_sign_of_life
from inactifs.procedure.inactivite import inactive_limit, last_activity
from inactifs.procedure.modele import (
    Critere,
    Dossier,
    Eleve,
    Etat,
    Regles,
    Resultat,
    is_known_statut,
)
from inactifs.procedure.suivi import (
    Situation,
    detection_day,
    ended_on,
    last_mark,
    new_activity,
    returned,
    situate,
    situate_of,
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
class Matin:
    """The verdicts of one morning.

    ``modifies`` are the known dossiers that change (reprises, signs of life, a detection date
    filled in), ``signes_de_vie`` those suspended by a visit, a call or an email; ``nouveaux``
    are to be added to the tableau; ``situations`` tells where every open dossier stands
    afterwards, new ones included; ``en_file`` are the inactive who wait for their turn, where
    the number of new dossiers a day is limited. To be looked at by somebody: ``sans_date``, the
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

    def in_state(self, etat: Etat) -> list[Situation]:
        """The open dossiers in this state, the longest due first."""
        choisies = [s for s in self.situations if s.etat is etat]
        return sorted(choisies, key=lambda s: (s.echeance or self.date, s.dossier.eleve))


def morning(
    eleves: Iterable[Eleve],
    dossiers: Sequence[tuple[Dossier, Eleve | None]],
    regles: Regles,
    jour: date,
    *,
    exclus: frozenset[str] = frozenset(),
    doublons: frozenset[int] = frozenset(),
    tri: Tri = Tri.ANCIENNETE,
) -> Matin:
    """What the morning of ``jour`` brings.

    Args:
        eleves: the register.
        dossiers: every readable dossier, with its student where the register knows one.
        regles: the procedure as the school sets it.
        jour: the day of the round.
        exclus: numbers of students for whom no dossier may be opened, because a row or a
            date of theirs cannot be read: a student is never guessed inactive.
        doublons: rows of open dossiers whose student has a later open one: an activity ends
            them too, but nothing is due for them.
        tri: who comes first where the number of new dossiers is limited.
    """
    modifies: list[Dossier] = []
    signes: list[Dossier] = []
    reprises: list[RepriseConstatee] = []
    situations: list[Situation] = []
    non_suivis: list[Dossier] = []
    ouverts: set[str] = set()
    termines: dict[str, date] = {}
    derniers_finis: dict[str, tuple[date, Dossier, Eleve]] = {}
    avec_ouvert: set[str] = set()
    ouverts_ce_jour = 0
    for avant, eleve in dossiers:
        if avant.detecte_le == jour:
            ouverts_ce_jour += 1
        if not avant.ouvert:
            if eleve is not None and (jusque := _settled_until(avant)) is not None:
                termines[eleve.numero] = max(jusque, termines.get(eleve.numero, jusque))
            if eleve is not None and (fin := ended_on(avant)) is not None:
                autre = derniers_finis.get(eleve.numero)
                if autre is None or autre[0] <= fin:
                    derniers_finis[eleve.numero] = fin, avant, eleve
            continue
        if eleve is not None:
            avec_ouvert.add(eleve.numero)
        dossier = _complete(avant, eleve, jour)
        nouvelle = new_activity(dossier, eleve) if eleve else None
        if nouvelle is not None and nouvelle[0] is not Critere.CONTACT:
            marque = last_mark(dossier)
            dossier = end_as_reprise(dossier, max(jour, marque[1]) if marque else jour)
            if avant.ligne not in doublons:
                reprises.append(RepriseConstatee(dossier, *nouvelle))
        else:
            if nouvelle is not None:
                dossier = note_sign_of_life(dossier, nouvelle[1], regles)
                signes.append(dossier)
            if eleve is not None:
                ouverts.add(eleve.numero)
            if eleve is not None and not eleve.suivi:
                non_suivis.append(dossier)
            if avant.ligne not in doublons:
                situations.append(situate_of(dossier, eleve, regles, jour))
        if dossier != avant:
            modifies.append(dossier)

    limite = inactive_limit(jour, regles.seuil_mois)
    suivis = 0
    sans_date: list[Eleve] = []
    inconnus: list[Eleve] = []
    candidats: list[tuple[date, Eleve]] = []
    for eleve in eleves:
        if not eleve.suivi:
            continue
        suivis += 1
        if not is_known_statut(eleve.statut):
            inconnus.append(eleve)
        derniere = last_activity(eleve)
        if derniere is None:
            sans_date.append(eleve)
        elif (
            derniere <= limite
            and eleve.numero not in ouverts
            and eleve.numero not in exclus
            and derniere > termines.get(eleve.numero, date.min)
        ):
            candidats.append((derniere, eleve))
    candidats = _in_order(candidats, tri)
    places = len(candidats)
    if regles.max_nouveaux is not None:
        places = max(0, min(places, regles.max_nouveaux - ouverts_ce_jour))
    nouveaux = tuple(open_dossier(eleve, derniere, jour) for derniere, eleve in candidats[:places])
    situations += [situate(n, regles, jour) for n in nouveaux]
    return Matin(
        date=jour,
        suivis=suivis,
        nouveaux=nouveaux,
        reprises=tuple(reprises),
        modifies=tuple(modifies),
        signes_de_vie=tuple(signes),
        situations=tuple(situations),
        en_file=tuple(eleve for _, eleve in candidats[places:]),
        sans_date=tuple(sans_date),
        statuts_inconnus=tuple(inconnus),
        non_suivis=tuple(non_suivis),
        revenus=tuple(
            RepriseConstatee(dossier, *retour)
            for numero, (_, dossier, eleve) in derniers_finis.items()
            if numero not in avec_ouvert and (retour := returned(dossier, eleve)) is not None
        ),
    )


def _in_order(candidats: list[tuple[date, Eleve]], tri: Tri) -> list[tuple[date, Eleve]]:
    """The candidates in their turn; the longest inactive first among equals."""
    candidats = sorted(candidats, key=lambda c: (c[0], c[1].nom_complet, c[1].numero))
    if tri is Tri.RECENTE:
        return sorted(candidats, key=lambda c: c[0], reverse=True)
    if tri is Tri.NOM:
        return sorted(candidats, key=lambda c: simplify(c[1].nom_complet))
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
        if s.etape is not None
        and s.echeance is not None
        and (horizon is None or (s.echeance - jour).days <= horizon)
    ]
    return sorted(choisies, key=lambda s: (s.echeance, s.dossier.eleve))


def _settled_until(dossier: Dossier) -> date | None:
    """The last activity that an ended dossier has already dealt with, None if none.

    An abandon, and an outcome typed by hand (without CLÔTURÉ LE), settle the inactivity
    that they ended: the same old date opens nothing anew. A reprise that the tool noted
    rests on a lesson or a login; if that is taken back, the inactivity is open again.
    """
    if dossier.resultat is Resultat.REPRISE and dossier.cloture_le is not None:
        return None
    dates = [dossier.derniere_activite, dossier.cloture_le]
    dates += [relance.date for relance in dossier.relances]
    return max((d for d in dates if d is not None), default=None)


def _complete(dossier: Dossier, eleve: Eleve | None, jour: date) -> Dossier:
    """A hand-typed dossier with the day of its detection, and its student's number."""
    detecte = detection_day(dossier, jour)
    numero = dossier.numero or (eleve.numero if eleve else "")
    if detecte == dossier.detecte_le and numero == dossier.numero:
        return dossier
    return replace(dossier, detecte_le=detecte, numero=numero)
