"""``check``: every doubt is said by sheet and cell, with its gravity and the mend."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inactifs.cli.execution import run

JOUR = "2026-06-02"
ELEVES = """N° élève;Nom;Prénom;Inscrit le
7;ROYER;Laurence;02/01/2026
8;BERNARD;Anne;03/01/2026
31;MARTIN;Paul;04/01/2026
32;MARTIN;Paul;05/01/2026
"""
TABLEAU, REGISTRE, PARAMETRES = "Tableau de suivi", "Élèves", "Paramètres"
EXEMPLE = Path(__file__).parents[2] / "examples" / "suivi_eleves.xlsx"


def type_command(*arguments: str) -> str:
    """What a command that succeeds says on stdout."""
    dit, erreurs = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(dit), contextlib.redirect_stderr(erreurs):
        statut = run(arguments)
    assert statut == 0, erreurs.getvalue()
    return dit.getvalue()


def problems(classeur: Path) -> list[dict[str, str]]:
    """What ``check --json`` says of a workbook."""
    lus = json.loads(type_command("check", "-c", str(classeur), "--json"))["problemes"]
    assert isinstance(lus, list)
    return lus


@pytest.fixture(autouse=True)
def jour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which everything is typed."""
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", JOUR)


@pytest.fixture(scope="module")
def sain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """A sound workbook: rows 2 to 5 are ROYER (one relance), BERNARD (closed), two MARTIN."""
    dossier = tmp_path_factory.mktemp("sain")
    classeur, export = dossier / "suivi.xlsx", dossier / "eleves.csv"
    export.write_text(ELEVES, "utf-8")
    with pytest.MonkeyPatch.context() as env:
        env.setenv("INACTIFS_AUJOURDHUI", JOUR)
        type_command("init", str(classeur))
        type_command("import", "eleves", str(export), "-c", str(classeur))
        type_in(classeur, REGISTRE, {"K2": date(2026, 1, 2)})  # while no lesson is known: nothing
        type_command("detect", "-c", str(classeur))
        type_command("relance", "add", "7", "-c", str(classeur))
        type_command("close", "8", "--demande-eleve", "--oui", "-c", str(classeur))
    yield classeur.read_bytes()


@pytest.fixture
def classeur(sain: bytes, tmp_path: Path) -> Path:
    """A copy of it, to be broken."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(sain)
    return chemin


def type_in(classeur: Path, feuille: str, cellules: dict[str, Any]) -> None:
    """Type values in cells, as somebody does in Excel."""
    livre = openpyxl.load_workbook(classeur)
    for cellule, valeur in cellules.items():
        livre[feuille][cellule].value = valeur
    livre.save(classeur)


def test_a_sound_workbook(classeur: Path) -> None:
    """Nothing to say, and it is said."""
    assert problems(classeur) == []
    assert "en ordre" in type_command("check", "-c", str(classeur))


def test_the_example_is_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook that people learn with has nothing doubtful in it."""
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", "2026-11-24")
    assert problems(EXEMPLE) == []


