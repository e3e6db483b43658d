"""The lines that the commands add to COMMENTAIRE: written here, and read again.

The tableau has one cell for each date; what a later command overwrites (a suspension, a
closing) is known afterwards by these lines only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from inactifs.dates import french, read_date
from inactifs.mots import fold

MENTION = "Abandonniste : dossier clôturé le"
"""What the procedure wants in the tableau of a closed dossier (contract, section 3)."""

DEMANDE_ELEVE = "à la demande de l'élève"
"""What the mention adds when the person gave up themselves."""

MOTIF_RETIRE = "motif retiré"
"""What takes the place of a reason that may name somebody."""

_JOUR = r"(\d{2}/\d{2}/\d{4})"
_CLOTURE = re.compile(rf"{MENTION} {_JOUR}(?: \((.*)\))?")
_SUSPENDU = re.compile(rf"Suspendu le {_JOUR} jusqu'au {_JOUR} : (.*)")
_ROUVERT = re.compile(rf"Dossier rouvert le {_JOUR} : (.*?)(?: \(reprise du {_JOUR}\))?")

_RECONTACT = re.compile(rf"Contact de nouveau accepté le {_JOUR} : (.*)")


class Nature(StrEnum):
    """What a line notes."""

    SUSPENSION = "suspension"
    CLOTURE = "cloture"
    REPRISE = "reprise"
    REOUVERTURE = "reouverture"
    CONTACT = "contact"  # « ne plus contacter » lifted


@dataclass(frozen=True, slots=True)
class Note:
    """One line read again: what was done on ``jour``, why, and until when for a suspension."""

    jour: date
    nature: Nature
    motif: str = ""
    fin: date | None = None


def closed(jour: date, precision: str = "") -> str:
    """The mention of a dossier closed on ``jour``."""
    mention = f"{MENTION} {french(jour)}"
    return f"{mention} ({precision})" if precision else mention


def paused(jour: date, fin: date, motif: str) -> str:
    """The note of a suspension decided on ``jour``, until ``fin``."""
    return f"Suspendu le {french(jour)} jusqu'au {french(fin)} : {motif}"


def reopened(jour: date, motif: str, reprise: date | None = None) -> str:
    """The note of a dossier reopened on ``jour``; ``reprise``: the day of the outcome that is
    taken back, of which no other trace would stay."""
    note = f"Dossier rouvert le {french(jour)} : {motif}"
    return f"{note} (reprise du {french(reprise)})" if reprise else note


def recontacted(jour: date, motif: str) -> str:
    """The note of « ne plus contacter » lifted on ``jour``."""
    return f"Contact de nouveau accepté le {french(jour)} : {motif}"


def is_note(ligne: str) -> bool:
    """Whether a line of a comment is one that a command added."""
    return any(m.match(ligne) for m in (_SUSPENDU, _CLOTURE, _ROUVERT, _RECONTACT))


def read_notes(commentaire: str) -> tuple[Note, ...]:
    """What the lines of a comment note, in their order; anything else that is there is left."""
    lues: list[Note] = []
    for ligne in commentaire.splitlines():
        try:
            lues += _read(ligne.strip())
        except ValueError:  # « 31/02/2026 »: altered by hand
            continue
    return tuple(lues)


def private_words(texte: str) -> list[str]:
    """The words of ``texte``, as typed, that most likely tell of health, of private life, of
    opinions or of justice, or that judge the person; those of the trade set aside."""
    mots = re.findall(r"\w+", texte)
    lu, debuts = "", {}
    for rang, mot in enumerate(mots):
        debuts[len(lu)] = rang
        lu += fold(mot) + " "
    metier, intimes = _private()
    lu = metier.sub(lambda m: "_" * len(m[0]), lu)
    return [
        " ".join(mots[debuts[trouve.start()] :][: trouve[0].count(" ") + 1])
        for trouve in intimes.finditer(lu)
    ]


@cache
def _private() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What recognises the words of the trade, and those about people."""
    listes = tomllib.loads(
        files("inactifs.procedure").joinpath("mots_intimes.toml").read_text("utf-8")
    )

    def any_of(*textes: str) -> re.Pattern[str]:
        mots = [m.strip() for texte in textes for m in re.split(r"[;\n]", texte) if m.strip()]
        mots.sort(key=len, reverse=True)  # the longest is what is shown
        choix = "|".join(re.escape(m).replace(r"\*", r"\w*") for m in mots)
        return re.compile(rf"\b(?:{choix})\b")

    metier = listes.pop("metier")
    return any_of(metier), any_of(*listes.values())


def without_reason(ligne: str) -> str:
    """A note with its dates alone, nothing that somebody typed; "" when the line is no note."""
    if trouve := _CLOTURE.match(ligne):
        precision = f" ({DEMANDE_ELEVE})" if DEMANDE_ELEVE in ligne else ""
        return f"{MENTION} {trouve[1]}{precision}"
    if trouve := _SUSPENDU.fullmatch(ligne):
        return ligne[: trouve.start(3)] + MOTIF_RETIRE
    if trouve := _RECONTACT.fullmatch(ligne):
        return ligne[: trouve.start(2)] + MOTIF_RETIRE
    if trouve := _ROUVERT.fullmatch(ligne):
        return ligne[: trouve.start(2)] + MOTIF_RETIRE + ligne[trouve.end(2) :]
    return ""


def _read(ligne: str) -> Iterator[Note]:
    if trouve := _SUSPENDU.fullmatch(ligne):
        yield Note(read_date(trouve[1]), Nature.SUSPENSION, trouve[3], read_date(trouve[2]))
    elif trouve := _CLOTURE.fullmatch(ligne):
        yield Note(read_date(trouve[1]), Nature.CLOTURE, trouve[2] or "")
    elif trouve := _RECONTACT.fullmatch(ligne):
        yield Note(read_date(trouve[1]), Nature.CONTACT, trouve[2])
    elif trouve := _ROUVERT.fullmatch(ligne):
        if trouve[3]:
            yield Note(read_date(trouve[3]), Nature.REPRISE)
        yield Note(read_date(trouve[1]), Nature.REOUVERTURE, trouve[2])
