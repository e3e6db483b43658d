"""Spreadsheets (.xlsx, .xlsm, .xls, .ods): from bytes to rows, with python-calamine.

Of an .xlsx, what it does not show is read beside it: where the sheets are, the calendar, the cells
that hold an error or a formula never calculated (ECMA-376 Part 1, 18.3.1.4).
"""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from inactifs.erreurs import FichierInvalide

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


GONFLE_MAX = 1 << 30
"""Bytes once unzipped; calamine itself refuses a part larger than it declares."""
CELLULES_MAX, VIDES_MAX = 50_000_000, 2_000_000
"""calamine holds a sheet as a full rectangle, from its first cell to its last: how large it may
be, and how large when nearly all of it is empty."""


class Tableur:
    """A workbook that calamine opened.

    Raises:
        FichierInvalide: it cannot be read, is protected, or would not fit in memory.
    """

    def __init__(self, fichier: BinaryIO, nom: str) -> None:
        self._nom = nom
        self._parties: PartiesXlsx | None = None
        fichier.seek(0)
        if fichier.read(2) == b"PK":
            fichier, self._parties = _checked(fichier, nom)
        elif "EncryptedPackage".encode("utf-16-le") in fichier.read():
            raise _protege(nom)
        self.date1904 = self._parties is not None and self._parties.date1904
        from python_calamine import CalamineWorkbook

        fichier.seek(0)
        with self._translated(), _rust_silenced():
            self._classeur = CalamineWorkbook.from_filelike(fichier)

    def sheet_names(self) -> list[str]:
        """The sheets, the visible ones first."""
        from python_calamine import SheetTypeEnum

        feuilles = [f for f in self._classeur.sheets_metadata if f.typ is SheetTypeEnum.WorkSheet]
        return [f.name for f in sorted(feuilles, key=lambda f: f.name in self.hidden)]

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The sheets that people do not see."""
        from python_calamine import SheetVisibleEnum

        feuilles = self._classeur.sheets_metadata
        return frozenset(f.name for f in feuilles if f.visible is not SheetVisibleEnum.Visible)

    def faults(self, feuille: str) -> dict[tuple[int, int], str]:
        """The cells, by row and column from 0, that show an error or nothing yet: what they say."""
        return self._parties.faults(feuille) if self._parties is not None else {}

    def rows(
        self, feuille: str, defauts: dict[tuple[int, int], str]
    ) -> tuple[Callable[[], Iterator[Sequence[object]]], int]:
        """How to read the rows of a sheet from its first, blank ones included, and how many they
        are.

        A value merged over several cells is in the first of them only, except that one merged
        over several rows of one column is given for each of them. ``defauts`` are the sheet's.

        Raises:
            FichierInvalide: the sheet cannot be read.
        """
        with self._translated(), _rust_silenced():
            contenu = self._classeur.get_sheet_by_name(feuille)
        return partial(self._read, contenu, defauts), contenu.total_height + 1

    def _read(
        self, contenu: CalamineSheet, defauts: dict[tuple[int, int], str]
    ) -> Iterator[Sequence[object]]:
        with self._translated():
            depart = contenu.start[1] if contenu.start else 0
            fusions = [
                (haut, gauche - depart, min(bas, contenu.total_height))
                for (haut, gauche), (bas, droite) in contenu.merged_cell_ranges or ()
                if bas > haut and gauche == droite and gauche >= depart
            ]
            lignes = contenu.iter_rows()
            yield from _patched(lignes, fusions, defauts, depart) if fusions or defauts else lignes

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """calamine's own errors, and the panics of its Rust code, which are no ``Exception``."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as faute:
            protege = type(faute).__name__ == "PasswordError"
            raise _protege(self._nom) if protege else _illisible(self._nom) from None


@contextmanager
def _rust_silenced() -> Iterator[None]:
    """Nothing on the process's stderr: a damaged .xls makes Rust print where it panicked, which
    no Python stream nor exception handler can hold back."""
    try:
        sortie = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    muet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(muet, 2)
    try:
        yield
    finally:
        os.dup2(sortie, 2)
        os.close(sortie)
        os.close(muet)


