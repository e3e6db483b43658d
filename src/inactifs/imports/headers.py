"""Which column is what, and which holds the day of what happened: the lesson's, not that of its
invoice. Headers are found by meaning, in any order, under any title.

Their words are in ``header_words.toml``: the table to add words to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.cell_values import as_day, as_text
from inactifs.imports.outcome import KINDS, data_file
from inactifs.imports.tables import Ligne
from inactifs.mots import fold, simplify
from inactifs.procedure.modele import Canal

_NUMERO = {"n", "no", "num", "nr", "numero", "number"}
_DERNIER = {"dernier", "derniere", "dern", "der", "last", "latest"}
_BOSSE = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")  # « DateLecon »
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PROPRES_AU_LIEU = {"numero", "ordre", "dossier", "neph"}
"""The fields whose header means another number when it names a place: « Code PASS Rousseau »."""


_DONNEES = data_file("header_words.toml")
IDENTITE: dict[str, list[str]] = _DONNEES["identite"]
"""``dossier`` is a number, or a NEPH: the register tells. ``ordre`` is the student's number or
the row's: it only tells homonyms apart, or stands alone."""
PROPRES: dict[Canal, dict[str, list[str]]] = {canal: _DONNEES[canal] for canal in Canal}
"""``qui`` is a name, an email, a phone or a number, heeded where nothing else says who it is."""
LIBELLES: dict[str, str] = _DONNEES["libelles"]
"""The fields, in the words shown to people."""
JOURS: dict[str, Any] = _DONNEES["jours"]
"""By kind, the words of a column of days: of the event itself, of any day, of another day."""
ARGENT: list[str] = _DONNEES["argent"]
"""The words of an invoice, not of what was invoiced."""
ANGLAIS, FRANCAIS, AUTRUI, VIDES = (
    frozenset(_DONNEES[mots]) for mots in ("anglais", "francais", "autrui", "vides")
)
"""Words without accents that only English headers have, or French ones; those of people other than
the student; articles, that carry no meaning."""
_PERSONNES = frozenset(map(simplify, _DONNEES["personne"]))


@dataclass(frozen=True)
class Disposition:
    """Where things are in a table.

    ``ligne`` is the header's row, counted from 0; ``colonnes`` gives the column of each field;
    ``entetes`` are the headers as read; ``dit`` is what is to be told of it, in French.
    """

    ligne: int
    colonnes: dict[str, int]
    entetes: tuple[str, ...]
    dit: tuple[str, ...] = ()

    def understood(self) -> str:
        """Which column is what: Date ← « Date de la leçon », élève ← « NEPH »."""
        texte = ", ".join(
            f"{LIBELLES[champ]} ← « {self.entetes[colonne]} »"
            for champ, colonne in sorted(self.colonnes.items(), key=lambda c: c[1])
        )
        return texte[:1].upper() + texte[1:]


@lru_cache(4096)
def header_words(entete: str) -> tuple[str, ...]:
    """The words of a header that carry its meaning, sorted: « N° de l'élève » and
    « numéro élève » are one. Where there are none but articles (« Le »), those."""
    plat = unicodedata.normalize("NFKD", entete.replace("°", " ").replace("º", " ").casefold())
    lettres = "".join(c for c in plat if not unicodedata.combining(c))
    trouves = re.findall(r"[a-z]+|\d+", re.sub(r"\be-(mail|learning)\b", r"e\1", lettres))
    mots: set[str] = set()
    for mot in trouves:
        if mot in _NUMERO:
            mots.add("numero")
        elif mot in _DERNIER:
            mots.add("dernier")
        elif mot not in VIDES:
            mot = mot.removesuffix("s") if len(mot) > 3 else mot
            mot = mot[:-1] if len(mot) > 4 and mot.endswith("ee") else mot  # « annulée »
            mots.add("eleve" if mot in _PERSONNES else mot)
    return tuple(sorted(mots)) or tuple(trouves)


_LIEUX = frozenset(mot for lieu in _DONNEES["lieux"] for mot in header_words(lieu))


@cache
def _table(canal: Canal) -> dict[tuple[str, ...], tuple[str, int]]:
    """Words of a header → field, and rank among the field's headers."""
    table: dict[tuple[str, ...], tuple[str, int]] = {}
    for champ, synonymes in (PROPRES[canal] | IDENTITE).items():
        for rang, synonyme in enumerate(synonymes):
            table.setdefault(header_words(synonyme), (champ, rang))
    return table


@lru_cache(4096)
def meaning(entete: str, canal: Canal) -> tuple[str, int] | None:
    """The field that a header names in an export of ``canal``, and its rank there; or None."""
    table = _table(canal)
    nu = _PARENTHESES.sub(" ", entete)
    for texte in dict.fromkeys((entete, nu, _BOSSE.sub(" ", nu))):
        mots = header_words(texte)
        sans_personne = tuple(m for m in mots if m != "eleve")
        for cle in (mots, sans_personne):
            if cle and cle in table:
                return table[cle]
    if canal is not Canal.CONNEXIONS:
        return None
    sans_lieu = tuple(m for m in header_words(nu) if m not in _LIEUX and m != "eleve")
    sens = table.get(sans_lieu) if sans_lieu else None
    return None if sens is None or sens[0] in _PROPRES_AU_LIEU else sens


