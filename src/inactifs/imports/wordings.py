"""What the words of an export say: lesson attended, reserved or not; who made the contact.

The words are those of French planning software and call registers. A word that is not here
is not guessed: its line is rejected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from inactifs.imports.cell_values import most


class Effet(StrEnum):
    """What a line does for the procedure."""

    FAIT = "fait"  # happened
    RESERVE = "réservé"  # a lesson reserved, past or future
    COMPTE = "compte"  # happened if its day has come, else reserved
    RIEN = "rien"  # does not count; a reservation on that day is taken back


def _set(mots: str) -> frozenset[str]:
    return frozenset(mots.split())


_FAIT = _set(
    "effectue realise fait faite present presente presence honore termine accompli accomplie "
    "dispense venu venue emarge signe donne consomme decompte done completed attended fini pointe "
    "assure execute assiste eff"
)
_RESERVE = _set(
    "reserve reservation planifie prevu prevue confirme programme booked scheduled confirmed venir "
    "accepte inscrit inscrite pris occupe res resa"
)
_COMPTE = _set("valide oui ok vrai true yes x 1 maintenu facture paye regle passe cloture")
_RIEN = _set(
    "annule annulation ann absent absente absence abs manque reporte report reporter deplace "
    "deplacer decommande supprime refuse excuse cancelled canceled missed noshow lapin libre "
    "disponible indisponible desiste desistement defection replanifie replanifier reprogramme "
    "reprogrammer deprogramme decale decaler rate loupe perdu perdue rejete desinscrit conge "
    "faux false no ko 0"
)
_DETAILS = _set("facture paye regle solde decompte signe justifie excuse motive annule")
"""Words whose negation says nothing of the lesson: « effectué, non facturé »."""
_LETTRES = {
    "p": Effet.FAIT, "f": Effet.FAIT, "o": Effet.COMPTE, "a": Effet.RIEN, "n": Effet.RIEN,
}  # fmt: skip
"""The letters of attendance sheets, alone in their cell."""
_COCHES = str.maketrans(dict.fromkeys("✓✔☑✅", "oui") | dict.fromkeys("✗✘✖❌☐", "non"))
_NON = _set("non no n faux false 0 aucun aucune")
_LA = _set("present presente")
_EXCUSE = _set("excuse justifie injustifie motive")
_EN_EFFET = _set("oui o yes vrai true x 1 le")

_ENTRANT = _set(
    "entrant entrante recu recue reception in inbound incoming received arrive visite "
    "passage comptoir ent entr"
)
_SORTANT = _set(
    "sortant sortante sort emis emise envoye out outbound outgoing sent depart relance laisse "
    "ecole autoecole ae secretariat agence bureau moniteur enseignant direction"
)
_DIRECTIONS = _set(
    "entrant entrante sortant sortante recu recue emis emise envoye in out inbound outbound "
    "incoming outgoing received sent"
)
"""The words of a direction that say nothing else."""
_RIEN_QUE_LECON = _set(
    "annule annulation absent absente absence reporte excuse honore present presente reserve "
    "planifie effectue"
)
"""Statuses that a login or a call never has."""
_MOYENS = _set(
    "appel sms texto courrier courriel visite passage vocal whatsapp comptoir email mail telephone "
    "tel message"
)
_AILLEURS = _set("email mail telephone tel message")
"""The means that may also be how somebody logs in."""
_QUI = r"(?:eleve|candidate?|stagiaire|apprenante?|cliente?)\b"
_ECOLE = r"(?:auto ?ecole|ecole|ae|agence|secretariat|bureau)\b"
_VERS_ELEVE = re.compile(rf"\b(?:vers|a|pour|to) (?:l )?{_QUI}")
_VERS_ECOLE = re.compile(rf"\b(?:vers|a|au|pour|to) (?:l |la |le )?{_ECOLE}")
_A_APPELE_ELEVE = re.compile(
    rf"\b(?:(?:re?)?(?:appele|contacte)|joint|prevenu|averti|informe|relance) "
    rf"(?:l |le |la )?{_QUI}"
)
_DE_ELEVE = re.compile(rf"\b{_QUI}")


@lru_cache(1024)
def lesson_effect(texte: str) -> Effet | None:
    """What a lesson's status says; None when the words are not known.

    A word of cancellation wins over any other: « Réservé, annulé par l'élève ».
    """
    mots = _words(texte)
    if len(mots) == 1 and mots[0] in _LETTRES:
        return _LETTRES[mots[0]]
    if mots == ["non"]:
        return Effet.RIEN
    restants: list[str] = []
    nie = False
    for mot in mots:
        if mot in ("non", "pas", "not"):
            nie = True
        elif nie and mot in _DETAILS:
            nie = False
        elif nie and mot in _FAIT | _RESERVE | _COMPTE:
            return Effet.RIEN
        else:
            restants.append(mot)
    if "show" in restants:  # « no show »
        return Effet.RIEN
    presents = set(restants)
    for effet, connus in (
        (Effet.RIEN, _RIEN),
        (Effet.FAIT, _FAIT),
        (Effet.RESERVE, _RESERVE),
        (Effet.COMPTE, _COMPTE),
    ):
        if presents & connus:
            return effet
    return None


def cancelled(texte: str) -> bool | None:
    """What a column « Annulé » or « Absent » says: yes, no (or empty), or None for neither."""
    mots = _words(texte)
    if not mots or (mots[0] in _NON | _LA and not _EXCUSE & {*mots}):
        return False
    if _EXCUSE & {*mots} or mots[0] in _RIEN or mots[0] in _EN_EFFET:
        return True
    return True if mots[0].isdigit() else None  # the day of the cancellation


def says_no(texte: str) -> bool:
    """Whether a cell is a plain no: « Non », « 0 », a box that is not ticked."""
    return " ".join(_words(texte)) in _NON


@lru_cache(1024)
def contact_effect(texte: str) -> Effet | None:
    """Who made the contact: FAIT when the student did, RIEN when the school did, else None."""
    phrase = " ".join(_words(re.sub(r"→|[-=]*>", " vers ", texte)))
    if _VERS_ELEVE.search(phrase) or _A_APPELE_ELEVE.search(phrase):
        return Effet.RIEN
    if _VERS_ECOLE.search(phrase):
        return Effet.FAIT
    mots = set(phrase.split())
    entrant = bool(mots & _ENTRANT) or bool(_DE_ELEVE.search(phrase))
    sortant = bool(mots & _SORTANT)
    if entrant == sortant:
        return None
    return Effet.FAIT if entrant else Effet.RIEN


def are_of_lessons(textes: Sequence[str]) -> bool:
    """Whether most of the cells of a column are statuses of lessons, one at least of nothing
    else."""
    connus = [lesson_effect(texte) is not None for texte in textes]
    return most(connus) and any(map(only_of_lessons, textes))


def only_of_lessons(texte: str) -> bool:
    """Whether a status has a word that only a lesson has: « Absent », « Réservé »."""
    return not _RIEN_QUE_LECON.isdisjoint(_words(texte))


def names_a_direction(texte: str) -> bool:
    """Whether a cell says in so many words whether it came in or went out."""
    return not _DIRECTIONS.isdisjoint(_words(texte))


def names_a_means(textes: Sequence[str]) -> bool:
    """Whether most of the cells of a column name a means of contact, and one at least a means
    that is not a way to log in."""
    dits = [_MOYENS.intersection(_words(texte)) for texte in textes]
    return most([bool(d) for d in dits]) and any(d - _AILLEURS for d in dits)


def _words(texte: str) -> list[str]:
    """The words in their order, without case, accents nor marks of gender and number:
    « Effectuées » → « effectue »."""
    plat = unicodedata.normalize("NFKD", texte.casefold().translate(_COCHES))
    lettres = "".join(c for c in plat if not unicodedata.combining(c))
    lettres = re.sub(
        r"(?:\(e\)|[·.\-]e)(?:[·.\-]?s|\(s\))?(?![a-z])", "", lettres
    )  # « annulé(e) », « annulé·e »
    mots = []
    for mot in re.findall(r"[a-z]+|\d+", lettres):
        if len(mot) > 4:  # « émis » and « vers » keep theirs
            mot = mot.removesuffix("s")
            mot = mot[:-1] if mot.endswith("ee") else mot
        mots.append(mot)
    return mots
