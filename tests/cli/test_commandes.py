"""The table of the commands says of each one what the command itself says."""

from __future__ import annotations

import pytest

from inactifs.cli.commands import COMMANDES, PARTIES, below
from inactifs.cli.execution import run
from inactifs.cli.options import Appel

SEULES = [nom for nom in COMMANDES if not below(nom)]
"""Each command, by the words that call it."""


@pytest.mark.parametrize("nom", SEULES)
def test_every_line_of_a_command_is_one_of_its_options(nom: str) -> None:
    """No help for what cannot be typed; nothing without help."""
    parametres = Appel(nom).parametres
    dites = {forme for cle in PARTIES[nom] for forme in cle.split()}
    assert dites - {"fonction", "aide", "exemple", "premier"} <= {
        forme for p in parametres for forme in p.formes
    }
    assert all(p.aide for p in parametres)


@pytest.mark.parametrize("nom", SEULES)
def test_tab_knows_which_commands_begin_with_a_student(nom: str) -> None:
    """TAB answers a name without loading the command: the table must be right."""
    premiers = [p.nature for p in Appel(nom).parametres if not p.option][:1]
    if nom == "close":  # TAB offers those who may be closed: the workbook is read
        assert "premier" not in COMMANDES[nom]
    else:
        assert ("premier" in COMMANDES[nom]) == any("ÉLÈVE" in p for p in premiers)


@pytest.mark.parametrize("nom", SEULES)
def test_each_example_calls_its_own_command(nom: str) -> None:
    """The example shown by --help is one of that command."""
    assert f"{COMMANDES[nom]['exemple']} ".startswith(f"inactifs {nom} ")


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
    voulues = {voulue.split(" --")[0] for voulue in PARTIES["dites"].values()}
    assert voulues <= {*COMMANDES, "--help"}
