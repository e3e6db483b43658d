"""Several schools' month in HTML and XLSX: one line each, and their total."""

from __future__ import annotations

import io

from inactifs.bilan import DEFINITIONS, Consolidation, LigneEcole, Mois
from inactifs.rendu import wording
from inactifs.rendu.report_html import environment
from inactifs.rendu.wording import Edition
from inactifs.rendu.xlsx_sheet import FORMAT_JOURS, FORMAT_PART, Valeur

COLONNES = (
    ("École", "ecole"),
    ("Élèves suivis", "eleves_suivis"),
    ("Ouverts au début", "dossiers_ouverts_debut"),
    ("Détectés", "detectes"),
    ("Reprises", "reprises"),
    ("Abandons", "abandons"),
    ("Ouverts à la fin", "dossiers_ouverts_fin"),
    ("Relances", "relances"),
    ("Dans les délais", "part_dans_les_delais"),
    ("Taux de reprise", "taux_reprise"),
    ("Taux d'abandon", "taux_abandon"),
    ("Délai moyen de reprise (jours)", "delai_moyen_reprise_jours"),
)
_FORMATS = {
    "part_dans_les_delais": FORMAT_PART,
    "taux_reprise": FORMAT_PART,
    "taux_abandon": FORMAT_PART,
    "delai_moyen_reprise_jours": FORMAT_JOURS,
}
_CLES_DEFINIES = {champ for _, champ in COLONNES} | {"relances.total", "relances.dans_les_delais"}


def definitions() -> list[tuple[str, str]]:
    """The figures shown, each with what it means."""
    return [(d.nom, d.sens) for d in DEFINITIONS if d.cle in _CLES_DEFINIES]


def render_schools_html(consolidation: Consolidation, mois: Mois, edition: Edition) -> str:
    """The page: self-contained, to be printed on A4, landscape."""
    return (
        environment()
        .get_template("report_schools.html")
        .render(
            mois=mois,
            edition=edition,
            r=wording,
            entetes=[nom for nom, _ in COLONNES],
            lignes=[_shown(ligne) for ligne in consolidation.ecoles],
            total=_shown(consolidation.total),
            definitions=definitions(),
        )
    )


def render_schools_xlsx(consolidation: Consolidation, mois: Mois, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: Écoles (filtered, the total apart below), Définitions."""
    from openpyxl import Workbook

    from inactifs.rendu.xlsx_sheet import listing, put, set_print, set_widths, table

    classeur = Workbook()
    feuille = classeur.worksheets[0]
    feuille.title = "Écoles"
    largeurs = (40, *[13] * (len(COLONNES) - 1))
    lignes = [_values(ligne) for ligne in consolidation.ecoles]
    listing(feuille, [nom for nom, _ in COLONNES], lignes, largeurs)
    bas = table(
        feuille, len(lignes) + 3, [nom for nom, _ in COLONNES], [_values(consolidation.total)]
    )
    for ligne in feuille.iter_rows(min_row=2, max_row=bas.entete + 1):
        for cellule, (_, champ) in zip(ligne, COLONNES, strict=True):
            if champ in _FORMATS:
                cellule.number_format = _FORMATS[champ]
    notes = classeur.create_sheet("Définitions")
    set_widths(notes, (36, 110))
    put(notes, 1, 1, f"Prévention des abandons : {mois.libelle}. {edition.provenance}.")
    zone = table(notes, 3, ("Chiffre", "Définition"), definitions())
    reserves = [("Non lu", i) for i in edition.illisibles] + [("Portée", wording.RESERVE)]
    table(notes, zone.suivante, ("Note", "Texte"), reserves)
    for page in classeur.worksheets:
        set_print(page, f"Prévention des abandons – {mois.libelle}", paysage=True)
    classeur.properties.title = f"Prévention des abandons : {mois.libelle}"
    classeur.properties.creator = edition.par
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def _values(ligne: LigneEcole) -> list[Valeur]:
    return [getattr(ligne, champ) for _, champ in COLONNES]


def _shown(ligne: LigneEcole) -> list[str]:
    return [_text(champ, getattr(ligne, champ)) for _, champ in COLONNES]


def _text(champ: str, valeur: Valeur) -> str:
    if isinstance(valeur, str):
        return valeur
    assert valeur is None or isinstance(valeur, int | float)
    if _FORMATS.get(champ) == FORMAT_PART:
        return wording.percent(valeur)
    return wording.number(valeur, 1 if champ in _FORMATS else 0)
