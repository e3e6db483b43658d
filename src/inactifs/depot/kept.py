"""The versions kept beside the workbook, in ``.inactifs/<name>/`` (contract, promise 4).

Before every write the version that it replaces is copied there. At most :data:`MAX_VERSIONS`
versions, :data:`MAX_ANNULEES` states put aside by ``undo``, and :data:`MAX_OCTETS` bytes in all
are kept, the oldest go first; the last of each kind is kept whatever its size. After a purge,
all the versions from before it go: they name the people that it took out.

Each copy's name carries its rank, its time, and the beginning of the SHA-256 of the workbook
after the write (paths are short on Windows), so that nothing needed to go back is lost with the
index, which adds who and which command. Order is by rank: clocks are set back, ranks are not.
All of this is called under the workbook's lock, except :func:`load`. Beside them lies what a
command that was killed, a renamed workbook or a link leaves (:func:`remarks`, :func:`sweep`).
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inactifs.depot import disk
from inactifs.depot.disk import kept_beside
from inactifs.depot.faults import shown
from inactifs.erreurs import FichierInvalide

MAX_VERSIONS = 50
MAX_ANNULEES = 10
MAX_OCTETS = 200 * 1024 * 1024

PURGE = "purge"
"""The command whose write cannot be gone back from."""

_INDEX = "index.json"
_ANNULEE = "annulee"
_NOM = re.compile(r"(\d{6,})-(\d{8}T\d{6})-([0-9a-f]{16}|[0-9a-f]{64}|annulee)(?:\.[^.]+)?")


@dataclass(frozen=True)
class Ecriture:
    """A write: when, by whom, by which command."""

    quand: datetime
    operateur: str
    commande: str


@dataclass(frozen=True)
class Version(Ecriture):
    """A copy of the workbook as it was before a write: ``empreinte_avant`` is its SHA-256,
    ``empreinte_apres`` the :func:`mark` of what was written (empty for a state that ``undo`` put
    aside: it is kept, not gone back to)."""

    rang: int
    chemin: Path
    empreinte_avant: str
    empreinte_apres: str

    @property
    def annulee(self) -> bool:
        """Whether this is a state put aside by ``undo``."""
        return not self.empreinte_apres


def digest(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    import hashlib  # with OpenSSL, 3.5 MB that only a write needs

    return hashlib.sha256(data).hexdigest()


def mark(empreinte: str) -> str:
    """What a copy's name keeps of a SHA-256: enough to know a workbook again."""
    return empreinte[:16]


def load(dossier: Path) -> list[Version]:
    """Every copy that a discreet folder holds, oldest first; one that the index, lost or damaged,
    does not know is described from its name and content. ``FichierInvalide``: this account may not
    read the folder."""
    try:
        copies = [c for c in dossier.iterdir() if _NOM.fullmatch(c.name)]
    except FileNotFoundError:
        return []
    except OSError as erreur:
        raise FichierInvalide(
            f"Le dossier « {shown(dossier)} », qui garde les versions du classeur, ne peut "
            "pas être lu.",
            "Utilisez le compte qui tient le classeur.",
        ) from erreur
    index = _read_index(dossier)
    return sorted((_version(c, index.get(c.name)) for c in copies), key=lambda v: v.rang)


def sort_out(copies: Sequence[Version], empreinte: str) -> tuple[list[Version], list[Version]]:
    """The writes that can be gone back from, and the copies from before the last purge, which is
    for good; oldest first, when the workbook has this hash. The last writes are left out when they
    never took place, the program having been killed between the copy and the swap: the workbook is
    still what it was before them."""
    faites = [c for c in copies if not c.annulee]
    while faites and faites[-1].empreinte_avant == empreinte:
        if faites[-1].empreinte_apres == mark(empreinte):
            break
        faites.pop()
    purge = max((v.rang for v in faites if v.commande == PURGE), default=0)
    return [v for v in faites if v.rang > purge], [c for c in copies if c.rang <= purge]


def ends_with_purge(chemin: Path) -> bool:
    """Whether the last write noted was a purge: why there is nothing to go back to."""
    index = _read_index(kept_beside(chemin))
    return bool(index) and index[max(index)].get("commande") == PURGE


def keep(chemin: Path, data: bytes, ecriture: Ecriture, avant: str, apres: str) -> Version:
    """Copies ``data``, the workbook's present content, to the disk before a write."""
    dossier = disk.private_folder(chemin)
    copies = load(dossier)
    rang = copies[-1].rang + 1 if copies else 1
    nom = f"{rang:06d}-{ecriture.quand:%Y%m%dT%H%M%S}-{mark(apres) or _ANNULEE}{chemin.suffix}"
    version = Version(**vars(ecriture), rang=rang, chemin=dossier / nom,
                      empreinte_avant=avant, empreinte_apres=mark(apres))  # fmt: skip
    index = {
        c.chemin.name: {
            "quand": c.quand.isoformat(),
            "operateur": c.operateur,
            "commande": c.commande,
            "avant": c.empreinte_avant,
        }
        for c in (*copies, version)
    }
    try:
        disk.write_private(version.chemin, data)
        disk.write_private(dossier / _INDEX, json.dumps(index, ensure_ascii=False).encode())
        disk.sync_folder(dossier)
    except BaseException:
        version.chemin.unlink(missing_ok=True)
        raise
    return version


