"""``close --documents``, ``check --archives``: what is kept for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from inactifs.archives import documents as papers
from inactifs.archives import storing
from inactifs.classeur.values import Anomalie, Classeur
from inactifs.cli.options import operator, timestamp
from inactifs.cli.screen import say
from inactifs.cli.session import Fait, Session
from inactifs.depot.faults import write_fault
from inactifs.depot.kept import remarks
from inactifs.erreurs import FichierInvalide
from inactifs.procedure.cloture import add_comment
from inactifs.recherche import Personne
from inactifs.registre import name_words
from inactifs.rendu.wording import many


def announced(session: Session, personne: Personne, source: Path, deplacer: bool) -> str:
    """Which documents would go where, and what would become of them."""
    chemin, fichiers = _planned(session, personne, source)
    n, va = len(fichiers), "iront" if len(fichiers) > 1 else "ira"
    suite = (
        "et l'original sera supprimé, la copie vérifiée."
        if deplacer
        else "l'original reste où il est."
    )
    return f"  {many(n, 'fichier')} de « {source.resolve()} » {va} dans {chemin}, {suite}"


def record_with_documents(
    session: Session, fait: Fait, source: Path, deplacer: bool
) -> tuple[Fait, list[str], dict[str, Any]]:
    """Write a closing, the student's folder (or file) and the record of their dossier being put in
    ``archives/dossiers/`` first; what to say of it, in sentences and in JSON. When the workbook
    cannot be written, the archive is taken back. Raises as :func:`papers.documents_in` and
    :func:`papers.require_own`."""
    assert fait.dossier is not None
    chemin, fichiers = _planned(session, fait.personne, source)
    archive = None
    if not session.simulation:
        archive = _archived(session, fait, source, chemin.name, fichiers)
        chemin = chemin.with_name(archive.name)
    trace = f"Documents archivés, copie vérifiée ({many(len(fichiers), 'fichier')}) : {chemin}"
    range_ = add_comment(fait.dossier, f"Documents archivés : {chemin}")
    fait = fait._replace(dossier=range_, detail=f"{fait.detail}. {trace}")
    try:
        session.record(fait)
    except BaseException:
        if archive is not None:
            storing.remove_archive(archive)
        raise
    phrases, laisses = [f"{trace}."], []
    if deplacer and archive is not None:
        laisses = [str(reste) for reste in papers.remove_originals(source, fichiers, archive)]
        if not laisses:
            phrases.append(f"« {source} » a été retiré, sa copie vérifiée.")
    if laisses:
        say(
            f"Laissé en place : {', '.join(laisses[:5])}{'…' if len(laisses) > 5 else ''}.",
            "Ces fichiers ont changé depuis leur copie, sont nouveaux ou sont ouverts : "
            "regardez-les, puis supprimez-les vous-même.",
        )
    return fait, phrases, {"archive": str(chemin), "fichiers": len(fichiers), "laisses": laisses}


def _planned(
    session: Session, personne: Personne, source: Path
) -> tuple[PurePosixPath, dict[str, Path]]:
    """Where a student's documents go, from the workbook's folder on, and which ones."""
    racine = storing.root_of(session.source.chemin)
    fichiers = papers.documents_in(source, session.source.chemin, racine)
    autres = (e for e in session.classeur.registre if e.numero != personne.numero)
    papers.require_own(source, fichiers, personne.nom, autres)
    mots = (*name_words(personne.numero or "eleve"), *name_words(personne.nom))
    return PurePosixPath(racine.name, storing.DOSSIERS_CLOS, "-".join(mots)[:80]), fichiers


def _archived(
    session: Session, fait: Fait, source: Path, nom: str, fichiers: Mapping[str, Path]
) -> Path:
    """The archive of a dossier just closed: its record, and the student's documents."""
    from inactifs.bilan.timelines import histories
    from inactifs.rendu.put_away import render_fiche
    from inactifs.rendu.report_tables import Edition

    contenu, classeur = session.classeur, session.source.chemin
    quand, par = timestamp(), operator()
    (datee,), _ = histories(filter(None, [fait.dossier]), contenu.registre, contenu.regles, dict)
    edition = Edition(contenu.ecole.nom, par, quand, classeur.name)
    prefixe = papers.PREFIXE
    tailles = {nom.removeprefix(prefixe): f.stat().st_size for nom, f in fichiers.items()}
    fiche = render_fiche(datee, contenu.regles, edition, tailles)
    sujet = {
        "ecole": contenu.ecole.nom,
        "classeur": classeur.name,
        "eleve": fait.personne.nom,
        "numero": fait.personne.numero,
        "cloture_le": session.jour.isoformat(),
        "origine": source.name,
    }
    return storing.write_archive(
        storing.root_of(classeur) / storing.DOSSIERS_CLOS,
        nom,
        {"fiche.html": fiche.encode(), **fichiers},
        storing.Manifeste("dossier", quand, par, storing.OUTIL, sujet),
    )


def files_around(chemin: Path, classeur: Classeur) -> Iterator[Anomalie]:
    """What ``check`` says of the files beside the workbook: unfinished, led elsewhere by a link,
    kept under another name, archived for a student who is not closed."""
    for phrase in remarks(chemin):
        yield Anomalie("avertissement", "", "", "", phrase)
    clos = {(d.numero, d.cloture_le.isoformat()) for d in classeur.dossiers if d.cloture_le}
    ouverts = {d.numero for d in classeur.dossiers if d.ouvert}
    ranges = sorted((storing.root_of(chemin) / storing.DOSSIERS_CLOS).glob("*"))
    for dossier, manifeste in storing.readable(ranges):
        dit = manifeste.contenu
        numero, jour = str(dit.get("numero", "")), str(dit.get("cloture_le", ""))
        if dit.get("classeur") == chemin.name and numero in ouverts and (numero, jour) not in clos:
            eleve = dit.get("eleve", numero)
            raison = (
                f"Les documents de {eleve} sont archivés dans « {dossier} », mais son dossier "
                "n'est pas clôturé (commande arrêtée, annulée, ou dossier rouvert)."
            )
            remede = (
                "Clôturez-le, ou supprimez ce dossier après avoir vérifié que les originaux sont "
                "toujours là."
            )
            yield Anomalie("avertissement", "", "", dossier.name, raison, remede)


def check_archives(session: Session) -> bool:
    """Verify every archive beside the workbook and say what was found; whether all is intact.

    Raises:
        FichierInvalide: the folder of the archives cannot be read.
    """
    from inactifs.rendu.put_away import archives_json, render_archives

    racine = storing.root_of(session.chemin)
    try:
        controles = storing.verify_all(racine)
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
