"""``show`` in the terminal: a person, why they are said inactive, and each dossier's story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from inactifs.classeur.findings import turn_awaited
from inactifs.dates import french
from inactifs.messages import code_valid_until, contract_ended
from inactifs.phones import format_phone
from inactifs.procedure.inactivite import criteria, inactive_from, last_activity
from inactifs.procedure.matin import last_known
from inactifs.procedure.modele import Critere, Eleve, Etat
from inactifs.procedure.suivi import suspension
from inactifs.rendu.morning import day_or_blank
from inactifs.rendu.story import name_activity, story
from inactifs.rendu.table import table_of
from inactifs.rendu.wording import ETATS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from inactifs.classeur.valeurs import Classeur
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne

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
    table = table_of("Critères", "Critère", "Dernière date", "Ce qu'il en reste")
    for critere, quand in criteria(eleve).items():
        reste = _worth(quand, seuil_mois, jour) if eleve.suivi else ""
        table.add_row(_CRITERES[critere], day_or_blank(quand) or "jamais", reste)
    sans = last_activity(eleve) == eleve.inscrit_le and not any(criteria(eleve).values())
    sert = sans and eleve.suivi
    reste = _worth(eleve.inscrit_le, seuil_mois, jour) if sert else "ne sert que faute d'activité"
    table.add_row("Inscription", day_or_blank(eleve.inscrit_le) or "non notée", reste)
    return [f"{entete}   {contact}".rstrip(), *_kept(eleve, jour), table]


def _kept(eleve: Eleve, jour: date) -> list[RenderableType]:
    """What the optional columns tell, and whether they may be contacted."""
    valable = code_valid_until(eleve)
    faits = (
        ("Ne plus contacter", eleve.ne_plus_contacter),
        ("Adresse", ", ".join(eleve.adresse.splitlines())),
        ("Représentant légal", eleve.representant_legal),
        ("Heures restantes", eleve.heures_restantes),
        ("Code valable jusqu'au", day_or_blank(valable)),
        ("Fin de contrat", day_or_blank(eleve.fin_contrat)),
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
    return (
        f"ne compte plus depuis le {french(fin)}"
        if fin <= jour
        else f"actif avant le {french(fin)}"
    )


def _case(
    situation: Situation, eleve: Eleve | None, classeur: Classeur, jour: date
) -> list[RenderableType]:
    d = situation.dossier
    etat = f"Dossier de la ligne {d.ligne} : {ETATS[situation.etat].lower()}"
    fin = suspension(d, classeur.regles)
    if situation.etat is Etat.SUSPENDU and fin is not None and fin >= jour:
        etat += f" jusqu'au {french(fin)}"
    if situation.etape and situation.etat is Etat.A_RELANCER:
        moyens = " ou ".join(m.libelle for m in situation.etape.moyens)
        etat += f" ({situation.etape.libelle}, {moyens}, {situation.etape.responsable})"
    lignes: list[RenderableType] = [etat]
    if d.ligne in classeur.doublons:
        lignes.append("  Un dossier plus récent est ouvert : celui-ci n'est pas suivi.")
    aujourdhui = False
    for e in story(d, eleve, classeur.regles, jour):
        if e.date > jour and not aujourdhui:
            aujourdhui = True
            lignes.append(f"  ---------- nous sommes le {french(jour)}")
        lignes.append(f"  {french(e.date)}  {e.texte}")
        if e.regle:
            lignes.append(f"{' ' * 14}({e.regle})")
    if d.cause:
        lignes.append(f"  Cause : {d.cause}")
    premiere = True
    for texte in filter(None, d.commentaire.splitlines()):
        lignes.append(("  Commentaire : " if premiere else " " * 16) + texte)
        premiere = False
    return lignes
