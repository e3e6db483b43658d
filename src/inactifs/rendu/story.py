"""``show``: a person, why they are said inactive, and each dossier's story in order of time, each
date with the rule that gave it. Everything is recomputed from the row, the register and the rules;
the pauses, reopenings and closings of the past are read from the notes that the tool itself wrote
in COMMENTAIRE. What is said of each event is in ``story.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from inactifs.bilan.timelines import as_of, bounds
from inactifs.classeur.findings import turn_awaited
from inactifs.dates import french
from inactifs.messages import code_valid_until, contract_ended
from inactifs.mots import data_file
from inactifs.phones import format_phone
from inactifs.procedure import suivi
from inactifs.procedure.eleve import criteria, inactive_from
from inactifs.procedure.matin import last_known
from inactifs.procedure.modele import Critere, Dossier, Eleve, Etat, Regles, Resultat, ordinal
from inactifs.procedure.notes import Nature, read_notes
from inactifs.procedure.suivi import Situation, situate, suspension, unanswered_days
from inactifs.rendu.cases import Json, case_json, iso
from inactifs.rendu.table import Bloc, draw, ranked, shown
from inactifs.rendu.wording import ETATS, list_of_means, lowered, many, outcome

if TYPE_CHECKING:
    from inactifs.classeur.values import Classeur
    from inactifs.recherche import Personne


@dataclass(frozen=True, slots=True)
class Evenement:
    """What happened, or will, on ``date``. ``nature`` is one of inscription, activite, inactivite,
    detection, relance, suspension, reouverture, cloture, retour, echeance; ``regle`` says which
    rule gave the date, or what it entails, and is empty where there is nothing to explain."""

    date: date
    nature: str
    texte: str
    regle: str = ""


def _texts() -> dict[str, dict[str, str]]:
    return data_file("rendu/story.toml")


def _told(cle: str, jour: date, **dits: object) -> Evenement:
    ligne = _texts()[cle]
    texte, regle = ligne["texte"].format(**dits), ligne.get("regle", "").format(**dits)
    return Evenement(jour, ligne.get("nature", cle), texte, regle)


def story(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> tuple[Evenement, ...]:
    """What the row and the register tell of a dossier on ``jour``, oldest first."""
    regles = regles.applied_to(eleve)
    evenements = [
        *_until_detected(dossier, eleve, regles, jour),
        *_relances(dossier, regles),
        *_since(dossier, eleve, regles, jour),
    ]
    return tuple(sorted(evenements, key=lambda e: e.date))  # stable: causes before effects


def reason_of_due(situation: Situation) -> str:
    """Why the step, or the closing, is due on ``situation.echeance``: « 7 jours après… »."""
    if situation.compte is None or situation.echeance is None:
        return ""
    origine, depuis, delai = situation.compte
    apres = f"{many(delai, 'jour')} après" if delai else "dès"
    relance = f"{ordinal(situation.etape.numero - 1)}" if situation.etape else "dernière relance"
    raison = {
        "detection": f"{apres} la détection",
        "relance": f"{apres} la {relance}, faite le {french(depuis)}",
        "suspension": f"le lendemain de la suspension, qui finit le {french(depuis)}",
    }[origine]
    reporte = situation.echeance != depuis + timedelta(days=delai)
    return f"{raison}, reporté au jour ouvré suivant" if reporte else raison


def due_that_day(dossier: Dossier, jour: date, regles: Regles) -> Situation:
    """What a relance made on ``jour`` answers to: where the dossier stood on that day, before
    anything was done."""
    debut = bounds(dossier, regles)[0] or jour
    veille, _ = as_of(dossier, debut, jour - timedelta(days=1), regles)
    return situate(veille, None, regles, jour)


def name_relance(due: Situation, *, essai: bool) -> str:
    """« 1re relance »; ``essai``: there was another one on that day already."""
    nom = due.etape.libelle if due.etape else "Relance hors plan"
    return f"{nom} (nouvel essai)" if essai else nom


def name_activity(jour: date, eleve: Eleve | None) -> str:
    """« dernier cours le 31/08/2026 »: the criterion whose date this is, as the register says."""
    siens = criteria(eleve) if eleve else {}
    if critere := next((c for c, quand in siens.items() if quand == jour), None):
        return f"{lowered(_texts()[f'activite_{critere}']['texte'])} le {french(jour)}"
    if eleve is not None and eleve.inscrit_le == jour:
        return f"inscription le {french(jour)}, faute d'activité"
    return f"dernière activité le {french(jour)}"


def _until_detected(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> Iterator[Evenement]:
    """The enrolment and the latest date of each criterion, until the dossier ended; since when
    the student is inactive, and the detection."""
    connues: set[date] = set()
    fin = bounds(dossier, regles)[1]
    if eleve is not None and eleve.inscrit_le is not None:
        connues.add(eleve.inscrit_le)
        yield _told("inscription", eleve.inscrit_le)
    for critere, quand in criteria(eleve).items() if eleve else ():
        if quand is None or (fin is not None and quand > fin):
            continue
        connues.add(quand)
        repondue = any(r.repondu and r.date == quand for r in dossier.relances)
        if critere is not Critere.CONTACT or not repondue:  # else it is told with the relance
            yield _told("reserve" if quand > jour else f"activite_{critere}", quand)
    derniere, detecte, mois = dossier.derniere_activite, dossier.detecte_le, regles.seuil_mois
    if derniere is not None:
        if derniere not in connues:
            yield _told("tableau", derniere)
        seuil, nomme = inactive_from(derniere, mois), name_activity(derniere, eleve)
        if detecte is None or derniere < detecte:
            depuis = "depuis" if seuil <= jour else "à partir de"
            yield _told("inactivite", seuil, depuis=depuis, nomme=nomme, mois=mois)
        elif dossier.ouvert:
            yield _told("avance", derniere, nomme=nomme)
    if detecte is not None:
        yield _told("detection", detecte, mois=mois)


def _relances(dossier: Dossier, regles: Regles) -> Iterator[Evenement]:
    """Each relance with the step that it was on its day, and when that was due."""
    deja: set[date] = set()
    derniere_reponse = max((r.date for r in dossier.relances if r.repondu), default=None)
    for relance in dossier.relances:
        due = due_that_day(dossier, relance.date, regles)
        essai = relance.date in deja
        deja.add(relance.date)
        regle = ""
        if due.etape is not None and due.echeance is not None and not essai:
            regle = f"due le {french(due.echeance)} : {reason_of_due(due)}"
            ecart = due.retard_jours
            regle += f" ; faite avec {many(ecart, 'jour')} de retard" if ecart > 0 else ""
            regle += f" ; faite {many(-ecart, 'jour')} avant" if ecart < 0 else ""
        if relance.repondu:
            suite = "le compte des relances repart à zéro"
            fin = suspension(dossier, regles)
            if relance.date == derniere_reponse and fin is not None and dossier.ouvert:
                suite += f", rien n'est dû jusqu'au {french(fin)}"
            regle = f"{regle} ; {suite}" if regle else suite
        elif relance.vaine:
            regle = "personne n'a été joint : l'étape reste à faire"
        yield _told(
            "relance",
            relance.date,
            nom=name_relance(due, essai=essai),
            moyen=relance.moyen.libelle if relance.moyen else "moyen non indiqué",
            issue=lowered(outcome(relance, par=True)),
            regle=regle,
        )


def _since(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> Iterator[Evenement]:
    """The pauses, reopenings and outcomes noted in the comment; the end; or the next step."""
    notes, fin = read_notes(dossier.commentaire), dossier.cloture_le
    for note in notes:
        motif = note.motif
        if note.nature is Nature.CLOTURE and not motif and note.jour == fin:
            motif = f"{len(unanswered_days(dossier))} relances sans réponse"
        yield _told(note.nature, note.jour, motif=motif, fin=shown(note.fin) or "?")
    if fin is not None and dossier.resultat is Resultat.REPRISE:
        yield _told("reprise", fin)
    notee = any(n.nature is Nature.CLOTURE and n.jour == fin for n in notes)
    if fin is not None and dossier.resultat is Resultat.ABANDON and not notee:
        yield _told("cloture", fin, motif="noté dans le tableau")
    if eleve is not None and (retour := suivi.returned(dossier, eleve)) is not None:
        critere, quand = retour
        yield _told(
            "retour", quand, quoi="Un cours" if critere is Critere.COURS else "Une connexion"
        )
    situation = situate(dossier, eleve, regles, jour)
    if situation.echeance is None:
        return
    if dossier.a_rappeler_le is not None:
        yield _told("promis", situation.echeance, quand=dossier.a_rappeler_le.libelle)
        return
    nom, retard = "Clôture possible", situation.retard_jours
    if situation.etape:
        nom = f"{situation.etape.libelle} due"
        nom += f", en retard de {many(retard, 'jour')}" if retard > 0 else ""
    raison = reason_of_due(situation)
    yield _told("echeance", situation.echeance, nom=nom, raison=raison)


def render_student(
    personne: Personne, situations: Sequence[Situation], classeur: Classeur, jour: date
) -> list[Bloc]:
    """Everything about a student, and why: criterion by criterion, then each dossier's story."""
    lignes: list[Bloc] = [personne.libelle]
    eleve = personne.eleve
    if eleve is None:
        lignes.append("Inconnu de la feuille Élèves : seul le tableau en parle.")
    else:
        seuil = classeur.regles.seuil_of(eleve)
        lignes += _student(eleve, classeur.regles.seuil_mois if seuil is None else seuil, jour)
        if eleve.suivi:
            lignes.append(_verdict(eleve, last_known(eleve, personne.dossiers), seuil, jour))
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

    def history(dossier: Dossier) -> list[Json]:
        return [asdict(e) | {"date": iso(e.date)} for e in story(dossier, eleve, regles, jour)]

    return {
        "statut": eleve.statut if eleve else "",
        "criteres": {c.value: iso(dates.get(c)) for c in Critere},
        "inscrit_le": iso(eleve.inscrit_le) if eleve else None,
        "derniere_activite": iso(derniere),
        "inactif_depuis": iso(debut) if debut and debut <= jour else None,
        "dossiers": [case_json(s) | {"histoire": history(s.dossier)} for s in situations],
    }


