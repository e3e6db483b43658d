"""The whole round through the command line, on a school's real exports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

EXPORTS = Path(__file__).parents[1] / "imports" / "exports"
VERITE = json.loads((EXPORTS / "truth.json").read_text("utf-8"))


class Ecole:
    """A folder with a workbook, in which commands are typed."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self.classeur = dossier / "suivi_eleves.xlsx"

    def type(self, *arguments: str, jour: str = "2026-11-24") -> subprocess.CompletedProcess[str]:
        env = os.environ | {"INACTIFS_AUJOURDHUI": jour, "INACTIFS_PAR": "Secrétariat"}
        env.pop("INACTIFS_CLASSEUR", None)
        return subprocess.run(
            [sys.executable, "-m", "inactifs", *arguments],
            cwd=self.dossier,
            env=env,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )

    def json(self, *arguments: str, jour: str = "2026-11-24") -> Any:
        fait = self.type(*arguments, "--json", jour=jour)
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return json.loads(fait.stdout)

    def row(self, numero: str) -> dict[str, Any]:
        feuille = openpyxl.load_workbook(self.classeur)["Tableau de suivi"]
        entetes = [c.value for c in feuille[1]]
        for ligne in feuille.iter_rows(min_row=2, values_only=True):
            valeurs = dict(zip(entetes, ligne, strict=True))
            if str(valeurs["N° ÉLÈVE"]) == numero:
                return valeurs
        raise AssertionError(f"{numero} n'est pas dans le tableau")


@pytest.fixture(scope="module")
def importee(tmp_path_factory: pytest.TempPathFactory) -> Ecole:
    """A school whose four exports are imported, and the morning done."""
    ecole = Ecole(tmp_path_factory.mktemp("ecole"))
    ecole.json("init", "--auto-ecole", "Auto-école du Port")
    for canal, fichier in (
        ("eleves", "eleves.csv"),
        ("cours", "planning.xlsx"),
        ("connexions", "pass_rousseau.csv"),
        ("contacts", "contacts.xlsx"),
    ):
        assert ecole.json("import", canal, str(EXPORTS / fichier))["rejets"] == []
    (ecole.dossier / "detect.json").write_text(
        json.dumps(ecole.json("detect", "--date", "24/11/2026")), "utf-8"
    )
    return ecole


@pytest.fixture
def ecole(importee: Ecole, tmp_path: Path) -> Ecole:
    copie = Ecole(tmp_path)
    copie.classeur.write_bytes(importee.classeur.read_bytes())
    return copie


def test_detect_finds_exactly_the_inactive(importee: Ecole) -> None:
    """The students and last dates of the exports' own truth."""
    matin = json.loads((importee.dossier / "detect.json").read_text("utf-8"))
    trouves = {e["numero"]: e["derniere_activite"] for e in matin["nouveaux"]}
    assert trouves == VERITE["inactive"]
    assert matin["suivis"] == VERITE["followed"]
    assert matin["ecrit"] is True


def test_the_second_detect_writes_nothing(ecole: Ecole) -> None:
    """Run twice on a day, the bytes do not change."""
    avant = ecole.classeur.read_bytes()
    assert ecole.json("detect")["ecrit"] is False
    assert ecole.classeur.read_bytes() == avant


def test_an_import_twice_changes_nothing(ecole: Ecole) -> None:
    """The same file again on the same day."""
    avant = ecole.classeur.read_bytes()
    resultat = ecole.json("import", "cours", str(EXPORTS / "planning.xlsx"))
    assert resultat["importees"] == 0
    assert ecole.classeur.read_bytes() == avant


def test_from_detection_to_closing_and_back(ecole: Ecole) -> None:
    """Three relances on their due dates, the closing, and undo."""
    numero = sorted(VERITE["inactive"])[0]
    for jour, moyen, suivante in (
        ("2026-11-24", "sms", (2, "2026-12-01")),
        ("2026-12-01", "email", (3, "2026-12-15")),
        ("2026-12-15", "telephone", (None, "2026-12-15")),
    ):
        cas = ecole.json("relance", "add", numero, "--moyen", moyen, jour=jour)
        assert (cas["etape"], cas["prochaine_echeance"]) == suivante
        etapes = {e["numero"]: e for e in ecole.json("next", jour=jour)["etapes"]}
        if suivante[0]:
            assert etapes[numero]["etape"] == suivante[0]
            assert etapes[numero]["retard_jours"] < 0
    assert ecole.type("close", numero, jour="2026-12-15").returncode == 3
    clos = ecole.json("close", numero, "--oui", "--malgre-imports", jour="2026-12-15")
    assert clos["resultat"] == "ABANDON"
    ligne = ecole.row(numero)
    assert ligne["DATES DE RELANCES"] == "24/11/2026\n01/12/2026\n15/12/2026"
    assert ligne["MOYENS UTILISÉS"] == "SMS\nEmail\nTéléphone"
    assert ligne["RÉSULTAT (REPRISE / ABANDON)"] == "ABANDON"
    assert "Abandonniste : dossier clôturé le 15/12/2026" in ligne["COMMENTAIRE"]
    assert ecole.json("show", numero, jour="2026-12-15")["statut"] == "abandonniste"
    assert ecole.type("close", numero, "--oui", jour="2026-12-15").returncode == 3
    assert ecole.type("undo", jour="2026-12-15").returncode == 0
    assert ecole.row(numero)["RÉSULTAT (REPRISE / ABANDON)"] is None


