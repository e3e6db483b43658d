"""The names of the register alone, for TAB: three columns, from the bytes of one sheet, where
calamine would read every cell; that is what lets TAB answer at once. A sheet written in an unusual
way is left to calamine."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inactifs.classeur.locating import header_row
from inactifs.classeur.schema import ELEVES
from inactifs.mots import fold, simplify
from inactifs.ooxml import Refusal, markup
from inactifs.ooxml.cell_xml import decode_xstring
from inactifs.ooxml.markup import unescape
from inactifs.ooxml.references import letters
from inactifs.ooxml.workbook import Workbook

_FEUILLE = simplify(ELEVES.nom)
_TEXTE = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIQUE = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)


def names_like(data: bytes, debut: str) -> list[tuple[str, str]]:
    """(full name, number) of the students who have a number and of whom each word of ``debut``
    begins a word of the name, without regard to accents; or whose number begins so.
    ``FichierInvalide`` when this is not a readable workbook."""
    try:
        lus = _read(data)
    except (ValueError, IndexError, Refusal):  # cells written in an unusual way, or not a workbook
        lus = None
    if lus is None:
        from inactifs.classeur.reading import read_eleves_only

        lus = list(zip(*read_eleves_only(data), strict=True)) or [(), (), ()]
    numeros, noms, prenoms = lus
    complets = [" ".join(nom.split()) for nom in map("{} {}".format, noms, prenoms)]
    plies = fold("\n".join(complets)).split("\n")  # at once: much quicker than one by one
    tapes = [re.compile(rf"(?<![a-z0-9]){mot}") for mot in re.findall(r"[a-z0-9]+", fold(debut))]
    return [
        (complet, numero)
        for numero, complet, plie in zip(numeros, complets, plies, strict=False)  # « » is a line
        if numero and (all(t.search(plie) for t in tapes) or numero.startswith(debut))
    ]


def _read(data: bytes) -> list[Sequence[str]] | None:
    """Numbers, last names and first names, row by row; None when the headers are not seen."""
    livre = Workbook(data)
    part = next((ref.part for ref in livre.sheets if simplify(ref.name) == _FEUILLE), None)
    xml = livre.package.read(part) if part else b""
    partages = livre.shared_strings()
    if markup.mask(xml) is not xml or markup.mask(partages) is not partages:
        return None
    textes = partages.split(b"<si>")[1:]
    rangees = xml.split(b"<row ")[1:]
    titres = [rangee.split(b"<c ")[1:] for rangee in rangees[: ELEVES.profondeur]]
    lettres = [letters(rang).encode() for rang in range(1, max(map(len, titres), default=0) + 1)]
    colonnes_lues = [_column(titres, c, rang, textes) for rang, c in enumerate(lettres)]
    entete, colonnes = header_row(zip(*colonnes_lues, strict=True), ELEVES)
    if not {"numero", "nom"} <= colonnes.keys():
        return None
    rangs = [colonnes.get(champ, 0) - 1 for champ in ("numero", "nom", "prenom")]
    cellules = [r.split(b"<c ", max(rangs) + 2)[1 : max(rangs) + 2] for r in rangees[entete:]]
    return [
        _column(cellules, lettres[rang], rang, textes) if rang >= 0 else [""] * len(cellules)
        for rang in rangs
    ]


def _column(
    lignes: Sequence[Sequence[bytes]], lettres: bytes, rang: int, textes: Sequence[bytes]
) -> list[str]:
    """The texts of a column, most often the cell number ``rang`` of each row; decoded at once."""
    debut = b'r="' + lettres
    trouves: list[bytes] = []
    for cellules in lignes:
        cellule = cellules[rang] if len(cellules) > rang else b""
        if not cellule.startswith(debut):  # the row leaves out empty cells
            cellule = next((c for c in cellules if c.startswith(debut)), b"")
        valeur = cellule.find(b"<v>") + 3
        if valeur < 3:
            element = cellule if b"<is>" in cellule else b"<t></t></si>"
        elif b't="s"' in cellule:
            element = textes[int(cellule[valeur : cellule.find(b"<", valeur)])]
        else:
            element = b"<t>%s</t></si>" % cellule[valeur : cellule.find(b"<", valeur)]
        if element.find(b"<", 3) != len(element) - 9 or element[:3] != b"<t>":
            element = b"<t>%s</t></si>" % b"".join(_TEXTE.findall(_PHONETIQUE.sub(b"", element)))
        trouves.append(element[3:-9])
    ensemble = b"\0".join(trouves).decode()
    if "&" in ensemble or "_x" in ensemble:
        ensemble = decode_xstring(unescape(ensemble))
    return [texte.strip() for texte in ensemble.split("\0")] if trouves else []
