"""What Windows does otherwise: imitated where that is enough, tried there for the rest.

Long paths, folders said read-only and files held a moment are in ``test_depot_moment``.
"""

from __future__ import annotations

import errno
import io
import os
import platform
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commandes_essais import on_day, school, type_command
from depot_essais import for_a_while, on_system_call

from inactifs.archives.storing import Fichier, Manifeste, from_json, to_json
from inactifs.cli import execution, output_encoding, screen, started_as
from inactifs.depot.disk import closed, remove_tree
from inactifs.depot.faults import patiently

windows = pytest.mark.skipif(sys.platform != "win32", reason="rights and folders of Windows")


@pytest.fixture(autouse=True)
def _marie(monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch)


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    """A school of two students."""
    return school(tmp_path)


@pytest.fixture
def read_only_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imitates Windows, which removes no read-only file."""
    vrai: Callable[..., None] = os.unlink

    def _unlink(nom: Any, *, dir_fd: int | None = None) -> None:
        if not os.stat(nom, dir_fd=dir_fd, follow_symlinks=False).st_mode & stat.S_IWUSR:
            raise PermissionError(errno.EACCES, "Access is denied", str(nom))
        vrai(nom, dir_fd=dir_fd) if dir_fd is not None else vrai(nom)

    monkeypatch.setattr(os, "unlink", _unlink)
    monkeypatch.setattr(os, "remove", _unlink)


def documents_of(dossier: Path) -> Path:
    """A student's folder, with a file that somebody has protected."""
    documents = dossier / "docs" / "7"
    documents.mkdir(parents=True)
    (documents / "contrat.pdf").write_bytes(b"%PDF")
    (documents / "contrat.pdf").chmod(0o444)
    return documents


@pytest.mark.skipif(sys.platform == "win32", reason="a profile hook does not see all calls there")
def test_a_refused_closing_leaves_no_archive(classeur: Path, read_only_stays: None) -> None:
    """Point 1: Excel opens the workbook while the documents are put away."""
    documents = documents_of(classeur.parent)
    verrou = classeur.with_name(f"~${classeur.name}")

    def _open_in_excel() -> None:
        verrou.write_bytes(b"\x05Marie")
        for_a_while(verrou)

    stop = on_system_call("fsync", _open_in_excel)
    try:
        fait = type_command(
            "close", "7", "--demande-eleve", "--oui", "--documents", documents, "-c", classeur
        )
    finally:
        stop()
    assert fait.statut == 5, fait
    clos = classeur.parent / "archives" / "dossiers"
    assert list(clos.iterdir()) == []
    assert type_command("check", "--archives", "-c", classeur).statut == 0


def test_read_only_files_are_removed_with_their_folder(
    tmp_path: Path, read_only_stays: None
) -> None:
    """Point 1, at the file's level."""
    dossier = tmp_path / "archive"
    (dossier / "documents").mkdir(parents=True)
    for nom in ("manifeste.json", "documents/contrat.pdf"):
        (dossier / nom).write_bytes(b"x")
        (dossier / nom).chmod(0o400)
    remove_tree(dossier)
    assert not dossier.exists()


def test_a_protected_original_is_moved(classeur: Path, read_only_stays: None) -> None:
    """Point 10: a read-only document is put away by --deplacer like the others."""
    documents = documents_of(classeur.parent)
    fait = type_command(
        "close", "7", "--demande-eleve", "--oui", "--documents", documents, "--deplacer",
        "-c", classeur,
    )  # fmt: skip
    assert fait.statut == 0, fait
    assert not documents.exists()


