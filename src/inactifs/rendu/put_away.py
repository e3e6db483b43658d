"""What is put away: the record of a closed dossier, the archives as verified, the purge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from inactifs.archives.verification import Controle
from inactifs.bilan import Histoire
from inactifs.classeur.anonymisation import Anonymisation, Reste
from inactifs.dates import french
from inactifs.procedure.eleve import criteria, inactive_from
from inactifs.procedure.modele import Critere, Eleve, Regles
from inactifs.procedure.retention import REGLE, SigneDeVie, Sort
from inactifs.procedure.suivi import unanswered_days
from inactifs.recherche import Personne
from inactifs.rendu import report_words, wording
from inactifs.rendu.cases import Json, iso
from inactifs.rendu.page import filled
from inactifs.rendu.report_words import Edition
from inactifs.rendu.table import Column, draw
from inactifs.rendu.wording import plural

if TYPE_CHECKING:
    from rich.console import RenderableType


MAX_DOCUMENTS = 12

CRITERES = (
    (Critere.COURS, "Leçon de conduite réservée ou suivie"),
    (Critere.CONNEXION, "Connexion à la plateforme de révision"),
    (Critere.CONTACT, "Signe de vie de l'élève (visite, appel, email)"),
)


@dataclass(frozen=True, slots=True)
class LigneCritere:
    """A criterion of activity with its last date."""

    nom: str
    jour: date | None


def render_fiche(
    histoire: Histoire, regles: Regles, edition: Edition, documents: Mapping[str, int]
) -> str:
    """The page: criteria, relances, answers, mention; self-contained, to be printed on A4.

    Args:
        histoire: the dossier as closed, with the step of each relance.
        regles: the procedure as the school sets it.
        edition: who closes it, when, in which workbook.
        documents: the size of each document that goes with it.
    """
    dossier, regles = histoire.dossier, regles.applied_to(histoire.eleve)
    derniere = dossier.derniere_activite
    return filled(
        "closing_record.html",
        h=histoire,
        d=dossier,
        e=histoire.eleve,
        regles=regles,
        edition=edition,
        r=wording,
        w=report_words,
        criteres=_criteria(histoire.eleve),
        derniere=derniere,
        inactif_depuis=derniere and inactive_from(derniere, regles.seuil_mois),
        sans_reponse=len(unanswered_days(dossier)),
        documents=list(documents.items())[:MAX_DOCUMENTS],
        autres=max(0, len(documents) - MAX_DOCUMENTS),
    )


def _criteria(eleve: Eleve | None) -> list[LigneCritere]:
    dates = criteria(eleve) if eleve else {}
    return [LigneCritere(nom, dates.get(critere)) for critere, nom in CRITERES]


def render_archives(controles: Sequence[Controle]) -> list[RenderableType]:
    """One line an archive, then each defect, then what to do."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Archives", title_justify="left", title_style="bold", header_style="bold")
    for colonne in ("Archive", "Faite le", "Par", "Fichiers", "État"):
        table.add_column(colonne, overflow="fold")
    for c in controles:
        m = c.manifeste
        table.add_row(
            Text(c.nom),
            french(m.quand) if m else "",
            Text(m.par if m else ""),
            str(len(m.fichiers)) if m else "",
            "intacte" if c.intacte else Text("À VÉRIFIER", style="bold red"),
        )
    blocs: list[RenderableType] = [table]
    abimees = [c for c in controles if not c.intacte]
    for c in abimees:
        for d in c.defauts:
            blocs.append(Text(" ".join(f"{c.nom}/{d.fichier} : {d.raison}.".split())))
    n = len(abimees)
    if not n:
        blocs.append(Text(f"{len(controles)} archive{plural(len(controles))}, rien à signaler."))
    else:
        blocs.append(
            Text(
                f"{n} archive{plural(n)} sur {len(controles)} à vérifier : reprenez les fichiers "
                "dans une sauvegarde, sans rien corriger dans l'archive."
            )
        )
    return blocs


def archives_json(controles: Sequence[Controle]) -> list[Json]:
    """One object an archive; ``defauts`` is empty when it is what it was."""
    return [
        {
            "nom": c.nom,
            "genre": c.manifeste.genre if c.manifeste else None,
            "etabli_le": c.manifeste.quand.isoformat() if c.manifeste else None,
            "par": c.manifeste.par if c.manifeste else None,
            "fichiers": len(c.manifeste.fichiers) if c.manifeste else None,
            "intacte": c.intacte,
            "defauts": [
                {"fichier": d.fichier, "nature": d.nature, "raison": d.raison} for d in c.defauts
            ],
        }
        for c in controles
    ]


_MONTRES = 6
_GARDES = {
    Sort.DEJA: "personne{s} déjà anonymisée{s}",
    Sort.SUIVI: "élève{s} en formation",
    Sort.OUVERT: "personne{s} dont un dossier est ouvert",
    Sort.RECENT: "personne{s} avec un signe de vie depuis le {avant}",
    Sort.DOUTEUX: "personne{s} à vérifier",
    Sort.HEURES: "personne{s} à qui restent des heures payées",
}
"""Those who stay, after their number."""


