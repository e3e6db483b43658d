"""An archive: made whole or not at all, never over another one, with its manifest, and verified.

The manifest is a readable JSON file that says what was put there. Its own hash is in it, so that a
figure altered in it shows as a file altered does; it is no signature: whoever rewrites everything,
hashes included, is not found out.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path, PureWindowsPath
from typing import Any, NamedTuple

from inactifs import __version__
from inactifs.depot.disk import EN_COURS, make_private, remove_tree, sync_folder, write_new
from inactifs.depot.faults import faults, write_fault
from inactifs.depot.kept import digest
from inactifs.erreurs import ErreurInactifs, FichierInvalide

NOM = "manifeste.json"
OUTIL = f"inactifs {__version__}"
FORMAT = "inactifs-archive/1"
_SCEAU = "sha256_du_manifeste"
DOSSIER = "archives"
DOSSIERS_CLOS = "dossiers"
_MORCEAU = 1 << 20
_LECTURE_SEULE = 0o400
_LIRE = "de le lire"
_MOIS = re.compile(r"(\d{4}-\d{2})(?:-(\d+))?")
_LAISSES_PAR_LE_SYSTEME = re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\.~lock\..*#", re.I)
"""What a system or a spreadsheet program leaves behind when somebody looks at a folder."""


class Fichier(NamedTuple):
    """A file of an archive; ``nom`` is relative to its folder, with « / » everywhere."""

    nom: str
    octets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifeste:
    """What an archive holds, who made it, when and with what. ``genre`` is « bilan », « dossier »
    or « preuves »; ``contenu`` is what it is about: the month and its figures, the student; its
    keys stand beside the others in the JSON document."""

    genre: str
    quand: datetime
    par: str
    outil: str
    contenu: Mapping[str, Any] = field(default_factory=dict)
    fichiers: tuple[Fichier, ...] = ()


def to_json(manifeste: Manifeste) -> bytes:
    """The manifest's file, in UTF-8."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "genre": manifeste.genre,
        "etabli_le": manifeste.quand.isoformat(),
        "par": manifeste.par,
        "outil": manifeste.outil,
        **manifeste.contenu,
        "fichiers": [fichier._asdict() for fichier in manifeste.fichiers],
    }
    document[_SCEAU] = _seal(document)
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def from_json(data: bytes) -> Manifeste:
    """The manifest that a file holds.

    Raises:
        ValueError: it is not one, or was altered; the text is a French sentence.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("le manifeste n'est pas lisible") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("ce n'est pas le manifeste d'une archive d'inactifs")
    if document.pop(_SCEAU, None) != _seal(document):
        raise ValueError("le manifeste a été modifié")
    del document["format"]
    try:
        genre, par, outil = (str(document.pop(cle)) for cle in ("genre", "par", "outil"))
        quand = datetime.fromisoformat(document.pop("etabli_le"))
        fichiers = tuple(
            Fichier(str(f["nom"]), int(f["octets"]), str(f["sha256"]))
            for f in document.pop("fichiers")
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError("le manifeste est incomplet") from None
    # Windows's rules are the stricter: « C:x », « \x » and « /x » all lead elsewhere.
    noms = [PureWindowsPath(f.nom) for f in fichiers]
    if any(nom.drive or nom.root or ".." in nom.parts for nom in noms):
        raise ValueError("le manifeste désigne un fichier hors de l'archive")
    return Manifeste(genre, quand, par, outil, document, fichiers)


def _seal(document: Mapping[str, Any]) -> str:
    """The hash of a document, whatever the order of its keys and its spacing."""
    return digest(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())


def read_manifest(archive: Path) -> Manifeste:
    """The manifest of an archive; raises ``OSError``, or as :func:`from_json`."""
    return from_json((archive / NOM).read_bytes())


def root_of(classeur: Path) -> Path:
    """The folder of the archives of a workbook: beside it, or the one in which it lies itself."""
    reel = Path(os.path.realpath(classeur))
    return next((p for p in reel.parents if p.name.casefold() == DOSSIER), reel.parent / DOSSIER)


def write_archive(
    racine: Path, nom: str, contenu: Mapping[str, bytes | Path], manifeste: Manifeste
) -> Path:
    """Put ``contenu`` (by name, with « / »: bytes, or the file to copy) and its manifest, of which
    ``fichiers`` is filled in here, into ``racine/nom``, else ``nom-2``, ``nom-3``…

    The folder is built beside, under a hidden name, each file flushed and read back, and takes
    its name in one rename. It is readable by its owner alone, and its files cannot be written.

    Raises:
        FichierInvalide: a file to copy cannot be read, or the account may not write there.
        ErreurInactifs: the disk is full, fails, or gives back other bytes than it was given.
            In every case nothing is left there.
    """
    en_cours = racine / f".{nom}.{os.getpid()}{EN_COURS}"
    try:
        with faults(racine / nom):
            _private_folder(racine)
            shutil.rmtree(en_cours, ignore_errors=True)
            make_private(en_cours)
        fichiers = tuple(_put(en_cours, f, source) for f, source in contenu.items())
        with faults(racine / nom):
            write_new(en_cours / NOM, to_json(replace(manifeste, fichiers=fichiers)))
            sync_folder(en_cours)
            chemin = _take_name(en_cours, racine, nom)
    finally:
        shutil.rmtree(en_cours, ignore_errors=True)
    sync_folder(racine)
    for fichier in (NOM, *contenu):
        with suppress(OSError):  # a disk without permissions
            (chemin / fichier).chmod(_LECTURE_SEULE)
    return chemin


def remove_archive(archive: Path) -> None:
    """Take back an archive just made, the command having failed since."""
    with faults(archive):
        remove_tree(archive)


def digest_of(chemin: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file, read piece by piece; raises ``OSError``."""
    import hashlib

    with chemin.open("rb") as fichier:
        somme = hashlib.file_digest(fichier, "sha256").hexdigest()
        return fichier.tell(), somme


