"""What TAB answers, without a shell: quoting, places, values."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ecole_fabrique import Ecole, le, student

from inactifs.cli.tab import (
    Proposition,
    Saisie,
    answer,
    complete,
    propositions,
    read_line,
    script,
)


@pytest.mark.parametrize(
    ("ligne", "mots", "incomplet", "guillemet"),
    [
        ("inactifs show ", ("show",), "", ""),
        ("inactifs show roy", ("show",), "roy", ""),
        (r"inactifs show LE\ GA", ("show",), "LE GA", ""),
        ('inactifs show "LE GA', ("show",), "LE GA", '"'),
        ("inactifs show 'N", ("show",), "N", "'"),
        (r"inactifs show N\'G", ("show",), "N'G", ""),
        ('inactifs close "A B" c', ("close", "A B"), "c", ""),
        ('inactifs show ""', ("show",), "", ""),
    ],
)
def test_a_bash_line_is_cut_as_bash_does(
    ligne: str, mots: tuple[str, ...], incomplet: str, guillemet: str
) -> None:
    """Spaces, backslashes and quotes left open."""
    lue = read_line("bash", {"_INACTIFS_LIGNE": ligne})
    assert (lue.mots, lue.incomplet, lue.guillemet) == (mots, incomplet, guillemet)


@pytest.mark.parametrize(
    ("coquille", "guillemet", "attendu"),
    [
        ("bash", "", r"N\'GUYEN\ Anna"),
        ("bash", "'", r"N'\''GUYEN Anna"),
        ("bash", '"', "N'GUYEN Anna"),
        ("zsh", "", "N'GUYEN Anna\tN'GUYEN Anna  n° 4"),
        ("fish", "", "N'GUYEN Anna\tn° 4"),
        ("powershell", "", "N'GUYEN Anna\t'N''GUYEN Anna'\tn° 4"),
    ],
)
def test_each_shell_gets_what_it_can_insert(coquille: str, guillemet: str, attendu: str) -> None:
    """bash and PowerShell insert as is, zsh and fish quote by themselves."""
    saisie = Saisie(("show",), "n", guillemet)
    assert answer(coquille, saisie, [Proposition("N'GUYEN Anna", "n° 4")]) == attendu


def test_a_first_name_that_begins_as_typed_comes_first() -> None:
    """« elo » is replaced by « Élodie LE GALL », which begins so, and not by « LE GALL »."""
    saisie = Saisie(("show",), "elo")
    assert answer("zsh", saisie, [Proposition("LE GALL Élodie")]).startswith("Élodie LE GALL\t")


def test_a_terminal_obeys_nothing_that_a_name_holds() -> None:
    """A cell may hold an escape sequence: it does not reach the screen."""
    assert "\x1b" not in answer("bash", Saisie((), ""), [Proposition("a\x1b]0;b")])


def test_commands_options_and_closed_lists_are_proposed() -> None:
    """Wherever the cursor is: what may come next, and nothing where a file is awaited."""
    valeurs = {
        "": ["init", "detect", "relance"],
        "relance": ["add", "message"],
        "relance add x --resultat": ["sans-reponse", "faux-numero"],
        "detect --tri": ["anciennete", "recente", "nom", "formation"],
        "activite add x": ["visite", "appel"],
        "report --format": ["html", "xlsx"],
        "pause x --jusqu-au": ["demain"],
        "next --responsable": ["Secrétariat", "Direction"],
    }
    for debut, attendues in valeurs.items():
        proposees = [p.valeur for p in propositions(debut.split(), "")]
        assert set(attendues) <= set(proposees), debut
    assert propositions(["relance", "message", "x", "--eml"], "") == []
    assert propositions(["nexiste", "pas"], "") == []
    assert [p.valeur for p in propositions(["close"], "--dem")] == ["--demande-eleve"]


def test_the_powershell_script_can_be_read_by_any_console() -> None:
    """ASCII, so that no code page changes it; braces and parentheses in pairs."""
    texte = script("powershell")
    assert texte.isascii()
    for ouvrante, fermante in ("{}", "()", "[]"):
        assert texte.count(ouvrante) == texte.count(fermante)
    assert "Register-ArgumentCompleter -Native -CommandName inactifs" in texte


def test_powershell_itself_reads_its_script() -> None:
    """Where PowerShell is installed, its own parser finds no fault."""
    pwsh = shutil.which("pwsh") or shutil.which("powershell")
    sait = pwsh and subprocess.run([pwsh, "-NoProfile", "-Command", "6*7"], capture_output=True)
    if not pwsh or not sait or b"42" not in sait.stdout:  # under Wine it is there, and does nothing
        pytest.skip("PowerShell n'est pas installé ici")
    analyse = '$e = $null; [void][Management.Automation.Language.Parser]::ParseInput(\
$input -join "`n", [ref]$null, [ref]$e); $e.Count'
    dit = subprocess.run(
        [pwsh, "-NoProfile", "-Command", analyse],
        input=script("powershell"),
        capture_output=True,
        text=True,
    )
    assert re.search(r"\b0\b", dit.stdout), dit.stdout + dit.stderr


def test_close_proposes_those_who_may_be_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody where nobody may be."""
    ecole = Ecole(tmp_path, monkeypatch)
    relances = "01/10/2026\n08/10/2026\n22/10/2026", "SMS\nEmail\nTéléphone"
    ecole.start(
        [student("1", "ROYER Laurence", "10/04/2026"), student("2", "BLANC Tom", "10/04/2026")],
        [
            {
                "ÉLÈVE": "ROYER Laurence",
                "N° ÉLÈVE": "1",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DATES DE RELANCES": relances[0],
                "MOYENS UTILISÉS": relances[1],
            }
        ],
    )
    tape = {"_INACTIFS_COMPLETE": "complete_zsh", "_INACTIFS_MOTS": "inactifs\nclose"}
    assert complete(tape).split("\t")[0] == "ROYER Laurence" and "BLANC" not in complete(tape)
    ecole.json("close", "1", "--oui")
    assert "BLANC Tom" in complete(tape)
