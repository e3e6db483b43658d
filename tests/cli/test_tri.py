"""``detect --tri``: whom a limited day opens first."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import ELEVES, Ecole, student


def test_the_order_asked_for_is_kept_within_the_limit_of_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two a day by name, and a third run of the same day, in another order, opens nothing."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init")
    ecole.fill(
        ELEVES,
        [
            student("1", "ZOLA Émile", "10/01/2026"),
            student("2", "ÉMILE Zoé", "12/06/2026"),
            student("3", "ABEL Luc", "10/04/2026"),
        ],
    )
    ecole.set("Nouveaux dossiers par jour, au plus", 2)
    fait = ecole.json("detect", "--tri", "nom")
    assert [n["numero"] for n in fait["nouveaux"]] == ["3", "2"]
    assert fait["en_file"] == 1
    avant = ecole.classeur.read_bytes()
    assert ecole.json("detect")["nouveaux"] == []
    assert ecole.classeur.read_bytes() == avant
    ecole.day("25/11/2026")
    assert [n["numero"] for n in ecole.json("detect")["nouveaux"]] == ["1"]


def test_an_order_that_is_not_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of those that exist is given."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init")
    fait = ecole.type("detect", "--tri", "hasard")
    assert fait.statut == 2
    assert "anciennete, recente, nom, formation" in fait.erreurs
