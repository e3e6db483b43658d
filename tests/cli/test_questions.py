"""What is asked in a real terminal, and what is then written."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student
from terminal_essais import answer


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two students to contact, and one who never answered."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init", "--auto-ecole", "Auto-école du Port")
    ecole.fill(
        ELEVES,
        [
            student("1", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="0612345678"),
            student("2", "ROUX Léa", "12/06/2026"),
            student("3", "BLANC Tom", "10/04/2026"),
            student("4", "ROBIN Clara", "20/11/2026"),
        ],
    )
    ecole.fill(
        TABLEAU,
        [
            {
                "ÉLÈVE": "BLANC Tom",
                "N° ÉLÈVE": "3",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DATES DE RELANCES": "15/10/2026\n22/10/2026\n05/11/2026",
                "MOYENS UTILISÉS": "SMS\nEmail\nTéléphone",
            }
        ],
    )
    ecole.json("detect")
    return ecole


def test_a_relance_is_asked_shown_confirmed_and_written(ecole: Ecole) -> None:
    """Who, how, what came of it, why, a comment; the next date is told before it is written."""
    statut, ecran = answer(
        "relance", "add", reponses=("roy", "2", "6", "3", "appelle le soir", "oui")
    )
    assert statut == 0, ecran
    assert "2. ROYER Laurence (1re relance)" in ecran
    assert "ROYER Laurence (n° 1), 06 12 34 56 78" in ecran
    avant, apres = ecran.split("Écrire dans le classeur")
    assert "1re relance du 24/11/2026, Téléphone, a répondu : plan de reprise" in avant
    assert "Cause        emploi du temps" in avant
    assert "Rien n'est dû jusqu'au 24/12/2026. Ensuite : 1re relance le 25/12/2026" in avant
    assert "notée" in apres
    ligne = ecole.row(3)
    assert ligne["MOYENS UTILISÉS"] == "Téléphone (répondu)"
    assert (ligne["CAUSE"], ligne["COMMENTAIRE"]) == ("emploi du temps", "appelle le soir")


def test_several_students_are_offered_and_only_what_is_missing_is_asked(ecole: Ecole) -> None:
    """« ro » is two students to contact and one who is not; what is typed is not asked."""
    statut, ecran = answer(
        "relance", "add", "--moyen", "sms", "--resultat", "sans-reponse", "--commentaire", "x",
        reponses=("zzz", "ro", "2", "o"),
    )  # fmt: skip
    assert statut == 0, ecran
    assert "Aucun élève ne correspond à « zzz »" in ecran
    assert "ROBIN" not in ecran
    assert ecole.row(4)["MOYENS UTILISÉS"] == "SMS"


def test_saying_no_writes_nothing(ecole: Ecole) -> None:
    """To a relance or to a closing; a word that is neither yes nor no is asked again."""
    avant = ecole.classeur.read_bytes()
    statut, ecran = answer("relance", "add", reponses=("1", "", "", "", "non"))
    assert (statut, "Rien n'a été écrit." in ecran) == (3, True), ecran
    statut, ecran = answer("close", "blanc", reponses=("peut-être", "n"))
    assert (statut, "Rien n'a été écrit." in ecran) == (3, True), ecran
    assert ecole.classeur.read_bytes() == avant


def test_a_call_back_asks_for_a_day_until_it_is_one(ecole: Ecole) -> None:
    """A word, then a day that has passed, then a day to come."""
    statut, ecran = answer(
        "relance", "add",
        reponses=("1", "", "4", "bientôt", "01/11/2026", "15/12", "", "", "oui"),
    )  # fmt: skip
    assert statut == 0, ecran
    assert "« bientôt » n'est pas une date" in ecran
    assert "avant la relance" in ecran
    assert ecole.row(4)["SUSPENDU JUSQU'AU"].date() == le("15/12/2026")


def test_closing_shows_the_relances_and_asks(ecole: Ecole) -> None:
    """The dates on which nobody answered are what the decision rests on."""
    statut, ecran = answer("close", "--tous", reponses=("oui",))
    assert statut == 0, ecran
    assert "BLANC Tom (n° 3) : relances 15/10/2026, 22/10/2026, 05/11/2026" in ecran
    assert ecole.row(2)["RÉSULTAT (REPRISE / ABANDON)"] == "ABANDON"
    assert openpyxl.load_workbook(ecole.classeur)[ELEVES]["J4"].value == "abandonniste"


def test_what_changed_during_the_answers_is_not_written_over(ecole: Ecole) -> None:
    """Somebody else noted the same call meanwhile; and a workbook open in Excel asks nothing."""
    verrou = ecole.classeur.with_name("~$" + ecole.classeur.name)
    verrou.write_bytes(
        b"\x05Marie" + b" " * 49 + b"\x05\0" + "Marie".encode("utf-16-le").ljust(108, b"\0")
    )
    statut, ecran = answer("relance", "add")
    assert (statut, "Quel élève" in ecran) == (5, False), ecran
    verrou.unlink()
    statut, ecran = answer(
        "relance", "add", reponses=("1", "", "", "", lambda: ecole.json("relance", "add", "2"), "o")
    )
    assert (statut, "a changé pendant vos réponses" in ecran) == (5, True), ecran
    assert ecole.row(4)["MOYENS UTILISÉS"] == "SMS"


def test_nothing_is_asked_outside_a_terminal(ecole: Ecole) -> None:
    """A script is told what is missing, and never waits."""
    assert ecole.refusal("relance", "add") == (2, "Il manque le nom ou le numéro de l'élève.")
    assert ecole.refusal("relance", "message")[0] == 2
    assert ecole.refusal("close", "3")[0] == 3