E, A = "erreur", "avertissement"
DOUTES: list[tuple[str, str, dict[str, Any], tuple[str, str, str, str]]] = [
    ("date illisible", TABLEAU, {"B2": "bientôt"}, (E, "B2", "n'est pas une date", "Tapez")),
    ("erreur d'Excel", TABLEAU, {"B2": "=1/0"}, (E, "B2", "formule", "Tapez")),
    ("année invraisemblable", TABLEAU, {"B2": date(1926, 1, 2)}, (E, "B2", "1926", "Tapez")),
    ("la même, en texte", TABLEAU, {"B2": "02/01/1926"}, (E, "B2", "vraisemblable", "Tapez")),
    ("relance sans moyen", TABLEAU, {"C2": "02/06/2026", "D2": None},
     (A, "D2", "moyens", "Tapez un moyen par date")),
    ("moyen sans relance", TABLEAU, {"C2": None}, (E, "D2", "", "Tapez un moyen par date")),
    ("deux moyens, une date", TABLEAU, {"D2": "SMS\nEmail"},
     (E, "D2", "", "Tapez un moyen par date")),
    ("moyen inconnu", TABLEAU, {"D2": "pigeon"}, (E, "D2", "pigeon", "SMS, Téléphone")),
    ("dates en désordre", TABLEAU, {"C2": "02/06/2026\n20/05/2026", "D2": "SMS\nEmail"},
     (E, "C2", "ne se suivent pas", "dans l'ordre")),
    ("relance à venir", TABLEAU, {"C2": "02/06/2026\n12/06/2026", "D2": "SMS\nEmail"},
     (E, "C2", "à venir", "Corrigez")),
    ("activité à venir", TABLEAU, {"B4": date(2026, 6, 3)}, (A, "B4", "à venir", "Corrigez")),
    ("détection à venir", TABLEAU, {"H4": date(2027, 6, 3)}, (A, "H4", "à venir", "Corrigez")),
    ("clôture à venir", TABLEAU, {"O3": date(2026, 6, 3)}, (E, "O3", "à venir", "Corrigez")),
    ("clôture avant la détection", TABLEAU, {"O3": date(2026, 5, 3)},
     (A, "O3", "précède", "Corrigez")),
    ("suspension sans fin", TABLEAU, {"L4": date(2062, 6, 3)}, (A, "L4", "an", "Corrigez")),
    ("deux dossiers ouverts", TABLEAU, {"A6": "royer laurence", "B6": date(2026, 1, 2)},
     (E, "A6", "déjà un dossier ouvert, ligne 2", "Gardez-en un seul")),
    ("homonyme sans numéro", TABLEAU, {"G4": None},
     (A, "A4", "31, 32", "Tapez le numéro de l'élève")),
    ("clôturé sans mention", TABLEAU, {"F3": "parti"}, (A, "F3", "mention", "Ajoutez-la")),
    ("clôturé sans date", TABLEAU, {"O3": None}, (A, "O3", "date de clôture", "Tapez-la")),
    ("date de clôture, dossier ouvert", TABLEAU, {"O4": date(2026, 6, 2)},
     (A, "O4", "reste ouvert", "RÉSULTAT")),
    ("résultat illisible", TABLEAU, {"E4": "peut-être"}, (E, "E4", "REPRISE", "Tapez REPRISE")),
    ("élève inconnu", TABLEAU, {"A6": "PERDU Paul"}, (A, "A6", "ne figure pas", "Ajoutez-le")),
    ("numéro inconnu", TABLEAU, {"G4": "99"}, (A, "G4", "ne figure pas", "corrigez son nom")),
    ("numéro d'un autre", TABLEAU, {"A4": "DURAND Zoé"},
     (E, "A4", "MARTIN Paul", "Corrigez le nom ou le numéro")),
    ("ligne sans élève", TABLEAU, {"F6": "à rappeler"}, (E, "A6", "quel élève", "Tapez le nom")),
    ("abandonniste encore ouvert", REGISTRE, {"J5": "abandonniste"},
     (A, "E5", "abandonniste", "ABANDON")),
    ("clôturé mais suivi", REGISTRE, {"J3": None}, (A, "E3", "suivi", "abandonniste")),
    ("statut inconnu", REGISTRE, {"J2": "parti"}, (A, "J2", "statut", "en formation")),
    ("numéro en double", REGISTRE, {"A5": "31"}, (E, "A5", "déjà celui de la ligne 4", "numéro")),
    ("élève sans numéro", REGISTRE, {"B6": "NOUVEAU"}, (E, "A6", "numéro", "Tapez son numéro")),
    ("date du registre illisible", REGISTRE, {"K2": "??"}, (E, "K2", "date", "Tapez une date")),
    ("connexion à venir", REGISTRE, {"M4": date(2026, 6, 3)}, (A, "M4", "actif", "Corrigez")),
    ("cours trop lointain", REGISTRE, {"L4": date(2062, 6, 3)}, (A, "L4", "actif", "Corrigez")),
    ("seuil", PARAMETRES, {"B2": "trois"}, (E, "B2", "", "nombre entier de mois, 1 ou plus")),
    ("plan", PARAMETRES, {"B25": "une semaine"}, (E, "B25", "", "nombre entier de jours")),
    ("moyen du plan", PARAMETRES, {"D24": "pigeon"}, (E, "D24", "pigeon", "SMS, Téléphone")),
    ("import à venir", PARAMETRES, {"B11": date(2026, 6, 3)}, (A, "B11", "à venir", "import")),
    ("paramètre en double", PARAMETRES, {"A17": "Causes"}, (A, "A17", "ligne 15", "Effacez")),
    ("champ de modèle inconnu", "Modèles", {"D2": "Bonjour {prnom}"},
     (E, "D2", "{prnom} n'existe pas", "{prenom}")),
    ("moyen de modèle inconnu", "Modèles", {"B2": "pigeon"}, (A, "B2", "pigeon", "Tapez")),
    ("journal : heure illisible", "Journal", {"A3": "hier"}, (A, "A3", "heure", "undo --liste")),
    ("journal : date à venir", "Journal", {"A8": datetime(2026, 6, 3, 9)},
     (A, "A8", "à venir", "l'heure du poste")),
    ("journal : relance disparue", TABLEAU, {"C2": None, "D2": None},
     (A, "C2", "relance le 02/06/2026", "retapez")),
    ("journal : clôture disparue", TABLEAU, {"E3": None, "F3": None, "O3": None},
     (A, "E3", "« close »", "Tapez ABANDON")),
    ("journal : autre résultat", TABLEAU, {"E3": "REPRISE"}, (A, "E3", "ABANDON", "reopen")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("feuille", "cellules", "attendu"), [d[1:] for d in DOUTES], ids=[d[0] for d in DOUTES]
)
def test_every_doubt_has_its_cell(
    classeur: Path, feuille: str, cellules: dict[str, Any], attendu: tuple[str, str, str, str]
) -> None:
    """One change by hand in a sound workbook: what it makes doubtful is said once."""
    type_in(classeur, feuille, cellules)
    avant = classeur.read_bytes()
    gravite, cellule, raison, remede = attendu
    ou = TABLEAU if feuille == REGISTRE and cellule[0] == "E" else feuille
    trouves = [
        (p["gravite"], p["remede"])
        for p in problems(classeur)
        if (p["feuille"], p["cellule"]) == (ou, cellule) and raison in p["raison"]
    ]
    assert len(trouves) == 1, problems(classeur)
    assert trouves[0][0] == gravite
    assert remede in trouves[0][1]
    assert classeur.read_bytes() == avant


def test_inactive_again_since_the_lesson_that_ended_a_case(
    classeur: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lesson learnt of months later: one morning notes the reprise, then opens a new case."""
    lecon = ("activite", "add", "7", "cours", "--date", "03/06/2026")
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", "2026-12-01")
    type_command(*lecon, "-c", str(classeur))
    matin = json.loads(type_command("detect", "-c", str(classeur), "--json"))
    assert [e["numero"] for e in matin["reprises"]] == ["7"]
    assert [e["numero"] for e in matin["nouveaux"]] == ["7"]
    assert problems(classeur) == []


def test_a_row_that_was_erased(classeur: Path) -> None:
    """The journal has its relance: it is said, with the line of the journal."""
    livre = openpyxl.load_workbook(classeur)
    livre[TABLEAU].delete_rows(2)
    livre.save(classeur)
    (probleme,) = problems(classeur)
    assert (probleme["feuille"], probleme["cellule"]) == ("Journal", "D7")
    assert "undo --liste" in probleme["remede"]


def test_a_workbook_broken_everywhere(classeur: Path) -> None:
    """One doubt does not hide another, and the screen shows each with its place."""
    for feuille, cellules in (
        (TABLEAU, {"B2": "?", "D4": "SMS", "G5": "99", "F3": None}),
        (REGISTRE, {"I2": "jamais"}),
        (PARAMETRES, {"B2": 0, "B19": "x"}),
        ("Journal", {"A2": "x"}),
    ):
        type_in(classeur, feuille, cellules)
    places = {(p["feuille"], p["cellule"]) for p in problems(classeur)}
    attendues = {
        (TABLEAU, "B2"), (TABLEAU, "D4"), (TABLEAU, "G5"), (TABLEAU, "F3"), (REGISTRE, "I2"),
        (PARAMETRES, "B2"), (PARAMETRES, "B19"), ("Journal", "A2"),
    }  # fmt: skip
    assert attendues <= places
    ecran = type_command("check", "-c", str(classeur))
    for feuille, cellule in attendues:
        assert f"{feuille} {cellule}" in ecran
