"""The dossiers of ``list`` as a file: CSV for a spreadsheet in France, or a workbook to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from inactifs.dates import french
from inactifs.phones import format_phone
from inactifs.rendu.wording import ETATS

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur
    from inactifs.procedure.suivi import Situation

_COLONNES = (
    ("N° élève", 9),
    ("Élève", 23),
    ("Téléphone", 17),
    ("Email", 27),
    ("État", 13),
    ("Dernière activité", 13),
    ("Détecté le", 13),
    ("Relances faites", 24),
    ("Étape", 15),
    ("Échéance", 13),
    ("Responsable", 15),
    ("Suspendu jusqu'au", 13),
    ("Cause", 16),
    ("Clôturé le", 13),
    ("Commentaire", 30),
)
"""The header of each column, and its width in the workbook: few of the tableau's own headers,
so that a list is not taken for a tableau."""

Valeur = str | date | None


def list_csv(situations: Sequence[Situation], classeur: Classeur) -> bytes:
    """UTF-8 with its mark, « ; » between cells, CRLF: what Excel in France opens by a click.

    Dates are as in France; a cell that a spreadsheet would take for a formula begins with an
    apostrophe (OWASP, CSV injection).
    """
    import csv
    import io

    from inactifs.imports.rejects import as_text

    sortie = io.StringIO(newline="")
    ecrit = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrit.writerow(entete for entete, _ in _COLONNES)
    for ligne in _rows(situations, classeur):
        ecrit.writerow(french(v) if isinstance(v, date) else as_text(v or "") for v in ligne)
    return sortie.getvalue().encode("utf-8-sig")


def list_xlsx(situations: Sequence[Situation], classeur: Classeur, jour: date) -> bytes:
    """The bytes of an ``.xlsx``: true dates, filters, the header kept in sight, A4 landscape."""
    import io

    from openpyxl import Workbook

    from inactifs.rendu.xlsx_sheet import listing, set_print

    livre = Workbook()
    feuille = livre.worksheets[0]
    feuille.title = "Dossiers"
    entetes = [entete for entete, _ in _COLONNES]
    lignes = _rows(situations, classeur)
    listing(feuille, entetes, lignes, [largeur for _, largeur in _COLONNES])
    feuille.freeze_panes = "C2"
    ecole = classeur.ecole.nom
    set_print(
        feuille,
        f"{ecole} – dossiers au {french(jour)}" if ecole else f"Dossiers au {french(jour)}",
        paysage=True,
    )
    livre.properties.title = f"Dossiers d'inactivité au {french(jour)}"
    livre.properties.creator = ecole
    livre.properties.language = "fr-FR"
    tampon = io.BytesIO()
    livre.save(tampon)
    return tampon.getvalue()


def _rows(situations: Sequence[Situation], classeur: Classeur) -> list[tuple[Valeur, ...]]:
    return [_row(situation, classeur) for situation in situations]


def _row(situation: Situation, classeur: Classeur) -> tuple[Valeur, ...]:
    dossier, etape = situation.dossier, situation.etape
    eleve = classeur.eleve_of(dossier)
    relances = [
        f"{french(r.date)} {r.moyen.libelle if r.moyen else '?'}"
        + (" (répondu)" if r.repondu else " (faux numéro)" if r.faux_numero else "")
        for r in dossier.relances
    ]
    return (
        eleve.numero if eleve else dossier.numero,
        eleve.nom_complet if eleve else dossier.eleve,
        format_phone(eleve.telephone) if eleve else "",
        eleve.email if eleve else "",
        ETATS[situation.etat],
        dossier.derniere_activite,
        dossier.detecte_le,
        "\n".join(relances),
        etape.libelle if etape else "Clôture" if situation.echeance else "",
        situation.echeance,
        etape.responsable if etape else "",
        dossier.suspendu_jusqu_au,
        dossier.cause,
        dossier.cloture_le,
        dossier.commentaire,
    )
