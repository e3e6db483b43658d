"""What whoever calls has to know: what was said last, what was agreed, whom it is about."""

from __future__ import annotations

from datetime import date

from inactifs.classeur.moyens import written_moyen
from inactifs.dates import french
from inactifs.messages import contract_ended
from inactifs.procedure.modele import Dossier, Eleve, Issue
from inactifs.procedure.notes import is_note


def last_said(dossier: Dossier) -> str:
    """« 24/11/2026 Téléphone (répondu : entretien) · cause : financière · « le soir » »; empty
    when nothing was ever said."""
    morceaux = []
    if dossier.relances:
        derniere = dossier.relances[-1]
        morceaux.append(f"{french(derniere.date)} {written_moyen(derniere)}")
    return " · ".join([*morceaux, *_reasons(dossier)])


def beyond_last_try(dossier: Dossier) -> str:
    """The same without a bare try, which a column of its own tells."""
    if dossier.relances and dossier.relances[-1].issue is not Issue.SANS_REPONSE:
        return last_said(dossier)
    return " · ".join(_reasons(dossier))


def last_try(dossier: Dossier) -> str:
    """« 24/11 SMS »."""
    if not dossier.relances:
        return ""
    derniere = dossier.relances[-1]
    return f"{derniere.date:%d/%m} {derniere.moyen.libelle if derniere.moyen else '?'}"


def reservations(eleve: Eleve | None, jour: date) -> str:
    """What to know before calling: a contract that has ended, a minor's legal representative.

    Since 11 August 2026 calling somebody to sell asks for their consent beforehand; calls within
    a running contract do not (code de la consommation, article L. 223-1).
    """
    if eleve is None:
        return ""
    morceaux = [contract_ended(eleve, jour)]
    if eleve.representant_legal:
        morceaux.append(f"représentant légal : {eleve.representant_legal}")
    return " · ".join(filter(None, morceaux))


def last_remark(commentaire: str) -> str:
    """The last line of a comment that a person typed."""
    lignes = [ligne.strip() for ligne in commentaire.splitlines()]
    return next((ligne for ligne in reversed(lignes) if ligne and not is_note(ligne)), "")


def _reasons(dossier: Dossier) -> list[str]:
    remarque = last_remark(dossier.commentaire)
    cause = f"cause : {dossier.cause}" if dossier.cause else ""
    return [texte for texte in (cause, f"« {remarque} »" if remarque else "") if texte]
