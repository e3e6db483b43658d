"""The monthly report as a workbook: real numbers and dates, native charts, ready to print."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from inactifs.bilan import DEFINITIONS, Bilan
from inactifs.rendu import wording
from inactifs.rendu.wording import Edition
from inactifs.rendu.xlsx_sheet import (
    FORMAT_JOURS,
    FORMAT_PART,
    HACHURES,
    PLEIN,
    POINTS,
    Valeur,
    Zone,
    bar_chart,
    heading,
    listing,
    set_print,
    set_widths,
    table,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_HAUTEUR_CM, _LARGEUR_CM = 8.5, 17


def render_xlsx(bilan: Bilan, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: figures, charts, series, lists of cases, definitions."""
    from openpyxl import Workbook

    classeur = Workbook()
    chiffres = classeur.worksheets[0]
    chiffres.title = "Bilan"
    graphiques = classeur.create_sheet("Graphiques")
    evolution = classeur.create_sheet("Évolution")
    etapes, issues, causes = _figures(chiffres, bilan, edition)
    mois = _series(evolution, bilan)
    _charts(graphiques, etapes, issues, causes, mois)
    _cases(classeur.create_sheet("Dossiers"), bilan)
    _late(classeur.create_sheet("En retard"), bilan)
    _relances(classeur.create_sheet("Relances"), bilan)
    definitions = classeur.create_sheet("Définitions")
    _definitions(definitions, bilan, edition)

    pied = " – ".join(t for t in (edition.ecole, bilan.mois.libelle) if t)
    for feuille in classeur.worksheets:
        seule = feuille in (chiffres, graphiques, definitions)
        set_print(feuille, pied, paysage=feuille is not chiffres, une_page=seule)
    classeur.properties.title = f"Prévention des abandons : {bilan.mois.libelle}"
    classeur.properties.creator = edition.par
    classeur.properties.language = "fr-FR"
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def _figures(feuille: Worksheet, bilan: Bilan, edition: Edition) -> tuple[Zone, Zone, Zone]:
    """The first sheet; gives the places of what is drawn: steps, outcomes, causes."""
    m, r, annee = bilan.mouvement, bilan.relances, bilan.douze_mois
    set_widths(feuille, (48, 18, 18, 18))
    heading(feuille, 1, edition.ecole or "Auto-école", taille=12, fort=True)
    heading(feuille, 2, f"Prévention des abandons : {wording.period(bilan)}", taille=16, fort=True)
    heading(feuille, 3, f"{edition.provenance}.")
    heading(feuille, 4, wording.MOIS_PAR_DEFAUT if edition.mois_par_defaut else "")
    nombres: list[tuple[Valeur, ...]] = [
        ("Élèves suivis", bilan.eleves_suivis, None),
        ("Dossiers ouverts au début", m.ouverts_debut, annee.ouverts_debut),
        ("Dossiers détectés", m.detectes, annee.detectes),
        ("Reprises", m.reprises, annee.reprises),
        ("Abandons", m.abandons, annee.abandons),
        ("Dossiers ouverts à la fin", m.ouverts_fin, annee.ouverts_fin),
        ("Relances", r.total, annee.relances),
        ("Relances dans les délais", r.dans_les_delais, None),
        ("Réponses obtenues", r.reponses, None),
    ]
    taux: list[tuple[Valeur, ...]] = [
        ("Relances dans les délais", r.part_dans_les_delais, None),
        ("Taux de reprise", m.taux_reprise, annee.taux_reprise),
        ("Taux d'abandon", m.taux_abandon, annee.taux_abandon),
        ("Taux d'abandon sur élèves suivis", bilan.taux_abandon_suivis, None),
    ]
    ici, an = bilan.delais, bilan.delais_douze_mois
    delais: list[tuple[Valeur, ...]] = [
        ("Délai moyen de reprise", ici.moyen_reprise, an.moyen_reprise),
        ("Délai médian de reprise", ici.median_reprise, an.median_reprise),
        ("Délai médian jusqu'à l'issue", ici.median_issue, an.median_issue),
        ("Retard médian des relances en retard", r.retard_median_jours, None),
    ]
    zone = table(feuille, 6, ("Chiffres", "Mois", "Douze mois"), nombres)
    zone = table(feuille, zone.suivante, ("Taux", "Mois", "Douze mois"), taux, FORMAT_PART)
    zone = table(
        feuille, zone.suivante, ("Délais (jours)", "Mois", "Douze mois"), delais, FORMAT_JOURS
    )
    etapes = table(
        feuille,
        zone.suivante,
        ("Relances par étape", "Dans les délais", "En retard"),
        [
            (wording.step(e.etape), e.dans_les_delais, e.en_retard)
            for e in wording.relance_steps(bilan)
        ],
    )
    zone = table(
        feuille,
        etapes.suivante,
        ("Relances par responsable", "Relances"),
        list(r.par_responsable.items()),
    )
    zone = table(
        feuille,
        zone.suivante,
        ("Relances par moyen", "Relances"),
        [(wording.means(moyen), n) for moyen, n in r.par_moyen.items()],
    )
    issues = table(
        feuille,
        zone.suivante,
        (
            "Issue selon la dernière étape, sur douze mois",
            "Reprises",
            "Abandons",
            "Taux de reprise",
        ),
        [
            (wording.step(i.etape), i.reprises, i.abandons, i.taux_reprise)
            for i in bilan.issues_douze_mois
        ],
    )
    for ligne in range(issues.entete + 1, issues.suivante - 1):
        feuille.cell(ligne, 4).number_format = FORMAT_PART
    causes = table(
        feuille, issues.suivante, ("Causes notées", "Dossiers"), wording.cause_lines(bilan)
    )
    return etapes, issues, causes


