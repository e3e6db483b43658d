"""The guided round in a real terminal: one student a screen, one key a note."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import Ecole, student
from terminal_essais import answer, press


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A call-back of the day, on row 5, and three students to contact, on rows 2 to 4."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="0612345678"),
            student("2", "ROUX Léa", "11/06/2026", TÉLÉPHONE="0612345679"),
            student("3", "BLANC Tom", "12/06/2026", EMAIL="tom@exemple.fr"),
            student("4", "AMAR Inès", "13/06/2026", TÉLÉPHONE="0612345670"),
        ]
    )
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.json("relance", "add", "4", "-m", "telephone", "-r", "rappeler", "--le", "demain 18h",
               "-t", "appelle le soir")  # fmt: skip
    ecole.day("25/11/2026")
    return ecole


def outcomes(ecole: Ecole) -> list[str | None]:
    """In the order of the round: BLANC, ROUX, ROYER; then AMAR."""
    return [ecole.row(rang)["MOYENS UTILISÉS"] for rang in (4, 3, 2, 5)]


def test_call_backs_first_one_key_each_and_a_summary(ecole: Ecole) -> None:
    """The hour and what was agreed, the number, the text; what was done, at the end."""
    statut, ecrans = press("tournee", touches=["4", "\r", "\r", "2", "7", "p"])
    assert statut == 0, ecrans[-1]
    assert "1 sur 4" in ecrans[0]
    for mot in ("AMAR Inès (n° 4)", "25/11/2026 18:00", "appelle le soir", "06 12 34 56 70"):
        assert mot in ecrans[0], ecrans[0]
    assert "3 sur 4" in ecrans[3]
    assert "Email  tom@exemple.fr" in ecrans[2]
    assert "4 sur 4" in ecrans[5]  # a wrong number: the step is still to be made by other means
    assert "Il en reste 1" in ecrans[-1]
    assert outcomes(ecole) == [
        "Email", "SMS (message laissé)", "SMS (faux numéro)",
        "Téléphone (répondu : à rappeler)\nTéléphone (répondu : entretien)",
    ]  # fmt: skip


def test_what_is_noted_is_written_at_once_and_the_round_resumes(ecole: Ecole) -> None:
    """Stopped after one; the next one opens on who remains."""
    statut, ecrans = press("tournee", touches=["p", "\r", "q"])
    assert statut == 0
    assert "Il en reste 3" in ecrans[-1]
    assert outcomes(ecole)[0] == "Email"
    _, ecrans = press("tournee", touches=["q"])
    assert "1 sur 3" in ecrans[0]
    assert "AMAR Inès" in ecrans[0]


def test_going_back_corrects_and_confirming_no_changes_nothing(ecole: Ecole) -> None:
    """The same relance with another outcome; « 8 » and « 9 » are confirmed."""
    _, ecrans = press(
        "tournee", touches=["p", "\r", "b", "2", "8", "n", "c", "rappellera\r", "\r", "q"]
    )
    assert "Noté : Email, pas de réponse" in ecrans[3]
    assert outcomes(ecole)[:2] == ["Email (message laissé)", "SMS"]
    assert ecole.row(3)["COMMENTAIRE"] == "rappellera"
    assert ecole.json("show", "3")["dossiers"][0]["relances"][0]["issue"] == "message-laisse"


def test_another_means_and_a_key_that_does_nothing(ecole: Ecole) -> None:
    """« m » goes round the means, the text with it."""
    _, ecrans = press("tournee", touches=["p", "p", "m", "x", "\r", "q"])
    assert "À dire" in ecrans[3]
    assert "ne fait rien" in ecrans[4]
    assert outcomes(ecole)[1] == "Téléphone"


def test_ctrl_c_keeps_what_is_noted(ecole: Ecole) -> None:
    statut, ecrans = press("tournee", touches=["p", "\r", "\x03"])
    assert statut == 130
    assert "ce qui est noté est écrit" in ecrans[-1]
    assert outcomes(ecole)[0] == "Email"


def test_where_keys_cannot_be_read_a_line_is(ecole: Ecole) -> None:
    """A dumb terminal: the same questions, answered by a line."""
    statut, ecran = answer(
        "tournee", reponses=("p", "", "2", "q"), env={"TERM": "dumb", "COLUMNS": "80"}
    )
    assert statut == 0, ecran
    assert outcomes(ecole)[:2] == ["Email", "SMS (message laissé)"]


def test_outside_a_terminal_and_with_nobody_due(ecole: Ecole) -> None:
    assert ecole.type("tournee").statut == 2
    ecole.json("pause", "4", "--jusqu-au", "24/12/2026", "--motif", "stage")
    ecole.json("relance", "add", "1", "2", "3")
    statut, ecrans = press("tournee", touches=[])
    assert (statut, "Personne n'est à contacter" in ecrans[-1]) == (0, True)


def test_by_responsible(ecole: Ecole) -> None:
    """Only theirs; an unknown one is a bad usage."""
    _, ecrans = press("tournee", "--responsable", "secr", touches=["q"])
    assert "Secrétariat" in ecrans[0]
    assert press("tournee", "--responsable", "nexiste", touches=[])[0] == 2
