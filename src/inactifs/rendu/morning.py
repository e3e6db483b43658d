"""The morning's screen, the steps to come, the anomalies, the versions: lines and tables.

No text is read as rich markup: ``cli`` prints them as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from inactifs.dates import french
from inactifs.mots import and_others, directory_key
from inactifs.phones import format_phone
from inactifs.procedure.eleve import CANAUX_SUIVIS, is_wrong, means_to_use
from inactifs.procedure.modele import Eleve, Etat, Moyen, Rappel
from inactifs.registre import as_typed
from inactifs.rendu.table import Column, draw, ranked
from inactifs.rendu.wording import beyond_last_try, last_said, last_try, reservations

if TYPE_CHECKING:
    from rich.console import RenderableType

    from inactifs.classeur.values import Anomalie, Classeur
    from inactifs.depot.kept import Version
    from inactifs.procedure.matin import Decrochage, Matin
    from inactifs.procedure.suivi import Situation

LIGNES_PAR_RESPONSABLE = 20
"""So that the morning fits one screen; « inactifs next » shows them all."""
ANOMALIES_MONTREES = 10
DECROCHENT_MONTRES = 10


class Due(NamedTuple):
    """What is due for a student on a day."""

    situation: Situation
    eleve: Eleve | None
    jour: date

    @property
    def rappel(self) -> Rappel | None:
        """The call-back or interview promised."""
        return self.situation.rappel

    @property
    def note(self) -> str:
        """What was said last, and what to know before calling."""
        dit = beyond_last_try(self.situation.dossier)
        return " · ".join(filter(None, (dit, reservations(self.eleve, self.jour))))


def render_morning(
    matin: Matin, classeur: Classeur, a_verifier: Sequence[Anomalie], perimes: Sequence[str]
) -> list[RenderableType]:
    """The morning's screen: whom to call back, to contact, to close, what to look at, to type."""
    a_relancer = matin.in_state(Etat.A_RELANCER)
    a_cloturer = matin.in_state(Etat.A_CLOTURER)
    rappels = matin.rappels
    lignes: list[RenderableType] = [_counts(matin, rappels, a_relancer, a_cloturer)]
    lignes += _openings(matin)
    lignes += render_callbacks(_dues(rappels, classeur, matin.date), matin.date)
    lignes += _by_step(_dues(a_relancer, classeur, matin.date), LIGNES_PAR_RESPONSABLE)
    if a_cloturer:
        lignes.append(draw("À clôturer (relances sans réponse)", _CLOTURES, a_cloturer))
    if matin.decrochent:
        lignes += render_drifting(matin.decrochent, DECROCHENT_MONTRES)
    if a_verifier:
        lignes += render_anomalies(a_verifier[:ANOMALIES_MONTREES])
        if (restent := len(a_verifier) - ANOMALIES_MONTREES) > 0:
            lignes.append(f"{and_others(restent)} : inactifs check")
    lignes.append(freshness(classeur, perimes))
    if matin.suivis:
        lignes.append(_advice(rappels, a_relancer, a_cloturer))
    else:
        lignes.append("Aucun élève à suivre : inactifs import eleves FICHIER")
    return lignes


def render_steps(
    etapes: Sequence[Situation], classeur: Classeur, jour: date, a_cloturer: int
) -> list[RenderableType]:
    """The call-backs, the steps due, then those to come."""
    toutes = _dues(etapes, classeur, jour)
    rappels = [d for d in toutes if d.situation.etat is Etat.A_RAPPELER]
    dues = [d for d in toutes if d.situation.etat is Etat.A_RELANCER]
    futures = [d for d in toutes if d not in rappels and d not in dues]
    lignes: list[RenderableType] = [
        f"Au {french(jour)} : {_count(len(dues) + len(rappels), 'étape due')}, "
        f"{len(futures)} à venir, {_count(a_cloturer, 'dossier')} à clôturer."
    ]
    lignes += render_callbacks(rappels, jour)
    lignes += _by_step(dues, None)
    if futures:
        lignes.append(draw("À venir", _A_VENIR, futures))
    return lignes


