"""No lost update: several commands at once, and other software that has the workbook."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from getpass import getuser
from pathlib import Path

import pytest
from depot_essais import MIDI, end_of, for_a_while, fork, history, package, undo, value_of, write

from conftest import LIRE, Tenue
from inactifs import depot
from inactifs.erreurs import ClasseurOccupe, FichierInvalide

posix = pytest.mark.skipif(os.name == "nt", reason="forks")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    """A workbook that holds 2, written twice."""
    return history(tmp_path / "suivi élèves.xlsx", 2)


@posix
def test_commands_at_once_all_take_effect(classeur: Path) -> None:
    """Under the lock each command reads what the one before wrote."""

    def _ten_times() -> None:
        for _ in range(10):
            with depot.lock(classeur, operateur="Marie"):
                write(classeur, value_of(classeur) + 1)

    enfants = [fork(_ten_times) for _ in range(5)]
    assert [end_of(e) for e in enfants] == [0] * 5
    assert value_of(classeur) == 52


@posix
def test_commands_at_once_without_the_lock(classeur: Path, tmp_path: Path) -> None:
    """Read before the lock is taken: each write takes effect or is refused, none is lost."""

    def _ten_times(enfant: int) -> None:
        reussites = 0
        for _ in range(10):
            source = depot.read(classeur)
            nouveau = package(value_of(classeur) + 1)
            try:
                depot.replace(
                    source, nouveau, commande="activite add", operateur="Paul", quand=MIDI
                )
                reussites += 1
            except ClasseurOccupe as erreur:
                assert "modifié entre-temps" in erreur.message
        (tmp_path / f"reussites {enfant}").write_text(str(reussites))

    enfants = [fork(lambda n=n: _ten_times(n)) for n in range(4)]
    assert [end_of(e) for e in enfants] == [0] * 4
    reussites = sum(int(f.read_text()) for f in tmp_path.glob("reussites *"))
    assert reussites >= 10
    assert len(depot.versions(classeur)) == 2 + reussites


@posix
def test_who_holds_the_lock_is_named(classeur: Path, tmp_path: Path) -> None:
    """A command that waits in vain says whose turn it is; a killed holder frees the lock."""

    def _hold() -> None:
        with depot.lock(classeur, operateur="Marie"):
            (tmp_path / "tenu").touch()
            time.sleep(60)

    enfant = fork(_hold)
    _wait_for((tmp_path / "tenu").exists)
    with pytest.raises(ClasseurOccupe) as refus, depot.lock(classeur, attente=0.1):
        pass
    assert f"Marie (processus {enfant}" in refus.value.message
    os.kill(enfant, signal.SIGKILL)
    end_of(enfant)
    with depot.lock(classeur, attente=0):
        write(classeur, 3)
    assert value_of(classeur) == 3


def test_a_save_between_read_and_write(classeur: Path) -> None:
    """Seen by its content, though size and time are the same."""
    source = depot.read(classeur)
    heure = classeur.stat()
    autre = bytes([source.data[0]]) + source.data[1:-1] + b"\x01"
    classeur.write_bytes(autre)
    os.utime(classeur, ns=(heure.st_atime_ns, heure.st_mtime_ns))
    with pytest.raises(ClasseurOccupe, match="modifié entre-temps"):
        depot.replace(source, package(3), commande="x", operateur="Marie", quand=MIDI)
    assert classeur.read_bytes() == autre
    assert [v.commande for v in depot.versions(classeur)] == ["commande 2", "commande 1"]


def test_moved_between_read_and_write(classeur: Path) -> None:
    """A workbook that was moved away is not written again under its old name."""
    source = depot.read(classeur)
    classeur.rename(classeur.with_name("ailleurs.xlsx"))
    with pytest.raises(FichierInvalide, match="n'existe pas"):
        depot.replace(source, package(3), commande="x", operateur="Marie", quand=MIDI)
    assert not classeur.exists()


def excel_lock(classeur: Path, nom: str) -> Path:
    """What Excel writes: the name in the Windows code page, then in UTF-16."""
    verrou = classeur.with_name(f"~${classeur.name}")
    court = nom.encode("cp1252", "replace")
    verrou.write_bytes(
        bytes([len(court)])
        + court.ljust(54)
        + len(nom).to_bytes(2, "little")
        + nom.encode("utf-16-le").ljust(108, b" ")
    )
    assert verrou.stat().st_size == 165
    return for_a_while(verrou)


@pytest.mark.parametrize("nom", ["Élodie Lefèvre", "Łucja Żak", "R"])
def test_open_in_excel(classeur: Path, nom: str, tenue: Tenue) -> None:
    """The owner file of Excel names who has the workbook open, and how to remove it."""
    verrou = excel_lock(classeur, nom)
    tenue.hold(verrou, LIRE)
    with pytest.raises(ClasseurOccupe) as refus:
        write(classeur, 3)
    assert f"ouvert dans Excel par {nom}." in refus.value.message
    assert str(verrou) in refus.value.conseil
    with pytest.raises(ClasseurOccupe):
        undo(classeur)
    assert value_of(classeur) == 2
    tenue.let_go()
    verrou.unlink()
    write(classeur, 3)


@pytest.mark.parametrize("octets", [b"", b"\x00", b"\x05Paul ", b"\xff" * 165, b"\x03\x1b\x07\x00"])
def test_a_broken_excel_lock(classeur: Path, octets: bytes, tenue: Tenue) -> None:
    """It still counts, without a name or with what can be read of it."""
    verrou = classeur.with_name(f"~${classeur.name}")
    verrou.write_bytes(octets)
    tenue.hold(for_a_while(verrou), LIRE)
    with pytest.raises(ClasseurOccupe) as refus:
        depot.refuse_if_open_elsewhere(classeur)
    assert refus.value.message.isprintable()
    assert refus.value.message.endswith("Excel par Paul." if b"Paul" in octets else "Excel.")


def libreoffice_lock(classeur: Path, contenu: str) -> Path:
    """What LibreOffice writes."""
    verrou = classeur.with_name(f".~lock.{classeur.name}#")
    verrou.write_text(contenu, encoding="utf-8")
    return for_a_while(verrou)


def test_open_in_libreoffice(classeur: Path) -> None:
    """Name and machine are told; the login stands for a name that was not given."""
    libreoffice_lock(classeur, "Marie\\, l'aînée,mdupont,ACCUEIL,24.11.2026 09:12,file:///p;")
    with pytest.raises(ClasseurOccupe, match="LibreOffice par Marie, l'aînée, sur le poste ACCU"):
        write(classeur, 3)
    libreoffice_lock(classeur, ",mdupont,ACCUEIL,24.11.2026 09:12,file:///p;")
    with pytest.raises(ClasseurOccupe, match="LibreOffice par mdupont, sur le poste ACCUEIL"):
        write(classeur, 3)
    libreoffice_lock(classeur, "")
    with pytest.raises(ClasseurOccupe, match=r"est ouvert dans LibreOffice\."):
        write(classeur, 3)
    assert value_of(classeur) == 2


@linux
def test_a_libreoffice_lock_from_before_the_start_is_stale(classeur: Path) -> None:
    """A power cut leaves a lock: of this machine it is passed over, and said; of another, not."""
    verrou = libreoffice_lock(classeur, f",quelquun,{platform.node()},01.01.2020 09:12,file:///p;")
    os.utime(verrou, (0, 0))
    assert f"Verrou périmé ignoré : « {verrou.name} »" in depot.refuse_if_open_elsewhere(classeur)
    write(classeur, 3)
    assert value_of(classeur) == 3
    verrou = libreoffice_lock(classeur, ",quelquun,ACCUEIL,01.01.2020 09:12,file:///p;")
    os.utime(verrou, (0, 0))
    with pytest.raises(ClasseurOccupe):
        depot.refuse_if_open_elsewhere(classeur)


@linux
def test_a_libreoffice_lock_without_libreoffice(classeur: Path, tmp_path: Path) -> None:
    """Of this account and machine it is real while a LibreOffice runs, stale when none does."""
    libreoffice_lock(classeur, f",{getuser()},{platform.node()},24.11.2026 09:12,file:///p;")
    programme = shutil.copy(shutil.which("sleep") or "", tmp_path / "soffice.bin")
    bureautique = subprocess.Popen([programme, "60"])
    try:
        _wait_for(lambda: _name_of(Path(f"/proc/{bureautique.pid}")).startswith("soffice"))
        with pytest.raises(ClasseurOccupe):
            depot.refuse_if_open_elsewhere(classeur)
    finally:
        bureautique.kill()
        bureautique.wait()
    if any(_name_of(p).startswith("soffice") for p in Path("/proc").glob("[0-9]*")):
        pytest.skip("a LibreOffice runs on this machine")
    assert "périmé" in depot.refuse_if_open_elsewhere(classeur)
    libreoffice_lock(classeur, f",quelquun,{platform.node()},24.11.2026 09:12,file:///p;")
    with pytest.raises(ClasseurOccupe):
        depot.refuse_if_open_elsewhere(classeur)


def _name_of(processus: Path) -> str:
    try:
        return (processus / "comm").read_text()
    except OSError:
        return ""


def _wait_for(condition: Callable[[], bool]) -> None:
    fin = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < fin
        time.sleep(0.01)
