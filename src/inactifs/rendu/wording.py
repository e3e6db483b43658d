"""French as every form writes it: numbers, days, states, relances."""

from __future__ import annotations

from datetime import date

from inactifs.dates import french
from inactifs.procedure.modele import Etat, Issue, Moyen, Relance
from inactifs.procedure.suivi import Situation

INSECABLE = "\u00a0"
FINE = "\u202f"
VIDE = "—"

SANS_REPONSE = "Sans réponse"

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


def outcome(relance: Relance) -> str:
    """What came of a relance: « Sans réponse », « Message laissé », « Répondu le 26/11/2026 :
    plan de reprise »."""
    issue = relance.issue
    if not relance.repondu:
        return issue.libelle.capitalize() or SANS_REPONSE
    quand = f" le {french(relance.repondu_le)}" if relance.repondu_le else ""
    return f"Répondu{quand}" + ("" if issue is Issue.REPONDU else f" : {issue.libelle}")


def relance_line(relance: Relance) -> str:
    """« 24/08/2026 · SMS », and what came of it when somebody or nobody answered for good."""
    suite = "" if outcome(relance) == SANS_REPONSE else f" ({_lower(outcome(relance))})"
    return f"{french(relance.date)} · {means(relance.moyen)}{suite}"


def _lower(texte: str) -> str:
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
