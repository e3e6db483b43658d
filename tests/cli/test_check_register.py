"""``check`` is the net under imports: what is hardly a name, a phone, one person."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, Ecole, student


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A school of one."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init")
    contact = {"TÉLÉPHONE": "06 12 34 56 78 (faux numéro)", "EMAIL": "zoe@exemple.fr"}
    ecole.fill(ELEVES, [student("00042", "DURAND Zoé", "20/11/2026", **contact)])
    return ecole


def doubts(ecole: Ecole) -> list[tuple[str, str]]:
    """The cells and the contents of which it speaks."""
    return [(p["cellule"], p["contenu"]) for p in ecole.json("check")["problemes"]]


def test_a_sound_register_is_in_order(ecole: Ecole) -> None:
    """A mark beside a number is no doubt."""
    assert doubts(ecole) == []


@pytest.mark.parametrize(
    ("colonne", "cellule", "contenu"),
    [
        ("NOM", "B3", "LEF√àVRE"),
        ("NOM", "B3", "LEFÃˆVRE"),
        ("PRÉNOM", "C3", "123"),
        ("TÉLÉPHONE", "E3", "6,12E+08"),
        ("TÉLÉPHONE", "E3", "luc@exemple.fr"),
        ("EMAIL", "F3", "0612345678"),
    ],
)
def test_what_is_hardly_a_name_a_phone_or_an_email(
    ecole: Ecole, colonne: str, cellule: str, contenu: str
) -> None:
    """Each is said by its cell."""
    ecole.fill(ELEVES, [student("50", "MARTIN Luc", "20/11/2026") | {colonne: contenu}])
    assert doubts(ecole) == [(cellule, contenu)]


@pytest.mark.parametrize(
    "autre",
    [
        student("42", "DURAND Zoé", "19/11/2026"),
        student("77", "Zoé Durand", "19/11/2026", TÉLÉPHONE="+33612345678"),
        student("77", "DURAND Zoé", "19/11/2026", EMAIL="Zoe@exemple.fr"),
    ],
)
def test_two_students_who_are_one(ecole: Ecole, autre: dict[str, object]) -> None:
    """One name, and a number, a phone or an email in common; homonyms are two people."""
    ecole.fill(ELEVES, [student("78", "DURAND Zoé", "18/11/2026", EMAIL="autre@x.fr"), autre])
    assert doubts(ecole) == [("A4", autre["N° ÉLÈVE"])]


def test_a_value_on_the_wrong_line_of_parametres(ecole: Ecole) -> None:
    """An email for the school's name would sign every message."""
    livre = openpyxl.load_workbook(ecole.classeur)
    feuille = livre["Paramètres"]
    for rangee in feuille.iter_rows():
        if rangee[0].value == "Nom de l'auto-école":
            rangee[1].value = "contact@exemple.fr"
            cellule = rangee[1].coordinate
    livre.save(ecole.classeur)
    assert doubts(ecole) == [(cellule, "contact@exemple.fr")]


def test_somebody_chased_who_has_come_back(ecole: Ecole) -> None:
    """A lesson imported since the last ``detect``."""
    ecole.fill(ELEVES, [student("50", "MARTIN Luc", "01/02/2026")])
    ecole.json("detect")
    Path("cours.csv").write_text("Date;N° élève;Statut\n23/11/2026;50;Effectué")
    ecole.json("import", "cours.csv")
    [probleme] = ecole.json("check")["problemes"]
    assert "activité plus récente (cours du 23/11/2026)" in probleme["raison"]
