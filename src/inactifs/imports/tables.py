"""Tables to be read: sheets, or readings of a CSV, of which the bytes are decoded here.

A text is read by blocks, more than once, and never held: a file of hundreds of megabytes takes no
more memory than a small one.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from itertools import chain, islice
from typing import BinaryIO

from inactifs.erreurs import FichierInvalide

Ligne = Sequence[object]

TAILLE_MAX = 200 << 20
"""The largest file, in bytes."""
TETE = 60
"""The rows among which the header is sought."""


@dataclass
class Tableau:
    """Rows still to be read, the first ones already at hand."""

    nom: str  # the sheet's, empty for a CSV
    origine: str  # tells people what was read
    total: int  # about how many rows there are
    tete: Sequence[Ligne]
    rows: Callable[[], Iterator[Ligne]]  # all of them, from the first, at each call
    cachee: bool = False
    date1904: bool = False  # the calendar of the workbook
    defauts: bool = False  # whether cells of it cannot be read
    dit: tuple[str, ...] = ()  # what is to be told of the file, in French


def readings(fichier: BinaryIO, nom: str) -> list[Tableau]:
    """A CSV read with each separator that makes rows of it. Raises as :class:`TexteDelimite`."""
    texte = TexteDelimite(fichier, nom)
    dit = f"Le fichier contient des octets nuls (ligne {texte.nuls}) : ils ont été ôtés."
    lectures: list[Tableau] = []
    fautes: list[FichierInvalide] = []
    for separateur, libelle in SEPARATEURS.items():
        if texte.separateur not in ("", separateur):
            continue
        rows = partial(texte.rows, separateur)
        try:
            tete = list(islice(rows(), TETE))
        except FichierInvalide as illisible:  # quotes that make sense with another separator
            fautes.append(illisible)
            continue
        origine = f"CSV {texte.nom_encodage}, séparateur {libelle}"
        tableau = Tableau("", origine, texte.total, tete, rows, defauts=texte.abime)
        lectures.append(replace(tableau, dit=(dit,)) if texte.nuls else tableau)
    if fautes and not lectures:
        raise fautes[0]
    return lectures


SEPARATEURS = {";": "« ; »", ",": "« , »", "\t": "tabulation", "|": "« | »"}
LIGNE_MAX = 1 << 17
"""The longest line, in bytes: four times the longest text of an Excel cell (32,767 characters).
Beyond it, the file is not a table, and its rows would fill the memory."""

_LIBELLES = {
    "cp1252": "Windows (cp1252)",
    "cp850": "DOS (cp850)",
    "mac_roman": "MacRoman",
    "iso8859_15": "ISO 8859-15",
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "UTF-16"),
}
_MARQUES = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_COMMANDES = bytes({*range(1, 32)} - {*b"\t\n\v\f\r\x1a\x1b"})
"""Control characters that text does not have."""


def blocks(fichier: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file from its first, by blocks; others may read it in between."""
    position = 0
    while True:
        fichier.seek(position)
        bloc = fichier.read(1 << 16)
        if not bloc:
            return
        position += len(bloc)
        yield bloc


