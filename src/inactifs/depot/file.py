"""The file: read whole, written in one rename, with the version before it kept.

Knows files, not students nor XML. What is promised (contract, section 7, 2 to 4), and how:

* all or nothing: the new file is written beside, flushed to the disk, and takes the name in
  one rename; permissions, and the owner where the account may, are those of the file before;
  a symbolic link stays a link. A *hard* link does not: its other name keeps the file before;
* no lost update: one ``inactifs`` at a time (:func:`locks.lock`), nobody else has the file
  open as far as can be seen, and just before the rename its content, not its time, is
  compared with what was read;
* a way back: before the rename, the file before is copied and flushed (:mod:`kept`).

Not guaranteed: on a network share, that the server's rename outlives a failure of the server;
that a program which keeps no lock file (LibreOffice set so, a synchronised folder) does not
save within the millisecond between the comparison and the rename; on Windows, access rights
given to the workbook alone (those of its folder are kept).
"""

from __future__ import annotations

import dataclasses
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from inactifs.depot import disk, kept
from inactifs.depot.disk import EN_COURS, kept_beside, resolved, sync_folder, write_new
from inactifs.depot.faults import discard, faults, patiently, shown
from inactifs.depot.kept import Ecriture, Version
from inactifs.depot.locks import lock, refuse_if_open_elsewhere
from inactifs.erreurs import ClasseurOccupe, FichierInvalide, Refus

MAX_CLASSEUR = 200 * 1024 * 1024
"""Bytes above which a workbook is not read."""

_ESSAIS, _PAUSE = 5, 0.2  # a file being saved is read again: within one second

_ZIP, _FIN_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, or encrypted: ``ooxml`` says which


@dataclass(frozen=True)
class Source:
    """A workbook as read: ``chemin`` is the file itself, where a symbolic link led."""

    chemin: Path
    data: bytes

    @cached_property
    def empreinte(self) -> str:
        """The SHA-256 of ``data``, in hexadecimal; computed when it is asked for."""
        return kept.digest(self.data)


def read(chemin: Path) -> Source:
    """Reads a workbook, never half of it: a file that changes meanwhile is read again.
    FichierInvalide: absent, a folder, forbidden, empty, too big, cut short, no spreadsheet at all;
    ClasseurOccupe: it never stops changing, or another program holds it."""
    cible = resolved(chemin)
    for essai in range(_ESSAIS):
        if essai:
            time.sleep(_PAUSE)
        data = read_bytes(cible)
        if data is None:
            continue
        fin = data.rfind(_FIN_ZIP, max(0, len(data) - 22 - 0xFFFF))
        remarque = int.from_bytes(data[fin + 20 : fin + 22], "little")  # APPNOTE 6.3, 4.3.16
        entier = data.startswith(_ZIP) and 0 <= fin <= len(data) - 22 - remarque
        if entier or data.startswith(_OLE):
            return Source(cible, data)
        if not _ZIP.startswith(data[: len(_ZIP)]):
            defaut = "n'est pas un classeur Excel (.xlsx ou .xlsm)"
            break
        defaut = "est incomplet : son enregistrement a été interrompu" if data else "est vide"
    if data is None:
        raise ClasseurOccupe(
            f"« {cible.name} » est en cours d'enregistrement par un autre logiciel.",
            "Attendez la fin de l'enregistrement, puis relancez la commande.",
        )
    conseil = "Essayez de l'ouvrir dans Excel, ou reprenez une sauvegarde."
    with suppress(FichierInvalide):
        if kept.load(kept_beside(cible)):
            conseil = (
                "Essayez de l'ouvrir dans Excel ; « inactifs undo --force » remet la version "
                "d'avant la dernière écriture."
            )
    raise FichierInvalide(f"Le fichier « {shown(cible)} » {defaut}.", conseil)