@dataclass(frozen=True, slots=True)
class Cas:
    """A person, their last sign of life, and what becomes of them."""

    personne: Personne
    signe: SigneDeVie | None
    sort: Sort


def render_purge(cas: Sequence[Cas], avant: date) -> list[RenderableType]:
    """Who would be anonymised, one line each, then those who stay, and why."""
    from rich.text import Text

    partants = [c for c in cas if c.sort is Sort.ANONYMISER]
    gardes = Counter(c.sort for c in cas if c.sort is not Sort.ANONYMISER)
    blocs: list[RenderableType] = [Text(REGLE)]
    if partants:
        blocs.append(_leaving(partants, avant))
    if gardes:
        detail = " ; ".join(
            f"{n} {_GARDES[sort].format(s=plural(n), avant=french(avant))}"
            for sort, n in gardes.items()
        )
        blocs.append(Text(f"Rien ne change pour : {detail}."))
    if dus := [c.personne for c in cas if c.sort is Sort.HEURES]:
        heures = ", ".join(f"{p.libelle} : {p.eleve.heures_restantes}" for p in dus if p.eleve)
        blocs.append(
            Text(
                f"Heures payées qui restent dues ({heures}) : remboursez-les ou donnez-les, puis "
                "nommez l'élève : inactifs purge --avec ÉLÈVE."
            )
        )
    douteux = [c.personne.libelle for c in cas if c.sort is Sort.DOUTEUX]
    if douteux:
        noms = ", ".join(douteux[:_MONTRES]) + ("…" if len(douteux) > _MONTRES else "")
        blocs.append(
            Text(
                f"À vérifier : {noms}. Aucune date connue, une cellule illisible, ou un nom que "
                "plusieurs élèves portent (« inactifs check » dit lequel)."
            )
        )
    return blocs


def _leaving(partants: Sequence[Cas], avant: date) -> RenderableType:
    colonnes: list[Column[Cas]] = [
        Column("Élève", lambda c: c.personne.nom),
        Column("N°", lambda c: c.personne.numero, whole=True),
        Column(
            "Statut", lambda c: c.personne.eleve.statut if c.personne.eleve else "hors registre"
        ),
        Column(
            "Dernier signe de vie",
            lambda c: f"{french(c.signe.date)} ({c.signe.nature})" if c.signe else "",
        ),
        Column("Dossiers", lambda c: len(c.personne.dossiers)),
    ]
    return draw(f"À anonymiser : aucun signe de vie depuis le {french(avant)}", colonnes, partants)


def remains_lines(fait: Anonymisation) -> list[str]:
    """What of the workbook itself is left for the school to empty, place by place."""
    lieux = [
        *(f"{_place(r)} (ajout de l'école, s'il identifie quelqu'un)" for r in fait.colonnes),
        *(f"{_place(r)} (un nom ou des coordonnées)" for r in fait.restes),
        *(f"{nom} (document incorporé, non examiné)" for nom in fait.incorpores),
    ]
    if fait.homonymes:
        lieux.append(
            f"feuille « Journal », {fait.homonymes} ligne{plural(fait.homonymes)} au nom d'un "
            "homonyme gardé"
        )
    if not lieux:
        return []
    return [
        "À relire et à vider dans Excel (tableau croisé : Données, Actualiser tout) :",
        *(f"  - {lieu}" for lieu in lieux),
    ]


def purge_json(cas: Iterable[Cas], avant: date, fait: Anonymisation | None) -> Json:
    """The document of ``purge``; ``fait`` is None when there is nobody to anonymise."""
    cas = list(cas)
    partants = [c for c in cas if c.sort is Sort.ANONYMISER]
    return {
        "avant": iso(avant),
        "anonymises": len(partants),
        "dossiers": sum(len(c.personne.dossiers) for c in partants),
        "gardes": dict(Counter(c.sort.value for c in cas if c not in partants)),
        "journal": fait.journal if fait else 0,
        "notes": fait.notes if fait else 0,
        "liens": fait.liens if fait else 0,
        "a_vider": [
            {"lieu": r.lieu, "cellules": list(r.cellules)}
            for r in (*(fait.colonnes if fait else ()), *(fait.restes if fait else ()))
        ],
        "homonymes_du_journal": fait.homonymes if fait else 0,
        "documents_incorpores": list(fait.incorpores) if fait else [],
    }


def persons_json(cas: Iterable[Cas]) -> list[Json]:
    """Who would be anonymised; only for a simulation: afterwards nobody is named."""
    return [
        {
            "numero": c.personne.numero,
            "eleve": c.personne.nom,
            "dernier_signe": iso(c.signe.date if c.signe else None),
            "nature": c.signe.nature if c.signe else None,
            "dossiers": len(c.personne.dossiers),
        }
        for c in cas
        if c.sort is Sort.ANONYMISER
    ]


def _place(reste: Reste) -> str:
    cellules = ", ".join(reste.cellules[:_MONTRES])
    if len(reste.cellules) > _MONTRES:
        cellules += f"… ({len(reste.cellules)} cellules)"
    return f"{reste.lieu}{', ' if cellules else ''}{cellules}"
