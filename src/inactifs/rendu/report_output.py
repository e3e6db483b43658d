"""The monthly report: a screen of 80 columns, all of it, one JSON document (contract, section 5,
``report``), or one self-contained HTML file, to be read on screen or printed on A4. Its charts are
drawn as SVG by their template: every value is also written as a number, and series differ by fill
pattern as well as colour, so that it can be read in black and white."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from inactifs.bilan.computing import COLONNES, Bilan, Cas, Consolidation, LigneEcole
from inactifs.bilan.figures import DEFINITIONS, Figure, Nature, Part, Periode, Valeur, Vue
from inactifs.dates import Temps
from inactifs.rendu import report_tables
from inactifs.rendu.cases import Json, case_json, iso, step_json, student_json
from inactifs.rendu.page import filled
from inactifs.rendu.report_tables import MOIS_PAR_DEFAUT, RESERVE, Edition
from inactifs.rendu.table import Grille, shown
from inactifs.rendu.wording import VIDE, day, plural

if TYPE_CHECKING:
    from rich.console import RenderableType

_MONTRES = 1
"""How many remarks are shown on one screen."""


def render_terminal(
    bilan: Bilan, edition: Edition, *, complet: bool = True
) -> list[RenderableType]:
    """The blocks of the report, in order. Names are never read as rich markup. ``complet`` is all
    of it; otherwise what one screen holds."""
    if not complet:
        return _one_screen(bilan, edition)
    tete = (_title(bilan, edition), _head(bilan), Text(report_tables.movement(bilan)))
    blocs: list[RenderableType] = [
        *(Padding(bloc, (0, 0, 1, 0)) for bloc in tete),
        report_tables.relance_steps(bilan),
        *report_tables.breakdowns(bilan, nuls=True),
        report_tables.figures("Chiffres", bilan.chiffres).brief,
        report_tables.outcomes(bilan.annee),
        report_tables.series(bilan),
        report_tables.cases(bilan).brief,
        report_tables.late(bilan),
    ]
    if reserves := report_tables.reservations(bilan, edition):
        blocs.append(Panel(Text("\n".join(reserves)), title="À savoir", title_align="left"))
    return [*blocs, _end()]


def render_consolidation(
    consolidation: Consolidation, temps: Temps, edition: Edition
) -> list[RenderableType]:
    """One line a school and their total."""
    notes = [f"{edition.provenance}."]
    if edition.mois_par_defaut:
        notes.append(MOIS_PAR_DEFAUT)
    return [
        Text(f"Prévention des abandons : bilan {temps.de}", style="bold"),
        report_tables.schools(consolidation, brief=True),
        Text("\n".join(notes), style="dim"),
        _end(),
    ]


def _one_screen(bilan: Bilan, edition: Edition) -> list[RenderableType]:
    compares = [  # the rates and delays that schools are compared by, in half a screen
        c
        for c in bilan.seen(Vue.ANNEE)
        if Vue.ECOLES in c.figure.vues and c.figure.nature is not Nature.NOMBRE
    ]
    taux = report_tables.figures("Issue des dossiers", compares).brief
    cote = Table.grid(padding=(0, 4, 0, 0))
    cote.add_row(report_tables.relance_steps(bilan).brief, taux)
    retards = len(bilan.en_retard)
    reserves = report_tables.reservations(bilan, edition)
    suite = [f"En retard au {day(bilan.etabli_le)} : {retards} dossier{plural(retards)}."]
    suite += reserves[:_MONTRES]
    if len(reserves) > _MONTRES:
        suite.append(f"À savoir encore : {len(reserves) - _MONTRES} (--complet).")
    return [
        _title(bilan, edition, imports=False),
        _head(bilan, details=False),
        Text(report_tables.movement(bilan), style="dim"),
        cote,
        Text("\n".join(suite)),
        Text("Tout voir : --complet ; le sens de chaque chiffre : --format html", style="bold"),
    ]


def _title(bilan: Bilan, edition: Edition, *, imports: bool = True) -> Text:
    texte = Text(f"{edition.ecole or 'Auto-école'}\n", style="bold")
    texte.append(f"Prévention des abandons : bilan {report_tables.period(bilan, de=True)}\n")
    dessous = [f"{edition.provenance}."]
    dessous += [MOIS_PAR_DEFAUT] if edition.mois_par_defaut else []
    dessous += [f"Imports : {' ; '.join(report_tables.import_lines(bilan))}."] if imports else []
    return texte.append("\n".join(dessous), style="not bold dim")


def _head(bilan: Bilan, *, details: bool = True) -> Table:
    grille = Table.grid(padding=(0, 2, 0, 0), expand=False)
    for _ in range(2):
        grille.add_column(justify="right", style="bold")
        grille.add_column()
    cases: list[Text] = []
    for chiffre, detail in report_tables.head(bilan):
        nom = Text(chiffre.figure.nom)
        if detail and details:
            nom.append(f" ({detail})", style="dim")
        cases += [Text(shown(chiffre.nombre, report_tables.form_of(chiffre.figure), VIDE)), nom]
    for n in range(0, len(cases), 4):
        grille.add_row(*cases[n : n + 4])
    return grille


def _end() -> Text:
    """Where the definitions are: all of them here would push the figures off the screen."""
    texte = Text("Ce que veut dire chaque chiffre : inactifs report --format html\n", style="bold")
    return texte.append(RESERVE, style="not bold")


def bilan_json(bilan: Bilan) -> Json:
    """The report; shares lie between 0 and 1, what cannot be computed is null."""

    def student(cas: Cas) -> Json:
        return student_json(cas.eleve, cas.dossier)

    return figures_json(bilan) | {
        "dossiers": [student(c) | case_json(c.situation) for c in bilan.cas],
        "en_retard": [
            student(c) | step_json(c.situation) | {"etat": c.situation.etat.value}
            for c in bilan.en_retard
        ],
        "sans_date": [student_json(None, d) | {"ligne": d.ligne} for d in bilan.sans_date],
    }


def figures_json(bilan: Bilan) -> Json:
    """The report without anybody in it."""
    suivis = [c.figure for c in bilan.seen(Vue.SERIE)]

    def month(periode: Periode | None) -> Json:
        return {_short(f): _plain(f.of(periode), f.nature) if periode else None for f in suivis}

    return {
        "mois": bilan.temps.iso,
        "arrete_au": iso(bilan.arrete_au),
        "en_cours": bilan.en_cours,
        "etabli_le": iso(bilan.etabli_le),
        **_nested((c.figure.cle, _plain(c.valeur, c.figure.nature)) for c in bilan.chiffres),
        "serie": [{"mois": m.iso, **month(p)} for m, p in bilan.serie if m != bilan.temps],
        # « relances » is the number of them there, and was before they had other figures.
        "douze_mois": _nested(
            (
                _short(c.figure) if c.figure.cle.startswith("relances.") else c.figure.cle,
                _plain(c.annee, c.figure.nature),
            )
            for c in bilan.seen(Vue.ANNEE)
        ),
        "imports": {canal: iso(jour) for canal, jour in bilan.imports.items()},
        "perimes": list(bilan.perimes),
        "definitions": {d.cle: d.sens for d in DEFINITIONS},
    }


def consolidation_json(consolidation: Consolidation) -> Json:
    """One object a school, and their total."""

    def school(ligne: LigneEcole) -> Json:
        valeurs = {_short(f): _plain(ligne.valeurs[f.cle], f.nature) for f in COLONNES}
        return {"ecole": ligne.ecole, **valeurs}

    return {
        "ecoles": [school(ligne) | {"classeur": ligne.classeur} for ligne in consolidation.ecoles],
        "total": school(consolidation.total),
    }


def _short(figure: Figure) -> str:
    """Its key in a document that is flat: a month of the series, a school."""
    groupe, _, cle = figure.cle.rpartition(".")
    return groupe if cle == "total" else cle


def _nested(valeurs: Iterable[tuple[str, object]]) -> Json:
    """« relances.total » is « total » in the object « relances »."""
    document: Json = {}
    for cle, valeur in valeurs:
        groupe, _, feuille = cle.rpartition(".")
        (document.setdefault(groupe, {}) if groupe else document)[feuille] = valeur
    return document


def _plain(valeur: Valeur, nature: Nature) -> object:
    if isinstance(valeur, Part) and nature is Nature.REPARTITION:
        taux = _plain(valeur, Nature.PART)
        return {"abandons": valeur.partie, "eleves": valeur.total, "taux": taux}
    if isinstance(valeur, Part):
        quotient = valeur.valeur
        return None if quotient is None else round(quotient, 1 if nature is Nature.JOURS else 4)
    if isinstance(valeur, Mapping):
        return {nom: _plain(v, nature) for nom, v in valeur.items()}
    if isinstance(valeur, tuple):
        return [
            asdict(i) | {"taux_reprise": i.taux_reprise and round(i.taux_reprise, 4)}
            for i in valeur
        ]
    return valeur


MAX_CAUSES = 12
MAX_LETTRES = 30


class Graphique(NamedTuple):
    """A chart: ``lignes`` are names with their value in each series, which ``legende`` names."""

    cle: str
    titre: str
    legende: Sequence[str]
    lignes: Sequence[tuple[str, Sequence[int]]]

    @property
    def axe(self) -> int:
        """The even round number at the top of the axis: 2, 4, 10, 20, 40, 100…"""
        valeur = max((max(v) for _, v in self.lignes), default=0)
        dizaine = int(10 ** (len(str(valeur)) - 1))
        ronds = (n * dizaine for n in (1, 2, 4, 6, 8, 10))
        return 2 if valeur <= 2 else next(n for n in ronds if n >= valeur and n % 2 == 0)


def render_html(bilan: Bilan, edition: Edition) -> str:
    """The whole page: no script, no outside address, everything typed by people escaped."""
    issues = "Issue des dossiers selon la dernière étape, sur douze mois"
    mois = [
        (m.court, (len(p.detectes), len(p.reprises), len(p.abandons)))
        for m, p in bilan.serie
        if p is not None
    ]
    return filled(
        "report.html",
        b=bilan,
        p=bilan.periode,
        edition=edition,
        w=report_tables,
        definitions=DEFINITIONS,
        relances=_rows("relances", "Relances par étape", report_tables.delays(bilan)),
        issues=_rows("issues", issues, report_tables.outcomes(bilan.annee)),
        causes=causes_chart(bilan),
        evolution=Graphique(
            "evolution",
            "Dossiers détectés, reprises et abandons, mois par mois",
            ("Détectés", "Reprises", "Abandons"),
            mois,
        ),
    )


def render_schools_html(consolidation: Consolidation, temps: Temps, edition: Edition) -> str:
    """The page: self-contained, to be printed on A4, landscape."""
    return filled(
        "report_schools.html",
        temps=temps,
        edition=edition,
        w=report_tables,
        ecoles=report_tables.schools(consolidation),
        definitions=COLONNES,
    )


def _rows(cle: str, titre: str, grille: Grille) -> Graphique:
    """The first column of a table names the bars, the next two are their series."""
    lignes = [(str(nom), [n for n in vs[:2] if isinstance(n, int)]) for nom, *vs in grille.lignes]
    return Graphique(cle, titre, [c.title for c in grille.colonnes[1:3]], lignes)


def causes_chart(bilan: Bilan) -> Graphique:
    """The causes noted, the most frequent first, then none; the rarest ones are summed up."""
    dessin = _rows(
        "causes", "Cause notée pour les dossiers de la période", report_tables.causes(bilan)
    )
    causes = list(dessin.lignes[:MAX_CAUSES])
    if rares := dessin.lignes[MAX_CAUSES:]:
        causes.append(("causes plus rares", [sum(n for _, (n,) in rares)]))
    return dessin._replace(
        lignes=[
            (nom if len(nom) <= MAX_LETTRES else nom[: MAX_LETTRES - 1].rstrip() + "…", valeurs)
            for nom, valeurs in causes
        ]
    )