def read_bytes(cible: Path) -> bytes | None:
    """The file's content, whatever it is; None when it changed while it was read."""
    disk.require_file(cible)
    with disk.reading(cible), patiently(lambda: cible.open("rb"), cible) as fichier:
        avant = os.fstat(fichier.fileno())
        if avant.st_size > MAX_CLASSEUR:
            raise FichierInvalide(
                f"« {shown(cible)} » est trop gros : {avant.st_size / 2**20:.0f} Mio, pour "
                f"{MAX_CLASSEUR // 2**20} au plus.",
                "Retirez-en les images ou les anciennes feuilles, dans une copie.",
            )
        data = patiently(fichier.read, cible)
        apres = os.fstat(fichier.fileno())
    stable = (avant.st_mtime_ns, avant.st_size) == (apres.st_mtime_ns, len(data))
    return data if stable else None


def replace(
    source: Source, nouveau: bytes, *, commande: str, operateur: str, quand: datetime
) -> str:
    """Writes ``nouveau`` in place of the workbook read as ``source``, unless it is the same; the
    version before is kept, with ``commande``, ``operateur`` and ``quand``. Returns a French notice
    when a stale lock was passed over, or when a link leads the kept versions elsewhere.

    ErreurInactifs, the workbook untouched: open elsewhere, changed since it was read, an archive,
    forbidden, or the disk refuses."""
    if nouveau == source.data:
        return ""
    apres = kept.digest(nouveau)
    with lock(source.chemin, operateur=operateur):
        avis = refuse_if_open_elsewhere(source.chemin)
        _swap(source, nouveau, Ecriture(quand, operateur, commande), apres)
        with suppress(OSError, FichierInvalide):  # the write is done: tidying can wait
            kept.tidy(source.chemin, apres)
            kept.sweep(source.chemin)
    return " ".join(filter(None, (avis, *kept.links(source.chemin))))


def create(chemin: Path, data: bytes, mode: int = 0o666) -> None:
    """Writes a file that does not exist yet, whole or not at all. ClasseurOccupe: a file of this
    name exists, be it since a moment ago; another ErreurInactifs: there is no such folder, it is
    forbidden, or the disk refuses."""
    cible = resolved(chemin)
    if not cible.parent.is_dir():
        raise FichierInvalide(
            f"Le dossier « {shown(cible.parent)} » n'existe pas.", "Créez-le, ou vérifiez son nom."
        )
    en_cours = cible.with_name(f".{cible.name}.{os.getpid()}{EN_COURS}")
    try:
        with faults(cible):
            write_new(en_cours, data, mode=mode)  # less the umask: as any new document
            _take_name(en_cours, cible)
    finally:
        discard(en_cours)
    sync_folder(cible.parent)


