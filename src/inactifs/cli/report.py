"""``report``: the month, its archive, the evidence; or several schools."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain, count
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from inactifs.archives import storing
from inactifs.archives.storing import Manifeste
from inactifs.bilan.computing import Bilan, Etabli, consolidate, report_on
from inactifs.classeur.journal import Action, due_days, read_actions
from inactifs.cli.options import operator, timestamp
from inactifs.cli.schools import read_all, workbooks
from inactifs.cli.screen import json_text, print_json, say, show, speaks_json
from inactifs.cli.session import Reading, Session, write_private
from inactifs.dates import Intervalle, Mois, Temps, default_month, french, read_month
from inactifs.depot import Source, create
from inactifs.depot.disk import keep_to_owner
from inactifs.erreurs import FichierInvalide, Refus, UsageIncorrect
from inactifs.recherche import find_person
from inactifs.rendu import evidence, report_output
from inactifs.rendu.page import INSTALLER, html_to_pdf
from inactifs.rendu.report_tables import Edition

FORMATS = ("terminal", "html", "xlsx", "pdf", "json")
_COMPARES = ("eleves_suivis", "dossiers_ouverts_debut", "detectes", "reprises", "abandons",
             "dossiers_ouverts_fin")  # fmt: skip


class Demandees(NamedTuple):
    """What was typed after ``report`` and ``--preuves``: the days, whose cases, without names."""

    mois: str | None = None
    depuis: date | None = None
    jusqu_au: date | None = None
    eleve: list[str] | None = None
    graine: int | None = None
    anonyme: bool = False
    sortie: Path | None = None


Formes = dict[str, Callable[[], Any]]
"""A report in each of ``FORMATS`` but the PDF, which is the page's: made when it is asked for."""


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
    chemins, sortie = classeurs or [session.chemin], demandees.sortie
    if preuves or demandees != Demandees(demandees.mois, sortie=sortie):
        if not preuves or format_ or archiver or len(chemins) > 1:
            raise UsageIncorrect(
                "--anonyme, --depuis, --jusqu-au, --eleve et --graine ne vont qu'avec --preuves, "
                "qui ne va ni avec --format, ni avec --archiver, ni avec plusieurs classeurs.",
                "Faites-en deux commandes.",
            )
        session.chemin = chemins[0]
        write_evidence(session, demandees)
        return
    genre = _kind(format_, sortie)
    mois = read_month(demandees.mois) if demandees.mois else default_month(session.jour)
    chemins = workbooks(chemins)
    if len(chemins) == 1:
        session.chemin = chemins[0]
        bilan, edition = _computed(session, mois, par_defaut=not demandees.mois)
        edition = replace(edition, ecart=_changed_since(session.source, bilan))
        archive = partial(_archive, session.source, bilan, edition) if archiver else None
        formes = _of_month(bilan, edition, complet=complet)
        _deliver(f"rapport-{mois.iso}", formes, genre, sortie, archive)
        return
    if archiver:
        raise UsageIncorrect(
            "--archiver ne vaut que pour un classeur à la fois.",
            "Archivez chaque école avec « inactifs report --archiver -c CLASSEUR ».",
        )
    _report_schools(chemins, mois, session.jour, demandees, genre)


def _kind(format_: str | None, sortie: Path | None) -> str:
    """The format asked for, else that of the file's name."""
    genre = format_ or (sortie.suffix.lstrip(".").casefold() if sortie else "")
    genre = genre or ("json" if speaks_json() else "terminal")
    if genre not in FORMATS:
        raise UsageIncorrect(
            f"Le format « {genre} » n'est pas connu.", f"Au choix : {', '.join(FORMATS)}."
        )
    return genre


def _deliver(
    nom: str,
    formes: Formes,
    genre: str,
    sortie: Path | None,
    archive: Callable[[], Path] | None = None,
) -> None:
    """Written to a file, or shown; nothing is archived where that form cannot be made."""
    octets: bytes | None = None
    if genre in ("html", "pdf"):
        page = formes["html"]()
        octets = page.encode() if genre == "html" else html_to_pdf(page)
    elif genre == "xlsx":
        octets = formes["xlsx"]()
    elif genre == "json" and sortie is not None:
        octets = json_text(formes["json"]()).encode()
    fait = archive() if archive else None
    if octets is not None:
        cible = sortie or Path(f"{nom}.{genre}")
        write_private(cible, octets)
        say(f"Rapport écrit : {cible}")
    if speaks_json() or (genre == "json" and sortie is None):
        print_json(formes["json"]() | ({"archive": str(fait)} if fait else {}))
    elif genre == "terminal":
        show(*formes["terminal"]())
    if fait:
        say(f"Archivé, pour être gardé tel quel : {fait}")


