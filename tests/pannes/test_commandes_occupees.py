"""From the command line: a workbook that somebody else has, a disk that refuses, a way back."""

from __future__ import annotations

import json
import os
import platform
import stat
import sys
from pathlib import Path

import openpyxl
import pytest
from commandes_essais import JOUR, on_day, school, type_command
from depot_essais import die_at, end_of, for_a_while, fork, leftovers

from conftest import LIRE, Tenue

if sys.platform != "win32":
    import resource

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")

ECRIRE: list[tuple[str, ...]] = [
    ("relance", "add", "7"),
    ("activite", "add", "7", "visite"),
    ("close", "7", "--demande-eleve", "--oui"),
    ("pause", "7", "--jusqu-au", "24/12/2026", "--motif", "stage"),
    ("undo",),
]


@pytest.fixture(autouse=True)
def jour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day, and who types."""
    on_day(monkeypatch)


@pytest.fixture(scope="module")
def gabarit(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook with two open dossiers."""
    with pytest.MonkeyPatch.context() as env:
        on_day(env)
        return school(tmp_path_factory.mktemp("gabarit")).read_bytes()


@pytest.fixture
def classeur(gabarit: bytes, tmp_path: Path) -> Path:
    """A copy of it, written once since."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(gabarit)
    assert type_command("activite", "add", "8", "visite", "-c", chemin).statut == 0
    return chemin


def contents(dossier: Path) -> dict[Path, bytes]:
    """Every workbook under a folder, the versions kept included."""
    return {p: p.read_bytes() for p in dossier.rglob("*.xlsx") if p.is_file()}


def excel_lock(classeur: Path, nom: str) -> Path:
    """What Excel leaves beside a workbook while it is open."""
    verrou = classeur.with_name(f"~${classeur.name}")
    court = nom.encode("cp1252")
    verrou.write_bytes(
        bytes([len(court)]) + court.ljust(54) + len(nom).to_bytes(2, "little")
        + nom.encode("utf-16-le").ljust(108, b" ")
    )  # fmt: skip
    for_a_while(verrou)
    return verrou


@pytest.mark.parametrize("commande", ECRIRE, ids=lambda c: " ".join(c[:2]))
def test_open_in_excel(classeur: Path, commande: tuple[str, ...], tenue: Tenue) -> None:
    """No command writes (exit 5); each says who has it open, and what to do."""
    tenue.hold(excel_lock(classeur, "Élodie Lefèvre"), LIRE)
    avant = classeur.read_bytes()
    fait = type_command(*commande, "-c", classeur)
    assert fait.statut == 5
    assert "est ouvert dans Excel par Élodie Lefèvre." in fait.erreurs
    assert "fermez-le" in fait.erreurs
    assert classeur.read_bytes() == avant
    assert type_command("list", "-c", classeur).statut == 0


def test_open_in_libreoffice(classeur: Path) -> None:
    """The same, with the computer's name."""
    verrou = classeur.with_name(f".~lock.{classeur.name}#")
    verrou.write_text(",Marie,ACCUEIL,24.11.2026 09:12,file:///p;", "utf-8")
    for_a_while(verrou)
    avant = classeur.read_bytes()
    fait = type_command("relance", "add", "7", "-c", classeur)
    assert fait.statut == 5
    assert "dans LibreOffice par Marie, sur le poste ACCUEIL" in fait.erreurs
    assert classeur.read_bytes() == avant


@linux
def test_a_stale_lock_is_said_by_every_command_that_writes(classeur: Path) -> None:
    """``init`` and ``undo`` as well as the others."""
    livre = openpyxl.load_workbook(classeur)
    livre["Paramètres"].delete_rows(2)  # something for « init » to put back
    livre.save(classeur)
    verrou = classeur.with_name(f".~lock.{classeur.name}#")
    verrou.write_text(f",quelquun,{platform.node()},01.01.2020 09:12,file:///p;", "utf-8")
    os.utime(verrou, (0, 0))
    for commande in (("init", classeur), ("relance", "add", "7", "-c", classeur),
                     ("undo", "-c", classeur)):  # fmt: skip
        fait = type_command(*commande)
        assert fait.statut == 0, fait
        assert "Verrou périmé ignoré" in fait.erreurs, commande


