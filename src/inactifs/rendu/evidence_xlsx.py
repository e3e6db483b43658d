"""The evidence as a workbook: the listing to be filtered, and the figures beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from inactifs.rendu import wording
from inactifs.rendu.evidence import Nature, Preuves
from inactifs.rendu.xlsx_sheet import (
    FORMAT_JOURS,
    FORMAT_PART,
    Valeur,
    listing,
    set_print,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def render_xlsx(preuves: Preuves) -> bytes:
    """The bytes of an ``.xlsx``: Relances, Chiffres, Procédure, Imports, Parcours."""
    from openpyxl import Workbook

    bilan, edition = preuves.bilan, preuves.edition
    classeur = Workbook()
    relances = classeur.worksheets[0]
    relances.title = "Relances"
    arrete = wording.day(bilan.arrete_au)
    listing(
        relances,
        (
            "Date", "Élève", "N°", "Étape", "Moyen", "Réponse", "Responsable", "Échéance",
            "Retard (jours)", f"Dossier au {arrete}",
        ),
        [
            (
                r.faite.relance.date,
                r.faite.dossier.eleve,
                r.numero,
                wording.step(r.faite.etape),
                wording.means(r.faite.relance.moyen),
                wording.outcome(r.faite.relance),
                r.faite.responsable,
                r.faite.echeance,
                r.faite.retard_jours,
                r.issue,
            )
            for r in preuves.relances
        ],
        (13, 30, 14, 15, 17, 16, 28, 13, 12, 18),
    )  # fmt: skip
    _figures(classeur.create_sheet("Chiffres"), preuves)
    listing(
        classeur.create_sheet("Procédure"),
        ("Réglage", "Valeur"),
        [*preuves.reglages, *_plan(preuves)],
        (44, 90),
    )
    listing(
        classeur.create_sheet("Imports"),
        ("Import", "Fait le", f"Âge au {wording.day(preuves.jour)} (jours)", "État"),
        [(f.canal, f.jour, f.age, f.etat) for f in preuves.fraicheur],
        (32, 14, 24, 18),
    )
    listing(
        classeur.create_sheet("Parcours"),
        ("Élève", "N°", "Date", "Ce qui s'est passé", "Règle"),
        [
            (p.cas.situation.dossier.eleve, p.numero, e.date, e.texte, e.regle)
            for p in preuves.parcours
            for e in p.evenements
        ],
        (30, 14, 13, 52, 60),
    )
    pied = " – ".join(t for t in (edition.ecole, bilan.mois.libelle) if t)
    for feuille in classeur.worksheets:
        set_print(feuille, pied, paysage=True)
    classeur.properties.title = f"Prévention des abandons, preuves : {bilan.mois.libelle}"
    classeur.properties.creator = edition.par
    classeur.properties.language = "fr-FR"
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def _figures(feuille: Worksheet, preuves: Preuves) -> None:
    listing(
        feuille,
        ("Chiffre", "Mois", "Douze mois", "Définition"),
        [
            (
                f"{c.nom} (jours)" if c.nature is Nature.JOURS else c.nom,
                c.mois,
                None if c.douze_mois == "" else c.douze_mois,
                c.sens,
            )
            for c in preuves.chiffres
        ],
        (38, 14, 16, 90),
    )
    formats = {Nature.PART: FORMAT_PART, Nature.JOURS: FORMAT_JOURS}
    for ligne, chiffre in zip(feuille.iter_rows(min_row=2), preuves.chiffres, strict=True):
        if chiffre.nature in formats:
            ligne[1].number_format = ligne[2].number_format = formats[chiffre.nature]


def _plan(preuves: Preuves) -> list[tuple[Valeur, ...]]:
    return [
        (
            e.libelle + (" (optionnelle)" if e.optionnelle else ""),
            f"{_delay(e.numero, e.delai)} : {e.action}, {wording.list_of_means(e.moyens)}, "
            f"{e.responsable}",
        )
        for e in preuves.bilan.regles.plan
    ]


def _delay(numero: int, delai: int) -> str:
    return "dès détection" if numero == 1 else f"{wording.days(delai)} après la précédente"
