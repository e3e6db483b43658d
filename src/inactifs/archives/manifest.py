"""The manifest of an archive: a readable JSON file that says what was put there.

Its own hash is in it, so that a figure altered in the manifest shows as a file altered does.
It is no signature: whoever rewrites everything, hashes included, is not found out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PureWindowsPath
from typing import Any

from inactifs import __version__
from inactifs.depot.kept import digest

NOM = "manifeste.json"
OUTIL = f"inactifs {__version__}"
"""What makes the archives."""
FORMAT = "inactifs-archive/1"
_SCEAU = "sha256_du_manifeste"


@dataclass(frozen=True, slots=True)
class Fichier:
    """A file of an archive; ``nom`` is relative to its folder, with « / » everywhere."""

    nom: str
    octets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifeste:
    """What an archive holds, who made it, when and with what.

    ``genre`` is « bilan », « dossier » or « preuves ». ``contenu`` is what the archive is about:
    the month and its figures, the student; its keys stand beside the others in the JSON document.
    """

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
        "fichiers": [
            {"nom": f.nom, "octets": f.octets, "sha256": f.sha256} for f in manifeste.fichiers
        ],
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
    try:
        fichiers = tuple(
            Fichier(str(f["nom"]), int(f["octets"]), str(f["sha256"]))
            for f in document.pop("fichiers")
        )
        manifeste = Manifeste(
            genre=str(document.pop("genre")),
            quand=datetime.fromisoformat(document.pop("etabli_le")),
            par=str(document.pop("par")),
            outil=str(document.pop("outil")),
            fichiers=fichiers,
            contenu={cle: v for cle, v in document.items() if cle != "format"},
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError("le manifeste est incomplet") from None
    # Windows's rules are the stricter: « C:x », « \x » and « /x » all lead elsewhere.
    noms = [PureWindowsPath(f.nom) for f in fichiers]
    if any(nom.drive or nom.root or ".." in nom.parts for nom in noms):
        raise ValueError("le manifeste désigne un fichier hors de l'archive")
    return manifeste


def _seal(document: Mapping[str, Any]) -> str:
    """The hash of a document, whatever the order of its keys and its spacing."""
    return digest(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())
