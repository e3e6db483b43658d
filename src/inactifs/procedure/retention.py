"""How long a person's data are kept: whose time is over on a day.

The school keeps them three years after the last sign of life *from the person* (the length
that the CNIL recommends after the last contact; RGPD, article 5, 1, e). A relance without an
answer, and a closing for lack of answers, come from the school: they restart nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import simplify
from inactifs.procedure.inactivite import criteria
from inactifs.procedure.modele import Critere, Dossier, Eleve, Resultat
from inactifs.procedure.notes import DEMANDE_ELEVE, MENTION, closed, without_reason

DUREE_ANS = 3
DUREE_MINIMALE_ANS = 1
"""The report tells of the twelve months before, and an auditor asks for them by name."""

_NEUTRE = re.compile(r"ANON-[0-9A-F]{4}")
_NATURES = {
    Critere.COURS: "cours",
    Critere.CONNEXION: "connexion",
    Critere.CONTACT: "contact",
}


class Sort(StrEnum):
    """What becomes of a person: anonymised, or why not."""

    ANONYMISER = "anonymiser"
    DEJA = "deja"
    SUIVI = "suivi"
    OUVERT = "ouvert"
    RECENT = "recent"
    DOUTEUX = "douteux"


@dataclass(frozen=True, slots=True)
class SigneDeVie:
    """The last sign of life, and what it was, in French."""

    date: date
    nature: str


def default_limit(jour: date) -> date:
    """The date before which a last sign of life is too old on ``jour``."""
    return jour - relativedelta(years=DUREE_ANS)


def check_limit(avant: date, jour: date) -> None:
    """Raise ``Refus`` when ``avant`` would take cases that are still needed."""
    limite = jour - relativedelta(years=DUREE_MINIMALE_ANS)
    if avant > limite:
        raise Refus(
            f"--avant {french(avant)} : les dossiers de moins d'un an ne s'anonymisent pas, le "
            "rapport et l'auditeur en ont encore besoin.",
            f"Donnez une date jusqu'au {french(limite)} ; la durée habituelle donne le "
            f"{french(default_limit(jour))}.",
        )


def last_sign(eleve: Eleve | None, dossiers: Sequence[Dossier]) -> SigneDeVie | None:
    """The last sign of life of a person: lesson, login, contact, answer, reprise, enrolment.

    Args:
        eleve: the register's student, None when it knows none.
        dossiers: the person's rows of the tableau.

    Returns:
        None when no date is known. Where none comes from the person, the latest date of the
        rows stands for it: it can only be later.
    """
    signes: list[SigneDeVie] = []
    if eleve is not None:
        signes += [
            SigneDeVie(jour, _NATURES[critere]) for critere, jour in criteria(eleve).items() if jour
        ]
        if eleve.inscrit_le is not None:
            signes.append(SigneDeVie(eleve.inscrit_le, "inscription"))
    for dossier in dossiers:
        signes += [SigneDeVie(r.date, "réponse") for r in dossier.relances if r.repondu]
        if dossier.derniere_activite is not None:
            signes.append(SigneDeVie(dossier.derniere_activite, "dernière activité"))
        if dossier.cloture_le is not None and _ended_by_the_person(dossier):
            nature = "reprise" if dossier.resultat is Resultat.REPRISE else "demande d'abandon"
            signes.append(SigneDeVie(dossier.cloture_le, nature))
    if not signes:
        marques = [
            jour
            for d in dossiers
            for jour in (d.detecte_le, d.cloture_le, *(r.date for r in d.relances))
            if jour is not None
        ]
        signes += [SigneDeVie(jour, "faute de mieux") for jour in marques]
    return max(signes, key=lambda s: s.date, default=None)


def fate(
    eleve: Eleve | None,
    dossiers: Sequence[Dossier],
    signe: SigneDeVie | None,
    avant: date,
    *,
    douteux: bool = False,
) -> Sort:
    """What becomes of a person when everything older than ``avant`` is anonymised.

    Never an open case nor a student that the procedure follows. ``douteux``: a row or a date of
    theirs cannot be read, or it is not certain whose it is.
    """
    numeros = {d.numero for d in dossiers} | ({eleve.numero} if eleve else set())
    if numeros and all(is_neutral(n) for n in numeros):
        return Sort.DEJA
    if eleve is not None and eleve.suivi:
        return Sort.SUIVI
    if any(d.ouvert for d in dossiers):
        return Sort.OUVERT
    if douteux or signe is None:
        return Sort.DOUTEUX
    return Sort.ANONYMISER if signe.date < avant else Sort.RECENT


def neutral_number(code: str) -> str:
    """« ANON-3F9A »: the number that takes the place of a student's."""
    return f"ANON-{code}"


def neutral_name(code: str) -> str:
    """« Anonymisé 3F9A »: unlike any other, so that rows are still told apart."""
    return f"Anonymisé {code}"


def is_neutral(numero: str) -> bool:
    """Whether a number is one of :func:`neutral_number`."""
    return _NEUTRE.fullmatch(numero) is not None


def neutral_comment(dossier: Dossier) -> str:
    """What may stay of COMMENTAIRE: the tool's own notes with their dates, for the figures and
    for the mention that the procedure asks for; no reason, no other word."""
    lignes = [
        garde for ligne in dossier.commentaire.splitlines() if (garde := without_reason(ligne))
    ]
    if (
        dossier.cloture_le is not None
        and simplify(MENTION) in simplify(dossier.commentaire)
        and not any(ligne.startswith(MENTION) for ligne in lignes)
    ):  # typed by hand
        lignes.append(closed(dossier.cloture_le))
    return "\n".join(lignes)


def _ended_by_the_person(dossier: Dossier) -> bool:
    return dossier.resultat is Resultat.REPRISE or DEMANDE_ELEVE in dossier.commentaire
