"""The commands, and where each one lives."""

from __future__ import annotations

from typing import Annotated

import typer

from inactifs.cli import (
    activites,
    consulter,
    dossiers,
    fichier,
    importer,
    matin,
    rapports,
    relances,
)
from inactifs.cli.aide import Commande, Groupe

_REGLAGES = {"help_option_names": ["--help", "-h"]}

app = typer.Typer(
    name="inactifs",
    help="Le tableau de suivi des élèves inactifs : qui contacter, comment, et quand.",
    cls=Groupe,
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings=_REGLAGES,
    pretty_exceptions_enable=False,
)


def _group(nom: str, aide: str) -> typer.Typer:
    groupe = typer.Typer(
        name=nom, help=aide, cls=Groupe, rich_markup_mode=None, context_settings=_REGLAGES
    )
    app.add_typer(groupe)
    return groupe


@app.callback()
def start(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Dit la version.", show_default=False)
    ] = False,
) -> None:
    if version:
        from inactifs import __version__

        print(f"inactifs {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        from inactifs.cli.accueil import welcome

        welcome()


app.command("init", cls=Commande, epilog='inactifs init --auto-ecole "Auto-école du Port"')(
    fichier.init
)
imports = _group("import", "Lit les exports (CSV, Excel) de vos logiciels.")
imports.command("eleves", cls=Commande, epilog="inactifs import eleves eleves.csv")(importer.eleves)
imports.command("cours", cls=Commande, epilog="inactifs import cours planning.xlsx")(importer.cours)
imports.command("connexions", cls=Commande, epilog="inactifs import connexions pass_rousseau.csv")(
    importer.connexions
)
imports.command("contacts", cls=Commande, epilog="inactifs import contacts contacts.xlsx")(
    importer.contacts
)
activite = _group("activite", "Les activités notées à la main.")
activite.command("add", cls=Commande, epilog="inactifs activite add Royer visite --date hier")(
    activites.add
)
app.command("detect", cls=Commande, epilog="inactifs detect")(matin.detect)
app.command("next", cls=Commande, epilog="inactifs next --jours 7")(matin.next_steps)
relance = _group("relance", "Les relances : le texte à envoyer, la trace de ce qui est fait.")
relance.command(
    "add", cls=Commande, epilog="inactifs relance add Royer --moyen sms --resultat sans-reponse"
)(relances.add)
relance.command("message", cls=Commande, epilog="inactifs relance message Royer")(relances.message)
app.command("reprise", cls=Commande, epilog="inactifs reprise Royer")(dossiers.reprise)
app.command(
    "pause", cls=Commande, epilog='inactifs pause Royer --jusqu-au 15/01/2027 --motif "stage"'
)(dossiers.pause)
app.command("reopen", cls=Commande, epilog='inactifs reopen Royer --motif "revient"')(
    dossiers.reopen
)
app.command("close", cls=Commande, epilog="inactifs close Royer")(dossiers.close)
app.command("list", cls=Commande, epilog="inactifs list --etat a_relancer")(consulter.list_dossiers)
app.command("show", cls=Commande, epilog="inactifs show Royer")(consulter.show_student)
app.command("report", cls=Commande, epilog="inactifs report --format html --sortie novembre.html")(
    rapports.report
)
app.command("check", cls=Commande, epilog="inactifs check")(fichier.check)
app.command("undo", cls=Commande, epilog="inactifs undo --liste")(fichier.undo)
