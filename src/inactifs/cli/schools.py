"""``report`` on several schools: one line each, read on every core, and their total."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inactifs import depot
from inactifs.bilan.computing import (
    Consolidation,
    Etabli,
    LigneEcole,
    consolidate,
    report_on,
    school_line,
)
from inactifs.cli.commands import EXTENSIONS_CLASSEUR
from inactifs.cli.options import operator, timestamp
from inactifs.cli.outputs import write_private
from inactifs.cli.screen import print_json, progression, say, show, speaks_json
from inactifs.cli.session import parsed
from inactifs.dates import Mois
from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect
from inactifs.rendu.page import html_to_pdf
from inactifs.rendu.report_output import consolidation_json, render_consolidation
from inactifs.rendu.report_page import render_schools_html
from inactifs.rendu.report_tables import Edition

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import date

_PEU = 8  # workbooks: below, starting processes costs more than it brings


class Lecture(NamedTuple):
    """A workbook's line; None when it could not be read, with the French reason."""

    classeur: Path
    ligne: LigneEcole | None
    raison: str = ""


def workbooks(donnes: Iterable[Path]) -> list[Path]:
    """The workbooks given, those of the folders given and of their sub-folders; each one once.

    Archives, hidden folders and the lock files of spreadsheet programs are left out.

    Raises:
        UsageIncorrect: there is none.
    """
    chemins: dict[str, Path] = {}
    for donne in donnes:
        for chemin in _below(donne) if donne.is_dir() else [donne]:
            chemins.setdefault(os.path.realpath(chemin), chemin)
    if not chemins:
        raise UsageIncorrect("Aucun classeur dans ce dossier.", "Donnez des fichiers .xlsx.")
    return list(chemins.values())


def report_schools(
    chemins: Sequence[Path],
    mois: Mois,
    jour: date,
    genre: str,
    sortie: Path | None,
    *,
    par_defaut: bool,
) -> None:
    """Read every workbook, print or write the consolidation; name those that cannot be read.

    Raises:
        FichierInvalide: none could be read.
    """
    lectures = _read_all(chemins, mois, jour)
    illisibles = [lecture for lecture in lectures if lecture.ligne is None]
    consolidation = consolidate(_told_apart(lectures))
    if not consolidation.ecoles:
        raise FichierInvalide(
            f"Aucun des {len(chemins)} classeurs n'a pu être lu. Le premier : "
            f"{illisibles[0].classeur} ({illisibles[0].raison})",
            "Donnez les classeurs de suivi des écoles, ou le dossier qui les contient.",
        )
    non_lus = tuple(f"{i.classeur} ({i.raison})" for i in illisibles)
    nombre = f"{len(consolidation.ecoles)} classeurs"
    edition = Edition("", operator(), timestamp(), nombre, non_lus, par_defaut)
    if speaks_json() or genre == "json":
        document = {"mois": mois.iso, "mois_par_defaut": par_defaut}
        document |= consolidation_json(consolidation)
        illisibles_dits = [{"classeur": str(i.classeur), "raison": i.raison} for i in illisibles]
        print_json(document | {"illisibles": illisibles_dits})
    elif genre == "terminal":
        show(*render_consolidation(consolidation, mois, edition))
    if genre in ("html", "xlsx", "pdf"):
        cible = sortie or Path(f"rapport-ecoles-{mois.iso}.{genre}")
        write_private(cible, _rendered(consolidation, mois, edition, genre))
        say(f"Rapport écrit : {cible}")
    for illisible in edition.illisibles:
        say(f"Non lu : {illisible}")


def _read_all(chemins: Sequence[Path], mois: Mois, jour: date) -> list[Lecture]:
    """Every workbook's line, in their order, with a progress bar where somebody looks."""
    lectures: list[Lecture] = []
    with progression("classeurs") as avance:
        for lecture in read_schools(chemins, mois, jour):
            lectures.append(lecture)
            avance(lecture.classeur.name, len(lectures), len(chemins))
    return sorted(lectures, key=lambda lecture: chemins.index(lecture.classeur))