def _private_folder(dossier: Path) -> None:
    """Make a folder and those above it, each readable by its owner alone."""
    for parent in (*reversed(dossier.parents), dossier):
        if not parent.is_dir():
            with suppress(FileExistsError):
                make_private(parent)


def _put(dossier: Path, nom: str, source: bytes | Path) -> Fichier:
    """Copy bytes or a file, with its day, flush it, and read it back."""
    import hashlib

    cible = dossier / nom
    with faults(cible):
        _private_folder(cible.parent)
    try:
        lecture = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    except OSError as faute:
        raise unreadable(Path(faute.filename), faute) from faute
    somme, octets = hashlib.sha256(), 0
    with faults(cible):
        with lecture, cible.open("xb") as ecriture:
            cible.chmod(0o600)
            while morceau := lecture.read(_MORCEAU):
                somme.update(morceau)
                octets += ecriture.write(morceau)
            ecriture.flush()
            os.fsync(ecriture.fileno())
        if isinstance(source, Path):
            with suppress(OSError):  # the day of a document is worth keeping, not a failure
                quand = source.stat()
                os.utime(cible, ns=(quand.st_atime_ns, quand.st_mtime_ns))
        relu = digest_of(cible)
    if relu != (octets, somme.hexdigest()):
        raise ErreurInactifs(
            f"La copie de « {nom} » ne correspond pas à l'original : rien n'a été archivé.",
            "Le disque est peut-être défectueux : vérifiez-le, puis relancez la commande.",
        )
    return Fichier(nom, *relu)


def unreadable(chemin: Path, faute: OSError) -> FichierInvalide:
    """The error for a document that cannot be read."""
    raison = write_fault(faute, chemin, _LIRE)
    return FichierInvalide(
        f"Le document « {chemin} » ne peut pas être lu ({raison}).",
        "Vérifiez vos droits, fermez-le s'il est ouvert, puis relancez. Rien n'a été écrit.",
    )


def _take_name(en_cours: Path, racine: Path, nom: str) -> Path:
    for rang in count(1):
        cible = racine / (nom if rang == 1 else f"{nom}-{rang}")
        if os.path.lexists(cible):
            continue
        try:
            return en_cours.rename(cible)
        except OSError:
            if not os.path.lexists(cible):  # else another command took it meanwhile
                raise
    raise AssertionError("count() never ends")


class Defaut(NamedTuple):
    """What is wrong in an archive: ``nature`` is « manquant », « modifie », « en_trop »,
    « illisible », « manifeste » (absent or broken), « disparue » (the whole archive), or
    « inachevee »; ``raison`` is a French sentence."""

    fichier: str
    nature: str
    raison: str


