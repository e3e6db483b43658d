"""Any export's bytes → the tables that it may hold: sheets, or readings of a CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import BinaryIO

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.delimited import SEPARATEURS, TexteDelimite, blocks
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
