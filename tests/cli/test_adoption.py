"""``init`` on the school's own workbook: found, filled in, dressed; what is left to see to."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableFormula

ENTETES = (
    "ÉLÈVE", "DATE DE DERNIÈRE ACTIVITÉ", "DATES DE RELANCES", "MOYENS UTILISÉS",
    "RÉSULTAT (REPRISE / ABANDON)", "COMMENTAIRE",
)  # fmt: skip


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A folder with nothing in it."""
    return Ecole(tmp_path, monkeypatch)


def school_s_own(nom: str) -> openpyxl.Workbook:
    """A tableau of three students under a file's name that the tool does not know."""
    livre = openpyxl.Workbook()
    onglet = livre.active
    assert onglet is not None
    onglet.title = TABLEAU
    onglet.append(ENTETES)
    for rang, eleve in enumerate(("ROYER Laurence", "BONNET Paul", "HENRY Luc")):
        onglet.append([eleve, le(f"1{rang}/02/2026")])
    livre.save(nom)
    return livre


def test_the_tableau_that_is_in_the_folder_is_adopted(ecole: Ecole) -> None:
    """Rather than a second one created; its path is quoted in what to type next."""
    school_s_own("Suivi de l'école 2026.xlsx")
    fait = ecole.type("init")
    assert fait.statut == 0 and not ecole.classeur.exists()
    dit = fait.erreurs.splitlines()
    assert dit[0] == "Classeur adopté : Suivi de l'école 2026.xlsx."
    assert dit[1].startswith("Ajouté : 9 colonnes à « Tableau de suivi » ; les feuilles « Élèves »")
    assert '-c "Suivi de l\'école 2026.xlsx"' in fait.erreurs
    assert "9 colonnes" in dit[1] and len(dit[1]) < 160


def test_of_several_one_is_to_be_chosen(ecole: Ecole) -> None:
    """They are named, nothing is written."""
    school_s_own("a.xlsx")
    school_s_own("b.xlsx")
    fait = ecole.type("init")
    assert fait.statut == 2 and "a.xlsx, b.xlsx" in fait.erreurs
    assert ecole.type("init", "c.xlsx").statut == 0 and Path("c.xlsx").exists()


def test_the_school_s_name_is_filled_in_later(ecole: Ecole) -> None:
    """When it was left empty; a name that is there is the school's to change."""
    ecole.json("init")
    assert ecole.type("init", "--auto-ecole", "Port").statut == 0
    parametres = openpyxl.load_workbook(ecole.classeur)["Paramètres"]
    assert "Port" in [r[1].value for r in parametres.iter_rows()]
    assert "se change dans" in ecole.type("init", "--auto-ecole", "Gare").erreurs


def test_a_plain_init_says_what_the_messages_lack_and_the_command_that_gives_it(
    ecole: Ecole,
) -> None:
    """The name and the phone of the school; then nothing more is said, and the texts have them."""
    assert "inactifs init --auto-ecole NOM --telephone NUMÉRO\n" in ecole.type("init").erreurs
    ecole.fill(ELEVES, [student("1", "ROYER Laurence", "10/06/2026")])
    ecole.json("detect")
    refus = ecole.type("relance", "message", "1")
    assert refus.statut == 4 and "« inactifs init --auto-ecole NOM »" in refus.erreurs
    ecole.json("init", "--auto-ecole", "Port")
    refus = ecole.type("relance", "message", "1")
    assert refus.statut == 4 and "« inactifs init --telephone NUMÉRO »" in refus.erreurs
    assert "--telephone" not in ecole.type("init", "--telephone", "0240000000").erreurs
    assert "Tél. 02 40 00 00 00" in ecole.json("relance", "message", "1")["texte"]
    assert (
        "Le téléphone de l'auto-école se change"
        in ecole.type("init", "--telephone", "0241000000").erreurs
    )
    assert "se change" not in ecole.type("init", "--telephone", "02 40 00 00 00").erreurs
    assert ecole.type("init", "--telephone", "Port").statut == 2


