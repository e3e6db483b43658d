"""What is asked in a real terminal, and what is then written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, Ecole, le, student
from terminal_essais import answer


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two students to contact, and one who never answered."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="0612345678"),
            student("2", "ROUX Léa", "12/06/2026"),
            student("3", "BLANC Tom", "10/04/2026"),
            student("4", "ROBIN Clara", "20/11/2026"),
        ],
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
    return ecole


def test_a_relance_is_asked_shown_confirmed_and_written(ecole: Ecole) -> None:
    """Who, how, what came of it, why, a comment; the next date is told before it is written."""
    statut, ecran = answer(
        "relance", "add", reponses=("roy", "2", "7", "", "3", "appelle le soir", "oui")
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
    assert ligne["MOYENS UTILISÉS"] == "Téléphone (répondu : plan de reprise)"
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
        reponses=("1", "", "5", "bientôt", "01/11/2026", "15/12 18h", "", "", "oui"),
    )  # fmt: skip
    assert statut == 0, ecran
    assert "« bientôt » n'est pas un jour" in ecran
    assert "est passé" in ecran
    assert "À rappeler le 15/12/2026 18:00" in ecran
    refus = ecole.type("relance", "add", "1", "--resultat", "rappeler")
    assert "Il manque le jour où rappeler" in refus.erreurs
    assert ecole.row(4)["À RAPPELER LE"] == datetime(2026, 12, 15, 18)


def test_closing_shows_the_relances_and_asks(ecole: Ecole) -> None:
    """The dates on which nobody answered are what the decision rests on."""
    statut, ecran = answer("close", "--tous", reponses=("oui",))
    assert statut == 0, ecran
    assert "BLANC Tom (n° 3) : relances 15/10/2026, 22/10/2026, 05/11/2026" in ecran
    assert ecole.row(2)["RÉSULTAT (REPRISE / ABANDON)"] == "ABANDON"
    assert openpyxl.load_workbook(ecole.classeur)[ELEVES]["J4"].value == "abandonniste"


def in_excel(ecole: Ecole) -> Path:
    """The lock of Excel, where Marie has the workbook open."""
    verrou = ecole.classeur.with_name("~$" + ecole.classeur.name)
    verrou.write_bytes(
        b"\x05Marie" + b" " * 49 + b"\x05\0" + "Marie".encode("utf-16-le").ljust(108, b"\0")
    )
    return verrou


def test_a_workbook_open_in_excel_is_to_be_closed_and_the_command_goes_on(ecole: Ecole) -> None:
    """Before anything is asked; « non » stops. What was typed is not typed again."""
    verrou = in_excel(ecole)
    statut, ecran = answer("relance", "add", reponses=("non",))
    assert (statut, "Quel élève" in ecran) == (5, False), ecran
    assert "ouvert dans Excel par Marie" in ecran
    statut, ecran = answer("reprise", "royer", reponses=("", verrou.unlink, ""))
    assert statut == 0, ecran
    assert ecran.count("Entrée quand c'est fait") == 2
    assert ecole.row(3)["RÉSULTAT (REPRISE / ABANDON)"] == "REPRISE"


def test_what_changed_during_the_answers_is_not_written_over(ecole: Ecole) -> None:
    """Somebody else noted the same call meanwhile."""
    statut, ecran = answer(
        "relance", "add", reponses=("1", "", "", "", lambda: ecole.json("relance", "add", "2"), "o")
    )
    assert (statut, "a changé pendant vos réponses" in ecran) == (5, True), ecran
    assert ecole.row(4)["MOYENS UTILISÉS"] == "SMS"


def test_a_student_alone_on_the_line_is_asked_the_rest(ecole: Ecole) -> None:
    """Without --moyen nothing is written that nobody said; a script still gets the step's own."""
    avant = ecole.classeur.read_bytes()
    statut, ecran = answer("relance", "add", "royer", reponses=("2", "1", "", "non"))
    assert (statut, "Rien n'a été écrit." in ecran) == (3, True), ecran
    assert ecole.classeur.read_bytes() == avant
    statut, ecran = answer("relance", "add", "royer", reponses=("2", "2", "", "oui"))
    assert statut == 0, ecran
    assert "Quel élève" not in ecran
    assert ecole.row(3)["MOYENS UTILISÉS"] == "Téléphone (message laissé)"
    ecole.json("relance", "add", "roux")
    assert ecole.row(4)["MOYENS UTILISÉS"] == "SMS"