def _patched(
    lignes: Iterable[Sequence[object]],
    fusions: Iterable[tuple[int, int, int]],
    defauts: Mapping[tuple[int, int], str],
    gauche: int,
) -> Iterator[Sequence[object]]:
    """The rows with what calamine shows empty, or not at all: the values merged over several rows
    (first row, column, last row) and the faults; ``gauche`` is the sheet's first column."""
    poses: dict[int, dict[int, object]] = {}
    for (rang, colonne), texte in defauts.items():
        poses.setdefault(rang, {})[max(0, colonne - gauche)] = texte
    debuts: dict[int, list[tuple[int, int]]] = {}
    for haut, colonne, bas in fusions:
        debuts.setdefault(haut, []).append((colonne, bas))
    rang = -1
    for rang, ligne in enumerate(lignes):
        ligne = _row_with(ligne, poses.pop(rang, {}))
        for colonne, bas in debuts.get(rang, ()):
            for dessous in range(rang + 1, bas + 1 if colonne < len(ligne) else 0):
                poses.setdefault(dessous, {}).setdefault(colonne, ligne[colonne])
        yield ligne
    for dernier in sorted(poses):
        yield from ([] for _ in range(dernier - rang - 1))
        yield _row_with([], poses[dernier])
        rang = dernier


def _row_with(ligne: Sequence[object], cellules: Mapping[int, object]) -> Sequence[object]:
    if not cellules:
        return ligne
    pleine = [*ligne, *[""] * (max(cellules) + 1 - len(ligne))]
    for colonne, valeur in cellules.items():
        pleine[colonne] = valeur
    return pleine


def _checked(fichier: BinaryIO, nom: str) -> tuple[BinaryIO, PartiesXlsx | None]:
    """The package under its usual names, once it is known that it fits in memory."""
    try:
        archive = zipfile.ZipFile(fichier)
        if sum(p.file_size for p in archive.infolist()) > GONFLE_MAX:
            raise FichierInvalide(
                f"{nom} est trop grand une fois décompressé.", "Exportez une période plus courte."
            )
        if (propre := usual(archive)) is not None:
            fichier, archive = propre, zipfile.ZipFile(propre)
        noms = {*archive.namelist()}
        if "xl/workbook.bin" in noms:
            raise FichierInvalide(
                f"{nom} est un classeur binaire (.xlsb).", "Enregistrez-le en .xlsx."
            )
        if not noms & {PRINCIPALE, "content.xml"}:
            raise _illisible(nom)
        if PRINCIPALE not in noms:
            return fichier, None
        parties = PartiesXlsx(archive)
        if any(map(parties.is_vast, noms)):
            raise FichierInvalide(
                f"{nom} a une feuille presque vide mais démesurée : une cellule est remplie très "
                "loin du tableau.",
                "Copiez le tableau dans un nouveau classeur.",
            )
        return fichier, parties
    except FichierInvalide:
        raise
    except Exception:  # zipfile and zlib raise many kinds on damaged bytes
        raise _illisible(nom) from None


def _illisible(nom: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} est abîmé, ou n'est pas un classeur.",
        "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx, ou refaites l'export.",
    )


def _protege(nom: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe."
    )


NON_CALCULEE = "formule non calculée"
ERREURS = {
    "#VALUE!": "#VALEUR!",
    "#NAME?": "#NOM?",
    "#NULL!": "#NUL!",
    "#NUM!": "#NOMBRE!",
    "#DIV/0!": "#DIV/0!",
    "#REF!": "#REF!",
    "#N/A": "#N/A",
}
"""The errors of cells, as French spreadsheets show them."""
PRINCIPALE = "xl/workbook.xml"
LIENS = "xl/_rels/workbook.xml.rels"

_ESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ESPACE_LIENS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MORCEAU = 1 << 20
_CELLULE = re.compile(
    rb"<(?:\w+:)?(?:(row)\b([^>]*)>|c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>))", re.DOTALL
)
_VALEUR = re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_FORMULE = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LARGE = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{2,3}\d")
_REFERENCE = re.compile(rb"[\s\"']r\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_RANGEE = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"'](\d+)")
_FIN_RANGEE = re.compile(rb"</(?:\w+:)?row>")
_BALISE = re.compile(r"<(?:\w+:)?(?:sheet|Relationship)\s[^>]*>")


def attributes(balise: str) -> dict[str, str]:
    """The attributes of a tag, without their prefixes."""
    trouves = re.findall(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", balise)
    return {nom.rpartition(":")[2]: unescape(a or b) for nom, a, b in trouves}


def usual(archive: zipfile.ZipFile) -> BinaryIO | None:
    """The same workbook under the names that every writer gives to its parts; None where it has
    them already, or where it is no workbook.

    Excel opens packages whose names have backslashes, or whose main part is elsewhere
    (ECMA-376 Part 2, 10.2.2 and 9.3).
    """
    parties = {p.filename.replace("\\", "/").lstrip("/").lower(): p for p in archive.infolist()}
    if PRINCIPALE in archive.namelist() or "content.xml" in parties or len(parties) < 3:
        return None
    principale = _main_part(archive, parties)
    if principale is None:
        return None
    dossier, base = posixpath.split(principale)
    liens = parties.get(posixpath.join(dossier, "_rels", f"{base}.rels"))
    if liens is None:
        return None
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w") as propre:
        propre.writestr(PRINCIPALE, archive.read(parties[principale]))
        nouveaux = []
        for rang, balise in enumerate(_BALISE.findall(_text(archive, liens)), 1):
            lien = attributes(balise)
            genre = lien.get("Type", "").rpartition("/")[2]
            cible = posixpath.normpath(posixpath.join("/" + dossier, lien.get("Target", "")))
            partie = parties.get(cible.replace("\\", "/").lstrip("/").lower())
            nom = {
                "worksheet": f"worksheets/sheet{rang}.xml",
                "sharedStrings": "sharedStrings.xml",
                "styles": "styles.xml",
            }.get(genre)
            if nom and partie is not None:
                propre.writestr(f"xl/{nom}", archive.read(partie))
                nouveaux.append(
                    f'<Relationship Id="{lien["Id"]}" Type="{lien["Type"]}" Target="{nom}"/>'
                )
        propre.writestr(LIENS, _links("".join(nouveaux)))
        racine = f'<Relationship Id="r" Type="{_ESPACE}/officeDocument" Target="{PRINCIPALE}"/>'
        propre.writestr("_rels/.rels", _links(racine))
    return sortie


def _links(liens: str) -> str:
    return f'<Relationships xmlns="{_ESPACE_LIENS}">{liens}</Relationships>'


def _main_part(archive: zipfile.ZipFile, parties: dict[str, zipfile.ZipInfo]) -> str | None:
    if (liens := parties.get("_rels/.rels")) is not None:
        for balise in _BALISE.findall(_text(archive, liens)):
            lien = attributes(balise)
            cible = lien.get("Target", "").replace("\\", "/").lstrip("/").lower()
            if lien.get("Type", "").endswith("/officeDocument") and cible in parties:
                return cible
    return PRINCIPALE if PRINCIPALE in parties else None


class PartiesXlsx:
    """What an .xlsx says beside its cells: the part of each sheet, and its calendar."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        principale = archive.read(PRINCIPALE).decode("utf-8", "replace")
        self.date1904 = re.search(r"date1904\s*=\s*[\"'](?:1|true)", principale) is not None
        try:
            liens = _BALISE.findall(_text(archive, archive.getinfo(LIENS)))
        except KeyError:
            liens = []
        cibles = {lien.get("Id"): lien.get("Target", "") for lien in map(attributes, liens)}
        self.feuilles: dict[str, str] = {}
        for feuille in map(attributes, _BALISE.findall(principale)):
            cible = posixpath.normpath(posixpath.join("/xl", cibles.get(feuille.get("id"), "")))
            if (partie := cible.lstrip("/")) in archive.namelist():
                self.feuilles[feuille.get("name", "")] = partie

    def faults(self, feuille: str) -> dict[tuple[int, int], str]:
        """The cells of a sheet, by row and column from 0, that hold an error or a formula never
        calculated: what is to be read there."""
        partie = self.feuilles.get(feuille)
        if partie is None or not any(_may_fault(m) for m in self._pieces(partie)):
            return {}
        defauts: dict[tuple[int, int], str] = {}
        ligne, colonne = -1, -1
        for rangees in self._rows(partie):
            for rangee, attributs, cellule, contenu in _CELLULE.findall(rangees):
                if rangee:
                    place = re.search(rb"\sr\s*=\s*[\"'](\d+)", attributs)
                    ligne, colonne = (int(place[1]) - 1 if place else ligne + 1), -1
                    continue
                place = _REFERENCE.search(cellule)
                colonne = column(place[1]) - 1 if place else colonne + 1
                if defaut := _fault(cellule, contenu):
                    defauts[ligne, colonne] = defaut
        return defauts

    def is_vast(self, partie: str) -> bool:
        """Whether a part is a sheet whose rectangle would not fit in memory."""
        if not (partie.startswith("xl/worksheets/") and partie.endswith(".xml")):
            return False
        aire, cellules = self.area(partie)
        return aire > CELLULES_MAX or (aire > VIDES_MAX and aire > 20 * cellules)

    def area(self, partie: str) -> tuple[int, int]:
        """How many cells the rectangle of a sheet has at most, and how many are in the file."""
        large, cellules, derniere, reste = False, 0, 0, b""
        for morceau in self._pieces(partie):
            cellules += morceau.count(b"<c ") + morceau.count(b":c ")
            large = large or _LARGE.search(reste + morceau) is not None
            if rangees := _RANGEE.findall(morceau, max(0, len(morceau) - 100_000)):
                derniere = max(derniere, int(rangees[-1]))
            reste = morceau[-64:]
        if not large and (derniere < 100_000 or derniere * 26 <= 20 * cellules):
            return derniere * 26 if derniere >= 100_000 else 0, cellules
        lignes = colonnes = 0
        reste = b""
        for morceau in self._pieces(partie):
            for lettres, ligne in _REFERENCE.findall(reste + morceau):
                lignes, colonnes = max(lignes, int(ligne)), max(colonnes, column(lettres))
            reste = morceau[-64:]
        return lignes * colonnes, cellules

    def _pieces(self, partie: str) -> Iterator[bytes]:
        with self._archive.open(partie) as flux:
            while morceau := flux.read(_MORCEAU):
                yield morceau

    def _rows(self, partie: str) -> Iterator[bytes]:
        """The part by pieces that end with a row."""
        reste = b""
        for morceau in self._pieces(partie):
            reste += morceau
            fins = [trouve.end() for trouve in _FIN_RANGEE.finditer(reste)]
            if fins:
                yield reste[: fins[-1]]
                reste = reste[fins[-1] :]
        yield reste


def column(lettres: bytes) -> int:
    """« A » is 1, « AA » is 27."""
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + lettre - 64
    return rang


def _may_fault(morceau: bytes) -> bool:
    return any(signe in morceau for signe in (b't="e"', b"t='e'", b"<f>", b"<f ", b":f>", b":f "))


def _fault(attributs: bytes, contenu: bytes) -> str:
    genre = re.search(rb"\st\s*=\s*[\"'](\w+)", attributs)
    valeur = _VALEUR.search(contenu)
    if genre is not None and genre[1] == b"e":
        erreur = valeur[1].decode("utf-8", "replace") if valeur else "#VALUE!"
        return ERREURS.get(erreur, erreur)
    if valeur is None and _FORMULE.search(contenu) and (genre is None or genre[1] != b"str"):
        return NON_CALCULEE
    return ""


def _text(archive: zipfile.ZipFile, partie: zipfile.ZipInfo) -> str:
    return archive.read(partie).decode("utf-8", "replace")