def test_presentation_dresses_a_tableau_that_has_nothing(ecole: Ecole) -> None:
    """State colours, lists, filter, print set-up; a second time changes nothing."""
    school_s_own("suivi_eleves.xlsx")
    assert "présentation" in ecole.type("init", "--presentation").erreurs
    onglet = openpyxl.load_workbook(ecole.classeur)[TABLEAU]
    assert onglet.auto_filter.ref == "A1:O4"
    regles = [r for plage in onglet.conditional_formatting for r in plage.rules]
    assert len(regles) == 6 and all(r.dxf.fill for r in regles)
    listes = {v.formula1 for v in onglet.data_validations.dataValidation}
    assert '"REPRISE,ABANDON"' in listes and len(listes) == 2
    assert onglet.print_title_rows == "$1:$1" and onglet.page_setup.orientation == "landscape"
    avant = ecole.classeur.read_bytes()
    assert ecole.type("init", "--presentation").statut == 0
    assert ecole.classeur.read_bytes() == avant


def test_presentation_leaves_what_the_school_has(ecole: Ecole) -> None:
    """Its filter, its list, its header."""
    livre = school_s_own("suivi_eleves.xlsx")
    onglet = livre[TABLEAU]
    onglet.auto_filter.ref = "A1:F4"
    onglet.oddHeader.center.text = "Le nôtre"
    livre.save("suivi_eleves.xlsx")
    ecole.type("init", "--presentation")
    onglet = openpyxl.load_workbook(ecole.classeur)[TABLEAU]
    assert onglet.oddHeader.center.text == "Le nôtre"
    assert onglet.auto_filter.ref == "A1:O4"  # as adoption widens it


def tables(classeur: Path) -> set[str]:
    """The ranges of the Excel tables."""
    onglet = openpyxl.load_workbook(classeur)[TABLEAU]
    return {t.ref for t in onglet.tables.values()}


@pytest.mark.parametrize("colonne", ["H", "G"])
def test_another_table_beside_is_never_widened(ecole: Ecole, colonne: str) -> None:
    """The tool's columns go past it, with a blank one between; the risk of a sort is told."""
    livre = school_s_own("suivi_eleves.xlsx")
    onglet = livre[TABLEAU]
    fin = chr(ord(colonne) + 1)
    onglet[f"{colonne}1"], onglet[f"{fin}1"], onglet[f"{colonne}2"] = "Contact", "Tél", "Mairie"
    onglet.add_table(Table(displayName="Contacts", ref=f"{colonne}1:{fin}4"))
    livre.save("suivi_eleves.xlsx")
    ecole.type("init")
    assert tables(ecole.classeur) == {f"{colonne}1:{fin}4"}
    entetes = [c.value for c in openpyxl.load_workbook(ecole.classeur)[TABLEAU][1]]
    assert entetes[entetes.index("Tél") + 1] is None
    assert entetes[entetes.index("Tél") + 2] == "N° ÉLÈVE"


def test_a_filter_that_leaves_out_columns_is_said(ecole: Ecole) -> None:
    """A sort under it would part names from numbers."""
    livre = school_s_own("suivi_eleves.xlsx")
    livre[TABLEAU].auto_filter.ref = "A1:F4"
    livre[TABLEAU]["H2"] = "Légende"
    livre.save("suivi_eleves.xlsx")
    assert "à dire" in ecole.type("init").erreurs
    (dit,) = [p for p in ecole.json("check")["problemes"] if "Le filtre" in p["raison"]]
    assert dit["cellule"] == "I1" and "A1:F4" in dit["raison"]


