"""What ``close`` shows before it asks, what it refuses, what it reminds of."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import TABLEAU, Ecole, le, student
from terminal_essais import answer


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """BLANC Tom, who never answered, and others whose documents are not his."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1003", "BLANC Tom", "10/04/2026", FINANCEMENT="CPF"),
            student("1004", "ROBIN Clara", "20/11/2026"),
            student("2024", "DUPONT Manon", "20/11/2026"),
        ],
        [
            {
                "ÉLÈVE": "BLANC Tom",
                "N° ÉLÈVE": "1003",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DATES DE RELANCES": "15/10/2026\n22/10/2026\n24/11/2026",
                "MOYENS UTILISÉS": "SMS\nEmail\nTéléphone",
                "CAUSE": "déménagement",
            }
        ],
    )
    return ecole


def documents(ecole: Ecole, *noms: str) -> Path:
    """A folder named « dossier » with these files."""
    racine = ecole.classeur.parent / "dossier"
    for nom in noms:
        (racine / nom).parent.mkdir(parents=True, exist_ok=True)
        (racine / nom).write_text("x")
    return racine


def test_the_delay_to_answer_and_the_places_of_the_documents_are_shown(ecole: Ecole) -> None:
    """Before the question: « aujourd'hui : aucun délai », and which files go where."""
    racine = documents(ecole, "contrat 2024.pdf", "code/séries.txt")
    statut, ecran = answer(
        "close", "blanc", "--documents", str(racine), "--deplacer", reponses=("non",)
    )
    assert statut == 3
    assert "aujourd'hui : aucun délai de réponse" in ecran
    for morceau in ("2 fichiers", "archives/dossiers/1003-blanc-tom", "sera supprimé"):
        assert morceau in ecran.replace("\n", " "), ecran
    assert (racine / "contrat 2024.pdf").exists()


@pytest.mark.parametrize(
    "nom", ["ROBIN/contrat.pdf", "1004.pdf", "contrat Clara Robin.pdf", "Manon DUPONT/code.txt"]
)
def test_a_folder_that_holds_another_students_documents_is_refused(ecole: Ecole, nom: str) -> None:
    """Their folder, number or name: everybody's would be filed under one, and deleted."""
    racine = documents(ecole, "contrat.pdf", nom)
    statut, dit = ecole.refusal("close", "blanc", "--documents", str(racine), "--deplacer", "--oui")
    assert (statut, "semble être à" in dit) == (3, True)
    assert (racine / nom).exists()


def test_what_remains_to_be_done_is_said(ecole: Ecole) -> None:
    """The documents where none were given; EDOF, with the reason, where the CPF pays: not always
    « abandon », says its help (« Comment choisir le motif de sortie de formation »)."""
    fait = ecole.type("close", "blanc", "--oui")
    assert "Reste à archiver : ses documents" in fait.erreurs
    assert "sur EDOF (abandon, sauf force majeure" in fait.erreurs
    assert "raison : déménagement)" in fait.erreurs
    ecole.json("undo")
    racine = documents(ecole, "contrat BLANC.pdf")
    assert (
        "Reste à archiver"
        not in ecole.type("close", "blanc", "--oui", "--documents", str(racine)).erreurs
    )


def import_lessons(ecole: Ecole, jour: str) -> None:
    """An export of that day."""
    ecole.day(jour)
    export = ecole.classeur.with_name("planning.csv")
    export.write_text(f"Date;N° élève;Nom;Prénom\n{jour};1004;ROBIN;Clara\n", "utf-8")
    ecole.json("import", "cours", str(export))


def test_stale_lessons_stop_closing_and_messages(ecole: Ecole) -> None:
    """Asked in a terminal, refused elsewhere; the student's own request needs no import."""
    import_lessons(ecole, "02/11/2026")
    ecole.day("24/11/2026")
    statut, dit = ecole.refusal("close", "blanc", "--oui")
    assert (statut, "02/11/2026" in dit) == (3, True)
    assert answer("close", "blanc", "--oui", reponses=("non",))[0] == 3
    assert ecole.json("close", "blanc", "--oui", "--demande-eleve")["etat"] == "abandon"
    ecole.json("undo")
    assert answer("close", "blanc", "--oui", reponses=("oui",))[0] == 0
    ecole.json("undo")
    fait = ecole.type("close", "blanc", "--oui", "--malgre-imports")
    assert (fait.statut, "Imports : cours 02/11/2026" in fait.erreurs) == (0, True)
    ecole.json("undo")
    livre = openpyxl.load_workbook(ecole.classeur)
    livre[TABLEAU]["C2"].value = livre[TABLEAU]["D2"].value = None
    livre.save(ecole.classeur)
    assert ecole.refusal("relance", "message", "--tous")[0] == 3
    assert ecole.type("relance", "message", "--tous", "--malgre-imports").statut == 0