def test_undo_says_what_it_undoes_and_keeps_changes_by_hand(classeur: Path) -> None:
    """Refused after a change by hand (exit 3) unless told to; the state put aside is kept."""
    avant = classeur.read_bytes()
    assert type_command("relance", "add", "7", "-c", classeur).statut == 0
    versions = json.loads(type_command("undo", "--liste", "--json", "-c", classeur).sortie)
    derniere = versions["versions"][0]
    assert (derniere["operateur"], derniere["commande"]) == ("Marie", "relance add")
    assert derniere["quand"].startswith(JOUR)
    livre = openpyxl.load_workbook(classeur)
    livre["Tableau de suivi"]["F2"].value = "tapé à la main"
    livre.save(classeur)
    a_la_main = classeur.read_bytes()
    fait = type_command("undo", "-c", classeur)
    assert fait.statut == 3
    assert "modifié à la main depuis « relance add »" in fait.erreurs
    assert "--force" in fait.erreurs
    assert classeur.read_bytes() == a_la_main
    assert type_command("undo", "--force", "-c", classeur).statut == 0
    assert classeur.read_bytes() == avant
    gardees = [p.read_bytes() for p in (classeur.parent / ".inactifs").rglob("*-annulee.xlsx")]
    assert a_la_main in gardees


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_permissions_and_link_outlive_a_command(classeur: Path) -> None:
    """A workbook that a link leads to, readable by its group: both stay so."""
    vrai = classeur.rename(classeur.with_name("vrai.xlsx"))
    vrai.chmod(0o640)
    classeur.symlink_to("vrai.xlsx")
    avant = vrai.read_bytes()
    assert type_command("relance", "add", "7", "-c", classeur).statut == 0
    assert classeur.is_symlink()
    assert stat.S_IMODE(vrai.stat().st_mode) == 0o640
    assert vrai.read_bytes() != avant
    assert type_command("undo", "-c", classeur).statut == 0
    assert (classeur.is_symlink(), vrai.read_bytes()) == (True, avant)


@pytest.mark.skipif(os.name == "nt", reason="needs setrlimit")
@pytest.mark.parametrize("commande", ECRIRE, ids=lambda c: " ".join(c[:2]))
def test_no_room_on_the_disk(classeur: Path, commande: tuple[str, ...]) -> None:
    """The file may not grow beyond 4 kB: said in French (exit 1), and nothing has changed."""
    avant = contents(classeur.parent)

    def _type() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        fait = type_command(*commande, "-c", classeur)
        assert fait.statut == 1, fait
        assert "plus de place sur le disque" in fait.erreurs
        assert "Traceback" not in fait.erreurs

    assert end_of(fork(_type)) == 0
    assert contents(classeur.parent) == avant
    assert leftovers(classeur.parent) == []


@pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX systems do")
def test_a_command_killed_at_many_instants(classeur: Path) -> None:
    """The workbook is the one before or the one after, opens, and the next command works."""
    avant = classeur.read_bytes()

    def _type() -> None:
        assert type_command("relance", "add", "7", "-c", classeur).statut == 0

    ecrits = []
    for instant in range(7, 100_000, 53):
        fin = end_of(fork(die_at(instant, _type)))
        ecrits.append(classeur.read_bytes() != avant)
        openpyxl.load_workbook(classeur)
        assert type_command("check", "-c", classeur).statut == 0
        if ecrits[-1]:
            assert type_command("undo", "-c", classeur).statut == 0
        assert classeur.read_bytes() == avant
        if fin == 0:
            break
    assert set(ecrits) == {False, True}
    assert len(ecrits) > 5
