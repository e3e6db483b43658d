"""What is put away: the record of a closed dossier, the archives as verified, the purge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inactifs.archives.storing import Controle
from inactifs.bilan.timelines import Histoire
from inactifs.classeur.anonymisation import Anonymisation, Reste
from inactifs.dates import french
from inactifs.procedure.eleve import criteria, inactive_from
from inactifs.procedure.modele import Regles
from inactifs.procedure.retention import REGLE, SigneDeVie, Sort
from inactifs.procedure.suivi import unanswered_days
from inactifs.recherche import Personne
from inactifs.rendu import report_tables
from inactifs.rendu.cases import Json, iso
from inactifs.rendu.page import filled
from inactifs.rendu.report_tables import Edition
from inactifs.rendu.table import Bloc, Column, draw, listed
from inactifs.rendu.wording import many, plural

MAX_DOCUMENTS = 12


def render_fiche(
    histoire: Histoire, regles: Regles, edition: Edition, documents: Mapping[str, int]
) -> str:
    """The page: criteria, relances, answers, mention; self-contained, to be printed on A4.
    ``documents`` gives the size of each one that goes with it."""
    return filled(
        "closing_record.html",
        h=histoire,
        regles=regles.applied_to(histoire.eleve),
        edition=edition,
        w=report_tables,
        criteres=criteria(histoire.eleve) if histoire.eleve else {},
        inactive_from=inactive_from,
        sans_reponse=len(unanswered_days(histoire.dossier)),
        documents=list(documents.items())[:MAX_DOCUMENTS],
        autres=max(0, len(documents) - MAX_DOCUMENTS),
    )


def render_archives(controles: Sequence[Controle]) -> list[Bloc]:
    """One line an archive, then each defect, then what to do."""
    abimees = [c for c in controles if not c.intacte]
    total, n = len(controles), len(abimees)
    return [
        draw("Archives", _ARCHIVES, controles),
        *(
            " ".join(f"{c.nom}/{d.fichier} : {d.raison}.".split())
            for c in abimees
            for d in c.defauts
        ),
        f"{many(n, 'archive')} sur {total} à vérifier : reprenez les fichiers dans une sauvegarde, "
        "sans rien corriger dans l'archive."
        if n
        else f"{many(total, 'archive')}, rien à signaler.",
    ]


_ARCHIVES: tuple[Column[Controle], ...] = (
    Column("Archive", lambda c: c.nom),
    Column("Faite le", lambda c: french(c.manifeste.quand) if c.manifeste else "", whole=True),
    Column("Par", lambda c: c.manifeste.par if c.manifeste else ""),
    Column("Fichiers", lambda c: len(c.manifeste.fichiers) if c.manifeste else None),
    Column("État", lambda c: "intacte" if c.intacte else "À VÉRIFIER", whole=True),
)


def archives_json(controles: Sequence[Controle]) -> list[Json]:
    """One object an archive; ``defauts`` is empty when it is what it was."""
    return [
        {
            "nom": c.nom,
            "genre": (m := c.manifeste) and m.genre,
            "etabli_le": m and m.quand.isoformat(),
            "par": m and m.par,
            "fichiers": m and len(m.fichiers),
            "intacte": c.intacte,
            "defauts": [d._asdict() for d in c.defauts],
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


def render_purge(cas: Sequence[Cas], avant: date) -> list[Bloc]:
    """Who would be anonymised, one line each, then those who stay, and why."""
    par_sort = {sort: [c for c in cas if c.sort is sort] for sort in Sort}
    titre = f"À anonymiser : aucun signe de vie depuis le {french(avant)}"
    blocs = [REGLE, *listed(titre, _PARTANTS, par_sort.pop(Sort.ANONYMISER))]
    gardes = [
        f"{len(siens)} {_GARDES[sort].format(s=plural(len(siens)), avant=french(avant))}"
        for sort, siens in par_sort.items()
        if siens
    ]
    if gardes:
        blocs.append(f"Rien ne change pour : {' ; '.join(gardes)}.")
    dus = [
        f"{c.personne.libelle} : {c.personne.eleve.heures_restantes}"
        for c in par_sort[Sort.HEURES]
        if c.personne.eleve
    ]
    if dus:
        blocs.append(
            f"Heures payées qui restent dues ({', '.join(dus)}) : remboursez-les ou donnez-les, "
            "puis nommez l'élève : inactifs purge --avec ÉLÈVE."
        )
    if douteux := [c.personne.libelle for c in par_sort[Sort.DOUTEUX]]:
        noms = ", ".join(douteux[:_MONTRES]) + ("…" if len(douteux) > _MONTRES else "")
        blocs.append(
            f"À vérifier : {noms}. Aucune date connue, une cellule illisible, ou un nom que "
            "plusieurs élèves portent (« inactifs check » dit lequel)."
        )
    return blocs


_PARTANTS: tuple[Column[Cas], ...] = (
    Column("Élève", lambda c: c.personne.nom),
    Column("N°", lambda c: c.personne.numero, whole=True),
    Column("Statut", lambda c: c.personne.eleve.statut if c.personne.eleve else "hors registre"),
    Column(
        "Dernier signe de vie", lambda c: f"{french(s.date)} ({s.nature})" if (s := c.signe) else ""
    ),
    Column("Dossiers", lambda c: len(c.personne.dossiers)),
)


def anonymised_lines(fait: Anonymisation, partants: Sequence[Personne], verbe: str) -> list[str]:
    """What was done of those who leave; ``verbe`` is « sont », or « seraient »."""
    n, dossiers = len(partants), sum(len(p.dossiers) for p in partants)
    if n == 1:
        verbe = {"seraient": "serait", "sont": "est"}[verbe]
    lignes = [
        f"{many(n, 'personne')} {verbe} anonymisée{plural(n)} : {many(dossiers, 'dossier')} au "
        f"tableau, {many(fait.journal, 'ligne')} du Journal.",
        "Les dates, moyens, résultats et causes restent : les chiffres du passé ne changent pas.",
    ]
    if fait.notes or fait.liens:
        lignes.append(
            f"Sur ces lignes : {many(fait.notes, 'note')} et {many(fait.liens, 'lien')} effacés."
        )
    return lignes


def remains_lines(fait: Anonymisation) -> list[str]:
    """What of the workbook itself is left for the school to empty, place by place."""
    lieux = [
        *(f"{_place(r)} (ajout de l'école, s'il identifie quelqu'un)" for r in fait.colonnes),
        *(f"{_place(r)} (un nom ou des coordonnées)" for r in fait.restes),
        *(f"{nom} (document incorporé, non examiné)" for nom in fait.incorpores),
    ]
    if n := fait.homonymes:
        lieux.append(f"feuille « Journal », {many(n, 'ligne')} au nom d'un homonyme gardé")
    if not lieux:
        return []
    return [
        "À relire et à vider dans Excel (tableau croisé : Données, Actualiser tout) :",
        *(f"  - {lieu}" for lieu in lieux),
    ]


def purge_json(cas: Sequence[Cas], avant: date, fait: Anonymisation | None) -> Json:
    """The document of ``purge``; ``fait`` is None when there is nobody to anonymise."""
    gardes = Counter(c.sort.value for c in cas)
    anonymises = gardes.pop(Sort.ANONYMISER.value, 0)
    return {
        "avant": iso(avant),
        "anonymises": anonymises,
        "dossiers": sum(len(c.personne.dossiers) for c in cas if c.sort is Sort.ANONYMISER),
        "gardes": dict(gardes),
        "journal": fait.journal if fait else 0,
        "notes": fait.notes if fait else 0,
        "liens": fait.liens if fait else 0,
        "a_vider": [
            {"lieu": r.lieu, "cellules": list(r.cellules)}
            for r in ((*fait.colonnes, *fait.restes) if fait else ())
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
