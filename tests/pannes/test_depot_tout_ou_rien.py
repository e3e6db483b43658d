"""Killed, interrupted, out of room: the workbook is the one before or the one after."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from depot_essais import (
    INTERROMPU,
    MIDI,
    die_at,
    end_of,
    fork,
    history,
    interrupt_at,
    leftovers,
    package,
    undo,
    value_of,
    write,
)

from inactifs import depot
from inactifs.erreurs import ErreurInactifs

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX systems do")


@pytest.fixture
def gabarit(tmp_path: Path) -> Path:
    """A folder whose workbook holds 2, written twice: 0, 1, 2."""
    dossier = tmp_path / "gabarit"
    dossier.mkdir()
    history(dossier / "suivi.xlsx", 2)
    return dossier


def _copy(gabarit: Path, nom: object) -> Path:
    return shutil.copytree(gabarit, gabarit.with_name(str(nom))) / "suivi.xlsx"


def _killed(instant: int, action: Callable[[], object]) -> bool:
    """Whether the instant came before ``action`` ended, and the child was killed then."""
    fin = end_of(fork(die_at(instant, action)))
    assert fin in (0, -signal.SIGKILL)
    return fin != 0


def test_killed_at_any_instant_of_a_write(gabarit: Path) -> None:
    """At every call to the system: before or after, then the next write and undo are right."""
    nouveau = package(3)

    def _replace(chemin: Path) -> None:
        source = depot.read(chemin)
        depot.replace(source, nouveau, commande="close", operateur="Marie", quand=MIDI)

    vus = []
    for instant in range(0, 10_000, 3):
        chemin = _copy(gabarit, instant)
        if not _killed(instant, lambda c=chemin: _replace(c)):
            break
        vus.append(value_of(chemin))
        assert [v.commande for v in depot.versions(chemin)] == (
            ["commande 2", "commande 1"] if vus[-1] == 2 else ["close", "commande 2", "commande 1"]
        )
        if instant % 2:
            write(chemin, 9)
            assert leftovers(chemin.parent) == []
            undo(chemin)
            assert value_of(chemin) == vus[-1]
        undo(chemin)
        assert value_of(chemin) == vus[-1] - 1
        shutil.rmtree(chemin.parent)
    assert len(vus) > 40
    assert vus == sorted(vus)
    assert set(vus) == {2, 3}


def test_killed_at_any_instant_of_an_undo(gabarit: Path) -> None:
    """At every call to the system: before or after, and undo goes on from there."""
    vus = []
    for instant in range(0, 10_000, 3):
        chemin = _copy(gabarit, instant)
        if not _killed(instant, lambda c=chemin: undo(c)):
            break
        vus.append(value_of(chemin))
        undo(chemin)
        assert value_of(chemin) == vus[-1] - 1
        assert leftovers(chemin.parent) == []
        shutil.rmtree(chemin.parent)
    assert vus == sorted(vus, reverse=True)
    assert set(vus) == {2, 1}


def test_killed_at_any_instant_of_a_creation(tmp_path: Path) -> None:
    """At every call to the system: no workbook, or a whole one."""
    data = package(7)
    nes = []
    for instant in range(10_000):
        chemin = tmp_path / f"{instant}.xlsx"
        if not _killed(instant, lambda c=chemin: depot.create(c, data)):
            break
        nes.append(chemin.exists())
        assert not nes[-1] or chemin.read_bytes() == data
    assert nes == sorted(nes)
    assert set(nes) == {False, True}


def test_interrupted_at_any_instant(gabarit: Path) -> None:
    """Ctrl-C leaves nothing beside the workbook, and no write without the version before it."""
    nouveau = package(3)
    chemin = gabarit / "suivi.xlsx"
    source = depot.read(chemin)

    def _replace() -> None:
        depot.replace(source, nouveau, commande="close", operateur="Marie", quand=MIDI)

    vus = []
    for instant in range(0, 10_000, 3):
        fin = end_of(fork(lambda n=instant: interrupt_at(n, _replace)))
        if fin == 0:
            break
        assert fin == INTERROMPU
        vus.append(value_of(chemin))
        assert sorted(c.name for c in gabarit.iterdir()) == [".inactifs", "suivi.xlsx"]
        if vus[-1] == 3:
            assert undo(chemin).commande == "close"
        assert value_of(chemin) == 2
        assert depot.versions(chemin)[0].commande == "commande 2"
    assert set(vus) == {2, 3}
    assert len(vus) > 40


def test_killed_in_the_middle_of_the_bytes(gabarit: Path) -> None:
    """A large workbook killed at moments spread over its writing: before or after."""
    chemin = gabarit / "suivi.xlsx"
    nouveau = package(3, 8 << 20)

    def _replace() -> None:
        depot.replace(depot.read(chemin), nouveau, commande="close", operateur="Marie", quand=MIDI)

    debut = time.perf_counter()
    assert end_of(fork(_replace)) == 0
    duree = time.perf_counter() - debut
    undo(chemin)
    for instant in range(30):
        enfant = fork(_replace)
        time.sleep(duree * instant / 25)
        os.kill(enfant, signal.SIGKILL)
        end_of(enfant)
        if value_of(chemin) == 3:
            undo(chemin)
        assert value_of(chemin) == 2
        assert depot.versions(chemin)[0].commande == "commande 2"


def test_a_limit_on_file_size(gabarit: Path) -> None:
    """The disk refuses the new file in the middle: said in French, nothing changed."""
    chemin = gabarit / "suivi.xlsx"

    def _limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        write(chemin, 3, octets=200_000)

    assert end_of(fork(_limited)) == ErreurInactifs.statut
    assert value_of(chemin) == 2
    assert leftovers(gabarit) == []
    undo(chemin)
    assert value_of(chemin) == 1


@pytest.fixture
def petit_disque(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB in memory."""
    point = tmp_path / "disque"
    point.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m", "none", str(point)]
    try:
        subprocess.run(["mount", *options], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this account may not mount a disk in memory")
    yield point
    subprocess.run(["umount", str(point)], check=True)


def test_a_disk_that_fills_up(petit_disque: Path) -> None:
    """With less and less room, at whatever step it lacks: before or after, and a way back."""
    chemin = petit_disque / "suivi.xlsx"
    bourre = petit_disque / "bourre"
    depot.create(chemin, package(0, 60_000))
    issues = set()
    for pages in range(45):
        avant = value_of(chemin)
        libre = os.statvfs(petit_disque).f_bavail * os.statvfs(petit_disque).f_frsize
        bourre.write_bytes(bytes(max(0, libre - pages * 4096)))
        try:
            write(chemin, avant + 1, octets=60_000)
            issues.add("écrit")
            assert value_of(chemin) == avant + 1
        except ErreurInactifs as erreur:
            issues.add(erreur.statut)
            assert "plus de place" in erreur.message
            assert value_of(chemin) == avant
            assert leftovers(petit_disque) == []
        bourre.unlink()
        if value_of(chemin) > 1:
            undo(chemin)
            assert value_of(chemin) == avant
            for annulee in petit_disque.rglob("*-annulee.xlsx"):
                annulee.unlink()
    assert issues == {1, "écrit"}
