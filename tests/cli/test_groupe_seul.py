"""A word that needs another, typed alone: said in French, never a traceback."""

from __future__ import annotations

import pytest

from inactifs.cli.execution import run


@pytest.mark.parametrize("mot", ["import", "relance", "activite"])
def test_un_groupe_seul_dit_qu_il_manque_la_suite(
    mot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([mot]) == 2
    dit = capsys.readouterr().err
    assert dit.startswith("Il manque la suite de la commande.")
    assert f"Au choix : « inactifs {mot} " in dit


def test_une_suite_mal_tapee_reste_dans_son_groupe(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "eleve", "eleves.csv"]) == 2
    assert "« inactifs import eleves »" in capsys.readouterr().err