def lean_on(livre: openpyxl.Workbook, fin: int) -> None:
    """A sheet « Stats » whose count and chart take the tableau down to this row, a name, a list."""
    stats = livre.create_sheet("Stats")
    stats["B2"] = f"=COUNTA('{TABLEAU}'!E2:E{fin})"
    stats["B3"] = f"=COUNTA('{TABLEAU}'!E:E)"
    stats["B4"] = "=COUNTA('Autre'!E2:E4)&\"A2:A4\""
    graphique = BarChart()
    graphique.add_data(Reference(livre[TABLEAU], min_col=2, min_row=1, max_row=fin))
    stats.add_chart(graphique, "D4")
    liste = DataValidation(type="list", formula1=f"'{TABLEAU}'!$A$2:$A${fin}")
    liste.add("A1")
    stats.add_data_validation(liste)
    livre.defined_names["suivis"] = DefinedName("suivis", attr_text=f"'{TABLEAU}'!$A$2:$A${fin}")
    livre.create_sheet("Autre")
    livre.save("suivi_eleves.xlsx")


def too_short(ecole: Ecole) -> list[str]:
    """What ``check`` says of ranges that leave dossiers out."""
    dits = [p for p in ecole.json("check")["problemes"] if "au-dessous" in p["raison"]]
    return sorted(p["raison"] for p in dits)


def test_what_stops_above_the_last_dossier_is_said(ecole: Ecole) -> None:
    """A count on another sheet, a name, a chart, a list; each once, and left as it is."""
    lean_on(school_s_own("suivi_eleves.xlsx"), 3)
    ecole.type("init")
    ecole.fill(ELEVES, [student("9", "NOUVEAU Un", "01/02/2026")])
    ecole.json("detect")
    assert too_short(ecole) == [
        "Le nom « suivis » désigne A2:A3 : 2 dossiers sont au-dessous.",
        "Un graphique montre B1:B3 : 2 dossiers sont au-dessous.",
        "Une liste de « Stats » prend A2:A3 : 2 dossiers sont au-dessous.",
        "« Stats »!B2 compte E2:E3 : 2 dossiers sont au-dessous.",
    ]


def test_what_refers_to_all_the_dossiers_takes_in_new_ones(ecole: Ecole) -> None:
    """Without a word, and nothing else of it changes."""
    lean_on(school_s_own("suivi_eleves.xlsx"), 4)
    ecole.type("init")
    ecole.fill(ELEVES, [student(str(n), f"NOUVEAU E{n}", "01/02/2026") for n in (8, 9)])
    avant = parts(ecole.classeur)
    ecole.json("detect")
    assert too_short(ecole) == []
    livre = openpyxl.load_workbook(ecole.classeur)
    assert livre[TABLEAU]["A6"].value == "NOUVEAU E9"
    stats = livre["Stats"]
    assert stats["B2"].value == f"=COUNTA('{TABLEAU}'!E2:E6)"
    assert stats["B3"].value == f"=COUNTA('{TABLEAU}'!E:E)"
    assert stats["B4"].value == "=COUNTA('Autre'!E2:E4)&\"A2:A4\""
    assert livre.defined_names["suivis"].attr_text == f"'{TABLEAU}'!$A$2:$A$6"
    (liste,) = stats.data_validations.dataValidation
    assert liste.formula1 == f"'{TABLEAU}'!$A$2:$A$6"
    apres = parts(ecole.classeur)
    for nom, ancien, nouveau in (
        ("xl/charts/chart1.xml", b"$B$1:$B$4", b"$B$1:$B$6"),
        ("xl/worksheets/sheet2.xml", b"E2:E4)<", b"E2:E6)<"),
    ):
        assert apres[nom].replace(nouveau, ancien).replace(b"$A$6", b"$A$4") == avant[nom]


