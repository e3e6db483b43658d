"""Spreadsheets (.xlsx, .xlsm, .xls, .ods): from bytes to rows, with python-calamine.

Of an .xlsx, what it does not show is read beside it: where the sheets are, the calendar, the cells
that hold an error or a formula never calculated (ECMA-376 Part 1, 18.3.1.4).
"""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial, reduce
from html import unescape
from io import BytesIO
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, BinaryIO

from inactifs.classeur.source import usual_package
from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.tables import TETE, Ligne, Tableau
from inactifs.mots import simplify

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Place = tuple[int, int]
"""A row and a column, from 0."""

GONFLE_MAX = 1 << 30
"""Bytes once unzipped; calamine itself refuses a part larger than it declares."""
CELLULES_MAX, VIDES_MAX = 50_000_000, 2_000_000
"""calamine holds a sheet as a full rectangle, from its first cell to its last: how large it may
be, and how large when nearly all of it is empty."""
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

_FAUTIVES = (b't="e"', b"t='e'", b"<f>", b"<f ", b":f>", b":f ")
"""What a cell that holds an error or a formula has."""
_CELLULE = re.compile(
    rb"<(?:\w+:)?(?:(row)\b([^>]*)>|c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>))", re.DOTALL
)
_VALEUR = re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_FORMULE = re.compile(rb"<(?:\w+:)?f[\s/>]")
_GENRE = re.compile(rb"\st\s*=\s*[\"'](\w+)")
_LARGE, _TROIS = (re.compile(rb"r\s*=\s*[\"']([A-Za-z]{%s})\d" % n) for n in (b"2,3", b"3"))
_REFERENCE = re.compile(rb"[\s\"']r\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_RANG = re.compile(rb"\sr\s*=\s*[\"'](\d+)")
_BALISE = re.compile(r"<(?:\w+:)?(?:sheet|Relationship)\s[^>]*>")
_ATTRIBUT = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Tableur:
    """A workbook that calamine opened; ``date1904`` is its calendar. Raises FichierInvalide: it
    cannot be read, is protected, or would not fit in memory."""

    def __init__(self, fichier: BinaryIO, nom: str) -> None:
        from python_calamine import CalamineWorkbook

        self._nom = nom
        self._archive: zipfile.ZipFile | None = None
        self._parties: dict[str, str] = {}
        self.date1904 = False
        fichier.seek(0)
        if fichier.read(2) == b"PK":
            with self._translated():
                fichier = self._unzipped(fichier)
        elif "EncryptedPackage".encode("utf-16-le") in fichier.read():
            raise _protege(nom)
        fichier.seek(0)
        with self._translated(), _rust_silenced():
            self._classeur = CalamineWorkbook.from_filelike(fichier)

    def sheets(self, voulue: str | None) -> Iterator[Tableau]:
        """The sheets, the visible ones first; or the one of this name, in any spelling.

        A value merged over several cells is in the first of them only, except that one merged
        over several rows of one column is given for each of them. Raises FichierInvalide: a
        sheet cannot be read; UsageIncorrect: there is none of this name."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        cachees = {
            f.name: f.visible is not SheetVisibleEnum.Visible
            for f in self._classeur.sheets_metadata
            if f.typ is SheetTypeEnum.WorkSheet
        }
        noms = sorted(cachees, key=lambda n: cachees[n])
        if voulue is not None:
            noms, tous = [n for n in noms if simplify(n) == simplify(voulue)], noms
            if not noms:
                feuilles = ", ".join(f"« {n} »" for n in tous)
                raise UsageIncorrect(
                    f"{self._nom} n'a pas de feuille « {voulue} ».", f"Feuilles : {feuilles}."
                )
        for nom in noms:
            with self._translated():
                defauts = self._faults(self._parties.get(nom))
            with self._translated(), _rust_silenced():
                contenu = self._classeur.get_sheet_by_name(nom)
            rows = partial(self._read, contenu, defauts)
            yield Tableau(
                nom,
                f"feuille « {nom} »",
                contenu.total_height + 1,
                list(islice(rows(), TETE)),
                rows,
                cachee=voulue is None and cachees[nom],
                date1904=self.date1904,
                defauts=bool(defauts),
            )

    def _read(self, contenu: CalamineSheet, defauts: Mapping[Place, str]) -> Iterator[Ligne]:
        """The rows, with what calamine shows empty, or not at all: the faults, and the values
        merged over several rows of one column."""
        with self._translated():
            gauche = contenu.start[1] if contenu.start else 0
            fusions: dict[int, list[Place]] = {}
            for (haut, colonne), (bas, droite) in contenu.merged_cell_ranges or ():
                if bas > haut and colonne == droite and colonne >= gauche:
                    fin = min(bas, contenu.total_height)
                    fusions.setdefault(haut, []).append((colonne - gauche, fin))
            poses: dict[int, dict[int, object]] = {}
            for (rang, colonne), texte in defauts.items():
                poses.setdefault(rang, {})[max(0, colonne - gauche)] = texte
            hauteur = range(max(poses, default=-1) + 1)
            lignes: Iterator[Ligne] = contenu.iter_rows()
            if not fusions and not poses:
                yield from lignes
            for rang, (ligne, _) in enumerate(zip_longest(lignes, hauteur, fillvalue=())):
                if cellules := poses.pop(rang, None):
                    pleine = [*ligne, *[""] * (max(cellules) + 1 - len(ligne))]
                    for colonne, valeur in cellules.items():
                        pleine[colonne] = valeur
                    ligne = pleine
                for colonne, fin in fusions.get(rang, ()):
                    for dessous in range(rang + 1, fin + 1 if colonne < len(ligne) else 0):
                        poses.setdefault(dessous, {}).setdefault(colonne, ligne[colonne])
                yield ligne

    def _unzipped(self, fichier: BinaryIO) -> BinaryIO:
        """The package under its usual names, once it is known that it fits in memory."""
        archive = zipfile.ZipFile(fichier)
        if sum(p.file_size for p in archive.infolist()) > GONFLE_MAX:
            raise FichierInvalide(
                f"{self._nom} est trop grand une fois décompressé.",
                "Exportez une période plus courte.",
            )
        if PRINCIPALE not in archive.namelist() and "content.xml" in archive.namelist():
            return fichier
        if "xl/workbook.bin" in archive.namelist():
            raise FichierInvalide(
                f"{self._nom} est un classeur binaire (.xlsb).", "Enregistrez-le en .xlsx."
            )
        if PRINCIPALE not in archive.namelist():
            copie = BytesIO()
            with zipfile.ZipFile(copie, "w") as propre:
                for partie in archive.namelist():  # « /xl/… », against Part 2, 6.2.2
                    propre.writestr(partie.lstrip("/"), archive.read(partie))
            fichier = BytesIO(usual_package(copie.getvalue()))
            archive = zipfile.ZipFile(fichier)

        def tags(partie: str) -> tuple[str, list[dict[str, str]]]:
            texte = archive.read(partie).decode("utf-8", "replace")
            balises = map(_ATTRIBUT.findall, _BALISE.findall(texte))
            return texte, [
                {n.rpartition(":")[2]: unescape(a or b) for n, a, b in balise} for balise in balises
            ]

        self._archive = archive
        texte, feuilles = tags(PRINCIPALE)
        self.date1904 = re.search(r"date1904\s*=\s*[\"'](?:1|true)", texte) is not None
        liens = "xl/_rels/workbook.xml.rels"
        _, relations = tags(liens) if liens in archive.namelist() else ("", [])
        cibles = {lien.get("Id"): lien.get("Target", "") for lien in relations}
        for feuille in feuilles:
            cible = posixpath.normpath(posixpath.join("/xl", cibles.get(feuille.get("id"), "")))
            if (partie := cible.lstrip("/")) in archive.namelist():
                self._parties[feuille.get("name", "")] = partie
        return fichier

    def _faults(self, partie: str | None) -> dict[Place, str]:
        """The cells of a sheet that hold an error or a formula never calculated: what is to be
        read there. Raises FichierInvalide: the rectangle of its cells would not fit in memory."""
        if partie is None:
            return {}
        derniere, largeur, cellules, fautive = 0, 26, 0, False
        for rangees in self._pieces(partie):
            cellules += rangees.count(b"<c ") + rangees.count(b":c ")
            fautive = fautive or any(signe in rangees for signe in _FAUTIVES)
            if largeur < 16_384 and (large := _LARGE.search(rangees)):
                largeur = 16_384 if len(large[1]) > 2 or _TROIS.search(rangees) else 702
            fin = _REFERENCE.findall(rangees, max(0, len(rangees) - 100_000))
            derniere = max(derniere, *(int(ligne) for _, ligne in fin[-1:]), 0)
        if not fautive and not _vast(derniere * largeur, cellules):
            return {}
        defauts: dict[Place, str] = {}
        ligne, colonne, derniere, largeur = -1, -1, 0, 0
        for rangees in self._pieces(partie):
            for rangee, attributs, cellule, contenu in _CELLULE.findall(rangees):
                if rangee:
                    place = _RANG.search(attributs)
                    ligne, colonne = (int(place[1]) - 1 if place else ligne + 1), -1
                    continue
                colonne += 1
                if place := _REFERENCE.search(cellule):
                    ligne, colonne = int(place[2]) - 1, _column(place[1])
                derniere, largeur = max(derniere, ligne + 1), max(largeur, colonne + 1)
                if fautive and (defaut := _fault(cellule, contenu)):
                    defauts[ligne, colonne] = defaut
        if _vast(derniere * largeur, cellules):
            raise FichierInvalide(
                f"{self._nom} a une feuille presque vide mais démesurée : une cellule est remplie "
                "très loin du tableau.",
                "Copiez le tableau dans un nouveau classeur.",
            )
        return defauts

    def _pieces(self, partie: str) -> Iterator[bytes]:
        """A part by pieces that end with a row."""
        assert self._archive is not None
        reste = b""
        with self._archive.open(partie) as flux:
            while morceau := flux.read(1 << 20):
                reste += morceau
                fin = reste.rfind(b"</", 0, reste.rfind(b"row>") + 1)
                if fin > 0:
                    yield reste[:fin]
                    reste = reste[fin:]
        yield reste

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What zipfile and zlib raise on damaged bytes, calamine's errors, and the panics of its
        Rust code, which are no ``Exception``."""
        try:
            yield
        except (FichierInvalide, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as faute:
            if type(faute).__name__ == "PasswordError":
                raise _protege(self._nom) from None
            raise FichierInvalide(
                f"{self._nom} est abîmé, ou n'est pas un classeur.",
                "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx, ou refaites "
                "l'export.",
            ) from None


def _protege(nom: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} est protégé par un mot de passe.", "Enregistrez-en une copie sans mot de passe."
    )


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


def _vast(aire: int, cellules: int) -> bool:
    """Whether a rectangle would not fit in memory, or hardly, for so few cells."""
    return aire > CELLULES_MAX or (aire > VIDES_MAX and aire > 20 * cellules)


def _column(lettres: bytes) -> int:
    """« A » is 0, « AA » is 26."""
    return reduce(lambda rang, lettre: rang * 26 + lettre - 64, lettres.upper(), 0) - 1


def _fault(attributs: bytes, contenu: bytes) -> str:
    genre = _GENRE.search(attributs)
    valeur = _VALEUR.search(contenu)
    if genre is not None and genre[1] == b"e":
        erreur = valeur[1].decode("utf-8", "replace") if valeur else "#VALUE!"
        return ERREURS.get(erreur, erreur)
    if valeur is None and _FORMULE.search(contenu) and (genre is None or genre[1] != b"str"):
        return NON_CALCULEE
    return ""
