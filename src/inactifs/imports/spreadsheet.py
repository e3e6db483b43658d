"""Spreadsheets (.xlsx, .xlsm, .xls, .ods): from bytes to rows, with python-calamine."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from inactifs.erreurs import FichierInvalide

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

GONFLE_MAX = 1 << 30
"""Bytes once unzipped; calamine itself refuses a part larger than it declares."""
CELLULES_MAX = 50_000_000
"""calamine holds a sheet as a full rectangle, from its first cell to its last."""

_MORCEAU = 1 << 20
_LARGE = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{2,3}\d")
_REFERENCE = re.compile(rb"[\s\"']r\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")


class Tableur:
    """A workbook that calamine opened.

    Raises:
        FichierInvalide: it cannot be read, is protected, or would not fit in memory.
    """

    def __init__(self, fichier: BinaryIO, nom: str) -> None:
        self._nom = nom
        fichier.seek(0)
        if fichier.read(2) == b"PK":
            _check_zip(fichier, nom)
        elif "EncryptedPackage".encode("utf-16-le") in fichier.read():
            raise _protege(nom)
        self._classeur = self._open(fichier)

    def sheet_names(self) -> list[str]:
        """The sheets, the visible ones first."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        feuilles = [f for f in self._classeur.sheets_metadata if f.typ is SheetTypeEnum.WorkSheet]
        feuilles.sort(key=lambda f: f.visible is not SheetVisibleEnum.Visible)
        return [f.name for f in feuilles]

    def rows(self, feuille: str) -> tuple[Iterator[Sequence[object]], int]:
        """The rows of a sheet from its first, blank ones included, and how many they are.

        A value merged over several cells is in the first of them only, except that one merged
        over several rows of one column is given for each of them.

        Raises:
            FichierInvalide: the sheet cannot be read.
        """
        try:
            with _rust_silenced():
                contenu = self._classeur.get_sheet_by_name(feuille)
            return self._read(contenu), contenu.total_height + 1
        except BaseException as faute:
            raise self._translate(faute) from None

    def _read(self, contenu: CalamineSheet) -> Iterator[Sequence[object]]:
        try:
            yield from _filled_down(contenu)
        except BaseException as faute:
            raise self._translate(faute) from None

    def _open(self, fichier: BinaryIO) -> CalamineWorkbook:
        from python_calamine import CalamineWorkbook

        fichier.seek(0)
        try:
            with _rust_silenced():
                return CalamineWorkbook.from_filelike(fichier)
        except BaseException as faute:
            raise self._translate(faute) from None

    def _translate(self, faute: BaseException) -> BaseException:
        """calamine's own errors, and the panics of its Rust code, which are no ``Exception``."""
        if isinstance(faute, KeyboardInterrupt | SystemExit | GeneratorExit):
            return faute
        if type(faute).__name__ == "PasswordError":
            return _protege(self._nom)
        return _illisible(self._nom)


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


def _filled_down(feuille: CalamineSheet) -> Iterator[Sequence[object]]:
    fusions: dict[int, list[tuple[int, int]]] = {}
    depart = feuille.start[1] if feuille.start else 0
    for (haut, gauche), (bas, droite) in feuille.merged_cell_ranges or ():
        if bas > haut and gauche == droite and gauche >= depart:
            fusions.setdefault(haut, []).append((gauche - depart, bas))
    if not fusions:
        yield from feuille.iter_rows()
        return
    en_cours: dict[int, tuple[object, int]] = {}
    for numero, brute in enumerate(feuille.iter_rows()):
        ligne: list[object] = [*brute]
        for colonne, (valeur, bas) in list(en_cours.items()):
            if numero > bas:
                del en_cours[colonne]
            else:
                ligne[colonne] = valeur
        for colonne, bas in fusions.get(numero, ()):
            if colonne < len(ligne):
                en_cours[colonne] = (ligne[colonne], bas)
        yield ligne


def _check_zip(fichier: BinaryIO, nom: str) -> None:
    try:
        archive = zipfile.ZipFile(fichier)
        parties = archive.infolist()
        if sum(p.file_size for p in parties) > GONFLE_MAX:
            raise FichierInvalide(
                f"{nom} est trop grand une fois décompressé.",
                "Exportez une période plus courte.",
            )
        noms = {p.filename for p in parties}
        if "xl/workbook.bin" in noms:
            raise FichierInvalide(
                f"{nom} est un classeur binaire (.xlsb).", "Enregistrez-le en .xlsx."
            )
        if not noms & {"xl/workbook.xml", "content.xml"}:
            raise _illisible(nom)
        for partie in parties:
            if partie.filename.startswith("xl/worksheets/") and _cells(archive, partie) > (
                CELLULES_MAX
            ):
                raise FichierInvalide(
                    f"{nom} a une feuille presque vide mais démesurée : une cellule est remplie "
                    "très loin du tableau.",
                    "Copiez le tableau dans un nouveau classeur.",
                )
    except FichierInvalide:
        raise
    except Exception:  # zipfile and zlib raise many kinds on damaged bytes
        raise _illisible(nom) from None


def _cells(archive: zipfile.ZipFile, partie: zipfile.ZipInfo) -> int:
    """The area of a sheet, or 0 when it has no column beyond Z, which always fits."""
    with archive.open(partie) as flux:
        reste = b""
        while morceau := flux.read(_MORCEAU):
            if _LARGE.search(reste + morceau):
                break
            reste = morceau[-32:]
        else:
            return 0
    lignes = colonnes = 0
    with archive.open(partie) as flux:
        reste = b""
        while morceau := flux.read(_MORCEAU):
            for lettres, ligne in _REFERENCE.findall(reste + morceau):
                lignes = max(lignes, int(ligne))
                colonnes = max(colonnes, _column(lettres))
            reste = morceau[-32:]
    return lignes * colonnes


def _column(lettres: bytes) -> int:
    rang = 0
    for lettre in lettres.upper():
        rang = rang * 26 + lettre - 64
    return rang


def _illisible(nom: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} est abîmé, ou n'est pas un classeur.",
        "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx, ou refaites l'export.",
    )


def _protege(nom: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} est protégé par un mot de passe.",
        "Enregistrez-en une copie sans mot de passe.",
    )
