"""The file as people have it: absent, cut, forbidden, linked, shared, archived."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from depot_essais import AUTRE_COMPTE, MIDI, end_of, fork, history, package, value_of, write

from inactifs import depot
from inactifs.depot.file import MAX_CLASSEUR
from inactifs.erreurs import ClasseurOccupe, FichierInvalide, Refus

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
root = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="needs a second account, so the administrator"
)


def _mode(chemin: Path) -> int:
    return stat.S_IMODE(chemin.stat().st_mode)


def test_an_absent_workbook(tmp_path: Path) -> None:
    """The advice is « inactifs init », and no folder is made in the wrong place."""
    for action in (depot.read, depot.versions, lambda c: depot.lock(c).__enter__()):
        with pytest.raises(FichierInvalide) as refus:
            action(tmp_path / "suivi.xlsx")
        assert "n'existe pas" in refus.value.message
        assert "inactifs init" in refus.value.conseil
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "raison"),
    [
        (b"", "est vide"),
        (package(1)[:-1], "est incomplet"),
        (b"nom;prenom\r\n", "n'est pas un classeur Excel"),
        (bytes(5000), "n'est pas un classeur Excel"),
    ],
)
def test_not_a_whole_workbook(tmp_path: Path, data: bytes, raison: str) -> None:
    """Empty, cut while it was saved, or something else."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(data)
    with pytest.raises(FichierInvalide, match=raison):
        depot.read(chemin)


def test_a_damaged_workbook_whose_versions_are_kept(tmp_path: Path) -> None:
    """The advice is then to go back."""
    chemin = history(tmp_path / "suivi.xlsx", 2)
    chemin.write_bytes(chemin.read_bytes()[:500])
    with pytest.raises(FichierInvalide) as refus:
        depot.read(chemin)
    assert "inactifs undo --force" in refus.value.conseil
    depot.undo(chemin, operateur="Paul", quand=MIDI, force=True)
    assert value_of(chemin) == 1


def test_a_folder_or_a_huge_file(tmp_path: Path) -> None:
    """Neither is read."""
    with pytest.raises(FichierInvalide, match="n'est pas un fichier"):
        depot.read(tmp_path)
    enorme = tmp_path / "suivi.xlsx"
    enorme.touch()
    os.truncate(enorme, MAX_CLASSEUR + 1)
    with pytest.raises(FichierInvalide, match="trop gros : 200 Mio"):
        depot.read(enorme)


@posix
def test_a_file_cut_while_it_is_read(tmp_path: Path) -> None:
    """Another program is half through its saving: the whole is waited for."""
    chemin = tmp_path / "suivi.xlsx"
    data = package(4, 100_000)
    chemin.write_bytes(data[:40_000])

    def _save() -> None:
        time.sleep(0.3)
        with chemin.open("ab") as fichier:
            fichier.write(data[40_000:])

    enfant = fork(_save)
    assert depot.read(chemin).data == data
    assert end_of(enfant) == 0


@posix
def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    """The file that it leads to is written, and its versions lie beside that file."""
    (tmp_path / "partage").mkdir()
    vrai = history(tmp_path / "partage" / "vrai.xlsx", 1)
    lien = tmp_path / "suivi.xlsx"
    lien.symlink_to(Path("partage") / "vrai.xlsx")
    write(lien, 2)
    assert lien.is_symlink()
    assert value_of(vrai) == 2
    assert depot.versions(lien) == depot.versions(vrai)
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["partage", "suivi.xlsx"]


@posix
def test_permissions_and_attributes_are_kept(tmp_path: Path) -> None:
    """Mode and extended attributes stay, the modification time does not."""
    chemin = history(tmp_path / "suivi.xlsx", 1)
    chemin.chmod(0o640)
    os.utime(chemin, (0, 0))
    attributs = sys.platform == "linux"
    if attributs:
        try:
            os.setxattr(chemin, "user.etiquette", b"confidentiel")
        except OSError:  # a disk without them
            attributs = False
    write(chemin, 2)
    assert _mode(chemin) == 0o640
    assert abs(chemin.stat().st_mtime - time.time()) < 60
    assert not attributs or os.getxattr(chemin, "user.etiquette") == b"confidentiel"


@root
def test_the_owner_is_kept(tmp_path: Path) -> None:
    """The administrator writes a workbook that stays somebody else's."""
    chemin = history(tmp_path / "suivi.xlsx", 1)
    os.chown(chemin, AUTRE_COMPTE, AUTRE_COMPTE)
    write(chemin, 2)
    assert (chemin.stat().st_uid, chemin.stat().st_gid) == (AUTRE_COMPTE, AUTRE_COMPTE)


@posix
def test_the_discreet_folder_is_private(tmp_path: Path) -> None:
    """Its folders and files are their owner's alone, whatever the mask and the workbook's mode."""
    avant = os.umask(0)
    try:
        chemin = history(tmp_path / "suivi.xlsx", 2)
        assert _mode(chemin) == 0o666
        depot.undo(chemin, operateur="Paul", quand=MIDI)
    finally:
        os.umask(avant)
    prive = tmp_path / ".inactifs"
    assert _mode(prive) == 0o700
    contenu = list(prive.rglob("*"))
    assert len(contenu) == 5  # the workbook's folder, lock, index, a version, a state put aside
    assert {_mode(c) for c in contenu if c.is_file()} == {0o600}
    assert {_mode(c) for c in contenu if c.is_dir()} == {0o700}