def _of_month(bilan: Bilan, edition: Edition, *, complet: bool = False) -> Formes:
    """One school's month."""
    defaut = {"mois_par_defaut": edition.mois_par_defaut}
    return {
        "json": lambda: report_output.bilan_json(bilan) | defaut,
        "terminal": lambda: report_output.render_terminal(bilan, edition, complet=complet),
        "html": lambda: report_output.render_html(bilan, edition),
        "xlsx": lambda: _in_xlsx().render_xlsx(bilan, edition),
    }


def _in_xlsx() -> ModuleType:
    from inactifs.rendu import report_xlsx  # with openpyxl

    return report_xlsx


def _report_schools(
    chemins: Sequence[Path], mois: Mois, jour: date, demandees: Demandees, genre: str
) -> None:
    """Several schools' month, the workbook's name beside a name that two have; those that cannot
    be read are named. Raises ``FichierInvalide`` where none can."""
    lectures = read_all(chemins, mois, jour)
    lignes = [lecture.ligne for lecture in lectures if lecture.ligne is not None]
    illisibles = [lecture for lecture in lectures if lecture.ligne is None]
    if not lignes:
        raise FichierInvalide(
            f"Aucun des {len(chemins)} classeurs n'a pu être lu. Le premier : "
            f"{illisibles[0].classeur} ({illisibles[0].raison})",
            "Donnez les classeurs de suivi des écoles, ou le dossier qui les contient.",
        )
    compte = Counter(ligne.ecole for ligne in lignes)
    ecoles = consolidate(
        replace(x, ecole=f"{x.ecole} ({x.classeur})") if compte[x.ecole] > 1 else x for x in lignes
    )
    non_lus = tuple(f"{i.classeur} ({i.raison})" for i in illisibles)
    nombre = f"{len(lignes)} classeurs"
    edition = Edition("", operator(), timestamp(), nombre, non_lus, not demandees.mois)
    dit = {"mois": mois.iso, "mois_par_defaut": edition.mois_par_defaut}
    dits = {"illisibles": [{"classeur": str(i.classeur), "raison": i.raison} for i in illisibles]}
    formes: Formes = {
        "json": lambda: dit | report_output.consolidation_json(ecoles) | dits,
        "terminal": lambda: report_output.render_consolidation(ecoles, mois, edition),
        "html": lambda: report_output.render_schools_html(ecoles, mois, edition),
        "xlsx": lambda: _in_xlsx().render_schools_xlsx(ecoles, mois, edition),
    }
    _deliver(f"rapport-ecoles-{mois.iso}", formes, genre, demandees.sortie)
    say(*(f"Non lu : {non_lu}" for non_lu in non_lus))


def _computed(
    session: Session, temps: Temps, *, anonyme: bool = False, par_defaut: bool = False
) -> tuple[Bilan, Edition]:
    """The figures of a workbook, without names if need be, and who reports them."""
    contenu = session.classeur
    dossiers, registre = contenu.dossiers, contenu.registre
    if anonyme:
        dossiers, registre = evidence.without_names(dossiers, registre, contenu.regles)
    etabli = Etabli(session.jour, contenu.imports, lambda: due_days(session.source.data))
    fautes = [ligne.anomalie for ligne in contenu.illisibles]
    illisibles = tuple(
        f"{a.feuille}, {a.cellule}" + ("" if anonyme else f" : {a.raison}") for a in fautes
    )
    return report_on(dossiers, registre, contenu.regles, temps, etabli), Edition(
        contenu.ecole.nom, operator(), timestamp(), session.chemin.name, illisibles, par_defaut
    )


def _archive(source: Source, bilan: Bilan, edition: Edition) -> Path:
    """Keep a month: the workbook as it was read, the report in HTML and XLSX, the manifest; raises
    ``Refus`` where the workbook is an archive itself."""
    racine = storing.root_of(source.chemin)
    if source.chemin.is_relative_to(racine):
        raise Refus(
            f"« {source.chemin} » est déjà une archive : elle ne s'archive pas.",
            "Retirez --archiver pour la consulter, ou archivez le classeur en cours.",
        )
    formes, nom, mois = _of_month(bilan, edition), source.chemin.name, bilan.temps.iso
    rapport = f"rapport-{mois}"
    contenu = {
        nom if nom.casefold() != f"{rapport}.xlsx" else f"classeur-{nom}": source.data,
        f"{rapport}.html": formes["html"]().encode(),
        f"{rapport}.xlsx": formes["xlsx"](),
    }
    chiffres = report_output.figures_json(bilan)
    sujet = {"ecole": edition.ecole, "classeur": nom, "mois": mois, "chiffres": chiffres}
    manifeste = Manifeste("bilan", edition.le, edition.par, storing.OUTIL, sujet)
    return storing.write_archive(racine, mois, contenu, manifeste)


