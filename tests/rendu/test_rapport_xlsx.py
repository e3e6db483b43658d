"""The report as a workbook: real values, native charts, ready to filter and to print."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from rapport_fabrique import BALISE, EDITION, FORMULE, SCRIPT, bilan, empty_bilan

from inactifs.rendu.report_xlsx import render_xlsx

SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def octets() -> bytes:
    return render_xlsx(bilan(), EDITION)


@pytest.fixture(scope="module")
def classeur(octets: bytes) -> Workbook:
    return load_workbook(io.BytesIO(octets))


def rows(feuille: Worksheet) -> list[dict[str, object]]:
    """The rows of a sheet that is one table, by header."""
    entetes, *lignes = feuille.iter_rows(values_only=True)
    return [dict(zip(map(str, entetes), ligne, strict=True)) for ligne in lignes]


def test_the_sheets(classeur: Workbook) -> None:
    """Figures first, their definitions last."""
    assert classeur.sheetnames == [
        "Bilan",
        "Graphiques",
        "Évolution",
        "Dossiers",
        "En retard",
        "Relances",
        "Définitions",
    ]


def test_the_charts_are_native_and_read_the_cells(classeur: Workbook, octets: bytes) -> None:
    """Four Excel charts whose series are references, patterned for black and white."""
    graphiques = classeur["Graphiques"]._charts
    assert len(graphiques) == 4
    series = [s.val.numRef.f for g in graphiques for s in g.series]
    assert "'Évolution'!$E$2:$E$3" in series
    with zipfile.ZipFile(io.BytesIO(octets)) as paquet:
        dessin = paquet.read("xl/charts/chart1.xml").decode()
    assert "pattFill" in dessin


def test_numbers_are_numbers_and_dates_are_dates(classeur: Workbook) -> None:
    """So that they can be summed, sorted and filtered."""
    valeurs = {
        (ligne[0].value): ligne[1] for ligne in classeur["Bilan"].iter_rows(min_row=6, max_row=40)
    }
    assert valeurs["Dossiers détectés"].value == 3
    assert valeurs["Taux de reprise"].value == 0.5
    assert valeurs["Taux de reprise"].number_format == "0.0%"
    zoe = next(x for x in rows(classeur["Dossiers"]) if x["Élève"] == "PETIT Zoé")
    assert zoe["Détecté le"] == datetime(2026, 10, 1)
    assert zoe["Terminé le"] == datetime(2026, 11, 5)
    assert zoe["Relances"] == 3
    relance = rows(classeur["Relances"])[0]
    assert relance["Date"] == datetime(2026, 11, 2)
    assert relance["Retard (jours)"] == 0


def test_what_looks_like_a_formula_is_text(classeur: Workbook, octets: bytes) -> None:
    """A student called =HYPERLINK(…) is a student, in every sheet, and no cell is a formula."""
    with zipfile.ZipFile(io.BytesIO(octets)) as paquet:
        feuilles = [paquet.read(n) for n in paquet.namelist() if "worksheets/sheet" in n]
    assert not any(b"<f>" in f for f in feuilles)
    cellules = [
        c for nom in ("Dossiers", "Relances") for ligne in classeur[nom].iter_rows() for c in ligne
    ]
    dangereuses = [c for c in cellules if isinstance(c.value, str) and c.value.startswith("=")]
    assert {c.value for c in dangereuses} == {FORMULE, "=3", "=1+1"}
    assert all(c.quotePrefix for c in dangereuses)
    assert {SCRIPT, BALISE} <= {c.value for c in cellules}


def test_the_listings_are_filtered_frozen_and_ready_to_print(classeur: Workbook) -> None:
    """The header stays in sight, on the screen and on each A4 page."""
    for nom in ("Dossiers", "Relances"):
        feuille = classeur[nom]
        assert feuille.freeze_panes == "B2"
        assert feuille.auto_filter.ref == feuille.dimensions
        assert feuille.print_title_rows == "$1:$1"
    for feuille in classeur.worksheets:
        assert str(feuille.page_setup.paperSize) == "9"
        assert feuille.page_setup.fitToWidth == 1
        assert feuille.sheet_properties.pageSetUpPr.fitToPage
        assert "Pont && Neuf" in feuille.oddFooter.left.text


def test_it_says_who_when_and_what_is_left_out(classeur: Workbook) -> None:
    """As in every other form."""
    assert "par Nadia Fontaine" in classeur["Bilan"]["A3"].value
    textes = [str(c) for ligne in classeur["Définitions"].values for c in ligne]
    assert any("C12" in t for t in textes)
    assert any("attestation" in t for t in textes)


def test_control_characters_do_not_break_the_file() -> None:
    """A name pasted with a control character is written without it."""
    b = bilan()
    edition = EDITION.__class__("École\x07", EDITION.par, EDITION.le, EDITION.classeur)
    relu = load_workbook(io.BytesIO(render_xlsx(b, edition)))
    assert relu["Bilan"]["A1"].value == "École"


def test_an_empty_month_is_a_workbook_too() -> None:
    """No chart of nothing, no filter error."""
    relu = load_workbook(io.BytesIO(render_xlsx(empty_bilan(), EDITION)))
    assert len(relu["Graphiques"]._charts) == 2
    assert rows(relu["Dossiers"]) == []


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice absent : ouverture non vérifiée")
def test_libreoffice_opens_it(octets: bytes, tmp_path: Path) -> None:
    """A real spreadsheet program reads it, and finds the name, not the formula's result."""
    assert SOFFICE is not None
    (tmp_path / "rapport.xlsx").write_bytes(octets)
    commande = [
        SOFFICE,
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,4",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "rapport.xlsx"),
    ]
    subprocess.run(commande, check=True, capture_output=True, timeout=180)
    (csv,) = tmp_path.glob("*.csv")
    texte = csv.read_text(encoding="utf-8")
    assert "PETIT Zoé" in texte
    assert "=HYPERLINK" in texte
