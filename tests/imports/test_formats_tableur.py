"""Workbooks: which sheet, which row is the header, and bombs."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from exports_fabrique import importe, xlsx_bytes

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports import Canal

ENTETE = ["Date", "N° élève", "Statut"]
LECON = [date(2026, 11, 2), 1285, "Effectué"]


def test_the_sheet_that_fits_is_found_and_the_others_named() -> None:
    """A cover sheet comes first; what is not read is said."""
    octets = xlsx_bytes({"Accueil": [["Planning"]], "Leçons": [ENTETE, LECON], "Notes": []})
    resultat = importe(Canal.COURS, octets)
    assert resultat.importees == 1
    assert "feuille « Leçons »" in resultat.compris[0]
    assert "Accueil, Notes" in resultat.compris[0]


def test_all_the_sheets_that_fit_are_read() -> None:
    """None is guessed to be the one; --feuille tells, in any spelling."""
    octets = xlsx_bytes({"Novembre": [ENTETE, LECON], "Décembre": [ENTETE, LECON, LECON]})
    resultat = importe(Canal.COURS, octets)
    assert resultat.lignes == 3
    assert "feuille « Novembre », feuille « Décembre »" in resultat.compris[0]
    assert importe(Canal.COURS, octets, feuille="decembre").lignes == 2
    with pytest.raises(UsageIncorrect, match="Janvier"):
        importe(Canal.COURS, octets, feuille="Janvier")


def test_titles_above_totals_below_and_headers_repeated() -> None:
    """Only data lines are counted; the row is that of the sheet, even below blank ones."""
    lignes = [
        [], [], ["Planning du 01/01 au 31/12"], [], ["Édité le 24/11/2026", "", "Agence"],
        ENTETE, LECON, [], ENTETE, [date(2026, 11, 3), 9999, "Effectué"], ["Semaine 46"],
        ["Total", "", 2],
    ]  # fmt: skip
    resultat = importe(Canal.COURS, xlsx_bytes({"Planning": lignes}))
    assert (resultat.lignes, resultat.importees) == (2, 1)
    assert [r.ligne for r in resultat.rejets] == [10]
    assert "en-têtes ligne 6" in resultat.compris[0]


def test_the_register_beside_the_planning_is_not_read_for_it() -> None:
    """Though it has a date, a status and more columns."""
    planning = [["Date", "Élève", "Statut"], [date(2026, 11, 2), "ROYER Laurence", "Effectué"]]
    eleves = [["N°", "Nom", "Prénom", "Téléphone", "Date", "Moniteur", "Statut"],
              [1286, "LE GALL", "Élodie", "06", date(2026, 9, 1), "Karim", "Inscrit"]]  # fmt: skip
    for feuilles in ({"P": planning, "É": eleves}, {"É": eleves, "P": planning}):
        [eleve] = importe(Canal.COURS, xlsx_bytes(feuilles)).eleves
        assert (eleve.numero, eleve.prochain_cours) == ("1285", None)


def test_the_day_above_its_lessons_is_a_title() -> None:
    """It can be read as a date, but says nothing of anybody."""
    lignes = [
        ["Date", "Heure", "Élève", "Statut"],
        ["Lundi 2 novembre 2026", "", "", ""],
        ["02/11/2026", "9h", "ROYER Laurence", "Fait"],
        ["Mardi 3 novembre 2026"],
    ]
    resultat = importe(Canal.COURS, lignes)
    assert (resultat.lignes, resultat.importees, resultat.rejets) == (1, 1, ())


def test_headings_of_groups_tell_two_columns_of_one_name_apart() -> None:
    """« Nom » under « Moniteur » is not the student's."""
    lignes = [
        ["Leçon", "", "Moniteur", "", "Élève", ""],
        ["Date", "Statut", "Nom", "Prénom", "Nom", "Prénom"],
        [date(2026, 11, 2), "Effectué", "BEN", "Karim", "ROYER", "Laurence"],
    ]
    resultat = importe(Canal.COURS, xlsx_bytes({"P": lignes}))
    assert [e.numero for e in resultat.eleves] == ["1285"]
    assert "« Élève Nom »" in resultat.compris[1]


def test_headers_written_over_two_lines() -> None:
    """« Date de » above « la leçon » is one header, and no data line."""
    lignes = [
        ["Date de", "Nom de", "État de"],
        ["la leçon", "l'élève", "la leçon"],
        ["02/11/2026", "ROYER Laurence", "Effectué"],
    ]
    resultat = importe(Canal.COURS, lignes)
    assert (resultat.lignes, resultat.importees) == (1, 1)
    assert "« Nom de l'élève »" in resultat.compris[1]


def test_a_data_line_is_not_taken_for_a_second_line_of_headers() -> None:
    """True dates and numbers beside texts."""
    lignes = [["Date", "N° élève", "Sens", "Par", "Note"], [date(2026, 11, 2), 1285, "", "a", "b"]]
    resultat = importe(Canal.CONTACTS, xlsx_bytes({"P": lignes}))
    assert [r.raison for r in resultat.rejets] == ["le sens du contact manque"]


