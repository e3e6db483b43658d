"""Which encoding makes French of bytes: of a whole file, or of one damaged line of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

UN_OCTET = ("cp1252", "cp850", "mac_roman", "iso8859_15")
"""The encodings of one byte a letter that software in France has used; the first wins a draw."""
ECHANTILLON = 20_000
"""Letters with accents that are enough to tell them apart."""

_COURANTES = "éèêëàâçîïôûùœ"
_RARES = "áíóúñäöüãõßæìòýåøčšžłćńęą"
_SIGNES = "«»’“”…–—€°\xa0·²´"
_ABIME = "\ufffd"
_VOISINAGE = re.compile(rb"[\x00-\x7f]?[\x80-\xff]+[\x00-\x7f]?")
_DOUBLE = re.compile("[ÂÃ][\x80-\xbf\u0152-\u2122]|[√├][^\x00-\x7f]")
"""What « é » becomes when UTF-8 is taken for Windows, Mac or DOS letters: « Ã© », « √© »."""


def best_encoding(lignes: Iterable[bytes]) -> str:
    """The encoding of one byte a letter that makes the most French of these lines."""
    voisinages: Counter[bytes] = Counter()
    for ligne in lignes:
        voisinages.update(_VOISINAGE.findall(ligne))
        if voisinages.total() > ECHANTILLON:
            break
    return max(
        UN_OCTET,
        key=lambda nom: sum(fois * _weight(v, nom) for v, fois in voisinages.items()),
    )


def decode_line(ligne: bytes, autre: str | None = None) -> str:
    """One line of a file that is UTF-8 for the most part: as UTF-8, else in the encoding that
    makes French of it, else with a mark in place of what is damaged.

    ``autre`` is the encoding of the other lines, where they are not in UTF-8.
    """
    try:
        return repaired(ligne.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if autre is not None:
        return ligne.decode(autre, "replace")
    nom = best_encoding([ligne])
    poids = sum(_weight(v, nom) for v in _VOISINAGE.findall(ligne))
    marque = ligne.decode("utf-8", "replace")
    return marque if poids <= _plausibility(marque) else ligne.decode(nom, "replace")


def repaired(texte: str) -> str:
    """``texte``, where UTF-8 was taken for other letters and written again: « Ã‰lodie »."""
    if (trouve := _DOUBLE.search(texte)) is None:
        return texte
    autre = {"√": "mac_roman", "├": "cp850"}.get(trouve[0][0], "cp1252")
    try:
        octets = b"".join(
            c.encode("latin-1") if ord(c) < 256 and autre == "cp1252" else c.encode(autre)
            for c in texte
        )
        return octets.decode("utf-8")
    except UnicodeError:
        return texte


def _weight(octets: bytes, encodage: str) -> float:
    return _plausibility(octets.decode(encodage, "replace"))


def _plausibility(texte: str) -> float:
    """How much like French the letters with accents of a piece of text are, given what they
    touch: a sign inside a word, a capital inside small letters are not."""
    poids = 0.0
    for rang, lettre in enumerate(texte):
        if lettre.isascii():
            continue
        autour = texte[max(0, rang - 1) : rang] + texte[rang + 1 : rang + 2]
        petite = lettre.lower()
        if lettre == _ABIME:
            poids -= 1.5
        elif petite in _COURANTES:
            poids += 1.0
        elif petite in _RARES:
            poids += 0.3
        elif lettre in _SIGNES:
            poids += 0.4 if lettre in "’\xa0°" or not autour.isalpha() else -1.0
        else:
            poids -= 1.5
        avant = texte[rang - 1 : rang]
        if lettre.isupper() and avant.isalpha() and avant.islower():
            poids -= 1.5  # « GaÉl »
        elif lettre.islower() and not avant.islower() and texte[rang + 1 : rang + 2].isupper():
            poids -= 1.2  # « GARçON », « âLODIE »
    return poids
