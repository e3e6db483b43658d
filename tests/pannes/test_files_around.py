"""The files around the workbook: what --sortie names, links, what a kill leaves, other names."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from pathlib import Path

import pytest
from commandes_essais import on_day, school, type_command
from depot_essais import MIDI, for_a_while, history, undo, value_of, write

from inactifs import depot

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links as POSIX has them")


@pytest.fixture(autouse=True)
def _marie(monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch)


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    """A school of two students."""
    return school(tmp_path)


def report(classeur: Path, sortie: Path) -> int:
    """A report asked for there; its exit status."""
    return type_command("report", "--format", "html", "--sortie", sortie, "-c", classeur).statut


def problems(classeur: Path) -> str:
    """What ``check`` says, as one text."""
    dits = json.loads(type_command("check", "--json", "-c", classeur).sortie)["problemes"]
    return "\n".join(p["raison"] for p in dits)


@posix
def test_a_pipe_is_written_to(classeur: Path, tmp_path: Path) -> None:
    """And stays a pipe; one that nobody reads is refused after two seconds."""
    tube = tmp_path / "tube.html"
    os.mkfifo(tube)
    lu: list[bytes] = []
    lecteur = threading.Thread(target=lambda: lu.append(tube.read_bytes()))
    lecteur.start()
    assert report(classeur, tube) == 0
    lecteur.join(10)
    assert b"</html>" in lu[0]
    assert stat.S_ISFIFO(tube.stat().st_mode)
    assert report(classeur, tube) == 1


@posix
def test_a_link_stays_a_link(classeur: Path, tmp_path: Path) -> None:
    """The file that it leads to is written, for its owner alone; a link to nothing makes it."""
    for nom in ("vieux.html", "neuf.html"):
        vrai, lien = tmp_path / "ailleurs" / nom, tmp_path / f"lien-{nom}"
        vrai.parent.mkdir(exist_ok=True)
        if nom == "vieux.html":
            vrai.write_text("vieux")
        lien.symlink_to(vrai)
        assert report(classeur, lien) == 0
        assert lien.is_symlink()
        assert "</html>" in vrai.read_text("utf-8")
        assert stat.S_IMODE(vrai.stat().st_mode) == 0o600


@posix
def test_a_device_is_never_replaced(classeur: Path) -> None:
    """As root, a rename would have taken its place."""
    avant = Path("/dev/null").lstat()
    assert report(classeur, Path("/dev/null")) == 0
    apres = Path("/dev/null").lstat()
    assert (avant.st_ino, avant.st_rdev) == (apres.st_ino, apres.st_rdev)
    assert stat.S_ISCHR(apres.st_mode)


@posix
def test_an_output_of_the_command_itself(classeur: Path, tmp_path: Path) -> None:
    """« --sortie /dev/stdout > r.html »: what the shell opened is written to."""
    cible = tmp_path / "r.html"
    descripteur = os.open(cible, os.O_WRONLY | os.O_CREAT)
    try:
        assert report(classeur, Path(f"/dev/fd/{descripteur}")) == 0
        assert os.fstat(descripteur).st_ino == cible.stat().st_ino
    finally:
        os.close(descripteur)
    assert "</html>" in cible.read_text("utf-8")


@pytest.mark.parametrize("quoi", ["manifeste", "index", "neuf"])
def test_what_is_kept_is_never_replaced(classeur: Path, tmp_path: Path, quoi: str) -> None:
    """An archive's manifest, the versions' index: refused like workbooks, new files too."""
    assert type_command("report", "--archiver", "-c", classeur).statut == 0
    archive = next((tmp_path / "archives").iterdir())
    cible = {
        "manifeste": archive / "manifeste.json",
        "index": tmp_path / ".inactifs" / classeur.name / "index.json",
        "neuf": archive / "rapport-2.html",
    }[quoi]
    avant = cible.read_bytes() if cible.exists() else None
    assert report(classeur, cible) == 2
    assert (cible.read_bytes() if cible.exists() else None) == avant
    assert type_command("check", "--archives", "-c", classeur).statut == 0


@pytest.mark.parametrize("commande", ["detect", "init", "undo", "list", "close --tous --oui"])
@pytest.mark.parametrize("quoi", ["dossier", "appareil"])
def test_what_is_no_file_is_left_alone(tmp_path: Path, commande: str, quoi: str) -> None:
    """A folder or a device after -c: refused (exit 4, 2 for a name), nothing made beside it."""
    cible = tmp_path / "suivi.xlsx"
    if quoi == "dossier":
        cible.mkdir()
    elif sys.platform == "win32":
        pytest.skip("devices have no place in a folder there")
    else:
        os.mkfifo(cible)
    avant = sorted(p.name for p in tmp_path.iterdir())
    fait = type_command(*commande.split(), "-c", cible)
    assert fait.statut in (2, 4), fait
    assert sorted(p.name for p in tmp_path.iterdir()) == avant


@posix
def test_links_that_lead_elsewhere_are_said(classeur: Path, tmp_path: Path) -> None:
    """By every write for the versions, by ``check`` for the archives too."""
    ailleurs = tmp_path / "ailleurs"
    (tmp_path / ".inactifs").rename(ailleurs)
    (tmp_path / ".inactifs").symlink_to(ailleurs)
    (ailleurs / "archives").mkdir()
    (tmp_path / "archives").symlink_to(ailleurs / "archives")
    fait = type_command("activite", "add", "7", "visite", "-c", classeur)
    assert fait.statut == 0
    assert f"est un lien : les versions gardées du classeur vont dans « {ailleurs} »" in (
        fait.erreurs
    )
    dit = problems(classeur)
    assert "les versions gardées du classeur vont dans" in dit
    assert "les archives vont dans" in dit


def test_what_a_kill_left_is_said_then_cleaned(classeur: Path, tmp_path: Path) -> None:
    """Hidden files of commands stopped in the middle: ``check`` names them, a write removes
    those that are nobody's any more; other people's files are theirs."""
    restes = [tmp_path / nom for nom in (".r.html.inactifs.tmp", ".suivi.xlsx.12.inactifs.tmp")]
    (tmp_path / "archives").mkdir()
    restes.append(tmp_path / "archives" / ".2026-10.99.inactifs.tmp")
    for reste in restes[:2]:
        reste.write_bytes(b"x")
    restes[2].mkdir()
    autre = tmp_path / ".autre.tmp"
    autre.write_bytes(b"x")
    for reste in restes:
        assert reste.name in problems(classeur)
        os.utime(reste, (0, 0))
    assert type_command("activite", "add", "7", "visite", "-c", classeur).statut == 0
    assert [r for r in restes if r.exists()] == []
    assert autre.exists()


def test_what_a_command_at_work_is_writing_is_left(classeur: Path, tmp_path: Path) -> None:
    """A report begun a moment ago in the same folder."""
    en_cours = tmp_path / ".r.html.inactifs.tmp"
    en_cours.write_bytes(b"x")
    for_a_while(en_cours)
    assert type_command("activite", "add", "7", "visite", "-c", classeur).statut == 0
    assert en_cours.exists()


def test_an_archive_of_somebody_who_is_not_closed(classeur: Path, tmp_path: Path) -> None:
    """The command was killed between the archive and the workbook, or undone: ``check`` says so."""
    (tmp_path / "docs" / "7").mkdir(parents=True)
    (tmp_path / "docs" / "7" / "contrat.pdf").write_bytes(b"%PDF")
    clore = ("close", "7", "--demande-eleve", "--oui", "--documents", tmp_path / "docs" / "7")
    fait = type_command(*clore, "-c", classeur)
    assert fait.statut == 0, fait
    assert "n'est pas clôturé" not in problems(classeur)
    assert type_command("undo", "-c", classeur).statut == 0
    assert "n'est pas clôturé" in problems(classeur)


def test_a_renamed_workbook_finds_its_versions(tmp_path: Path) -> None:
    """Byte for byte the one that was written: they follow it, and are undone."""
    ancien = history(tmp_path / "suivi.xlsx", 2)
    nouveau = ancien.rename(tmp_path / "suivi 2027.xlsx")
    assert [v.commande for v in depot.versions(nouveau)] == ["commande 2", "commande 1"]
    undo(nouveau)
    assert value_of(nouveau) == 1
    assert not (tmp_path / ".inactifs" / "suivi.xlsx").exists()


def test_a_renamed_workbook_that_was_changed_is_told_where(classeur: Path, tmp_path: Path) -> None:
    """Nothing tells for sure that it is the same: said by ``undo`` and ``check``, not guessed."""
    import openpyxl

    livre = openpyxl.load_workbook(classeur)
    livre.active["Z99"] = "changé"
    nouveau = tmp_path / "suivi 2027.xlsx"
    livre.save(nouveau)
    classeur.unlink()
    fait = type_command("undo", "-c", nouveau)
    assert fait.statut == 3
    assert str(tmp_path / ".inactifs" / "suivi.xlsx") in fait.erreurs
    assert "S'il portait un autre nom" in problems(nouveau)


def test_a_copy_has_no_versions_of_its_own(tmp_path: Path) -> None:
    """The workbook of that name is still there: they are its own."""
    ancien = history(tmp_path / "suivi.xlsx", 2)
    copie = tmp_path / "copie.xlsx"
    copie.write_bytes(ancien.read_bytes())
    assert depot.versions(copie) == []
    write(copie, 3)
    assert len(depot.versions(ancien)) == 2
    assert depot.undo(copie, operateur="", quand=MIDI).rang == 1
