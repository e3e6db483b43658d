"""Spreadsheets (.xlsx, .xlsm, .xls, .ods): from bytes to rows, with python-calamine."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, BinaryIO

from inactifs.erreurs import FichierInvalide
from inactifs.imports.xlsx_parts import PRINCIPALE, PartiesXlsx, usual

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

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
        self._classeur = self._open(fichier)

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
        try:
            with _rust_silenced():
                contenu = self._classeur.get_sheet_by_name(feuille)
            return partial(self._read, contenu, defauts), contenu.total_height + 1
        except BaseException as faute:
            raise self._translate(faute) from None

    def _read(
        self, contenu: CalamineSheet, defauts: dict[tuple[int, int], str]
    ) -> Iterator[Sequence[object]]:
        try:
            lignes = _filled_down(contenu)
            yield from _with_faults(lignes, contenu, defauts) if defauts else lignes
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


def _with_faults(
    lignes: Iterator[Sequence[object]],
    feuille: CalamineSheet,
    defauts: dict[tuple[int, int], str],
) -> Iterator[Sequence[object]]:
    """The rows with these cells in their place; calamine shows them empty, or not at all."""
    gauche = feuille.start[1] if feuille.start else 0
    par_ligne: dict[int, dict[int, str]] = {}
    for (rang, colonne), texte in defauts.items():
        par_ligne.setdefault(rang, {})[max(0, colonne - gauche)] = texte
    rang = -1
    for rang, ligne in enumerate(lignes):
        yield _row_with(ligne, par_ligne.pop(rang, {}))
    for dernier in sorted(r for r in par_ligne if r > rang):
        yield from ([] for _ in range(dernier - rang - 1))
        yield _row_with([], par_ligne[dernier])
        rang = dernier


def _row_with(ligne: Sequence[object], cellules: dict[int, str]) -> Sequence[object]:
    if not cellules:
        return ligne
    pleine = [*ligne, *[""] * (max(cellules) + 1 - len(ligne))]
    for colonne, texte in cellules.items():
        pleine[colonne] = texte
    return pleine


def _checked(fichier: BinaryIO, nom: str) -> tuple[BinaryIO, PartiesXlsx | None]:
    """The package under its usual names, once it is known that it fits in memory."""
    try:
        archive = zipfile.ZipFile(fichier)
        if sum(p.file_size for p in archive.infolist()) > GONFLE_MAX:
            raise FichierInvalide(
                f"{nom} est trop grand une fois décompressé.",
                "Exportez une période plus courte.",
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
        for partie in noms:
            if partie.startswith("xl/worksheets/") and partie.endswith(".xml"):
                aire, cellules = parties.area(partie)
                if aire > CELLULES_MAX or (aire > VIDES_MAX and aire > 20 * cellules):
                    raise FichierInvalide(
                        f"{nom} a une feuille presque vide mais démesurée : une cellule est "
                        "remplie très loin du tableau.",
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
        f"{nom} est protégé par un mot de passe.",
        "Enregistrez-en une copie sans mot de passe.",
    )
