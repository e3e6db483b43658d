"""A way back: the versions kept, and undo."""

from __future__ import annotations

import os
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from depot_essais import MIDI, history, package, undo, value_of, write

from inactifs import depot
from inactifs.depot.kept import MAX_ANNULEES, MAX_VERSIONS, mark
from inactifs.erreurs import FichierInvalide, Refus


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    """A workbook that holds 3, written three times."""
    return history(tmp_path / "suivi.xlsx", 3)


def _copies(classeur: Path) -> list[Path]:
    return sorted((classeur.parent / ".inactifs" / classeur.name).glob("0*.xlsx"))


def test_versions_say_when_who_and_what(classeur: Path) -> None:
    """The last write first, each with the workbook as it was before."""
    versions = depot.versions(classeur)
    assert [v.commande for v in versions] == ["commande 3", "commande 2", "commande 1"]
    assert [v.quand for v in versions] == [MIDI + timedelta(minutes=n) for n in (3, 2, 1)]
    assert {v.operateur for v in versions} == {"Marie"}
    assert [value_of(v.chemin) for v in versions] == [2, 1, 0]
    assert versions[0].empreinte_apres == mark(depot.read(classeur).empreinte)
    assert mark(versions[0].empreinte_avant) == versions[1].empreinte_apres


def test_a_new_workbook_has_no_versions(tmp_path: Path) -> None:
    """And there is nothing to undo."""
    depot.create(tmp_path / "suivi.xlsx", package(0))
    assert depot.versions(tmp_path / "suivi.xlsx") == []
    with pytest.raises(Refus, match="Rien à annuler"):
        undo(tmp_path / "suivi.xlsx")


def test_undo_is_byte_for_byte_and_goes_further_back(classeur: Path) -> None:
    """Undo twice is two writes back; what is undone is kept apart."""
    avant = [v.chemin.read_bytes() for v in depot.versions(classeur)]
    apres = classeur.read_bytes()
    annulee = undo(classeur)
    assert annulee.commande == "commande 3"
    assert annulee.chemin.read_bytes() == apres
    assert classeur.read_bytes() == avant[0]
    assert [v.commande for v in depot.versions(classeur)] == ["commande 2", "commande 1"]
    undo(classeur)
    assert classeur.read_bytes() == avant[1]
    undo(classeur)
    assert classeur.read_bytes() == avant[2]
    with pytest.raises(Refus, match="Rien à annuler"):
        undo(classeur)


def test_a_write_after_an_undo(classeur: Path) -> None:
    """History goes on from the version put back."""
    undo(classeur)
    write(classeur, 9)
    assert [v.commande for v in depot.versions(classeur)] == [
        "commande 9",
        "commande 2",
        "commande 1",
    ]
    undo(classeur)
    undo(classeur)
    assert value_of(classeur) == 1


def test_a_write_that_brings_the_same_bytes_back(classeur: Path) -> None:
    """A, B, A: each write is undone in its turn."""
    premier = classeur.read_bytes()
    write(classeur, 4)
    depot.replace(depot.read(classeur), premier, commande="reopen", operateur="Paul", quand=MIDI)
    assert undo(classeur).commande == "reopen"
    assert value_of(classeur) == 4
    assert undo(classeur).commande == "commande 4"
    assert classeur.read_bytes() == premier


def test_undo_does_not_erase_a_change_by_hand(classeur: Path) -> None:
    """Refused, unless told to; then the hand-made state is kept."""
    a_la_main = package(77)
    classeur.write_bytes(a_la_main)
    with pytest.raises(Refus, match=r"« commande 3 », du 24/11/2026 à 12:03") as refus:
        undo(classeur)
    assert "--force" in refus.value.conseil
    assert classeur.read_bytes() == a_la_main
    assert undo(classeur, force=True).chemin.read_bytes() == a_la_main
    assert value_of(classeur) == 2
    undo(classeur)
    assert value_of(classeur) == 1


def test_a_change_by_hand_between_two_writes(classeur: Path) -> None:
    """The first undo brings the hand-made change back, the second would erase it."""
    classeur.write_bytes(package(77))
    write(classeur, 4)
    undo(classeur)
    assert value_of(classeur) == 77
    with pytest.raises(Refus, match="modifié à la main"):
        undo(classeur)
    assert value_of(classeur) == 77


