"""A student's documents: which files a folder holds, whose they are, and removing them once
archived."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from inactifs.archives.storing import digest_of, read_manifest, unreadable
from inactifs.depot.disk import remove_file
from inactifs.erreurs import FichierInvalide, Refus
from inactifs.mots import of
from inactifs.procedure.modele import Eleve
from inactifs.registre import name_words

PREFIXE = "documents/"


def documents_in(source: Path, classeur: Path, racine: Path) -> dict[str, Path]:
    """The files of a student's folder (or the one file) by the name that they take in the archive;
    ``racine`` is the folder of the archives.

    Raises:
        FichierInvalide: nothing is there, or something that cannot be copied faithfully: a
            link, a file that cannot be read.
        Refus: the folder holds the workbook or the archives, or is one of these.
    """
    if not os.path.lexists(source):
        raise FichierInvalide(
            f"Le dossier de documents « {source} » n'existe pas.",
            "Vérifiez son nom après --documents. Rien n'a été écrit.",
        )
    reel, livre, archives = (Path(os.path.realpath(p)) for p in (source, classeur, racine))
    if livre.is_relative_to(reel) or archives.is_relative_to(reel) or reel.is_relative_to(archives):
        raise Refus(
            f"« {source} » contient le classeur ou les archives : ce n'est pas le dossier d'un "
            "élève.",
            "Donnez après --documents le dossier de cet élève seulement.",
        )
    dossier = source if source.is_dir() and not source.is_symlink() else source.parent
    noms = sorted((f.relative_to(dossier).as_posix(), f) for f in _files(source))
    fichiers = {PREFIXE + nom: fichier for nom, fichier in noms}
    if not fichiers:
        raise FichierInvalide(
            f"Le dossier de documents « {source} » est vide.",
            "Vérifiez son nom, ou clôturez sans --documents. Rien n'a été écrit.",
        )
    return fichiers


def remove_originals(source: Path, fichiers: Mapping[str, Path], archive: Path) -> list[Path]:
    """Remove the originals of which the archive holds the very bytes, then the empty folders; what
    stays is returned: it changed since it was copied, is new, or cannot be removed."""
    empreintes = {f.nom: (f.octets, f.sha256) for f in read_manifest(archive).fichiers}
    for nom, chemin in fichiers.items():
        with suppress(OSError):
            if digest_of(chemin) == digest_of(archive / nom) == empreintes[nom]:
                remove_file(chemin)
    if not source.is_dir():
        return [source] if os.path.lexists(source) else []
    restes: list[Path] = []
    for dossier, _, noms in os.walk(source, topdown=False):
        restes += [Path(dossier, nom) for nom in noms]
        with suppress(OSError):  # not empty
            Path(dossier).rmdir()
    return restes or ([source] if os.path.lexists(source) else [])


def _files(source: Path) -> Iterator[Path]:
    """Every file of a folder, or the file itself; a link, a device, or a name that cannot be
    printed is refused."""

    def refuse(faute: OSError) -> None:
        raise unreadable(Path(faute.filename), faute) from faute

    chemins = [source]
    if source.is_dir() and not source.is_symlink():
        etages = os.walk(source, onerror=refuse)
        chemins = [Path(etage, nom) for etage, sous, noms in etages for nom in (*sous, *noms)]
    for chemin in chemins:
        mode = chemin.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise FichierInvalide(
                f"« {chemin} » est un lien ou un fichier spécial : il ne peut pas être archivé.",
                "Remplacez-le par le document lui-même, puis relancez. Rien n'a été écrit.",
            )
        try:
            chemin.name.encode()
        except UnicodeEncodeError:
            raise FichierInvalide(
                f"Le nom du document « {chemin.name!a} » contient des caractères illisibles.",
                "Renommez-le, puis relancez. Rien n'a été écrit.",
            ) from None
        if stat.S_ISREG(mode):
            yield chemin


_TETE = re.compile(r"[^\W_]+")
_ANNEE = re.compile(r"(19|20)\d\d")


def require_own(source: Path, fichiers: Iterable[str], nom: str, autres: Iterable[Eleve]) -> None:
    """Refuse a folder in which the number, the name or the folder of one of ``autres`` is found:
    everybody's documents would be filed under ``nom``, and removed.

    A number counts at the head of a name, from three figures on and unless it may be a year; a
    student's name whole, in any order; for a folder, the surname alone.
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
        for eleve in (e for mot in mots if mot not in sien for e in familles.get(mot, ())):
            entier = set(name_words(eleve.nom_complet)) <= set(mots)
            if entier or (est_dossier and set(name_words(eleve.nom)) == set(mots)):
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
    for fichier in fichiers:
        chemin = PurePosixPath(fichier.removeprefix(PREFIXE))
        yield chemin, False
        yield from ((dossier, True) for dossier in chemin.parents if dossier.name)
