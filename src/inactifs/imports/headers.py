"""Which column is what: headers are found by meaning, in any order, under any title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.cell_values import as_text
from inactifs.imports.header_words import IDENTITE, LIBELLES, PERSONNE, PROPRES
from inactifs.imports.outcome import Canal
from inactifs.imports.row_blocks import Ligne
from inactifs.imports.tables import Tableau
from inactifs.mots import simplify

_ARTICLES = "de d du des la le l les un une et ou a au aux en pour the of"
_VIDES = frozenset(_ARTICLES.split())
_NUMERO = {"n", "no", "num", "nr", "numero", "number"}
_BOSSE = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")  # « DateLecon »
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Disposition:
    """Where things are in a table.

    ``ligne`` is the header's row, counted from 0; ``colonnes`` gives the column of each field;
    ``entetes`` are the headers as read.
    """

    ligne: int
    colonnes: Mapping[str, int]
    entetes: tuple[str, ...]

    def understood(self) -> str:
        """Which column is what: Date ← « Date de la leçon », élève ← « NEPH »."""
        texte = ", ".join(
            f"{LIBELLES[champ]} ← « {self.entetes[colonne]} »"
            for champ, colonne in sorted(self.colonnes.items(), key=lambda c: c[1])
        )
        return texte[:1].upper() + texte[1:]


@cache
def header_words(entete: str) -> tuple[str, ...]:
    """The words of a header that carry its meaning, sorted: « N° de l'élève » and
    « numéro élève » are one."""
    plat = unicodedata.normalize("NFKD", entete.replace("°", " ").replace("º", " ").casefold())
    lettres = "".join(c for c in plat if not unicodedata.combining(c)).replace("e-mail", "email")
    mots: set[str] = set()
    for mot in re.findall(r"[a-z]+|\d+", lettres):
        if mot in _NUMERO:
            mots.add("numero")
        elif mot not in _VIDES:
            mot = mot.removesuffix("s") if len(mot) > 3 else mot
            mot = mot[:-1] if len(mot) > 4 and mot.endswith("ee") else mot  # « annulée »
            mots.add("eleve" if mot in _personnes() else mot)
    return tuple(sorted(mots))


@cache
def _personnes() -> frozenset[str]:
    return frozenset(simplify(p) for p in PERSONNE)


@cache
def _table(canal: Canal) -> dict[tuple[str, ...], tuple[str, int]]:
    """Words of a header → field, and rank among the field's headers."""
    table: dict[tuple[str, ...], tuple[str, int]] = {}
    for champ, synonymes in (PROPRES[canal] | IDENTITE).items():
        for rang, synonyme in enumerate(synonymes):
            table.setdefault(header_words(synonyme), (champ, rang))
    return table


@cache
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
    return None


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


def best_row(
    tableau: Tableau, canal: Canal, choix: Mapping[str, str], nom: str
) -> Disposition | None:
    """The row of the first ones that has the most fields, if it has those that are needed."""
    meilleure: Disposition | None = None
    doublons: dict[str, str] = {}
    for rang, ligne in enumerate(tableau.tete):
        for entetes in _readings(tableau.tete, rang):
            colonnes, doubles = columns(entetes, canal, choix)
            if missing(colonnes, canal):
                continue
            if doubles:
                doublons = doublons or doubles
            elif (
                meilleure is None
                or len(colonnes) > len(meilleure.colonnes)
                or _goes_on(meilleure, rang, ligne, colonnes)
            ):
                meilleure = Disposition(rang, colonnes, tuple(entetes))
    if meilleure is None and doublons:
        champ, entete = next(iter(doublons.items()))
        raise FichierInvalide(
            f"{nom} : plusieurs colonnes s'appellent « {entete} ».",
            "Renommez dans le fichier celle qui n'est pas à lire, ou nommez la bonne : "
            f'--colonne "{champ}=En-tête".',
        )
    return meilleure


def _goes_on(dessus: Disposition, rang: int, ligne: Ligne, colonnes: Mapping[str, int]) -> bool:
    """Whether a row is the second line of the headers above: « Date de » / « la leçon »."""
    return (
        rang == dessus.ligne + 1
        and colonnes == dessus.colonnes
        and all(isinstance(c := ligne[n], str) and as_text(c) for n in colonnes.values())
        and any(as_text(ligne[n]) != dessus.entetes[n] for n in colonnes.values())
    )


def _readings(tete: Sequence[Ligne], rang: int) -> list[list[str]]:
    """The headers of a row: alone, or under the headings of groups in the row above."""
    entetes = [as_text(c) if isinstance(c, str) else "" for c in tete[rang]]
    if sum(map(bool, entetes)) < 2:
        return []
    lectures = [entetes]
    dessus = [as_text(c) if isinstance(c, str) else "" for c in tete[rang - 1]] if rang else []
    if sum(map(bool, dessus)) >= 2:
        groupes: list[str] = []
        for colonne in range(len(entetes)):
            texte = dessus[colonne] if colonne < len(dessus) else ""
            groupes.append(texte or (groupes[-1] if groupes and entetes[colonne] else ""))
        lectures.append([f"{g} {e}".strip() for g, e in zip(groupes, entetes, strict=True)])
    return lectures


def columns(
    entetes: Sequence[str], canal: Canal, choix: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Field → column; and the fields that two columns fit as well → the header of one."""
    rangs: dict[str, tuple[int, int]] = {}
    doubles: dict[str, str] = {}
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
            if champ not in rangs or rang < rangs[champ][0]:
                rangs[champ] = (rang, colonne)
                doubles.pop(champ, None)
            elif rang == rangs[champ][0]:
                doubles[champ] = entete
    return {champ: colonne for champ, (_, colonne) in rangs.items()}, doubles


def missing(colonnes: Mapping[str, int], canal: Canal) -> list[str]:
    """What the layout lacks, in French."""
    manque = []
    if canal is Canal.ELEVES:
        if not colonnes.keys() & {"numero", "neph", "dossier", "ordre"}:
            manque.append("le n° d'élève ou le NEPH")
        if not colonnes.keys() & {"nom", "eleve"}:
            manque.append("le nom")
        return manque
    if "date" not in colonnes:
        manque.append("la date")
    if not colonnes.keys() & (IDENTITE.keys() - {"prenom"} | {"qui"}):
        manque.append("l'élève (numéro, NEPH, email, téléphone ou nom)")
    if canal is Canal.CONTACTS and not colonnes.keys() & {"sens", "canal", "type"}:
        manque.append("le sens du contact (de l'élève, ou de l'école)")
    return manque
