"""On Windows itself: files that another program holds, what Excel does with an open workbook.

The rest of what Windows does otherwise is imitated elsewhere (``test_at_home_on_windows``,
``test_depot_moment``).
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commandes_essais import on_day, school, type_command
from depot_essais import for_a_while, leftovers

from conftest import AUCUN, LIRE, Tenue
from inactifs import depot

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="share modes are Windows's")


@pytest.fixture
def classeur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A school of two students."""
    on_day(monkeypatch)
    return school(tmp_path)


VISITE = ("activite", "add", "7", "visite")


def discreet(classeur: Path, nom: str) -> Path:
    """A file of the folder of versions."""
    return classeur.parent / ".inactifs" / classeur.name / nom


@pytest.mark.parametrize("partage", [AUCUN, LIRE])
@pytest.mark.parametrize("quoi", ["classeur", "index.json", "verrou"])
def test_held_for_a_moment(classeur: Path, tenue: Tenue, quoi: str, partage: int) -> None:
    """The command waits, and is done."""
    tenue.hold(classeur if quoi == "classeur" else discreet(classeur, quoi), partage, 0.8)
    fait = type_command(*VISITE, "-c", classeur)
    assert fait.statut == 0, fait
    assert leftovers(classeur.parent) == []


@pytest.mark.parametrize("commande", [("list",), ("detect",), ("report",)])
def test_held_while_it_is_read(classeur: Path, tenue: Tenue, commande: tuple[str, ...]) -> None:
    """After two seconds exit 5 and the truth; nothing about rights."""
    tenue.hold(classeur, AUCUN)
    debut = time.monotonic()
    fait = type_command(*commande, "-c", classeur)
    assert fait.statut == 5, fait
    assert "retenu par un autre logiciel" in fait.erreurs
    assert time.monotonic() - debut > 1.9


@pytest.mark.parametrize("quoi", ["classeur", "index.json", "verrou"])
def test_held_while_it_is_written(classeur: Path, tenue: Tenue, quoi: str) -> None:
    """Read by others, never replaced: exit 5, the file as it was, nothing left beside."""
    avant = classeur.read_bytes()
    tenue.hold(classeur if quoi == "classeur" else discreet(classeur, quoi), LIRE)
    fait = type_command(*VISITE, "-c", classeur)
    assert fait.statut == 5, fait
    assert "retenu par un autre logiciel" in fait.erreurs
    tenue.let_go()
    assert classeur.read_bytes() == avant
    assert leftovers(classeur.parent) == []


def test_open_in_excel(classeur: Path, tenue: Tenue) -> None:
    """Its owner file is held, and names who; once Excel is gone, it is passed over."""
    verrou = classeur.with_name(f"~${classeur.name}")
    verrou.write_bytes(b"\x05Marie".ljust(165))
    for_a_while(verrou)
    tenue.hold(verrou, LIRE)
    tenue.hold(classeur, LIRE)
    fait = type_command(*VISITE, "-c", classeur)
    assert fait.statut == 5
    assert "ouvert dans Excel par Marie" in fait.erreurs
    assert type_command("list", "-c", classeur).statut == 0
    tenue.let_go()
    fait = type_command(*VISITE, "-c", classeur)
    assert fait.statut == 0
    assert "Verrou périmé ignoré" in fait.erreurs


def test_a_refused_closing_leaves_no_archive(classeur: Path, tenue: Tenue) -> None:
    """Documents said read-only included: Windows removes none of these as it is."""
    documents = classeur.parent / "docs" / "7"
    documents.mkdir(parents=True)
    (documents / "contrat.pdf").write_bytes(b"%PDF")
    (documents / "contrat.pdf").chmod(0o444)
    tenue.hold(classeur, LIRE)
    fait = type_command(
        "close", "7", "--demande-eleve", "--oui", "--documents", documents, "-c", classeur
    )
    assert fait.statut == 5, fait
    assert list((classeur.parent / "archives" / "dossiers").iterdir()) == []
    assert type_command("check", "--archives", "-c", classeur).statut == 0


def test_a_very_long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written and undone beyond the 260 characters of Windows, once its prefix opens them."""
    on_day(monkeypatch)
    dossier = tmp_path
    while len(str(dossier)) < 215:
        dossier = dossier / "OneDrive - Auto-ecole du Port"[: 216 - len(str(dossier))]
    dossier.mkdir(parents=True)
    classeur = dossier / "suivi_eleves.xlsx"
    assert type_command("init", classeur).statut == 0
    export = tmp_path / "eleves.csv"
    export.write_text("N° élève;Nom;Prénom;Inscrit le\n7;ROYER;Laurence;02/01/2026\n", "utf-8")
    fait = type_command("import", "eleves", export, "-c", classeur)
    assert fait.statut == 0, fait
    assert len(depot.versions(classeur)) == 1
    assert type_command("undo", "-c", classeur).statut == 0


def test_redirected_output_is_in_the_code_page_of_the_console(classeur: Path) -> None:
    """What cmd and PowerShell 5 read of « | findstr »; UTF-8 where there is no console."""
    environ = {n: v for n, v in os.environ.items() if n not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    commande = [sys.executable, "-m", "inactifs", "list", "-c", str(classeur)]
    fait = subprocess.run(commande, env=environ, capture_output=True, check=False)
    page = ctypes.WinDLL("kernel32").GetConsoleOutputCP()  # type: ignore[attr-defined]
    assert "É" in fait.stdout.decode(f"cp{page}" if page else "utf-8")
