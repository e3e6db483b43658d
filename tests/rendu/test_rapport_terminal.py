"""The report in the terminal: within 100 columns, names as they are."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest
from rapport_fabrique import BALISE, EDITION, SCRIPT, bilan, empty_bilan
from rich.cells import cell_len
from rich.console import Console, RenderableType

from inactifs.bilan.computing import consolidate, school_line
from inactifs.dates import Mois
from inactifs.rendu.report_output import render_consolidation, render_terminal


def shown(blocs: Iterable[RenderableType], largeur: int = 100) -> str:
    """What the terminal shows."""
    console = Console(file=io.StringIO(), width=largeur, color_system=None)
    for bloc in blocs:
        console.print(bloc)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def width_of(texte: str) -> int:
    return max(cell_len(ligne.rstrip()) for ligne in texte.splitlines())


@pytest.mark.parametrize("largeur", [80, 100])
def test_it_fits_the_terminal(largeur: int) -> None:
    """100 columns are enough, and 80 do; nothing is cut."""
    texte = shown(render_terminal(bilan(), EDITION), largeur)
    assert width_of(texte) <= largeur
    assert "…" not in texte
    evolution = texte.partition("Évolution")[2].partition("Dossiers ouverts dans")[0]
    assert "10/2026" in evolution.split()
    assert "09/2026" not in evolution.split(), "before the first date of the tableau"
    assert {"Détectés", "Abandons", "Relances"} <= set(evolution.split()), "no header is cut"


def test_one_screen_of_eighty_columns_tells_the_month() -> None:
    """By default: the figures, the steps, the rates, what is late; no list of names."""
    texte = shown(render_terminal(bilan(), EDITION, complet=False), 80)
    assert len(texte.splitlines()) <= 24
    assert width_of(texte) <= 80
    assert "2 ouverts au début + 3 détectés − 1 reprise − 1 abandon = 3 ouverts à la fin" in texte
    for mot in ("1re relance", "Taux de reprise", "En retard au 27/11/2026 : 1 dossier", "C12"):
        assert mot in texte, mot
    assert "--complet" in texte
    assert "PETIT Zoé" not in texte


def test_it_shows_names_as_typed_and_the_balance() -> None:
    """Square brackets in a name are not markup."""
    texte = shown(render_terminal(bilan(), EDITION))
    for nom in (BALISE, SCRIPT):
        assert nom.split()[-1] in texte
    assert "[bold]MARTIN" in texte
    assert "2 ouverts au début + 3 détectés − 1 reprise − 1 abandon = 3 ouverts à la fin" in texte
    assert "Mois choisi par défaut" in texte
    assert "En retard au 27/11/2026" in texte
    assert "C12" in texte


def test_the_definitions_do_not_push_the_figures_away() -> None:
    """Figures first; one line says where the definitions are."""
    lignes = shown(render_terminal(bilan(), EDITION), 80).splitlines()
    assert any("Élèves suivis" in ligne for ligne in lignes[:10])
    (renvoi,) = [n for n, ligne in enumerate(lignes) if "inactifs report --format html" in ligne]
    assert renvoi >= len(lignes) - 4
    assert "’" not in "".join(lignes)


def test_an_empty_month_is_told() -> None:
    """It says that there is nothing."""
    texte = shown(render_terminal(empty_bilan(), EDITION))
    assert "Aucun dossier ouvert dans la période." in texte
    assert "En retard au 27/11/2026 : rien." in texte


def test_several_schools_fit_too() -> None:
    """One line each and their total, however long their names."""
    ecoles = consolidate(
        [school_line("Pont-Neuf", bilan()), school_line("École de la Gare " * 4, bilan())]
    )
    texte = shown(render_consolidation(ecoles, Mois(2026, 11), EDITION))
    assert width_of(texte) <= 100
    assert "novembre 2026" in texte
    assert "Total" in texte
    assert "Mois choisi par défaut" in texte
    assert len(texte.splitlines()) <= 24, "the figures are still on the screen"