@posix
def test_a_new_workbook_follows_the_mask(tmp_path: Path) -> None:
    """As any new document; nothing else is made beside it."""
    avant = os.umask(0o027)
    try:
        depot.create(tmp_path / "suivi.xlsx", package(0))
    finally:
        os.umask(avant)
    assert _mode(tmp_path / "suivi.xlsx") == 0o640
    assert [c.name for c in tmp_path.iterdir()] == ["suivi.xlsx"]


def test_creation_never_overwrites(tmp_path: Path) -> None:
    """A file of that name is left as it is, and so is an unknown folder."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(b"autre chose")
    with pytest.raises(ClasseurOccupe, match="existe déjà"):
        depot.create(chemin, package(0))
    assert chemin.read_bytes() == b"autre chose"
    assert [c.name for c in tmp_path.iterdir()] == ["suivi.xlsx"]
    with pytest.raises(FichierInvalide, match=r"Le dossier .* n'existe pas"):
        depot.create(tmp_path / "absent" / "suivi.xlsx", package(0))


def test_archives_are_read_only(tmp_path: Path) -> None:
    """Anywhere under a folder named so: read, but never written."""
    dossier = tmp_path / "Archives" / "2026-11"
    dossier.mkdir(parents=True)
    chemin = dossier / "suivi.xlsx"
    depot.create(chemin, package(5))
    assert depot.read(chemin).data
    for action in (lambda: write(chemin, 6), lambda: _undo(chemin)):
        with pytest.raises(Refus, match="est une archive"):
            action()
    assert value_of(chemin) == 5
    assert [c.name for c in dossier.iterdir()] == ["suivi.xlsx"]


def test_the_same_content_is_not_written(tmp_path: Path) -> None:
    """No new file, no version."""
    chemin = history(tmp_path / "suivi.xlsx", 1)
    avant = chemin.stat()
    source = depot.read(chemin)
    depot.replace(source, source.data, commande="detect", operateur="Marie", quand=MIDI)
    assert chemin.stat().st_ino == avant.st_ino
    assert len(depot.versions(chemin)) == 1


def _undo(chemin: Path) -> None:
    depot.undo(chemin, operateur="Paul", quand=MIDI)


@pytest.fixture
def dossier() -> Iterator[Path]:
    """A folder that a second account can reach."""
    chemin = Path(tempfile.mkdtemp(prefix="inactifs-"))
    chemin.chmod(0o777)
    yield chemin
    chemin.chmod(0o700)
    shutil.rmtree(chemin)


def _as_someone(action: Callable[[], object]) -> Callable[[], object]:
    """``action`` by an account without privileges."""

    def _action() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(AUTRE_COMPTE)
            os.setuid(AUTRE_COMPTE)
        action()

    return _action


@posix
@pytest.mark.parametrize("protege", ["le dossier", "le fichier"])
def test_a_read_only_folder_or_file(dossier: Path, protege: str) -> None:
    """Refused (exit 4), nothing changed; reading works, undo does not."""
    chemin = dossier / "suivi.xlsx"
    preparation = fork(_as_someone(lambda: history(chemin, 2)))
    assert end_of(preparation) == 0
    (dossier if protege == "le dossier" else chemin).chmod(0o555)
    for action, attendu in (
        (lambda: depot.read(chemin), 0),
        (lambda: depot.versions(chemin), 0),
        (lambda: write(chemin, 3), FichierInvalide.statut),
        (lambda: _undo(chemin), FichierInvalide.statut),
    ):
        assert end_of(fork(_as_someone(action))) == attendu
    assert value_of(chemin) == 2
    assert sorted(c.name for c in dossier.iterdir()) == [".inactifs", "suivi.xlsx"]


@root
def test_a_workbook_that_may_not_be_read(dossier: Path) -> None:
    """Said as such (exit 4), to an account that has no right to it."""
    chemin = history(dossier / "suivi.xlsx", 1)
    chemin.chmod(0o600)

    def _read() -> None:
        with pytest.raises(FichierInvalide, match="n'a pas le droit de le lire"):
            depot.read(chemin)

    assert end_of(fork(_as_someone(_read))) == 0


@posix
def test_a_folder_read_only_from_the_first_day(dossier: Path) -> None:
    """The discreet folder cannot be made: refused (exit 4)."""
    chemin = dossier / "suivi.xlsx"
    depot.create(chemin, package(0))
    chemin.chmod(0o666)
    dossier.chmod(0o555)
    assert end_of(fork(_as_someone(lambda: write(chemin, 1)))) == FichierInvalide.statut
    assert value_of(chemin) == 0


@root
def test_a_second_account(dossier: Path) -> None:
    """It may write once the school has opened the discreet folder to it, not before."""
    chemin = history(dossier / "suivi.xlsx", 1)
    chemin.chmod(0o666)
    assert end_of(fork(_as_someone(lambda: write(chemin, 2)))) == FichierInvalide.statut
    assert end_of(fork(_as_someone(lambda: depot.versions(chemin)))) == FichierInvalide.statut
    assert value_of(chemin) == 1
    shutil.rmtree(dossier / ".inactifs")
    (dossier / ".inactifs").mkdir()
    (dossier / ".inactifs").chmod(0o777)
    write(chemin, 2)
    assert end_of(fork(_as_someone(lambda: write(chemin, 3)))) == 0
    write(chemin, 4)
    assert end_of(fork(_as_someone(lambda: _undo(chemin)))) == 0
    assert value_of(chemin) == 3
