"""Delimited text in every encoding, separator and line end that a secretary may be given."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from exports_fabrique import LE_GALL, ROYER, csv_bytes, importe

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports import Canal
from inactifs.imports.tables import TexteDelimite
from inactifs.procedure.modele import Eleve

LIGNES = [
    ["Prénom", "Nom", "Date de la leçon", "Présence", "Moniteur"],
    ["Élodie", "Le Gall", "02/11/2026", "Effectué", "Gaëlle"],
    ["Laurence", "Royer", "03/11/2026", "Réservé, à confirmer", "Noël"],
]


@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "mac_roman"]
)
@pytest.mark.parametrize("fin", ["\r\n", "\n"])
def test_any_encoding_and_separator(separateur: str, encodage: str, fin: str) -> None:
    """Both students are found, accents included, whatever the file is written in."""
    octets = csv_bytes(LIGNES, separateur=separateur, encodage=encodage, fin=fin)
    resultat = importe(Canal.COURS, octets)
    assert resultat.rejets == ()
    assert {e.numero for e in resultat.eleves} == {"1285", "1286"}
    assert "« Date de la leçon »" in resultat.compris[1]


@pytest.mark.parametrize("encodage", ["utf-8", "cp1252", "mac_roman"])
@pytest.mark.parametrize(
    "texte", ["élève", "Françoise Noël à l'école", "DÉSIRÉE ÇELIK", "Muñoz, Müller, Étienne"]
)
def test_the_encoding_is_the_one_that_makes_french(encodage: str, texte: str) -> None:
    """Windows and Mac use the same bytes for other letters: French tells them apart."""
    octets = texte.encode(encodage)
    assert octets.decode(TexteDelimite(io.BytesIO(octets), "x.csv").encodage) == texte


def test_old_mac_line_ends() -> None:
    """Carriage returns alone."""
    assert importe(Canal.COURS, csv_bytes(LIGNES, fin="\r")).importees == 2


@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
def test_a_sep_line_decides_and_is_not_counted(separateur: str) -> None:
    """« sep=; » is Excel's, which hides it: the header is row 1 all the same."""
    lignes = [*LIGNES, ["Inconnu", "Jean", "04/11/2026", "Effectué", ""]]
    octets = f"sep={separateur}\r\n".encode() + csv_bytes(lignes, separateur=separateur)
    resultat = importe(Canal.COURS, octets)
    assert [r.ligne for r in resultat.rejets] == [4]
    assert "en-têtes ligne 1" in resultat.compris[0]


def test_a_line_break_inside_quotes_is_one_row() -> None:
    """Lines are numbered as Excel shows them."""
    lignes = [
        ["NEPH", "Date", "Statut", "Note"],
        ["010203040506", "02/11/2026", "Effectué", "vu ;\nà revoir"],
        ["999999999999", "02/11/2026", "Effectué", ""],
    ]
    resultat = importe(Canal.COURS, lignes)
    assert resultat.importees == 1
    assert [r.ligne for r in resultat.rejets] == [3]


@pytest.mark.parametrize("note", ["", '"vu"'])
def test_a_last_line_without_its_end_is_a_line(note: str) -> None:
    """Many programs do not end it."""
    octets = f"NEPH;Date;Statut;Note\n010203040506;02/11/2026;Effectué;{note}".encode()
    assert importe(Canal.COURS, octets).importees == 1


def test_a_quote_never_closed_is_told_with_its_line() -> None:
    """Otherwise the rest of the file would be lost in one cell."""
    octets = b'NEPH;Date;Statut\n1;02/11/2026;Fait\n"2;02/11/2026;Fait\n3;02/11/2026;Fait\n'
    with pytest.raises(FichierInvalide, match=r"ligne 3 : un guillemet"):
        importe(Canal.COURS, octets)


def test_short_rows_and_blank_rows() -> None:
    """A row cut short lacks its cells; a blank one is no data."""
    octets = (
        b"N\xc2\xb0 \xc3\xa9l\xc3\xa8ve;Date;Statut\n\n;;\n1285;02/11/2026\n1285;03/11/2026;Fait\n"
    )
    resultat = importe(Canal.COURS, octets)
    assert (resultat.lignes, resultat.importees) == (2, 1)
    assert [(r.ligne, r.raison) for r in resultat.rejets] == [(4, "le statut manque")]


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"", "est vide"),
        (b" \r\n\r\n", "est vide"),
        (b"\0" * 5000, "est vide"),
        (b"%PDF-1.7\n%\xe2\xe3", "ni un classeur ni un fichier CSV"),
        (b"<html><table><tr><td>Nom</td></tr></table></html>", "page web"),
        (b"PK\x03\x04 abime", "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "abîmé"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "mot de passe",
        ),
        (b"Nom;Date\n" + b"x" * (1 << 18), "une ligne démesurée"),
        (bytes(range(256)) * 20, "ni un classeur ni un fichier CSV"),
        (b"\xff\xfeN\x00o\x00m\x00\x00", "ni un classeur"),
    ],
)
def test_what_is_no_table_is_refused(octets: bytes, dit: str) -> None:
    """Exit 4, with what the file seems to be."""
    with pytest.raises(FichierInvalide, match=dit) as refus:
        importe(Canal.COURS, octets)
    assert refus.value.conseil


def test_a_csv_has_no_sheets() -> None:
    """--feuille with a CSV is a mistake of the command line."""
    with pytest.raises(UsageIncorrect, match="pas de feuilles"):
        importe(Canal.COURS, LIGNES, feuille="Planning")


def test_text_stays_text() -> None:
    """A formula is a name; invisible characters are taken out, and decomposed accents composed."""
    lignes = [
        ["N° élève", "Nom", "Prénom", "Portable"],
        ["7", '=HYPERLINK("http://x")', "Zoe\u0301\u200b\u0007", "612345678"],
    ]
    resultat = importe(Canal.ELEVES, lignes, [])
    attendu = Eleve("7", '=HYPERLINK("http://x")', "Zoé", telephone="0612345678")
    [eleve] = resultat.eleves
    assert replace(eleve, dit_export="") == attendu


def test_progress_is_told_up_to_the_end() -> None:
    """The function is called with rows done, never more than the total."""
    lignes = [
        ["NEPH", "Date", "Statut"],
        *([ROYER.neph, "02/11/2026", "Fait"] for _ in range(9000)),
    ]
    appels: list[tuple[int, int]] = []
    importe(Canal.COURS, lignes, avance=lambda fait, total: appels.append((fait, total)))
    assert len(appels) >= 3
    assert all(fait <= total for fait, total in appels)
    assert appels[-1][0] == appels[-1][1]


def test_the_register_is_left_as_it_is() -> None:
    """Values out: the student before is given beside the one after."""
    resultat = importe(Canal.COURS, LIGNES)
    assert resultat.avant["1286"] == LE_GALL
    apres = next(e for e in resultat.eleves if e.numero == "1286")
    assert apres.dernier_cours == date(2026, 11, 2)
