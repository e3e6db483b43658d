"""``report``: the month, its archive, the evidence; or several schools."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from inactifs.archives.storing import (
    NOM,
    OUTIL,
    Archive,
    Manifeste,
    last_of_month,
    remove_archive,
    root_of,
    write_archive,
)
from inactifs.bilan.computing import Bilan, Etabli, report_on
from inactifs.classeur.journal import Action, due_days, read_actions
from inactifs.cli.options import operator, timestamp
from inactifs.cli.outputs import write_private
from inactifs.cli.schools import report_schools, workbooks
from inactifs.cli.screen import json_text, print_json, reply, say, show, speaks_json
from inactifs.cli.session import Reading, Session
from inactifs.dates import Intervalle, Mois, Temps, default_month, french, read_month
from inactifs.depot import Source, create
from inactifs.depot.disk import keep_to_owner
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.recherche import find_person
from inactifs.rendu.evidence import (
    Demande,
    Preuves,
    actions_without_names,
    evidence_page,
    evidence_xlsx,
    gather,
    listing_page,
    without_names,
)
from inactifs.rendu.page import INSTALLER, html_to_pdf
from inactifs.rendu.report_output import bilan_json, figures_json, render_terminal
from inactifs.rendu.report_page import render_html
from inactifs.rendu.report_tables import Edition

FORMATS = ("terminal", "html", "xlsx", "pdf", "json")
_COMPARES = (
    "eleves_suivis",
    "dossiers_ouverts_debut",
    "detectes",
    "reprises",
    "abandons",
    "dossiers_ouverts_fin",
)


def report(
    session: Reading,
    classeurs: list[Path] | None = None,
    *,
    demandees: Demandees,
    format_: str | None = None,
    complet: bool = False,
    archiver: bool = False,
    preuves: bool = False,
) -> None:
    """The month's report, its archive, its evidence pack; or several schools."""
    mois, sortie = demandees.mois, demandees.sortie
    if preuves or demandees.precised:
        if not preuves or format_ or archiver or len(classeurs or ()) > 1:
            raise UsageIncorrect(
                "--anonyme, --depuis, --jusqu-au, --eleve et --graine ne vont qu'avec --preuves, "
                "qui ne va ni avec --format, ni avec --archiver, ni avec plusieurs classeurs.",
                "Faites-en deux commandes.",
            )
        session.chemin = classeurs[0] if classeurs else session.chemin
        write_evidence(session, demandees)
        return
    genre = _kind(format_, sortie)
    choisi = read_month(mois) if mois else default_month(session.jour)
    chemins = classeurs or [session.chemin]
    if len(chemins) > 1 or chemins[0].is_dir():
        chemins = workbooks(chemins)
    if len(chemins) == 1:
        session.chemin = chemins[0]
        _one(
            session, choisi, genre, sortie, complet=complet, archiver=archiver, par_defaut=not mois
        )
        return
    if archiver:
        raise UsageIncorrect(
            "--archiver ne vaut que pour un classeur à la fois.",
            "Archivez chaque école avec « inactifs report --archiver -c CLASSEUR ».",
        )
    report_schools(chemins, choisi, session.jour, genre, sortie, par_defaut=not mois)


def _one(
    session: Session,
    mois: Mois,
    genre: str,
    sortie: Path | None,
    complet: bool,
    archiver: bool,
    par_defaut: bool,
) -> None:
    """One school's month: archived, written to a file, shown."""
    bilan, edition = _computed(session, mois, par_defaut=par_defaut)
    edition = replace(edition, ecart=_changed_since(session.source, bilan))

    def document() -> dict[str, Any]:
        return bilan_json(bilan) | {"mois_par_defaut": edition.mois_par_defaut}

    octets = _rendered(bilan, edition, document, genre, to_file=sortie is not None)
    archive = _archive(session.source, bilan, edition) if archiver else None
    if octets is not None:
        cible = sortie or Path(f"rapport-{mois.iso}.{genre}")
        write_private(cible, octets)
        say(f"Rapport écrit : {cible}")
    if speaks_json() or (genre == "json" and sortie is None):
        print_json(document() | ({"archive": str(archive.chemin)} if archive else {}))
    elif genre == "terminal":
        show(*render_terminal(bilan, edition, complet=complet))
    if archive is not None:
        say(f"Archivé, pour être gardé tel quel : {archive.chemin}")


def _computed(
    session: Session, temps: Temps, *, anonyme: bool = False, par_defaut: bool = False
) -> tuple[Bilan, Edition]:
    """The figures of a workbook, without names if need be, and who reports them."""
    contenu = session.classeur
    dossiers, registre = contenu.dossiers, contenu.registre
    if anonyme:
        dossiers, registre = without_names(dossiers, registre, contenu.regles)
    etabli = Etabli(session.jour, contenu.imports, lambda: due_days(session.source.data))
    fautes = [ligne.anomalie for ligne in contenu.illisibles]
    illisibles = tuple(
        f"{a.feuille}, {a.cellule}" + ("" if anonyme else f" : {a.raison}") for a in fautes
    )
    return report_on(dossiers, registre, contenu.regles, temps, etabli), Edition(
        contenu.ecole.nom, operator(), timestamp(), session.chemin.name, illisibles, par_defaut
    )


def _rendered(
    bilan: Bilan,
    edition: Edition,
    document: Callable[[], dict[str, Any]],
    genre: str,
    *,
    to_file: bool,
) -> bytes | None:
    """The bytes of the file to write, None when there is none."""
    if genre == "xlsx":
        from inactifs.rendu.report_xlsx import render_xlsx  # with openpyxl

        return render_xlsx(bilan, edition)
    if genre in ("html", "pdf"):
        page = render_html(bilan, edition)
        return page.encode() if genre == "html" else html_to_pdf(page)
    return json_text(document()).encode() if genre == "json" and to_file else None


