"""The commands (``commands.toml``): what each does, what is typed after it, its help page."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, NamedTuple, get_args

from inactifs.cli.screen import fitted
from inactifs.erreurs import UsageIncorrect
from inactifs.mots import data_file, simplify

CLASSEUR_PAR_DEFAUT = "suivi_eleves.xlsx"
"""The workbook of the current folder, when neither ``-c`` nor ``$INACTIFS_CLASSEUR`` says."""

EXTENSIONS_CLASSEUR = (".xlsx", ".xlsm")

_CHEMIN_CITE = re.compile(r'"[^"]*(?:[\\/][^"]*|\.\w{2,5})"')


def unquoted(texte: str) -> str:
    """A path whose quotes are part of it, as ``set CHEMIN="…"`` keeps them, without them."""
    return texte[1:-1] if _CHEMIN_CITE.fullmatch(texte) else texte


def usual_workbook() -> str:
    """The workbook that is meant where the command says none."""
    return unquoted(os.environ.get("INACTIFS_CLASSEUR", "")) or CLASSEUR_PAR_DEFAUT


PARTIES: Mapping[str, Mapping[str, Any]] = data_file("cli/commands.toml")
"""The file's parts: a command, or what several have in common."""

COMMANDES = {n: d for n, d in PARTIES.items() if "aide" in d and n not in ("inactifs", "dites")}
"""The commands and their groups (« relance », « relance add »), in the order of the file."""

CHOIX: Mapping[str, str] = PARTIES["choix"]


def choices(nature: str) -> Sequence[str]:
    """What may be typed where the help says ``nature``; nothing where it is no closed list."""
    module, _, nom = CHOIX.get(nature, "").rpartition(".")
    valeurs: Iterable[str] = getattr(import_module(f"inactifs.{module}"), nom) if module else ()
    return tuple(valeurs)


class Parametre(NamedTuple):
    """An argument or an option: its name in Python, what is typed (« --moyen », « -m »), the word
    that stands for its value (none: a flag), its help, its type."""

    nom: str
    formes: Sequence[str]
    nature: str
    dit: str
    genre: Any = None

    @property
    def option(self) -> bool:
        return self.formes[0].startswith("--")

    @property
    def genres(self) -> set[Any]:
        """Its type, and those that it may be."""
        return {self.genre, *get_args(self.genre)}

    @property
    def liste(self) -> bool:
        """Whether it may be typed several times."""
        return bool({list[str], list[Path]} & self.genres)

    @property
    def aide(self) -> str:
        """Its help, with the words of its closed list."""
        valeurs = choices(self.nature) if "{valeurs}" in self.dit else ()
        return self.dit.replace("{valeurs}", ", ".join(valeurs))


def said_of(*parties: str) -> dict[str, Parametre]:
    """What ``commands.toml`` says in these parts, by parameter: the first one has the last word."""
    dites: dict[str, Parametre] = {}
    for cle, dit in chain(*(PARTIES.get(partie, {}).items() for partie in parties)):
        if cle in ("fonction", "aide", "exemple", "premier", "communes"):  # of no parameter
            continue
        nom = cle.split()[0].lstrip("-").replace("-", "_")
        nom = f"{nom}_" if nom in ("date", "format", "json") else nom  # as Python has them
        nature, aide = ("", dit) if isinstance(dit, str) else dit
        dites.setdefault(nom, Parametre(nom, cle.split(), nature, aide))
    return dites


def below(groupe: str) -> dict[str, str]:
    """The commands of a group by their last word, and what each is for; "" is the program's."""
    noms = (nom for nom in COMMANDES if nom.rpartition(" ")[0] == groupe)
    return {nom.rpartition(" ")[2]: COMMANDES[nom]["aide"] for nom in noms}


def begun(mots: Sequence[str]) -> tuple[str, list[str]]:
    """The command, or the group, that the first words name, and the words that follow."""
    nom, rang = "", 0
    while rang < len(mots) and (suite := f"{nom} {mots[rang]}".strip()) in COMMANDES:
        nom, rang = suite, rang + 1
    return nom, list(mots[rang:])


