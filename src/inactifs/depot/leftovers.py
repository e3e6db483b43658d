"""What a command that was killed, a renamed workbook or a link leaves beside the workbook."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from inactifs.depot import kept
from inactifs.depot.disk import (
    DOSSIER_DISCRET,
    EN_COURS,
    kept_beside,
    remove_file,
    remove_tree,
)
from inactifs.depot.faults import shown
from inactifs.erreurs import FichierInvalide

_MINUTE = 60.0
"""Seconds after which an unfinished file is nobody's any more."""


def unfinished(cible: Path) -> list[Path]:
    """The hidden files and folders that commands killed in the middle have left around."""
    restes: list[Path] = []
    for dossier in (cible.parent, cible.parent / "archives", cible.parent / "archives/dossiers"):
        with suppress(OSError), os.scandir(dossier) as entrees:
            noms = [e.name for e in entrees if e.name[:1] == "." and e.name.endswith(EN_COURS)]
            restes += [dossier / nom for nom in sorted(noms)]
    return restes


def sweep(cible: Path) -> None:
    """Removes them, unless a command may still be at work on them."""
    for reste in unfinished(cible):
        with suppress(OSError):
            if time.time() - reste.lstat().st_mtime > _MINUTE:
                (remove_tree if reste.is_dir() and not reste.is_symlink() else remove_file)(reste)


def links(cible: Path) -> list[str]:
    """One sentence for each link that leads what is kept beside the workbook elsewhere."""
    phrases = []
    for dossier, quoi in (
        (cible.parent / DOSSIER_DISCRET, "les versions gardées du classeur"),
        (kept_beside(cible), "les versions gardées du classeur"),
        (cible.parent / "archives", "les archives"),
    ):
        if dossier.is_symlink():
            ou = os.path.realpath(dossier)
            phrases.append(f"« {shown(dossier)} » est un lien : {quoi} vont dans « {ou} ».")
    return phrases


def remarks(cible: Path) -> list[str]:
    """What ``check`` has to say of the files around the workbook, in French."""
    phrases = links(cible)
    if restes := unfinished(cible):
        noms = " », « ".join(str(shown(r)) for r in restes)
        phrases.append(
            f"« {noms} » : laissé par une commande arrêtée en cours de route ; la prochaine "
            "écriture le supprimera, une minute passée."
        )
    if conseil := elsewhere(cible):
        phrases.append(conseil)
    return phrases


def elsewhere(cible: Path) -> str:
    """Where the versions of this workbook may be when there are none of its name."""
    with suppress(FichierInvalide):
        if kept.load(cible):
            return ""
    if orphelins := [shown(d) for d in _orphans(cible)]:
        noms = " », « ".join(map(str, orphelins))
        return (
            f"S'il portait un autre nom, ses versions sont peut-être dans « {noms} » : remettez "
            "l'ancien nom, ou copiez-en la version voulue."
        )
    return ""


def renamed_from(cible: Path) -> Path | None:
    """The discreet folder of the name that this workbook had before, if it is known for sure:
    nothing bears that name any more, and the last write kept there made these very bytes."""
    try:
        orphelins = [] if kept.load(cible) else list(_orphans(cible))
    except FichierInvalide:
        return None
    if not orphelins:
        return None
    marque = kept.mark(kept.digest(cible.read_bytes()))
    for dossier in orphelins:
        with suppress(FichierInvalide):
            copies = [c for c in kept.copies_in(dossier) if not c.annulee]
            if copies and copies[-1].empreinte_apres == marque:
                return dossier
    return None


def follow_renamed(cible: Path) -> None:
    """Gives a renamed workbook its versions back, under its new name."""
    with suppress(OSError):
        propre = kept_beside(cible)
        if not propre.is_dir() and (ancien := renamed_from(cible)) is not None:
            ancien.rename(propre)


def _orphans(cible: Path) -> Iterator[Path]:
    """The discreet folders beside, whose workbook bears their name no more."""
    with suppress(OSError), os.scandir(cible.parent / DOSSIER_DISCRET) as entrees:
        for entree in sorted(entrees, key=lambda e: e.name):
            propre = Path(entree.path)
            renomme = not os.path.lexists(cible.parent / entree.name)
            if renomme and propre.suffix == cible.suffix and entree.is_dir():
                yield propre