def tidy(chemin: Path, empreinte: str) -> None:
    """After a write: removes the copies of writes that never took place and those beyond the
    bounds. ``empreinte`` is the workbook's hash."""
    toutes = load(kept_beside(chemin))
    versions, purgees = sort_out(toutes, empreinte)
    versions = versions[-MAX_VERSIONS:]
    annulees = [c for c in toutes if c.annulee and c not in purgees][-MAX_ANNULEES:]
    tailles = {c.chemin: c.chemin.stat().st_size for c in (*versions, *annulees)}
    anciennes = sorted((*versions[:-1], *annulees[:-1]), key=lambda v: v.rang)
    while anciennes and sum(tailles.values()) > MAX_OCTETS:
        del tailles[anciennes.pop(0).chemin]
    for copie in toutes:
        if copie.chemin not in tailles:
            disk.remove_file(copie.chemin)


def _version(copie: Path, connu: dict[str, str] | None) -> Version:
    rang, heure, apres = copie.stem.split("-")
    apres = "" if apres == _ANNULEE else mark(apres)
    try:
        connu = connu or {}
        quand = datetime.fromisoformat(connu["quand"])
        operateur, commande, avant = connu["operateur"], connu["commande"], connu["avant"]
    except (KeyError, TypeError, ValueError):
        operateur, commande, quand, avant = "inconnu", "inconnue", datetime.min, ""
        with suppress(ValueError):
            quand = datetime.strptime(heure, "%Y%m%dT%H%M%S")
        with suppress(OSError):  # else nothing has this hash: it will not be gone back to
            avant = digest(copie.read_bytes())
    return Version(quand, operateur, commande, int(rang), copie, avant, apres)


def _read_index(dossier: Path) -> dict[str, dict[str, str]]:
    index: object = None
    with suppress(OSError, ValueError):
        index = json.loads((dossier / _INDEX).read_bytes())
    return index if isinstance(index, dict) else {}


_MINUTE = 60.0
"""Seconds after which an unfinished file is nobody's any more."""


def unfinished(cible: Path) -> list[Path]:
    """The hidden files and folders that commands killed in the middle have left around."""
    restes: list[Path] = []
    for dossier in (cible.parent, cible.parent / "archives", cible.parent / "archives/dossiers"):
        with suppress(OSError):
            caches = (c for c in dossier.iterdir() if c.name.startswith("."))
            restes += sorted(c for c in caches if c.name.endswith(disk.EN_COURS))
    return restes


def sweep(cible: Path) -> None:
    """Removes them, unless a command may still be at work on them."""
    for reste in unfinished(cible):
        with suppress(OSError):
            if time.time() - reste.lstat().st_mtime > _MINUTE:
                dossier = reste.is_dir() and not reste.is_symlink()
                (disk.remove_tree if dossier else disk.remove_file)(reste)


def links(cible: Path) -> list[str]:
    """One sentence for each link that leads what is kept beside the workbook elsewhere."""
    versions, archives = "les versions gardées du classeur", cible.parent / "archives"
    commun, propre = cible.parent / disk.DOSSIER_DISCRET, kept_beside(cible)
    return [
        f"« {shown(lien)} » est un lien : {quoi} vont dans « {os.path.realpath(lien)} »."
        for lien, quoi in ((commun, versions), (propre, versions), (archives, "les archives"))
        if lien.is_symlink()
    ]


def remarks(cible: Path) -> list[str]:
    """What ``check`` has to say of the files around the workbook, in French."""
    phrases = links(cible)
    if restes := unfinished(cible):
        phrases.append(
            f"« {_listed(restes)} » : laissé par une commande arrêtée en cours de route ; la "
            "prochaine écriture le supprimera, une minute passée."
        )
    if ailleurs := elsewhere(cible):
        phrases.append(ailleurs)
    return phrases


def elsewhere(cible: Path) -> str:
    """Where the versions of this workbook may be when there are none of its name."""
    if orphelins := list(_orphans(cible)):
        return (
            f"S'il portait un autre nom, ses versions sont peut-être dans « {_listed(orphelins)} »"
            " : remettez l'ancien nom, ou copiez-en la version voulue."
        )
    return ""


def _listed(chemins: Sequence[Path]) -> str:
    return " », « ".join(str(shown(chemin)) for chemin in chemins)


def renamed_from(cible: Path) -> Path | None:
    """The discreet folder of the name that this workbook had before, if it is known for sure:
    nothing bears that name any more, and the last write kept there made these very bytes."""
    for dossier in _orphans(cible):
        with suppress(FichierInvalide):
            copies = [c for c in load(dossier) if not c.annulee]
            if copies and copies[-1].empreinte_apres == mark(digest(cible.read_bytes())):
                return dossier
    return None


def follow_renamed(cible: Path) -> None:
    """Gives a renamed workbook its versions back, under its new name."""
    with suppress(OSError):
        propre = kept_beside(cible)
        if not propre.is_dir() and (ancien := renamed_from(cible)) is not None:
            ancien.rename(propre)


def _orphans(cible: Path) -> Iterator[Path]:
    """The discreet folders beside, whose workbook bears their name no more; none where this
    workbook has versions of its own."""
    with suppress(OSError, FichierInvalide):
        if load(kept_beside(cible)):
            return
    with suppress(OSError):
        for propre in sorted((cible.parent / disk.DOSSIER_DISCRET).iterdir()):
            renomme = not os.path.lexists(cible.parent / propre.name)
            if renomme and propre.suffix == cible.suffix and propre.is_dir():
                yield propre