def _verdict(eleve: Eleve, derniere: date | None, seuil_mois: int | None, jour: date) -> str:
    """« Inactif depuis le 01/12/2026 : dernier cours le 31/08/2026 + 3 mois. »"""
    if seuil_mois is None:
        return f"La formation « {eleve.formation} » n'est pas suivie (Paramètres)."
    if derniere is None:
        return "Aucune date : à vérifier, l'inactivité ne se devine pas."
    debut = inactive_from(derniere, seuil_mois)
    regle = f"{name_activity(derniere, eleve)} + {seuil_mois} mois."
    if debut <= jour:
        return f"Inactif depuis le {french(debut)} : {regle}"
    return f"Actif ; inactif à partir du {french(debut)} si rien ne se passe : {regle}"


def _student(eleve: Eleve, seuil_mois: int, jour: date) -> list[Bloc]:
    """What the register says: whether they are followed, how to reach them, what the optional
    columns tell; what each criterion is worth."""
    entete = f"Statut : {eleve.statut or 'en formation'}"
    if not eleve.suivi:
        entete += " (la procédure ne suit pas cet élève)"
    contact = "   ".join(filter(None, (format_phone(eleve.telephone), eleve.email)))
    faits = (
        ("Ne plus contacter", eleve.ne_plus_contacter),
        ("Adresse", ", ".join(eleve.adresse.splitlines())),
        ("Représentant légal", eleve.representant_legal),
        ("Heures restantes", eleve.heures_restantes),
        ("Code valable jusqu'au", shown(code_valid_until(eleve))),
        ("Fin de contrat", shown(eleve.fin_contrat)),
    )
    dits = [f"{entete}   {contact}".rstrip(), *(f"{nom} : {fait}" for nom, fait in faits if fait)]
    if fini := contract_ended(eleve, jour):
        dits.append(f"Attention, {fini} (code de la consommation, article L. 223-1).")
    dates = criteria(eleve)
    lignes = [
        (
            _texts()["criteres"][critere],
            shown(quand) or "jamais",
            _worth(quand, seuil_mois, jour) if eleve.suivi else "",
        )
        for critere, quand in dates.items()
    ]
    sert = eleve.suivi and not any(dates.values())
    reste = _worth(eleve.inscrit_le, seuil_mois, jour) if sert else "ne sert que faute d'activité"
    lignes.append(("Inscription", shown(eleve.inscrit_le) or "non notée", reste))
    colonnes = ranked("Critère", "Dernière date", "Ce qu'il en reste")
    return [*dits, draw("Critères", colonnes, lignes)]


def _worth(quand: date | None, seuil_mois: int, jour: date) -> str:
    """How long a date keeps, or kept, the student active."""
    if quand is None:
        return ""
    fin = inactive_from(quand, seuil_mois)
    return f"{'ne compte plus depuis' if fin <= jour else 'actif avant'} le {french(fin)}"


def _case(situation: Situation, eleve: Eleve | None, classeur: Classeur, jour: date) -> list[Bloc]:
    d = situation.dossier
    etat = f"Dossier de la ligne {d.ligne} : {ETATS[situation.etat].lower()}"
    fin = suspension(d, classeur.regles)
    if situation.etat is Etat.SUSPENDU and fin is not None and fin >= jour:
        etat += f" jusqu'au {french(fin)}"
    if (etape := situation.etape) and situation.etat is Etat.A_RELANCER:
        etat += f" ({etape.libelle}, {list_of_means(etape.moyens)}, {etape.responsable})"
    lignes: list[Bloc] = [etat]
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