def read_schools(chemins: Sequence[Path], mois: Mois, jour: date) -> Iterator[Lecture]:
    """A line a workbook, in the order in which they are ready; what is read is not kept."""
    read, coeurs = partial(_read_one, mois=mois, jour=jour), _cores()
    if len(chemins) < _PEU or coeurs == 1:
        yield from map(read, chemins)
        return
    restent = list(chemins)
    while restent:
        perdus: list[Path] = []
        yield from _in_processes(read, restent, coeurs, perdus)
        # A process died (memory, a fault in a library), and with it all that was waiting. Those
        # that it may have been reading are read one by one: the one that dies again is named.
        suspects, restent = perdus[: coeurs + 1], perdus[coeurs + 1 :]
        while suspects:
            seuls: list[Path] = []
            yield from _in_processes(read, suspects, 1, seuls)
            if seuls:
                yield Lecture(seuls[0], None, "sa lecture fait échouer le programme")
            suspects = seuls[1:]


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(
    read: Callable[[Path], Lecture], chemins: Sequence[Path], processus: int, perdus: list[Path]
) -> Iterator[Lecture]:
    """Read in ``processus`` processes; the workbooks that were lost are added to ``perdus``."""
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
    from multiprocessing import get_context

    # Started afresh, as Windows and macOS do: what runs there runs everywhere.
    pool = ProcessPoolExecutor(
        processus, mp_context=get_context("spawn"), initializer=_leave_interruption
    )
    try:
        taches: list[Future[Lecture]] = []
        with suppress(BrokenProcessPool):  # it died before all was asked of it
            for chemin in chemins:
                taches.append(pool.submit(read, chemin))
        for chemin, tache in zip_longest(chemins, taches):
            try:
                lue = tache.result() if tache else None
            except BrokenProcessPool:
                lue = None
            if lue is None:
                perdus.append(chemin)
            else:
                yield lue
    finally:
        pool.shutdown(cancel_futures=True)  # once only: « with » would ask for them again


def _leave_interruption() -> None:
    """Ctrl-C is the main process's to answer."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_one(chemin: Path, mois: Mois, jour: date) -> Lecture:
    """One workbook's line; whatever is wrong with it is its own matter."""
    try:
        contenu = parsed(depot.read(chemin))
        bilan = report_on(contenu.dossiers, contenu.registre, contenu.regles, mois, Etabli(jour))
    except ErreurInactifs as faute:
        return Lecture(chemin, None, faute.message)
    except Exception as faute:
        return Lecture(chemin, None, f"erreur imprévue, {type(faute).__name__}")
    ligne = school_line(contenu.ecole.nom or chemin.stem, bilan)
    return Lecture(chemin, replace(ligne, classeur=str(chemin)))


def _told_apart(lectures: Iterable[Lecture]) -> list[LigneEcole]:
    """The lines read; schools of the same name are given their workbook's as well."""
    lignes = [lecture.ligne for lecture in lectures if lecture.ligne is not None]
    compte = Counter(ligne.ecole for ligne in lignes)
    return [
        ligne
        if compte[ligne.ecole] == 1
        else replace(ligne, ecole=f"{ligne.ecole} ({ligne.classeur})")
        for ligne in lignes
    ]


def _below(dossier: Path) -> Iterator[Path]:
    for parent, sous_dossiers, noms in os.walk(dossier):
        sous_dossiers[:] = sorted(
            d for d in sous_dossiers if not d.startswith(".") and d.casefold() != "archives"
        )
        for nom in sorted(noms):
            if nom.lower().endswith(EXTENSIONS_CLASSEUR) and not nom.startswith(("~$", ".")):
                yield Path(parent, nom)


def _rendered(consolidation: Consolidation, mois: Mois, edition: Edition, genre: str) -> bytes:
    if genre == "xlsx":
        from inactifs.rendu.report_xlsx import render_schools_xlsx  # with openpyxl

        return render_schools_xlsx(consolidation, mois, edition)
    page = render_schools_html(consolidation, mois, edition)
    if genre == "html":
        return page.encode()
    return html_to_pdf(page)