def test_an_answer_suspends_then_step_one_is_due_again(ecole: Ecole) -> None:
    """The count of unanswered relances restarts after the suspension."""
    numero = sorted(VERITE["inactive"])[1]
    cas = ecole.json(
        "relance", "add", numero, "--resultat", "entretien", "--jusqu-au", "10/12/2026"
    )
    assert cas["etat"] == "suspendu"
    assert ecole.row(numero)["MOYENS UTILISÉS"] == "SMS (répondu : entretien)"
    suite = ecole.json("show", numero, jour="2026-12-11")["dossiers"][0]
    assert (suite["etat"], suite["etape"]) == ("a_relancer", 1)


def test_a_lesson_is_a_reprise_at_the_next_detect(ecole: Ecole) -> None:
    """A lesson added by hand ends the dossier."""
    numero = sorted(VERITE["inactive"])[2]
    ecole.json("activite", "add", numero, "cours", jour="2026-11-25")
    reprises = ecole.json("detect", jour="2026-11-25")["reprises"]
    assert [r["numero"] for r in reprises] == [numero]
    assert ecole.row(numero)["RÉSULTAT (REPRISE / ABANDON)"] == "REPRISE"


def test_the_other_outcomes(ecole: Ecole) -> None:
    """Pause, reprise, reopen, the student who gives up."""
    a, b, c, *_ = sorted(VERITE["inactive"])
    pause = ecole.json("pause", a, "--jusqu-au", "15/01/2027", "--motif", "stage")
    assert pause["etat"] == "suspendu"
    assert ecole.json("reprise", b)["etat"] == "reprise"
    assert ecole.json("close", c, "--demande-eleve", "--oui")["etat"] == "abandon"
    assert ecole.json("reopen", c, "--motif", "revient")["etat"] == "suspendu"
    assert ecole.json("detect")["nouveaux"] == []


def test_the_report_balances(ecole: Ecole) -> None:
    """Open at the start + detected = resumed + closed + open at the end."""
    r = ecole.json("report", "--mois", "2026-11")
    assert r["detectes"] == len(VERITE["inactive"])
    assert r["dossiers_ouverts_debut"] + r["detectes"] == (
        r["reprises"] + r["abandons"] + r["dossiers_ouverts_fin"]
    )
    for forme in ("terminal", "html", "xlsx"):
        assert ecole.type("report", "--format", forme, "--sortie", f"r.{forme}").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "statut"),
    [
        (("detecte",), 2),
        (("relance", "add"), 2),
        (("detect", "--date", "31/02/2026"), 2),
        (("detect", "--date", "25/12/2026"), 3),
        (("detect", "-c", "absent.xlsx"), 4),
        (("import", "eleves", "absent.csv"), 4),
        (("show", "Personne Inconnue"), 6),
    ],
)
def test_bad_input_gets_one_message_and_its_status(
    ecole: Ecole, arguments: tuple[str, ...], statut: int
) -> None:
    """No traceback, in French, and the workbook is as it was."""
    avant = ecole.classeur.read_bytes()
    fait = ecole.type(*arguments)
    assert fait.returncode == statut, fait.stderr
    assert "Traceback" not in fait.stderr
    assert 0 < len(fait.stderr.splitlines()) <= 3
    erreur = json.loads(ecole.type(*arguments, "--json").stdout)["erreur"]
    assert erreur["message"]
    assert ecole.classeur.read_bytes() == avant


def test_homonyms_are_listed_and_nothing_is_written(ecole: Ecole) -> None:
    """Two students of one name: their numbers are given."""
    nom = ecole.json("show", VERITE["homonyms"][0])["eleve"]
    fait = ecole.type("relance", "add", nom)
    assert fait.returncode == 6
    assert VERITE["homonyms"][0] in fait.stderr


def test_the_schools_own_workbook_is_adopted(tmp_path: Path) -> None:
    """The six columns under a title, another sheet: nothing is lost, the rest is added."""
    livre = openpyxl.Workbook()
    feuille = livre.active
    assert feuille is not None
    feuille.title = "tableau de suivi"
    feuille["A1"] = "Suivi 2026"
    feuille.append([])
    feuille.append(
        ["Élève", "Date de dernière activité", "Dates de relances", "Moyens utilisés",
         "Résultat (reprise / abandon)", "Commentaire", "Moniteur"]
    )  # fmt: skip
    feuille.append(["Dupont Zoé", "3 mai 2026", "24/08 puis 3/9/26", "SMS, mail", None, "", "Paul"])
    feuille.append(["Roux Léa", "3 mai 2026", "bientôt", "SMS", None, "", "Paul"])
    livre.create_sheet("Notes")["A1"] = "à garder"
    ecole = Ecole(tmp_path)
    livre.save(ecole.classeur)
    with zipfile.ZipFile(ecole.classeur) as paquet:
        notes = paquet.read("xl/worksheets/sheet2.xml")
    ajouts = ecole.json("init", "suivi_eleves.xlsx")["ajouts"]
    assert ajouts
    with zipfile.ZipFile(ecole.classeur) as paquet:
        assert paquet.read("xl/worksheets/sheet2.xml") == notes
    adopte = openpyxl.load_workbook(ecole.classeur)
    assert {"tableau de suivi", "Notes", "Élèves", "Paramètres", "Modèles", "Journal"} == set(
        adopte.sheetnames
    )
    assert adopte["tableau de suivi"]["G4"].value == "Paul"
    cas = ecole.json("show", "Dupont")["dossiers"][0]
    assert [(r["date"], r["moyen"]) for r in cas["relances"]] == [
        ("2026-08-24", "sms"),
        ("2026-09-03", "email"),
    ]
    assert [a["cellule"] for a in ecole.json("detect")["a_verifier"]] == ["C5"]
    assert ecole.type("relance", "add", "Roux").returncode == 4