def test_what_refers_to_all_the_register_takes_in_new_students(ecole: Ecole) -> None:
    """Those of an import; a range of the journal, that every command writes, is the school's."""
    ecole.json("init")
    ecole.fill(ELEVES, [student("1", "ROYER Laurence"), student("2", "BONNET Paul")])
    livre = openpyxl.load_workbook(ecole.classeur)
    stats = livre.create_sheet("Stats")
    stats["A1"], stats["A2"] = f"=COUNTA({ELEVES}!B2:B3)", "=COUNTA(Journal!A2:A2)"
    livre.save(ecole.classeur)
    Path("eleves.csv").write_text("N° élève;Nom;Prénom\n2;BONNET;Paul\n3;HENRY;Luc\n", "utf-8")
    ecole.json("import", "eleves", "eleves.csv")
    stats = openpyxl.load_workbook(ecole.classeur)["Stats"]
    assert stats["A1"].value == f"=COUNTA({ELEVES}!B2:B4)"
    assert stats["A2"].value == "=COUNTA(Journal!A2:A2)"


def parts(classeur: Path) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(classeur) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def test_a_total_under_the_tableau_is_said(ecole: Ecole) -> None:
    """It is the school's, in the sheet that is written: let alone."""
    livre = school_s_own("suivi_eleves.xlsx")
    onglet = livre[TABLEAU]
    onglet["A9"], onglet["E9"] = "Total", "=COUNTA(A2:A4)"
    livre.save("suivi_eleves.xlsx")
    ecole.type("init")
    ecole.fill(ELEVES, [student("9", "NOUVEAU Un", "01/02/2026")])
    ecole.json("detect")
    onglet = openpyxl.load_workbook(ecole.classeur)[TABLEAU]
    assert onglet["A5"].value == "NOUVEAU Un"
    assert onglet["E9"].value == "=COUNTA(A2:A4)"
    assert too_short(ecole) == [f"« {TABLEAU} »!E9 compte A2:A4 : un dossier est au-dessous."]


@pytest.mark.parametrize(
    ("formule", "attendue"),
    [
        ("YEAR(Suivi[[#This Row],[DATE DE DERNIÈRE ACTIVITÉ]])", None),
        ("YEAR(B2)", "YEAR(B5)"),
    ],
)
def test_a_calculated_column_goes_on_in_a_new_row(
    ecole: Ecole, formule: str, attendue: str | None
) -> None:
    """Of the tableau's Excel table: structured, or by cells of the same row."""
    livre = school_s_own("suivi_eleves.xlsx")
    onglet = livre[TABLEAU]
    onglet["G1"] = "ANNÉE"
    for ligne in (2, 3, 4):
        onglet[f"G{ligne}"] = "=" + formule.replace("B2", f"B{ligne}")
    table = Table(displayName="Suivi", ref="A1:G4")
    table._initialise_columns()
    for colonne, entete in zip(table.tableColumns, [*ENTETES, "ANNÉE"], strict=True):
        colonne.name = entete
    table.tableColumns[-1].calculatedColumnFormula = TableFormula(attr_text=formule)
    onglet.add_table(table)
    livre.save("suivi_eleves.xlsx")
    ecole.type("init")
    ecole.fill(ELEVES, [student("9", "NOUVEAU Un", "01/02/2026")])
    ecole.json("detect")
    onglet = openpyxl.load_workbook(ecole.classeur)[TABLEAU]
    assert onglet["A5"].value == "NOUVEAU Un"
    assert onglet["G5"].value == "=" + (attendue or formule)
    assert ecole.json("detect")["ecrit"] is False


def test_the_columns_may_not_go_past_the_last_one(ecole: Ecole) -> None:
    """A sheet filled up to XFC near its top: refused, by column."""
    livre = school_s_own("suivi_eleves.xlsx")
    for rang in range(100, 16384, 90):
        livre[TABLEAU].cell(1, rang).value = "."
    livre[TABLEAU].cell(2, 16383).value = "."
    livre.save("suivi_eleves.xlsx")
    fait = ecole.type("init")
    assert fait.statut == 4 and "XFD" in fait.erreurs
    with zipfile.ZipFile(io.BytesIO(ecole.classeur.read_bytes())) as archive:
        assert archive.testzip() is None
