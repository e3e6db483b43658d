"""The names of the register alone, for TAB: from the bytes of one sheet, no other being read.

Calamine reads every cell of a sheet; only three columns are looked at here, which is what lets
TAB answer at once. A sheet written in an unusual way is left to calamine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inactifs.classeur.entetes import LIGNES_DE_TITRE, header_row
from inactifs.classeur.schema import ELEVES, header_key
from inactifs.erreurs import FichierInvalide
from inactifs.mots import fold
from inactifs.ooxml import balises
from inactifs.ooxml.livre import Livre
from inactifs.ooxml.refus import RefusOoxml
from inactifs.ooxml.reperes import MAX_COL, column, letters
from inactifs.ooxml.texte import decode_xstring, unescape

_TEXTE = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIQUE = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_CHIFFRES = b"0123456789"


def names_like(data: bytes, debut: str) -> list[tuple[str, str]]:
    """(full name, number) of the students who have a number and of whom each word of ``debut``
    begins a word of the name, without regard to accents; or whose number begins so.

    Raises:
        FichierInvalide: this is not a readable workbook.
    """
    try:
        eleves = _read(data)
    except (ValueError, IndexError):  # cells written in an unusual way
        eleves = None
    if eleves is None:
        from inactifs.classeur.lecture import read_eleves_only

        lus = read_eleves_only(data)
        eleves = [(numero, f"{nom} {prenom}") for numero, nom, prenom in lus]
    plies = fold("\n".join([nom for _, nom in eleves])).split("\n")  # at once: much quicker
    tapes = [re.compile(rf"(?<![a-z0-9]){mot}") for mot in re.findall(r"[a-z0-9]+", fold(debut))]
    return [
        (" ".join(nom.split()), numero)
        for (numero, nom), plie in zip(eleves, plies, strict=False)  # no name: one empty line
        if all(tape.search(plie) for tape in tapes) or numero.startswith(debut)
    ]


def _read(data: bytes) -> list[tuple[str, str]] | None:
    """(number, full name) of each row of the register with a number; None when the headers, or
    rows below them, are not seen."""
    try:
        livre = Livre(data)
        cle = header_key(ELEVES.nom)
        ref = next((ref for ref in livre.sheets if header_key(ref.name) == cle), None)
        xml = livre.package.read(ref.part) if ref else b""
        partages = livre.shared_strings()
    except RefusOoxml as refus:
        raise FichierInvalide(refus.message, refus.conseil) from refus
    if balises.mask(xml) is not xml or balises.mask(partages) is not partages:
        return None
    rangees, textes = xml.split(b"<row ")[1:], partages.split(b"<si>")
    titres = [_cells(rangee, textes) for rangee in rangees[:LIGNES_DE_TITRE]]
    largeur = max((column(c.decode()) for ligne in titres for c in ligne), default=0)
    lettres = [letters(rang).encode() for rang in range(1, largeur + 1)]
    entete, colonnes = header_row([[t.get(c, "") for c in lettres] for t in titres], ELEVES)
    if not {"numero", "nom"} <= colonnes.keys():
        return None
    rangs = [colonnes.get(champ, 0) for champ in ("numero", "nom", "prenom")]
    numero, nom, prenom = (lettres[rang - 1] if rang else b"" for rang in rangs)
    lignes = [_cells(rangee, textes, max(rangs)) for rangee in rangees[entete:]]
    return [
        (ligne[numero], f"{ligne.get(nom, '')} {ligne.get(prenom, '')}")
        for ligne in lignes
        if ligne.get(numero)
    ] or None


def _cells(rangee: bytes, textes: Sequence[bytes], combien: int = MAX_COL) -> dict[bytes, str]:
    """The texts of a row by the letters of their columns, of its first ``combien`` cells."""
    cellules: dict[bytes, str] = {}
    for cellule in rangee.split(b"<c ", combien + 1)[1 : combien + 1]:
        debut = cellule.find(b"<v>")
        if debut < 0:
            texte = _text(cellule) if b"<is>" in cellule else ""
        else:
            valeur = cellule[debut + 3 : cellule.find(b"<", debut + 3)]
            texte = _text(textes[int(valeur) + 1]) if b't="s"' in cellule else valeur.decode()
        if cellule[:3] == b'r="':
            cellules[cellule[3 : cellule.find(b'"', 3)].rstrip(_CHIFFRES)] = texte
    return cellules


def _text(element: bytes) -> str:
    """The text of an ``is`` or ``si``, without its phonetic runs (18.4.6, 18.4.8)."""
    texte = element[3:-9]
    if b"<" in texte or element[:3] != b"<t>":
        texte = b"".join(_TEXTE.findall(_PHONETIQUE.sub(b"", element)))
    clair = texte.decode()
    if "&" in clair or "_" in clair:
        clair = decode_xstring(unescape(clair))
    return clair.replace("\n", " ").strip()