def test_the_machine_is_named_without_asking_the_system(
    classeur: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Point 5: what ``platform`` asks there is known to hang."""

    def _hang() -> Any:
        raise AssertionError("WMI")

    monkeypatch.setattr(platform, "uname", _hang)
    monkeypatch.setattr(platform, "node", _hang)
    assert type_command("activite", "add", "7", "visite", "-c", classeur).statut == 0
    verrou = classeur.parent / ".inactifs" / classeur.name / "verrou"
    poste = os.environ["COMPUTERNAME"] if sys.platform == "win32" else os.uname().nodename
    assert poste in verrou.read_text("utf-8")


def test_let_go_of_before_it_is_asked_who_holds_it(tmp_path: Path) -> None:
    """Point 3: « access denied » for a file that nobody holds any more is no matter of rights."""
    refus = [PermissionError(errno.EACCES, "Access is denied")]

    def _read() -> bytes:
        if refus:
            raise refus.pop()
        return b"PK"

    assert patiently(_read, tmp_path / "suivi.xlsx") == b"PK"


class Left(io.TextIOWrapper):
    """The output of « | more » once somebody has typed q, as Windows has it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8")

    def flush(self) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    def fileno(self) -> int:
        return self.lu

    lu = -1


def test_a_pipe_that_was_left(classeur: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 6: no unexpected fault, exit 0."""
    sortie, erreurs = Left(), io.StringIO()
    sortie.lu = os.dup(1)
    monkeypatch.setattr(sys, "stdout", sortie)
    monkeypatch.setattr(sys, "stderr", erreurs)
    try:
        assert execution.run(["list", "-c", str(classeur)]) == 0
    finally:
        monkeypatch.undo()
        os.close(sortie.lu)
    assert erreurs.getvalue() == ""


def python_inactifs(*arguments: object, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """The program, its output redirected."""
    return subprocess.run(
        [sys.executable, "-m", "inactifs", *map(str, arguments)],
        env=os.environ | variables,
        capture_output=True,
        check=False,
    )


def test_redirected_text_is_in_the_encoding_asked_for(classeur: Path) -> None:
    """Point 7: cmd and PowerShell 5 read cp850; what it lacks never stops a command."""
    cp850 = python_inactifs("list", "-c", classeur, PYTHONIOENCODING="cp850")
    utf8 = python_inactifs("list", "-c", classeur, PYTHONIOENCODING="utf-8")
    assert (cp850.returncode, utf8.returncode) == (0, 0)
    assert "É".encode("cp850") in cp850.stdout
    assert "É" in utf8.stdout.decode("utf-8")
    document = python_inactifs("list", "--json", "-c", classeur, PYTHONIOENCODING="cp850")
    assert '"eleve": "ROYER Laurence"' in document.stdout.decode("cp850")


def test_which_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """UTF-8, unless it is asked otherwise."""
    flux = io.TextIOWrapper(io.BytesIO(), "cp1252")
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    if sys.platform != "win32":
        assert output_encoding(flux) == "utf-8"
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    assert output_encoding(flux) == "cp1252"


@windows
def test_what_is_kept_is_for_its_owner(classeur: Path) -> None:
    """Point 8: on the folder of versions, no right comes from above; three are given."""
    import ctypes

    besoin = ctypes.c_ulong()
    dossier = str(classeur.parent / ".inactifs")
    lire = ctypes.windll.advapi32.GetFileSecurityW  # type: ignore[attr-defined]
    lire(dossier, 4, None, 0, ctypes.byref(besoin))
    tampon = ctypes.create_string_buffer(besoin.value)
    assert lire(dossier, 4, tampon, besoin, ctypes.byref(besoin))
    texte = ctypes.c_wchar_p()
    advapi = ctypes.windll.advapi32  # type: ignore[attr-defined]
    advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
        tampon, 1, 4, ctypes.byref(texte), None
    )
    assert texte.value is not None
    assert "WD" not in texte.value, "everyone"
    assert "BU" not in texte.value, "every user of this computer"


@windows
def test_the_folder_of_versions_is_hidden(classeur: Path) -> None:
    """Point 10: a dot hides nothing there."""
    lu = (classeur.parent / ".inactifs").stat()
    assert lu.st_file_attributes & stat.FILE_ATTRIBUTE_HIDDEN


def test_a_colleague_is_told_what_opens_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Point 8: the command to give to whoever keeps the workbook."""
    monkeypatch.setattr(sys, "platform", "win32")
    refus = closed(tmp_path / ".inactifs")
    monkeypatch.undo()
    assert f'icacls "{tmp_path / ".inactifs"}" /grant "NOM:(OI)(CI)M" /T' in refus.conseil


@pytest.mark.parametrize(
    "nom", ["/etc/x", "C:x", "C:/x", "\\\\serveur\\x", "..\\x", "a/../../x", "\\x"]
)
def test_a_manifest_leads_nowhere_else(nom: str) -> None:
    """Point 9: by the rules of Windows as well as by those of POSIX."""
    from datetime import datetime

    manifeste = Manifeste(
        "dossier", datetime(2026, 11, 24), "Marie", "inactifs", {}, (Fichier(nom, 1, "0" * 64),)
    )
    with pytest.raises(ValueError, match="hors de l'archive"):
        from_json(to_json(manifeste))


@pytest.mark.parametrize("nom", ["..\\evil.xml", "C:evil.xml", "xl/..\\..\\evil.xml"])
def test_a_member_of_a_package_leads_nowhere_else(classeur: Path, nom: str) -> None:
    """Point 9: whatever the separators of the system that reads it."""
    octets = io.BytesIO(classeur.read_bytes())
    membre = zipfile.ZipInfo("xl/evil.xml")
    membre.filename = nom
    with zipfile.ZipFile(octets, "a") as archive:
        archive.writestr(membre, b"<x/>")
    classeur.write_bytes(octets.getvalue())
    fait = type_command("detect", "-c", classeur)
    assert fait.statut == 4
    assert "nom interdit" in fait.erreurs


def test_wildcards(classeur: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 10: cmd and PowerShell leave them to the program."""
    monkeypatch.chdir(classeur.parent)
    Path("exports").mkdir()
    entete = "Date;N° élève;Statut\n"
    Path("exports/cours 1.csv").write_text(entete + "02/11/2026;7;Effectuée\n", "utf-8")
    Path("exports/cours 2.csv").write_text(entete + "03/11/2026;8;Effectuée\n", "utf-8")
    fait = type_command("import", "cours", "exports/*.csv", "-c", classeur)
    assert fait.statut == 0, fait
    fiche = type_command("show", "8", "--json", "-c", classeur).sortie
    assert '"cours": "2026-11-03"' in fiche
    assert type_command("import", "cours", "exports/*.ods", "-c", classeur).statut == 4


def test_quotes_that_were_kept(classeur: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 10: ``set INACTIFS_CLASSEUR="C:\\…"`` keeps them."""
    assert type_command("list", "-c", f'"{classeur}"').statut == 0
    assert type_command("list", f'--classeur="{classeur}"').statut == 0
    monkeypatch.setenv("INACTIFS_CLASSEUR", f'"{classeur}"')
    assert type_command("list").statut == 0


@pytest.mark.parametrize("fin", [".", " ", ".. "])
def test_a_name_that_windows_would_change(classeur: Path, fin: str) -> None:
    """Point 10: « suivi.xlsx. » would be the workbook itself."""
    avant = classeur.read_bytes()
    fait = type_command(
        "report", "--format", "xlsx", "--sortie", f"{classeur}{fin}", "-c", classeur
    )
    assert fait.statut == 2
    assert "finit" in fait.erreurs
    assert classeur.read_bytes() == avant


def test_commands_are_proposed_as_they_were_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 10: « py -m inactifs » where there is no « inactifs » to be found."""
    assert started_as(r"C:\py\Lib\site-packages\inactifs\__main__.py", "win32") == "py -m inactifs"
    assert started_as(r"C:\py\Scripts\inactifs.exe", "win32") == "inactifs"
    assert started_as("/usr/lib/inactifs/__main__.py", "linux") == "inactifs"
    monkeypatch.setattr(screen, "appel", "py -m inactifs")
    dit = screen.printable(
        "Lancez « inactifs detect » :\n  inactifs next\nUne commande d'inactifs."
    )
    assert dit == (
        "Lancez « py -m inactifs detect » :\n  py -m inactifs next\nUne commande d'inactifs."
    )