def _kind(format_: str | None, sortie: Path | None) -> str:
    """The format asked for, else that of the file's name."""
    genre = format_ or (sortie.suffix.lstrip(".") if sortie and sortie.suffix else "")
    genre = genre.casefold() or ("json" if speaks_json() else "terminal")
    if genre not in FORMATS:
        raise UsageIncorrect(
            f"Le format « {genre} » n'est pas connu.", f"Au choix : {', '.join(FORMATS)}."
        )
    return genre


def _archive(source: Source, bilan: Bilan, edition: Edition) -> Archive:
    """Keep a month: the workbook as it was read, the report in HTML and XLSX, the manifest.

    Raises:
        Refus: the workbook is an archive itself.
    """
    from inactifs.rendu.report_xlsx import render_xlsx  # with openpyxl

    racine = root_of(source.chemin)
    if source.chemin.is_relative_to(racine):
        raise Refus(
            f"« {source.chemin} » est déjà une archive : elle ne s'archive pas.",
            "Retirez --archiver pour la consulter, ou archivez le classeur en cours.",
        )
    mois = bilan.temps.iso
    rapport = f"rapport-{mois}"
    nom = source.chemin.name
    contenu = {
        nom if nom.casefold() != f"{rapport}.xlsx" else f"classeur-{nom}": source.data,
        f"{rapport}.html": render_html(bilan, edition).encode(),
        f"{rapport}.xlsx": render_xlsx(bilan, edition),
    }
    sujet = {
        "ecole": edition.ecole,
        "classeur": nom,
        "mois": mois,
        "chiffres": figures_json(bilan),
    }
    manifeste = Manifeste("bilan", edition.le, edition.par, OUTIL, sujet)
    return write_archive(racine, mois, contenu, manifeste)


def _changed_since(source: Source, bilan: Bilan) -> str:
    """What the month's archived report counted otherwise, in a French sentence; "" if nothing."""
    archive = last_of_month(root_of(source.chemin), bilan.temps.iso)
    if archive is None or bilan.en_cours:
        return ""
    alors = archive.contenu["chiffres"]
    ecarts = [
        f"{c.figure.nom.casefold()} {alors.get(c.figure.cle)} (et non {c.valeur})"
        for c in bilan.chiffres
        if c.figure.cle in _COMPARES and alors.get(c.figure.cle) != c.valeur
    ]
    if not ecarts:
        return ""
    return f"Le bilan archivé le {french(archive.quand)} donne : {', '.join(ecarts)}."


PAGE, LISTE, PDF, PDF_LISTE = "preuves.html", "preuves.xlsx", "preuves.pdf", "preuves-tableaux.pdf"


class Demandees(NamedTuple):
    """What was typed after ``--preuves``: the days, the month, whose cases, without names."""

    mois: str | None = None
    depuis: date | None = None
    jusqu_au: date | None = None
    eleve: list[str] | None = None
    graine: int | None = None
    anonyme: bool = False
    sortie: Path | None = None

    @property
    def precised(self) -> bool:
        """Whether something was typed that only the evidence takes."""
        jours = self.depuis or self.jusqu_au
        return bool(jours or self.eleve or self.anonyme or self.graine is not None)


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
        phrases.append(f"Sans PDF, que demande le portail du label. {INSTALLER}")
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
    dernier = demandees.jusqu_au or default_month(jour).dernier
    premier = demandees.depuis or Mois.of(dernier).shifted(-11).premier
    if premier > dernier:
        raise UsageIncorrect(
            "--depuis est après --jusqu-au.", "Donnez le premier jour, puis le dernier."
        )
    return Intervalle(premier, dernier)


def _gathered(
    session: Session, temps: Temps, demandees: Demandees
) -> tuple[Preuves, dict[str, object]]:
    """The evidence, and what the manifest says of it."""
    source, contenu = session.source, session.classeur
    choisis = [find_person(contenu, e) for e in demandees.eleve or ()]
    bilan, edition = _computed(session, temps, anonyme=demandees.anonyme)
    actions: Sequence[Action] = read_actions(source.data)
    if demandees.anonyme:
        noms = (e.nom_complet for e in contenu.registre), (d.eleve for d in contenu.dossiers)
        actions = actions_without_names(actions, chain(*noms))
    graine = demandees.graine
    if graine is None:
        graine = int(source.empreinte[:8], 16) % 100_000  # nobody chooses it
    lignes = frozenset(d.ligne for p in choisis for d in p.dossiers)
    demande = Demande(graine, lignes, demandees.anonyme, actions)
    sujet = {
        "ecole": contenu.ecole.nom,
        "classeur": edition.classeur,
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
    page, liste = evidence_page(preuves), listing_page(preuves)
    fichiers = {PAGE: page.encode(), LISTE: evidence_xlsx(preuves)}
    try:
        fichiers |= {PDF: html_to_pdf(page), PDF_LISTE: html_to_pdf(liste)}
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
    dossier, tampon = archive.chemin, io.BytesIO()
    cible = dossier.with_name(f"{dossier.name}.zip")
    try:
        with ZipFile(tampon, "w", ZIP_DEFLATED) as zip_:
            for nom in fichiers:
                zip_.write(dossier / nom, f"{dossier.name}/{nom}")
        create(cible, tampon.getvalue(), mode=0o600)
        keep_to_owner(cible)
    except BaseException:
        remove_archive(archive)
        raise
    return cible
