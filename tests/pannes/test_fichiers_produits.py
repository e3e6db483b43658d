"""Reports, rejects, calendars: readable by their owner alone, whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from pathlib import Path

import pytest
from commandes_essais import on_day, school, type_command
from depot_essais import end_of, fork

from inactifs.cli.execution import run

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and limits")


@pytest.fixture
def classeur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A school of two students."""
    on_day(monkeypatch)
    return school(tmp_path)


def test_readable_by_their_owner_alone(classeur: Path, tmp_path: Path) -> None:
    """Whatever the mask, and whatever the file that had this name."""
    rapport, calendrier = tmp_path / "r.html", tmp_path / "n.ics"
    rapport.write_text("un vieux rapport")
    rapport.chmod(0o666)
    (tmp_path / ".r.html.inactifs.tmp").write_text("laissé par une panne")
    (tmp_path / ".r.html.inactifs.tmp").chmod(0o666)
    avant = os.umask(0)
    try:
        for commande in (
            ("report", "--format", "html", "--sortie", rapport),
            ("next", "--jours", "30", "--ics", calendrier),
        ):
            assert type_command(*commande, "-c", classeur).statut == 0
    finally:
        os.umask(avant)
    for fichier in (rapport, calendrier):
        assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    assert "un vieux rapport" not in rapport.read_text("utf-8")
    assert not (tmp_path / ".r.html.inactifs.tmp").exists()


def test_no_room_for_a_report(classeur: Path, tmp_path: Path) -> None:
    """The older one stays, nothing is left beside it, and it is said (exit 1)."""
    rapport = tmp_path / "r.html"
    rapport.write_text("celui d'avant")
    avant = sorted(tmp_path.iterdir())

    def _report() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        fait = type_command("report", "--format", "html", "--sortie", rapport, "-c", classeur)
        assert fait.statut == 1, fait
        assert f"Impossible d'écrire « {rapport} »" in fait.erreurs

    assert end_of(fork(_report)) == 0
    assert rapport.read_text() == "celui d'avant"
    assert sorted(tmp_path.iterdir()) == avant


def test_a_folder_of_that_name(classeur: Path, tmp_path: Path) -> None:
    """It is not replaced, and no temporary file is left."""
    (tmp_path / "r.html").mkdir()
    avant = sorted(tmp_path.iterdir())
    fait = type_command("report", "--format", "html", "--sortie", tmp_path / "r.html",
                        "-c", classeur)  # fmt: skip
    assert fait.statut == 2
    assert "r.html » : c'est un dossier." in fait.erreurs
    assert sorted(tmp_path.iterdir()) == avant


def test_a_folder_that_does_not_exist(classeur: Path, tmp_path: Path) -> None:
    """It is not made, and what is wrong is said in French."""
    fait = type_command("next", "--ics", tmp_path / "absent" / "n.ics", "-c", classeur)
    assert fait.statut == 2
    assert "n.ics » : le dossier n'existe pas." in fait.erreurs
    assert not (tmp_path / "absent").exists()


class Ferme(io.StringIO):
    """A screen that breaks, with somebody's name in the fault."""

    def write(self, texte: str) -> int:
        raise ValueError(f"panne en affichant ROYER Laurence, {texte}")


def test_nothing_personal_in_the_log(
    classeur: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected fault (exit 1) says where the log lies; the log says where, not about whom."""
    for variable in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "config"))
    erreurs = io.StringIO()
    with contextlib.redirect_stdout(Ferme()), contextlib.redirect_stderr(erreurs):
        assert run(["list", "-c", str(classeur)]) == 1
    (journal,) = (tmp_path / "config").rglob("erreurs.log")
    assert str(journal) in erreurs.getvalue()
    note = journal.read_text("utf-8")
    assert "ValueError" in note
    for texte in (note, erreurs.getvalue()):
        assert "ROYER" not in texte
        assert "Laurence" not in texte


def test_no_network(classeur: Path, tmp_path: Path) -> None:
    """No command so much as opens a socket."""

    def _alone() -> None:
        vus: list[str] = []
        sys.addaudithook(lambda nom, _: vus.append(nom) if nom.startswith("socket.") else None)
        for commande in (
            "detect",
            "relance message 7",
            f"relance message 7 --moyen email --eml {tmp_path / 'm.eml'}",
            f"report --format html --sortie {tmp_path / 'r.html'}",
            f"report --format xlsx --sortie {tmp_path / 'r.xlsx'}",
            f"next --jours 30 --ics {tmp_path / 'n.ics'}",
            "check",
        ):
            fait = type_command(*commande.split(), "-c", classeur)
            assert fait.statut in (0, 4), fait
        assert vus == []

    assert end_of(fork(_alone)) == 0