@pytest.mark.parametrize("index", [None, b"", b"{", b"[]", b"\xff\xfe", b'{"000003": 1}'])
def test_a_lost_or_broken_index(classeur: Path, index: bytes | None) -> None:
    """Order, time and the way back come from the copies; only who and what is lost."""
    chemin = classeur.parent / ".inactifs" / classeur.name / "index.json"
    avant = depot.versions(classeur)
    chemin.unlink()
    if index is not None:
        chemin.write_bytes(index)
    versions = depot.versions(classeur)
    assert [(v.quand, v.empreinte_avant, v.empreinte_apres) for v in versions] == [
        (v.quand, v.empreinte_avant, v.empreinte_apres) for v in avant
    ]
    assert {(v.operateur, v.commande) for v in versions} == {("inconnu", "inconnue")}
    undo(classeur)
    write(classeur, 9)
    assert [v.commande for v in depot.versions(classeur)] == ["commande 9", "inconnue", "inconnue"]


def test_an_index_with_nonsense_in_it(classeur: Path) -> None:
    """An entry that cannot be understood does not hide the others."""
    nom = _copies(classeur)[1].name
    chemin = classeur.parent / ".inactifs" / classeur.name / "index.json"
    chemin.write_text(chemin.read_text().replace(f'"{nom}": {{"quand"', f'"{nom}": {{"autre"'))
    assert [v.commande for v in depot.versions(classeur)] == [
        "commande 3",
        "inconnue",
        "commande 1",
    ]


def test_a_damaged_copy_is_not_put_back(classeur: Path) -> None:
    """The disk has spoilt the copy: said, and the workbook stays as it is."""
    copie = _copies(classeur)[-1]
    copie.write_bytes(copie.read_bytes()[:-5])
    with pytest.raises(FichierInvalide, match="abîmée"):
        undo(classeur)
    assert value_of(classeur) == 3


def test_the_clock_set_back(tmp_path: Path) -> None:
    """Order is that of the writes, not of the clock; times with a zone are kept."""
    classeur = history(tmp_path / "suivi.xlsx", 1)
    hier = (MIDI - timedelta(days=1)).replace(tzinfo=UTC)
    depot.replace(depot.read(classeur), package(2), commande="hier", operateur="Paul", quand=hier)
    assert [v.commande for v in depot.versions(classeur)] == ["hier", "commande 1"]
    assert depot.versions(classeur)[0].quand == hier
    assert undo(classeur).commande == "hier"


def test_no_more_copies_than_said(tmp_path: Path) -> None:
    """The oldest go first; states put aside by undo do not take the versions' places."""
    classeur = history(tmp_path / "suivi.xlsx", MAX_VERSIONS + 4)
    versions = depot.versions(classeur)
    assert [v.commande for v in (versions[0], versions[-1])] == ["commande 54", "commande 5"]
    assert len(versions) == len(_copies(classeur)) == MAX_VERSIONS
    for valeur in range(60, 60 + MAX_ANNULEES + 3):
        undo(classeur)
        write(classeur, valeur)
    assert len(depot.versions(classeur)) == MAX_VERSIONS
    assert len(_copies(classeur)) == MAX_VERSIONS + MAX_ANNULEES


def test_no_more_bytes_than_said(classeur: Path) -> None:
    """Large copies push the oldest out, but never the last version."""
    for copie in _copies(classeur):
        os.truncate(copie, 90 << 20)
    write(classeur, 4)
    assert [v.commande for v in depot.versions(classeur)] == [
        "commande 4",
        "commande 3",
        "commande 2",
    ]
    os.truncate(_copies(classeur)[-1], 300 << 20)
    write(classeur, 5)
    assert [v.commande for v in depot.versions(classeur)] == ["commande 5"]
    undo(classeur)
    assert value_of(classeur) == 4


def test_other_files_of_the_folder_are_left_alone(classeur: Path) -> None:
    """What somebody has put there is neither a version nor removed."""
    note = classeur.parent / ".inactifs" / classeur.name / "note.txt"
    note.write_text("à garder")
    for valeur in range(4, 7):
        write(classeur, valeur)
    undo(classeur)
    assert note.read_text() == "à garder"
    assert len(depot.versions(classeur)) == 5


def test_two_workbooks_of_one_folder(classeur: Path) -> None:
    """Each has its own history."""
    autre = history(classeur.with_name("autre.xlsm"), 1)
    undo(classeur)
    assert [v.commande for v in depot.versions(autre)] == ["commande 1"]
    assert depot.versions(autre)[0].chemin.suffix == ".xlsm"


def test_a_workbook_that_was_deleted_leads_to_its_last_version(classeur: Path) -> None:
    """Not to an empty one; a state put aside by ``undo`` is not what is wanted back."""
    undo(classeur)
    derniere = depot.versions(classeur)[0].chemin
    classeur.unlink()
    with pytest.raises(FichierInvalide) as refus:
        depot.read(classeur)
    assert f"« {derniere} »" in refus.value.conseil
    assert "init" not in refus.value.conseil
