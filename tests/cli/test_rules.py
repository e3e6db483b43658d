"""The rules at the command line: what the register, the sheet and the calendar say is obeyed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le

DURAND = {"N° ÉLÈVE": "1", "NOM": "DURAND", "PRÉNOM": "Ana", "FORMATION": "B"}
PETIT = {"N° ÉLÈVE": "2", "NOM": "PETIT", "PRÉNOM": "Zoé", "FORMATION": "B AAC"}


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two students inactive since July, whose dossiers are open."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            DURAND | {"DERNIER COURS": le("10/07/2026")},
            PETIT | {"DERNIER COURS": le("11/07/2026")},
        ]
    )
    return ecole


def type_cells(ecole: Ecole, feuille: str, cellules: dict[str, object]) -> None:
    """Type values in cells, by hand."""
    livre = openpyxl.load_workbook(ecole.classeur)
    for cellule, valeur in cellules.items():
        livre[feuille][cellule].value = valeur
    livre.save(ecole.classeur)


def case(ecole: Ecole, qui: str = "1") -> dict[str, object]:
    """The last dossier of a student."""
    cas = ecole.json("show", qui)["dossiers"][-1]
    assert isinstance(cas, dict)
    return cas


def test_a_computed_cell_typed_over_is_said_once(ecole: Ecole) -> None:
    """By cell, with what to use instead; then it is calculated again (f10)."""
    type_cells(ecole, TABLEAU, {"I2": le("20/12/2026"), "K3": "Direction"})
    dits = {p["cellule"]: p["raison"] for p in ecole.json("check")["problemes"]}
    assert set(dits) == {"I2", "K3"} and "calculée" in dits["I2"]
    vus = ecole.json("detect")["a_verifier"]
    assert {v["cellule"] for v in vus} == {"I2", "K3"}
    assert "inactifs pause" in vus[0]["remede"]
    assert ecole.row(2)["PROCHAINE ÉCHÉANCE"].date() == le("24/11/2026")
    assert ecole.json("detect")["a_verifier"] == []


def test_what_the_tool_wrote_before_a_change_is_not_typed_over(ecole: Ecole) -> None:
    """A relance typed by hand, a lesson noted, another responsable in the plan."""
    type_cells(ecole, TABLEAU, {"C2": "24/11/2026", "D2": "SMS"})
    ecole.json("activite", "add", "2", "cours", "--date", "20/11/2026")
    raisons = [p["raison"] for p in ecole.json("check")["problemes"]]
    assert not any("calculée" in raison for raison in raisons)


def test_a_reprise_typed_by_hand_holds_until_the_threshold(ecole: Ecole) -> None:
    """From its row's last date; then a new dossier, nobody is forgotten for good (e17)."""
    type_cells(ecole, TABLEAU, {"C2": "24/11/2026", "D2": "SMS", "E2": "Reprise"})
    ecole.day("24/02/2027")
    assert ecole.json("detect")["nouveaux"] == []
    ecole.day("25/02/2027")
    (nouveau,) = ecole.json("detect")["nouveaux"]
    assert (nouveau["numero"], nouveau["derniere_activite"]) == ("1", "2026-11-24")


def test_a_mistaken_reprise_leaves_no_sign_of_life(ecole: Ecole) -> None:
    """Reopened, the dossier stands where it was, the morning after too (e18)."""
    ecole.json("relance", "add", "1", "--moyen", "sms")
    ecole.json("reprise", "1")
    assert ecole.json("reopen", "1", "--motif", "erreur")["etape"] == 2
    ecole.day("01/12/2026")
    assert [e["numero"] for e in ecole.json("detect")["a_relancer"] if e["etape"] == 2] == ["1"]
    assert ecole.json("show", "1")["criteres"]["contact"] is None


def test_a_sign_of_life_before_the_detection_suspends_until_the_threshold(ecole: Ecole) -> None:
    """Contacts imported late: active by the rule until 20/12, so not chased before (e19)."""
    ecole.json("activite", "add", "1", "appel", "--date", "20/09/2026")
    assert (case(ecole)["etat"], case(ecole)["prochaine_echeance"]) == ("suspendu", "2026-12-21")
    assert [e["numero"] for e in ecole.json("detect")["a_relancer"]] == ["2"]


def test_a_lesson_since_the_last_morning_is_known_by_every_command(ecole: Ecole) -> None:
    """Active: not due, no text, and a relance says so (f07)."""
    ecole.json("activite", "add", "1", "cours", "--date", "20/11/2026")
    assert [e["numero"] for e in ecole.json("next")["etapes"]] == ["2"]
    assert case(ecole)["etat"] == "actif"
    assert ecole.type("relance", "message", "1").statut == 3
    fait = ecole.type("relance", "add", "1", "--moyen", "sms")
    assert (fait.statut, "Actif depuis le 20/11/2026" in fait.erreurs) == (0, True)