def render_callbacks(rappels: Sequence[Due], jour: date) -> list[RenderableType]:
    """The call-backs and interviews of the day, by hour; they stay until something is noted."""
    if not rappels:
        return []
    tries = sorted(rappels, key=lambda d: (_hour(d) or "24:00", directory_key(_name(d))))
    titre = f"À rappeler, entretiens : {len(tries)}"
    return [draw(titre, _RAPPELS, tries, lambda d: _promise(d, jour))]


def render_drifting(
    decrochent: Sequence[Decrochage], limite: int | None = None
) -> list[RenderableType]:
    """Those who are drifting, the longest first: a word now is worth a relance later."""
    montres = decrochent[:limite]
    titre = f"Décrochent, sans cours prévu : {len(decrochent)} (hors tableau)"
    blocs: list[RenderableType] = [draw(titre, _DECROCHENT, montres)]
    if restent := len(decrochent) - len(montres):
        blocs.append(f"{and_others(restent)} : inactifs list --etat decroche")
    return blocs


def render_anomalies(anomalies: Sequence[Anomalie]) -> list[RenderableType]:
    """What is wrong or doubtful, by cell, with the mend."""
    if not anomalies:
        return ["Rien à signaler : le classeur est en ordre."]
    return [draw("À vérifier", _ANOMALIES, anomalies, lambda a: f"{a.raison} {a.remede}".strip())]


def render_versions(versions: Sequence[tuple[Version, str]]) -> list[RenderableType]:
    """The versions kept, the latest write first, and what it did."""
    if not versions:
        return ["Aucune version antérieure n'est gardée."]
    colonnes = ranked("Quand", "Par", "Commande", "Fait")
    lignes = [(f"{v.quand:%d/%m/%Y %H:%M}", v.operateur, v.commande, fait) for v, fait in versions]
    return [draw("« inactifs undo » annule la première", colonnes, lignes)]


def reach(situation: Situation, eleve: Eleve | None) -> str:
    """The number to dial, or the address to write to when the means is the email; a wrong one
    is not shown, so that nobody uses it."""
    if eleve is None:
        return ""
    moyens = means_to_use(situation.etape, eleve) if situation.etape else ()
    if moyens and moyens[0] is Moyen.EMAIL:
        faux = " (faux numéro)" if is_wrong(eleve.telephone) else ""
        return "adresse erronée" if is_wrong(eleve.email) else f"{eleve.email}{faux}"
    return "faux numéro" if is_wrong(eleve.telephone) else format_phone(eleve.telephone)


def day_or_blank(jour: date | None) -> str:
    """« 24/11/2026 », or nothing."""
    return french(jour) if jour else ""


def _dues(situations: Iterable[Situation], classeur: Classeur, jour: date) -> list[Due]:
    return [Due(s, classeur.eleve_of(s.dossier), jour) for s in situations]


def _by_step(dues: Iterable[Due], limite: int | None) -> list[RenderableType]:
    """One table for each responsible, step and means, which its title tells."""
    tries = sorted(
        (d for d in dues if d.situation.etape),
        key=lambda d: (*_group(d), -d.situation.retard_jours, directory_key(_name(d))),
    )
    blocs: list[RenderableType] = []
    for (_, responsable), siens in groupby(tries, key=lambda d: _group(d)[:2]):
        restent = limite
        for (*_, moyens), groupe in groupby(siens, key=_group):
            liste = list(groupe)
            montres = liste if restent is None else liste[: max(restent, 0)]
            if restent is not None:
                restent -= len(liste)
            if not montres:
                blocs.append(f"{and_others(len(liste))} ({moyens}) : inactifs next")
                continue
            etape = montres[0].situation.etape
            facultative = " (facultative)" if etape and etape.optionnelle else ""
            libelle = etape.libelle if etape else ""
            titre = f"{responsable} · {libelle}{facultative} · {moyens} : {len(liste)}"
            deja = any(d.situation.dossier.relances for d in montres)
            colonnes = _SUITES if deja else _PREMIERES
            blocs.append(draw(titre, colonnes, montres, lambda d: d.note))
            if len(liste) > len(montres):
                blocs.append(f"{and_others(len(liste) - len(montres))} : inactifs next")
    return blocs


