"""The help pages, in French: usage, what it does, arguments, options, an example."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

from typer.core import TyperCommand, TyperGroup

LARGEUR = 92


def page(commande: Any, ctx: Any) -> str:
    """The help page of a command or of a group of commands."""
    parametres = commande.get_params(ctx)
    arguments = [p for p in parametres if p.param_type_name == "argument"]
    options = [p for p in parametres if p.param_type_name == "option" and not p.hidden]
    sous = getattr(commande, "commands", {})
    usage = [ctx.command_path, *(a.metavar or a.name for a in arguments)]
    usage += ["COMMANDE"] if sous else []
    lignes = [f"Usage : {' '.join(usage)} [OPTIONS]", ""]
    lignes += [textwrap.fill(" ".join(inspect.cleandoc(commande.help or "").split()), LARGEUR), ""]
    if arguments:
        lignes += [
            "À donner :",
            *_columns([(a.metavar or a.name, a.help or "") for a in arguments]),
        ]
    if sous:
        lignes += [
            "Commandes :",
            *_columns([(nom, _first_sentence(c.help or "")) for nom, c in sous.items()]),
        ]
    lignes += ["Options :", *_columns([_option(o) for o in options])]
    if commande.epilog:
        lignes += ["Exemple :", f"  {commande.epilog}", ""]
    if sous:
        lignes += [f"Pour une commande : {ctx.command_path} COMMANDE --help", ""]
    return "\n".join(lignes)


class Commande(TyperCommand):
    """A command whose help is a French page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(self, ctx))


class Groupe(TyperGroup):
    """A group of commands whose help is a French page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(self, ctx))


_AIDES_DE_TYPER = {
    "help": "Montre cette page.",
    "install_completion": "Installe la complétion par TAB pour ce terminal.",
    "show_completion": "Montre le script de complétion.",
}


def _option(option: Any) -> tuple[str, str]:
    noms = ", ".join(sorted(option.opts, key=len))
    if not option.is_flag and option.metavar:
        noms += f" {option.metavar}"
    return noms, _AIDES_DE_TYPER.get(option.name, option.help or "")


def _first_sentence(texte: str) -> str:
    return " ".join(inspect.cleandoc(texte).split())


def _columns(paires: list[tuple[str, str]]) -> list[str]:
    gauche = min(30, max((len(nom) for nom, _ in paires), default=0))
    lignes = []
    for nom, texte in paires:
        morceaux = textwrap.wrap(texte, LARGEUR - gauche - 4) or [""]
        if len(nom) > gauche:
            lignes.append(f"  {nom}")
            nom = ""
        lignes.append(f"  {nom:<{gauche}}  {morceaux[0]}".rstrip())
        lignes += [f"  {'':<{gauche}}  {suite}" for suite in morceaux[1:]]
    return [*lignes, ""]
