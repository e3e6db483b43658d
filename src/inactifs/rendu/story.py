"""``show``: a person, why they are said inactive, and each dossier's story in order of time, each
date with the rule that gave it.

Everything is recomputed from the row, the register and the rules: nothing else is kept. The
pauses, reopenings and closings of the past are read from the notes that the tool itself wrote
in COMMENTAIRE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from inactifs.bilan.timelines import as_of, bounds
from inactifs.classeur.findings import turn_awaited
from inactifs.dates import french
from inactifs.messages import code_valid_until, contract_ended
from inactifs.phones import format_phone
from inactifs.procedure.eleve import criteria, inactive_from
from inactifs.procedure.matin import last_known
from inactifs.procedure.modele import Critere, Dossier, Eleve, Etat, Regles, Resultat, ordinal
from inactifs.procedure.notes import Nature, read_notes
from inactifs.procedure.suivi import (
    Situation,
    detection_day,
    returned,
    situate,
    suspension,
    unanswered_days,
)
from inactifs.rendu.cases import Json, case_json, iso
from inactifs.rendu.table import draw, ranked, shown
from inactifs.rendu.wording import ETATS, list_of_means, lowered, many, outcome

if TYPE_CHECKING:
    from rich.console import RenderableType

    from inactifs.classeur.values import Classeur
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne


_ACTIVITES = {
    Critere.COURS: "Dernier cours",
    Critere.CONNEXION: "Dernière connexion à PASS Rousseau",
    Critere.CONTACT: "Dernier signe de vie de l'élève",
}
_ABANDON = "Clôturé : abandonniste"
_REPRISE = "Reprise : dossier terminé"
_RAISON_REPRISE = "un cours, une connexion, ou l'élève dit qu'il reprend"


@dataclass(frozen=True, slots=True)
class Evenement:
    """What happened, or will, on ``date``.

    ``nature`` is one of inscription, activite, inactivite, detection, relance, suspension,
    reouverture, cloture, retour, echeance; ``regle`` says which rule gave the date, or what it
    entails, and is empty where there is nothing to explain.
    """

    date: date
    nature: str
    texte: str
    regle: str = ""


def event_json(evenement: Evenement) -> Json:
    """One event of a case's story, with the rule that gave its date."""
    return asdict(evenement) | {"date": iso(evenement.date)}


