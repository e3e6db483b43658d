"""The tables of the monthly report and of the evidence, as data: every form draws these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inactifs.bilan import (
    DEFINITIONS,
    HORS_PLAN,
    Bilan,
    Cas,
    Chiffre,
    Consolidation,
    IssuesEtape,
    LigneEcole,
    Mois,
    Nature,
    Part,
    Periode,
    RelanceFaite,
    Vue,
    number_of,
)
from inactifs.bilan.computing import COLONNES
from inactifs.bilan.figures import Figure, Notion, in_time
from inactifs.procedure.modele import Etape, Relance
from inactifs.rendu import report_words, wording
from inactifs.rendu.table import Column, Form, Grille, Valeur, grid

Ligne = tuple[str, Part | int]
"""A part of a breakdown and its value."""

_NOMS = {
    "etape": "Étape",
    "moyen": "Moyen",
    "responsable": "Responsable",
    "cause": "Cause",
    "formation": "Formation",
    "financement": "Financement",
    "": "Cause",
}
"""What heads the first column of a breakdown."""

FORMES = {Nature.PART: Form.SHARE, Nature.JOURS: Form.DAYS}
"""How a figure that is one number is shown; a plain number otherwise."""

VIDE_RELANCES = "Aucune relance n'est datée de cette période."
VIDE_DOSSIERS = "Aucun dossier ouvert dans la période."


def form_of(figure: Figure) -> Form:
    """How the value of a figure is shown."""
    return FORMES.get(figure.nature, Form.NUMBER)


def single(chiffres: Iterable[Chiffre]) -> list[Chiffre]:
    """Those of the figures that are one number."""
    return [c for c in chiffres if c.figure.nature not in (Nature.REPARTITION, Nature.ISSUES)]


def figures(
    titre: str,
    chiffres: Iterable[Chiffre],
    *,
    annee: bool = True,
    sens: bool = False,
    brief: bool = False,
) -> Grille:
    """Figures that are one number, for the period and over twelve months (``annee``).

    ``sens``: with the definition of each.
    """
    lignes = single(chiffres)
    colonnes: list[Column[Chiffre]] = [
        Column("Chiffre", lambda c: c.figure.nom, width=44),
        Column("Période", lambda c: c.nombre, form=Form.NUMBER),
        Column("Effectif", lambda c: _heads(c, c.valeur), brief=False),
    ]
    if annee:
        colonnes += [
            Column("12 mois", lambda c: number_of(c.annee), form=Form.NUMBER),
            Column("Effectif, 12 mois", lambda c: _heads(c, c.annee), brief=False),
        ]
    if sens:
        colonnes.append(Column("Définition", lambda c: c.figure.sens, width=90))
    formes = [form_of(c.figure) for c in lignes]
    return grid(titre, colonnes, lignes, formes=formes, brief=brief)


def _heads(chiffre: Chiffre, valeur: object) -> str:
    return headcount(valeur) if chiffre.figure.nature is Nature.PART else ""


def headcount(valeur: object) -> str:
    """« 3 sur 24 » of a share; nothing of another value."""
    if not isinstance(valeur, Part) or not valeur.total:
        return ""
    return f"{wording.number(valeur.partie)} sur {wording.number(valeur.total)}"


def breakdown(bilan: Bilan, cle: str, *, annee: bool = False) -> Grille:
    """A figure by means, by responsible, by course…"""
    chiffre = next(c for c in bilan.chiffres if c.figure.cle == cle)
    figure, valeur = chiffre.figure, chiffre.annee if annee else chiffre.valeur
    lignes: list[Ligne] = list(valeur.items()) if isinstance(valeur, Mapping) else []
    colonnes = [
        Column[Ligne](
            figure.selon.capitalize().replace("Etape", "Étape"),
            lambda x: figure.part_name(x[0]),
            width=44,
        )
    ]
    if any(isinstance(v, Part) for _, v in lignes):
        colonnes.append(Column("Taux", lambda x: number_of(x[1]), form=Form.SHARE))
        colonnes.append(Column("Effectif", lambda x: headcount(x[1])))
    else:
        colonnes.append(Column("Nombre", lambda x: number_of(x[1]), form=Form.NUMBER))
    return grid(figure.nom, colonnes, lignes)


@dataclass(frozen=True, slots=True)
class LigneEtape:
    """The relances of one step of the plan; ``etape`` is None beyond it."""

    numero: int
    etape: Etape | None
    faites: tuple[RelanceFaite, ...]

    @property
    def delais(self) -> Part:
        """Those in time, among those of which the due date is known."""
        return in_time(self.faites)


def steps(periode: Periode) -> list[LigneEtape]:
    """The relances step by step, those beyond the plan last."""
    plan = {e.numero: e for e in periode.regles.plan}
    return [
        LigneEtape(n := int(etape), plan.get(n), tuple(r for r in periode.relances if r.etape == n))
        for etape in sorted(periode.relances_par_etape, key=int)
    ]


def relance_steps(bilan: Bilan, *, brief: bool = False) -> Grille:
    """The relances by step, in time or late."""
    return grid(
        "Relances par étape",
        [
            Column("Étape", lambda e: report_words.step(e.numero), width=44),
            Column("Action prévue", lambda e: e.etape.action if e.etape else None, brief=False),
            Column(
                "Responsable",
                lambda e: e.etape.responsable if e.etape else HORS_PLAN,
                width=28,
                brief=False,
            ),
            Column("Faites", lambda e: len(e.faites), form=Form.NUMBER),
            Column("Dans les délais", lambda e: int(e.delais.partie), form=Form.NUMBER),
            Column(
                "En retard",
                lambda e: e.delais.total - int(e.delais.partie),
                form=Form.NUMBER,
                brief=False,
            ),
            Column("Part", lambda e: e.delais.valeur, form=Form.SHARE, brief=False),
        ],
        steps(bilan.periode),
        total=_total_of_steps(bilan),
        brief=brief,
    )


def _total_of_steps(bilan: Bilan) -> tuple[Valeur, ...]:
    delais = bilan.periode.dans_les_delais
    a_temps = int(delais.partie)
    return (
        "Total", "", "", len(bilan.periode.relances), a_temps, delais.total - a_temps,
        delais.valeur,
    )  # fmt: skip


def outcomes(periode: Periode) -> Grille:
    """The outcomes by the step of the last relance."""
    colonnes: list[Column[IssuesEtape]] = [
        Column("Dernière étape", lambda i: report_words.step(i.etape), width=44),
        Column("Reprises", lambda i: i.reprises, form=Form.NUMBER),
        Column("Abandons", lambda i: i.abandons, form=Form.NUMBER),
        Column("Taux de reprise", lambda i: i.taux_reprise, form=Form.SHARE),
    ]
    return grid("Issue selon la dernière étape", colonnes, periode.issues_par_etape)


def series(bilan: Bilan) -> Grille:
    """Month by month, from the first one that the tableau knows."""
    suivis = [c.figure for c in bilan.seen(Vue.SERIE)]
    colonnes: list[Column[tuple[Mois, Periode]]] = [
        Column("Mois", lambda x: x[0].premier, form=Form.MONTH, width=12)
    ]
    colonnes += [_month_column(f) for f in suivis]
    return grid("Évolution", colonnes, known_months(bilan))


def _month_column(figure: Figure) -> Column[tuple[Mois, Periode]]:
    return Column(figure.court, lambda x: number_of(figure.of(x[1])), 13, form=form_of(figure))


def known_months(bilan: Bilan) -> list[tuple[Mois, Periode]]:
    """The months of the series of which there is something to tell."""
    return [(mois, periode) for mois, periode in bilan.serie if periode is not None]


def cases(bilan: Bilan, *, brief: bool = False) -> Grille:
    """The dossiers open in the period; ``brief``: what a terminal has room for."""
    colonnes: list[Column[Cas]] = [
        Column("Élève", lambda c: c.situation.dossier.eleve, width=26),
        Column("N°", report_words.student_number, width=9),
        Column(
            "Dernière activité",
            lambda c: c.situation.dossier.derniere_activite,
            form=Form.DATE,
            width=13,
            brief=False,
        ),
        Column("Détecté le", lambda c: c.debut, form=Form.DATE, width=13),
        Column("Relances", lambda c: len(c.situation.dossier.relances), form=Form.NUMBER, width=11),
        Column("Dates et moyens", _relance_lines, width=30, brief=False),
        Column("Cause", lambda c: c.situation.dossier.cause, width=18, brief=False),
        Column("État", lambda c: wording.ETATS[c.situation.etat], width=13),
        Column("Terminé le", lambda c: c.fin, form=Form.DATE, width=13, brief=False),
        Column("Prochaine étape", lambda c: wording.next_step(c.situation), width=15),
        Column("Échéance", lambda c: c.situation.echeance, form=Form.DATE, width=13),
        Column("Responsable", lambda c: wording.responsible(c.situation), width=25, brief=False),
    ]
    titre = "Dossiers ouverts dans la période"
    return grid(titre, colonnes, bilan.cas, vide=VIDE_DOSSIERS, brief=brief)


def _relance_lines(cas: Cas) -> str:
    return "\n".join(wording.relance_line(r) for r in cas.situation.dossier.relances)


def late(bilan: Bilan) -> Grille:
    """What is late on the day of the report, the longest first."""
    titre = f"En retard au {wording.day(bilan.etabli_le)}"
    colonnes: list[Column[Cas]] = [
        Column("Élève", lambda c: c.situation.dossier.eleve, width=30),
        Column("N°", report_words.student_number, width=10),
        Column("À faire", lambda c: wording.next_step(c.situation), width=18),
        Column("Responsable", lambda c: wording.responsible(c.situation), width=28),
        Column("Échéance", lambda c: c.situation.echeance, form=Form.DATE, width=14),
        Column("Retard (jours)", lambda c: c.situation.retard_jours, form=Form.NUMBER, width=14),
    ]
    return grid(titre, colonnes, bilan.en_retard, vide=f"{titre} : rien.")


def relances(bilan: Bilan) -> Grille:
    """Every relance of the period, with its step, its lateness and where its case stood."""
    etats = {c.situation.dossier.ligne: wording.ETATS[c.situation.etat] for c in bilan.cas}
    colonnes: list[Column[RelanceFaite]] = [
        Column("Date", lambda f: f.relance.date, form=Form.DATE, width=13),
        Column("Élève", lambda f: f.dossier.eleve, width=30),
        Column("N°", lambda f: f.dossier.numero or (f.eleve.numero if f.eleve else ""), width=12),
        Column("Étape", lambda f: report_words.step(f.etape), width=15),
        Column("Moyen", _means_tried, width=20),
        Column("Réponse", lambda f: wording.outcome(f.relance), width=24),
        Column("Responsable", lambda f: f.responsable, width=28),
        Column("Échéance", lambda f: f.echeance, form=Form.DATE, width=13),
        Column(
            "Retard (jours)",
            lambda f: f.retard_jours if f.delai_connu else None,
            form=Form.NUMBER,
            width=12,
        ),
        Column(
            f"Dossier au {wording.day(bilan.arrete_au)}",
            lambda f: etats.get(f.dossier.ligne) or _result(f),
            width=18,
        ),
    ]
    return grid("Relances", colonnes, bilan.periode.relances, vide=VIDE_RELANCES)


def _means_tried(faite: RelanceFaite) -> str:
    """The means of the day's tries, each once."""
    essais: tuple[Relance, ...] = faite.essais
    return ", ".join(dict.fromkeys(wording.means(r.moyen) for r in essais))


