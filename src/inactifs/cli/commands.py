"""The commands (``commands.toml``): what each one does, an example, where it lives."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

CLASSEUR_PAR_DEFAUT = "suivi_eleves.xlsx"
"""The workbook of the current folder, when neither ``-c`` nor ``$INACTIFS_CLASSEUR`` says."""

_CHEMIN_CITE = re.compile(r'"[^"]*(?:[\\/][^"]*|\.\w{2,5})"')


def unquoted(texte: str) -> str:
    """A path whose quotes are part of it, as ``set CHEMIN="…"`` keeps them, without them."""
    return texte[1:-1] if _CHEMIN_CITE.fullmatch(texte) else texte


def usual_workbook() -> str:
    """The workbook that is meant where the command says none."""
    return unquoted(os.environ.get("INACTIFS_CLASSEUR", "")) or CLASSEUR_PAR_DEFAUT


EXTENSIONS_CLASSEUR = (".xlsx", ".xlsm")


PARTIES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("commands.toml").read_text("utf-8")
)
"""The file's parts: a command, or what several have in common."""


class Entree(NamedTuple):
    """A command before it is loaded: ``module.function`` of ``inactifs.cli``, its help.

    ``eleve``: its first argument is a student, so that TAB answers without loading it.
    """

    fonction: str
    aide: str
    exemple: str
    eleve: bool = False


class Famille(NamedTuple):
    """A group of commands: ``import cours``, ``import contacts``… ``sans``: the one that is meant
    when the first word is none of theirs, but a file."""

    aide: str
    entrees: dict[str, Entree]
    sans: Entree | None = None


def _all() -> dict[str, Entree | Famille]:
    """The commands and their groups, in the order of the file."""
    toutes: dict[str, Entree | Famille] = {}
    familles: dict[str, Famille] = {}
    groupes = {nom.partition(" ")[0] for nom in PARTIES if " " in nom}
    for nom, dit in PARTIES.items():
        if nom not in groupes and "fonction" not in dit:
            continue
        entree = Entree(
            dit.get("fonction", ""), dit["aide"], dit.get("exemple", ""), "premier" in dit
        )
        groupe, _, seul = nom.rpartition(" ")
        if nom in groupes:
            toutes[nom] = familles[nom] = Famille(
                entree.aide, {}, entree if entree.fonction else None
            )
        elif groupe:
            familles[groupe].entrees[seul] = entree
        else:
            toutes[nom] = entree
    return toutes


ENTREES: Mapping[str, Entree | Famille] = _all()

CHOIX: Mapping[str, str] = {
    "MOYEN": "procedure.modele.Moyen",
    "PAR": "procedure.modele.ReponseMoyen",
    "ISSUE": "procedure.modele.ISSUES_OFFERTES",
    "ÉTAT": "cli.consult.ETATS",
    "ACTIVITÉ": "procedure.gestes.ACTIVITES",
    "FORMAT": "cli.report.FORMATS",
    "FORME": "cli.message.Format",
    "TRI": "procedure.matin.Tri",
    "ORDRE": "cli.consult.Ordre",
    "OÙ": "cli.consult.Dans",
}
"""Where the closed lists are, by the word that stands for them in the help pages."""


def choices(nature: str) -> Sequence[str]:
    """What may be typed where the help says ``nature``; nothing where it is no closed list."""
    module, _, nom = CHOIX.get(nature, "").rpartition(".")
    valeurs: Iterable[str] = getattr(import_module(f"inactifs.{module}"), nom) if module else ()
    return tuple(valeurs)


COMMANDES_DITES: Mapping[str, str] = PARTIES["dites"]
"""The command meant by a French word that is not one, without accents."""
