"""The table of the commands says of each one what the command itself says."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from inactifs.cli.application import app
from inactifs.cli.commands import COMMANDES_DITES, ENTREES, PARTIES, Entree, Famille
from inactifs.cli.execution import run


def every_entry() -> list[tuple[tuple[str, ...], Entree]]:
    """Each command, by the words that call it."""
    feuilles: list[tuple[tuple[str, ...], Entree]] = []
    for nom, entree in ENTREES.items():
        if isinstance(entree, Famille):
            feuilles += [((nom, sous), e) for sous, e in entree.entrees.items()]
        else:
            feuilles.append(((nom,), entree))
    return feuilles


def loaded(chemin: tuple[str, ...]) -> Any:
    """A command as Typer holds it."""
    commande: Any = typer.main.get_command(app)
    for mot in chemin:
        commande = commande.get_command(None, mot)
    return commande


def test_every_line_of_a_command_is_one_of_its_options() -> None:
    """No help for what cannot be typed; nothing without help."""
    for chemin, _ in every_entry():
        params = loaded(chemin).params
        dites = {forme for cle in PARTIES[" ".join(chemin)] for forme in cle.split()}
        assert dites - {"fonction", "aide", "exemple", "premier"} <= {
            forme for p in params for forme in p.opts
        }, chemin
        assert all(p.help for p in params if p.name != "help"), chemin


def test_tab_knows_which_commands_begin_with_a_student() -> None:
    """TAB answers a name without loading the command: the table must be right."""
    for chemin, entree in every_entry():
        commande = loaded(chemin)
        premiers = [p.metavar for p in commande.params if p.param_type_name == "argument"][:1]
        if chemin == ("close",):  # TAB offers those who may be closed: the workbook is read
            assert not entree.eleve
            continue
        assert entree.eleve == any("ÉLÈVE" in (p or "") for p in premiers), chemin


def test_each_example_calls_its_own_command() -> None:
    """The example shown by --help is one of that command."""
    for chemin, entree in every_entry():
        assert entree.exemple.split()[: len(chemin) + 1] == ["inactifs", *chemin]


@pytest.mark.parametrize(
    ("arguments", "attendu"),
    (
        (["clôturer"], "« inactifs close »"),
        (["Annuler"], "« inactifs undo »"),
        (["detct"], "« inactifs detect »"),
        (["import", "cour"], "« inactifs import cours »"),
        (
            ["relance", "BONNET"],
            "« inactifs relance message », « inactifs relance add », « inactifs relance ",
        ),
        (["help"], "« inactifs --help »"),
        (["detect", "--aide"], "Vouliez-vous dire --help ?"),
        (["reprise", "FAURE", "Nina"], 'entre guillemets : "FAURE Nina".'),
        (["activite", "add", "LE", "GALL", "Élodie", "appel"], 'guillemets : "LE GALL Élodie".'),
        (["show", "1019", "1020"], "« 1020 » est en trop."),
        (["detect", "24/11"], "--date 24/11"),
        (["undo", "24/11"], "« 24/11 » est en trop."),
        (["detect", "--simulatio"], "--simulation"),
        (["next", "--jours", "abc"], "nombre entier"),
        (["next", "--jours", "-3"], "nombre entier"),
    ),
)
def test_an_error_proposes_what_was_probably_meant(
    arguments: list[str], attendu: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A French word, a slip of the keyboard, letters for a number: exit 2, and what to type."""
    assert run(arguments) == 2
    assert attendu in capsys.readouterr().err


def test_the_words_of_the_table_lead_to_commands_that_exist() -> None:
    """Each French word stands for a command of the table."""
    chemins = {" ".join(chemin) for chemin, _ in every_entry()} | {*ENTREES, "--help"}
    assert {voulue.split(" --")[0] for voulue in COMMANDES_DITES.values()} <= chemins