@pytest.mark.parametrize(
    "cellule",
    [
        46_328.0, "46328", "46328,75", datetime(2026, 11, 2, 18, 42), "2/11/26", "02-11-2026",
        "lun. 2 nov. 2026", "2026-11-02T18:42:00+01:00", "02/11/2026 18:42", "20261102",
        "lundi 2 novembre 2026 à 10h30", "02/11/2026 10:00 - 11:00", "2026-11-02 18:42:01",
        "02/11/2026 de 10h à 11h", "02.11.2026", "le 2/11/2026", "Le lundi 2 novembre 2026",
        "lundi le 02/11/2026 à 9h", "02/11/2026 (10h)", "02/11/2026 matin", "2026-11-02T17:42:01Z",
        "L 02/11/2026", "Lu. 2/11/26", "09:00 02/11/2026", "9h30 le 2 novembre 2026",
        "2026-11-02T18:42:01.250+0100", "2 NOV. 2026", "2 novembre 2026, 18:42", "02/11/2026.",
    ],
)  # fmt: skip
def test_a_day_in_any_form(cellule: object) -> None:
    """Serial numbers, date-times, ranges of hours, ISO with a zone."""
    lignes = [ENTETE, [cellule, 1285, "Effectué"]]
    resultat = importe(Canal.COURS, xlsx_bytes({"P": lignes}))
    assert [e.dernier_cours for e in resultat.eleves] == [date(2026, 11, 2)]


@pytest.mark.parametrize("cellule", ["1er décembre 2026", "1 er déc. 2026", "le 1er/12/2026"])
def test_the_first_of_a_month(cellule: str) -> None:
    """« 1er » as people write it."""
    resultat = importe(Canal.COURS, [ENTETE, [cellule, 1285, "Réservé"]])
    assert [e.prochain_cours for e in resultat.eleves] == [date(2026, 12, 1)]


@pytest.mark.parametrize(
    "cellule",
    ["demain", "31/02/2026", "02/11", True, 12, "10:00", "", "du 02/11/2026 au 04/11/2026", "le"],
)
def test_what_is_no_day_is_rejected(cellule: object) -> None:
    """A date without a year is not guessed."""
    resultat = importe(Canal.COURS, xlsx_bytes({"P": [ENTETE, [cellule, 1285, "Effectué"]]}))
    assert resultat.importees == 0
    assert len(resultat.rejets) == 1


def test_a_day_merged_over_several_lessons_is_each_ones() -> None:
    """Hand-made plannings merge the date's cell over the day's lessons."""
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True})
    feuille = classeur.add_worksheet("P")
    feuille.write_row(1, 1, ENTETE)
    feuille.merge_range(2, 1, 3, 1, "02/11/2026")
    feuille.write_row(2, 2, [1286, "Annulé"])
    feuille.write_row(3, 2, [1285, "Effectué"])
    classeur.close()
    resultat = importe(Canal.COURS, sortie.getvalue())
    assert [(e.numero, e.dernier_cours) for e in resultat.eleves] == [("1285", date(2026, 11, 2))]


@pytest.mark.parametrize(("avant", "apres"), [("xl/", "/xl/"), ("xl/", "xl\\")])
def test_parts_whose_names_are_not_as_they_should_be(avant: str, apres: str) -> None:
    """Some writers begin them with a slash, or part them with backslashes; Excel opens both."""
    entree = zipfile.ZipFile(io.BytesIO(xlsx_bytes({"P": [ENTETE, LECON]})))
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for partie in entree.namelist():
            archive.writestr(partie.replace(avant, apres), entree.read(partie))
    assert importe(Canal.COURS, sortie.getvalue()).importees == 1


def zip_with(nom: str, contenu: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    avant = zipfile.ZipFile(io.BytesIO(xlsx_bytes({"P": [ENTETE, LECON]})))
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as apres:
        for partie in avant.namelist():
            apres.writestr(partie, contenu if partie == nom else avant.read(partie))
    return sortie.getvalue()


def test_a_cell_at_the_end_of_the_world_does_not_fill_the_memory() -> None:
    """A1 and XFD1048576 would be 17 billion cells; nothing else says so in this file."""
    feuille = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(FichierInvalide, match="démesurée"):
        importe(Canal.COURS, zip_with("xl/worksheets/sheet1.xml", feuille))


def test_a_zip_bomb_is_refused_by_its_declared_size() -> None:
    """Two gigabytes declared in a small file."""
    octets = bytearray(xlsx_bytes({"P": [ENTETE, LECON]}))
    repertoire = octets.find(b"PK\x01\x02")
    octets[repertoire + 24 : repertoire + 28] = (2 << 30).to_bytes(4, "little")
    with pytest.raises(FichierInvalide, match="trop grand"):
        importe(Canal.COURS, bytes(octets))


def test_a_binary_workbook_is_named_as_such() -> None:
    """.xlsb is not in the contract; the advice says what to do."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("xl/workbook.bin", b"\0")
    with pytest.raises(FichierInvalide, match=r"\.xlsb") as refus:
        importe(Canal.COURS, sortie.getvalue())
    assert refus.value.conseil == "Enregistrez-le en .xlsx."