class TexteDelimite:
    """A CSV file: its encoding, known once and for all, and its rows for any separator. Raises
    FichierInvalide: it is not text, or has a line longer than ``LIGNE_MAX``.

    ``encodage`` is its Python name; « utf-8?… » where only some of the lines are UTF-8, followed
    by that of the others if they have one; ``nom_encodage``, for people. ``total`` is how many
    lines there are, ``separateur`` what a first line « sep=; » gives, ``abime`` whether a letter
    is damaged in the file itself, ``nuls`` the first line with a null byte, 0 if none has."""

    def __init__(self, fichier: BinaryIO, nom: str) -> None:
        self._fichier, self._nom = fichier, nom
        self._e_en_utf8 = self.abime = False
        self.nuls = 0
        tete = next(blocks(fichier), b"")[:4096]
        encodage = next((nom for m, nom in _MARQUES.items() if tete.startswith(m)), "")
        if not encodage and 4 * tete.count(0) >= len(tete) and tete.rstrip(b"\0").count(0) > 2:
            encodage = "utf-16-le" if tete[1::2].count(0) >= tete[::2].count(0) else "utf-16-be"
        encodage = encodage or "utf-8"
        self.encodage = encodage if self._survey(encodage) else self._by_lines()
        self.abime = self.abime or "?" in self.encodage
        self.nom_encodage = _LIBELLES.get(self.encodage, "UTF-8 (abîmé)")
        premiere = next(chain.from_iterable(self._lines()), "").strip().strip('"').casefold()
        self.separateur = ""
        if premiere.startswith("sep=") and premiere[4:] in (*SEPARATEURS, ""):
            self.separateur = premiere[4:] or "\t"  # strip() took the tab away

    def rows(self, separateur: str) -> Iterator[list[str]]:
        """The records, not stripped of spaces. Raises FichierInvalide: while reading, when a
        quote is never closed."""
        fini = False

        def lines() -> Iterator[Iterable[str]]:
            nonlocal fini
            yield from self._lines()
            fini = True
            yield ["\n"]  # an empty row, unless it falls inside a quote

        lignes = islice(chain.from_iterable(lines()), bool(self.separateur), None)
        lecteur = csv.reader(lignes, delimiter=separateur)
        numero, ouvert = 0, False
        while not fini and not ouvert:
            rangees: list[list[str]] = []
            try:
                rangees.extend(islice(lecteur, TETE))  # what was read before a fault stays there
            except csv.Error:  # a cell longer than csv allows
                ouvert = True
            else:
                ouvert = fini and rangees.pop() != []
            yield from rangees
            numero += len(rangees)
        if ouvert:
            raise FichierInvalide(
                f"{self._nom}, ligne {numero + 1} : un guillemet ouvert n'est jamais refermé.",
                "Supprimez ce guillemet, ou exportez de nouveau le fichier.",
            )

    def _lines(self) -> Iterator[Iterable[str]]:
        """The lines with their ends, by blocks."""
        encodage, melange, autre = self.encodage.partition("?")
        decode = codecs.iterdecode(
            blocks(self._fichier), encodage, "surrogateescape" if melange else "replace"
        )
        reste = ""
        for bloc in chain(decode, [None]):
            texte = reste + (bloc or "")
            fin = len(texte)
            if bloc is not None:
                fin = 1 + max(texte.rfind("\n"), texte.rfind("\r", 0, -1))  # \r\n may be cut
            reste = texte[fin:]
            lignes: Iterable[str] = StringIO(texte[:fin].replace("\0", ""), newline="")
            if melange:
                brutes = (ligne.encode("utf-8", "surrogateescape") for ligne in lignes)
                lignes = (decode_line(brute, autre or None) for brute in brutes)
            elif encodage.startswith("utf-8"):
                lignes = map(repaired, lignes)
            yield lignes

    def _survey(self, encodage: str) -> bool:
        """Whether all of the file decodes; notes on the way how many lines there are, the first
        null byte, and whether letters are damaged. Raises FichierInvalide: a line is too long,
        or this is no text."""
        decodeur = codecs.getincrementaldecoder(encodage)()
        large = encodage.startswith("utf-16")
        retours = chariots = en_cours = taille = commandes = 0
        decode = True
        for bloc in chain(blocks(self._fichier), [b""]):
            bouts = [n for c in (b"\n", b"\r") if (n := bloc.find(c)) >= 0]
            en_cours += min(bouts, default=len(bloc))
            if en_cours > LIGNE_MAX:
                quoi = f"une ligne démesurée (plus de {LIGNE_MAX >> 10} Ko)"
                raise self._no_table(f"contient {quoi} : ce n'est pas un tableau.")
            if bouts:
                en_cours = len(bloc) - 1 - max(bloc.rfind(b"\n"), bloc.rfind(b"\r"))
            if not large and not self.nuls and (nul := bloc.find(b"\0")) >= 0:
                self.nuls = retours + bloc.count(b"\n", 0, nul) + 1
            retours += bloc.count(b"\n")
            chariots += 0 if retours else bloc.count(b"\r")
            self.abime = self.abime or b"\xef\xbf\xbd" in bloc
            taille += len(bloc)
            commandes += len(bloc) - len(bloc.translate(None, _COMMANDES))
            self._e_en_utf8 = self._e_en_utf8 or b"\xc3" in bloc  # « é » begins with it
            if decode:
                try:
                    decodeur.decode(bloc, final=not bloc)
                except UnicodeDecodeError:
                    decode = False
        if not decode if large else commandes > max(3, taille // 50):
            raise self._no_table("n'est ni un classeur ni un fichier CSV lisible.")
        self.total = retours or chariots
        return decode

    def _no_table(self, constat: str) -> FichierInvalide:
        conseil = "Exportez-le de nouveau en CSV ou en Excel (.xlsx)."
        return FichierInvalide(f"{self._nom} {constat}", conseil)

    def _by_lines(self) -> str:
        """The encoding of a file that is not all in UTF-8."""
        bonnes = 0
        mauvaises: list[bytes] = []
        self._fichier.seek(0)
        for ligne in self._fichier:
            if ligne.isascii():
                continue
            try:
                ligne.decode("utf-8")
                bonnes += 1
            except UnicodeDecodeError:
                if len(mauvaises) < ECHANTILLON:
                    mauvaises.append(ligne)
                elif not bonnes and not self._e_en_utf8:
                    break
        autre = best_encoding(mauvaises)
        if not bonnes:
            return autre
        return "utf-8?" if bonnes >= len(mauvaises) else f"utf-8?{autre}"


UN_OCTET = ("cp1252", "cp850", "mac_roman", "iso8859_15")
"""The encodings of one byte a letter that software in France has used; the first wins a draw."""
ECHANTILLON, LETTRES = 2_000, 20_000
"""Lines, and letters with accents, that are enough to tell them apart."""

_ENTRE_MOTS = "«»“”…–—€·²´"
_POIDS = {
    **dict.fromkeys("éèêëàâçîïôûùœ", 1.0),
    **dict.fromkeys("áíóúñäöüãõßæìòýåøčšžłćńęą", 0.3),
    **dict.fromkeys(f"’\xa0°{_ENTRE_MOTS}", 0.4),
}
"""How much a letter, or a sign, speaks for French; any other, against it."""
_VOISINAGE = re.compile(rb"[\x00-\x7f]?[\x80-\xff]+[\x00-\x7f]?")
_DOUBLE = re.compile("[ÂÃ][\x80-\xbf\u0152-\u2122]|[√├][^\x00-\x7f]")
"""What « é » becomes when UTF-8 is taken for Windows, Mac or DOS letters: « Ã© », « √© »."""


def best_encoding(lignes: Iterable[bytes]) -> str:
    """The encoding of one byte a letter that makes the most French of these lines."""
    voisinages: Counter[bytes] = Counter()
    for ligne in lignes:
        voisinages.update(_VOISINAGE.findall(ligne))
        if voisinages.total() > LETTRES:
            break
    return max(
        UN_OCTET,
        key=lambda nom: sum(fois * _plausibility(v, nom) for v, fois in voisinages.items()),
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
    poids = sum(_plausibility(v, nom) for v in _VOISINAGE.findall(ligne))
    return ligne.decode("utf-8" if poids <= _plausibility(ligne, "utf-8") else nom, "replace")


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


def _plausibility(octets: bytes, encodage: str) -> float:
    """How much like French the letters with accents of a piece of text are, given what they
    touch: a sign inside a word, a capital inside small letters are not."""
    texte = octets.decode(encodage, "replace")
    poids = 0.0
    for rang, lettre in enumerate(texte):
        if lettre.isascii():
            continue
        avant, apres = texte[max(0, rang - 1) : rang], texte[rang + 1 : rang + 2]
        poids += _POIDS.get(lettre.lower(), -1.5)
        if lettre in _ENTRE_MOTS and (avant + apres).isalpha():
            poids -= 1.4
        if lettre.isupper() and avant.islower():
            poids -= 1.5  # « GaÉl »
        elif lettre.islower() and not avant.islower() and apres.isupper():
            poids -= 1.2  # « GARçON », « âLODIE »
    return poids