def _changed_since(source: Source, bilan: Bilan) -> str:
    """What the month's archived report counted otherwise, in a French sentence; "" if nothing."""
    archive = storing.last_of_month(storing.root_of(source.chemin), bilan.temps.iso)
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


def write_evidence(session: Session, demandees: Demandees) -> None:
    """Write the evidence of a period: a page, a workbook, both as PDF, their manifest; and the
    zip of it all. Where it fails nothing is left there."""
    temps = _period(demandees, session.jour)
    sortie = demandees.sortie or Path(f"preuves-{temps.iso}{'-anonyme' * demandees.anonyme}")
    nom = sortie.name.removesuffix(".zip")
    if not nom or nom == "..":
        raise UsageIncorrect(
            f"--sortie : « {demandees.sortie} » n'est pas un nom de dossier.",
            "Donnez celui d'un nouveau.",
        )
    preuves, sujet = _gathered(session, temps, demandees)
    page = evidence.evidence_page(preuves)
    fichiers = {"preuves.html": page.encode(), "preuves.xlsx": evidence.evidence_xlsx(preuves)}
    demande_pdf = ""
    try:
        tableaux = html_to_pdf(evidence.evidence_page(preuves, "evidence_listing.html"))
        fichiers |= {"preuves.pdf": html_to_pdf(page), "preuves-tableaux.pdf": tableaux}
    except UsageIncorrect:
        demande_pdf = f"Sans PDF, que demande le portail du label. {INSTALLER}"
    edition = preuves.edition
    manifeste = Manifeste("preuves", edition.le, edition.par, storing.OUTIL, sujet)
    libres = (sortie.with_name(f"{nom}-{rang}" if rang > 1 else nom) for rang in count(1))
    libre = next(d for d in libres if not (os.path.lexists(d) or os.path.lexists(f"{d}.zip")))
    archive = storing.write_archive(libre.parent, libre.name, fichiers, manifeste)
    zip_ = _write_zip(archive, noms := [*fichiers, storing.NOM])
    nommes = "Des élèves y sont nommés ; avec --anonyme, leur numéro remplace leur nom."
    document = {"dossier": str(archive), "zip": str(zip_), "fichiers": noms} | sujet
    session.reply(
        lambda: document,
        f"Preuves {temps.de} : {archive}{os.sep} ({', '.join(noms)})",
        f"Le même dossier, à envoyer : {zip_}",
        *filter(None, (demande_pdf, "" if demandees.anonyme else nommes)),
    )


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
) -> tuple[evidence.Preuves, dict[str, object]]:
    """The evidence, and what the manifest says of it."""
    source, contenu = session.source, session.classeur
    choisis = [find_person(contenu, e) for e in demandees.eleve or ()]
    bilan, edition = _computed(session, temps, anonyme=demandees.anonyme)
    actions: Sequence[Action] = read_actions(source.data)
    if demandees.anonyme:
        noms = (e.nom_complet for e in contenu.registre), (d.eleve for d in contenu.dossiers)
        actions = evidence.actions_without_names(actions, chain(*noms))
    graine = demandees.graine
    if graine is None:
        graine = int(source.empreinte[:8], 16) % 100_000  # nobody chooses it
    lignes = frozenset(d.ligne for p in choisis for d in p.dossiers)
    demande = evidence.Demande(graine, lignes, demandees.anonyme, actions)
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
    return evidence.gather(bilan, edition, contenu.imports, demande), sujet


def _write_zip(dossier: Path, fichiers: Iterable[str]) -> Path:
    """The zip of a folder just written, beside it; the folder is taken back if it fails."""
    tampon = io.BytesIO()
    cible = dossier.with_name(f"{dossier.name}.zip")
    try:
        with ZipFile(tampon, "w", ZIP_DEFLATED) as zip_:
            for nom in fichiers:
                zip_.write(dossier / nom, f"{dossier.name}/{nom}")
        create(cible, tampon.getvalue(), mode=0o600)
        keep_to_owner(cible)
    except BaseException:
        storing.remove_archive(dossier)
        raise
    return cible
