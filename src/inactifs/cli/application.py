"""``inactifs`` as Typer holds it: commands loaded when they are typed, help pages in French, and
what may be typed before a command or without one."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from inactifs.cli.commands import ENTREES, Entree, Famille
from inactifs.cli.screen import fitted

LARGEUR = 92
"""Of a help page, unless the terminal is narrower."""

REGLAGES = {"help_option_names": ["--help", "-h"]}


def page(commande: Any, ctx: Any) -> str:
    """The help page of a command or of a group of commands."""
    parametres = commande.get_params(ctx)
    arguments = [p for p in parametres if p.param_type_name == "argument"]
    options = [p for p in parametres if p.param_type_name == "option" and not p.hidden]
    sous: Mapping[str, Entree | Famille] = getattr(commande, "entrees", {})
    usage = [ctx.command_path, *(a.metavar or a.name for a in arguments)]
    usage += ["COMMANDE"] if sous else []
    lignes = [f"Usage : {' '.join(usage)} [OPTIONS]", ""]
    lignes += [fitted(commande.help or "", _width()), ""]
    if arguments:
        lignes += [
            "À donner :",
            *_columns([(a.metavar or a.name, a.help or "") for a in arguments]),
        ]
    if sous:
        lignes += ["Commandes :", *_columns([(nom, entree.aide) for nom, entree in sous.items()])]
    lignes += ["Options :", *_columns([_option(o) for o in options])]
    if commande.epilog:
        lignes += ["Exemple :", f"  {commande.epilog}", ""]
    if sous:
        lignes += [f"Pour une commande : {ctx.command_path} COMMANDE --help", ""]
    return "\n".join(lignes)


class Commande(TyperCommand):
    """A command whose help is a French page."""

    def invoke(self, ctx: Any) -> Any:
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            # from now on Ctrl-C unwinds the command, so that nothing is left half done
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(self, ctx))


class Groupe(TyperGroup):
    """A group whose commands are imported only when they are typed: to start is what costs."""

    def __init__(
        self,
        entrees: Mapping[str, Entree | Famille] = ENTREES,
        chemin: str = "",
        sans: Entree | None = None,
        **attributs: Any,
    ) -> None:
        super().__init__(**attributs)
        self.entrees = entrees
        self.sans = sans
        self.chemin = chemin
        noms: Any = dict.fromkeys(entrees)  # what Typer looks among for the name meant
        self.commands = noms

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entree = self.entrees.get(cmd_name)
        return None if entree is None else _load(cmd_name, entree, self.chemin)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if self.sans is not None and args[0] not in self.entrees and _is_file(args[0]):
            return self.chemin, _load(self.chemin, self.sans, ""), args
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(self, ctx))


def _is_file(mot: str) -> bool:
    """Whether a word is an option, a file, or plainly the name of one."""
    return mot.startswith("-") or os.path.exists(mot) or any(c in mot for c in "./\\")  # noqa: PTH110


def _load(nom: str, entree: Entree | Famille, groupe: str) -> Any:
    chemin = f"{groupe} {nom}".strip()
    if isinstance(entree, Famille):
        reglages = REGLAGES | ({"ignore_unknown_options": True} if entree.sans else {})
        return Groupe(
            entree.entrees, chemin, entree.sans, name=nom, help=entree.aide,
            context_settings=reglages,
        )  # fmt: skip
    from inactifs.cli.options import with_options

    module, fonction = entree.fonction.split(".")
    seule = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        context_settings=REGLAGES,
        pretty_exceptions_enable=False,
    )
    seule.command(nom, cls=Commande, help=entree.aide, epilog=entree.exemple)(
        with_options(getattr(import_module(f"inactifs.cli.{module}"), fonction), chemin)
    )
    return typer.main.get_command(seule)


def _option(option: Any) -> tuple[str, str]:
    noms = ", ".join(sorted(option.opts, key=len))
    if not option.is_flag and option.metavar:
        noms += f" {option.metavar}"
    return noms, "Montre cette page." if option.name == "help" else option.help or ""


def _width() -> int:
    from shutil import get_terminal_size

    return max(40, min(LARGEUR, get_terminal_size((LARGEUR, 24)).columns))


def _columns(paires: list[tuple[str, str]]) -> list[str]:
    gauche = min(30, max((len(nom) for nom, _ in paires), default=0))
    lignes = []
    for nom, texte in paires:
        morceaux = fitted(texte, _width() - gauche - 4).split("\n")
        if len(nom) > gauche:
            lignes.append(f"  {nom}")
            nom = ""
        lignes.append(f"  {nom:<{gauche}}  {morceaux[0]}".rstrip())
        lignes += [f"  {'':<{gauche}}  {suite}" for suite in morceaux[1:]]
    return [*lignes, ""]


app = typer.Typer(
    name="inactifs",
    help="Le tableau de suivi des élèves inactifs : qui contacter, comment, et quand.",
    cls=Groupe,
    add_completion=False,  # cli.tab does it: Typer's scripts cut names at their spaces
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings=REGLAGES,
    pretty_exceptions_enable=False,
)


INSTALLE = "Installe la complétion par TAB pour ce terminal."
MONTRE = "Montre ce que cette installation écrit, pour le copier vous-même."


@app.callback()
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Dit la version.")] = False,
    installer: Annotated[bool, typer.Option("--install-completion", help=INSTALLE)] = False,
    montrer: Annotated[bool, typer.Option("--show-completion", help=MONTRE)] = False,
) -> None:
    """What is typed before any command, or without one."""
    if version:
        from inactifs import __version__

        print(f"inactifs {__version__}")
    elif installer or montrer:
        from inactifs.cli.screen import say
        from inactifs.cli.shells import install, script, shell

        if installer:
            say(install(shell()))
        else:
            print(script(shell()))
    else:
        if ctx.invoked_subcommand is None:
            from inactifs.cli.detect import welcome

            welcome()
        return
    raise typer.Exit
