"""The morning's screen, the steps to come, the anomalies, the versions: lines and tables.

No text is read as rich markup: ``cli`` prints them as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from inactifs.classeur.findings import to_look_at
from inactifs.dates import french
from inactifs.mots import and_others, directory_key
from inactifs.phones import format_phone
from inactifs.procedure.eleve import CANAUX_SUIVIS
from inactifs.procedure.modele import Dossier, Etat
from inactifs.registre import as_typed
from inactifs.rendu import cases
from inactifs.rendu.cases import Json, Ligne, iso, lines
from inactifs.rendu.table import Bloc, Column, draw, listed, ranked
from inactifs.rendu.wording import joined, last_said, many, reservations

if TYPE_CHECKING:
    from inactifs.classeur.values import Anomalie, Classeur
    from inactifs.depot.kept import Version
    from inactifs.procedure.matin import Decrochage, Matin
    from inactifs.procedure.suivi import Situation

LIGNES_PAR_RESPONSABLE = 20
"""So that the morning fits one screen; « inactifs next » shows them all."""
ANOMALIES_MONTREES = 10
DECROCHENT_MONTRES = 10


def render_morning(
    matin: Matin, classeur: Classeur, a_verifier: Sequence[Anomalie], perimes: Sequence[str]
) -> list[Bloc]:
    """The morning's screen: whom to call back, to contact, to close, what to look at, to type."""
    a_relancer = matin.in_state(Etat.A_RELANCER)
    a_cloturer = lines(matin.in_state(Etat.A_CLOTURER), classeur, matin.date)
    lignes = [
        *_opening(matin),
        *_callbacks(lines(matin.rappels, classeur, matin.date)),
        *_by_step(lines(a_relancer, classeur, matin.date), LIGNES_PAR_RESPONSABLE),
        *listed("À clôturer (relances sans réponse)", _CLOTURES, a_cloturer),
        *render_drifting(matin.decrochent, DECROCHENT_MONTRES),
        *_anomalies(a_verifier, ANOMALIES_MONTREES),
        freshness(classeur, perimes),
    ]
    if not matin.suivis:
        return [*lignes, "Aucun élève à suivre : inactifs import eleves FICHIER"]
    for dossier in (s.dossier for s in [*matin.rappels, *a_relancer][:1]):
        qui = as_typed(dossier.numero, dossier.eleve)
        lignes.append(f"Le texte à envoyer : inactifs relance message {qui}")
        lignes.append("Après l'appel :      inactifs relance add")
    if a_cloturer:
        lignes.append("Clôturer :           inactifs close --tous")
    if not (matin.rappels or a_relancer or a_cloturer):
        lignes.append("Rien à faire ce matin.")
    return lignes


Conseil = tuple[str, str]
"""A command, and what it is for."""

PREMIERS_PAS: tuple[Conseil, ...] = (
    ('inactifs init --auto-ecole "Auto-école du Port"', "crée le classeur, ou adopte le vôtre"),
    ("inactifs import eleves FICHIER", "vos élèves, puis cours, connexions, contacts"),
    ("inactifs detect", "trouve les élèves inactifs"),
)


def advice(matin: Matin, classeur: Classeur, perimes: Sequence[str]) -> Iterator[Conseil]:
    """The commands that make sense now, the most useful first (three at least)."""
    if classeur.manquants:
        yield "inactifs init", f"ajoute ce qui manque : {classeur.manquants[0]}"
    if not matin.suivis:
        yield from (*PREMIERS_PAS[1:], PREMIERS_PAS[0])
        return
    for canal in perimes[:1]:
        etat = "est ancien" if classeur.imports.get(canal) else "n'a jamais été fait"
        yield f"inactifs import {canal} FICHIER", f"l'import « {canal} » {etat}"
    if matin.nouveaux or matin.modifies:
        yield "inactifs detect", "la tournée du matin : le tableau n'est pas à jour"
    if a_relancer := matin.in_state(Etat.A_RELANCER):
        premier = a_relancer[0].dossier
        qui = as_typed(premier.numero, premier.eleve)
        yield f"inactifs relance message {qui}", f"que dire à {premier.eleve}"
        yield "inactifs relance add", "noter un appel, un SMS, un email"
    if matin.in_state(Etat.A_CLOTURER):
        yield "inactifs close --tous", "clôturer ceux qui n'ont pas répondu"
    yield "inactifs next", "ce qui est à venir"
    yield "inactifs report", "le rapport du mois"
    yield "inactifs check", "ce qui est douteux dans le classeur"


