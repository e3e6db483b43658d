"""``inactifs`` itself: what may be typed before a command, or without one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from inactifs.cli.commands import ENTREES
from inactifs.cli.help import REGLAGES, Groupe


class Racine(Groupe):
    """``inactifs`` itself: the group of all the commands."""

    def __init__(self, **attributs: Any) -> None:
        super().__init__(ENTREES, **attributs)


app = typer.Typer(
    name="inactifs",
    help="Le tableau de suivi des élèves inactifs : qui contacter, comment, et quand.",
    cls=Racine,
    add_completion=False,  # cli.tab does it: Typer's scripts cut names at their spaces
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings=REGLAGES,
    pretty_exceptions_enable=False,
)


@app.callback()
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Dit la version.")] = False,
    installer: Annotated[
        bool,
        typer.Option(
            "--install-completion", help="Installe la complétion par TAB pour ce terminal."
        ),
    ] = False,
    montrer: Annotated[
        bool,
        typer.Option(
            "--show-completion",
            help="Montre ce que cette installation écrit, pour le copier vous-même.",
        ),
    ] = False,
) -> None:
    """What is typed before any command, or without one."""
    if version:
        from inactifs import __version__

        print(f"inactifs {__version__}")
    elif installer or montrer:
        from inactifs.cli.installation import install, shell
        from inactifs.cli.screen import say
        from inactifs.cli.shells import script

        if installer:
            say(install(shell()))
        else:
            print(script(shell()))
    elif ctx.invoked_subcommand is None:
        from inactifs.cli.welcome import welcome

        welcome()
    if version or installer or montrer:
        raise typer.Exit
