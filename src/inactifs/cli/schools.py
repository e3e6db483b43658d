"""Several schools' workbooks, read on every core: one line each for ``report``."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from inactifs import depot
from inactifs.bilan.computing import Etabli, LigneEcole, report_on, school_line
from inactifs.cli.commands import EXTENSIONS_CLASSEUR
from inactifs.cli.screen import progression
from inactifs.cli.session import parsed
from inactifs.dates import Mois
from inactifs.erreurs import ErreurInactifs, UsageIncorrect

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
        trouves = [] if donne.is_dir() else [donne]
        for parent, sous_dossiers, noms in os.walk(donne):
            sous_dossiers[:] = sorted(
                d for d in sous_dossiers if not d.startswith(".") and d.casefold() != "archives"
            )
            trouves += [
                Path(parent, nom)
                for nom in sorted(noms)
                if nom.lower().endswith(EXTENSIONS_CLASSEUR) and not nom.startswith(("~$", "."))
            ]
        for chemin in trouves:
            chemins.setdefault(os.path.realpath(chemin), chemin)
    if not chemins:
        raise UsageIncorrect("Aucun classeur dans ce dossier.", "Donnez des fichiers .xlsx.")
    return list(chemins.values())


def read_all(chemins: Sequence[Path], mois: Mois, jour: date) -> list[Lecture]:
    """Every workbook's line, in their order, with a progress bar where somebody looks."""
    lectures: list[Lecture] = []
    with progression("classeurs") as avance:
        for lecture in read_schools(chemins, mois, jour):
            lectures.append(lecture)
            avance(lecture.classeur.name, len(lectures), len(chemins))
    return sorted(lectures, key=lambda lecture: chemins.index(lecture.classeur))


def read_schools(chemins: Sequence[Path], mois: Mois, jour: date) -> Iterator[Lecture]:
    """A line a workbook, as they are ready; what is read is not kept."""
    read = partial(_read_one, mois=mois, jour=jour)
    affinite = getattr(os, "sched_getaffinity", None)
    coeurs = len(affinite(0)) if affinite else os.cpu_count() or 1
    if len(chemins) < _PEU or coeurs == 1:
        yield from map(read, chemins)
        return
    lots = [(list(chemins), coeurs)]
    while lots:
        lot, processus = lots.pop()
        lus = 0
        for lecture in _in_processes(read, lot, processus):
            lus += 1
            yield lecture
        # A process died (memory, a fault in a library), and with it all that was waiting. Those
        # that it may have been reading are read one by one: the one that dies again is named.
        if (perdus := lot[lus:]) and processus == 1:
            yield Lecture(perdus[0], None, "sa lecture fait échouer le programme")
            lots.append((perdus[1:], 1))
        elif perdus:
            lots += [(perdus[coeurs + 1 :], coeurs), (perdus[: coeurs + 1], 1)]


def _in_processes(
    read: Callable[[Path], Lecture], chemins: Sequence[Path], processus: int
) -> Iterator[Lecture]:
    """The lines, in order, read in ``processus`` processes; those until one of them dies."""
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
    from multiprocessing import get_context

    # Started afresh, as Windows and macOS do: what runs there runs everywhere. Ctrl-C is the
    # main process's to answer.
    pool = ProcessPoolExecutor(
        processus, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN)
    )
    try:
        with suppress(BrokenProcessPool):
            yield from pool.map(read, chemins)
    finally:
        pool.shutdown(cancel_futures=True)  # once only: « with » would ask for them again


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
