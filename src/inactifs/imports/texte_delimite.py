"""Delimited text (CSV): from bytes to rows, whatever its encoding and separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from operator import methodcaller

from inactifs.erreurs import FichierInvalide

SEPARATEURS = {";": "« ; »", ",": "« , »", "\t": "tabulation", "|": "« | »"}
LIGNE_MAX = 1 << 20
"""The longest line, in bytes: beyond it, the file is not a table."""

_ASCII = bytes(range(128))
_POIDS = (
    dict.fromkeys("éèêëàâçîïôûùœ", 1.0)
    | dict.fromkeys("ÉÈÊËÀÂÇÎÏÔÛÙŒ«»’“”…–—€°\xa0", 0.4)
    | dict.fromkeys("áíóúñäöüãõßÿæÁÓÚÑÄÖÜ", 0.2)
)
_CONNUS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows (cp1252)"}


def detect_encoding(donnees: bytes) -> str:
    """The Python name of the encoding of ``donnees``.

    A byte order mark decides; then zeros (UTF-16), then valid UTF-8; else Windows or Mac,
    whichever makes more of the bytes into letters that French uses.

    Raises:
        ValueError: it is not text.
    """
    for marque, nom in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if donnees.startswith(marque):
            _require(donnees, nom)
            return nom
    tete = donnees[:4096]
    if b"\0" in tete:
        nom = "utf-16-le" if tete[1::2].count(0) >= tete[::2].count(0) else "utf-16-be"
        if tete.count(0) * 4 < len(tete):  # less than half of one byte in two
            raise ValueError("octets nuls")
        _require(donnees, nom)
        return nom
    if b"\0" in donnees:
        raise ValueError("octets nuls")
    try:
        _require(donnees, "utf-8")
        return "utf-8"
    except ValueError:
        frequences = Counter(donnees.translate(None, _ASCII))
        return max(("cp1252", "mac_roman"), key=lambda nom: _plausibility(frequences, nom))


def _require(donnees: bytes, encodage: str) -> None:
    """Raise ``ValueError`` unless all of ``donnees`` decodes; never holds the whole text."""
    decodeur = codecs.getincrementaldecoder(encodage)()
    for debut in range(0, len(donnees), LIGNE_MAX):
        decodeur.decode(donnees[debut : debut + LIGNE_MAX])
    decodeur.decode(b"", final=True)


def _plausibility(frequences: Counter[int], encodage: str) -> float:
    return sum(
        fois * _POIDS.get(bytes([octet]).decode(encodage, "replace"), -1.0)
        for octet, fois in frequences.items()
    )


class TexteDelimite:
    """A CSV file: its encoding, known once and for all, and its rows for any separator.

    Raises:
        FichierInvalide: it is not text, or has a line longer than ``LIGNE_MAX``.
    """

    def __init__(self, donnees: bytes, nom: str) -> None:
        self._donnees, self._nom = donnees, nom
        try:
            self.encodage = detect_encoding(donnees)
        except ValueError:
            raise FichierInvalide(
                f"{nom} n'est ni un classeur ni un fichier CSV lisible.",
                "Exportez-le de nouveau en CSV ou en Excel (.xlsx).",
            ) from None
        self._require_lines()
        premiere = next(self._lines(), "").strip().strip('"').casefold()
        self.separateur = ""  # the one that a first line « sep=; » gives
        if premiere.startswith("sep=") and premiere[4:] in (*SEPARATEURS, ""):
            self.separateur = premiere[4:] or "\t"  # strip() took the tab away
            self._sauter = 1
        else:
            self._sauter = 0
        self.total = donnees.count(b"\n") or donnees.count(b"\r")

    @property
    def nom_encodage(self) -> str:
        """The encoding, for people."""
        return _CONNUS.get(self.encodage, "MacRoman" if "mac" in self.encodage else "UTF-16")

    def rows(self, separateur: str) -> Iterator[list[str]]:
        """The records, not stripped of spaces nor of line ends.

        Raises:
            FichierInvalide: while reading, when a quote is never closed.
        """
        if b'"' not in self._donnees:  # then csv would only split, more slowly
            return map(methodcaller("split", separateur), islice(self._lines(), self._sauter, None))
        return self._quoted_rows(separateur)

    def _quoted_rows(self, separateur: str) -> Iterator[list[str]]:
        fin = False

        def lines() -> Iterator[str]:
            nonlocal fin
            yield from islice(self._lines(), self._sauter, None)
            fin = True

        numero = 0
        try:
            for ligne in csv.reader(lines(), delimiter=separateur):
                numero += 1
                if fin:  # the reader asked for more lines than there are
                    raise csv.Error("unexpected end of data")
                yield ligne
        except csv.Error:
            raise FichierInvalide(
                f"{self._nom}, ligne {max(numero, 1)} : un guillemet ouvert n'est jamais refermé.",
                "Supprimez ce guillemet, ou exportez de nouveau le fichier.",
            ) from None

    def _lines(self) -> Iterator[str]:
        return io.TextIOWrapper(
            io.BytesIO(self._donnees), encoding=self.encodage, errors="replace", newline=""
        )

    def _require_lines(self) -> None:
        position = 0
        while len(self._donnees) - position > LIGNE_MAX:
            fin = position + LIGNE_MAX
            coupe = max(self._donnees.rfind(c, position, fin) for c in (b"\n", b"\r"))
            if coupe < 0:
                raise FichierInvalide(
                    f"{self._nom} contient une ligne de plus d'un million de caractères : "
                    "ce n'est pas un tableau.",
                    "Exportez-le de nouveau en CSV ou en Excel (.xlsx).",
                )
            position = coupe + 1
