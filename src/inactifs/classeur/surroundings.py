"""What leans on the tableau and does not follow it: said by ``check``, by cell.

A filter that leaves out some of its columns would part names from numbers at the first sort; a
count, a chart or a list that stops at a row leaves out the dossiers below. What the engine can
see to be the tableau's own (its filter, its Excel table, its rules) grows by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from inactifs.classeur.schema import TABLEAU
from inactifs.classeur.values import Anomalie, Classeur, Place
from inactifs.ooxml import Refusal, markup
from inactifs.ooxml.markup import unescape
from inactifs.ooxml.references import Area, letters
from inactifs.ooxml.workbook import Workbook

_FORMULE = re.compile(
    rb"<(?:[\w.-]+:)?(f|formula1|definedName)(?=[\s>])([^>]*)(?<!/)>([^<]*:[^<]*)</"
)
"""Formulas of cells, charts, sparklines and lists, and defined names, that hold a range."""
_PLAGE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([\w.]+))!)?(\$?[A-Z]{1,3}\$?\d{1,7}:\$?[A-Z]{1,3}\$?\d{1,7})"
)
_CELLULE = re.compile(rb"<(?:[\w.-]+:)?c\s[^>]*?r=[\"']([A-Z]+\d+)[\"']")
_ETENDRE = "Étendez cette plage jusqu'à la ligne {fin}, ou à des lignes d'avance."


class _Formule(NamedTuple):
    """A formula, in what part, and where it stands in it."""

    part: str
    nature: str
    texte: str
    position: int
    attributs: bytes


def left_behind(data: bytes, classeur: Classeur) -> list[Anomalie]:
    """What does not follow the tableau of this workbook; nothing where it cannot be told."""
    place = classeur.places[TABLEAU.nom]
    try:
        livre = Workbook(data)
        return [*_parted(livre, place), *_short(livre, place)]
    except Refusal:
        return []


def _parted(livre: Workbook, place: Place) -> Iterator[Anomalie]:
    """The columns of the tableau that its filter, or its Excel table, leaves out."""
    entetes = {col: champ for champ, col in place.colonnes.items()}
    for area in livre.sheet(place.nom).filters():
        dedans = [c for c in entetes if area.has_col(c)]
        dehors = sorted(c for c in entetes if not area.has_col(c))
        if dedans and dehors and area.top <= place.entete <= area.bottom:
            yield Anomalie(
                "avertissement",
                place.nom,
                f"{letters(dehors[0])}{place.entete}",
                "",
                f"Le filtre du tableau ({area}) laisse {len(dehors)} de ses colonnes : un tri y "
                "séparerait les noms des numéros.",
                "Ôtez le filtre (Données, Filtrer), puis remettez-le sur toutes les colonnes ; "
                "s'il y a des cellules entre elles, déplacez-les d'abord.",
            )


def _short(livre: Workbook, place: Place) -> Iterator[Anomalie]:
    """The ranges that begin at the top of the tableau and stop before its last row."""
    noms = {ref.part: ref.name for ref in livre.sheets}
    vues: set[tuple[str, str]] = set()
    for formule in _formulas(livre, set(noms)):
        for ou, autrement, plage in _PLAGE.findall(formule.texte):
            feuille = (ou or autrement).replace("''", "'") or noms.get(formule.part, "")
            area = Area.parse(plage)
            bref = f"{letters(area.left)}{area.top}:{letters(area.right)}{area.bottom}"
            if feuille.casefold() != place.nom.casefold() or (formule.part, bref) in vues:
                continue
            debut = place.entete <= area.top <= place.entete + 1
            if debut and area.top < area.bottom < place.fin:
                vues.add((formule.part, bref))
                yield _stops(formule, noms.get(formule.part, ""), area, bref, place, livre)


def _stops(
    formule: _Formule, feuille: str, area: Area, bref: str, place: Place, livre: Workbook
) -> Anomalie:
    dessous = place.fin - area.bottom
    combien = "un dossier est" if dessous == 1 else f"{dessous} dossiers sont"
    cellule = ""
    if formule.nature == "definedName":
        nom = markup.text_attribute(markup.attributes(b"<x" + formule.attributs + b">"), b"name")
        qui = f"Le nom « {nom} » désigne"
    elif not feuille:
        qui = "Un graphique montre"
    elif formule.nature == "formula1":
        qui = f"Une liste de « {feuille} » prend"
    else:
        xml = livre.package.read(formule.part)
        avant = list(_CELLULE.finditer(xml, max(0, formule.position - 2000), formule.position))
        cellule = avant[-1][1].decode() if avant else ""
        qui = f"« {feuille} »!{cellule} compte" if cellule else f"« {feuille} » compte"
    return Anomalie(
        "avertissement",
        feuille,
        cellule,
        bref,
        f"{qui} {bref} : {combien} au-dessous.",
        _ETENDRE.format(fin=place.fin),
    )


def _formulas(livre: Workbook, sheets: set[str]) -> Iterator[_Formule]:
    for part in livre.package.names():
        name = part.casefold()
        if part in sheets or "/charts/" in name or name.endswith("workbook.xml"):
            for found in _FORMULE.finditer(livre.package.read(part)):
                if b"_xlnm." not in found[2]:
                    texte = unescape(found[3].decode("utf-8", "replace"))
                    yield _Formule(part, found[1].decode(), texte, found.start(), found[2])