def is_command(nom: str, suite: Sequence[str]) -> bool:
    """Whether a command is meant, or its group: « import » is one where a file, or plainly the
    name of one, or an option follows."""
    if "fonction" not in COMMANDES.get(nom, {}):
        return False
    if not below(nom):
        return True
    mot = suite[0] if suite else "--help"
    if mot in ("--help", "-h"):
        return False
    return mot.startswith("-") or os.path.exists(mot) or any(c in mot for c in "./\\")  # noqa: PTH110


LARGEUR = 92
"""Of a help page, unless the terminal is narrower."""


def help_page(nom: str, parametres: Sequence[Parametre], *, groupe: bool = False) -> str:
    """The page of a command, or of a group, which takes these."""
    dit, chemin, sous = PARTIES[nom or "inactifs"], f"inactifs {nom}".strip(), below(nom)
    largeur = max(40, min(LARGEUR, get_terminal_size((LARGEUR, 24)).columns))
    arguments = [(p.nature, p.aide) for p in parametres if not p.option]
    options = [
        (f"{', '.join(sorted(p.formes, key=len))} {p.nature}".rstrip(), p.aide)
        for p in parametres
        if p.option
    ]
    parties = {
        "À donner :": arguments,
        "Commandes :": [*sous.items()] if groupe else [],
        "Options :": [*options, ("-h, --help", "Montre cette page.")],
    }
    usage = " ".join([chemin, *(nature for nature, _ in arguments), *["COMMANDE"] * groupe])
    lignes = [f"Usage : {usage} [OPTIONS]", "", fitted(dit["aide"], largeur), ""]
    for titre, paires in parties.items():
        if paires:
            lignes += [titre, *_columns(paires, largeur), ""]
    if groupe:
        lignes.append(f"Pour une commande : {chemin} COMMANDE --help")
    else:
        lignes += ["Exemple :", f"  {dit['exemple']}"]
    return "\n".join(lignes)


def _columns(paires: Sequence[tuple[str, str]], largeur: int) -> list[str]:
    gauche = min(30, max(len(nom) for nom, _ in paires))
    lignes = []
    for nom, texte in paires:
        if len(nom) > gauche:
            lignes.append(f"  {nom}")
            nom = ""
        for morceau in fitted(texte, largeur - gauche - 4).split("\n"):
            lignes.append(f"  {nom:<{gauche}}  {morceau}".rstrip())
            nom = ""
    return lignes


AIDE = "Voyez « inactifs --help », ou « --help » après la commande."


def no_such_option(option: str, formes: Iterable[str]) -> UsageIncorrect:
    """An option that is none of ``formes``, and those that it resembles."""
    proches = _like(option, formes) if option.startswith("--") else []
    voulues = "--help" if option == "--aide" else ", ".join(sorted(proches))
    conseil = f"Vouliez-vous dire {voulues} ?" if voulues else AIDE
    return UsageIncorrect(f"L'option {option} n'existe pas.", conseil)


def no_such_command(groupe: str, mot: str = "") -> UsageIncorrect:
    """A word that is no command of a group, or no word after the group's name."""
    noms, conseil = _like(mot, below(groupe)), "Vouliez-vous dire {} ?"
    if not groupe and (voulue := PARTIES["dites"].get(simplify(mot))):
        noms = [voulue]
    elif not noms:
        noms, conseil = [*below(groupe)], "Au choix : {}." if groupe else AIDE
    propositions = ", ".join(f"« {f'inactifs {groupe}'.rstrip()} {nom} »" for nom in noms)
    phrase = f"La commande « {mot} » n'existe pas." if mot else "Il manque la suite de la commande."
    return UsageIncorrect(phrase, conseil.format(propositions))


def _like(mot: str, mots: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(mot, list(mots))