@dataclass(frozen=True, slots=True)
class Controle:
    """An archive that was looked at; ``nom`` is « 2026-11 » or « dossiers/17-fontaine »."""

    nom: str
    manifeste: Manifeste | None
    defauts: tuple[Defaut, ...]

    @property
    def intacte(self) -> bool:
        return not self.defauts


def verify_all(racine: Path) -> list[Controle]:
    """Every archive of a school, the months first; folders that are not ours are left out. Raises
    ``OSError`` when that of the archives cannot be read."""
    controles = []
    for parent in (racine, racine / DOSSIERS_CLOS):
        for dossier in sorted(parent.iterdir()) if parent.is_dir() else ():
            connu = parent != racine or _MOIS.fullmatch(dossier.name) or (dossier / NOM).exists()
            if dossier.is_dir() and (connu or dossier.name.endswith(EN_COURS)):
                controles.append(_verify(dossier, dossier.relative_to(racine).as_posix()))
    return controles + _vanished({c.nom for c in controles})


def last_of_month(racine: Path, mois: str) -> Manifeste | None:
    """The manifest of the last report archived for a month (« 2026-11 ») once it was over."""
    siens = (d for d in racine.glob(f"{mois}*") if (m := _MOIS.fullmatch(d.name)) and m[1] == mois)
    finis = [
        manifeste
        for _, manifeste in readable(siens)
        if not manifeste.contenu.get("chiffres", {}).get("en_cours", True)
    ]
    return max(finis, key=lambda m: m.quand, default=None)


def readable(dossiers: Iterable[Path]) -> Iterator[tuple[Path, Manifeste]]:
    """The archives whose manifest can be read: ``check --archives`` tells of the others."""
    for dossier in dossiers:
        with suppress(OSError, ValueError):
            yield dossier, read_manifest(dossier)


def _verify(dossier: Path, nom: str) -> Controle:
    if dossier.name.endswith(EN_COURS):
        reste = Defaut("", "inachevee", "reste d'un archivage interrompu, à supprimer")
        return Controle(nom, None, (reste,))
    try:
        manifeste = read_manifest(dossier)
    except FileNotFoundError:
        raison = "le manifeste manque"
    except OSError as faute:
        raison = f"le manifeste n'est pas lisible ({write_fault(faute, dossier, _LIRE)})"
    except ValueError as faute:
        raison = str(faute)
    else:
        return Controle(nom, manifeste, tuple(_defects(dossier, manifeste.fichiers)))
    return Controle(nom, None, (Defaut(NOM, "manifeste", raison),))


def _defects(dossier: Path, fichiers: Iterable[Fichier]) -> Iterator[Defaut]:
    """What is not as the manifest says, then what it does not say, except what looking at an
    archive leaves behind."""
    connus = {NOM}
    for fichier in fichiers:
        connus.add(fichier.nom)
        chemin = dossier / fichier.nom
        try:
            if not stat.S_ISREG(chemin.lstat().st_mode):
                yield Defaut(fichier.nom, "modifie", "ce n'est plus un fichier")
            elif digest_of(chemin) != (fichier.octets, fichier.sha256):
                raison = "son contenu n'est plus celui qui a été archivé"
                yield Defaut(fichier.nom, "modifie", raison)
        except (FileNotFoundError, NotADirectoryError):
            yield Defaut(fichier.nom, "manquant", "il n'est plus là")
        except OSError as faute:
            raison = f"illisible ({write_fault(faute, chemin, _LIRE)})"
            yield Defaut(fichier.nom, "illisible", raison)
    presents = (Path(parent, nom) for parent, _, noms in os.walk(dossier) for nom in noms)
    for autre in sorted(chemin.relative_to(dossier).as_posix() for chemin in presents):
        if autre not in connus and not _LAISSES_PAR_LE_SYSTEME.fullmatch(autre.split("/")[-1]):
            yield Defaut(autre, "en_trop", "ce fichier n'est pas au manifeste")


def _vanished(noms: set[str]) -> list[Controle]:
    """The archives of a month of which a later one has the number: 2026-11-2 without 2026-11."""
    disparues = {
        trouve[1] if rang == 1 else f"{trouve[1]}-{rang}"
        for nom in noms
        if (trouve := _MOIS.fullmatch(nom)) and trouve[2]
        for rang in range(1, min(int(trouve[2]), 1000))
    } - noms
    raison = "cette archive n'est plus là, alors qu'une suivante du même mois existe"
    return [Controle(nom, None, (Defaut("", "disparue", raison),)) for nom in sorted(disparues)]
