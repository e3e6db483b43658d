"""``report --archiver``, ``close --documents``, ``check --archives``: what is kept for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.archives.documents import PREFIXE, documents_in, remove_originals, require_own
from inactifs.archives.storing import (
    DOSSIERS_CLOS,
    OUTIL,
    Manifeste,
    closed_students,
    remove_archive,
    root_of,
    write_archive,
)
from inactifs.classeur.values import Anomalie
from inactifs.cli.options import operator, timestamp
from inactifs.cli.screen import say
from inactifs.depot.faults import write_fault
from inactifs.depot.kept import remarks
from inactifs.erreurs import FichierInvalide
from inactifs.registre import name_words

if TYPE_CHECKING:
    from inactifs.archives.storing import Archive
    from inactifs.classeur.values import Classeur
    from inactifs.cli.session import Session
    from inactifs.procedure.modele import Dossier
    from inactifs.recherche import Personne


@dataclass(frozen=True, slots=True)
class Rangement:
    """A student's documents put away: ``chemin`` is the archive's, relative to the workbook.

    ``archive`` is None when it is a simulation.
    """

    chemin: str
    fichiers: Mapping[str, Path]
    archive: Archive | None

    @property
    def note(self) -> str:
        """The line for the tableau's comment."""
        return f"Documents archivés : {self.chemin}"

    @property
    def trace(self) -> str:
        """What the journal says."""
        nombre = len(self.fichiers)
        fichiers = f"{nombre} fichier" + ("s" if nombre > 1 else "")
        return f"Documents archivés, copie vérifiée ({fichiers}) : {self.chemin}"


def planned(session: Session, personne: Personne, documents: Path) -> Rangement:
    """Where a student's documents would go, and which ones; nothing is written.

    Raises:
        FichierInvalide: a document is missing, cannot be read, or is a link.
        Refus: the folder holds the workbook, the archives, or another student's documents.
    """
    racine = root_of(session.source.chemin)
    fichiers = documents_in(documents, session.source.chemin, racine)
    autres = (e for e in session.classeur.registre if e.numero != personne.numero)
    require_own(documents, fichiers, personne.nom, autres)
    mots = (*name_words(personne.numero or "eleve"), *name_words(personne.nom))
    return Rangement(f"{racine.name}/{DOSSIERS_CLOS}/{'-'.join(mots)[:80]}", fichiers, None)


def files_around(chemin: Path, classeur: Classeur) -> Iterator[Anomalie]:
    """What ``check`` says of the files beside the workbook: unfinished, led elsewhere by a link,
    kept under another name, archived for a student who is not closed."""
    for phrase in remarks(chemin):
        yield Anomalie("avertissement", "", "", "", phrase)
    clos = {(d.numero, d.cloture_le.isoformat()) for d in classeur.dossiers if d.cloture_le}
    ouverts = {d.numero for d in classeur.dossiers if d.ouvert}
    for dossier, manifeste in closed_students(root_of(chemin)):
        dit = manifeste.contenu
        numero, jour = str(dit.get("numero", "")), str(dit.get("cloture_le", ""))
        if dit.get("classeur") == chemin.name and numero in ouverts and (numero, jour) not in clos:
            yield Anomalie(
                "avertissement",
                "",
                "",
                dossier.name,
                f"Les documents de {dit.get('eleve', numero)} sont archivés dans « {dossier} », "
                "mais son dossier n'est pas clôturé (commande arrêtée, annulée, ou dossier "
                "rouvert).",
                "Clôturez-le, ou supprimez ce dossier après avoir vérifié que les originaux sont "
                "toujours là.",
            )


@contextmanager
def documents_archived(
    session: Session, personne: Personne, dossier: Dossier, documents: Path
) -> Iterator[Rangement]:
    """A student's folder (or file) and the record of their dossier, in ``archives/dossiers/``.

    Every file is copied, flushed, read back and compared by its SHA-256; the original is left
    where it is. When the body fails, the workbook not having been written, the archive is
    taken back.

    Raises:
        FichierInvalide, Refus: as :func:`planned`.
    """
    prevu = planned(session, personne, documents)
    if session.simulation:
        yield prevu
        return
    contenu: dict[str, bytes | Path] = {"fiche.html": _fiche(session, dossier, prevu.fichiers)}
    sujet = {
        "ecole": session.classeur.ecole.nom,
        "classeur": session.source.chemin.name,
        "eleve": personne.nom,
        "numero": personne.numero,
        "cloture_le": session.jour.isoformat(),
        "origine": documents.name,
    }
    manifeste = Manifeste("dossier", timestamp(), operator(), OUTIL, sujet)
    racine = root_of(session.source.chemin)
    archive = write_archive(
        racine / DOSSIERS_CLOS, Path(prevu.chemin).name, contenu | dict(prevu.fichiers), manifeste
    )
    try:
        relatif = archive.chemin.relative_to(racine.parent)
        yield Rangement(relatif.as_posix(), prevu.fichiers, archive)
    except BaseException:
        remove_archive(archive)
        raise


def move_documents(rangement: Rangement, documents: Path) -> list[Path]:
    """Remove the originals that the archive holds; what stays in their folder is said, and why."""

    if rangement.archive is None:
        return []
    restes = remove_originals(documents, rangement.fichiers, rangement.archive)
    if restes:
        noms = ", ".join(str(r) for r in restes[:5]) + ("…" if len(restes) > 5 else "")
        say(
            f"Laissé en place : {noms}.",
            "Ces fichiers ont changé depuis leur copie, sont nouveaux ou sont ouverts : "
            "regardez-les, puis supprimez-les vous-même.",
        )
    return restes


def _fiche(travail: Session, dossier: Dossier, fichiers: Mapping[str, Path]) -> bytes:
    from inactifs.bilan.timelines import histories
    from inactifs.rendu.put_away import render_fiche
    from inactifs.rendu.report_tables import Edition

    livre = travail.classeur
    datees, sans_date = histories([dossier], livre.registre, livre.regles, dict)
    assert datees and not sans_date  # it has just been closed: it has a date
    edition = Edition(livre.ecole.nom, operator(), timestamp(), travail.source.chemin.name)
    tailles = {nom.removeprefix(PREFIXE): chemin.stat().st_size for nom, chemin in fichiers.items()}
    return render_fiche(datees[0], livre.regles, edition, tailles).encode()


def check_archives(session: Session) -> bool:
    """Verify every archive beside the workbook and say what was found; whether all is intact.

    Raises:
        FichierInvalide: the folder of the archives cannot be read.
    """
    from inactifs.archives.storing import verify_all
    from inactifs.rendu.put_away import archives_json, render_archives

    racine = root_of(session.chemin)
    try:
        controles = verify_all(racine)
    except OSError as faute:
        raison = write_fault(faute, racine, "de le lire")
        raise FichierInvalide(
            f"Le dossier « {racine} » ne peut pas être lu ({raison}).",
            "Utilisez le compte qui tient les archives.",
        ) from faute
    session.reply(
        lambda: {"dossier": str(racine), "archives": archives_json(controles)},
        *([] if controles else [f"Aucune archive dans « {racine} »."]),
        tables=lambda: render_archives(controles) if controles else (),
    )
    return all(c.intacte for c in controles)