def _result(faite: RelanceFaite) -> str:
    """What the row says today: reopened since, or ended before its relance."""
    resultat = faite.dossier.resultat
    return resultat.value.capitalize() if resultat else "En cours"


def plan(etapes: Sequence[Etape]) -> Grille:
    """The relance plan, as set in the workbook."""
    colonnes: list[Column[Etape]] = [
        Column(
            "Étape", lambda e: e.libelle + (" (optionnelle)" if e.optionnelle else ""), width=28
        ),
        Column(
            "Délai",
            lambda e: (
                "dès détection"
                if e is etapes[0]
                else f"{wording.days(e.delai)} après la précédente"
            ),
            width=30,
        ),
        Column("Action", lambda e: e.action, width=30),
        Column("Moyens", lambda e: wording.list_of_means(e.moyens), width=28),
        Column("Responsable", lambda e: e.responsable, width=28),
    ]
    return grid("Plan de relance", colonnes, etapes)


def definitions() -> Grille:
    """What each figure means."""
    colonnes: list[Column[Figure | Notion]] = [
        Column("Chiffre", lambda d: d.nom, width=36),
        Column("Définition", lambda d: d.sens, width=110),
    ]
    return grid("Définition des chiffres", colonnes, DEFINITIONS)


def schools(consolidation: Consolidation, *, brief: bool = False) -> Grille:
    """One line a school and their total; ``brief``: what a terminal has room for."""
    figures = [f for f in COLONNES if not brief or f.nature is Nature.NOMBRE]
    colonnes: list[Column[LigneEcole]] = [Column("École", lambda e: e.ecole, width=40)]
    colonnes += [_school_column(f) for f in figures]
    return grid(
        "Écoles",
        colonnes,
        consolidation.ecoles,
        total=tuple(c.read(consolidation.total) for c in colonnes),
    )


def _school_column(figure: Figure) -> Column[LigneEcole]:
    return Column(figure.court, lambda e: e.number(figure), 13, form=form_of(figure))
