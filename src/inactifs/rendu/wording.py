"""French as every form writes it: numbers, days, states, relances, and what was said last."""

from __future__ import annotations

from datetime import date

from inactifs.classeur.cells import written_moyen
from inactifs.dates import french
from inactifs.messages import contract_ended
from inactifs.procedure.modele import Dossier, Eleve, Etat, Issue, Moyen, Relance
from inactifs.procedure.notes import is_note
from inactifs.procedure.suivi import Situation

INSECABLE = "\u00a0"
FINE = "\u202f"
VIDE = "—"

ETATS = {
    Etat.A_RAPPELER: "À rappeler",
    Etat.A_RELANCER: "À relancer",
    Etat.EN_ATTENTE: "En attente",
    Etat.SUSPENDU: "Suspendu",
    Etat.NE_PLUS_CONTACTER: "Ne plus contacter",
    Etat.ACTIF: "Actif",
    Etat.A_CLOTURER: "À clôturer",
    Etat.REPRISE: "Reprise",
    Etat.ABANDON: "Abandon",
}


def typography(texte: str) -> str:
    """``texte`` with the spaces and apostrophes of French print."""
    return (
        texte.replace("'", "’")
        .replace(" ;", f"{FINE};")
        .replace(" :", f"{INSECABLE}:")
        .replace("« ", f"«{INSECABLE}")
        .replace(" »", f"{INSECABLE}»")
    )


def number(valeur: float | None, decimales: int = 0) -> str:
    """« 1 234 », « 12,5 »; a dash when there is none. A decimal zero is left out."""
    if valeur is None:
        return VIDE
    texte = f"{valeur:,.{decimales}f}"
    if decimales:
        texte = texte.removesuffix("." + "0" * decimales)
    return texte.replace(",", FINE).replace(".", ",")


def percent(part: float | None) -> str:
    """« 66,7 % »; a dash when there is nothing to share."""
    return VIDE if part is None else f"{number(part * 100, 1)}{INSECABLE}%"


def days(valeur: float | None) -> str:
    """« 12,5 jours »; a dash when there is none."""
    if valeur is None:
        return VIDE
    return f"{number(valeur, 1)}{INSECABLE}jour{'s' if valeur >= 2 else ''}"


def day(jour: date | None) -> str:
    """« 24/11/2026 »; a dash when there is none."""
    return french(jour) if jour else VIDE


def means(moyen: Moyen | None) -> str:
    """« Téléphone »; « Non précisé » where the tableau does not say."""
    return moyen.libelle if moyen else "Non précisé"


def outcome(relance: Relance, *, par: bool = False) -> str:
    """What came of a relance: « Sans réponse », « Message laissé », « Répondu le 26/11/2026 :
    plan de reprise »; ``par``: and by what means the answer came."""
    issue = relance.issue
    if not relance.repondu:
        return issue.libelle.capitalize() or "Sans réponse"
    quand = f" le {french(relance.repondu_le)}" if relance.repondu_le else ""
    moyen = f" {relance.repondu_par.libelle}" if par and relance.repondu_par else ""
    return f"Répondu{quand}{moyen}" + ("" if issue is Issue.REPONDU else f" : {issue.libelle}")


def relance_lines(dossier: Dossier) -> str:
    """« 24/08/2026 · SMS », and what came of it when somebody or nobody answered for good."""
    dits = [(r, lowered(outcome(r))) for r in dossier.relances]
    return "\n".join(
        joined(french(r.date), means(r.moyen)) + (f" ({dit})" if dit != "sans réponse" else "")
        for r, dit in dits
    )


def lowered(texte: str) -> str:
    """Its first letter small."""
    return texte[:1].lower() + texte[1:]


def list_of_means(moyens: tuple[Moyen, ...]) -> str:
    """« SMS ou téléphone »."""
    return " ou ".join(m.libelle for m in moyens)


def responsible(situation: Situation) -> str:
    """Who does the next step."""
    return situation.etape.responsable if situation.etape else VIDE


def next_step(situation: Situation) -> str:
    """What is to be done next on an open dossier."""
    if not situation.dossier.ouvert:
        return VIDE
    if situation.etape is not None:
        return situation.etape.libelle
    return "Clôture" if situation.echeance else "À vérifier"


def plural(nombre: float) -> str:
    """« s » from two on, as French counts."""
    return "s" if nombre >= 2 else ""


def many(nombre: int, mots: str) -> str:
    """« 0 élève suivi », « 2 élèves suivis »."""
    return f"{nombre} {mots if nombre < 2 else mots.replace(' ', 's ') + 's'}"


def joined(*textes: str) -> str:
    """« un · deux », the empty ones left out."""
    return " · ".join(filter(None, textes))


def last_said(dossier: Dossier, *, bare: bool = True) -> str:
    """« 24/11/2026 Téléphone (répondu : entretien) · cause : financière · « le soir » »: the last
    try (not a ``bare`` one, where a column of its own tells it), the cause, and the last line of
    the comment that a person typed; empty when nothing was ever said."""
    essai = ""
    for derniere in dossier.relances[-1:]:
        if bare or derniere.issue is not Issue.SANS_REPONSE:
            essai = f"{french(derniere.date)} {written_moyen(derniere)}"
    lignes = [ligne.strip() for ligne in dossier.commentaire.splitlines()]
    remarques = [f"« {ligne} »" for ligne in lignes if ligne and not is_note(ligne)]
    return joined(essai, dossier.cause and f"cause : {dossier.cause}", *remarques[-1:])


def reservations(eleve: Eleve, jour: date) -> str:
    """What to know before calling: a contract that has ended, a minor's legal representative. Since
    11 August 2026 calling somebody to sell asks for their consent beforehand; calls within a
    running contract do not (code de la consommation, article L. 223-1)."""
    representant = eleve.representant_legal
    return joined(
        contract_ended(eleve, jour), representant and f"représentant légal : {representant}"
    )
