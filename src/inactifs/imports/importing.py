"""One file of an export → what changes in the register, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.activities import read_activities
from inactifs.imports.cell_values import as_text
from inactifs.imports.data_lines import Lecture, TableauEmpile
from inactifs.imports.headers import ColonneADire
from inactifs.imports.kinds import AutreExport, weighed
from inactifs.imports.layout import find_layout
from inactifs.imports.outcome import KINDS, ResultatImport, Suite
from inactifs.imports.spreadsheet import Tableur
from inactifs.imports.tables import TAILLE_MAX, Tableau, blocks, readings
from inactifs.mots import simplify
from inactifs.procedure.modele import Canal
from inactifs.registre import Registre

_CLASSEURS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_AUTRES = (
    (
        (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta"),
        "est une page web ou du XML, quel que soit son nom.",
        "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx.",
    ),
    (
        (b"%pdf", b"{", b"[{", b"\x89png", b"\xff\xd8\xff", b"{\\rtf"),
        "n'est ni un classeur ni un fichier CSV.",
        "Exportez-le en CSV ou en Excel (.xlsx).",
    ),
)
"""How files of other kinds begin, and what is said of them."""


@dataclass(frozen=True)
class Options:
    """How a file is to be read."""

    colonnes: Mapping[str, str] = field(default_factory=dict)
    """Field → header, for those that the user names (``--colonne``)."""
    retenues: Mapping[str, str] = field(default_factory=dict)
    """Field → headers once said, of which that of this file is heeded."""
    feuille: str | None = None  # the sheet to read, else the one that fits
    avance: Callable[[int, int], None] | None = None
    """Called now and then with the rows read and their number in all."""
    suite: Suite = field(default_factory=Suite)


def import_file(
    canal: Canal,
    fichier: BinaryIO,
    nom: str,
    registre: Registre,
    aujourdhui: date,
    options: Options = Options(),
) -> ResultatImport:
    """What a file about ``canal``, in any format of the contract, brings to the register, which
    is left as it is; ``nom`` is for messages.

    Raises:
        AutreExport: the file plainly is an export of another kind.
        FichierInvalide: the file cannot be read, or its layout is not understood.
        UsageIncorrect: ``options`` name a column or a sheet that does not exist.
    """
    tableaux = read_tables(fichier, nom, options.feuille)
    dits = ((c, e.strip()) for c, tels in options.retenues.items() for e in tels.split("|"))
    tetes = (ligne for tableau in tableaux for ligne in tableau.tete if options.retenues)
    vus = {simplify(as_text(cellule)) for ligne in tetes for cellule in ligne}
    connues = {c: e for c, e in dits if c not in options.colonnes and simplify(e) in vus}
    colonnes = {**connues, **options.colonnes}
    for entier in (False, True):
        plan = find_layout(tableaux, canal, colonnes, nom, entier=entier)
        lecture = Lecture(nom, canal, plan, options.avance)
        try:
            if canal is Canal.ELEVES:
                from inactifs.imports.students import read_students  # which others do not need

                resultat = read_students(lecture, registre, aujourdhui)
            else:
                resultat = read_activities(lecture, registre, aujourdhui, options.suite)
            break
        except TableauEmpile:
            if entier:
                raise
    return replace(resultat, colonnes=connues)


def read_tables(fichier: BinaryIO, nom: str, feuille: str | None) -> list[Tableau]:
    """The tables of a file: each sheet of a workbook, or a CSV read with each separator that
    makes rows of it. What the file is, its first bytes tell; its name does not count. Raises
    FichierInvalide: it cannot be read; UsageIncorrect: there is no sheet ``feuille``."""
    if fichier.seek(0, 2) > TAILLE_MAX:
        raise FichierInvalide(
            f"{nom} dépasse {TAILLE_MAX >> 20} Mo.", "Exportez une période plus courte."
        )
    if not any(bloc.strip(b"\0 \t\r\n") for bloc in blocks(fichier)):
        raise FichierInvalide(f"{nom} est vide.", "Exportez-le de nouveau.")
    debut = next(blocks(fichier))[:1024]
    if debut.startswith(_CLASSEURS):
        return [*Tableur(fichier, nom).sheets(feuille)]
    for debuts, constat, conseil in _AUTRES:
        if debut.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(debuts):
            raise FichierInvalide(f"{nom} {constat}", conseil)
    if feuille is not None:
        raise UsageIncorrect(f"{nom} n'a pas de feuilles.", "Retirez --feuille.")
    return readings(fichier, nom)


def kind_of(fichier: BinaryIO, nom: str, feuille: str | None = None) -> Canal:
    """What a file is about, by what its columns say.

    Raises:
        FichierInvalide: it cannot be read, or may be of several kinds, or of none.
    """
    tableaux = read_tables(fichier, nom, feuille)
    poids: dict[Canal, int] = {}
    faute: FichierInvalide | None = None
    for canal in Canal:
        try:
            sections = find_layout(tableaux, canal, {}, nom).sections
            poids[canal] = max(weighed(section.candidat, canal)[0] for section in sections)
        except AutreExport:
            continue
        except FichierInvalide as illisible:
            faute = faute or illisible
            if isinstance(illisible, ColonneADire) and illisible.champ == "date":
                poids[canal] = 1
    lourd = max(poids.values(), default=0)
    possibles = [c for c, p in poids.items() if p == lourd]
    if len(possibles) == 1:
        return possibles[0]
    if not possibles:
        raise faute or FichierInvalide(
            f"{nom} n'est d'aucune des natures connues.",
            "Exportez la liste des élèves, les cours, les connexions ou les contacts.",
        )
    raise FichierInvalide(
        f"{nom} peut être {' ou '.join(KINDS[c].export for c in possibles)}.",
        "Dites-le : " + " ou ".join(f"inactifs import {c} FICHIER" for c in possibles) + ".",
    )