def morning_json(matin: Matin, classeur: Classeur, perimes: Sequence[str]) -> Json:
    """The same in JSON."""

    def student(dossier: Dossier) -> Json:
        return cases.student_json(classeur.eleve_of(dossier), dossier)

    etats = {etat: matin.in_state(etat) for etat in Etat}
    return {
        "date": matin.date.isoformat(),
        "suivis": matin.suivis,
        "nouveaux": [
            student(d) | {"derniere_activite": iso(d.derniere_activite)} for d in matin.nouveaux
        ],
        "reprises": [
            student(r.dossier) | {"date": iso(r.date), "critere": r.critere.value}
            for r in matin.reprises
        ],
        "a_relancer": [student(s.dossier) | cases.step_json(s) for s in etats[Etat.A_RELANCER]],
        "a_cloturer": [student(s.dossier) | cases.case_json(s) for s in etats[Etat.A_CLOTURER]],
        "rappels": [cases.callback_json(s, classeur.eleve_of(s.dossier)) for s in matin.rappels],
        "decrochent": [cases.drifting_json(d) for d in matin.decrochent],
        "ne_plus_contacter": len(etats[Etat.NE_PLUS_CONTACTER]),
        "en_attente": len(etats[Etat.EN_ATTENTE]),
        "suspendus": len(etats[Etat.SUSPENDU]),
        "a_verifier": [a._asdict() for a in to_look_at(classeur, matin)],
        "imports": {canal: iso(classeur.imports.get(canal)) for canal in CANAUX_SUIVIS},
        "perimes": list(perimes),
        "en_file": len(matin.en_file),
    }


def render_steps(
    etapes: Sequence[Situation], classeur: Classeur, jour: date, a_cloturer: int
) -> list[Bloc]:
    """The call-backs, the steps due, then those to come."""
    toutes = lines(etapes, classeur, jour)
    rappels = [d for d in toutes if d.situation.etat is Etat.A_RAPPELER]
    dues = [d for d in toutes if d.situation.etat is Etat.A_RELANCER]
    futures = [d for d in toutes if d.situation.etat not in (Etat.A_RAPPELER, Etat.A_RELANCER)]
    compte = (
        f"Au {french(jour)} : {many(len(dues) + len(rappels), 'étape due')}, "
        f"{len(futures)} à venir, {many(a_cloturer, 'dossier')} à clôturer."
    )
    return [
        compte,
        *_callbacks(rappels),
        *_by_step(dues, None),
        *listed("À venir", _A_VENIR, futures),
    ]


def render_drifting(decrochent: Sequence[Decrochage], limite: int | None = None) -> list[Bloc]:
    """Those who are drifting, the longest first: a word now is worth a relance later."""
    titre = f"Décrochent, sans cours prévu : {len(decrochent)} (hors tableau)"
    suite = "inactifs list --etat decroche"
    return listed(titre, _DECROCHENT, decrochent, limite=limite, suite=suite)


def render_anomalies(anomalies: Sequence[Anomalie]) -> list[Bloc]:
    """What is wrong or doubtful, by cell, with the mend."""
    return _anomalies(anomalies) or ["Rien à signaler : le classeur est en ordre."]


def _anomalies(anomalies: Sequence[Anomalie], limite: int | None = None) -> list[Bloc]:
    return listed(
        "À vérifier",
        _ANOMALIES,
        anomalies,
        lambda a: f"{a.raison} {a.remede}".strip(),
        limite=limite,
        suite="inactifs check",
    )


def render_versions(versions: Sequence[tuple[Version, str]]) -> list[Bloc]:
    """The versions kept, the latest write first, and what it did."""
    lignes = [(f"{v.quand:%d/%m/%Y %H:%M}", v.operateur, v.commande, fait) for v, fait in versions]
    colonnes = ranked("Quand", "Par", "Commande", "Fait")
    tableau = listed("« inactifs undo » annule la première", colonnes, lignes)
    return tableau or ["Aucune version antérieure n'est gardée."]


def freshness(classeur: Classeur, perimes: Sequence[str]) -> str:
    """How old each import is, in a line, and which are to be made again."""
    faits = {canal: classeur.imports.get(canal) for canal in CANAUX_SUIVIS}
    dits = [f"{canal} {french(quand) if quand else 'jamais'}" for canal, quand in faits.items()]
    texte = f"Imports : {', '.join(dits)}."
    if perimes:
        texte += (
            f" À refaire avant d'appeler : {', '.join(perimes)} "
            "(un élève peut être actif sans que l'outil le sache)."
        )
    return texte


def _callbacks(rappels: Sequence[Ligne]) -> list[Bloc]:
    """The call-backs and interviews of the day, by hour; they stay until something is noted."""

    def promise(due: Ligne) -> str:
        """What was agreed, and on which day when it is not today."""
        rappel = due.situation.rappel
        tard = rappel is not None and rappel.jour < due.jour
        return joined(f"promis pour le {french(rappel.jour)}" if rappel and tard else "", due.dit)

    tries = sorted(rappels, key=lambda d: (d.heure or "24:00", directory_key(d.dossier.eleve)))
    return listed(f"À rappeler, entretiens : {len(tries)}", _RAPPELS, tries, promise)


