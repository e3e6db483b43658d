"""A figure is a row: what is added to the table shows in every form of the report."""

from __future__ import annotations

import io
from datetime import date

from openpyxl import load_workbook
from rapport_fabrique import AUJOURDHUI, EDITION, dossiers
from test_rapport_terminal import shown

from inactifs.bilan.computing import Etabli, report_on
from inactifs.bilan.figures import CALCULS, FIGURES, Figure
from inactifs.dates import Mois
from inactifs.procedure.modele import Eleve, Regles
from inactifs.rendu.report_output import bilan_json, render_html, render_terminal
from inactifs.rendu.report_xlsx import render_xlsx

AJOUT = Figure("essais.total", "Essai de chiffre", "Un chiffre de plus.", lambda p: len(p.detectes))


def test_a_figure_added_to_the_table_shows_everywhere() -> None:
    """No form knows it by name: its row, and how it is computed."""
    figures = (*FIGURES, AJOUT)
    bilan = report_on(dossiers(), [], Regles(), Mois(2026, 11), Etabli(AUJOURDHUI), figures=figures)
    assert bilan_json(bilan)["essais"] == {"total": 3}
    assert "Essai de chiffre" in shown(render_terminal(bilan, EDITION))
    assert "Essai de chiffre" in render_html(bilan, EDITION)
    classeur = load_workbook(io.BytesIO(render_xlsx(bilan, EDITION)))
    valeurs = dict(ligne[:2] for ligne in classeur["Bilan"].values)
    assert valeurs["Essai de chiffre"] == 3


def test_every_row_is_computed() -> None:
    """And nothing is in the table twice, nor computed for no row."""
    bilan = report_on([], [], Regles(), Mois(2026, 11), Etabli(AUJOURDHUI))
    assert [f.of(bilan.periode) for f in FIGURES]
    assert [f.cle for f in FIGURES] == list(CALCULS)
    assert len({f.cle for f in FIGURES}) == len({f.nom for f in FIGURES}) == len(FIGURES)


def test_those_who_drift_are_counted_and_how_many_became_inactive() -> None:
    """No lesson for five weeks nor to come, not yet inactive; then a dossier, months later."""
    eleves = [
        Eleve("1", "DÉCROCHE", dernier_cours=date(2026, 10, 1)),
        Eleve("2", "RÉSERVÉ", dernier_cours=date(2026, 10, 1), prochain_cours=date(2026, 12, 9)),
        Eleve("3", "RÉCENT", dernier_cours=date(2026, 11, 20)),
        Eleve("4", "JAMAIS", inscrit_le=date(2026, 10, 1)),
        Eleve("5", "INACTIF", dernier_cours=date(2026, 7, 1)),
    ]
    siens = [d for d in dossiers() if d.numero == "5"]
    octobre = report_on(siens, eleves, Regles(), Mois(2026, 10), Etabli(AUJOURDHUI))
    assert octobre["decroches_inactifs"] == 1
    novembre = report_on(siens, eleves, Regles(), Mois(2026, 11), Etabli(AUJOURDHUI))
    assert novembre["decrochent"] == 1
    assert [m["decrochent"] for m in bilan_json(novembre)["serie"]][-1] == 0