def _group(due: Due) -> tuple[int, str, str]:
    etape = due.situation.etape
    if etape is None:
        return 0, "", ""
    return etape.numero, etape.responsable, _means(due)


def _means(due: Due) -> str:
    """The step's means, or those that remain when the number is missing or wrong."""
    if due.situation.etape is None:
        return ""
    premier, *autres = [m.libelle for m in means_to_use(due.situation.etape, due.eleve)] or [""]
    return " ou ".join([premier, *(a if a.isupper() else a.lower() for a in autres)])


def _name(due: Due) -> str:
    return due.situation.dossier.eleve


def _hour(due: Due) -> str:
    return f"{due.rappel.heure:%H:%M}" if due.rappel and due.rappel.heure else ""


def _promise(due: Due, jour: date) -> str:
    """What was agreed, and on which day when it is not today."""
    promis = ""
    if due.rappel and due.rappel.jour < jour:
        promis = f"promis pour le {french(due.rappel.jour)}"
    dit = last_said(due.situation.dossier)
    return " · ".join(filter(None, (promis, dit, reservations(due.eleve, jour))))


def _delay(situation: Situation) -> str:
    if situation.retard_jours <= 0:
        return "aujourd'hui"
    return f"{situation.retard_jours} jour{'s' if situation.retard_jours > 1 else ''}"


_ELEVE = Column[Due]("Élève", _name)
_NUMERO = Column[Due]("N°", lambda d: d.situation.dossier.numero, whole=True)
_JOINDRE = Column[Due]("À joindre", lambda d: reach(d.situation, d.eleve))
_RETARD = Column[Due]("Retard", lambda d: _delay(d.situation), whole=True)
_VU = Column[Due]("Vu le", lambda d: d.situation.dossier.derniere_activite, whole=True)
_TRY = Column[Due]("Relancé", lambda d: last_try(d.situation.dossier))
_PREMIERES = (_ELEVE, _NUMERO, _JOINDRE, _RETARD, _VU)
_SUITES = (_ELEVE, _NUMERO, _JOINDRE, _RETARD, _TRY)
_RAPPELS = (Column[Due]("Heure", _hour, whole=True), _ELEVE, _NUMERO, _JOINDRE)
_A_VENIR = (
    Column[Due]("Le", lambda d: d.situation.echeance, whole=True),
    _ELEVE,
    _NUMERO,
    Column[Due]("Étape", lambda d: _step(d.situation), whole=True),
    Column[Due]("Moyen", _means),
)
_CLOTURES = (
    Column["Situation"]("Élève", lambda s: s.dossier.eleve),
    Column["Situation"]("N°", lambda s: s.dossier.numero, whole=True),
    Column["Situation"](
        "Relances", lambda s: ", ".join(f"{r.date:%d/%m}" for r in s.dossier.relances)
    ),
    Column["Situation"]("Retard", _delay, whole=True),
)
_DECROCHENT = (
    Column["Decrochage"]("Élève", lambda d: d.eleve.nom_complet),
    Column["Decrochage"]("N°", lambda d: d.eleve.numero, whole=True),
    Column["Decrochage"]("Téléphone", lambda d: format_phone(d.eleve.telephone)),
    Column["Decrochage"]("Dernier cours", lambda d: d.dernier_cours, whole=True),
    Column["Decrochage"]("Semaines", lambda d: d.semaines, whole=True),
)
_ANOMALIES = (
    Column["Anomalie"]("Gravité", lambda a: a.gravite, whole=True),
    Column["Anomalie"]("Où", lambda a: f"{a.feuille} {a.cellule}".strip()),
    Column["Anomalie"]("Contenu", lambda a: a.contenu[:40]),
)


