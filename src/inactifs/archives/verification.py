"""Are the archives what they were when they were made?"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inactifs.archives.storing import DOSSIERS_CLOS, NOM, Fichier, Manifeste, digest_of, from_json
from inactifs.depot.disk import EN_COURS
from inactifs.depot.faults import write_fault

_LIRE = "de le lire"
_MOIS = re.compile(r"(\d{4}-\d{2})(?:-(\d+))?")
_LAISSES_PAR_LE_SYSTEME = re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\.~lock\..*#", re.I)
"""What a system or a spreadsheet program leaves behind when somebody looks at a folder."""


@dataclass(frozen=True, slots=True)
class Defaut:
    """What is wrong in an archive.

    ``nature`` is « manquant », « modifie », « en_trop », « illisible », « manifeste » (absent or
    broken), « disparue » (the whole archive), or « inachevee »; ``raison`` is a French sentence.
    """

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
    """Every archive of a school, the months first; folders that are not ours are left out.

    Raises:
        OSError: the folder of the archives cannot be read.
    """
    controles = [_verify(racine, dossier) for dossier in _archives(racine)]
    return controles + _vanished({c.nom for c in controles})


def last_of_month(racine: Path, mois: str) -> Manifeste | None:
    """The manifest of the last report archived for a month (« 2026-11 ») once it was over."""
    faits = []
    for dossier in racine.glob(f"{mois}*"):
        trouve = _MOIS.fullmatch(dossier.name)
        if trouve is None or trouve[1] != mois:
            continue
        with suppress(OSError, ValueError):  # ``check --archives`` tells of these
            faits.append(from_json((dossier / NOM).read_bytes()))
    finis = [m for m in faits if not m.contenu.get("chiffres", {}).get("en_cours", True)]
    return max(finis, key=lambda m: m.quand, default=None)


def closed_students(racine: Path) -> list[tuple[Path, Manifeste]]:
    """The archives of closed students, with what they say."""
    lus = []
    for dossier in sorted((racine / DOSSIERS_CLOS).glob("*")):
        with suppress(OSError, ValueError):  # ``check --archives`` tells of these
            lus.append((dossier, from_json((dossier / NOM).read_bytes())))
    return lus


def _archives(racine: Path) -> Iterator[Path]:
    for parent in (racine, racine / DOSSIERS_CLOS):
        for dossier in sorted(parent.iterdir()) if parent.is_dir() else ():
            connu = parent != racine or _MOIS.fullmatch(dossier.name) or (dossier / NOM).exists()
            if dossier.is_dir() and (connu or dossier.name.endswith(EN_COURS)):
                yield dossier


def _verify(racine: Path, dossier: Path) -> Controle:
    nom = dossier.relative_to(racine).as_posix()
    if dossier.name.endswith(EN_COURS):
        reste = Defaut("", "inachevee", "reste d'un archivage interrompu, à supprimer")
        return Controle(nom, None, (reste,))
    try:
        manifeste = from_json((dossier / NOM).read_bytes())
    except FileNotFoundError:
        return Controle(nom, None, (Defaut(NOM, "manifeste", "le manifeste manque"),))
    except OSError as faute:
        illisible = f"le manifeste n'est pas lisible ({write_fault(faute, dossier, _LIRE)})"
        return Controle(nom, None, (Defaut(NOM, "manifeste", illisible),))
    except ValueError as faute:
        return Controle(nom, None, (Defaut(NOM, "manifeste", str(faute)),))
    defauts = [d for f in manifeste.fichiers if (d := _compare(dossier, f)) is not None]
    connus = {NOM, *(f.nom for f in manifeste.fichiers)}
    defauts += [
        Defaut(autre, "en_trop", "ce fichier n'est pas au manifeste")
        for autre in _present(dossier)
        if autre not in connus
    ]
    return Controle(nom, manifeste, tuple(defauts))


def _compare(dossier: Path, fichier: Fichier) -> Defaut | None:
    chemin = dossier / fichier.nom
    try:
        if not stat.S_ISREG(chemin.lstat().st_mode):
            return Defaut(fichier.nom, "modifie", "ce n'est plus un fichier")
        if digest_of(chemin) != (fichier.octets, fichier.sha256):
            return Defaut(fichier.nom, "modifie", "son contenu n'est plus celui qui a été archivé")
    except (FileNotFoundError, NotADirectoryError):
        return Defaut(fichier.nom, "manquant", "il n'est plus là")
    except OSError as faute:
        return Defaut(fichier.nom, "illisible", f"illisible ({write_fault(faute, chemin, _LIRE)})")
    return None


def _present(dossier: Path) -> list[str]:
    """Every file of an archive, except what looking at it leaves behind."""
    return sorted(
        Path(parent, nom).relative_to(dossier).as_posix()
        for parent, _, noms in os.walk(dossier)
        for nom in noms
        if not _LAISSES_PAR_LE_SYSTEME.fullmatch(nom)
    )


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
