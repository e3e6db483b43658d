"""Whose documents these are: a folder given for one student holds nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from inactifs.archives.documents import PREFIXE
from inactifs.erreurs import Refus
from inactifs.mots import of
from inactifs.procedure.modele import Eleve
from inactifs.registre import name_words

_TETE = re.compile(r"[^\W_]+")
_ANNEE = re.compile(r"(19|20)\d\d")


def require_own(source: Path, fichiers: Iterable[str], nom: str, autres: Iterable[Eleve]) -> None:
    """Refuse a folder in which the number, the name or the folder of one of ``autres`` is found:
    everybody's documents would be filed under ``nom``, and removed.

    A number counts at the head of a name, from three figures on and unless it may be a year; a
    student's name whole, in any order; for a folder, the surname alone.

    Raises:
        Refus: naming what was found, and whose it is.
    """
    numeros: dict[str, Eleve] = {}
    familles: dict[str, list[Eleve]] = {}
    sien = set(name_words(nom))
    for autre in autres:
        mots = name_words(autre.nom_complet)
        if not mots or set(mots) <= sien:
            continue
        if len(autre.numero) >= 3 and not _ANNEE.fullmatch(autre.numero):
            numeros[autre.numero.casefold()] = autre
        for mot in name_words(autre.nom) or mots:
            familles.setdefault(mot, []).append(autre)
    for piece, est_dossier in _pieces(source, fichiers):
        mots = name_words(piece.name if est_dossier else piece.stem)
        tete = _TETE.search(piece.name)
        trouve = numeros.get(tete[0].casefold()) if tete else None
        possibles = [e for mot in mots if mot not in sien for e in familles.get(mot, ())]
        for eleve in possibles:
            famille = set(name_words(eleve.nom))
            if set(name_words(eleve.nom_complet)) <= set(mots) or (
                est_dossier and famille == set(mots)
            ):
                trouve = eleve
        if trouve is not None:
            raise Refus(
                f"« {piece} » semble être à {trouve.nom_complet} (n° {trouve.numero}) : "
                f"« {source} » n'est pas le dossier {of(nom)} seulement.",
                "Donnez après --documents le dossier de cet élève, ou rangez ce document "
                "ailleurs. Rien n'a été écrit.",
            )


def _pieces(source: Path, fichiers: Iterable[str]) -> Iterator[tuple[PurePosixPath, bool]]:
    """The folder itself, the files, and the folders between; whether each is a folder."""
    reel = source.resolve()
    yield PurePosixPath(reel.name), reel.is_dir()
    vus: set[PurePosixPath] = set()
    for fichier in fichiers:
        chemin = PurePosixPath(fichier.removeprefix(PREFIXE))
        yield chemin, False
        for dossier in chemin.parents:
            if dossier.name and dossier not in vus:
                vus.add(dossier)
                yield dossier, True
