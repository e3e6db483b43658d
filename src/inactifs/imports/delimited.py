"""Delimited text (CSV): from bytes to rows, whatever its encoding and separator.

The file is read by blocks, several times over, and never held: a line costs what splitting it
costs, and a file of hundreds of megabytes no more memory than a small one.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from operator import methodcaller
from typing import BinaryIO

from inactifs.erreurs import FichierInvalide
from inactifs.imports.row_blocks import Bloc, cut, from_row, grouped

SEPARATEURS = {";": "« ; »", ",": "« , »", "\t": "tabulation", "|": "« | »"}
LIGNE_MAX = 1 << 17
"""The longest line, in bytes: four times the longest text of an Excel cell (32,767 characters).
Beyond it, the file is not a table, and its rows would fill the memory."""
ECHANTILLON = 10_000
"""Letters with accents that are enough to tell Windows from Mac."""

_ASCII = bytes(range(128))
_POIDS = (
    dict.fromkeys("éèêëàâçîïôûùœ", 1.0)
    | dict.fromkeys("ÉÈÊËÀÂÇÎÏÔÛÙŒ«»’“”…–—€°\xa0", 0.4)
    | dict.fromkeys("áíóúñäöüãõßÿæÁÓÚÑÄÖÜ", 0.2)
)
_UN_OCTET = ("utf-8", "cp1252", "mac_roman")
"""Encodings without a mark at the start, where separators and ends of lines are as in ASCII."""
_CONNUS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows (cp1252)"}


def blocks(fichier: BinaryIO, taille: int = 1 << 20) -> Iterator[bytes]:
    """The bytes of a file from its first, by blocks; others may read it in between."""
    position = 0
    while True:
        fichier.seek(position)
        bloc = fichier.read(taille)
        if not bloc:
            return
        position += len(bloc)
        yield bloc


def detect_encoding(fichier: BinaryIO) -> str:
    """The Python name of the encoding of a file.

    A byte order mark decides; then zeros (UTF-16), then valid UTF-8; else Windows or Mac,
    whichever makes more of the bytes into letters that French uses.

    Raises:
        ValueError: it is not text.
    """
    tete = next(blocks(fichier, 4096), b"")
    for marque, nom in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if tete.startswith(marque):
            _require(fichier, nom)
            return nom
    if b"\0" in tete:
        nom = "utf-16-le" if tete[1::2].count(0) >= tete[::2].count(0) else "utf-16-be"
        if tete.count(0) * 4 < len(tete):  # less than half of one byte in two
            raise ValueError("octets nuls")
        _require(fichier, nom)
        return nom
    if any(b"\0" in bloc for bloc in blocks(fichier)):
        raise ValueError("octets nuls")
    try:
        _require(fichier, "utf-8")
        return "utf-8"
    except ValueError:
        frequences: Counter[int] = Counter()
        for bloc in blocks(fichier):
            frequences.update(bloc.translate(None, _ASCII))
            if frequences.total() > ECHANTILLON:
                break
        return max(("cp1252", "mac_roman"), key=lambda nom: _plausibility(frequences, nom))


def _require(fichier: BinaryIO, encodage: str) -> None:
    """Raise ``ValueError`` unless all of the file decodes."""
    decodeur = codecs.getincrementaldecoder(encodage)()
    for bloc in blocks(fichier):
        decodeur.decode(bloc)
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

    def __init__(self, fichier: BinaryIO, nom: str) -> None:
        self._fichier, self._nom = fichier, nom
        self._guillemets = False
        self.total = self._measure()
        try:
            self.encodage = detect_encoding(fichier)
        except ValueError:
            raise FichierInvalide(
                f"{nom} n'est ni un classeur ni un fichier CSV lisible.",
                "Exportez-le de nouveau en CSV ou en Excel (.xlsx).",
            ) from None
        self._codage = self.encodage if self.encodage in _UN_OCTET else "utf-8"
        premiere = next(self._lines(), "").strip().strip('"').casefold()
        self.separateur = ""  # the one that a first line « sep=; » gives
        if premiere.startswith("sep=") and premiere[4:] in (*SEPARATEURS, ""):
            self.separateur = premiere[4:] or "\t"  # strip() took the tab away

    @property
    def nom_encodage(self) -> str:
        """The encoding, for people."""
        return _CONNUS.get(self.encodage, "MacRoman" if "mac" in self.encodage else "UTF-16")

    def rows(self, separateur: str) -> Iterator[list[str]]:
        """The records, not stripped of spaces.

        Raises:
            FichierInvalide: while reading, when a quote is never closed.
        """
        lignes = islice(self._lines(), bool(self.separateur), None)
        if self._guillemets:
            return self._quoted_rows(lignes, separateur)
        return map(methodcaller("split", separateur), lignes)  # csv would do so, more slowly

    def blocks(self, separateur: str) -> Iterator[Bloc]:
        """The same records, by blocks.

        Raises:
            FichierInvalide: as :meth:`rows` does.
        """
        if self._guillemets:
            return grouped(self.rows(separateur))
        blocs = (cut(lignes, separateur, self._codage) for lignes in self._lines_of_blocks())
        return from_row(blocs, bool(self.separateur))

    def _quoted_rows(self, lignes: Iterator[str], separateur: str) -> Iterator[list[str]]:
        fin = False

        def with_ends() -> Iterator[str]:
            nonlocal fin
            for ligne in lignes:
                yield ligne + "\n"
            fin = True

        numero = 0
        try:
            for ligne in csv.reader(with_ends(), delimiter=separateur):
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
        """The lines without their ends."""
        lignes = chain.from_iterable(self._lines_of_blocks())
        return (ligne.decode(self._codage, "replace") for ligne in lignes)

    def _lines_of_blocks(self) -> Iterator[list[bytes]]:
        """The lines without their ends, not decoded, by blocks."""
        reste = b""
        for bloc in self._bytes():
            bloc = reste + bloc
            fin = 1 + max(bloc.rfind(b"\n"), bloc.rfind(b"\r", 0, -1))  # a last \r may begin \r\n
            if fin:
                yield bloc[:fin].splitlines()
            reste = bloc[fin:]
        if reste:
            yield reste.splitlines()

    def _bytes(self) -> Iterator[bytes]:
        """The bytes by blocks, in the encoding ``_codage``, where a separator is one byte."""
        octets = blocks(self._fichier, 1 << 16)
        if self._codage == self.encodage:
            return octets
        texte = codecs.iterdecode(octets, self.encodage, "replace")
        return (bloc.encode(self._codage) for bloc in texte)

    def _measure(self) -> int:
        """How many lines there are, once it is known that none is too long; also notes whether
        there are quotes."""
        retours = chariots = en_cours = 0
        for bloc in blocks(self._fichier, LIGNE_MAX):
            bouts = [n for c in (b"\n", b"\r") if (n := bloc.find(c)) >= 0]
            en_cours += min(bouts, default=len(bloc))
            if en_cours > LIGNE_MAX:
                raise FichierInvalide(
                    f"{self._nom} contient une ligne démesurée (plus de {LIGNE_MAX >> 10} Ko) : "
                    "ce n'est pas un tableau.",
                    "Exportez-le de nouveau en CSV ou en Excel (.xlsx).",
                )
            if bouts:
                en_cours = len(bloc) - 1 - max(bloc.rfind(b"\n"), bloc.rfind(b"\r"))
            retours += bloc.count(b"\n")
            chariots += 0 if retours else bloc.count(b"\r")
            self._guillemets = self._guillemets or b'"' in bloc
        return retours or chariots
