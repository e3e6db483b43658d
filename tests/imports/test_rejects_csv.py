"""The CSV of rejects: Excel opens it, people correct it, it is imported again."""

from __future__ import annotations

import csv
import io

from exports_fabrique import ROYER, importe, updated

from inactifs.imports import Canal, rejets_csv
from inactifs.registre import Registre

LIGNES = [
    ["N° élève", "Nom", "Date", "Statut", "Téléphone", "Nom"],
    ["9999", "ROYER", "02/11/2026", "Effectué", "+33612345678", ""],
    ["1285", "ROYER", "32/11/2026", "Effectué", "+33612345678", "=1+1"],
]
ENTETE = ["Élève", "Date", "Statut", "Note"]


def rows(octets: bytes) -> list[list[str]]:
    """The CSV as Excel in France reads it."""
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_excel_in_france_opens_it() -> None:
    """UTF-8 with its mark, semicolons, CRLF; the reason and the suggestions at the right."""
    resultat = importe(Canal.COURS, [ENTETE, ["ROYER Laurance", "02/11/2026", "Effectué", "é;"]])
    octets = rejets_csv(resultat)
    assert octets.startswith(b"\xef\xbb\xbf")
    assert octets.count(b"\r\n") == octets.count(b"\n") == 2
    assert rows(octets) == [
        [*ENTETE, "Motif du rejet", "Suggestions"],
        ["ROYER Laurance", "02/11/2026", "Effectué", "é;", "élève inconnu au registre",
         "1285 ROYER Laurence"],
    ]  # fmt: skip


def test_no_cell_is_a_formula() -> None:
    """What begins with = + - @ gets an apostrophe, which the import takes away."""
    lignes = [ENTETE, *([c, "x", "Fait", c] for c in ("=1+1", "+33", "-1", "@x", "bon"))]
    cellules = rows(rejets_csv(importe(Canal.COURS, lignes)))
    assert [ligne[0] for ligne in cellules[1:]] == ["'=1+1", "'+33", "'-1", "'@x", "bon"]
    assert [ligne[3] for ligne in cellules[1:]] == ["'=1+1", "'+33", "'-1", "'@x", "bon"]


def test_rejects_are_corrected_and_imported_again() -> None:
    """The same rejects as long as nothing is corrected; then none."""
    lignes = [ENTETE, ["ROYER Laurance", "02/11/2026", "Effectué", "=1"],
              ["Élodie Le Gall", "02/13/2026", "Effectué", ""]]  # fmt: skip
    rejets = importe(Canal.COURS, lignes)
    octets = rejets_csv(rejets)
    encore = importe(Canal.COURS, octets)
    assert [(r.raison, r.cellules[:4]) for r in encore.rejets] == [
        (r.raison, r.cellules) for r in rejets.rejets
    ]
    assert rejets_csv(encore) == octets
    corrige = octets.replace(b"Laurance", b"Laurence").replace(b"02/13/2026", b"13/02/2026")
    resultat = importe(Canal.COURS, corrige)
    assert (resultat.importees, resultat.rejets) == (2, ())


def test_students_rejected_keep_their_phone() -> None:
    """« +33… » comes back as it was."""
    entete = ["N° élève", "Nom", "Prénom", "Téléphone", "Inscrit le"]
    lignes = [entete, ["1300", "Diallo", "Awa", "+33611111111", "30/02/2026"]]
    octets = rejets_csv(importe(Canal.ELEVES, lignes)).replace(b"30/02", b"20/02")
    [eleve] = importe(Canal.ELEVES, octets).eleves
    assert eleve.telephone == "+33611111111"


def test_several_files_of_other_columns_make_one_table() -> None:
    """Each cell under its own header."""
    un = importe(Canal.COURS, [["NEPH", "Date", "Statut"], ["1", "02/11/2026", "Fait"]])
    deux = importe(Canal.COURS, [["Statut", "Élève", "Date"], ["Fait", "X Y", "02/11/2026"]])
    assert rows(rejets_csv([un, deux])) == [
        ["NEPH", "Date", "Statut", "Élève", "Motif du rejet", "Suggestions"],
        ["1", "02/11/2026", "Fait", "", "élève inconnu au registre", ""],
        ["", "02/11/2026", "Fait", "X Y", "élève inconnu au registre", ""],
    ]


def test_columns_without_a_header_or_beyond_it_are_kept() -> None:
    """A rejected row loses nothing."""
    lignes = [["N° élève", "", "Date", "Statut"], ["9999", "a", "02/11/2026", "Fait", "b"]]
    cellules = rows(rejets_csv(importe(Canal.COURS, lignes)))
    assert cellules[1][:5] == ["9999", "a", "02/11/2026", "Fait", "b"]
    assert importe(Canal.COURS, rejets_csv(importe(Canal.COURS, lignes))).lignes == 1


def test_nothing_rejected_is_a_header_alone() -> None:
    """The file is empty but well-formed."""
    lignes = [["N° élève", "Date", "Statut"], ["1285", "02/11/2026", "Fait"]]
    resultat = importe(Canal.COURS, lignes)
    assert len(rows(rejets_csv(resultat))) == 1
    assert updated(Registre([ROYER]), resultat).get("1285") != ROYER
