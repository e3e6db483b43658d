"""The monthly report as one self-contained HTML file, to be read on screen or printed on A4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inactifs.bilan import AUCUNE, DEFINITIONS, Bilan, Nature, Part, Valeur
from inactifs.rendu import report_tables, report_words, wording
from inactifs.rendu.charts import Graphique, grouped_columns, stacked_rows
from inactifs.rendu.report_words import Edition, step
from inactifs.rendu.table import Grille

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
            p=bilan.periode,
            edition=edition,
            r=wording,
            w=report_words,
            t=report_tables,
            chiffres=report_words.head(bilan),
            repartitions=breakdowns(bilan, "relances."),
            des_reponses=breakdowns(bilan, "reponses."),
            reserves=report_words.reservations(bilan, edition),
            definitions=DEFINITIONS,
            relances=relances_chart(bilan),
            issues=outcomes_chart(bilan),
            causes=causes_chart(bilan),
            evolution=series_chart(bilan),
        )
    )


def breakdowns(bilan: Bilan, groupe: str, *, annee: bool = False) -> list[Grille]:
    """The figures by step, by means…, of those whose key begins so; steps have their own table."""
    return [
        report_tables.breakdown(bilan, c.figure.cle, annee=annee)
        for c in bilan.chiffres
        if c.figure.nature is Nature.REPARTITION
        and c.figure.cle.startswith(groupe)
        and c.figure.cle != "relances.par_etape"
        and told(c.annee if annee else c.valeur)
    ]


def told(valeur: Valeur) -> bool:
    """Whether a breakdown tells something: not all of it is nothing."""
    return isinstance(valeur, Mapping) and any(
        v.total if isinstance(v, Part) else v for v in valeur.values()
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
    """The relances by step, in time or late."""
    return stacked_rows(
        "relances",
        "Relances par étape",
        ("Dans les délais", "En retard"),
        [
            (
                step(e.numero),
                (int(e.delais.partie), e.delais.total - int(e.delais.partie)),
            )
            for e in report_tables.steps(bilan.periode)
        ],
    )


def outcomes_chart(bilan: Bilan) -> Graphique:
    """The year's outcomes by the step at which they came."""
    return stacked_rows(
        "issues",
        "Issue des dossiers selon la dernière étape, sur douze mois",
        ("Reprises", "Abandons"),
        [(step(i.etape), (i.reprises, i.abandons)) for i in bilan.annee.issues_par_etape],
    )


def causes_chart(bilan: Bilan) -> Graphique:
    """The causes noted, the most frequent first, then none; the rarest ones are summed up."""
    notees: Mapping[str, int] = bilan.periode.causes
    causes = [(c, n) for c, n in notees.items() if c != AUCUNE]
    causes += [(AUCUNE, notees[AUCUNE])] if AUCUNE in notees else []
    if len(causes) > MAX_CAUSES:
        reste = sum(n for _, n in causes[MAX_CAUSES:])
        causes = [*causes[:MAX_CAUSES], ("causes plus rares", reste)]
    return stacked_rows(
        "causes",
        "Cause notée pour les dossiers de la période",
        ("Dossiers",),
        [(_shortened(cause), (n,)) for cause, n in causes],
    )


def series_chart(bilan: Bilan) -> Graphique:
    """Month by month, from the first one that the tableau knows."""
    return grouped_columns(
        "evolution",
        "Dossiers détectés, reprises et abandons, mois par mois",
        ("Détectés", "Reprises", "Abandons"),
        [
            (m.court, (len(p.detectes), len(p.reprises), len(p.abandons)))
            for m, p in report_tables.known_months(bilan)
        ],
    )


def _shortened(texte: str) -> str:
    return texte if len(texte) <= MAX_LETTRES else texte[: MAX_LETTRES - 1].rstrip() + "…"