def _take_name(en_cours: Path, cible: Path) -> None:
    """Gives a new file its name, unless the name is taken."""
    try:
        if os.name == "nt":
            en_cours.rename(cible)
            return
        try:
            os.link(en_cours, cible)
        except FileExistsError:
            raise
        except OSError:  # a disk without hard links: the name is taken first, by an empty file
            os.close(os.open(cible, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            en_cours.replace(cible)
    except FileExistsError as erreur:
        raise ClasseurOccupe(
            f"Le fichier « {shown(cible)} » existe déjà : il n'a pas été remplacé.",
            "Relancez la commande, ou choisissez un autre nom.",
        ) from erreur


def versions(chemin: Path) -> list[Version]:
    """The versions that ``undo`` can go back to, the last one first."""
    cible = resolved(chemin)
    empreinte = kept.digest(read_bytes(cible) or b"")
    dossier = kept.renamed_from(cible) or kept_beside(cible)
    return kept.sort_out(kept.load(dossier), empreinte)[0][::-1]


def forget(source: Source) -> list[Path]:
    """Removes the versions from before the last purge; those that could not be are returned. Every
    write does as much, so that a purge that was interrupted is finished by the next one."""
    with lock(source.chemin):
        empreinte = kept.digest(read_bytes(source.chemin) or b"")
        with suppress(OSError):
            kept.tidy(source.chemin, empreinte)
        purgees = kept.sort_out(kept.load(kept_beside(source.chemin)), empreinte)[1]
        return [version.chemin for version in purgees]


def undo(chemin: Path, *, operateur: str, quand: datetime, force: bool = False) -> Version:
    """Puts back, byte for byte, the workbook as it was before the last write; called again, one
    write further back. ``force``: also when it was changed by hand since (it may be damaged).
    Returns the write undone; its ``chemin`` is the copy of the state put aside, noted with
    ``operateur`` and ``quand``.

    The workbook untouched, Refus: nothing to undo, a change by hand since, an archive; another
    ErreurInactifs: open elsewhere, forbidden, a damaged copy, the disk refuses."""
    cible = resolved(chemin)
    with lock(cible, operateur=operateur):
        data = read_bytes(cible)
        if data is None:
            raise _changed(cible)
        actuel = Source(cible, data)
        derniere = _last_write(actuel, force)
        refuse_if_open_elsewhere(cible)
        with faults(derniere.chemin, reading=True):
            avant = patiently(derniere.chemin.read_bytes, derniere.chemin)
        if kept.digest(avant) != derniere.empreinte_avant:
            raise FichierInvalide(
                f"La version gardée « {shown(derniere.chemin)} » est abîmée : rien n'a été "
                "modifié.",
                "Les versions plus anciennes sont dans le même dossier.",
            )
        annulee = _swap(actuel, avant, Ecriture(quand, operateur, "undo"), "")
        with suppress(OSError, FichierInvalide):  # else the next write removes the copy put back
            kept.tidy(cible, derniere.empreinte_avant)
    return dataclasses.replace(derniere, chemin=annulee.chemin)


def _last_write(actuel: Source, force: bool) -> Version:
    """The write to undo, or the refusal."""
    cible = actuel.chemin
    possibles, _ = kept.sort_out(kept.load(kept_beside(cible)), actuel.empreinte)
    if not possibles and kept.ends_with_purge(cible):
        raise Refus(
            f"La dernière écriture de « {cible.name} » est une purge : elle ne s'annule pas.",
            "Les versions d'avant ont été supprimées, puisqu'elles nommaient les personnes.",
        )
    if not possibles:
        raise Refus(
            f"Rien à annuler : aucune version antérieure de « {cible.name} ».",
            kept.elsewhere(cible),
        )
    derniere = possibles[-1]
    if kept.mark(actuel.empreinte) != derniere.empreinte_apres and not force:
        raise Refus(
            f"« {cible.name} » a été modifié à la main depuis « {derniere.commande} », du "
            f"{derniere.quand:%d/%m/%Y à %H:%M} : l'annuler effacerait aussi ces changements.",
            "Pour revenir malgré tout à la version d'avant, ajoutez « --force » : l'état "
            "actuel sera gardé à part.",
        )
    return derniere


def _swap(source: Source, nouveau: bytes, ecriture: Ecriture, apres: str) -> Version:
    """New file, copy of the old one, a last look, rename; the copy made. A process killed at any
    point leaves the file before, whole, until the rename. ``apres`` is the hash of what is written,
    empty when the old one is only put aside."""
    cible = source.chemin
    if not os.access(cible, os.W_OK):
        raise FichierInvalide(
            f"« {shown(cible)} » est en lecture seule : il n'a pas été modifié.",
            "Retirez cette protection dans les propriétés du fichier, ou vérifiez vos droits.",
        )
    en_cours = cible.with_name(f".{cible.name}{EN_COURS}")
    copie = present = None
    try:
        with faults(cible):
            write_new(en_cours, nouveau, comme=cible)
            copie = kept.keep(cible, source.data, ecriture, source.empreinte, apres)
        refuse_if_open_elsewhere(cible)
        with suppress(FichierInvalide):  # moved or removed
            present = read_bytes(cible)
        if present != source.data:
            raise _changed(cible)
        with faults(cible):
            patiently(lambda: en_cours.replace(cible), cible)
    except BaseException:
        if copie is not None and en_cours.exists():  # whatever happened, it was not renamed
            discard(copie.chemin)
        discard(en_cours)
        raise
    sync_folder(cible.parent)
    return copie


def _changed(cible: Path) -> ClasseurOccupe:
    return ClasseurOccupe(
        f"« {cible.name} » a été modifié entre-temps par quelqu'un d'autre : rien n'a été écrit.",
        "Relancez la commande : elle tiendra compte de ces changements.",
    )