def _step(situation: Situation) -> str:
    if situation.rappel:
        return "rappel"
    return situation.etape.libelle if situation.etape else ""


def _counts(
    matin: Matin,
    rappels: Sequence[Situation],
    a_relancer: Sequence[Situation],
    a_cloturer: Sequence[Situation],
) -> str:
    morceaux = [
        _count(matin.suivis, "élève suivi"),
        f"{len(rappels)} à rappeler" if rappels else "",
        f"{len(a_relancer)} à relancer",
        f"{len(a_cloturer)} à clôturer",
        f"{len(matin.in_state(Etat.EN_ATTENTE))} en attente",
        _count(len(matin.in_state(Etat.SUSPENDU)), "suspendu"),
    ]
    if refus := len(matin.in_state(Etat.NE_PLUS_CONTACTER)):
        morceaux.append(f"{refus} à ne plus contacter")
    return f"Matin du {french(matin.date)} : {', '.join(filter(None, morceaux))}."


def _openings(matin: Matin) -> list[RenderableType]:
    """What the morning opened, kept closed, or ended."""
    lignes: list[RenderableType] = []
    if matin.nouveaux:
        lignes.append(
            "Un nouveau dossier ouvert ce jour."
            if len(matin.nouveaux) == 1
            else f"{len(matin.nouveaux)} nouveaux dossiers ouverts ce jour."
        )
    if matin.en_file:
        n = len(matin.en_file)
        attendent = "attendent leur" if n > 1 else "attend son"
        lignes.append(f"{_count(n, 'autre')} {attendent} tour (limite de nouveaux dossiers).")
    if matin.retenus:
        pluriel = "s" if len(matin.retenus) > 1 else ""
        lignes.append(
            f"Aucun cours n'a jamais été importé ni tapé : aucun dossier n'est ouvert "
            f"({len(matin.retenus)} élève{pluriel} sans activité connue). Importez le planning : "
            "inactifs import cours FICHIER."
        )
    if matin.silencieux is not None:
        lignes.append(
            f"{matin.silencieux.nom_complet} est en « {matin.silencieux.formation} », où des mois "
            "sans cours sont normaux : fixez-lui un autre seuil, ou « non suivie », dans la table "
            "FORMATION de Paramètres."
        )
    lignes += [
        f"Reprise : {r.dossier.eleve} ({r.critere.value} du {french(r.date)})"
        for r in matin.reprises
    ]
    return lignes


def _count(nombre: int, mots: str) -> str:
    """« 0 élève suivi », « 2 élèves suivis »."""
    return f"{nombre} {mots if nombre < 2 else mots.replace(' ', 's ') + 's'}"


def freshness(classeur: Classeur, perimes: Sequence[str]) -> str:
    """How old each import is, in a line, and which are to be made again."""
    morceaux = [
        f"{canal} {day_or_blank(quand) if (quand := classeur.imports.get(canal)) else 'jamais'}"
        for canal in CANAUX_SUIVIS
    ]
    texte = "Imports : " + ", ".join(morceaux) + "."
    if perimes:
        texte += (
            f" À refaire avant d'appeler : {', '.join(perimes)} "
            "(un élève peut être actif sans que l'outil le sache)."
        )
    return texte


def _advice(
    rappels: Sequence[Situation], a_relancer: Sequence[Situation], a_cloturer: Sequence[Situation]
) -> str:
    lignes = []
    if premiers := [*rappels, *a_relancer]:
        qui = as_typed(premiers[0].dossier.numero, premiers[0].dossier.eleve)
        lignes.append(f"Le texte à envoyer : inactifs relance message {qui}")
        lignes.append("Après l'appel :      inactifs relance add")
    if a_cloturer:
        lignes.append("Clôturer :           inactifs close --tous")
    return "\n".join(lignes) or "Rien à faire ce matin."