def test_due_dates_go_past_closing_weeks_and_saturdays(ecole: Ecole) -> None:
    """Typed in Paramètres; 01/12/2026 falls in a closing, 05/12 is a Saturday."""
    ecole.json("relance", "add", "1", "--moyen", "sms")
    ecole.set("Fermetures de l'auto-école", "du 30/11/2026 au 04/12/2026")
    assert case(ecole)["prochaine_echeance"] == "2026-12-05"
    ecole.set("Reporter les échéances des week-ends et jours fériés", "oui")
    assert case(ecole)["prochaine_echeance"] == "2026-12-07"
    ecole.set("Samedis travaillés", "oui")
    assert case(ecole)["prochaine_echeance"] == "2026-12-05"


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("Département", "99"),
        ("Fermetures de l'auto-école", "du 04/12/2026 au 30/11/2026"),
        ("Fermetures de l'auto-école", "Noël"),
        ("Un élève décroche après (semaines sans cours réservé)", "souvent"),
        ("Samedis travaillés", "parfois"),
    ],
)
def test_a_bad_parameter_is_refused_by_its_cell(ecole: Ecole, parametre: str, valeur: str) -> None:
    """With what was expected."""
    ecole.set(parametre, valeur)
    statut, message = ecole.refusal("detect")
    assert (statut, "Paramètres, cellule B" in message, valeur in message) == (4, True, True)


def set_threshold(ecole: Ecole, seuil: object) -> None:
    """Type the rule of the « conduite accompagnée » in Paramètres, by hand."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre["Paramètres"]
    (entete,) = (c for c in onglet["A"] if c.value == "FORMATION")
    onglet.cell(entete.row + 1, 1).value = "Conduite accompagnée"
    onglet.cell(entete.row + 1, 2).value = seuil  # type: ignore[assignment]
    livre.save(ecole.classeur)


def test_the_threshold_of_a_formation_is_the_one_told(ecole: Ecole) -> None:
    """In the story, the closing record, the report and the evidence: six months, since 12/01."""
    set_threshold(ecole, 6)
    ecole.day("15/01/2027")
    histoire = {e["nature"]: e for e in case(ecole, "2")["histoire"]}
    assert histoire["inactivite"]["date"] == "2027-01-12"
    assert histoire["inactivite"]["regle"].endswith("+ 6 mois")
    assert histoire["detection"]["regle"].startswith("plus de 6 mois")
    histoire = {e["nature"]: e for e in case(ecole, "1")["histoire"]}
    assert histoire["inactivite"]["date"] == "2026-10-11"
    papiers = ecole.classeur.parent / "papiers"
    papiers.mkdir()
    (papiers / "contrat.pdf").write_bytes(b"%PDF")
    ecole.json("close", "2", "--demande-eleve", "--documents", str(papiers), "--oui")
    (fiche,) = ecole.classeur.parent.glob("archives/dossiers/*/fiche.html")
    page = fiche.read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
    assert "plus de 6 mois" in page and "12/01/2027" in page
    ecole.json("report", "--preuves", "--mois", "2027-01", "--sortie", "preuves")
    ecole.type("report", "--mois", "2027-01", "--sortie", "rapport.html")
    for nom in ("preuves/preuves.html", "rapport.html"):
        page = (ecole.classeur.parent / nom).read_text("utf-8")
        texte = page.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")
        assert "plus de 3 mois (B AAC : plus de 6 mois)" in texte, nom
    reglages = openpyxl.load_workbook(ecole.classeur.parent / "preuves/preuves.xlsx")["Procédure"]
    valeurs = {
        ligne[0]: str(ligne[1]).replace("\N{NO-BREAK SPACE}", " ")
        for ligne in reglages.iter_rows(values_only=True)
        if ligne[0]
    }
    assert valeurs["Un élève est inactif après"] == "plus de 3 mois (B AAC : plus de 6 mois)"


def test_a_formation_that_is_not_followed_opens_nothing(ecole: Ecole) -> None:
    """In any of its spellings; its open dossier waits, and is not closed."""
    set_threshold(ecole, "non suivie")
    matin = ecole.json("detect")
    assert [e["numero"] for e in matin["a_relancer"]] == ["1"]
    assert matin["suivis"] == ecole.json("report")["eleves_suivis"] == 1
    assert case(ecole, "2")["etat"] == "suspendu"
    ecole.fill(ELEVES, [PETIT | {"N° ÉLÈVE": "3", "DERNIER COURS": le("11/07/2026")}])
    assert ecole.json("detect")["nouveaux"] == []


def test_whom_the_procedure_does_not_follow_is_not_closed(ecole: Ecole) -> None:
    """Three relances and a permis obtenu since: exit 3, STATUT stays."""
    for jour in ("24/11/2026", "01/12/2026", "15/12/2026"):
        ecole.day(jour)
        ecole.json("relance", "add", "1", "--moyen", "sms")
    type_cells(ecole, ELEVES, {"J2": "permis obtenu"})
    statut, message = ecole.refusal("close", "1", "--oui")
    assert (statut, "permis obtenu" in message) == (3, True)


def test_what_acts_on_inactive_says_how_old_the_imports_are(ecole: Ecole) -> None:
    """One line, in every command that shows whom to contact (contract, freshness)."""
    for commande in (("detect",), ("next",), ("list",)):
        fait = ecole.type(*commande)
        assert "À refaire avant d'appeler" in fait.sortie + fait.erreurs, commande


def test_the_delay_of_the_first_step_is_obeyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DÉTECTÉ LE + 5 days, once the school has typed 5 beside the first step (e16)."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start([])
    plan = openpyxl.load_workbook(ecole.classeur)["Paramètres"]
    premiere = next(c.row for c in plan["A"] if c.value == "1re relance")
    type_cells(ecole, "Paramètres", {f"B{premiere}": 5})
    ecole.fill(ELEVES, [DURAND | {"DERNIER COURS": le("10/07/2026")}])
    assert ecole.json("detect")["a_relancer"] == []
    assert case(ecole)["prochaine_echeance"] == "2026-11-29"