def story(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> tuple[Evenement, ...]:
    """What the row and the register tell of a dossier on ``jour``, oldest first."""
    regles = regles.applied_to(eleve)
    evenements = [
        *_activities(dossier, eleve, regles, jour),
        *_inactivity(dossier, eleve, regles, jour),
        *_relances(dossier, regles),
        *_notes(dossier),
        *_end(dossier, eleve),
        *_due(dossier, eleve, regles, jour),
    ]
    return tuple(sorted(evenements, key=lambda e: e.date))  # stable: causes before effects


def reason_of_due(situation: Situation, regles: Regles) -> str:
    """Why the step, or the closing, is due on ``situation.echeance``: « 7 jours après… »."""
    dossier, etape = situation.dossier, situation.etape
    jours = unanswered_days(dossier)
    if situation.echeance is None:
        return ""
    if not jours:
        depuis, delai, raison = detection_day(dossier, situation.echeance), 0, "dès la détection"
    elif etape is not None:
        depuis, delai = jours[-1], etape.delai
        raison = (
            f"{many(delai, 'jour')} après la {ordinal(etape.numero - 1)}, faite le {french(depuis)}"
        )
    else:
        depuis, delai = jours[-1], regles.delai_reponse
        reste = f"{many(delai, 'jour')} après" if delai else "dès"
        raison = f"{reste} la dernière relance, faite le {french(depuis)}"
    fin = suspension(dossier, regles)
    if fin is not None and fin >= regles.due_date(depuis, delai):
        depuis, delai = fin, 1
        raison = f"le lendemain de la suspension, qui finit le {french(fin)}"
    if situation.echeance != depuis + timedelta(days=delai):
        raison += ", reporté au jour ouvré suivant"
    return raison


def due_that_day(dossier: Dossier, jour: date, regles: Regles) -> Situation:
    """What a relance made on ``jour`` answers to: where the dossier stood on that day, before
    anything was done."""
    debut = bounds(dossier, regles)[0] or jour
    veille = as_of(dossier, debut, jour - timedelta(days=1), regles)
    return situate(veille, None, regles, jour)


def name_relance(due: Situation, *, essai: bool) -> str:
    """« 1re relance »; ``essai``: there was another one on that day already."""
    nom = due.etape.libelle if due.etape else "Relance hors plan"
    return f"{nom} (nouvel essai)" if essai else nom


def name_activity(jour: date, eleve: Eleve | None) -> str:
    """« dernier cours le 31/08/2026 »: the criterion whose date this is, as the register says."""
    if eleve is not None:
        for critere, quand in criteria(eleve).items():
            if quand == jour:
                nom = _ACTIVITES[critere]
                return f"{nom[0].lower()}{nom[1:]} le {french(jour)}"
        if eleve.inscrit_le == jour:
            return f"inscription le {french(jour)}, faute d'activité"
    return f"dernière activité le {french(jour)}"


def _activities(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> Iterator[Evenement]:
    """The enrolment and the latest date of each criterion, until the dossier ended."""
    derniere = dossier.derniere_activite
    connues: set[date] = set()
    fin = bounds(dossier, regles)[1]
    if eleve is not None:
        if eleve.inscrit_le is not None:
            connues.add(eleve.inscrit_le)
            yield Evenement(eleve.inscrit_le, "inscription", "Inscription")
        for critere, quand in criteria(eleve).items():
            if quand is None or (fin is not None and quand > fin):
                continue
            connues.add(quand)
            if critere is Critere.CONTACT and any(
                r.repondu and r.date == quand for r in dossier.relances
            ):
                continue  # told with the relance
            nom = "Cours réservé" if quand > jour else _ACTIVITES[critere]
            yield Evenement(quand, "activite", nom)
    if derniere is not None and derniere not in connues:
        yield Evenement(derniere, "activite", "Dernière activité notée dans le tableau")


def _inactivity(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> Iterator[Evenement]:
    derniere, detecte = dossier.derniere_activite, dossier.detecte_le
    if derniere is not None:
        seuil = inactive_from(derniere, regles.seuil_mois)
        nomme = name_activity(derniere, eleve)
        if detecte is None or derniere < detecte:
            depuis = "Inactif depuis ce jour" if seuil <= jour else "Inactif à partir de ce jour"
            regle = f"{nomme} + {regles.seuil_mois} mois"
            yield Evenement(seuil, "inactivite", depuis, regle)
        elif dossier.ouvert:
            yield Evenement(
                derniere,
                "activite",
                "La date de dernière activité de la ligne avance",
                f"{nomme}, après la détection : les relances d'avant ne comptent plus",
            )
    if detecte is not None:
        yield Evenement(
            detecte,
            "detection",
            "Dossier ouvert",
            f"plus de {regles.seuil_mois} mois sans activité, constatés ce jour",
        )


def _relances(dossier: Dossier, regles: Regles) -> Iterator[Evenement]:
    """Each relance with the step that it was on its day, and when that was due."""
    deja: set[date] = set()
    derniere_reponse = max((r.date for r in dossier.relances if r.repondu), default=None)
    for relance in dossier.relances:
        due = due_that_day(dossier, relance.date, regles)
        essai = relance.date in deja
        deja.add(relance.date)
        moyen = relance.moyen.libelle if relance.moyen else "moyen non indiqué"
        texte = f"{name_relance(due, essai=essai)} : {moyen}, {lowered(outcome(relance, par=True))}"
        regle = ""
        if due.etape is not None and due.echeance is not None and not essai:
            regle = f"due le {french(due.echeance)} : {reason_of_due(due, regles)}"
            regle += _lateness(due.retard_jours)
        if relance.repondu:
            suite = "le compte des relances repart à zéro"
            fin = suspension(dossier, regles)
            if relance.date == derniere_reponse and fin is not None and dossier.ouvert:
                suite += f", rien n'est dû jusqu'au {french(fin)}"
            regle = f"{regle} ; {suite}" if regle else suite
        elif relance.vaine:
            regle = "personne n'a été joint : l'étape reste à faire"
        yield Evenement(relance.date, "relance", texte, regle)


_NOTES = {
    Nature.SUSPENSION: ("suspension", "Suspendu : {motif}", "rien n'est dû jusqu'au {fin}"),
    Nature.REOUVERTURE: ("reouverture", "Dossier rouvert : {motif}", ""),
    Nature.CONTACT: ("contact", "Contact de nouveau accepté : {motif}", ""),
    Nature.REPRISE: ("cloture", _REPRISE, _RAISON_REPRISE),
    Nature.CLOTURE: ("cloture", _ABANDON, "{motif}"),
}
"""What a note of the comment tells: the nature of the event, its text, its rule."""


def _notes(dossier: Dossier) -> Iterator[Evenement]:
    """The pauses, reopenings and outcomes noted in the comment."""
    for note in read_notes(dossier.commentaire):
        nature, texte, regle = _NOTES[note.nature]
        motif = note.motif
        if note.nature is Nature.CLOTURE and not motif and note.jour == dossier.cloture_le:
            motif = f"{len(unanswered_days(dossier))} relances sans réponse"
        dits = {"motif": motif, "fin": shown(note.fin) or "?"}
        yield Evenement(note.jour, nature, texte.format(**dits), regle.format(**dits))


def _end(dossier: Dossier, eleve: Eleve | None) -> Iterator[Evenement]:
    fin = dossier.cloture_le
    if dossier.resultat is Resultat.REPRISE and fin is not None:
        yield Evenement(fin, "cloture", _REPRISE, _RAISON_REPRISE)
    if dossier.resultat is Resultat.ABANDON and fin is not None:
        notees = [n.jour for n in read_notes(dossier.commentaire) if n.nature is Nature.CLOTURE]
        if fin not in notees:
            yield Evenement(fin, "cloture", _ABANDON, "noté dans le tableau")
    if eleve is not None and (retour := returned(dossier, eleve)) is not None:
        critere, quand = retour
        quoi = "Un cours" if critere is Critere.COURS else "Une connexion"
        yield Evenement(
            quand,
            "retour",
            f"{quoi} après la clôture, alors que l'élève est abandonniste",
            "plus personne ne le suit : « inactifs reopen » s'il revient",
        )


def _due(dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date) -> Iterator[Evenement]:
    """The end of a suspension and the next step of an open dossier."""
    situation = situate(dossier, eleve, regles, jour)
    if situation.echeance is None:
        return
    if dossier.a_rappeler_le is not None:
        promis = f"Rappel promis : {dossier.a_rappeler_le.libelle}"
        yield Evenement(situation.echeance, "echeance", promis, "promis à l'élève")
        return
    nom = situation.etape.libelle if situation.etape else "Clôture possible"
    due = " due" if situation.etape else ""
    retard = situation.retard_jours
    suite = f", en retard de {many(retard, 'jour')}" if retard > 0 and situation.etape else ""
    raison = reason_of_due(situation, regles)
    yield Evenement(situation.echeance, "echeance", f"{nom}{due}{suite}", raison)


def _lateness(retard: int) -> str:
    if retard > 0:
        return f" ; faite avec {many(retard, 'jour')} de retard"
    return f" ; faite {many(-retard, 'jour')} avant" if retard < 0 else ""


_CRITERES = {
    Critere.COURS: "Cours effectué ou réservé",
    Critere.CONNEXION: "Connexion PASS Rousseau",
    Critere.CONTACT: "Visite, appel, email reçus",
}


def render_student(
    personne: Personne, situations: Sequence[Situation], classeur: Classeur, jour: date
) -> list[RenderableType]:
    """Everything about a student, and why: criterion by criterion, then each dossier's story."""
    lignes: list[RenderableType] = [personne.libelle]
    eleve = personne.eleve
    if eleve is None:
        lignes.append("Inconnu de la feuille Élèves : seul le tableau en parle.")
    else:
        seuil = classeur.regles.seuil_of(eleve)
        lignes += _student(eleve, classeur.regles.seuil_mois if seuil is None else seuil, jour)
        if eleve.suivi:
            derniere = last_known(eleve, personne.dossiers)
            lignes.append(verdict(eleve, derniere, seuil, jour))
    for s in situations:
        lignes += ["", *_case(s, eleve, classeur, jour)]
    for ligne in personne.illisibles:
        a = ligne.anomalie
        lignes += ["", f"Ligne {ligne.ligne} illisible ({a.feuille}, {a.cellule}) : {a.raison}"]
    if (attente := turn_awaited(classeur, eleve, jour)) is not None:
        lignes += ["", *attente]
    elif not situations and not personne.illisibles:
        lignes.append("Aucun dossier d'inactivité.")
    return lignes


def person_json(
    personne: Personne, situations: Sequence[Situation], regles: Regles, jour: date
) -> Json:
    """The same in JSON, after the student's name."""
    eleve, dossiers = personne.eleve, personne.dossiers
    dates: dict[Critere, date | None] = {}
    derniere = dossiers[-1].derniere_activite if dossiers else None
    if eleve is not None:
        dates, derniere = criteria(eleve), last_known(eleve, dossiers)
    seuil = regles.seuil_of(eleve)
    debut = inactive_from(derniere, seuil) if derniere and seuil is not None else None
    return {
        "statut": eleve.statut if eleve else "",
        "criteres": {c.value: iso(dates.get(c)) for c in Critere},
        "inscrit_le": iso(eleve.inscrit_le) if eleve else None,
        "derniere_activite": iso(derniere),
        "inactif_depuis": iso(debut) if debut and debut <= jour else None,
        "dossiers": [
            case_json(s)
            | {"histoire": [event_json(e) for e in story(s.dossier, eleve, regles, jour)]}
            for s in situations
        ],
    }


def verdict(eleve: Eleve, derniere: date | None, seuil_mois: int | None, jour: date) -> str:
    """« Inactif depuis le 01/12/2026 : dernier cours le 31/08/2026 + 3 mois. »"""
    if seuil_mois is None:
        return f"La formation « {eleve.formation} » n'est pas suivie (Paramètres)."
    if derniere is None:
        return "Aucune date : à vérifier, l'inactivité ne se devine pas."
    debut = french(inactive_from(derniere, seuil_mois))
    regle = f"{name_activity(derniere, eleve)} + {seuil_mois} mois"
    if inactive_from(derniere, seuil_mois) <= jour:
        return f"Inactif depuis le {debut} : {regle}."
    return f"Actif ; inactif à partir du {debut} si rien ne se passe : {regle}."


def _student(eleve: Eleve, seuil_mois: int, jour: date) -> list[RenderableType]:
    contact = "   ".join(t for t in (format_phone(eleve.telephone), eleve.email) if t)
    entete = f"Statut : {eleve.statut or 'en formation'}"
    if not eleve.suivi:
        entete += " (la procédure ne suit pas cet élève)"
    dates = criteria(eleve)
    lignes = [
        (
            _CRITERES[critere],
            shown(quand) or "jamais",
            _worth(quand, seuil_mois, jour) if eleve.suivi else "",
        )
        for critere, quand in dates.items()
    ]
    sert = eleve.suivi and not any(dates.values())
    reste = _worth(eleve.inscrit_le, seuil_mois, jour) if sert else "ne sert que faute d'activité"
    lignes.append(("Inscription", shown(eleve.inscrit_le) or "non notée", reste))
    table = draw("Critères", ranked("Critère", "Dernière date", "Ce qu'il en reste"), lignes)
    return [f"{entete}   {contact}".rstrip(), *_kept(eleve, jour), table]


def _kept(eleve: Eleve, jour: date) -> list[RenderableType]:
    """What the optional columns tell, and whether they may be contacted."""
    valable = code_valid_until(eleve)
    faits = (
        ("Ne plus contacter", eleve.ne_plus_contacter),
        ("Adresse", ", ".join(eleve.adresse.splitlines())),
        ("Représentant légal", eleve.representant_legal),
        ("Heures restantes", eleve.heures_restantes),
        ("Code valable jusqu'au", shown(valable)),
        ("Fin de contrat", shown(eleve.fin_contrat)),
    )
    lignes: list[RenderableType] = [f"{nom} : {valeur}" for nom, valeur in faits if valeur]
    if fini := contract_ended(eleve, jour):
        lignes.append(f"Attention, {fini} (code de la consommation, article L. 223-1).")
    return lignes


def _worth(quand: date | None, seuil_mois: int, jour: date) -> str:
    """How long a date keeps, or kept, the student active."""
    if quand is None:
        return ""
    fin = inactive_from(quand, seuil_mois)
    return f"{'ne compte plus depuis' if fin <= jour else 'actif avant'} le {french(fin)}"


def _case(
    situation: Situation, eleve: Eleve | None, classeur: Classeur, jour: date
) -> list[RenderableType]:
    d = situation.dossier
    etat = f"Dossier de la ligne {d.ligne} : {ETATS[situation.etat].lower()}"
    fin = suspension(d, classeur.regles)
    if situation.etat is Etat.SUSPENDU and fin is not None and fin >= jour:
        etat += f" jusqu'au {french(fin)}"
    if (etape := situation.etape) and situation.etat is Etat.A_RELANCER:
        etat += f" ({etape.libelle}, {list_of_means(etape.moyens)}, {etape.responsable})"
    lignes: list[RenderableType] = [etat]
    if d.ligne in classeur.doublons:
        lignes.append("  Un dossier plus récent est ouvert : celui-ci n'est pas suivi.")
    recit = story(d, eleve, classeur.regles, jour)
    for rang, e in enumerate(recit):
        if e.date > jour and (rang == 0 or recit[rang - 1].date <= jour):
            lignes.append(f"  ---------- nous sommes le {french(jour)}")
        lignes.append(f"  {french(e.date)}  {e.texte}")
        if e.regle:
            lignes.append(f"{' ' * 14}({e.regle})")
    if d.cause:
        lignes.append(f"  Cause : {d.cause}")
    for rang, texte in enumerate(filter(None, d.commentaire.splitlines())):
        lignes.append(f"{' ' * 16 if rang else '  Commentaire : '}{texte}")
    return lignes
