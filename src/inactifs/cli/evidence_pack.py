"""``report --preuves``: the evidence pack, a folder and its zip."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from inactifs.archives.manifest import NOM, OUTIL, Manifeste
from inactifs.archives.storing import Archive, remove_archive, write_archive
from inactifs.bilan import Etabli, Intervalle, Mois, Temps, default_month, read_month, report_on
from inactifs.classeur.actions import Action, read_actions
from inactifs.classeur.journal import due_days
from inactifs.cli.options import operator, timestamp, typed_day
from inactifs.cli.screen import reply
from inactifs.cli.session import Session
from inactifs.depot.disk import EN_COURS, sync_folder, write_new
from inactifs.depot.faults import faults
from inactifs.depot.windows import keep_to_owner
from inactifs.erreurs import ErreurInactifs, UsageIncorrect
from inactifs.recherche import find_person
from inactifs.rendu import pdf
from inactifs.rendu.evidence import Demande, Preuves, gather, render_html, render_listing
from inactifs.rendu.evidence_anonymous import actions_without_names, without_names
from inactifs.rendu.wording import Edition

PAGE, LISTE, PDF, PDF_LISTE = "preuves.html", "preuves.xlsx", "preuves.pdf", "preuves-tableaux.pdf"


@dataclass(frozen=True, slots=True)
class Demandees:
    """What was typed after ``--preuves``: the days, the month, whose cases, without names."""

    mois: str | None = None
    depuis: str | None = None
    jusqu_au: str | None = None
    eleves: Sequence[str] = ()
    graine: int | None = None
    anonyme: bool = False
    sortie: Path | None = None

    @property
    def precised(self) -> bool:
        """Whether something was typed that only the evidence takes."""
        jours = self.depuis or self.jusqu_au
        return bool(jours or self.eleves or self.anonyme or self.graine is not None)


def write_evidence(session: Session, demandees: Demandees) -> None:
    """Write the evidence of a period: a page, a workbook, both as PDF, their manifest; and the
    zip of it all.

    Raises:
        UsageIncorrect: days that do not follow, or a folder's name that is none.
        FichierInvalide: the workbook cannot be read, or the account may not write there.
        ErreurInactifs: the disk is full, or fails. In every case nothing is left there.
    """
    temps = _period(demandees, session.jour)
    racine, nom = _folder(demandees, temps)
    preuves, sujet = _gathered(session, temps, demandees)
    fichiers, sans_pdf = _files(preuves)
    edition = preuves.edition
    manifeste = Manifeste("preuves", edition.le, edition.par, OUTIL, sujet)
    archive = write_archive(racine, _free_name(racine, nom), fichiers, manifeste)
    zip_ = _write_zip(archive, (*fichiers, NOM))
    noms = [*fichiers, NOM]
    phrases = [
        f"Preuves {temps.de} : {archive.chemin}{os.sep} ({', '.join(noms)})",
        f"Le même dossier, à envoyer : {zip_}",
    ]
    if sans_pdf:
        phrases.append(f"Sans PDF, que demande le portail du label. {pdf.INSTALLER}")
    if not demandees.anonyme:
        phrases.append("Des élèves y sont nommés ; avec --anonyme, leur numéro remplace leur nom.")
    document = {"dossier": str(archive.chemin), "zip": str(zip_), "fichiers": noms} | sujet
    reply(lambda: document, *phrases)


def _period(demandees: Demandees, jour: date) -> Temps:
    """The month or the days that were asked for; else the twelve months that end with the month
    of the report."""
    if demandees.mois and (demandees.depuis or demandees.jusqu_au):
        raise UsageIncorrect(
            "--mois ne va pas avec --depuis ni --jusqu-au.", "Donnez l'un ou les autres."
        )
    if demandees.mois:
        return read_month(demandees.mois)
    dernier = default_month(jour).dernier
    if demandees.jusqu_au:
        dernier = typed_day(demandees.jusqu_au, "--jusqu-au")
    premier = Mois.of(dernier).shifted(-11).premier
    if demandees.depuis:
        premier = typed_day(demandees.depuis, "--depuis")
    if premier > dernier:
        raise UsageIncorrect(
            "--depuis est après --jusqu-au.", "Donnez le premier jour, puis le dernier."
        )
    return Intervalle(premier, dernier)


def _gathered(
    session: Session, temps: Temps, demandees: Demandees
) -> tuple[Preuves, dict[str, object]]:
    """The evidence, and what the manifest says of it."""
    source, contenu, chemin = session.source, session.classeur, session.chemin
    dossiers, registre = contenu.dossiers, contenu.registre
    choisis = [find_person(contenu, e) for e in demandees.eleves]
    actions: Sequence[Action] = read_actions(source.data)
    if demandees.anonyme:
        noms = [e.nom_complet for e in registre] + [d.eleve for d in dossiers]
        actions = actions_without_names(actions, noms)
        dossiers, registre = without_names(dossiers, registre, contenu.regles)
    etabli = Etabli(session.jour, contenu.imports, lambda: due_days(session.source.data))
    bilan = report_on(dossiers, registre, contenu.regles, temps, etabli)
    edition = Edition(
        contenu.ecole.nom,
        operator(),
        timestamp(),
        chemin.name,
        tuple(
            f"{ligne.anomalie.feuille}, {ligne.anomalie.cellule}"
            + ("" if demandees.anonyme else f" : {ligne.anomalie.raison}")
            for ligne in contenu.illisibles
        ),
    )
    graine = demandees.graine
    if graine is None:
        graine = int(source.empreinte[:8], 16) % 100_000  # nobody chooses it
    lignes = frozenset(d.ligne for p in choisis for d in p.dossiers)
    demande = Demande(graine, lignes, demandees.anonyme, actions)
    sujet = {
        "ecole": contenu.ecole.nom,
        "classeur": chemin.name,
        "sha256_du_classeur": source.empreinte,
        "mois": temps.iso,
        "depuis": temps.premier.isoformat(),
        "jusqu_au": bilan.arrete_au.isoformat(),
        "graine": graine,
        "anonyme": demandees.anonyme,
    }
    return gather(bilan, edition, contenu.imports, demande), sujet


def _files(preuves: Preuves) -> tuple[dict[str, bytes], bool]:
    """The documents by name; whether the PDFs could not be made."""
    from inactifs.rendu.evidence_xlsx import render_xlsx  # with openpyxl

    page, liste = render_html(preuves), render_listing(preuves)
    fichiers = {PAGE: page.encode(), LISTE: render_xlsx(preuves)}
    try:
        fichiers |= {PDF: pdf.html_to_pdf(page), PDF_LISTE: pdf.html_to_pdf(liste)}
    except UsageIncorrect:
        return fichiers, True
    return fichiers, False


def _folder(demandees: Demandees, temps: Temps) -> tuple[Path, str]:
    """Where the pack goes, and its name."""
    suffixe = "-anonyme" if demandees.anonyme else ""
    voulu = demandees.sortie or Path(f"preuves-{temps.iso}{suffixe}")
    nom = voulu.name.removesuffix(".zip")
    if not nom or nom == "..":
        raise UsageIncorrect(
            f"--sortie : « {demandees.sortie} » n'est pas un nom de dossier.",
            "Donnez celui d'un nouveau.",
        )
    return voulu.parent, nom


def _free_name(racine: Path, nom: str) -> str:
    """``nom``, or with a number when a folder or a zip of this name exists."""
    for rang in count(1):
        libre = nom if rang == 1 else f"{nom}-{rang}"
        if not any(os.path.lexists(racine / f"{libre}{fin}") for fin in ("", ".zip")):
            return libre
    raise AssertionError("count() never ends")


def _write_zip(archive: Archive, fichiers: Iterable[str]) -> Path:
    """The zip of a folder just written, beside it; the folder is taken back if it fails."""
    dossier = archive.chemin
    cible = dossier.with_name(f"{dossier.name}.zip")
    en_cours = dossier.with_name(f".{dossier.name}.zip.{os.getpid()}{EN_COURS}")
    try:
        with faults(cible):
            tampon = io.BytesIO()
            with ZipFile(tampon, "w", ZIP_DEFLATED) as zip_:
                for nom in fichiers:
                    zip_.write(dossier / nom, f"{dossier.name}/{nom}")
            write_new(en_cours, tampon.getvalue())
            keep_to_owner(en_cours)
            if os.path.lexists(cible):
                raise ErreurInactifs(
                    f"« {cible} » vient d'être créé par quelqu'un d'autre : rien n'a été écrit.",
                    "Relancez la commande, ou donnez un autre nom après --sortie.",
                )
            en_cours.rename(cible)
    except BaseException:
        with suppress(OSError):
            en_cours.unlink(missing_ok=True)
        remove_archive(archive)
        raise
    sync_folder(cible.parent)
    return cible