def test_what_is_said_on_the_line_is_not_asked(ecole: Ecole) -> None:
    """With --moyen, as the guide has it; --simulation writes nothing anyway."""
    assert answer("relance", "add", "roux", "--simulation")[0] == 0
    assert answer("relance", "add", "roux", "--moyen", "email")[0] == 0
    assert ecole.row(4)["MOYENS UTILISÉS"] == "Email"


@pytest.mark.parametrize("mot", ["non", "N", "rien", "annuler"])
def test_no_instead_of_a_name_stops(ecole: Ecole, mot: str) -> None:
    """« non » is in « DUPONT Manon », and is not her."""
    ecole.fill(ELEVES, [student("5", "DUPONT Manon", "10/06/2026")])
    ecole.json("detect")
    avant = ecole.classeur.read_bytes()
    for commande in (
        ("relance", "add"), ("reprise",), ("pause",), ("close",), ("activite", "add"), ("purge",),
    ):  # fmt: skip
        statut, ecran = answer(*commande, reponses=(mot,))
        assert (statut, "Rien n'a été écrit." in ecran) == (3, True), ecran
    assert ecole.classeur.read_bytes() == avant


def test_letters_inside_a_name_are_confirmed(ecole: Ecole) -> None:
    """Whom « uren » means is shown before it is written; the beginning of a name is enough."""
    avant = ecole.classeur.read_bytes()
    for commande in (
        ("reprise", "uren"),
        ("pause", "uren", "--jusqu-au", "24/12", "--motif", "stage"),
        ("relance", "add", "uren", "--moyen", "sms"),
        ("activite", "add", "uren", "appel"),
    ):
        statut, ecran = answer(*commande, reponses=("non",))
        assert (statut, "est-ce bien ROYER Laurence (n° 1)" in ecran) == (3, True), ecran
    assert ecole.classeur.read_bytes() == avant
    assert answer("reprise", "uren", reponses=("oui",))[0] == 0
    assert answer("reprise", "rou")[0] == 0
    assert ecole.row(4)["RÉSULTAT (REPRISE / ABANDON)"] == "REPRISE"


@pytest.mark.parametrize("touche", ["\x03", "\x04"])
def test_ctrl_c_or_d_in_a_question_writes_nothing_and_says_so(ecole: Ecole, touche: str) -> None:
    """On a line of its own."""
    avant = ecole.classeur.read_bytes()
    for commande in (("relance", "add"), ("reprise",), ("close", "blanc")):
        statut, ecran = answer(*commande, reponses=(touche,))
        assert statut == 130
        assert "\nInterrompu : rien n'a été écrit.\n" in ecran, ecran
    assert ecole.classeur.read_bytes() == avant


def test_closing_alone_shows_who_may_be_closed(ecole: Ecole) -> None:
    """Chosen by a digit; when nobody may be closed, nothing is asked."""
    statut, ecran = answer("close", reponses=("1", "oui"))
    assert statut == 0, ecran
    assert "1. BLANC Tom (relances 15/10/2026, 22/10/2026, 05/11/2026, 19 j de retard)" in ecran
    assert "ROYER" not in ecran
    assert ecole.row(2)["RÉSULTAT (REPRISE / ABANDON)"] == "ABANDON"
    statut, ecran = answer("close")
    assert (statut, "Aucun dossier n'est à clôturer" in ecran) == (0, True), ecran


def test_nothing_is_asked_outside_a_terminal(ecole: Ecole) -> None:
    """A script is told what is missing, and never waits."""
    assert ecole.refusal("relance", "add") == (2, "Il manque le nom ou le numéro de l'élève.")
    assert ecole.refusal("relance", "message")[0] == 2
    assert ecole.refusal("close", "3")[0] == 3