@lru_cache(4096)
def is_known(entete: str) -> bool:
    """Whether a text is a header in some kind of export."""
    return any(meaning(entete, canal) is not None for canal in Canal)


def is_english(entetes: Sequence[str]) -> bool:
    """Whether headers are in English: one at least has an English word, none a French one."""
    mots = {mot for entete in entetes for mot in re.findall(r"[a-z]+", fold(entete))}
    return bool(mots & ANGLAIS) and not mots & FRANCAIS


_JOUR_ET_ELEVE = {
    "date": ({"date"}, "la date"),
    "eleve": (
        IDENTITE.keys() - {"prenom"} | {"qui"},
        "l'élève (numéro, NEPH, email, téléphone ou nom)",
    ),
}
_NECESSAIRES: Mapping[Canal, Mapping[str, tuple[AbstractSet[str], str]]] = {
    Canal.ELEVES: {
        "numero": ({"numero", "neph", "dossier", "ordre"}, "le n° d'élève ou le NEPH"),
        "nom": ({"nom", "eleve"}, "le nom"),
    },
    Canal.CONTACTS: _JOUR_ET_ELEVE
    | {"sens": ({"sens", "canal", "type"}, "le sens du contact (de l'élève, ou de l'école)")},
}
"""What a kind needs, where it is not just :data:`_JOUR_ET_ELEVE`: a field, those of which one is
enough, and what is said where all lack."""


def fields(canal: Canal) -> tuple[str, ...]:
    """The fields that a file of this channel may have."""
    return (*PROPRES[canal], *IDENTITE)


def wanted(voulues: Mapping[str, str], canal: Canal) -> dict[str, str]:
    """Field → simplified header, from what the user typed."""
    connus = {simplify(c): c for c in fields(canal)}
    choix = {}
    for champ, entete in voulues.items():
        trouve = connus.get(simplify(champ))
        if trouve is None and (sens := meaning(champ, canal)) is not None:
            trouve = sens[0]
        if trouve is None:
            raise UsageIncorrect(
                f"--colonne : le champ « {champ} » n'existe pas.",
                "Champs possibles : " + ", ".join(fields(canal)) + ".",
            )
        choix[trouve] = simplify(entete) or entete.strip()
    return choix


def columns(
    entetes: Sequence[str], canal: Canal, choix: Mapping[str, str], vides: Collection[int] = ()
) -> dict[str, list[int]]:
    """Field → its columns, the best first; several are the first one's equals when they have
    one header. ``vides`` are columns without a cell, which never beat others. The day of an
    event is not sought here: its header does not suffice."""
    rangs: dict[str, list[tuple[bool, int, int]]] = {}
    imposes = set(choix.values())
    for colonne, entete in enumerate(entetes):
        if not entete:
            continue
        simple = simplify(entete) or entete
        if simple in imposes:
            sens = [(champ, -1) for champ, voulu in choix.items() if voulu == simple]
        else:
            lu = meaning(entete, canal)
            sens = [lu] if lu and lu[0] not in choix else []
        for champ, rang in sens:
            if champ != "date" or rang == -1:
                rangs.setdefault(champ, []).append((rang >= 0 and colonne in vides, rang, colonne))
    return {champ: [colonne for *_, colonne in sorted(tels)] for champ, tels in rangs.items()}


def missing(
    colonnes: Mapping[str, int], canal: Canal, donnes: Collection[str] = ()
) -> dict[str, str]:
    """The fields that the layout lacks, in French; ``donnes`` are those that the table's title
    gives."""
    presents = {*colonnes, *donnes}
    return {
        champ: dit
        for champ, (assez, dit) in _NECESSAIRES.get(canal, _JOUR_ET_ELEVE).items()
        if presents.isdisjoint(assez)
    }


_CLASSES = ("evenement", "courant")


def of_one_name(champ: str, entete: str, nom: str) -> tuple[str, str]:
    """What is said of two columns of one name, and what to do."""
    return (
        f"{nom} : plusieurs colonnes s'appellent « {entete} ».",
        "Renommez dans le fichier celle qui n'est pas à lire, ou nommez la bonne : "
        f'--colonne "{champ}=En-tête".',
    )


class ColonneADire(FichierInvalide):
    """Several columns may be that of the day."""

    def __init__(self, nom: str, canal: Canal, candidats: Sequence[str]) -> None:
        candidats = tuple(dict.fromkeys(candidats))
        self.a_dire = {"date": list(candidats)} if len(candidats) > 1 else {}
        if len(candidats) == 1:
            super().__init__(*of_one_name("date", candidats[0], nom))
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
