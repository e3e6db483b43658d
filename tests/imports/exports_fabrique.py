"""Exports for the tests of imports: CSV and XLSX made from rows of values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from inactifs.imports import Canal, Options, ResultatImport, import_file
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre

JOUR = date(2026, 11, 24)
EXPORTS = Path(__file__).parent / "exports"
Lignes = Sequence[Sequence[object]]

ROYER = Eleve(
    "1285", "ROYER", "Laurence", neph="010203040506", telephone="06 12 34 56 78",
    email="laurence.royer@exemple.fr", inscrit_le=date(2024, 1, 8),
)  # fmt: skip
LE_GALL = Eleve("1286", "LE GALL", "Élodie", email="elodie@exemple.fr")
HENRI_1 = Eleve("1000", "BRETON", "Henri", email="henri0@exemple.fr", telephone="0790830166")
HENRI_2 = Eleve("1009", "BRETON", "Henri", email="henri9@exemple.fr")


def csv_bytes(
    lignes: Lignes, *, separateur: str = ";", encodage: str = "utf-8", fin: str = "\r\n"
) -> bytes:
    """A CSV of these rows."""
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=separateur, lineterminator=fin).writerows(lignes)
    return sortie.getvalue().encode(encodage)


def xlsx_bytes(feuilles: Mapping[str, Lignes]) -> bytes:
    """A workbook of these sheets, with true dates."""
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True})
    format_date = classeur.add_format({"num_format": "dd/mm/yyyy"})
    for nom, lignes in feuilles.items():
        feuille = classeur.add_worksheet(nom)
        for r, ligne in enumerate(lignes):
            for c, valeur in enumerate(ligne):
                if isinstance(valeur, date):
                    feuille.write_datetime(r, c, valeur, format_date)
                elif isinstance(valeur, str):
                    feuille.write_string(r, c, valeur)
                else:
                    feuille.write(r, c, valeur)
    classeur.close()
    return sortie.getvalue()


def importe(
    canal: Canal,
    donnees: bytes | Lignes,
    eleves: Iterable[Eleve] = (ROYER, LE_GALL, HENRI_1, HENRI_2),
    **options: object,
) -> ResultatImport:
    """The import of ``donnees`` (rows make a CSV) into a register of ``eleves``."""
    octets = donnees if isinstance(donnees, bytes) else csv_bytes(donnees)
    resultat = import_file(
        canal, io.BytesIO(octets), "export.csv", Registre(eleves), JOUR, Options(**options)
    )
    assert resultat.lignes == (
        resultat.importees + resultat.inchangees + resultat.ignorees + len(resultat.rejets)
    )
    return resultat


def updated(registre: Registre, resultat: ResultatImport) -> Registre:
    """The register once the import is written."""
    eleves = {e.numero: e for e in registre} | {e.numero: e for e in resultat.eleves}
    return Registre(eleves.values())