def _series(feuille: Worksheet, bilan: Bilan) -> Zone:
    set_widths(feuille, (12, 12, 12, 12, 20, 20, 12, 18))
    entetes = (
        "Mois",
        "Détectés",
        "Reprises",
        "Abandons",
        "Ouverts au début",
        "Ouverts à la fin",
        "Relances",
        "Taux de reprise",
    )
    lignes = [
        (
            m.premier,
            v.detectes,
            v.reprises,
            v.abandons,
            v.ouverts_debut,
            v.ouverts_fin,
            v.relances,
            v.taux_reprise,
        )
        for m, v in (*bilan.serie, (bilan.mois, bilan.mouvement))
    ]
    zone = table(feuille, 1, entetes, lignes)
    for ligne in feuille.iter_rows(min_row=2):
        ligne[0].number_format = "mm/yyyy"
        ligne[7].number_format = FORMAT_PART
    feuille.freeze_panes = "B2"
    return zone


def _charts(feuille: Worksheet, etapes: Zone, issues: Zone, causes: Zone, mois: Zone) -> None:
    """The four charts on one sheet, two by two."""
    dessins = [
        (
            "A1",
            bar_chart(
                "Dossiers détectés, reprises et abandons",
                mois,
                (POINTS, PLEIN, HACHURES),
                format_axe="mm/yy",
            ),
        ),
        ("J1", bar_chart("Relances du mois par étape", etapes, (PLEIN, HACHURES))),
        ("A19", bar_chart("Issue selon la dernière étape, 12 mois", issues, (PLEIN, HACHURES))),
    ]
    if causes.lignes:
        dessins.append(("J19", bar_chart("Causes notées", causes, (PLEIN,))))
    for ancre, dessin in dessins:
        dessin.height, dessin.width = _HAUTEUR_CM, _LARGEUR_CM
        feuille.add_chart(dessin, ancre)


def _cases(feuille: Worksheet, bilan: Bilan) -> None:
    entetes = (
        "Élève",
        "N°",
        "Dernière activité",
        "Détecté le",
        "Relances",
        "Dates et moyens",
        "Cause",
        "État",
        "Terminé le",
        "Prochaine étape",
        "Échéance",
        "Responsable",
    )
    lignes = [
        (
            c.situation.dossier.eleve,
            wording.student_number(c),
            c.situation.dossier.derniere_activite,
            c.debut,
            len(c.situation.dossier.relances),
            "\n".join(wording.relance_line(r) for r in c.situation.dossier.relances),
            c.situation.dossier.cause,
            wording.ETATS[c.situation.etat],
            c.fin,
            wording.next_step(c.situation),
            c.situation.echeance,
            wording.responsible(c.situation),
        )
        for c in bilan.cas
    ]
    listing(feuille, entetes, lignes, (26, 9, 13, 13, 11, 30, 18, 13, 13, 15, 13, 25))


def _late(feuille: Worksheet, bilan: Bilan) -> None:
    entetes = ("Élève", "N°", "À faire", "Responsable", "Échéance", "Retard (jours)")
    lignes = [
        (
            c.situation.dossier.eleve,
            wording.student_number(c),
            wording.next_step(c.situation),
            wording.responsible(c.situation),
            c.situation.echeance,
            c.situation.retard_jours,
        )
        for c in bilan.en_retard
    ]
    listing(feuille, entetes, lignes, (30, 10, 18, 28, 14, 14))


def _relances(feuille: Worksheet, bilan: Bilan) -> None:
    entetes = (
        "Date",
        "Élève",
        "N°",
        "Étape",
        "Responsable",
        "Moyen",
        "Réponse",
        "Échéance",
        "Retard (jours)",
        "Résultat du dossier",
    )
    lignes = [
        (
            f.relance.date,
            f.dossier.eleve,
            f.dossier.numero or (f.eleve.numero if f.eleve else ""),
            wording.step(f.etape),
            f.responsable,
            wording.means(f.relance.moyen),
            wording.outcome(f.relance),
            f.echeance,
            f.retard_jours,
            f.dossier.resultat.value if f.dossier.resultat else "en cours",
        )
        for f in bilan.relances_faites
    ]
    listing(feuille, entetes, lignes, (13, 30, 10, 15, 28, 17, 16, 13, 12, 16))


def _definitions(feuille: Worksheet, bilan: Bilan, edition: Edition) -> None:
    set_widths(feuille, (36, 110))
    zone = table(feuille, 1, ("Chiffre", "Définition"), [(d.nom, d.sens) for d in DEFINITIONS])
    notes = [("À savoir", n) for n in wording.reservations(bilan, edition)]
    imports = " ; ".join(wording.import_lines(bilan))
    table(
        feuille,
        zone.suivante,
        ("Note", "Texte"),
        [
            *notes,
            ("Feuille « En retard »", f"Ce qui est en retard au {wording.day(bilan.etabli_le)}."),
            ("Derniers imports", f"{imports}."),
            ("Portée", wording.RESERVE),
        ],
    )
    feuille.freeze_panes = "A2"
