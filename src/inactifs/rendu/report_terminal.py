"""The monthly report in the terminal, within 100 columns (rich)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from inactifs.bilan import Bilan, Consolidation, LigneEcole, Mois
from inactifs.rendu import wording
from inactifs.rendu.wording import Edition

if TYPE_CHECKING:
    from rich.console import RenderableType


def render_terminal(bilan: Bilan, edition: Edition) -> list[RenderableType]:
    """The blocks of the report, in order. Names are never read as rich markup."""
    blocs: list[RenderableType] = [
        _title(bilan, edition),
        _figures(bilan),
        _movement(bilan),
        _relances(bilan),
        Columns([_counts(bilan), _rates(bilan)], padding=(0, 2)),
        _series(bilan),
        _cases(bilan),
        _late(bilan),
    ]
    if reserves := wording.reservations(bilan, edition):
        blocs.append(Panel(Text("\n".join(reserves)), title="À savoir", title_align="left"))
    blocs.append(_end())
    return [Padding(bloc, (0, 0, 1, 0)) for bloc in blocs]


def render_consolidation(
    consolidation: Consolidation, mois: Mois, edition: Edition
) -> list[RenderableType]:
    """One line a school and their total."""
    table = _table(
        f"Prévention des abandons : bilan {mois.de}",
        "École",
        "Suivis",
        "Début",
        "Détectés",
        "Relances",
        "À temps",
        "Reprises",
        "Abandons",
        "Fin",
    )
    for ligne in consolidation.ecoles:
        table.add_row(*_school(ligne))
    table.add_section()
    table.add_row(*_school(consolidation.total), style="bold")
    notes = [f"{edition.provenance}."]
    if edition.mois_par_defaut:
        notes.append(wording.MOIS_PAR_DEFAUT)
    return [table, Text("\n".join(notes), style="dim"), _end()]


def _title(bilan: Bilan, edition: Edition) -> Text:
    texte = Text(f"{edition.ecole or 'Auto-école'}\n", style="bold")
    texte.append(f"Prévention des abandons : bilan {wording.period(bilan, de=True)}\n")
    texte.append(f"{edition.provenance}.", style="not bold dim")
    if edition.mois_par_defaut:
        texte.append(f"\n{wording.MOIS_PAR_DEFAUT}", style="not bold dim")
    texte.append(f"\nImports : {' ; '.join(wording.import_lines(bilan))}.", style="not bold dim")
    return texte


def _figures(bilan: Bilan) -> Table:
    grille = Table.grid(padding=(0, 3), expand=False)
    for _ in range(3):
        grille.add_column(justify="right", style="bold")
        grille.add_column()
    cases: list[RenderableType] = []
    for chiffre in wording.key_figures(bilan):
        nom = Text(chiffre.nom)
        if chiffre.detail:
            nom.append(f"\n{chiffre.detail}", style="dim")
        cases += [Text(chiffre.valeur), nom]
    grille.add_row(*cases[:6])
    grille.add_row(*cases[6:])
    return grille


def _movement(bilan: Bilan) -> Text:
    m, s = bilan.mouvement, wording.plural
    return Text(
        f"{m.ouverts_debut} ouvert{s(m.ouverts_debut)} au début "
        f"+ {m.detectes} détecté{s(m.detectes)} "
        f"− {m.reprises} reprise{s(m.reprises)} − {m.abandons} abandon{s(m.abandons)} "
        f"= {m.ouverts_fin} ouvert{s(m.ouverts_fin)} à la fin"
    )


def _relances(bilan: Bilan) -> Table:
    table = _table("Relances du mois", "Étape", "Responsable", "Faites", "Dans les délais", "Part")
    for e in wording.relance_steps(bilan):
        table.add_row(
            wording.step(e.etape),
            Text(e.responsable),
            str(e.faites),
            str(e.dans_les_delais),
            wording.ratio(e.dans_les_delais, e.faites),
        )
    r = bilan.relances
    table.add_section()
    table.add_row(
        "Total",
        "",
        str(r.total),
        str(r.dans_les_delais),
        wording.percent(r.part_dans_les_delais),
        style="bold",
    )
    return table


def _counts(bilan: Bilan) -> Table:
    table = _table("Moyens, responsables, causes", "", "Nombre")
    for moyen, nombre in bilan.relances.par_moyen.items():
        table.add_row(wording.means(moyen), str(nombre))
    table.add_section()
    for responsable, nombre in bilan.relances.par_responsable.items():
        table.add_row(Text(responsable), str(nombre))
    table.add_section()
    for cause, nombre in wording.cause_lines(bilan):
        table.add_row(Text(cause), str(nombre))
    return table


def _rates(bilan: Bilan) -> Table:
    m, annee = bilan.mouvement, bilan.douze_mois
    ici, an = bilan.delais, bilan.delais_douze_mois
    table = _table("Issue des dossiers", "", "Ce mois", "12 mois")
    for nom, mois, douze in (
        ("Dossiers terminés", str(m.termines), str(annee.termines)),
        ("Taux de reprise", wording.percent(m.taux_reprise), wording.percent(annee.taux_reprise)),
        ("Taux d'abandon", wording.percent(m.taux_abandon), wording.percent(annee.taux_abandon)),
        ("Abandons, élèves suivis", wording.percent(bilan.taux_abandon_suivis), ""),
        ("Délai moyen de reprise", wording.days(ici.moyen_reprise), wording.days(an.moyen_reprise)),
        ("Délai médian, issue", wording.days(ici.median_issue), wording.days(an.median_issue)),
        ("Retard médian", wording.days(bilan.relances.retard_median_jours), ""),
    ):
        table.add_row(nom, mois, douze)
    table.add_section()
    du_mois = {i.etape: i.taux_reprise for i in bilan.issues_par_etape}
    for issue in bilan.issues_douze_mois:
        table.add_row(
            f"Reprise, {wording.step(issue.etape).casefold()}",
            wording.percent(du_mois.get(issue.etape)),
            wording.percent(issue.taux_reprise),
        )
    return table


def _series(bilan: Bilan) -> Table:
    table = _table(
        "Évolution",
        "Mois",
        "Début",
        "Détectés",
        "Relances",
        "Reprises",
        "Abandons",
        "Fin",
        "Taux de reprise",
    )
    for mois, m in (*bilan.serie, (bilan.mois, bilan.mouvement)):
        table.add_row(
            f"{mois.premier:%m/%Y}",
            str(m.ouverts_debut),
            str(m.detectes),
            str(m.relances),
            str(m.reprises),
            str(m.abandons),
            str(m.ouverts_fin),
            wording.percent(m.taux_reprise),
        )
    return table


def _late(bilan: Bilan) -> RenderableType:
    titre = f"En retard au {wording.day(bilan.etabli_le)}"
    if not bilan.en_retard:
        return Text(f"{titre} : rien.")
    table = _table(titre, "Retard", "Élève", "N°", "À faire", "Responsable")
    for cas in bilan.en_retard:
        table.add_row(
            wording.days(cas.situation.retard_jours),
            Text(cas.situation.dossier.eleve),
            Text(wording.student_number(cas)),
            wording.next_step(cas.situation),
            Text(wording.responsible(cas.situation)),
        )
    return table


def _cases(bilan: Bilan) -> RenderableType:
    if not bilan.cas:
        return Text("Aucun dossier ouvert dans le mois.")
    table = _table(
        "Dossiers ouverts au cours du mois",
        "Élève",
        "N°",
        "Détecté le",
        "Rel.",
        "État",
        "Prochaine étape",
        "Échéance",
    )
    for cas in bilan.cas:
        s = cas.situation
        table.add_row(
            Text(s.dossier.eleve),
            Text(wording.student_number(cas)),
            wording.day(cas.debut),
            str(len(s.dossier.relances)),
            wording.ETATS[s.etat],
            wording.next_step(s),
            wording.day(s.echeance),
        )
    return table


def _end() -> Text:
    """Where the definitions are: all of them here would push the figures off the screen."""
    texte = Text("Ce que veut dire chaque chiffre : inactifs report --format html\n", style="bold")
    texte.append(wording.RESERVE, style="not bold")
    return texte


def _school(ligne: LigneEcole) -> tuple[str | Text, ...]:
    return (
        Text(ligne.ecole),
        wording.number(ligne.eleves_suivis),
        wording.number(ligne.dossiers_ouverts_debut),
        wording.number(ligne.detectes),
        wording.number(ligne.relances),
        wording.percent(ligne.part_dans_les_delais),
        wording.number(ligne.reprises),
        wording.number(ligne.abandons),
        wording.number(ligne.dossiers_ouverts_fin),
    )


_TEXTE = frozenset({"", "École", "Étape", "Responsable", "Mois", "Élève", "N°", "État", "À faire"})


def _table(titre: str, premiere: str, *autres: str) -> Table:
    """A table; its first column and those of words are aligned to the left."""
    table = Table(title=titre, title_justify="left", title_style="bold", header_style="bold")
    table.add_column(premiere, overflow="fold")
    for colonne in autres:
        mots = colonne in _TEXTE or colonne.startswith(("Prochaine", "Détecté le"))
        table.add_column(colonne, justify="left" if mots else "right", overflow="fold")
    return table
