"""What happens in a moment: a file held, a lock that comes or goes, a save during the reading."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commandes_essais import on_day, school, type_command
from depot_essais import (
    MIDI,
    for_a_while,
    history,
    leftovers,
    on_system_call,
    package,
    value_of,
    write,
)

from conftest import LIRE, Tenue
from inactifs import depot
from inactifs.erreurs import ClasseurOccupe, FichierInvalide

posix = pytest.mark.skipif(sys.platform == "win32", reason="open files, flushes as POSIX has them")
Held = Callable[[str, float], None]


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    """A workbook that holds 2, written twice."""
    return history(tmp_path / "suivi.xlsx", 2)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """Imitates another program that holds the files of one name for some seconds: what Windows
    answers then (ERROR_SHARING_VIOLATION) to whoever opens, replaces or removes them."""

    def _hold(nom: str, secondes: float) -> None:
        fin = time.monotonic() + secondes
        for fonction in ("open", "replace", "unlink"):
            monkeypatch.setattr(os, fonction, _refusing(getattr(os, fonction), nom, fin))
        monkeypatch.setattr("io.open", _refusing(open, nom, fin))

    return _hold


def _refusing(vrai: Callable[..., Any], nom: str, fin: float) -> Callable[..., Any]:
    def _essai(*arguments: Any, **options: Any) -> Any:
        noms = [Path(os.fspath(a)).name for a in arguments[:2] if isinstance(a, str | Path)]
        if nom in noms and time.monotonic() < fin:
            faute = PermissionError(errno.EACCES, "Permission denied", str(arguments[0]))
            faute.winerror = 32  # type: ignore[attr-defined]
            raise faute
        return vrai(*arguments, **options)

    return _essai


@pytest.mark.parametrize("nom", ["suivi.xlsx", "verrou", "index.json", ".suivi.xlsx.inactifs.tmp"])
def test_a_file_held_for_a_moment(classeur: Path, held: Held, nom: str) -> None:
    """An antivirus lets go within the second: the write takes place."""
    held(nom, 0.6)
    write(classeur, 3)
    assert value_of(classeur) == 3
    assert leftovers(classeur.parent) == []


@pytest.mark.parametrize("nom", ["suivi.xlsx", "verrou", "index.json", ".suivi.xlsx.inactifs.tmp"])
def test_a_file_that_is_not_let_go(classeur: Path, held: Held, nom: str) -> None:
    """After two seconds: exit 5, and the truth, not a matter of rights nor damage."""
    source = depot.read(classeur)
    held(nom, 60)
    debut = time.monotonic()
    with pytest.raises(ClasseurOccupe, match="retenu par un autre logiciel"):
        depot.replace(source, package(3), commande="x", operateur="", quand=MIDI)
    assert 1.9 < time.monotonic() - debut < 8


def test_a_file_held_while_it_is_read(
    tmp_path: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command line: it waits, and says who is in the way (exit 5)."""
    on_day(monkeypatch)
    classeur = school(tmp_path)
    held("suivi.xlsx", 0.5)
    assert type_command("list", "-c", classeur).statut == 0
    held("suivi.xlsx", 60)
    fait = type_command("list", "-c", classeur)
    assert fait.statut == 5
    assert "retenu par un autre logiciel" in fait.erreurs
    assert "droit" not in fait.erreurs


def test_a_kept_version_that_is_held_is_not_called_damaged(classeur: Path, held: Held) -> None:
    """« abîmée » would send somebody looking for a lost workbook."""
    version = depot.versions(classeur)[0].chemin
    held(version.name, 60)
    with pytest.raises(ClasseurOccupe, match="retenu"):
        depot.undo(classeur, operateur="Paul", quand=MIDI)
    assert value_of(classeur) == 2


@posix
def test_a_lock_that_comes_during_the_write(classeur: Path) -> None:
    """Excel opens the workbook while the copy is flushed: seen just before the rename."""
    source, verrou = depot.read(classeur), classeur.with_name("~$suivi.xlsx")

    def _open_in_excel() -> None:
        verrou.write_bytes(b"\x05Marie")
        for_a_while(verrou)

    stop = on_system_call("fsync", _open_in_excel)
    try:
        with pytest.raises(ClasseurOccupe, match="Excel par Marie"):
            depot.replace(source, package(3), commande="x", operateur="", quand=MIDI)
    finally:
        stop()
    assert verrou.exists()
    assert value_of(classeur) == 2
    assert leftovers(classeur.parent) == []
    assert len(depot.versions(classeur)) == 2


def test_a_lock_that_goes_within_two_seconds(classeur: Path) -> None:
    """A program opens the workbook and closes it at once: the command waits for it."""
    verrou = classeur.with_name("~$suivi.xlsx")
    verrou.write_bytes(b"\x05Marie")
    threading.Timer(0.5, verrou.unlink).start()
    write(classeur, 3)
    assert value_of(classeur) == 3


def test_a_new_lock_that_stays(classeur: Path, tenue: Tenue) -> None:
    """Two seconds, no more; one of another day is not waited for."""
    verrou = classeur.with_name("~$suivi.xlsx")
    verrou.write_bytes(b"\x05Marie")
    tenue.hold(verrou, LIRE)
    debut = time.monotonic()
    with pytest.raises(ClasseurOccupe, match="Marie"):
        depot.refuse_if_open_elsewhere(classeur)
    assert 1 < time.monotonic() - debut < 4
    for_a_while(verrou)
    debut = time.monotonic()
    with pytest.raises(ClasseurOccupe, match="Marie"):
        depot.refuse_if_open_elsewhere(classeur)
    assert time.monotonic() - debut < 1


