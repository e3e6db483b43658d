"""How long a person's data are kept: whose time is over on a day.

The follow-up of inactivity has one duration: three years after the last sign of life *from the
person*. It is the length that the CNIL recommends after the last contact for prospecting, taken
here for want of a rule of its own (RGPD, article 5, 1, e). A relance without an answer, and a
closing for lack of answers, come from the school: they restart nothing. What proves the contract
or the accounts is kept longer, elsewhere: :data:`GARDER_AILLEURS`.
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
from inactifs.procedure.eleve import criteria
from inactifs.procedure.modele import Dossier, Eleve, Resultat
from inactifs.procedure.notes import DEMANDE_ELEVE, MENTION, Nature, without_reason, written

DUREE_ANS = 3
DUREE_MINIMALE_ANS = 1
"""The report tells of the twelve months before, and an auditor asks for them by name."""

REGLE = (
    f"Règle appliquée : le suivi de l'inactivité se garde {DUREE_ANS} ans après le dernier signe "
    "de vie de la personne, durée que la CNIL recommande pour la prospection (RGPD, article 5)."
)
GARDER_AILLEURS = (
    "À garder ailleurs, plus longtemps : le contrat et ce qui prouve la formation (5 ans après sa "
    "fin, code civil, article 2224 ; 10 ans s'il est conclu en ligne à partir de 120 €, code de la "
    "consommation, article L. 213-1) ; les pièces comptables (10 ans, code de commerce, article "
    "L. 123-22)."
)

_NEUTRE = re.compile(r"ANON-[0-9A-F]{4}")


class Sort(StrEnum):
    """What becomes of a person: anonymised, or why not."""

    ANONYMISER = "anonymiser"
    DEJA = "deja"
    SUIVI = "suivi"
    OUVERT = "ouvert"
    RECENT = "recent"
    DOUTEUX = "douteux"
    HEURES = "heures"
    """Hours that they paid for are still due."""


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
    """The last sign of life of a person: lesson, login, contact, answer, reprise, enrolment. Where
    none is known, the latest date of their rows stands for it: it can only be later."""
    signes: list[tuple[date | None, str]] = []
    if eleve is not None:
        signes += [(jour, critere.value) for critere, jour in criteria(eleve).items()]
        signes.append((eleve.inscrit_le, "inscription"))
    for dossier in dossiers:
        signes += [(r.reponse_le, "réponse") for r in dossier.relances]
        signes.append((dossier.derniere_activite, "dernière activité"))
        if dossier.resultat is Resultat.REPRISE:
            signes.append((dossier.cloture_le, "reprise"))
        elif DEMANDE_ELEVE in dossier.commentaire:
            signes.append((dossier.cloture_le, "demande d'abandon"))
    if not any(jour for jour, _ in signes):
        for d in dossiers:
            marques = (d.detecte_le, d.cloture_le, *(r.date for r in d.relances))
            signes += [(jour, "faute de mieux") for jour in marques]
    connus = [SigneDeVie(jour, nature) for jour, nature in signes if jour]
    return max(connus, key=lambda s: s.date, default=None)


@dataclass(frozen=True, slots=True)
class Sujet:
    """A person as the workbook knows them: ``mots`` are the words of their name; ``douteux``: a
    row or a date of theirs cannot be read, or it is not certain whose it is; ``heures`` are those
    that they paid for and have not had; ``nomme``: whoever purges named them, hours or not."""

    eleve: Eleve | None
    dossiers: tuple[Dossier, ...]
    mots: tuple[str, ...] = ()
    douteux: bool = False
    heures: float = 0
    nomme: bool = False


def fates(sujets: Sequence[Sujet], avant: date) -> list[Sort]:
    """What becomes of everybody when everything older than ``avant`` is anonymised. A row that no
    student of the register owns stays as long as somebody who stays bears its name: it may be
    theirs, under another number."""
    sorts = [(sujet, fate(sujet, avant)) for sujet in sujets]
    gardes = {s.mots for s, sort in sorts if sort not in (Sort.ANONYMISER, Sort.DEJA)}
    return [
        Sort.DOUTEUX if sort is Sort.ANONYMISER and s.eleve is None and s.mots in gardes else sort
        for s, sort in sorts
    ]


def fate(sujet: Sujet, avant: date) -> Sort:
    """What becomes of one person, whoever bears the same name."""
    eleve, dossiers = sujet.eleve, sujet.dossiers
    numeros = {d.numero for d in dossiers} | ({eleve.numero} if eleve else set())
    if numeros and all(is_neutral(n) for n in numeros):
        return Sort.DEJA
    if eleve is not None and eleve.suivi:
        return Sort.SUIVI
    if any(d.ouvert for d in dossiers):
        return Sort.OUVERT
    signe = last_sign(eleve, dossiers)
    if sujet.douteux or signe is None:
        return Sort.DOUTEUX
    if signe.date >= avant:
        return Sort.RECENT
    return Sort.HEURES if sujet.heures and not sujet.nomme else Sort.ANONYMISER


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
    lignes = [note for n in dossier.commentaire.splitlines() if (note := without_reason(n))]
    tapee = simplify(MENTION) in simplify(dossier.commentaire)
    if tapee and dossier.cloture_le and not any(n.startswith(MENTION) for n in lignes):
        lignes.append(written(Nature.CLOTURE, dossier.cloture_le))
    return "\n".join(lignes)
