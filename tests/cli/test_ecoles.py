"""``report`` on several schools: one line each, whatever is wrong with the others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student

import inactifs

NOVEMBRE = ("report", "--mois", "2026-11")


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school with two students, one case detected in November and one ended."""
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(tmp_path_factory.mktemp("ecole"), patch)
        ecole.json("init", "--auto-ecole", "Auto-école du Port")
        ecole.fill(ELEVES, [student("1", "ROYER Laurence"), student("2", "BENALI Samir")])
        ligne = {"DÉTECTÉ LE": le("02/11/2026"), "DATES DE RELANCES": "02/11/2026"}
        fin = {"RÉSULTAT (REPRISE / ABANDON)": "REPRISE", "CLÔTURÉ LE": le("12/11/2026")}
        ecole.fill(TABLEAU, [{"ÉLÈVE": "ROYER Laurence", **ligne}])
        ecole.fill(TABLEAU, [{"ÉLÈVE": "BENALI Samir", **ligne, **fin}])
        return ecole.classeur


@pytest.fixture
def ecoles(modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Three schools in a folder, two of them of one name; commands are typed above it."""
    for lieu in ("gare", "port"):
        (tmp_path / "ecoles" / lieu).mkdir(parents=True)
        shutil.copy(modele, tmp_path / "ecoles" / lieu / "suivi_eleves.xlsx")
    seule = Ecole(tmp_path, monkeypatch)
    seule.json("init", "ecoles/neuve.xlsx", "--auto-ecole", "Neuve [bold] <b>")
    seule.day("16/12/2026")
    return seule


def test_a_folder_is_its_schools_and_their_total(ecoles: Ecole) -> None:
    """Those of its sub-folders too; archives, locks and hidden files are none."""
    dossier = Path("ecoles")
    for faux in ("archives/2026-10", ".inactifs"):
        (dossier / "gare" / faux).mkdir(parents=True, exist_ok=True)
        shutil.copy(dossier / "gare" / "suivi_eleves.xlsx", dossier / "gare" / faux / "x.xlsx")
    (dossier / "~$neuve.xlsx").write_bytes(b"\x05Marie")
    document = ecoles.json(*NOVEMBRE, "ecoles", "ecoles/port/suivi_eleves.xlsx")
    assert [Path(e["classeur"]).as_posix() for e in document["ecoles"]] == [
        "ecoles/neuve.xlsx",
        "ecoles/gare/suivi_eleves.xlsx",
        "ecoles/port/suivi_eleves.xlsx",
    ]
    total = document["total"]
    assert (total["eleves_suivis"], total["detectes"], total["reprises"]) == (4, 4, 2)
    assert total["dossiers_ouverts_debut"] + total["detectes"] == (
        total["reprises"] + total["abandons"] + total["dossiers_ouverts_fin"]
    )
    assert document["illisibles"] == []
    assert (document["mois"], document["mois_par_defaut"]) == ("2026-11", False)


def test_schools_of_one_name_are_told_apart(ecoles: Ecole) -> None:
    """By their workbook."""
    noms = [e["ecole"].replace("\\", "/") for e in ecoles.json(*NOVEMBRE, "ecoles")["ecoles"]]
    assert noms == [
        "Neuve [bold] <b>",
        "Auto-école du Port (ecoles/gare/suivi_eleves.xlsx)",
        "Auto-école du Port (ecoles/port/suivi_eleves.xlsx)",
    ]


def test_a_workbook_that_cannot_be_read_is_named_and_stops_nobody(ecoles: Ecole) -> None:
    """Cut short, a text, no tableau at all, gone: each with its reason."""
    coupe, texte, autre = (Path("ecoles", f"{n}.xlsx") for n in ("coupe", "texte", "autre"))
    coupe.write_bytes(Path("ecoles/neuve.xlsx").read_bytes()[:900])
    texte.write_bytes(b"Bonjour")
    openpyxl.Workbook().save(autre)
    document = ecoles.json(*NOVEMBRE, "ecoles", "absent.xlsx")
    assert len(document["ecoles"]) == 3
    raisons = {Path(i["classeur"]).name: i["raison"] for i in document["illisibles"]}
    assert set(raisons) == {"coupe.xlsx", "texte.xlsx", "autre.xlsx", "absent.xlsx"}
    assert all(raisons.values())
    coupe.unlink()
    ecran = ecoles.type(*NOVEMBRE, "ecoles")
    assert ecran.statut == 0
    assert ecran.erreurs.count("Non lu") == 2


def test_no_workbook_read_is_a_fault(ecoles: Ecole) -> None:
    """Exit 4, and the first reason."""
    for nom in ("a", "b"):
        Path(f"{nom}.xlsx").write_bytes(b"Bonjour")
    fait = ecoles.type(*NOVEMBRE, "a.xlsx", "b.xlsx")
    assert fait.statut == 4
    assert "a.xlsx" in fait.erreurs
    Path("sans").mkdir()
    assert ecoles.type(*NOVEMBRE, "sans").statut == 2


def test_each_school_archives_its_own_month(ecoles: Ecole) -> None:
    """Several at once are not archived."""
    assert ecoles.type(*NOVEMBRE, "ecoles", "--archiver").statut == 2


def test_the_screen_says_the_month_chosen_and_where_the_definitions_are(ecoles: Ecole) -> None:
    """As the report of one school does."""
    sortie = ecoles.type("report", "ecoles").sortie
    assert "bilan de novembre 2026" in sortie
    assert "Mois choisi par défaut" in sortie
    assert "Neuve [bold] <b>" in " ".join(sortie.split())
    assert "Ce que veut dire chaque chiffre : inactifs report --format html" in sortie


def test_it_is_written_as_a_page_and_as_a_workbook(ecoles: Ecole) -> None:
    """Private files; numbers are numbers, names are text, the total is apart."""
    Path("ecoles/vide.xlsx").write_bytes(b"Bonjour")
    for forme in ("html", "xlsx"):
        assert ecoles.type(*NOVEMBRE, "ecoles", "--sortie", f"r.{forme}").statut == 0
        assert (
            sys.platform == "win32" or stat.S_IMODE(Path(f"r.{forme}").stat().st_mode) & 0o077 == 0
        )
    page = Path("r.html").read_text("utf-8")
    assert "Neuve [bold] &lt;b&gt;" in page
    assert "vide.xlsx" in page
    assert "size: A4 landscape" in page
    livre = openpyxl.load_workbook("r.xlsx")
    lignes = list(livre["Écoles"].iter_rows(values_only=True))
    assert lignes[1][0] == "Neuve [bold] <b>"
    assert [x[3] for x in lignes if x[0] and str(x[0]).startswith("Auto-école")] == [2, 2]
    assert lignes[-1][:5] == ("Total", 4, 0, 4, 2)
    assert livre["Écoles"].auto_filter.ref == "A1:N4"
    assert any("vide.xlsx" in str(c) for ligne in livre["Définitions"].values for c in ligne)


def _children(parent: int) -> list[int]:
    """The reading processes of a command that runs (Linux)."""
    trouves = []
    for dossier in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if int((dossier / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                ligne = (dossier / "cmdline").read_bytes()
                trouves += [int(dossier.name)] * (b"spawn_main" in ligne)
    return trouves


deux_coeurs = pytest.mark.skipif(
    not sys.platform.startswith("linux") or len(os.sched_getaffinity(0)) < 2,
    reason="il faut /proc et deux cœurs",
)


def _started(*options: str) -> tuple[subprocess.Popen[bytes], list[int]]:
    """The command on the folder « ecoles », and its processes once they are there."""
    racine = str(Path(inactifs.__file__).parents[1])
    commande = subprocess.Popen(
        [sys.executable, "-m", "inactifs", *NOVEMBRE, "ecoles", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": racine},
    )
    fin = time.monotonic() + 20
    while len(enfants := _children(commande.pid)) < 2 and time.monotonic() < fin:
        time.sleep(0.005)
    return commande, enfants


@deux_coeurs
def test_a_process_that_is_killed_loses_no_school(ecoles: Ecole, modele: Path) -> None:
    """Read in several processes, one of which dies: every school is there, in order."""
    for n in range(16):
        shutil.copy(modele, f"ecoles/e{n:02}.xlsx")
    commande, enfants = _started("--json")
    os.kill(enfants[0], signal.SIGKILL)
    sortie, _ = commande.communicate(timeout=60)
    document = json.loads(sortie)
    assert document["illisibles"] == []
    noms = [Path(e["classeur"]).name for e in document["ecoles"]]
    assert noms[:16] == [f"e{n:02}.xlsx" for n in range(16)]
    assert document["total"]["eleves_suivis"] == 2 * 18


@deux_coeurs
def test_ctrl_c_leaves_no_process(ecoles: Ecole, modele: Path) -> None:
    """Nobody goes on reading, nor holds the pipe of the command that ended."""
    for n in range(400):
        shutil.copy(modele, f"ecoles/e{n:03}.xlsx")
    commande, enfants = _started()
    os.kill(commande.pid, signal.SIGINT)
    sortie, erreurs = commande.communicate(timeout=60)
    assert (commande.returncode, sortie) == (130, b"")
    assert erreurs.decode().startswith("Interrompu")
    assert not any(Path(f"/proc/{enfant}").exists() for enfant in enfants)
