"""The guide does not lie: what it says to type is typed, on the example's workbook."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ecole_fabrique import Ecole
from terminal_essais import answer

from inactifs.messages import CHAMPS
from inactifs.procedure.matin import Tri
from inactifs.procedure.modele import CAUSES, ISSUES_OFFERTES

RACINE = Path(__file__).parents[2]
EXPORTS = RACINE / "tests" / "imports" / "exports"
GUIDE = (RACINE / "docs" / "guide.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", GUIDE, re.M | re.S))

REPONSES = {
    "inactifs relance add": ("1", "", "", "", "oui"),
    "inactifs close BLANC": ("oui",),
}
"""What is answered to the commands that ask."""


def commands(section: str) -> Iterator[str]:
    """The lines of the ``sh`` blocks of a section."""
    for bloc in re.findall(r"```sh\n(.*?)```", SECTIONS[section], re.S):
        yield from bloc.splitlines()


def run_all(ecole: Ecole, section: str) -> None:
    for ligne in commands(section):
        programme, *arguments = shlex.split(ligne)
        assert programme == "inactifs"
        if ligne in REPONSES:
            statut, ecran = answer(*arguments, reponses=REPONSES[ligne])
            assert statut == 0, f"{ligne}\n{ecran}"
        else:
            fait = ecole.type(*arguments)
            assert fait.statut == 0, f"{ligne}\n{fait.sortie}{fait.erreurs}"


def test_the_first_day_is_as_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing to the first cases, on a school's real exports."""
    for export in EXPORTS.iterdir():
        shutil.copy(export, tmp_path)
    ecole = Ecole(tmp_path, monkeypatch)
    run_all(ecole, "Le premier jour")
    assert ecole.json("list")["dossiers"]


def test_every_other_day_is_as_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of the guide, in its order, on a copy of the example."""
    shutil.copy(RACINE / "examples" / "suivi_eleves.xlsx", tmp_path)
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.set("Téléphone de l'auto-école", "02 40 00 00 00")
    faites = [t for t in SECTIONS if any(commands(t)) and t != "Le premier jour"]
    assert len(faites) == 7
    for section in faites:
        run_all(ecole, section)
    assert (tmp_path / "chevalier.eml").exists()
    assert (tmp_path / "messages_2026-11-24" / "resume.txt").exists()


def test_the_guide_names_every_field_outcome_cause_and_order() -> None:
    """The tables are those of the program."""
    champs = dict(re.findall(r"^\| `\{(\w+)\}` \| (.*?) \|$", GUIDE, re.M))
    assert champs == CHAMPS
    assert re.findall(r"^\| `([a-z][a-z-]+)`.*\|.*\|.*\|$", GUIDE, re.M) == list(ISSUES_OFFERTES)
    assert ", ".join(CAUSES) in " ".join(GUIDE.split())
    assert all(f"`{tri}`" in GUIDE for tri in Tri)


def test_the_guide_s_links_lead_somewhere() -> None:
    """The table of contents is that of the headings."""
    titres = [re.sub(r"[^\w\- ]", "", t).lower().replace(" ", "-") for t in SECTIONS]
    assert re.findall(r"\]\(#(.*?)\)", GUIDE) == titres
