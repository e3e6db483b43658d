"""The monthly report as one self-contained HTML file, to be read on screen or printed on A4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inactifs.bilan import DEFINITIONS, Bilan
from inactifs.rendu import wording
from inactifs.rendu.charts import Graphique, grouped_columns, stacked_rows
from inactifs.rendu.wording import Edition

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_CAUSES = 12
MAX_LETTRES = 30


def render_html(bilan: Bilan, edition: Edition) -> str:
    """The whole page: no script, no outside address, everything typed by people escaped."""
    return (
        environment()
        .get_template("report.html")
        .render(
            b=bilan,
            edition=edition,
            r=wording,
            chiffres=wording.key_figures(bilan),
            etapes=wording.relance_steps(bilan),
            mois_et_avant=(*bilan.serie, (bilan.mois, bilan.mouvement)),
            reserves=wording.reservations(bilan, edition),
            definitions=DEFINITIONS,
            relances=relances_chart(bilan),
            issues=outcomes_chart(bilan),
            causes=causes_chart(bilan),
            evolution=series_chart(bilan),
        )
    )


def environment() -> Environment:
    """The templates' settings: everything escaped, nothing forgotten in silence."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environnement = Environment(
        loader=PackageLoader("inactifs", "rendu"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environnement.filters["typo"] = wording.typography
    return environnement


def relances_chart(bilan: Bilan) -> Graphique:
    """The month's relances by step, in time or late."""
    return stacked_rows(
        "relances",
        "Relances du mois par étape",
        ("Dans les délais", "En retard"),
        [
            (wording.step(e.etape), (e.dans_les_delais, e.en_retard))
            for e in wording.relance_steps(bilan)
        ],
    )


def outcomes_chart(bilan: Bilan) -> Graphique:
    """The year's outcomes by the step at which they came."""
    return stacked_rows(
        "issues",
        "Issue des dossiers selon la dernière étape, sur douze mois",
        ("Reprises", "Abandons"),
        [(wording.step(i.etape), (i.reprises, i.abandons)) for i in bilan.issues_douze_mois],
    )


def causes_chart(bilan: Bilan) -> Graphique:
    """The causes noted, the most frequent first; the rarest ones are summed up."""
    causes = wording.cause_lines(bilan)
    if len(causes) > MAX_CAUSES:
        reste = sum(n for _, n in causes[MAX_CAUSES:])
        causes = [*causes[:MAX_CAUSES], ("causes plus rares", reste)]
    return stacked_rows(
        "causes",
        "Cause notée pour les dossiers du mois",
        ("Dossiers",),
        [(_shortened(cause), (n,)) for cause, n in causes],
    )


def series_chart(bilan: Bilan) -> Graphique:
    """The twelve months before, and this one."""
    mois = (*bilan.serie, (bilan.mois, bilan.mouvement))
    return grouped_columns(
        "evolution",
        "Dossiers détectés, reprises et abandons, mois par mois",
        ("Détectés", "Reprises", "Abandons"),
        [(m.court, (v.detectes, v.reprises, v.abandons)) for m, v in mois],
    )


def _shortened(texte: str) -> str:
    return texte if len(texte) <= MAX_LETTRES else texte[: MAX_LETTRES - 1].rstrip() + "…"
