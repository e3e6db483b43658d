"""Which column holds the day of what happened: the lesson's, not that of its invoice."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from inactifs.erreurs import FichierInvalide
from inactifs.imports.cell_values import as_day, as_text
from inactifs.imports.headers import JOURS, header_words, meaning
from inactifs.imports.outcome import KINDS
from inactifs.imports.tables import Ligne
from inactifs.procedure.modele import Canal

_BOSSE = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")  # « dateLecon »
_CLASSES = ("evenement", "courant")


class ColonneADire(FichierInvalide):
    """Several columns may be that of the day."""

    def __init__(self, nom: str, canal: Canal, candidats: Sequence[str]) -> None:
        candidats = tuple(dict.fromkeys(candidats))
        self.a_dire = {"date": list(candidats)} if len(candidats) > 1 else {}
        if len(candidats) == 1:
            super().__init__(
                f"{nom} : plusieurs colonnes s'appellent « {candidats[0]} ».",
                "Renommez dans le fichier celle qui n'est pas à lire, ou nommez la bonne : "
                '--colonne "date=En-tête".',
            )
            return
        super().__init__(
            f"{nom} : plusieurs colonnes tiennent des jours qui diffèrent, et leurs en-têtes ne "
            f"disent pas laquelle est le jour {KINDS[canal].de} : "
            + ", ".join(f"« {c} »" for c in candidats)
            + ".",
            "Dites-le : " + " ou ".join(f'--colonne "date={c}"' for c in candidats) + ".",
        )


@dataclass(frozen=True)
class _Colonne:
    """A column of days: how its header names it (``evenement``, ``courant`` or empty), how well
    (the less, the better), and the day of each line of the sample."""

    numero: int
    entete: str
    classe: str
    rang: int
    jours: tuple[date | None, ...]

    def __len__(self) -> int:
        return sum(jour is not None for jour in self.jours)

    def differs(self, autre: _Colonne) -> bool:
        """Whether another column tells other days in most lines."""
        paires = [(a, b) for a, b in zip(self.jours, autre.jours, strict=True) if a and b]
        return not paires or 2 * sum(a != b for a, b in paires) > len(paires)


def choose_day(
    entetes: Sequence[str], suite: Sequence[Ligne], canal: Canal, prises: Collection[int], nom: str
) -> tuple[int | None, str]:
    """The column of the day, None if there is none; and what is to be said of it, in French.

    ``suite`` are the lines below the headers, ``prises`` the columns that are something else.

    Raises:
        ColonneADire: several columns may be the one.
    """
    vues = [(n, e, *_class_of(e, canal)) for n, e in enumerate(entetes) if e and n not in prises]
    jours = [
        _Colonne(n, e, classe, rang, tels)
        for n, e, classe, rang in vues
        if classe not in ("autre", "recours") and (tels := _days(suite, n, bool(classe)))
    ]
    for classe in (*_CLASSES, ""):
        rivales = sorted((c for c in jours if c.classe == classe), key=lambda c: (c.rang, c.numero))
        if not rivales:
            continue
        choisie = rivales[0]
        autres = jours if classe != "evenement" else _heard(jours, rivales, canal)
        doutes = [c.entete for c in autres if c is not choisie and choisie.differs(c)]
        if doutes:
            raise ColonneADire(nom, canal, [choisie.entete, *doutes])
        return choisie.numero, "" if classe else (
            f"La colonne « {choisie.entete} » a été prise pour le jour {KINDS[canal].de} : "
            "c'est la seule qui puisse l'être."
        )
    recours = [n for n, _, classe, _ in vues if classe == "recours" and _days(suite, n, True)]
    if len(recours) == 1:
        return recours[0], ""
    nommees = sorted((_CLASSES.index(c), r, n) for n, _, c, r in vues if c in _CLASSES)
    return (nommees[0][2], "") if nommees else (None, "")


def _heard(jours: list[_Colonne], rivales: list[_Colonne], canal: Canal) -> list[_Colonne]:
    """The columns that may contradict the one that best names the event: others that do, and one
    that is filled far more often. Logins are of one day, whichever column says it."""
    if canal is Canal.CONNEXIONS:
        return []
    pleines = [c for c in jours if c.classe == "courant" and len(c) > 2 * len(rivales[0])]
    return [*rivales, *pleines]


def names_event(entete: str, canal: Canal) -> bool:
    """Whether a header says the day of the event, rather than some day."""
    return _class_of(entete, canal)[0] in ("evenement", "recours")


def is_other_day(entete: str, canal: Canal) -> bool:
    """Whether a header says another day than that of the event: an invoice's, a birth."""
    return canal in JOURS and _class_of(entete, canal)[0] == "autre"


@cache
def _words(canal: Canal, classe: str) -> tuple[frozenset[str], ...]:
    mots = JOURS[canal].get(classe, []) + (JOURS["autre"] if classe == "autre" else [])
    return tuple(frozenset(header_words(mot)) for mot in mots)


@cache
def _class_of(entete: str, canal: Canal) -> tuple[str, int]:
    nu = _BOSSE.sub(" ", re.sub(r"\([^()]*\)", " ", entete))
    mots = frozenset(header_words(nu))
    if any(autre <= mots for autre in _words(canal, "autre")):
        return "autre", 0
    if any(examen <= mots for examen in _words(canal, "recours")):
        return "recours", 0
    for rang, evenement in enumerate(_words(canal, "evenement")):
        if evenement <= mots:
            return "evenement", rang
    sens = meaning(entete, canal)
    courants = _words(canal, "courant")
    if any(c <= mots for c in courants) and (
        all(any({m} >= c for c in courants) for m in mots) or (sens and sens[0] == "date")
    ):
        return "courant", sens[1] if sens else 99
    return "", 0


def _is_number(texte: str) -> bool:
    """Whether a cell is a number that may be anything else than a day."""
    return texte.replace(",", "").isdigit() and len(texte) != 8


def _days(suite: Sequence[Ligne], colonne: int, nommee: bool) -> tuple[date | None, ...]:
    """The day of each line, if most of the cells that say anything are days."""
    jours: list[date | None] = []
    pleines = 0
    for ligne in suite:
        cellule = ligne[colonne] if colonne < len(ligne) else None
        texte = as_text(cellule)
        pleines += any(c.isdigit() for c in texte)
        try:
            jours.append(as_day(cellule) if nommee or not _is_number(texte) else None)
        except ValueError:
            jours.append(None)
    connus = sum(j is not None for j in jours)
    return tuple(jours) if connus and 2 * connus >= pleines else ()