@posix
def test_a_file_that_changes_while_it_is_read(classeur: Path) -> None:
    """The same size, other bytes, between the opening and the end: it is read again."""
    nouveau = package(7)
    nouveau = nouveau[: classeur.stat().st_size].ljust(classeur.stat().st_size, b"\0")

    def _save() -> None:
        with classeur.open("r+b") as fichier:
            fichier.write(nouveau)
        os.utime(classeur, ns=(1, time.time_ns() + 10**9))

    stop = on_system_call("read", _save)
    try:
        data = depot.read(classeur).data
    finally:
        stop()
    assert data == nouveau == classeur.read_bytes()


@posix
def test_a_file_that_never_stops_changing(classeur: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused (exit 5), rather than read at some instant."""
    vrai = os.fstat
    appels = iter(range(1_000_000))

    def _fstat(descripteur: int) -> os.stat_result:
        valeurs = list(vrai(descripteur))
        return os.stat_result(valeurs, {"st_mtime_ns": next(appels)})

    monkeypatch.setattr(os, "fstat", _fstat)
    with pytest.raises(ClasseurOccupe, match="en cours d'enregistrement"):
        depot.read(classeur)


@posix
def test_everything_is_flushed_before_it_takes_its_name(
    classeur: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file, the copy, the index, and the two folders that hold their names, in order."""
    vidages: list[str] = []
    vrai = os.fsync

    def _fsync(descripteur: int) -> None:
        vrai(descripteur)
        dossier = stat.S_ISDIR(os.fstat(descripteur).st_mode)
        nom = next(
            str(p.relative_to(classeur.parent))
            for p in (classeur.parent, *classeur.parent.rglob("*"))
            if p.stat().st_ino == os.fstat(descripteur).st_ino
        )
        vidages.append(nom + ("/" if dossier else ""))

    monkeypatch.setattr(os, "fsync", _fsync)
    write(classeur, 3)
    discret = ".inactifs/suivi.xlsx"
    assert vidages == [
        ".suivi.xlsx.inactifs.tmp",
        f"{discret}/en_cours.tmp",  # the copy
        f"{discret}/en_cours.tmp",  # the index
        f"{discret}/",
        "./",
    ]


def test_a_folder_said_read_only(classeur: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Explorer marks customised folders so: their files stay writable, and writes go on."""
    vrai = Path.stat

    def _stat(chemin: Path, **options: Any) -> os.stat_result:
        lu = vrai(chemin, **options)
        if chemin.parent.name != ".inactifs":
            return lu
        return os.stat_result([0o40555, *list(lu)[1:]])

    monkeypatch.setattr(Path, "stat", _stat)
    write(classeur, 3)
    write(classeur, 4)
    for fichier in (classeur.parent / ".inactifs" / "suivi.xlsx").iterdir():
        assert fichier.stat().st_mode & stat.S_IWUSR, fichier
    assert value_of(classeur) == 4


def _short_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imitates Windows as it is set: no path of 260 characters and more."""
    for fonction in ("open", "replace", "mkdir"):
        monkeypatch.setattr(os, fonction, _limited(getattr(os, fonction)))
    monkeypatch.setattr("io.open", _limited(open))


def _limited(vrai: Callable[..., Any]) -> Callable[..., Any]:
    def _essai(*arguments: Any, **options: Any) -> Any:
        for nom in arguments[:2]:
            if isinstance(nom, str | Path) and len(os.path.abspath(nom)) > 259:  # noqa: PTH100
                raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(nom))
        return vrai(*arguments, **options)

    return _essai


def _long(tmp_path: Path, longueur: int) -> Path:
    """A workbook whose path has so many characters."""
    dossier = tmp_path
    while len(str(dossier)) < longueur - 60:
        dossier /= "OneDrive - Auto-école"[: longueur - 20 - len(str(dossier))]
    dossier.mkdir(parents=True)
    reste = longueur - len(str(dossier)) - len("/.xlsx")
    return dossier / f"{'suivi_eleves'.ljust(reste, '_')[:reste]}.xlsx"


@posix
def test_a_long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual 171 characters of a synchronised folder: written, and undone."""
    classeur = _long(tmp_path, 171)
    assert len(str(classeur)) == 171
    _short_paths(monkeypatch)
    history(classeur, 2)
    depot.undo(classeur, operateur="", quand=MIDI)
    assert value_of(classeur) == 1


@posix
def test_a_path_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said as such (exit 4), with its length; not as a matter of network."""
    classeur = _long(tmp_path, 225)
    depot.create(classeur, package(0))
    _short_paths(monkeypatch)
    with pytest.raises(FichierInvalide, match=r"225 caractères\) est trop long") as refus:
        write(classeur, 1)
    assert "Raccourcissez" in refus.value.conseil
    assert "réseau" not in refus.value.conseil
    assert value_of(classeur) == 0


@posix
def test_versions_of_before_keep_their_long_names(classeur: Path) -> None:
    """A workbook written by an earlier version is undone all the same."""
    for version in depot.versions(classeur):
        nom = version.chemin.name.replace(
            version.empreinte_apres, version.empreinte_apres + "0" * 48
        )
        version.chemin.rename(version.chemin.with_name(nom))
    assert depot.undo(classeur, operateur="", quand=MIDI).rang == 2
    assert value_of(classeur) == 1
