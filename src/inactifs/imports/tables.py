"""Any export's bytes → the tables that it may hold: sheets, or readings of a CSV.

A text is read by blocks, more than once, and never held: a file of hundreds of megabytes takes no
more memory than a small one.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from itertools import islice
from typing import BinaryIO

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.mots import simplify

Ligne = Sequence[object]

TAILLE_MAX = 200 << 20
"""The largest file, in bytes."""
TETE = 60
"""The rows among which the header is sought."""


@dataclass
class Tableau:
    """Rows still to be read, the first ones already at hand.

    ``nom`` is the sheet's, empty for a CSV; ``origine`` tells people what was read; ``total``
    is about how many rows there are; ``rows`` gives them all, from the first, at each call.
    ``cachee`` is whether the sheet is hidden, ``date1904`` its calendar, ``defauts`` whether cells
    of it cannot be read, ``dit`` what is to be told of the file, in French.
    """

    nom: str
    origine: str
    total: int
    tete: Sequence[Ligne]
    rows: Callable[[], Iterator[Ligne]]
    cachee: bool = False
    date1904: bool = False
    defauts: bool = False
    dit: tuple[str, ...] = field(default=())


def read_tables(fichier: BinaryIO, nom: str, feuille: str | None) -> list[Tableau]:
    """The tables of a file: each sheet of a workbook, or a CSV read with each separator.

    What the file is, its first bytes tell; its name does not count.

    Raises:
        FichierInvalide: it cannot be read.
        UsageIncorrect: there is no sheet ``feuille``.
    """
    if fichier.seek(0, 2) > TAILLE_MAX:
        raise FichierInvalide(
            f"{nom} dépasse {TAILLE_MAX >> 20} Mo.", "Exportez une période plus courte."
        )
    if not any(bloc.strip(b"\0 \t\r\n") for bloc in blocks(fichier)):
        raise FichierInvalide(f"{nom} est vide.", "Exportez-le de nouveau.")
    debut = next(blocks(fichier, 1024))
    if debut.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return _sheets(fichier, nom, feuille)
    _refuse_other_kinds(debut, nom)
    if feuille is not None:
        raise UsageIncorrect(f"{nom} n'a pas de feuilles.", "Retirez --feuille.")
    return _readings(TexteDelimite(fichier, nom))


def _readings(texte: TexteDelimite) -> list[Tableau]:
    """The text read with each separator that makes rows of it."""
    lectures: list[Tableau] = []
    faute: FichierInvalide | None = None
    dit: tuple[str, ...] = ()
    if texte.nuls:
        dit = (f"Le fichier contient des octets nuls (ligne {texte.nuls}) : ils ont été ôtés.",)
    for separateur, libelle in SEPARATEURS.items():
        if texte.separateur not in ("", separateur):
            continue
        origine = f"CSV {texte.nom_encodage}, séparateur {libelle}"
        try:
            tete = list(islice(texte.rows(separateur), TETE))
        except FichierInvalide as illisible:  # quotes that make sense with another separator
            faute = faute or illisible
        else:
            lignes = partial(texte.rows, separateur)
            abime = texte.abime or "?" in texte.encodage
            lectures.append(Tableau("", origine, texte.total, tete, lignes, defauts=abime, dit=dit))
    if faute and not lectures:
        raise faute
    return lectures


def _sheets(fichier: BinaryIO, nom: str, feuille: str | None) -> list[Tableau]:
    from inactifs.imports.spreadsheet import Tableur  # zipfile, which a CSV does not need

    classeur = Tableur(fichier, nom)
    noms = classeur.sheet_names()
    if feuille is not None:
        voulues = [n for n in noms if simplify(n) == simplify(feuille)]
        if not voulues:
            raise UsageIncorrect(
                f"{nom} n'a pas de feuille « {feuille} ».",
                "Feuilles : " + ", ".join(f"« {n} »" for n in noms) + ".",
            )
        noms = voulues
    tableaux = []
    for n in noms:
        defauts = classeur.faults(n)
        lignes, total = classeur.rows(n, defauts)
        tableaux.append(
            Tableau(
                n,
                f"feuille « {n} »",
                total,
                list(islice(lignes(), TETE)),
                lignes,
                cachee=feuille is None and n in classeur.hidden,
                date1904=classeur.date1904,
                defauts=bool(defauts),
            )
        )
    return tableaux


def _refuse_other_kinds(debut: bytes, nom: str) -> None:
    debut = debut.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if debut.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise FichierInvalide(
            f"{nom} est une page web ou du XML, quel que soit son nom.",
            "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx.",
        )
    if debut.startswith((b"%pdf", b"{", b"[{", b"\x89png", b"\xff\xd8\xff", b"{\\rtf")):
        raise FichierInvalide(
            f"{nom} n'est ni un classeur ni un fichier CSV.",
            "Exportez-le en CSV ou en Excel (.xlsx).",
        )


SEPARATEURS = {";": "« ; »", ",": "« , »", "\t": "tabulation", "|": "« | »"}
LIGNE_MAX = 1 << 17
"""The longest line, in bytes: four times the longest text of an Excel cell (32,767 characters).
Beyond it, the file is not a table, and its rows would fill the memory."""

_LIBELLES = {
    "cp1252": "Windows (cp1252)",
    "cp850": "DOS (cp850)",
    "mac_roman": "MacRoman",
    "iso8859_15": "ISO 8859-15",
}
_COMMANDES = bytes({*range(1, 32)} - {*b"\t\n\v\f\r\x1a\x1b"})
"""Control characters that text does not have."""
_DEUX_FOIS = (b"\xc3\x82\xc2", b"\xc3\x83\xc2", b"\xc3\x83\xc5", b"\xc3\x83\xcb", b"\xc3\x83\xe2",
           b"\xe2\x88\x9a", b"\xe2\x94\x9c")  # fmt: skip
"""Letters that UTF-8 gave, written in UTF-8 once more."""


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
    """The Python name of the encoding of a file; « utf-8?… » where only some of its lines are
    UTF-8, followed by that of the others if they have one.

    A byte order mark decides; then zeros (UTF-16), then valid UTF-8; else what makes French.

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
            if _decodes(fichier, nom):
                return nom
            if nom == "utf-16":
                raise ValueError("octets")
    if 4 * tete.count(0) >= len(tete) and tete.rstrip(b"\0").count(0) > 2:
        nom = "utf-16-le" if tete[1::2].count(0) >= tete[::2].count(0) else "utf-16-be"
        if not _decodes(fichier, nom):
            raise ValueError("octets nuls")
        return nom
    if any(
        len(b) - len(b.translate(None, _COMMANDES)) > max(3, len(b) // 50) for b in blocks(fichier)
    ):
        raise ValueError("caractères de commande")
    if _decodes(fichier, "utf-8"):
        return "utf-8"
    bonnes, mauvaises = _lines_in_utf8(fichier)
    if not bonnes:
        return best_encoding(mauvaises)
    return "utf-8?" if bonnes >= len(mauvaises) else f"utf-8?{best_encoding(mauvaises)}"


def _lines_in_utf8(fichier: BinaryIO) -> tuple[int, list[bytes]]:
    """How many lines with accents are in UTF-8, and some of those that are not."""
    fichier.seek(0)
    bonnes = 0
    mauvaises: list[bytes] = []
    for ligne in fichier:
        if ligne.isascii():
            continue
        try:
            ligne.decode("utf-8")
            bonnes += 1
        except UnicodeDecodeError:
            mauvaises.append(ligne)
            if (
                len(mauvaises) == 2000
                and not bonnes
                and not any(b"\xc3" in b for b in blocks(fichier))
            ):
                break  # « é » in UTF-8 begins with this byte
    return bonnes, mauvaises[:2000]


def _decodes(fichier: BinaryIO, encodage: str) -> bool:
    """Whether all of the file decodes."""
    decodeur = codecs.getincrementaldecoder(encodage)()
    try:
        for bloc in blocks(fichier):
            decodeur.decode(bloc)
        decodeur.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class TexteDelimite:
    """A CSV file: its encoding, known once and for all, and its rows for any separator.

    Attributes:
        total: how many lines there are.
        separateur: the one that a first line « sep=; » gives, else empty.
        abime: whether a letter is damaged, in the file itself.
        nuls: the first line with a null byte, 0 if none has.

    Raises:
        FichierInvalide: it is not text, or has a line longer than ``LIGNE_MAX``.
    """

    def __init__(self, fichier: BinaryIO, nom: str) -> None:
        self._fichier, self._nom = fichier, nom
        self._double = self.abime = False
        self.nuls = 0
        self.total = self._measure()
        try:
            self.encodage = detect_encoding(fichier)
        except ValueError:
            raise FichierInvalide(
                f"{nom} n'est ni un classeur ni un fichier CSV lisible.",
                "Exportez-le de nouveau en CSV ou en Excel (.xlsx).",
            ) from None
        if self.encodage.startswith("utf-16"):
            self.nuls = 0
        premiere = next(self._lines(), "").strip().strip('"').casefold()
        self.separateur = ""
        if premiere.startswith("sep=") and premiere[4:] in (*SEPARATEURS, ""):
            self.separateur = premiere[4:] or "\t"  # strip() took the tab away

    @property
    def nom_encodage(self) -> str:
        """The encoding, for people."""
        if self.encodage.startswith("utf-16"):
            return "UTF-16"
        return _LIBELLES.get(self.encodage, "UTF-8" + " (abîmé)" * ("?" in self.encodage))

    def rows(self, separateur: str) -> Iterator[list[str]]:
        """The records, not stripped of spaces.

        Raises:
            FichierInvalide: while reading, when a quote is never closed.
        """
        fin = False

        def lines() -> Iterator[str]:
            nonlocal fin
            yield from islice(self._lines(), bool(self.separateur), None)
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
        """The lines with their ends."""
        if "?" in self.encodage:
            autre = self.encodage.partition("?")[2] or None
            brutes = self._decoded("utf-8", "surrogateescape")
            lignes: Iterator[str] = (
                decode_line(ligne.encode("utf-8", "surrogateescape"), autre) for ligne in brutes
            )
        else:
            lignes = self._decoded(self.encodage, "replace")
            if self._double:
                lignes = map(repaired, lignes)
        return (ligne.replace("\0", "") for ligne in lignes) if self.nuls else lignes

    def _decoded(self, encodage: str, erreurs: str) -> Iterator[str]:
        reste = ""
        for bloc in codecs.iterdecode(blocks(self._fichier, 1 << 16), encodage, erreurs):
            bloc = reste + bloc
            fin = 1 + max(bloc.rfind("\n"), bloc.rfind("\r", 0, -1))  # a last \r may begin \r\n
            yield from StringIO(bloc[:fin], newline="")
            reste = bloc[fin:]
        yield from StringIO(reste, newline="")

    def _measure(self) -> int:
        """How many lines there are, once it is known that none is too long; notes as well the
        first null byte, and whether there are letters that were written twice in UTF-8."""
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
            if not self.nuls and (nul := bloc.find(b"\0")) >= 0:
                self.nuls = retours + bloc.count(b"\n", 0, nul) + 1
            retours += bloc.count(b"\n")
            chariots += 0 if retours else bloc.count(b"\r")
            self.abime = self.abime or b"\xef\xbf\xbd" in bloc
            self._double = self._double or any(d in bloc for d in _DEUX_FOIS)
        return retours or chariots


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
        UN_OCTET, key=lambda nom: sum(fois * _weight(v, nom) for v, fois in voisinages.items())
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
