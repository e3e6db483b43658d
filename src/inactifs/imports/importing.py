"""One file of an export → what changes in the register, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from inactifs.imports.activities import read_activities
from inactifs.imports.data_lines import Lecture, TableauEmpile
from inactifs.imports.layout import find_layout
from inactifs.imports.outcome import SANS_SUITE, Canal, ResultatImport, Suite
from inactifs.imports.rejects import AJOUTEES
from inactifs.imports.tables import read_tables
from inactifs.registre import Registre

_AUCUNE: Mapping[str, str] = {}


def import_file(
    canal: Canal,
    fichier: BinaryIO,
    nom: str,
    registre: Registre,
    aujourdhui: date,
    *,
    colonnes: Mapping[str, str] = _AUCUNE,
    feuille: str | None = None,
    avance: Callable[[int, int], None] | None = None,
    suite: Suite = SANS_SUITE,
) -> ResultatImport:
    """What a file brings to the register.

    Args:
        canal: what the file is about.
        fichier: the file, in any format of the contract; it is read by blocks, in any order.
        nom: its name, for messages.
        registre: the students before the import; left as it is.
        aujourdhui: the day of the import.
        colonnes: field → header, for those that the user names (``--colonne``).
        feuille: the sheet to read, else the one that fits.
        avance: called now and then with the rows read and their number in all.
        suite: what is known of the imports before.

    Raises:
        AutreExport: the file plainly is an export of another kind.
        FichierInvalide: the file cannot be read, or its layout is not understood.
        UsageIncorrect: ``colonnes`` or ``feuille`` names something that does not exist.
    """
    tableaux = read_tables(fichier, nom, feuille)
    plan = find_layout(tableaux, canal, colonnes, nom)
    try:
        return _read(Lecture(nom, canal, plan, avance), registre, aujourdhui, suite)
    except TableauEmpile:
        plan = find_layout(tableaux, canal, colonnes, nom, entier=True)
        return _read(Lecture(nom, canal, plan, avance), registre, aujourdhui, suite)


def _read(lecture: Lecture, registre: Registre, aujourdhui: date, suite: Suite) -> ResultatImport:
    if lecture.canal is Canal.ELEVES:
        from inactifs.imports.students import read_students  # which the others do not need

        resultat = read_students(lecture, registre, aujourdhui)
    else:
        resultat = read_activities(lecture, lecture.canal, registre, aujourdhui, suite)
    return replace(
        resultat,
        compris=lecture.told(),
        entetes=tuple(e for e in lecture.disposition.entetes if e not in AJOUTEES),
    )
