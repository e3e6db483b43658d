"""What an import asks in a terminal, and keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import ELEVES, Ecole
from terminal_essais import answer

REGISTRE = "N° élève;Nom;Prénom;Inscrit le\n1;DURAND;Zoé;01/01/2026\n2;PETIT;Luc;01/01/2026"


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two students."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init")
    Path("eleves.csv").write_text(REGISTRE, encoding="utf-8")
    ecole.json("import", "eleves", "eleves.csv")
    return ecole


def test_a_column_answered_once_is_kept(ecole: Ecole) -> None:
    """By its number; the next import asks nothing."""
    lignes = "Élève;Jour A;Jour B;Statut\nDURAND Zoé;20/11/2026;02/11/2026;Effectué"
    lignes += "\nPETIT Luc;21/11/2026;03/11/2026;Effectué"
    Path("cours.csv").write_text(lignes, encoding="utf-8")
    statut, ecran = answer("import", "cours", "cours.csv", reponses=["1"])
    assert statut == 0, ecran
    assert "1. Jour A" in ecran
    assert f"{ecole.row(2, ELEVES)['DERNIER COURS']:%d/%m/%Y}" == "20/11/2026"
    assert ecole.json("import", "cours", "cours.csv")["inchangees"] == 2


def test_the_day_of_an_old_export_is_asked(ecole: Ecole) -> None:
    """Enter keeps its latest line."""
    Path("cours.csv").write_text("Date;N° élève;Statut\n20/08/2026;1;Effectué", encoding="utf-8")
    statut, ecran = answer("import", "cours", "cours.csv", reponses=["23/11/2026"])
    assert (statut, "cet export est-il récent ?" in ecran) == (0, True)
    assert ecole.json("detect", "--simulation")["imports"]["cours"] == "2026-11-23"