def _by_step(dues: Iterable[Ligne], limite: int | None) -> list[Bloc]:
    """One table for each responsible, step and means, which its title tells."""
    tries = sorted(
        (d for d in dues if d.situation.etape),
        key=lambda d: (*_group(d), -d.situation.retard_jours, directory_key(d.dossier.eleve)),
    )
    blocs: list[Bloc] = []
    for _, siens in groupby(tries, key=lambda d: _group(d)[:2]):
        restent = len(tries) if limite is None else limite
        for (*_, moyens), groupe in groupby(siens, key=_group):
            liste = list(groupe)
            montres, restent = liste[:restent], max(restent - len(liste), 0)
            if montres:
                deja = any(d.dossier.relances for d in montres)
                etape = montres[0].situation.etape
                facultative = " (facultative)" if etape and etape.optionnelle else ""
                titre = f"{montres[0].responsable} · {montres[0].etape}{facultative} · {moyens}"
                colonnes = _SUITES if deja else _PREMIERES
                blocs.append(draw(f"{titre} : {len(liste)}", colonnes, montres, _note))
            if caches := len(liste) - len(montres):
                lesquels = "" if montres else f" ({moyens})"
                blocs.append(f"{and_others(caches)}{lesquels} : inactifs next")
    return blocs


def _group(due: Ligne) -> tuple[int, str, str]:
    etape = due.situation.etape
    return etape.numero if etape else 0, due.responsable, _means(due)


def _means(due: Ligne) -> str:
    """« SMS ou appel téléphonique »."""
    premier, *autres = [m.libelle for m in due.moyens] or [""]
    return " ou ".join([premier, *(a if a.isupper() else a.lower() for a in autres)])


def _note(due: Ligne) -> str:
    """What was said last, and what to know before calling."""
    return joined(last_said(due.dossier, bare=False), reservations(due.personne, due.jour))


def _delay(due: Ligne) -> str:
    retard = due.situation.retard_jours
    return many(retard, "jour") if retard > 0 else "aujourd'hui"


def _last_try(due: Ligne) -> str:
    """« 24/11 SMS »."""
    if not due.dossier.relances:
        return ""
    derniere = due.dossier.relances[-1]
    return f"{derniere.date:%d/%m} {derniere.moyen.libelle if derniere.moyen else '?'}"


_ELEVE = Column[Ligne]("Élève", lambda d: d.dossier.eleve)
_NUMERO = Column[Ligne]("N°", lambda d: d.dossier.numero, whole=True)
_JOINDRE = Column[Ligne]("À joindre", lambda d: d.a_joindre)
_RETARD = Column[Ligne]("Retard", _delay, whole=True)
_VU = Column[Ligne]("Vu le", lambda d: d.dossier.derniere_activite, whole=True)
_PREMIERES = (_ELEVE, _NUMERO, _JOINDRE, _RETARD, _VU)
_SUITES = (*_PREMIERES[:4], Column[Ligne]("Relancé", _last_try))
_RAPPELS = (Column[Ligne]("Heure", lambda d: d.heure, whole=True), _ELEVE, _NUMERO, _JOINDRE)
_A_VENIR = (
    Column[Ligne]("Le", lambda d: d.situation.echeance, whole=True),
    _ELEVE,
    _NUMERO,
    Column[Ligne]("Étape", lambda d: d.etape, whole=True),
    Column[Ligne]("Moyen", _means),
)
_CLOTURES = (
    _ELEVE,
    _NUMERO,
    Column[Ligne]("Relances", lambda d: ", ".join(f"{r.date:%d/%m}" for r in d.dossier.relances)),
    _RETARD,
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


def _opening(matin: Matin) -> list[Bloc]:
    """How many there are of each; what the morning opened, kept closed, or ended."""
    comptes = {etat: len(matin.in_state(etat)) for etat in Etat}
    refus = comptes[Etat.NE_PLUS_CONTACTER]
    morceaux = (
        many(matin.suivis, "élève suivi"),
        f"{len(matin.rappels)} à rappeler" if matin.rappels else "",
        f"{comptes[Etat.A_RELANCER]} à relancer",
        f"{comptes[Etat.A_CLOTURER]} à clôturer",
        f"{comptes[Etat.EN_ATTENTE]} en attente",
        many(comptes[Etat.SUSPENDU], "suspendu"),
        f"{refus} à ne plus contacter" if refus else "",
    )
    lignes: list[Bloc] = [f"Matin du {french(matin.date)} : {', '.join(filter(None, morceaux))}."]
    if n := len(matin.nouveaux):
        quoi = "Un nouveau dossier ouvert" if n == 1 else f"{n} nouveaux dossiers ouverts"
        lignes.append(f"{quoi} ce jour.")
    if n := len(matin.en_file):
        attendent = "attendent leur" if n > 1 else "attend son"
        lignes.append(f"{many(n, 'autre')} {attendent} tour (limite de nouveaux dossiers).")
    if n := len(matin.retenus):
        lignes.append(
            "Aucun cours n'a jamais été importé ni tapé : aucun dossier n'est ouvert "
            f"({many(n, 'élève')} sans activité connue). Importez le planning : "
            "inactifs import cours FICHIER."
        )
    if matin.silencieux is not None:
        lignes.append(
            f"{matin.silencieux.nom_complet} est en « {matin.silencieux.formation} », où des mois "
            "sans cours sont normaux : fixez-lui un autre seuil, ou « non suivie », dans la table "
            "FORMATION de Paramètres."
        )
    for r in matin.reprises:
        lignes.append(f"Reprise : {r.dossier.eleve} ({r.critere.value} du {french(r.date)})")
    return lignes
