"""The lines that the commands add to COMMENTAIRE: written here, and read again.

The tableau has one cell for each date; what a later command overwrites (a suspension, a
closing) is known afterwards by these lines only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeAlias

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
    metier, intimes = _private()
    trouves: list[str] = []
    for dit in re.split(r"[^\w\s'’-]+|\n", texte):
        mots = re.findall(r"[^\W_]+", dit)
        sons = [_sound(mot) for mot in mots]
        for debut, fin in _found(metier, sons):
            sons[debut:fin] = [""] * (fin - debut)
        trouves += [" ".join(mots[debut:fin]) for debut, fin in _found(intimes, sons)]
    return trouves


@dataclass(frozen=True, slots=True)
class _Place:
    """What may stand at one place of an expression: ``mots`` of one word, some known by their
    beginning or their end, or ``suites`` of several; ``vide``: nothing as well."""

    mots: frozenset[str]
    debuts: tuple[str, ...]
    fins: tuple[str, ...]
    suites: tuple[_Expression, ...]
    vide: bool

    def ends(self, sons: list[str], rang: int) -> Iterator[int]:
        """Where what stands at ``rang`` ends, if it is one of these."""
        son = sons[rang] if rang < len(sons) else ""
        if son and (son in self.mots or son.startswith(self.debuts) or son.endswith(self.fins)):
            yield rang + 1
        for suite in self.suites:
            yield from _ends(suite, sons, rang)
        if self.vide:
            yield rang


_TROIS_AU_PLUS, _FIN = "..", "$"
_Expression: TypeAlias = "tuple[_Place | str, ...]"
_Expressions: TypeAlias = "dict[str, list[_Expression]]"
"""By the two letters with which they may begin; under « » those that anything may begin."""


def _ends(expression: _Expression, sons: list[str], rang: int) -> Iterator[int]:
    """Where ``expression`` ends if it stands at ``rang``."""
    if not expression:
        yield rang
        return
    place, *reste = expression
    if place == _FIN:
        suivants: Iterable[int] = [rang] if rang == len(sons) else []
    elif isinstance(place, str):
        suivants = range(rang, min(rang + 4, len(sons)))
    else:
        suivants = place.ends(sons, rang)
    for suivant in suivants:
        yield from _ends(tuple(reste), sons, suivant)


def _beginnings(expression: _Expression) -> set[str]:
    place, *reste = expression
    if isinstance(place, str) or place.fins:
        return {""}
    debuts = {mot[:2] for mot in (*place.mots, *place.debuts)}
    suites = (*place.suites, *((tuple(reste),) if place.vide else ()))
    return debuts.union(*map(_beginnings, suites))


def _found(expressions: _Expressions, sons: list[str]) -> Iterator[tuple[int, int]]:
    """Where the expressions stand, the longest first, none inside another."""
    rang = 0
    while rang < len(sons):
        possibles = (*expressions.get(sons[rang][:2], ()), *expressions[""])
        fin = max((f for e in possibles for f in _ends(e, sons, rang)), default=rang)
        if fin > rang:
            yield rang, fin
        rang = max(fin, rang + 1)


@cache
def _sound(mot: str, debut: bool = False) -> str:
    """A word as it is heard, so that a slip of spelling (« depresion », « ospitalisé ») hides
    nothing: doubled letters are one, an h is silent, « ph » is f, « qu » and « c » are k, or s."""
    son = fold(mot)
    if len(son) < 5 and not debut:
        return son
    son = son.replace("ph", "f").replace("y", "i").replace("qu", "k")
    son = re.sub(r"(?<!c)h", "", re.sub(r"c(?=[ei])", "s", son))
    return re.sub(r"([^e])\1+", r"\1", re.sub(r"c(?!h)", "k", son).replace("z", "s"))


@cache
def _private() -> tuple[_Expressions, _Expressions]:
    """The expressions of the trade, and those about people."""
    donnees = tomllib.loads(
        files("inactifs.procedure").joinpath("mots_intimes.toml").read_text("utf-8")
    )
    classes = {nom: re.split(r"\s*\|\s*", mots) for nom, mots in donnees["classes"].items()}

    def expressions(*listes: str) -> _Expressions:
        par_debut: _Expressions = {"": []}
        for dit in (dit.split() for liste in listes for dit in re.split(r"[;\n]", liste)):
            expression = tuple(_place(element, classes) for element in dit)
            for debut in _beginnings(expression) if dit else ():
                par_debut.setdefault(debut, []).append(expression)
        return par_debut

    return expressions(donnees["metier"]["liste"]), expressions(*donnees["familles"].values())


def _place(element: str, classes: Mapping[str, list[str]]) -> _Place | str:
    if element in (_TROIS_AU_PLUS, _FIN):
        return element
    mots: set[str] = set()
    debuts, fins, suites = list[str](), list[str](), list[_Expression]()
    choix = element.removesuffix("?").split("|")
    for mot in (mot for c in choix for mot in (classes[c[1:-1]] if c[:1] == "{" else [c])):
        son = _sound(mot.strip("*!"), "*" in mot)
        if " " in mot or mot == _FIN:
            suites.append(tuple(_place(m, classes) for m in mot.split()))
        elif mot.startswith("*"):
            fins.append(son)
        elif mot.endswith("*"):
            # « agac* »: agaçant, agacé; a short word is as it is written: « smic* »
            debuts += [son, _sound(mot.replace("*", "e"))[:-1], fold(mot.strip("*"))]
        elif mot:
            formes = ("",) if mot.endswith("!") or len(mot) < 3 else ("", "e", "s", "es", "r")
            mots |= {son + forme for forme in formes}
    vide = element.endswith("?") or "" in choix
    return _Place(frozenset(mots), tuple(debuts), tuple(fins), tuple(suites), vide)


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
